//! The segments of a broadcast that can be had, and what of them is listed.
//!
//! All renditions share one row of numbered slots: a segment of pictures, the sound under it and
//! the same pictures in other sizes have the same number. What has nothing in a slot has a gap
//! there.

use std::collections::VecDeque;

use bytes::Bytes;
use matinee_media::{
    codec::SampleEntry,
    hls::{LivePart, LiveSegment},
    live::{Part, Place},
    rescale,
};

use super::breaks::Breaks;
use super::rungs::Rungs;
use super::slot::{Coding, Piece, Run, Slot};
use super::{Options, Rendition, Track};

/// The playlists count in microseconds: the timescale of sound may change from run to run.
pub(super) const PLAYLIST_TIMESCALE: u32 = 1_000_000;

/// Segments that are kept whatever they weigh: fewer cannot be played.
const FEWEST: usize = 3;

/// How many segments from the end may still change while a run goes on.
const RECENT: usize = 16;

/// How many segments a part may be ahead of the last one.
const LEAP: u64 = 8;

/// What may be answered to somebody who asks for a playlist with a certain part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is there, or will never be: answer.
    Ready,
    /// It is to come.
    Wait,
    /// So far ahead that nobody can mean it.
    TooFar,
}

/// What is there of a part or segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Bytes(Bytes),
    /// It comes next.
    Next,
    Nothing,
}

/// The segments of a broadcast.
#[derive(Debug)]
pub(super) struct Ring {
    options: Options,
    pub(super) runs: VecDeque<Run>,
    pub(super) slots: VecDeque<Slot>,
    /// The number of the first slot.
    first: u64,
    /// How many slots at the beginning are not listed any more, but can still be had.
    unlisted: usize,
    /// Discontinuities before the first listed slot, or at its beginning.
    discontinuities: u64,
    pub(super) bytes: usize,
    /// Which tracks there have been in any run.
    present: [bool; 2],
    pub(super) end_micros: u64,
    ended: bool,
    /// The bits a second of the segment with the most, of both tracks.
    peak_bps: u64,
    /// Bytes and microseconds of all that has come.
    total: (u64, u64),
    /// What is made of the pictures here.
    pub(super) rungs: Rungs,
    /// Its advertisement breaks.
    pub(super) breaks: Breaks,
}

impl Ring {
    /// An empty one, whose segments and runs are numbered from `first` on.
    pub(super) fn new(options: Options, first: u32) -> Self {
        Self {
            options,
            runs: VecDeque::new(),
            slots: VecDeque::new(),
            first: first.into(),
            unlisted: 0,
            discontinuities: 0,
            bytes: 0,
            present: [false; 2],
            end_micros: 0,
            ended: false,
            peak_bps: 0,
            total: (0, 0),
            rungs: Rungs::default(),
            breaks: Breaks::default(),
        }
    }

    /// Begins a run at `wall`, in UTC microseconds. Gives its number and where it goes on.
    pub(super) fn begin_run(
        &mut self,
        video: Option<SampleEntry>,
        audio: Option<SampleEntry>,
        wall: i64,
    ) -> (u32, Place) {
        self.end_run();
        let number = match self.runs.back() {
            Some(run) => run.number.wrapping_add(1),
            None => u32::try_from(self.first).unwrap_or(0),
        };
        let micros = i64::try_from(self.end_micros).unwrap_or(i64::MAX);
        let mut origin = wall.saturating_sub(micros);
        if let Some(before) = self.runs.back() {
            // What comes later is dated later, whatever happens to the clock on the wall.
            origin = origin.max(before.wall);
        }
        let coding = [video, audio].map(|entry| entry.map(Coding::new));
        for (present, coding) in self.present.iter_mut().zip(&coding) {
            *present |= coding.is_some();
        }
        self.runs.push_back(Run {
            number,
            coding,
            rungs: Vec::new(),
            wall: origin,
            from: self.end_micros,
        });
        // A track that is new has gaps before it.
        self.settle(true);
        let place = Place {
            msn: self.first + self.slots.len() as u64,
            micros: self.end_micros,
        };
        (number, place)
    }

