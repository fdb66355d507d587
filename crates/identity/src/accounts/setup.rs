//! The first start, and the operator who has lost their password.

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use subtle::ConstantTimeEq as _;

use super::{Accounts, Device, SignedIn, account, user_of};
use crate::credentials::secret;
use crate::store::users;
use crate::{IdentityError, Result, Role, User, password};

/// The name of the account that the first start makes.
const OPERATOR: &str = "operator";

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

impl Accounts {
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
        let password = secret::random_password();
        let hash = password::hash("password", password.clone()).await?;
        let row = account::row(Id::new("user"), OPERATOR, hash, Role::Administrator);
        users::Entity::insert(row)
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
        let token = secret::random_token();
        *self.0.setup.lock() = Some(token.clone());
        token
    }

    /// Gives the operator a password made up now and ends all their sessions,
    /// for somebody who has forgotten it and can run commands on the machine.
    /// A second factor is taken off, and a disabled account enabled.
    pub async fn reset_operator(&self) -> Result<Setup> {
        let operator = self.operator_row().await?;
        let password = secret::random_password();
        let hash = password::hash("password", password.clone()).await?;
        self.replace_password(&operator.id, &operator.username, hash)
            .await?;
        self.remove_second_factor(&operator.id).await?;
        users::Entity::update_many()
            .col_expr(users::Column::DisabledAt, Expr::value(None::<i64>))
            .filter(users::Column::Id.eq(&operator.id))
            .exec(self.0.db.write())
            .await?;
        Ok(Setup {
            username: operator.username,
            password,
            token: self.new_setup_token(),
        })
    }

    /// Keeps a new name and password, and ends all sessions of this account.
    async fn replace_password(&self, id: &str, username: &str, hash: String) -> Result<()> {
        let tx = self.0.db.begin().await?;
        users::Entity::update_many()
            .col_expr(users::Column::Username, Expr::value(username))
            .col_expr(users::Column::PasswordHash, Expr::value(hash))
            .col_expr(users::Column::UpdatedAt, Expr::value(now_micros()))
            .filter(users::Column::Id.eq(id))
            .exec(&tx)
            .await?;
        self.end_sessions(&tx, id, None).await?;
        tx.commit().await?;
        self.forget_known();
        Ok(())
    }

    /// Sets the operator's name and password, once per set-up token. Ends all
    /// other sessions.
    pub async fn set_up(
        &self,
        token: &str,
        username: Option<String>,
        password: String,
        device: &Device,
    ) -> Result<SignedIn> {
        let matches = |expected: &String| bool::from(expected.as_bytes().ct_eq(token.as_bytes()));
        if !self.0.setup.lock().as_ref().is_some_and(matches) {
            return Err(IdentityError::SetupLink);
        }
        let username = username
            .map(|name| account::valid_username(&name))
            .transpose()?;
        let hash = password::hash("password", password).await?;
        let operator = self.operator_row().await?;
        // Two clicks at once: only one of them still finds the token.
        if self.0.setup.lock().take().is_none() {
            return Err(IdentityError::SetupLink);
        }
        let username = username.unwrap_or_else(|| operator.username.clone());
        self.replace_password(&operator.id, &username, hash).await?;
        let user = user_of(&users::Model {
            username,
            ..operator
        })?;
        self.open_session(user, device).await
    }

    /// Whom open mode takes everybody for: the operator.
    pub async fn operator(&self) -> Result<User> {
        user_of(&self.operator_row().await?)
    }

    /// The administrator who has been there longest.
    async fn operator_row(&self) -> Result<users::Model> {
        users::Entity::find()
            .filter(users::Column::Role.eq(Role::Administrator.as_str()))
            .order_by_asc(users::Column::Id)
            .one(self.0.db.read())
            .await?
            .ok_or(IdentityError::Corrupt("operator account"))
    }
}
