//! One account: what it is called, and what its owner may change.

use std::collections::HashMap;

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, SqlErr};

use super::{Accounts, Device, login};
use crate::store::users;
use crate::{IdentityError, Result, Role, password};

const USERNAME_MAX: usize = 64;
const DISPLAY_NAME_MAX: usize = 80;
const EMAIL_MAX: usize = 254;

/// An account as its owner and administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// `user_…`
    pub id: String,
    /// The name to sign in with.
    pub username: String,
    /// What others see; the user name if there is none.
    pub display_name: Option<String>,
    /// Where mail goes; see `email_verified`.
    pub email: Option<String>,
    /// Whether its owner has shown that they read what goes there.
    pub email_verified: bool,
    /// What they may do in general.
    pub role: Role,
    /// Whether there is a password.
    pub has_password: bool,
    /// Whether an authenticator's code is asked for as well.
    pub two_factor: bool,
    /// When it was disabled, in UTC microseconds.
    pub disabled_at: Option<i64>,
    /// When they were last here, to some minutes, in UTC microseconds.
    pub last_seen_at: Option<i64>,
    /// In UTC microseconds.
    pub created_at: i64,
    /// What they may keep and upload, where that is not what their role may.
    pub quota: AccountQuota,
}

/// What one account may keep and upload; none for what its role may.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccountQuota {
    /// In bytes.
    pub storage: Option<u64>,
    /// Uploads in 24 hours.
    pub uploads: Option<u64>,
}

impl TryFrom<users::Model> for Account {
    type Error = IdentityError;

    fn try_from(row: users::Model) -> Result<Self> {
        Ok(Self {
            role: Role::parse(&row.role).ok_or(IdentityError::Corrupt("account"))?,
            id: row.id,
            username: row.username,
            display_name: row.display_name,
            email_verified: row.email.is_some() && row.email_verified_at.is_some(),
            email: row.email,
            has_password: !row.password_hash.is_empty(),
            two_factor: row.totp_confirmed_at.is_some(),
            disabled_at: row.disabled_at,
            last_seen_at: row.last_seen_at,
            created_at: row.created_at,
            quota: AccountQuota {
                storage: row.quota_storage.and_then(|n| u64::try_from(n).ok()),
                uploads: row.quota_uploads.and_then(|n| u64::try_from(n).ok()),
            },
        })
    }
}

/// What an owner changes without more ado; an absent field stays.
#[derive(Debug, Clone, Default)]
pub struct AccountPatch {
    /// Another name to sign in with.
    pub username: Option<String>,
    /// What others see; `None` inside takes it away.
    pub display_name: Option<Option<String>>,
}

/// A new row.
pub(super) fn row(id: Id, username: &str, hash: String, role: Role) -> users::ActiveModel {
    let now = now_micros();
    users::ActiveModel {
        id: Set(id.into()),
        username: Set(username.to_owned()),
        password_hash: Set(hash),
        role: Set(role.as_str().to_owned()),
        created_at: Set(now),
        updated_at: Set(now),
        generation: NotSet,
        email: Set(None),
        email_verified_at: Set(None),
        display_name: Set(None),
        disabled_at: Set(None),
        last_seen_at: Set(None),
        totp_secret: Set(None),
        totp_confirmed_at: Set(None),
        totp_last_step: Set(None),
        quota_storage: Set(None),
        quota_uploads: Set(None),
    }
}

pub(super) fn valid_username(name: &str) -> Result<String> {
    let name = name.trim().to_lowercase();
    let sound = !name.is_empty()
        && name.chars().count() <= USERNAME_MAX
        && name
            .chars()
            // No @: what holds one is an e-mail address.
            .all(|c| c.is_alphanumeric() || "._-+".contains(c));
    if sound {
        return Ok(name);
    }
    Err(IdentityError::Invalid {
        field: "username",
        reason: format!("1 to {USERNAME_MAX} letters, digits and . _ - + are accepted"),
    })
}

