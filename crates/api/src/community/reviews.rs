//! `/api/videos/{id}/reviews` (of all) and `/api/videos/{id}/review` (yours).

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use http::{StatusCode, Uri};
use matinee_catalog::community::{NewReview, Person, Review, ReviewOrder};
use matinee_catalog::moderation::Kind;
use matinee_identity::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::comments::AuthorView;
use super::paging;
use super::person::{acting, anyone, asking, may_write, permitted};
use crate::videos::view::rfc3339;
use crate::{AppState, Body, Caller, Params, PathId, Problem, ProblemResult};

/// A review.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewView {
    /// `review_…`
    pub id: String,
    /// The video that it judges.
    pub video_id: String,
    /// Who wrote it.
    pub author: AuthorView,
    /// 1 to 5.
    pub stars: i32,
    /// A headline; may be empty.
    pub title: String,
    /// Plain text, as typed: show it as text. May be empty.
    pub body: String,
    /// `visible`; `held` or `removed` (you see it because it is yours, or
    /// because you moderate).
    pub state: &'static str,
    /// Whether it is yours.
    pub is_mine: bool,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

impl ReviewView {
    pub(super) fn new(row: Review, who: Option<&Person>) -> Self {
        let is_mine = who.is_some_and(|p| p.wrote(&row.author, row.account.as_deref()));
        Self {
            id: row.id,
            video_id: row.video_id,
            author: AuthorView {
                id: row.account,
                name: row.author_name,
            },
            stars: row.stars,
            title: row.title,
            body: row.body,
            state: row.state.as_str(),
            is_mine,
            created_at: rfc3339(row.created_at),
            updated_at: rfc3339(row.updated_at),
        }
    }
}

/// Which reviews, in which order.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ReviewParams {
    /// `newest` (unless given), `best` or `worst`.
    sort: Option<String>,
    /// 1 to 200; 50 unless given.
    limit: Option<u64>,
    /// From the `Link: …; rel="next"` of the page before.
    cursor: Option<String>,
}

/// List the reviews of a video
///
/// `X-Total-Count` says how many everybody sees; what they come to is at
/// `/api/videos/{id}/community`.
#[utoipa::path(get, path = "/api/videos/{id}/reviews", tag = "community",
    params(("id" = String, Path), ReviewParams),
    responses((status = 200, body = Vec<ReviewView>), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
    PathId(id): PathId,
    Params(params): Params<ReviewParams>,
) -> ProblemResult<Response> {
    permitted(&state, &caller, &id, Action::Watch).await?;
    let limit = paging::limit(params.limit)?;
    let order = match params.sort.as_deref() {
        None | Some("newest") => ReviewOrder::Newest,
        Some("best") => ReviewOrder::Best,
        Some("worst") => ReviewOrder::Worst,
        Some(_) => return Err(Problem::field("sort", "must be newest, best or worst")),
    };
    let who = asking(&caller);
    let cursor = params.cursor.as_deref();
    let page = state
        .community
        .reviews(who.as_ref(), &id, order, cursor, limit)
        .await?;
    let count = state.community.stars(&id).await?.count;
    let rows: Vec<ReviewView> = page
        .rows
        .into_iter()
        .map(|row| ReviewView::new(row, who.as_ref()))
        .collect();
    let total = u64::try_from(count).ok();
    Ok(paging::answer(&rows, page.next.as_deref(), total, &uri))
}

/// Get your review of a video
#[utoipa::path(get, path = "/api/videos/{id}/review", tag = "community", params(("id" = String, Path)),
    responses((status = 200, body = ReviewView), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn mine(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<ReviewView>> {
    permitted(&state, &caller, &id, Action::Watch).await?;
    let who = anyone(&caller)?;
    match state.community.own_review(&who, &id).await? {
        Some(row) => Ok(Json(ReviewView::new(row, Some(&who)))),
        None => Err(Problem::not_found("You have not reviewed this video.")),
    }
}

/// What somebody makes of a video.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewForm {
    /// 1 to 5.
    #[serde(alias = "rating")]
    #[schema(minimum = 1, maximum = 5)]
    stars: i32,
    /// Up to 150 characters.
    #[serde(default)]
    title: String,
    /// Plain text, up to 10,000 characters.
    #[serde(default)]
    body: String,
}

/// Review a video
///
/// Your review takes the place of the one you wrote before.
#[utoipa::path(put, path = "/api/videos/{id}/review", tag = "community", params(("id" = String, Path)),
    request_body = ReviewForm,
    responses((status = 200, body = ReviewView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn put(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
    Body(form): Body<ReviewForm>,
) -> ProblemResult<Json<ReviewView>> {
    let video = permitted(&state, &caller, &id, Action::Watch).await?;
    let who = may_write(&state, &caller, &video, Kind::Review).await?;
    let new = NewReview {
        stars: form.stars,
        title: form.title,
        body: form.body,
    };
    let row = state.community.review(&who, &id, new).await?;
    Ok(Json(ReviewView::new(row, Some(&who))))
}

/// Delete your review of a video
#[utoipa::path(delete, path = "/api/videos/{id}/review", tag = "community", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    permitted(&state, &caller, &id, Action::Watch).await?;
    state
        .community
        .delete_review(&acting(&caller)?, &id)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
