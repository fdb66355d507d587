//! A broadcast's frames as they come, for those who do not wait for segments.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use matinee_media::byte_stream::{byte_stream, parameters};
use matinee_media::codec::Codec;
use matinee_media::flv::Frame;
use parking_lot::Mutex;
use tokio::sync::{Notify, broadcast};

use super::Track;

/// Frames that may wait for somebody who does not keep up: some seconds. Then they go on with the
/// next keyframe.
const QUEUE: usize = 512;
/// The most frames and bytes since the last keyframe that somebody who comes is given.
const GROUP: usize = 600;
const GROUP_BYTES: usize = 8 << 20;
/// Where an `avcC` says how long its lengths are, and that they have four bytes.
const LENGTHS_AT: usize = 4;
const FOUR_BYTES: u8 = 3;

/// A frame.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) track: Track,
    /// On the encoder's clock, in microseconds.
    pub(crate) time_us: i64,
    /// Whether decoding can begin here.
    pub(crate) sync: bool,
    /// As MP4 holds it.
    data: Bytes,
    /// What decoders need to know before it, as a byte stream.
    before: Bytes,
    sent: OnceLock<Arc<[u8]>>,
}

impl Sample {
    /// As RTP carries it: a byte stream (H.264), or a packet (Opus). Made once for all.
    pub(crate) fn payload(&self) -> Arc<[u8]> {
        let made = self.sent.get_or_init(|| match self.track {
            Track::Video => byte_stream(&self.before, &self.data).into(),
            Track::Audio => self.data.as_ref().into(),
        });
        made.clone()
    }
}

/// Which tracks go out as they come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tracks {
    /// H.264 that is decoded in the order in which it is shown.
    pub(crate) video: bool,
    /// Opus.
    pub(crate) audio: bool,
    /// Other sound, of which Opus can be made.
    pub(crate) other_audio: bool,
}

/// What somebody gets who comes now.
#[derive(Debug)]
pub(crate) struct Listener {
    /// The pictures from the last keyframe on.
    pub(crate) group: Vec<Arc<Sample>>,
    /// What comes; ends with the broadcast.
    pub(crate) samples: broadcast::Receiver<Arc<Sample>>,
}

/// Passes a broadcast's frames on.
#[derive(Debug)]
pub(super) struct Wire {
    state: Mutex<State>,
    /// Somebody would like a keyframe.
    wish: Notify,
}

#[derive(Debug)]
struct State {
    /// None when the broadcast is over.
    out: Option<broadcast::Sender<Arc<Sample>>>,
    /// Whether there are pictures, of whatever kind.
    pictures: bool,
    /// What decoders need to know, if the pictures go out.
    before: Option<Bytes>,
    /// Whether pictures are decoded in another order than they are shown.
    reordered: bool,
    opus: bool,
    /// Whether there is sound of another kind.
    other_audio: bool,
    group: Vec<Arc<Sample>>,
    group_bytes: usize,
}

