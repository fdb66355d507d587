//! `/api/ads/report`.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use matinee_ads::report::{By, Figures};
use matinee_engines::time::now_micros;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{instant, money};
use crate::analytics::table::{Column, FileKind, download};
use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Params, Problem, ProblemResult};

/// Without an answer to since when: four weeks.
const SPAN: i64 = 28 * 86_400_000_000;

/// Which stretch of time, and what a row is.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct AdReportParams {
    /// An instant (RFC 3339); 28 days before `to` unless given.
    from: Option<String>,
    /// An instant, at most 400 days later; now unless given.
    to: Option<String>,
    /// What a row is: `campaign` (and ad server; unless given), `channel` (and video),
    /// `creative` or `day`.
    by: Option<String>,
    /// `json` (unless given), `csv` or `parquet`.
    format: Option<String>,
}

/// Figures of advertisements.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdReportFigures {
    /// Breaks that were decided.
    breaks: i64,
    /// Their seconds.
    offered_seconds: i64,
    /// The seconds of them that have advertisements.
    filled_seconds: i64,
    /// The share of them, from 0 to 1; null when there were none.
    fill_rate: Option<f64>,
    /// How often an advertisement began to be shown.
    impressions: i64,
    /// How often a quarter of one was shown.
    first_quartile: i64,
    /// How often half of one was shown.
    midpoint: i64,
    /// How often three quarters of one were shown.
    third_quartile: i64,
    /// How often one was shown to its end.
    completes: i64,
    /// How often somebody wanted to know more.
    clicks: i64,
    /// How often one could not be shown.
    errors: i64,
    /// What it pays, by the price of a thousand impressions when they were counted.
    revenue: f64,
}

impl From<Figures> for AdReportFigures {
    fn from(figures: Figures) -> Self {
        Self {
            breaks: figures.breaks,
            offered_seconds: figures.offered_seconds,
            filled_seconds: figures.filled_seconds,
            fill_rate: figures.fill_rate(),
            impressions: figures.impressions,
            first_quartile: figures.first_quartile,
            midpoint: figures.midpoint,
            third_quartile: figures.third_quartile,
            completes: figures.completes,
            clicks: figures.clicks,
            errors: figures.errors,
            revenue: money(figures.revenue_micros),
        }
    }
}

/// A row of a report.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdReportRow {
    /// `campaign_…`, `adserver_…`, `channel_…`, `video_…`, `creative_…`, or a date.
    id: String,
    /// What it is called; its identifier once it is gone.
    name: String,
    /// Its figures. Breaks belong to no campaign and no creative.
    #[serde(flatten)]
    figures: AdReportFigures,
}

/// What was shown, where, and what it pays.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdReport {
    /// From when on, RFC 3339.
    from: String,
    /// Until when, RFC 3339.
    to: String,
    /// All together.
    totals: AdReportFigures,
    /// One by one; those with most impressions first, days in order.
    rows: Vec<AdReportRow>,
}

/// See what was shown
///
/// For administrators; to whole hours, as JSON or as a table.
#[utoipa::path(get, path = "/api/ads/report", tag = "ads", params(AdReportParams),
    responses((status = 200, body = AdReport), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn report(
    State(state): State<AppState>,
    acting: Acting,
    Params(params): Params<AdReportParams>,
) -> ProblemResult<Response> {
    acting.operator()?;
    let to = instant("to", params.to.as_deref())?.unwrap_or_else(now_micros);
    let from = instant("from", params.from.as_deref())?.unwrap_or(to - SPAN);
    let by = match params.by.as_deref() {
        None | Some("campaign") => By::Source,
        Some("channel") => By::Subject,
        Some("creative") => By::Creative,
        Some("day") => By::Day,
        Some(_) => {
            let reason = "must be campaign, channel, creative or day";
            return Err(Problem::field("by", reason));
        }
    };
    let file = match params.format.as_deref() {
        None | Some("json") => None,
        Some("csv") => Some(FileKind::Csv),
        Some("parquet") => Some(FileKind::Parquet),
        Some(_) => return Err(Problem::field("format", "must be json, csv or parquet")),
    };
    let report = state.ads.report(from, to, by).await?;
    let ids: Vec<&String> = report.rows.keys().collect();
    let names = names(&state, &ids).await?;
    let mut rows: Vec<(String, String, Figures)> = report
        .rows
        .into_iter()
        .map(|(id, figures)| {
            let name = names.get(&id).cloned().unwrap_or_else(|| id.clone());
            (id, name, figures)
        })
        .collect();
    if by != By::Day {
        rows.sort_by_key(|(_, _, figures)| std::cmp::Reverse(figures.impressions));
    }
    if let Some(kind) = file {
        return table(kind, &rows);
    }
    let rows = rows.into_iter().map(|(id, name, figures)| AdReportRow {
        id,
        name,
        figures: figures.into(),
    });
    Ok(Json(AdReport {
        from: rfc3339(from),
        to: rfc3339(to),
        totals: report.totals.into(),
        rows: rows.collect(),
    })
    .into_response())
}

/// What things of these identifiers are called, in a query for each kind.
async fn names(state: &AppState, ids: &[&String]) -> ProblemResult<HashMap<String, String>> {
    let of = |kind: &str| -> Vec<String> {
        let all = ids.iter().filter(|id| id.starts_with(kind));
        all.take(1000).map(|id| (*id).clone()).collect()
    };
    let mut names = state
        .ads
        .names(&of("campaign_"), &of("adserver_"), &of("creative_"))
        .await?;
    for some in of("video_").chunks(400) {
        let found = state.catalog.find_many(some).await?;
        names.extend(found.into_iter().map(|(id, video)| (id, video.title)));
    }
    for id in of("channel_") {
        if let Ok(station) = state.channels.station(&id).await {
            names.insert(id, station.written.name.clone());
        }
    }
    Ok(names)
}

fn table(kind: FileKind, rows: &[(String, String, Figures)]) -> ProblemResult<Response> {
    let whole = |name, of: fn(&Figures) -> i64| {
        let values = rows.iter().map(|(_, _, figures)| of(figures));
        Column::whole(name, values.map(|n| u64::try_from(n).unwrap_or(0)))
    };
    let real = |name, of: fn(&Figures) -> Option<f64>| {
        Column::real(name, rows.iter().map(|(_, _, figures)| of(figures)))
    };
    let columns = [
        Column::text("id", rows.iter().map(|(id, _, _)| id.clone())),
        Column::text("name", rows.iter().map(|(_, name, _)| name.clone())),
        whole("breaks", |figures| figures.breaks),
        whole("offered_seconds", |figures| figures.offered_seconds),
        whole("filled_seconds", |figures| figures.filled_seconds),
        real("fill_rate", Figures::fill_rate),
        whole("impressions", |figures| figures.impressions),
        whole("first_quartile", |figures| figures.first_quartile),
        whole("midpoint", |figures| figures.midpoint),
        whole("third_quartile", |figures| figures.third_quartile),
        whole("completes", |figures| figures.completes),
        whole("clicks", |figures| figures.clicks),
        whole("errors", |figures| figures.errors),
        real("revenue", |figures| Some(money(figures.revenue_micros))),
    ];
    download("advertisements", kind, &columns)
}
