//! What can go wrong.

use std::sync::Arc;

use matinee_catalog::CatalogError;
use matinee_channels::ChannelError;
use matinee_engines::blobs::BlobError;
use matinee_media::MediaError;

/// A result of this crate.
pub type Result<T, E = LinearError> = std::result::Result<T, E>;

/// Why something about a channel cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum LinearError {
    /// There is no such channel, or not any more.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Another channel has it.
    #[error("another channel has this {0} already")]
    Taken(&'static str),
    /// Others have edited it again and again meanwhile.
    #[error("the channel is being edited by others: try again")]
    Busy,
    /// A broadcast cannot take a channel over.
    #[error("{reason}")]
    Takeover {
        /// The field that is at fault.
        field: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// A cursor that no list gave out.
    #[error("the cursor is not one that this list gave out")]
    Cursor,
    /// The definition, or what was asked of the schedule.
    #[error(transparent)]
    Channel(#[from] ChannelError),
    /// Access rules that cannot be accepted, or the library.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] sea_orm::DbErr),
    /// The blob store failed.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// Media that cannot be read or made.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// What was kept cannot be read again.
    #[error("what was kept of a channel is damaged: {0}")]
    Damaged(String),
    /// The slate could not be made.
    #[error("the slate could not be made: {0}")]
    Slate(String),
    /// Somebody else waited for the same, and it failed.
    #[error(transparent)]
    Shared(Arc<LinearError>),
}

impl LinearError {
    /// The first cause.
    pub fn root(&self) -> &Self {
        match self {
            Self::Shared(error) => error.root(),
            other => other,
        }
    }

    pub(crate) fn damaged(error: impl std::fmt::Display) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl From<Arc<LinearError>> for LinearError {
    fn from(error: Arc<LinearError>) -> Self {
        Self::Shared(error)
    }
}
