//! Workers, on each database at hand.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use common::{all_due, eventually, expire_all, new, queues};
use matinee_engines::db::Db;
use matinee_jobs::{
    Job, JobContext, JobError, JobHandler, JobProgress, JobState, Jobs, Stop, Worker, WorkerOptions,
};
use tokio_util::sync::CancellationToken;

type Run = Box<
    dyn Fn(JobContext) -> futures::future::BoxFuture<'static, Result<(), JobError>> + Send + Sync,
>;

/// A handler made of a closure, which counts what happens to it.
struct Handler {
    kind: &'static str,
    urgent: bool,
    limit: Option<usize>,
    stall: Option<Duration>,
    run: Run,
    running: AtomicUsize,
    most: AtomicUsize,
    buried: std::sync::Mutex<Vec<String>>,
}

impl Handler {
    fn new<F>(kind: &'static str, run: impl Fn(JobContext) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), JobError>> + Send + 'static,
    {
        Self {
            kind,
            urgent: false,
            limit: None,
            stall: None,
            run: Box::new(move |ctx| Box::pin(run(ctx))),
            running: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            buried: std::sync::Mutex::default(),
        }
    }
}

#[async_trait]
impl JobHandler for Handler {
    fn kind(&self) -> &'static str {
        self.kind
    }
    async fn run(&self, ctx: JobContext) -> Result<(), JobError> {
        let now = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        let result = (self.run)(ctx).await;
        self.running.fetch_sub(1, Ordering::SeqCst);
        result
    }
    async fn on_final_failure(&self, _job: &Job, reason: &str) {
        self.buried.lock().unwrap().push(reason.to_owned());
    }
    fn urgent(&self) -> bool {
        self.urgent
    }
    fn limit(&self) -> Option<usize> {
        self.limit
    }
    fn stall_timeout(&self) -> Option<Duration> {
        self.stall
    }
}

async fn until_canceled(ctx: JobContext) -> Result<(), JobError> {
    ctx.cancel.cancelled().await;
    Err(JobError::Canceled)
}

fn options() -> WorkerOptions {
    WorkerOptions {
        poll: Duration::from_millis(100),
        ..WorkerOptions::default()
    }
}

