//! `POST /api/videos/import-url`: a video that we download ourselves.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::fields::Fields;
use super::uploader;
use crate::access::make_room;
use crate::videos::view::VideoView;
use crate::{AppState, Caller, Problem, ProblemResult, PublicOrigin};

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(import))
}

/// Where a video is, and what is said about it.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the fields, which are read one by one")]
pub struct ImportRequest {
    /// An `http://` or `https://` address on the public internet.
    url: String,
    /// The file's name without extension if it is left out.
    title: Option<String>,
    /// Plain text.
    description: Option<String>,
    /// Who uploads, as the client wishes to call them.
    uploader_id: Option<String>,
    /// Such as `Entertainment`.
    category: Option<String>,
    /// Free words.
    tags: Option<Vec<String>>,
    /// Whether anybody may watch it; true if left out.
    is_public: Option<bool>,
    /// `movie`, `episode`, `short`, `documentary`, …
    content_type: Option<String>,
    /// The show that an episode belongs to.
    show_title: Option<String>,
    /// From 0 (specials).
    season_number: Option<i32>,
    /// From 0.
    episode_number: Option<i32>,
    /// Such as `Action`.
    genre: Option<String>,
    /// The year of the first showing.
    release_year: Option<i32>,
    /// Such as `PG-13`.
    rating: Option<String>,
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
