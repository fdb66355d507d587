//! What is taken of a broadcast to be shown elsewhere: whole segments of all its renditions.

use bytes::Bytes;
use matinee_media::codec::SampleEntry;

use super::ring::Ring;
use super::slot::Coding;
use super::{Broadcast, Rendition, Track};

/// A whole segment of a broadcast.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Its number.
    pub msn: u64,
    /// The run that it is of: within one nothing is coded otherwise.
    pub run: u32,
    /// When it begins on the broadcast's clock, in microseconds.
    pub begins: u64,
    /// When the next one begins.
    pub ends: u64,
    /// Whether decoding can begin with it.
    pub independent: bool,
    /// The advertisement break that it is in: when that begins on the broadcast's clock, and when it
    /// ends or is meant to, if that is known.
    pub in_break: Option<(u64, Option<u64>)>,
    /// What it is to be had in: the encoder's pictures and sound, and those made of the pictures.
    pub renditions: Vec<Taken>,
}

/// A segment in one of its renditions.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Which.
    pub of: Rendition,
    /// How it is coded.
    pub entry: SampleEntry,
    /// Ticks a second of its fragments.
    pub timescale: u32,
    /// What goes before its segments.
    pub init: Bytes,
    /// The segment; none if it has not come yet.
    pub bytes: Option<Bytes>,
    /// Whether nothing of it will come any more.
    pub settled: bool,
}

impl Broadcast {
    /// The whole segments after a number, at most so many; without a number the newest.
    pub fn taken(&self, after: Option<u64>, most: usize) -> Vec<Segment> {
        self.ring.read().taken(after, most)
    }
}

impl Ring {
    fn taken(&self, after: Option<u64>, most: usize) -> Vec<Segment> {
        let whole = |n: usize| self.whole_at(n);
        let count = self.slots.len();
        let numbers: Vec<usize> = match after {
            Some(after) => {
                let from = (after + 1).saturating_sub(self.first());
                let from = usize::try_from(from).unwrap_or(count);
                (from..count).take_while(|&n| whole(n)).take(most).collect()
            }
            None => (0..count).rev().find(|&n| whole(n)).into_iter().collect(),
        };
        let segments = numbers.into_iter().filter_map(|n| self.segment_at(n));
        segments.collect()
    }

    /// Whether nothing is added to what came from the encoder any more.
    fn whole_at(&self, n: usize) -> bool {
        self.slots.get(n).is_some_and(|slot| {
            let coded = |track| {
                let run = self.runs.iter().find(|run| run.number == slot.run);
                run.is_some_and(|run| run.coded(Rendition::Source(track)).is_some())
            };
            let settled = |track| slot.piece(track).whole || !coded(track);
            Track::ALL.into_iter().all(settled) && slot.duration() > 0
        })
    }

    fn segment_at(&self, n: usize) -> Option<Segment> {
        let slot = self.slots.get(n)?;
        let run = self.runs.iter().find(|run| run.number == slot.run)?;
        let taken = |of: Rendition, coding: &Coding| {
            let piece = slot.piece(of);
            Taken {
                of,
                entry: coding.entry.clone(),
                timescale: coding.timescale,
                init: coding.init.clone(),
                bytes: piece.bytes.clone().filter(|_| piece.whole),
                settled: piece.whole,
            }
        };
        let tracks = Track::ALL.into_iter().map(Rendition::Source);
        let rungs = run.rungs.iter().map(|(lines, _)| Rendition::Rung(*lines));
        let renditions = tracks.chain(rungs);
        let renditions = renditions.filter_map(|of| Some(taken(of, run.coded(of)?)));
        let first = slot.piece(Track::Video).parts.first();
        let begins = slot.begins();
        Some(Segment {
            msn: self.first() + n as u64,
            run: slot.run,
            begins,
            ends: begins + slot.duration(),
            independent: first.is_some_and(|(part, _)| part.independent),
            // It is in what its middle is in: breaks begin where frames do, more or less.
            in_break: self.breaks.at(begins + slot.duration() / 2),
            renditions: renditions.collect(),
        })
    }
}
