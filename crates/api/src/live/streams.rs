//! `/api/streams` and `/api/streams/{id}`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, Uri, header};
use jiff::Timestamp;
use matinee_catalog::Access;
use matinee_engines::id::Id;
use matinee_identity::access::{Action, GroupIds, Visibility};
use matinee_live::streams::{
    ChatFrom, NewStream, StreamDetails, StreamFilter, StreamPatch, StreamStatus,
};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::view::{ChatFromView, StreamView};
use super::who::{known, own};
use crate::community::paging;
use crate::community::person::asking;
use crate::{Acting, AppState, Body, Caller, Params, PathId, Problem, ProblemResult, PublicOrigin};

/// Which streams.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct StreamParams {
    /// `scheduled`, `live` or `ended`.
    status: Option<String>,
    /// Exactly this kind.
    content_type: Option<String>,
    /// Exactly this category.
    category: Option<String>,
    /// Exactly this language.
    language: Option<String>,
    /// Exactly this streamer.
    streamer_id: Option<String>,
    /// Only what the caller owns: the account that asks must be signed in.
    mine: Option<bool>,
    /// 1 to 200; 50 unless given.
    limit: Option<u64>,
    /// Rows to skip. A cursor is better.
    offset: Option<u64>,
    /// From the `Link: …; rel="next"` of the page before.
    cursor: Option<String>,
    /// Whether to count all: the answer then has `X-Total-Count`.
    count: Option<bool>,
}

fn status(word: Option<String>) -> ProblemResult<Option<StreamStatus>> {
    match word.filter(|word| !word.is_empty()) {
        None => Ok(None),
        Some(word) => StreamStatus::parse(&word)
            .map(Some)
            .ok_or_else(|| Problem::field("status", "must be scheduled, live or ended")),
    }
}

/// List streams
///
/// Those that the caller may come upon, the latest made first.
#[utoipa::path(get, path = "/api/streams", tag = "live", params(StreamParams),
    responses((status = 200, body = Vec<StreamView>), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    uri: Uri,
    Params(params): Params<StreamParams>,
) -> ProblemResult<Response> {
    let limit = paging::limit(params.limit)?;
    let offset = paging::offset(params.offset, params.cursor.as_deref())?;
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let filter = StreamFilter {
        status: status(params.status)?,
        content_type: given(params.content_type),
        category: given(params.category),
        language: given(params.language),
        streamer_id: given(params.streamer_id),
        owner: match params.mine {
            Some(true) => Some(caller.0.user().ok_or_else(Problem::sign_in)?.id.to_string()),
            _ => None,
        },
    };
    let audience = caller.audience();
    let streams = &state.live.streams;
    let page = streams
        .list(&audience, &filter, params.cursor.as_deref(), offset, limit)
        .await?;
    let total = match params.count {
        Some(true) => Some(streams.count(&audience, &filter).await?),
        _ => None,
    };
    let views = StreamView::all(&caller, &state, &page.streams, &origin).await?;
    Ok(paging::answer(&views, page.next.as_deref(), total, &uri))
}

