//! What a list lets through is what the decision allows: generated rules and
//! askers, on real databases.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use matinee_catalog::discovery::{Discovery, DiscoveryDeps, History, Query, Seer, Watched};
use matinee_catalog::store::videos;
use matinee_catalog::{Audience, Catalog, Details, Filter, NewVideo, Page, Sort, Video};
use matinee_engines::db::migrate;
use matinee_engines::id::Id;
use matinee_engines::search::{EmbeddedSearch, EmbeddedSearchOptions};
use matinee_engines::testing;
use matinee_identity::access::place::{Country, Network};
use matinee_identity::access::{
    Action, Asker, Decision, GroupIds, Networks, Regions, Visibility, decide,
};
use matinee_identity::{Principal, ProfileRef, Role, Scope, Scopes, User};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use tokio_util::sync::CancellationToken;

/// Accounts that own videos and ask for them.
const PEOPLE: [&str; 3] = [
    "user_01h455vb4pex5vsknk084sn02q",
    "user_01h455vb4pex5vsknk084sn02r",
    "user_01h455vb4pex5vsknk084sn02s",
];
/// Words that mean something else in patterns, too.
const GROUPS: [&str; 4] = ["group_a", "groupxa", "group_ab", "group%"];
const COUNTRIES: [&str; 4] = ["DE", "FR", "US", "DY"];
const ADDRESSES: [&str; 5] = [
    "10.0.0.1",
    "10.0.0.2",
    "10.9.0.1",
    "2001:db8::1",
    "2001:db8:1::1",
];

fn visibility() -> impl Strategy<Value = Visibility> {
    proptest::sample::select(Visibility::ALL.as_slice())
}

fn some_of(words: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    proptest::sample::subsequence(words, 0..=words.len())
        .prop_map(|some| some.into_iter().map(str::to_owned).collect())
}

fn country() -> impl Strategy<Value = Country> {
    proptest::sample::select(COUNTRIES.as_slice()).prop_map(|code| code.parse().unwrap())
}

fn addr() -> impl Strategy<Value = IpAddr> {
    proptest::sample::select(ADDRESSES.as_slice()).prop_map(|text| text.parse().unwrap())
}

fn regions() -> impl Strategy<Value = Regions> {
    let these = proptest::collection::vec(country(), 1..4);
    (any::<bool>(), these).prop_map(|(allow, these)| {
        if allow {
            Regions::Allow(these)
        } else {
            Regions::Deny(these)
        }
    })
}

fn network() -> impl Strategy<Value = Network> {
    let bits = proptest::sample::select([0_u8, 8, 9, 24, 31, 32, 48, 64, 128].as_slice());
    (addr(), bits).prop_filter_map("too many bits", |(addr, bits)| {
        Network::around(addr, bits).ok()
    })
}

/// Instants around those at which people ask.
fn instant() -> impl Strategy<Value = i64> {
    95_i64..=105
}

/// The rules and the owner of a generated video.
#[derive(Debug, Clone)]
struct Ruled {
    visibility: Visibility,
    groups: Option<Vec<String>>,
    publish_at: Option<i64>,
    expires_at: Option<i64>,
    regions: Option<Regions>,
    networks: Option<Vec<Network>>,
    rating_level: Option<i32>,
    owner: Option<&'static str>,
}

impl Ruled {
    fn like(self, template: &Video) -> Video {
        Video {
            id: Id::new("video").to_string(),
            visibility: self.visibility,
            is_public: self.visibility == Visibility::Public,
            access_groups: self.groups.map(|any| GroupIds { any }),
            access_password_hash: Some("$argon2id$x".to_owned()),
            publish_at: self.publish_at,
            expires_at: self.expires_at,
            access_regions: self.regions,
            access_networks: self.networks.map(|any| Networks { any }),
            rating_level: self.rating_level,
            owner: self.owner.map(str::to_owned),
            ..template.clone()
        }
    }
}

