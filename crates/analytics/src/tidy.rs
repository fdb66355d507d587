//! Keeping house: what is too old goes, what people want forgotten goes, and
//! everything can be made anew from the plays.

use std::time::Duration;

use matinee_engines::time::now_micros;
use sea_orm::{ConnectionTrait, DatabaseTransaction, Value};

use crate::apply::micros;
use crate::rollup::{DAY, HOUR};
use crate::showings::ADS;
use crate::sql::{places, statement};
use crate::windows::{bucket, length};
use crate::{Analytics, Result};

/// How long minutes are kept: a day and a little.
const MINUTES_KEPT: Duration = Duration::from_hours(26);
/// How long views by the hour are kept: a month and a little.
const COUNTS_KEPT: Duration = Duration::from_hours(24 * 32);
/// How long ids of events are remembered: as long as an event may be under way.
const IDS_KEPT: Duration = Duration::from_hours(24 * 31);

/// Whose ids are this server's own.
const OURS: &str = "subject LIKE 'video\\_%' ESCAPE '\\' OR subject LIKE 'stream\\_%' ESCAPE '\\' \
    OR subject LIKE 'channel\\_%' ESCAPE '\\'";

/// Advertisements that players have named by themselves: there may be any number of them.
const FOREIGN: &str = "subject LIKE 'ad:%' AND subject NOT LIKE 'ad:creative\\_%' ESCAPE '\\'";

/// How many rows are removed at once.
const TRIMMED: u64 = 5000;

/// What was made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recomputed {
    /// Plays that are kept, and that it was made from.
    pub plays: i64,
    /// Views among them.
    pub views: i64,
}

impl Analytics {
    /// Removes what is too old, and what is left of titles that are gone.
    pub async fn tidy(&self) -> Result<()> {
        let now = now_micros();
        let options = &self.inner.options;
        let before = |kept: Duration, span: i16| bucket(now - micros(kept), span);
        self.trim_counts(0, before(MINUTES_KEPT, 0)).await?;
        self.trim_counts(HOUR, before(COUNTS_KEPT, HOUR)).await?;
        self.forget_ids(before(IDS_KEPT, HOUR)).await?;
        for table in ["plays", "ad_showings"] {
            self.trim(table, "last_at < $1", now - micros(options.plays_kept))
                .await?;
        }
        let db = self.db();
        let sql = format!(
            "DELETE FROM play_rollups WHERE (span = 1 AND bucket < $1) \
             OR (span = 2 AND bucket < $2 AND {FOREIGN})"
        );
        let kept = options.hours_kept;
        let values: [Value; 2] = [before(kept, HOUR).into(), before(kept, DAY).into()];
        db.write()
            .execute_raw(statement(db.backend(), sql, values))
            .await?;
        self.count_by_day(before(options.hours_kept, DAY) * 24)
            .await?;
        self.forget_changes(now - micros(options.plays_kept))
            .await?;
        self.forget_gone().await
    }

