//! `/api/analytics/videos/{id}` and `/api/analytics/overview`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use matinee_analytics::report::{Report, Stretch, TitleFigures, Totals};
use matinee_analytics::rollup::EVERYTHING;
use matinee_identity::access::Action;
use serde::Serialize;
use utoipa::ToSchema;

use super::table::{Column, FileKind, download};
use super::view::{
    AudienceView, PointView, QualityView, RetentionView, StretchParams, TotalsView, retention,
    series,
};
use crate::linear;
use crate::live::known;
use crate::videos::view::rfc3339;
use crate::{AppState, Caller, Params, PathId, Problem, ProblemResult};

/// Titles of the overview.
const TOP: usize = 20;
/// Items of a channel.
const ITEMS: usize = 50;

/// Figures of a video, a stream or a channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct TitleReport {
    /// `video_…`, `stream_…` or `channel_…`.
    pub subject_id: String,
    /// Its name.
    pub title: String,
    /// How long it is; null for streams and channels, and while it is unknown.
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
    /// What else was counted: `likes`, `chat_messages`, and of advertisements `ad_impression`, ….
    pub counts: BTreeMap<String, u64>,
    /// Of a channel: what was watched on it, the most first.
    pub items: Vec<ChannelItem>,
}

/// What was watched on a channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelItem {
    /// `video_…` or `stream_…`.
    pub subject_id: String,
    /// Its name; the id of what is gone.
    pub title: String,
    /// Plays of the channel that came by it.
    pub plays: u64,
    /// Of these, those that watched half a minute of it.
    pub views: u64,
    /// Seconds watched.
    pub watch_time_seconds: f64,
}

/// See how a video, a stream or a channel is watched
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
    } else if id.starts_with("channel_") {
        let station = linear::known(&state, &caller, &id, Action::Edit).await?;
        (station.channel.name.clone(), None)
    } else {
        let video = state.catalog.get(&id).await?;
        caller.require_for(&video, Action::Edit)?;
        (video.title, video.duration_ms.map(|ms| ms as f64 / 1000.0))
    };
    let (stretch, file) = (params.stretch()?, params.file()?);
    let report = state.analytics.report(&id, stretch).await?;
    if let Some(kind) = file {
        return points(&id, kind, &report);
    }
    let counts = state.analytics.counts(&id, stretch).await?;
    let items = items(&state, &report).await?;
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
        counts,
        items,
    })
    .into_response())
}

async fn items(state: &AppState, report: &Report) -> ProblemResult<Vec<ChannelItem>> {
    let mut items: Vec<_> = report.whole.items.iter().collect();
    items.sort_by(|(a, x), (b, y)| y.watched_ms.cmp(&x.watched_ms).then_with(|| a.cmp(b)));
    items.truncate(ITEMS);
    let ids: Vec<&str> = items.iter().map(|(id, _)| id.as_str()).collect();
    let titles = state.analytics.titles_of(&ids).await?;
    let view = |(id, slice): (&String, &matinee_analytics::Slice)| ChannelItem {
        title: titles.get(id).unwrap_or(id).clone(),
        subject_id: id.clone(),
        plays: slice.plays,
        views: slice.views,
        watch_time_seconds: slice.watched_ms as f64 / 1000.0,
    };
    Ok(items.into_iter().map(view).collect())
}

pub(super) fn ends(stretch: Stretch) -> (String, String) {
    (rfc3339(stretch.from()), rfc3339(stretch.to()))
}

/// A report's points as a table.
pub(super) fn points(name: &str, kind: FileKind, report: &Report) -> ProblemResult<Response> {
    let points = series(&report.series);
    let whole = |name, of: fn(&TotalsView) -> u64| {
        Column::whole(name, points.iter().map(|point| of(&point.totals)))
    };
    let real = |name, of: fn(&TotalsView) -> Option<f64>| {
        Column::real(name, points.iter().map(|point| of(&point.totals)))
    };
    let columns = [
        Column::text("at", points.iter().map(|point| point.at.clone())),
        whole("plays", |totals| totals.plays),
        whole("views", |totals| totals.views),
        whole("unique_viewers", |totals| totals.unique_viewers),
        real("watch_time_seconds", |totals| {
            Some(totals.watch_time_seconds)
        }),
        whole("completions", |totals| totals.completions),
        real("completion_rate", |totals| totals.completion_rate),
    ];
    download(name, kind, &columns)
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
    let (stretch, file) = (params.stretch()?, params.file()?);
    let analytics = &state.analytics;
    let subject = owner.as_deref().unwrap_or(EVERYTHING);
    let report = analytics.report(subject, stretch).await?;
    if let Some(kind) = file {
        return points("overview", kind, &report);
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