/// A stream about to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StreamForm {
    /// 1 to 255 characters.
    #[schema(min_length = 1, max_length = 255)]
    title: String,
    /// Up to 10,000 characters.
    #[serde(default)]
    #[schema(max_length = 10_000)]
    description: String,
    /// A name of the client's for whoever streams.
    #[serde(default)]
    streamer_id: Option<String>,
    /// `live_stream` (unless given), `webinar`, `conference`, `gaming`,
    /// `education`, `entertainment`, …
    #[serde(default)]
    content_type: Option<String>,
    /// Such as `Gaming`.
    #[serde(default)]
    category: Option<String>,
    /// At most 50.
    #[serde(default)]
    tags: Vec<String>,
    /// BCP 47.
    #[serde(default)]
    language: Option<String>,
    /// An age rating, such as `PG-13`.
    #[serde(default)]
    rating: Option<String>,
    /// `auto` (unless given), `source`, `360p`, `720p`, `1080p`, `4k`, …
    #[serde(default)]
    quality: Option<String>,
    /// How many may watch at once; all unless given.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1_000_000)]
    max_viewers: Option<i32>,
    /// Whether nobody but its owner may watch: `visibility` says it finer.
    #[serde(default)]
    is_private: Option<bool>,
    /// `public` (unless given), `unlisted`, `members`, `groups`, `password` or
    /// `private`.
    #[serde(default)]
    visibility: Option<String>,
    /// The groups (`group_…`) that open it; needed by `groups`.
    #[serde(default)]
    groups: Vec<String>,
    /// A password of 4 characters or more: needed by `password`, and meant by
    /// it if no visibility is given.
    #[serde(default)]
    password: Option<String>,
    /// When it is meant to begin, RFC 3339.
    #[serde(default)]
    scheduled_at: Option<String>,
    /// Whether broadcasts are kept as videos; as the instance is set up unless
    /// given.
    #[serde(default)]
    record: Option<bool>,
    /// Who may write in the chat; everybody unless given.
    #[serde(default)]
    #[schema(value_type = Option<ChatFromView>)]
    chat_from: Option<ChatFrom>,
    /// How many seconds somebody waits from one message to the next.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 3600)]
    slow_mode_s: i32,
    /// Whether only those write in the chat who follow you.
    #[serde(default)]
    followers_only: bool,
}

impl StreamForm {
    async fn access(&mut self, state: &AppState) -> ProblemResult<Access> {
        let password = self.password.take().filter(|password| !password.is_empty());
        let visibility = match (&self.visibility, self.is_private, &password) {
            (Some(word), ..) => Visibility::parse(word).ok_or_else(|| {
                let words: Vec<_> = Visibility::ALL.iter().map(|v| v.as_str()).collect();
                Problem::field("visibility", format!("must be one of {}", words.join(", ")))
            })?,
            (None, _, Some(_)) => Visibility::Password,
            (None, Some(true), None) => Visibility::Private,
            (None, _, None) => Visibility::Public,
        };
        if self.groups.iter().any(|id| Id::parse("group", id).is_err()) {
            return Err(Problem::field("groups", "must be ids of groups"));
        }
        let password_hash = match password.filter(|_| visibility == Visibility::Password) {
            Some(password) => Some(state.access.unlocks.hash(password).await?),
            None => None,
        };
        let mut groups = std::mem::take(&mut self.groups);
        groups.sort_unstable();
        groups.dedup();
        Ok(Access {
            visibility,
            groups: GroupIds { any: groups },
            password_hash,
            ..Access::default()
        })
    }
}

