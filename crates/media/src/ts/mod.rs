//! MPEG transport streams (ISO/IEC 13818-1) as encoders send them over SRT: one programme with
//! H.264 or HEVC pictures and AAC sound, and with cues of advertisement breaks (SCTE 35).
//!
//! A [`Demuxer`] takes bytes however the network cut them, and gives what [`flv`](crate::flv)
//! gives of RTMP: decoder configurations, and frames as MP4 holds them. Time is unwrapped from 33
//! bits. Where packets are missing, pictures begin again with the next keyframe.
//!
//! Memory is bounded by the largest frame of each track, whatever comes. A [`Muxer`] makes such
//! a stream of frames.

mod clock;
mod cues;
mod mux;
mod packet;
mod pes;
mod pictures;
mod psi;
mod sound;
#[cfg(test)]
mod tests;
mod weave;

use bytes::Bytes;

use crate::{
    codec::Codec,
    error::MediaError,
    flv::Packet,
    index::MediaKind,
    scte35::{self, Cue},
};
pub use cues::CueReader;
pub use mux::Muxer;
pub use weave::{Stretch, Weaver};

use clock::Unwrap33;
use packet::{Continuity, Cutter, TsPacket};
use pes::Assembler;
use pictures::Pictures;
pub(crate) use psi::crc32;
use psi::{Programme, Sections};
use sound::Sound;

/// What a transport stream carries for one track.
#[derive(Debug)]
pub enum Event {
    /// A decoder configuration, or a frame.
    Packet {
        /// Of pictures or of sound.
        kind: MediaKind,
        /// When it is decoded, in microseconds of the encoder's clock.
        time_us: i64,
        /// What it is.
        packet: Packet,
    },
    /// Something that cannot be taken: a codec, or what has been damaged on the way.
    Refused {
        /// Of pictures or of sound.
        kind: MediaKind,
        /// Why.
        error: MediaError,
    },
    /// An advertisement break begins or ends (SCTE 35). It is often said ahead, and more than once.
    Cue {
        /// When, in microseconds of the encoder's clock, as what is shown then is stamped.
        time_us: i64,
        /// What is said.
        cue: Cue,
        /// The section as it came.
        section: Bytes,
    },
}

/// One elementary stream that is listened to.
#[derive(Debug)]
struct Track<T> {
    pid: u16,
    stream_type: u8,
    continuity: Continuity,
    pes: Assembler,
    reader: T,
}

/// What makes packets of the units of an elementary stream.
trait Reader {
    const KIND: MediaKind;

    /// Takes in a unit: one or more pictures, or frames of sound.
    fn take(&mut self, unit: &pes::Unit, clock: &mut Unwrap33, events: &mut Vec<Event>);

    /// Something has been lost before the next unit.
    fn lose(&mut self);
}

impl<T: Reader> Track<T> {
    fn take(&mut self, packet: &TsPacket<'_>, clock: &mut Unwrap33, events: &mut Vec<Event>) {
        match self.continuity.judge(packet) {
            packet::Verdict::Next => {}
            packet::Verdict::Again => return,
            packet::Verdict::Gap => {
                self.pes.lose();
                self.reader.lose();
            }
        }
        let done = self.pes.take(packet);
        self.pass(done, clock, events);
    }

    /// Passes on what was waiting for more.
    fn end(&mut self, clock: &mut Unwrap33, events: &mut Vec<Event>) {
        let done = self.pes.finish();
        self.pass(done, clock, events);
    }

    fn pass(&mut self, done: pes::Done, clock: &mut Unwrap33, events: &mut Vec<Event>) {
        for unit in done {
            match unit {
                Ok(unit) => self.reader.take(&unit, clock, events),
                Err(error) => {
                    self.reader.lose();
                    let kind = T::KIND;
                    events.push(Event::Refused { kind, error });
                }
            }
        }
    }
}

/// Takes a transport stream apart.
#[derive(Debug, Default)]
pub struct Demuxer {
    cutter: Cutter,
    clock: Unwrap33,
    /// The programme association table.
    pat: Sections,
    pmt_pid: Option<u16>,
    pmt: Sections,
    programme: Option<Programme>,
    pictures: Option<Track<Pictures>>,
    sound: Option<Track<Sound>>,
    /// Where cues come, and what of them has come.
    cues: Option<(u16, Sections)>,
    /// Which of several tracks of pictures is listened to.
    nth: usize,
    events: Vec<Event>,
}

impl Demuxer {
    /// One that has heard nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, which listens to a certain one of several tracks of pictures, from 0.
    pub fn of_pictures(nth: usize) -> Self {
        Self {
            nth,
            ..Self::default()
        }
    }

