//! Accounts and sessions, on every database engine at hand.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use matinee_engines::db::migrate;
use matinee_engines::testing::{TestDb, databases};
use matinee_identity::{
    Accounts, AccountsOptions, Credentials, Device, IdentityError, InstanceSecret, Role, migrations,
};

fn open(test: &TestDb) -> Accounts {
    let secret = InstanceSecret::from_bytes([7; 32]);
    Accounts::new(test.db.clone(), &secret, AccountsOptions::default()).unwrap()
}

fn at(addr: &str) -> Device {
    Device::new(addr, "test")
}

async fn each() -> Vec<(&'static str, TestDb, Accounts)> {
    let mut all = Vec::new();
    for (engine, test) in databases().await.unwrap() {
        migrate(&test.db, migrations()).await.unwrap();
        let accounts = open(&test);
        all.push((engine, test, accounts));
    }
    all
}

#[tokio::test]
async fn the_first_start_makes_an_operator_and_the_second_does_not() {
    for (engine, test, accounts) in each().await {
        let setup = accounts.bootstrap().await.unwrap().expect("a first start");
        let signed_in = accounts
            .sign_in(
                Credentials::new(&setup.username, setup.password),
                &at("::1"),
            )
            .await
            .unwrap();
        assert_eq!(signed_in.user.role, Role::Administrator, "{engine}");
        let again = open(&test);
        assert!(again.bootstrap().await.unwrap().is_none(), "{engine}");
        let user = again.authenticate(&signed_in.token, "::1").await.unwrap();
        assert_eq!(
            user.map(|known| known.user),
            Some(signed_in.user),
            "{engine}: sessions outlive a restart"
        );
    }
}

#[tokio::test]
async fn a_set_up_link_works_once_and_ends_older_sessions() {
    for (engine, _test, accounts) in each().await {
        let setup = accounts.bootstrap().await.unwrap().unwrap();
        let old = accounts
            .sign_in(
                Credentials::new("operator", setup.password.clone()),
                &at("::1"),
            )
            .await
            .unwrap();
        let chosen = "a better password".to_owned();
        let wrong = accounts
            .set_up("no such token", None, chosen.clone(), &at("::1"))
            .await;
        assert!(matches!(wrong, Err(IdentityError::SetupLink)), "{engine}");
        let short = accounts
            .set_up(&setup.token, None, "short".into(), &at("::1"))
            .await;
        assert!(
            matches!(
                short,
                Err(IdentityError::Invalid {
                    field: "password",
                    ..
                })
            ),
            "{engine}"
        );
        let new = accounts
            .set_up(&setup.token, Some("Ada".into()), chosen.clone(), &at("::1"))
            .await
            .unwrap();
        assert_eq!(new.user.username, "ada", "{engine}");
        let twice = accounts
            .set_up(&setup.token, None, chosen.clone(), &at("::1"))
            .await;
        assert!(matches!(twice, Err(IdentityError::SetupLink)), "{engine}");
        assert_eq!(
            accounts.authenticate(&old.token, "::1").await.unwrap(),
            None,
            "{engine}"
        );
        accounts
            .sign_in(Credentials::new("ADA", chosen), &at("::1"))
            .await
            .unwrap();
        let gone = accounts
            .sign_in(Credentials::new("operator", setup.password), &at("::1"))
            .await;
        assert!(
            matches!(gone, Err(IdentityError::WrongCredentials)),
            "{engine}"
        );
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_at_once() {
    for (engine, _test, accounts) in each().await {
        let setup = accounts.bootstrap().await.unwrap().unwrap();
        let session = accounts
            .sign_in(Credentials::new("operator", setup.password), &at("::1"))
            .await
            .unwrap();
        assert!(
            accounts
                .authenticate(&session.token, "::1")
                .await
                .unwrap()
                .is_some(),
            "{engine}"
        );
        accounts.sign_out(&session.token).await.unwrap();
        assert_eq!(
            accounts.authenticate(&session.token, "::1").await.unwrap(),
            None,
            "{engine}"
        );
    }
}

#[tokio::test]
async fn guessing_is_slowed_down_by_name_and_by_address() {
    for (engine, _test, accounts) in each().await {
        let setup = accounts.bootstrap().await.unwrap().unwrap();
        for attempt in 0..5 {
            let from = format!("192.0.2.{attempt}");
            let wrong = accounts
                .sign_in(Credentials::new("operator", "wrong"), &at(&from))
                .await;
            assert!(
                matches!(wrong, Err(IdentityError::WrongCredentials)),
                "{engine}"
            );
        }
        let right = accounts
            .sign_in(
                Credentials::new("operator", setup.password),
                &at("192.0.2.9"),
            )
            .await;
        assert!(
            matches!(right, Err(IdentityError::Throttled { .. })),
            "{engine}"
        );
    }
}

#[tokio::test]
async fn all_nodes_share_one_secret() {
    for (engine, test, _accounts) in each().await {
        let (a, b) = tokio::join!(
            InstanceSecret::load(&test.db),
            InstanceSecret::load(&test.db)
        );
        assert_eq!(a.unwrap().derive("x"), b.unwrap().derive("x"), "{engine}");
    }
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_and_sessions_end() {
    for (engine, _test, accounts) in each().await {
        let first = accounts.bootstrap().await.unwrap().unwrap();
        let signed_in = accounts
            .sign_in(
                Credentials::new(&first.username, first.password.clone()),
                &at("::1"),
            )
            .await
            .unwrap();
        let second = accounts.reset_operator().await.unwrap();
        assert_eq!(
            accounts
                .authenticate(&signed_in.token, "::1")
                .await
                .unwrap(),
            None,
            "{engine}"
        );
        assert!(
            accounts
                .check_basic(&first.username, first.password, &at("::1"))
                .await
                .is_err()
        );
        accounts
            .check_basic(&second.username, second.password, &at("::2"))
            .await
            .unwrap_or_else(|error| panic!("{engine}: {error}"));
    }
}
