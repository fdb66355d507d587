//! A worker process that is killed in the middle of a job.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod common;

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use common::{eventually, new, queues};
use matinee_engines::db::{DatabaseUrl, Db};
use matinee_jobs::{JobContext, JobError, JobHandler, JobState, Jobs, Worker, WorkerOptions};
use tokio_util::sync::CancellationToken;

const DATABASE: &str = "MATINEE_JOBS_TEST_CHILD_DATABASE";

fn options() -> WorkerOptions {
    WorkerOptions {
        lease: Duration::from_secs(2),
        poll: Duration::from_millis(100),
        ..WorkerOptions::default()
    }
}

struct Forever;

#[async_trait]
impl JobHandler for Forever {
    fn kind(&self) -> &'static str {
        "a"
    }
    async fn run(&self, _ctx: JobContext) -> Result<(), JobError> {
        std::future::pending().await
    }
}

struct Once;

#[async_trait]
impl JobHandler for Once {
    fn kind(&self) -> &'static str {
        "a"
    }
    async fn run(&self, ctx: JobContext) -> Result<(), JobError> {
        assert_eq!(ctx.job.attempt, 2);
        Ok(())
    }
}

/// The child's whole life; in an ordinary run of the tests there is none.
#[tokio::test]
async fn child() {
    let Ok(url) = std::env::var(DATABASE) else {
        return;
    };
    let url: DatabaseUrl = url.parse().unwrap();
    let jobs = Jobs::new(Db::open(&url).await.unwrap());
    let worker = Worker::new(jobs, options()).handler(Arc::new(Forever));
    worker.run(CancellationToken::new()).await;
}

/// Killed for good whatever becomes of the test.
struct Child(std::process::Child);

impl Child {
    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn spawn_child(url: &DatabaseUrl) -> Child {
    let url = match url {
        DatabaseUrl::Sqlite(path) => format!("sqlite:///{}", path.display()),
        DatabaseUrl::Postgres(url) => url.to_string(),
    };
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child"])
        .env(DATABASE, url)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    Child(child)
}

#[tokio::test]
async fn its_job_is_kept_alive_by_it_and_taken_over_after_its_death() {
    for (engine, test, jobs) in queues().await {
        let id = jobs.enqueue(test.db.write(), new("a")).await.unwrap();
        let mut child = spawn_child(&test.url);
        let read = async || {
            jobs.get(test.db.read(), id.as_str())
                .await
                .unwrap()
                .unwrap()
        };
        eventually(engine, async || read().await.state == JobState::Running).await;
        // Its heart beats: the lease moves on, and nobody else gets the job.
        let first = read().await.lease_expires_at;
        eventually(engine, async || read().await.lease_expires_at > first).await;
        assert_eq!(
            jobs.lease("w", &["a"], Duration::from_secs(9))
                .await
                .unwrap(),
            None,
            "{engine}"
        );

        child.kill();
        assert_eq!(read().await.state, JobState::Running, "{engine}");
        let stop = CancellationToken::new();
        let worker = Worker::new(jobs.clone(), options()).handler(Arc::new(Once));
        let worker = tokio::spawn(worker.run(stop.clone()));
        eventually(engine, async || read().await.state == JobState::Done).await;
        stop.cancel();
        worker.await.unwrap();
    }
}
