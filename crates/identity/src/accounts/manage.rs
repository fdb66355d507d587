//! What administrators do with other people's accounts.

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::account::{AccountQuota, row, taken, valid_display_name, valid_email, valid_username};
use super::{Account, Accounts};
use crate::store::users;
use crate::{Audit, AuditEntry, IdentityError, Result, Role, password, take_back};

/// Which accounts; an absent field lets all through.
#[derive(Debug, Clone, Default)]
pub struct AccountFilter {
    /// Whose name or address contains this.
    pub q: Option<String>,
    /// Of this role.
    pub role: Option<Role>,
    /// Only disabled, or only enabled ones.
    pub disabled: Option<bool>,
}

/// An account that an administrator makes.
#[derive(Clone)]
pub struct NewAccount {
    /// The name to sign in with.
    pub username: String,
    /// What others see.
    pub display_name: Option<String>,
    /// Where mail goes; taken as proven, because an administrator says so.
    pub email: Option<String>,
    /// What they may do.
    pub role: Role,
    /// The first password; without it a link is made by which they choose one.
    pub password: Option<String>,
}

impl Accounts {
    /// At most `limit` accounts, the newest first, after the one with the
    /// identifier `after`.
    pub async fn list_accounts(
        &self,
        filter: &AccountFilter,
        after: Option<&Id>,
        limit: u64,
    ) -> Result<Vec<Account>> {
        use users::Column as U;
        let mut query = users::Entity::find().order_by_desc(U::Id).limit(limit);
        if let Some(text) = filter.q.as_ref().filter(|text| !text.trim().is_empty()) {
            let mut escaped = String::new();
            for c in text.trim().to_lowercase().chars().take(100) {
                if matches!(c, '%' | '_' | '\\') {
                    escaped.push('\\');
                }
                escaped.push(c);
            }
            let mut anywhere = Condition::any();
            for column in [U::Username, U::DisplayName, U::Email] {
                let like = LikeExpr::new(format!("%{escaped}%")).escape('\\');
                anywhere = anywhere.add(Expr::expr(Func::lower(Expr::col(column))).like(like));
            }
            query = query.filter(anywhere);
        }
        if let Some(role) = filter.role {
            query = query.filter(U::Role.eq(role.as_str()));
        }
        query = match filter.disabled {
            Some(true) => query.filter(U::DisabledAt.is_not_null()),
            Some(false) => query.filter(U::DisabledAt.is_null()),
            None => query,
        };
        if let Some(after) = after {
            query = query.filter(U::Id.lt(after.as_str()));
        }
        let rows = query.all(self.0.db.read()).await?;
        rows.into_iter().map(Account::try_from).collect()
    }

    /// Makes an account. The second part is the token of a link by which its
    /// owner chooses a password, if none was given.
    pub async fn create_account(
        &self,
        new: NewAccount,
        mut entry: AuditEntry,
    ) -> Result<(Account, Option<String>)> {
        let username = valid_username(&new.username)?;
        let email = new.email.map(|email| valid_email(&email)).transpose()?;
        let display_name = new
            .display_name
            .map(|name| valid_display_name(&name))
            .transpose()?
            .flatten();
        let chosen = new.password.is_some();
        let hash = match new.password {
            Some(password) => password::hash("password", password).await?,
            None => String::new(),
        };
        let id = Id::new("user");
        let tx = self.0.db.begin().await?;
        let new = users::ActiveModel {
            display_name: Set(display_name),
            email_verified_at: Set(email.as_ref().map(|_| now_micros())),
            email: Set(email),
            ..row(id.clone(), &username, hash, new.role)
        };
        users::Entity::insert(new)
            .exec_without_returning(&tx)
            .await
            .map_err(taken)?;
        let token = if chosen {
            None
        } else {
            Some(self.welcome(&tx, id.as_str()).await?)
        };
        entry.subject = Some(id.to_string());
        Audit::record(&tx, entry).await?;
        tx.commit().await?;
        Ok((self.account(id.as_str()).await?, token))
    }

