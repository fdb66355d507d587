//! `/api/streams/{id}/questions`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, Uri};
use matinee_identity::access::Action;
use matinee_live::chat::Speaker;
use matinee_live::questions::{Asked, Question, QuestionChange, QuestionState};
use matinee_live::streams::Stream;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::chat::speaking;
use super::streams::note;
use super::who::{known, moderator, speaker};
use crate::community::paging;
use crate::community::person::acting as anyone_acting;
use crate::http::extract::{PathIds, nullable};
use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Body, Caller, Params, PathId, Problem, ProblemResult};

/// A question beside a stream.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionView {
    /// `question_…`
    pub id: String,
    /// `stream_…`
    pub stream_id: String,
    /// Plain text, as typed: show it as text.
    pub text: String,
    /// The name that its author had when they asked.
    pub username: String,
    /// `user_…`
    pub author_id: String,
    /// RFC 3339.
    pub created_at: String,
    /// How many want it answered.
    pub votes: i64,
    /// Whether you do. Left out of what a room is told: that is the same for
    /// everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voted: Option<bool>,
    /// What has become of it.
    #[schema(value_type = QuestionStateView)]
    pub state: &'static str,
    /// What was answered in writing, as plain text.
    pub answer: Option<String>,
    /// When it was answered, RFC 3339.
    pub answered_at: Option<String>,
}

/// What has become of a question.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words that are sent")]
pub enum QuestionStateView {
    /// It waits for an answer.
    Open,
    /// It was answered, in writing or aloud.
    Answered,
    /// It will not be answered; only those who look after the chat see it.
    Dismissed,
}

impl QuestionView {
    /// The question as everybody in the room is told it.
    pub(super) fn told(row: &Question) -> Self {
        Self {
            id: row.id.clone(),
            stream_id: row.stream_id.clone(),
            text: row.body.clone(),
            username: row.author_name.clone(),
            author_id: row.account.clone(),
            created_at: rfc3339(row.created_at),
            votes: row.votes,
            voted: None,
            state: row.state.as_str(),
            answer: row.answer.clone(),
            answered_at: row.answered_at.map(rfc3339),
        }
    }

    fn new(asked: &Asked) -> Self {
        Self {
            voted: Some(asked.voted),
            ..Self::told(&asked.row)
        }
    }
}

/// Which questions.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct QuestionParams {
    /// `open`, `answered`, or `all` (unless given). Those who look after the
    /// chat may ask for `dismissed` ones, and `all` has them as well.
    state: Option<String>,
    /// 1 to 200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// Rows to skip.
    #[param(maximum = 100_000)]
    offset: Option<u64>,
}

/// List a stream's questions
///
/// Those with the most votes first; `X-Total-Count` says how many there are.
#[utoipa::path(get, path = "/api/streams/{id}/questions", tag = "live",
    params(("id" = String, Path), QuestionParams),
    responses((status = 200, body = Vec<QuestionView>), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
    PathId(id): PathId,
    Params(params): Params<QuestionParams>,
) -> ProblemResult<Response> {
    let stream = known(&state, &caller, &id, Action::Watch).await?;
    let limit = paging::limit(params.limit)?;
    let offset = paging::offset(params.offset, None)?;
    let wanted =
        match params.state.as_deref().filter(|word| !word.is_empty()) {
            None | Some("all") => None,
            Some(word) => Some(QuestionState::parse(word).ok_or_else(|| {
                Problem::field("state", "must be open, answered, dismissed or all")
            })?),
        };
    let who = speaker(&caller, &stream);
    let (asked, total) = state
        .live
        .questions
        .list(&id, who.as_ref(), wanted, offset, limit)
        .await?;
    let views: Vec<QuestionView> = asked.iter().map(QuestionView::new).collect();
    Ok(paging::answer_at(&views, offset, total, &uri))
}

/// What somebody asks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionForm {
    /// Plain text.
    #[schema(min_length = 1, max_length = 500)]
    text: String,
}

/// Somebody who has signed in and may write.
async fn asker(
    state: &AppState,
    acting: &Acting,
    id: &str,
) -> ProblemResult<(std::sync::Arc<Stream>, Speaker)> {
    let stream = known(state, &acting.caller, id, Action::Watch).await?;
    acting.user()?;
    let who = speaking(&acting.caller, acting.via.as_ref(), &stream, None)?;
    Ok((stream, who))
}

/// Ask a question
///
/// For everybody who has signed in and is not kept from writing in the chat.
#[utoipa::path(post, path = "/api/streams/{id}/questions", tag = "live",
    params(("id" = String, Path)), request_body = QuestionForm,
    responses((status = 201, body = QuestionView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
    Body(form): Body<QuestionForm>,
) -> ProblemResult<Response> {
    let (stream, who) = asker(&state, &acting, &id).await?;
    let asked = state.live.questions.ask(&stream, &who, &form.text).await?;
    Ok((StatusCode::CREATED, Json(QuestionView::new(&asked))).into_response())
}

/// Votes for a question.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionVotes {
    /// `question_…`
    pub id: String,
    /// How many want it answered.
    pub votes: i64,
    /// Whether you do.
    pub voted: bool,
}

