//! Profiles, PINs and groups, on every database at hand.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use matinee_engines::db::{Db, migrate};
use matinee_engines::id::Id;
use matinee_engines::testing::{self, TestDb};
use matinee_engines::time::now_micros;
use matinee_identity::standing::{
    GroupChange, NewProfile, PROFILES_MAX, Profile, ProfileChange, StandingError, Standings,
};
use matinee_identity::{IdentityError, InstanceSecret, Role, User, first_profile};
use sea_orm::ConnectionTrait;

struct Stage {
    standings: Standings,
    user: User,
    name: &'static str,
    db: TestDb,
}

async fn account(db: &Db, name: &str) -> User {
    let id = Id::new("user");
    let sql = format!(
        "INSERT INTO users (id, username, password_hash, role, created_at, updated_at) \
         VALUES ('{id}', '{name}', '', 'administrator', 0, 0)"
    );
    db.write().execute_unprepared(&sql).await.unwrap();
    User::new(id, name, Role::Administrator)
}

async fn stages() -> Vec<Stage> {
    let mut stages = Vec::new();
    for (name, test) in testing::databases().await.unwrap() {
        migrate(&test.db, matinee_identity::migrations())
            .await
            .unwrap();
        let secret = InstanceSecret::from_bytes([9; 32]);
        stages.push(Stage {
            standings: Standings::new(test.db.clone(), &secret),
            user: account(&test.db, "ada").await,
            name,
            db: test,
        });
    }
    stages
}

fn named(name: &str) -> NewProfile {
    NewProfile {
        name: name.into(),
        ..NewProfile::default()
    }
}

impl Stage {
    async fn add(&self, new: NewProfile) -> Profile {
        self.standings
            .create_profile(&self.user, new)
            .await
            .unwrap()
    }

    async fn under(&self, choice: Option<&str>) -> User {
        self.standings
            .complete(self.user.clone(), choice, false)
            .await
            .unwrap()
    }

    async fn select(
        &self,
        before: Option<&str>,
        profile: &str,
        pin: Option<&str>,
    ) -> Result<String, StandingError> {
        let pin = pin.map(str::to_owned);
        self.standings
            .select(&self.user, before, profile, pin, "192.0.2.1")
            .await
    }
}

