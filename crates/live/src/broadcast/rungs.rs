//! The pictures in other sizes, as they are made of the source's: their pieces lie in its slots.
//!
//! A rung comes after the source, segment by segment, and may miss some: what made it was late, or
//! had to be begun anew. A segment that will not come is a gap, so that players go elsewhere and
//! the numbers stay the same for all.

use matinee_media::{
    codec::SampleEntry,
    hls::LivePart,
    live::{Part, VIDEO_TIMESCALE},
    rescale,
};

use super::health::Concern;
use super::ring::{PLAYLIST_TIMESCALE, Ring};
use super::slot::{Coding, Slot};
use super::{Broadcast, Rendition, Track};
use crate::ladder;

/// How long whoever comes first waits for the rungs of a run, in microseconds of the broadcast:
/// players do not look for those that join later.
const PATIENCE: u64 = 4_000_000;

/// Where a rung stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RungState {
    /// It is made, or is about to be.
    Running,
    /// It is not made at the moment, and will be again.
    Waiting,
    /// The machine did not keep up with it.
    Dropped,
}

/// One of the sizes in which a broadcast is to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quality {
    /// Such as `720p`.
    pub name: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// How many bits a second it takes on average.
    pub bitrate_bps: u64,
    /// Where it stands; none of what comes from the encoder and goes out as it is.
    pub state: Option<RungState>,
}

/// The same as it is kept, besides the source's.
#[derive(Clone, Debug)]
pub(super) struct Rung {
    pub(super) lines: u16,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) state: RungState,
    /// The bits a second that it does not exceed for long.
    cap_bps: u64,
    /// The bits a second of the segment with the most.
    peak_bps: u64,
    /// Bytes and microseconds of all that has come.
    total: (u64, u64),
}

impl Rung {
    /// The most and the usual bits a second; what it is held to as long as nothing was measured.
    pub(super) fn bandwidth(&self) -> (u64, u64) {
        let (bytes, micros) = self.total;
        // A few parts say too little of what is to come.
        if self.peak_bps == 0 || micros < 1_000_000 {
            return (self.cap_bps, self.cap_bps);
        }
        let average = bytes.saturating_mul(8_000_000) / micros;
        (self.peak_bps.max(average), average)
    }
}

/// The rungs of a broadcast, the largest first.
#[derive(Debug, Default)]
pub(super) struct Rungs {
    pub(super) all: Vec<Rung>,
    /// Whether somebody makes rungs of broadcasts here.
    pub(super) expected: bool,
    /// The last run of which it is known which rungs there are.
    settled: Option<u32>,
}

impl Rungs {
    pub(super) fn get(&self, lines: u16) -> Option<&Rung> {
        self.all.iter().find(|rung| rung.lines == lines)
    }

    fn get_mut(&mut self, lines: u16) -> Option<&mut Rung> {
        self.all.iter_mut().find(|rung| rung.lines == lines)
    }

    /// Those that players may choose.
    pub(super) fn offered(&self) -> impl Iterator<Item = &Rung> {
        let all = self.all.iter();
        all.filter(|rung| rung.state != RungState::Dropped)
    }
}

impl Ring {
    /// Whether the rungs of the newest run are still to come, or to be known.
    pub(super) fn awaits_rungs(&self) -> bool {
        let Some(run) = self.runs.back() else {
            return false;
        };
        self.rungs.expected
            && !self.has_ended()
            && run.coding[Track::Video.index()].is_some()
            && self.rungs.settled != Some(run.number)
            && self.end_micros.saturating_sub(run.from) < PATIENCE
    }

    /// It is known which rungs a run has.
    pub(super) fn rungs_are_settled(&mut self, run: u32) {
        self.rungs.settled = Some(run);
    }

    /// A rung is about to be made, in this size.
    pub(super) fn plan_rung(&mut self, lines: u16, size: (u32, u32), cap_bps: u64) {
        let (width, height) = size;
        let (peak_bps, total) = (0, (0, 0));
        let state = RungState::Running;
        let known = self.rungs.get_mut(lines);
        if let Some(rung) = known.filter(|rung| (rung.width, rung.height) == size) {
            rung.state = state;
            return;
        }
        self.rungs.all.retain(|rung| rung.lines != lines);
        let rung = Rung {
            lines,
            width,
            height,
            state,
            cap_bps,
            peak_bps,
            total,
        };
        let at = self.rungs.all.partition_point(|other| other.lines > lines);
        self.rungs.all.insert(at, rung);
    }

