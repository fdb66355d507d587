//! Sessions: opened, recognised, listed, ended.

use std::time::Duration;

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Accounts, Device, Holder, api_keys, later, user_of};
use crate::credentials::{jwt, secret};
use crate::store::{sessions, spent_tokens, users};
use crate::{IdentityError, Result, Scope, Scopes, User, take_back, user_agent};

/// How long a browser's session lasts.
const BROWSER: Duration = Duration::from_hours(30 * 24);
/// An application's session lasts this long after it was used.
pub(super) const APP: Duration = Duration::from_hours(60 * 24);
/// How exactly it is known when somebody was here.
const SEEN: i64 = 5 * 60 * 1_000_000;
const USER_AGENT_MAX: usize = 256;
/// Beyond these the oldest end.
const SESSIONS_MAX: u64 = 100;

/// A fresh session.
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// The bearer token; only its hash is kept.
    pub token: String,
    /// How long the session lasts.
    pub lifetime: Duration,
}

/// What kind of client a session is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// A browser, known by its cookie.
    Browser,
    /// An application or a television, known by its refresh token.
    App,
}

impl SessionKind {
    /// The name in the database and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::App => "app",
        }
    }
}

/// Somebody who has been recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub user: User,
    /// By what.
    pub via: Via,
}

/// What somebody was recognised by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// A session of theirs.
    Session {
        /// `session_…`
        id: String,
        /// When they signed in, in UTC microseconds.
        since: i64,
    },
    /// An access token of an application's session.
    App {
        /// `session_…`
        id: String,
    },
    /// An API key (`key_…`).
    Key {
        /// `key_…`
        id: String,
    },
    /// Their password, sent along.
    Password,
    /// Nothing: everybody is the operator.
    Open,
}

impl Via {
    /// The session, if there is one.
    pub fn session(&self) -> Option<&str> {
        match self {
            Self::Session { id, .. } | Self::App { id } => Some(id),
            _ => None,
        }
    }

    /// What can be taken away from them without their account: the session or
    /// the key, if there is one.
    pub fn device(&self) -> Option<&str> {
        match self {
            Self::Session { id, .. } | Self::App { id } | Self::Key { id } => Some(id),
            Self::Password | Self::Open => None,
        }
    }
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionInfo {
    /// `session_…`
    pub id: String,
    /// What kind of client it is in.
    pub kind: SessionKind,
    /// What a person would call the device, such as `Firefox on Linux`.
    pub device: String,
    /// From which address it was last used.
    pub addr: String,
    /// In UTC microseconds.
    pub created_at: i64,
    /// To some minutes, in UTC microseconds.
    pub last_seen_at: i64,
    /// In UTC microseconds.
    pub expires_at: i64,
}

/// A session's row, about to be written.
pub(super) struct NewSession<'a> {
    pub(super) user: &'a str,
    pub(super) kind: SessionKind,
    pub(super) scopes: Option<String>,
    pub(super) client: Option<String>,
    pub(super) lifetime: Duration,
}

impl NewSession<'_> {
    pub(super) fn row(self, token: &str, device: &Device) -> (String, sessions::ActiveModel) {
        let id = Id::new("session").to_string();
        let now = now_micros();
        let row = sessions::ActiveModel {
            token_hash: Set(secret::hash(token).to_vec()),
            id: Set(id.clone()),
            user_id: Set(self.user.to_owned()),
            kind: Set(self.kind.as_str().to_owned()),
            user_agent: Set(device.user_agent.chars().take(USER_AGENT_MAX).collect()),
            addr: Set(device.addr.clone()),
            scopes: Set(self.scopes),
            client: Set(self.client),
            created_at: Set(now),
            last_seen_at: Set(now),
            expires_at: Set(later(self.lifetime)),
        };
        (id, row)
    }
}

/// The scopes of a stored text; all of them if there is none.
pub(super) fn scopes(text: Option<&str>) -> Scopes {
    text.map_or(Scopes::all(), |text| {
        text.split_whitespace().filter_map(Scope::parse).collect()
    })
}

