//! `/api/streams/{id}/chat` and `/api/streams/{id}/bans`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, Uri, header};
use matinee_analytics::event::What;
use matinee_identity::access::Action;
use matinee_live::chat::{Ban, Message, MessageChange, NewBan, NewMessage, Speaker};
use matinee_live::streams::Stream;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::streams::note;
use super::who::{known, moderator, speaker};
use crate::community::paging;
use crate::community::person::acting as anyone_acting;
use crate::http::extract::PathIds;
use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Body, Caller, Params, PathId, Problem, ProblemResult};
use matinee_identity::Via;

/// Messages on a page unless the client says otherwise.
const LIMIT: u64 = 100;

/// A message beside a stream.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatMessageView {
    /// `msg_…`
    pub id: String,
    /// `stream_…`
    pub stream_id: String,
    /// `user_…`; null for somebody without account.
    pub user_id: Option<String>,
    /// The name that they had when they wrote it.
    pub username: String,
    /// Plain text, as typed: show it as text.
    pub message: String,
    /// When it was written, RFC 3339.
    pub timestamp: String,
    /// Always false: what is deleted is not told any more.
    pub is_deleted: bool,
    /// What its author is to the stream: `streamer`, `administrator`,
    /// `moderator`, `member`, or `guest` (without account).
    pub badge: &'static str,
    /// What it answers; null if nothing, or if that is gone.
    pub reply_to: Option<QuotedMessageView>,
    /// Whether it stands above the others.
    pub pinned: bool,
    /// `visible`; `held` (you see it because it is yours, or because you look
    /// after the chat).
    pub state: &'static str,
}

/// The beginning of a message that another one answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuotedMessageView {
    /// `msg_…`
    pub id: String,
    /// The name of its author.
    pub username: String,
    /// How it begins.
    pub message: String,
}

impl ChatMessageView {
    pub(super) fn new(message: &Message) -> Self {
        let row = &message.row;
        Self {
            id: row.id.clone(),
            stream_id: row.stream_id.clone(),
            user_id: row.account.clone(),
            username: row.author_name.clone(),
            message: row.body.clone(),
            timestamp: rfc3339(row.created_at),
            is_deleted: false,
            badge: row.badge.as_str(),
            reply_to: message.quoted.as_ref().map(|quoted| QuotedMessageView {
                id: quoted.id.clone(),
                username: quoted.author_name.clone(),
                message: quoted.excerpt.clone(),
            }),
            pinned: row.pinned,
            state: row.state.as_str(),
        }
    }
}

/// Which messages.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ChatParams {
    /// 100 unless given; at most as many as `CHAT_HISTORY_LIMIT` says.
    limit: Option<u64>,
    /// From the `Link: …; rel="next"` of the page before: what came earlier.
    cursor: Option<String>,
    /// Only those that stand above the others.
    pinned: Option<bool>,
}

/// Read a stream's chat
///
/// The latest messages, the earliest of them first. The next page is what came
/// before.
#[utoipa::path(get, path = "/api/streams/{id}/chat", tag = "live",
    params(("id" = String, Path), ChatParams),
    responses((status = 200, body = Vec<ChatMessageView>), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
    PathId(id): PathId,
    Params(params): Params<ChatParams>,
) -> ProblemResult<Response> {
    let stream = known(&state, &caller, &id, Action::Watch).await?;
    let chat = &state.live.chat;
    let most = chat.options().history_max;
    let limit = params.limit.unwrap_or(LIMIT.min(most));
    if !(1..=most).contains(&limit) {
        return Err(Problem::field("limit", format!("must be from 1 to {most}")));
    }
    let messages = if params.pinned == Some(true) {
        chat.pinned(&id).await?
    } else {
        let who = speaker(&caller, &stream);
        chat.history(&id, who.as_ref(), params.cursor.as_deref(), limit)
            .await?
    };
    let views: Vec<ChatMessageView> = messages.iter().map(ChatMessageView::new).collect();
    let full = views.len() as u64 == limit && params.pinned != Some(true);
    let next = views.first().filter(|_| full).map(|first| first.id.clone());
    Ok(paging::answer(&views, next.as_deref(), None, &uri))
}

