//! A stage's pictures and sound, coded as a broadcast's.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use matinee_media::codec::Codec;
use matinee_media::flv::{Content, Frame, Packet};
use matinee_media::index::MediaKind;
use matinee_media::ogg::opus::OpusReader;
use matinee_media::ts::{Demuxer, Event};
use parking_lot::Mutex;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::atelier::{Atelier, Form, MillError, Work};
use crate::again::discreet;

/// Pictures that may wait to be coded; what is painted meanwhile is left out.
const PICTURES: usize = 3;
/// Packets of sound that may wait: as long as a child takes to begin with the machine busy. What
/// finds no room is a hole at which players stop.
pub(super) const PACKETS: usize = 500;
/// What is read at once.
const PIECE: usize = 64 << 10;
/// A packet of sound, in microseconds.
const PACKET_US: i64 = 20_000;

/// What decoders of the sound are told (RFC 7845 §5.1).
const OPUS_HEAD: &[u8] = b"OpusHead\x01\x02\x00\x00\x80\xbb\x00\x00\x00\x00\x00";

/// What is begun again when it ends, and not more often than this.
const PAUSE: Duration = Duration::from_secs(2);

/// A coder at work. It ends with this value.
struct AtWork {
    feed: mpsc::Sender<Vec<u8>>,
    task: JoinHandle<()>,
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Runs a child: what is fed goes in, and what comes out is read by `take`, which gives nothing
/// for what cannot be read.
fn work(
    what: &'static str,
    room: usize,
    begin: impl Future<Output = Result<Work, MillError>> + Send + 'static,
    mut take: impl FnMut(&[u8]) -> Option<Vec<Event>> + Send + 'static,
    out: mpsc::Sender<Event>,
) -> AtWork {
    let (feed, mut fed) = mpsc::channel::<Vec<u8>>(room);
    let task = tokio::spawn(async move {
        let words = match begin.await {
            Err(error) => error.to_string(),
            Ok(Work {
                mut input,
                mut output,
                child,
            }) => {
                let write = async {
                    while let Some(bytes) = fed.recv().await {
                        if input.write_all(&bytes).await.is_err() || input.flush().await.is_err() {
                            return;
                        }
                    }
                };
                let read = async {
                    let mut piece = vec![0; PIECE];
                    while let Ok(len @ 1..) = output.read(&mut piece).await {
                        let Some(events) = take(&piece[..len]) else {
                            return;
                        };
                        for event in events {
                            if out.send(event).await.is_err() {
                                return;
                            }
                        }
                    }
                };
                tokio::select! { () = write => {}, () = read => {} }
                child.end().await
            }
        };
        tracing::warn!(
            what,
            words = discreet(&words, None),
            "what codes a stage's programme has ended; it is begun anew"
        );
    });
    AtWork { feed, task }
}

/// What became of something that was to be coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    /// It is.
    Taken,
    /// There is no room for it at the moment.
    Full,
    /// Nobody codes at the moment.
    Nobody,
}

/// Codes pictures.
pub(super) struct PictureCoder {
    atelier: Arc<dyn Atelier>,
    out: mpsc::Sender<Event>,
    at_work: Option<AtWork>,
    /// When the pictures are shown that are being coded.
    times: Arc<Mutex<VecDeque<i64>>>,
    begun: Option<Instant>,
}

impl PictureCoder {
    pub(super) fn new(atelier: Arc<dyn Atelier>, out: mpsc::Sender<Event>) -> Self {
        Self {
            atelier,
            out,
            at_work: None,
            times: Arc::default(),
            begun: None,
        }
    }

