//! The queue's promises, on each database at hand.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod common;

use std::collections::HashMap;

use common::{LONG, all_due, expire_all, new, queues};
use matinee_engines::db::Db;
use matinee_jobs::{JobError, JobProgress, JobState, Jobs, JobsError};

#[tokio::test]
async fn a_job_exists_only_if_the_transaction_commits() {
    for (engine, test, jobs) in queues().await {
        let tx = test.db.begin().await.unwrap();
        jobs.enqueue(&tx, new("probe")).await.unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(
            jobs.lease("w", &["probe"], LONG).await.unwrap(),
            None,
            "{engine}"
        );

        let tx = test.db.begin().await.unwrap();
        let id = jobs
            .enqueue(&tx, new("probe").subject("video_1"))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let job = jobs.lease("w", &["probe"], LONG).await.unwrap().unwrap();
        assert_eq!(
            (job.id, job.attempt, job.state),
            (id, 1, JobState::Running),
            "{engine}"
        );
    }
}

#[tokio::test]
async fn urgent_jobs_come_first_then_older_ones_and_only_of_the_asked_kinds() {
    for (engine, test, jobs) in queues().await {
        let conn = test.db.write();
        let mut ids = Vec::new();
        for (kind, priority) in [("a", 0), ("a", 5), ("b", 9), ("a", 5), ("a", -1)] {
            ids.push(
                jobs.enqueue(conn, new(kind).priority(priority))
                    .await
                    .unwrap(),
            );
        }
        let mut order = Vec::new();
        while let Some(job) = jobs.lease("w", &["a", "none"], LONG).await.unwrap() {
            order.push(ids.iter().position(|id| *id == job.id).unwrap());
        }
        assert_eq!(order, [1, 3, 0, 4], "{engine}");
        assert_eq!(jobs.lease("w", &[], LONG).await.unwrap(), None, "{engine}");
        assert!(
            jobs.any_due(&["b"]).await.unwrap() && !jobs.any_due(&["a"]).await.unwrap(),
            "{engine}"
        );
    }
}

#[tokio::test]
async fn a_key_is_unique_among_the_unfinished() {
    for (engine, test, jobs) in queues().await {
        let conn = test.db.write();
        let keyed = || new("a").dedupe_key("video_1/probe");
        let first = jobs.enqueue(conn, keyed()).await.unwrap();
        assert_eq!(
            jobs.enqueue(conn, keyed()).await.unwrap(),
            first,
            "{engine}"
        );
        let job = jobs.lease("w", &["a"], LONG).await.unwrap().unwrap();
        assert_eq!(
            jobs.enqueue(conn, keyed()).await.unwrap(),
            first,
            "{engine}"
        );
        jobs.complete(conn, &job.lease()).await.unwrap();
        assert_ne!(
            jobs.enqueue(conn, keyed()).await.unwrap(),
            first,
            "{engine}"
        );
    }
}

#[tokio::test]
async fn many_who_enqueue_one_key_at_once_make_one_job() {
    for (engine, test, jobs) in queues().await {
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (jobs, db) = (jobs.clone(), test.db.clone());
                tokio::spawn(async move {
                    jobs.enqueue(db.write(), new("a").dedupe_key("k"))
                        .await
                        .unwrap()
                })
            })
            .collect();
        let mut ids = Vec::new();
        for task in tasks {
            ids.push(task.await.unwrap());
        }
        ids.dedup();
        assert_eq!(ids.len(), 1, "{engine}");
    }
}

#[tokio::test]
async fn each_job_is_leased_to_exactly_one_of_many_workers() {
    for (engine, test, jobs) in queues().await {
        let tx = test.db.begin().await.unwrap();
        for n in 0..200 {
            jobs.enqueue(&tx, new("a").priority(n % 7)).await.unwrap();
        }
        tx.commit().await.unwrap();
        // Two handles stand for two processes.
        let other = Jobs::new(Db::open(&test.url).await.unwrap());
        let tasks: Vec<_> = (0..8)
            .map(|n| {
                let jobs = if n % 2 == 0 {
                    jobs.clone()
                } else {
                    other.clone()
                };
                tokio::spawn(async move {
                    let mut mine = Vec::new();
                    while let Some(job) = jobs.lease(&format!("w{n}"), &["a"], LONG).await.unwrap()
                    {
                        assert_eq!((job.lease_token, job.attempt), (1, 1));
                        if mine.len() % 2 == 0 {
                            jobs.complete(jobs.db().write(), &job.lease())
                                .await
                                .unwrap();
                        }
                        mine.push(job.id);
                    }
                    mine
                })
            })
            .collect();
        let mut seen: HashMap<_, u32> = HashMap::new();
        for task in tasks {
            for id in task.await.unwrap() {
                *seen.entry(id).or_default() += 1;
            }
        }
        assert_eq!(seen.len(), 200, "{engine}");
        assert!(seen.values().all(|n| *n == 1), "{engine}");
    }
}

