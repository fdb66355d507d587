//! The queue as the rest of the program sees it.

use std::sync::Arc;
use std::time::Duration;

use matinee_engines::db::Db;
use matinee_engines::id::Id;
use matinee_engines::trace;
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use tokio::sync::{broadcast, watch};

use crate::events::{Events, JobEvent};
use crate::model::{
    Job, JobFilter, JobProgress, JobState, KindCount, Lease, NewJob, backoff, shortened,
};
use crate::store::{self, Which};
use crate::{JobError, JobsError, listen};

type Result<T, E = JobsError> = std::result::Result<T, E>;

/// More jobs than any subject has.
const PER_SUBJECT: i64 = 1000;

/// The queue. Clones share it.
///
/// What takes a connection joins the caller's transaction (`&tx`) or stands
/// for itself (`db.write()`).
#[derive(Clone, Debug)]
pub struct Jobs {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    db: Db,
    /// Counts the words that there may be something to do; unlike a bare
    /// signal it is not lost on a worker that is looking elsewhere just then.
    wake: watch::Sender<u64>,
    events: Events,
}

/// How long finished jobs are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Those that were done or canceled.
    pub done: Duration,
    /// Those that failed: longer, because they can be retried.
    pub failed: Duration,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            done: Duration::from_hours(7 * 24),
            failed: Duration::from_hours(90 * 24),
        }
    }
}

pub(crate) fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros())
        .unwrap_or(i64::MAX / 4)
        .min(i64::MAX / 4)
}

impl Jobs {
    /// The queue in this database, which has been migrated.
    pub fn new(db: Db) -> Self {
        Self {
            inner: Arc::new(Inner {
                events: Events::new(db.clone()),
                wake: watch::channel(0).0,
                db,
            }),
        }
    }

    /// The database that the queue is in.
    pub fn db(&self) -> &Db {
        &self.inner.db
    }

    /// Enqueues a job, or finds the unfinished one with the same `dedupe_key`;
    /// yields its id. Workers wake once the connection's transaction commits.
    pub async fn enqueue<C: ConnectionTrait>(&self, conn: &C, new: NewJob) -> Result<Id> {
        let mut new = new;
        if let (Some(trace), Some(payload)) = (trace::current(), new.payload.as_object_mut()) {
            // What follows from a request belongs to its trace.
            payload.insert("trace".to_owned(), trace.into());
        }
        let payload = new.check()?;
        loop {
            let id = Id::new("job");
            let row = store::Row {
                id: id.as_str(),
                kind: &new.kind,
                payload: payload.clone(),
                subject: new.subject.as_deref(),
                priority: new.priority,
                dedupe_key: new.dedupe_key.as_deref(),
                max_attempts: new.max_attempts,
                run_after: new.run_after,
            };
            if store::insert(conn, row).await? {
                for job in &new.after {
                    store::insert_after(conn, id.as_str(), job.as_str()).await?;
                }
                self.announce(conn).await?;
                return Ok(id);
            }
            let key = new.dedupe_key.as_deref().unwrap_or_default();
            if let Some(job) = store::unfinished_by_key(conn, key).await? {
                return Ok(job.id);
            }
            // It finished in between: now ours can be inserted.
        }
    }

    /// Tells workers, here at once and elsewhere when the connection's
    /// transaction commits, that there may be something to do or to stop.
    async fn announce<C: ConnectionTrait>(&self, conn: &C) -> Result<()> {
        listen::notify(conn).await?;
        self.wake();
        Ok(())
    }

    /// Makes this process's workers look at once. Only needed after a
    /// transaction on which nothing was enqueued, canceled or retried.
    pub fn wake(&self) {
        self.inner.wake.send_modify(|words| *words += 1);
    }

    pub(crate) fn waker(&self) -> watch::Sender<u64> {
        self.inner.wake.clone()
    }

    /// Takes the most urgent due job of these kinds for this long; `None` if
    /// there is none. A job that [`Job::is_exhausted`] is to be failed, not run.
    pub async fn lease(&self, owner: &str, kinds: &[&str], lease: Duration) -> Result<Option<Job>> {
        if kinds.is_empty() {
            return Ok(None);
        }
        let conn = self.inner.db.write();
        for job in store::reclaim(conn).await? {
            tracing::warn!(job = %job.id, kind = job.kind, attempt = job.attempt, "a lease has expired");
            self.emit(job);
        }
        let job = store::lease(conn, owner, kinds, micros(lease)).await?;
        if let Some(job) = &job {
            self.emit(job.clone());
        }
        Ok(job)
    }

    /// Whether [`Self::lease`] would find something; it only reads.
    pub async fn any_due(&self, kinds: &[&str]) -> Result<bool> {
        store::any_due(self.inner.db.read(), kinds).await
    }

    /// Makes a lease hold for this long from now; tells whether somebody wants
    /// the job canceled.
    pub async fn heartbeat(&self, lease: &Lease, duration: Duration) -> Result<bool> {
        let (id, token) = parts(lease);
        let job = store::extend(self.inner.db.write(), id, token, micros(duration)).await?;
        Ok(fresh(job, lease)?.cancel_requested)
    }

