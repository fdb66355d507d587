//! Frames of a broadcast as they are taken in, for those who pass them on in another form.
//!
//! Whoever listens hears them in order, and costs the broadcast a reference to each. Nobody is
//! waited for: a listener who does not keep up misses frames, and is told so.

use std::sync::Arc;

use bytes::Bytes;
use matinee_media::{
    codec::Codec,
    flv::Frame,
    live::{Cut, Place},
};
use parking_lot::Mutex;
use tokio::sync::broadcast::{self, error::RecvError};

use super::Track;

/// How many frames a listener may be behind: some seconds.
const KEPT: usize = 512;

/// Where a run of a broadcast begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Began {
    /// Its number, by which its initialization segments are known.
    pub number: u32,
    /// On the broadcast's timeline.
    pub from: Place,
    /// What the run's clock says there, in microseconds.
    pub epoch_us: i64,
}

/// What a run of a broadcast is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracks {
    /// Which run: another one has another number.
    pub run: u64,
    /// Where it begins.
    pub began: Began,
    /// The decoder configuration of the pictures, as [`Content`](matinee_media::flv::Content)
    /// has it; none without pictures.
    pub video: Option<(Codec, Bytes)>,
    /// The same of the sound.
    pub audio: Option<(Codec, Bytes)>,
}

/// What a listener hears.
#[derive(Clone, Debug)]
pub enum Heard {
    /// From here on the frames are of another run: their clock is another one, too.
    Run(Arc<Tracks>),
    /// A frame.
    Frame {
        /// Of which track.
        track: Track,
        /// When it is decoded, in microseconds of the run's clock.
        time_us: i64,
        /// What it is.
        frame: Frame,
    },
    /// The pictures that were told before were cut here: they are in parts that can be had.
    Cut(Cut),
    /// Frames are missing here: go on with the next keyframe.
    Gap,
}

/// The taps of a broadcast.
#[derive(Debug)]
pub(super) struct Taps {
    sender: Mutex<Option<broadcast::Sender<Heard>>>,
    tracks: Mutex<Option<Arc<Tracks>>>,
}

impl Default for Taps {
    fn default() -> Self {
        Self {
            sender: Mutex::new(Some(broadcast::Sender::new(KEPT))),
            tracks: Mutex::default(),
        }
    }
}

impl Taps {
    /// Another run begins, with these tracks.
    pub(super) fn begin(
        &self,
        began: Began,
        video: Option<(Codec, Bytes)>,
        audio: Option<(Codec, Bytes)>,
    ) {
        let mut now = self.tracks.lock();
        let run = now.as_ref().map_or(0, |tracks| tracks.run + 1);
        let tracks = Arc::new(Tracks {
            run,
            began,
            video,
            audio,
        });
        *now = Some(tracks.clone());
        self.tell(|| Heard::Run(tracks));
    }

    /// A frame has been taken in.
    pub(super) fn frame(&self, track: Track, time_us: i64, frame: &Frame) {
        self.tell(|| Heard::Frame {
            track,
            time_us,
            frame: frame.clone(),
        });
    }

    /// Pictures have become a part.
    pub(super) fn cut(&self, cut: Cut) {
        self.tell(|| Heard::Cut(cut));
    }

    fn tell(&self, what: impl FnOnce() -> Heard) {
        let sender = self.sender.lock();
        if let Some(sender) = sender.as_ref().filter(|sender| sender.receiver_count() > 0) {
            // Whoever has gone meanwhile misses nothing.
            let _ = sender.send(what());
        }
    }

    /// The broadcast is over.
    pub(super) fn end(&self) {
        *self.sender.lock() = None;
    }

    /// Listens from now on; `None` if the broadcast is over.
    pub(super) fn open(&self) -> Option<Tap> {
        let now = self.tracks.lock();
        let receiver = self.sender.lock().as_ref()?.subscribe();
        Some(Tap {
            first: now.clone(),
            receiver,
        })
    }
}

/// Somebody who listens to a broadcast.
#[derive(Debug)]
pub struct Tap {
    first: Option<Arc<Tracks>>,
    receiver: broadcast::Receiver<Heard>,
}

impl Tap {
    /// What comes next; `None` when the broadcast is over. First of all is the run that goes on,
    /// if one does. Nothing is lost when this is not waited for to the end.
    pub async fn next(&mut self) -> Option<Heard> {
        if let Some(tracks) = self.first.take() {
            return Some(Heard::Run(tracks));
        }
        match self.receiver.recv().await {
            Ok(heard) => Some(heard),
            Err(RecvError::Lagged(_)) => Some(Heard::Gap),
            Err(RecvError::Closed) => None,
        }
    }
}
