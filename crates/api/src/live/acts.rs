//! What is done with a stream: beginning, ending, another key, tokens, likes,
//! numbers.

use axum::Json;
use axum::extract::State;
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderName};
use matinee_analytics::event::What;
use matinee_engines::time::now_micros;
use matinee_identity::access::Action;
use matinee_identity::{Bearer, Via};
use matinee_live::streams::{Sample, Stream};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::streams::note;
use super::view::StreamView;
use super::who::{bearer_name, known, now_seconds, own};
use crate::community::person::acting as anyone_acting;
use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Caller, Params, PathId, Problem, ProblemResult, PublicOrigin};

/// The most hours that numbers are told of.
const HOURS_MAX: u32 = 24 * 365;

/// What older clients send along.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct StreamActParams {
    /// Taken and not needed: who asks is known by their credentials.
    streamer_id: Option<String>,
}

/// Notes what was done, and tells what the stream is like now.
async fn done(
    state: &AppState,
    acting: &Acting,
    before: &Stream,
    act: &'static str,
    stream: &Stream,
    origin: &PublicOrigin,
) -> ProblemResult<Json<StreamView>> {
    note(acting, before, act, Value::Null).await?;
    let view = StreamView::to(&acting.caller, state, stream, origin).await?;
    Ok(Json(view))
}

