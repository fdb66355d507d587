//! `/api/watchlist`: what somebody means to watch.

use axum::extract::State;
use axum::response::Response;
use http::{StatusCode, Uri};
use matinee_identity::access::Action;
use serde::Deserialize;
use utoipa::IntoParams;

use super::paging;
use super::person::{acting, asking, permitted};
use crate::videos::view::VideoView;
use crate::videos::views;
use crate::{AppState, Caller, Params, PathId, Problem, ProblemResult, PublicOrigin};

/// Which part of the list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct WatchlistParams {
    /// 1 to 200; 50 unless given.
    limit: Option<u64>,
    /// Videos to skip.
    offset: Option<u64>,
}

/// List what you mean to watch
///
/// The latest added first; what you may not see any more is left out. The list
/// belongs to your profile, or to your browser if you have not signed in.
#[utoipa::path(get, path = "/api/watchlist", tag = "community", params(WatchlistParams),
    responses((status = 200, body = Vec<VideoView>), (status = 422, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    uri: Uri,
    Params(params): Params<WatchlistParams>,
) -> ProblemResult<Response> {
    let limit = paging::limit(params.limit)?;
    let offset = paging::offset(params.offset, None)?;
    let Some(who) = asking(&caller) else {
        return Ok(paging::answer::<VideoView>(&[], None, Some(0), &uri));
    };
    let mut wanted = state.community.watchlist(&who).await?;
    let ids: Vec<String> = wanted.iter().map(|(id, _)| id.clone()).collect();
    let mut videos = state.catalog.find_many(&ids).await?;
    videos.retain(|_, video| caller.may(video, Action::Watch));
    wanted.retain(|(id, _)| videos.contains_key(id));
    let total = wanted.len() as u64;
    let bounded = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let page = wanted
        .into_iter()
        .filter_map(|(id, _)| videos.remove(&id))
        .skip(bounded(offset))
        .take(bounded(limit))
        .collect();
    let rows = views(&state, page, &origin).await?;
    Ok(paging::answer(&rows, None, Some(total), &uri))
}

/// Put a video on your list
///
/// One that is on it keeps its place.
#[utoipa::path(put, path = "/api/watchlist/{id}", tag = "community", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(super) async fn add(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    permitted(&state, &caller, &id, Action::Watch).await?;
    state.community.watch_later(&acting(&caller)?, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a video off your list
#[utoipa::path(delete, path = "/api/watchlist/{id}", tag = "community", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem)))]
pub(super) async fn remove(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    state.community.unwatch(&acting(&caller)?, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