impl Accounts {
    /// Opens a browser's session for somebody who has shown who they are.
    pub async fn open_session(&self, user: User, device: &Device) -> Result<SignedIn> {
        let token = secret::random_token();
        let new = NewSession {
            user: user.id.as_str(),
            kind: SessionKind::Browser,
            scopes: None,
            client: None,
            lifetime: BROWSER,
        };
        let (_, row) = new.row(&token, device);
        sessions::Entity::insert(row)
            .exec_without_returning(self.0.db.write())
            .await?;
        self.trim_sessions(user.id.as_str()).await?;
        self.seen(user.id.as_str()).await?;
        Ok(SignedIn {
            user,
            token,
            lifetime: BROWSER,
        })
    }

    pub(super) async fn trim_sessions(&self, user: &str) -> Result<()> {
        use sessions::Column as S;
        let old: Vec<String> = sessions::Entity::find()
            .select_only()
            .column(S::Id)
            .filter(S::UserId.eq(user))
            .order_by_desc(S::LastSeenAt)
            .order_by_desc(S::Id)
            .offset(SESSIONS_MAX)
            // SQLite wants a limit with an offset.
            .limit(1000)
            .into_tuple()
            .all(self.0.db.write())
            .await?;
        if !old.is_empty() {
            sessions::Entity::delete_many()
                .filter(S::Id.is_in(old))
                .exec(self.0.db.write())
                .await?;
        }
        Ok(())
    }

    /// Remembers that somebody is here.
    pub(super) async fn seen(&self, user: &str) -> Result<()> {
        users::Entity::update_many()
            .col_expr(users::Column::LastSeenAt, Expr::value(now_micros()))
            .filter(users::Column::Id.eq(user))
            .exec(self.0.db.write())
            .await?;
        Ok(())
    }

    /// Who carries this bearer token, from this address; `None` if nobody does
    /// (any more). It may be a session's, an application's access token, or an
    /// API key.
    pub async fn authenticate(&self, token: &str, addr: &str) -> Result<Option<Known>> {
        if jwt::looks_like_one(token) {
            return self.by_access_token(token).await;
        }
        let hash = secret::hash(token);
        if let Some(known) = self.0.known.get(&hash).await {
            return Ok(known);
        }
        let known = if token.starts_with(api_keys::PREFIX) {
            self.by_api_key(&hash).await?
        } else {
            self.by_session(&hash, addr).await?
        };
        self.0.known.insert(hash, known.clone()).await;
        Ok(known)
    }

    async fn by_session(&self, hash: &[u8; 32], addr: &str) -> Result<Option<Known>> {
        let now = now_micros();
        let found = sessions::Entity::find()
            .filter(sessions::Column::TokenHash.eq(hash.to_vec()))
            .filter(sessions::Column::Kind.eq(SessionKind::Browser.as_str()))
            .filter(sessions::Column::ExpiresAt.gt(now))
            .one(self.0.db.read())
            .await?;
        let Some(session) = found else {
            return Ok(None);
        };
        let Some(holder) = self.holder(&session.user_id).await? else {
            return Ok(None);
        };
        if now.saturating_sub(session.last_seen_at) > SEEN {
            sessions::Entity::update_many()
                .col_expr(sessions::Column::LastSeenAt, Expr::value(now))
                .col_expr(sessions::Column::Addr, Expr::value(addr))
                .filter(sessions::Column::Id.eq(&session.id))
                .exec(self.0.db.write())
                .await?;
            self.seen(&session.user_id).await?;
        }
        Ok(Some(Known {
            user: holder.user,
            via: Via::Session {
                id: session.id,
                since: session.created_at,
            },
        }))
    }

