//! Pictures that were made of others are cut where those were cut.
//!
//! A rung of a broadcast's ladder is the source's pictures in another size: as many of them, at
//! the same instants, with keyframes where the source has some. A [`Follower`] puts them into
//! parts with the numbers, beginnings and lengths of the source's, so that a player goes from one
//! to the other at any part that begins with a keyframe.

use std::collections::VecDeque;

use bytes::Bytes;

use super::{
    Place, VIDEO_TIMESCALE,
    part::{Open, Part},
};
use crate::{
    index::MediaKind,
    ratio::{rescale, rescale_signed},
};

/// How far instants may be apart that are meant to be the same, in ticks: half a millisecond,
/// which is what encoders' clocks are read with.
const NEAR: u64 = 45;
/// The same of when a picture decodes, which is worked out from when it is shown: encoders count
/// both in whole milliseconds.
const ROUNDED: u64 = 400;
/// What waits for the other side: parts of the source, its pictures, and those of the rung.
const MAX_CUTS: usize = 256;
const MAX_PICTURES: usize = 2048;

/// When a picture decodes, in ticks of the broadcast: one that comes `at_us` after the first of
/// a run that goes on from a place. `None` before the broadcast began.
pub fn video_ticks(from: Place, at_us: i64) -> Option<u64> {
    let base = rescale(from.micros, 1_000_000, VIDEO_TIMESCALE);
    base.checked_add_signed(rescale_signed(at_us, 1_000_000, VIDEO_TIMESCALE))
}

/// Where the source was cut: one of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The number of the segment.
    pub msn: u64,
    /// Which part of it.
    pub number: u32,
    /// When it begins, in ticks of the broadcast.
    pub start: u64,
    /// How long it lasts, in ticks.
    pub duration: u64,
    /// Whether it begins with a keyframe.
    pub independent: bool,
    /// Whether it is known to end its segment.
    pub last: bool,
}

impl From<&Part> for Cut {
    fn from(part: &Part) -> Self {
        Self {
            msn: part.msn,
            number: part.number,
            start: part.start,
            duration: part.duration,
            independent: part.independent,
            last: part.last,
        }
    }
}

#[derive(Debug)]
struct Picture {
    dts: u64,
    composition: u64,
    sync: bool,
    data: Bytes,
}

/// Cuts the pictures of one rung, which come in the order in which they are shown.
#[derive(Debug)]
pub struct Follower {
    cuts: VecDeque<Cut>,
    pictures: VecDeque<Picture>,
    /// When the source's keyframes are shown, and when they decode.
    keyframes: VecDeque<(u64, u64)>,
    /// When its pictures decode: no two at the same time, in whatever order they are shown.
    decoded: VecDeque<u64>,
    /// How much later the pictures of this group are shown than they decode.
    delay: u64,
    /// When the last picture decodes.
    last: Option<u64>,
    /// Parts come from a segment's beginning on.
    begun: bool,
    sequence: u32,
}

impl Default for Follower {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Follower {
    /// One that follows from the next segment on that begins with a keyframe. Fragments are
    /// numbered on from `sequence`.
    pub fn new(sequence: u32) -> Self {
        Self {
            cuts: VecDeque::new(),
            pictures: VecDeque::new(),
            keyframes: VecDeque::new(),
            decoded: VecDeque::new(),
            delay: 0,
            last: None,
            begun: false,
            sequence,
        }
    }

    /// The source has a picture that is shown at `shown` and decodes at `decoded`, in ticks.
    pub fn source(&mut self, shown: u64, decoded: u64, sync: bool) {
        if sync {
            if self.keyframes.len() == MAX_PICTURES {
                self.keyframes.pop_front();
            }
            self.keyframes.push_back((shown, decoded));
        }
        if self.decoded.back().is_none_or(|last| *last < decoded) {
            if self.decoded.len() == MAX_PICTURES {
                self.decoded.pop_front();
            }
            self.decoded.push_back(decoded);
        }
    }

    /// When a picture decodes that is shown then: as one of the source's does.
    fn decodes(&mut self, shown: u64) -> u64 {
        let about = shown.saturating_sub(self.delay);
        let off = |at: u64| at.abs_diff(about);
        while let [first, second, ..] = self.decoded.make_contiguous()
            && off(*second) <= off(*first)
        {
            self.decoded.pop_front();
        }
        let near = self.decoded.front().is_some_and(|at| off(*at) <= ROUNDED);
        let taken = if near { self.decoded.pop_front() } else { None };
        taken.unwrap_or(about)
    }

