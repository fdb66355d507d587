//! `/api/streams/{id}/source`: what a stream is pulled from.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use matinee_live::LiveError;
use matinee_live::pull::Source;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::streams::note;
use super::who::own;
use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Body, Caller, PathId, Problem, ProblemResult};

/// What a stream is pulled from.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceView {
    /// Its address. What follows a question mark is left out: it may open something.
    pub url: String,
    /// Whether it is to be pulled.
    pub active: bool,
    /// How it goes at this moment.
    #[schema(value_type = SourceStateView)]
    pub state: &'static str,
    /// Why it was not reached, or was lost, in words.
    pub error: Option<String>,
    /// How many attempts one after another have failed.
    pub attempts: u32,
    /// When it is tried again, RFC 3339; null unless it is waited for.
    pub next_attempt_at: Option<String>,
    /// RFC 3339.
    pub updated_at: String,
}

/// How pulling a stream goes.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words that are sent")]
pub enum SourceStateView {
    /// It is not to be pulled.
    Idle,
    /// It is being reached.
    Connecting,
    /// The stream is made of it.
    Pulling,
    /// It was lost or not reached, and is tried again.
    Waiting,
    /// It cannot be pulled. It is tried again when it is started or changed.
    Failed,
}

impl SourceView {
    fn new(state: &AppState, source: Source) -> Self {
        let status = state.pull.status(&source);
        Self {
            url: source.shown,
            active: source.active,
            state: status.state.as_str(),
            error: status.error,
            attempts: status.attempts,
            next_attempt_at: status.next_attempt_at.map(rfc3339),
            updated_at: rfc3339(source.updated_at),
        }
    }
}

/// Get what a stream is pulled from
///
/// For the stream's owner and administrators.
#[utoipa::path(get, path = "/api/streams/{id}/source", tag = "live", params(("id" = String, Path)),
    responses((status = 200, body = SourceView), (status = 204, description = "It has no source."),
        (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Response> {
    own(&state, &caller, &id).await?;
    Ok(match state.pull.get(&id).await {
        Ok(source) => Json(SourceView::new(&state, source)).into_response(),
        // Most have none: that is no failure, and browsers need not complain of it.
        Err(LiveError::NotFound(_)) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => return Err(error.into()),
    })
}

/// What a stream is to be pulled from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceForm {
    /// An HLS playlist (`https://…` or `http://…`), `rtmp://…`, `rtsp://…` (a camera)
    /// or `srt://…` (a listener). It has to be a public address, or in a network that
    /// `MATINEE_LIVE_ALLOW` names, and so has all that a playlist names.
    #[schema(max_length = 2048)]
    url: String,
}

/// Pull a stream from another server
///
/// In the place of the source before. It is pulled once it is started; one
/// that is being pulled is pulled from there at once.
#[utoipa::path(put, path = "/api/streams/{id}/source", tag = "live", params(("id" = String, Path)),
    request_body = SourceForm,
    responses((status = 200, body = SourceView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn put(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
    Body(form): Body<SourceForm>,
) -> ProblemResult<Json<SourceView>> {
    let stream = own(&state, &acting.caller, &id).await?;
    let source = state.pull.set(&id, &form.url).await?;
    note(
        &acting,
        &stream,
        "source.set",
        json!({ "url": source.shown }),
    )
    .await?;
    Ok(Json(SourceView::new(&state, source)))
}

/// Pull a stream from another server no more
#[utoipa::path(delete, path = "/api/streams/{id}/source", tag = "live", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    let stream = own(&state, &acting.caller, &id).await?;
    state.pull.delete(&id).await?;
    note(&acting, &stream, "source.delete", json!({})).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_active(
    state: &AppState,
    acting: &Acting,
    id: &str,
    active: bool,
) -> ProblemResult<Json<SourceView>> {
    let stream = own(state, &acting.caller, id).await?;
    let source = state.pull.set_active(id, active).await?;
    let act = if active {
        "source.start"
    } else {
        "source.stop"
    };
    note(acting, &stream, act, json!({ "url": source.shown })).await?;
    Ok(Json(SourceView::new(state, source)))
}

/// Begin to pull a stream
///
/// From now on, also after a restart, until it is stopped: what is lost is
/// reached again. One that has failed is tried again.
#[utoipa::path(post, path = "/api/streams/{id}/source/start", tag = "live", params(("id" = String, Path)),
    responses((status = 200, body = SourceView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn start(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<Json<SourceView>> {
    set_active(&state, &acting, &id, true).await
}

/// Stop pulling a stream
///
/// Its broadcast ends.
#[utoipa::path(post, path = "/api/streams/{id}/source/stop", tag = "live", params(("id" = String, Path)),
    responses((status = 200, body = SourceView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn stop(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<Json<SourceView>> {
    set_active(&state, &acting, &id, false).await
}
