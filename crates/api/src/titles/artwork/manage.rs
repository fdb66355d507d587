//! Adding, choosing and removing pictures.

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{FromRequest as _, Multipart, Request, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{StatusCode, header};
use matinee_catalog::Subject;
use matinee_identity::access::Action;
use matinee_ingest::artwork::NewArtwork;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{ArtworkView, BODY_MAX};
use crate::titles::sight;
use crate::videos::visible;
use crate::{AppState, Body, Caller, Params, PathId, Problem, ProblemResult, PublicOrigin};

/// What a picture is for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ArtworkParams {
    /// `poster`, `backdrop`, `logo`, `banner`, `still`; of a person `avatar`.
    kind: Option<String>,
    /// Of which season of a show.
    season_number: Option<i32>,
    /// The language of the words on it (BCP 47).
    language: Option<String>,
    /// Whether it is to be the one of its kind that is shown; true unless given.
    primary: Option<bool>,
}

/// A picture in a form. The same fields may stand in the query instead, and the
/// picture alone in the body.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the form, which is read field by field")]
pub struct ArtworkForm {
    /// JPEG, PNG or WebP, up to 20 MiB.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
    /// `poster`, `backdrop`, `logo`, `banner`, `still`; of a person `avatar`.
    kind: Option<String>,
    /// Of which season of a show.
    season_number: Option<i32>,
    /// The language of the words on it.
    language: Option<String>,
    /// Whether it is to be the one that is shown.
    primary: Option<bool>,
}

async fn list(
    state: &AppState,
    origin: &PublicOrigin,
    subject: Subject,
    id: &str,
) -> ProblemResult<Json<Vec<ArtworkView>>> {
    let all = state.catalog.artwork_of(subject, id).await?;
    Ok(Json(
        all.iter()
            .map(|one| ArtworkView::new(one, origin))
            .collect(),
    ))
}

/// The picture's bytes, and what the request says of it.
async fn read(
    request: Request,
    mut params: ArtworkParams,
) -> ProblemResult<(Bytes, ArtworkParams)> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        let body = to_bytes(request.into_body(), BODY_MAX).await;
        let bytes = body.map_err(|_| matinee_ingest::artwork::ArtworkError::TooLarge)?;
        return Ok((bytes, params));
    }
    let broken = |error: axum::extract::multipart::MultipartError| {
        Problem::new(error.status(), error.body_text())
    };
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|error| Problem::new(error.status(), error.body_text()))?;
    let mut file = None;
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            file = Some(field.bytes().await.map_err(broken)?);
            continue;
        }
        let text = field.text().await.map_err(broken)?;
        let wrong = |reason| Problem::field(name.clone(), reason);
        match name.as_str() {
            "kind" => params.kind = Some(text),
            "language" => params.language = Some(text).filter(|text| !text.is_empty()),
            "season_number" => {
                let number = text.parse().map_err(|_| wrong("must be a whole number"))?;
                params.season_number = Some(number);
            }
            "primary" => {
                params.primary = Some(text.parse().map_err(|_| wrong("must be true or false"))?);
            }
            _ => {}
        }
    }
    let file = file.ok_or_else(|| Problem::field("file", "must be given"))?;
    Ok((file, params))
}

async fn add(
    state: &AppState,
    origin: &PublicOrigin,
    (subject, id): (Subject, String),
    params: ArtworkParams,
    request: Request,
) -> ProblemResult<Response> {
    let (bytes, params) = read(request, params).await?;
    if bytes.is_empty() {
        return Err(Problem::field("file", "must be given"));
    }
    if let Some(language) = &params.language {
        let sound = language.len() <= 35
            && language
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !sound {
            return Err(Problem::field(
                "language",
                "must be a language tag such as en",
            ));
        }
    }
    let season = params.season_number;
    if season.is_some_and(|n| !matinee_catalog::limits::SEASONS.contains(&n)) {
        return Err(Problem::field("season_number", "must be from 0 to 10000"));
    }
    let new = NewArtwork {
        subject,
        subject_id: id,
        season_number: season.filter(|_| subject == Subject::Show),
        kind: params.kind.unwrap_or_else(|| match subject {
            Subject::Person => "avatar".to_owned(),
            _ => "poster".to_owned(),
        }),
        is_primary: params.primary.unwrap_or(true),
        language: params.language,
        origin: "upload".to_owned(),
    };
    let picture = state.artworks.keep(new, bytes).await?;
    Ok((
        StatusCode::CREATED,
        Json(ArtworkView::new(&picture, origin)),
    )
        .into_response())
}

/// List the pictures of a video: those that are shown first of each kind
#[utoipa::path(get, path = "/api/videos/{id}/artwork", tag = "titles", params(("id" = String, Path)),
    responses((status = 200, body = Vec<ArtworkView>), (status = 404, body = Problem)))]
