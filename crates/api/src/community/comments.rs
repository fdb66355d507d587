//! `/api/videos/{id}/comments` and `/api/comments/{id}`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, Uri, header};
use matinee_catalog::Video;
use matinee_catalog::community::{
    CommentChange, CommentOrder, CommentRow, NewComment, Person, PostState,
};
use matinee_catalog::moderation::Kind;
use matinee_identity::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::paging;
use super::person::{acting, asking, may_write, moderates, permitted};
use crate::http::extract::nullable;
use crate::videos::view::rfc3339;
use crate::{AppState, Body, Caller, Params, PathId, Problem, ProblemResult};

/// A comment, or a reply to one.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommentView {
    /// `comment_…`
    pub id: String,
    /// The video that it stands under.
    pub video_id: String,
    /// The comment whose thread it stands in; null for one that begins a thread.
    pub parent_id: Option<String>,
    /// The reply that it answers, when it answers one.
    pub reply_to: Option<String>,
    /// Who wrote it; null when it was deleted.
    pub author: Option<AuthorView>,
    /// Plain text, as typed: show it as text. Empty when it was deleted.
    pub body: String,
    /// The instant of the film that it speaks of, in milliseconds.
    pub at_ms: Option<i64>,
    /// `visible`; `held` or `removed` (you see it because it is yours, or
    /// because you moderate); `deleted` (its place stays for the replies).
    pub state: &'static str,
    /// Whether it stands above the others.
    pub pinned: bool,
    /// Likes so far.
    pub like_count: i64,
    /// Whether you like it.
    pub liked: bool,
    /// Replies in its thread.
    pub reply_count: i64,
    /// Whether it is yours.
    pub is_mine: bool,
    /// Whether you may change its words.
    pub can_edit: bool,
    /// Whether you may delete it.
    pub can_delete: bool,
    /// Whether you may pin it.
    pub can_pin: bool,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339; null if it was never edited.
    pub edited_at: Option<String>,
}

/// Who wrote something.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthorView {
    /// `user_…`; null for somebody without account.
    pub id: Option<String>,
    /// The name that they had when they wrote it.
    pub name: String,
}

impl CommentView {
    fn new(row: CommentRow, who: Option<&Person>, edits_video: bool) -> Self {
        let CommentRow { comment, liked } = row;
        let mine = who.is_some_and(|p| p.wrote(&comment.author, comment.account.as_deref()));
        let moderator = who.is_some_and(|person| person.moderator);
        let alive = comment.state != PostState::Deleted;
        Self {
            author: alive.then_some(AuthorView {
                id: comment.account,
                name: comment.author_name,
            }),
            state: comment.state.as_str(),
            pinned: comment.pinned,
            like_count: comment.like_count,
            liked,
            reply_count: comment.reply_count,
            is_mine: mine && alive,
            can_edit: mine && matches!(comment.state, PostState::Visible | PostState::Held),
            can_delete: alive && (mine || moderator || edits_video),
            can_pin: comment.state == PostState::Visible
                && comment.parent_id.is_none()
                && (moderator || edits_video),
            created_at: rfc3339(comment.created_at),
            edited_at: comment.edited_at.map(rfc3339),
            id: comment.id,
            video_id: comment.video_id,
            parent_id: comment.parent_id,
            reply_to: comment.reply_to,
            body: comment.body,
            at_ms: comment.at_ms,
        }
    }
}

/// Which comments, in which order.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct CommentParams {
    /// `newest` (unless given), `oldest` or `top` (the most liked first).
    sort: Option<String>,
    /// 1 to 200; 50 unless given.
    limit: Option<u64>,
    /// From the `Link: …; rel="next"` of the page before.
    cursor: Option<String>,
}

fn order(sort: Option<&str>, usual: CommentOrder) -> ProblemResult<CommentOrder> {
    match sort {
        None => Ok(usual),
        Some("newest" | "-created_at") => Ok(CommentOrder::Newest),
        Some("oldest" | "created_at") => Ok(CommentOrder::Oldest),
        Some("top" | "-like_count") => Ok(CommentOrder::Top),
        Some(_) => Err(Problem::field("sort", "must be newest, oldest or top")),
    }
}

