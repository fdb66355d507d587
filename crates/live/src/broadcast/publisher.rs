//! The hand that puts parts into a broadcast.

use std::sync::Arc;

use bytes::Bytes;
use matinee_engines::time::now_micros;
use matinee_media::{
    codec::SampleEntry,
    live::{Part, Place},
    scte35::Cue,
};
use tokio_util::sync::CancellationToken;

use super::{Broadcast, Broadcasts, health::Meter, life::Life, ring::Ring, wire::Wire};
use crate::desk::OffAir;
use crate::recording::Anchor;
use crate::{LiveError, Result};

/// Puts parts into a broadcast, until another does or it ends.
///
/// Dropped without a word, it counts as one whose encoder has vanished.
pub struct Publisher {
    broadcasts: Arc<Broadcasts>,
    broadcast: Arc<Broadcast>,
    generation: u64,
    cut: CancellationToken,
    gone: bool,
    _counted: Counted,
}

/// That an encoder is there, as long as it is kept.
struct Counted(metrics::Gauge);

impl Counted {
    fn begin() -> Self {
        let sessions = metrics::gauge!("matinee_ingest_sessions");
        sessions.increment(1.0);
        Self(sessions)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

impl Publisher {
    pub(super) fn new(
        broadcasts: Arc<Broadcasts>,
        broadcast: Arc<Broadcast>,
        generation: u64,
        cut: CancellationToken,
    ) -> Self {
        Self {
            broadcasts,
            broadcast,
            generation,
            cut,
            gone: false,
            _counted: Counted::begin(),
        }
    }

    /// What it publishes.
    pub fn broadcast(&self) -> &Arc<Broadcast> {
        &self.broadcast
    }

    /// Done when nothing more is taken from this publisher.
    pub async fn is_cut_off(&self) {
        self.cut.cancelled().await;
    }

    /// Does something to the broadcast, if this publisher still has it. Nobody else gets it
    /// meanwhile.
    fn with<T>(&self, what: impl FnOnce(&mut Life) -> T) -> Result<T> {
        let mut life = self.broadcast.life.lock();
        if life.over {
            Err(LiveError::Over)
        } else if life.generation == self.generation {
            Ok(what(&mut life))
        } else {
            Err(LiveError::TakenOver)
        }
    }

    /// Begins a run with these tracks. Gives its number, and where it goes on.
    pub(super) fn begin_run(
        &self,
        video: Option<&SampleEntry>,
        audio: Option<&SampleEntry>,
    ) -> Result<(u32, Place)> {
        let now = now_micros();
        let begin = |ring: &mut Ring| ring.begin_run(video.cloned(), audio.cloned(), now);
        self.with(|_| {
            let (run, place) = self.broadcast.change(begin);
            if let Some(recorder) = &mut *self.broadcast.recorder.lock() {
                let media = i64::try_from(place.micros).unwrap_or(i64::MAX);
                recorder.begin(video, audio, Anchor { at: now, media });
            }
            (run, place)
        })
    }

    /// Ends the run: its segments are whole.
    pub(super) fn end_run(&self) -> Result<()> {
        self.with(|_| self.broadcast.change(Ring::end_run))
    }

    /// Puts parts of the run in.
    pub(super) async fn push(&self, parts: Vec<Part>) -> Result<()> {
        if parts.is_empty() {
            return Ok(());
        }
        let announce = self.with(|life| {
            self.broadcast.push(parts);
            !std::mem::replace(&mut life.announced, true)
        })?;
        if announce {
            tracing::info!(stream = self.broadcast.stream_id(), "on the air");
            self.broadcasts
                .desk
                .on_air(self.broadcast.stream_id())
                .await;
        }
        let longest = self.broadcast.options().max_duration;
        if longest.is_some_and(|longest| self.broadcast.age() >= longest) {
            self.broadcasts
                .finish(&self.broadcast, OffAir::TooLong)
                .await;
            return Err(LiveError::Over);
        }
        Ok(())
    }

    /// A cue of a break, for an instant of the broadcast's clock. Gives where segments are wanted to
    /// begin.
    pub(super) async fn cue(&self, at: u64, cue: &Cue, section: Bytes) -> Result<Vec<u64>> {
        let said = |ring: &mut Ring| ring.cue(at, cue, section);
        let (told, begins_at) = self.with(|_| self.broadcast.change(said))?;
        if let Some(begins_at) = begins_at {
            let stream = self.broadcast.stream_id();
            self.broadcasts.desk.breaks(stream, begins_at).await;
        }
        Ok(told.cuts)
    }

    /// Does something to those who watch at once, if this publisher still has the broadcast.
    pub(super) fn wire(&self, with: impl FnOnce(&Wire)) -> Result<()> {
        self.with(|_| with(&self.broadcast.wire))
    }

    /// Measures what comes in.
    pub(super) fn meter(&self, with: impl FnOnce(&mut Meter)) {
        with(&mut self.broadcast.meter.lock());
    }

    /// The encoder says that the broadcast ends here.
    pub async fn end(mut self) {
        self.gone = true;
        if self.with(|_| ()).is_ok() {
            self.broadcasts.finish(&self.broadcast, OffAir::Ended).await;
        }
    }

    /// The encoder is gone. The broadcast waits for it to come back.
    pub fn vanish(self) {
        drop(self);
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        if self.gone {
            return;
        }
        let had = self.with(|life| {
            life.publisher = None;
            self.broadcast.change(Ring::end_run);
        });
        if had.is_err() {
            return;
        }
        self.broadcast.meter.lock().disconnect();
        // Outside a runtime the server is stopping, and ends its broadcasts by itself.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let (broadcasts, broadcast) = (self.broadcasts.clone(), self.broadcast.clone());
        let generation = self.generation;
        runtime.spawn(async move {
            tokio::time::sleep(broadcast.options().grace).await;
            if broadcast.life.lock().generation == generation {
                broadcasts.finish(&broadcast, OffAir::Vanished).await;
            }
        });
    }
}
