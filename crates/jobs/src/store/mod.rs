//! The queue's statements. Each works on SQLite and PostgreSQL alike and takes
//! the connection, so that it can join a transaction.

use matinee_engines::id::Id;
use sea_orm::{ConnectionTrait, DatabaseBackend, QueryResult, Statement, Value};

use crate::JobsError;
use crate::model::{Job, JobProgress, JobState};

mod ask;

pub(crate) use ask::{
    Which, by_subjects, cancel, changed, counts, delete, get, list, prune, retry,
};

type Result<T, E = JobsError> = std::result::Result<T, E>;

/// Columns that keep a job's life apart from its content.
const COLUMNS: &str = "id, kind, payload, subject, priority, dedupe_key, state, attempt, \
    max_attempts, run_after, percent, speed, eta_seconds, note, error, cancel_requested, \
    lease_owner, lease_token, lease_expires_at, created_at, started_at, finished_at, \
    updated_at, version";

/// What a job loses when it stops running.
const RELEASED: &str = "lease_owner = NULL, lease_expires_at = NULL";

/// Builds a statement from text in which `NOW` stands for the instant and
/// `COLUMNS` for all columns.
struct Query {
    text: String,
    values: Vec<Value>,
}

impl Query {
    fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            values: Vec::new(),
        }
    }

    fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Replaces `marker` by placeholders for these texts.
    fn bind_list<S: AsRef<str>>(mut self, marker: &str, texts: &[S]) -> Self {
        let first = self.values.len() + 1;
        let places: Vec<String> = (first..first + texts.len())
            .map(|n| format!("${n}"))
            .collect();
        // An empty list matches nothing; SQL has no empty IN ().
        let places = if places.is_empty() {
            "NULL".to_owned()
        } else {
            places.join(", ")
        };
        self.text = self.text.replace(marker, &places);
        self.values
            .extend(texts.iter().map(|t| Value::from(t.as_ref().to_owned())));
        self
    }

    fn build<C: ConnectionTrait>(self, conn: &C) -> Statement {
        let backend = conn.get_database_backend();
        let text = self
            .text
            .replace("NOW", now(backend))
            .replace("COLUMNS", COLUMNS)
            .replace("RELEASED", RELEASED);
        Statement::from_sql_and_values(backend, text, self.values)
    }

    async fn execute<C: ConnectionTrait>(self, conn: &C) -> Result<u64> {
        Ok(conn.execute_raw(self.build(conn)).await?.rows_affected())
    }

    async fn rows<C: ConnectionTrait>(self, conn: &C) -> Result<Vec<QueryResult>> {
        Ok(conn.query_all_raw(self.build(conn)).await?)
    }

    async fn jobs<C: ConnectionTrait>(self, conn: &C) -> Result<Vec<Job>> {
        self.rows(conn).await?.iter().map(job).collect()
    }

    async fn job<C: ConnectionTrait>(self, conn: &C) -> Result<Option<Job>> {
        let row = conn.query_one_raw(self.build(conn)).await?;
        row.as_ref().map(job).transpose()
    }
}

/// The instant as microseconds, by the database's clock.
fn now(backend: DatabaseBackend) -> &'static str {
    if backend == DatabaseBackend::Postgres {
        "(EXTRACT(EPOCH FROM statement_timestamp()) * 1000000)::BIGINT"
    } else {
        "CAST(unixepoch('subsec') * 1000000 AS INTEGER)"
    }
}

