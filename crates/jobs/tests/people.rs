//! What people and their pages may do with jobs, on each database at hand.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod common;

use std::time::Duration;

use common::{LONG, expire_all, new, queues};
use matinee_engines::db::Db;
use matinee_jobs::{JobError, JobFilter, JobProgress, JobState, Jobs, JobsError, Retention};
use serde_json::json;

#[tokio::test]
async fn cancel_ends_queued_jobs_and_asks_running_ones() {
    for (engine, test, jobs) in queues().await {
        let conn = test.db.write();
        for _ in 0..2 {
            jobs.enqueue(conn, new("a").subject("video_1"))
                .await
                .unwrap();
        }
        jobs.enqueue(conn, new("b").subject("video_2"))
            .await
            .unwrap();
        let running = jobs.lease("w", &["a"], LONG).await.unwrap().unwrap();
        assert_eq!(
            jobs.cancel_subject(conn, "video_1").await.unwrap().len(),
            2,
            "{engine}"
        );
        let mut states: Vec<_> = jobs.by_subject(conn, "video_1").await.unwrap();
        states.sort_by_key(|job| job.state.as_str());
        assert_eq!(states[0].state, JobState::Canceled, "{engine}");
        assert!(
            states[1].cancel_requested && states[1].state == JobState::Running,
            "{engine}"
        );
        assert!(
            jobs.heartbeat(&running.lease(), LONG).await.unwrap(),
            "{engine}"
        );
        assert!(
            !jobs.settle("video_1", Duration::ZERO).await.unwrap(),
            "{engine}"
        );
        // Its worker dies without having seen it: nobody may begin it again.
        expire_all(&test.db).await;
        assert_eq!(
            jobs.lease("w", &["a"], LONG).await.unwrap(),
            None,
            "{engine}"
        );
        assert!(
            jobs.settle("video_1", Duration::ZERO).await.unwrap(),
            "{engine}"
        );

        assert_eq!(
            jobs.retry_subject(conn, "video_1").await.unwrap().len(),
            2,
            "{engine}"
        );
        let job = jobs.lease("w", &["a"], LONG).await.unwrap().unwrap();
        assert!(!job.cancel_requested, "{engine}");
        assert_eq!(
            jobs.delete_subject(conn, "video_1").await.unwrap(),
            2,
            "{engine}"
        );
        let gone = jobs.complete(conn, &job.lease()).await;
        assert!(matches!(gone, Err(JobsError::Stale(_))), "{engine}");
        let rest = jobs.list(conn, &JobFilter::default()).await.unwrap();
        assert_eq!(rest.len(), 1, "{engine}");
    }
}

#[tokio::test]
async fn retry_revives_the_latest_of_a_key_and_none_beside_an_unfinished_one() {
    for (engine, test, jobs) in queues().await {
        let conn = test.db.write();
        for _ in 0..2 {
            let id = jobs
                .enqueue(conn, new("a").subject("v").dedupe_key("k"))
                .await
                .unwrap();
            jobs.cancel(conn, id.as_str()).await.unwrap().unwrap();
        }
        assert_eq!(
            jobs.retry_subject(conn, "v").await.unwrap().len(),
            1,
            "{engine}"
        );
        assert_eq!(
            jobs.retry_subject(conn, "v").await.unwrap().len(),
            0,
            "{engine}"
        );
    }
}