    /// Takes in a part of the last run. Gives whether anything has changed.
    pub(super) fn push(&mut self, part: Part) -> bool {
        let track = Track::from(part.kind);
        let Some(run) = self.runs.back() else {
            return false;
        };
        let Some(coding) = &run.coding[track.index()] else {
            return false;
        };
        let micros = |ticks| rescale(ticks, coding.timescale, PLAYLIST_TIMESCALE);
        let (start, end) = (micros(part.start), micros(part.start + part.duration));
        let run = run.number;
        let next = self.first + self.slots.len() as u64;
        if part.msn < self.first || part.msn > next + LEAP {
            return false;
        }
        while self.first + self.slots.len() as u64 <= part.msn {
            self.slots.push_back(Slot::new(run));
        }
        let at = usize::try_from(part.msn - self.first).unwrap_or(usize::MAX);
        // A part of a later segment ends the ones before.
        for slot in self.slots.iter_mut().take(at).rev() {
            let piece = &mut slot.pieces[track.index()];
            if piece.whole || piece.gap.is_some() || slot.run != run {
                break;
            }
            piece.close();
        }
        let Some(slot) = self.slots.get_mut(at) else {
            return false;
        };
        let piece = &mut slot.pieces[track.index()];
        if piece.whole || slot.run != run {
            return false;
        }
        if piece.parts.is_empty() {
            piece.span.0 = start;
        }
        piece.span.1 = end;
        self.bytes += part.data.len();
        self.total.0 += part.data.len() as u64;
        self.total.1 += end.saturating_sub(self.end_micros);
        self.end_micros = self.end_micros.max(end);
        let listed = LivePart {
            duration: end - start,
            independent: part.independent,
        };
        piece.parts.push((listed, part.data));
        if part.last {
            piece.close();
        }
        self.settle(false);
        self.evict();
        true
    }

    /// Ends the last run: nothing is added to its segments any more.
    pub(super) fn end_run(&mut self) {
        for slot in &mut self.slots {
            for piece in &mut slot.pieces {
                if !piece.parts.is_empty() {
                    piece.close();
                }
            }
        }
        self.settle(true);
        while let Some(slot) = self.slots.back()
            && slot.pieces.iter().all(|piece| piece.parts.is_empty())
        {
            self.slots.pop_back();
        }
    }

