//! `/api/videos/{id}`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use matinee_catalog::{Details, DetailsPatch, NewVideo, Video};
use matinee_identity::access::Action;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::VideoView;
use crate::http::acts::Act;
use crate::http::edition::{Etag, IfMatch};
use crate::{AppState, Body, Caller, PathId, Problem, ProblemResult, PublicOrigin};

/// The video as the caller may see it.
pub(crate) async fn visible(
    state: &AppState,
    caller: &Caller,
    id: &str,
    action: Action,
) -> ProblemResult<Video> {
    let video = state.catalog.get(id).await?;
    caller.require_for(&video, action)?;
    Ok(video)
}

/// Refuses to hang something onto a video that the caller may not change: what
/// stands on its page is for those who look after it to say. Of what they do
/// not see they learn nothing.
pub(crate) async fn may_hang_onto(
    state: &AppState,
    caller: &Caller,
    extra_of: Option<&str>,
) -> ProblemResult<()> {
    let Some(id) = extra_of.filter(|id| !id.trim().is_empty()) else {
        return Ok(());
    };
    let found = state.catalog.find_many(&[id.to_owned()]).await?;
    let reason = match found.get(id) {
        Some(video) if caller.may(video, Action::Edit) => return Ok(()),
        Some(video) if caller.may(video, Action::Watch) => "must be a video that you may change",
        _ => "must be the id of a video",
    };
    Err(Problem::field("extra_of", reason))
}

/// The view of a video, with all its parts.
pub(crate) async fn view(
    state: &AppState,
    video: Video,
    origin: &PublicOrigin,
) -> ProblemResult<VideoView> {
    let parts = state.catalog.parts(&video.id).await?;
    Ok(VideoView::new(video, &parts, origin))
}

/// Get a video
///
/// The `ETag` names the last edit; send it as `If-Match` with a change.
#[utoipa::path(get, path = "/api/videos/{id}", tag = "videos", params(("id" = String, Path)),
    responses((status = 200, body = VideoView, headers(("etag" = String))), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
) -> ProblemResult<(Etag, Json<VideoView>)> {
    let video = visible(&state, &caller, &id, Action::Watch).await?;
    Ok((
        Etag(video.revision),
        Json(view(&state, video, &origin).await?),
    ))
}

/// A change of a video: an absent field stays, `null` clears it.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "describes DetailsPatch, whose crate knows no OpenAPI"
)]
pub struct VideoPatch {
    title: Option<String>,
    description: Option<String>,
    uploader_id: Option<String>,
    category: Option<String>,
    tags: Option<Vec<String>>,
    is_public: Option<bool>,
    content_type: Option<String>,
    show_title: Option<String>,
    season_number: Option<i32>,
    episode_number: Option<i32>,
    episode_number_end: Option<i32>,
    genre: Option<String>,
    release_year: Option<i32>,
    rating: Option<String>,
    sort_title: Option<String>,
    original_title: Option<String>,
    tagline: Option<String>,
    release_date: Option<String>,
    studio: Option<String>,
    languages: Option<Vec<String>>,
    genres: Option<Vec<String>>,
    show_id: Option<String>,
    extra_of: Option<String>,
    extra_kind: Option<String>,
    external_ids: Option<BTreeMap<String, Option<String>>>,
}

/// Change a video
///
/// Kept as a revision. With `If-Match`, it is refused (412) if somebody else has
/// edited the video since.
#[utoipa::path(patch, path = "/api/videos/{id}", tag = "videos",
    params(("id" = String, Path), ("if-match" = Option<String>, Header)),
    request_body = VideoPatch,
    responses((status = 200, body = VideoView, headers(("etag" = String))), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn patch(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    seen: IfMatch,
    PathId(id): PathId,
    Body(change): Body<DetailsPatch>,
) -> ProblemResult<(Etag, Json<VideoView>)> {
    let before = visible(&state, &caller, &id, Action::Edit).await?;
    let onto = change.extra_of.as_ref().and_then(Option::as_deref);
    if onto != before.extra_of.as_deref() {
        may_hang_onto(&state, &caller, onto).await?;
    }
    let edit = seen.edit(&caller);
    let video = state.catalog.edit(&id, change, &edit).await?;
    Ok((
        Etag(video.revision),
        Json(view(&state, video, &origin).await?),
    ))
}

/// Delete a video, and free every byte of it
#[utoipa::path(delete, path = "/api/videos/{id}", tag = "videos", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    act: Act,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    let video = visible(&state, &caller, &id, Action::Edit).await?;
    act.tell("title", video.title);
    state.ingest.delete(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A video that lies elsewhere.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalVideo {
    /// An `https://` address that a browser plays.
    #[serde(default)]
    video_url: Option<String>,
    /// An `https://` address of an HLS playlist.
    #[serde(default)]
    hls_url: Option<String>,
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    uploader_id: Option<String>,
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default = "yes")]
    is_public: bool,
    #[serde(default)]
    content_type: Option<String>,
    #[serde(default)]
    show_title: Option<String>,
    #[serde(default)]
    season_number: Option<i32>,
    #[serde(default)]
    episode_number: Option<i32>,
    /// The last episode, of a file that holds several.
    #[serde(default)]
    episode_number_end: Option<i32>,
    #[serde(default)]
    genre: Option<String>,
    #[serde(default)]
    release_year: Option<i32>,
    #[serde(default)]
    rating: Option<String>,
    #[serde(default)]
    sort_title: Option<String>,
    #[serde(default)]
    original_title: Option<String>,
    #[serde(default)]
    tagline: Option<String>,
    /// A day, as `2008-04-10`.
    #[serde(default)]
    release_date: Option<String>,
    #[serde(default)]
    studio: Option<String>,
    /// BCP 47.
    #[serde(default)]
    languages: Vec<String>,
    /// All genres; `genre` is the first of them.
    #[serde(default)]
    genres: Vec<String>,
    /// The show that it is an episode of; or `show_title`, which finds or makes one.
    #[serde(default)]
    show_id: Option<String>,
    /// The video that it is an extra of.
    #[serde(default)]
    extra_of: Option<String>,
    /// `trailer`, `behind_the_scenes`, …
    #[serde(default)]
    extra_kind: Option<String>,
    /// Its names in other databases, such as `tmdb`.
    #[serde(default)]
    external_ids: BTreeMap<String, String>,
}

