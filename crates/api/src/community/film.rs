//! `/api/videos/{id}/community`: all numbers under a video, and what is yours.

use axum::Json;
use axum::extract::State;
use matinee_catalog::community::{Reaction, Stars};
use matinee_identity::access::Action;
use serde::Serialize;
use utoipa::ToSchema;

use super::person::{asking, permitted};
use super::reviews::ReviewView;
use crate::{AppState, Caller, PathId, Problem, ProblemResult};

/// What people make of a video, and you.
#[derive(Debug, Serialize, ToSchema)]
pub struct FilmCommunity {
    /// `video_…`
    pub video_id: String,
    /// Likes of all.
    pub like_count: i64,
    /// Dislikes of all.
    pub dislike_count: i64,
    /// Comments and replies that everybody sees.
    pub comment_count: u64,
    /// What all reviews come to.
    pub rating: StarsView,
    /// `like`, `dislike` or null: what you think.
    pub reaction: Option<&'static str>,
    /// Whether you mean to watch it.
    pub in_watchlist: bool,
    /// Your review.
    pub review: Option<ReviewView>,
    /// Whether you may comment.
    pub can_comment: bool,
    /// Whether you may review.
    pub can_review: bool,
}

/// What all reviews of a video come to.
#[derive(Debug, Serialize, ToSchema)]
pub struct StarsView {
    /// The average, 1 to 5, to two decimals; null without reviews.
    pub average: Option<f64>,
    /// How many reviews there are.
    pub count: i64,
    /// How many there are of one star, of two, of three, of four, of five.
    pub histogram: [i64; 5],
}

impl From<Stars> for StarsView {
    fn from(stars: Stars) -> Self {
        Self {
            average: stars
                .average
                .map(|average| (average * 100.0).round() / 100.0),
            count: stars.count,
            histogram: stars.histogram,
        }
    }
}

/// See what people make of a video
#[utoipa::path(get, path = "/api/videos/{id}/community", tag = "community", params(("id" = String, Path)),
    responses((status = 200, body = FilmCommunity), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<FilmCommunity>> {
    use matinee_catalog::moderation::{Kind, WhoMayWrite};
    let video = permitted(&state, &caller, &id, Action::Watch).await?;
    let who = asking(&caller);
    let community = &state.community;
    let (mut reaction, mut in_watchlist, mut review) = (None, false, None);
    if let Some(who) = &who {
        reaction = community.reaction(who, &id).await?;
        in_watchlist = community.is_watchlisted(who, &id).await?;
        review = community.own_review(who, &id).await?;
    }
    let rules = community.moderation();
    let may = async |kind| -> ProblemResult<bool> {
        Ok(rules.may_write(kind, who.as_ref()).await? == WhoMayWrite::Yes)
    };
    Ok(Json(FilmCommunity {
        like_count: video.like_count,
        dislike_count: video.dislike_count,
        comment_count: community.comment_count(&id).await?,
        rating: community.stars(&id).await?.into(),
        reaction: reaction.map(Reaction::as_str),
        in_watchlist,
        review: review.map(|row| ReviewView::new(row, who.as_ref())),
        can_comment: may(Kind::Comment).await?,
        can_review: may(Kind::Review).await?,
        video_id: id,
    }))
}
