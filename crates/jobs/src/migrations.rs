//! The tables' history.

use sea_orm::ConnectionTrait as _;
use sea_orm_migration::prelude::*;

/// This crate's migrations.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(Queue)]
}

struct Queue;

impl MigrationName for Queue {
    fn name(&self) -> &'static str {
        "m20261121_000002_jobs_queue"
    }
}

/// Partial indexes keep what workers ask for small however many finished jobs
/// there are, and let a key be used again once its job is finished.
const STATEMENTS: [&str; 8] = [
    "CREATE TABLE jobs (
        id TEXT PRIMARY KEY NOT NULL,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL,
        subject TEXT,
        priority BIGINT NOT NULL,
        dedupe_key TEXT,
        state TEXT NOT NULL,
        attempt BIGINT NOT NULL DEFAULT 0,
        max_attempts BIGINT NOT NULL,
        run_after BIGINT NOT NULL,
        percent DOUBLE PRECISION NOT NULL DEFAULT 0,
        speed DOUBLE PRECISION,
        eta_seconds BIGINT,
        note TEXT,
        error TEXT,
        cancel_requested BOOLEAN NOT NULL DEFAULT FALSE,
        lease_owner TEXT,
        lease_token BIGINT NOT NULL DEFAULT 0,
        lease_expires_at BIGINT,
        created_at BIGINT NOT NULL,
        started_at BIGINT,
        finished_at BIGINT,
        updated_at BIGINT NOT NULL,
        version BIGINT NOT NULL DEFAULT 1
    )",
    "CREATE TABLE job_after (
        job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
        after_id TEXT NOT NULL,
        PRIMARY KEY (job_id, after_id)
    )",
    "CREATE INDEX job_after_by_dependency ON job_after (after_id)",
    "CREATE INDEX jobs_queued ON jobs (priority DESC, id) WHERE state = 'queued'",
    "CREATE INDEX jobs_running ON jobs (lease_expires_at) WHERE state = 'running'",
    "CREATE UNIQUE INDEX jobs_dedupe ON jobs (dedupe_key) WHERE dedupe_key IS NOT NULL AND state IN ('queued', 'running')",
    "CREATE INDEX jobs_by_subject ON jobs (subject, id)",
    "CREATE INDEX jobs_by_update ON jobs (updated_at)",
];

#[async_trait::async_trait]
impl MigrationTrait for Queue {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in STATEMENTS {
            manager
                .get_connection()
                .execute_unprepared(statement)
                .await?;
        }
        Ok(())
    }
}
