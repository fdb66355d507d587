//! The videos that are being played, kept in memory and kept true.
//!
//! A change by this process drops a video at once ([`Presentations::forget`]).
//! Other processes change the same database unheard, so a video that is used
//! after a pause is checked first: one query for its version, and by one
//! request, while those beside it go on with what is known.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use matinee_catalog::Catalog;
use moka::future::Cache;

use crate::presentation::Presentation;
use crate::{PlaybackError, Result};

/// How long it stays known that there is no such video.
const ABSENT: Duration = Duration::from_secs(1);
/// How long playback goes on while the database does not answer.
const WITHOUT_DATABASE: u64 = 60_000;
/// The clock begins here, so that everything can be said to be long ago.
const EPOCH: u64 = 3_600_000;

#[derive(Debug)]
struct Entry {
    /// `None`: there is no such video.
    presentation: Option<Arc<Presentation>>,
    /// When it was last known to be true, in milliseconds since [`EPOCH`] before
    /// [`Presentations::start`].
    checked: AtomicU64,
    /// When somebody last asked the database, whether or not it answered.
    asked: AtomicU64,
    good_for: Duration,
}

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct Presentations {
    catalog: Catalog,
    cache: Cache<Arc<str>, Arc<Entry>>,
    start: Instant,
    /// Grows with every change, so that a load which a change overtook is not
    /// taken for true.
    changes: AtomicU64,
    recheck: Duration,
    recheck_processing: Duration,
    loads: metrics::Counter,
}

impl Presentations {
    pub(crate) fn new(
        catalog: Catalog,
        options: &crate::PlaybackOptions,
        loads: metrics::Counter,
    ) -> Self {
        Self {
            catalog,
            cache: Cache::builder()
                .name("presentations")
                .max_capacity(options.videos)
                .time_to_idle(Duration::from_mins(10))
                .build(),
            start: Instant::now(),
            changes: AtomicU64::new(0),
            recheck: options.recheck,
            recheck_processing: options.recheck_processing,
            loads,
        }
    }

    /// The video of this id as it is now, or as it was a moment ago.
    pub(crate) async fn get(&self, video: &str) -> Result<Arc<Presentation>> {
        if let Some(entry) = self.cache.get(video).await
            && self.is_true(video, &entry).await?
        {
            return entry
                .presentation
                .clone()
                .ok_or(PlaybackError::NotFound("video"));
        }
        let entry = self
            .cache
            .try_get_with(Arc::from(video), self.load(video))
            .await?;
        entry
            .presentation
            .clone()
            .ok_or(PlaybackError::NotFound("video"))
    }

    fn now(&self) -> u64 {
        EPOCH.saturating_add(millis(self.start.elapsed()))
    }

    async fn is_true(&self, video: &str, entry: &Entry) -> Result<bool> {
        let now = self.now();
        let asked = entry.asked.load(Ordering::Acquire);
        if now.saturating_sub(asked) < millis(entry.good_for) {
            return Ok(true);
        }
        if entry
            .asked
            .compare_exchange(asked, now, Ordering::AcqRel, Ordering::Acquire)
            .is_err()
        {
            // Somebody else is asking.
            return Ok(true);
        }
        let found = match self.catalog.find(video).await {
            Ok(found) => found,
            Err(error) => {
                let age = now.saturating_sub(entry.checked.load(Ordering::Acquire));
                if age < WITHOUT_DATABASE {
                    tracing::warn!(video, %error, "playing on without the database");
                    return Ok(true);
                }
                entry.asked.store(asked, Ordering::Release);
                return Err(error.into());
            }
        };
        let known = entry.presentation.as_ref().map(|p| p.video.version);
        if found.map(|row| row.version) == known {
            entry.checked.store(now, Ordering::Release);
            return Ok(true);
        }
        self.forget(video).await;
        Ok(false)
    }

    async fn load(&self, video: &str) -> Result<Arc<Entry>> {
        self.loads.increment(1);
        let (begun, changes) = (self.now(), self.changes.load(Ordering::Acquire));
        let presentation = self.read(video).await?.map(Arc::new);
        let good_for = match &presentation {
            None => ABSENT,
            Some(p) if p.is_settled() => self.recheck,
            Some(_) => self.recheck_processing,
        };
        let overtaken = changes != self.changes.load(Ordering::Acquire);
        Ok(Arc::new(Entry {
            presentation,
            checked: AtomicU64::new(begun),
            asked: AtomicU64::new(if overtaken { 0 } else { begun }),
            good_for,
        }))
    }

    async fn read(&self, id: &str) -> Result<Option<Presentation>> {
        let Some(video) = self.catalog.find(id).await? else {
            return Ok(None);
        };
        let parts = self.catalog.parts(id).await?;
        let all = self.catalog.all_renditions(id).await?;
        // A change between the queries has moved the version on, so that the
        // next check finds this one old.
        Ok(Some(Presentation::new(video, parts, all)))
    }

    /// Drops what is known of this video.
    pub(crate) async fn forget(&self, video: &str) {
        self.changes.fetch_add(1, Ordering::AcqRel);
        self.cache.invalidate(video).await;
    }

    /// Drops everything, after changes have been missed.
    pub(crate) fn forget_all(&self) {
        self.changes.fetch_add(1, Ordering::AcqRel);
        self.cache.invalidate_all();
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
