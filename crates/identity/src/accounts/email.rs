//! E-mail addresses that are proven, and passwords that are forgotten.
//!
//! Nothing here tells whether an address or a name has an account: the answer
//! is the same, and what takes time is done after it was given.

use std::sync::LazyLock;
use std::time::Duration;

use matinee_engines::time::now_micros;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use tokio::sync::Semaphore;

use super::account::{taken, valid_email};
use super::{Accounts, Device, later};
use crate::credentials::secret;
use crate::mail::Letter;
use crate::store::{one_time_tokens, users};
use crate::{IdentityError, Result, password};

const VERIFY: &str = "verify-email";
const RESET: &str = "reset-password";
const VERIFY_LIFE: Duration = Duration::from_hours(48);
const RESET_LIFE: Duration = Duration::from_hours(1);
/// A link by which somebody whom an administrator has made an account for
/// chooses their first password.
const WELCOME_LIFE: Duration = Duration::from_hours(7 * 24);

/// How many forgotten passwords are looked into at once.
static LOOKING: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(32));

impl Accounts {
    /// A secret that is good once, for this purpose, until it expires or
    /// another one is asked for.
    async fn issue_once<C: ConnectionTrait>(
        &self,
        conn: &C,
        user: &str,
        purpose: &str,
        data: &str,
        life: Duration,
    ) -> Result<String> {
        use one_time_tokens::Column as T;
        one_time_tokens::Entity::delete_many()
            .filter(T::UserId.eq(user))
            .filter(T::Purpose.eq(purpose))
            .exec(conn)
            .await?;
        let token = secret::random_token();
        let row = one_time_tokens::ActiveModel {
            token_hash: Set(secret::hash(&token).to_vec()),
            user_id: Set(user.to_owned()),
            purpose: Set(purpose.to_owned()),
            data: Set(data.to_owned()),
            created_at: Set(now_micros()),
            expires_at: Set(later(life)),
        };
        one_time_tokens::Entity::insert(row)
            .exec_without_returning(conn)
            .await?;
        Ok(token)
    }

    /// Uses such a secret up: the account and what was kept with it.
    async fn redeem_once<C: ConnectionTrait>(
        &self,
        conn: &C,
        purpose: &str,
        token: &str,
    ) -> Result<(String, String)> {
        use one_time_tokens::Column as T;
        let hash = secret::hash(token).to_vec();
        let found = one_time_tokens::Entity::find_by_id(hash.clone())
            .filter(T::Purpose.eq(purpose))
            .filter(T::ExpiresAt.gt(now_micros()))
            .one(conn)
            .await?
            .ok_or(IdentityError::Link)?;
        let spent = one_time_tokens::Entity::delete_many()
            .filter(T::TokenHash.eq(hash))
            .exec(conn)
            .await?;
        if spent.rows_affected == 0 {
            return Err(IdentityError::Link);
        }
        Ok((found.user_id, found.data))
    }

    pub(super) async fn collect_one_time_tokens(&self, now: i64) -> Result<()> {
        one_time_tokens::Entity::delete_many()
            .filter(one_time_tokens::Column::ExpiresAt.lte(now))
            .exec(self.0.db.write())
            .await?;
        Ok(())
    }

    /// A page of the site, as a link for mail.
    fn link(&self, page: &str, token: &str) -> String {
        let base = self.0.options.public_url.as_deref().unwrap_or_default();
        // After the hash: no server, proxy or log ever sees it.
        format!("{base}/{page}#{token}")
    }

    /// Tells the owner of an account, if their address is proven.
    pub(super) fn notify(&self, account: &users::Model, subject: &str, text: &str) {
        let proven = account.email_verified_at.is_some();
        if let Some(to) = account.email.clone().filter(|_| proven) {
            let policy = self.policy();
            let service = &policy.service;
            let body = format!(
                "Hello {},\n\n{text}\n\nIf this was not you, choose another password at once and end all other sessions.\n\n{service}\n",
                account.username
            );
            self.0.mailer.post(Letter {
                to,
                subject: format!("{service}: {subject}"),
                body,
            });
        }
    }

    /// Writes to the owner of an account, if their address is proven and the
    /// account is not disabled; whether that is so. Errors:
    /// [`IdentityError::Mail`] when the mail server does not take it.
    pub async fn write_to(&self, id: &str, subject: &str, text: &str) -> Result<bool> {
        let account = self.find(id).await?;
        let reached = account.email_verified_at.is_some() && account.disabled_at.is_none();
        let Some(to) = account.email.filter(|_| reached) else {
            return Ok(false);
        };
        let service = self.policy().service.clone();
        let letter = Letter {
            to,
            subject: format!("{service}: {}", subject.replace(['\r', '\n'], " ")),
            body: format!("Hello {},\n\n{text}\n\n{service}\n", account.username),
        };
        self.0.mailer.send(letter).await?;
        Ok(true)
    }

    /// Keeps an address for the account and mails a link by which its owner
    /// shows that they read what goes there. An address that was proven stays
    /// until the new one is.
    pub async fn claim_email(&self, id: &str, email: &str, device: &Device) -> Result<()> {
        let email = valid_email(email)?;
        self.slow_mail(&email, device)?;
        let account = self.find(id).await?;
        if account.email_verified_at.is_none() {
            users::Entity::update_many()
                .col_expr(users::Column::Email, Expr::value(&email))
                .filter(users::Column::Id.eq(id))
                .filter(users::Column::EmailVerifiedAt.is_null())
                .exec(self.0.db.write())
                .await?;
        }
        if account.email.as_deref() == Some(&email) && account.email_verified_at.is_some() {
            return Ok(());
        }
        // Later, so that the answer takes the same time whoever has it.
        let accounts = self.clone();
        tokio::spawn(async move {
            if let Err(error) = accounts.mail_verification(&account, email).await {
                tracing::warn!(%error, "an e-mail address could not be looked into");
            }
        });
        Ok(())
    }

