//! Tokens of applications: short-lived access tokens, and refresh tokens that
//! are good once (RFC 6749; rotation after RFC 9700, section 4.14).

use std::time::Duration;

use matinee_engines::time::now_micros;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait as _, QueryFilter};

use super::sessions::{APP, NewSession, SessionKind, scopes};
use super::{Accounts, Credentials, Device, later};
use crate::credentials::jwt::AccessClaims;
use crate::credentials::secret;
use crate::store::{sessions, spent_tokens};
use crate::{Audit, AuditEntry, IdentityError, Principal, Result, Scope, Scopes, User};

/// How long an access token is good.
const ACCESS: Duration = Duration::from_mins(15);

/// What an application gets.
#[derive(Clone)]
pub struct Tokens {
    /// Who it acts for.
    pub user: User,
    /// Goes into `Authorization: Bearer`.
    pub access_token: String,
    /// How long that is good.
    pub expires_in: Duration,
    /// Good once, for the next pair.
    pub refresh_token: String,
    /// What the access token may be used for, separated by spaces.
    pub scope: String,
}

/// Why an application gets nothing, in the words of RFC 6749 (section 5.2) and
/// RFC 8628 (section 3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// The token or code is unknown, spent or taken back.
    #[error(
        "this token or code is unknown, was used already, or has been taken back: sign in again"
    )]
    InvalidGrant,
    /// There is no such scope.
    #[error("scopes are read, upload, manage and admin, separated by spaces")]
    InvalidScope,
    /// The person has not answered yet.
    #[error("the code has not been approved yet")]
    AuthorizationPending,
    /// The device asks too often.
    #[error("ask less often")]
    SlowDown,
    /// The code was not approved in time.
    #[error("the code has expired: begin again")]
    ExpiredToken,
    /// The person said no.
    #[error("the request was denied")]
    AccessDenied,
}

impl GrantError {
    /// The code in the answer.
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidScope => "invalid_scope",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::ExpiredToken => "expired_token",
            Self::AccessDenied => "access_denied",
        }
    }
}

/// A wish for scopes in the form in which it is kept; none means all.
pub(super) fn wanted(scope: Option<&str>) -> Result<Option<String>> {
    let Some(text) = scope.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let scopes: Option<Scopes> = text.split_whitespace().map(Scope::parse).collect();
    let scopes = scopes.ok_or(GrantError::InvalidScope)?;
    Ok(Some(scopes.names().join(" ")))
}

impl Accounts {
    /// Tokens for a name and a password.
    pub async fn grant_password(
        &self,
        credentials: Credentials,
        scope: Option<&str>,
        device: &Device,
    ) -> Result<Tokens> {
        let scope = wanted(scope)?;
        let user = self.check_credentials(credentials, device).await?;
        self.open_app_session(user, scope, None, device).await
    }

    pub(super) async fn open_app_session(
        &self,
        user: User,
        scopes: Option<String>,
        client: Option<String>,
        device: &Device,
    ) -> Result<Tokens> {
        let refresh = secret::random_token();
        let new = NewSession {
            user: user.id.as_str(),
            kind: SessionKind::App,
            scopes: scopes.clone(),
            client,
            lifetime: APP,
        };
        let (session, row) = new.row(&refresh, device);
        sessions::Entity::insert(row)
            .exec_without_returning(self.0.db.write())
            .await?;
        self.trim_sessions(user.id.as_str()).await?;
        self.seen(user.id.as_str()).await?;
        self.tokens(user.id.as_str(), &session, scopes.as_deref(), refresh)
            .await
    }

