//! What a handler is, and what it is given.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use sea_orm::ConnectionTrait;
use tokio_util::sync::CancellationToken;

use crate::model::{Job, JobProgress};
use crate::{JobError, Jobs, JobsError};

/// How often progress is written to the database at most. Watchers in this
/// process see every step.
const SAVE_EVERY: Duration = Duration::from_secs(1);

/// Does the jobs of one kind.
#[async_trait]
pub trait JobHandler: Send + Sync {
    /// The kind, such as `transcode`.
    fn kind(&self) -> &'static str;

    /// Does the job. It may be run again after any kind of end, even after
    /// `Ok` if the process dies at that very moment: what it leaves behind must
    /// make sense to the next attempt ([`JobContext::complete`] makes results
    /// and end one).
    ///
    /// It watches [`JobContext::cancel`] and stops soon after; what it then
    /// returns matters only if it is `Ok`, which means that it was done anyway.
    /// A panic is a failed attempt.
    async fn run(&self, ctx: JobContext) -> Result<(), JobError>;

    /// Called before the job is marked failed for good, to bring whatever
    /// waits for it into a sensible state. It may be called again if the
    /// process dies meanwhile.
    async fn on_final_failure(&self, job: &Job, reason: &str) {
        let _ = (job, reason);
    }

    /// Whether somebody waits for jobs of this kind right now: they may use
    /// the worker's reserved slots, so they never queue behind long work.
    fn urgent(&self) -> bool {
        false
    }

    /// How many of this kind one worker does at a time; `None` is as many as
    /// it has slots.
    fn limit(&self) -> Option<usize> {
        None
    }

    /// How long it may go without reporting progress before it is taken for
    /// stuck, stopped, and tried again; `None` lets it.
    fn stall_timeout(&self) -> Option<Duration> {
        None
    }
}

/// Why a handler was asked to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Somebody canceled the job: leave nothing half-done.
    Canceled,
    /// The worker shuts down; another one goes on with the job at once, so
    /// what is worth keeping may be kept.
    Draining,
    /// The lease was lost, or the job deleted: touch nothing any more.
    Lost,
    /// It made no progress for longer than [`JobHandler::stall_timeout`].
    Stalled,
}

const STOPS: [Stop; 4] = [Stop::Canceled, Stop::Draining, Stop::Lost, Stop::Stalled];

/// A running job, in its handler's hands. Clones share it.
#[derive(Clone)]
pub struct JobContext {
    /// The job as it was when it was leased.
    pub job: Job,
    /// Canceled when the handler should stop; [`Self::stop`] tells why.
    pub cancel: CancellationToken,
    shared: Arc<Shared>,
}

struct Shared {
    jobs: Jobs,
    lease: Duration,
    /// 0 while it may go on, else 1 + the index into [`STOPS`].
    stop: AtomicU8,
    progress: Mutex<Progress>,
}

struct Progress {
    last: JobProgress,
    reported: Instant,
    saved: Option<Instant>,
    unsaved: bool,
}

impl JobContext {
    pub(crate) fn new(jobs: Jobs, job: Job, lease: Duration) -> Self {
        Self {
            cancel: CancellationToken::new(),
            shared: Arc::new(Shared {
                jobs,
                lease,
                stop: AtomicU8::new(0),
                progress: Mutex::new(Progress {
                    last: JobProgress::default(),
                    reported: Instant::now(),
                    saved: None,
                    unsaved: false,
                }),
            }),
            job,
        }
    }

    /// The queue, to enqueue what comes next.
    pub fn jobs(&self) -> &Jobs {
        &self.shared.jobs
    }

    /// Says how far the job is. Cheap enough to call many times a second: all
    /// of it reaches this process's watchers, about one a second the database.
    pub async fn progress(&self, progress: JobProgress) {
        let progress = progress.bounded();
        let due = {
            let mut state = self.lock();
            state.last = progress.clone();
            state.reported = Instant::now();
            state.unsaved = true;
            state.saved.is_none_or(|at| at.elapsed() >= SAVE_EVERY)
        };
        if due {
            self.flush().await;
        } else {
            let mut job = self.job.clone();
            job.progress = progress;
            self.shared.jobs.emit_passing(job);
        }
    }

    /// Writes the last progress to the database if it is not there yet.
    pub(crate) async fn flush(&self) {
        let progress = {
            let mut state = self.lock();
            if !state.unsaved {
                return;
            }
            state.unsaved = false;
            state.saved = Some(Instant::now());
            state.last.clone()
        };
        match self.shared.jobs.progress(&self.job.lease(), progress).await {
            Ok(_) => {}
            Err(JobsError::Stale(_)) => self.ask_to_stop(Stop::Lost),
            Err(error) => tracing::warn!(job = %self.job.id, %error, "progress was not saved"),
        }
    }

    /// Writes unsaved progress that has waited long enough.
    pub(crate) async fn flush_due(&self) {
        let due = self
            .lock()
            .saved
            .is_none_or(|at| at.elapsed() >= SAVE_EVERY);
        if due {
            self.flush().await;
        }
    }

    pub(crate) fn silent_for(&self) -> Duration {
        self.lock().reported.elapsed()
    }

    /// Marks the job done on the caller's transaction, so that its results and
    /// its end are one. Fails if the lease was lost: then roll back.
    pub async fn complete<C: ConnectionTrait>(&self, conn: &C) -> Result<(), JobsError> {
        let jobs = &self.shared.jobs;
        jobs.complete(conn, &self.job.lease()).await.map(|_| ())
    }

    /// Asks, at the beginning of a transaction, whether the job is still ours,
    /// and keeps it so until the transaction ends.
    pub async fn hold<C: ConnectionTrait>(&self, conn: &C) -> Result<(), JobsError> {
        let jobs = &self.shared.jobs;
        jobs.hold(conn, &self.job.lease(), self.shared.lease).await
    }

    /// Why the handler should stop; `None` while it should not.
    pub fn stop(&self) -> Option<Stop> {
        let stop = self.shared.stop.load(Ordering::Acquire);
        usize::from(stop).checked_sub(1).map(|index| STOPS[index])
    }

    /// The first reason stays, except that a lost lease outweighs all others.
    pub(crate) fn ask_to_stop(&self, stop: Stop) {
        let index = STOPS.iter().position(|s| *s == stop).unwrap_or(0);
        let value = u8::try_from(index + 1).unwrap_or(1);
        if stop == Stop::Lost {
            self.shared.stop.store(value, Ordering::Release);
        } else {
            let _ =
                self.shared
                    .stop
                    .compare_exchange(0, value, Ordering::AcqRel, Ordering::Acquire);
        }
        self.cancel.cancel();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Progress> {
        self.shared
            .progress
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
