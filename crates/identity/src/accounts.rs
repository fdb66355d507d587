//! Signing in, sessions, and the operator's account.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use matinee_engines::db::Db;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use moka::future::Cache;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::store::{sessions, users};
use crate::throttle::Throttle;
use crate::{Audit, IdentityError, Result, Role, User, password};

/// The name of the account that the first start makes.
const OPERATOR: &str = "operator";
/// How long a session lasts.
const SESSION: Duration = Duration::from_hours(30 * 24);
/// How long a session that was revoked on another node may still be honoured.
const SESSION_CACHE: Duration = Duration::from_secs(30);
const USERNAME_MAX: usize = 64;
const USER_AGENT_MAX: usize = 256;

/// How [`Accounts`] behave.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccountsOptions {
    /// Whether everybody is the operator (`MATINEE_AUTH=open`, loopback only).
    pub open: bool,
}

/// What the first start prints, once.
#[derive(Clone)]
pub struct Setup {
    /// The operator's name.
    pub username: String,
    /// The operator's first password.
    pub password: String,
    /// Opens the page on which another password is chosen.
    pub token: String,
}

/// A fresh session.
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// The bearer token; only its hash is kept.
    pub token: String,
    /// How long the session lasts.
    pub lifetime: Duration,
}

/// Signs people in and knows their sessions.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

struct Inner {
    db: Db,
    options: AccountsOptions,
    sessions: Cache<[u8; 32], Option<User>>,
    throttle: Throttle,
    // Good until it is used or the program stops.
    setup: parking_lot::Mutex<Option<String>>,
}

impl Accounts {
    /// The accounts in this database.
    pub fn new(db: Db, options: AccountsOptions) -> Self {
        Self(Arc::new(Inner {
            db,
            options,
            sessions: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(SESSION_CACHE)
                .build(),
            throttle: Throttle::new(),
            setup: parking_lot::Mutex::new(None),
        }))
    }

    /// Whether everybody is the operator.
    pub fn is_open(&self) -> bool {
        self.0.options.open
    }

    /// The log of what has been done.
    pub fn audit(&self) -> Audit {
        Audit::new(self.0.db.clone())
    }

    /// Whether a set-up link is waiting to be used.
    pub fn setup_required(&self) -> bool {
        self.0.setup.lock().is_some()
    }

    /// Makes the operator's account if there is no account yet; what it
    /// returns is to be shown once.
    pub async fn bootstrap(&self) -> Result<Option<Setup>> {
        if users::Entity::find().count(self.0.db.write()).await? > 0 {
            return Ok(None);
        }
        let password = random_password();
        let now = now_micros();
        let hash = password::hash("password", password.clone()).await?;
        let user = users::ActiveModel {
            id: Set(Id::new("user").into()),
            username: Set(OPERATOR.to_owned()),
            password_hash: Set(hash),
            role: Set(Role::Administrator.as_str().to_owned()),
            created_at: Set(now),
            updated_at: Set(now),
        };
        users::Entity::insert(user)
            .exec_without_returning(self.0.db.write())
            .await?;
        Ok(Some(Setup {
            username: OPERATOR.to_owned(),
            password,
            token: self.new_setup_token(),
        }))
    }

    /// A new link for choosing the operator's password, for somebody who has
    /// forgotten it and can run commands on the machine.
    pub fn new_setup_token(&self) -> String {
        let token = random_token();
        *self.0.setup.lock() = Some(token.clone());
        token
    }

    /// Gives the operator a password made up now and ends all their sessions,
    /// for somebody who has forgotten it and can run commands on the machine.
    pub async fn reset_operator(&self) -> Result<Setup> {
        let operator = self.operator().await?;
        let password = random_password();
        let hash = password::hash("password", password.clone()).await?;
        self.replace_password(operator.id.as_str(), &operator.username, hash)
            .await?;
        Ok(Setup {
            username: operator.username,
            password,
            token: self.new_setup_token(),
        })
    }

    /// Keeps a new name and password, and ends all sessions of this account.
    async fn replace_password(&self, id: &str, username: &str, hash: String) -> Result<()> {
        users::Entity::update_many()
            .col_expr(users::Column::Username, Expr::value(username))
            .col_expr(users::Column::PasswordHash, Expr::value(hash))
            .col_expr(users::Column::UpdatedAt, Expr::value(now_micros()))
            .filter(users::Column::Id.eq(id))
            .exec(self.0.db.write())
            .await?;
        sessions::Entity::delete_many()
            .filter(sessions::Column::UserId.eq(id))
            .exec(self.0.db.write())
            .await?;
        self.0.sessions.invalidate_all();
        Ok(())
    }

    /// Sets the operator's name and password, once per set-up token. Ends all
    /// other sessions.
    pub async fn set_up(
        &self,
        token: &str,
        username: Option<String>,
        password: String,
        user_agent: &str,
    ) -> Result<SignedIn> {
        let matches = |expected: &String| bool::from(expected.as_bytes().ct_eq(token.as_bytes()));
        if !self.0.setup.lock().as_ref().is_some_and(matches) {
            return Err(IdentityError::SetupLink);
        }
        let username = username.map(|name| valid_username(&name)).transpose()?;
        let hash = password::hash("password", password).await?;
        let operator = users::Entity::find()
            .filter(users::Column::Role.eq(Role::Administrator.as_str()))
            .one(self.0.db.write())
            .await?
            .ok_or(IdentityError::Corrupt("operator account"))?;
        // Two clicks at once: only one of them still finds the token.
        if self.0.setup.lock().take().is_none() {
            return Err(IdentityError::SetupLink);
        }
        let username = username.unwrap_or_else(|| operator.username.clone());
        self.replace_password(&operator.id, &username, hash).await?;
        let user = user(users::Model {
            username,
            ..operator
        })?;
        self.open_session(user, user_agent).await
    }