struct Running {
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

fn start(jobs: &Jobs, options: WorkerOptions, handlers: &[Arc<Handler>]) -> Running {
    let mut worker = Worker::new(jobs.clone(), options);
    for handler in handlers {
        worker = worker.handler(Arc::clone(handler) as Arc<dyn JobHandler>);
    }
    let stop = CancellationToken::new();
    let task = tokio::spawn(worker.run(stop.clone()));
    Running { stop, task }
}

async fn state(jobs: &Jobs, id: &matinee_engines::id::Id) -> JobState {
    jobs.get(jobs.db().read(), id.as_str())
        .await
        .unwrap()
        .unwrap()
        .state
}

#[tokio::test]
async fn an_announced_job_is_done_without_waiting_for_the_poll() {
    for (engine, test, jobs) in queues().await {
        let handler = Arc::new(Handler::new("a", async |_| Ok(())));
        let never = WorkerOptions {
            poll: Duration::from_hours(1),
            ..WorkerOptions::default()
        };
        let worker = start(&jobs, never, &[handler]);
        for _ in 0..3 {
            let tx = test.db.begin().await.unwrap();
            let id = jobs.enqueue(&tx, new("a")).await.unwrap();
            // The worker looks too early here, and must look again.
            tokio::time::sleep(Duration::from_millis(50)).await;
            tx.commit().await.unwrap();
            eventually(engine, async || state(&jobs, &id).await == JobState::Done).await;
        }
        worker.stop().await;
    }
}

#[tokio::test]
async fn another_process_s_jobs_are_found() {
    for (engine, test, jobs) in queues().await {
        let other = Jobs::new(Db::open(&test.url).await.unwrap());
        let worker = start(
            &jobs,
            options(),
            &[Arc::new(Handler::new("a", async |_| Ok(())))],
        );
        let id = other.enqueue(other.db().write(), new("a")).await.unwrap();
        eventually(engine, async || state(&jobs, &id).await == JobState::Done).await;
        worker.stop().await;
    }
}

#[tokio::test]
async fn cancel_reaches_a_running_job_of_another_process() {
    for (engine, test, jobs) in queues().await {
        let other = Jobs::new(Db::open(&test.url).await.unwrap());
        let handler = Arc::new(Handler::new("a", until_canceled));
        let worker = start(&jobs, options(), &[Arc::clone(&handler)]);
        let id = jobs
            .enqueue(test.db.write(), new("a").subject("v"))
            .await
            .unwrap();
        eventually(engine, async || handler.running.load(Ordering::SeqCst) == 1).await;
        other.cancel_subject(other.db().write(), "v").await.unwrap();
        assert!(
            other.settle("v", Duration::from_secs(30)).await.unwrap(),
            "{engine}"
        );
        assert_eq!(state(&jobs, &id).await, JobState::Canceled, "{engine}");
        worker.stop().await;
    }
}

#[tokio::test]
async fn urgent_kinds_pass_a_worker_full_of_long_work_and_limits_hold() {
    for (engine, test, jobs) in queues().await {
        let long = Arc::new(Handler {
            limit: Some(2),
            ..Handler::new("long", until_canceled)
        });
        let quick = Arc::new(Handler {
            urgent: true,
            ..Handler::new("quick", async |_| Ok(()))
        });
        let other = Arc::new(Handler::new("other", until_canceled));
        let options = WorkerOptions {
            concurrency: 3,
            urgent_slots: 1,
            ..options()
        };
        let worker = start(
            &jobs,
            options,
            &[Arc::clone(&long), quick, Arc::clone(&other)],
        );
        for _ in 0..5 {
            jobs.enqueue(test.db.write(), new("long").priority(9))
                .await
                .unwrap();
            jobs.enqueue(test.db.write(), new("other").priority(8))
                .await
                .unwrap();
        }
        eventually(engine, async || {
            long.running.load(Ordering::SeqCst) == 2 && other.running.load(Ordering::SeqCst) == 1
        })
        .await;
        for _ in 0..4 {
            let id = jobs
                .enqueue(test.db.write(), new("quick").priority(-9))
                .await
                .unwrap();
            eventually(engine, async || state(&jobs, &id).await == JobState::Done).await;
        }
        worker.stop().await;
        assert_eq!(
            (
                long.most.load(Ordering::SeqCst),
                other.most.load(Ordering::SeqCst)
            ),
            (2, 1),
            "{engine}"
        );
    }
}

#[tokio::test]
async fn a_worker_that_stops_hands_its_jobs_over_at_once() {
    for (engine, test, jobs) in queues().await {
        let first = Arc::new(Handler::new("a", until_canceled));
        // Does not listen, and has to be aborted.
        let deaf = Arc::new(Handler::new("b", async |_| std::future::pending().await));
        let options = WorkerOptions {
            drain: Duration::from_millis(300),
            ..options()
        };
        let worker = start(
            &jobs,
            options.clone(),
            &[Arc::clone(&first), Arc::clone(&deaf)],
        );
        let mut ids = Vec::new();
        for kind in ["a", "b"] {
            ids.push(
                jobs.enqueue(test.db.write(), new(kind).max_attempts(1))
                    .await
                    .unwrap(),
            );
        }
        eventually(engine, async || {
            first.running.load(Ordering::SeqCst) + deaf.running.load(Ordering::SeqCst) == 2
        })
        .await;
        worker.stop().await;
        let next = ["a", "b"].map(|kind| {
            Arc::new(Handler::new(kind, async |ctx: JobContext| {
                assert_eq!((ctx.job.attempt, ctx.job.lease_token), (1, 2));
                Ok(())
            }))
        });
        let worker = start(&jobs, options, &next);
        for id in &ids {
            eventually(engine, async || state(&jobs, id).await == JobState::Done).await;
        }
        worker.stop().await;
    }
}

#[tokio::test]
async fn errors_panics_and_stalls_are_tried_again_and_given_up_with_a_reason() {
    for (engine, test, jobs) in queues().await {
        let handlers = [
            Arc::new(Handler::new("error", async |_| {
                Err(std::io::Error::other("no space"))?;
                Ok(())
            })),
            Arc::new(Handler::new("panic", async |_| panic!("boom"))),
            Arc::new(Handler {
                stall: Some(Duration::from_millis(50)),
                ..Handler::new("stall", until_canceled)
            }),
        ];
        let worker = start(&jobs, options(), &handlers);
        for (handler, reason) in handlers.iter().zip([
            "no space",
            "a fault in the program: boom",
            "it made no progress for too long",
        ]) {
            let id = jobs
                .enqueue(test.db.write(), new(handler.kind).max_attempts(2))
                .await
                .unwrap();
            eventually(engine, async || {
                all_due(&test.db).await;
                state(&jobs, &id).await == JobState::Failed
            })
            .await;
            let job = jobs
                .get(test.db.read(), id.as_str())
                .await
                .unwrap()
                .unwrap();
            assert_eq!(
                (job.attempt, job.error.as_deref()),
                (2, Some(reason)),
                "{engine}"
            );
            assert_eq!(*handler.buried.lock().unwrap(), [reason], "{engine}");
        }
        worker.stop().await;
    }
}

#[tokio::test]
async fn a_job_that_kills_every_worker_is_given_up() {
    for (engine, test, jobs) in queues().await {
        let id = jobs
            .enqueue(test.db.write(), new("a").max_attempts(1))
            .await
            .unwrap();
        jobs.lease("died", &["a"], Duration::from_mins(1))
            .await
            .unwrap()
            .unwrap();
        expire_all(&test.db).await;
        let handler = Arc::new(Handler::new("a", async |_| panic!("must not run again")));
        let worker = start(&jobs, options(), &[Arc::clone(&handler)]);
        eventually(engine, async || state(&jobs, &id).await == JobState::Failed).await;
        worker.stop().await;
        assert_eq!(
            *handler.buried.lock().unwrap(),
            ["the worker stopped in the middle of it, 1 times"],
            "{engine}"
        );
    }
}

#[tokio::test]
async fn results_and_end_are_one_and_a_lost_lease_commits_neither() {
    for (engine, test, jobs) in queues().await {
        let db = test.db.clone();
        let handler = Arc::new(Handler::new("a", move |ctx: JobContext| {
            let db = db.clone();
            async move {
                if ctx.job.attempt == 1 {
                    expire_all(&db).await;
                    ctx.cancel.cancelled().await;
                    assert_eq!(ctx.stop(), Some(Stop::Lost));
                }
                let tx = db.begin().await?;
                ctx.hold(&tx).await?;
                ctx.jobs().enqueue(&tx, new("next")).await?;
                ctx.complete(&tx).await?;
                tx.commit().await?;
                Ok(())
            }
        }));
        let one = start(&jobs, options(), &[Arc::clone(&handler)]);
        let two = start(&jobs, options(), &[handler]);
        let id = jobs.enqueue(test.db.write(), new("a")).await.unwrap();
        eventually(engine, async || state(&jobs, &id).await == JobState::Done).await;
        one.stop().await;
        two.stop().await;
        let counts = jobs.counts().await.unwrap();
        let next: Vec<u64> = counts
            .iter()
            .filter(|c| c.kind == "next")
            .map(|c| c.count)
            .collect();
        assert_eq!(next, [1], "{engine}");
    }
}

#[tokio::test]
async fn watchers_see_every_step_and_the_database_the_last() {
    for (engine, test, jobs) in queues().await {
        let handler = Arc::new(Handler::new("a", async |ctx: JobContext| {
            for n in 1..=50_u8 {
                ctx.progress(JobProgress::percent(f32::from(n))).await;
            }
            until_canceled(ctx).await
        }));
        let mut events = jobs.subscribe();
        let worker = start(&jobs, options(), &[handler]);
        let id = jobs.enqueue(test.db.write(), new("a")).await.unwrap();
        let mut seen = Vec::new();
        while seen.last() != Some(&50.0) {
            let percent = events.recv().await.unwrap().job.progress.percent;
            if percent > 0.0 {
                seen.push(percent);
            }
        }
        assert_eq!(seen.len(), 50, "{engine}");
        eventually(engine, async || {
            let job = jobs
                .get(test.db.read(), id.as_str())
                .await
                .unwrap()
                .unwrap();
            job.progress.percent.to_bits() == 50_f32.to_bits()
        })
        .await;
        worker.stop().await;
    }
}