#[expect(clippy::needless_pass_by_value, reason = "an outcome is asked once")]
fn needs_pin<T: std::fmt::Debug>(outcome: Result<T, StandingError>) {
    assert!(
        matches!(outcome, Err(StandingError::Pin { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn every_account_has_a_first_profile_that_stays() {
    for stage in stages().await {
        let first = first_profile(stage.user.id.as_str());
        assert_eq!(stage.under(None).await.profile_id(), first);
        let profiles = stage.standings.profiles(&stage.user).await.unwrap();
        assert_eq!(profiles.len(), 1, "{}", stage.name);
        assert!(profiles[0].first && profiles[0].id == first && !profiles[0].kids);
        let deleted = stage
            .standings
            .delete_profile(&stage.user, &first, None, "::1");
        assert!(matches!(deleted.await, Err(StandingError::Conflict(_))));
        for n in 1..PROFILES_MAX {
            stage.add(named(&format!("No. {n}"))).await;
        }
        let beyond = stage.standings.create_profile(&stage.user, named("x"));
        assert!(matches!(beyond.await, Err(StandingError::Conflict(_))));
    }
}

#[tokio::test]
async fn a_profile_of_another_account_is_nobody_s() {
    for stage in stages().await {
        let other = account(&stage.db.db, "grace").await;
        let theirs = stage
            .standings
            .create_profile(&other, named("Grace"))
            .await
            .unwrap();
        let token = stage
            .standings
            .select(&other, None, &theirs.id, None, "::1")
            .await
            .unwrap();
        let missing = stage.select(None, &theirs.id, None).await;
        assert!(matches!(missing, Err(StandingError::NotFound(_))));
        let first = first_profile(stage.user.id.as_str());
        for choice in [&token, &theirs.id, "nonsense", "a.b"] {
            assert_eq!(stage.under(Some(choice)).await.profile_id(), first);
        }
        let change = ProfileChange::default();
        let changed = stage
            .standings
            .change_profile(&stage.user, &theirs.id, change, "::1");
        assert!(matches!(changed.await, Err(StandingError::NotFound(_))));
    }
}

#[tokio::test]
async fn a_pin_guards_the_way_in() {
    for stage in stages().await {
        let profile = stage
            .add(NewProfile {
                pin: Some("4711".into()),
                ..named("Parents")
            })
            .await;
        assert!(profile.has_pin);
        let first = first_profile(stage.user.id.as_str());
        // Its id alone does not do.
        assert_eq!(stage.under(Some(&profile.id)).await.profile_id(), first);
        needs_pin(stage.select(None, &profile.id, None).await);
        needs_pin(stage.select(None, &profile.id, Some("0000")).await);
        let token = stage.select(None, &profile.id, Some("4711")).await.unwrap();
        assert_eq!(stage.under(Some(&token)).await.profile_id(), profile.id);
        // Another profile does not take the PIN away; the right PIN does, and
        // then what was chosen with it ends.
        let off = |current_pin| ProfileChange {
            pin: Some(None),
            current_pin,
            ..ProfileChange::default()
        };
        let change = |change| {
            stage
                .standings
                .change_profile(&stage.user, &profile.id, change, "::1")
        };
        needs_pin(change(off(None)).await);
        change(off(Some("4711".into()))).await.unwrap();
        assert_eq!(stage.under(Some(&token)).await.profile_id(), profile.id);
        let on = ProfileChange {
            pin: Some(Some("1234".into())),
            ..ProfileChange::default()
        };
        change(on).await.unwrap();
        assert_eq!(stage.under(Some(&token)).await.profile_id(), first);
    }
}

#[tokio::test]
async fn a_child_stays_until_the_pin_is_given() {
    for stage in stages().await {
        let child = stage
            .add(NewProfile {
                kids: true,
                pin: Some("4711".into()),
                ..named("Tim")
            })
            .await;
        assert_eq!(child.max_rating, Some(7));
        let first = first_profile(stage.user.id.as_str());
        let token = stage.select(None, &child.id, None).await.unwrap();
        let user = stage.under(Some(&token)).await;
        assert!(user.is_kid());
        assert_eq!(user.profile.unwrap().max_rating, Some(7));
        needs_pin(stage.select(Some(&token), &first, None).await);
        // Forgetting what was chosen is no way out.
        let nobody = stage.under(None).await;
        assert!(nobody.is_kid() && nobody.profile_id() == child.id);
        needs_pin(stage.select(None, &first, None).await);
        assert!(stage.under(Some(&first)).await.is_kid());
        let grown = stage
            .select(Some(&token), &first, Some("4711"))
            .await
            .unwrap();
        assert!(!stage.under(Some(&grown)).await.is_kid());
        // A program that signs its requests is no child at a screen.
        let program = stage
            .standings
            .complete(stage.user.clone(), None, true)
            .await
            .unwrap();
        assert!(!program.is_kid());
    }
}

#[tokio::test]
async fn guessing_a_pin_is_slowed_down() {
    for stage in stages().await {
        let profile = stage
            .add(NewProfile {
                pin: Some("4711".into()),
                ..named("Parents")
            })
            .await;
        let mut slowed = false;
        for guess in 0..10 {
            let pin = format!("{guess:04}");
            let outcome = stage.select(None, &profile.id, Some(&pin)).await;
            slowed |= matches!(
                outcome,
                Err(StandingError::Identity(IdentityError::Throttled { .. }))
            );
        }
        assert!(slowed, "{}", stage.name);
    }
}

#[tokio::test]
async fn wrong_fields_are_named() {
    for stage in stages().await {
        for (new, field) in [
            (named(" "), "name"),
            (
                NewProfile {
                    pin: Some("12a4".into()),
                    ..named("x")
                },
                "pin",
            ),
            (
                NewProfile {
                    kids: true,
                    max_rating: Some(18),
                    ..named("x")
                },
                "max_rating",
            ),
            (
                NewProfile {
                    avatar: Some("<script>".into()),
                    ..named("x")
                },
                "avatar",
            ),
        ] {
            let refused = stage.standings.create_profile(&stage.user, new).await;
            let Err(StandingError::Identity(IdentityError::Invalid { field: named, .. })) = refused
            else {
                panic!("{}: {refused:?}", stage.name);
            };
            assert_eq!(named, field);
        }
    }
}

#[tokio::test]
async fn a_membership_ends_when_it_says() {
    for stage in stages().await {
        let group = |name: &str| GroupChange {
            name: Some(name.into()),
            description: None,
        };
        let standings = &stage.standings;
        let gold = standings.create_group(group("Gold")).await.unwrap();
        let again = standings.create_group(group("Gold")).await;
        assert!(matches!(again, Err(StandingError::Conflict(_))));
        let id = stage.user.id.as_str();
        assert!(stage.under(None).await.groups.is_empty());
        standings.add_member(&gold.id, id, None).await.unwrap();
        assert_eq!(
            &*stage.under(None).await.groups,
            std::slice::from_ref(&gold.id)
        );
        let past = Some(now_micros() - 1);
        standings.add_member(&gold.id, id, past).await.unwrap();
        assert!(stage.under(None).await.groups.is_empty());
        assert_eq!(standings.members(&gold.id).await.unwrap().len(), 1);
        let future = Some(now_micros() + 60_000_000);
        standings.add_member(&gold.id, id, future).await.unwrap();
        assert_eq!(stage.under(None).await.groups.len(), 1);
        let nobody = Id::new("user").to_string();
        let missing = standings.add_member(&gold.id, &nobody, None).await;
        assert!(matches!(missing, Err(StandingError::NotFound(_))));
        standings.delete_group(&gold.id).await.unwrap();
        assert!(stage.under(None).await.groups.is_empty());
        assert!(standings.groups().await.unwrap().is_empty());
    }
}