    /// Ends the broadcast.
    pub(super) fn end(&mut self) {
        self.end_run();
        self.ended = true;
        self.end_rungs();
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Makes gaps where a track has nothing and nothing can come any more.
    fn settle(&mut self, all: bool) {
        let present = self.present;
        let end = self.end_micros;
        let patience = u64::from(self.options.packaging.target_s) * 1_000_000;
        let runs = &self.runs;
        let reach = if all { usize::MAX } else { RECENT };
        for slot in self.slots.iter_mut().rev().take(reach) {
            let run = runs.iter().find(|run| run.number == slot.run);
            for track in Track::ALL {
                let other = &slot.pieces[track.other().index()];
                let (length, begins, other_end) = (other.duration(), other.span.0, other.span.1);
                let other_whole = other.whole && !other.parts.is_empty();
                let coded = run.is_some_and(|run| run.coding[track.index()].is_some());
                let piece = &mut slot.pieces[track.index()];
                if !present[track.index()] || piece.gap.is_some() || !other_whole {
                    continue;
                }
                let late = end.saturating_sub(other_end) >= patience;
                if piece.parts.is_empty() {
                    if all || piece.whole || !coded || late {
                        piece.make_gap(begins, length);
                    }
                } else if late {
                    piece.close();
                }
            }
            let settled = |track: Track| {
                let piece = slot.piece(track);
                !present[track.index()] || piece.whole
            };
            if Track::ALL.into_iter().all(settled) {
                let micros = slot.duration();
                let bits = slot.source_weight() as u64 * 8;
                let bps = bits.saturating_mul(1_000_000).checked_div(micros);
                self.peak_bps = self.peak_bps.max(bps.unwrap_or(0));
            }
        }
        self.settle_rungs(reach);
    }

    /// Lets go of what is too old or too much.
    fn evict(&mut self) {
        let window = self.options.window.as_micros();
        let spare = u128::from(self.options.packaging.target_s) * 3_000_000
            + self.options.window.as_micros();
        let mut after: u128 = 0;
        let mut weight = 0;
        let (mut listed, mut kept) = (0, 0);
        for slot in self.slots.iter().rev() {
            weight += slot.weight();
            let few = kept < FEWEST;
            if !few && (after >= spare || weight > self.options.window_bytes) {
                break;
            }
            if few || after < window {
                listed += 1;
            }
            kept += 1;
            after += u128::from(slot.duration());
        }
        let unlisted = self.slots.len() - listed;
        while self.unlisted < unlisted {
            let (gone, next) = (
                self.slots.get(self.unlisted).map(|slot| slot.run),
                self.slots.get(self.unlisted + 1).map(|slot| slot.run),
            );
            if next.is_some() && gone != next {
                self.discontinuities += 1;
            }
            self.unlisted += 1;
        }
        for _ in 0..self.slots.len() - kept {
            if let Some(slot) = self.slots.pop_front() {
                self.bytes -= slot.weight();
                self.first += 1;
                self.unlisted = self.unlisted.saturating_sub(1);
            }
        }
        if let Some(slot) = self.slots.front() {
            self.breaks.forget(slot.begins());
        }
        while let (Some(run), Some(slot)) = (self.runs.front(), self.slots.front())
            && run.number != slot.run
            && self.runs.len() > 1
        {
            self.runs.pop_front();
        }
    }

    /// The number of the first segment that can be had.
    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// The number of the first segment that is listed.
    pub(super) fn first_listed(&self) -> u64 {
        self.first + self.unlisted as u64
    }

    pub(super) fn discontinuities(&self) -> u64 {
        self.discontinuities
    }

    /// Whether there is, or was, such a rendition.
    pub(super) fn has(&self, of: impl Into<Rendition>) -> bool {
        match of.into() {
            Rendition::Source(track) => self.present[track.index()],
            Rendition::Rung(lines) => self.rungs.get(lines).is_some(),
        }
    }

    /// The segments of a rendition as a playlist lists them.
    pub(super) fn listed(&self, of: impl Into<Rendition>) -> Vec<LiveSegment> {
        let of = of.into();
        let mut listed: Vec<LiveSegment> = self
            .slots
            .iter()
            .skip(self.unlisted)
            .map(|slot| self.list(slot, of))
            .collect();
        // A slot that only others have begun is not there yet.
        while let Some(last) = listed.last()
            && last.parts.is_empty()
        {
            listed.pop();
        }
        listed
    }

    fn list(&self, slot: &Slot, of: Rendition) -> LiveSegment {
        let piece = slot.piece(of);
        let wall = self
            .runs
            .iter()
            .find(|run| run.number == slot.run)
            .map_or(0, |run| run.wall);
        let (parts, begins) = match piece.gap {
            Some(duration) => (
                vec![LivePart {
                    duration,
                    independent: false,
                }],
                piece.span.0,
            ),
            None => (
                piece.parts.iter().map(|(part, _)| *part).collect(),
                piece.span.0,
            ),
        };
        LiveSegment {
            run: slot.run,
            begins_at: wall.saturating_add_unsigned(begins),
            parts,
            whole: piece.whole,
            gap: piece.gap.is_some(),
        }
    }

    /// The number of the segment and of the part that come next.
    pub(super) fn next(&self, of: impl Into<Rendition>) -> (u64, u32) {
        match self.newest(of.into()) {
            None => (self.first_listed(), 0),
            Some((msn, piece)) if piece.whole => (msn + 1, 0),
            Some((msn, piece)) => (msn, u32::try_from(piece.parts.len()).unwrap_or(u32::MAX)),
        }
    }

    /// The number of the last segment that is listed, and of its last part.
    pub(super) fn last(&self, of: impl Into<Rendition>) -> Option<(u64, u32)> {
        let (msn, piece) = self.newest(of.into())?;
        let part = u32::try_from(piece.parts.len().saturating_sub(1)).ok()?;
        (msn >= self.first_listed()).then_some((msn, part))
    }

    fn newest(&self, of: Rendition) -> Option<(u64, &Piece)> {
        let mut slots = self.slots.iter().enumerate();
        let (at, slot) = slots.rfind(|(_, slot)| slot.piece(of).has_begun())?;
        Some((self.first + at as u64, slot.piece(of)))
    }

    /// Whether anything of the rendition can be had.
    pub(super) fn has_begun(&self, of: impl Into<Rendition>) -> bool {
        let of = of.into();
        self.slots.iter().any(|slot| slot.piece(of).has_begun())
    }

    pub(super) fn piece(&self, of: impl Into<Rendition>, msn: u64) -> Option<&Piece> {
        let at = usize::try_from(msn.checked_sub(self.first)?).ok()?;
        self.slots.get(at).map(|slot| slot.piece(of))
    }

    /// What to do about a request for the playlist with this segment, or this part of it (RFC
    /// 8216bis §6.2.5.2).
    pub(super) fn judge(&self, of: impl Into<Rendition>, msn: u64, part: Option<u32>) -> Verdict {
        let of = of.into();
        if self.ended || msn < self.first_listed() {
            return Verdict::Ready;
        }
        let (next, parts) = self.next(of);
        let last = if parts > 0 {
            next
        } else {
            next.saturating_sub(1)
        };
        if msn > last + 2 {
            return Verdict::TooFar;
        }
        let Some(part) = part else {
            return if msn < next {
                Verdict::Ready
            } else {
                Verdict::Wait
            };
        };
        let ready = |yes| if yes { Verdict::Ready } else { Verdict::Wait };
        if msn < next {
            let had = self
                .piece(of, msn)
                .map_or(0, |piece| piece.parts.len().max(1));
            let within = usize::try_from(part).is_ok_and(|part| part < had);
            // Past the last part is the first of the next segment.
            return ready(within || msn + 1 < next || parts > 0);
        }
        let ahead = if msn == next {
            part.saturating_sub(parts)
        } else {
            part
        };
        if ahead >= self.options.advance_parts() {
            return Verdict::TooFar;
        }
        ready(msn == next && part < parts)
    }

    /// A part.
    pub(super) fn part(&self, of: impl Into<Rendition>, msn: u64, part: u32) -> Found {
        let of = of.into();
        let bytes = self
            .piece(of, msn)
            .and_then(|piece| piece.parts.get(usize::try_from(part).ok()?));
        match bytes {
            Some((_, bytes)) => Found::Bytes(bytes.clone()),
            None if !self.ended && self.next(of) == (msn, part) => Found::Next,
            None => Found::Nothing,
        }
    }

    /// A whole segment.
    pub(super) fn segment(&self, of: impl Into<Rendition>, msn: u64) -> Found {
        let bytes = self.piece(of, msn).and_then(|piece| piece.bytes.clone());
        match bytes {
            Some(bytes) => Found::Bytes(bytes),
            None => Found::Nothing,
        }
    }

    /// The initialization segment of a run. A run without the rendition gives another's: its gaps
    /// need one in the playlist.
    pub(super) fn init(&self, of: impl Into<Rendition>, run: u32) -> Option<Bytes> {
        let of = of.into();
        let coded = |run: &Run| run.coded(of).map(|coding| coding.init.clone());
        let at = self.runs.iter().position(|other| other.number == run)?;
        let before = self.runs.iter().take(at + 1).rev().find_map(coded);
        before.or_else(|| self.runs.iter().skip(at).find_map(coded))
    }

    /// Which segment and part of the pictures begins with the newest keyframe, and what is needed
    /// to decode it.
    pub(super) fn newest_keyframe(&self) -> Option<((u64, usize), [Bytes; 2])> {
        if !self.has(Track::Video) {
            return None;
        }
        let mut slots = self.slots.iter().enumerate().rev();
        let (at, slot, (n, bytes)) = slots.find_map(|(at, slot)| {
            let parts = &slot.piece(Track::Video).parts;
            let found = parts.iter().rposition(|(part, _)| part.independent)?;
            Some((at, slot, (found, parts[found].1.clone())))
        })?;
        let init = self.init(Track::Video, slot.run)?;
        Some(((self.first + at as u64, n), [init, bytes]))
    }

    /// How a rendition is coded now, or was last.
    pub(super) fn coding(&self, of: impl Into<Rendition>) -> Option<&SampleEntry> {
        let of = of.into();
        let mut runs = self.runs.iter().rev();
        runs.find_map(|run| run.coded(of))
            .map(|coding| &coding.entry)
    }

    /// The most and the usual bits a second, of both tracks together.
    pub(super) fn bandwidth(&self) -> (u64, u64) {
        let (bytes, micros) = self.total;
        let average = bytes.saturating_mul(8_000_000) / micros.max(1);
        (self.peak_bps.max(average), average)
    }

    /// How many bytes the segments take.
    pub(super) fn weight(&self) -> usize {
        self.bytes
    }
}
