//! Where a programme is broken for advertisements.

use super::plan::AdsPlan;
use crate::library::Item;

/// Nothing is broken so near to its beginning, its end, or another break.
const MARGIN_MS: u32 = 60_000;

/// The most breaks in one programme.
const MAX_BREAKS: usize = 100;

/// The segments before which an item is broken, ascending.
///
/// Markers and chapters are met at the nearest boundary of segments, for only there a keyframe is
/// sure.
pub(super) fn breaks(item: &Item, ads: &AdsPlan) -> Vec<u32> {
    let grid = &item.grid;
    let mut out: Vec<u32> = Vec::new();
    let mut put = |ms: u32| {
        let last = out.last().map_or(0, |&n| grid.start(n));
        let n = grid.nearest(ms);
        let at = grid.start(n);
        if at >= last + MARGIN_MS && at + MARGIN_MS <= grid.end() && out.len() < MAX_BREAKS {
            out.push(n);
        }
    };
    let Some(every) = ads.every.and_then(|every| u32::try_from(every).ok()) else {
        item.breaks.iter().for_each(|&ms| put(ms));
        return out;
    };
    let mut wanted = every;
    while wanted < grid.end() {
        let near = if item.breaks.is_empty() {
            let found = [
                nearest(&item.chapters, wanted),
                nearest(&item.quiet, wanted),
            ];
            found
                .into_iter()
                .flatten()
                .min_by_key(|ms| ms.abs_diff(wanted))
        } else {
            nearest(&item.breaks, wanted)
        };
        let near = near.filter(|ms| ms.abs_diff(wanted) <= every / 2);
        put(near.unwrap_or(wanted));
        wanted = wanted.saturating_add(every);
    }
    out
}

/// The one of these, which ascend, that is nearest to an instant.
fn nearest(places: &[u32], wanted: u32) -> Option<u32> {
    let after = places.partition_point(|&ms| ms < wanted);
    [after.checked_sub(1), Some(after)]
        .into_iter()
        .flatten()
        .filter_map(|n| places.get(n).copied())
        .min_by_key(|ms| ms.abs_diff(wanted))
}

/// The most milliseconds that a programme lasts with its breaks, without working them out.
pub(super) fn at_most(item: &Item, ads: Option<&AdsPlan>, break_most: i64) -> i64 {
    let own = i64::from(item.duration());
    let count = match ads {
        None => 0,
        Some(AdsPlan {
            every: Some(every), ..
        }) => own / (*every).max(1),
        Some(_) => i64::try_from(item.breaks.len()).unwrap_or(i64::MAX),
    };
    let after = i64::from(ads.is_some_and(|ads| ads.after > 0));
    own.saturating_add((count.min(100) + after).saturating_mul(break_most))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::testing;

    const MINUTE: u32 = 60_000;

    #[rstest]
    // At the nearest chapter, or at the time itself where none is near.
    #[case(Some(10), &[], &[9 * MINUTE, 33 * MINUTE], &[], &[540, 1200, 1980])]
    // Or where it is black or silent, if that is nearer.
    #[case(Some(10), &[], &[6 * MINUTE], &[11 * MINUTE, 22 * MINUTE, 38 * MINUTE], &[660, 1320, 1800])]
    // Markers are better than chapters.
    #[case(Some(20), &[18 * MINUTE + 1500], &[20 * MINUTE], &[20 * MINUTE], &[1082])]
    // Without a rule at the markers, but not at the very beginning or end.
    #[case(None, &[1000, 15 * MINUTE, 15 * MINUTE + 1000, 40 * MINUTE - 1], &[], &[], &[900])]
    #[case(None, &[], &[10 * MINUTE], &[10 * MINUTE], &[])]
    fn breaks_stand_where_they_disturb_least(
        #[case] every: Option<i64>,
        #[case] markers: &[u32],
        #[case] chapters: &[u32],
        #[case] quiet: &[u32],
        #[case] wanted: &[u32],
    ) {
        let mut item = testing::item("film", 40 * MINUTE, 2000);
        item.breaks = markers.to_vec();
        item.chapters = chapters.to_vec();
        item.quiet = quiet.to_vec();
        let ads = AdsPlan {
            every: every.map(|minutes| minutes * 60_000),
            length: 30_000,
            strand: None,
            after: 0,
            decided: false,
        };
        let seconds: Vec<u32> = breaks(&item, &ads)
            .iter()
            .map(|&n| item.grid.start(n) / 1000)
            .collect();
        assert_eq!(seconds, wanted);
        let count = i64::try_from(wanted.len()).unwrap();
        assert!(count * 30_000 + 40 * 60_000 <= at_most(&item, Some(&ads), 30_000));
    }
}
