//! `/api/collections`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, Uri, header};
use matinee_catalog::{CollectionDetails, CollectionPatch, Subject};
use serde::Deserialize;
use utoipa::ToSchema;

use super::listing::{PageParams, answer};
use super::sight::{self, sight};
use super::view::{CollectionView, CollectionWhole, Looking};
use crate::http::edition::{Etag, IfMatch};
use crate::{AppState, Body, Caller, Params, PathId, Problem, ProblemResult, PublicOrigin};

/// List collections
///
/// Those with a title in them that you may see, and your own.
#[utoipa::path(get, path = "/api/collections", tag = "titles", params(PageParams),
    responses((status = 200, body = Vec<CollectionView>), (status = 422, body = Problem)))]
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
        .list_collections(
            &looking.sight,
            paging.words(),
            paging.order()?,
            paging.page()?,
            paging.limit()?,
        )
        .await?;
    let rows = looking.collections(page.rows).await?;
    Ok(answer(&rows, page.next.as_deref(), &uri))
}

fn looking<'a>(state: &'a AppState, caller: &Caller, origin: &'a PublicOrigin) -> Looking<'a> {
    Looking {
        state,
        sight: sight(caller),
        origin,
    }
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
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    Body(new): Body<NewCollection>,
) -> ProblemResult<Response> {
    let owner = sight::maker(&caller)?;
    sight::usable(&state, &caller, "items", &new.items).await?;
    let details = CollectionDetails {
        title: new.title,
        sort_title: new.sort_title,
        overview: new.overview,
    };
    let collection = state
        .catalog
        .create_collection(details, &new.items, owner)
        .await?;
    let place = [(
        header::LOCATION,
        format!("/api/collections/{}", collection.id),
    )];
    let etag = Etag(collection.revision);
    let whole = looking(&state, &caller, &origin)
        .whole_collection(collection)
        .await?;
    Ok((StatusCode::CREATED, place, etag, Json(whole)).into_response())
}

/// Get a collection with its titles
#[utoipa::path(get, path = "/api/collections/{id}", tag = "titles", params(("id" = String, Path)),
    responses((status = 200, body = CollectionWhole, headers(("etag" = String))), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
) -> ProblemResult<(Etag, Json<CollectionWhole>)> {
    let collection = sight::collection(&state, &caller, &id).await?;
    let etag = Etag(collection.revision);
    let whole = looking(&state, &caller, &origin)
        .whole_collection(collection)
        .await?;
    Ok((etag, Json(whole)))
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
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    seen: IfMatch,
    PathId(id): PathId,
    Body(patch): Body<CollectionPatch>,
) -> ProblemResult<(Etag, Json<CollectionWhole>)> {
    sight::own_collection(&state, &caller, &id).await?;
    let edit = seen.edit(&caller);
    let collection = state.catalog.edit_collection(&id, patch, &edit).await?;
    let etag = Etag(collection.revision);
    let whole = looking(&state, &caller, &origin)
        .whole_collection(collection)
        .await?;
    Ok((etag, Json(whole)))
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
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    seen: IfMatch,
    PathId(id): PathId,
    Body(items): Body<Vec<String>>,
) -> ProblemResult<(Etag, Json<CollectionWhole>)> {
    sight::own_collection(&state, &caller, &id).await?;
    sight::usable(&state, &caller, "items", &items).await?;
    let edit = seen.edit(&caller);
    let collection = state
        .catalog
        .set_collection_items(&id, items, &edit)
        .await?;
    let etag = Etag(collection.revision);
    let whole = looking(&state, &caller, &origin)
        .whole_collection(collection)
        .await?;
    Ok((etag, Json(whole)))
}

/// Delete a collection; its titles stay
#[utoipa::path(delete, path = "/api/collections/{id}", tag = "titles", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    sight::own_collection(&state, &caller, &id).await?;
    super::artwork::remove_subject(&state, Subject::Collection, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
