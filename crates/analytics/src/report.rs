//! Reading figures: of a stretch of time, point by point and as a whole.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use matinee_engines::time::now_micros;
use sea_orm::{ConnectionTrait, Value};

use crate::figures::{Figures, Quality, Slice};
use crate::rollup::{DAY, EVERYTHING, HOUR, figures};
use crate::sql::{places, statement};
use crate::windows::length;
use crate::{Analytics, AnalyticsError, Result};

/// What is reported on when nobody says: four weeks.
const USUAL: i64 = 28 * 86_400_000_000;
/// The longest stretch in days, and by the hour.
const DAYS_MAX: i64 = 400;
const HOURS_MAX: i64 = 31 * 24;
/// Up to so many microseconds the points are hours.
const BRIEF: i64 = 3 * 86_400_000_000;
/// The most titles of a list.
pub const TITLES_MAX: usize = 100;
/// A play that was heard of within this is going on: UTC microseconds.
const NOW: i64 = 60_000_000;

/// A stretch of time, in whole hours or days of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// [`HOUR`] or [`DAY`].
    pub span: i16,
    /// The first hour or day since 1970.
    pub first: i64,
    /// The one after the last.
    pub end: i64,
}

impl Stretch {
    /// Between two instants or dates, up to now unless they say otherwise.
    pub fn new(from: Option<&str>, to: Option<&str>, interval: Option<&str>) -> Result<Self> {
        Self::at(from, to, interval, now_micros())
    }

    fn at(from: Option<&str>, to: Option<&str>, interval: Option<&str>, now: i64) -> Result<Self> {
        let wrong = |field, reason| AnalyticsError::Stretch { field, reason };
        let to = to
            .map(|text| instant("to", text))
            .transpose()?
            .unwrap_or(now);
        let from = from.map(|text| instant("from", text)).transpose()?;
        let from = from.unwrap_or(to.saturating_sub(USUAL));
        if from >= to {
            return Err(wrong("from", "must be before to"));
        }
        let span = match interval {
            Some("hour") => HOUR,
            Some("day") => DAY,
            None if to - from <= BRIEF => HOUR,
            None => DAY,
            Some(_) => return Err(wrong("interval", "must be hour or day")),
        };
        let length = length(span);
        let stretch = Self {
            span,
            first: from.div_euclid(length),
            end: (to - 1).div_euclid(length) + 1,
        };
        let count = stretch.end - stretch.first;
        match span {
            DAY if count > DAYS_MAX => Err(wrong("from", "must be at most 400 days before to")),
            HOUR if count > HOURS_MAX + 1 => Err(wrong(
                "interval",
                "must be day for a stretch of more than 31 days",
            )),
            _ => Ok(stretch),
        }
    }

    /// When it begins (UTC microseconds).
    pub fn from(&self) -> i64 {
        self.first * length(self.span)
    }

    /// When it ends.
    pub fn to(&self) -> i64 {
        self.end * length(self.span)
    }

    /// Its hours since 1970, from the first to the one after the last.
    pub(crate) fn hours(&self) -> (i64, i64) {
        (
            self.from().div_euclid(length(HOUR)),
            self.to().div_euclid(length(HOUR)),
        )
    }

    /// `hour` or `day`.
    pub fn interval(&self) -> &'static str {
        if self.span == HOUR { "hour" } else { "day" }
    }

    fn values(&self, subject: &str) -> [Value; 4] {
        [
            subject.into(),
            self.span.into(),
            self.first.into(),
            self.end.into(),
        ]
    }
}

/// An instant, or the beginning of a day of UTC. 1970 to 9999.
fn instant(field: &'static str, text: &str) -> Result<i64> {
    let at = match text.parse::<Timestamp>() {
        Ok(at) => Some(at),
        Err(_) => text
            .parse::<Date>()
            .ok()
            .and_then(|day| day.to_zoned(TimeZone::UTC).ok())
            .map(|day| day.timestamp()),
    };
    at.map(Timestamp::as_microsecond)
        .filter(|at| *at >= 0)
        .ok_or(AnalyticsError::Stretch {
            field,
            reason: "must be an instant such as 2026-11-01T20:15:00Z, or a date",
        })
}

/// The short form of figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Plays, views, and what was watched.
    pub all: Slice,
    /// Different viewers, about.
    pub viewers: u64,
    /// Plays to the end.
    pub completions: u64,
}

impl From<&Figures> for Totals {
    fn from(figures: &Figures) -> Self {
        Self {
            all: figures.all,
            viewers: figures.viewers.0.count(),
            completions: figures.completions,
        }
    }
}

/// Figures of a stretch.
#[derive(Debug, Clone)]
pub struct Report {
    /// Which.
    pub stretch: Stretch,
    /// All of it.
    pub whole: Figures,
    /// Each hour or day, by its beginning (UTC microseconds).
    pub series: Vec<(i64, Totals)>,
}