    async fn mail_verification(&self, account: &users::Model, email: String) -> Result<()> {
        let policy = self.policy();
        let service = &policy.service;
        let body = if self.proven_owner(&email).await?.is_some() {
            format!(
                "Hello,\n\nsomebody, perhaps you, has just given this address for an account at {service}. \
                 It belongs to an account there already, so nothing was changed. If you have forgotten your \
                 password, ask for a new one on the sign-in page.\n\n{service}\n"
            )
        } else {
            let token = self
                .issue_once(self.0.db.write(), &account.id, VERIFY, &email, VERIFY_LIFE)
                .await?;
            format!(
                "Hello {},\n\nopen this link within two days to confirm that this address is yours:\n\n{}\n\n\
                 If you know nothing of this, do nothing.\n\n{service}\n",
                account.username,
                self.link("verify-email", &token)
            )
        };
        self.0.mailer.post(Letter {
            to: email,
            subject: format!("{service}: your e-mail address"),
            body,
        });
        Ok(())
    }

    /// Mail is asked for by anybody, in anybody's name: not too often.
    fn slow_mail(&self, to: &str, device: &Device) -> Result<()> {
        let keys = [
            format!("mail-to:{to}"),
            format!("mail-from:{}", device.addr),
        ];
        self.admit(&keys)?;
        for key in &keys {
            self.0.throttle.failed(key);
        }
        Ok(())
    }

    pub(super) async fn proven_owner(&self, email: &str) -> Result<Option<users::Model>> {
        Ok(users::Entity::find()
            .filter(users::Column::Email.eq(email))
            .filter(users::Column::EmailVerifiedAt.is_not_null())
            .one(self.0.db.read())
            .await?)
    }

    /// Takes the token of a verification link: the address is the account's.
    pub async fn verify_email(&self, token: &str) -> Result<()> {
        let tx = self.0.db.begin().await?;
        let (user, email) = self.redeem_once(&tx, VERIFY, token).await?;
        users::Entity::update_many()
            .col_expr(users::Column::Email, Expr::value(email))
            .col_expr(users::Column::EmailVerifiedAt, Expr::value(now_micros()))
            .filter(users::Column::Id.eq(user))
            .exec(&tx)
            .await
            .map_err(taken)?;
        tx.commit().await?;
        Ok(())
    }

    /// Mails a link by which a new password is chosen, if this name or address
    /// has an account whose address is proven. Returns before that is known.
    pub fn request_reset(&self, login: &str, device: &Device) -> Result<()> {
        let login = login.trim().to_lowercase();
        self.slow_mail(&login, device)?;
        let Ok(place) = LOOKING.try_acquire() else {
            return Err(IdentityError::Throttled {
                retry_after: Duration::from_secs(10),
            });
        };
        let accounts = self.clone();
        tokio::spawn(async move {
            if let Err(error) = accounts.mail_reset(&login).await {
                tracing::warn!(%error, "a forgotten password could not be looked into");
            }
            drop(place);
        });
        Ok(())
    }

    async fn mail_reset(&self, login: &str) -> Result<()> {
        let Some(account) = self.by_login(login).await? else {
            return Ok(());
        };
        let proven = account.email_verified_at.is_some() && account.disabled_at.is_none();
        let Some(to) = account.email.filter(|_| proven) else {
            return Ok(());
        };
        let token = self
            .issue_once(self.0.db.write(), &account.id, RESET, "", RESET_LIFE)
            .await?;
        let policy = self.policy();
        let service = &policy.service;
        let body = format!(
            "Hello {},\n\nopen this link within an hour to choose a new password:\n\n{}\n\n\
             If you did not ask for it, do nothing: your password stays.\n\n{service}\n",
            account.username,
            self.link("reset", &token)
        );
        self.0.mailer.post(Letter {
            to,
            subject: format!("{service}: a new password"),
            body,
        });
        Ok(())
    }

    /// The token of a link by which somebody chooses their first password.
    pub(super) async fn welcome<C: ConnectionTrait>(&self, conn: &C, user: &str) -> Result<String> {
        self.issue_once(conn, user, RESET, "", WELCOME_LIFE).await
    }

    /// A link by which this person chooses another password, for an
    /// administrator to hand on.
    pub async fn reset_link(&self, user: &str) -> Result<String> {
        self.find(user).await?;
        self.welcome(self.0.db.write(), user).await
    }

    /// Chooses a new password with the token of a link, and ends all sessions.
    /// The second factor stays.
    pub async fn reset_password(&self, token: &str, new: String) -> Result<()> {
        let hash = password::hash("password", new).await?;
        let tx = self.0.db.begin().await?;
        let (user, _) = self.redeem_once(&tx, RESET, token).await?;
        let now = now_micros();
        users::Entity::update_many()
            .col_expr(users::Column::PasswordHash, Expr::value(hash))
            .col_expr(users::Column::UpdatedAt, Expr::value(now))
            .filter(users::Column::Id.eq(&user))
            .exec(&tx)
            .await?;
        self.end_sessions(&tx, &user, None).await?;
        tx.commit().await?;
        self.forget_known();
        let account = self.find(&user).await?;
        self.0
            .throttle
            .succeeded(&format!("name:{}", account.username));
        let notice = "A new password was chosen for your account with a link from a mail, and all sessions were ended.";
        self.notify(&account, "Your password was changed", notice);
        Ok(())
    }
}