prop_compose! {
    fn rules()(
        visibility in visibility(),
        groups in proptest::option::of(some_of(&GROUPS)),
        publish_at in proptest::option::weighted(0.3, instant()),
        expires_at in proptest::option::weighted(0.3, instant()),
        regions in proptest::option::weighted(0.3, regions()),
        networks in proptest::option::weighted(0.3, proptest::collection::vec(network(), 1..4)),
        rating_level in proptest::option::of(proptest::sample::select([0, 6, 12, 18].as_slice())),
        owner in proptest::option::of(proptest::sample::select(PEOPLE.as_slice())),
    ) -> Ruled {
        Ruled {
            visibility, groups, publish_at, expires_at, regions, networks, rating_level, owner,
        }
    }
}

fn role() -> impl Strategy<Value = Role> {
    proptest::sample::select(
        [
            Role::Viewer,
            Role::Creator,
            Role::Moderator,
            Role::Administrator,
        ]
        .as_slice(),
    )
}

fn scopes() -> impl Strategy<Value = Scopes> {
    let some = proptest::sample::subsequence(
        vec![Scope::Read, Scope::Upload, Scope::Manage, Scope::Admin],
        0..=4,
    );
    prop_oneof![
        3 => Just(Scopes::all()),
        1 => some.prop_map(|some| some.into_iter().collect()),
    ]
}

prop_compose! {
    fn profile()(
        kids in any::<bool>(),
        max_rating in proptest::option::of(proptest::sample::select([0_u8, 6, 12, 18].as_slice())),
    ) -> ProfileRef {
        ProfileRef { id: Id::new("profile"), kids, max_rating }
    }
}

prop_compose! {
    fn asker()(
        person in proptest::option::weighted(0.8, (
            proptest::sample::select(PEOPLE.as_slice()),
            role(),
            some_of(&GROUPS),
            scopes(),
            proptest::option::weighted(0.4, profile()),
        )),
        now in instant(),
        addr in proptest::option::weighted(0.8, addr()),
        country in proptest::option::weighted(0.8, country()),
    ) -> Asker {
        let principal = match person {
            None => Principal::NOBODY,
            Some((id, role, groups, scopes, profile)) => Principal::User(User {
                groups: Arc::from(groups),
                profile,
                scopes,
                ..User::new(id.parse().unwrap(), "ada", role)
            }),
        };
        Asker { principal, now, addr, country, unlocked: Arc::new([]) }
    }
}

const ROUNDS: usize = 12;
const VIDEOS: usize = 60;
const ASKERS: usize = 60;

fn many<S: Strategy>(runner: &mut TestRunner, strategy: &S, count: usize) -> Vec<S::Value> {
    (0..count)
        .map(|_| strategy.new_tree(runner).unwrap().current())
        .collect()
}

#[tokio::test]
async fn a_list_holds_what_the_decision_allows() {
    let mut runner = TestRunner::default();
    for (name, test) in testing::databases().await.unwrap() {
        migrate(&test.db, tables()).await.unwrap();
        let catalog = Catalog::new(test.db.clone());
        let new = NewVideo {
            details: Details {
                title: "Template".into(),
                ..Details::default()
            },
            ..NewVideo::default()
        };
        let template = catalog.create(new).await.unwrap();
        let (mut listed, mut hidden) = (0, 0);
        for _ in 0..ROUNDS {
            videos::Entity::delete_many()
                .exec(test.db.write())
                .await
                .unwrap();
            let rows: Vec<Video> = many(&mut runner, &rules(), VIDEOS)
                .into_iter()
                .map(|ruled| ruled.like(&template))
                .collect();
            let models = rows
                .iter()
                .map(|row| row.clone().into_active_model().reset_all());
            videos::Entity::insert_many(models)
                .exec_without_returning(test.db.write())
                .await
                .unwrap();
            for asker in many(&mut runner, &asker(), ASKERS) {
                let audience = Audience::of(&asker);
                let filter = Filter::default();
                let page = catalog
                    .list(&audience, &filter, Sort::default(), Page::First, 1_000)
                    .await
                    .unwrap();
                let found: BTreeSet<String> =
                    page.videos.into_iter().map(|video| video.id).collect();
                for row in &rows {
                    let seen = decide(&asker, &row.resource(), Action::See) == Decision::Allow;
                    assert_eq!(
                        found.contains(&row.id),
                        seen,
                        "{name}: {asker:#?} and {row:#?}"
                    );
                    assert_eq!(audience.sees(row), seen);
                    // What somebody comes upon, they can open.
                    let opened = decide(&asker, &row.resource(), Action::Watch);
                    assert!(
                        !seen || opened == Decision::Allow,
                        "{asker:#?} and {row:#?}"
                    );
                    if seen {
                        listed += 1;
                    } else {
                        hidden += 1;
                    }
                }
                let count = catalog.count(&audience, &filter).await.unwrap();
                assert_eq!(usize::try_from(count).unwrap(), found.len());
            }
        }
        assert!(
            listed > 1_000 && hidden > 1_000,
            "{name}: {listed} {hidden}"
        );
    }
}