pub(crate) async fn of_video(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<ArtworkView>>> {
    visible(&state, &caller, &id, Action::Watch).await?;
    list(&state, &origin, Subject::Video, &id).await
}

/// Add a picture to a video
///
/// The body is the picture, or a form with it.
#[utoipa::path(post, path = "/api/videos/{id}/artwork", tag = "titles",
    params(("id" = String, Path), ArtworkParams),
    request_body(content = ArtworkForm, content_type = "multipart/form-data"),
    responses((status = 201, body = ArtworkView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
pub(crate) async fn add_to_video(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
    Params(params): Params<ArtworkParams>,
    request: Request,
) -> ProblemResult<Response> {
    visible(&state, &caller, &id, Action::Edit).await?;
    add(&state, &origin, (Subject::Video, id), params, request).await
}

/// List the pictures of a show, its seasons' included
#[utoipa::path(get, path = "/api/shows/{id}/artwork", tag = "titles", params(("id" = String, Path)),
    responses((status = 200, body = Vec<ArtworkView>), (status = 404, body = Problem)))]
pub(crate) async fn of_show(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<ArtworkView>>> {
    sight::show(&state, &caller, &id).await?;
    list(&state, &origin, Subject::Show, &id).await
}

/// Add a picture to a show or one of its seasons
#[utoipa::path(post, path = "/api/shows/{id}/artwork", tag = "titles",
    params(("id" = String, Path), ArtworkParams),
    request_body(content = ArtworkForm, content_type = "multipart/form-data"),
    responses((status = 201, body = ArtworkView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
pub(crate) async fn add_to_show(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
    Params(params): Params<ArtworkParams>,
    request: Request,
) -> ProblemResult<Response> {
    sight::own_show(&state, &caller, &id).await?;
    add(&state, &origin, (Subject::Show, id), params, request).await
}

/// List the pictures of a person
#[utoipa::path(get, path = "/api/people/{id}/artwork", tag = "titles", params(("id" = String, Path)),
    responses((status = 200, body = Vec<ArtworkView>), (status = 404, body = Problem)))]
pub(crate) async fn of_person(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<ArtworkView>>> {
    sight::person(&state, &caller, &id).await?;
    list(&state, &origin, Subject::Person, &id).await
}

/// Add a picture to a person
#[utoipa::path(post, path = "/api/people/{id}/artwork", tag = "titles",
    params(("id" = String, Path), ArtworkParams),
    request_body(content = ArtworkForm, content_type = "multipart/form-data"),
    responses((status = 201, body = ArtworkView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
pub(crate) async fn add_to_person(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
    Params(params): Params<ArtworkParams>,
    request: Request,
) -> ProblemResult<Response> {
    sight::own_person(&state, &caller, &id).await?;
    add(&state, &origin, (Subject::Person, id), params, request).await
}

/// List the pictures of a collection
#[utoipa::path(get, path = "/api/collections/{id}/artwork", tag = "titles", params(("id" = String, Path)),
    responses((status = 200, body = Vec<ArtworkView>), (status = 404, body = Problem)))]
pub(crate) async fn of_collection(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<ArtworkView>>> {
    sight::collection(&state, &caller, &id).await?;
    list(&state, &origin, Subject::Collection, &id).await
}

/// Add a picture to a collection
#[utoipa::path(post, path = "/api/collections/{id}/artwork", tag = "titles",
    params(("id" = String, Path), ArtworkParams),
    request_body(content = ArtworkForm, content_type = "multipart/form-data"),
    responses((status = 201, body = ArtworkView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
pub(crate) async fn add_to_collection(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
    Params(params): Params<ArtworkParams>,
    request: Request,
) -> ProblemResult<Response> {
    sight::own_collection(&state, &caller, &id).await?;
    add(&state, &origin, (Subject::Collection, id), params, request).await
}

/// Refuses unless the caller may change what a picture is of.
async fn require_owner(state: &AppState, caller: &Caller, id: &str) -> ProblemResult<()> {
    let picture = state.catalog.artwork(id).await?;
    let of = &picture.subject_id;
    match picture.subject() {
        Some(Subject::Video) => visible(state, caller, of, Action::Edit).await.map(drop),
        Some(Subject::Show) => sight::own_show(state, caller, of).await.map(drop),
        Some(Subject::Person) => sight::own_person(state, caller, of).await.map(drop),
        Some(Subject::Collection) => sight::own_collection(state, caller, of).await.map(drop),
        None => Err(Problem::not_found("There is nothing under this address.")),
    }
}

/// Which picture is shown.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArtworkChoice {
    /// `true`: show this one of its kind.
    is_primary: bool,
}

/// Make a picture the one of its kind that is shown
#[utoipa::path(patch, path = "/api/artwork/{id}", tag = "titles", params(("id" = String, Path)),
    request_body = ArtworkChoice,
    responses((status = 200, body = ArtworkView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn change(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
    Body(choice): Body<ArtworkChoice>,
) -> ProblemResult<Json<ArtworkView>> {
    require_owner(&state, &caller, &id).await?;
    if !choice.is_primary {
        return Err(Problem::field(
            "is_primary",
            "must be true: choose another one instead",
        ));
    }
    let picture = state.catalog.choose_artwork(&id).await?;
    Ok(Json(ArtworkView::new(&picture, &origin)))
}

/// Remove a picture and all its sizes
#[utoipa::path(delete, path = "/api/artwork/{id}", tag = "titles", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    require_owner(&state, &caller, &id).await?;
    state.artworks.remove(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}
