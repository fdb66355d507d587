//! Rolling plays up: of each hour that has changed figures are made anew, from
//! them those of its day, and those of whole accounts and of everything.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Value,
};

use crate::play::{Column, Entity};
use crate::showings::ADS;
use crate::sql::{places, statement};
use crate::windows::length;
use crate::{Analytics, AnalyticsError, Figures, Result};

/// Under this the figures of everything are kept.
pub const EVERYTHING: &str = "*";
/// The span of hours.
pub const HOUR: i16 = 1;
/// The span of days.
pub const DAY: i16 = 2;
/// How many marks are worked off at once.
const MARKS: u64 = 500;
/// How many plays are read at once.
const PLAYS: u64 = 2000;
/// How many subjects one query asks for.
const SUBJECTS: usize = 500;

struct Mark {
    subject: String,
    hour: i64,
    seen: i64,
}

impl Analytics {
    /// Makes the figures of all hours whose plays have changed.
    pub async fn roll_up(&self) -> Result<()> {
        let _one = self.inner.rolling.lock().await;
        // What changes meanwhile is for the next time.
        let mut rounds = 0;
        loop {
            let marks = self.marks().await?;
            let more = marks.len() as u64 == MARKS;
            if marks.is_empty() {
                return Ok(());
            }
            self.roll_up_marked(&marks).await?;
            rounds += 1;
            if !more || rounds == 1000 {
                return Ok(());
            }
        }
    }

    async fn marks(&self) -> Result<Vec<Mark>> {
        let sql = "SELECT subject, hour, mark FROM play_marks ORDER BY hour, subject LIMIT $1";
        let limit = Value::from(i64::try_from(MARKS).unwrap_or(i64::MAX));
        let db = self.db();
        let rows = db
            .read()
            .query_all_raw(statement(db.backend(), sql, [limit]))
            .await?;
        rows.iter()
            .map(|row| {
                Ok(Mark {
                    subject: row.try_get("", "subject")?,
                    hour: row.try_get("", "hour")?,
                    seen: row.try_get("", "mark")?,
                })
            })
            .collect()
    }

    async fn roll_up_marked(&self, marks: &[Mark]) -> Result<()> {
        let mut hours: BTreeMap<i64, BTreeSet<&str>> = BTreeMap::new();
        let mut days: BTreeSet<(&str, i64)> = BTreeSet::new();
        for mark in marks {
            let figures = self.hour_of_plays(&mark.subject, mark.hour).await?;
            self.keep(&mark.subject, HOUR, mark.hour, &figures).await?;
            if !mark.subject.starts_with(ADS) {
                hours.entry(mark.hour).or_default().insert(&mark.subject);
            }
            days.insert((&mark.subject, mark.hour.div_euclid(24)));
        }
        let subjects: Vec<&str> = days.iter().map(|(subject, _)| *subject).collect();
        let owners = self.owners(&subjects).await?;
        let mut wholes: BTreeSet<(String, i64)> = BTreeSet::new();
        for (hour, subjects) in &hours {
            let mut changed: BTreeSet<&str> = BTreeSet::from([EVERYTHING]);
            changed.extend(
                subjects
                    .iter()
                    .filter_map(|s| owners.get(*s).map(String::as_str)),
            );
            for whole in changed {
                let figures = self.hour_of_whole(whole, *hour).await?;
                self.keep(whole, HOUR, *hour, &figures).await?;
                wholes.insert((whole.to_owned(), hour.div_euclid(24)));
            }
        }
        let days = days
            .into_iter()
            .map(|(subject, day)| (subject.to_owned(), day));
        for (subject, day) in days.chain(wholes) {
            let figures = self.day_of_hours(&subject, day).await?;
            self.keep(&subject, DAY, day, &figures).await?;
        }
        let db = self.db();
        for mark in marks {
            // Only if nothing was applied since it was seen.
            let sql = "DELETE FROM play_marks WHERE subject = $1 AND hour = $2 AND mark = $3";
            let values: [Value; 3] = [
                mark.subject.as_str().into(),
                mark.hour.into(),
                mark.seen.into(),
            ];
            db.write()
                .execute_raw(statement(db.backend(), sql, values))
                .await?;
        }
        Ok(())
    }

    /// The plays of something that began in this hour, or the showings of an advertisement.
    async fn hour_of_plays(&self, subject: &str, hour: i64) -> Result<Figures> {
        let stretch = hour * length(HOUR)..(hour + 1) * length(HOUR);
        match subject.strip_prefix(ADS) {
            Some(ad) => self.figures_of_showings(ad, stretch).await,
            None => self.figures_of_plays(subject, stretch).await,
        }
    }

