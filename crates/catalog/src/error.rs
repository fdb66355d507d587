//! What can go wrong.

use matinee_engines::db::DbError;
use sea_orm::DbErr;

use crate::FieldError;

/// A result of the catalog.
pub type Result<T, E = CatalogError> = std::result::Result<T, E>;

/// Why the catalog refuses or fails.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// There is no such video, rendition, image or subtitle.
    #[error("there is no {what} {id}")]
    NotFound {
        /// Such as `video`.
        what: &'static str,
        /// The id that was asked for.
        id: String,
    },
    /// Fields that cannot be accepted; all of them, not only the first.
    #[error("{}", summary(.0))]
    Invalid(Vec<FieldError>),
    /// Somebody else has edited it since it was read.
    #[error("it has been edited since: its revision is {current} now")]
    Stale {
        /// The revision that there is.
        current: i64,
    },
    /// A page's cursor that this listing never gave out.
    #[error("the cursor is not one that this list gave out")]
    Cursor,
    /// It cannot be done as things are now.
    #[error("{0}")]
    Conflict(String),
    /// It is for others to do.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The database refused or failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<DbErr> for CatalogError {
    fn from(error: DbErr) -> Self {
        Self::Db(error.into())
    }
}

impl CatalogError {
    /// A refusal of one field.
    pub fn field(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, reason)])
    }

    pub(crate) fn not_found(what: &'static str, id: &str) -> Self {
        Self::NotFound {
            what,
            // An id comes from a URL: it may be long, and it lands in logs.
            id: id.chars().take(64).collect(),
        }
    }
}

fn summary(errors: &[FieldError]) -> String {
    let words: Vec<String> = errors
        .iter()
        .map(|e| format!("{} {}", e.field, e.reason))
        .collect();
    words.join("; ")
}
