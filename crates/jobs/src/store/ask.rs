//! What people and their pages ask of the queue.

use sea_orm::ConnectionTrait;

use super::{Query, Result};
use crate::model::{Job, JobState, KindCount};

/// Which jobs a person means.
#[derive(Clone, Copy)]
pub(crate) enum Which<'a> {
    One(&'a str),
    Subject(&'a str),
}

impl<'a> Which<'a> {
    fn column(self) -> (&'static str, &'a str) {
        match self {
            Self::One(id) => ("id", id),
            Self::Subject(subject) => ("subject", subject),
        }
    }
}

/// Cancels the queued jobs at once and asks the running ones to stop; yields
/// those that it touched.
pub(crate) async fn cancel<C: ConnectionTrait>(conn: &C, which: Which<'_>) -> Result<Vec<Job>> {
    let (column, value) = which.column();
    Query::new(format!(
        "UPDATE jobs SET \
         finished_at = CASE WHEN state = 'queued' THEN NOW ELSE finished_at END, \
         cancel_requested = CASE WHEN state = 'running' THEN TRUE ELSE cancel_requested END, \
         state = CASE WHEN state = 'queued' THEN 'canceled' ELSE state END, \
         updated_at = NOW, version = version + 1 \
         WHERE {column} = $1 AND state IN ('queued', 'running') RETURNING COLUMNS"
    ))
    .bind(value)
    .jobs(conn)
    .await
}

/// Puts failed and canceled jobs back into the queue with all their attempts,
/// except where an unfinished job has the same key; yields those that it touched.
pub(crate) async fn retry<C: ConnectionTrait>(conn: &C, which: Which<'_>) -> Result<Vec<Job>> {
    let (column, value) = which.column();
    Query::new(format!(
        "UPDATE jobs SET state = 'queued', attempt = 0, error = NULL, run_after = NOW, \
         cancel_requested = FALSE, finished_at = NULL, percent = 0, speed = NULL, \
         eta_seconds = NULL, note = NULL, updated_at = NOW, version = version + 1 \
         WHERE id IN (SELECT MAX(id) FROM jobs WHERE {column} = $1 AND state IN ('failed', 'canceled') \
             GROUP BY COALESCE(dedupe_key, id)) \
         AND NOT EXISTS (SELECT 1 FROM jobs other WHERE other.dedupe_key = jobs.dedupe_key \
             AND other.state IN ('queued', 'running')) RETURNING COLUMNS"
    ))
    .bind(value)
    .jobs(conn)
    .await
}

pub(crate) async fn delete<C: ConnectionTrait>(conn: &C, which: Which<'_>) -> Result<u64> {
    let (column, value) = which.column();
    Query::new(format!("DELETE FROM jobs WHERE {column} = $1"))
        .bind(value)
        .execute(conn)
        .await
}

/// Deletes finished jobs that are older than this, up to a thousand at once.
pub(crate) async fn prune<C: ConnectionTrait>(
    conn: &C,
    done_micros: i64,
    failed_micros: i64,
) -> Result<u64> {
    Query::new(
        "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE \
         (state IN ('done', 'canceled') AND updated_at < NOW - $1) \
         OR (state = 'failed' AND updated_at < NOW - $2) LIMIT 1000)",
    )
    .bind(done_micros)
    .bind(failed_micros)
    .execute(conn)
    .await
}

pub(crate) async fn get<C: ConnectionTrait>(conn: &C, id: &str) -> Result<Option<Job>> {
    Query::new("SELECT COLUMNS FROM jobs WHERE id = $1")
        .bind(id)
        .job(conn)
        .await
}

pub(crate) async fn by_subjects<C: ConnectionTrait>(
    conn: &C,
    subjects: &[&str],
    limit: i64,
) -> Result<Vec<Job>> {
    Query::new("SELECT COLUMNS FROM jobs WHERE subject IN (SUBJECTS) ORDER BY subject, id LIMIT $1")
        .bind(limit)
        .bind_list("SUBJECTS", subjects)
        .jobs(conn)
        .await
}

pub(crate) async fn list<C: ConnectionTrait>(
    conn: &C,
    filter: &crate::JobFilter,
) -> Result<Vec<Job>> {
    let limit = match filter.limit {
        0 => 100,
        limit => i64::try_from(limit.min(1000)).unwrap_or(1000),
    };
    let mut query = Query::new("SELECT COLUMNS FROM jobs WHERE 1 = 1").bind(limit);
    for (condition, value) in [
        ("subject =", filter.subject.clone()),
        ("kind =", filter.kind.clone()),
        ("state =", filter.state.map(|s| s.as_str().to_owned())),
        ("id <", filter.before.as_ref().map(ToString::to_string)),
    ] {
        if let Some(value) = value {
            query = query.bind(value);
            query.text = format!("{} AND {condition} ${}", query.text, query.values.len());
        }
    }
    query.text.push_str(" ORDER BY id DESC LIMIT $1");
    query.jobs(conn).await
}

/// Jobs that changed in the last so many microseconds, the latest last.
pub(crate) async fn changed<C: ConnectionTrait>(
    conn: &C,
    micros: i64,
    limit: i64,
) -> Result<Vec<Job>> {
    let mut jobs = Query::new(
        "SELECT COLUMNS FROM jobs WHERE updated_at > NOW - $1 ORDER BY updated_at DESC LIMIT $2",
    )
    .bind(micros)
    .bind(limit)
    .jobs(conn)
    .await?;
    jobs.reverse();
    Ok(jobs)
}

pub(crate) async fn counts<C: ConnectionTrait>(conn: &C) -> Result<Vec<KindCount>> {
    let rows = Query::new(
        "SELECT kind, state, COUNT(*) AS n, MIN(run_after) AS oldest FROM jobs GROUP BY kind, state ORDER BY kind, state",
    )
    .rows(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(KindCount {
                kind: row.try_get("", "kind")?,
                state: JobState::parse(&row.try_get::<String>("", "state")?)?,
                count: u64::try_from(row.try_get::<i64>("", "n")?).unwrap_or_default(),
                oldest_run_after: row.try_get("", "oldest")?,
            })
        })
        .collect()
}
