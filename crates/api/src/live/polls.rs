//! `/api/streams/{id}/polls`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use matinee_identity::access::Action;
use matinee_live::polls::{NewPoll, Poll};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::questions::voter;
use super::streams::note;
use super::who::{known, moderator, speaker};
use crate::community::person::acting as anyone_acting;
use crate::http::extract::PathIds;
use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Body, Caller, PathId, Problem, ProblemResult};

/// A poll beside a stream.
#[derive(Debug, Serialize, ToSchema)]
pub struct PollView {
    /// `poll_…`
    pub id: String,
    /// `stream_…`
    pub stream_id: String,
    /// Plain text: show it as text.
    pub question: String,
    /// What can be chosen.
    pub options: Vec<PollOptionView>,
    /// How many people have voted. Where several options may be chosen, those
    /// of the options add up to more.
    pub total_votes: i64,
    /// Whether one may choose several options.
    pub multiple: bool,
    /// Whether it takes votes.
    #[schema(value_type = PollStateView)]
    pub state: &'static str,
    /// When it closes by itself, RFC 3339; null if it does not.
    pub closes_at: Option<String>,
    /// When it was closed, RFC 3339; null while it is open.
    pub closed_at: Option<String>,
    /// What you have chosen; null if nothing, and in what a room is told.
    pub voted: Option<Vec<i32>>,
    /// RFC 3339.
    pub created_at: String,
}

/// What can be chosen in a poll.
#[derive(Debug, Serialize, ToSchema)]
pub struct PollOptionView {
    /// Its place, from 0: what a vote names.
    pub index: i32,
    /// Plain text: show it as text.
    pub text: String,
    /// How many have chosen it.
    pub votes: i64,
}

/// Whether a poll takes votes.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words that are sent")]
pub enum PollStateView {
    /// It does.
    Open,
    /// It does not any more.
    Closed,
}

impl PollView {
    pub(super) fn new(poll: &Poll) -> Self {
        let row = &poll.row;
        let option = |option: &matinee_live::polls::PollOption| PollOptionView {
            index: option.position,
            text: option.label.clone(),
            votes: option.votes,
        };
        let is_open = poll.is_open();
        Self {
            id: row.id.clone(),
            stream_id: row.stream_id.clone(),
            question: row.question.clone(),
            options: poll.options.iter().map(option).collect(),
            total_votes: row.voters,
            multiple: row.multiple,
            state: if is_open { "open" } else { "closed" },
            closes_at: row.closes_at.map(rfc3339),
            closed_at: row
                .closed_at
                .or(row.closes_at)
                .filter(|_| !is_open)
                .map(rfc3339),
            voted: poll.voted.clone(),
            created_at: rfc3339(row.created_at),
        }
    }
}

/// List a stream's polls
///
/// The latest first.
#[utoipa::path(get, path = "/api/streams/{id}/polls", tag = "live", params(("id" = String, Path)),
    responses((status = 200, body = Vec<PollView>), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<PollView>>> {
    let stream = known(&state, &caller, &id, Action::Watch).await?;
    let who = speaker(&caller, &stream);
    let polls = state.live.polls.list(&id, who.as_ref()).await?;
    Ok(Json(polls.iter().map(PollView::new).collect()))
}

/// A poll about to be opened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PollForm {
    /// Plain text.
    #[schema(min_length = 1, max_length = 300)]
    question: String,
    /// 2 to 10 different ones, of at most 120 characters each.
    #[schema(min_items = 2, max_items = 10)]
    options: Vec<String>,
    /// Whether one may choose several.
    #[serde(default)]
    multiple: bool,
    /// It closes by itself after so many seconds, at most a day.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 86_400)]
    duration_seconds: Option<i64>,
}

/// Open a poll
///
/// For those who look after the chat: the stream's owner, moderators and
/// administrators.
#[utoipa::path(post, path = "/api/streams/{id}/polls", tag = "live", params(("id" = String, Path)),
    request_body = PollForm,
    responses((status = 201, body = PollView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
    Body(form): Body<PollForm>,
) -> ProblemResult<Response> {
    let caller = &acting.caller;
    let stream = known(&state, caller, &id, Action::Watch).await?;
    anyone_acting(caller)?;
    let who = moderator(caller, &stream)?;
    let new = NewPoll {
        question: form.question,
        options: form.options,
        multiple: form.multiple,
        seconds: form.duration_seconds,
    };
    let poll = state.live.polls.open(&stream, &who, new).await?;
    note(
        &acting,
        &stream,
        "poll.open",
        json!({ "poll": poll.row.id }),
    )
    .await?;
    Ok((StatusCode::CREATED, Json(PollView::new(&poll))).into_response())
}

/// What somebody chooses.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PollVoteForm {
    /// The places of the options: one, or several where that is allowed.
    #[schema(min_items = 1, max_items = 10)]
    options: Vec<i32>,
}

/// Vote in a poll
///
/// One vote of each account, which may be changed while the poll is open.
#[utoipa::path(post, path = "/api/streams/{id}/polls/{poll_id}/vote", tag = "live",
    params(("id" = String, Path), ("poll_id" = String, Path)), request_body = PollVoteForm,
    responses((status = 200, body = PollView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(super) async fn vote(
    State(state): State<AppState>,
    acting: Acting,
    PathIds(id, poll): PathIds,
    Body(form): Body<PollVoteForm>,
) -> ProblemResult<Json<PollView>> {
    let (stream, who) = voter(&state, &acting, &id).await?;
    let polls = &state.live.polls;
    let poll = polls.vote(&stream, &poll, &who, &form.options).await?;
    Ok(Json(PollView::new(&poll)))
}

/// Close a poll
///
/// For those who look after the chat. Closing one that is closed changes
/// nothing.
#[utoipa::path(post, path = "/api/streams/{id}/polls/{poll_id}/close", tag = "live",
    params(("id" = String, Path), ("poll_id" = String, Path)),
    responses((status = 200, body = PollView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn close(
    State(state): State<AppState>,
    acting: Acting,
    PathIds(id, poll): PathIds,
) -> ProblemResult<Json<PollView>> {
    let caller = &acting.caller;
    let stream = known(&state, caller, &id, Action::Watch).await?;
    anyone_acting(caller)?;
    let who = moderator(caller, &stream)?;
    let closed = state.live.polls.close(&id, &poll, &who).await?;
    note(&acting, &stream, "poll.close", json!({ "poll": poll })).await?;
    Ok(Json(PollView::new(&closed)))
}

/// Delete a poll
///
/// With its votes. For those who look after the chat.
#[utoipa::path(delete, path = "/api/streams/{id}/polls/{poll_id}", tag = "live",
    params(("id" = String, Path), ("poll_id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    acting: Acting,
    PathIds(id, poll): PathIds,
) -> ProblemResult<StatusCode> {
    let caller = &acting.caller;
    let stream = known(&state, caller, &id, Action::Watch).await?;
    anyone_acting(caller)?;
    moderator(caller, &stream)?;
    state.live.polls.delete(&id, &poll).await?;
    note(&acting, &stream, "poll.delete", json!({ "poll": poll })).await?;
    Ok(StatusCode::NO_CONTENT)
}
