//! API keys: long-lived credentials of programs, each for chosen scopes.

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use super::sessions::scopes;
use super::{Accounts, Known, Via};
use crate::credentials::secret;
use crate::store::api_keys;
use crate::{IdentityError, Result, Scopes, User, take_back};

/// How keys begin, so that people and scanners of leaked secrets know them.
pub(super) const PREFIX: &str = "mtn_";
/// How much of a key stays visible.
const VISIBLE: usize = 12;
const NAME_MAX: usize = 80;
const KEYS_MAX: u64 = 50;
/// How exactly it is known when a key was used.
const SEEN: i64 = 60 * 1_000_000;

/// A key as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// `key_…`
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// How it begins.
    pub prefix: String,
    /// What it may be used for.
    pub scopes: Scopes,
    /// In UTC microseconds.
    pub created_at: i64,
    /// In UTC microseconds; none for one that stays.
    pub expires_at: Option<i64>,
    /// To a minute, in UTC microseconds.
    pub last_used_at: Option<i64>,
}

impl From<api_keys::Model> for ApiKey {
    fn from(row: api_keys::Model) -> Self {
        Self {
            scopes: scopes(Some(&row.scopes)),
            id: row.id,
            name: row.name,
            prefix: row.prefix,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
        }
    }
}

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Scopes,
    /// In UTC microseconds; none for one that stays.
    pub expires_at: Option<i64>,
}

fn invalid(field: &'static str, reason: impl Into<String>) -> IdentityError {
    IdentityError::Invalid {
        field,
        reason: reason.into(),
    }
}

impl Accounts {
    /// Makes a key. The second part is the key itself, which is shown once and
    /// kept nowhere.
    pub async fn create_key(&self, user: &str, new: NewApiKey) -> Result<(ApiKey, String)> {
        let name = new.name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX {
            return Err(invalid(
                "name",
                format!("must have 1 to {NAME_MAX} characters"),
            ));
        }
        if new.scopes == Scopes::none() {
            return Err(invalid(
                "scopes",
                "must name at least one of read, upload, manage, admin",
            ));
        }
        if new.expires_at.is_some_and(|at| at <= now_micros()) {
            return Err(invalid("expires_at", "must lie in the future"));
        }
        let count = api_keys::Entity::find()
            .filter(api_keys::Column::UserId.eq(user))
            .count(self.0.db.write())
            .await?;
        if count >= KEYS_MAX {
            return Err(invalid(
                "name",
                format!("there are {KEYS_MAX} keys already: delete one first"),
            ));
        }
        let key = format!("{PREFIX}{}", secret::random_token());
        let row = api_keys::Model {
            id: Id::new("key").into(),
            user_id: user.to_owned(),
            name: name.to_owned(),
            prefix: key.chars().take(VISIBLE).collect(),
            key_hash: secret::hash(&key).to_vec(),
            scopes: new.scopes.names().join(" "),
            created_at: now_micros(),
            expires_at: new.expires_at,
            last_used_at: None,
        };
        api_keys::Entity::insert(api_keys::ActiveModel {
            id: Set(row.id.clone()),
            user_id: Set(row.user_id.clone()),
            name: Set(row.name.clone()),
            prefix: Set(row.prefix.clone()),
            key_hash: Set(row.key_hash.clone()),
            scopes: Set(row.scopes.clone()),
            created_at: Set(row.created_at),
            expires_at: Set(row.expires_at),
            last_used_at: Set(None),
        })
        .exec_without_returning(self.0.db.write())
        .await?;
        Ok((row.into(), key))
    }

    /// The account's keys, the newest first.
    pub async fn keys(&self, user: &str) -> Result<Vec<ApiKey>> {
        let rows = api_keys::Entity::find()
            .filter(api_keys::Column::UserId.eq(user))
            .order_by_desc(api_keys::Column::Id)
            .all(self.0.db.read())
            .await?;
        Ok(rows.into_iter().map(ApiKey::from).collect())
    }

    /// Deletes one of the account's keys.
    pub async fn delete_key(&self, user: &str, key: &str) -> Result<()> {
        let gone = api_keys::Entity::delete_many()
            .filter(api_keys::Column::UserId.eq(user))
            .filter(api_keys::Column::Id.eq(key))
            .exec(self.0.db.write())
            .await?;
        if gone.rows_affected == 0 {
            return Err(IdentityError::NotFound("key"));
        }
        take_back(self.0.db.write(), [key]).await?;
        self.forget_known();
        Ok(())
    }

    pub(super) async fn by_api_key(&self, hash: &[u8; 32]) -> Result<Option<Known>> {
        use api_keys::Column as K;
        let now = now_micros();
        let lasting = Condition::any()
            .add(K::ExpiresAt.is_null())
            .add(K::ExpiresAt.gt(now));
        let found = api_keys::Entity::find()
            .filter(K::KeyHash.eq(hash.to_vec()))
            .filter(lasting)
            .one(self.0.db.read())
            .await?;
        let Some(key) = found else { return Ok(None) };
        let Some(holder) = self.holder(&key.user_id).await? else {
            return Ok(None);
        };
        if key
            .last_used_at
            .is_none_or(|at| now.saturating_sub(at) > SEEN)
        {
            api_keys::Entity::update_many()
                .col_expr(K::LastUsedAt, Expr::value(now))
                .filter(K::Id.eq(&key.id))
                .exec(self.0.db.write())
                .await?;
        }
        Ok(Some(Known {
            user: User {
                scopes: scopes(Some(&key.scopes)),
                ..holder.user
            },
            via: Via::Key { id: key.id },
        }))
    }
}