    /// A rung is coded so in a run. Gives whether it may be: within a run the coding does not
    /// change.
    pub(super) fn begin_rung(&mut self, run: u32, lines: u16, entry: SampleEntry) -> bool {
        let Some(run) = self.runs.iter_mut().find(|other| other.number == run) else {
            return false;
        };
        let known = run.rungs.iter().find(|(other, _)| *other == lines);
        if let Some((_, coding)) = known {
            return coding.entry.bytes == entry.bytes;
        }
        run.rungs.push((lines, Coding::new(entry)));
        true
    }

    /// Takes in a part of a rung, of a segment that the source has. Gives whether anything has
    /// changed.
    pub(super) fn push_rung(&mut self, lines: u16, part: Part) -> bool {
        let Some(at) = part
            .msn
            .checked_sub(self.first())
            .and_then(|at| usize::try_from(at).ok())
            .filter(|at| *at < self.slots.len() && !self.has_ended())
        else {
            return false;
        };
        let of = Rendition::Rung(lines);
        let run = self.slots[at].run;
        let coded = self.runs.iter().find(|other| other.number == run);
        if coded.is_none_or(|run| run.coded(of).is_none()) || self.rungs.get(lines).is_none() {
            return false;
        }
        let micros = |ticks| rescale(ticks, VIDEO_TIMESCALE, PLAYLIST_TIMESCALE);
        let (start, end) = (micros(part.start), micros(part.start + part.duration));
        // What has not come of the segments before does not come any more.
        for before in (0..at).rev() {
            if self.slots[before].piece(of).whole {
                break;
            }
            self.finish_rung(before, lines);
        }
        let (last, number) = (part.last, part.number);
        let piece = self.slots[at].rung(lines);
        if piece.whole || usize::try_from(number) != Ok(piece.parts.len()) {
            return false;
        }
        if piece.parts.is_empty() {
            piece.span.0 = start;
        }
        piece.span.1 = end;
        let listed = LivePart {
            duration: end - start,
            independent: part.independent,
        };
        let len = part.data.len();
        piece.parts.push((listed, part.data));
        self.bytes += len;
        if let Some(rung) = self.rungs.get_mut(lines) {
            rung.total.0 += len as u64;
            rung.total.1 += end.saturating_sub(start);
        }
        if last {
            self.finish_rung(at, lines);
        }
        true
    }

    /// Nothing more comes of a rung, for now or for good.
    pub(super) fn stop_rung(&mut self, lines: u16, state: RungState) {
        if let Some(rung) = self.rungs.get_mut(lines) {
            rung.state = state;
        }
        self.settle_rungs(usize::MAX);
    }

    /// Makes what rungs that are not made have not got into gaps.
    pub(super) fn settle_rungs(&mut self, reach: usize) {
        let still: Vec<u16> = self
            .rungs
            .all
            .iter()
            .filter(|rung| rung.state != RungState::Running)
            .map(|rung| rung.lines)
            .collect();
        self.finish_all(&still, reach);
    }

    /// Nothing more comes of any.
    pub(super) fn end_rungs(&mut self) {
        let all: Vec<u16> = self.rungs.all.iter().map(|rung| rung.lines).collect();
        self.finish_all(&all, usize::MAX);
    }

    fn finish_all(&mut self, rungs: &[u16], reach: usize) {
        for at in (0..self.slots.len()).rev().take(reach) {
            let slot = &self.slots[at];
            let whole = slot.piece(Track::Video).whole || slot.piece(Track::Audio).whole;
            if whole {
                for lines in rungs {
                    self.finish_rung(at, *lines);
                }
            }
        }
    }

