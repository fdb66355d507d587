//! What can go wrong.

use matinee_catalog::CatalogError;
use matinee_jobs::JobsError;
use sea_orm::DbErr;

/// A result of this crate.
pub type Result<T, E = AdError> = std::result::Result<T, E>;

/// Why something about advertisements cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum AdError {
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// A field that cannot be accepted.
    #[error("{field} {reason}")]
    Invalid {
        /// Which.
        field: String,
        /// What was expected of it.
        reason: String,
    },
    /// It cannot be done as things are now.
    #[error("{0}")]
    Conflict(String),
    /// What the database holds is not what this program wrote there.
    #[error("what was kept of advertisements cannot be read: {0}")]
    Damaged(String),
    /// No requests can be made.
    #[error("no requests can be sent: {0}")]
    Client(String),
    /// The library.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The queue refused or failed.
    #[error(transparent)]
    Jobs(#[from] JobsError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbErr),
}

impl AdError {
    pub(crate) fn field(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid {
            field: field.into(),
            reason: reason.into(),
        }
    }

    pub(crate) fn damaged(error: impl std::fmt::Display) -> Self {
        Self::Damaged(error.to_string())
    }
}
