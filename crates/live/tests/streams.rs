//! Streams and the desk that encoders are admitted at, on every database engine
//! at hand.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use matinee_catalog::community::Person;
use matinee_catalog::moderation::Moderation;
use matinee_catalog::{Access, Audience, Catalog, Details, NewVideo};
use matinee_engines::db::migrate;
use matinee_engines::testing::{TestDb, databases};
use matinee_identity::access::{
    Action, Asker, Decision, GroupIds, Networks, Regions, Visibility, decide,
};
use matinee_identity::{
    Accounts, AccountsOptions, AuditEntry, InstanceSecret, NewAccount, Principal, ProfileRef, Role,
    User,
};
use matinee_live::LiveError;
use matinee_live::broadcast::Health;
use matinee_live::desk::{Desk as _, Door, OffAir, Refused};
use matinee_live::streams::{
    Air, Happened, NewStream, Stream, StreamDetails, StreamFilter, StreamOptions, StreamStatus,
    Streams, StreamsDeps,
};
use parking_lot::Mutex;
use sea_orm::ConnectionTrait as _;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// What a test says is on the air, and what was stopped.
#[derive(Default)]
struct TestAir {
    on: Mutex<Vec<String>>,
    stopped: Mutex<Vec<(String, OffAir)>>,
}

#[async_trait]
impl Air for TestAir {
    fn on(&self) -> Vec<String> {
        self.on.lock().clone()
    }

    fn plays(&self, stream_id: &str) -> bool {
        self.on.lock().iter().any(|on| on == stream_id)
    }

    fn health(&self, _: &str) -> Option<Health> {
        None
    }

    async fn stop(&self, stream_id: &str, why: OffAir) {
        self.on.lock().retain(|on| on != stream_id);
        self.stopped.lock().push((stream_id.to_owned(), why));
    }
}

struct Test {
    engine: &'static str,
    db: TestDb,
    accounts: Accounts,
    streams: Streams,
    air: Arc<TestAir>,
}

async fn each(options: StreamOptions) -> Vec<Test> {
    let mut all = Vec::new();
    for (engine, test) in databases().await.unwrap() {
        let mut tables = matinee_identity::migrations();
        tables.extend(matinee_catalog::migrations());
        tables.extend(matinee_live::migrations());
        migrate(&test.db, tables).await.unwrap();
        let secret = InstanceSecret::from_bytes([7; 32]);
        let accounts = Accounts::new(test.db.clone(), &secret, AccountsOptions::default()).unwrap();
        let streams = Streams::new(StreamsDeps {
            db: test.db.clone(),
            accounts: accounts.clone(),
            moderation: Arc::new(Moderation::new(test.db.clone())),
            options,
        });
        let air = Arc::new(TestAir::default());
        streams.watch(air.clone());
        all.push(Test {
            engine,
            db: test,
            accounts,
            streams,
            air,
        });
    }
    all
}

fn entry() -> AuditEntry {
    AuditEntry::new(&Principal::NOBODY, "user.test")
}

impl Test {
    async fn account(&self, username: &str, role: Role) -> String {
        let new = NewAccount {
            username: username.to_owned(),
            role,
            email: None,
            display_name: None,
            password: Some("correct horse battery".to_owned()),
        };
        let (account, _) = self.accounts.create_account(new, entry()).await.unwrap();
        account.id
    }

    async fn stream(&self, owner: Option<&str>, access: Access) -> Arc<Stream> {
        let new = NewStream {
            details: StreamDetails::new("Concert"),
            owner: owner.map(str::to_owned),
            access,
        };
        let by = Person {
            key: "profile_x".to_owned(),
            account: owner.map(str::to_owned),
            name: "somebody".to_owned(),
            moderator: false,
        };
        self.streams.create(new, &by).await.unwrap()
    }

    async fn status(&self, stream: &Stream) -> StreamStatus {
        self.streams.get(&stream.id).await.unwrap().status
    }
}

