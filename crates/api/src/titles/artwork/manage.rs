//! Adding, choosing and removing pictures.

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts as _, Multipart, Request};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{StatusCode, header};
use matinee_catalog::{Collection, Person, Show, Subject};
use matinee_identity::access::Action;
use matinee_ingest::artwork::NewArtwork;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{ArtworkView, BODY_MAX};
use crate::titles::titled::{Titled, Visit};
use crate::videos::visible;
use crate::{AppState, Body, Params, PathId, Problem, ProblemResult};

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

/// Refuses unless the visitor may do this with what pictures are of.
async fn require(visit: &Visit, subject: Subject, id: &str, action: Action) -> ProblemResult<()> {
    async fn title<T: Titled>(visit: &Visit, id: &str, action: Action) -> ProblemResult<()> {
        match action {
            Action::Edit => visit.own::<T>(id).await.map(drop),
            _ => visit.seen::<T>(id).await.map(drop),
        }
    }
    match subject {
        Subject::Video => visible(&visit.state, &visit.caller, id, action)
            .await
            .map(drop),
        Subject::Show => title::<Show>(visit, id, action).await,
        Subject::Person => title::<Person>(visit, id, action).await,
        Subject::Collection => title::<Collection>(visit, id, action).await,
    }
}

async fn list(visit: Visit, subject: Subject, id: String) -> ProblemResult<Json<Vec<ArtworkView>>> {
    require(&visit, subject, &id, Action::Watch).await?;
    let all = visit.state.catalog.artwork_of(subject, &id).await?;
    let views = all.iter().map(|one| ArtworkView::new(one, &visit.origin));
    Ok(Json(views.collect()))
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

/// A picture that somebody sends.
pub(super) struct Sent {
    visit: Visit,
    id: String,
    params: ArtworkParams,
    /// Not read yet.
    request: Request,
}

impl FromRequest<AppState> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, state).await?;
        let PathId(id) = PathId::from_request_parts(&mut parts, state).await?;
        let Params(params) = Params::from_request_parts(&mut parts, state).await?;
        Ok(Self {
            visit,
            id,
            params,
            request: Request::from_parts(parts, body),
        })
    }
}

async fn add(subject: Subject, sent: Sent) -> ProblemResult<Response> {
    let Sent {
        visit,
        id,
        params,
        request,
    } = sent;
    require(&visit, subject, &id, Action::Edit).await?;
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
    let picture = visit.state.artworks.keep(new, bytes).await?;
    Ok((
        StatusCode::CREATED,
        Json(ArtworkView::new(&picture, &visit.origin)),
    )
        .into_response())
}

/// List the pictures of a video: those that are shown first of each kind
#[utoipa::path(get, path = "/api/videos/{id}/artwork", tag = "titles", params(("id" = String, Path)),
    responses((status = 200, body = Vec<ArtworkView>), (status = 404, body = Problem)))]
pub(super) async fn of_video(
    visit: Visit,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<ArtworkView>>> {
    list(visit, Subject::Video, id).await
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
pub(super) async fn add_to_video(sent: Sent) -> ProblemResult<Response> {
    add(Subject::Video, sent).await
}

/// List the pictures of a show, its seasons' included
#[utoipa::path(get, path = "/api/shows/{id}/artwork", tag = "titles", params(("id" = String, Path)),
    responses((status = 200, body = Vec<ArtworkView>), (status = 404, body = Problem)))]
pub(super) async fn of_show(
    visit: Visit,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<ArtworkView>>> {
    list(visit, Subject::Show, id).await
}

/// Add a picture to a show or one of its seasons
#[utoipa::path(post, path = "/api/shows/{id}/artwork", tag = "titles",
    params(("id" = String, Path), ArtworkParams),
    request_body(content = ArtworkForm, content_type = "multipart/form-data"),
    responses((status = 201, body = ArtworkView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn add_to_show(sent: Sent) -> ProblemResult<Response> {
    add(Subject::Show, sent).await
}

/// List the pictures of a person
#[utoipa::path(get, path = "/api/people/{id}/artwork", tag = "titles", params(("id" = String, Path)),
    responses((status = 200, body = Vec<ArtworkView>), (status = 404, body = Problem)))]
pub(super) async fn of_person(
    visit: Visit,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<ArtworkView>>> {
    list(visit, Subject::Person, id).await
}

/// Add a picture to a person
#[utoipa::path(post, path = "/api/people/{id}/artwork", tag = "titles",
    params(("id" = String, Path), ArtworkParams),
    request_body(content = ArtworkForm, content_type = "multipart/form-data"),
    responses((status = 201, body = ArtworkView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn add_to_person(sent: Sent) -> ProblemResult<Response> {
    add(Subject::Person, sent).await
}

/// List the pictures of a collection
#[utoipa::path(get, path = "/api/collections/{id}/artwork", tag = "titles", params(("id" = String, Path)),
    responses((status = 200, body = Vec<ArtworkView>), (status = 404, body = Problem)))]
pub(super) async fn of_collection(
    visit: Visit,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<ArtworkView>>> {
    list(visit, Subject::Collection, id).await
}

/// Add a picture to a collection
#[utoipa::path(post, path = "/api/collections/{id}/artwork", tag = "titles",
    params(("id" = String, Path), ArtworkParams),
    request_body(content = ArtworkForm, content_type = "multipart/form-data"),
    responses((status = 201, body = ArtworkView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn add_to_collection(sent: Sent) -> ProblemResult<Response> {
    add(Subject::Collection, sent).await
}

/// Refuses unless the visitor may change what a picture is of.
async fn require_owner(visit: &Visit, id: &str) -> ProblemResult<()> {
    let picture = visit.state.catalog.artwork(id).await?;
    let Some(subject) = picture.subject() else {
        return Err(Problem::not_found("There is nothing under this address."));
    };
    require(visit, subject, &picture.subject_id, Action::Edit).await
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
pub(super) async fn change(
    visit: Visit,
    PathId(id): PathId,
    Body(choice): Body<ArtworkChoice>,
) -> ProblemResult<Json<ArtworkView>> {
    require_owner(&visit, &id).await?;
    if !choice.is_primary {
        return Err(Problem::field(
            "is_primary",
            "must be true: choose another one instead",
        ));
    }
    let picture = visit.state.catalog.choose_artwork(&id).await?;
    Ok(Json(ArtworkView::new(&picture, &visit.origin)))
}

/// Remove a picture and all its sizes
#[utoipa::path(delete, path = "/api/artwork/{id}", tag = "titles", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(visit: Visit, PathId(id): PathId) -> ProblemResult<StatusCode> {
    require_owner(&visit, &id).await?;
    visit.state.artworks.remove(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}
