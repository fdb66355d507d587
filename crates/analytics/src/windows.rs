//! Views in sliding windows: of a video, and the most viewed of all.
//!
//! Views are counted by the minute, the hour and the day. The last hour and the
//! last day are sums of minutes, the last week and month of hours, the last year
//! of days: right to that unit, and never more than 1,440 rows of a video.

use std::time::Duration;

use matinee_engines::time::now_micros;
use sea_orm::{ConnectionTrait, DatabaseBackend, Value};

use crate::sql::statement;
use crate::{Analytics, Result};

/// Minutes, hours and days.
pub(crate) const SPANS: [i16; 3] = [0, 1, 2];
/// How long each is, in microseconds.
const LENGTHS: [i64; 3] = [60_000_000, 3_600_000_000, 86_400_000_000];
/// How many places a leaderboard has.
pub(crate) const PLACES: usize = 10_000;

/// In which minute (0), hour (1) or day (2) since 1970 an instant lies.
pub fn bucket(at: i64, span: i16) -> i64 {
    at.div_euclid(length(span))
}

/// How long a minute (0), hour (1) or day (2) is, in microseconds.
pub fn length(span: i16) -> i64 {
    let span = usize::try_from(span).unwrap_or(0).min(2);
    LENGTHS[span]
}

/// A window that ends now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timeframe {
    /// 60 minutes.
    Hour,
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 30 days.
    Month,
    /// 365 days.
    Year,
    /// Everything.
    AllTime,
}

impl Timeframe {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Hour,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Year,
        Self::AllTime,
    ];

    /// Its name, as in addresses and keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
            Self::AllTime => "all_time",
        }
    }

    /// The one of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|frame| frame.as_str() == text)
    }

    /// In which span it is counted, and from after which bucket on.
    fn since(self, now: i64) -> Option<(i16, i64)> {
        let (span, count) = match self {
            Self::Hour => (0, 60),
            Self::Day => (0, 24 * 60),
            Self::Week => (1, 7 * 24),
            Self::Month => (1, 30 * 24),
            Self::Year => (2, 365),
            Self::AllTime => return None,
        };
        Some((span, bucket(now, span) - count))
    }

    /// From when on views are in it, whole minutes or hours as they are counted (UTC
    /// microseconds).
    pub(crate) fn from(self, now: i64) -> i64 {
        self.since(now)
            .map_or(i64::MIN, |(span, bucket)| (bucket + 1) * length(span))
    }

    /// Whether it is right to the minute, and so soon no longer right.
    pub(crate) fn is_brisk(self) -> bool {
        matches!(self, Self::Hour | Self::Day)
    }

    /// Where its leaderboard lies in hot state.
    pub(crate) fn key(self) -> String {
        format!("global:top_videos:{}", self.as_str())
    }
}

/// Whose views a leaderboard counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Among {
    /// Everybody's.
    #[default]
    Everybody,
    /// Those of people who watch in a country, by its two capital letters.
    Country(String),
    /// Those on a channel (`channel_…`).
    Channel(String),
}

/// The views of a video.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VideoViews {
    /// Of all time.
    pub total: i64,
    /// Of the last 60 minutes.
    pub hour: i64,
    /// Of the last 24 hours.
    pub day: i64,
    /// Of the last 7 days.
    pub week: i64,
    /// Of the last 30 days.
    pub month: i64,
    /// Of the last 365 days.
    pub year: i64,
}