/// A title among others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitleFigures {
    /// `video_…` or `stream_…`.
    pub subject: String,
    /// Its name; the id of what is gone.
    pub title: String,
    /// Its figures.
    pub all: Slice,
}

/// By what quality is told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Titles.
    Title,
    /// Devices.
    Device,
    /// Networks.
    Network,
    /// Nodes.
    Node,
    /// Hours.
    Hour,
}

/// How well something played: its key, its name and the figures.
pub type QualityRow = (String, String, Quality);

impl Analytics {
    /// The figures of a title, of an account's titles (by the account's id), or
    /// of [`EVERYTHING`].
    pub async fn report(&self, subject: &str, stretch: Stretch) -> Result<Report> {
        let mut whole = Figures::default();
        let mut points: BTreeMap<i64, Totals> = BTreeMap::new();
        for (bucket, figures) in self.rollups(subject, stretch).await? {
            points.insert(bucket, Totals::from(&figures));
            whole.merge(&figures);
        }
        let series = (stretch.first..stretch.end).map(|bucket| {
            let totals = points.remove(&bucket).unwrap_or_default();
            (bucket * length(stretch.span), totals)
        });
        Ok(Report {
            stretch,
            series: series.collect(),
            whole,
        })
    }

    pub(crate) async fn rollups(
        &self,
        subject: &str,
        stretch: Stretch,
    ) -> Result<Vec<(i64, Figures)>> {
        let sql = "SELECT bucket, figures FROM play_rollups WHERE subject = $1 AND span = $2 \
            AND bucket >= $3 AND bucket < $4 ORDER BY bucket";
        let db = self.db();
        let asked = statement(db.backend(), sql, stretch.values(subject));
        let rows = db.read().query_all_raw(asked).await?;
        rows.iter()
            .map(|row| Ok((row.try_get("", "bucket")?, figures(row)?)))
            .collect()
    }

    /// The most viewed titles of a stretch: all, or an account's.
    pub async fn top_titles(
        &self,
        owner: Option<&str>,
        stretch: Stretch,
        limit: usize,
    ) -> Result<Vec<TitleFigures>> {
        self.titles(owner, stretch, limit, "views DESC, watched_ms DESC")
            .await
    }

    async fn titles(
        &self,
        owner: Option<&str>,
        stretch: Stretch,
        limit: usize,
        order: &str,
    ) -> Result<Vec<TitleFigures>> {
        let limit = i64::try_from(limit.min(TITLES_MAX)).unwrap_or(1);
        let mut values: Vec<Value> = vec![
            stretch.span.into(),
            stretch.first.into(),
            stretch.end.into(),
            limit.into(),
        ];
        let own = if let Some(owner) = owner {
            values.push(owner.into());
            " AND (v.owner = $5 OR s.owner = $5)"
        } else {
            ""
        };
        let sum = |column: &str| format!("CAST(SUM(r.{column}) AS BIGINT) AS {column}");
        let sql = format!(
            "SELECT r.subject AS subject, MAX(COALESCE(v.title, s.title, r.subject)) AS title, {}, {}, {} \
             FROM play_rollups r LEFT JOIN videos v ON v.id = r.subject \
             LEFT JOIN streams s ON s.id = r.subject \
             WHERE r.span = $1 AND r.bucket >= $2 AND r.bucket < $3 \
             AND (v.id IS NOT NULL OR s.id IS NOT NULL){own} \
             GROUP BY r.subject ORDER BY {order}, subject LIMIT $4",
            sum("plays"),
            sum("views"),
            sum("watched_ms"),
        );
        let db = self.db();
        let rows = db
            .read()
            .query_all_raw(statement(db.backend(), sql, values))
            .await?;
        rows.iter()
            .map(|row| {
                let number = |name: &str| {
                    let number: i64 = row.try_get("", name)?;
                    Ok::<u64, AnalyticsError>(u64::try_from(number).unwrap_or(0))
                };
                Ok(TitleFigures {
                    subject: row.try_get("", "subject")?,
                    title: row.try_get("", "title")?,
                    all: Slice {
                        plays: number("plays")?,
                        views: number("views")?,
                        watched_ms: number("watched_ms")?,
                    },
                })
            })
            .collect()
    }

    /// How well everything, or an account's titles, played: as a whole, and by something.
    pub async fn quality(
        &self,
        owner: Option<&str>,
        stretch: Stretch,
        by: By,
    ) -> Result<(Quality, Vec<QualityRow>)> {
        let mut whole = Figures::default();
        let all = self.rollups(owner.unwrap_or(EVERYTHING), stretch).await?;
        for (_, figures) in &all {
            whole.merge(figures);
        }
        let rows = match by {
            By::Hour => all
                .into_iter()
                .map(|(bucket, figures)| {
                    let at = bucket * length(stretch.span);
                    let at = Timestamp::from_microsecond(at)
                        .unwrap_or_default()
                        .to_string();
                    (at.clone(), at, figures.quality)
                })
                .collect(),
            By::Device | By::Network | By::Node => {
                let of = match by {
                    By::Network => &whole.by_network,
                    By::Node => &whole.by_node,
                    _ => &whole.by_device,
                };
                let mut rows: Vec<QualityRow> = of
                    .iter()
                    .map(|(name, quality)| (name.clone(), name.clone(), quality.clone()))
                    .collect();
                rows.sort_by(|a, b| b.2.plays.cmp(&a.2.plays).then_with(|| a.0.cmp(&b.0)));
                rows
            }
            By::Title => self.quality_of_titles(owner, stretch).await?,
        };
        Ok((whole.quality, rows))
    }