async fn page(
    state: &AppState,
    caller: &Caller,
    video: &Video,
    thread: Option<&str>,
    params: CommentParams,
    uri: &Uri,
) -> ProblemResult<Response> {
    let usual = match thread {
        Some(_) => CommentOrder::Oldest,
        None => CommentOrder::Newest,
    };
    let order = order(params.sort.as_deref(), usual)?;
    let limit = paging::limit(params.limit)?;
    let who = asking(caller);
    let cursor = params.cursor.as_deref();
    let page = state
        .community
        .comments(who.as_ref(), &video.id, thread, order, cursor, limit)
        .await?;
    let total = match thread {
        Some(_) => None,
        None => Some(
            state
                .community
                .thread_count(who.as_ref(), &video.id)
                .await?,
        ),
    };
    let edits = caller.may(video, Action::Edit);
    let rows: Vec<CommentView> = page
        .rows
        .into_iter()
        .map(|row| CommentView::new(row, who.as_ref(), edits))
        .collect();
    Ok(paging::answer(&rows, page.next.as_deref(), total, uri))
}

/// List the comments under a video
///
/// Those that begin a thread; a pinned one comes first. `X-Total-Count` says
/// how many there are.
#[utoipa::path(get, path = "/api/videos/{id}/comments", tag = "community",
    params(("id" = String, Path), CommentParams),
    responses((status = 200, body = Vec<CommentView>), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
    PathId(id): PathId,
    Params(params): Params<CommentParams>,
) -> ProblemResult<Response> {
    let video = permitted(&state, &caller, &id, Action::Watch).await?;
    page(&state, &caller, &video, None, params, &uri).await
}

/// List the replies in a thread
///
/// The oldest first, unless another order is asked for.
#[utoipa::path(get, path = "/api/comments/{id}/replies", tag = "community",
    params(("id" = String, Path), CommentParams),
    responses((status = 200, body = Vec<CommentView>), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn replies(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
    PathId(id): PathId,
    Params(params): Params<CommentParams>,
) -> ProblemResult<Response> {
    let (video, _, _) = known(&state, &caller, &id).await?;
    page(&state, &caller, &video, Some(&id), params, &uri).await
}

/// A comment that the caller sees, under a video that they may watch.
async fn known(
    state: &AppState,
    caller: &Caller,
    id: &str,
) -> ProblemResult<(Video, CommentRow, Option<Person>)> {
    let who = asking(caller);
    let row = state.community.comment_row(who.as_ref(), id).await?;
    let video = permitted(state, caller, &row.comment.video_id, Action::Watch).await?;
    Ok((video, row, who))
}

/// What somebody says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentForm {
    /// Plain text, 1 to 4000 characters.
    #[serde(alias = "text", alias = "comment")]
    body: String,
    /// The comment that it answers.
    #[serde(default)]
    parent_id: Option<String>,
    /// The instant of the film that it speaks of, in milliseconds.
    #[serde(default)]
    at_ms: Option<i64>,
}

