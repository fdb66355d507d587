//! `GET /api/stats`.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use matinee_catalog::community::Stats;
use moka::future::Cache;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{AppState, Caller, Problem, ProblemResult};

/// How old the numbers may be.
const GOOD_FOR: Duration = Duration::from_secs(10);

/// Numbers that were counted a moment ago: for operators, and for all others.
#[derive(Debug, Clone)]
pub struct StatsCache(Cache<bool, Stats>);

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
        let fresh = state.community.stats(!operator).await?;
        state.stats.0.insert(operator, fresh).await;
        fresh
    };
    Ok(Json(StatsView {
        total_videos: counted.videos,
        public_videos: counted.public_videos,
        processed_videos: counted.processed_videos,
        total_views: counted.views,
        total_likes: counted.likes,
        total_dislikes: counted.dislikes,
        total_comments: counted.comments,
        total_reviews: counted.reviews,
        total_playlists: counted.playlists,
        total_duration_seconds: counted.duration_ms / 1000,
        total_upload_bytes: operator.then_some(counted.upload_bytes),
        uptime_seconds: state.started.elapsed().as_secs(),
    }))
}
