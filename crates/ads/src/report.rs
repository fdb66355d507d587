//! What was shown, where, and what it pays.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::store::counts;
use crate::{AdError, Ads, Result};

/// The longest stretch of a report, in days.
pub const DAYS_MAX: i64 = 400;
/// The most rows of one.
const ROWS_MAX: u64 = 20_000;
/// An hour, in microseconds.
const HOUR: i64 = 3_600_000_000;

/// What a report has a row for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Each campaign, and each ad server.
    Source,
    /// Each channel, and each video.
    Subject,
    /// Each creative.
    Creative,
    /// Each day.
    Day,
}

/// Figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Breaks that were decided.
    pub breaks: i64,
    /// Their seconds.
    pub offered_seconds: i64,
    /// The seconds of them that have advertisements.
    pub filled_seconds: i64,
    /// How often one began to be shown.
    pub impressions: i64,
    /// How often a quarter was shown.
    pub first_quartile: i64,
    /// How often half was shown.
    pub midpoint: i64,
    /// How often three quarters were shown.
    pub third_quartile: i64,
    /// How often it was shown to its end.
    pub completes: i64,
    /// How often somebody wanted to know more.
    pub clicks: i64,
    /// How often it could not be shown.
    pub errors: i64,
    /// What it pays, in millionths of the currency.
    pub revenue_micros: i64,
}

impl Figures {
    fn add(&mut self, event: &str, times: i64, seconds: i64, revenue_micros: i64) {
        self.revenue_micros += revenue_micros;
        match event {
            "offered" => {
                self.breaks += times;
                self.offered_seconds += seconds;
            }
            "filled" => self.filled_seconds += seconds,
            "impression" => self.impressions += times,
            "first_quartile" => self.first_quartile += times,
            "midpoint" => self.midpoint += times,
            "third_quartile" => self.third_quartile += times,
            "complete" => self.completes += times,
            "click" => self.clicks += times,
            "error" => self.errors += times,
            _ => {}
        }
    }

    /// The share of the seconds of breaks that have advertisements.
    pub fn fill_rate(&self) -> Option<f64> {
        (self.offered_seconds > 0).then(|| self.filled_seconds as f64 / self.offered_seconds as f64)
    }
}

/// A report: the whole, and a row for each of what was asked for, by its identifier.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// All together.
    pub totals: Figures,
    /// One by one. Breaks belong to no campaign and no creative.
    pub rows: BTreeMap<String, Figures>,
}

impl Ads {
    /// What happened between two instants (UTC microseconds), to whole hours.
    pub async fn report(&self, from: i64, to: i64, by: By) -> Result<Report> {
        use counts::Column as C;
        if to <= from {
            return Err(AdError::field("to", "must be after from"));
        }
        if to - from > DAYS_MAX * 24 * HOUR {
            let reason = format!("must be within {DAYS_MAX} days of from");
            return Err(AdError::field("to", reason));
        }
        let hour = |at: i64| i32::try_from(at.div_euclid(HOUR)).unwrap_or(i32::MAX);
        // Without a bound value: PostgreSQL must see that both places have the same.
        let day = Expr::cust("hour / 24");
        let mut query = counts::Entity::find()
            .select_only()
            .filter(C::Hour.gte(hour(from)))
            .filter(C::Hour.lt(hour(to + HOUR - 1)));
        query = match by {
            By::Source => query.column_as(C::SourceId, "label").group_by(C::SourceId),
            By::Subject => query
                .column_as(C::SubjectId, "label")
                .group_by(C::SubjectId),
            By::Creative => query
                .column_as(C::CreativeId, "label")
                .group_by(C::CreativeId),
            By::Day => query
                .column_as(day.clone().cast_as("text"), "label")
                .group_by(day),
        };
        let sum = |column: C| Expr::col(column).sum().cast_as("bigint");
        let rows: Vec<(String, String, i64, i64, i64)> = query
            .column(C::Event)
            .column_as(sum(C::Times), "times")
            .column_as(sum(C::Seconds), "seconds")
            .column_as(sum(C::RevenueMicros), "revenue")
            .group_by(C::Event)
            .limit(ROWS_MAX)
            .into_tuple()
            .all(self.db().read())
            .await?;
        let mut report = Report::default();
        for (key, event, times, seconds, revenue) in rows {
            report.totals.add(&event, times, seconds, revenue);
            if key.is_empty() {
                continue;
            }
            let key = match by {
                By::Day => date(&key),
                _ => key,
            };
            let row = report.rows.entry(key).or_default();
            row.add(&event, times, seconds, revenue);
        }
        Ok(report)
    }
}

fn date(days: &str) -> String {
    let days: i64 = days.parse().unwrap_or(0);
    jiff::Timestamp::from_second(days * 86_400)
        .unwrap_or_default()
        .strftime("%Y-%m-%d")
        .to_string()
}