fn job(row: &QueryResult) -> Result<Job> {
    let text = |name: &str| row.try_get::<String>("", name);
    let number = |name: &str| row.try_get::<i64>("", name);
    let maybe = |name: &str| row.try_get::<Option<i64>>("", name);
    let count = |name: &'static str| -> Result<u32> {
        u32::try_from(number(name)?).map_err(|_| JobsError::Corrupt(name))
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "they were written from f32"
    )]
    let progress = JobProgress {
        percent: row.try_get::<f64>("", "percent")? as f32,
        speed: row.try_get::<Option<f64>>("", "speed")?.map(|s| s as f32),
        eta_seconds: maybe("eta_seconds")?.and_then(|s| u64::try_from(s).ok()),
        note: row.try_get("", "note")?,
    };
    Ok(Job {
        id: Id::parse("job", &text("id")?).map_err(|_| JobsError::Corrupt("id"))?,
        kind: text("kind")?,
        payload: serde_json::from_str(&text("payload")?)
            .map_err(|_| JobsError::Corrupt("payload"))?,
        subject: row.try_get("", "subject")?,
        priority: i32::try_from(number("priority")?).map_err(|_| JobsError::Corrupt("priority"))?,
        dedupe_key: row.try_get("", "dedupe_key")?,
        state: JobState::parse(&text("state")?)?,
        attempt: count("attempt")?,
        max_attempts: count("max_attempts")?,
        run_after: number("run_after")?,
        progress,
        error: row.try_get("", "error")?,
        cancel_requested: row.try_get("", "cancel_requested")?,
        lease_owner: row.try_get("", "lease_owner")?,
        lease_token: number("lease_token")?,
        lease_expires_at: maybe("lease_expires_at")?,
        created_at: number("created_at")?,
        started_at: maybe("started_at")?,
        finished_at: maybe("finished_at")?,
        updated_at: number("updated_at")?,
        version: number("version")?,
    })
}

/// A job's row to insert.
pub(crate) struct Row<'a> {
    pub(crate) id: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) payload: String,
    pub(crate) subject: Option<&'a str>,
    pub(crate) priority: i32,
    pub(crate) dedupe_key: Option<&'a str>,
    pub(crate) max_attempts: u32,
    pub(crate) run_after: Option<i64>,
}

/// Inserts a job unless an unfinished one has its key; tells whether it did.
pub(crate) async fn insert<C: ConnectionTrait>(conn: &C, row: Row<'_>) -> Result<bool> {
    let inserted = Query::new(
        "INSERT INTO jobs (id, kind, payload, subject, priority, dedupe_key, state, max_attempts, run_after, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, COALESCE($8, NOW), NOW, NOW) \
         ON CONFLICT (dedupe_key) WHERE dedupe_key IS NOT NULL AND state IN ('queued', 'running') DO NOTHING",
    )
    .bind(row.id)
    .bind(row.kind)
    .bind(row.payload)
    .bind(row.subject.map(str::to_owned))
    .bind(i64::from(row.priority))
    .bind(row.dedupe_key.map(str::to_owned))
    .bind(i64::from(row.max_attempts))
    .bind(row.run_after)
    .execute(conn)
    .await?;
    Ok(inserted == 1)
}

