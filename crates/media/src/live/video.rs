//! Pictures: they decide where segments begin.

use std::collections::VecDeque;

use super::{
    Options, Place, VIDEO_TIMESCALE,
    follow::video_ticks,
    part::{Open, Part},
};
use crate::{
    error::{MediaError, Result},
    flv::Frame,
    index::MediaKind,
    ratio::rescale,
};

/// A frame whose duration is not known before the next one comes.
#[derive(Debug)]
struct Waiting {
    dts: u64,
    frame: Frame,
}

/// The pictures of a run.
#[derive(Debug)]
pub(super) struct Video {
    part_ticks: u64,
    segment_ticks: u64,
    target_ticks: u64,
    /// Where the run begins.
    from: Place,
    /// The same in ticks.
    base: u64,
    waiting: Option<Waiting>,
    /// The duration of the last frame: what the last one of all is given.
    usual: u32,
    segment_start: u64,
    open: Open,
    /// The instants, in microseconds of the broadcast, at which segments after the first begin.
    cuts: VecDeque<u64>,
    /// How many segments there are before the open one.
    before: u64,
    /// When keyframes begin segments however short the one before is; the instants, ascending.
    wanted: VecDeque<u64>,
}

/// The most instants at which a segment is wanted to begin.
const MAX_WANTED: usize = 32;
/// A keyframe that is shown so many ticks before such an instant is meant by it.
const NEAR: u32 = VIDEO_TIMESCALE / 50;

impl Video {
    pub(super) fn new(options: Options, from: Place) -> Self {
        let ticks = |ms: u64| rescale(ms, 1000, VIDEO_TIMESCALE);
        let base = rescale(from.micros, 1_000_000, VIDEO_TIMESCALE);
        Self {
            part_ticks: ticks(options.part_ms.into()),
            segment_ticks: ticks(options.segment_ms.into()),
            target_ticks: ticks(u64::from(options.target_s) * 1000),
            from,
            base,
            waiting: None,
            usual: VIDEO_TIMESCALE / 30,
            segment_start: base,
            open: Open::new(MediaKind::Video, from.msn, base),
            cuts: VecDeque::new(),
            before: 0,
            wanted: VecDeque::new(),
        }
    }

    /// Takes the frame that decodes `at` microseconds after the run began.
    pub(super) fn push(&mut self, at: i64, frame: Frame, out: &mut Vec<Part>) -> Result<()> {
        let jumped = MediaError::malformed("live stream", "the clock of the pictures jumps");
        let Some(mut dts) = video_ticks(self.from, at) else {
            return Err(jumped);
        };
        if let Some(before) = self.waiting.take() {
            if dts <= before.dts {
                // A trembling clock is forgiven; one that goes back is not.
                if before.dts - dts > u64::from(VIDEO_TIMESCALE) {
                    return Err(jumped);
                }
                dts = before.dts + 1;
            }
            let duration = dts - before.dts;
            if duration > self.target_ticks {
                self.waiting = Some(before);
                return Err(jumped);
            }
            self.usual = u32::try_from(duration).unwrap_or(self.usual);
            self.keep(before, self.usual, out);
            let next_begins = frame.sync
                && (self.is_wanted(dts) || dts - self.segment_start >= self.segment_ticks);
            if next_begins {
                self.cut(dts, out);
            } else if dts + duration - self.open.start > self.part_ticks {
                // The frame would not fit any more, if it lasts as long as this one did.
                self.open.close(false, out);
            }
        }
        self.waiting = Some(Waiting { dts, frame });
        Ok(())
    }

    /// Puts a frame into the part that is open, or into the next if it is too long for it.
    fn keep(&mut self, waiting: Waiting, duration: u32, out: &mut Vec<Part>) {
        let end = waiting.dts + u64::from(duration);
        if end - self.segment_start > self.target_ticks {
            self.cut(waiting.dts, out);
        } else if end - self.open.start > self.part_ticks || self.open.is_full() {
            self.open.close(false, out);
        }
        let cts = i64::from(waiting.frame.composition_ms) * i64::from(VIDEO_TIMESCALE / 1000);
        self.open.push(
            waiting.dts,
            duration,
            i32::try_from(cts).unwrap_or(0),
            waiting.frame.sync,
            waiting.frame.data,
        );
    }

    /// Wants a segment to begin at an instant.
    pub(super) fn cut_at(&mut self, micros: u64) {
        let at = rescale(micros, 1_000_000, VIDEO_TIMESCALE);
        let place = self.wanted.partition_point(|&other| other < at);
        if self.wanted.get(place) != Some(&at) && self.wanted.len() < MAX_WANTED {
            self.wanted.insert(place, at);
        }
    }

    /// Whether a segment is wanted to begin with a keyframe.
    fn is_wanted(&mut self, dts: u64) -> bool {
        let due = self
            .wanted
            .partition_point(|&at| at <= dts + u64::from(NEAR));
        // Numbers of segments must not run ahead of the seconds, whatever an encoder asks for:
        // those of the stream's next broadcast begin there.
        let in_time = dts - self.base >= (self.before + 1) * u64::from(VIDEO_TIMESCALE);
        self.wanted.drain(..due).count() > 0 && in_time && dts > self.segment_start
    }

    /// Ends the segment; the next begins at `dts`.
    fn cut(&mut self, dts: u64, out: &mut Vec<Part>) {
        self.before += 1;
        self.open.close(true, out);
        self.segment_start = dts;
        self.cuts
            .push_back(rescale(dts, VIDEO_TIMESCALE, 1_000_000));
    }

    /// Until when all cuts are known, in microseconds of the broadcast.
    pub(super) fn known_until_us(&self) -> u64 {
        let known = self.waiting.as_ref().map_or(self.base, |frame| frame.dts);
        rescale(known, VIDEO_TIMESCALE, 1_000_000)
    }

    /// The cuts that the sound has not come to yet.
    pub(super) fn cuts(&mut self) -> &mut VecDeque<u64> {
        &mut self.cuts
    }

    /// Ends the last segment. Gives the place after it.
    pub(super) fn finish(&mut self, out: &mut Vec<Part>) -> Place {
        if let Some(last) = self.waiting.take() {
            self.keep(last, self.usual, out);
        }
        if !self.open.is_empty() {
            self.open.close(true, out);
        }
        Place {
            msn: self.open.msn,
            micros: rescale(self.open.end, VIDEO_TIMESCALE, 1_000_000),
        }
    }
}
