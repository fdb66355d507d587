//! `/api/playlists`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, Uri, header};
use matinee_catalog::community::{
    NewPlaylist, Order, Person, PlaylistAccess, PlaylistChange, PlaylistFilter, PlaylistRow,
    Sharing, limits,
};
use matinee_catalog::moderation::text;
use matinee_identity::access::Action;
use serde::{Deserialize, Deserializer};
use utoipa::{IntoParams, ToSchema};

use super::paging;
use super::person::{asking, permitted, signed_in};
use super::playlist_view::{PlaylistView, views};
use crate::http::extract::PathIds;
use crate::{AppState, Body, Caller, Params, PathId, Problem, ProblemResult, PublicOrigin};

/// Which playlists.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct PlaylistParams {
    /// Exactly this creator.
    creator_id: Option<String>,
    /// Only public ones, or only others.
    is_public: Option<bool>,
    /// Only those that you own or edit.
    mine: Option<bool>,
    /// Only those that hold this video.
    video_id: Option<String>,
    /// 1 to 200; 50 unless given.
    limit: Option<u64>,
    /// Rows to skip. A cursor is better.
    offset: Option<u64>,
    /// From the `Link: …; rel="next"` of the page before.
    cursor: Option<String>,
}

/// List playlists
///
/// Those that everybody finds, your own, and those that you edit; the latest
/// changed first. What you may not see is left out of them.
#[utoipa::path(get, path = "/api/playlists", tag = "community", params(PlaylistParams),
    responses((status = 200, body = Vec<PlaylistView>), (status = 422, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    uri: Uri,
    Params(params): Params<PlaylistParams>,
) -> ProblemResult<Response> {
    let limit = paging::limit(params.limit)?;
    let cursor = params.cursor.as_deref();
    let offset = paging::offset(params.offset, cursor)?;
    let who = asking(&caller);
    let account = who.as_ref().and_then(|person| person.account.clone());
    let mine = params.mine.unwrap_or(false);
    if mine && account.is_none() {
        return Err(Problem::sign_in());
    }
    let filter = PlaylistFilter {
        creator_id: params.creator_id.filter(|id| !id.is_empty()),
        is_public: params.is_public,
        of_account: account.filter(|_| mine),
        video_id: params.video_id.filter(|id| !id.is_empty()),
    };
    let page = state
        .community
        .playlists(who.as_ref(), &filter, cursor, offset, limit)
        .await?;
    let rows = views(&state, &caller, who.as_ref(), &origin, page.rows, false).await?;
    Ok(paging::answer(&rows, page.next.as_deref(), None, &uri))
}

/// A playlist about to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaylistForm {
    /// 1 to 150 characters.
    name: String,
    /// Up to 5000 characters.
    #[serde(default)]
    description: String,
    /// You unless given. Who runs the service may name others.
    #[serde(default)]
    creator_id: Option<String>,
    /// Its videos, in order; at most 1000.
    #[serde(default)]
    video_ids: Vec<String>,
    /// Whether everybody finds it; `visibility` says it in more ways.
    #[serde(default, deserialize_with = "truth")]
    #[schema(value_type = Option<bool>)]
    is_public: Option<bool>,
    /// `public`, `unlisted`, `members` or `private`.
    #[serde(default)]
    visibility: Option<String>,
    /// Whether a video may be in it more than once.
    #[serde(default)]
    allow_duplicates: bool,
}

/// `true`, or the word: clients that began with forms send either.
fn truth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Bool(bool),
        Word(String),
    }
    match Option::<Either>::deserialize(deserializer)? {
        None => Ok(None),
        Some(Either::Bool(value)) => Ok(Some(value)),
        Some(Either::Word(word)) => match word.to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(Some(true)),
            "false" | "0" => Ok(Some(false)),
            _ => Err(serde::de::Error::custom("must be true or false")),
        },
    }
}

fn sharing(visibility: Option<&str>, is_public: Option<bool>) -> ProblemResult<Option<Sharing>> {
    match (visibility, is_public) {
        (Some(word), _) => match Sharing::parse(word) {
            Some(sharing) => Ok(Some(sharing)),
            None => Err(Problem::field(
                "visibility",
                "must be public, unlisted, members or private",
            )),
        },
        (None, Some(true)) => Ok(Some(Sharing::Public)),
        (None, Some(false)) => Ok(Some(Sharing::Private)),
        (None, None) => Ok(None),
    }
}

