//! How accounts behave.

use std::fmt;
use std::time::Duration;

/// Who may make an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Registration {
    /// Anybody.
    Open,
    /// Whoever has an invitation.
    #[default]
    Invitation,
    /// Nobody; administrators make them.
    Closed,
}

impl Registration {
    /// The name in the configuration and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Invitation => "invitation",
            Self::Closed => "closed",
        }
    }
}

/// Where mail goes.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum MailOptions {
    /// To the log, whole: for trying things out.
    #[default]
    Log,
    /// To a mail server.
    Smtp {
        /// `smtps://user:password@host:465`, `smtp://host:587?tls=required`.
        url: String,
        /// Whom it comes from, such as `Film club <films@example.org>`.
        from: String,
    },
}

impl fmt::Debug for MailOptions {
    /// Without the address, which holds a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log => f.write_str("Log"),
            Self::Smtp { from, .. } => write!(f, "Smtp({from})"),
        }
    }
}

/// A provider that people may sign in with (OpenID Connect).
#[derive(Clone, PartialEq, Eq)]
pub struct OidcOptions {
    /// The provider's identifier, under which its discovery document lies.
    pub issuer: String,
    /// What the provider calls this service.
    pub client_id: String,
    /// The password that the provider gave to this service; none for a public
    /// client.
    pub client_secret: Option<String>,
    /// What people know the provider as.
    pub name: String,
    /// Whether somebody whose e-mail address the provider has verified is the
    /// one whose account has the same verified address. Only for a provider
    /// that is trusted with that.
    pub link_by_email: bool,
    /// Whether somebody new gets an account, whatever registration says.
    pub sign_up: bool,
}

impl fmt::Debug for OidcOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OidcOptions({} at {})", self.client_id, self.issuer)
    }
}

/// What may change while [`Accounts`](crate::Accounts) are in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountsPolicy {
    /// Who may make an account.
    pub registration: Registration,
    /// What the service calls itself in mail and in authenticators.
    pub service: String,
    /// How many wrong passwords cost nothing, of a name and of an address.
    pub free_attempts: u32,
    /// What the wait after each further one, which doubles, grows to at most.
    pub longest_wait: Duration,
}

impl Default for AccountsPolicy {
    fn default() -> Self {
        Self {
            registration: Registration::default(),
            service: "Matinee".to_owned(),
            free_attempts: 5,
            longest_wait: Duration::from_mins(15),
        }
    }
}

/// How [`Accounts`](crate::Accounts) behave.
#[derive(Debug, Clone, Default)]
pub struct AccountsOptions {
    /// Whether everybody is the operator (`MATINEE_AUTH=open`, loopback only).
    pub open: bool,
    /// What may change later on.
    pub policy: AccountsPolicy,
    /// The address that links in mail begin with. Never taken from a request:
    /// a forged `Host` would lead people, and their tokens, elsewhere.
    pub public_url: Option<String>,
    /// Where mail goes.
    pub mail: MailOptions,
    /// A provider that people may sign in with.
    pub oidc: Option<OidcOptions>,
}