    /// The source was cut.
    pub fn cut(&mut self, cut: Cut, out: &mut Vec<Part>) {
        if self.cuts.len() == MAX_CUTS {
            self.cuts.pop_front();
            self.begun = false;
        }
        self.cuts.push_back(cut);
        self.release(false, out);
    }

    /// Takes the picture that is shown at `shown`, in ticks.
    pub fn picture(&mut self, shown: u64, sync: bool, data: Bytes, out: &mut Vec<Part>) {
        if sync {
            while let Some(&(before, decoded)) = self.keyframes.front()
                && before <= shown.saturating_add(NEAR)
            {
                self.keyframes.pop_front();
                if before.abs_diff(shown) <= NEAR {
                    self.delay = before.saturating_sub(decoded);
                }
            }
        }
        let mut dts = self.decodes(shown);
        if let Some(last) = self.last {
            dts = dts.max(last + 1);
        }
        self.last = Some(dts);
        if self.pictures.len() == MAX_PICTURES {
            self.pictures.pop_front();
            self.begun = false;
        }
        self.pictures.push_back(Picture {
            dts,
            composition: shown.saturating_sub(dts),
            sync,
            data,
        });
        self.release(false, out);
    }

    /// No more pictures come: what there is becomes parts, as far as the source was cut.
    pub fn finish(&mut self, out: &mut Vec<Part>) {
        self.release(true, out);
    }

    /// The number of the last fragment.
    pub const fn sequence(&self) -> u32 {
        self.sequence
    }

    fn release(&mut self, all: bool, out: &mut Vec<Part>) {
        while let Some(&cut) = self.cuts.front() {
            let end = cut.start + cut.duration;
            let beyond = |picture: &Picture| picture.dts + NEAR >= end;
            if !all && !self.pictures.back().is_some_and(beyond) {
                return;
            }
            self.cuts.pop_front();
            let count = self.pictures.iter().take_while(|p| !beyond(p)).count();
            let pictures: Vec<Picture> = self.pictures.drain(..count).collect();
            self.part(cut, pictures, out);
        }
    }

