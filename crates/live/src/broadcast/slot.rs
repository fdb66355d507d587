//! What a broadcast is made of in memory: runs, and slots with a piece of each track.

use bytes::{Bytes, BytesMut};
use matinee_media::{
    codec::SampleEntry,
    hls::LivePart,
    live::{init, timescale},
};

use super::Track;

/// How a track is coded in a run.
#[derive(Clone, Debug)]
pub(super) struct Coding {
    pub(super) entry: SampleEntry,
    pub(super) init: Bytes,
    pub(super) timescale: u32,
}

impl Coding {
    pub(super) fn new(entry: SampleEntry) -> Self {
        Self {
            init: init(&entry),
            timescale: timescale(&entry),
            entry,
        }
    }
}

/// A stretch of a broadcast in which the coding does not change and the clock does not jump.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) number: u32,
    pub(super) coding: [Option<Coding>; 2],
    /// What the clock on the wall says when the broadcast's own clock is at 0.
    pub(super) wall: i64,
    /// When it begins on the broadcast's clock, in microseconds.
    pub(super) from: u64,
}

/// What a track has in a slot.
#[derive(Debug, Default)]
pub(super) struct Piece {
    /// When each part begins and ends on the broadcast's clock, in microseconds.
    pub(super) parts: Vec<(LivePart, Bytes)>,
    /// When the first begins, and when the last ends.
    pub(super) span: (u64, u64),
    /// All parts in one.
    pub(super) bytes: Option<Bytes>,
    pub(super) whole: bool,
    /// How long it lasts, in microseconds, if nothing is in it.
    pub(super) gap: Option<u64>,
}

impl Piece {
    pub(super) fn close(&mut self) {
        if self.whole {
            return;
        }
        self.whole = true;
        if self.parts.len() < 2 {
            self.bytes = self.parts.first().map(|(_, bytes)| bytes.clone());
            return;
        }
        // One copy, so that the segment is served as it lies, and its parts as slices of it.
        let len = self.parts.iter().map(|(_, bytes)| bytes.len()).sum();
        let mut all = BytesMut::with_capacity(len);
        for (_, bytes) in &self.parts {
            all.extend_from_slice(bytes);
        }
        let all = all.freeze();
        let mut at = 0;
        for (_, bytes) in &mut self.parts {
            let end = at + bytes.len();
            *bytes = all.slice(at..end);
            at = end;
        }
        self.bytes = Some(all);
    }

    pub(super) fn weight(&self) -> usize {
        self.parts.iter().map(|(_, bytes)| bytes.len()).sum()
    }

    pub(super) fn duration(&self) -> u64 {
        self.gap.unwrap_or(self.span.1.saturating_sub(self.span.0))
    }
}

/// What there is under a number: a segment of each track.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) run: u32,
    pub(super) pieces: [Piece; 2],
}

impl Slot {
    pub(super) fn piece(&self, track: Track) -> &Piece {
        &self.pieces[track.index()]
    }

    pub(super) fn duration(&self) -> u64 {
        Track::ALL
            .into_iter()
            .map(|track| self.piece(track).duration())
            .max()
            .unwrap_or(0)
    }

    /// When the first part in it begins, on the broadcast's clock, in microseconds.
    pub(super) fn begins(&self) -> u64 {
        let filled = self.pieces.iter().filter(|piece| !piece.parts.is_empty());
        filled.map(|piece| piece.span.0).min().unwrap_or(0)
    }

    pub(super) fn weight(&self) -> usize {
        self.pieces.iter().map(Piece::weight).sum()
    }
}
