//! What can go wrong when somebody shows who they are.

use std::time::Duration;

use sea_orm::DbErr;

use crate::{GrantError, OidcError, PasskeyError};

/// Shorthand for this crate's results.
pub type Result<T, E = IdentityError> = std::result::Result<T, E>;

/// What can go wrong when somebody shows who they are.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The user name or the password is wrong; which of them is not told.
    #[error("the user name or the password is not right")]
    WrongCredentials,
    /// Too many failures from here or for this name.
    #[error("too many attempts: try again in {} seconds", .retry_after.as_secs())]
    Throttled {
        /// How long to wait.
        retry_after: Duration,
    },
    /// The password is right, but an authenticator's code is needed too.
    #[error("the code of your authenticator is needed as well")]
    TotpRequired,
    /// The authenticator's code is wrong, or was used already.
    #[error("this code is not right, or was used already")]
    WrongCode,
    /// The account has been disabled by an administrator.
    #[error("this account has been disabled")]
    Disabled,
    /// What is about to be done needs a fresh proof of who does it.
    #[error("sign in again to do this")]
    SignInAgain,
    /// Nobody may make an account.
    #[error("accounts are made by the administrators of this service")]
    RegistrationClosed,
    /// Only those who are invited may make an account.
    #[error("an invitation is needed to make an account")]
    InvitationNeeded,
    /// Nobody could run the service any more.
    #[error("this is the only administrator: make another one first")]
    LastAdministrator,
    /// There is no such thing, or it is somebody else's.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Not in this state.
    #[error("{0}")]
    Conflict(&'static str),
    /// A link from a mail that was used, has expired or never was.
    #[error("this link has been used or has expired: ask for another one")]
    Link,
    /// An application gets no tokens.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// A passkey cannot be used.
    #[error(transparent)]
    Passkey(#[from] PasskeyError),
    /// Somebody could not sign in at a provider.
    #[error(transparent)]
    Oidc(#[from] OidcError),
    /// The mail server's address, or a letter, cannot be used.
    #[error("mail: {0}")]
    Mail(String),
    /// What somebody has elsewhere could not be read or removed.
    #[error("personal data: {0}")]
    Personal(String),
    /// A set-up link that was used, has expired or never was.
    #[error("this set-up link has been used or has expired; restart the program to get a new one")]
    SetupLink,
    /// A field of the request cannot be accepted.
    #[error("{field}: {reason}")]
    Invalid {
        /// The field's name in the API.
        field: &'static str,
        /// What was expected of it.
        reason: String,
    },
    /// The store failed.
    #[error("database: {0}")]
    Db(#[from] DbErr),
    /// Hashing failed, which it does only when memory runs out.
    #[error("the password could not be hashed: {0}")]
    Hash(String),
    /// What the database holds is not what this program wrote there.
    #[error("the stored {0} cannot be read")]
    Corrupt(&'static str),
}
