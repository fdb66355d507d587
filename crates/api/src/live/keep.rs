//! `/api/videos/{id}/keep`: which recordings stay, however old they become.

use axum::Json;
use axum::extract::State;
use matinee_catalog::Video;
use matinee_identity::access::Action;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::acts::Act;
use crate::videos::view::rfc3339;
use crate::videos::visible;
use crate::{AppState, Caller, PathId, Problem, ProblemResult};

/// How long a recording stays.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeepView {
    /// The stream that it is a recording of; null if it is another video.
    stream_id: Option<String>,
    /// How many days recordings stay (`RECORDING_RETENTION_DAYS`); null if they
    /// stay for ever.
    retention_days: Option<u64>,
    /// Whether it stays, however old it becomes.
    is_kept: bool,
    /// From when on it is deleted (RFC 3339), within minutes; null if it stays.
    removed_at: Option<String>,
}

async fn view(state: &AppState, video: &Video) -> ProblemResult<KeepView> {
    let streams = &state.live.streams;
    let recording = streams.recording(&video.id).await?;
    let stay = streams.recordings_stay();
    let goes = recording.as_ref().is_some_and(|it| !it.kept);
    let removed_at = stay.filter(|_| goes).map(|stay| {
        let micros = i64::try_from(stay.as_micros()).unwrap_or(i64::MAX);
        rfc3339(video.created_at.saturating_add(micros))
    });
    Ok(KeepView {
        retention_days: stay.map(|stay| stay.as_secs() / 86_400),
        is_kept: recording.as_ref().is_some_and(|it| it.kept),
        stream_id: recording.map(|it| it.stream_id),
        removed_at,
    })
}

/// Ask how long a recording stays
///
/// For those who may change the video. Other videos stay until somebody deletes
/// them: `stream_id` is null.
#[utoipa::path(get, path = "/api/videos/{id}/keep", tag = "live", params(("id" = String, Path)),
    responses((status = 200, body = KeepView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<KeepView>> {
    let video = visible(&state, &caller, &id, Action::Edit).await?;
    Ok(Json(view(&state, &video).await?))
}

/// Keep a recording
///
/// However long recordings stay otherwise. A video that is no recording is not
/// found.
#[utoipa::path(put, path = "/api/videos/{id}/keep", tag = "live", params(("id" = String, Path)),
    responses((status = 200, body = KeepView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn put(
    State(state): State<AppState>,
    caller: Caller,
    act: Act,
    PathId(id): PathId,
) -> ProblemResult<Json<KeepView>> {
    keep(&state, &caller, &act, &id, true).await
}

/// Let a recording go in time
///
/// As soon as it has been there for as long as recordings stay, which may be at
/// once. A video that is no recording is not found.
#[utoipa::path(delete, path = "/api/videos/{id}/keep", tag = "live", params(("id" = String, Path)),
    responses((status = 200, body = KeepView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    act: Act,
    PathId(id): PathId,
) -> ProblemResult<Json<KeepView>> {
    keep(&state, &caller, &act, &id, false).await
}

async fn keep(
    state: &AppState,
    caller: &Caller,
    act: &Act,
    id: &str,
    kept: bool,
) -> ProblemResult<Json<KeepView>> {
    let video = visible(state, caller, id, Action::Edit).await?;
    state.live.streams.keep_recording(id, kept).await?;
    let view = view(state, &video).await?;
    act.tell("title", video.title);
    Ok(Json(view))
}