/// Make a stream
///
/// The answer has its key, and where the encoder sends it.
#[utoipa::path(post, path = "/api/streams", tag = "live", request_body = StreamForm,
    responses((status = 201, body = StreamView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    Body(mut form): Body<StreamForm>,
) -> ProblemResult<Response> {
    caller.require(Action::Upload)?;
    let by = asking(&caller).ok_or_else(Problem::sign_in)?;
    let access = form.access(&state).await?;
    let scheduled_at = match &form.scheduled_at {
        None => None,
        Some(text) => Some(text.parse::<Timestamp>().map_err(|_| {
            Problem::field(
                "scheduled_at",
                "must be an instant such as 2027-01-31T18:00:00Z",
            )
        })?),
    };
    let details = StreamDetails {
        title: form.title,
        description: form.description,
        streamer_id: form.streamer_id,
        content_type: form.content_type.or_else(|| Some("live_stream".to_owned())),
        category: form.category,
        tags: form.tags,
        language: form.language,
        rating: form.rating,
        quality: form.quality.unwrap_or_else(|| "auto".to_owned()),
        max_viewers: form.max_viewers,
        scheduled_at: scheduled_at.map(Timestamp::as_microsecond),
        record: form.record.unwrap_or(state.live.record),
        chat_from: form.chat_from.unwrap_or(ChatFrom::Everybody),
        slow_mode_s: form.slow_mode_s,
        followers_only: form.followers_only,
    };
    let new = NewStream {
        details,
        owner: caller.0.user().map(|user| user.id.to_string()),
        access,
    };
    let stream = state.live.streams.create(new, &by).await?;
    let place = [(header::LOCATION, format!("/api/streams/{}", stream.id))];
    let view = StreamView::to(&caller, &state, &stream, &origin).await?;
    Ok((StatusCode::CREATED, place, Json(view)).into_response())
}

/// Get a stream
#[utoipa::path(get, path = "/api/streams/{id}", tag = "live", params(("id" = String, Path)),
    responses((status = 200, body = StreamView), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
) -> ProblemResult<Json<StreamView>> {
    let stream = known(&state, &caller, &id, Action::Watch).await?;
    Ok(Json(
        StreamView::to(&caller, &state, &stream, &origin).await?,
    ))
}

/// A change of a stream: an absent field stays, `null` clears it.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes StreamPatch, whose crate knows no OpenAPI"
)]
pub struct StreamPatchForm {
    /// 1 to 255 characters.
    title: Option<String>,
    /// Up to 10,000 characters.
    description: Option<String>,
    /// A name of the client's for whoever streams.
    streamer_id: Option<String>,
    /// `live_stream`, `gaming`, …
    content_type: Option<String>,
    /// Such as `Gaming`.
    category: Option<String>,
    /// At most 50.
    tags: Option<Vec<String>>,
    /// BCP 47.
    language: Option<String>,
    /// An age rating, such as `PG-13`.
    rating: Option<String>,
    /// `auto`, `source`, `720p`, …
    quality: Option<String>,
    /// How many may watch at once.
    #[schema(minimum = 1, maximum = 1_000_000)]
    max_viewers: Option<i32>,
    /// When it is meant to begin, RFC 3339.
    #[schema(format = DateTime)]
    scheduled_at: Option<String>,
    /// Whether broadcasts are kept as videos, from the next one on.
    record: Option<bool>,
    /// Who may write in the chat.
    chat_from: Option<ChatFromView>,
    /// How many seconds somebody waits from one message to the next.
    #[schema(minimum = 0, maximum = 3600)]
    slow_mode_s: Option<i32>,
    /// Whether only those write in the chat who follow its owner.
    followers_only: Option<bool>,
    /// `public`, `unlisted`, `members`, or `private`; the others need more:
    /// see `/api/streams/{id}/access`.
    visibility: Option<String>,
    /// What clients know that know only public and private.
    is_private: Option<bool>,
}

/// Change a stream
#[utoipa::path(patch, path = "/api/streams/{id}", tag = "live", params(("id" = String, Path)),
    request_body = StreamPatchForm,
    responses((status = 200, body = StreamView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn patch(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
    PathId(id): PathId,
    Body(change): Body<StreamPatch>,
) -> ProblemResult<Json<StreamView>> {
    let caller = &acting.caller;
    let before = own(&state, caller, &id).await?;
    let by = asking(caller).ok_or_else(Problem::sign_in)?;
    let stream = state.live.streams.patch(&id, change, &by).await?;
    note(&acting, &before, "stream.edit", Value::Null).await?;
    Ok(Json(
        StreamView::to(caller, &state, &stream, &origin).await?,
    ))
}

/// Delete a stream, its chat and its numbers
///
/// What it was recorded as stays in the library.
#[utoipa::path(delete, path = "/api/streams/{id}", tag = "live", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    let stream = own(&state, &acting.caller, &id).await?;
    state.live.streams.delete(&id).await?;
    let detail = json!({ "title": stream.title });
    note(&acting, &stream, "stream.delete", detail).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Writes down what somebody has done with a stream that is not theirs.
pub(super) async fn note(
    acting: &Acting,
    stream: &matinee_live::streams::Stream,
    action: &'static str,
    detail: Value,
) -> ProblemResult<()> {
    let user = acting.caller.0.user();
    if user.is_some_and(|user| stream.owner.as_deref() == Some(user.id.as_str())) {
        return Ok(());
    }
    acting.record(action, &stream.id, detail).await
}
