//! `/api/shows`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, Uri, header};
use matinee_catalog::{DetailsPatch, Edit, ShowDetails, ShowFilter, ShowPatch, Subject};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::listing::{PageParams, answer};
use super::sight::{self, sight};
use super::view::{Looking, ShowView, ShowWhole};
use crate::http::edition::{Etag, IfMatch};
use crate::{AppState, Body, Caller, Params, PathId, Problem, ProblemResult, PublicOrigin};

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
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    uri: Uri,
    Params(params): Params<ShowParams>,
    Params(paging): Params<PageParams>,
) -> ProblemResult<Response> {
    let given = |text: Option<String>| text.filter(|t| !t.is_empty());
    let filter = ShowFilter {
        kind: given(params.kind),
        genre: given(params.genre),
        release_year: params.release_year,
        q: paging.words().map(str::to_owned),
    };
    let looking = Looking {
        state: &state,
        sight: sight(&caller),
        origin: &origin,
    };
    let page = state
        .catalog
        .list_shows(
            &looking.sight,
            &filter,
            paging.order()?,
            paging.page()?,
            paging.limit()?,
        )
        .await?;
    let rows = looking.shows(page.rows).await?;
    Ok(answer(&rows, page.next.as_deref(), &uri))
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
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    Body(mut fields): Body<ShowPatch>,
) -> ProblemResult<Response> {
    let owner = sight::maker(&caller)?;
    let details = ShowDetails {
        title: fields.title.take().unwrap_or_default(),
        ..ShowDetails::default()
    };
    let edit = Edit::by(owner.clone());
    let show = state.catalog.create_show(details, owner).await?;
    // What is wrong with the rest must not leave half a show behind.
    let show = match state.catalog.edit_show(&show.id, fields, &edit).await {
        Ok(show) => show,
        Err(error) => {
            state.catalog.delete_show(&show.id).await?;
            return Err(error.into());
        }
    };
    let place = [(header::LOCATION, format!("/api/shows/{}", show.id))];
    let etag = Etag(show.revision);
    let whole = looking(&state, &caller, &origin).whole_show(show).await?;
    Ok((StatusCode::CREATED, place, etag, Json(whole)).into_response())
}

fn looking<'a>(state: &'a AppState, caller: &Caller, origin: &'a PublicOrigin) -> Looking<'a> {
    Looking {
        state,
        sight: sight(caller),
        origin,
    }
}

/// Get a show with its seasons and episodes
#[utoipa::path(get, path = "/api/shows/{id}", tag = "titles", params(("id" = String, Path)),
    responses((status = 200, body = ShowWhole, headers(("etag" = String))), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
) -> ProblemResult<(Etag, Json<ShowWhole>)> {
    let show = sight::show(&state, &caller, &id).await?;
    let etag = Etag(show.revision);
    let whole = looking(&state, &caller, &origin).whole_show(show).await?;
    Ok((etag, Json(whole)))
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
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    seen: IfMatch,
    PathId(id): PathId,
    Body(patch): Body<ShowPatch>,
) -> ProblemResult<(Etag, Json<ShowWhole>)> {
    sight::own_show(&state, &caller, &id).await?;
    let edit = seen.edit(&caller);
    let show = state.catalog.edit_show(&id, patch, &edit).await?;
    let etag = Etag(show.revision);
    let whole = looking(&state, &caller, &origin).whole_show(show).await?;
    Ok((etag, Json(whole)))
}

/// Delete a show
///
/// Its episodes stay, and belong to no show any more.
#[utoipa::path(delete, path = "/api/shows/{id}", tag = "titles", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    sight::own_show(&state, &caller, &id).await?;
    super::artwork::remove_subject(&state, Subject::Show, &id).await?;
    Ok(StatusCode::NO_CONTENT)
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
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
    Body(places): Body<Vec<Place>>,
) -> ProblemResult<Json<ShowWhole>> {
    let show = sight::own_show(&state, &caller, &id).await?;
    if places.len() > ARRANGE_MAX {
        return Err(Problem::field(
            "body",
            format!("must not be more than {ARRANGE_MAX}"),
        ));
    }
    let ids: Vec<String> = places.iter().map(|place| place.video_id.clone()).collect();
    let known = state.catalog.find_many(&ids).await?;
    for (n, place) in places.iter().enumerate() {
        let unknown = || Problem::field(format!("[{n}].video_id"), "must be the id of a video");
        let video = known.get(&place.video_id).ok_or_else(unknown)?;
        if !caller.may(video, matinee_identity::access::Action::Edit) {
            return Err(unknown());
        }
    }
    let edit = IfMatch(None).edit(&caller);
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
    state.catalog.edit_many(changes, &edit).await?;
    Ok(Json(
        looking(&state, &caller, &origin).whole_show(show).await?,
    ))
}