#[tokio::test]
async fn a_key_admits_until_it_is_another_or_its_owner_may_not() {
    for test in each(StreamOptions::default()).await {
        let owner = test.account("carol", Role::Creator).await;
        let stream = test.stream(Some(&owner), Access::default()).await;
        let admit = |key: &str| {
            let (streams, key) = (test.streams.clone(), key.to_owned());
            async move { streams.admit(&key, HERE).await }
        };
        let key = &stream.stream_key;
        assert_eq!(admit(key).await.unwrap().stream_id, stream.id);
        for wrong in ["", "x", &key[1..], &format!("{key}a"), &"x".repeat(100_000)] {
            assert_eq!(
                admit(wrong).await,
                Err(Refused::UnknownKey),
                "{}",
                test.engine
            );
        }
        let rotated = test.streams.rotate_key(&stream.id).await.unwrap();
        assert_eq!(admit(key).await, Err(Refused::UnknownKey));
        let key = &rotated.stream_key;
        assert!(admit(key).await.is_ok());
        // Whoever sent with the old one is let go.
        assert_eq!(
            *test.air.stopped.lock(),
            [(stream.id.clone(), OffAir::Stopped)]
        );

        test.accounts
            .set_disabled(&owner, true, entry())
            .await
            .unwrap();
        assert!(matches!(admit(key).await, Err(Refused::NotAllowed(_))));
        test.accounts
            .set_disabled(&owner, false, entry())
            .await
            .unwrap();
        test.accounts
            .set_role(&owner, Role::Viewer, entry())
            .await
            .unwrap();
        assert!(matches!(admit(key).await, Err(Refused::NotAllowed(_))));
        test.accounts
            .set_role(&owner, Role::Creator, entry())
            .await
            .unwrap();
        assert!(admit(key).await.is_ok());

        test.streams.leave(&owner).await.unwrap();
        assert_eq!(admit(key).await, Err(Refused::UnknownKey));
        let left = test.streams.get(&stream.id).await.unwrap();
        assert_eq!((left.owner, left.visibility), (None, Visibility::Private));
    }
}

#[tokio::test]
async fn a_broadcast_makes_a_stream_live_and_its_end_ends_it() {
    for test in each(StreamOptions::default()).await {
        let stream = test.stream(None, Access::default()).await;
        let mut changes = test.streams.changes();
        test.streams.on_air(&stream.id).await;
        let started = changes.recv().await.unwrap();
        assert_eq!(started.what, Happened::Started);
        assert_eq!(started.stream.status, StreamStatus::Live);
        assert!(started.stream.started_at.is_some() && started.stream.duration().is_none());
        test.streams.off_air(&stream.id, OffAir::Ended).await;
        let ended = changes.recv().await.unwrap();
        assert_eq!(ended.what, Happened::Ended);
        assert!(ended.stream.duration().is_some_and(|length| length >= 0));
        // Once is enough.
        test.streams.off_air(&stream.id, OffAir::Ended).await;
        test.streams.recorded(&stream.id, "video_x").await.unwrap();
        let recorded = changes.recv().await.unwrap();
        assert_eq!(recorded.what, Happened::Changed);
        assert_eq!(
            recorded.stream.recording_video_id.as_deref(),
            Some("video_x")
        );
        // Begun by hand it waits, and tells again when there is something to watch.
        test.streams.start(&stream.id).await.unwrap();
        let again = changes.recv().await.unwrap();
        assert_eq!(again.what, Happened::Started);
        assert_eq!(again.stream.recording_video_id, None);
        test.streams.on_air(&stream.id).await;
        let on = changes.recv().await.unwrap();
        assert_eq!(on.what, Happened::Started);
        assert_eq!(on.stream.started_at, again.stream.started_at);
        test.streams.end(&stream.id).await.unwrap();
        assert_eq!(changes.recv().await.unwrap().what, Happened::Ended);
        assert_eq!(
            *test.air.stopped.lock(),
            [(stream.id.clone(), OffAir::Stopped)]
        );
        test.streams.delete(&stream.id).await.unwrap();
        let gone = test.streams.delete(&stream.id).await;
        assert!(
            matches!(gone, Err(LiveError::NotFound(_))),
            "{}",
            test.engine
        );
        assert_eq!(test.streams.door(&stream.id).await, Door::Hidden);
    }
}

