//! Where segments begin.

use super::{MediaKind, RenditionInfo};
use crate::{
    ratio::rescale,
    samples::{SampleTable, SyncSamples},
};

/// The instants at which a rendition's segments begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// Ticks a second.
    pub timescale: u32,
    /// When each segment begins, in ticks.
    pub starts: Vec<u64>,
    /// When the last segment ends, in ticks.
    pub end: u64,
}

/// How to cut samples into segments.
#[derive(Clone, Copy, Debug)]
pub enum Cut<'a> {
    /// Into segments of about this many milliseconds: exactly on its multiples where the sync
    /// samples lie there, otherwise each at the sync sample nearest to the target.
    Every(u64),
    /// As another rendition is cut (sound on the pictures' timeline), so that segment numbers
    /// match. What goes on beyond the other's end stays in the last segment, unless it is longer
    /// than two.
    Like(&'a Timeline),
}

impl Cut<'_> {
    /// The numbers of the first samples of the segments; the first is always 0.
    pub(crate) fn starts(self, info: &RenditionInfo, samples: &SampleTable) -> Vec<u32> {
        let candidates = Candidates {
            samples,
            slack: slack(info, samples),
        };
        match self {
            Self::Every(target_ms) => {
                let target = rescale(target_ms.max(1), 1000, info.timescale).max(1);
                if candidates.on_grid(info.timescale, target_ms.max(1)) {
                    let end = samples.end_dts();
                    let grid = (1u64..)
                        .map(|n| grid_point(n, target_ms.max(1), info.timescale))
                        .take_while(|&point| point < end);
                    candidates.at(grid)
                } else {
                    candidates.nearest(target)
                }
            }
            Self::Like(timeline) => {
                let convert = |ticks| rescale(ticks, timeline.timescale, info.timescale);
                let end = convert(timeline.end);
                let longest = timeline
                    .starts
                    .windows(2)
                    .map(|pair| pair[1].saturating_sub(pair[0]))
                    .max()
                    .map_or(u64::MAX, convert)
                    .max(1);
                let beyond = samples.end_dts().saturating_sub(end);
                let extra = if beyond > longest.saturating_mul(2) {
                    beyond / longest
                } else {
                    0
                };
                let starts = timeline.starts.iter().skip(1).map(|&start| convert(start));
                let further = (0..extra).map(|n| end.saturating_add(n.saturating_mul(longest)));
                candidates.at(starts.chain(further))
            }
        }
    }
}

/// The instant of grid line `n`, in ticks.
fn grid_point(n: u64, target_ms: u64, timescale: u32) -> u64 {
    rescale(n.saturating_mul(target_ms), 1000, timescale)
}

/// How far before a boundary a segment may begin: half a frame of pictures, a rounding of sound.
fn slack(info: &RenditionInfo, samples: &SampleTable) -> u64 {
    match info.kind {
        MediaKind::Video => samples.duration() / u64::from(samples.len().max(1)) / 2,
        MediaKind::Audio => 1,
    }
}

/// Whether the sync samples fall on the multiples of `grid_ms`, so that the samples can be a
/// rendition among others whose keyframes were forced there: each multiple within the
/// presentation has a sync sample at most a frame after it.
pub fn on_grid(info: &RenditionInfo, samples: &SampleTable, grid_ms: u64) -> bool {
    let candidates = Candidates {
        samples,
        slack: slack(info, samples),
    };
    candidates.on_grid(info.timescale, grid_ms.max(1))
}

struct Candidates<'a> {
    samples: &'a SampleTable,
    slack: u64,
}

impl Candidates<'_> {
    fn pts(&self, sample: u32) -> u64 {
        u64::try_from(self.samples.pts(sample)).unwrap_or(0)
    }

    fn len(&self) -> usize {
        match self.samples.syncs() {
            SyncSamples::All => self.samples.len() as usize,
            SyncSamples::Only(list) => list.len(),
        }
    }

    fn sample(&self, candidate: usize) -> u32 {
        match self.samples.syncs() {
            SyncSamples::All => u32::try_from(candidate).unwrap_or(u32::MAX),
            SyncSamples::Only(list) => list.get(candidate).copied().unwrap_or(u32::MAX),
        }
    }

    /// The first candidate from `from` on that is presented at `ticks` or later.
    fn first_at(&self, from: usize, ticks: u64) -> usize {
        let (mut low, mut high) = (from, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.pts(self.sample(middle)) < ticks {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn on_grid(&self, timescale: u32, target_ms: u64) -> bool {
        let end = self.samples.end_dts();
        let frame = self.slack.saturating_mul(2).max(1);
        // What can be cut at any frame is always on the grid.
        if matches!(self.samples.syncs(), SyncSamples::All) {
            return true;
        }
        let mut from = 0;
        let mut n = 1;
        loop {
            let point = grid_point(n, target_ms, timescale);
            if point >= end {
                return true;
            }
            from = self.first_at(from, point.saturating_sub(self.slack));
            let near =
                from < self.len() && self.pts(self.sample(from)) <= point.saturating_add(frame);
            if !near {
                return false;
            }
            n += 1;
        }
    }

    /// The first candidate at or after each boundary.
    fn at(&self, boundaries: impl Iterator<Item = u64>) -> Vec<u32> {
        let mut starts = vec![0u32];
        let mut from = 0;
        for boundary in boundaries {
            from = self.first_at(from, boundary.saturating_sub(self.slack));
            if from >= self.len() {
                break;
            }
            let sample = self.sample(from);
            if starts.last().is_some_and(|&last| last < sample) {
                starts.push(sample);
            }
        }
        starts
    }

    /// Each segment ends at the candidate nearest to its target.
    fn nearest(&self, target: u64) -> Vec<u32> {
        let mut starts = vec![0u32];
        let mut begin = self.pts(0);
        let mut from = 0;
        loop {
            let goal = begin.saturating_add(target);
            let after = self.first_at(from, goal);
            // The end of the samples is as good an end of a segment as a keyframe.
            let place = |candidate: usize| {
                if candidate < self.len() {
                    self.pts(self.sample(candidate))
                } else {
                    self.samples.end_dts()
                }
            };
            let distance = |candidate: usize| place(candidate).abs_diff(goal);
            let later_than_begin = |candidate: usize| {
                candidate < self.len()
                    && starts
                        .last()
                        .is_some_and(|&last| last < self.sample(candidate))
            };
            let before = after.checked_sub(1).filter(|&before| {
                later_than_begin(before)
                    && distance(before) <= distance(after)
                    // A segment shorter than half the target costs a request more than it helps.
                    && self.pts(self.sample(before)) >= begin.saturating_add(target / 2)
            });
            let chosen = before.unwrap_or(after);
            if !later_than_begin(chosen) {
                return starts;
            }
            let sample = self.sample(chosen);
            starts.push(sample);
            begin = self.pts(sample);
            from = chosen + 1;
        }
    }
}
