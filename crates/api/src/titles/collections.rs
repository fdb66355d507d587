//! `/api/collections`.

use axum::response::Response;
use http::{StatusCode, Uri};
use matinee_catalog::{Collection, CollectionDetails, CollectionPatch};
use serde::Deserialize;
use utoipa::ToSchema;

use super::listing::PageParams;
use super::sight;
use super::titled::{Edition, Visit};
use super::view::{CollectionView, CollectionWhole};
use crate::http::edition::IfMatch;
use crate::{Body, Params, PathId, Problem, ProblemResult};

/// List collections
///
/// Those with a title in them that you may see, and your own.
#[utoipa::path(get, path = "/api/collections", tag = "titles", params(PageParams),
    responses((status = 200, body = Vec<CollectionView>), (status = 422, body = Problem)))]
pub(super) async fn list(
    visit: Visit,
    uri: Uri,
    Params(paging): Params<PageParams>,
) -> ProblemResult<Response> {
    let sight = visit.sight();
    let wanted = paging.wanted(&sight)?;
    visit
        .page(visit.state.catalog.list_collections(wanted).await?, &uri)
        .await
}

/// A new collection.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCollection {
    title: String,
    #[serde(default)]
    sort_title: Option<String>,
    #[serde(default)]
    overview: String,
    /// Videos and shows, in order.
    #[serde(default)]
    items: Vec<String>,
}

/// Add a collection
#[utoipa::path(post, path = "/api/collections", tag = "titles", request_body = NewCollection,
    responses((status = 201, body = CollectionWhole), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create(
    visit: Visit,
    Body(new): Body<NewCollection>,
) -> ProblemResult<Response> {
    let owner = sight::maker(&visit.caller)?;
    sight::usable(&visit.state, &visit.caller, "items", &new.items).await?;
    let details = CollectionDetails {
        title: new.title,
        sort_title: new.sort_title,
        overview: new.overview,
    };
    let said = [("title", &*details.title), ("overview", &*details.overview)];
    let words = visit.judged::<Collection>(&said).await?;
    let catalog = &visit.state.catalog;
    let made = catalog
        .create_collection(details, &new.items, owner)
        .await?;
    visit.created(made, words).await
}

/// Get a collection with its titles
#[utoipa::path(get, path = "/api/collections/{id}", tag = "titles", params(("id" = String, Path)),
    responses((status = 200, body = CollectionWhole, headers(("etag" = String))), (status = 404, body = Problem)))]
pub(super) async fn get(visit: Visit, PathId(id): PathId) -> Edition<CollectionWhole> {
    visit.get::<Collection>(&id).await
}

/// What is said about a collection: an absent field stays, `null` clears it.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "describes CollectionPatch, whose crate knows no OpenAPI"
)]
pub struct CollectionFields {
    title: Option<String>,
    sort_title: Option<String>,
    overview: Option<String>,
}

/// Change a collection
#[utoipa::path(patch, path = "/api/collections/{id}", tag = "titles",
    params(("id" = String, Path), ("if-match" = Option<String>, Header)), request_body = CollectionFields,
    responses((status = 200, body = CollectionWhole, headers(("etag" = String))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn patch(
    visit: Visit,
    seen: IfMatch,
    PathId(id): PathId,
    Body(patch): Body<CollectionPatch>,
) -> Edition<CollectionWhole> {
    visit.patch::<Collection>(&id, patch, seen).await
}

/// Put titles into a collection
///
/// These, in this order, instead of all that were in it.
#[utoipa::path(put, path = "/api/collections/{id}/items", tag = "titles",
    params(("id" = String, Path), ("if-match" = Option<String>, Header)), request_body = Vec<String>,
    responses((status = 200, body = CollectionWhole, headers(("etag" = String))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn set_items(
    visit: Visit,
    seen: IfMatch,
    PathId(id): PathId,
    Body(items): Body<Vec<String>>,
) -> Edition<CollectionWhole> {
    visit.own::<Collection>(&id).await?;
    sight::usable(&visit.state, &visit.caller, "items", &items).await?;
    let edit = seen.edit(&visit.caller);
    let catalog = &visit.state.catalog;
    visit
        .answer(catalog.set_collection_items(&id, items, &edit).await?)
        .await
}

/// Delete a collection; its titles stay
#[utoipa::path(delete, path = "/api/collections/{id}", tag = "titles", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(visit: Visit, PathId(id): PathId) -> ProblemResult<StatusCode> {
    visit.delete::<Collection>(&id).await
}
