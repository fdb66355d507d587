//! `/stream/{id}/progress` and `/continue-watching`.

use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use matinee_identity::access::Action;
use matinee_playback::progress::{Progress, Report};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::videos::view::{VideoView, rfc3339};
use crate::{AppState, Body, Caller, Params, PathId, Problem, ProblemResult, PublicOrigin};

/// Videos on the list unless the client says otherwise.
const LIMIT: usize = 20;
/// The most videos on the list.
const LIMIT_MAX: usize = 100;
/// How many of somebody's latest videos are looked through.
const LOOKED_THROUGH: usize = 300;

/// Where somebody is in a video.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgressView {
    /// `video_…`
    pub video_id: String,
    /// In seconds.
    pub current_time: f64,
    /// In seconds; 0 if unknown.
    pub total_duration: f64,
    /// How much is behind them, 0 to 100, to two decimals.
    pub percentage: f64,
    /// Whether they have seen it to the end, or nearly (95 %).
    pub completed: bool,
    /// RFC 3339; null if they have not begun it.
    pub last_watched_at: Option<String>,
}

impl ProgressView {
    fn new(video_id: &str, progress: &Progress) -> Self {
        Self {
            video_id: video_id.to_owned(),
            current_time: seconds(progress.position_ms),
            total_duration: seconds(progress.duration_ms),
            percentage: progress.percentage(),
            completed: progress.completed(),
            last_watched_at: Some(rfc3339(progress.watched_at)),
        }
    }
}

fn seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}

/// What a player reports.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ProgressReport {
    /// Where it is, in seconds.
    #[schema(minimum = 0, example = 125.5)]
    current_time: f64,
    /// How long the video is, in seconds; what the library knows, if left out.
    #[serde(default)]
    #[schema(minimum = 0, example = 7200)]
    total_duration: Option<f64>,
}

/// Report where the viewer is
///
/// The latest report wins. It counts at once, and is written within 30 seconds.
/// A report also keeps the device's place among those on which the account
/// plays: 429 says that it has none, and which others play.
#[utoipa::path(post, path = "/stream/{id}/progress", tag = "playback", params(("id" = String, Path)),
    request_body = ProgressReport,
    responses((status = 200, body = ProgressView), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn report(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    PathId(id): PathId,
    Body(report): Body<ProgressReport>,
) -> ProblemResult<Json<ProgressView>> {
    let duration_ms = watched(&state, &caller, &id).await?;
    let viewer = viewer(&caller)?;
    let report = Report {
        current_time: report.current_time,
        total_duration: report
            .total_duration
            .unwrap_or_else(|| seconds(duration_ms)),
    };
    let progress = state.playback.progress().record(&viewer, &id, report)?;
    state.analytics.progress(&id, progress.position_ms, || {
        crate::analytics::client(&caller, &headers)
    });
    if progress.completed() {
        state.access.stop_playing(&caller, &headers).await;
    } else {
        state.access.play(&caller, &headers).await?;
    }
    Ok(Json(ProgressView::new(&id, &progress)))
}

/// Find where the viewer was
#[utoipa::path(get, path = "/stream/{id}/progress", tag = "playback", params(("id" = String, Path)),
    responses((status = 200, body = ProgressView), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<ProgressView>> {
    let duration_ms = watched(&state, &caller, &id).await?;
    let viewer = viewer(&caller)?;
    let found = state.playback.progress().get(&viewer, &id).await?;
    Ok(Json(found.map_or_else(
        || ProgressView {
            video_id: id.clone(),
            current_time: 0.0,
            total_duration: seconds(duration_ms),
            percentage: 0.0,
            completed: false,
            last_watched_at: None,
        },
        |progress| ProgressView::new(&id, &progress),
    )))
}

/// The duration of a video that the caller may watch, in milliseconds; 0 if it
/// is unknown.
async fn watched(state: &AppState, caller: &Caller, id: &str) -> ProblemResult<u64> {
    let presentation = state.playback.presentation(id).await?;
    caller.require_for(&presentation.video, Action::Watch)?;
    let duration = presentation.video.duration_ms;
    Ok(duration.and_then(|ms| u64::try_from(ms).ok()).unwrap_or(0))
}

fn viewer(caller: &Caller) -> ProblemResult<String> {
    caller.0.viewer_key().ok_or_else(|| {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "Sign in, or accept the cookie by which you are known again.",
        )
    })
}

/// A video that somebody has begun, and where they are.
#[derive(Debug, Serialize, ToSchema)]
pub struct Begun {
    /// The video.
    pub movie: VideoView,
    /// Where they are.
    pub progress: ProgressView,
}

/// How many.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct BegunParams {
    /// 1 to 100; 20 unless given.
    limit: Option<usize>,
}

/// List what the viewer has begun and not finished
///
/// The latest first.
#[utoipa::path(get, path = "/continue-watching", tag = "playback", params(BegunParams),
    responses((status = 200, body = Vec<Begun>), (status = 422, body = Problem)))]
pub(super) async fn continue_watching(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    Params(params): Params<BegunParams>,
) -> ProblemResult<Json<Vec<Begun>>> {
    let limit = params.limit.unwrap_or(LIMIT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        let reason = format!("must be from 1 to {LIMIT_MAX}");
        return Err(Problem::field("limit", reason));
    }
    let Some(viewer) = caller.0.viewer_key() else {
        return Ok(Json(Vec::new()));
    };
    let progress = state.playback.progress();
    let mut begun = progress.recent(&viewer, LOOKED_THROUGH).await?;
    begun.retain(|(_, progress)| !progress.completed());
    let ids: Vec<String> = begun.iter().map(|(id, _)| id.clone()).collect();
    let mut videos = state.catalog.find_many(&ids).await?;
    // What has been deleted or made private since is not shown.
    videos.retain(|_, video| caller.may(video, Action::Watch));
    begun.retain(|(id, _)| videos.contains_key(id));
    begun.truncate(limit);
    let shown = begun.iter().filter_map(|(id, _)| videos.get(id));
    let mut parts = state.catalog.parts_of(shown).await?;
    let list = begun.into_iter().filter_map(|(id, progress)| {
        let video = videos.remove(&id)?;
        let parts = parts.remove(&id).unwrap_or_default();
        Some(Begun {
            movie: VideoView::new(video, &parts, &origin),
            progress: ProgressView::new(&id, &progress),
        })
    });
    Ok(Json(list.collect()))
}
