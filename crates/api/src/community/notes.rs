//! `/api/videos/{id}/notes`: what goes with a lesson.

use axum::Json;
use axum::extract::State;
use matinee_catalog::community::Notes;
use matinee_identity::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::person::{permitted, signed_in};
use crate::videos::view::rfc3339;
use crate::{AppState, Body, Caller, PathId, Problem, ProblemResult};

/// The notes of a video.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotesView {
    /// `video_…`
    pub video_id: String,
    /// Markdown, as typed; empty when there are none. It may hold HTML: show
    /// none of that as markup.
    pub body: String,
    /// `markdown`.
    pub format: &'static str,
    /// RFC 3339; null when there are none.
    pub updated_at: Option<String>,
}

impl NotesView {
    fn new(video_id: String, notes: Option<Notes>) -> Json<Self> {
        let updated_at = notes.as_ref().map(|notes| rfc3339(notes.updated_at));
        Json(Self {
            video_id,
            body: notes.map(|notes| notes.body).unwrap_or_default(),
            format: "markdown",
            updated_at,
        })
    }
}

/// Get the notes of a video
#[utoipa::path(get, path = "/api/videos/{id}/notes", tag = "community", params(("id" = String, Path)),
    responses((status = 200, body = NotesView), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<NotesView>> {
    permitted(&state, &caller, &id, Action::Watch).await?;
    let notes = state.community.notes(&id).await?;
    Ok(NotesView::new(id, notes))
}

/// Notes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotesForm {
    /// Markdown, up to 100 KiB; empty for none.
    body: String,
}

/// Set the notes of a video
#[utoipa::path(put, path = "/api/videos/{id}/notes", tag = "community", params(("id" = String, Path)),
    request_body = NotesForm,
    responses((status = 200, body = NotesView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn put(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
    Body(form): Body<NotesForm>,
) -> ProblemResult<Json<NotesView>> {
    permitted(&state, &caller, &id, Action::Edit).await?;
    let who = signed_in(&caller)?;
    let notes = state.community.set_notes(&who, &id, &form.body).await?;
    Ok(NotesView::new(id, notes))
}