fn yes() -> bool {
    true
}

/// Add a video that lies elsewhere
#[utoipa::path(post, path = "/api/videos", tag = "videos", request_body = ExternalVideo,
    responses((status = 201, body = VideoView), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    Body(new): Body<ExternalVideo>,
) -> ProblemResult<Response> {
    caller.require(Action::Upload)?;
    if new.video_url.is_none() && new.hls_url.is_none() {
        return Err(Problem::field("video_url", "or hls_url must be given"));
    }
    may_hang_onto(&state, &caller, new.extra_of.as_deref()).await?;
    let new = NewVideo {
        external_video_url: web_address("video_url", new.video_url)?,
        external_hls_url: web_address("hls_url", new.hls_url)?,
        owner: caller.0.user().map(|user| user.id.to_string()),
        details: Details {
            title: new.title,
            description: new.description,
            uploader_id: new.uploader_id,
            category: new.category,
            tags: new.tags,
            is_public: new.is_public,
            content_type: new.content_type,
            show_title: new.show_title,
            season_number: new.season_number,
            episode_number: new.episode_number,
            episode_number_end: new.episode_number_end,
            genre: new.genre,
            release_year: new.release_year,
            rating: new.rating,
            sort_title: new.sort_title,
            original_title: new.original_title,
            tagline: new.tagline,
            release_date: new.release_date,
            studio: new.studio,
            languages: new.languages,
            genres: new.genres,
            show_id: new.show_id,
            extra_of: new.extra_of,
            extra_kind: new.extra_kind,
            external_ids: new.external_ids,
        },
        ..NewVideo::default()
    };
    let video = state.catalog.create(new).await?;
    let place = [(header::LOCATION, format!("/api/videos/{}", video.id))];
    let body = view(&state, video, &origin).await?;
    Ok((StatusCode::CREATED, place, Json(body)).into_response())
}

/// An address that a browser may be sent to.
fn web_address(field: &str, text: Option<String>) -> ProblemResult<Option<String>> {
    let Some(text) = text else { return Ok(None) };
    let sound = text.len() <= 2048
        && url::Url::parse(&text).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.host().is_some()
                && url.username().is_empty()
                && url.password().is_none()
        });
    if sound {
        Ok(Some(text))
    } else {
        Err(Problem::field(
            field,
            "must be an http or https address without user name, of at most 2048 characters",
        ))
    }
}

/// Which thumbnail.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PosterChoice {
    /// The id of one of the video's thumbnails.
    thumbnail_id: String,
}

/// Make a thumbnail the poster
#[utoipa::path(post, path = "/api/videos/{id}/poster", tag = "videos", params(("id" = String, Path)),
    request_body = PosterChoice,
    responses((status = 200, body = VideoView), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn choose_poster(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
    Body(choice): Body<PosterChoice>,
) -> ProblemResult<Json<VideoView>> {
    let video = visible(&state, &caller, &id, Action::Edit).await?;
    match state.catalog.choose_poster(&id, &choice.thumbnail_id).await {
        Ok(_) => Ok(Json(view(&state, video, &origin).await?)),
        Err(matinee_catalog::CatalogError::NotFound { what: "image", .. }) => Err(Problem::field(
            "thumbnail_id",
            "must be one of this video's thumbnails",
        )),
        Err(other) => Err(other.into()),
    }
}