/// What somebody says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatForm {
    /// Plain text, at most as long as `MAX_CHAT_MESSAGE_LENGTH` says.
    #[schema(min_length = 1)]
    message: String,
    /// The name of somebody without account; others have their own.
    #[serde(default)]
    username: Option<String>,
    /// Taken from older clients and not believed: who asks is known by their
    /// credentials.
    #[serde(default)]
    user_id: Option<String>,
    /// The message that it answers.
    #[serde(default)]
    reply_to: Option<String>,
}

/// Somebody about to say something, under the name that they may choose.
pub(super) fn speaking(
    caller: &Caller,
    via: Option<&Via>,
    stream: &Stream,
    username: Option<String>,
) -> ProblemResult<Speaker> {
    anyone_acting(caller)?;
    if caller.0.user().is_some_and(matinee_identity::User::is_kid) {
        return Err(Problem::forbidden("This profile may not write."));
    }
    let mut who = speaker(caller, stream).ok_or_else(Problem::sign_in)?;
    // In open mode everybody is the operator: there a name is worth what it is.
    let chooses = who.person.account.is_none() || matches!(via, Some(Via::Open));
    if let Some(name) = username.filter(|name| chooses && !name.trim().is_empty()) {
        who.person.name = name;
    }
    Ok(who)
}

/// Write in a stream's chat
///
/// It is kept when this answers. What a rule finds may be refused (422, with
/// the field and the reason) or held until somebody who looks after the chat
/// has read it (`state` is `held` then).
#[utoipa::path(post, path = "/api/streams/{id}/chat", tag = "live", params(("id" = String, Path)),
    request_body = ChatForm,
    responses((status = 201, body = ChatMessageView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
    Body(form): Body<ChatForm>,
) -> ProblemResult<Response> {
    let stream = known(&state, &acting.caller, &id, Action::Watch).await?;
    drop(form.user_id);
    let who = speaking(&acting.caller, acting.via.as_ref(), &stream, form.username)?;
    let new = NewMessage {
        body: form.message,
        reply_to: form.reply_to,
    };
    let message = state.live.chat.say(&stream, &who, new).await?;
    state
        .analytics
        .happens(&message.row.id, &stream.id, What::ChatMessage);
    let view = ChatMessageView::new(&message);
    let place = format!("/api/streams/{id}/chat/{}", view.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(view)).into_response())
}

/// A change of a message: an absent field stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatPatch {
    /// Whether it stands above the others.
    #[serde(default)]
    pinned: Option<bool>,
    /// `true` lets a held message be seen.
    #[serde(default)]
    approve: bool,
}

