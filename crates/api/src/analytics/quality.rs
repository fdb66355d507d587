//! `/api/analytics/quality`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use matinee_analytics::report::By;
use matinee_identity::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::reports::{ends, scope, scope_name};
use super::table::{Column, FileKind, download};
use super::view::{QualityView, StretchParams};
use crate::{AppState, Caller, Params, Problem, ProblemResult};

/// By what.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ByParams {
    /// `title` (unless given), `device`, `hour`; for operators also `network` and `node`.
    by: Option<String>,
}

/// How well one of them played.
#[derive(Debug, Serialize, ToSchema)]
pub struct QualityRowView {
    /// A title's id, a device, a network (a /24 or a /48), a node, or the beginning of an hour or day (RFC 3339).
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
    /// `title`, `device`, `network`, `node` or `hour`.
    pub by: &'static str,
    /// All together.
    pub overall: QualityView,
    /// At most 100 titles, those with the most plays; all devices; 40 networks or nodes, and
    /// `other`; all hours (or days, of a longer
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
    let (stretch, file) = (params.stretch()?, params.file()?);
    let (by, name) = match by.by.as_deref() {
        None | Some("title") => (By::Title, "title"),
        Some("device") => (By::Device, "device"),
        Some("hour") => (By::Hour, "hour"),
        Some("network") => (By::Network, "network"),
        Some("node") => (By::Node, "node"),
        Some(_) => {
            let reason = "must be title, device, network, node or hour";
            return Err(Problem::field("by", reason));
        }
    };
    if matches!(by, By::Network | By::Node) {
        // Where people are, and what the service runs on, is not for those who publish on it.
        caller.require(Action::Operate)?;
    }
    let (overall, rows) = state
        .analytics
        .quality(owner.as_deref(), stretch, by)
        .await?;
    let rows = rows.into_iter().map(|(key, name, quality)| QualityRowView {
        key,
        name,
        quality: QualityView::from(&quality),
    });
    let rows: Vec<QualityRowView> = rows.collect();
    if let Some(kind) = file {
        return table(kind, &rows);
    }
    let (from, to) = ends(stretch);
    Ok(Json(QualityReport {
        from,
        to,
        scope: scope_name(owner.as_ref()),
        by: name,
        overall: QualityView::from(&overall),
        rows,
    })
    .into_response())
}

fn table(kind: FileKind, rows: &[QualityRowView]) -> ProblemResult<Response> {
    let text = |name, of: fn(&QualityRowView) -> &String| {
        Column::text(name, rows.iter().map(|row| of(row).clone()))
    };
    let whole = |name, of: fn(&QualityView) -> u64| {
        Column::whole(name, rows.iter().map(|row| of(&row.quality)))
    };
    let real = |name, of: fn(&QualityView) -> Option<f64>| {
        Column::real(name, rows.iter().map(|row| of(&row.quality)))
    };
    let columns = [
        text("key", |row| &row.key),
        text("name", |row| &row.name),
        whole("plays", |q| q.plays),
        real("startup_ms_p50", |q| q.startup_ms.as_ref().map(|of| of.p50)),
        real("startup_ms_p95", |q| q.startup_ms.as_ref().map(|of| of.p95)),
        real("seek_ms_p95", |q| q.seek_ms.as_ref().map(|of| of.p95)),
        real("rebuffer_ratio", |q| q.rebuffer_ratio),
        real("rebuffer_ratio_p95", |q| {
            q.rebuffer_ratio_of_plays.as_ref().map(|of| of.p95)
        }),
        real("stalls_per_hour", |q| q.stalls_per_hour),
        real("average_bitrate_bps", |q| q.average_bitrate_bps),
        real("bitrate_bps_p50", |q| {
            q.bitrate_bps.as_ref().map(|of| of.p50)
        }),
        whole("quality_switches", |q| q.quality_switches),
        whole("dropped_frames", |q| q.dropped_frames),
        whole("fatal_errors", |q| q.fatal_errors),
        whole("exits_before_start", |q| q.exits_before_start),
        real("live_latency_ms_p50", |q| {
            q.live_latency_ms.as_ref().map(|of| of.p50)
        }),
    ];
    download("quality", kind, &columns)
}
