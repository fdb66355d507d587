//! Where the segments of an item begin and end.

use std::sync::Arc;

use matinee_media::{index::RenditionIndex, rescale};
use serde::{Deserialize, Serialize};

use crate::error::{ChannelError, Result};

/// The longest item: what 32 bits of milliseconds hold, with room.
const LONGEST_MS: u64 = 40 * 24 * 3_600_000;

/// The boundaries of an item's video segments, in milliseconds from its beginning.
///
/// Each is a rounded instant, never a sum of rounded durations, so that roundings do not add up.
/// Most items are cut evenly and need no table at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Written", try_from = "Written")]
pub struct Grid(Shape);

/// A grid as it is kept: `[count, ticks, timescale, end]`, or the end of each segment.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Written {
    Even([u32; 4]),
    Ends(Vec<u32>),
}

impl From<Grid> for Written {
    fn from(grid: Grid) -> Self {
        match grid.0 {
            Shape::Even {
                count,
                ticks,
                timescale,
                end,
            } => Self::Even([count, ticks, timescale, end]),
            Shape::Table(ends) => Self::Ends(ends.to_vec()),
        }
    }
}

impl TryFrom<Written> for Grid {
    type Error = ChannelError;

    fn try_from(written: Written) -> Result<Self> {
        match written {
            Written::Even([count, ticks, timescale, end]) => {
                Self::even(count, ticks, timescale, end)
            }
            Written::Ends(ends) => Self::of_ends(&ends),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Shape {
    /// Segments of `ticks` each, but for the last.
    Even {
        count: u32,
        ticks: u32,
        timescale: u32,
        end: u32,
    },
    /// The end of each.
    Table(Arc<[u32]>),
}

impl Grid {
    /// Segments of equal length, `ticks` of a timescale, but for the last, which ends at `end_ms`.
    ///
    /// Errors: [`ChannelError::BadGrid`] when a segment would last less than a millisecond or all
    /// together more than 40 days.
    pub fn even(count: u32, ticks: u32, timescale: u32, end_ms: u32) -> Result<Self> {
        let grid = Self(Shape::Even {
            count,
            ticks,
            timescale,
            end: end_ms,
        });
        let instant = |n: u64| rescale(n * u64::from(ticks), timescale, 1000);
        let short = u64::from(ticks) * 1000 < u64::from(timescale);
        let last = instant(u64::from(count.saturating_sub(1)));
        if count == 0
            || timescale == 0
            || short
            || u64::from(end_ms) <= last
            || u64::from(end_ms) > LONGEST_MS
        {
            return Err(ChannelError::BadGrid);
        }
        Ok(grid)
    }

    /// Segments that end at these milliseconds.
    pub fn of_ends(ends: &[u32]) -> Result<Self> {
        let grows = ends.first().is_some_and(|&first| first > 0) && ends.is_sorted_by(|a, b| a < b);
        if !grows || ends.last().is_some_and(|&end| u64::from(end) > LONGEST_MS) {
            return Err(ChannelError::BadGrid);
        }
        let step = ends[0];
        let even = ends[..ends.len() - 1]
            .windows(2)
            .all(|pair| pair[1] - pair[0] == step);
        let last = ends[ends.len() - 1];
        if even && let Ok(count) = u32::try_from(ends.len()) {
            return Self::even(count, step, 1000, last);
        }
        Ok(Self(Shape::Table(ends.into())))
    }

    /// The grid of a video rendition.
    ///
    /// What is before the first segment counts as its own, as in the playlists of the item
    /// itself.
    pub fn of_index(index: &RenditionIndex) -> Result<Self> {
        let timescale = index.info().timescale;
        let ends: Vec<u64> = index
            .segments()
            .iter()
            .map(|s| s.start + s.duration)
            .collect();
        let (Some(&first), Some(&end)) = (ends.first(), ends.last()) else {
            return Err(ChannelError::BadGrid);
        };
        let ms = |ticks| {
            u32::try_from(rescale(ticks, timescale, 1000)).map_err(|_| ChannelError::BadGrid)
        };
        let even = ends[..ends.len() - 1]
            .windows(2)
            .all(|pair| pair[1] - pair[0] == first);
        if let (true, Ok(count), Ok(ticks)) =
            (even, u32::try_from(ends.len()), u32::try_from(first))
        {
            return Self::even(count, ticks, timescale, ms(end)?);
        }
        let ends = ends.into_iter().map(ms).collect::<Result<Vec<u32>>>()?;
        Self::of_ends(&ends)
    }

    /// How many segments there are.
    pub fn count(&self) -> u32 {
        match &self.0 {
            Shape::Even { count, .. } => *count,
            Shape::Table(ends) => u32::try_from(ends.len()).unwrap_or(u32::MAX),
        }
    }

    /// When segment `n` begins, which is when the one before ends. Past the last one it is the
    /// end of the item.
    pub fn start(&self, n: u32) -> u32 {
        match &self.0 {
            Shape::Even {
                count,
                ticks,
                timescale,
                end,
            } => {
                if n >= *count {
                    return *end;
                }
                let ms = rescale(u64::from(n) * u64::from(*ticks), *timescale, 1000);
                u32::try_from(ms).unwrap_or(*end)
            }
            Shape::Table(ends) => {
                let last = ends.len().saturating_sub(1);
                match (n as usize).checked_sub(1) {
                    None => 0,
                    Some(before) => ends[before.min(last)],
                }
            }
        }
    }

    /// How long the item is.
    pub fn end(&self) -> u32 {
        self.start(self.count())
    }

    /// How long segment `n` is.
    pub fn duration(&self, n: u32) -> u32 {
        self.start(n + 1).saturating_sub(self.start(n))
    }

    /// How long the longest segment is.
    pub fn longest(&self) -> u32 {
        match &self.0 {
            Shape::Even { count: 1, end, .. } => *end,
            Shape::Even {
                count,
                ticks,
                timescale,
                ..
            } => {
                let step =
                    u32::try_from(rescale(u64::from(*ticks), *timescale, 1000)).unwrap_or(u32::MAX);
                // Rounded instants are up to a millisecond further apart.
                let exact = (u64::from(*ticks) * 1000).is_multiple_of(u64::from(*timescale));
                (step + u32::from(!exact)).max(self.duration(count - 1))
            }
            Shape::Table(ends) => {
                let first = ends.first().copied().unwrap_or(0);
                ends.windows(2)
                    .map(|pair| pair[1] - pair[0])
                    .fold(first, u32::max)
            }
        }
    }

    /// How long the first segment is, which is how long those of a slate are.
    pub fn step(&self) -> u32 {
        self.duration(0)
    }

    /// The segment that is on at so many milliseconds; past the end it is the last.
    pub fn at(&self, ms: u32) -> u32 {
        let last = self.count() - 1;
        match &self.0 {
            Shape::Even {
                ticks, timescale, ..
            } => {
                let guess = u64::from(ms) * u64::from(*timescale) / (u64::from(*ticks) * 1000);
                let mut n = u32::try_from(guess).unwrap_or(last).min(last);
                while n > 0 && self.start(n) > ms {
                    n -= 1;
                }
                while n < last && self.start(n + 1) <= ms {
                    n += 1;
                }
                n
            }
            Shape::Table(ends) => u32::try_from(ends.partition_point(|&end| end <= ms))
                .unwrap_or(last)
                .min(last),
        }
    }

    /// The segment whose beginning is nearest to so many milliseconds; the count stands for the
    /// end.
    pub fn nearest(&self, ms: u32) -> u32 {
        let n = self.at(ms);
        let (before, after) = (self.start(n), self.start(n + 1));
        if ms.abs_diff(before) <= ms.abs_diff(after) {
            n
        } else {
            n + 1
        }
    }

    /// Bytes on the heap.
    pub fn heap(&self) -> usize {
        match &self.0 {
            Shape::Even { .. } => 0,
            Shape::Table(ends) => ends.len() * size_of::<u32>(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn even_segments_do_not_drift() {
        // 4.004 s at 30000/1001 frames a second.
        let grid = Grid::even(900, 120_120, 30_000, 3_600_000).unwrap();
        assert_eq!(grid.start(0), 0);
        assert_eq!(grid.start(1), 4004);
        assert_eq!(grid.start(899), 3_599_596);
        assert_eq!(grid.end(), 3_600_000);
        // Thirds of a second: every third boundary is whole.
        let thirds = Grid::even(7, 1, 3, 2100).unwrap();
        let starts: Vec<u32> = (0..8).map(|n| thirds.start(n)).collect();
        assert_eq!(starts, [0, 333, 666, 1000, 1333, 1666, 2000, 2100]);
        assert_eq!(thirds.longest(), 334);
    }

    #[test]
    fn what_does_not_grow_is_refused() {
        for ends in [&[][..], &[0], &[0, 4], &[4, 4], &[8, 4], &[4, u32::MAX]] {
            assert!(Grid::of_ends(ends).is_err(), "{ends:?}");
        }
        assert!(Grid::even(0, 1, 1, 1).is_err());
        assert!(Grid::even(1, 1, 0, 1).is_err());
        assert!(Grid::even(2, 1, 1001, 9).is_err());
        assert!(Grid::even(3, 4000, 1000, 8000).is_err());
        for kept in [r#"{"even":[3,4000,1000,8000]}"#, r#"{"ends":[4,4]}"#] {
            assert!(serde_json::from_str::<Grid>(kept).is_err(), "{kept}");
        }
    }

    proptest! {
        #[test]
        fn a_table_and_its_rule_agree(steps in prop::collection::vec(1u32..9000, 1..80), even: bool) {
            let mut ends = Vec::new();
            let mut sum = 0;
            for step in &steps {
                sum += if even { steps[0] } else { *step };
                ends.push(sum);
            }
            let grid = Grid::of_ends(&ends).unwrap();
            prop_assert_eq!(grid.count() as usize, ends.len());
            prop_assert_eq!(grid.end(), sum);
            let mut longest = 0;
            for n in 0..grid.count() {
                prop_assert_eq!(grid.start(n + 1), ends[n as usize]);
                prop_assert_eq!(grid.at(grid.start(n)), n);
                prop_assert_eq!(grid.at(grid.start(n + 1) - 1), n);
                prop_assert_eq!(grid.nearest(grid.start(n)), n);
                longest = longest.max(grid.duration(n));
            }
            prop_assert_eq!(grid.longest(), longest);
            prop_assert_eq!(grid.at(u32::MAX), grid.count() - 1);
            prop_assert_eq!(grid.nearest(sum), grid.count());
            let kept = serde_json::to_string(&grid).unwrap();
            prop_assert_eq!(serde_json::from_str::<Grid>(&kept).unwrap(), grid);
        }
    }
}
