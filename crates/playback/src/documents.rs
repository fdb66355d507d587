//! Playlists and manifests, written once and kept while they are wanted.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;

use crate::Result;
use crate::document::Document;

/// What a document says, and of what.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct DocumentKey {
    /// The id of a video, rendition or subtitle.
    pub owner: Box<str>,
    /// For a video, its version; 0 for what never changes.
    pub version: i64,
    /// Which of its documents.
    pub kind: DocumentKind,
}

/// The documents that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum DocumentKind {
    Multivariant,
    Dash,
    Manifest,
    Storyboard,
    Chapters,
    StoryboardPlaylist,
    Media,
    Iframes,
    SubtitlePlaylist,
    SubtitleSegment(u32),
    /// From one instant to another, in milliseconds.
    SubtitleSpan(u64, u64),
    SubtitleWhole,
}

/// Documents by key, bounded by their bytes.
#[derive(Debug)]
pub(crate) struct Documents {
    cache: Cache<DocumentKey, Arc<Document>>,
    builds: metrics::Counter,
}

impl Documents {
    pub(crate) fn new(max_bytes: u64, builds: metrics::Counter) -> Self {
        let cache = Cache::builder()
            .name("documents")
            .max_capacity(max_bytes)
            .weigher(|_, document: &Arc<Document>| {
                u32::try_from(document.weight() + 300).unwrap_or(u32::MAX)
            })
            .time_to_idle(Duration::from_mins(10))
            .build();
        Self { cache, builds }
    }

    /// The document, written by `write` if it is not at hand.
    pub(crate) async fn get(
        &self,
        key: DocumentKey,
        write: impl Future<Output = Result<Document>>,
    ) -> Result<Arc<Document>> {
        if let Some(document) = self.cache.get(&key).await {
            return Ok(document);
        }
        let document = self
            .cache
            .try_get_with(key, async {
                self.builds.increment(1);
                write.await.map(Arc::new)
            })
            .await?;
        Ok(document)
    }

    /// The bytes held.
    pub(crate) fn size(&self) -> u64 {
        self.cache.weighted_size()
    }

    pub(crate) async fn settle(&self) {
        self.cache.run_pending_tasks().await;
    }
}
