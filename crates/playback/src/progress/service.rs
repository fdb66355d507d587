//! Write-behind.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use matinee_engines::db::Db;
use matinee_engines::time::now_micros;
use parking_lot::Mutex;
use sea_orm::DbErr;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{InvalidReport, Progress, Report, store};

/// The longest viewer key that is kept.
const MAX_KEY: usize = 128;
/// How long the writer rests after the database has refused.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// When positions are written.
#[derive(Debug, Clone, Copy)]
pub struct ProgressOptions {
    /// The longest that an acknowledged position stays in memory alone.
    pub flush_interval: Duration,
    /// How many are written in one statement; as many waiting start a write at
    /// once.
    pub batch: usize,
    /// How many may wait while the database is away; a report beyond that is
    /// refused rather than lost.
    pub max_pending: usize,
}

impl Default for ProgressOptions {
    fn default() -> Self {
        Self {
            flush_interval: Duration::from_secs(30),
            batch: 1000,
            max_pending: 50_000,
        }
    }
}

/// Why a position could not be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum ProgressError {
    /// The report makes no sense.
    #[error(transparent)]
    Invalid(#[from] InvalidReport),
    /// The viewer's key is empty, too long, or not printable ASCII.
    #[error("the viewer's key is malformed")]
    ViewerKey,
    /// The database is away for so long that no more positions can wait.
    #[error("too many positions wait for the database")]
    Overloaded,
    /// The database failed.
    #[error("database: {0}")]
    Db(#[from] DbErr),
}

/// A viewer and a video.
type Key = (String, String);

/// In order, so that what one viewer has reported is found without a look at
/// the others.
type Positions = BTreeMap<Key, Progress>;

#[derive(Debug, Default)]
struct Memory {
    /// Reported, not yet written.
    pending: Positions,
    /// Being written now.
    writing: Positions,
}

impl Memory {
    fn get(&self, key: &Key) -> Option<Progress> {
        self.pending
            .get(key)
            .or_else(|| self.writing.get(key))
            .copied()
    }

    /// What a viewer has reported: the newest last.
    fn of<'a>(&'a self, viewer: &'a str) -> impl Iterator<Item = (&'a String, &'a Progress)> {
        let first = (viewer.to_owned(), String::new());
        [&self.writing, &self.pending]
            .into_iter()
            .flat_map(move |positions| {
                let from = positions.range(first.clone()..);
                from.take_while(move |((who, _), _)| who == viewer)
            })
            .map(|((_, video), progress)| (video, progress))
    }
}

/// Everybody's place in everything.
#[derive(Debug)]
pub struct WatchProgress {
    db: Db,
    options: ProgressOptions,
    memory: Mutex<Memory>,
    /// One write at a time: an older batch must not overtake a newer one.
    writer: tokio::sync::Mutex<()>,
    full: Notify,
}

impl WatchProgress {
    /// Positions in this database.
    pub fn new(db: Db, options: ProgressOptions) -> Self {
        Self {
            db,
            options,
            memory: Mutex::default(),
            writer: tokio::sync::Mutex::default(),
            full: Notify::new(),
        }
    }

    pub(super) fn db(&self) -> &Db {
        &self.db
    }

    /// Keeps a viewer's place; the latest report wins.
    ///
    /// It is written within [`ProgressOptions::flush_interval`]; everything
    /// read from here counts it at once.
    pub fn record(
        &self,
        viewer: &str,
        video: &str,
        report: Report,
    ) -> Result<Progress, ProgressError> {
        // PostgreSQL refuses NUL in text, and one such row would fail a batch.
        if viewer.is_empty()
            || viewer.len() > MAX_KEY
            || !viewer.bytes().all(|b| b.is_ascii_graphic())
        {
            return Err(ProgressError::ViewerKey);
        }
        let progress = Progress::new(report, now_micros())?;
        let key = (viewer.to_owned(), video.to_owned());
        let mut memory = self.memory.lock();
        if memory.pending.len() >= self.options.max_pending && !memory.pending.contains_key(&key) {
            return Err(ProgressError::Overloaded);
        }
        memory.pending.insert(key, progress);
        if memory.pending.len() >= self.options.batch {
            self.full.notify_one();
        }
        Ok(progress)
    }

