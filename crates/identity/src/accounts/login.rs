//! Signing in with a name and a password.

use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

use super::{Accounts, SignedIn, user_of};
use crate::store::users;
use crate::{IdentityError, Result, User, password};

/// What somebody types to sign in.
#[derive(Clone, Default)]
pub struct Credentials {
    /// The user name, or the account's verified e-mail address.
    pub login: String,
    /// The password.
    pub password: String,
    /// The authenticator's code, or a recovery code, where one is needed.
    pub code: Option<String>,
}

impl Credentials {
    /// A name and a password.
    pub fn new(login: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            login: login.into(),
            password: password.into(),
            code: None,
        }
    }

    /// The same with a code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }
}

/// Where somebody signs in.
#[derive(Debug, Clone, Default)]
pub struct Device {
    /// The client's address; it is slowed down after failures as the name is.
    pub addr: String,
    /// What the client calls itself.
    pub user_agent: String,
}

impl Device {
    /// A client at this address.
    pub fn new(addr: impl Into<String>, user_agent: impl Into<String>) -> Self {
        Self {
            addr: addr.into(),
            user_agent: user_agent.into(),
        }
    }

    /// What a person would call it, such as `Firefox on Linux`.
    pub fn name(&self) -> String {
        crate::user_agent::device(&self.user_agent)
    }
}

/// How long a sign-in counts as fresh, in microseconds.
const RECENT: i64 = 10 * 60 * 1_000_000;

/// Whether somebody has just signed in, at this instant (UTC microseconds).
pub fn is_recent(signed_in_at: Option<i64>) -> bool {
    let now = matinee_engines::time::now_micros();
    signed_in_at.is_some_and(|at| now.saturating_sub(at) < RECENT)
}

/// The answer to a current password that is wrong.
pub(super) fn wrong_current(field: &'static str) -> IdentityError {
    IdentityError::Invalid {
        field,
        reason: "is not your current password".to_owned(),
    }
}

impl Accounts {
    /// Signs in, and opens a browser's session.
    pub async fn sign_in(&self, credentials: Credentials, device: &Device) -> Result<SignedIn> {
        let user = self.check_credentials(credentials, device).await?;
        self.open_session(user, device).await
    }

    /// Who has this name and password, and code if they use one.
    pub async fn check_credentials(
        &self,
        credentials: Credentials,
        device: &Device,
    ) -> Result<User> {
        let account = self
            .check_password(&credentials.login, credentials.password, device)
            .await?;
        if account.totp_confirmed_at.is_some() {
            let code = credentials.code.filter(|code| !code.trim().is_empty());
            let code = code.ok_or(IdentityError::TotpRequired)?;
            self.check_code(&account, &code, device).await?;
        }
        user_of(&account)
    }

    /// Who has this name and password (HTTP Basic authentication). Whoever
    /// uses an authenticator cannot sign in so: there is no place for its code.
    pub async fn check_basic(
        &self,
        login: &str,
        password: String,
        device: &Device,
    ) -> Result<User> {
        self.check_credentials(Credentials::new(login, password), device)
            .await
    }

    async fn check_password(
        &self,
        login: &str,
        password: String,
        device: &Device,
    ) -> Result<users::Model> {
        let login = login.trim().to_lowercase();
        let keys = [format!("name:{login}"), format!("addr:{}", device.addr)];
        self.admit(&keys)?;
        let account = self.by_login(&login).await?;
        // An account without password takes as long as a wrong name.
        let hash = account
            .as_ref()
            .map(|account| account.password_hash.clone())
            .filter(|hash| !hash.is_empty());
        if let (true, Some(account)) = (password::verify(password, hash).await?, account) {
            // Not the address: whoever has an account of their own could
            // otherwise guess at others' for ever.
            self.0.throttle.succeeded(&keys[0]);
            if account.disabled_at.is_some() {
                return Err(IdentityError::Disabled);
            }
            Ok(account)
        } else {
            for key in &keys {
                self.0.throttle.failed(key);
            }
            Err(IdentityError::WrongCredentials)
        }
    }

    /// Refuses while any of these keys must wait.
    pub(super) fn admit(&self, keys: &[String]) -> Result<()> {
        let wait = keys.iter().filter_map(|key| self.0.throttle.wait(key));
        match wait.max() {
            Some(retry_after) => Err(IdentityError::Throttled { retry_after }),
            None => Ok(()),
        }
    }

    /// The account of this name, else the one whose verified address it is.
    pub(super) async fn by_login(&self, login: &str) -> Result<Option<users::Model>> {
        use users::Column as U;
        let by_email = Condition::all()
            .add(U::Email.eq(login))
            .add(U::EmailVerifiedAt.is_not_null());
        let found = users::Entity::find()
            .filter(Condition::any().add(U::Username.eq(login)).add(by_email))
            .all(self.0.db.read())
            .await?;
        // A name may look like somebody else's address if it is an old one:
        // the address has been proven.
        let proven = found.iter().position(|account| account.username != login);
        Ok(found.into_iter().nth(proven.unwrap_or(0)))
    }

    /// Whether somebody who is signed in knows their password; guessing it is
    /// slowed down as signing in is.
    pub(super) async fn check_current(
        &self,
        account: &users::Model,
        password: String,
        field: &'static str,
        device: &Device,
    ) -> Result<()> {
        match self
            .check_password(&account.username, password, device)
            .await
        {
            Ok(_) => Ok(()),
            Err(IdentityError::WrongCredentials) => Err(wrong_current(field)),
            Err(other) => Err(other),
        }
    }

    /// Refuses unless somebody who is signed in shows that it is still them:
    /// by their password, or, if they have none, by having signed in within
    /// the last minutes.
    pub async fn confirm(
        &self,
        id: &str,
        password: Option<String>,
        signed_in_at: Option<i64>,
        device: &Device,
    ) -> Result<()> {
        let account = self.find(id).await?;
        if !account.password_hash.is_empty() {
            let given = password.ok_or_else(|| wrong_current("password"))?;
            return self
                .check_current(&account, given, "password", device)
                .await;
        }
        if is_recent(signed_in_at) {
            Ok(())
        } else {
            Err(IdentityError::SignInAgain)
        }
    }
}
