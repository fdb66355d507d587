//! `/api/analytics/quality`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use matinee_analytics::report::By;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::csv;
use super::reports::{ends, scope, scope_name};
use super::view::{QualityView, StretchParams};
use crate::{AppState, Caller, Params, Problem, ProblemResult};

/// By what.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ByParams {
    /// `title` (unless given), `device` or `hour`.
    by: Option<String>,
}

/// How well one of them played.
#[derive(Debug, Serialize, ToSchema)]
pub struct QualityRowView {
    /// A title's id, a device, or the beginning of an hour or day (RFC 3339).
    pub key: String,
    /// The title's name, or the key.
    pub name: String,
    /// How well.
    #[serde(flatten)]
    pub quality: QualityView,
}

/// How well everything played.
#[derive(Debug, Serialize, ToSchema)]
pub struct QualityReport {
    /// The beginning (RFC 3339).
    pub from: String,
    /// The end.
    pub to: String,
    /// `all`, or `own`: of the caller's titles.
    pub scope: &'static str,
    /// `title`, `device` or `hour`.
    pub by: &'static str,
    /// All together.
    pub overall: QualityView,
    /// At most 100 titles, those with the most plays; all devices; all hours (or days, of a longer
    /// stretch) in their order.
    pub rows: Vec<QualityRowView>,
}

/// See how well everything plays
///
/// Operators see all titles, creators their own.
#[utoipa::path(get, path = "/api/analytics/quality", tag = "analytics",
    params(StretchParams, ByParams),
    responses((status = 200, body = QualityReport), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn quality(
    State(state): State<AppState>,
    caller: Caller,
    Params(params): Params<StretchParams>,
    Params(by): Params<ByParams>,
) -> ProblemResult<Response> {
    let owner = scope(&caller)?;
    let (stretch, as_csv) = (params.stretch()?, params.is_csv()?);
    let (by, name) = match by.by.as_deref() {
        None | Some("title") => (By::Title, "title"),
        Some("device") => (By::Device, "device"),
        Some("hour") => (By::Hour, "hour"),
        Some(_) => return Err(Problem::field("by", "must be title, device or hour")),
    };
    let (overall, rows) = state
        .analytics
        .quality(owner.as_deref(), stretch, by)
        .await?;
    let rows = rows.into_iter().map(|(key, name, quality)| QualityRowView {
        key,
        name,
        quality: QualityView::from(&quality),
    });
    if as_csv {
        return Ok(table(rows));
    }
    let (from, to) = ends(stretch);
    Ok(Json(QualityReport {
        from,
        to,
        scope: scope_name(owner.as_ref()),
        by: name,
        overall: QualityView::from(&overall),
        rows: rows.collect(),
    })
    .into_response())
}

fn table(rows: impl Iterator<Item = QualityRowView>) -> Response {
    let head = [
        "key",
        "name",
        "plays",
        "startup_ms_p50",
        "startup_ms_p95",
        "seek_ms_p95",
        "rebuffer_ratio",
        "stalls_per_hour",
        "average_bitrate_bps",
        "quality_switches",
        "dropped_frames",
        "fatal_errors",
        "exits_before_start",
        "live_latency_ms_p50",
    ];
    let rows = rows.map(|row| {
        let quality = row.quality;
        let startup = quality.startup_ms.as_ref();
        vec![
            row.key,
            row.name,
            quality.plays.to_string(),
            csv::number(startup.map(|of| of.p50)),
            csv::number(startup.map(|of| of.p95)),
            csv::number(quality.seek_ms.map(|of| of.p95)),
            csv::number(quality.rebuffer_ratio),
            csv::number(quality.stalls_per_hour),
            csv::number(quality.average_bitrate_bps),
            quality.quality_switches.to_string(),
            quality.dropped_frames.to_string(),
            quality.fatal_errors.to_string(),
            quality.exits_before_start.to_string(),
            csv::number(quality.live_latency_ms.map(|of| of.p50)),
        ]
    });
    csv::table("quality", &head, rows)
}
