//! `/api/shows`.

use axum::Json;
use axum::response::Response;
use http::{StatusCode, Uri};
use matinee_catalog::{DetailsPatch, Edit, Show, ShowDetails, ShowFilter, ShowPatch};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::listing::PageParams;
use super::sight;
use super::titled::{Edition, Titled as _, Visit};
use super::view::{ShowView, ShowWhole};
use crate::http::edition::IfMatch;
use crate::{Body, Params, PathId, Problem, ProblemResult};

/// Episodes that are put in order at once.
const ARRANGE_MAX: usize = 500;

/// Which shows.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ShowParams {
    /// `show`, `course`, `podcast` or `other`.
    kind: Option<String>,
    /// With this among its genres, in any case.
    genre: Option<String>,
    /// Exactly this year.
    release_year: Option<i32>,
}

/// List shows
///
/// Shows with an episode that you may see, and your own.
#[utoipa::path(get, path = "/api/shows", tag = "titles", params(ShowParams, PageParams),
    responses((status = 200, body = Vec<ShowView>), (status = 422, body = Problem)))]
pub(super) async fn list(
    visit: Visit,
    uri: Uri,
    Params(params): Params<ShowParams>,
    Params(paging): Params<PageParams>,
) -> ProblemResult<Response> {
    let given = |text: Option<String>| text.filter(|t| !t.is_empty());
    let filter = ShowFilter {
        kind: given(params.kind),
        genre: given(params.genre),
        release_year: params.release_year,
    };
    let sight = visit.sight();
    let wanted = paging.wanted(&sight)?;
    visit
        .page(visit.state.catalog.list_shows(wanted, &filter).await?, &uri)
        .await
}

/// What is said about a show: an absent field stays (or gets its default),
/// `null` clears it.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "describes ShowPatch, whose crate knows no OpenAPI"
)]
pub struct ShowFields {
    /// `show`, `course`, `podcast` or `other`.
    kind: Option<String>,
    title: Option<String>,
    sort_title: Option<String>,
    original_title: Option<String>,
    tagline: Option<String>,
    overview: Option<String>,
    studio: Option<String>,
    /// As `2008-01-20`.
    release_date: Option<String>,
    release_year: Option<i32>,
    /// `planned`, `returning`, `ended`, `canceled` or `finished`.
    status: Option<String>,
    rating: Option<String>,
    /// BCP 47.
    languages: Option<Vec<String>>,
    genres: Option<Vec<String>>,
    tags: Option<Vec<String>>,
    external_ids: Option<std::collections::BTreeMap<String, Option<String>>>,
    /// What is said about seasons; those that are absent stay.
    seasons: Option<Vec<SeasonFields>>,
}

/// What is said about a season.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "describes SeasonDetails, whose crate knows no OpenAPI"
)]
pub struct SeasonFields {
    /// From 0 (specials).
    number: i32,
    title: Option<String>,
    overview: Option<String>,
    /// As `2008-01-20`.
    release_date: Option<String>,
}

/// Add a show
///
/// Uploads with a `show_title` make theirs by themselves.
#[utoipa::path(post, path = "/api/shows", tag = "titles", request_body = ShowFields,
    responses((status = 201, body = ShowWhole), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create(
    visit: Visit,
    Body(mut fields): Body<ShowPatch>,
) -> ProblemResult<Response> {
    let owner = sight::maker(&visit.caller)?;
    let details = ShowDetails {
        title: fields.title.take().unwrap_or_default(),
        ..ShowDetails::default()
    };
    let mut said = Show::said(&fields);
    said.push(("title", &details.title));
    let words = visit.judged::<Show>(&said).await?;
    let edit = Edit::by(owner.clone());
    let catalog = &visit.state.catalog;
    let show = catalog.create_show(details, owner).await?;
    // What is wrong with the rest must not leave half a show behind.
    match catalog.edit_show(&show.id, fields, &edit).await {
        Ok(show) => visit.created(show, words).await,
        Err(error) => {
            catalog.delete_show(&show.id).await?;
            Err(error.into())
        }
    }
}

/// Get a show with its seasons and episodes
#[utoipa::path(get, path = "/api/shows/{id}", tag = "titles", params(("id" = String, Path)),
    responses((status = 200, body = ShowWhole, headers(("etag" = String))), (status = 404, body = Problem)))]
pub(super) async fn get(visit: Visit, PathId(id): PathId) -> Edition<ShowWhole> {
    visit.get::<Show>(&id).await
}

/// Change a show
///
/// Kept as a revision. With `If-Match`, it is refused (412) if somebody else has
/// edited the show since.
#[utoipa::path(patch, path = "/api/shows/{id}", tag = "titles",
    params(("id" = String, Path), ("if-match" = Option<String>, Header)), request_body = ShowFields,
    responses((status = 200, body = ShowWhole, headers(("etag" = String))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn patch(
    visit: Visit,
    seen: IfMatch,
    PathId(id): PathId,
    Body(patch): Body<ShowPatch>,
) -> Edition<ShowWhole> {
    visit.patch::<Show>(&id, patch, seen).await
}

/// Delete a show
///
/// Its episodes stay, and belong to no show any more.
#[utoipa::path(delete, path = "/api/shows/{id}", tag = "titles", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(visit: Visit, PathId(id): PathId) -> ProblemResult<StatusCode> {
    visit.delete::<Show>(&id).await
}

/// An episode's place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// One of the show's episodes, or a video that is to become one.
    video_id: String,
    /// From 0 (specials); none for a show without seasons.
    #[serde(default)]
    season_number: Option<i32>,
    /// From 0.
    episode_number: i32,
}

/// Put episodes or lessons in order
///
/// Videos that are not yet part of the show join it.
#[utoipa::path(put, path = "/api/shows/{id}/episodes", tag = "titles", params(("id" = String, Path)),
    request_body = Vec<Place>,
    responses((status = 200, body = ShowWhole), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn arrange(
    visit: Visit,
    PathId(id): PathId,
    Body(places): Body<Vec<Place>>,
) -> ProblemResult<Json<ShowWhole>> {
    let show: Show = visit.own(&id).await?;
    let catalog = &visit.state.catalog;
    if places.len() > ARRANGE_MAX {
        return Err(Problem::field(
            "body",
            format!("must not be more than {ARRANGE_MAX}"),
        ));
    }
    let ids: Vec<String> = places.iter().map(|place| place.video_id.clone()).collect();
    let known = catalog.find_many(&ids).await?;
    for (n, place) in places.iter().enumerate() {
        let unknown = || Problem::field(format!("[{n}].video_id"), "must be the id of a video");
        let video = known.get(&place.video_id).ok_or_else(unknown)?;
        if !visit
            .caller
            .may(video, matinee_identity::access::Action::Edit)
        {
            return Err(unknown());
        }
    }
    let edit = IfMatch(None).edit(&visit.caller);
    let changes = places
        .into_iter()
        .map(|place| {
            let patch = DetailsPatch {
                show_id: Some(Some(id.clone())),
                season_number: Some(place.season_number),
                episode_number: Some(Some(place.episode_number)),
                ..DetailsPatch::default()
            };
            (place.video_id, patch)
        })
        .collect();
    catalog.edit_many(changes, &edit).await?;
    Ok(Json(visit.looking().whole_show(show).await?))
}