impl Analytics {
    /// The views of a video, as counted.
    pub(crate) async fn counted_views(&self, video: &str) -> Result<VideoViews> {
        let now = now_micros();
        let since = |frame: Timeframe| frame.since(now).map_or(i64::MIN, |(_, since)| since);
        // A range of the key each.
        let sum = |span: i16, place: &str| {
            format!(
                "(SELECT CAST(COALESCE(SUM(views), 0) AS BIGINT) FROM view_counts \
                 WHERE subject = $1 AND span = {span} AND bucket > {place})"
            )
        };
        let sql = format!(
            "SELECT {} AS hour, {} AS day, {} AS week, {} AS month, {} AS year, \
             (SELECT view_count FROM videos WHERE id = $1) AS total",
            sum(0, "$2"),
            sum(0, "$3"),
            sum(1, "$4"),
            sum(1, "$5"),
            sum(2, "$6"),
        );
        let values: [Value; 6] = [
            video.into(),
            since(Timeframe::Hour).into(),
            since(Timeframe::Day).into(),
            since(Timeframe::Week).into(),
            since(Timeframe::Month).into(),
            since(Timeframe::Year).into(),
        ];
        let db = self.db();
        let asked = statement(db.backend(), sql, values);
        let Some(row) = db.read().query_one_raw(asked).await? else {
            return Ok(VideoViews::default());
        };
        let total: Option<i64> = row.try_get("", "total")?;
        Ok(VideoViews {
            total: total.unwrap_or(0),
            hour: row.try_get("", "hour")?,
            day: row.try_get("", "day")?,
            week: row.try_get("", "week")?,
            month: row.try_get("", "month")?,
            year: row.try_get("", "year")?,
        })
    }

    /// The most viewed on a channel. The last hour and day are counted play by play, longer
    /// windows from the channel's figures by the hour, and those of more than a month by the day.
    pub(crate) async fn counted_top_on(
        &self,
        frame: Timeframe,
        channel: &str,
    ) -> Result<Vec<(String, i64)>> {
        let now = now_micros();
        let figures = if frame.is_brisk() {
            self.figures_of_plays(channel, frame.from(now)..i64::MAX)
                .await?
        } else {
            let (span, since) = frame.since(now).unwrap_or((2, i64::MIN));
            let sql = "SELECT figures FROM play_rollups \
                WHERE subject = $1 AND span = $2 AND bucket > $3";
            let values: [Value; 3] = [channel.into(), span.into(), since.into()];
            self.merged(sql, values).await?
        };
        let viewed = figures
            .items
            .into_iter()
            .filter(|(_, slice)| slice.views > 0);
        let mut top: Vec<(String, i64)> = viewed
            .map(|(id, slice)| (id, i64::try_from(slice.views).unwrap_or(i64::MAX)))
            .collect();
        top.sort_unstable_by(|(a, m), (b, n)| (n, b).cmp(&(m, a)));
        top.truncate(PLACES);
        Ok(top)
    }