    /// Puts what was counted by itself on the days before this hour under the first hour of each:
    /// sums stay what they are. Advertisements that others than this server have named go.
    async fn count_by_day(&self, before: i64) -> Result<()> {
        let add = format!(
            "INSERT INTO event_counts (subject, name, hour, events) \
             SELECT subject, name, hour / 24 * 24, CAST(SUM(events) AS BIGINT) FROM event_counts \
             WHERE hour < $1 AND hour % 24 <> 0 AND NOT ({FOREIGN}) \
             GROUP BY subject, name, hour / 24 * 24 ON CONFLICT (subject, name, hour) \
             DO UPDATE SET events = event_counts.events + excluded.events"
        );
        let forget =
            format!("DELETE FROM event_counts WHERE hour < $1 AND (hour % 24 <> 0 OR ({FOREIGN}))");
        let tx = self.db().begin().await?;
        for sql in [add, forget] {
            tx.execute_raw(statement(self.db().backend(), sql, [before.into()]))
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn trim_counts(&self, span: i16, before: i64) -> Result<()> {
        let db = self.db();
        let sql = "DELETE FROM view_counts WHERE span = $1 AND bucket < $2";
        let values: [Value; 2] = [span.into(), before.into()];
        db.write()
            .execute_raw(statement(db.backend(), sql, values))
            .await?;
        Ok(())
    }

    /// Removes the rows of a table with ids that are too old, some at a time: others write in
    /// between.
    async fn trim(&self, table: &str, condition: &str, before: i64) -> Result<()> {
        let db = self.db();
        let sql = format!(
            "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {condition} LIMIT {TRIMMED})"
        );
        loop {
            let order = statement(db.backend(), sql.as_str(), [before.into()]);
            let done = db.write().execute_raw(order).await?;
            if done.rows_affected() < TRIMMED {
                return Ok(());
            }
        }
    }

    /// Removes what is left of titles that are gone.
    async fn forget_gone(&self) -> Result<()> {
        let sql = format!(
            "SELECT subject FROM (SELECT DISTINCT subject FROM play_rollups WHERE span = 2 \
             UNION SELECT DISTINCT subject FROM event_counts) AS r WHERE ({OURS}) \
             AND NOT EXISTS (SELECT 1 FROM videos WHERE videos.id = r.subject) \
             AND NOT EXISTS (SELECT 1 FROM streams WHERE streams.id = r.subject) \
             AND NOT EXISTS (SELECT 1 FROM channels WHERE channels.id = r.subject)"
        );
        let db = self.db();
        let rows = db
            .read()
            .query_all_raw(statement(db.backend(), sql, []))
            .await?;
        for row in rows {
            let subject: String = row.try_get("", "subject")?;
            for table in [
                "plays",
                "view_counts",
                "play_marks",
                "play_rollups",
                "event_counts",
            ] {
                let sql = format!("DELETE FROM {table} WHERE subject = $1");
                let order = statement(db.backend(), sql, [subject.as_str().into()]);
                db.write().execute_raw(order).await?;
            }
        }
        Ok(())
    }

    /// Forgets who watched: plays and showings under these viewers' keys stay, as nobody's.
    pub async fn forget_viewers(&self, viewer_keys: &[String]) -> Result<()> {
        if viewer_keys.is_empty() {
            return Ok(());
        }
        if self.inner.lane.get().is_some() {
            // What waits in the log would bring them back.
            self.flush_queue().await;
            self.apply_waiting().await?;
        }
        let whose = places(1, viewer_keys.len());
        let db = self.db();
        for change in [
            "plays SET viewer = NULL, network = NULL",
            "ad_showings SET viewer = NULL",
        ] {
            let sql = format!("UPDATE {change} WHERE viewer IN ({whose})");
            db.write()
                .execute_raw(statement(db.backend(), sql, self.tags(viewer_keys)))
                .await?;
        }
        Ok(())
    }

    /// What is kept of these viewers: for each of at most 10,000 plays the title (of a showing the
    /// advertisement, behind `ad:`), when it began (UTC microseconds) and what was watched of it,
    /// in milliseconds.
    pub async fn of_viewers(&self, viewer_keys: &[String]) -> Result<Vec<(String, i64, i64)>> {
        if viewer_keys.is_empty() {
            return Ok(Vec::new());
        }
        let whose = places(1, viewer_keys.len());
        let sql = format!(
            "SELECT subject, started_at, CASE WHEN watched_ms > inferred_ms THEN watched_ms \
             ELSE inferred_ms END AS watched_ms FROM plays WHERE viewer IN ({whose}) UNION ALL \
             SELECT '{ADS}' || ad AS subject, started_at, watched_ms FROM ad_showings \
             WHERE viewer IN ({whose}) ORDER BY started_at DESC LIMIT 10000"
        );
        let db = self.db();
        let asked = statement(db.backend(), sql, self.tags(viewer_keys));
        let rows = db.read().query_all_raw(asked).await?;
        rows.iter()
            .map(|row| {
                Ok((
                    row.try_get("", "subject")?,
                    row.try_get("", "started_at")?,
                    row.try_get("", "watched_ms")?,
                ))
            })
            .collect()
    }

    fn tags(&self, viewer_keys: &[String]) -> Vec<Value> {
        let tagger = &self.inner.tagger;
        viewer_keys
            .iter()
            .map(|key| tagger.tag(key).into())
            .collect()
    }

    /// Makes counts and figures anew from the plays and showings that are kept. Days from
    /// before these stay as they were.
    pub async fn recompute(&self) -> Result<Recomputed> {
        let db = self.db();
        let tx = db.begin().await?;
        let first: Option<i64> = {
            let sql = "SELECT MIN(started_at) AS first FROM (SELECT started_at FROM plays \
                UNION ALL SELECT started_at FROM ad_showings) AS p";
            let row = tx.query_one_raw(statement(db.backend(), sql, [])).await?;
            row.map(|row| row.try_get("", "first"))
                .transpose()?
                .flatten()
        };
        let Some(first) = first else {
            return Ok(Recomputed { plays: 0, views: 0 });
        };
        // Of the day of the first of them some may be gone already.
        let kept = now_micros() - micros(self.inner.options.plays_kept);
        let day = bucket(first, DAY) + i64::from(first - kept < length(DAY));
        let from = day * length(DAY);
        recount(&tx, from).await?;
        let count = |sql: &'static str| {
            let asked = statement(db.backend(), sql, [Value::from(from)]);
            let tx = &tx;
            async move {
                let row = tx.query_one_raw(asked).await?;
                let count: Option<i64> = row.map(|row| row.try_get("", "n")).transpose()?;
                Ok::<i64, crate::AnalyticsError>(count.unwrap_or(0))
            }
        };
        let plays = count("SELECT COUNT(*) AS n FROM plays WHERE started_at >= $1").await?;
        let views =
            count("SELECT COUNT(*) AS n FROM plays WHERE started_at >= $1 AND counted = 1").await?;
        tx.commit().await?;
        self.roll_up().await?;
        self.refresh_leaderboards(true).await?;
        Ok(Recomputed { plays, views })
    }
}

async fn recount(tx: &DatabaseTransaction, from: i64) -> Result<()> {
    let run = async |sql: String, values: Vec<Value>| {
        tx.execute_raw(statement(tx.get_database_backend(), sql, values))
            .await
    };
    for span in crate::windows::SPANS {
        let sql = "DELETE FROM view_counts WHERE span = $1 AND bucket >= $2";
        run(sql.into(), vec![span.into(), bucket(from, span).into()]).await?;
        let length = length(span);
        let sql = format!(
            "INSERT INTO view_counts (subject, span, bucket, views) \
             SELECT subject, {span}, started_at / {length}, COUNT(*) FROM plays \
             WHERE counted = 1 AND started_at >= $1 GROUP BY subject, started_at / {length}"
        );
        run(sql, vec![from.into()]).await?;
    }
    let sql = "UPDATE videos SET view_count = COALESCE((SELECT CAST(SUM(views) AS BIGINT) \
        FROM view_counts WHERE span = 2 AND subject = videos.id), 0)";
    run(sql.into(), Vec::new()).await?;
    let sql =
        "DELETE FROM play_rollups WHERE (span = 1 AND bucket >= $1) OR (span = 2 AND bucket >= $2)";
    let ends = vec![bucket(from, HOUR).into(), bucket(from, DAY).into()];
    run(sql.into(), ends).await?;
    let hour = length(HOUR);
    let sql = format!(
        "INSERT INTO play_marks (subject, hour, mark) \
         SELECT subject, started_at / {hour}, $1 FROM plays WHERE started_at >= $2 \
         GROUP BY subject, started_at / {hour} \
         ON CONFLICT (subject, hour) DO UPDATE SET mark = excluded.mark"
    );
    run(sql, vec![now_micros().into(), from.into()]).await?;
    let sql = format!(
        "INSERT INTO play_marks (subject, hour, mark) \
         SELECT '{ADS}' || ad, started_at / {hour}, $1 FROM ad_showings WHERE started_at >= $2 \
         GROUP BY ad, started_at / {hour} \
         ON CONFLICT (subject, hour) DO UPDATE SET mark = excluded.mark"
    );
    run(sql, vec![now_micros().into(), from.into()]).await?;
    Ok(())
}