/// Make a playlist
#[utoipa::path(post, path = "/api/playlists", tag = "community", request_body = PlaylistForm,
    responses((status = 201, body = PlaylistView), (status = 401, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    Body(form): Body<PlaylistForm>,
) -> ProblemResult<Response> {
    let who = signed_in(&caller)?;
    let visibility = sharing(form.visibility.as_deref(), form.is_public)?;
    let creator_id = creator(&caller, &who, form.creator_id)?;
    watchable(&state, &caller, &form.video_ids).await?;
    let row = state
        .community
        .create_playlist(
            &who,
            NewPlaylist {
                name: form.name,
                description: form.description,
                creator_id,
                visibility: visibility.unwrap_or(Sharing::Public),
                allow_duplicates: form.allow_duplicates,
                video_ids: form.video_ids,
            },
        )
        .await?;
    let place = [(
        header::LOCATION,
        format!("/api/playlists/{}", row.playlist.id),
    )];
    let view = one(&state, &caller, &who, &origin, row).await?;
    Ok((StatusCode::CREATED, place, view).into_response())
}

/// People speak for themselves; who runs the service may speak for others.
fn creator(caller: &Caller, who: &Person, wish: Option<String>) -> ProblemResult<Option<String>> {
    let Some(id) = wish.map(|id| text::line(&id)).filter(|id| !id.is_empty()) else {
        return Ok(None);
    };
    if id.chars().count() > limits::CREATOR_MAX {
        let reason = format!("must not be longer than {} characters", limits::CREATOR_MAX);
        return Err(Problem::field("creator_id", reason));
    }
    let own = who.account.as_ref() == Some(&id) || who.name == id;
    if own || caller.is_operator() {
        Ok(Some(id))
    } else {
        Err(Problem::field("creator_id", "must be you, or be left out"))
    }
}

/// Refuses videos that this caller may not watch, as if there were none.
async fn watchable(state: &AppState, caller: &Caller, ids: &[String]) -> ProblemResult<()> {
    if ids.len() > limits::ITEMS_MAX {
        let reason = format!("must not be more than {}", limits::ITEMS_MAX);
        return Err(Problem::field("video_ids", reason));
    }
    let found = state.catalog.find_many(ids).await?;
    let hidden = ids.iter().find(|id| {
        !found
            .get(*id)
            .is_some_and(|video| caller.may(video, Action::Watch))
    });
    match hidden {
        None => Ok(()),
        Some(id) => {
            let id: String = id.chars().take(64).collect();
            let reason = format!("must name videos; there is no {id}");
            Err(Problem::field("video_ids", reason))
        }
    }
}

async fn one(
    state: &AppState,
    caller: &Caller,
    who: &Person,
    origin: &PublicOrigin,
    row: PlaylistRow,
) -> ProblemResult<Json<PlaylistView>> {
    let mut all = views(state, caller, Some(who), origin, vec![row], true).await?;
    all.pop().map(Json).ok_or_else(nothing)
}

fn nothing() -> Problem {
    Problem::not_found("There is nothing under this address.")
}

/// Get a playlist with its videos
#[utoipa::path(get, path = "/api/playlists/{id}", tag = "community", params(("id" = String, Path)),
    responses((status = 200, body = PlaylistView), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
) -> ProblemResult<Json<PlaylistView>> {
    let who = asking(&caller);
    let row = state.community.playlist(&id).await?;
    if row.access(who.as_ref()) < PlaylistAccess::See {
        return Err(nothing());
    }
    let mut all = views(&state, &caller, who.as_ref(), &origin, vec![row], true).await?;
    all.pop().map(Json).ok_or_else(nothing)
}

/// A change of a playlist: an absent field stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaylistPatch {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default, deserialize_with = "truth")]
    #[schema(value_type = Option<bool>)]
    is_public: Option<bool>,
    #[serde(default)]
    visibility: Option<String>,
    #[serde(default)]
    allow_duplicates: Option<bool>,
    /// All accounts that edit it besides its owner.
    #[serde(default)]
    collaborators: Option<Vec<String>>,
    /// All its videos anew, in order.
    #[serde(default)]
    video_ids: Option<Vec<String>>,
}