#[tokio::test]
async fn what_nobody_publishes_is_over_after_a_while() {
    let options = StreamOptions {
        grace: Duration::ZERO,
        patience: Duration::from_hours(1),
        ..StreamOptions::default()
    };
    for test in each(options).await {
        let lost = test.stream(None, Access::default()).await;
        let waits = test.stream(None, Access::default()).await;
        let here = test.stream(None, Access::default()).await;
        test.streams.on_air(&lost.id).await;
        test.streams.start(&waits.id).await.unwrap();
        test.streams.on_air(&here.id).await;
        test.air.on.lock().push(here.id.clone());
        test.streams.look_after().await.unwrap();
        assert_eq!(
            test.status(&lost).await,
            StreamStatus::Ended,
            "{}",
            test.engine
        );
        assert_eq!(test.status(&waits).await, StreamStatus::Live);
        assert_eq!(test.status(&here).await, StreamStatus::Live);
    }
}

#[tokio::test]
async fn nothing_lasts_longer_than_it_may() {
    let options = StreamOptions {
        max_duration: Some(Duration::ZERO),
        ..StreamOptions::default()
    };
    for test in each(options).await {
        let stream = test.stream(None, Access::default()).await;
        test.streams.on_air(&stream.id).await;
        test.air.on.lock().push(stream.id.clone());
        test.streams.look_after().await.unwrap();
        assert_eq!(
            test.status(&stream).await,
            StreamStatus::Ended,
            "{}",
            test.engine
        );
        assert_eq!(
            *test.air.stopped.lock(),
            [(stream.id.clone(), OffAir::TooLong)]
        );
    }
}

/// Every rule that there is, in some of its forms.
fn all_rules() -> Vec<Access> {
    let of = |visibility| Access {
        visibility,
        password_hash: (visibility == Visibility::Password).then(|| "$argon2id$x".to_owned()),
        groups: GroupIds {
            any: vec!["group_a".to_owned()],
        },
        ..Access::default()
    };
    let mut all: Vec<Access> = Visibility::ALL.into_iter().map(of).collect();
    all.push(Access {
        regions: Some(Regions::Allow(vec!["DE".parse().unwrap()])),
        ..of(Visibility::Public)
    });
    all.push(Access {
        regions: Some(Regions::Deny(vec!["DE".parse().unwrap()])),
        ..of(Visibility::Members)
    });
    all.push(Access {
        networks: Networks {
            any: vec!["127.0.0.0/8".parse().unwrap()],
        },
        ..of(Visibility::Public)
    });
    all.push(Access {
        publish_at: Some(i64::MAX / 4),
        ..of(Visibility::Public)
    });
    all.push(Access {
        expires_at: Some(1),
        ..of(Visibility::Public)
    });
    all
}

#[tokio::test]
async fn a_list_holds_what_the_decision_allows() {
    for test in each(StreamOptions::default()).await {
        let owner = test.account("carol", Role::Creator).await;
        let mut rows = Vec::new();
        for access in all_rules() {
            rows.push(test.stream(Some(&owner), access).await);
        }
        let mut askers = vec![Asker::nobody()];
        for role in [
            Role::Viewer,
            Role::Creator,
            Role::Moderator,
            Role::Administrator,
        ] {
            for id in [owner.as_str(), "user_01h455vb4pex5vsknk084sn02q"] {
                for group in ["group_a", "group_b"] {
                    let user = User {
                        groups: Arc::from([group.to_owned()]),
                        ..User::new(id.parse().unwrap(), "ada", role)
                    };
                    askers.push(Asker::new(Principal::User(user.clone())));
                    let profile = Some(ProfileRef {
                        id: matinee_engines::id::Id::new("profile"),
                        kids: false,
                        max_rating: Some(12),
                    });
                    askers.push(Asker::new(Principal::User(User { profile, ..user })));
                }
            }
        }
        let (mut listed, mut hidden) = (0, 0);
        for asker in askers {
            for (addr, country) in [(None, None), (Some(HERE), Some("DE".parse().unwrap()))] {
                let asker = Asker {
                    addr,
                    country,
                    ..asker.clone()
                };
                let audience = Audience::of(&asker);
                let filter = StreamFilter::default();
                let list = test.streams.list(&audience, &filter, None, 0, 100);
                let found: Vec<String> = list
                    .await
                    .unwrap()
                    .streams
                    .into_iter()
                    .map(|one| one.id)
                    .collect();
                for row in &rows {
                    let seen = decide(&asker, &row.resource(), Action::See) == Decision::Allow;
                    assert_eq!(found.contains(&row.id), seen, "{asker:#?} and {row:#?}");
                    if seen {
                        listed += 1;
                    } else {
                        hidden += 1;
                    }
                }
                let count = test.streams.count(&audience, &filter).await.unwrap();
                assert_eq!(usize::try_from(count).unwrap(), found.len());
            }
        }
        assert!(
            listed > 100 && hidden > 100,
            "{}: {listed} {hidden}",
            test.engine
        );
    }
}