    /// Where this viewer is in this video, if they have begun it.
    pub async fn get(&self, viewer: &str, video: &str) -> Result<Option<Progress>, ProgressError> {
        let key = (viewer.to_owned(), video.to_owned());
        let fresh = self.memory.lock().get(&key);
        if fresh.is_some() {
            return Ok(fresh);
        }
        Ok(store::find(&self.db, viewer, video).await?)
    }

    /// What this viewer has begun, finished or not, with the videos' ids, the
    /// latest first: at most `limit`.
    pub async fn recent(
        &self,
        viewer: &str,
        limit: usize,
    ) -> Result<Vec<(String, Progress)>, ProgressError> {
        // Memory first: what moves to the table meanwhile is then seen twice
        // rather than not at all.
        let fresh: HashMap<String, Progress> = {
            let memory = self.memory.lock();
            memory
                .of(viewer)
                .map(|(video, progress)| (video.clone(), *progress))
                .collect()
        };
        let rows = u64::try_from(limit.saturating_add(fresh.len())).unwrap_or(u64::MAX);
        let mut all = store::recent(&self.db, viewer, rows).await?;
        all.retain(|(video, _)| !fresh.contains_key(video));
        all.extend(fresh.into_iter().filter(|(_, p)| p.position_ms > 0));
        all.sort_unstable_by(|(a, p), (b, q)| {
            q.watched_at.cmp(&p.watched_at).then_with(|| a.cmp(b))
        });
        all.truncate(limit);
        Ok(all)
    }

    /// Forgets everybody's place in videos that are gone.
    pub async fn forget_videos(&self, videos: &[String]) -> Result<(), ProgressError> {
        let _writer = self.writer.lock().await;
        self.memory
            .lock()
            .pending
            .retain(|(_, video), _| !videos.contains(video));
        store::forget(&self.db, videos).await?;
        Ok(())
    }

    /// Forgets a viewer, and everything that they have begun.
    pub async fn forget_viewer(&self, viewer: &str) -> Result<(), ProgressError> {
        let _writer = self.writer.lock().await;
        self.memory
            .lock()
            .pending
            .retain(|(who, _), _| who != viewer);
        store::forget_viewer(&self.db, viewer).await?;
        Ok(())
    }

    /// Writes everything that waits, and returns how many positions that were.
    pub async fn flush(&self) -> Result<usize, ProgressError> {
        let _writer = self.writer.lock().await;
        let mut written = 0;
        loop {
            let batch = self.take_batch();
            if batch.is_empty() {
                return Ok(written);
            }
            let outcome = store::save(&self.db, &batch).await;
            self.settle(outcome.is_ok());
            outcome?;
            written += batch.len();
            metrics::counter!("matinee_watch_positions_written_total")
                .increment(batch.len() as u64);
        }
    }

    /// Moves at most a batch from `pending` to `writing`, sorted by key.
    fn take_batch(&self) -> Vec<(String, String, Progress)> {
        let mut memory = self.memory.lock();
        let keys: Vec<Key> = memory
            .pending
            .keys()
            .take(self.options.batch)
            .cloned()
            .collect();
        for key in keys {
            if let Some(progress) = memory.pending.remove(&key) {
                memory.writing.insert(key, progress);
            }
        }
        memory
            .writing
            .iter()
            .map(|((viewer, video), progress)| (viewer.clone(), video.clone(), *progress))
            .collect()
    }

    /// Ends a write. What could not be written waits again, unless a newer
    /// report has come.
    fn settle(&self, written: bool) {
        let mut memory = self.memory.lock();
        let batch = std::mem::take(&mut memory.writing);
        if !written {
            for (key, progress) in batch {
                memory.pending.entry(key).or_insert(progress);
            }
        }
    }

    /// Writes now and then until `stop`, and then the rest.
    ///
    /// Stop it after the last request has been answered, so that nothing
    /// acknowledged stays behind.
    pub async fn run(&self, stop: CancellationToken) {
        let mut pause = self.options.flush_interval;
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.full.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
            pause = self.options.flush_interval;
            if let Err(error) = self.flush().await {
                tracing::error!(%error, "watch positions could not be written; trying again");
                pause = RETRY_AFTER.min(pause);
                tokio::time::sleep(pause).await;
            }
        }
        if let Err(error) = self.flush().await {
            tracing::error!(%error, "the last watch positions could not be written");
        }
    }
}
