//! What people have watched, as far as discovery needs to know.

use std::fmt;

use async_trait::async_trait;
use sea_orm::DbErr;

/// Where somebody is in a title.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Watched {
    /// The title.
    pub video_id: String,
    /// Where they are, in milliseconds.
    pub position_ms: u64,
    /// How long it is, in milliseconds; 0 if unknown.
    pub duration_ms: u64,
    /// When they were there: UTC microseconds.
    pub at: i64,
}

impl Watched {
    /// The share that is behind them, 0 to 1; a little if the length is unknown.
    pub fn share(&self) -> f64 {
        if self.duration_ms == 0 {
            return 0.3;
        }
        (self.position_ms as f64 / self.duration_ms as f64).clamp(0.0, 1.0)
    }

    /// Whether they have seen it to the end, or nearly.
    pub fn is_finished(&self) -> bool {
        self.duration_ms > 0 && self.share() >= 0.95
    }
}

/// Knows what people have watched.
#[async_trait]
pub trait History: Send + Sync + fmt::Debug {
    /// What this viewer has begun, the latest first.
    async fn recent(&self, viewer: &str, limit: usize) -> Result<Vec<Watched>, DbErr>;

    /// What everybody has begun, by viewer and then by title, after this
    /// viewer and title: at most `limit`, with the viewer's key.
    async fn page(&self, after: (&str, &str), limit: u64) -> Result<Vec<(String, Watched)>, DbErr>;

    /// How many people have watched each title since this instant (UTC
    /// microseconds), weighed by how lately: at most `limit`, the most first.
    async fn trending(&self, since: i64, limit: u64) -> Result<Vec<(String, f64, i64)>, DbErr>;
}
