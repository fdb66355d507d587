//! When pictures are decoded, where only is told when they are shown: RTP has one time for each
//! (RFC 6184 §5.1), and pictures that others rest on come before those that are shown earlier.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The most pictures that any coding holds back.
const DEPTH_MAX: usize = 16;
/// How far apart the first pictures are decoded, before it is known how far apart they are shown.
const FIRST_US: i64 = 10_000;
/// Two pictures are never decoded at once.
const APART_US: i64 = 1_000;
/// Whoever is that far from the picture before belongs to another clock.
const JUMP_US: i64 = 10_000_000;

/// Puts pictures of a stream into order.
#[derive(Debug)]
pub(super) struct Order {
    /// So many pictures are decoded before the first one is shown.
    depth: usize,
    /// When the pictures are shown that were decoded, and whose times are not given away yet.
    shown: BinaryHeap<Reverse<i64>>,
    /// How many came before there were enough of them, and when the first is shown.
    first: Option<(i64, i64)>,
    last: Option<i64>,
}

impl Order {
    /// Of a coding that holds back so many pictures, as far as is known.
    pub(super) fn new(depth: usize) -> Self {
        Self {
            depth: depth.min(DEPTH_MAX),
            shown: BinaryHeap::new(),
            first: None,
            last: None,
        }
    }

    /// When the next picture is decoded, which is shown then; both in microseconds.
    ///
    /// What is decoded at the time at which the picture is shown that is `depth` before it in the
    /// order of showing is always early enough, and no two are decoded at once.
    pub(super) fn decoded(&mut self, shown_us: i64) -> i64 {
        if self
            .last
            .is_some_and(|last| shown_us.abs_diff(last) > JUMP_US.unsigned_abs())
        {
            *self = Self::new(self.depth);
        }
        self.shown.push(Reverse(shown_us));
        let at = if self.shown.len() > self.depth {
            self.shown.pop().map_or(shown_us, |Reverse(at)| at)
        } else {
            let (count, begin) = self.first.get_or_insert((0, shown_us));
            let before = i64::try_from(self.depth).unwrap_or(0) - *count;
            *count += 1;
            *begin - before * FIRST_US
        };
        let at = self.last.map_or(at, |last| at.max(last + APART_US));
        if at > shown_us && self.depth < DEPTH_MAX {
            // It holds back more than it has said.
            self.depth += 1;
        }
        self.last = Some(at);
        at
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const FRAME_US: i64 = 40_000;

    /// Decoding times, in frames, of pictures that are shown in this order.
    fn decoded(depth: usize, shown: &[i64]) -> Vec<i64> {
        let mut order = Order::new(depth);
        let times = shown.iter().map(|n| order.decoded(n * FRAME_US));
        times.collect()
    }

    #[rstest]
    // I P P P; I P B B P B B; with pictures between that others rest on.
    #[case(0, &[0, 1, 2, 3, 4])]
    #[case(1, &[0, 3, 1, 2, 6, 4, 5, 9, 7, 8])]
    #[case(2, &[0, 4, 2, 1, 3, 8, 6, 5, 7, 12, 10, 9, 11])]
    // More is said to be held back than is.
    #[case(3, &[0, 3, 1, 2, 6, 4, 5, 9, 7, 8])]
    fn pictures_are_decoded_one_after_the_other_and_before_they_are_shown(
        #[case] depth: usize,
        #[case] shown: &[i64],
    ) {
        let times = decoded(depth, shown);
        assert!(times.windows(2).all(|two| two[0] < two[1]), "{times:?}");
        for (at, shown) in times.iter().zip(shown) {
            assert!(*at <= shown * FRAME_US, "{times:?}");
        }
        // When it has begun, one is decoded for each that is shown.
        let steady = times.get(depth..).unwrap_or_default();
        assert!(
            steady.windows(2).all(|two| two[1] - two[0] == FRAME_US),
            "{times:?}"
        );
    }

    #[test]
    fn what_holds_back_more_than_it_says_is_found_out() {
        let group = |n: i64| [3, 1, 2].map(|at| n * 3 + at);
        let shown: Vec<i64> = std::iter::once(0).chain((0..20).flat_map(group)).collect();
        let times = decoded(0, &shown);
        assert!(times.windows(2).all(|two| two[0] < two[1]), "{times:?}");
        let late = |(at, shown): (&i64, &i64)| *at > shown * FRAME_US;
        let late = times.iter().zip(&shown).skip(20).filter(|pair| late(*pair));
        assert_eq!(late.count(), 0);
    }

    #[test]
    fn another_clock_begins_anew() {
        let mut order = Order::new(1);
        for n in [0, 3, 1, 2, 6] {
            order.decoded(n * FRAME_US);
        }
        let begin = 3_600_000_000;
        let first = order.decoded(begin);
        assert!(first < begin && first > begin - FRAME_US);
        let back = order.decoded(0);
        assert!(back < 0 && back > -FRAME_US);
    }
}
