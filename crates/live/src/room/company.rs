//! Keeping rooms company: they hear what happens to their streams and how many
//! watch, and what they are like is written down.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::{Rooms, What};
use crate::Result;
use crate::broadcast::{Quality, RungState};
use crate::streams::{Happened, NewSample, StreamChange, Streams};

/// How often it is looked whether somebody is to be told how many watch.
const COUNT_EVERY: Duration = Duration::from_secs(1);
/// How often a live stream is sampled.
const SAMPLE_EVERY: Duration = Duration::from_mins(1);

/// Tells rooms what happens and keeps their numbers, until canceled.
pub async fn run(streams: Streams, rooms: Rooms, stop: CancellationToken) {
    let mut changes = streams.changes();
    let mut counts = interval(COUNT_EVERY);
    let mut samples = interval(SAMPLE_EVERY);
    for ticks in [&mut counts, &mut samples] {
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    }
    loop {
        let outcome = tokio::select! {
            () = stop.cancelled() => return,
            change = changes.recv() => match change {
                Ok(change) => tell(&streams, &rooms, change).await,
                Err(RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "rooms have missed what happened to their streams");
                    Ok(())
                }
                Err(RecvError::Closed) => return,
            },
            _ = counts.tick() => count(&streams, &rooms).await,
            _ = samples.tick() => sample_all(&streams, &rooms).await,
        };
        if let Err(error) = outcome {
            tracing::warn!(%error, "numbers of a stream were not kept");
        }
    }
}

async fn tell(streams: &Streams, rooms: &Rooms, change: StreamChange) -> Result<()> {
    let StreamChange { stream, what } = change;
    let id = stream.id.clone();
    // Known before every socket of the room wants to know it at once.
    streams.owner_names(&[&stream]).await?;
    let told = match what {
        Happened::Started => What::Started(stream),
        Happened::Ended => What::Ended(stream),
        Happened::Changed => What::Changed(stream),
        Happened::Scaled => {
            let best = |quality: &&Quality| quality.state == Some(RungState::Running);
            let qualities = streams.qualities(&id);
            let best = qualities.iter().find(best).or(qualities.first());
            if let Some(best) = best {
                rooms.tell(&id, What::Scaled(best.name.clone()));
            }
            What::Changed(stream)
        }
        Happened::Deleted => What::Deleted,
    };
    rooms.tell(&id, told);
    if what == Happened::Ended {
        sample(streams, rooms, &id).await?;
    }
    Ok(())
}

async fn count(streams: &Streams, rooms: &Rooms) -> Result<()> {
    for (id, viewers) in rooms.tell_counts() {
        let live = streams.glance(&id).await?;
        if live.is_some_and(|stream| {
            stream.is_live() && i64::from(stream.peak_viewers) < i64::from(viewers)
        }) {
            streams.peaked(&id, viewers).await?;
        }
    }
    rooms.tidy();
    Ok(())
}

async fn sample_all(streams: &Streams, rooms: &Rooms) -> Result<()> {
    let here: BTreeSet<String> = streams.here().into_iter().chain(rooms.ids()).collect();
    for id in here {
        if streams
            .glance(&id)
            .await?
            .is_some_and(|stream| stream.is_live())
        {
            sample(streams, rooms, &id).await?;
        } else if let Some(room) = rooms.find(&id) {
            // Nobody counts what is said beside nothing.
            room.take_messages();
        }
    }
    Ok(())
}

async fn sample(streams: &Streams, rooms: &Rooms, id: &str) -> Result<()> {
    let room = rooms.find(id);
    let viewers = room.as_ref().map_or(0, |room| room.viewers());
    let health = streams.health(id);
    let kbps = health.as_ref().map_or(0, |health| health.bitrate_kbps);
    let said = room.as_ref().and_then(|room| room.quality());
    let sample = NewSample {
        viewers,
        bandwidth_kbps: kbps.saturating_mul(u64::from(viewers)),
        quality: said.or_else(|| Some(format!("{}p", health?.height?))),
        messages: room.map_or(0, |room| room.take_messages()),
    };
    streams.sample(id, sample).await
}
