//! Watch positions on every database at hand.
#![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::sync::Arc;
use std::time::Duration;

use matinee_engines::db::{Db, migrate};
use matinee_engines::testing::{TestDb, databases};
use matinee_playback::migrations;
use matinee_playback::progress::{ProgressError, ProgressOptions, Report, WatchProgress};
use sea_orm::ConnectionTrait as _;
use tokio_util::sync::CancellationToken;

fn at(current_time: f64) -> Report {
    Report {
        current_time,
        total_duration: 100.0,
    }
}

fn lazy() -> ProgressOptions {
    ProgressOptions {
        flush_interval: Duration::from_hours(1),
        ..ProgressOptions::default()
    }
}

async fn migrated() -> Vec<(&'static str, TestDb)> {
    let all = databases().await.unwrap();
    for (_, test) in &all {
        migrate(&test.db, migrations()).await.unwrap();
    }
    all
}

async fn rows(db: &Db) -> usize {
    let all = db
        .read()
        .query_all_raw(sea_orm::Statement::from_string(
            db.backend(),
            "SELECT viewer_key FROM watch_progress",
        ))
        .await
        .unwrap();
    all.len()
}

#[tokio::test]
async fn a_place_is_known_at_once_and_written_later() {
    for (name, test) in migrated().await {
        let progress = WatchProgress::new(test.db.clone(), lazy());
        progress.record("user_1", "video_a", at(10.0)).unwrap();
        progress.record("user_1", "video_a", at(20.0)).unwrap();
        let seen = progress.get("user_1", "video_a").await.unwrap().unwrap();
        assert_eq!(seen.position_ms, 20_000, "{name}");
        assert_eq!(rows(&test.db).await, 0, "{name}");
        assert_eq!(progress.flush().await.unwrap(), 1, "{name}");
        assert_eq!(progress.flush().await.unwrap(), 0, "{name}");
        assert_eq!(rows(&test.db).await, 1, "{name}");

        let after_restart = WatchProgress::new(test.db.clone(), lazy());
        let found = after_restart.get("user_1", "video_a").await.unwrap();
        assert_eq!(found, Some(seen), "{name}");
        assert_eq!(after_restart.get("user_2", "video_a").await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_clean_stop_writes_the_rest() {
    for (name, test) in migrated().await {
        let progress = Arc::new(WatchProgress::new(test.db.clone(), lazy()));
        let stop = CancellationToken::new();
        let running = tokio::spawn({
            let (progress, stop) = (progress.clone(), stop.clone());
            async move { progress.run(stop).await }
        });
        for n in 0..2500 {
            let viewer = format!("anon:{n}");
            progress.record(&viewer, "video_a", at(1.0)).unwrap();
        }
        stop.cancel();
        running.await.unwrap();
        assert_eq!(rows(&test.db).await, 2500, "{name}");
    }
}

#[tokio::test]
async fn a_full_batch_is_written_without_waiting() {
    for (name, test) in migrated().await {
        let options = ProgressOptions {
            batch: 10,
            ..lazy()
        };
        let progress = Arc::new(WatchProgress::new(test.db.clone(), options));
        let running = tokio::spawn({
            let progress = progress.clone();
            async move { progress.run(CancellationToken::new()).await }
        });
        for n in 0..10 {
            progress
                .record("user_1", &format!("video_{n}"), at(1.0))
                .unwrap();
        }
        while rows(&test.db).await < 10 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        running.abort();
        assert_eq!(rows(&test.db).await, 10, "{name}");
    }
}

#[tokio::test]
async fn a_newer_place_from_another_node_stays() {
    for (name, test) in migrated().await {
        let slow = WatchProgress::new(test.db.clone(), lazy());
        let quick = WatchProgress::new(test.db.clone(), lazy());
        slow.record("user_1", "video_a", at(10.0)).unwrap();
        tokio::time::sleep(Duration::from_millis(2)).await;
        quick.record("user_1", "video_a", at(50.0)).unwrap();
        quick.flush().await.unwrap();
        slow.flush().await.unwrap();
        let kept = quick.get("user_1", "video_a").await.unwrap().unwrap();
        assert_eq!(kept.position_ms, 50_000, "{name}");
    }
}

#[tokio::test]
async fn what_was_begun_is_listed_latest_first() {
    for (name, test) in migrated().await {
        let progress = WatchProgress::new(test.db.clone(), lazy());
        for (video, time) in [("video_a", 10.0), ("video_b", 20.0), ("video_c", 0.0)] {
            progress.record("user_1", video, at(time)).unwrap();
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        progress.record("user_2", "video_d", at(5.0)).unwrap();
        let ids = async |limit| -> Vec<String> {
            let all = progress.recent("user_1", limit).await.unwrap();
            all.into_iter().map(|(id, _)| id).collect()
        };
        assert_eq!(ids(10).await, ["video_b", "video_a"], "{name}: from memory");
        progress.flush().await.unwrap();
        assert_eq!(
            ids(10).await,
            ["video_b", "video_a"],
            "{name}: from the table"
        );
        progress.record("user_1", "video_a", at(11.0)).unwrap();
        assert_eq!(ids(10).await, ["video_a", "video_b"], "{name}: from both");
        assert_eq!(ids(1).await, ["video_a"], "{name}: limited");
        progress.forget_videos(&["video_a".into()]).await.unwrap();
        assert_eq!(ids(10).await, ["video_b"], "{name}: forgotten");
    }
}

#[tokio::test]
async fn nothing_is_lost_while_the_database_is_away() {
    for (name, test) in migrated().await {
        let options = ProgressOptions {
            max_pending: 2,
            ..lazy()
        };
        let progress = WatchProgress::new(test.db.clone(), options);
        progress.record("user_1", "video_a", at(1.0)).unwrap();
        progress.record("user_1", "video_b", at(1.0)).unwrap();
        let rename = |from, to| format!("ALTER TABLE {from} RENAME TO {to}");
        let away = rename("watch_progress", "gone");
        test.db.write().execute_unprepared(&away).await.unwrap();
        assert!(progress.flush().await.is_err(), "{name}");
        progress.record("user_1", "video_b", at(2.0)).unwrap();
        let refused = progress.record("user_1", "video_c", at(1.0)).unwrap_err();
        assert!(matches!(refused, ProgressError::Overloaded), "{name}");
        let back = rename("gone", "watch_progress");
        test.db.write().execute_unprepared(&back).await.unwrap();
        assert_eq!(progress.flush().await.unwrap(), 2, "{name}");
        let kept = progress.get("user_1", "video_b").await.unwrap().unwrap();
        assert_eq!(kept.position_ms, 2_000, "{name}");
    }
}

#[tokio::test]
async fn a_key_that_a_database_would_refuse_is_refused_first() {
    let all = migrated().await;
    let progress = WatchProgress::new(all[0].1.db.clone(), lazy());
    for key in ["", "a\0b", "anon:\u{e9}", &"x".repeat(129)] {
        let refused = progress.record(key, "video_a", at(1.0)).unwrap_err();
        assert!(matches!(refused, ProgressError::ViewerKey), "{key:?}");
    }
}