#[tokio::test]
async fn the_door_follows_the_rules() {
    for test in each(StreamOptions::default()).await {
        let wanted = |visibility| match visibility {
            Visibility::Public | Visibility::Unlisted => Door::Open,
            Visibility::Private => Door::Hidden,
            _ => Door::Token,
        };
        for access in all_rules().into_iter().take(Visibility::ALL.len()) {
            let visibility = access.visibility;
            let stream = test.stream(None, access).await;
            let door = test.streams.door(&stream.id).await;
            assert_eq!(door, wanted(visibility), "{}: {visibility:?}", test.engine);
        }
    }
}

#[tokio::test]
async fn old_recordings_are_found_in_order_and_only_those_that_nobody_keeps() {
    let options = StreamOptions {
        keep_recordings: Some(Duration::from_hours(24)),
        ..StreamOptions::default()
    };
    for test in each(options).await {
        let (streams, db) = (&test.streams, &test.db.db);
        let stream = test.stream(None, Access::default()).await;
        let catalog = Catalog::new(db.clone());
        let mut ids = Vec::new();
        // The last two are too young, and no recording.
        for (hours, recorded) in [(40, true), (60, true), (50, true), (20, true), (90, false)] {
            let new = NewVideo {
                details: Details {
                    title: "Recording".to_owned(),
                    ..Details::default()
                },
                ..NewVideo::default()
            };
            let id = catalog.create(new).await.unwrap().id;
            let by = i64::from(hours) * 3_600_000_000;
            let old = format!("UPDATE videos SET created_at = created_at - {by} WHERE id = '{id}'");
            db.write().execute_unprepared(&old).await.unwrap();
            if recorded {
                let sql = format!(
                    "INSERT INTO stream_recordings (video_id, stream_id, timeline) VALUES ('{id}', '{}', '{{}}')",
                    stream.id
                );
                db.write().execute_unprepared(&sql).await.unwrap();
            }
            ids.push(id);
        }
        let all = streams.overdue(None, 10).await.unwrap();
        let found: Vec<&str> = all.iter().map(|one| one.video_id.as_str()).collect();
        assert_eq!(found, [&ids[1], &ids[2], &ids[0]], "{}", test.engine);
        // Batch after batch.
        assert_eq!(streams.overdue(None, 1).await.unwrap(), all[..1]);
        assert_eq!(streams.overdue(Some(&all[0]), 1).await.unwrap(), all[1..2]);
        assert_eq!(streams.overdue(Some(&all[2]), 1).await.unwrap(), []);

        // What was kept after it was found does not go.
        streams.keep_recording(&ids[1], true).await.unwrap();
        let let_go = async |id: &str| streams.let_go(db.write(), id).await.unwrap();
        assert!(!let_go(&ids[1]).await && let_go(&ids[2]).await && !let_go(&ids[2]).await);
        let left = streams.overdue(None, 10).await.unwrap();
        assert_eq!(left, all[2..], "{}", test.engine);
        streams.keep_recording(&ids[1], false).await.unwrap();
        assert!(let_go(&ids[1]).await, "{}", test.engine);
        for id in [&ids[2], &ids[4]] {
            let refused = streams.keep_recording(id, true).await;
            assert!(matches!(refused, Err(LiveError::NotFound("recording"))));
        }
        streams.set_options(StreamOptions::default());
        assert_eq!(streams.overdue(None, 10).await.unwrap(), []);
    }
}