    pub(crate) async fn heartbeat_all(
        &self,
        owner: &str,
        lease: Duration,
    ) -> Result<Vec<store::Held>> {
        store::extend_all(self.inner.db.write(), owner, micros(lease)).await
    }

    pub(crate) async fn held_by(&self, owner: &str) -> Result<Vec<store::Held>> {
        store::held_by(self.inner.db.read(), owner).await
    }

    /// Records how far a running job is.
    pub async fn progress(&self, lease: &Lease, progress: JobProgress) -> Result<Job> {
        let (id, token) = parts(lease);
        let job = store::progress(self.inner.db.write(), id, token, &progress.bounded()).await?;
        let job = fresh(job, lease)?;
        self.emit(job.clone());
        Ok(job)
    }

    /// Marks a running job done. On a transaction it makes the job's results
    /// and its end one: a worker that lost its lease commits neither.
    pub async fn complete<C: ConnectionTrait>(&self, conn: &C, lease: &Lease) -> Result<Job> {
        let (id, token) = parts(lease);
        let job = fresh(store::complete(conn, id, token).await?, lease)?;
        // Jobs that waited for it may be due now.
        self.announce(conn).await?;
        Ok(job)
    }

    /// Ends an attempt: the job is queued again after a back-off, or failed for
    /// good if the error is final or the attempts are used up, or canceled.
    pub async fn fail(&self, lease: &Lease, error: &JobError) -> Result<Job> {
        let tx = self.inner.db.begin().await?;
        let (id, token) = parts(lease);
        let before = store::get(&tx, id).await?;
        let before =
            before.filter(|job| job.lease_token == token && job.state == JobState::Running);
        let before = fresh(before, lease)?;
        match error {
            JobError::Retry { reason, after } if before.attempt < before.max_attempts => {
                let wait = after.unwrap_or_else(|| backoff(before.attempt, rand::random()));
                let reason = Some(shortened(reason));
                let job = store::requeue(&tx, id, token, micros(wait), reason, true).await?;
                self.commit(tx, fresh(job, lease)?).await
            }
            JobError::Retry { reason, .. } | JobError::Final { reason } => {
                self.finish(tx, lease, JobState::Failed, Some(shortened(reason)))
                    .await
            }
            JobError::Canceled => self.finish(tx, lease, JobState::Canceled, None).await,
        }
    }

    async fn finish(
        &self,
        tx: DatabaseTransaction,
        lease: &Lease,
        state: JobState,
        error: Option<String>,
    ) -> Result<Job> {
        let (id, token) = parts(lease);
        let job = fresh(store::finish(&tx, id, token, state, error).await?, lease)?;
        store::finish_dependents(&tx, id, state).await?;
        self.commit(tx, job).await
    }

    async fn commit(&self, tx: DatabaseTransaction, job: Job) -> Result<Job> {
        listen::notify(&tx).await?;
        tx.commit().await?;
        self.emit(job.clone());
        self.wake();
        Ok(job)
    }

    /// Gives a job back without having spent the attempt: another worker may
    /// take it at once.
    pub async fn release(&self, lease: &Lease) -> Result<Job> {
        let (id, token) = parts(lease);
        let tx = self.inner.db.begin().await?;
        let job = store::requeue(&tx, id, token, 0, None, false).await?;
        self.commit(tx, fresh(job, lease)?).await
    }

    /// Asks, within a transaction, whether a lease still holds, and keeps it
    /// from being lost until the transaction ends: for writes that only the
    /// holder may make.
    pub async fn hold<C: ConnectionTrait>(
        &self,
        conn: &C,
        lease: &Lease,
        duration: Duration,
    ) -> Result<()> {
        let (id, token) = parts(lease);
        fresh(
            store::extend(conn, id, token, micros(duration)).await?,
            lease,
        )
        .map(|_| ())
    }

    /// Cancels a job: at once if it is queued; if it runs, its handler is asked
    /// to stop and sees it within a second. Yields the job unless it is
    /// finished or there is none.
    pub async fn cancel<C: ConnectionTrait>(&self, conn: &C, id: &str) -> Result<Option<Job>> {
        Ok(self.cancel_which(conn, Which::One(id)).await?.pop())
    }

    /// Cancels all unfinished jobs about a subject; yields them.
    pub async fn cancel_subject<C: ConnectionTrait>(
        &self,
        conn: &C,
        subject: &str,
    ) -> Result<Vec<Job>> {
        self.cancel_which(conn, Which::Subject(subject)).await
    }

    async fn cancel_which<C: ConnectionTrait>(
        &self,
        conn: &C,
        which: Which<'_>,
    ) -> Result<Vec<Job>> {
        let jobs = store::cancel(conn, which).await?;
        for job in jobs.iter().filter(|job| job.state == JobState::Canceled) {
            store::finish_dependents(conn, job.id.as_str(), JobState::Canceled).await?;
        }
        if !jobs.is_empty() {
            self.announce(conn).await?;
        }
        Ok(jobs)
    }

