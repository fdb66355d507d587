//! Accounts: who there is, how they show that it is them, and where they are
//! signed in.

mod account;
mod api_keys;
mod device_flow;
mod email;
mod identities;
mod invitations;
mod login;
mod manage;
mod oidc;
mod options;
mod passkeys;
mod register;
mod sessions;
mod setup;
mod tokens;
mod two_factor;

use std::sync::Arc;
use std::time::Duration;

use matinee_engines::db::Db;
use matinee_engines::live::Live;
use moka::future::Cache;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter};

use crate::credentials::jwt::AccessTokens;
use crate::credentials::seal::Seal;
use crate::credentials::webauthn::Challenges;
use crate::mail::Mailer;
use crate::store::{sessions as sessions_table, users};
use crate::throttle::Throttle;
use crate::{Audit, IdentityError, InstanceSecret, PersonalData, Result, Role, User, take_back};

pub use account::{Account, AccountPatch, AccountQuota};
pub use api_keys::{ApiKey, NewApiKey};
pub use device_flow::{DeviceCodes, DeviceRequest};
pub use identities::{LinkedIdentity, OidcArrival};
pub use invitations::{Invitation, NewInvitation};
pub use login::{Credentials, Device, is_recent};
pub use manage::{AccountFilter, NewAccount};
pub use oidc::{OidcError, OidcStart};
pub use options::{AccountsOptions, AccountsPolicy, MailOptions, OidcOptions, Registration};
pub use passkeys::{
    AssertionResponse, AttestationResponse, Base64Url, NewCredential, Passkey, UsedCredential,
};
pub use register::{Registered, Registering};
pub use sessions::{Known, SessionInfo, SessionKind, SignedIn, Via};
pub use setup::Setup;
pub use tokens::{GrantError, Tokens};
pub use two_factor::{TotpSecret, TwoFactor};

/// The identifier of the provider that people may sign in with.
pub const PROVIDER: &str = "sso";

/// How long a session that was revoked, or an account that was changed, on
/// another node may still be honoured.
const KNOWN_FOR: Duration = Duration::from_secs(30);

/// Everything about accounts; a clone is cheap.
#[derive(Clone)]
pub struct Accounts(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) options: AccountsOptions,
    policy: Live<AccountsPolicy>,
    pub(crate) seal: Seal,
    access: AccessTokens,
    challenges: Challenges,
    provider: Option<oidc::Provider>,
    mailer: Mailer,
    // By the hash of what they carry.
    known: Cache<[u8; 32], Option<Known>>,
    // By account: who an access token speaks for.
    holders: Cache<String, Option<Holder>>,
    pub(crate) throttle: Throttle,
    // Good until it is used or the program stops.
    setup: parking_lot::Mutex<Option<String>>,
    personal: parking_lot::RwLock<Vec<Arc<dyn PersonalData>>>,
}

/// Who an access token speaks for, as the database says.
#[derive(Clone)]
struct Holder {
    user: User,
    generation: i64,
}

impl Accounts {
    /// The accounts in this database. Fails if the mail server's address
    /// cannot be used.
    pub fn new(db: Db, secret: &InstanceSecret, options: AccountsOptions) -> Result<Self> {
        Ok(Self(Arc::new(Inner {
            seal: Seal::new(secret, "accounts"),
            access: AccessTokens::new(secret),
            challenges: Challenges::new(secret),
            provider: options.oidc.clone().map(oidc::Provider::new),
            mailer: Mailer::new(&options)?,
            known: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(KNOWN_FOR)
                .build(),
            holders: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(KNOWN_FOR)
                .build(),
            throttle: Throttle::of(options.policy.free_attempts, options.policy.longest_wait),
            setup: parking_lot::Mutex::new(None),
            personal: parking_lot::RwLock::new(Vec::new()),
            policy: Live::new(options.policy.clone()),
            db,
            options,
        })))
    }

    /// Whether everybody is the operator.
    pub fn is_open(&self) -> bool {
        self.0.options.open
    }

    /// Who may make an account.
    pub fn registration(&self) -> Registration {
        self.policy().registration
    }

    /// What holds now.
    pub(crate) fn policy(&self) -> Arc<AccountsPolicy> {
        self.0.policy.get()
    }

    /// What holds from now on.
    pub fn set_policy(&self, policy: AccountsPolicy) {
        self.0
            .throttle
            .set(policy.free_attempts, policy.longest_wait);
        self.0.policy.set(policy);
    }

    /// Whether mail reaches people, rather than the log.
    pub fn sends_mail(&self) -> bool {
        self.0.mailer.is_real()
    }

    /// What people know the provider as that they may sign in with.
    pub fn provider(&self) -> Option<&str> {
        self.0.options.oidc.as_ref().map(|oidc| oidc.name.as_str())
    }

    /// The log of what has been done.
    pub fn audit(&self) -> Audit {
        Audit::new(self.0.db.clone())
    }

    /// Has this part of the program asked for what it knows of a person, and
    /// told when they leave.
    pub fn contribute(&self, part: Arc<dyn PersonalData>) {
        self.0.personal.write().push(part);
    }

    pub(crate) fn contributors(&self) -> Vec<Arc<dyn PersonalData>> {
        self.0.personal.read().clone()
    }

    /// Ends the account's sessions, all but `except` (`session_…`), and takes
    /// back its access tokens. The caller then calls [`Self::forget_known`].
    async fn end_sessions<C: ConnectionTrait>(
        &self,
        conn: &C,
        user: &str,
        except: Option<&str>,
    ) -> Result<()> {
        use sessions_table::Column as S;
        let mut sessions = sessions_table::Entity::delete_many().filter(S::UserId.eq(user));
        if let Some(except) = except {
            sessions = sessions.filter(S::Id.ne(except));
        }
        sessions.exec(conn).await?;
        self.take_back_tokens(conn, user).await
    }

    /// Makes every access token and stream token of the account worthless; applications whose
    /// session goes on get a new one with their refresh token.
    async fn take_back_tokens<C: ConnectionTrait>(&self, conn: &C, user: &str) -> Result<()> {
        users::Entity::update_many()
            .col_expr(
                users::Column::Generation,
                Expr::col(users::Column::Generation).add(1),
            )
            .filter(users::Column::Id.eq(user))
            .exec(conn)
            .await?;
        Ok(take_back(conn, [user]).await?)
    }

    /// Makes this node ask the database again who is who.
    pub fn forget_known(&self) {
        self.0.known.invalidate_all();
        self.0.holders.invalidate_all();
    }

    async fn find(&self, id: &str) -> Result<users::Model> {
        users::Entity::find_by_id(id)
            .one(self.0.db.write())
            .await?
            .ok_or(IdentityError::NotFound("account"))
    }
}

/// The account as the rest of the program knows it.
pub(crate) fn user_of(row: &users::Model) -> Result<User> {
    let id = row
        .id
        .parse()
        .map_err(|_| IdentityError::Corrupt("account"))?;
    let role = Role::parse(&row.role).ok_or(IdentityError::Corrupt("account"))?;
    Ok(User::new(id, row.username.clone(), role))
}

/// Micros from now.
fn later(length: Duration) -> i64 {
    let length = i64::try_from(length.as_micros()).unwrap_or(i64::MAX);
    matinee_engines::time::now_micros().saturating_add(length)
}