    /// Codes pictures of this form from now on.
    pub(super) fn begin(&mut self, form: Form) {
        let atelier = self.atelier.clone();
        let times: Arc<Mutex<VecDeque<i64>>> = Arc::default();
        self.times = times.clone();
        let mut demuxer = Demuxer::of_pictures(0);
        // One frame comes out for each picture that went in, in their order: when it is shown is
        // known here, however irregularly they go in.
        let take = move |bytes: &[u8]| {
            let events = demuxer.feed(bytes).into_iter();
            let timed = events.filter_map(|event| match event {
                Event::Packet { kind, packet, .. } => {
                    let time_us = match packet.content {
                        Content::Frame(_) => times.lock().pop_front()?,
                        _ => times.lock().front().copied().unwrap_or(0),
                    };
                    Some(Event::Packet {
                        kind,
                        time_us,
                        packet,
                    })
                }
                refused @ Event::Refused { .. } => Some(refused),
                Event::Cue { .. } => None,
            });
            Some(timed.collect())
        };
        let begin = async move { atelier.code_pictures(form).await };
        self.begun = Some(Instant::now());
        self.at_work = Some(work("pictures", PICTURES, begin, take, self.out.clone()));
    }

    /// Codes a picture that is shown at `time_us`.
    pub(super) fn put(&mut self, picture: Vec<u8>, time_us: i64) -> Put {
        let Some(at_work) = &self.at_work else {
            return Put::Nobody;
        };
        match at_work.feed.try_reserve() {
            Ok(place) => {
                self.times.lock().push_back(time_us);
                place.send(picture);
                return Put::Taken;
            }
            Err(mpsc::error::TrySendError::Full(())) => return Put::Full,
            Err(mpsc::error::TrySendError::Closed(())) => {}
        }
        if self.begun.is_none_or(|begun| begun.elapsed() >= PAUSE) {
            self.at_work = None;
        }
        Put::Nobody
    }

    /// Whether somebody codes, or will in a moment.
    pub(super) fn is_begun(&self) -> bool {
        self.at_work.is_some()
    }
}

/// Codes sound.
pub(super) struct SoundCoder {
    atelier: Arc<dyn Atelier>,
    out: mpsc::Sender<Event>,
    at_work: Option<AtWork>,
    begun: Option<Instant>,
}

impl SoundCoder {
    pub(super) fn new(atelier: Arc<dyn Atelier>, out: mpsc::Sender<Event>) -> Self {
        Self {
            atelier,
            out,
            at_work: None,
            begun: None,
        }
    }

    /// Codes 20 ms that are heard at `time_us`: the next ones follow without a gap.
    pub(super) fn put(&mut self, sound: Vec<u8>, time_us: i64) {
        let rests = self.begun.is_some_and(|begun| begun.elapsed() < PAUSE);
        if self.at_work.is_none() && !rests {
            self.begin(time_us);
        }
        let sent = self.at_work.as_ref().map(|one| one.feed.try_send(sound));
        if matches!(sent, Some(Err(_))) {
            // What is missing would put everything after it too early.
            self.at_work = None;
        }
    }

    /// What comes next does not follow what came before.
    pub(super) fn begin_anew(&mut self) {
        self.at_work = None;
    }

    fn begin(&mut self, from_us: i64) {
        let atelier = self.atelier.clone();
        let mut reader = OpusReader::default();
        let (mut next_us, mut told) = (from_us, false);
        let event = |time_us, content| Event::Packet {
            kind: MediaKind::Audio,
            time_us,
            packet: Packet {
                track: 0,
                codec: Codec::Opus,
                content,
                offset_ns: 0,
            },
        };
        let take = move |bytes: &[u8]| {
            let mut events = Vec::new();
            for packet in reader.feed(bytes).ok()? {
                if !std::mem::replace(&mut told, true) {
                    let head = Content::Config(Bytes::from_static(OPUS_HEAD));
                    events.push(event(next_us, head));
                }
                let frame = Frame {
                    data: packet.data,
                    composition_ms: 0,
                    sync: true,
                };
                events.push(event(next_us, Content::Frame(frame)));
                next_us += PACKET_US;
            }
            Some(events)
        };
        let begin = async move { atelier.code_sound().await };
        self.begun = Some(Instant::now());
        self.at_work = Some(work("sound", PACKETS, begin, take, self.out.clone()));
    }
}
