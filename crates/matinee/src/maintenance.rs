//! What is done every now and then, on every node.

use std::time::Duration;

use matinee_api::AppState;
use matinee_identity::Revocations;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::retention;

/// How often.
const EVERY: Duration = Duration::from_mins(5);

/// Keeps house until canceled. Several nodes may do so at once.
pub async fn run(state: AppState, revocations: Revocations, stop: CancellationToken) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => tidy(&state, &revocations).await,
        }
    }
}

async fn tidy(state: &AppState, revocations: &Revocations) {
    if let Err(error) = revocations.collect().await {
        tracing::warn!(%error, "old revocations were not removed; it is tried again");
    }
    if let Err(error) = state.uploads.collect().await {
        tracing::warn!(%error, "stale uploads were not collected; it is tried again");
    }
    if let Err(error) = state.accounts.collect_expired().await {
        tracing::warn!(%error, "expired sessions were not removed; it is tried again");
    }
    if let Err(error) = state.live.chat.collect().await {
        tracing::warn!(%error, "old chat messages were not removed; it is tried again");
    }
    if let Err(error) = state.live.questions.collect().await {
        tracing::warn!(%error, "old questions were not removed; it is tried again");
    }
    if let Err(error) = state.live.polls.collect().await {
        tracing::warn!(%error, "old polls were not removed; it is tried again");
    }
    if let Err(error) = state.live.markers.collect().await {
        tracing::warn!(%error, "old markers were not removed; it is tried again");
    }
    if let Err(error) = state.live.streams.collect().await {
        tracing::warn!(%error, "old numbers of streams were not removed; it is tried again");
    }
    if let Err(error) = retention::sweep(state).await {
        tracing::warn!(%error, "old recordings were not looked for; it is tried again");
    }
    if let Err(error) = state.notifications.collect().await {
        tracing::warn!(%error, "old notifications were not removed; it is tried again");
    }
    if let Err(error) = state.ads.collect().await {
        tracing::warn!(%error, "what is long over of advertisements was not forgotten");
    }
    if let Err(error) = state.webhooks.collect().await {
        tracing::warn!(%error, "old deliveries were not removed; it is tried again");
    }
    if let Err(error) = state.discovery.collect_removed().await {
        tracing::warn!(%error, "removed videos were not forgotten; it is tried again");
    }
    if let Err(error) = state.discovery.schedule(&state.jobs).await {
        tracing::warn!(%error, "recommendations were not scheduled; it is tried again");
    }
}
