//! Random histories of the queue beside a model of what it promises.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod common;

use common::{LONG, all_due, expire_all, new, queues};
use matinee_engines::db::Db;
use matinee_engines::id::Id;
use matinee_jobs::{JobError, JobFilter, JobState, Jobs, JobsError, Lease};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sea_orm::ConnectionTrait;

#[derive(Debug, Clone)]
enum Op {
    Enqueue {
        key: Option<u8>,
        attempts: u32,
        priority: i32,
    },
    Lease,
    /// What the holder of one of all leases ever given does.
    Complete(usize),
    Retry(usize),
    Final(usize),
    Release(usize),
    Heartbeat(usize),
    /// What a person does to one of all jobs.
    Cancel(usize),
    Again(usize),
    /// What time does.
    Expire,
    Due,
}

fn op() -> impl Strategy<Value = Op> {
    let any = 0..64_usize;
    prop_oneof![
        3 => (proptest::option::of(0..3_u8), 1..4_u32, -1..2_i32)
            .prop_map(|(key, attempts, priority)| Op::Enqueue { key, attempts, priority }),
        5 => Just(Op::Lease),
        3 => any.clone().prop_map(Op::Complete),
        2 => any.clone().prop_map(Op::Retry),
        1 => any.clone().prop_map(Op::Final),
        1 => any.clone().prop_map(Op::Release),
        1 => any.clone().prop_map(Op::Heartbeat),
        1 => any.clone().prop_map(Op::Cancel),
        1 => any.prop_map(Op::Again),
        2 => Just(Op::Expire),
        1 => Just(Op::Due),
    ]
}

#[derive(Debug, Clone)]
struct Model {
    id: Id,
    key: Option<u8>,
    max: u32,
    priority: i32,
    state: JobState,
    attempt: u32,
    token: i64,
    cancel: bool,
    due: bool,
    expired: bool,
}

impl Model {
    fn requeue(&mut self, due: bool) {
        self.state = if self.cancel {
            JobState::Canceled
        } else {
            JobState::Queued
        };
        self.due = due;
    }
}

struct World {
    jobs: Jobs,
    db: Db,
    model: Vec<Model>,
    leases: Vec<Lease>,
}

impl World {
    /// The job whose valid lease this is.
    fn held(&mut self, lease: &Lease) -> Option<&mut Model> {
        self.model.iter_mut().find(|m| {
            m.id == lease.job_id && m.token == lease.token && m.state == JobState::Running
        })
    }

    fn unfinished(&self, key: Option<u8>) -> Option<&Model> {
        self.model
            .iter()
            .find(|m| key.is_some() && m.key == key && !m.state.is_finished())
    }

    async fn apply(&mut self, op: &Op) {
        let jobs = self.jobs.clone();
        let conn = self.db.clone();
        let conn = conn.write();
        match op {
            Op::Enqueue {
                key,
                attempts,
                priority,
            } => self.enqueue(*key, *attempts, *priority).await,
            Op::Lease => self.lease().await,
            Op::Expire => {
                expire_all(&self.db).await;
                let running = self
                    .model
                    .iter_mut()
                    .filter(|m| m.state == JobState::Running);
                running.for_each(|m| m.expired = true);
            }
            Op::Due => {
                all_due(&self.db).await;
                self.model.iter_mut().for_each(|m| m.due = true);
            }
            Op::Cancel(at) | Op::Again(at) if self.model.is_empty() => {
                let _ = at;
            }
            Op::Cancel(at) => {
                let at = at % self.model.len();
                let job = &mut self.model[at];
                jobs.cancel(conn, job.id.as_str()).await.unwrap();
                match job.state {
                    JobState::Queued => job.state = JobState::Canceled,
                    JobState::Running => job.cancel = true,
                    _ => {}
                }
            }
            Op::Again(at) => {
                let at = at % self.model.len();
                let job = self.model[at].clone();
                let again = jobs.retry(conn, job.id.as_str()).await.unwrap();
                let possible = matches!(job.state, JobState::Failed | JobState::Canceled)
                    && self.unfinished(job.key).is_none();
                assert_eq!(again.is_some(), possible);
                if possible {
                    let job = &mut self.model[at];
                    (job.state, job.attempt, job.cancel, job.due) =
                        (JobState::Queued, 0, false, true);
                }
            }
            Op::Complete(at)
            | Op::Retry(at)
            | Op::Final(at)
            | Op::Release(at)
            | Op::Heartbeat(at) => {
                if self.leases.is_empty() {
                    return;
                }
                let lease = self.leases[at % self.leases.len()].clone();
                let result = match op {
                    Op::Complete(_) => jobs.complete(conn, &lease).await.map(|_| ()),
                    Op::Retry(_) => jobs.fail(&lease, &JobError::retry("r")).await.map(|_| ()),
                    Op::Final(_) => jobs.fail(&lease, &JobError::fatal("f")).await.map(|_| ()),
                    Op::Release(_) => jobs.release(&lease).await.map(|_| ()),
                    _ => jobs.heartbeat(&lease, LONG).await.map(|_| ()),
                };
                match self.held(&lease) {
                    None => assert!(
                        matches!(result, Err(JobsError::Stale(_))),
                        "{op:?}: {result:?}"
                    ),
                    Some(job) => {
                        result.unwrap();
                        match op {
                            Op::Complete(_) => job.state = JobState::Done,
                            Op::Retry(_) if job.attempt < job.max => job.requeue(false),
                            Op::Retry(_) | Op::Final(_) => job.state = JobState::Failed,
                            Op::Release(_) => {
                                job.attempt -= 1;
                                job.requeue(true);
                            }
                            _ => job.expired = false,
                        }
                    }
                }
            }
        }
    }

