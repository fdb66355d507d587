//! `/api/analytics/videos/{id}` and `/api/analytics/overview`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use matinee_analytics::report::{Report, Stretch, TitleFigures, Totals};
use matinee_analytics::rollup::EVERYTHING;
use matinee_identity::access::Action;
use serde::Serialize;
use utoipa::ToSchema;

use super::csv;
use super::view::{
    AudienceView, PointView, QualityView, RetentionView, StretchParams, TotalsView, retention,
    series,
};
use crate::live::known;
use crate::videos::view::rfc3339;
use crate::{AppState, Caller, Params, PathId, Problem, ProblemResult};

/// Titles of the overview.
const TOP: usize = 20;

/// Figures of a video or a stream.
#[derive(Debug, Serialize, ToSchema)]
pub struct TitleReport {
    /// `video_…` or `stream_…`.
    pub subject_id: String,
    /// Its name.
    pub title: String,
    /// How long it is; null for streams, and while it is unknown.
    pub duration_seconds: Option<f64>,
    /// The beginning of the first point (RFC 3339).
    pub from: String,
    /// The end of the last.
    pub to: String,
    /// `hour` or `day`: what a point is.
    pub interval: &'static str,
    /// All together.
    pub totals: TotalsView,
    /// Each hour or day, those without plays among them.
    pub series: Vec<PointView>,
    /// Each hundredth of the video; empty where nothing is known of it.
    pub retention: Vec<RetentionView>,
    /// Who watched, and what.
    #[serde(flatten)]
    pub audience: AudienceView,
    /// How well it played.
    pub quality: QualityView,
}

/// See how a video or a stream is watched
///
/// For those who may edit it. Figures are rolled up about every half minute.
#[utoipa::path(get, path = "/api/analytics/videos/{id}", tag = "analytics",
    params(("id" = String, Path), StretchParams),
    responses((status = 200, body = TitleReport), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn title(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
    Params(params): Params<StretchParams>,
) -> ProblemResult<Response> {
    let (name, duration) = if id.starts_with("stream_") {
        let stream = known(&state, &caller, &id, Action::Edit).await?;
        (stream.title.clone(), None)
    } else {
        let video = state.catalog.get(&id).await?;
        caller.require_for(&video, Action::Edit)?;
        (video.title, video.duration_ms.map(|ms| ms as f64 / 1000.0))
    };
    let (stretch, as_csv) = (params.stretch()?, params.is_csv()?);
    let report = state.analytics.report(&id, stretch).await?;
    if as_csv {
        return Ok(points(&id, &report));
    }
    let (from, to) = ends(stretch);
    Ok(Json(TitleReport {
        subject_id: id,
        title: name,
        duration_seconds: duration,
        from,
        to,
        interval: stretch.interval(),
        totals: Totals::from(&report.whole).into(),
        series: series(&report.series),
        retention: retention(&report.whole),
        audience: AudienceView::from(&report.whole),
        quality: QualityView::from(&report.whole.quality),
    })
    .into_response())
}

pub(super) fn ends(stretch: Stretch) -> (String, String) {
    (rfc3339(stretch.from()), rfc3339(stretch.to()))
}

/// A report's points as a table.
fn points(name: &str, report: &Report) -> Response {
    let head = [
        "at",
        "plays",
        "views",
        "unique_viewers",
        "watch_time_seconds",
        "completions",
        "completion_rate",
    ];
    let rows = series(&report.series).into_iter().map(|point| {
        let totals = point.totals;
        vec![
            point.at,
            totals.plays.to_string(),
            totals.views.to_string(),
            totals.unique_viewers.to_string(),
            totals.watch_time_seconds.to_string(),
            totals.completions.to_string(),
            csv::number(totals.completion_rate),
        ]
    });
    csv::table(name, &head, rows)
}

/// Whose figures somebody is shown: `None` for everybody's.
pub(super) fn scope(caller: &Caller) -> ProblemResult<Option<String>> {
    if caller.is_operator() {
        return Ok(None);
    }
    caller.require(Action::Upload)?;
    let user = caller.0.user().ok_or_else(Problem::sign_in)?;
    Ok(Some(user.id.to_string()))
}

pub(super) fn scope_name(owner: Option<&String>) -> &'static str {
    if owner.is_some() { "own" } else { "all" }
}

/// A title among the most viewed.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopTitle {
    /// `video_…` or `stream_…`.
    pub subject_id: String,
    /// Its name.
    pub title: String,
    /// Presses of play.
    pub plays: u64,
    /// Views.
    pub views: u64,
    /// Seconds watched.
    pub watch_time_seconds: f64,
}

impl From<TitleFigures> for TopTitle {
    fn from(title: TitleFigures) -> Self {
        Self {
            subject_id: title.subject,
            title: title.title,
            plays: title.all.plays,
            views: title.all.views,
            watch_time_seconds: title.all.watched_ms as f64 / 1000.0,
        }
    }
}

/// Figures of many titles.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverviewReport {
    /// The beginning of the first point (RFC 3339).
    pub from: String,
    /// The end of the last.
    pub to: String,
    /// `hour` or `day`: what a point is.
    pub interval: &'static str,
    /// `all`, or `own`: of the caller's titles.
    pub scope: &'static str,
    /// Plays that are going on.
    pub watching_now: i64,
    /// All together.
    pub totals: TotalsView,
    /// Each hour or day, those without plays among them.
    pub series: Vec<PointView>,
    /// The most viewed.
    pub top: Vec<TopTitle>,
    /// Who watched, and what.
    #[serde(flatten)]
    pub audience: AudienceView,
    /// How well it played.
    pub quality: QualityView,
}

/// See how everything is watched
///
/// Operators see all titles, creators their own. Figures are rolled up about every half minute.
#[utoipa::path(get, path = "/api/analytics/overview", tag = "analytics", params(StretchParams),
    responses((status = 200, body = OverviewReport), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn overview(
    State(state): State<AppState>,
    caller: Caller,
    Params(params): Params<StretchParams>,
) -> ProblemResult<Response> {
    let owner = scope(&caller)?;
    let (stretch, as_csv) = (params.stretch()?, params.is_csv()?);
    let analytics = &state.analytics;
    let subject = owner.as_deref().unwrap_or(EVERYTHING);
    let report = analytics.report(subject, stretch).await?;
    if as_csv {
        return Ok(points("overview", &report));
    }
    let top = analytics.top_titles(owner.as_deref(), stretch, TOP).await?;
    let (from, to) = ends(stretch);
    Ok(Json(OverviewReport {
        from,
        to,
        interval: stretch.interval(),
        scope: scope_name(owner.as_ref()),
        watching_now: analytics.watching_now(owner.as_deref()).await?,
        totals: Totals::from(&report.whole).into(),
        series: series(&report.series),
        top: top.into_iter().map(Into::into).collect(),
        audience: AudienceView::from(&report.whole),
        quality: QualityView::from(&report.whole.quality),
    })
    .into_response())
}
