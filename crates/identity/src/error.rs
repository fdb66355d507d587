//! What can go wrong when somebody shows who they are.

use std::time::Duration;

use sea_orm::DbErr;

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
