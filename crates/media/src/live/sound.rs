//! Sound: it is cut where the pictures are.

use std::collections::VecDeque;

use bytes::Bytes;

use super::{
    Options, Place, frame_len,
    part::{Open, Part},
    timescale,
};
use crate::{
    codec::{Codec, SampleEntry},
    error::{MediaError, Result},
    index::MediaKind,
    ratio::rescale,
};

/// How far the encoder's clock and the count of samples may be apart before the clock is
/// believed. Clocks of whole milliseconds tremble, and the network does not: a tenth of a second
/// is a hole.
const DRIFT_MS: u64 = 100;

/// A frame that waits until it is known which segment it belongs to.
#[derive(Debug)]
struct Waiting {
    start: u64,
    duration: u32,
    data: Bytes,
}

/// The sound of a run.
#[derive(Debug)]
pub(super) struct Sound {
    codec: Codec,
    codec_string: String,
    timescale: u32,
    part_ticks: u64,
    segment_ticks: u64,
    target_ticks: u64,
    /// Where the run begins, in ticks.
    base: u64,
    /// Where the next frame begins if nothing is missing, in ticks.
    next: Option<u64>,
    waiting: VecDeque<Waiting>,
    segment_start: u64,
    open: Open,
}

impl Sound {
    pub(super) fn new(
        options: Options,
        entry: &SampleEntry,
        from: Place,
        alone: bool,
    ) -> Result<Self> {
        if !matches!(entry.codec, Codec::Aac | Codec::Opus) {
            return Err(MediaError::Unsupported("this sound in a live stream"));
        }
        let timescale = timescale(entry);
        let ticks = |ms: u64| rescale(ms, 1000, timescale);
        let base = rescale(from.micros, 1_000_000, timescale);
        Ok(Self {
            codec: entry.codec,
            codec_string: entry.codec_string.clone(),
            timescale,
            part_ticks: ticks(options.part_ms.into()),
            segment_ticks: if alone {
                ticks(options.segment_ms.into())
            } else {
                u64::MAX
            },
            target_ticks: ticks(u64::from(options.target_s) * 1000),
            base,
            next: None,
            waiting: VecDeque::new(),
            segment_start: base,
            open: Open::new(MediaKind::Audio, from.msn, base),
        })
    }

    /// Takes the frame that is heard `at` microseconds after the run began.
    pub(super) fn push(&mut self, at: i64, data: Bytes) -> Result<()> {
        let duration = frame_len(self.codec, &self.codec_string, &data);
        if duration == 0 {
            return Err(MediaError::malformed("Opus packet", "it has no frames"));
        }
        let Ok(at) = u64::try_from(at) else {
            // Before the first picture: nothing is shown yet.
            return Ok(());
        };
        let clock = self.base + rescale(at, 1_000_000, self.timescale);
        let drift = rescale(DRIFT_MS, 1000, self.timescale);
        let start = match self.next {
            None => clock,
            Some(next) if clock > next + drift => {
                if clock - next > self.target_ticks {
                    return Err(jumped());
                }
                clock
            }
            Some(next) if clock + drift < next => {
                if next - clock > self.target_ticks {
                    return Err(jumped());
                }
                // What has been heard already is not heard again.
                return Ok(());
            }
            Some(next) => next,
        };
        self.next = Some(start + u64::from(duration));
        self.waiting.push_back(Waiting {
            start,
            duration,
            data,
        });
        Ok(())
    }

    /// How long the sound is that waits, in microseconds.
    pub(super) fn waiting_us(&self) -> i64 {
        let ticks = match (self.waiting.front(), self.waiting.back()) {
            (Some(first), Some(last)) => last.start - first.start,
            _ => 0,
        };
        i64::try_from(rescale(ticks, self.timescale, 1_000_000)).unwrap_or(i64::MAX)
    }

    /// Puts into parts what is heard before `known_until` microseconds of the broadcast; segments
    /// begin at `cuts`, which are used up.
    pub(super) fn release(
        &mut self,
        known_until: u64,
        cuts: &mut VecDeque<u64>,
        out: &mut Vec<Part>,
    ) {
        let known = rescale(known_until, 1_000_000, self.timescale);
        while let Some(frame) = self.waiting.pop_front() {
            if frame.start >= known {
                self.waiting.push_front(frame);
                break;
            }
            self.cut_before(frame.start, cuts, out);
            self.keep(frame, out);
        }
        // A segment is whole as soon as nothing more can come into it.
        self.cut_before(self.open.end, cuts, out);
    }

    fn cut_before(&mut self, start: u64, cuts: &mut VecDeque<u64>, out: &mut Vec<Part>) {
        while let Some(&cut) = cuts.front()
            && rescale(cut, 1_000_000, self.timescale) <= start
        {
            cuts.pop_front();
            self.open.close(true, out);
            self.segment_start = start;
        }
    }

    /// Puts all into parts: there are no pictures to wait for.
    pub(super) fn release_alone(&mut self, out: &mut Vec<Part>) {
        while let Some(frame) = self.waiting.pop_front() {
            let end = frame.start + u64::from(frame.duration);
            if frame.start - self.segment_start >= self.segment_ticks
                || end - self.segment_start > self.target_ticks
            {
                self.open.close(true, out);
                self.segment_start = frame.start;
            }
            self.keep(frame, out);
        }
    }

    fn keep(&mut self, frame: Waiting, out: &mut Vec<Part>) {
        let end = frame.start + u64::from(frame.duration);
        let slack = u64::from(self.timescale / 4);
        if end.saturating_sub(self.segment_start) > self.target_ticks.saturating_add(slack) {
            // The pictures have ended before the sound: nothing else cuts it.
            self.open.close(true, out);
            self.segment_start = frame.start;
        } else if end.saturating_sub(self.open.start) > self.part_ticks || self.open.is_full() {
            self.open.close(false, out);
        }
        self.open
            .push(frame.start, frame.duration, 0, true, frame.data);
    }

    /// Ends the last segment. Gives the place after it.
    pub(super) fn finish(
        &mut self,
        cuts: Option<&mut VecDeque<u64>>,
        out: &mut Vec<Part>,
    ) -> Place {
        match cuts {
            Some(cuts) => self.release(u64::MAX / 2_000_000, cuts, out),
            None => self.release_alone(out),
        }
        if !self.open.is_empty() {
            self.open.close(true, out);
        }
        Place {
            msn: self.open.msn,
            micros: rescale(self.open.end, self.timescale, 1_000_000),
        }
    }
}

fn jumped() -> MediaError {
    MediaError::malformed("live stream", "the clock of the sound jumps")
}
