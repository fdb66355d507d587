//! `GET /api/stats`.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use matinee_catalog::Audience;
use matinee_catalog::community::Stats;
use matinee_live::streams::{StreamFilter, StreamStatus};
use moka::future::Cache;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{AppState, Caller, Problem, ProblemResult};

/// How old the numbers may be.
const GOOD_FOR: Duration = Duration::from_secs(10);

/// Numbers that were counted a moment ago: for operators, and for all others.
#[derive(Debug, Clone)]
pub struct StatsCache(Cache<bool, Counted>);

#[derive(Debug, Clone, Copy)]
struct Counted {
    library: Stats,
    streams: u64,
    live_streams: u64,
    channels: u64,
}

impl Default for StatsCache {
    fn default() -> Self {
        Self(
            Cache::builder()
                .max_capacity(2)
                .time_to_live(GOOD_FOR)
                .build(),
        )
    }
}

/// The service in numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatsView {
    /// Videos that you may know of.
    pub total_videos: i64,
    /// Those that everybody may watch.
    pub public_videos: i64,
    /// Those that can be watched already.
    pub processed_videos: i64,
    /// Views of all videos.
    pub total_views: i64,
    /// Likes of all videos.
    pub total_likes: i64,
    /// Dislikes of all videos.
    pub total_dislikes: i64,
    /// Comments that everybody sees.
    pub total_comments: u64,
    /// Reviews that everybody sees.
    pub total_reviews: u64,
    /// Playlists that you may know of.
    pub total_playlists: u64,
    /// Streams that you may know of.
    pub total_streams: u64,
    /// Those that are live now.
    pub live_streams: u64,
    /// Channels that you may know of.
    pub total_channels: u64,
    /// Of all videos together, in seconds.
    pub total_duration_seconds: i64,
    /// Of all uploads together, in bytes; for operators.
    pub total_upload_bytes: Option<i64>,
    /// Seconds since this server started.
    pub uptime_seconds: u64,
}

/// See the service in numbers
///
/// They may be ten seconds old. Operators get those of everything, all others
/// those of what is public.
#[utoipa::path(get, path = "/api/stats", tag = "community",
    responses((status = 200, body = StatsView), (status = 503, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
) -> ProblemResult<Json<StatsView>> {
    let operator = caller.is_operator();
    let counted = if let Some(known) = state.stats.0.get(&operator).await {
        known
    } else {
        let fresh = count(&state, &caller, operator).await?;
        state.stats.0.insert(operator, fresh).await;
        fresh
    };
    let Counted {
        library,
        streams,
        live_streams,
        channels,
    } = counted;
    Ok(Json(StatsView {
        total_videos: library.videos,
        public_videos: library.public_videos,
        processed_videos: library.processed_videos,
        total_views: library.views,
        total_likes: library.likes,
        total_dislikes: library.dislikes,
        total_comments: library.comments,
        total_reviews: library.reviews,
        total_playlists: library.playlists,
        total_streams: streams,
        live_streams,
        total_channels: channels,
        total_duration_seconds: library.duration_ms / 1000,
        total_upload_bytes: operator.then_some(library.upload_bytes),
        uptime_seconds: state.started.elapsed().as_secs(),
    }))
}

async fn count(state: &AppState, caller: &Caller, operator: bool) -> ProblemResult<Counted> {
    let audience = if operator {
        caller.audience()
    } else {
        Audience::anybody()
    };
    let live = StreamFilter {
        status: Some(StreamStatus::Live),
        ..StreamFilter::default()
    };
    let streams = &state.live.streams;
    Ok(Counted {
        library: state.community.stats(!operator).await?,
        streams: streams.count(&audience, &StreamFilter::default()).await?,
        live_streams: streams.count(&audience, &live).await?,
        channels: state.channels.count(&audience).await?,
    })
}