    /// Puts a failed or canceled job back into the queue with all its
    /// attempts; `None` if it is neither, or an unfinished one has its key.
    pub async fn retry<C: ConnectionTrait>(&self, conn: &C, id: &str) -> Result<Option<Job>> {
        Ok(self.retry_which(conn, Which::One(id)).await?.pop())
    }

    /// Puts the failed and canceled jobs about a subject back into the queue;
    /// yields them.
    pub async fn retry_subject<C: ConnectionTrait>(
        &self,
        conn: &C,
        subject: &str,
    ) -> Result<Vec<Job>> {
        self.retry_which(conn, Which::Subject(subject)).await
    }

    async fn retry_which<C: ConnectionTrait>(
        &self,
        conn: &C,
        which: Which<'_>,
    ) -> Result<Vec<Job>> {
        let jobs = store::retry(conn, which).await?;
        if !jobs.is_empty() {
            self.announce(conn).await?;
        }
        Ok(jobs)
    }

    /// Deletes all jobs about a subject. The handlers of running ones are
    /// asked to stop and can record nothing any more; to be sure that they
    /// also write no more blobs, [`Self::cancel_subject`] and
    /// [`Self::settle`] first.
    pub async fn delete_subject<C: ConnectionTrait>(&self, conn: &C, subject: &str) -> Result<u64> {
        let deleted = store::delete(conn, Which::Subject(subject)).await?;
        if deleted > 0 {
            self.announce(conn).await?;
        }
        Ok(deleted)
    }

    /// Waits until no job about a subject runs, at most this long; tells
    /// whether that came to be.
    pub async fn settle(&self, subject: &str, at_most: Duration) -> Result<bool> {
        let deadline = tokio::time::Instant::now() + at_most;
        let mut wait = Duration::from_millis(20);
        loop {
            let jobs = self.by_subject(self.inner.db.read(), subject).await?;
            if jobs.iter().all(|job| job.state != JobState::Running) {
                return Ok(true);
            }
            if tokio::time::Instant::now() + wait > deadline {
                return Ok(false);
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(Duration::from_millis(250));
        }
    }

    /// The job with this id.
    pub async fn get<C: ConnectionTrait>(&self, conn: &C, id: &str) -> Result<Option<Job>> {
        store::get(conn, id).await
    }

    /// The jobs about a subject in the order of their making, at most 1,000.
    pub async fn by_subject<C: ConnectionTrait>(
        &self,
        conn: &C,
        subject: &str,
    ) -> Result<Vec<Job>> {
        store::by_subjects(conn, &[subject], PER_SUBJECT).await
    }

    /// The jobs about several subjects with one query, ordered by subject and
    /// making; at most 100 a subject on average.
    pub async fn by_subjects<C: ConnectionTrait>(
        &self,
        conn: &C,
        subjects: &[&str],
    ) -> Result<Vec<Job>> {
        let limit = i64::try_from(subjects.len().saturating_mul(100)).unwrap_or(i64::MAX);
        store::by_subjects(conn, subjects, limit).await
    }

    /// Jobs, the latest first.
    pub async fn list<C: ConnectionTrait>(&self, conn: &C, filter: &JobFilter) -> Result<Vec<Job>> {
        store::list(conn, filter).await
    }

    /// How many jobs of each kind stand in each state.
    pub async fn counts(&self) -> Result<Vec<KindCount>> {
        store::counts(self.inner.db.read()).await
    }

    /// Deletes finished jobs that are older than this; yields how many.
    pub async fn prune(&self, retention: Retention) -> Result<u64> {
        let mut all = 0;
        loop {
            // In bites, so that others can write in between.
            let conn = self.inner.db.write();
            let some = store::prune(conn, micros(retention.done), micros(retention.failed)).await?;
            all += some;
            if some < 1000 {
                return Ok(all);
            }
        }
    }

    /// Jobs as they change, also those changed by other processes (those with
    /// a delay of up to half a second). A receiver that lags behind loses the
    /// oldest events; each event is a whole snapshot, so only the way there is
    /// lost. The same snapshot may come twice. Deletions are not told.
    pub fn subscribe(&self) -> broadcast::Receiver<JobEvent> {
        self.inner.events.subscribe()
    }

    /// Shows watchers here a progress that is not saved.
    pub(crate) fn emit_passing(&self, job: Job) {
        self.inner.events.pass(job);
    }

    pub(crate) fn emit(&self, job: Job) {
        self.inner.events.emit(job);
    }
}

fn parts(lease: &Lease) -> (&str, i64) {
    (lease.job_id.as_str(), lease.token)
}

fn fresh(job: Option<Job>, lease: &Lease) -> Result<Job> {
    job.ok_or_else(|| JobsError::Stale(lease.job_id.to_string()))
}
