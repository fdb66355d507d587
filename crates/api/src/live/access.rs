//! `/api/streams/{id}/access` and `/api/streams/{id}/unlock`.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use matinee_identity::access::Action;
use matinee_live::streams::Stream;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::streams::note;
use super::who::{known, own};
use crate::access::video::{AccessChange, AccessView, UnlockRequest, locked, opened, read};
use crate::{Acting, AppState, Body, Caller, ClientAddr, PathId, Problem, ProblemResult};

fn view(stream: &Stream) -> AccessView {
    let has_password = stream.access_password_hash.is_some();
    AccessView::new(stream.access(), has_password, stream.rating_level)
}

/// See whom a stream is open to
#[utoipa::path(get, path = "/api/streams/{id}/access", tag = "live", params(("id" = String, Path)),
    responses((status = 200, body = AccessView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<AccessView>> {
    let stream = known(&state, &caller, &id, Action::Edit).await?;
    Ok(Json(view(&stream)))
}

/// Choose whom a stream is open to
#[utoipa::path(put, path = "/api/streams/{id}/access", tag = "live", params(("id" = String, Path)),
    request_body = AccessChange,
    responses((status = 200, body = AccessView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn put(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
    Body(change): Body<AccessChange>,
) -> ProblemResult<Json<AccessView>> {
    let before = own(&state, &acting.caller, &id).await?;
    let access = read(&state, change).await?;
    let stream = state.live.streams.set_access(&id, access).await?;
    let detail = json!({ "visibility": stream.visibility.as_str() });
    note(&acting, &before, "stream.access", detail).await?;
    Ok(Json(view(&stream)))
}

/// That a stream is open.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreamUnlocked {
    /// `stream_…`
    pub stream_id: String,
    /// What a program sends as `Matinee-Unlock: {stream_id}={proof}`; browsers
    /// keep it in a cookie.
    pub proof: String,
    /// Until when it is good (RFC 3339).
    pub expires_at: String,
}

/// Open a stream by its password
///
/// It then stays open to this browser for twelve hours, or until the password
/// is changed. Guessing is slowed down.
#[utoipa::path(post, path = "/api/streams/{id}/unlock", tag = "live", params(("id" = String, Path)),
    request_body = UnlockRequest,
    responses((status = 200, body = StreamUnlocked), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn unlock(
    State(state): State<AppState>,
    caller: Caller,
    ClientAddr(from): ClientAddr,
    PathId(id): PathId,
    Body(request): Body<UnlockRequest>,
) -> ProblemResult<Response> {
    let stream = state.live.streams.get(&id).await?;
    let hash = locked(
        &caller,
        &stream.resource(),
        stream.access_password_hash.as_deref(),
    )?;
    opened(&state, &id, hash, request, &from, |proof, expires_at| {
        StreamUnlocked {
            stream_id: id.clone(),
            proof,
            expires_at,
        }
    })
    .await
}
