//! What can go wrong.

use matinee_catalog::CatalogError;
use matinee_jobs::JobsError;
use sea_orm::DbErr;

/// A result of this crate.
pub type Result<T, E = NotifyError> = std::result::Result<T, E>;

/// Why something cannot be told, or kept.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// A field that cannot be accepted.
    #[error("{field} {reason}")]
    Invalid {
        /// Which.
        field: &'static str,
        /// What was expected of it.
        reason: String,
    },
    /// It cannot be done as things are now.
    #[error("{0}")]
    Conflict(String),
    /// What the database holds is not what this program wrote there.
    #[error("the stored {0} cannot be read")]
    Corrupt(&'static str),
    /// The HTTP client cannot be set up.
    #[error("no requests can be sent: {0}")]
    Client(String),
    /// Who follows whom cannot be found out.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The queue refused or failed.
    #[error(transparent)]
    Jobs(#[from] JobsError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbErr),
}

impl NotifyError {
    pub(crate) fn field(field: &'static str, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self::Invalid { field, reason }
    }
}
