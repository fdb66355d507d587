//! What a broadcast is made of in memory: runs, and slots with a piece of each track.

use bytes::{Bytes, BytesMut};
use matinee_media::{
    codec::SampleEntry,
    hls::LivePart,
    live::{init, timescale},
};

use super::{Rendition, Track};

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
    /// The same of the rungs that have been made of it.
    pub(super) rungs: Vec<(u16, Coding)>,
    /// What the clock on the wall says when the broadcast's own clock is at 0.
    pub(super) wall: i64,
    /// When it begins on the broadcast's clock, in microseconds.
    pub(super) from: u64,
}

impl Run {
    /// How a rendition is coded in it, if it has it.
    pub(super) fn coded(&self, of: Rendition) -> Option<&Coding> {
        match of {
            Rendition::Source(track) => self.coding[track.index()].as_ref(),
            Rendition::Rung(lines) => {
                let rung = self.rungs.iter().find(|(other, _)| *other == lines);
                rung.map(|(_, coding)| coding)
            }
        }
    }
}

/// What a rendition has in a slot.
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

/// What a rung has where it has nothing yet.
static NOTHING: Piece = Piece {
    parts: Vec::new(),
    span: (0, 0),
    bytes: None,
    whole: false,
    gap: None,
};

impl Piece {
    /// Whether there is something in it, or never will be.
    pub(super) fn has_begun(&self) -> bool {
        !self.parts.is_empty() || self.gap.is_some()
    }

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

    /// Nothing is in it, and nothing comes.
    pub(super) fn make_gap(&mut self, begins: u64, length: u64) {
        self.whole = true;
        self.gap = Some(length);
        self.span = (begins, begins + length);
    }

    pub(super) fn weight(&self) -> usize {
        self.parts.iter().map(|(_, bytes)| bytes.len()).sum()
    }

    pub(super) fn duration(&self) -> u64 {
        self.gap.unwrap_or(self.span.1.saturating_sub(self.span.0))
    }
}

/// What there is under a number: a segment of each rendition.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) run: u32,
    pub(super) pieces: [Piece; 2],
    /// Of the rungs that have something here, or have a gap.
    pub(super) rungs: Vec<(u16, Piece)>,
}

impl Slot {
    pub(super) fn new(run: u32) -> Self {
        Self {
            run,
            pieces: Default::default(),
            rungs: Vec::new(),
        }
    }

    pub(super) fn piece(&self, of: impl Into<Rendition>) -> &Piece {
        match of.into() {
            Rendition::Source(track) => &self.pieces[track.index()],
            Rendition::Rung(lines) => {
                let rung = self.rungs.iter().find(|(other, _)| *other == lines);
                rung.map_or(&NOTHING, |(_, piece)| piece)
            }
        }
    }

    /// What a rung has here, to be added to.
    pub(super) fn rung(&mut self, lines: u16) -> &mut Piece {
        let at = self.rungs.iter().position(|(other, _)| *other == lines);
        let at = at.unwrap_or_else(|| {
            self.rungs.push((lines, Piece::default()));
            self.rungs.len() - 1
        });
        &mut self.rungs[at].1
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

    /// How many bytes came from the encoder.
    pub(super) fn source_weight(&self) -> usize {
        self.pieces.iter().map(Piece::weight).sum()
    }

    /// How many bytes there are, of all renditions.
    pub(super) fn weight(&self) -> usize {
        let rungs = self.rungs.iter().map(|(_, piece)| piece.weight());
        self.source_weight() + rungs.sum::<usize>()
    }
}
