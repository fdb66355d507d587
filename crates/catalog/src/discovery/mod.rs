//! Finding something to watch: search, the home page, browsing and
//! recommendations.
//!
//! [`Discovery`] keeps a search index that follows the library
//! ([`Discovery::run`]), and answers from it. What somebody may see is decided
//! twice: the index counts only what they may ([`Seer`]), and every row that is
//! shown is decided once more on what the database says now.

mod document;
mod fold;
mod index;
pub(crate) mod migrations;
mod query;
mod seer;
mod source;
mod speech;
pub(crate) mod store;

use std::path::PathBuf;
use std::sync::Arc;

use matinee_engines::blobs::SharedBlobs;
use matinee_engines::search::{Search, SearchError};

pub use document::{Extra, LENGTHS};
pub use index::RebuildState;
pub use query::{
    FACETS, Found, FoundPage, Moment, Narrow, Order, Query, Suggestion, SuggestionKind, Values,
};
pub use seer::Seer;

pub(crate) use index::note_removed;

use crate::{Catalog, CatalogError};

/// What discovery stands on.
#[derive(Debug, Clone)]
pub struct DiscoveryDeps {
    /// The library.
    pub catalog: Catalog,
    /// The engine that searches.
    pub search: Arc<dyn Search>,
    /// Where the subtitles lie.
    pub blobs: SharedBlobs,
    /// Holds what this node remembers of its index.
    pub folder: PathBuf,
}

/// Why nothing could be found.
#[derive(Debug, thiserror::Error)]
pub enum DiscoveryError {
    /// The library refused or failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The engine refused or failed.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// What this node remembers of its index could not be kept.
    #[error("search: {0}")]
    Io(#[from] std::io::Error),
}

impl From<sea_orm::DbErr> for DiscoveryError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Catalog(error.into())
    }
}

/// A result of discovery.
pub type DiscoveryResult<T> = Result<T, DiscoveryError>;

/// Finds something to watch. Clones share it.
#[derive(Debug, Clone)]
pub struct Discovery {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    catalog: Catalog,
    search: Arc<dyn Search>,
    blobs: SharedBlobs,
    folder: PathBuf,
    /// Done when the indexes are open.
    ready: tokio::sync::OnceCell<()>,
}

impl Discovery {
    /// Discovery on these parts. The indexes are opened with the first search,
    /// or by [`Discovery::run`].
    pub fn new(deps: DiscoveryDeps) -> Self {
        Self {
            inner: Arc::new(Inner {
                catalog: deps.catalog,
                search: deps.search,
                blobs: deps.blobs,
                folder: deps.folder,
                ready: tokio::sync::OnceCell::new(),
            }),
        }
    }
}
