//! Holding streams to what they say of themselves.

use std::time::Duration;

use matinee_engines::time::now_micros;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::store::{Column, Entity};
use super::{Stream, StreamStatus, Streams, micros};
use crate::Result;
use crate::desk::OffAir;

/// How often.
const EVERY: Duration = Duration::from_secs(5);
/// The most streams that are looked at in one go.
const AT_ONCE: u64 = 1000;

impl Streams {
    /// Holds what is on the air here, and ends what lasts too long or has lost
    /// its encoder, until canceled. Several nodes may do so at once.
    pub async fn run(&self, stop: CancellationToken) {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = ticks.tick() => {}
            }
            if let Err(error) = self.look_after().await {
                tracing::warn!(%error, "streams were not looked after; it is tried again");
            }
        }
    }

    /// The same once.
    pub async fn look_after(&self) -> Result<()> {
        let on = self.here();
        if !on.is_empty() {
            self.hold(self.db().write(), &on).await?;
        }
        let live = Entity::find()
            .filter(Column::Status.eq(StreamStatus::Live))
            .limit(AT_ONCE)
            .all(self.db().read())
            .await?;
        let now = now_micros();
        for stream in live {
            let here = on.contains(&stream.id);
            if self.is_too_long(&stream, now) {
                self.finish(&stream.id).await?;
                self.stop(&stream.id, OffAir::TooLong).await;
            } else if !here && stream.live_until.is_none_or(|until| until < now) {
                tracing::info!(stream = stream.id, "nobody publishes: the stream is over");
                self.finish(&stream.id).await?;
            }
        }
        Ok(())
    }

    fn is_too_long(&self, stream: &Stream, now: i64) -> bool {
        let most = self.options().max_duration.map(micros);
        let began = stream.started_at.unwrap_or(now);
        most.is_some_and(|most| now.saturating_sub(began) >= most)
    }
}
