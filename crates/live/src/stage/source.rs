//! What people on a stage send, passed on to everybody who takes it.
//!
//! Nobody waits for anybody: each taker has a bounded queue, and one that does not keep up misses
//! frames, and pictures until the next keyframe.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use parking_lot::Mutex;
use tokio::sync::{Notify, mpsc};

/// One of the tracks that somebody sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Track {
    /// Sound, in Opus.
    Microphone,
    /// Pictures, in H.264.
    Camera,
    /// Pictures of a screen, in H.264.
    Screen,
}

impl Track {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Microphone, Self::Camera, Self::Screen];

    /// Its place among all.
    pub(crate) const fn index(self) -> usize {
        self as usize
    }

    /// The word that is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Microphone => "microphone",
            Self::Camera => "camera",
            Self::Screen => "screen",
        }
    }

    /// The track of this name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|track| track.as_str() == word)
    }

    /// Whether it is pictures.
    pub fn is_video(self) -> bool {
        self != Self::Microphone
    }
}

/// A frame as it came.
#[derive(Debug)]
pub(crate) struct Frame {
    /// A byte stream of H.264, or a packet of Opus.
    pub(crate) data: Arc<[u8]>,
    /// RTP's time, with its turns counted: 90 kHz for pictures, 48 kHz for sound.
    pub(crate) ticks: u64,
    /// When it came.
    pub(crate) at: Instant,
    /// Whether decoding can begin here.
    pub(crate) sync: bool,
}

/// A frame, and by which of its ways it came to the taker.
pub(crate) type Passed = (u32, Arc<Frame>);

#[derive(Debug)]
struct Taker {
    way: u32,
    to: mpsc::Sender<Passed>,
    /// Pictures are of no use before a keyframe.
    lost: bool,
}

/// A track of somebody.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) track: Track,
    takers: Mutex<Vec<Taker>>,
    /// Whether it is passed on.
    open: AtomicBool,
    /// Somebody needs a keyframe.
    wanted: AtomicBool,
    /// Whoever sends it is to look what is wanted.
    wish: Arc<Notify>,
}

impl Source {
    pub(crate) fn new(track: Track, wish: Arc<Notify>) -> Self {
        Self {
            track,
            takers: Mutex::default(),
            open: AtomicBool::new(true),
            wanted: AtomicBool::new(false),
            wish,
        }
    }

    /// Passes a frame on.
    pub(crate) fn push(&self, frame: &Arc<Frame>) {
        if !self.open.load(Ordering::Relaxed) {
            return;
        }
        let video = self.track.is_video();
        let mut wants = false;
        self.takers.lock().retain_mut(|taker| {
            if video && taker.lost && !frame.sync {
                wants = true;
                return !taker.to.is_closed();
            }
            match taker.to.try_send((taker.way, frame.clone())) {
                Ok(()) => {
                    taker.lost = false;
                    true
                }
                Err(mpsc::error::TrySendError::Full(_)) => {
                    taker.lost = true;
                    true
                }
                Err(mpsc::error::TrySendError::Closed(_)) => false,
            }
        });
        if wants {
            self.want_keyframe();
        }
    }

    /// Passes frames on to somebody from the next keyframe on, by this way.
    pub(crate) fn add(&self, way: u32, to: mpsc::Sender<Passed>) {
        let mut takers = self.takers.lock();
        takers.retain(|taker| !(taker.way == way && taker.to.same_channel(&to)));
        takers.push(Taker {
            way,
            to,
            lost: true,
        });
        drop(takers);
        self.want_keyframe();
    }

    /// Passes nothing on to somebody any more, by this way.
    pub(crate) fn remove(&self, way: u32, to: &mpsc::Sender<Passed>) {
        self.takers
            .lock()
            .retain(|taker| !(taker.way == way && taker.to.same_channel(to)));
    }

    /// Passes frames on, or none.
    pub(crate) fn set_open(&self, open: bool) {
        let was = self.open.swap(open, Ordering::Relaxed);
        if open && !was && self.track.is_video() {
            for taker in &mut *self.takers.lock() {
                taker.lost = true;
            }
            self.want_keyframe();
        }
    }

    /// Somebody cannot go on without a keyframe.
    pub(crate) fn want_keyframe(&self) {
        if self.track.is_video() && !self.wanted.swap(true, Ordering::Relaxed) {
            self.wish.notify_one();
        }
    }

    /// Whether one is wanted; said once.
    pub(crate) fn take_wanted(&self) -> bool {
        self.wanted.swap(false, Ordering::Relaxed)
    }
}

/// Whether a byte stream of H.264 has a picture in it with which decoding can begin (ITU-T H.264,
/// table 7-1: NAL units of type 5).
pub(crate) fn has_keyframe(data: &[u8]) -> bool {
    let mut rest = data;
    while let Some(at) = rest.windows(3).position(|window| window == [0, 0, 1]) {
        rest = &rest[at + 3..];
        match rest.first().map(|head| head & 0x1f) {
            Some(5) => return true,
            // What follows a slice is another slice of the same picture.
            Some(1) => return false,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(sync: bool) -> Arc<Frame> {
        Arc::new(Frame {
            data: Arc::from([0_u8; 4]),
            ticks: 0,
            at: Instant::now(),
            sync,
        })
    }

    #[test]
    fn who_does_not_keep_up_goes_on_with_a_keyframe_and_holds_nobody_up() {
        let source = Source::new(Track::Camera, Arc::default());
        let (slow, mut behind) = mpsc::channel(2);
        let (quick, mut there) = mpsc::channel(100);
        source.add(1, slow);
        source.add(2, quick);
        assert!(source.take_wanted());
        source.push(&frame(false));
        assert!(there.try_recv().is_err());
        assert!(source.take_wanted());
        for n in 0..10 {
            source.push(&frame(n == 0));
        }
        assert!(source.take_wanted());
        let count =
            |from: &mut mpsc::Receiver<Passed>| std::iter::from_fn(|| from.try_recv().ok()).count();
        assert_eq!((count(&mut behind), count(&mut there)), (2, 10));
        source.push(&frame(false));
        assert_eq!((count(&mut behind), count(&mut there)), (0, 1));
        source.push(&frame(true));
        source.push(&frame(false));
        assert_eq!((count(&mut behind), count(&mut there)), (2, 2));
        // What is kept back is passed on to nobody, and goes on with a keyframe.
        source.set_open(false);
        source.push(&frame(true));
        source.set_open(true);
        source.push(&frame(false));
        assert_eq!(count(&mut there), 0);
    }

    #[test]
    fn keyframes_are_told_from_others() {
        let nal = |kinds: &[u8]| -> Vec<u8> {
            kinds
                .iter()
                .flat_map(|kind| [0, 0, 0, 1, *kind, 9])
                .collect()
        };
        assert!(has_keyframe(&nal(&[0x67, 0x68, 0x65])));
        assert!(!has_keyframe(&nal(&[0x09, 0x41, 0x65])));
        assert!(!has_keyframe(&[0, 0, 1]));
    }
}
