//! `/api/videos/{id}/breaks`: where a video may be broken.

use axum::Json;
use axum::extract::State;
use matinee_catalog::BreakMarks;
use matinee_identity::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{AppState, Body, Caller, PathId, Problem, ProblemResult};

/// Where a video may be broken, in seconds from its beginning.
#[derive(Debug, Serialize, ToSchema)]
pub struct VideoBreaks {
    /// Where somebody wants breaks. Channels whose breaks come every so often have them at the
    /// nearest of these, others at each.
    markers: Vec<f64>,
    /// Where they would disturb least: black pictures, and cuts in silence. Found when the video
    /// was processed, and used with its chapters where there are no markers.
    found: Vec<f64>,
}

impl From<BreakMarks> for VideoBreaks {
    fn from(marks: BreakMarks) -> Self {
        let seconds = |all: Vec<i64>| all.into_iter().map(|ms| ms as f64 / 1000.0).collect();
        Self {
            markers: seconds(marks.markers),
            found: seconds(marks.found),
        }
    }
}

/// Where somebody wants breaks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VideoBreaksForm {
    /// In seconds from the beginning; none leaves it to what was found, and to chapters.
    #[schema(max_items = 200)]
    markers: Vec<f64>,
}

/// Get where a video may be broken for advertisements
#[utoipa::path(get, path = "/api/videos/{id}/breaks", tag = "ads", params(("id" = String, Path)),
    responses((status = 200, body = VideoBreaks), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<VideoBreaks>> {
    let video = state.catalog.get(&id).await?;
    caller.require_for(&video, Action::Edit)?;
    Ok(Json(state.catalog.break_marks(&id).await?.into()))
}

/// Set where a video is to be broken for advertisements
#[utoipa::path(put, path = "/api/videos/{id}/breaks", tag = "ads", params(("id" = String, Path)),
    request_body = VideoBreaksForm,
    responses((status = 200, body = VideoBreaks), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn put(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
    Body(form): Body<VideoBreaksForm>,
) -> ProblemResult<Json<VideoBreaks>> {
    let video = state.catalog.get(&id).await?;
    caller.require_for(&video, Action::Edit)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a float becomes the nearest integer that there is"
    )]
    let ms = |seconds: f64| (seconds * 1000.0).round() as i64;
    let markers = form.markers.into_iter().map(ms).collect();
    let marks = state.catalog.set_break_markers(&id, markers).await?;
    Ok(Json(marks.into()))
}
