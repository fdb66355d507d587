//! Taking jobs and seeing them through.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use matinee_engines::id::Id;
use matinee_engines::trace;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::context::{JobContext, JobHandler, Stop};
use crate::queue::Retention;
use crate::running::Running;
use crate::{Job, JobError, JobState, Jobs, JobsError, listen};

/// How often a worker with running jobs asks whether it should stop any.
const WATCH: Duration = Duration::from_millis(400);
const PRUNE_EVERY: Duration = Duration::from_hours(1);
const RECORD_AGAIN: Duration = Duration::from_secs(1);
/// How often a job whose attempts are used up is given to the handler to be
/// failed, before it is failed without.
const LAST_RITES: u32 = 3;

/// How a worker works.
#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// How many jobs it does at a time, at least 1.
    pub concurrency: usize,
    /// How many more, of urgent kinds only ([`JobHandler::urgent`]).
    pub urgent_slots: usize,
    /// How long after its last sign of life a worker is taken for dead, at
    /// least a second.
    pub lease: Duration,
    /// How often it looks for work that nobody announced.
    pub poll: Duration,
    /// How long handlers get to stop when the worker shuts down.
    pub drain: Duration,
    /// How long finished jobs are kept.
    pub retention: Retention,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self {
            concurrency: 2,
            urgent_slots: 2,
            lease: Duration::from_secs(30),
            poll: Duration::from_secs(1),
            drain: Duration::from_secs(10),
            retention: Retention::default(),
        }
    }
}

/// Does jobs with the handlers it was given.
pub struct Worker {
    jobs: Jobs,
    options: WorkerOptions,
    handlers: Vec<Arc<dyn JobHandler>>,
}

type Outcome = Result<(), JobError>;

/// What a worker knows while it runs.
struct Shift {
    jobs: Jobs,
    options: WorkerOptions,
    owner: String,
    running: Running,
    tasks: JoinSet<()>,
    /// When the leases were extended last.
    extended: Instant,
}

impl Worker {
    /// A worker on this queue, without handlers.
    pub fn new(jobs: Jobs, mut options: WorkerOptions) -> Self {
        options.concurrency = options.concurrency.max(1);
        options.lease = options.lease.max(Duration::from_secs(1));
        options.poll = options.poll.max(Duration::from_millis(10));
        Self {
            jobs,
            options,
            handlers: Vec::new(),
        }
    }

    /// The same worker, which also does this handler's kind.
    #[must_use]
    pub fn handler(mut self, handler: Arc<dyn JobHandler>) -> Self {
        self.handlers.retain(|other| other.kind() != handler.kind());
        self.handlers.push(handler);
        self
    }

    /// Works until the token is canceled; then asks the handlers to stop,
    /// waits for them, and gives back what they have not finished, so that
    /// another worker can take it at once.
    pub async fn run(self, stop: CancellationToken) {
        let listening = CancellationToken::new();
        let _listening = listening.clone().drop_guard();
        tokio::spawn(listen::listen(
            self.jobs.db().clone(),
            self.jobs.waker(),
            listening,
        ));
        let slots = (self.options.concurrency, self.options.urgent_slots);
        let mut shift = Shift {
            running: Running::new(self.handlers, slots.0, slots.1),
            owner: Id::new("worker").to_string(),
            tasks: JoinSet::new(),
            extended: Instant::now(),
            jobs: self.jobs,
            options: self.options,
        };
        shift.work(&stop).await;
        shift.drain().await;
    }
}

impl Shift {
    async fn work(&mut self, stop: &CancellationToken) {
        let mut wake = self.jobs.waker().subscribe();
        let mut pruned = Instant::now();
        let mut look = true;
        while !stop.is_cancelled() {
            if look {
                // Before looking, so that a word that comes meanwhile counts.
                wake.mark_unchanged();
                self.fill(stop).await;
            }
            let wait = if self.running.is_empty() {
                // Workers that started together do not ask together.
                self.options
                    .poll
                    .mul_f64(0.75 + rand::random::<f64>() / 2.0)
            } else {
                WATCH.min(self.options.poll)
            };
            look = tokio::select! {
                () = stop.cancelled() => false,
                Ok(()) = wake.changed() => { self.watch().await; true }
                Some(ended) = self.tasks.join_next_with_id() => { self.ended(ended).await; true }
                () = tokio::time::sleep(wait) => {
                    self.watch().await;
                    let kinds = self.running.eligible();
                    !kinds.is_empty() && self.jobs.any_due(&kinds).await.unwrap_or(true)
                }
            };
            if pruned.elapsed() > PRUNE_EVERY {
                pruned = Instant::now();
                let (jobs, retention) = (self.jobs.clone(), self.options.retention);
                tokio::spawn(async move {
                    if let Err(error) = jobs.prune(retention).await {
                        tracing::warn!(%error, "old jobs were not deleted");
                    }
                });
            }
        }
    }

