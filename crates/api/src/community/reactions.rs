//! `/api/videos/{id}/like` and `/dislike`.

use std::sync::LazyLock;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use matinee_analytics::event::What;
use matinee_catalog::community::{Counts, Person, Reaction};
use matinee_identity::access::Action;
use moka::sync::Cache;
use serde::Serialize;
use utoipa::ToSchema;

use super::person::{acting, permitted};
use crate::{AppState, Caller, ClientAddr, PathId, Problem, ProblemResult};

/// How many browsers without account may react to one video from one address
/// in a day: a school behind one address has many, a script makes more.
const PER_ADDRESS: u32 = 50;

/// New reactions without account, by video and address. Kept in memory only.
static STRANGERS: LazyLock<Cache<(String, String), u32>> = LazyLock::new(|| {
    Cache::builder()
        .max_capacity(100_000)
        .time_to_live(Duration::from_hours(24))
        .build()
});

/// A video's likes and dislikes, and what you think.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReactionView {
    /// `video_…`
    pub video_id: String,
    /// Likes of all.
    pub like_count: i64,
    /// Dislikes of all.
    pub dislike_count: i64,
    /// `like`, `dislike` or null: what you think.
    pub reaction: Option<&'static str>,
}

impl ReactionView {
    fn new(video_id: String, counts: Counts) -> Self {
        Self {
            video_id,
            like_count: counts.likes,
            dislike_count: counts.dislikes,
            reaction: counts.mine.map(Reaction::as_str),
        }
    }
}

async fn react(
    state: &AppState,
    caller: &Caller,
    addr: String,
    id: String,
    wish: Reaction,
) -> ProblemResult<Json<ReactionView>> {
    permitted(state, caller, &id, Action::Watch).await?;
    let who = acting(caller)?;
    if who.account.is_none() {
        count_stranger(state, &who, addr, &id).await?;
    }
    let counts = state.community.react(&who, &id, wish).await?;
    if counts.mine == Some(Reaction::Like) {
        let once = crate::analytics::like_of(&id, &who.key);
        state.analytics.happens(&once, &id, What::Like);
    }
    Ok(Json(ReactionView::new(id, counts)))
}

/// Somebody without account is a cookie, and cookies are free.
async fn count_stranger(
    state: &AppState,
    who: &Person,
    addr: String,
    id: &str,
) -> ProblemResult<()> {
    if state.community.reaction(who, id).await?.is_some() {
        return Ok(());
    }
    let key = (id.to_owned(), addr);
    let seen = STRANGERS.get(&key).unwrap_or(0);
    if seen >= PER_ADDRESS {
        return Err(Problem {
            retry_after: Some(Duration::from_hours(24)),
            ..Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "Many people have reacted to this video from your address. Sign in to do so too.",
            )
        });
    }
    STRANGERS.insert(key, seen + 1);
    Ok(())
}

async fn unreact(
    state: &AppState,
    caller: &Caller,
    id: String,
    what: Reaction,
) -> ProblemResult<Json<ReactionView>> {
    permitted(state, caller, &id, Action::Watch).await?;
    let counts = state.community.unreact(&acting(caller)?, &id, what).await?;
    Ok(Json(ReactionView::new(id, counts)))
}

/// Like a video
///
/// One person likes or dislikes a video once: again changes nothing, and the
/// one takes the other's place. Without account you are known by your browser.
#[utoipa::path(post, path = "/api/videos/{id}/like", tag = "community", params(("id" = String, Path)),
    responses((status = 200, body = ReactionView), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn like(
    State(state): State<AppState>,
    caller: Caller,
    ClientAddr(addr): ClientAddr,
    PathId(id): PathId,
) -> ProblemResult<Json<ReactionView>> {
    react(&state, &caller, addr, id, Reaction::Like).await
}

/// Take a like back
#[utoipa::path(delete, path = "/api/videos/{id}/like", tag = "community", params(("id" = String, Path)),
    responses((status = 200, body = ReactionView), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn unlike(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<ReactionView>> {
    unreact(&state, &caller, id, Reaction::Like).await
}

/// Dislike a video
#[utoipa::path(post, path = "/api/videos/{id}/dislike", tag = "community", params(("id" = String, Path)),
    responses((status = 200, body = ReactionView), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn dislike(
    State(state): State<AppState>,
    caller: Caller,
    ClientAddr(addr): ClientAddr,
    PathId(id): PathId,
) -> ProblemResult<Json<ReactionView>> {
    react(&state, &caller, addr, id, Reaction::Dislike).await
}

/// Take a dislike back
#[utoipa::path(delete, path = "/api/videos/{id}/dislike", tag = "community", params(("id" = String, Path)),
    responses((status = 200, body = ReactionView), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn undislike(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<ReactionView>> {
    unreact(&state, &caller, id, Reaction::Dislike).await
}
