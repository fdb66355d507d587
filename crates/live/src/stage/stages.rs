//! All stages of this node.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::Semaphore;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::atelier::Atelier;
use super::programme::{self, Means};
use super::{Stage, Told};
use crate::broadcast::Broadcasts;
use crate::desk::Admitted;
use crate::room::Rooms;
use crate::streams::{Happened, Streams};
use crate::{LiveError, Result};

/// How often it is looked whether somebody has been away for too long.
const LOOK: Duration = Duration::from_secs(1);
/// For how long a programme goes on with nobody on the stage.
const DESERTED: Duration = Duration::from_mins(2);
/// The most stages at once: each costs nothing while nobody is on it, but a stranger may begin one
/// at every stream.
const MOST: usize = 10_000;

/// What stages are made with.
pub struct StagesDeps {
    /// Where programmes go.
    pub broadcasts: Arc<Broadcasts>,
    /// Where it is told.
    pub rooms: Rooms,
    /// What becomes of the streams.
    pub streams: Streams,
    /// What decodes and codes.
    pub atelier: Arc<dyn Atelier>,
    /// How many programmes are made at once.
    pub at_once: usize,
}

/// All stages of this node. A clone shares them.
#[derive(Clone)]
pub struct Stages(Arc<Inner>);

struct Inner {
    deps: StagesDeps,
    stages: Mutex<HashMap<String, Arc<Stage>>>,
    places: Arc<Semaphore>,
}

impl Stages {
    /// Nobody is on any.
    pub fn new(deps: StagesDeps) -> Self {
        Self(Arc::new(Inner {
            places: Arc::new(Semaphore::new(deps.at_once)),
            stages: Mutex::default(),
            deps,
        }))
    }

    /// The stage of a stream, if there is somebody or something on it.
    pub fn find(&self, stream_id: &str) -> Option<Arc<Stage>> {
        self.0.stages.lock().get(stream_id).cloned()
    }

    /// The stage of a stream as it is now.
    pub fn told(&self, stream_id: &str) -> Told {
        let found = self.find(stream_id);
        found.map_or_else(Told::empty, |stage| stage.told())
    }

    /// The stage of a stream that there is.
    ///
    /// Errors: [`LiveError::Conflict`] when there are too many.
    pub fn open(&self, stream_id: &str) -> Result<Arc<Stage>> {
        let mut stages = self.0.stages.lock();
        if let Some(stage) = stages.get(stream_id) {
            return Ok(stage.clone());
        }
        if stages.len() >= MOST {
            let words = "there are as many stages as there can be";
            return Err(LiveError::Conflict(words.to_owned()));
        }
        let stage = Arc::new(Stage::new(stream_id, self.0.deps.rooms.clone()));
        stages.insert(stream_id.to_owned(), stage.clone());
        Ok(stage)
    }

    /// Makes the stage's programme the stream's broadcast, if it is not.
    ///
    /// Errors: [`LiveError::Conflict`] when nobody is on the stage, or this machine makes as many
    /// programmes as it may.
    pub fn go_on_air(&self, stage: &Arc<Stage>, admitted: Admitted) -> Result<()> {
        let mut state = stage.state.lock();
        if state.programme.is_some() {
            return Ok(());
        }
        if state.rules.on_stage().next().is_none() {
            let words = "nobody is on the stage: join it first";
            return Err(LiveError::Conflict(words.to_owned()));
        }
        let Ok(place) = self.0.places.clone().try_acquire_owned() else {
            let words = "this server makes as many programmes of stages as it may";
            return Err(LiveError::Conflict(words.to_owned()));
        };
        let stop = CancellationToken::new();
        state.programme = Some(stop.clone());
        state.empty_since = None;
        drop(state);
        let means = Means {
            atelier: self.0.deps.atelier.clone(),
            broadcasts: self.0.deps.broadcasts.clone(),
            admitted,
        };
        let of = stage.clone();
        let made = tokio::spawn(programme::run(stage.clone(), means, stop));
        tokio::spawn(async move {
            if let Err(error) = made.await {
                tracing::error!(stream = of.stream_id(), %error, "a stage's programme broke down");
            }
            of.off_air();
            drop(place);
        });
        stage.tell();
        Ok(())
    }

    /// Ends the stage's programme, and with it the broadcast. Gives whether there was one.
    pub fn go_off_air(&self, stream_id: &str) -> bool {
        let Some(stage) = self.find(stream_id) else {
            return false;
        };
        let programme = stage.state.lock().programme.clone();
        programme.inspect(CancellationToken::cancel).is_some()
    }

    /// Looks after the stages until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        let mut changes = self.0.deps.streams.changes();
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                change = changes.recv() => match change {
                    Ok(change) if change.what == Happened::Deleted => self.forget(&change.stream.id),
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                },
                _ = ticks.tick() => self.look(Instant::now()),
            }
        }
    }

    /// Lets go of a stage whose stream is gone.
    fn forget(&self, stream_id: &str) {
        self.go_off_air(stream_id);
        if let Some(stage) = self.0.stages.lock().remove(stream_id) {
            stage.state.lock().lines.clear();
        }
    }

    fn look(&self, now: Instant) {
        let stages: Vec<Arc<Stage>> = self.0.stages.lock().values().cloned().collect();
        for stage in stages {
            let mut state = stage.state.lock();
            if !state.rules.lapse(now).is_empty() {
                stage.settle(&mut state);
            }
            let deserted = state.rules.on_stage().next().is_none();
            if !deserted {
                state.empty_since = None;
            } else if let Some(programme) = state.programme.clone() {
                let since = *state.empty_since.get_or_insert(now);
                if now.saturating_duration_since(since) >= DESERTED {
                    tracing::info!(
                        stream = stage.stream_id(),
                        "a stage that everybody has left goes off the air"
                    );
                    programme.cancel();
                }
            }
        }
        // Whoever has one in hand keeps it.
        self.0.stages.lock().retain(|_, stage| {
            let state = stage.state.lock();
            Arc::strong_count(stage) > 1 || !state.rules.is_empty() || state.programme.is_some()
        });
    }
}
