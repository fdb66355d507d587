//! `POST /api/videos/import-url`: a video that we download ourselves.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::fields::Fields;
use super::said::saying;
use super::uploader;
use crate::access::make_room;
use crate::videos::view::VideoView;
use crate::{AppState, Caller, Problem, ProblemResult, PublicOrigin};

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(import))
}

saying! {
    /// Where a video is, and what is said about it.
    pub struct ImportRequest {
        /// An `http://` or `https://` address on the public internet.
        url: String,
        ..
        /// Free words.
        tags: Option<Vec<String>>,
    }
}

/// Upload a video by its address
///
/// Answers at once; the download is the first step of the video's processing.
#[utoipa::path(post, path = "/api/videos/import-url", tag = "uploads",
    request_body = ImportRequest,
    responses((status = 202, body = VideoView), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
async fn import(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    fields: Fields,
) -> ProblemResult<Response> {
    let who = uploader(&caller)?;
    make_room(&state, &caller, None).await?;
    let url = fields.required(&["url"])?;
    let video = state.uploads.import(&who, &url, fields.metadata()?).await?;
    let place = [(header::LOCATION, format!("/api/videos/{}", video.id))];
    let body = crate::videos::view_of(&state, video, &origin).await?;
    Ok((StatusCode::ACCEPTED, place, Json(body)).into_response())
}
