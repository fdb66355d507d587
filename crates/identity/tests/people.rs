//! What people and administrators do with accounts, on every database engine
//! at hand.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::time::Duration;

use matinee_engines::db::migrate;
use matinee_engines::testing::{TestDb, databases};
use matinee_identity::{
    AccountFilter, AccountPatch, Accounts, AccountsOptions, AccountsPolicy, AuditEntry,
    Credentials, Device, GrantError, IdentityError, InstanceSecret, NewAccount, NewApiKey,
    NewInvitation, Principal, Registering, Registration, Role, Scope, Scopes, User, migrations,
};
use sea_orm::{ConnectionTrait as _, Statement};

const PASSWORD: &str = "correct horse battery";

fn open(test: &TestDb, registration: Registration) -> Accounts {
    let secret = InstanceSecret::from_bytes([7; 32]);
    let options = AccountsOptions {
        policy: AccountsPolicy {
            registration,
            ..AccountsPolicy::default()
        },
        ..AccountsOptions::default()
    };
    Accounts::new(test.db.clone(), &secret, options).unwrap()
}

async fn each(registration: Registration) -> Vec<(&'static str, TestDb, Accounts)> {
    let mut all = Vec::new();
    for (engine, test) in databases().await.unwrap() {
        migrate(&test.db, migrations()).await.unwrap();
        let accounts = open(&test, registration);
        accounts.bootstrap().await.unwrap();
        all.push((engine, test, accounts));
    }
    all
}

fn here() -> Device {
    Device::new("192.0.2.1", "test")
}

fn entry() -> AuditEntry {
    AuditEntry::new(&Principal::NOBODY, "user.test")
}

async fn ada(accounts: &Accounts) -> User {
    let wish = Registering {
        username: "Ada".into(),
        password: PASSWORD.into(),
        ..Registering::default()
    };
    accounts.register(wish, &here()).await.unwrap().user
}

#[tokio::test]
async fn an_invitation_is_used_as_often_as_it_says() {
    for (engine, _test, accounts) in each(Registration::Invitation).await {
        let new = NewInvitation {
            role: Role::Creator,
            note: String::new(),
            max_uses: 2,
            life: Duration::from_hours(1),
        };
        let (invitation, token) = accounts.invite("user_x", new).await.unwrap();
        let wish = |n: usize| Registering {
            username: format!("person{n}"),
            password: PASSWORD.into(),
            invitation: Some(token.clone()),
            ..Registering::default()
        };
        let joined = futures::future::join_all((0..4).map(|n| {
            let (accounts, wish) = (accounts.clone(), wish(n));
            async move { accounts.register(wish, &here()).await }
        }))
        .await;
        let roles: Vec<Role> = joined.iter().flatten().map(|new| new.user.role).collect();
        assert_eq!(roles, [Role::Creator; 2], "{engine}");
        let listed = accounts.invitations(None, 10).await.unwrap();
        assert_eq!(
            (listed[0].uses, &listed[0].id),
            (2, &invitation.id),
            "{engine}"
        );
        accounts.delete_invitation(&invitation.id).await.unwrap();
        let gone = accounts.delete_invitation(&invitation.id).await;
        assert!(matches!(gone, Err(IdentityError::NotFound(_))), "{engine}");
    }
}