    /// Signs in with name and password. `from` is the client's address, which
    /// is slowed down after failures as the name is.
    pub async fn sign_in(
        &self,
        username: &str,
        password: String,
        from: &str,
        user_agent: &str,
    ) -> Result<SignedIn> {
        let user = self.check_password(username, password, from).await?;
        self.open_session(user, user_agent).await
    }

    /// Who has this name and password (HTTP Basic authentication).
    pub async fn check_password(
        &self,
        username: &str,
        password: String,
        from: &str,
    ) -> Result<User> {
        let name = username.trim().to_lowercase();
        let keys = [format!("ip:{from}"), format!("name:{name}")];
        if let Some(retry_after) = keys
            .iter()
            .filter_map(|key| self.0.throttle.wait(key))
            .max()
        {
            return Err(IdentityError::Throttled { retry_after });
        }
        let account = users::Entity::find()
            .filter(users::Column::Username.eq(name))
            .one(self.0.db.read())
            .await?;
        let hash = account
            .as_ref()
            .map(|account| account.password_hash.clone());
        match account {
            Some(account) if password::verify(password.clone(), hash.clone()).await? => {
                for key in &keys {
                    self.0.throttle.succeeded(key);
                }
                user(account)
            }
            account => {
                if account.is_none() {
                    password::verify(password, hash).await?;
                }
                for key in &keys {
                    self.0.throttle.failed(key);
                }
                Err(IdentityError::WrongCredentials)
            }
        }
    }

    /// Who carries this session token; `None` if nobody does (any more).
    pub async fn authenticate(&self, token: &str) -> Result<Option<User>> {
        let hash = token_hash(token);
        if let Some(known) = self.0.sessions.get(&hash).await {
            return Ok(known);
        }
        let found = sessions::Entity::find()
            .filter(sessions::Column::TokenHash.eq(hash.to_vec()))
            .filter(sessions::Column::ExpiresAt.gt(now_micros()))
            .one(self.0.db.read())
            .await?;
        let user = match found {
            Some(session) => users::Entity::find_by_id(session.user_id)
                .one(self.0.db.read())
                .await?
                .map(user)
                .transpose()?,
            None => None,
        };
        self.0.sessions.insert(hash, user.clone()).await;
        Ok(user)
    }

    /// Whom open mode takes everybody for: the operator.
    pub async fn operator(&self) -> Result<User> {
        users::Entity::find()
            .filter(users::Column::Role.eq(Role::Administrator.as_str()))
            .one(self.0.db.read())
            .await?
            .map(user)
            .transpose()?
            .ok_or(IdentityError::Corrupt("operator account"))
    }

    /// Ends this session; one that does not exist is as good as ended.
    pub async fn sign_out(&self, token: &str) -> Result<()> {
        let hash = token_hash(token);
        sessions::Entity::delete_many()
            .filter(sessions::Column::TokenHash.eq(hash.to_vec()))
            .exec(self.0.db.write())
            .await?;
        self.0.sessions.invalidate(&hash).await;
        Ok(())
    }

    /// Forgets sessions that have expired; returns how many.
    pub async fn collect_expired(&self) -> Result<u64> {
        let outcome = sessions::Entity::delete_many()
            .filter(sessions::Column::ExpiresAt.lte(now_micros()))
            .exec(self.0.db.write())
            .await?;
        Ok(outcome.rows_affected)
    }

    async fn open_session(&self, user: User, user_agent: &str) -> Result<SignedIn> {
        let token = random_token();
        let now = now_micros();
        let lifetime = i64::try_from(SESSION.as_micros()).unwrap_or(i64::MAX);
        let session = sessions::ActiveModel {
            token_hash: Set(token_hash(&token).to_vec()),
            user_id: Set(user.id.to_string()),
            user_agent: Set(user_agent.chars().take(USER_AGENT_MAX).collect()),
            created_at: Set(now),
            expires_at: Set(now.saturating_add(lifetime)),
        };
        sessions::Entity::insert(session)
            .exec_without_returning(self.0.db.write())
            .await?;
        Ok(SignedIn {
            user,
            token,
            lifetime: SESSION,
        })
    }
}

fn user(row: users::Model) -> Result<User> {
    let id = row
        .id
        .parse()
        .map_err(|_| IdentityError::Corrupt("account"))?;
    let role = Role::parse(&row.role).ok_or(IdentityError::Corrupt("account"))?;
    Ok(User::new(id, row.username, role))
}

fn valid_username(name: &str) -> Result<String> {
    let name = name.trim().to_lowercase();
    let sound = !name.is_empty()
        && name.chars().count() <= USERNAME_MAX
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || "._-@+".contains(c));
    if sound {
        return Ok(name);
    }
    Err(IdentityError::Invalid {
        field: "username",
        reason: format!("1 to {USERNAME_MAX} letters, digits and . _ - @ + are accepted"),
    })
}

fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// Five groups of four characters that are hard to confuse: 100 bits.
fn random_password() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte % 32)]);
    let bytes: [u8; 20] = rand::random();
    let groups: Vec<String> = bytes
        .chunks(4)
        .map(|group| group.iter().copied().map(letter).collect())
        .collect();
    groups.join("-")
}