pub(crate) async fn insert_after<C: ConnectionTrait>(
    conn: &C,
    id: &str,
    after: &str,
) -> Result<()> {
    Query::new("INSERT INTO job_after (job_id, after_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(id)
        .bind(after)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn unfinished_by_key<C: ConnectionTrait>(
    conn: &C,
    key: &str,
) -> Result<Option<Job>> {
    Query::new("SELECT COLUMNS FROM jobs WHERE dedupe_key = $1 AND state IN ('queued', 'running')")
        .bind(key)
        .job(conn)
        .await
}

/// Jobs that a worker may take: due, of these kinds, and nothing before them.
const DUE: &str = "j.state = 'queued' AND j.run_after <= NOW AND j.kind IN (KINDS) \
    AND NOT EXISTS (SELECT 1 FROM job_after a JOIN jobs d ON d.id = a.after_id \
        WHERE a.job_id = j.id AND d.state IN ('queued', 'running'))";

/// Passes over rows that others are about to change. On SQLite, where only
/// one writes at a time, a single statement needs nothing of the kind.
fn skip_locked<C: ConnectionTrait>(conn: &C) -> &'static str {
    if conn.get_database_backend() == DatabaseBackend::Postgres {
        "FOR UPDATE OF j SKIP LOCKED"
    } else {
        ""
    }
}

/// Whether [`lease`] or [`reclaim`] would find something.
pub(crate) async fn any_due<C: ConnectionTrait>(conn: &C, kinds: &[&str]) -> Result<bool> {
    let found = Query::new(format!(
        "SELECT 1 AS one WHERE EXISTS (SELECT 1 FROM jobs j WHERE {DUE}) \
         OR EXISTS (SELECT 1 FROM jobs WHERE state = 'running' AND lease_expires_at <= NOW)"
    ))
    .bind_list("KINDS", kinds)
    .rows(conn)
    .await?;
    Ok(!found.is_empty())
}

/// Puts the jobs whose workers have gone silent back into the queue, or to
/// rest if they were to be canceled anyway.
pub(crate) async fn reclaim<C: ConnectionTrait>(conn: &C) -> Result<Vec<Job>> {
    // Nodes that reclaim at the same time must not wait for each other in a circle.
    let lock = skip_locked(conn);
    Query::new(format!(
        "UPDATE jobs SET state = CASE WHEN cancel_requested THEN 'canceled' ELSE 'queued' END, \
         finished_at = CASE WHEN cancel_requested THEN NOW ELSE NULL END, \
         error = 'the worker stopped in the middle of it', \
         run_after = NOW, RELEASED, updated_at = NOW, version = version + 1 \
         WHERE id IN (SELECT id FROM jobs j WHERE state = 'running' AND lease_expires_at <= NOW {lock}) \
         RETURNING COLUMNS"
    ))
    .jobs(conn)
    .await
}

/// Takes the first due job of these kinds for so many microseconds.
pub(crate) async fn lease<C: ConnectionTrait>(
    conn: &C,
    owner: &str,
    kinds: &[&str],
    micros: i64,
) -> Result<Option<Job>> {
    let lock = skip_locked(conn);
    Query::new(format!(
        "UPDATE jobs SET state = 'running', attempt = attempt + 1, lease_token = lease_token + 1, \
         lease_owner = $1, lease_expires_at = NOW + $2, started_at = COALESCE(started_at, NOW), \
         percent = 0, speed = NULL, eta_seconds = NULL, note = NULL, \
         updated_at = NOW, version = version + 1 \
         WHERE id = (SELECT j.id FROM jobs j WHERE {DUE} ORDER BY j.priority DESC, j.id LIMIT 1 {lock}) \
         RETURNING COLUMNS"
    ))
    .bind(owner)
    .bind(micros)
    .bind_list("KINDS", kinds)
    .job(conn)
    .await
}

/// Which lease a statement is about. It must still be the latest, and hold.
const HELD: &str = "WHERE id = $1 AND lease_token = $2 AND state = 'running'";

pub(crate) async fn extend<C: ConnectionTrait>(
    conn: &C,
    id: &str,
    token: i64,
    micros: i64,
) -> Result<Option<Job>> {
    Query::new(format!(
        "UPDATE jobs SET lease_expires_at = NOW + $3 {HELD} RETURNING COLUMNS"
    ))
    .bind(id)
    .bind(token)
    .bind(micros)
    .job(conn)
    .await
}

/// Extends all leases of a worker; yields those that it has.
pub(crate) async fn extend_all<C: ConnectionTrait>(
    conn: &C,
    owner: &str,
    micros: i64,
) -> Result<Vec<Held>> {
    let rows = Query::new(
        "UPDATE jobs SET lease_expires_at = NOW + $2 WHERE lease_owner = $1 AND state = 'running' \
         RETURNING id, lease_token, cancel_requested",
    )
    .bind(owner)
    .bind(micros)
    .rows(conn)
    .await?;
    rows.iter().map(held).collect()
}

/// The leases that a worker has.
pub(crate) async fn held_by<C: ConnectionTrait>(conn: &C, owner: &str) -> Result<Vec<Held>> {
    let rows = Query::new(
        "SELECT id, lease_token, cancel_requested FROM jobs WHERE state = 'running' AND lease_owner = $1",
    )
    .bind(owner)
    .rows(conn)
    .await?;
    rows.iter().map(held).collect()
}

/// One lease of a worker, and whether it should stop.
pub(crate) struct Held {
    pub(crate) id: String,
    pub(crate) token: i64,
    pub(crate) cancel: bool,
}

fn held(row: &QueryResult) -> Result<Held> {
    Ok(Held {
        id: row.try_get("", "id")?,
        token: row.try_get("", "lease_token")?,
        cancel: row.try_get("", "cancel_requested")?,
    })
}

pub(crate) async fn progress<C: ConnectionTrait>(
    conn: &C,
    id: &str,
    token: i64,
    progress: &JobProgress,
) -> Result<Option<Job>> {
    Query::new(format!(
        "UPDATE jobs SET percent = $3, speed = $4, eta_seconds = $5, note = $6, \
         updated_at = NOW, version = version + 1 {HELD} RETURNING COLUMNS"
    ))
    .bind(id)
    .bind(token)
    .bind(f64::from(progress.percent))
    .bind(progress.speed.map(f64::from))
    .bind(progress.eta_seconds.and_then(|s| i64::try_from(s).ok()))
    .bind(progress.note.clone())
    .job(conn)
    .await
}

pub(crate) async fn complete<C: ConnectionTrait>(
    conn: &C,
    id: &str,
    token: i64,
) -> Result<Option<Job>> {
    Query::new(format!(
        "UPDATE jobs SET state = 'done', percent = 100, eta_seconds = 0, error = NULL, finished_at = NOW, \
         RELEASED, updated_at = NOW, version = version + 1 {HELD} RETURNING COLUMNS"
    ))
    .bind(id)
    .bind(token)
    .job(conn)
    .await
}

/// Ends a running job as failed or canceled.
pub(crate) async fn finish<C: ConnectionTrait>(
    conn: &C,
    id: &str,
    token: i64,
    state: JobState,
    error: Option<String>,
) -> Result<Option<Job>> {
    Query::new(format!(
        "UPDATE jobs SET state = $3, error = COALESCE($4, error), finished_at = NOW, \
         RELEASED, updated_at = NOW, version = version + 1 {HELD} RETURNING COLUMNS"
    ))
    .bind(id)
    .bind(token)
    .bind(state.as_str())
    .bind(error)
    .job(conn)
    .await
}

/// Puts a running job back into the queue after so many microseconds, unless
/// somebody wants it canceled: then it is. `spent` tells whether the attempt
/// counts.
pub(crate) async fn requeue<C: ConnectionTrait>(
    conn: &C,
    id: &str,
    token: i64,
    micros: i64,
    error: Option<String>,
    spent: bool,
) -> Result<Option<Job>> {
    Query::new(format!(
        "UPDATE jobs SET state = CASE WHEN cancel_requested THEN 'canceled' ELSE 'queued' END, \
         finished_at = CASE WHEN cancel_requested THEN NOW ELSE NULL END, \
         run_after = NOW + $3, error = COALESCE($4, error), attempt = attempt - $5, \
         RELEASED, updated_at = NOW, version = version + 1 {HELD} RETURNING COLUMNS"
    ))
    .bind(id)
    .bind(token)
    .bind(micros)
    .bind(error)
    .bind(i64::from(!spent))
    .job(conn)
    .await
}

/// Ends the queued jobs that wait for this one in the same way; yields them.
pub(crate) async fn finish_dependents<C: ConnectionTrait>(
    conn: &C,
    id: &str,
    state: JobState,
) -> Result<Vec<Job>> {
    let mut ended: Vec<Job> = Vec::new();
    let mut next = vec![id.to_owned()];
    while let Some(id) = next.pop() {
        let jobs = Query::new(
            "UPDATE jobs SET state = $2, error = 'a job before it was given up', finished_at = NOW, \
             updated_at = NOW, version = version + 1 WHERE state = 'queued' \
             AND id IN (SELECT job_id FROM job_after WHERE after_id = $1) RETURNING COLUMNS",
        )
        .bind(id)
        .bind(state.as_str())
        .jobs(conn)
        .await?;
        next.extend(jobs.iter().map(|job| job.id.to_string()));
        ended.extend(jobs);
    }
    Ok(ended)
}