impl Wire {
    pub(super) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                out: Some(broadcast::Sender::new(QUEUE)),
                pictures: false,
                before: None,
                reordered: false,
                opus: false,
                other_audio: false,
                group: Vec::new(),
                group_bytes: 0,
            }),
            wish: Notify::new(),
        }
    }

    /// Another encoder begins.
    pub(super) fn begin(&self) {
        let mut state = self.state.lock();
        state.pictures = false;
        state.before = None;
        state.reordered = false;
        state.opus = false;
        state.other_audio = false;
        state.forget();
    }

    /// A track is coded like that from now on.
    pub(super) fn config(&self, track: Track, codec: Codec, config: &[u8]) {
        let mut state = self.state.lock();
        match track {
            Track::Audio => {
                state.opus = codec == Codec::Opus;
                state.other_audio = !state.opus;
            }
            Track::Video => {
                let lengths = config.get(LENGTHS_AT).is_some_and(|b| b & 3 == FOUR_BYTES);
                let sets = parameters(config).ok();
                state.pictures = true;
                state.before = sets
                    .filter(|_| codec == Codec::Avc && lengths)
                    .map(Bytes::from);
                state.reordered = false;
                state.forget();
            }
        }
    }

    /// A frame comes.
    pub(super) fn frame(&self, track: Track, time_us: i64, frame: &Frame) {
        let mut state = self.state.lock();
        if track == Track::Video && frame.composition_ms != 0 && !state.reordered {
            state.reordered = true;
            state.forget();
        }
        let tracks = state.tracks();
        let goes = match track {
            Track::Video => tracks.video,
            Track::Audio => tracks.audio,
        };
        if !goes {
            return;
        }
        let before = state.before.clone().filter(|_| frame.sync);
        let sample = Arc::new(Sample {
            track,
            time_us,
            sync: frame.sync,
            data: frame.data.clone(),
            before: before.unwrap_or_default(),
            sent: OnceLock::new(),
        });
        if track == Track::Video {
            state.keep(&sample);
        }
        if let Some(out) = &state.out {
            // Nobody may be there.
            let _ = out.send(sample);
        }
    }

    /// Opus comes that was made of the encoder's sound.
    pub(super) fn opus(&self, time_us: i64, data: Bytes) {
        let state = self.state.lock();
        // What was still on its way when the encoder began to send Opus itself is nobody's.
        let Some(out) = state.out.as_ref().filter(|_| state.other_audio) else {
            return;
        };
        let sample = Sample {
            track: Track::Audio,
            time_us,
            sync: true,
            data,
            before: Bytes::new(),
            sent: OnceLock::new(),
        };
        // Nobody may be there.
        let _ = out.send(Arc::new(sample));
    }

    /// Which tracks go out; none if those who watch at once would miss the pictures.
    pub(super) fn tracks(&self) -> Option<Tracks> {
        let state = self.state.lock();
        let tracks = state.tracks();
        let heard = tracks.audio || tracks.other_audio;
        let all = tracks.video || (heard && !state.pictures);
        (all && state.out.is_some()).then_some(tracks)
    }

    /// For somebody who comes now; none if the broadcast is over.
    pub(super) fn listen(&self) -> Option<Listener> {
        let state = self.state.lock();
        Some(Listener {
            group: state.group.clone(),
            samples: state.out.as_ref()?.subscribe(),
        })
    }

    /// The broadcast is over.
    pub(super) fn close(&self) {
        let mut state = self.state.lock();
        state.out = None;
        state.forget();
    }

    pub(super) fn want_keyframe(&self) {
        self.wish.notify_one();
    }

    pub(super) async fn keyframe_wanted(&self) {
        self.wish.notified().await;
    }
}

impl State {
    fn tracks(&self) -> Tracks {
        Tracks {
            video: self.before.is_some() && !self.reordered,
            audio: self.opus,
            other_audio: self.other_audio,
        }
    }

    fn forget(&mut self) {
        self.group.clear();
        self.group_bytes = 0;
    }

