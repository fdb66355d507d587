//! Letting in a television: it shows a short code, which its owner types on a
//! device where they are signed in (RFC 8628).

use std::time::Duration;

use matinee_engines::time::now_micros;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::tokens::wanted;
use super::{Accounts, Device, GrantError, Tokens, later};
use crate::credentials::secret;
use crate::store::device_codes;
use crate::{IdentityError, Result, User};

/// How long a code may be approved.
const LIFE: Duration = Duration::from_mins(10);
/// How often a device may ask, in seconds.
const INTERVAL: i32 = 5;
/// How much longer it must wait after asking too soon (RFC 8628, section 3.5).
const SLOWER: i32 = 5;
/// So many codes at once, on the whole instance.
const PENDING_MAX: u64 = 10_000;
const CLIENT_MAX: usize = 80;

/// What a device gets to begin with.
#[derive(Debug, Clone)]
pub struct DeviceCodes {
    /// What the device asks with; a secret.
    pub device_code: String,
    /// What it shows.
    pub user_code: String,
    /// How long both are good.
    pub expires_in: Duration,
    /// How long to wait between two questions.
    pub interval: Duration,
}

/// A device that waits to be let in.
#[derive(Debug, Clone)]
pub struct DeviceRequest {
    /// What it shows.
    pub user_code: String,
    /// What it calls itself.
    pub client: String,
    /// Its address.
    pub addr: String,
    /// What it asks for, separated by spaces; none for everything.
    pub scope: Option<String>,
    /// When it asked, in UTC microseconds.
    pub created_at: i64,
}

impl Accounts {
    /// Begins.
    pub async fn begin_device(
        &self,
        client: &str,
        scope: Option<&str>,
        device: &Device,
    ) -> Result<DeviceCodes> {
        let scopes = wanted(scope)?;
        let pending = device_codes::Entity::find().count(self.0.db.read()).await?;
        if pending >= PENDING_MAX {
            return Err(IdentityError::Throttled { retry_after: LIFE });
        }
        let (device_code, user_code) = (secret::random_token(), secret::user_code());
        let row = device_codes::ActiveModel {
            device_hash: Set(secret::hash(&device_code).to_vec()),
            user_code: Set(user_code.clone()),
            client: Set(client
                .chars()
                .filter(|c| !c.is_control())
                .take(CLIENT_MAX)
                .collect()),
            scopes: Set(scopes),
            user_agent: Set(device.user_agent.chars().take(256).collect()),
            addr: Set(device.addr.clone()),
            user_id: Set(None),
            denied: Set(false),
            polled_at: Set(None),
            interval_s: Set(INTERVAL),
            created_at: Set(now_micros()),
            expires_at: Set(later(LIFE)),
        };
        device_codes::Entity::insert(row)
            .exec_without_returning(self.0.db.write())
            .await?;
        Ok(DeviceCodes {
            device_code,
            user_code,
            expires_in: LIFE,
            interval: Duration::from_secs(INTERVAL.unsigned_abs().into()),
        })
    }

    async fn waiting(&self, user: &User, typed: &str) -> Result<device_codes::Model> {
        let keys = [format!("device:{}", user.id)];
        self.admit(&keys)?;
        let code = secret::tidy_code(&typed.to_uppercase(), 4);
        let found = device_codes::Entity::find()
            .filter(device_codes::Column::UserCode.eq(code))
            .filter(device_codes::Column::ExpiresAt.gt(now_micros()))
            .filter(device_codes::Column::UserId.is_null())
            .filter(device_codes::Column::Denied.eq(false))
            .one(self.0.db.write())
            .await?;
        found.ok_or_else(|| {
            self.0.throttle.failed(&keys[0]);
            IdentityError::NotFound("code")
        })
    }

    /// What waits behind this code, before somebody says yes.
    pub async fn device_request(&self, user: &User, code: &str) -> Result<DeviceRequest> {
        let row = self.waiting(user, code).await?;
        Ok(DeviceRequest {
            user_code: row.user_code,
            client: row.client,
            addr: row.addr,
            scope: row.scopes,
            created_at: row.created_at,
        })
    }

    /// Lets a device in, or turns it away.
    pub async fn answer_device(&self, user: &User, code: &str, allow: bool) -> Result<()> {
        use device_codes::Column as D;
        let row = self.waiting(user, code).await?;
        let update = device_codes::Entity::update_many()
            .filter(D::DeviceHash.eq(row.device_hash))
            .filter(D::UserId.is_null())
            .filter(D::Denied.eq(false));
        let update = if allow {
            update.col_expr(D::UserId, Expr::value(user.id.as_str()))
        } else {
            update.col_expr(D::Denied, Expr::value(true))
        };
        let answered = update.exec(self.0.db.write()).await?;
        if answered.rows_affected == 0 {
            return Err(IdentityError::NotFound("code"));
        }
        Ok(())
    }

    /// Tokens for a device that has been let in; says why not yet otherwise.
    pub async fn grant_device(&self, device_code: &str, device: &Device) -> Result<Tokens> {
        use device_codes::Column as D;
        let hash = secret::hash(device_code).to_vec();
        let now = now_micros();
        let row = device_codes::Entity::find_by_id(hash.clone())
            .one(self.0.db.write())
            .await?
            .ok_or(GrantError::InvalidGrant)?;
        if row.expires_at <= now {
            return Err(GrantError::ExpiredToken.into());
        }
        if row.denied {
            return Err(GrantError::AccessDenied.into());
        }
        let Some(user) = row.user_id else {
            let wait = i64::from(row.interval_s) * 1_000_000;
            let early = row
                .polled_at
                .is_some_and(|at| now.saturating_sub(at) < wait);
            let interval = row
                .interval_s
                .saturating_add(if early { SLOWER } else { 0 });
            device_codes::Entity::update_many()
                .col_expr(D::PolledAt, Expr::value(now))
                .col_expr(D::IntervalS, Expr::value(interval))
                .filter(D::DeviceHash.eq(hash))
                .exec(self.0.db.write())
                .await?;
            return Err(if early {
                GrantError::SlowDown.into()
            } else {
                GrantError::AuthorizationPending.into()
            });
        };
        // Good once, even for two who ask at the same instant.
        let taken = device_codes::Entity::delete_many()
            .filter(D::DeviceHash.eq(hash))
            .exec(self.0.db.write())
            .await?;
        if taken.rows_affected == 0 {
            return Err(GrantError::InvalidGrant.into());
        }
        let holder = self.holder(&user).await?.ok_or(GrantError::AccessDenied)?;
        let client = (!row.client.is_empty()).then_some(row.client);
        self.open_app_session(holder.user, row.scopes, client, device)
            .await
    }

    pub(super) async fn collect_codes(&self, now: i64) -> Result<()> {
        // A little later, so that the device still reads that it is too late.
        let old = now.saturating_sub(10 * 60 * 1_000_000);
        device_codes::Entity::delete_many()
            .filter(device_codes::Column::ExpiresAt.lte(old))
            .exec(self.0.db.write())
            .await?;
        self.collect_one_time_tokens(now).await
    }
}
