//! A part, and how it is put together.

use bytes::Bytes;

use super::track_id;
use crate::{
    fragment::{FragmentShape, fragment_header},
    index::MediaKind,
    samples::Sample,
};

/// A part of a segment (RFC 8216bis §4.4.4.9): one movie fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Of which track.
    pub kind: MediaKind,
    /// The number of the segment that it belongs to.
    pub msn: u64,
    /// Which part of it, from 0.
    pub number: u32,
    /// When it begins, in ticks since the broadcast began.
    pub start: u64,
    /// How long it lasts, in ticks.
    pub duration: u64,
    /// Whether a player can begin with it.
    pub independent: bool,
    /// Whether it is known to end its segment. If a later part has a higher number of its
    /// segment, it did, too.
    pub last: bool,
    /// `moof` and `mdat`.
    pub data: Bytes,
}

/// The most frames and bytes of a part: a thousand frames a second and a gigabit a second stay
/// below. A part that would have more is closed early, so that no encoder fills the memory.
const MAX_FRAMES: usize = 1024;
const MAX_BYTES: usize = 64 << 20;

/// Frames on their way into a part.
#[derive(Debug)]
pub(super) struct Open {
    kind: MediaKind,
    shape: FragmentShape,
    /// The fragments of the track are numbered.
    sequence: u32,
    pub(super) msn: u64,
    number: u32,
    samples: Vec<Sample>,
    frames: Vec<Bytes>,
    bytes: usize,
    /// When the part begins, in ticks.
    pub(super) start: u64,
    /// When its last frame ends, in ticks.
    pub(super) end: u64,
}

impl Open {
    pub(super) fn new(kind: MediaKind, msn: u64, start: u64) -> Self {
        Self {
            kind,
            shape: FragmentShape::spelled_out(kind == MediaKind::Video),
            sequence: 0,
            msn,
            number: 0,
            samples: Vec::new(),
            frames: Vec::new(),
            bytes: 0,
            start,
            end: start,
        }
    }

    /// What follows goes on after this fragment of the track, as this part of the segment.
    pub(super) fn go_on(&mut self, sequence: u32, number: u32) {
        self.sequence = sequence;
        self.number = number;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// Whether the part must be closed, however short it is.
    pub(super) fn is_full(&self) -> bool {
        self.samples.len() >= MAX_FRAMES || self.bytes >= MAX_BYTES
    }

    /// Adds a frame that decodes at `dts`, at or after the end of the one before.
    pub(super) fn push(&mut self, dts: u64, duration: u32, cts: i32, sync: bool, data: Bytes) {
        if self.samples.is_empty() {
            self.start = dts;
        }
        self.samples.push(Sample {
            index: 0,
            dts,
            cts,
            duration,
            offset: 0,
            size: u32::try_from(data.len()).unwrap_or(u32::MAX),
            sync,
        });
        self.bytes += data.len();
        self.frames.push(data);
        self.end = dts + u64::from(duration);
    }

    /// Makes a part of what is there, if anything is; `last` begins a new segment after it.
    pub(super) fn close(&mut self, last: bool, out: &mut Vec<Part>) {
        if !self.is_empty() {
            self.sequence = self.sequence.wrapping_add(1);
            let mut data = fragment_header(
                self.shape,
                track_id(self.kind),
                self.sequence,
                self.start,
                self.samples.iter().copied(),
            );
            for frame in &self.frames {
                data.extend_from_slice(frame);
            }
            out.push(Part {
                kind: self.kind,
                msn: self.msn,
                number: self.number,
                start: self.start,
                duration: self.end - self.start,
                independent: self.samples.first().is_some_and(|sample| sample.sync),
                last,
                data: data.into(),
            });
            self.samples.clear();
            self.frames.clear();
            self.bytes = 0;
            self.start = self.end;
            self.number += 1;
        }
        if last {
            self.msn += 1;
            self.number = 0;
        }
    }
}
