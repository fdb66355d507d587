//! `/api/videos/{id}/processing` and what can be done about it.

use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt as _};
use http::{HeaderName, HeaderValue, StatusCode};
use matinee_identity::access::Action;
use matinee_ingest::processing::Processing;
use serde::Serialize;
use utoipa::ToSchema;

use super::one::visible;
use crate::{AppState, Caller, PathId, Problem, ProblemResult};

/// How far a video is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProcessingView {
    /// The video.
    video_id: String,
    /// `pending`, `processing`, `completed`, `failed` or `canceled`.
    status: String,
    /// Whether it can be watched already.
    is_processed: bool,
    /// Of the whole, 0 to 100.
    percent: f32,
    /// Seconds of film made in a second.
    speed: Option<f32>,
    /// Seconds left.
    eta_seconds: Option<u64>,
    /// Why it failed.
    error: Option<String>,
    /// The steps, in the order in which they come.
    steps: Vec<StepView>,
    /// Names of the pictures that players can choose, `source` for the upload's own.
    renditions: Vec<String>,
}

/// What follows a video's processing, as a server-sent event.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "describes an event that is written field by field"
)]
pub struct ProcessingEvent {
    /// Always `processing`; a comment now and then keeps the connection open.
    event: Option<String>,
    /// A `ProcessingView` as JSON.
    data: Option<String>,
}

/// One step of processing.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepView {
    /// `job_…`
    job_id: String,
    /// `import`, `probe`, `package`, `transcode`, `audio`, `track`, `subtitles` or `thumbnails`.
    kind: String,
    /// `queued`, `running`, `done`, `failed` or `canceled`.
    state: String,
    /// 0 to 100.
    percent: f32,
    /// Seconds of film made in a second.
    speed: Option<f32>,
    /// Seconds left.
    eta_seconds: Option<u64>,
    /// What is going on, or why it failed.
    note: Option<String>,
}

/// How far is this video?
#[utoipa::path(get, path = "/api/videos/{id}/processing", tag = "videos", params(("id" = String, Path)),
    responses((status = 200, body = ProcessingView), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<Processing>> {
    visible(&state, &caller, &id, Action::Watch).await?;
    Ok(Json(state.ingest.processing(&id).await?))
}

/// Follow the processing of this video
///
/// Server-sent events named `processing`: the present state at once, then each
/// change, until it is completed, failed or canceled.
#[utoipa::path(get, path = "/api/videos/{id}/events", tag = "videos", params(("id" = String, Path)),
    responses((status = 200, content_type = "text/event-stream", body = ProcessingEvent),
        (status = 404, body = Problem)))]
pub(super) async fn events(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Response> {
    visible(&state, &caller, &id, Action::Watch).await?;
    let updates = state.ingest.watch(&id);
    Ok(stream(&state, updates))
}

/// Follow the processing of all videos
///
/// Server-sent events named `processing`, one for each change from now on.
#[utoipa::path(get, path = "/api/events/processing", tag = "videos",
    responses((status = 200, content_type = "text/event-stream", body = ProcessingEvent),
        (status = 401, body = Problem)))]
pub(super) async fn all_events(
    State(state): State<AppState>,
    caller: Caller,
) -> ProblemResult<Response> {
    caller.require(Action::Operate)?;
    let updates = state.ingest.watch_all();
    Ok(stream(&state, updates))
}

fn stream(state: &AppState, updates: impl Stream<Item = Processing> + Send + 'static) -> Response {
    let stop = state.shutdown.clone().cancelled_owned();
    let events = updates.take_until(stop).map(|update| {
        let data = serde_json::to_string(&update).unwrap_or_default();
        Ok::<_, Infallible>(Event::default().event("processing").data(data))
    });
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(15));
    let mut response = Sse::new(events).keep_alive(keep_alive).into_response();
    // nginx would hold events back until a buffer is full.
    response.headers_mut().insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    response
}

/// Try again what failed or was canceled
///
/// What is done stays done.
#[utoipa::path(post, path = "/api/videos/{id}/retry", tag = "videos", params(("id" = String, Path)),
    responses((status = 202, body = ProcessingView), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn retry(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<(StatusCode, Json<Processing>)> {
    let video = visible(&state, &caller, &id, Action::Edit).await?;
    if !state.ingest.retry(&id).await? {
        return Err(Problem::conflict(format!(
            "Processing is {}: only what failed or was canceled can be tried again.",
            video.processing_status.as_str()
        )));
    }
    Ok((
        StatusCode::ACCEPTED,
        Json(state.ingest.processing(&id).await?),
    ))
}

/// Stop processing
///
/// What can be watched already stays.
#[utoipa::path(post, path = "/api/videos/{id}/cancel", tag = "videos", params(("id" = String, Path)),
    responses((status = 202, body = ProcessingView), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn cancel(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<(StatusCode, Json<Processing>)> {
    let video = visible(&state, &caller, &id, Action::Edit).await?;
    if !state.ingest.cancel(&id).await? {
        return Err(Problem::conflict(format!(
            "There is nothing to stop: processing is {}.",
            video.processing_status.as_str()
        )));
    }
    Ok((
        StatusCode::ACCEPTED,
        Json(state.ingest.processing(&id).await?),
    ))
}

/// Make poster, thumbnails and storyboard anew
#[utoipa::path(post, path = "/api/videos/{id}/thumbnails", tag = "videos", params(("id" = String, Path)),
    responses((status = 202, body = ProcessingView), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn thumbnails(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<(StatusCode, Json<Processing>)> {
    let video = visible(&state, &caller, &id, Action::Edit).await?;
    if !video.is_processed || video.source_key.is_none() {
        return Err(Problem::conflict(
            "Pictures are taken from an upload that can be watched already.",
        ));
    }
    state.ingest.regenerate_thumbnails(&id).await?;
    Ok((
        StatusCode::ACCEPTED,
        Json(state.ingest.processing(&id).await?),
    ))
}