/// Somebody who has signed in and may vote.
pub(super) async fn voter(
    state: &AppState,
    acting: &Acting,
    id: &str,
) -> ProblemResult<(std::sync::Arc<Stream>, Speaker)> {
    let stream = known(state, &acting.caller, id, Action::Watch).await?;
    acting.user()?;
    anyone_acting(&acting.caller)?;
    let who = speaker(&acting.caller, &stream).ok_or_else(Problem::sign_in)?;
    Ok((stream, who))
}

async fn set_vote(
    state: &AppState,
    acting: &Acting,
    id: &str,
    question: &str,
    voted: bool,
) -> ProblemResult<Json<QuestionVotes>> {
    let (stream, who) = voter(state, acting, id).await?;
    let questions = &state.live.questions;
    let asked = questions.vote(&stream, question, &who, voted).await?;
    Ok(Json(QuestionVotes {
        id: asked.row.id,
        votes: asked.row.votes,
        voted: asked.voted,
    }))
}

/// Vote for a question
///
/// One vote of each account; doing so again changes nothing.
#[utoipa::path(put, path = "/api/streams/{id}/questions/{question_id}/vote", tag = "live",
    params(("id" = String, Path), ("question_id" = String, Path)),
    responses((status = 200, body = QuestionVotes), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(super) async fn vote(
    State(state): State<AppState>,
    acting: Acting,
    PathIds(id, question): PathIds,
) -> ProblemResult<Json<QuestionVotes>> {
    set_vote(&state, &acting, &id, &question, true).await
}

/// Vote for a question no longer
#[utoipa::path(delete, path = "/api/streams/{id}/questions/{question_id}/vote", tag = "live",
    params(("id" = String, Path), ("question_id" = String, Path)),
    responses((status = 200, body = QuestionVotes), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(super) async fn unvote(
    State(state): State<AppState>,
    acting: Acting,
    PathIds(id, question): PathIds,
) -> ProblemResult<Json<QuestionVotes>> {
    set_vote(&state, &acting, &id, &question, false).await
}

/// A change of a question: an absent field stays.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(
    clippy::option_option,
    reason = "absent, null and given are three things"
)]
#[serde(deny_unknown_fields)]
pub struct QuestionPatch {
    /// `open`, `answered` or `dismissed`.
    #[serde(default)]
    #[schema(value_type = Option<QuestionStateView>)]
    state: Option<String>,
    /// Plain text; null takes an answer back. With one the question is
    /// answered, unless a state is given.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, max_length = 2000)]
    answer: Option<Option<String>>,
}

/// Answer or dismiss a question
///
/// For those who look after the chat: the stream's owner, moderators and
/// administrators.
#[utoipa::path(patch, path = "/api/streams/{id}/questions/{question_id}", tag = "live",
    params(("id" = String, Path), ("question_id" = String, Path)), request_body = QuestionPatch,
    responses((status = 200, body = QuestionView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn patch(
    State(state): State<AppState>,
    caller: Caller,
    PathIds(id, question): PathIds,
    Body(patch): Body<QuestionPatch>,
) -> ProblemResult<Json<QuestionView>> {
    let stream = known(&state, &caller, &id, Action::Watch).await?;
    anyone_acting(&caller)?;
    let who = moderator(&caller, &stream)?;
    let wanted = match patch.state.as_deref() {
        None => None,
        Some(word) => Some(
            QuestionState::parse(word)
                .ok_or_else(|| Problem::field("state", "must be open, answered or dismissed"))?,
        ),
    };
    let change = QuestionChange {
        state: wanted,
        answer: patch.answer,
    };
    let questions = &state.live.questions;
    let asked = questions.edit(&id, &question, &who, change).await?;
    Ok(Json(QuestionView::new(&asked)))
}

/// Delete a question
///
/// One's own, or any for those who look after the chat.
#[utoipa::path(delete, path = "/api/streams/{id}/questions/{question_id}", tag = "live",
    params(("id" = String, Path), ("question_id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    acting: Acting,
    PathIds(id, question): PathIds,
) -> ProblemResult<StatusCode> {
    let (stream, who) = voter(&state, &acting, &id).await?;
    let questions = &state.live.questions;
    let asked = questions.get(&id, &question, Some(&who)).await?.row;
    let own = who.person.wrote(&asked.author, Some(&asked.account));
    if !own {
        moderator(&acting.caller, &stream)?;
    }
    questions.delete(&id, &question).await?;
    if !own {
        let detail = json!({ "question": question, "author": asked.account });
        note(&acting, &stream, "question.delete", detail).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