    async fn quality_of_titles(
        &self,
        owner: Option<&str>,
        stretch: Stretch,
    ) -> Result<Vec<QualityRow>> {
        let titles = self
            .titles(owner, stretch, TITLES_MAX, "plays DESC")
            .await?;
        if titles.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT subject, figures FROM play_rollups WHERE span = $1 AND bucket >= $2 \
             AND bucket < $3 AND subject IN ({})",
            places(4, titles.len())
        );
        let ends: [Value; 3] = [
            stretch.span.into(),
            stretch.first.into(),
            stretch.end.into(),
        ];
        let subjects = titles.iter().map(|title| title.subject.as_str().into());
        let values = ends.into_iter().chain(subjects);
        let db = self.db();
        let mut found: HashMap<String, Quality> = HashMap::new();
        for row in db
            .read()
            .query_all_raw(statement(db.backend(), sql, values))
            .await?
        {
            let subject: String = row.try_get("", "subject")?;
            found
                .entry(subject)
                .or_default()
                .merge(&figures(&row)?.quality);
        }
        let rows = titles.into_iter().map(|title| {
            let quality = found.remove(&title.subject).unwrap_or_default();
            (title.subject, title.title, quality)
        });
        Ok(rows.collect())
    }

    /// How many plays are going on: of everything, or of an account's titles.
    pub async fn watching_now(&self, owner: Option<&str>) -> Result<i64> {
        let mut values: Vec<Value> = vec![(now_micros() - NOW).into()];
        let own = if let Some(owner) = owner {
            values.push(owner.into());
            " AND subject IN (SELECT id FROM videos WHERE owner = $2 \
             UNION ALL SELECT id FROM streams WHERE owner = $2)"
        } else {
            ""
        };
        // Who watches a channel watches an item of it.
        let sql = format!(
            "SELECT COUNT(*) AS n FROM plays WHERE last_at > $1 \
             AND subject NOT LIKE 'channel\\_%' ESCAPE '\\'{own}"
        );
        let db = self.db();
        let row = db
            .read()
            .query_one_raw(statement(db.backend(), sql, values))
            .await?;
        Ok(row
            .map(|row| row.try_get("", "n"))
            .transpose()?
            .unwrap_or(0))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use rstest::rstest;

    use super::*;

    const NOON: &str = "2026-11-22T12:00:00Z";

    fn stretch(from: Option<&str>, to: Option<&str>, interval: Option<&str>) -> Result<Stretch> {
        let now = NOON.parse::<Timestamp>().unwrap().as_microsecond();
        Stretch::at(from, to, interval, now)
    }

    #[rstest]
    #[case(None, None, None, DAY, 29)]
    #[case(Some("2026-11-21T12:00:00Z"), None, None, HOUR, 24)]
    #[case(Some("2026-11-21"), Some("2026-11-22"), None, HOUR, 24)]
    #[case(Some("2026-11-21"), Some("2026-11-22"), Some("day"), DAY, 1)]
    #[case(
        Some("2026-11-21T12:30:00Z"),
        Some("2026-11-21T13:30:00+00:00"),
        None,
        HOUR,
        2
    )]
    #[case(Some("2025-11-01"), None, None, DAY, 387)]
    fn stretches_are_whole(
        #[case] from: Option<&str>,
        #[case] to: Option<&str>,
        #[case] interval: Option<&str>,
        #[case] span: i16,
        #[case] points: i64,
    ) {
        let stretch = stretch(from, to, interval).unwrap();
        assert_eq!((stretch.span, stretch.end - stretch.first), (span, points));
    }

    #[rstest]
    #[case(Some("yesterday"), None, None, "from")]
    #[case(None, Some("2026-13-01"), None, "to")]
    #[case(Some("2026-11-22"), Some("2026-11-21"), None, "from")]
    #[case(Some("2020-01-01"), None, None, "from")]
    #[case(None, None, Some("week"), "interval")]
    #[case(Some("2026-09-01"), None, Some("hour"), "interval")]
    #[case(Some("-009999-01-01"), None, None, "from")]
    fn faults_name_their_field(
        #[case] from: Option<&str>,
        #[case] to: Option<&str>,
        #[case] interval: Option<&str>,
        #[case] named: &str,
    ) {
        match stretch(from, to, interval) {
            Err(AnalyticsError::Stretch { field, .. }) => assert_eq!(field, named),
            other => panic!("{other:?}"),
        }
    }
}