#[tokio::test]
async fn progress_and_lists_show_what_was_recorded() {
    for (engine, test, jobs) in queues().await {
        let conn = test.db.write();
        let payload = json!({"height": 720, "name": "ä \u{1F3AC}"});
        let mut job = new("a").subject("video_1");
        job.payload = payload.clone();
        jobs.enqueue(conn, job).await.unwrap();
        for n in 0..5 {
            jobs.enqueue(conn, new("b").subject(format!("video_{n}")))
                .await
                .unwrap();
        }
        let job = jobs.lease("w", &["a"], LONG).await.unwrap().unwrap();
        let progress = JobProgress {
            percent: 42.5,
            speed: Some(3.25),
            eta_seconds: Some(77),
            note: Some("second pass".into()),
        };
        jobs.progress(&job.lease(), progress.clone()).await.unwrap();
        let read = jobs
            .get(test.db.read(), job.id.as_str())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (read.progress, read.payload),
            (progress, payload),
            "{engine}"
        );

        let both = jobs
            .by_subjects(test.db.read(), &["video_1", "video_3"])
            .await
            .unwrap();
        let kinds: Vec<&str> = both.iter().map(|job| job.kind.as_str()).collect();
        assert_eq!(kinds, ["a", "b", "b"], "{engine}");
        let mut filter = JobFilter {
            kind: Some("b".into()),
            limit: 2,
            ..JobFilter::default()
        };
        let mut pages = Vec::new();
        loop {
            let page = jobs.list(test.db.read(), &filter).await.unwrap();
            let Some(last) = page.last() else { break };
            filter.before = Some(last.id.clone());
            pages.push(page.len());
        }
        assert_eq!(pages, [2, 2, 1], "{engine}");
        let counts = jobs.counts().await.unwrap();
        let counts: Vec<_> = counts
            .iter()
            .map(|c| (c.kind.as_str(), c.state, c.count))
            .collect();
        assert_eq!(
            counts,
            [("a", JobState::Running, 1), ("b", JobState::Queued, 5)],
            "{engine}"
        );
    }
}

#[tokio::test]
async fn finished_jobs_are_deleted_when_they_are_old() {
    for (engine, test, jobs) in queues().await {
        let conn = test.db.write();
        for end in [None, Some(JobError::fatal("x")), Some(JobError::Canceled)] {
            jobs.enqueue(conn, new("a")).await.unwrap();
            let job = jobs.lease("w", &["a"], LONG).await.unwrap().unwrap();
            match end {
                None => jobs.complete(conn, &job.lease()).await.unwrap(),
                Some(error) => jobs.fail(&job.lease(), &error).await.unwrap(),
            };
        }
        jobs.enqueue(conn, new("a")).await.unwrap();
        assert_eq!(
            jobs.prune(Retention::default()).await.unwrap(),
            0,
            "{engine}"
        );
        let sql = "UPDATE jobs SET updated_at = updated_at - 86400000000";
        sea_orm::ConnectionTrait::execute_unprepared(conn, sql)
            .await
            .unwrap();
        let day = Duration::from_hours(1);
        let keep_failed = Retention {
            done: day,
            failed: LONG * 1000,
        };
        assert_eq!(jobs.prune(keep_failed).await.unwrap(), 2, "{engine}");
        assert_eq!(
            jobs.prune(Retention {
                done: day,
                failed: day
            })
            .await
            .unwrap(),
            1,
            "{engine}"
        );
        assert!(jobs.any_due(&["a"]).await.unwrap(), "{engine}");
    }
}

#[tokio::test]
async fn watchers_see_changes_of_this_and_of_other_processes() {
    for (engine, test, jobs) in queues().await {
        let other = Jobs::new(Db::open(&test.url).await.unwrap());
        let mut events = jobs.subscribe();
        let id = other.enqueue(other.db().write(), new("a")).await.unwrap();
        let job = other.lease("w", &["a"], LONG).await.unwrap().unwrap();
        other
            .progress(&job.lease(), JobProgress::percent(50.0))
            .await
            .unwrap();
        let next = tokio::time::timeout(LONG, events.recv())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(next.job.id, id, "{engine}");
        other
            .complete(other.db().write(), &job.lease())
            .await
            .unwrap();
        loop {
            let next = tokio::time::timeout(LONG, events.recv())
                .await
                .unwrap()
                .unwrap();
            if next.job.state == JobState::Done {
                break;
            }
        }
    }
}
