//! `/api/videos/{id}/chapters`: named stretches, edited by hand.

use axum::Json;
use axum::extract::State;
use matinee_catalog::Video;
use matinee_catalog::community::NewChapter;
use matinee_identity::access::Action;
use serde::Deserialize;
use utoipa::ToSchema;

use super::person::permitted;
use crate::videos::view::ChapterView;
use crate::{AppState, Body, Caller, PathId, Problem, ProblemResult};

fn views(video: Video) -> Json<Vec<ChapterView>> {
    let chapters = video.chapters.0.into_iter();
    Json(
        chapters
            .map(|c| ChapterView {
                start_ms: c.start_ms,
                end_ms: c.end_ms,
                title: c.title,
            })
            .collect(),
    )
}

/// List the chapters of a video
///
/// Players get them as WebVTT from `/media/{id}/chapters.vtt`.
#[utoipa::path(get, path = "/api/videos/{id}/chapters", tag = "community", params(("id" = String, Path)),
    responses((status = 200, body = Vec<ChapterView>), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<ChapterView>>> {
    Ok(views(permitted(&state, &caller, &id, Action::Watch).await?))
}

/// A chapter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChapterForm {
    /// In milliseconds from the beginning.
    start_ms: i64,
    /// In milliseconds; where the next one begins, or the film ends, unless given.
    #[serde(default)]
    end_ms: Option<i64>,
    /// Up to 255 characters.
    #[serde(default)]
    title: String,
}

/// All chapters: the list itself, or under a name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum ChaptersForm {
    /// The list.
    List(Vec<ChapterForm>),
    /// The list under a name.
    Named {
        /// The list.
        chapters: Vec<ChapterForm>,
    },
}

/// Set the chapters of a video
///
/// In order, not overlapping, within the film. They stay as they are when the
/// upload is processed again.
#[utoipa::path(put, path = "/api/videos/{id}/chapters", tag = "community", params(("id" = String, Path)),
    request_body = ChaptersForm,
    responses((status = 200, body = Vec<ChapterView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn put(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
    Body(form): Body<ChaptersForm>,
) -> ProblemResult<Json<Vec<ChapterView>>> {
    permitted(&state, &caller, &id, Action::Edit).await?;
    let (ChaptersForm::List(list) | ChaptersForm::Named { chapters: list }) = form;
    let chapters = list
        .into_iter()
        .map(|c| NewChapter {
            start_ms: c.start_ms,
            end_ms: c.end_ms,
            title: c.title,
        })
        .collect();
    Ok(views(state.community.set_chapters(&id, chapters).await?))
}

/// Put the chapters of the file back
#[utoipa::path(delete, path = "/api/videos/{id}/chapters", tag = "community", params(("id" = String, Path)),
    responses((status = 200, body = Vec<ChapterView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn reset(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<ChapterView>>> {
    permitted(&state, &caller, &id, Action::Edit).await?;
    Ok(views(state.community.reset_chapters(&id).await?))
}
