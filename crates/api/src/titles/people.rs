//! `/api/people`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, Uri, header};
use matinee_catalog::{PersonDetails, PersonPatch, Subject};
use utoipa::ToSchema;

use super::listing::{PageParams, answer};
use super::sight::{self, sight};
use super::view::{Looking, PersonView, PersonWhole};
use crate::http::edition::{Etag, IfMatch};
use crate::{AppState, Body, Caller, Params, PathId, Problem, ProblemResult, PublicOrigin};

/// List people
///
/// Those with a credit in what you may see, and those that you have added.
#[utoipa::path(get, path = "/api/people", tag = "titles", params(PageParams),
    responses((status = 200, body = Vec<PersonView>), (status = 422, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    uri: Uri,
    Params(paging): Params<PageParams>,
) -> ProblemResult<Response> {
    let looking = looking(&state, &caller, &origin);
    let page = state
        .catalog
        .list_people(
            &looking.sight,
            paging.words(),
            paging.order()?,
            paging.page()?,
            paging.limit()?,
        )
        .await?;
    let rows = looking.people(page.rows).await?;
    Ok(answer(&rows, page.next.as_deref(), &uri))
}

fn looking<'a>(state: &'a AppState, caller: &Caller, origin: &'a PublicOrigin) -> Looking<'a> {
    Looking {
        state,
        sight: sight(caller),
        origin,
    }
}

/// What is said about a person: an absent field stays, `null` clears it.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "describes PersonPatch, whose crate knows no OpenAPI"
)]
pub struct PersonFields {
    name: Option<String>,
    biography: Option<String>,
    /// As `1974-11-11`.
    birth_date: Option<String>,
    /// As `1974-11-11`.
    death_date: Option<String>,
    birth_place: Option<String>,
    external_ids: Option<std::collections::BTreeMap<String, Option<String>>>,
}

/// Add a person
///
/// Credits by name make theirs by themselves.
#[utoipa::path(post, path = "/api/people", tag = "titles", request_body = PersonFields,
    responses((status = 201, body = PersonWhole), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    Body(details): Body<PersonDetails>,
) -> ProblemResult<Response> {
    let owner = sight::maker(&caller)?;
    let person = state.catalog.create_person(details, owner).await?;
    let place = [(header::LOCATION, format!("/api/people/{}", person.id))];
    let etag = Etag(person.revision);
    let whole = looking(&state, &caller, &origin)
        .whole_person(person)
        .await?;
    Ok((StatusCode::CREATED, place, etag, Json(whole)).into_response())
}

/// Get a person with their filmography
#[utoipa::path(get, path = "/api/people/{id}", tag = "titles", params(("id" = String, Path)),
    responses((status = 200, body = PersonWhole, headers(("etag" = String))), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
) -> ProblemResult<(Etag, Json<PersonWhole>)> {
    let person = sight::person(&state, &caller, &id).await?;
    let etag = Etag(person.revision);
    let whole = looking(&state, &caller, &origin)
        .whole_person(person)
        .await?;
    Ok((etag, Json(whole)))
}

/// Change what is said about a person
#[utoipa::path(patch, path = "/api/people/{id}", tag = "titles",
    params(("id" = String, Path), ("if-match" = Option<String>, Header)), request_body = PersonFields,
    responses((status = 200, body = PersonWhole, headers(("etag" = String))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn patch(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    seen: IfMatch,
    PathId(id): PathId,
    Body(patch): Body<PersonPatch>,
) -> ProblemResult<(Etag, Json<PersonWhole>)> {
    sight::own_person(&state, &caller, &id).await?;
    let edit = seen.edit(&caller);
    let person = state.catalog.edit_person(&id, patch, &edit).await?;
    let etag = Etag(person.revision);
    let whole = looking(&state, &caller, &origin)
        .whole_person(person)
        .await?;
    Ok((etag, Json(whole)))
}

/// Delete a person, and every credit of theirs
#[utoipa::path(delete, path = "/api/people/{id}", tag = "titles", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    sight::own_person(&state, &caller, &id).await?;
    super::artwork::remove_subject(&state, Subject::Person, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
