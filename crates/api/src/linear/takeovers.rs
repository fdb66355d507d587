//! `/api/channels/{channel}/takeovers`: broadcasts that pre-empt a channel's schedule.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use matinee_identity::access::Action;
use matinee_linear::Takeover;
use matinee_linear::takeover::NewTakeover;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::time::{instant, read_some};
use super::who::known;
use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Body, Caller, Problem, ProblemResult};

/// The most characters of a title.
const TITLE_MAX: usize = 200;

/// A broadcast that is to take a channel over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeoverForm {
    /// `stream_…`: one that everybody who may watch the channel may watch, and
    /// that you may change.
    stream_id: String,
    /// What it is called in the guide; as the stream unless given.
    #[serde(default)]
    #[schema(max_length = 200)]
    title: Option<String>,
    /// When it takes over, within five weeks; unless given at the next segment
    /// that is not settled, within a minute.
    #[serde(default)]
    starts_at: Option<String>,
    /// How long it lasts at most, 1 to 1440; until the broadcast ends unless
    /// given.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1440)]
    minutes: Option<u32>,
}

/// A broadcast that takes a channel over, or has.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakeoverView {
    /// `takeover_…`
    pub id: String,
    /// The channel.
    pub channel_id: String,
    /// The stream.
    pub stream_id: String,
    /// What it is called in the guide.
    pub title: String,
    /// `scheduled`, `on` (its time has come; the slate stands where nothing
    /// comes), or `ended`.
    pub status: &'static str,
    /// When it takes over, RFC 3339.
    pub begins_at: String,
    /// When it is meant to hand back, RFC 3339; null for when the broadcast
    /// ends.
    pub until: Option<String>,
    /// Until when something has been taken of the broadcast, RFC 3339.
    pub fed_until: Option<String>,
    /// When it handed back or will, RFC 3339.
    pub ended_at: Option<String>,
    /// Why it ended, in a sentence.
    pub reason: Option<String>,
    /// When it was made, RFC 3339.
    pub created_at: String,
}

impl TakeoverView {
    fn new(row: Takeover, now: i64) -> Self {
        let status = match row.ended_at {
            Some(at) if at <= now => "ended",
            _ if row.begins_at > now && row.ended_at.is_some() => "ended",
            _ if row.begins_at > now => "scheduled",
            _ => "on",
        };
        Self {
            status,
            begins_at: instant(row.begins_at),
            until: row.until.map(instant),
            fed_until: row.fed_until.map(instant),
            ended_at: row.ended_at.map(instant),
            reason: row.reason,
            created_at: rfc3339(row.created_at),
            id: row.id,
            channel_id: row.channel_id,
            stream_id: row.stream_id,
            title: row.title,
        }
    }
}

/// Let a broadcast take a channel over
///
/// The channel shows it in place of its programme, about half a minute behind
/// the encoder, and goes on with the programme when it ends, is away for a
/// minute, or its time is over.
#[utoipa::path(post, path = "/api/channels/{channel}/takeovers", tag = "channels",
    params(("channel" = String, Path)), request_body = TakeoverForm,
    responses((status = 201, body = TakeoverView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    acting: Acting,
    Path(name): Path<String>,
    Body(form): Body<TakeoverForm>,
) -> ProblemResult<Response> {
    let caller = &acting.caller;
    let station = known(&state, caller, &name, Action::Edit).await?;
    let stream = crate::live::known(&state, caller, &form.stream_id, Action::Edit).await;
    if let Err(problem) = stream {
        return Err(match problem.status {
            StatusCode::NOT_FOUND => Problem::field("stream_id", "there is no such stream"),
            _ => problem,
        });
    }
    let title = form.title.map(|title| title.trim().to_owned());
    let title = title.filter(|title| !title.is_empty());
    if title
        .as_ref()
        .is_some_and(|title| title.chars().count() > TITLE_MAX)
    {
        let reason = format!("must not be longer than {TITLE_MAX} characters");
        return Err(Problem::field("title", reason));
    }
    let new = NewTakeover {
        stream_id: form.stream_id,
        title,
        starts_at: read_some("starts_at", form.starts_at.as_deref())?,
        lasts_ms: form.minutes.map(|minutes| i64::from(minutes) * 60_000),
        made_by: caller.0.user().map(|user| user.id.to_string()),
    };
    let id = &station.channel.id;
    let row = Box::pin(state.channels.take_over(id, new)).await?;
    let view = TakeoverView::new(row, state.channels.now());
    let detail = json!({
        "takeover": view.id, "stream": view.stream_id, "title": view.title,
        "begins_at": view.begins_at, "until": view.until,
    });
    acting.record("channel.takeover", id, detail).await?;
    let place = format!("/api/channels/{id}/takeovers/{}", view.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(view)).into_response())
}

/// List the broadcasts that take a channel over
///
/// The latest first: those to come, and those of the last days.
#[utoipa::path(get, path = "/api/channels/{channel}/takeovers", tag = "channels",
    params(("channel" = String, Path)),
    responses((status = 200, body = Vec<TakeoverView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Path(name): Path<String>,
) -> ProblemResult<Json<Vec<TakeoverView>>> {
    let station = known(&state, &caller, &name, Action::Edit).await?;
    let rows = state.channels.takeovers(&station.channel.id).await?;
    let now = state.channels.now();
    Ok(Json(
        rows.into_iter()
            .map(|row| TakeoverView::new(row, now))
            .collect(),
    ))
}

/// Hand a channel back, or call off what has not begun
///
/// At the next segment that is not settled the channel goes on with its
/// programme.
#[utoipa::path(delete, path = "/api/channels/{channel}/takeovers/{takeover}", tag = "channels",
    params(("channel" = String, Path), ("takeover" = String, Path)),
    responses((status = 200, body = TakeoverView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(super) async fn hand_back(
    State(state): State<AppState>,
    acting: Acting,
    Path((name, takeover)): Path<(String, String)>,
) -> ProblemResult<Json<TakeoverView>> {
    let station = known(&state, &acting.caller, &name, Action::Edit).await?;
    let id = &station.channel.id;
    let ended = state
        .channels
        .hand_back(id, &takeover, "Somebody handed back.");
    let row = Box::pin(ended).await?;
    let view = TakeoverView::new(row, state.channels.now());
    let detail = json!({ "takeover": view.id, "ended_at": view.ended_at });
    acting.record("channel.hand_back", id, detail).await?;
    Ok(Json(view))
}
