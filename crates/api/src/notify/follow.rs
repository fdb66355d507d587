//! `/api/users/{id}/follow` and `/api/account/following`.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::community::paging;
use crate::community::person::acting as anyone_acting;
use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Caller, Params, PathId, Problem, ProblemResult};

/// Somebody, and their followers.
#[derive(Debug, Serialize, ToSchema)]
pub struct FollowView {
    /// `user_…`
    user_id: String,
    /// What they are called.
    name: String,
    /// How many follow them.
    followers: i64,
    /// Whether you do.
    following: bool,
}

/// The account of somebody grown up who may change something of their own.
pub(super) fn account(acting: &Acting) -> ProblemResult<String> {
    let user = acting.user()?;
    anyone_acting(&acting.caller)?;
    if user.is_kid() {
        return Err(Problem::forbidden("This profile follows nobody."));
    }
    Ok(user.id.to_string())
}

async fn set(
    state: &AppState,
    acting: &Acting,
    id: String,
    follows: bool,
) -> ProblemResult<Json<FollowView>> {
    let me = account(acting)?;
    let name = name(state, &id).await?;
    let followers = state.community.follow(&me, &id, follows).await?;
    Ok(Json(FollowView {
        user_id: id,
        name,
        followers,
        following: follows,
    }))
}

/// What somebody is called.
async fn name(state: &AppState, id: &str) -> ProblemResult<String> {
    let mut names = state.accounts.names(&[id.to_owned()]).await?;
    names
        .remove(id)
        .ok_or_else(|| Problem::not_found("There is nobody of this id."))
}

/// See how many follow somebody
///
/// And, of whoever is signed in, whether they do.
#[utoipa::path(get, path = "/api/users/{id}/follow", tag = "notifications", params(("id" = String, Path)),
    responses((status = 200, body = FollowView), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn followed(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<FollowView>> {
    let name = name(&state, &id).await?;
    let counts = state.community.follower_counts(&[&id]).await?;
    let following = match caller.0.user() {
        Some(user) => {
            let me = user.id.to_string();
            !state.community.followed_of(&me, &[&id]).await?.is_empty()
        }
        None => false,
    };
    Ok(Json(FollowView {
        followers: counts.get(&id).copied().unwrap_or(0),
        user_id: id,
        name,
        following,
    }))
}

/// Follow somebody
///
/// You are told when they stream, and when a recording of theirs can be
/// watched. Doing so again changes nothing.
#[utoipa::path(put, path = "/api/users/{id}/follow", tag = "notifications", params(("id" = String, Path)),
    responses((status = 200, body = FollowView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn follow(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<Json<FollowView>> {
    set(&state, &acting, id, true).await
}

/// Follow somebody no longer
#[utoipa::path(delete, path = "/api/users/{id}/follow", tag = "notifications", params(("id" = String, Path)),
    responses((status = 200, body = FollowView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn unfollow(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<Json<FollowView>> {
    set(&state, &acting, id, false).await
}

/// Somebody whom you follow.
#[derive(Debug, Serialize, ToSchema)]
pub struct FollowedView {
    /// `user_…`
    user_id: String,
    /// What they are called; null if they are gone.
    username: Option<String>,
    /// Since when, RFC 3339.
    followed_at: String,
}

/// A page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct FollowingParams {
    /// 1 to 200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// Rows to skip.
    #[param(maximum = 100_000)]
    offset: Option<u64>,
}

/// List whom you follow
///
/// The latest first; `X-Total-Count` says how many they are.
#[utoipa::path(get, path = "/api/account/following", tag = "notifications", params(FollowingParams),
    responses((status = 200, body = Vec<FollowedView>), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn following(
    State(state): State<AppState>,
    acting: Acting,
    uri: Uri,
    Params(params): Params<FollowingParams>,
) -> ProblemResult<Response> {
    let me = acting.user()?.id.to_string();
    let limit = paging::limit(params.limit)?;
    let offset = paging::offset(params.offset, None)?;
    let (followed, total) = state.community.following(&me, offset, limit).await?;
    let ids: Vec<String> = followed.iter().map(|one| one.account.clone()).collect();
    let names = state.accounts.names(&ids).await?;
    let views: Vec<FollowedView> = followed
        .into_iter()
        .map(|one| FollowedView {
            username: names.get(&one.account).cloned(),
            followed_at: rfc3339(one.since),
            user_id: one.account,
        })
        .collect();
    Ok(paging::answer_at(&views, offset, total, &uri))
}
