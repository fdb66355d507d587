//! Finding something to watch: search, the home page, browsing and
//! recommendations.
//!
//! [`Discovery`] keeps a search index that follows the library
//! ([`Discovery::run`]), and answers from it. What somebody may see is decided
//! twice: the index counts only what they may ([`Seer`]), and every row that is
//! shown is decided once more on what the database says now.

mod cards;
mod document;
mod fold;
mod history;
mod home;
mod index;
mod known;
pub(crate) mod migrations;
mod query;
pub mod recommend;
mod rows;
mod seer;
mod shelves;
mod source;
mod speech;
pub(crate) mod store;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use matinee_engines::blobs::SharedBlobs;
use matinee_engines::search::{Search, SearchError};
use moka::sync::Cache;

pub use cards::{Card, Pictures};
pub use document::{Extra, LENGTHS};
pub use history::{History, Watched};
pub use home::{FilledRow, HomeItem, HomePage};
pub use index::RebuildState;
pub use known::Known;
pub use query::{
    FACETS, Found, FoundPage, Moment, Narrow, Order, Query, Suggestion, SuggestionKind, Values,
};
pub use recommend::{Recommended, Why};
pub use rows::{HomeRow, RowKind, RowSettings};
pub use seer::Seer;

pub(crate) use index::note_removed;

use crate::{Catalog, CatalogError};

/// Titles that are kept in memory: about 2 KiB each.
const CARDS: u64 = 20_000;
/// Lists that are kept in memory: about 3 KiB each.
const ROWS: u64 = 2_000;
/// Neighbours that are kept in memory: about 2 KiB each.
const NEIGHBOURS: u64 = 10_000;
/// How long anything is kept that no change was heard of: what other nodes
/// change is heard of within seconds.
const FRESH: Duration = Duration::from_mins(1);
/// The same of titles: of theirs, only views and likes move on unheard.
const CARDS_FRESH: Duration = Duration::from_mins(5);

/// What discovery stands on.
#[derive(Debug, Clone)]
pub struct DiscoveryDeps {
    /// The library.
    pub catalog: Catalog,
    /// The engine that searches.
    pub search: Arc<dyn Search>,
    /// Where the subtitles lie.
    pub blobs: SharedBlobs,
    /// What people have watched.
    pub history: Arc<dyn History>,
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
    /// What this node remembers of its index could not be kept, or it had no thread for the work.
    #[error("discovery: {0}")]
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
    history: Arc<dyn History>,
    folder: PathBuf,
    /// Titles as rows show them, by id.
    cards: Cache<String, Arc<Card>>,
    /// Lists of ids that many home pages share.
    rows: Cache<String, Arc<Vec<String>>>,
    /// The operator's rows.
    specs: Cache<(), Arc<Vec<HomeRow>>>,
    /// What goes with what, by id.
    neighbours: Cache<String, recommend::Neighbours>,
    /// See [`Discovery::version`].
    version: AtomicU64,
    /// Grows whenever lists may have changed.
    lists: AtomicU64,
    /// How many changes of titles were heard of.
    changes: AtomicU64,
    /// Done when the indexes are open.
    ready: tokio::sync::OnceCell<()>,
}

impl Discovery {
    /// Discovery on these parts. The indexes are opened with the first search,
    /// or by [`Discovery::run`].
    pub fn new(deps: DiscoveryDeps) -> Self {
        let catalog = deps.catalog.clone();
        let discovery = Self {
            inner: Arc::new(Inner {
                catalog: deps.catalog,
                search: deps.search,
                blobs: deps.blobs,
                history: deps.history,
                folder: deps.folder,
                cards: Cache::builder()
                    .max_capacity(CARDS)
                    .time_to_live(CARDS_FRESH)
                    .build(),
                rows: Cache::builder()
                    .max_capacity(ROWS)
                    .time_to_live(FRESH)
                    .build(),
                // Other nodes may have changed them.
                specs: Cache::builder()
                    .max_capacity(1)
                    .time_to_live(Duration::from_secs(5))
                    .build(),
                neighbours: Cache::builder()
                    .max_capacity(NEIGHBOURS)
                    .time_to_live(Duration::from_mins(10))
                    .build(),
                version: AtomicU64::new(0),
                lists: AtomicU64::new(0),
                changes: AtomicU64::new(0),
                ready: tokio::sync::OnceCell::new(),
            }),
        };
        let inner = Arc::downgrade(&discovery.inner);
        catalog.on_change(move |change| {
            if let Some(inner) = inner.upgrade() {
                inner.forget_card(&change.video_id);
            }
        });
        discovery
    }
}
