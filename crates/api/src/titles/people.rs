//! `/api/people`.

use axum::response::Response;
use http::{StatusCode, Uri};
use matinee_catalog::{Person, PersonDetails, PersonPatch};
use utoipa::ToSchema;

use super::listing::PageParams;
use super::sight;
use super::titled::{Edition, Visit};
use super::view::{PersonView, PersonWhole};
use crate::http::edition::IfMatch;
use crate::{Body, Params, PathId, Problem, ProblemResult};

/// List people
///
/// Those with a credit in what you may see, and those that you have added.
#[utoipa::path(get, path = "/api/people", tag = "titles", params(PageParams),
    responses((status = 200, body = Vec<PersonView>), (status = 422, body = Problem)))]
pub(super) async fn list(
    visit: Visit,
    uri: Uri,
    Params(paging): Params<PageParams>,
) -> ProblemResult<Response> {
    let sight = visit.sight();
    let wanted = paging.wanted(&sight)?;
    visit
        .page(visit.state.catalog.list_people(wanted).await?, &uri)
        .await
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
    visit: Visit,
    Body(details): Body<PersonDetails>,
) -> ProblemResult<Response> {
    let owner = sight::maker(&visit.caller)?;
    let said = [("name", &*details.name), ("biography", &*details.biography)];
    let words = visit.judged::<Person>(&said).await?;
    let made = visit.state.catalog.create_person(details, owner).await?;
    visit.created(made, words).await
}

/// Get a person with their filmography
#[utoipa::path(get, path = "/api/people/{id}", tag = "titles", params(("id" = String, Path)),
    responses((status = 200, body = PersonWhole, headers(("etag" = String))), (status = 404, body = Problem)))]
pub(super) async fn get(visit: Visit, PathId(id): PathId) -> Edition<PersonWhole> {
    visit.get::<Person>(&id).await
}

/// Change what is said about a person
#[utoipa::path(patch, path = "/api/people/{id}", tag = "titles",
    params(("id" = String, Path), ("if-match" = Option<String>, Header)), request_body = PersonFields,
    responses((status = 200, body = PersonWhole, headers(("etag" = String))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn patch(
    visit: Visit,
    seen: IfMatch,
    PathId(id): PathId,
    Body(patch): Body<PersonPatch>,
) -> Edition<PersonWhole> {
    visit.patch::<Person>(&id, patch, seen).await
}

/// Delete a person, and every credit of theirs
#[utoipa::path(delete, path = "/api/people/{id}", tag = "titles", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(visit: Visit, PathId(id): PathId) -> ProblemResult<StatusCode> {
    visit.delete::<Person>(&id).await
}