/// Nobody has watched anything.
#[derive(Debug)]
struct Nothing;

#[async_trait::async_trait]
impl History for Nothing {
    async fn recent(&self, _: &str, _: usize) -> Result<Vec<Watched>, sea_orm::DbErr> {
        Ok(Vec::new())
    }

    async fn page(
        &self,
        _: (&str, &str),
        _: u64,
    ) -> Result<Vec<(String, Watched)>, sea_orm::DbErr> {
        Ok(Vec::new())
    }

    async fn trending(&self, _: i64, _: u64) -> Result<Vec<(String, f64, i64)>, sea_orm::DbErr> {
        Ok(Vec::new())
    }
}

#[tokio::test]
async fn the_search_index_counts_what_the_decision_allows() {
    let mut runner = TestRunner::default();
    let test = testing::sqlite().await.unwrap();
    let blobs = testing::folder_blobs().await.unwrap();
    migrate(&test.db, tables()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let catalog = Catalog::new(test.db.clone());
    let discovery = Discovery::new(DiscoveryDeps {
        catalog: catalog.clone(),
        search: Arc::new(EmbeddedSearch::new(
            folder.path(),
            EmbeddedSearchOptions::default(),
        )),
        blobs: blobs.blobs.clone(),
        history: Arc::new(Nothing),
        folder: folder.path().to_owned(),
    });
    let template = catalog.create(NewVideo::default()).await.unwrap();
    let (mut seen, mut hidden) = (0, 0);
    for _ in 0..4 {
        videos::Entity::delete_many()
            .exec(test.db.write())
            .await
            .unwrap();
        let rows: Vec<Video> = many(&mut runner, &rules(), VIDEOS)
            .into_iter()
            .map(|ruled| ruled.like(&template))
            .collect();
        let models = rows
            .iter()
            .map(|row| row.clone().into_active_model().reset_all());
        videos::Entity::insert_many(models)
            .exec_without_returning(test.db.write())
            .await
            .unwrap();
        let indexed = discovery.rebuild(&CancellationToken::new()).await.unwrap();
        assert_eq!(indexed, Some(rows.len() as u64));
        for asker in many(&mut runner, &asker(), ASKERS) {
            let query = Query {
                limit: 100,
                ..Query::default()
            };
            let page = discovery.search(&Seer::of(&asker), &query).await.unwrap();
            let found: BTreeSet<&str> = page.found.iter().map(|f| f.video.id.as_str()).collect();
            let allowed: BTreeSet<&str> = rows
                .iter()
                .filter(|row| decide(&asker, &row.resource(), Action::See) == Decision::Allow)
                .map(|row| row.id.as_str())
                .collect();
            assert_eq!(found, allowed, "{asker:#?}");
            // Not even the number of those that were dropped at the end differs.
            assert_eq!(page.total, allowed.len() as u64, "{asker:#?}");
            seen += allowed.len();
            hidden += rows.len() - allowed.len();
        }
    }
    assert!(seen > 500 && hidden > 500, "{seen} {hidden}");
}

/// The catalog's tables, and those of identity that it writes to.
fn tables() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {
    let mut all = matinee_identity::migrations();
    all.extend(matinee_catalog::migrations());
    all
}
