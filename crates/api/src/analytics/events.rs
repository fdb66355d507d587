//! `POST /api/events`.

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::client;
use crate::{AppState, Caller, Problem, ProblemResult, PublicOrigin};

/// Events in the order in which they happened.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub struct EventBatch {
    /// 1 to 500, of 512 KiB together.
    #[schema(min_items = 1, max_items = 500)]
    events: Vec<PlayerEvent>,
}

/// Something that happened while somebody watched.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub struct PlayerEvent {
    /// By which it counts once, however often it is sent: 1 to 64 characters.
    #[schema(example = "0b6cba5e-8a5f-4d6f-9c5e-3c1f8f6f2d3a")]
    id: String,
    /// `play` (somebody wants to watch), `first_frame`, `heartbeat`, `quality_change`, `stall`,
    /// `seek`, `error`, `complete` or `ad`.
    #[serde(rename = "type")]
    #[schema(example = "heartbeat")]
    kind: String,
    /// One for each press of play: 1 to 64 characters.
    play_id: String,
    /// What is watched, …
    video_id: Option<String>,
    /// … or which stream.
    stream_id: Option<String>,
    /// On which channel it is seen: counted for both. Alone, where what is on is not known.
    channel_id: Option<String>,
    /// When (RFC 3339), within the last 30 days; now, unless given.
    at: Option<String>,
    /// Where in the video, in seconds.
    position: Option<f64>,
    /// Of `play`: the address of the page that led here, or `internal`.
    referrer: Option<String>,
    /// Of `first_frame`: since the wish to watch.
    startup_ms: Option<f64>,
    /// Of `heartbeat`: stretches of the video that were watched since the last, in seconds; at
    /// most 60, of 15 minutes each.
    watched: Option<Vec<[f64; 2]>>,
    /// Of `heartbeat` and `quality_change`: the rung's height in lines.
    height: Option<f64>,
    /// Of `heartbeat` and `quality_change`: the rung's bits per second.
    bitrate_bps: Option<f64>,
    /// Of `heartbeat`: pictures that were not shown since the last.
    dropped_frames: Option<f64>,
    /// Of `heartbeat`: how far behind what is on the air.
    live_latency_ms: Option<f64>,
    /// Of `stall` (needed) and `seek`: until the picture moved on. Of `ad`: how long the
    /// advertisement is, without which it is not known for how long it was watched.
    duration_ms: Option<f64>,
    /// Of `error`: whether nothing could be watched after it.
    fatal: Option<bool>,
    /// Of `error`: which.
    code: Option<String>,
    /// Of `error`: in words.
    message: Option<String>,
    /// Of `ad`: what was seen of it: `impression`, `start`, `first_quartile`, `midpoint`,
    /// `third_quartile`, `complete`, `click`, `skip`, `mute`, `unmute`, `pause`, `resume`,
    /// `close`, `error` or `other`.
    beacon: Option<String>,
    /// Of `ad`: which advertisement, 1 to 64 characters. Not this server's own (`creative_…`):
    /// `POST /api/ads/events` takes what is seen of those.
    ad_id: Option<String>,
}

/// What became of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventsAccepted {
    /// How many are kept now, duplicates among them.
    pub accepted: usize,
    /// The ids of those that came before. They count once, whether they are listed here or came
    /// so long ago that only the counting remembers.
    pub duplicates: Vec<String>,
    /// How many came from a program that nobody watches with.
    pub ignored: usize,
}

/// Tell what happens while somebody watches
///
/// All of a batch are accepted, or none: 422 names the event's place and its field, as in
/// `events[3].type`. They are kept for good when this is answered, and counted within a moment.
/// The body may be sent as `text/plain`, as pages do when they are left. Whoever asks not to be
/// followed (`DNT: 1`, `Sec-GPC: 1`) is counted, and nothing that tells who they are is kept.
#[utoipa::path(post, path = "/api/events", tag = "analytics", request_body = EventBatch,
    responses((status = 202, body = EventsAccepted), (status = 422, body = Problem)))]
pub(super) async fn take_in(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    headers: HeaderMap,
    body: Bytes,
) -> ProblemResult<(StatusCode, Json<EventsAccepted>)> {
    let client = client(&caller, &headers);
    let host = origin.site.split_once("://").map(|(_, host)| host);
    let accepted = state.analytics.take_in(&body, &client, host).await?;
    Ok((
        StatusCode::ACCEPTED,
        Json(EventsAccepted {
            accepted: accepted.accepted,
            duplicates: accepted.duplicates,
            ignored: accepted.ignored,
        }),
    ))
}