    /// Takes bytes as they come. Gives what has become whole by them.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Event> {
        let mut cutter = std::mem::take(&mut self.cutter);
        cutter.cut(bytes, |packet| self.packet(packet));
        self.cutter = cutter;
        std::mem::take(&mut self.events)
    }

    /// The stream ends: gives what was waiting for more.
    pub fn finish(&mut self) -> Vec<Event> {
        self.end_pictures();
        self.end_sound();
        std::mem::take(&mut self.events)
    }

    fn packet(&mut self, bytes: &[u8; packet::LEN]) {
        let Some(packet) = TsPacket::parse(bytes) else {
            return;
        };
        if packet.pid == psi::PAT_PID {
            if let Some(pid) = self.pat.take(&packet, psi::programme_map_pid)
                && self.pmt_pid != Some(pid)
            {
                self.pmt_pid = Some(pid);
                self.pmt = Sections::default();
            }
        } else if self.pmt_pid == Some(packet.pid) {
            if let Some(programme) = self.pmt.take(&packet, Programme::parse)
                && self.programme.as_ref() != Some(&programme)
            {
                self.follow(&programme);
                self.programme = Some(programme);
            }
        } else if let Some(track) = self.pictures.as_mut().filter(|t| t.pid == packet.pid) {
            track.take(&packet, &mut self.clock, &mut self.events);
        } else if let Some(track) = self.sound.as_mut().filter(|t| t.pid == packet.pid) {
            track.take(&packet, &mut self.clock, &mut self.events);
        } else if let Some((_, sections)) = self.cues.as_mut().filter(|cues| cues.0 == packet.pid) {
            let whole = |section: &[u8]| {
                let cue = scte35::read(section)?;
                Some((cue, Bytes::copy_from_slice(section)))
            };
            if let Some((cue, section)) = sections.take(&packet, whole) {
                let at = scte35::splice_pts(&section).map(|at| self.clock.ticks_aside(at));
                // One that holds at once holds for what comes next. Before any picture or sound
                // there is nothing to break.
                if let (Some(last), at) = (self.clock.last(), at) {
                    let time_us = clock::micros(at.unwrap_or(last));
                    self.events.push(Event::Cue {
                        time_us,
                        cue,
                        section,
                    });
                }
            }
        }
    }

    /// Listens to the tracks of a programme: to one of each kind.
    fn follow(&mut self, programme: &Programme) {
        let mut streams = programme.streams.iter();
        let cues = streams.find(|stream| stream.stream_type == cues::TYPE_CUES);
        if self.cues.as_ref().map(|cues| cues.0) != cues.map(|stream| stream.pid) {
            self.cues = cues.map(|stream| (stream.pid, Sections::default()));
        }
        let all = |kind| {
            let streams = programme.streams.iter();
            streams.filter(move |stream| stream.kind() == Some(kind))
        };
        let video = all(MediaKind::Video).nth(self.nth);
        if self.pictures.as_ref().map(|t| (t.pid, t.stream_type))
            != video.map(|s| (s.pid, s.stream_type))
        {
            self.end_pictures();
            self.pictures = video.and_then(|stream| {
                let codec = match stream.stream_type {
                    psi::TYPE_AVC => Codec::Avc,
                    psi::TYPE_HEVC => Codec::Hevc,
                    _ => {
                        self.refuse(MediaKind::Video, MediaError::Unsupported(stream.name()));
                        return None;
                    }
                };
                Some(Track {
                    pid: stream.pid,
                    stream_type: stream.stream_type,
                    continuity: Continuity::default(),
                    pes: Assembler::new(pes::MAX_PICTURE),
                    reader: Pictures::new(codec),
                })
            });
        }
        let audio = all(MediaKind::Audio).next();
        if self.sound.as_ref().map(|t| (t.pid, t.stream_type))
            != audio.map(|s| (s.pid, s.stream_type))
        {
            self.end_sound();
            self.sound = audio.and_then(|stream| {
                if stream.stream_type != psi::TYPE_ADTS {
                    self.refuse(MediaKind::Audio, MediaError::Unsupported(stream.name()));
                    return None;
                }
                Some(Track {
                    pid: stream.pid,
                    stream_type: stream.stream_type,
                    continuity: Continuity::default(),
                    pes: Assembler::new(pes::MAX_SOUND),
                    reader: Sound::default(),
                })
            });
        }
    }

    fn refuse(&mut self, kind: MediaKind, error: MediaError) {
        self.events.push(Event::Refused { kind, error });
    }

    fn end_pictures(&mut self) {
        if let Some(track) = &mut self.pictures {
            track.end(&mut self.clock, &mut self.events);
        }
    }

    fn end_sound(&mut self) {
        if let Some(track) = &mut self.sound {
            track.end(&mut self.clock, &mut self.events);
        }
    }
}

/// A packet for a track that is the only one of its kind.
fn only(codec: Codec, content: crate::flv::Content) -> Packet {
    Packet {
        track: 0,
        codec,
        content,
        offset_ns: 0,
    }
}

/// A decoder configuration as a packet.
fn config(codec: Codec, config: Vec<u8>) -> Packet {
    only(codec, crate::flv::Content::Config(Bytes::from(config)))
}