#[tokio::test]
async fn whoever_lost_the_lease_is_refused() {
    for (engine, test, jobs) in queues().await {
        let conn = test.db.write();
        let id = jobs.enqueue(conn, new("a")).await.unwrap();
        let old = jobs
            .lease("w1", &["a"], LONG)
            .await
            .unwrap()
            .unwrap()
            .lease();
        assert_eq!(
            jobs.lease("w2", &["a"], LONG).await.unwrap(),
            None,
            "{engine}"
        );
        expire_all(&test.db).await;
        let job = jobs.lease("w2", &["a"], LONG).await.unwrap().unwrap();
        assert_eq!(
            (&job.id, job.attempt, job.lease_token),
            (&id, 2, 2),
            "{engine}"
        );

        let tx = test.db.begin().await.unwrap();
        let refused = [
            jobs.complete(&tx, &old).await.err(),
            jobs.hold(&tx, &old, LONG).await.err(),
        ];
        tx.rollback().await.unwrap();
        let more = [
            jobs.heartbeat(&old, LONG).await.err(),
            jobs.progress(&old, JobProgress::percent(9.0)).await.err(),
            jobs.fail(&old, &JobError::fatal("no")).await.err(),
            jobs.release(&old).await.err(),
        ];
        for error in refused.into_iter().chain(more) {
            assert!(
                matches!(error, Some(JobsError::Stale(_))),
                "{engine}: {error:?}"
            );
        }
        assert!(
            !jobs.heartbeat(&job.lease(), LONG).await.unwrap(),
            "{engine}"
        );
        assert_eq!(
            jobs.complete(conn, &job.lease()).await.unwrap().state,
            JobState::Done,
            "{engine}"
        );
        let twice = jobs.complete(conn, &job.lease()).await;
        assert!(matches!(twice, Err(JobsError::Stale(_))), "{engine}");
    }
}

#[tokio::test]
async fn failures_back_off_and_end_when_the_attempts_are_used_up() {
    for (engine, test, jobs) in queues().await {
        let id = jobs
            .enqueue(test.db.write(), new("a").max_attempts(2))
            .await
            .unwrap();
        let job = jobs.lease("w", &["a"], LONG).await.unwrap().unwrap();
        let failed = jobs
            .fail(&job.lease(), &JobError::retry("disk full"))
            .await
            .unwrap();
        assert_eq!(
            (failed.state, failed.error.as_deref()),
            (JobState::Queued, Some("disk full")),
            "{engine}"
        );
        assert!(
            failed.run_after >= failed.updated_at + 1_000_000,
            "{engine}: no back-off"
        );
        assert_eq!(
            jobs.lease("w", &["a"], LONG).await.unwrap(),
            None,
            "{engine}"
        );
        all_due(&test.db).await;
        let job = jobs.lease("w", &["a"], LONG).await.unwrap().unwrap();
        let failed = jobs
            .fail(&job.lease(), &JobError::retry("disk full again"))
            .await
            .unwrap();
        assert_eq!(
            (failed.state, failed.id),
            (JobState::Failed, id.clone()),
            "{engine}"
        );
        assert!(
            failed.finished_at.is_some() && failed.lease_owner.is_none(),
            "{engine}"
        );

        let again = jobs
            .retry(test.db.write(), id.as_str())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (again.state, again.attempt, again.error),
            (JobState::Queued, 0, None),
            "{engine}"
        );
        let job = jobs.lease("w", &["a"], LONG).await.unwrap().unwrap();
        let failed = jobs
            .fail(&job.lease(), &JobError::fatal("no video"))
            .await
            .unwrap();
        assert_eq!(
            failed.state,
            JobState::Failed,
            "{engine}: a final error is final at once"
        );
    }
}

#[tokio::test]
async fn a_worker_that_dies_each_time_uses_up_the_attempts() {
    for (engine, test, jobs) in queues().await {
        jobs.enqueue(test.db.write(), new("a").max_attempts(2))
            .await
            .unwrap();
        for (attempt, exhausted) in [(1, false), (2, false), (3, true)] {
            let job = jobs.lease("w", &["a"], LONG).await.unwrap().unwrap();
            assert_eq!(
                (job.attempt, job.is_exhausted()),
                (attempt, exhausted),
                "{engine}"
            );
            expire_all(&test.db).await;
        }
    }
}

#[tokio::test]
async fn a_released_job_is_taken_at_once_and_loses_no_attempt() {
    for (engine, test, jobs) in queues().await {
        jobs.enqueue(test.db.write(), new("a").max_attempts(1))
            .await
            .unwrap();
        let first = jobs.lease("w1", &["a"], LONG).await.unwrap().unwrap();
        jobs.release(&first.lease()).await.unwrap();
        let job = jobs.lease("w2", &["a"], LONG).await.unwrap().unwrap();
        assert_eq!((job.attempt, job.lease_token), (1, 2), "{engine}");
        let stale = jobs.complete(test.db.write(), &first.lease()).await;
        assert!(matches!(stale, Err(JobsError::Stale(_))), "{engine}");
    }
}

#[tokio::test]
async fn jobs_wait_for_those_before_them_and_share_their_bad_end() {
    for (engine, test, jobs) in queues().await {
        let conn = test.db.write();
        let first = jobs.enqueue(conn, new("a")).await.unwrap();
        let second = jobs
            .enqueue(conn, new("b").after(first.clone()))
            .await
            .unwrap();
        let third = jobs
            .enqueue(conn, new("b").after(second.clone()))
            .await
            .unwrap();
        assert_eq!(
            jobs.lease("w", &["b"], LONG).await.unwrap(),
            None,
            "{engine}"
        );
        let job = jobs.lease("w", &["a"], LONG).await.unwrap().unwrap();
        assert_eq!(
            jobs.lease("w", &["b"], LONG).await.unwrap(),
            None,
            "{engine}"
        );
        jobs.complete(conn, &job.lease()).await.unwrap();
        let job = jobs.lease("w", &["b"], LONG).await.unwrap().unwrap();
        assert_eq!(job.id, second, "{engine}");
        jobs.fail(&job.lease(), &JobError::fatal("broken"))
            .await
            .unwrap();
        let job = jobs.get(conn, third.as_str()).await.unwrap().unwrap();
        assert_eq!(job.state, JobState::Failed, "{engine}");
    }
}