    /// The plays of something that began in a stretch (UTC microseconds).
    pub(crate) async fn figures_of_plays(
        &self,
        subject: &str,
        stretch: Range<i64>,
    ) -> Result<Figures> {
        let mut figures = Figures::default();
        let mut after = String::new();
        loop {
            let plays = Entity::find()
                .filter(Column::Subject.eq(subject))
                .filter(Column::StartedAt.gte(stretch.start))
                .filter(Column::StartedAt.lt(stretch.end))
                .filter(Column::Id.gt(after.as_str()))
                .order_by_asc(Column::Id)
                .limit(PLAYS)
                .all(self.db().read())
                .await?;
            for play in &plays {
                figures.take(play);
            }
            match plays.into_iter().next_back() {
                Some(last) => after = last.id,
                None => return Ok(figures),
            }
        }
    }

    /// An account's titles together, or all titles.
    async fn hour_of_whole(&self, whole: &str, hour: i64) -> Result<Figures> {
        let (own, values): (&str, Vec<Value>) = if whole == EVERYTHING {
            ("", vec![HOUR.into(), hour.into()])
        } else {
            (
                " AND subject IN (SELECT id FROM videos WHERE owner = $3 \
                 UNION ALL SELECT id FROM streams WHERE owner = $3)",
                vec![HOUR.into(), hour.into(), whole.into()],
            )
        };
        let sql = format!(
            "SELECT figures FROM play_rollups WHERE span = $1 AND bucket = $2 \
             AND (subject LIKE 'video\\_%' ESCAPE '\\' OR subject LIKE 'stream\\_%' ESCAPE '\\'){own}"
        );
        let mut figures = self.merged(sql, values).await?;
        figures.without_curve();
        Ok(figures)
    }

    async fn day_of_hours(&self, subject: &str, day: i64) -> Result<Figures> {
        let sql = "SELECT figures FROM play_rollups WHERE subject = $1 AND span = $2 \
            AND bucket >= $3 AND bucket < $4";
        let values: [Value; 4] = [
            subject.into(),
            HOUR.into(),
            (day * 24).into(),
            (day * 24 + 24).into(),
        ];
        self.merged(sql, values).await
    }

    pub(crate) async fn merged(
        &self,
        sql: impl Into<String>,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Figures> {
        let db = self.db();
        let rows = db
            .read()
            .query_all_raw(statement(db.backend(), sql, values))
            .await?;
        let mut all = Figures::default();
        for row in rows {
            all.merge(&figures(&row)?);
        }
        Ok(all)
    }

    async fn keep(&self, subject: &str, span: i16, bucket: i64, figures: &Figures) -> Result<()> {
        let sql = "INSERT INTO play_rollups (subject, span, bucket, plays, views, watched_ms, figures) \
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (subject, span, bucket) DO UPDATE SET \
            plays = excluded.plays, views = excluded.views, watched_ms = excluded.watched_ms, \
            figures = excluded.figures";
        let number = |n: u64| Value::from(i64::try_from(n).unwrap_or(i64::MAX));
        let text =
            serde_json::to_string(figures).map_err(|e| AnalyticsError::Corrupt(e.to_string()))?;
        let values: [Value; 7] = [
            subject.into(),
            span.into(),
            bucket.into(),
            number(figures.all.plays),
            number(figures.all.views),
            number(figures.all.watched_ms),
            text.into(),
        ];
        let db = self.db();
        db.write()
            .execute_raw(statement(db.backend(), sql, values))
            .await?;
        Ok(())
    }

    /// To whom titles belong.
    async fn owners(&self, subjects: &[&str]) -> Result<BTreeMap<String, String>> {
        let mut owners = BTreeMap::new();
        let db = self.db();
        for some in subjects.chunks(SUBJECTS) {
            let list = places(1, some.len());
            let sql = format!(
                "SELECT id, owner FROM videos WHERE owner IS NOT NULL AND id IN ({list}) \
                 UNION ALL SELECT id, owner FROM streams WHERE owner IS NOT NULL AND id IN ({list})"
            );
            let values = some.iter().map(|subject| Value::from(*subject));
            for row in db
                .read()
                .query_all_raw(statement(db.backend(), sql, values))
                .await?
            {
                owners.insert(row.try_get("", "id")?, row.try_get("", "owner")?);
            }
        }
        Ok(owners)
    }
}

/// The figures of a row.
pub(crate) fn figures(row: &sea_orm::QueryResult) -> Result<Figures> {
    let text: String = row.try_get("", "figures")?;
    serde_json::from_str(&text).map_err(|error| AnalyticsError::Corrupt(error.to_string()))
}