    /// Nothing is added to a rung's piece any more: it is whole, or a gap.
    fn finish_rung(&mut self, at: usize, lines: u16) {
        let Some(slot) = self.slots.get_mut(at) else {
            return;
        };
        let (begins, length) = whereabouts(slot);
        let sound = slot.piece(Track::Audio).weight() as u64;
        let piece = slot.rung(lines);
        if piece.whole {
            return;
        }
        if piece.parts.is_empty() {
            piece.make_gap(begins, length);
            return;
        }
        piece.close();
        let bits = (piece.weight() as u64 + sound).saturating_mul(8_000_000);
        let bps = bits.checked_div(piece.duration()).unwrap_or(0);
        if let Some(rung) = self.rungs.get_mut(lines) {
            rung.peak_bps = rung.peak_bps.max(bps);
        }
    }
}

impl Broadcast {
    /// The sizes in which it is to be had, the encoder's first.
    pub fn qualities(&self) -> Vec<Quality> {
        let ring = self.ring.read();
        let video = ring
            .coding(Track::Video)
            .and_then(|entry| entry.video.as_ref());
        let Some(video) = video else {
            return Vec::new();
        };
        let (width, height) = (u32::from(video.width), u32::from(video.height));
        let source = Quality {
            name: format!("{}p", width.min(height)),
            width,
            height,
            bitrate_bps: ring.bandwidth().1,
            state: None,
        };
        let rungs = ring.rungs.all.iter().map(|rung| Quality {
            name: format!("{}p", rung.lines),
            width: rung.width,
            height: rung.height,
            bitrate_bps: rung.bandwidth().1,
            state: Some(rung.state),
        });
        std::iter::once(source).chain(rungs).collect()
    }

    /// Somebody makes smaller sizes of it.
    pub(crate) fn expects_rungs(&self) {
        self.ring.write().rungs.expected = true;
    }

    /// These sizes are made from now on; others are not, for now.
    pub(crate) fn plan_rungs(&self, rungs: &[ladder::Rung]) {
        self.change(|ring| {
            for other in &mut ring.rungs.all {
                let planned = rungs.iter().any(|rung| rung.lines == other.lines);
                if !planned && other.state == RungState::Running {
                    other.state = RungState::Waiting;
                }
            }
            for rung in rungs {
                let size = (rung.width, rung.height);
                ring.plan_rung(rung.lines, size, u64::from(rung.max_kbps) * 1000);
            }
            ring.settle_rungs(usize::MAX);
        });
    }

    /// A size is coded so in a run. Gives whether it may be.
    pub(crate) fn begin_rung(&self, run: u32, lines: u16, entry: SampleEntry) -> bool {
        self.change(|ring| ring.begin_rung(run, lines, entry))
    }

    /// Takes in parts of smaller sizes.
    pub(crate) fn push_rungs(&self, parts: Vec<(u16, Part)>) {
        if parts.is_empty() {
            return;
        }
        self.change(|ring| {
            for (lines, part) in parts {
                ring.push_rung(lines, part);
            }
        });
    }

    /// No smaller sizes are made at the moment.
    pub(crate) fn stop_rungs(&self) {
        self.plan_rungs(&[]);
    }

    /// A size is not made any more.
    pub(crate) fn drop_rung(&self, lines: u16) {
        self.change(|ring| ring.stop_rung(lines, RungState::Dropped));
    }

    /// It is known which sizes a run is to be had in.
    pub(crate) fn rungs_are_settled(&self, run: u32) {
        self.change(|ring| ring.rungs_are_settled(run));
    }

    /// Says what whoever broadcasts should know of the smaller sizes, or that there is nothing.
    pub(crate) fn say_of_rungs(&self, words: Option<String>) {
        let mut meter = self.meter.lock();
        match words {
            Some(words) => meter.warn(Concern::Ladder, words),
            None => meter.unwarn(Concern::Ladder),
        }
    }
}

/// When a slot begins on the broadcast's clock, and how long it is.
fn whereabouts(slot: &Slot) -> (u64, u64) {
    let of = Track::ALL
        .into_iter()
        .map(|track| slot.piece(track))
        .find(|piece| piece.has_begun());
    of.map_or((0, 0), |piece| (piece.span.0, piece.duration()))
}