/// Comment on a video
///
/// What a rule finds may be refused (422, with the field and the reason) or held
/// until a moderator has read it (`state` is `held` then).
#[utoipa::path(post, path = "/api/videos/{id}/comments", tag = "community", params(("id" = String, Path)),
    request_body = CommentForm,
    responses((status = 201, body = CommentView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
    Body(form): Body<CommentForm>,
) -> ProblemResult<Response> {
    let video = permitted(&state, &caller, &id, Action::Watch).await?;
    let who = may_write(&state, &caller, &video, Kind::Comment).await?;
    let new = NewComment {
        body: form.body,
        parent_id: form.parent_id,
        at_ms: form.at_ms,
    };
    let comment = state.community.comment(&who, &id, new).await?;
    let place = [(header::LOCATION, format!("/api/comments/{}", comment.id))];
    let row = CommentRow {
        comment,
        liked: false,
    };
    let view = CommentView::new(row, Some(&who), caller.may(&video, Action::Edit));
    Ok((StatusCode::CREATED, place, Json(view)).into_response())
}

/// Get a comment
#[utoipa::path(get, path = "/api/comments/{id}", tag = "community", params(("id" = String, Path)),
    responses((status = 200, body = CommentView), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<CommentView>> {
    let (video, row, who) = known(&state, &caller, &id).await?;
    let edits = caller.may(&video, Action::Edit);
    Ok(Json(CommentView::new(row, who.as_ref(), edits)))
}

/// A change of a comment: an absent field stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::option_option,
    reason = "absent, null and given are three things"
)]
pub struct CommentPatch {
    /// Other words; its author's to say.
    #[serde(default)]
    body: Option<String>,
    /// Another instant, or null for none; its author's to say.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<i64>)]
    at_ms: Option<Option<i64>>,
    /// Whether it stands above the others; for who may edit the video, and for
    /// moderators.
    #[serde(default)]
    pinned: Option<bool>,
}

/// Change or pin a comment
#[utoipa::path(patch, path = "/api/comments/{id}", tag = "community", params(("id" = String, Path)),
    request_body = CommentPatch,
    responses((status = 200, body = CommentView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn patch(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
    Body(change): Body<CommentPatch>,
) -> ProblemResult<Json<CommentView>> {
    let who = acting(&caller)?;
    let (video, mut row, _) = known(&state, &caller, &id).await?;
    let edits = caller.may(&video, Action::Edit);
    if change.pinned.is_some() && !edits && !who.moderator {
        return Err(Problem::forbidden(
            "Pinning is for who may edit the video, and for moderators.",
        ));
    }
    if change.body.is_some() || change.at_ms.is_some() {
        let words = CommentChange {
            body: change.body,
            at_ms: change.at_ms,
        };
        row.comment = state.community.edit_comment(&who, &id, words).await?;
    }
    if let Some(pinned) = change.pinned {
        row.comment = state.community.pin_comment(&id, pinned).await?;
    }
    Ok(Json(CommentView::new(row, Some(&who), edits)))
}

/// Delete a comment
///
/// One's own, or any for who may edit the video and for moderators. Replies
/// keep its place, without its words.
#[utoipa::path(delete, path = "/api/comments/{id}", tag = "community", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    actor: crate::Acting,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    let caller = &actor.caller;
    let who = acting(caller)?;
    let (video, row, _) = known(&state, caller, &id).await?;
    let anyway = moderates(caller) || caller.may(&video, Action::Edit);
    state.community.delete_comment(&who, &id, anyway).await?;
    let comment = row.comment;
    if !who.wrote(&comment.author, comment.account.as_deref()) {
        let detail = serde_json::json!({ "video": comment.video_id, "author": comment.account });
        actor.record("comment.delete", id, detail).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Likes of a comment.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommentLikes {
    /// `comment_…`
    pub id: String,
    /// Likes of all.
    pub like_count: i64,
    /// Whether you like it.
    pub liked: bool,
}

async fn set_like(
    state: &AppState,
    caller: &Caller,
    id: String,
    liked: bool,
) -> ProblemResult<Json<CommentLikes>> {
    let who = acting(caller)?;
    known(state, caller, &id).await?;
    let like_count = state.community.like_comment(&who, &id, liked).await?;
    Ok(Json(CommentLikes {
        id,
        like_count,
        liked,
    }))
}

/// Like a comment
#[utoipa::path(post, path = "/api/comments/{id}/like", tag = "community", params(("id" = String, Path)),
    responses((status = 200, body = CommentLikes), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn like(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<CommentLikes>> {
    set_like(&state, &caller, id, true).await
}

/// Like a comment no longer
#[utoipa::path(delete, path = "/api/comments/{id}/like", tag = "community", params(("id" = String, Path)),
    responses((status = 200, body = CommentLikes), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn unlike(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<CommentLikes>> {
    set_like(&state, &caller, id, false).await
}
