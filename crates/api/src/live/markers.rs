//! `/api/streams/{id}/markers`: moments of a broadcast, and the chapters of its recording.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use matinee_engines::time::now_micros;
use matinee_identity::access::Action;
use matinee_live::LiveError;
use matinee_live::markers::Marker;
use matinee_live::streams::Stream;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::streams::note;
use super::who::{known, moderator};
use crate::http::extract::PathIds;
use crate::{Acting, AppState, Body, Caller, PathId, Problem, ProblemResult};

/// A moment of a broadcast.
#[derive(Debug, Serialize, ToSchema)]
pub struct MarkerView {
    /// `marker_…`
    id: String,
    /// `stream_…`
    stream_id: String,
    /// In milliseconds since the stream's `started_at`.
    at_ms: i64,
    /// What it is called, as plain text.
    title: Option<String>,
}

impl MarkerView {
    fn new(stream: &Stream, row: Marker) -> Self {
        Self {
            at_ms: (row.at - stream.started_at.unwrap_or(row.at)) / 1000,
            id: row.id,
            stream_id: row.stream_id,
            title: row.title,
        }
    }
}

/// List the markers of a broadcast
///
/// Those of the broadcast that goes on, or of the last one, in order. For those
/// who look after the stream.
#[utoipa::path(get, path = "/api/streams/{id}/markers", tag = "live", params(("id" = String, Path)),
    responses((status = 200, body = Vec<MarkerView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<MarkerView>>> {
    let stream = known(&state, &caller, &id, Action::Watch).await?;
    moderator(&caller, &stream)?;
    let rows = state.live.markers.list(&stream).await?;
    let views = rows.into_iter().map(|row| MarkerView::new(&stream, row));
    Ok(Json(views.collect()))
}

/// A moment that somebody wants to find again.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MarkerForm {
    /// What it is called: up to 100 characters.
    #[schema(max_length = 100)]
    title: Option<String>,
    /// In milliseconds since the stream's `started_at`; now, if nothing is said.
    #[schema(minimum = 0)]
    at_ms: Option<i64>,
}

/// Mark a moment of a broadcast
///
/// While it goes on; at most 499. The recording has a chapter from there on.
/// For those who look after the stream.
#[utoipa::path(post, path = "/api/streams/{id}/markers", tag = "live", params(("id" = String, Path)),
    request_body = MarkerForm,
    responses((status = 201, body = MarkerView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "It has as many markers as it may"),
        (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
    Body(form): Body<MarkerForm>,
) -> ProblemResult<(StatusCode, Json<MarkerView>)> {
    let stream = known(&state, &acting.caller, &id, Action::Watch).await?;
    moderator(&acting.caller, &stream)?;
    if state.broadcasts.get(&id).is_none() {
        return Err(LiveError::NotOnAir.into());
    }
    let began_at = stream.started_at.ok_or(LiveError::NotOnAir)?;
    let at = match form.at_ms {
        Some(ms) if ms < 0 => return Err(Problem::field("at_ms", "must not be negative")),
        Some(ms) => began_at.saturating_add(ms.saturating_mul(1000)),
        None => now_micros(),
    };
    let title = form.title.as_deref();
    let row = state.live.markers.set(&stream, at, title).await?;
    let detail = json!({ "marker": row.id });
    note(&acting, &stream, "stream.marker", detail).await?;
    Ok((StatusCode::CREATED, Json(MarkerView::new(&stream, row))))
}

/// Take a marker away
///
/// For those who look after the stream. Chapters that a recording has already
/// stay.
#[utoipa::path(delete, path = "/api/streams/{id}/markers/{marker_id}", tag = "live",
    params(("id" = String, Path), ("marker_id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    acting: Acting,
    PathIds(id, marker): PathIds,
) -> ProblemResult<StatusCode> {
    let stream = known(&state, &acting.caller, &id, Action::Watch).await?;
    moderator(&acting.caller, &stream)?;
    state.live.markers.delete(&id, &marker).await?;
    let detail = json!({ "marker": marker });
    note(&acting, &stream, "stream.marker_delete", detail).await?;
    Ok(StatusCode::NO_CONTENT)
}