    /// The next pair for a refresh token. One that was used before has been
    /// copied by somebody: the whole session ends.
    pub async fn grant_refresh(&self, refresh: &str, device: &Device) -> Result<Tokens> {
        use sessions::Column as S;
        let spent = secret::hash(refresh).to_vec();
        let next = secret::random_token();
        let now = now_micros();
        let tx = self.0.db.begin().await?;
        let found = sessions::Entity::find()
            .filter(S::TokenHash.eq(spent.clone()))
            .filter(S::Kind.eq(SessionKind::App.as_str()))
            .filter(S::ExpiresAt.gt(now))
            .one(&tx)
            .await?;
        let Some(session) = found else {
            return self.refuse_refresh(tx, spent, device).await;
        };
        let moved = sessions::Entity::update_many()
            .col_expr(S::TokenHash, Expr::value(secret::hash(&next).to_vec()))
            .col_expr(S::LastSeenAt, Expr::value(now))
            .col_expr(S::ExpiresAt, Expr::value(later(APP)))
            .col_expr(S::Addr, Expr::value(device.addr.as_str()))
            .filter(S::TokenHash.eq(spent.clone()))
            .exec(&tx)
            .await?;
        if moved.rows_affected == 0 {
            // Somebody else was here a moment ago, with the same token.
            return self.refuse_refresh(tx, spent, device).await;
        }
        let row = spent_tokens::ActiveModel {
            token_hash: Set(spent),
            session_id: Set(Some(session.id.clone())),
            expires_at: Set(later(APP)),
        };
        spent_tokens::Entity::insert(row)
            .exec_without_returning(&tx)
            .await?;
        tx.commit().await?;
        self.seen(&session.user_id).await?;
        let scopes = session.scopes.as_deref();
        self.tokens(&session.user_id, &session.id, scopes, next)
            .await
    }

    async fn refuse_refresh(
        &self,
        tx: DatabaseTransaction,
        spent: Vec<u8>,
        device: &Device,
    ) -> Result<Tokens> {
        let known = spent_tokens::Entity::find_by_id(spent).one(&tx).await?;
        if let Some(session) = known.and_then(|row| row.session_id)
            && let Some(session) = sessions::Entity::find()
                .filter(sessions::Column::Id.eq(session))
                .one(&tx)
                .await?
        {
            sessions::Entity::delete_many()
                .filter(sessions::Column::Id.eq(&session.id))
                .exec(&tx)
                .await?;
            self.take_back_tokens(&tx, &session.user_id).await?;
            let entry = AuditEntry::new(&Principal::NOBODY, "session.reuse")
                .subject(&session.user_id)
                .detail(serde_json::json!({ "session": session.id }))
                .addr(&device.addr);
            Audit::record(&tx, entry).await?;
            tracing::warn!(
                user = session.user_id,
                "a spent refresh token was used again: its session is ended"
            );
        }
        tx.commit().await?;
        self.forget_known();
        Err(GrantError::InvalidGrant.into())
    }

    /// Ends the session of a refresh token (RFC 7009); an unknown one is as
    /// good as ended.
    pub async fn revoke_refresh(&self, refresh: &str) -> Result<()> {
        let found = sessions::Entity::find()
            .filter(sessions::Column::TokenHash.eq(secret::hash(refresh).to_vec()))
            .one(self.0.db.write())
            .await?;
        match found {
            Some(session) => match self.end_session(&session.user_id, &session.id).await {
                Ok(()) | Err(IdentityError::NotFound(_)) => Ok(()),
                Err(other) => Err(other),
            },
            None => Ok(()),
        }
    }

    async fn tokens(
        &self,
        user: &str,
        session: &str,
        scope: Option<&str>,
        refresh_token: String,
    ) -> Result<Tokens> {
        // Asked anew: a disabled account, or one whose tokens were just taken
        // back, must not get one that lasts.
        self.0.holders.invalidate(user).await;
        let holder = self.holder(user).await?.ok_or(GrantError::InvalidGrant)?;
        // Looked for after the generation is known: whoever ends the session before this finds
        // it gone here, and whoever does so later counts the generation up.
        let alive = sessions::Entity::find().filter(sessions::Column::Id.eq(session));
        if alive.count(self.0.db.write()).await? == 0 {
            return Err(GrantError::InvalidGrant.into());
        }
        let scopes = scopes(scope);
        let scope = scopes.names().join(" ");
        let now = now_micros() / 1_000_000;
        let lasts = i64::try_from(ACCESS.as_secs()).unwrap_or_default();
        let access_token = self.0.access.issue(&AccessClaims {
            sub: user.to_owned(),
            sid: session.to_owned(),
            scope: scope.clone(),
            r#gen: holder.generation,
            iat: now,
            exp: now + lasts,
        });
        Ok(Tokens {
            user: User {
                scopes,
                ..holder.user
            },
            access_token,
            expires_in: ACCESS,
            refresh_token,
            scope,
        })
    }
}