#[tokio::test]
async fn accounts_are_found_changed_and_deleted() {
    for (engine, _test, accounts) in each(Registration::Open).await {
        let user = ada(&accounts).await;
        let id = user.id.as_str();
        let new = NewAccount {
            username: "grace".into(),
            display_name: Some("Grace 100%".into()),
            email: Some("Grace@Example.org".into()),
            role: Role::Moderator,
            password: None,
        };
        let (grace, token) = accounts.create_account(new.clone(), entry()).await.unwrap();
        let same_email = NewAccount {
            username: "other".into(),
            ..new
        };
        let taken = accounts.create_account(same_email, entry()).await;
        assert!(
            matches!(taken, Err(IdentityError::Invalid { field: "email", .. })),
            "{engine}"
        );
        accounts
            .reset_password(&token.unwrap(), PASSWORD.into())
            .await
            .unwrap();
        let found = async |q: &str, role| {
            let filter = AccountFilter {
                q: Some(q.into()),
                role,
                disabled: Some(false),
            };
            accounts
                .list_accounts(&filter, None, 10)
                .await
                .unwrap()
                .len()
        };
        assert_eq!(found("GRACE", None).await, 1, "{engine}");
        assert_eq!(found("0%", None).await, 1, "{engine}");
        assert_eq!(found("example", Some(Role::Viewer)).await, 0, "{engine}");
        let patch = AccountPatch {
            username: Some("grace".into()),
            display_name: None,
        };
        let taken = accounts.change_account(id, patch).await;
        assert!(
            matches!(
                taken,
                Err(IdentityError::Invalid {
                    field: "username",
                    ..
                })
            ),
            "{engine}"
        );

        let session = accounts
            .sign_in(Credentials::new("GRACE@example.org", PASSWORD), &here())
            .await
            .unwrap();
        accounts
            .set_role(&grace.id, Role::Viewer, entry())
            .await
            .unwrap();
        let known = accounts
            .authenticate(&session.token, "::1")
            .await
            .unwrap()
            .unwrap();
        assert_eq!(known.user.role, Role::Viewer, "{engine}");
        accounts
            .set_disabled(&grace.id, true, entry())
            .await
            .unwrap();
        let known = accounts.authenticate(&session.token, "::1").await.unwrap();
        assert_eq!(known, None, "{engine}");
        accounts.delete_account(&grace.id, entry()).await.unwrap();
        let gone = accounts.account(&grace.id).await;
        assert!(matches!(gone, Err(IdentityError::NotFound(_))), "{engine}");
        let operator = accounts.operator().await.unwrap();
        let last = accounts.delete_account(operator.id.as_str(), entry()).await;
        assert!(
            matches!(last, Err(IdentityError::LastAdministrator)),
            "{engine}"
        );
    }
}

#[tokio::test]
async fn two_administrators_cannot_demote_each_other() {
    for (engine, _test, accounts) in each(Registration::Open).await {
        let a = accounts.operator().await.unwrap();
        let b = ada(&accounts).await;
        accounts
            .set_role(b.id.as_str(), Role::Administrator, entry())
            .await
            .unwrap();
        let (x, y) = tokio::join!(
            accounts.set_role(a.id.as_str(), Role::Viewer, entry()),
            accounts.set_role(b.id.as_str(), Role::Viewer, entry()),
        );
        assert!(x.is_ok() != y.is_ok(), "{engine}: {x:?} {y:?}");
        accounts.operator().await.unwrap();
    }
}

#[tokio::test]
async fn a_refresh_token_is_good_once_even_for_two_at_once() {
    for (engine, _test, accounts) in each(Registration::Open).await {
        ada(&accounts).await;
        let tokens = accounts
            .grant_password(Credentials::new("ada", PASSWORD), Some("read"), &here())
            .await
            .unwrap();
        assert_eq!(tokens.scope, "read", "{engine}");
        let next = accounts
            .grant_refresh(&tokens.refresh_token, &here())
            .await
            .unwrap();
        let device = here();
        let (x, y) = tokio::join!(
            accounts.grant_refresh(&next.refresh_token, &device),
            accounts.grant_refresh(&next.refresh_token, &device),
        );
        let won: Vec<_> = [x, y].into_iter().flatten().collect();
        assert!(won.len() <= 1, "{engine}");
        // Whoever won, the session is over: one of the two was a thief.
        for tokens in won {
            let ended = accounts.grant_refresh(&tokens.refresh_token, &here()).await;
            assert!(
                matches!(ended, Err(IdentityError::Grant(GrantError::InvalidGrant))),
                "{engine}"
            );
            let known = accounts
                .authenticate(&tokens.access_token, "::1")
                .await
                .unwrap();
            assert_eq!(known, None, "{engine}");
        }
    }
}

#[tokio::test]
async fn a_device_is_let_in_once() {
    for (engine, _test, accounts) in each(Registration::Open).await {
        let user = ada(&accounts).await;
        let codes = accounts
            .begin_device("Roku", Some("read"), &here())
            .await
            .unwrap();
        let pending = accounts.grant_device(&codes.device_code, &here()).await;
        assert!(
            matches!(
                pending,
                Err(IdentityError::Grant(GrantError::AuthorizationPending))
            ),
            "{engine}"
        );
        accounts
            .answer_device(&user, &codes.user_code, true)
            .await
            .unwrap();
        let device = here();
        let (x, y) = tokio::join!(
            accounts.grant_device(&codes.device_code, &device),
            accounts.grant_device(&codes.device_code, &device),
        );
        let tokens: Vec<_> = [x, y].into_iter().flatten().collect();
        assert_eq!(tokens.len(), 1, "{engine}");
        let known = accounts
            .authenticate(&tokens[0].access_token, "::1")
            .await
            .unwrap()
            .unwrap();
        assert!(known.user.scopes.contain(Scope::Read), "{engine}");
        assert!(!known.user.scopes.contain(Scope::Manage), "{engine}");
    }
}

