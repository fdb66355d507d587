//! What is on the air on this node, in memory.
//!
//! [`Broadcasts`] knows each [`Broadcast`] by its stream. A [`Publisher`] puts parts in; any
//! number of viewers read playlists, parts and segments, and wait for those that come next. A
//! [`Feed`] makes parts of what an encoder sends.
//!
//! A broadcast is made of runs, in each of which the coding does not change and the encoder's
//! clock does not jump. An encoder that vanishes and comes back in time goes on with another run
//! of the same broadcast; so does another encoder that takes the stream over.

mod breaks;
mod clip;
mod dash;
mod feed;
mod health;
mod life;
mod one;
mod options;
mod publisher;
mod ring;
mod rungs;
mod slot;
mod taken;
mod tap;
#[cfg(test)]
mod tests;
mod track;
mod wire;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use matinee_engines::time::now_micros;
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use clip::Clip;
pub use feed::Feed;
pub use health::Health;
pub use one::{Broadcast, Directives, Keyframe, Still, Text};
pub use options::Options;
pub use publisher::Publisher;
pub use rungs::{Quality, RungState};
pub use taken::{Segment, Taken};
pub use tap::{Began, Heard, Tap, Tracks};
pub use track::{Rendition, Track};
pub(crate) use wire::{Listener, Sample};

use crate::desk::{Admitted, Desk, Door, OffAir, Refused};
use crate::ladder::Ladder;
use crate::recording::{Recorder, Recordings};

/// What is on the air on this node.
pub struct Broadcasts {
    desk: Arc<dyn Desk>,
    options: Options,
    recordings: Option<Recordings>,
    ladder: Option<Ladder>,
    known: Mutex<HashMap<String, Arc<Broadcast>>>,
    /// Where encoders of streams go in whose place something else is on the air.
    aside: Mutex<HashMap<String, Arc<Self>>>,
    /// Recordings that are becoming videos.
    ending: TaskTracker,
}

impl Broadcasts {
    /// None yet; none is kept.
    pub fn new(desk: Arc<dyn Desk>, options: Options) -> Arc<Self> {
        Self::with(desk, options, None, None)
    }

    /// None yet; those that are to be are kept as videos, and smaller sizes are made of all by a
    /// ladder, if there is one.
    pub fn with(
        desk: Arc<dyn Desk>,
        options: Options,
        recordings: Option<Recordings>,
        ladder: Option<Ladder>,
    ) -> Arc<Self> {
        Arc::new(Self {
            desk,
            options,
            recordings,
            ladder,
            known: Mutex::default(),
            aside: Mutex::default(),
            ending: TaskTracker::new(),
        })
    }

    /// Who decides who may publish.
    pub fn desk(&self) -> &Arc<dyn Desk> {
        &self.desk
    }

    /// Lets whoever has this key publish, or tells why not: the desk decides, and whether there is
    /// somebody already who is not to be taken over from.
    pub async fn admit(&self, key: &str, peer: IpAddr) -> Result<Admitted, Refused> {
        let admitted = self.desk.admit(key, peer).await?;
        if !self.options.takeover && self.is_published(&admitted.stream_id) {
            let why = "another encoder broadcasts with this key";
            return Err(Refused::NotAllowed(why.to_owned()));
        }
        Ok(admitted)
    }

    /// Whether somebody publishes a stream at this moment.
    fn is_published(&self, stream_id: &str) -> bool {
        self.get(stream_id)
            .is_some_and(|broadcast| broadcast.life.lock().publisher.is_some())
    }

    /// How broadcasts are cut and kept.
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// The broadcast of a stream, if it is on the air, or was a moment ago.
    pub fn get(&self, stream_id: &str) -> Option<Arc<Broadcast>> {
        self.known.lock().get(stream_id).cloned()
    }

    /// All that are on the air.
    pub fn on_air(&self) -> Vec<Arc<Broadcast>> {
        let known = self.known.lock();
        known
            .values()
            .filter(|broadcast| !broadcast.has_ended())
            .cloned()
            .collect()
    }

    /// Who may fetch media of a stream.
    pub async fn door(&self, stream_id: &str) -> Door {
        self.desk.door(stream_id).await
    }

