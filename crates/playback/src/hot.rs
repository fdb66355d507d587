//! The hot set: the segments that many people want, in memory.
//!
//! Bounded by bytes; what stays is decided by how often it is asked for
//! (TinyLFU), so that one person who watches everything once does not push out
//! what a hundred people are watching. Waiters for the same segment share one
//! load, whether or not it is kept afterwards.

use std::future::Future;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use moka::Equivalent;
use moka::future::Cache;
use tokio::sync::Semaphore;

use crate::Result;
use crate::meters::Meters;

/// What an entry takes besides its bytes: key, counters, links.
const OVERHEAD: usize = 200;
/// Loads are admitted in units of this many bytes.
const UNIT: u64 = 1024;
/// The most bytes being loaded at one time, in units: 128 MiB. Whoever comes
/// on top waits.
const LOADING: u32 = 128 * 1024;
/// Nothing is touched for so long: it need not stay.
const IDLE: Duration = Duration::from_mins(30);

/// A piece of a rendition or image. The owner's id is never used again, and
/// what lies under it never changes, so that nothing here ever becomes untrue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Piece {
    /// Segment `n`.
    Segment(u32),
    /// I-frame `n`.
    Iframe(u32),
    /// All of it.
    Whole,
}

#[derive(Debug, PartialEq, Eq)]
struct Key {
    owner: Box<str>,
    piece: Piece,
}

/// A key for looking up, without an allocation.
struct KeyRef<'a> {
    owner: &'a str,
    piece: Piece,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&*self.owner, self.piece).hash(state);
    }
}

impl Hash for KeyRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.owner, self.piece).hash(state);
    }
}

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.owner == &*key.owner && self.piece == key.piece
    }
}

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct HotSet {
    cache: Cache<Key, Bytes>,
    loading: Arc<Semaphore>,
    meters: Meters,
}

impl HotSet {
    /// A set of at most so many bytes.
    pub(crate) fn new(max_bytes: u64, meters: Meters) -> Self {
        let cache = Cache::builder()
            .name("segments")
            .max_capacity(max_bytes)
            .weigher(|_, bytes: &Bytes| u32::try_from(bytes.len() + OVERHEAD).unwrap_or(u32::MAX))
            .time_to_idle(IDLE)
            .build();
        Self {
            cache,
            loading: Arc::new(Semaphore::new(LOADING as usize)),
            meters,
        }
    }

    /// The piece, if it is in memory.
    pub(crate) async fn get(&self, owner: &str, piece: Piece) -> Option<Bytes> {
        let bytes = self.cache.get(&KeyRef { owner, piece }).await?;
        self.meters.hot_requests.increment(1);
        self.meters.hot_bytes.increment(bytes.len() as u64);
        Some(bytes)
    }

    /// The piece, of `size` bytes, by `load`, which at most one of many
    /// simultaneous callers runs.
    pub(crate) async fn load(
        &self,
        owner: &str,
        piece: Piece,
        size: u64,
        load: impl Future<Output = Result<Bytes>>,
    ) -> Result<Bytes> {
        let key = Key {
            owner: owner.into(),
            piece,
        };
        let bytes = self
            .cache
            .try_get_with(key, async {
                let units = u32::try_from(size.div_ceil(UNIT)).unwrap_or(u32::MAX);
                // The semaphore is never closed.
                let _permit = self
                    .loading
                    .acquire_many(units.clamp(1, LOADING))
                    .await
                    .ok();
                let begun = Instant::now();
                let bytes = load.await?;
                self.meters.load_seconds.record(begun.elapsed());
                Ok(bytes)
            })
            .await?;
        self.meters.cold_requests.increment(1);
        self.meters.cold_bytes.increment(bytes.len() as u64);
        Ok(bytes)
    }

    /// The bytes held.
    pub(crate) fn size(&self) -> u64 {
        self.cache.weighted_size()
    }

    /// Brings counters and evictions up to date.
    pub(crate) async fn settle(&self) {
        self.cache.run_pending_tasks().await;
        self.meters.hot_size.set(self.size() as f64);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use matinee_media::MediaError;

    use super::*;
    use crate::PlaybackError;

    fn set(max: u64) -> Arc<HotSet> {
        Arc::new(HotSet::new(max, Meters::new()))
    }

    #[tokio::test]
    async fn many_waiters_share_one_load() {
        let set = set(1 << 20);
        let loads = Arc::new(AtomicUsize::new(0));
        let waiters = (0..50).map(|_| {
            let (set, loads) = (set.clone(), loads.clone());
            tokio::spawn(async move {
                let load = async {
                    loads.fetch_add(1, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    Ok(Bytes::from_static(b"segment"))
                };
                set.load("rendition_1", Piece::Segment(0), 7, load).await
            })
        });
        for waiter in futures::future::join_all(waiters).await {
            assert_eq!(waiter.unwrap().unwrap(), "segment");
        }
        assert_eq!(loads.load(Ordering::SeqCst), 1);
        let hot = set.get("rendition_1", Piece::Segment(0)).await;
        assert_eq!(hot.unwrap(), "segment");
        assert_eq!(set.get("rendition_1", Piece::Iframe(0)).await, None);
        assert_eq!(set.get("rendition_2", Piece::Segment(0)).await, None);
    }

    #[tokio::test]
    async fn a_failed_load_is_tried_again() {
        let set = set(1 << 20);
        let failing = async { Err(PlaybackError::Media(MediaError::Missing("moof"))) };
        let failed = set.load("rendition_1", Piece::Segment(0), 1, failing).await;
        assert!(matches!(
            failed.unwrap_err().root(),
            PlaybackError::Media(_)
        ));
        let load = async { Ok(Bytes::from_static(b"x")) };
        let bytes = set.load("rendition_1", Piece::Segment(0), 1, load).await;
        assert_eq!(bytes.unwrap(), "x");
    }

    #[tokio::test]
    async fn what_is_wanted_often_stays_and_the_bound_holds() {
        let max = 100 * 1024;
        let set = set(max);
        let load = |n: u32| {
            let set = set.clone();
            async move {
                let bytes = async { Ok(Bytes::from(vec![0; 10 * 1024])) };
                if set.get("popular", Piece::Segment(n)).await.is_none() {
                    set.load("popular", Piece::Segment(n), 10 * 1024, bytes)
                        .await
                        .unwrap();
                }
            }
        };
        let mut missed = 0;
        for n in 2..200 {
            for popular in [0, 1] {
                let hot = set.get("popular", Piece::Segment(popular)).await;
                missed += u32::from(hot.is_none());
                load(popular).await;
            }
            load(n).await;
            set.settle().await;
            assert!(set.size() <= max);
        }
        assert!(missed < 10, "{missed} of 396");
        assert!(set.get("popular", Piece::Segment(0)).await.is_some());
        assert!(set.get("popular", Piece::Segment(1)).await.is_some());
    }
}