    /// Takes as many jobs as there is room for.
    async fn fill(&mut self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            let kinds = self.running.eligible();
            match self
                .jobs
                .lease(&self.owner, &kinds, self.options.lease)
                .await
            {
                Ok(Some(job)) => self.start(job),
                Ok(None) => return,
                Err(error) => {
                    tracing::warn!(%error, "cannot take jobs");
                    return;
                }
            }
        }
    }

    fn start(&mut self, job: Job) {
        let Some(handler) = self.running.handler(&job.kind) else {
            return;
        };
        if self.running.is_empty() {
            self.extended = Instant::now();
        }
        tracing::info!(job = %job.id, kind = job.kind, subject = job.subject, attempt = job.attempt, "job begins");
        let ctx = JobContext::new(self.jobs.clone(), job, self.options.lease);
        let (work, own) = (Arc::clone(&handler), ctx.clone());
        let job = &ctx.job;
        let trace = job.payload["trace"].as_str().unwrap_or_default().to_owned();
        let span = tracing::info_span!(
            "job", kind = job.kind, job = %job.id, attempt = job.attempt, trace,
            failed = tracing::field::Empty
        );
        let kind = job.kind.clone();
        let run = async move {
            let began = Instant::now();
            let outcome = attempt(&own, work.as_ref()).await;
            let (ended, failed) = match &outcome {
                Ok(()) => ("done", false),
                Err(_) if own.stop().is_some() => ("stopped", false),
                Err(_) => ("failed", true),
            };
            tracing::Span::current().record("failed", failed);
            metrics::counter!("matinee_job_runs_total", "kind" => kind.clone(), "outcome" => ended)
                .increment(1);
            metrics::histogram!("matinee_job_seconds", "kind" => kind).record(began.elapsed());
            settle(&own, work.as_ref(), outcome).await;
        };
        let run = run.instrument(span);
        let task = if trace::is_sound(&trace) {
            self.tasks.spawn(trace::within(trace, run))
        } else {
            self.tasks.spawn(run)
        };
        self.running.add(task.id(), ctx, handler);
    }

    /// Extends the leases in time, and passes on who should stop.
    async fn watch(&mut self) {
        if self.running.is_empty() {
            return;
        }
        let asked = Instant::now();
        let extend = self.extended.elapsed() >= self.options.lease / 3;
        let held = if extend {
            self.jobs
                .heartbeat_all(&self.owner, self.options.lease)
                .await
        } else {
            self.jobs.held_by(&self.owner).await
        };
        match held {
            Ok(held) => {
                if extend {
                    self.extended = asked;
                }
                for entry in self.running.entries() {
                    let job = &entry.ctx.job;
                    let ours = held
                        .iter()
                        .find(|h| h.id == job.id.as_str() && h.token == job.lease_token);
                    match ours {
                        // A handler may complete its job itself.
                        None => entry.ctx.ask_to_stop(Stop::Lost),
                        Some(held) if held.cancel => entry.ctx.ask_to_stop(Stop::Canceled),
                        Some(_) => {}
                    }
                }
            }
            Err(error) => {
                tracing::warn!(%error, "cannot reach the job queue");
                // Others may take our jobs from now on.
                if self.extended.elapsed() >= self.options.lease {
                    self.running
                        .entries()
                        .for_each(|e| e.ctx.ask_to_stop(Stop::Lost));
                }
            }
        }
        for entry in self.running.entries() {
            entry.ctx.flush_due().await;
            let limit = entry.handler.stall_timeout();
            if limit.is_some_and(|limit| entry.ctx.silent_for() > limit) {
                entry.ctx.ask_to_stop(Stop::Stalled);
            }
        }
    }

    /// Forgets a job whose handler has ended.
    async fn ended(&mut self, ended: Result<(tokio::task::Id, ()), tokio::task::JoinError>) {
        let task = match &ended {
            Ok((task, ())) => *task,
            Err(error) => error.id(),
        };
        let entry = self.running.remove(task);
        if let (Some(entry), Err(_)) = (entry, ended) {
            // Its handler had to be aborted.
            match self.jobs.release(&entry.ctx.job.lease()).await {
                Ok(_) | Err(JobsError::Stale(_)) => {}
                Err(error) => {
                    tracing::warn!(job = %entry.ctx.job.id, %error, "a job was not given back");
                }
            }
        }
    }

    async fn drain(&mut self) {
        self.running
            .entries()
            .for_each(|e| e.ctx.ask_to_stop(Stop::Draining));
        let deadline = tokio::time::Instant::now() + self.options.drain;
        while !self.tasks.is_empty() {
            tokio::select! {
                Some(ended) = self.tasks.join_next_with_id() => self.ended(ended).await,
                () = tokio::time::sleep_until(deadline) => break,
                () = tokio::time::sleep(WATCH) => self.watch().await,
            }
        }
        self.tasks.abort_all();
        while let Some(ended) = self.tasks.join_next_with_id().await {
            self.ended(ended).await;
        }
    }
}