/// Change a playlist
///
/// Who may see and edit it is its owner's to say.
#[utoipa::path(patch, path = "/api/playlists/{id}", tag = "community", params(("id" = String, Path)),
    request_body = PlaylistPatch,
    responses((status = 200, body = PlaylistView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn patch(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
    Body(change): Body<PlaylistPatch>,
) -> ProblemResult<Json<PlaylistView>> {
    let who = signed_in(&caller)?;
    let visibility = sharing(change.visibility.as_deref(), change.is_public)?;
    if let Some(videos) = &change.video_ids {
        watchable(&state, &caller, videos).await?;
    }
    let change = PlaylistChange {
        name: change.name,
        description: change.description,
        visibility,
        allow_duplicates: change.allow_duplicates,
        collaborators: change.collaborators,
        video_ids: change.video_ids,
    };
    let row = state.community.change_playlist(&who, &id, change).await?;
    one(&state, &caller, &who, &origin, row).await
}

/// Delete a playlist
///
/// The videos stay.
#[utoipa::path(delete, path = "/api/playlists/{id}", tag = "community", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    acting: crate::Acting,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    let who = signed_in(&acting.caller)?;
    let row = state.community.playlist(&id).await?;
    state.community.delete_playlist(&who, &id).await?;
    if row.access(Some(&who)) < PlaylistAccess::Own {
        let detail = serde_json::json!({ "name": row.playlist.name, "owner": row.playlist.owner });
        acting.record("playlist.delete", id, detail).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Where a video goes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct PlaceParams {
    /// Before what stands at this place (from 0); at the end unless given.
    position: Option<usize>,
}

/// Add a video to a playlist
#[utoipa::path(post, path = "/api/playlists/{id}/videos/{video_id}", tag = "community",
    params(("id" = String, Path), ("video_id" = String, Path), PlaceParams),
    responses((status = 200, body = PlaylistView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn add(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathIds(id, video): PathIds,
    Params(place): Params<PlaceParams>,
) -> ProblemResult<Json<PlaylistView>> {
    let who = signed_in(&caller)?;
    permitted(&state, &caller, &video, Action::Watch).await?;
    state
        .community
        .add_to_playlist(&who, &id, &video, place.position)
        .await?;
    let row = state.community.playlist(&id).await?;
    one(&state, &caller, &who, &origin, row).await
}

/// Which place.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ItemParams {
    /// Only this place (`item_…`) of the video; all that it has unless given.
    item_id: Option<String>,
}

/// Take a video out of a playlist
#[utoipa::path(delete, path = "/api/playlists/{id}/videos/{video_id}", tag = "community",
    params(("id" = String, Path), ("video_id" = String, Path), ItemParams),
    responses((status = 200, body = PlaylistView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn remove(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathIds(id, video): PathIds,
    Params(which): Params<ItemParams>,
) -> ProblemResult<Json<PlaylistView>> {
    let who = signed_in(&caller)?;
    state
        .community
        .remove_from_playlist(&who, &id, &video, which.item_id.as_deref())
        .await?;
    let row = state.community.playlist(&id).await?;
    one(&state, &caller, &who, &origin, row).await
}

/// A new order: by places or by videos.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaylistOrder {
    /// All places (`item_…`), in the new order.
    #[serde(default)]
    item_ids: Option<Vec<String>>,
    /// All videos, in the new order; one that is there twice is named twice.
    #[serde(default)]
    video_ids: Option<Vec<String>>,
}

/// Order a playlist anew
///
/// What the order does not name follows after the rest, in its old order.
#[utoipa::path(put, path = "/api/playlists/{id}/order", tag = "community", params(("id" = String, Path)),
    request_body = PlaylistOrder,
    responses((status = 200, body = PlaylistView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn order(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
    Body(order): Body<PlaylistOrder>,
) -> ProblemResult<Json<PlaylistView>> {
    let who = signed_in(&caller)?;
    let order = match (order.item_ids, order.video_ids) {
        (Some(items), None) => Order::Items(items),
        (None, Some(videos)) => Order::Videos(videos),
        _ => return Err(Problem::field("item_ids", "or video_ids must be given")),
    };
    state.community.order_playlist(&who, &id, order).await?;
    let row = state.community.playlist(&id).await?;
    one(&state, &caller, &who, &origin, row).await
}
