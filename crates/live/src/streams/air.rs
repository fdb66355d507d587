//! What streams have to know of what is on the air.

use std::sync::Arc;

use async_trait::async_trait;

use crate::broadcast::{Broadcasts, Health, Quality};
use crate::desk::OffAir;

/// What is on the air here, as far as streams need to know.
#[async_trait]
pub trait Air: Send + Sync {
    /// The streams whose encoder is here, or has only just vanished.
    fn on(&self) -> Vec<String>;

    /// Whether there is something of a stream to watch here.
    fn plays(&self, stream_id: &str) -> bool;

    /// When the last picture of a stream's broadcast was taken here, in UTC microseconds.
    fn pictured_at(&self, stream_id: &str) -> Option<i64> {
        let _ = stream_id;
        None
    }

    /// The sizes in which a stream's broadcast is to be had here.
    fn qualities(&self, stream_id: &str) -> Vec<Quality> {
        let _ = stream_id;
        Vec::new()
    }

    /// What comes in from a stream's encoder, if it is here.
    fn health(&self, stream_id: &str) -> Option<Health>;

    /// Ends a broadcast and lets its encoder go; nothing if there is none.
    async fn stop(&self, stream_id: &str, why: OffAir);
}

/// What is on the air on this node.
#[async_trait]
impl Air for Arc<Broadcasts> {
    fn on(&self) -> Vec<String> {
        let on = self.on_air().into_iter();
        on.map(|broadcast| broadcast.stream_id().to_owned())
            .collect()
    }

    fn plays(&self, stream_id: &str) -> bool {
        self.get(stream_id)
            .is_some_and(|one| !one.has_ended() && one.is_playable())
    }

    fn pictured_at(&self, stream_id: &str) -> Option<i64> {
        self.get(stream_id)?.still().map(|still| still.taken_at)
    }

    fn qualities(&self, stream_id: &str) -> Vec<Quality> {
        let broadcast = self.get(stream_id).filter(|one| !one.has_ended());
        broadcast.map_or_else(Vec::new, |broadcast| broadcast.qualities())
    }

    fn health(&self, stream_id: &str) -> Option<Health> {
        let broadcast = self.get(stream_id).filter(|one| !one.has_ended())?;
        Some(broadcast.health()).filter(|health| health.connected)
    }

    async fn stop(&self, stream_id: &str, why: OffAir) {
        Broadcasts::stop(self, stream_id, why).await;
    }
}