/// Runs the handler; a panic is a failure.
async fn attempt(ctx: &JobContext, handler: &dyn JobHandler) -> Outcome {
    let job = &ctx.job;
    if job.is_exhausted() {
        let reason = job
            .error
            .as_deref()
            .unwrap_or("the worker stopped in the middle of it");
        return Err(JobError::fatal(format!(
            "{reason}, {} times",
            job.max_attempts
        )));
    }
    let run = std::panic::AssertUnwindSafe(handler.run(ctx.clone())).catch_unwind();
    run.await.unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned());
        Err(JobError::retry(format!(
            "a fault in the program: {}",
            text.unwrap_or_default()
        )))
    })
}

/// Brings a job to its end, also past a database that is away for a moment:
/// an hour's work should not be done again for that.
async fn settle(ctx: &JobContext, handler: &dyn JobHandler, outcome: Outcome) {
    let job = &ctx.job;
    let end = end(ctx, outcome);
    if let End::Fail(error) = &end {
        ctx.flush().await;
        last_rites(job, handler, error).await;
    }
    loop {
        match record(ctx, &end).await {
            Ok(after) => {
                tracing::info!(job = %job.id, kind = job.kind, state = after.state.as_str(), error = after.error, "job ends");
                return;
            }
            Err(JobsError::Stale(_)) => {
                tracing::info!(job = %job.id, kind = job.kind, "job is no longer ours");
                return;
            }
            Err(error) => {
                tracing::error!(job = %job.id, %error, "a job's end could not be recorded yet");
            }
        }
        if ctx.stop() == Some(Stop::Lost) {
            return;
        }
        tokio::time::sleep(RECORD_AGAIN).await;
    }
}

/// What is to become of a job.
enum End {
    Complete,
    Release,
    Fail(JobError),
    Nothing,
}

/// Judges what a handler returned by why it stopped.
fn end(ctx: &JobContext, outcome: Outcome) -> End {
    match (outcome, ctx.stop()) {
        (Ok(()), _) => End::Complete,
        (Err(_), Some(Stop::Lost)) => End::Nothing,
        (Err(_), Some(Stop::Draining)) => End::Release,
        (Err(_), Some(Stop::Canceled)) => End::Fail(JobError::Canceled),
        (Err(_), Some(Stop::Stalled)) => {
            End::Fail(JobError::retry("it made no progress for too long"))
        }
        (Err(error), None) => End::Fail(error),
    }
}

/// Tells the handler that its job is about to fail for good.
async fn last_rites(job: &Job, handler: &dyn JobHandler, error: &JobError) {
    let last = match error {
        JobError::Final { .. } => true,
        JobError::Retry { .. } => job.attempt >= job.max_attempts,
        JobError::Canceled => false,
    };
    if !last || job.attempt > job.max_attempts + LAST_RITES {
        return;
    }
    let tell = handler.on_final_failure(job, error.reason());
    if std::panic::AssertUnwindSafe(tell)
        .catch_unwind()
        .await
        .is_err()
    {
        tracing::error!(job = %job.id, kind = job.kind, "the handler of a final failure has a fault");
    }
}

async fn record(ctx: &JobContext, end: &End) -> Result<Job, JobsError> {
    let (jobs, lease) = (ctx.jobs(), ctx.job.lease());
    match end {
        End::Nothing => Err(JobsError::Stale(lease.job_id.to_string())),
        End::Release => jobs.release(&lease).await,
        End::Fail(error) => jobs.fail(&lease, error).await,
        End::Complete => match jobs.complete(jobs.db().write(), &lease).await {
            Ok(job) => {
                jobs.emit(job.clone());
                Ok(job)
            }
            Err(JobsError::Stale(id)) => {
                // The handler may have completed it itself.
                let job = jobs.get(jobs.db().write(), &id).await?;
                job.filter(|job| job.state == JobState::Done && job.lease_token == lease.token)
                    .ok_or(JobsError::Stale(id))
            }
            Err(error) => Err(error),
        },
    }
}