pub(super) fn valid_display_name(name: &str) -> Result<Option<String>> {
    let name = name.trim();
    if name.chars().count() > DISPLAY_NAME_MAX || name.chars().any(char::is_control) {
        return Err(IdentityError::Invalid {
            field: "display_name",
            reason: format!("at most {DISPLAY_NAME_MAX} characters are accepted, on one line"),
        });
    }
    Ok((!name.is_empty()).then(|| name.to_owned()))
}

/// An address in lower case, as it is compared.
pub(super) fn valid_email(text: &str) -> Result<String> {
    let text = text.trim().to_lowercase();
    if text.len() <= EMAIL_MAX && text.parse::<lettre::Address>().is_ok() {
        return Ok(text);
    }
    Err(IdentityError::Invalid {
        field: "email",
        reason: "must be an e-mail address such as ada@example.org".to_owned(),
    })
}

/// Tells a name that is taken from a database that fails.
pub(super) fn taken(error: sea_orm::DbErr) -> IdentityError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(text)) if text.contains("email") => {
            IdentityError::Invalid {
                field: "email",
                reason: "belongs to another account".to_owned(),
            }
        }
        Some(SqlErr::UniqueConstraintViolation(_)) => IdentityError::Invalid {
            field: "username",
            reason: "is taken".to_owned(),
        },
        _ => error.into(),
    }
}

impl Accounts {
    /// The account.
    pub async fn account(&self, id: &str) -> Result<Account> {
        self.find(id).await?.try_into()
    }

    /// What others call these accounts, by id: their display name or their user
    /// name. Those that are gone are left out.
    pub async fn names(&self, ids: &[String]) -> Result<HashMap<String, String>> {
        let mut names = HashMap::new();
        for ids in ids.chunks(200) {
            let rows: Vec<(String, String, Option<String>)> = users::Entity::find()
                .select_only()
                .columns([
                    users::Column::Id,
                    users::Column::Username,
                    users::Column::DisplayName,
                ])
                .filter(users::Column::Id.is_in(ids.iter().map(String::as_str)))
                .into_tuple()
                .all(self.0.db.read())
                .await?;
            let shown = |(id, name, display): (_, _, Option<String>)| (id, display.unwrap_or(name));
            names.extend(rows.into_iter().map(shown));
        }
        Ok(names)
    }

    /// Changes what an owner changes without more ado.
    pub async fn change_account(&self, id: &str, patch: AccountPatch) -> Result<Account> {
        let mut update = users::Entity::update_many()
            .col_expr(users::Column::UpdatedAt, Expr::value(now_micros()))
            .filter(users::Column::Id.eq(id));
        if let Some(name) = patch.username {
            update = update.col_expr(users::Column::Username, Expr::value(valid_username(&name)?));
        }
        if let Some(name) = patch.display_name {
            let name = name.map(|n| valid_display_name(&n)).transpose()?.flatten();
            update = update.col_expr(users::Column::DisplayName, Expr::value(name));
        }
        update.exec(self.0.db.write()).await.map_err(taken)?;
        self.forget_known();
        self.account(id).await
    }

    /// Chooses another password and ends all sessions but the one that asks.
    pub async fn change_password(
        &self,
        id: &str,
        current: Option<String>,
        new: String,
        session: Option<&str>,
        device: &Device,
    ) -> Result<()> {
        let account = self.find(id).await?;
        if !account.password_hash.is_empty() {
            let given = current.ok_or_else(|| login::wrong_current("current_password"))?;
            self.check_current(&account, given, "current_password", device)
                .await?;
        }
        let hash = password::hash("password", new).await?;
        let tx = self.0.db.begin().await?;
        users::Entity::update_many()
            .col_expr(users::Column::PasswordHash, Expr::value(hash))
            .col_expr(users::Column::UpdatedAt, Expr::value(now_micros()))
            .filter(users::Column::Id.eq(id))
            .exec(&tx)
            .await?;
        self.end_sessions(&tx, id, session).await?;
        tx.commit().await?;
        self.forget_known();
        let notice = "The password of your account has just been changed, and all other sessions were ended.";
        self.notify(&account, "Your password was changed", notice);
        Ok(())
    }
}