    /// A signature and a cached row: no query for most.
    async fn by_access_token(&self, token: &str) -> Result<Option<Known>> {
        let Some(claims) = self.0.access.verify(token, now_micros() / 1_000_000) else {
            return Ok(None);
        };
        let Some(holder) = self.holder(&claims.sub).await? else {
            return Ok(None);
        };
        if holder.generation != claims.r#gen {
            return Ok(None);
        }
        Ok(Some(Known {
            user: User {
                scopes: scopes(Some(&claims.scope)),
                ..holder.user
            },
            via: Via::App { id: claims.sid },
        }))
    }

    /// The account behind a credential; `None` if it is gone or disabled.
    pub(super) async fn holder(&self, id: &str) -> Result<Option<Holder>> {
        if let Some(known) = self.0.holders.get(id).await {
            return Ok(known);
        }
        let found = users::Entity::find_by_id(id)
            .one(self.0.db.read())
            .await?
            .filter(|row| row.disabled_at.is_none());
        let holder = match &found {
            Some(row) => Some(Holder {
                user: user_of(row)?,
                generation: row.generation,
            }),
            None => None,
        };
        self.0.holders.insert(id.to_owned(), holder.clone()).await;
        Ok(holder)
    }

    /// Ends the session that this token belongs to; one that does not exist is
    /// as good as ended.
    pub async fn sign_out(&self, token: &str) -> Result<()> {
        let hash = secret::hash(token);
        let tx = self.0.db.begin().await?;
        let ended = sessions::Entity::find_by_id(hash.to_vec()).one(&tx).await?;
        if let Some(session) = ended {
            take_back(&tx, [session.id.as_str()]).await?;
        }
        sessions::Entity::delete_many()
            .filter(sessions::Column::TokenHash.eq(hash.to_vec()))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        self.0.known.invalidate(&hash).await;
        Ok(())
    }

    /// The account's sessions, the one used last first.
    pub async fn sessions(&self, user: &str) -> Result<Vec<SessionInfo>> {
        let rows = sessions::Entity::find()
            .filter(sessions::Column::UserId.eq(user))
            .filter(sessions::Column::ExpiresAt.gt(now_micros()))
            .order_by_desc(sessions::Column::LastSeenAt)
            .order_by_desc(sessions::Column::Id)
            .limit(2 * SESSIONS_MAX)
            .all(self.0.db.read())
            .await?;
        Ok(rows.into_iter().map(info).collect())
    }

    /// Ends one of the account's sessions.
    pub async fn end_session(&self, user: &str, session: &str) -> Result<()> {
        let tx = self.0.db.begin().await?;
        let row = sessions::Entity::find()
            .filter(sessions::Column::UserId.eq(user))
            .filter(sessions::Column::Id.eq(session))
            .one(&tx)
            .await?
            .ok_or(IdentityError::NotFound("session"))?;
        sessions::Entity::delete_many()
            .filter(sessions::Column::Id.eq(session))
            .exec(&tx)
            .await?;
        take_back(&tx, [session]).await?;
        if row.kind == SessionKind::App.as_str() {
            self.take_back_tokens(&tx, user).await?;
        }
        tx.commit().await?;
        if let Ok(hash) = <[u8; 32]>::try_from(row.token_hash) {
            self.0.known.invalidate(&hash).await;
        }
        self.0.holders.invalidate(user).await;
        Ok(())
    }

    /// Ends all of the account's sessions, but `except`.
    pub async fn end_all_sessions(&self, user: &str, except: Option<&str>) -> Result<()> {
        let tx = self.0.db.begin().await?;
        self.end_sessions(&tx, user, except).await?;
        tx.commit().await?;
        self.forget_known();
        Ok(())
    }

    /// Forgets what has expired; returns how many sessions.
    pub async fn collect_expired(&self) -> Result<u64> {
        let (now, db) = (now_micros(), self.0.db.write());
        let outcome = sessions::Entity::delete_many()
            .filter(sessions::Column::ExpiresAt.lte(now))
            .exec(db)
            .await?;
        spent_tokens::Entity::delete_many()
            .filter(spent_tokens::Column::ExpiresAt.lte(now))
            .exec(db)
            .await?;
        self.collect_codes(now).await?;
        Ok(outcome.rows_affected)
    }
}

fn info(row: sessions::Model) -> SessionInfo {
    SessionInfo {
        id: row.id,
        kind: if row.kind == SessionKind::App.as_str() {
            SessionKind::App
        } else {
            SessionKind::Browser
        },
        device: row
            .client
            .unwrap_or_else(|| user_agent::device(&row.user_agent)),
        addr: row.addr,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        expires_at: row.expires_at,
    }
}