    /// Makes a part of these pictures, if it can be one.
    fn part(&mut self, cut: Cut, mut pictures: Vec<Picture>, out: &mut Vec<Part>) {
        // What came before the beginning has missed its part.
        pictures.retain(|picture| picture.dts + NEAR >= cut.start);
        let Some(first) = pictures.first_mut() else {
            self.begun = false;
            return;
        };
        let fits = first.dts.abs_diff(cut.start) <= NEAR;
        if !self.begun {
            self.begun = fits && cut.number == 0 && first.sync;
        }
        if !self.begun || (cut.independent && !first.sync) {
            self.begun = false;
            return;
        }
        // To the tick where the source begins and ends, so that nothing opens up in between.
        first.composition = (first.composition + first.dts).saturating_sub(cut.start);
        first.dts = cut.start;
        let mut open = Open::new(MediaKind::Video, cut.msn, cut.start);
        open.go_on(self.sequence, cut.number);
        let mut pictures = pictures.into_iter().peekable();
        let mut dts = cut.start;
        while let Some(picture) = pictures.next() {
            let end = cut.start + cut.duration;
            let next = pictures.peek().map_or(end, |next| next.dts);
            let next = next.clamp(dts + 1, end.max(dts + 1));
            let duration = u32::try_from(next - dts).unwrap_or(u32::MAX);
            let composition = i32::try_from(picture.composition).unwrap_or(0);
            open.push(dts, duration, composition, picture.sync, picture.data);
            dts = next;
        }
        open.close(cut.last, out);
        self.sequence = self.sequence.wrapping_add(1);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use rstest::rstest;

    use super::super::{Options, Packager};
    use super::*;
    use crate::{codec::SampleEntry, flv::Frame};

    fn entry() -> SampleEntry {
        crate::live::tests::video_entry()
    }

    /// What an encoder sends: thirty frames a second, decoded in this order of showing.
    fn source(seconds: i64, gop: usize, reordered: bool) -> Vec<(i64, Frame)> {
        let count = usize::try_from(seconds * 30).unwrap();
        (0..count)
            .map(|n| {
                let at = i64::try_from(n).unwrap() * 33_333;
                let in_group = n % gop;
                // I P B B P B B …: shown two frames later than decoded, B frames at once.
                let composition_ms = match (reordered, in_group % 3) {
                    (false, _) => 0,
                    (true, 0) if in_group == 0 => 67,
                    (true, 1) => 133,
                    (true, _) => 33,
                };
                let frame = Frame {
                    data: Bytes::from_static(b"source"),
                    composition_ms,
                    sync: in_group == 0,
                };
                (at, frame)
            })
            .collect()
    }

    /// The parts of a source, and those of the same pictures coded again, `late` frames behind.
    fn both(frames: &[(i64, Frame)], late: usize, skip: usize) -> (Vec<Part>, Vec<Part>) {
        let from = Place {
            msn: 100,
            micros: 7_000_000,
        };
        let options = Options::default();
        let mut packager = Packager::new(options, Some(&entry()), None, from).unwrap();
        let mut follower = Follower::new(0);
        let (mut parts, mut followed) = (Vec::new(), Vec::new());
        let mut coded: Vec<(u64, bool)> = Vec::new();
        for (n, (at, frame)) in frames.iter().enumerate() {
            let dts = video_ticks(from, *at).unwrap();
            let shown = dts + u64::try_from(frame.composition_ms).unwrap() * 90;
            packager.video(*at, frame.clone()).unwrap();
            for part in packager.take() {
                follower.cut(Cut::from(&part), &mut followed);
                parts.push(part);
            }
            if n >= skip {
                coded.push((shown, frame.sync));
                follower.source(shown, dts, frame.sync);
            }
            // In the order of showing, once nothing earlier can come.
            let ready = coded.iter().filter(|(at, _)| at + 18_000 <= dts).count();
            if ready > late {
                coded.sort_unstable();
                let (shown, sync) = coded.remove(0);
                follower.picture(shown, sync, Bytes::from_static(b"rung"), &mut followed);
            }
        }
        let (rest, _) = packager.finish();
        for part in rest {
            follower.cut(Cut::from(&part), &mut followed);
            parts.push(part);
        }
        coded.sort_unstable();
        for (shown, sync) in coded {
            follower.picture(shown, sync, Bytes::from_static(b"rung"), &mut followed);
        }
        follower.finish(&mut followed);
        (parts, followed)
    }

    #[rstest]
    #[case::at_once(false, 0, 60)]
    #[case::late(false, 40, 60)]
    #[case::reordered(true, 3, 61)]
    #[case::seldom_keyframes(false, 5, 400)]
    fn parts_are_cut_as_the_source_was(
        #[case] reordered: bool,
        #[case] late: usize,
        #[case] gop: usize,
    ) {
        let (parts, followed) = both(&source(14, gop, reordered), late, 0);
        let cuts: Vec<Cut> = parts.iter().map(Cut::from).collect();
        let others: Vec<Cut> = followed.iter().map(Cut::from).collect();
        assert!(cuts.len() > 20);
        assert_eq!(others, cuts);
    }

    #[test]
    fn whoever_begins_later_begins_with_a_segment() {
        let (parts, followed) = both(&source(14, 60, false), 2, 100);
        let first = &followed[0];
        assert_eq!((first.number, first.independent), (0, true));
        assert!(first.msn > 100);
        let rest: Vec<Cut> = parts
            .iter()
            .map(Cut::from)
            .filter(|cut| cut.msn >= first.msn)
            .collect();
        let others: Vec<Cut> = followed.iter().map(Cut::from).collect();
        assert_eq!(others, rest);
    }

    #[test]
    fn what_never_comes_costs_no_memory() {
        let mut follower = Follower::default();
        let mut out = Vec::new();
        for n in 0..10_000 {
            let cut = Cut {
                msn: n,
                number: 0,
                start: n * 90_000,
                duration: 90_000,
                independent: true,
                last: true,
            };
            follower.cut(cut, &mut out);
            follower.source(n * 90_000, n * 90_000, true);
        }
        assert!(follower.cuts.len() <= MAX_CUTS && out.is_empty());
        assert!(follower.keyframes.len() <= MAX_PICTURES);
        assert!(follower.decoded.len() <= MAX_PICTURES);
        let mut follower = Follower::default();
        for n in 0..10_000 {
            follower.picture(n, false, Bytes::new(), &mut out);
        }
        assert!(follower.pictures.len() <= MAX_PICTURES && out.is_empty());
    }
}