    /// The most viewed of a country. The last hour and day are counted play by play, longer
    /// windows from figures by the hour, and those of more than a month by the day.
    pub(crate) async fn counted_top_of(
        &self,
        frame: Timeframe,
        country: &str,
    ) -> Result<Vec<(String, i64)>> {
        // It becomes a part of the query.
        if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
            return Ok(Vec::new());
        }
        let places = Value::from(i64::try_from(PLACES).unwrap_or(i64::MAX));
        let db = self.db();
        let now = now_micros();
        let order = "HAVING SUM(n) > 0 ORDER BY views DESC, subject DESC LIMIT $3";
        let (sql, values) = if frame.is_brisk() {
            // Both databases read a field of JSON in these words.
            let sql = format!(
                "SELECT subject, CAST(SUM(n) AS BIGINT) AS views FROM (SELECT subject, 1 AS n \
                 FROM plays WHERE started_at >= $1 AND counted = 1 AND detail ->> 'country' = $2 \
                 AND subject LIKE 'video\\_%' ESCAPE '\\') AS p GROUP BY subject {order}"
            );
            (sql, vec![frame.from(now).into(), country.into(), places])
        } else {
            let (span, since) = match frame.since(now) {
                Some((1, since)) => (1_i16, since),
                Some((_, since)) => (2, since),
                None => (2, i64::MIN),
            };
            let views = match db.backend() {
                DatabaseBackend::Postgres => {
                    format!(
                        "CAST(CAST(figures AS jsonb) #>> '{{countries,{country},views}}' AS BIGINT)"
                    )
                }
                _ => format!("CAST(figures ->> '$.countries.{country}.views' AS BIGINT)"),
            };
            let sql = format!(
                "SELECT subject, CAST(SUM(n) AS BIGINT) AS views FROM (SELECT subject, {views} AS n \
                 FROM play_rollups WHERE span = $1 AND bucket > $2 \
                 AND subject LIKE 'video\\_%' ESCAPE '\\') AS r WHERE n > 0 GROUP BY subject {order}"
            );
            (sql, vec![span.into(), since.into(), places])
        };
        let rows = db
            .read()
            .query_all_raw(statement(db.backend(), sql, values))
            .await?;
        rows.iter()
            .map(|row| Ok((row.try_get("", "subject")?, row.try_get("", "views")?)))
            .collect()
    }

    /// The views of a video of all time and of the last year, where the rest is known.
    pub(crate) async fn counted_long(&self, video: &str) -> Result<(i64, i64)> {
        let sql = "SELECT CAST(COALESCE(SUM(views), 0) AS BIGINT) AS year, \
            (SELECT view_count FROM videos WHERE id = $1) AS total \
            FROM view_counts WHERE subject = $1 AND span = 2 AND bucket > $2";
        let since = Timeframe::Year.since(now_micros());
        let values: [Value; 2] = [video.into(), since.map_or(i64::MIN, |(_, day)| day).into()];
        let db = self.db();
        let asked = statement(db.backend(), sql, values);
        let Some(row) = db.read().query_one_raw(asked).await? else {
            return Ok((0, 0));
        };
        let total: Option<i64> = row.try_get("", "total")?;
        Ok((total.unwrap_or(0), row.try_get("", "year")?))
    }

    /// The most viewed videos of a window, as counted: the most first, and of
    /// equal ones the newest.
    pub(crate) async fn counted_top(&self, frame: Timeframe) -> Result<Vec<(String, i64)>> {
        let places = i64::try_from(PLACES).unwrap_or(i64::MAX);
        let (sql, values): (&str, Vec<Value>) = match frame.since(now_micros()) {
            Some((span, since)) => (
                "SELECT subject, CAST(SUM(views) AS BIGINT) AS views FROM view_counts \
                 WHERE span = $1 AND bucket > $2 AND subject LIKE 'video\\_%' ESCAPE '\\' \
                 GROUP BY subject HAVING SUM(views) > 0 \
                 ORDER BY views DESC, subject DESC LIMIT $3",
                vec![span.into(), since.into(), places.into()],
            ),
            None => (
                "SELECT id AS subject, view_count AS views FROM videos WHERE view_count > 0 \
                 ORDER BY view_count DESC, id DESC LIMIT $1",
                vec![places.into()],
            ),
        };
        let db = self.db();
        let rows = db
            .read()
            .query_all_raw(statement(db.backend(), sql, values))
            .await?;
        rows.iter()
            .map(|row| Ok((row.try_get("", "subject")?, row.try_get("", "views")?)))
            .collect()
    }
}

/// How old a leaderboard may become.
pub(crate) fn lifetime(frame: Timeframe) -> Duration {
    if frame.is_brisk() {
        Duration::from_mins(2)
    } else {
        Duration::from_mins(10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_again() {
        for frame in Timeframe::ALL {
            assert_eq!(Timeframe::parse(frame.as_str()), Some(frame));
        }
        assert_eq!(Timeframe::parse("decade"), None);
    }

    #[test]
    fn windows_slide_by_the_minute() {
        let now = 1_800_000_000_000_000;
        assert_eq!(Timeframe::Hour.since(now), Some((0, 30_000_000 - 60)));
        assert_eq!(
            Timeframe::Hour.since(now + 59_999_999),
            Some((0, 30_000_000 - 60))
        );
        assert_eq!(
            Timeframe::Hour.since(now + 60_000_000),
            Some((0, 30_000_000 - 59))
        );
    }
}