    async fn enqueue(&mut self, key: Option<u8>, attempts: u32, priority: i32) {
        let mut job = new("a").max_attempts(attempts).priority(priority);
        job.dedupe_key = key.map(|k| format!("key {k}"));
        let id = self.jobs.enqueue(self.db.write(), job).await.unwrap();
        if let Some(same) = self.unfinished(key) {
            assert_eq!(same.id, id);
            return;
        }
        self.model.push(Model {
            id,
            key,
            max: attempts,
            priority,
            state: JobState::Queued,
            attempt: 0,
            token: 0,
            cancel: false,
            due: true,
            expired: false,
        });
    }

    async fn lease(&mut self) {
        let got = self.jobs.lease("w", &["a"], LONG).await.unwrap();
        for job in &mut self.model {
            if job.state == JobState::Running && job.expired {
                job.requeue(true);
            }
        }
        let queued = self
            .model
            .iter_mut()
            .filter(|m| m.state == JobState::Queued && m.due);
        let want = queued.min_by_key(|m| (-m.priority, m.id.clone()));
        assert_eq!(got.as_ref().map(|j| &j.id), want.as_ref().map(|m| &m.id));
        if let (Some(job), Some(want)) = (got, want) {
            want.state = JobState::Running;
            want.attempt += 1;
            want.token += 1;
            want.expired = false;
            self.leases.push(job.lease());
        }
    }

    async fn compare(&self) {
        let filter = JobFilter {
            limit: 1000,
            ..JobFilter::default()
        };
        let mut stored = self.jobs.list(self.db.write(), &filter).await.unwrap();
        stored.reverse();
        assert_eq!(stored.len(), self.model.len());
        for (job, model) in stored.iter().zip(&self.model) {
            let left = (&job.id, job.state, job.attempt, job.lease_token);
            assert_eq!(left, (&model.id, model.state, model.attempt, model.token));
            assert_eq!(
                job.finished_at.is_some(),
                job.state.is_finished(),
                "{job:?}"
            );
            assert_eq!(
                job.lease_owner.is_some(),
                job.state == JobState::Running,
                "{job:?}"
            );
            if job.state == JobState::Running {
                assert_eq!(job.cancel_requested, model.cancel);
            }
        }
    }
}

#[test]
fn every_history_ends_as_the_model_says() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for (engine, test, _) in runtime.block_on(queues()) {
        let config = Config {
            cases: 60,
            failure_persistence: None,
            ..Config::default()
        };
        let histories = proptest::collection::vec(op(), 1..50);
        let outcome = TestRunner::new(config).run(&histories, |ops| {
            runtime.block_on(async {
                test.db
                    .write()
                    .execute_unprepared("DELETE FROM jobs")
                    .await
                    .unwrap();
                let mut world = World {
                    jobs: Jobs::new(test.db.clone()),
                    db: test.db.clone(),
                    model: Vec::new(),
                    leases: Vec::new(),
                };
                for op in &ops {
                    world.apply(op).await;
                    world.compare().await;
                }
            });
            Ok(())
        });
        assert!(outcome.is_ok(), "{engine}: {outcome:?}");
    }
}