    /// Begins to publish, or goes on with what is on the air already. Whoever published it before
    /// is cut off.
    pub fn publish(self: &Arc<Self>, admitted: Admitted, protocol: &'static str) -> Publisher {
        let Admitted { stream_id, record } = admitted;
        let aside = self.aside.lock().get(&stream_id).cloned();
        if let Some(aside) = aside.filter(|_| protocol != crate::stage::PROTOCOL) {
            let record = false;
            return aside.publish(Admitted { stream_id, record }, protocol);
        }
        let mut known = self.known.lock();
        let broadcast = match known.get(&stream_id) {
            Some(broadcast) if !broadcast.life.lock().over => broadcast.clone(),
            _ => {
                let recordings = self.recordings.clone().filter(|_| record);
                let recorder = recordings.map(|to| Recorder::start(to, stream_id.clone()));
                let made = Broadcast::new(stream_id.clone(), self.options, recorder);
                let made = Arc::new(made);
                known.insert(stream_id, made.clone());
                if let Some(ladder) = &self.ladder {
                    ladder.follow(made.clone(), self.desk.clone());
                }
                made
            }
        };
        let (generation, cut) = {
            let mut life = broadcast.life.lock();
            life.generation += 1;
            if let Some(before) = life.publisher.take() {
                before.cancel();
            }
            let cut = CancellationToken::new();
            life.publisher = Some(cut.clone());
            (life.generation, cut)
        };
        broadcast.meter.lock().connect(protocol, now_micros());
        broadcast.wire.begin();
        Publisher::new(self.clone(), broadcast, generation, cut)
    }

    /// Takes a stream's encoders in there from now on, or here again.
    pub(crate) fn divert(&self, stream_id: &str, aside: Option<Arc<Self>>) {
        let mut diverted = self.aside.lock();
        match aside {
            Some(aside) => diverted.insert(stream_id.to_owned(), aside),
            None => diverted.remove(stream_id),
        };
    }

    /// Ends a stream's broadcast. Gives whether there was one.
    pub async fn stop(self: &Arc<Self>, stream_id: &str, why: OffAir) -> bool {
        match self.get(stream_id) {
            Some(broadcast) => self.finish(&broadcast, why).await,
            None => false,
        }
    }

    /// Ends all broadcasts: the server stops.
    pub async fn shut_down(self: &Arc<Self>) {
        for broadcast in self.on_air() {
            self.finish(&broadcast, OffAir::Shutdown).await;
        }
        self.settle().await;
    }

    /// Done when the recordings of all that has ended are videos.
    pub async fn settle(&self) {
        self.ending.close();
        self.ending.wait().await;
        self.ending.reopen();
    }

    /// Ends a broadcast, once.
    async fn finish(self: &Arc<Self>, broadcast: &Arc<Broadcast>, why: OffAir) -> bool {
        let announced = {
            let mut life = broadcast.life.lock();
            if life.over {
                return false;
            }
            life.over = true;
            if let Some(publisher) = life.publisher.take() {
                publisher.cancel();
            }
            life.announced
        };
        broadcast.change(ring::Ring::end);
        broadcast.wire.close();
        broadcast.taps.end();
        broadcast.meter.lock().disconnect();
        tracing::info!(stream = broadcast.stream_id(), ?why, "off the air");
        if let Some(recorder) = broadcast.recorder.lock().take() {
            self.ending.spawn(recorder.finish());
        }
        if !announced {
            self.forget(broadcast);
            return true;
        }
        self.desk.off_air(broadcast.stream_id(), why).await;
        let (broadcasts, broadcast) = (self.clone(), broadcast.clone());
        tokio::spawn(async move {
            tokio::time::sleep(broadcast.options().linger).await;
            broadcasts.forget(&broadcast);
        });
        true
    }

    /// Lets go of a broadcast that is over, unless another has taken its place.
    fn forget(&self, broadcast: &Arc<Broadcast>) {
        let mut known = self.known.lock();
        let same = known
            .get(broadcast.stream_id())
            .is_some_and(|other| Arc::ptr_eq(other, broadcast));
        if same {
            known.remove(broadcast.stream_id());
        }
    }
}
