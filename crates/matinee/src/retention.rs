//! Recordings of broadcasts do not stay longer than the operator wants.

use matinee_api::AppState;

/// How many are looked at together.
const BATCH: u64 = 100;
/// How many go in one round: with years of recordings there, other housekeeping has its turn too.
const ROUND_MAX: usize = 500;

/// Deletes the recordings that have been there for too long, the oldest first, each as if
/// somebody had deleted it. One that cannot be deleted stands in the way of no other; it is
/// tried again in the next round.
pub async fn sweep(state: &AppState) -> anyhow::Result<()> {
    let streams = &state.live.streams;
    let (mut last, mut gone) = (None, 0);
    while gone < ROUND_MAX {
        let batch = streams.overdue(last.as_ref(), BATCH).await?;
        let Some(end) = batch.last() else { break };
        last = Some(end.clone());
        for recording in &batch {
            let id = recording.video_id.as_str();
            match remove(state, id).await {
                Ok(true) => {
                    gone += 1;
                    tracing::info!(video = id, "a recording was there for long enough");
                }
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(video = id, %error, "an old recording was not deleted");
                }
            }
        }
    }
    Ok(())
}

/// Deletes one; false if somebody has kept or deleted it meanwhile. A crash leaves all of it, or
/// nothing but the removal of its bytes, which goes on at the next start.
async fn remove(state: &AppState, id: &str) -> anyhow::Result<bool> {
    let tx = state.catalog.db().begin().await?;
    if !state.live.streams.let_go(&tx, id).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    state.ingest.delete_in(&tx, id).await?;
    tx.commit().await?;
    state.ingest.deleted(id);
    Ok(true)
}
