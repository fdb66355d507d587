//! What the tests of the queue share.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::time::Duration;

use matinee_engines::db::{Db, migrate};
use matinee_engines::testing::{TestDb, databases};
use matinee_jobs::{Jobs, NewJob};
use sea_orm::ConnectionTrait;
use serde_json::json;

/// A lease that does not expire during a test.
pub const LONG: Duration = Duration::from_mins(10);

/// A migrated database on each engine at hand.
pub async fn queues() -> Vec<(&'static str, TestDb, Jobs)> {
    let mut all = Vec::new();
    for (engine, test) in databases().await.unwrap() {
        migrate(&test.db, matinee_jobs::migrations()).await.unwrap();
        let jobs = Jobs::new(test.db.clone());
        all.push((engine, test, jobs));
    }
    all
}

/// A job without content.
pub fn new(kind: &str) -> NewJob {
    NewJob::new(kind, json!({}))
}

/// Lets the lease of every running job run out, as if time had passed.
pub async fn expire_all(db: &Db) {
    let sql = "UPDATE jobs SET lease_expires_at = 1 WHERE state = 'running'";
    db.write().execute_unprepared(sql).await.unwrap();
}

/// Lets every back-off be over, as if time had passed.
pub async fn all_due(db: &Db) {
    let sql = "UPDATE jobs SET run_after = 1 WHERE state = 'queued'";
    db.write().execute_unprepared(sql).await.unwrap();
}

/// Waits until this is so; a minute is a failure.
pub async fn eventually<F: AsyncFnMut() -> bool>(what: &str, mut is: F) {
    for _ in 0..1200 {
        if is().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never came to be: {what}");
}