    /// Gives an account another role.
    pub async fn set_role(&self, id: &str, role: Role, entry: AuditEntry) -> Result<()> {
        let tx = self.0.db.begin().await?;
        if role != Role::Administrator {
            self.keep_an_administrator(&tx, id).await?;
        }
        let changed = users::Entity::update_many()
            .col_expr(users::Column::Role, Expr::value(role.as_str()))
            .col_expr(users::Column::UpdatedAt, Expr::value(now_micros()))
            .filter(users::Column::Id.eq(id))
            .exec(&tx)
            .await?;
        take_back(&tx, [id]).await?;
        self.finish(tx, changed.rows_affected, entry).await
    }

    /// Gives an account a quota of its own; nothing for its role's.
    pub async fn set_quota(&self, id: &str, quota: AccountQuota, entry: AuditEntry) -> Result<()> {
        use users::Column as U;
        let count = |n: Option<u64>| n.map(|n| i64::try_from(n).unwrap_or(i64::MAX));
        let tx = self.0.db.begin().await?;
        let changed = users::Entity::update_many()
            .col_expr(U::QuotaStorage, Expr::value(count(quota.storage)))
            .col_expr(U::QuotaUploads, Expr::value(count(quota.uploads)))
            .col_expr(U::UpdatedAt, Expr::value(now_micros()))
            .filter(U::Id.eq(id))
            .exec(&tx)
            .await?;
        self.finish(tx, changed.rows_affected, entry).await
    }

    /// Keeps somebody out, or lets them in again. Their sessions end; their
    /// API keys are refused as long as it lasts.
    pub async fn set_disabled(&self, id: &str, disabled: bool, entry: AuditEntry) -> Result<()> {
        let tx = self.0.db.begin().await?;
        if disabled {
            self.keep_an_administrator(&tx, id).await?;
            self.end_sessions(&tx, id, None).await?;
        }
        let at = disabled.then(now_micros);
        let changed = users::Entity::update_many()
            .col_expr(users::Column::DisabledAt, Expr::value(at))
            .col_expr(users::Column::UpdatedAt, Expr::value(now_micros()))
            .filter(users::Column::Id.eq(id))
            .exec(&tx)
            .await?;
        self.finish(tx, changed.rows_affected, entry).await
    }

    /// Takes the second factor off an account whose owner has lost it.
    pub async fn clear_second_factor(&self, id: &str, entry: AuditEntry) -> Result<()> {
        self.find(id).await?;
        self.remove_second_factor(id).await?;
        self.audit().add(entry).await
    }

    /// Deletes an account and everything that is its alone; see
    /// [`PersonalData`](crate::PersonalData) for what lies elsewhere.
    pub async fn delete_account(&self, id: &str, entry: AuditEntry) -> Result<()> {
        self.find(id).await?;
        {
            let tx = self.0.db.begin().await?;
            self.keep_an_administrator(&tx, id).await?;
        }
        // First what others keep: if one of them fails, the account is still
        // there, and it is tried again.
        self.erase_elsewhere(id).await?;
        let tx = self.0.db.begin().await?;
        self.keep_an_administrator(&tx, id).await?;
        let gone = users::Entity::delete_by_id(id).exec(&tx).await?;
        take_back(&tx, [id]).await?;
        self.finish(tx, gone.rows_affected, entry).await
    }

    /// Refuses if nobody else could run the service.
    async fn keep_an_administrator(&self, tx: &DatabaseTransaction, without: &str) -> Result<()> {
        let administrators = users::Entity::find()
            .filter(users::Column::Role.eq(Role::Administrator.as_str()))
            .filter(users::Column::DisabledAt.is_null())
            // Two who demote each other wait for one another.
            .lock_exclusive()
            .all(tx)
            .await?;
        let affected = administrators.iter().any(|account| account.id == without);
        if affected && administrators.len() == 1 {
            return Err(IdentityError::LastAdministrator);
        }
        Ok(())
    }

    async fn finish(&self, tx: DatabaseTransaction, rows: u64, entry: AuditEntry) -> Result<()> {
        if rows == 0 {
            return Err(IdentityError::NotFound("account"));
        }
        Audit::record(&tx, entry).await?;
        tx.commit().await?;
        self.forget_known();
        Ok(())
    }
}