    /// Keeps a picture for those who come later.
    fn keep(&mut self, sample: &Arc<Sample>) {
        if sample.sync {
            self.forget();
        } else if self.group.is_empty() {
            // What it rests on is not there.
            return;
        }
        self.group_bytes += sample.data.len();
        self.group.push(sample.clone());
        if self.group.len() > GROUP || self.group_bytes > GROUP_BYTES {
            self.forget();
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    const AVCC: &[u8] = &[
        1, 0x42, 0xc0, 0x0b, 0xff, 0xe1, 0, 2, 0x67, 9, 1, 0, 1, 0x68,
    ];

    fn frame(data: &'static [u8], sync: bool, composition_ms: i32) -> Frame {
        Frame {
            data: Bytes::from_static(data),
            composition_ms,
            sync,
        }
    }

    #[tokio::test]
    async fn whoever_comes_begins_with_the_last_keyframe() {
        let wire = Wire::new();
        assert_eq!(wire.tracks(), None);
        wire.config(Track::Video, Codec::Avc, AVCC);
        wire.config(Track::Audio, Codec::Opus, b"OpusHead");
        let both = Tracks {
            video: true,
            audio: true,
            other_audio: false,
        };
        assert_eq!(wire.tracks(), Some(both));
        let picture = frame(&[0, 0, 0, 1, 0x41], false, 0);
        wire.frame(Track::Video, 0, &picture);
        assert!(wire.listen().unwrap().group.is_empty());
        wire.frame(Track::Video, 1, &frame(&[0, 0, 0, 1, 0x65], true, 0));
        wire.frame(Track::Audio, 1, &frame(&[0xfc], true, 0));
        wire.frame(Track::Video, 2, &picture);
        let mut listener = wire.listen().unwrap();
        let times: Vec<i64> = listener.group.iter().map(|sample| sample.time_us).collect();
        assert_eq!(times, [1, 2]);
        let begin = listener.group[0].payload();
        assert_eq!(
            begin.as_ref(),
            [0, 0, 0, 1, 0x67, 9, 0, 0, 0, 1, 0x68, 0, 0, 0, 1, 0x65]
        );
        wire.frame(Track::Audio, 3, &frame(&[0xfc, 1], true, 0));
        let heard = listener.samples.recv().await.unwrap();
        assert_eq!(
            (heard.time_us, heard.payload().as_ref()),
            (3, &[0xfc, 1][..])
        );
        wire.close();
        assert!(listener.samples.recv().await.is_err());
        assert!(wire.listen().is_none());
        assert_eq!(wire.tracks(), None);
    }

    #[tokio::test]
    async fn opus_that_was_made_goes_out_as_long_as_the_encoder_sends_none() {
        let wire = Wire::new();
        wire.config(Track::Video, Codec::Avc, AVCC);
        wire.config(Track::Audio, Codec::Aac, &[0x12, 0x10]);
        let mut listener = wire.listen().unwrap();
        wire.frame(Track::Audio, 1, &frame(&[0x21], true, 0));
        wire.opus(2, Bytes::from_static(&[0xfc]));
        let heard = listener.samples.recv().await.unwrap();
        assert_eq!((heard.time_us, heard.track), (2, Track::Audio));
        wire.config(Track::Audio, Codec::Opus, b"OpusHead");
        wire.opus(3, Bytes::from_static(&[0xfc]));
        assert!(listener.samples.try_recv().is_err());
    }

    #[test]
    fn sound_alone_goes_out_whatever_it_is() {
        let wire = Wire::new();
        wire.config(Track::Audio, Codec::Aac, &[0x12, 0x10]);
        let tracks = wire.tracks().unwrap();
        assert!(tracks.other_audio && !tracks.audio && !tracks.video);
    }

    #[test]
    fn pictures_that_browsers_cannot_take_so_do_not_go_out() {
        let wire = Wire::new();
        wire.config(Track::Audio, Codec::Opus, b"OpusHead");
        assert!(wire.tracks().is_some_and(|tracks| !tracks.video));
        wire.config(Track::Video, Codec::Hevc, AVCC);
        assert_eq!(wire.tracks(), None);
        wire.config(Track::Video, Codec::Avc, AVCC);
        wire.config(Track::Audio, Codec::Aac, &[0x12, 0x10]);
        assert!(
            wire.tracks()
                .is_some_and(|tracks| !tracks.audio && tracks.other_audio)
        );
        // They are decoded in another order than they are shown.
        wire.frame(Track::Video, 0, &frame(&[0, 0, 0, 1, 0x65], true, 40));
        assert_eq!(wire.tracks(), None);
        wire.begin();
        wire.config(Track::Video, Codec::Avc, AVCC);
        assert!(wire.tracks().is_some());
    }

    #[tokio::test]
    async fn whoever_does_not_keep_up_misses_frames_and_nobody_else_does() {
        let wire = Wire::new();
        wire.config(Track::Video, Codec::Avc, AVCC);
        wire.frame(Track::Video, 0, &frame(&[0, 0, 0, 1, 0x65], true, 0));
        let mut slow = wire.listen().unwrap().samples;
        let mut quick = wire.listen().unwrap().samples;
        let many = 20 * i64::try_from(QUEUE).unwrap();
        for n in 1..=many {
            wire.frame(Track::Video, n, &frame(&[0, 0, 0, 1, 0x41], false, 0));
            assert_eq!(quick.recv().await.unwrap().time_us, n);
        }
        // What is kept for them is bounded, whatever has come.
        let missed = slow.recv().await;
        assert!(matches!(missed, Err(broadcast::error::RecvError::Lagged(n)) if n > 0));
        assert!(slow.recv().await.unwrap().time_us > many - 2 * i64::try_from(QUEUE).unwrap());
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let wire = Wire::new();
        wire.config(Track::Video, Codec::Avc, AVCC);
        wire.frame(Track::Video, 0, &frame(&[0, 0, 0, 1, 0x65], true, 0));
        for n in 0..2 * i64::try_from(GROUP).unwrap() {
            wire.frame(Track::Video, n, &frame(&[0, 0, 0, 1, 0x41], false, 0));
        }
        assert!(wire.listen().unwrap().group.is_empty());
    }
}