/// Begin a stream
///
/// It is live from then on, and waits a quarter of an hour for its encoder. An
/// encoder that sends begins it by itself.
#[utoipa::path(post, path = "/api/streams/{id}/start", tag = "live",
    params(("id" = String, Path), StreamActParams),
    responses((status = 200, body = StreamView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn start(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
    PathId(id): PathId,
    _older: Params<StreamActParams>,
) -> ProblemResult<Json<StreamView>> {
    let before = own(&state, &acting.caller, &id).await?;
    let stream = state.live.streams.start(&id).await?;
    done(&state, &acting, &before, "stream.start", &stream, &origin).await
}

/// End a stream
///
/// Its encoder is let go. It may be begun again.
#[utoipa::path(post, path = "/api/streams/{id}/end", tag = "live",
    params(("id" = String, Path), StreamActParams),
    responses((status = 200, body = StreamView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn end(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
    PathId(id): PathId,
    _older: Params<StreamActParams>,
) -> ProblemResult<Json<StreamView>> {
    let before = own(&state, &acting.caller, &id).await?;
    let stream = state.live.streams.end(&id).await?;
    done(&state, &acting, &before, "stream.end", &stream, &origin).await
}

/// Give a stream another key
///
/// The old one opens nothing any more, and whoever sends with it is let go.
#[utoipa::path(post, path = "/api/streams/{id}/key", tag = "live", params(("id" = String, Path)),
    responses((status = 200, body = StreamView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn rotate_key(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
    PathId(id): PathId,
) -> ProblemResult<Json<StreamView>> {
    let before = own(&state, &acting.caller, &id).await?;
    let stream = state.live.streams.rotate_key(&id).await?;
    done(&state, &acting, &before, "stream.key", &stream, &origin).await
}

/// A permission to watch one stream, and where to watch it with it.
#[derive(Debug, Serialize, ToSchema)]
pub struct LiveToken {
    /// What the addresses bear as `?token=`.
    pub token: String,
    /// Until when it is good, RFC 3339.
    pub expires_at: String,
    /// How many seconds that is from now.
    pub expires_in: u64,
    /// The HLS multivariant playlist.
    pub hls_url: String,
    /// The DASH manifest.
    pub dash_url: String,
    /// The room.
    pub websocket_url: String,
}

/// Get a permission to watch a stream
///
/// It is bound to the stream and to the caller. Public streams can be watched
/// without one; with one, a viewer on several connections is counted once.
#[utoipa::path(get, path = "/api/streams/{id}/token", tag = "live", params(("id" = String, Path)),
    responses((status = 200, body = LiveToken), (status = 401, body = Problem),
        (status = 404, body = Problem),
        (status = 429, body = Problem, description = "The account plays on as many devices as it may")))]
pub(super) async fn token(
    State(state): State<AppState>,
    acting: Acting,
    headers: HeaderMap,
    origin: PublicOrigin,
    PathId(id): PathId,
) -> ProblemResult<([(HeaderName, &'static str); 1], Json<LiveToken>)> {
    let caller = &acting.caller;
    let stream = known(&state, caller, &id, Action::Watch).await?;
    state.access.play(caller, &headers).await?;
    let viewer = bearer_name(caller).unwrap_or_default();
    let device = acting.via.as_ref().and_then(Via::device);
    let bearer = Bearer {
        viewer: &viewer,
        device: device.unwrap_or_default(),
    };
    let now = now_seconds();
    let lasting = now + state.live.token_ttl.as_secs();
    let end = stream
        .expires_at
        .and_then(|at| u64::try_from(at / 1_000_000).ok())
        .filter(|end| *end > now);
    let expires_at = end.map_or(lasting, |end| end.min(lasting));
    let token = state.tokens.issue(&id, bearer, expires_at);
    let view = StreamView::of(&state, &stream, &origin).await?;
    let answer = LiveToken {
        expires_at: rfc3339(i64::try_from(expires_at).unwrap_or(i64::MAX / 2_000_000) * 1_000_000),
        expires_in: expires_at - now,
        hls_url: format!("{}?token={token}", view.hls_url),
        dash_url: format!("{}?token={token}", view.dash_url),
        websocket_url: format!("{}?token={token}", view.websocket_url),
        token,
    };
    Ok(([(CACHE_CONTROL, "private, no-store")], Json(answer)))
}

/// Likes of a stream.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreamLikes {
    /// `stream_…`
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
) -> ProblemResult<Json<StreamLikes>> {
    known(state, caller, &id, Action::Watch).await?;
    let who = anyone_acting(caller)?;
    let likes = state.live.streams.like(&id, &who.key, liked).await?;
    if likes.liked {
        let once = crate::analytics::like_of(&id, &who.key);
        state.analytics.happens(&once, &id, What::Like);
    }
    Ok(Json(StreamLikes {
        id,
        like_count: likes.count,
        liked: likes.liked,
    }))
}

/// Like a stream
#[utoipa::path(post, path = "/api/streams/{id}/like", tag = "live", params(("id" = String, Path)),
    responses((status = 200, body = StreamLikes), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn like(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<StreamLikes>> {
    set_like(&state, &caller, id, true).await
}

/// Like a stream no longer
#[utoipa::path(delete, path = "/api/streams/{id}/like", tag = "live", params(("id" = String, Path)),
    responses((status = 200, body = StreamLikes), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn unlike(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<StreamLikes>> {
    set_like(&state, &caller, id, false).await
}

/// How often a stream was passed on.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreamShares {
    /// `stream_…`
    pub id: String,
    /// How many people have.
    pub share_count: i64,
}

/// Say that you pass a stream on
///
/// Each who does counts once; saying so again changes nothing.
#[utoipa::path(post, path = "/api/streams/{id}/share", tag = "live", params(("id" = String, Path)),
    responses((status = 200, body = StreamShares), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn share(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<StreamShares>> {
    known(&state, &caller, &id, Action::Watch).await?;
    let who = anyone_acting(&caller)?;
    let share_count = state.live.streams.share(&id, &who.key).await?;
    Ok(Json(StreamShares { id, share_count }))
}

/// Which numbers.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct AnalyticsParams {
    /// Of the last so many hours: 1 to 8760; 24 unless given.
    #[param(minimum = 1, maximum = 8760)]
    hours: Option<u32>,
}

/// How a stream was doing at an instant.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreamAnalytics {
    /// `analytics_…`
    pub id: String,
    /// `stream_…`
    pub stream_id: String,
    /// RFC 3339.
    pub timestamp: String,
    /// How many watched.
    pub viewer_count: i32,
    /// What went out to them, in Mbit/s: the encoder's bit rate for each of them.
    pub bandwidth_usage: f64,
    /// What most of them watched, such as `720p`; null if nobody has said so.
    pub average_quality: Option<String>,
    /// Chat messages since the sample before.
    pub chat_messages_count: i32,
    /// Likes in all.
    pub likes_count: i64,
    /// People who passed it on, in all.
    pub shares_count: i64,
}

impl From<Sample> for StreamAnalytics {
    fn from(sample: Sample) -> Self {
        Self {
            id: sample.id,
            stream_id: sample.stream_id,
            timestamp: rfc3339(sample.at),
            viewer_count: sample.viewers,
            bandwidth_usage: sample.bandwidth_kbps as f64 / 1000.0,
            average_quality: sample.quality,
            chat_messages_count: sample.messages,
            likes_count: sample.likes,
            shares_count: sample.shares,
        }
    }
}

/// Get a stream's numbers over time
///
/// One sample a minute while it is live, and one at its end; the earliest
/// first. For its owner and administrators.
#[utoipa::path(get, path = "/api/streams/{id}/analytics", tag = "live",
    params(("id" = String, Path), AnalyticsParams),
    responses((status = 200, body = Vec<StreamAnalytics>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn analytics(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
    Params(params): Params<AnalyticsParams>,
) -> ProblemResult<Json<Vec<StreamAnalytics>>> {
    known(&state, &caller, &id, Action::Edit).await?;
    let hours = params.hours.unwrap_or(24);
    if !(1..=HOURS_MAX).contains(&hours) {
        return Err(Problem::field(
            "hours",
            format!("must be from 1 to {HOURS_MAX}"),
        ));
    }
    let since = now_micros() - i64::from(hours) * 3_600_000_000;
    let samples = state.live.streams.samples(&id, since).await?;
    Ok(Json(samples.into_iter().map(Into::into).collect()))
}