/// Pin a message, or let a held one be seen
///
/// For those who look after the chat: the stream's owner, moderators and
/// administrators.
#[utoipa::path(patch, path = "/api/streams/{id}/chat/{msg_id}", tag = "live",
    params(("id" = String, Path), ("msg_id" = String, Path)), request_body = ChatPatch,
    responses((status = 200, body = ChatMessageView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn patch(
    State(state): State<AppState>,
    caller: Caller,
    PathIds(id, message): PathIds,
    Body(change): Body<ChatPatch>,
) -> ProblemResult<Json<ChatMessageView>> {
    let stream = known(&state, &caller, &id, Action::Watch).await?;
    anyone_acting(&caller)?;
    moderator(&caller, &stream)?;
    let change = MessageChange {
        pinned: change.pinned,
        approve: change.approve,
    };
    let message = state.live.chat.edit(&id, &message, change).await?;
    Ok(Json(ChatMessageView::new(&message)))
}

/// Delete a message
///
/// One's own, or any for those who look after the chat.
#[utoipa::path(delete, path = "/api/streams/{id}/chat/{msg_id}", tag = "live",
    params(("id" = String, Path), ("msg_id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    acting: Acting,
    PathIds(id, message): PathIds,
) -> ProblemResult<StatusCode> {
    let caller = &acting.caller;
    let stream = known(&state, caller, &id, Action::Watch).await?;
    let person = anyone_acting(caller)?;
    let said = state.live.chat.message(&id, &message).await?.row;
    let own = person.wrote(&said.author, said.account.as_deref());
    if !own {
        moderator(caller, &stream)?;
    }
    state.live.chat.delete(&id, &message).await?;
    if !own {
        let detail = json!({ "message": message, "author": said.account });
        note(&acting, &stream, "chat.delete", detail).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody who may not write in a stream's chat.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatBanView {
    /// `ban_…`
    pub id: String,
    /// `stream_…`
    pub stream_id: String,
    /// `user_…`; null for somebody without account.
    pub user_id: Option<String>,
    /// The name that they had.
    pub username: String,
    /// Why, in words; may be empty.
    pub reason: String,
    /// Until when, RFC 3339; null for ever.
    pub until: Option<String>,
    /// RFC 3339.
    pub created_at: String,
}

impl From<Ban> for ChatBanView {
    fn from(ban: Ban) -> Self {
        Self {
            id: ban.id,
            stream_id: ban.stream_id,
            user_id: ban.account,
            username: ban.author_name,
            reason: ban.reason,
            until: ban.until.map(rfc3339),
            created_at: rfc3339(ban.created_at),
        }
    }
}

/// Who is to be kept from writing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatBanForm {
    /// The author of this message.
    message_id: String,
    /// For so many seconds, at most a year; for ever if null.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 31_536_000)]
    seconds: Option<i64>,
    /// Why, in words.
    #[serde(default)]
    #[schema(max_length = 500)]
    reason: String,
    /// Whether what they have written goes, too.
    #[serde(default)]
    delete_messages: bool,
}

/// Keep somebody from writing in a stream's chat
///
/// For a time, or for ever. For those who look after the chat.
#[utoipa::path(post, path = "/api/streams/{id}/bans", tag = "live", params(("id" = String, Path)),
    request_body = ChatBanForm,
    responses((status = 201, body = ChatBanView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn ban(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
    Body(form): Body<ChatBanForm>,
) -> ProblemResult<(StatusCode, Json<ChatBanView>)> {
    let caller = &acting.caller;
    let stream = known(&state, caller, &id, Action::Watch).await?;
    anyone_acting(caller)?;
    let by = moderator(caller, &stream)?;
    let new = NewBan {
        message_id: form.message_id,
        seconds: form.seconds,
        reason: form.reason,
        delete_messages: form.delete_messages,
    };
    let account = by.person.account.as_deref();
    let ban = state.live.chat.ban(&id, new, account).await?;
    let detail =
        json!({ "account": ban.account, "name": ban.author_name, "until": ban.until.map(rfc3339) });
    note(&acting, &stream, "chat.ban", detail).await?;
    Ok((StatusCode::CREATED, Json(ban.into())))
}

/// List who may not write in a stream's chat
///
/// The latest first. For those who look after the chat.
#[utoipa::path(get, path = "/api/streams/{id}/bans", tag = "live", params(("id" = String, Path)),
    responses((status = 200, body = Vec<ChatBanView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn bans(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<ChatBanView>>> {
    let stream = known(&state, &caller, &id, Action::Watch).await?;
    moderator(&caller, &stream)?;
    let bans = state.live.chat.bans(&id).await?;
    Ok(Json(bans.into_iter().map(Into::into).collect()))
}

/// Let somebody write again
#[utoipa::path(delete, path = "/api/streams/{id}/bans/{ban_id}", tag = "live",
    params(("id" = String, Path), ("ban_id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn unban(
    State(state): State<AppState>,
    acting: Acting,
    PathIds(id, ban): PathIds,
) -> ProblemResult<StatusCode> {
    let caller = &acting.caller;
    let stream = known(&state, caller, &id, Action::Watch).await?;
    anyone_acting(caller)?;
    moderator(caller, &stream)?;
    state.live.chat.unban(&id, &ban).await?;
    note(&acting, &stream, "chat.unban", json!({ "ban": ban })).await?;
    Ok(StatusCode::NO_CONTENT)
}
