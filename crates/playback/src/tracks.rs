//! The indices of renditions, decoded.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use matinee_catalog::Rendition;
use matinee_engines::blobs::{BlobError, BlobKey, SharedBlobs};
use matinee_media::index::{MAX_INDEX_SIZE, RenditionIndex};
use moka::future::Cache;

use crate::{PlaybackError, Result};

/// How many ranges of one segment are read at the same time.
const READS: usize = 8;

/// A rendition that can be cut into segments.
#[derive(Debug)]
pub struct Track {
    /// What lies where.
    pub index: RenditionIndex,
    /// The blob that holds the media bytes.
    pub key: BlobKey,
}

impl Track {
    /// Segment `n`: one read in the Cmaf layout, as few as possible in the
    /// Virtual one.
    pub async fn segment(&self, blobs: &SharedBlobs, n: u32) -> Result<Bytes> {
        let n = n as usize;
        let ranges = self.index.segment_ranges(n)?;
        let read: Vec<Bytes> = stream::iter(ranges)
            .map(|range| blobs.get(&self.key, range))
            .buffered(READS)
            .try_collect()
            .await?;
        Ok(self.index.build_segment(n, &read)?)
    }

    /// I-frame `n`, by itself.
    pub async fn iframe(&self, blobs: &SharedBlobs, n: u32) -> Result<Bytes> {
        let n = n as usize;
        let range = self.index.iframe_range(n)?;
        let read = blobs.get(&self.key, range).await?;
        Ok(self.index.build_iframe(n, &read)?)
    }
}

/// Decoded indices, the most used ones in memory. An index belongs to a
/// rendition's id for ever.
#[derive(Debug)]
pub(crate) struct Tracks {
    blobs: SharedBlobs,
    cache: Cache<String, Arc<Track>>,
    loads: metrics::Counter,
}

impl Tracks {
    pub(crate) fn new(blobs: SharedBlobs, max_bytes: u64, loads: metrics::Counter) -> Self {
        let cache = Cache::builder()
            .name("indices")
            .max_capacity(max_bytes)
            .weigher(|_, track: &Arc<Track>| {
                let size = size_of::<Track>() + 300 + track.index.memory_size();
                u32::try_from(size).unwrap_or(u32::MAX)
            })
            .time_to_idle(Duration::from_mins(30))
            .build();
        Self {
            blobs,
            cache,
            loads,
        }
    }

    /// The index of this rendition.
    pub(crate) async fn get(&self, rendition: &Rendition) -> Result<Arc<Track>> {
        if let Some(track) = self.cache.get(rendition.id.as_str()).await {
            return Ok(track);
        }
        let track = self
            .cache
            .try_get_with(rendition.id.clone(), self.load(rendition))
            .await?;
        Ok(track)
    }

    async fn load(&self, rendition: &Rendition) -> Result<Arc<Track>> {
        self.loads.increment(1);
        let key = BlobKey::new(&*rendition.index_key)?;
        let bytes = match self.blobs.get_all(&key, MAX_INDEX_SIZE as u64).await {
            // Its video has been deleted under the reader.
            Err(BlobError::NotFound(_)) => return Err(PlaybackError::NotFound("rendition")),
            other => other?,
        };
        // An hour of film decodes in milliseconds: too long for the runtime.
        let index = tokio::task::spawn_blocking(move || RenditionIndex::decode(&bytes))
            .await
            .map_err(|error| BlobError::Unavailable(error.to_string()))??;
        Ok(Arc::new(Track {
            index,
            key: BlobKey::new(&*rendition.key)?,
        }))
    }

    /// The bytes held.
    pub(crate) fn size(&self) -> u64 {
        self.cache.weighted_size()
    }

    pub(crate) async fn settle(&self) {
        self.cache.run_pending_tasks().await;
    }
}