#[tokio::test]
async fn a_key_is_good_until_it_expires_or_is_deleted() {
    for (engine, _test, accounts) in each(Registration::Open).await {
        let user = ada(&accounts).await;
        let id = user.id.as_str();
        let new = NewApiKey {
            name: "robot".into(),
            scopes: Scopes::none().with(Scope::Upload),
            expires_at: None,
        };
        let (key, secret) = accounts.create_key(id, new).await.unwrap();
        let known = accounts
            .authenticate(&secret, "::1")
            .await
            .unwrap()
            .unwrap();
        assert_eq!(known.user.scopes.names(), ["upload"], "{engine}");
        assert!(
            accounts.keys(id).await.unwrap()[0].last_used_at.is_some(),
            "{engine}"
        );
        let altered = format!("{}x", &secret[..secret.len() - 1]);
        assert_eq!(
            accounts.authenticate(&altered, "::1").await.unwrap(),
            None,
            "{engine}"
        );
        let stranger = accounts.delete_key("user_x", &key.id).await;
        assert!(
            matches!(stranger, Err(IdentityError::NotFound(_))),
            "{engine}"
        );
        accounts.delete_key(id, &key.id).await.unwrap();
        assert_eq!(
            accounts.authenticate(&secret, "::1").await.unwrap(),
            None,
            "{engine}"
        );
        let soon = NewApiKey {
            name: "soon".into(),
            scopes: Scopes::all(),
            expires_at: Some(matinee_engines::time::now_micros() + 50_000),
        };
        let (_, secret) = accounts.create_key(id, soon).await.unwrap();
        tokio::time::sleep(Duration::from_millis(80)).await;
        assert_eq!(
            accounts.authenticate(&secret, "::1").await.unwrap(),
            None,
            "{engine}"
        );
    }
}

#[tokio::test]
async fn sessions_outlive_a_restart_and_end_when_they_are_told() {
    for (engine, test, accounts) in each(Registration::Open).await {
        let user = ada(&accounts).await;
        let id = user.id.as_str();
        let credentials = || Credentials::new("ada", PASSWORD);
        let one = accounts.sign_in(credentials(), &here()).await.unwrap();
        let two = accounts.sign_in(credentials(), &here()).await.unwrap();
        let again = open(&test, Registration::Open);
        let known = again
            .authenticate(&one.token, "::1")
            .await
            .unwrap()
            .unwrap();
        let session = known.via.session().unwrap().to_owned();
        assert_eq!(again.sessions(id).await.unwrap().len(), 2, "{engine}");
        again.end_all_sessions(id, Some(&session)).await.unwrap();
        assert_eq!(
            again.authenticate(&two.token, "::1").await.unwrap(),
            None,
            "{engine}"
        );
        assert!(
            again
                .authenticate(&one.token, "::1")
                .await
                .unwrap()
                .is_some(),
            "{engine}"
        );
        again.end_session(id, &session).await.unwrap();
        assert_eq!(
            again.authenticate(&one.token, "::1").await.unwrap(),
            None,
            "{engine}"
        );
        let export = again.export(id, None).await.unwrap();
        assert_eq!(export["account"]["username"], "ada", "{engine}");
        assert_eq!(again.collect_expired().await.unwrap(), 0, "{engine}");
    }
}

#[tokio::test]
async fn no_recovery_code_is_good_twice() {
    for (engine, test, accounts) in each(Registration::Open).await {
        let user = ada(&accounts).await;
        let id = user.id.as_str();
        let made = accounts.begin_totp(id).await.unwrap();
        assert!(made.url.contains(&made.secret), "{engine}");
        let wrong = accounts.confirm_totp(id, "000000 0", &here()).await;
        assert!(matches!(wrong, Err(IdentityError::WrongCode)), "{engine}");
        // What the database holds does not tell the secret.
        let rows = test
            .db
            .read()
            .query_all_raw(Statement::from_string(
                test.db.backend(),
                "SELECT totp_secret FROM users WHERE totp_secret IS NOT NULL",
            ))
            .await
            .unwrap();
        let sealed: Vec<u8> = rows[0].try_get("", "totp_secret").unwrap();
        assert_eq!(sealed.len(), 12 + 20 + 16, "{engine}: nonce, text, tag");
    }
}
