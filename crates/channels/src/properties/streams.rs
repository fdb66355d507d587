//! Streams: numbers, bytes, windows.

use std::sync::Arc;

use proptest::prelude::*;

use super::make;
use crate::{
    definition::Channel,
    guide::listings,
    library::Snapshot,
    playout::{Cues, MediaWriter, Reel, Shape, Track},
    schedule::{Kind, State, Strip, Timeline, openings_within},
    testing,
    time::{DAY, HOUR},
    verify::{read, verify},
};

fn writer(channel: &Channel) -> MediaWriter<'_> {
    MediaWriter {
        format: &channel.format,
        root: "/media",
        suffix: "?t=1",
        shift_ms: 0,
        cues: Cues::Marked,
    }
}

/// The slots one after the other, with instants, numbers and grids that fit.
fn in_order(strips: &[Strip], state: &State) -> Result<(), TestCaseError> {
    let (mut at, mut msn, mut ordinal) = (state.at, state.msn, state.ordinal);
    for strip in strips {
        prop_assert_eq!(strip.ordinal, ordinal);
        for slot in &strip.slots {
            prop_assert_eq!((slot.start, slot.msn), (at, msn));
            let grid = &strip.item(slot).grid;
            prop_assert!(slot.count > 0 && slot.first + slot.count <= grid.count());
            prop_assert_eq!(
                slot.duration,
                grid.start(slot.first + slot.count) - grid.start(slot.first)
            );
            (at, msn) = (slot.end(), slot.msn_end());
            ordinal += 1;
        }
    }
    Ok(())
}

/// The same items, come upon in another order.
fn again(library: &Snapshot) -> Arc<Snapshot> {
    let count = u32::try_from(library.len()).unwrap();
    let items = (0..count).rev().map(|n| library.item(n).clone());
    Arc::new(Snapshot::new(library.taken_at(), items.collect()))
}

proptest! {
    #![proptest_config(crate::testing::cases(6))]

    #[test]
    fn guide_and_streams_agree(channel in make::channel(), seed: u64, count in 0u32..60, at in make::instant()) {
        let timeline = Timeline::begin("channel_1", Arc::new(channel), testing::library(seed, count), at).unwrap();
        let report = verify(&timeline, at, 1).unwrap();
        prop_assert!(report.holds(), "{:?}", report.findings);
        prop_assert!(report.segments > 0);
    }
}

proptest! {
    #![proptest_config(crate::testing::cases(64))]

    #[test]
    fn neither_gap_nor_overlap(channel in make::channel(), seed: u64, count in 0u32..60, at in make::instant()) {
        channel.validate().unwrap();
        let timeline = Timeline::begin("channel_1", Arc::new(channel), testing::library(seed, count), at).unwrap();
        let strips = timeline.strips(at, at + 3 * DAY).unwrap();
        prop_assert!(strips.last().unwrap().end() >= at + 3 * DAY);
        in_order(&strips, &timeline.revisions()[0].state)?;
    }

    #[test]
    fn another_node_says_the_same(
        channel in make::channel(), seed: u64, count in 1u32..60, at in make::instant(),
        later in 0i64..6 * DAY, checkpoints in prop::collection::vec(0i64..6 * DAY, 0..3),
    ) {
        let library = testing::library(seed, count);
        let here = Timeline::begin("channel_1", Arc::new(channel.clone()), Arc::clone(&library), at).unwrap();
        // The other one read the definition from JSON, the library in another order, begins from
        // kept states, and is asked for one instant only.
        let text = serde_json::to_string(&channel).unwrap();
        let read: Channel = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&read, &channel);
        let mut there = Timeline::begin("channel_1", Arc::new(read), again(&library), at).unwrap();
        for checkpoint in checkpoints {
            there.checkpoint(at + checkpoint).unwrap();
        }
        let kept = there.revisions().iter().cloned().map(|mut revision| {
            let text = serde_json::to_string(&revision.state).unwrap();
            revision.state = serde_json::from_str(&text).unwrap();
            revision
        });
        let there = Timeline::of("channel_1", kept.collect()).unwrap();
        let now = at + later + HOUR;
        let bytes = |timeline: &Timeline, from: i64, track| {
            let strips = timeline.strips(from, now + HOUR).unwrap().into_iter().map(Arc::new).collect();
            let reel = Reel::new(strips).unwrap();
            let view = reel.view(now, Shape::Live { window_ms: HOUR / 4 }, &channel.format).unwrap();
            let mut out = String::new();
            view.etag(&mut out);
            writer(&channel).write(&mut out, &view, track);
            out
        };
        for track in [Track::Video(0), Track::Video(3), Track::Audio(1), Track::Subtitles(0)] {
            prop_assert_eq!(bytes(&here, at, track), bytes(&there, now - HOUR / 2, track));
        }
    }

    #[test]
    fn a_part_of_a_day_says_what_the_day_says(
        channel in make::channel(), seed: u64, count in 1u32..60, at in make::instant(),
        from in 0i64..2 * DAY, length in HOUR..8 * HOUR,
    ) {
        let timeline = Timeline::begin("channel_1", Arc::new(channel.clone()), testing::library(seed, count), at).unwrap();
        let (from, to) = (at + from, at + from + length);
        let days = timeline.strips(from, to).unwrap();
        let parts: Vec<Strip> = days.iter().map(|strip| strip.clone().within(from, to)).collect();
        // The guide, for what is of the stretch and no gap; and the breaks.
        let listed = |strips: &[Strip]| -> Vec<(u64, i64, i64)> {
            let all = listings(strips).into_iter().filter(|one| one.end > from && one.start < to);
            let programmes = all.filter(|one| one.kind == Kind::Programme);
            programmes.map(|one| (one.airing, one.start, one.end)).collect()
        };
        prop_assert_eq!(listed(&days), listed(&parts));
        let broken = |strips: &[Strip]| -> Vec<(u64, i64, u32)> {
            let all = strips.iter().flat_map(|strip| openings_within(strip, from, to));
            all.map(|one| (one.msn, one.start, one.seconds)).collect()
        };
        prop_assert_eq!(broken(&days), broken(&parts));
        // And what players are told.
        let reels = [days, parts].map(|strips| Reel::new(strips.into_iter().map(Arc::new).collect()).unwrap());
        for now in [from + 50 * 60_000, to] {
            let told = reels.each_ref().map(|reel| {
                let view = reel.view(now, Shape::Live { window_ms: HOUR / 2 }, &channel.format).unwrap();
                let mut out = String::new();
                view.etag(&mut out);
                for track in [Track::Video(0), Track::Audio(1), Track::Subtitles(0)] {
                    writer(&channel).write(&mut out, &view, track);
                }
                out
            });
            prop_assert_eq!(&told[0], &told[1]);
        }
    }

    #[test]
    fn windows_move_with_the_clock(
        channel in make::channel(), seed: u64, count in 1u32..60, at in make::instant(),
        steps in prop::collection::vec(0i64..40_000, 1..60), window in 0i64..600_000,
    ) {
        let format = channel.format.clone();
        let timeline = Timeline::begin("channel_1", Arc::new(channel.clone()), testing::library(seed, count), at).unwrap();
        let strips = timeline.strips(at, at + DAY).unwrap().into_iter().map(Arc::new).collect();
        let reel = Reel::new(strips).unwrap();
        let shape = Shape::Live { window_ms: window };
        let mut now = at;
        let mut known: Vec<crate::verify::Told> = Vec::new();
        let mut before: Option<(u64, u64, i64)> = None;
        let mut text = String::new();
        for step in steps {
            now += step;
            let Ok(view) = reel.view(now, shape, &format) else {
                prop_assert!(now < at + 7_000);
                continue;
            };
            // Listed is what has passed, all of it, and nothing else.
            let next = view.next_change.unwrap();
            prop_assert!(view.end <= now && now < next && next - view.end <= 6_500);
            prop_assert_eq!(reel.view(next - 1, shape, &format).unwrap().end, view.end);
            prop_assert_eq!(reel.view(next, shape, &format).unwrap().end, next);
            if let Some((msn, discontinuities, end)) = before {
                prop_assert!(msn <= view.msn && discontinuities <= view.discontinuities && end <= view.end);
            }
            before = Some((view.msn, view.discontinuities, view.end));
            text.clear();
            writer(&channel).write(&mut text, &view, Track::Video(1));
            let told = read(&text, &format).unwrap();
            prop_assert_eq!(told.len() as u64, view.count());
            // Three target durations at least, as soon as the channel is so old.
            prop_assert!(view.end - view.start() >= (view.end - at).min(window.max(18_000)));
            for segment in told {
                match known.binary_search_by_key(&segment.msn, |known| known.msn) {
                    Ok(n) => prop_assert_eq!(&known[n], &segment),
                    Err(n) => known.insert(n, segment),
                }
            }
        }
    }

    #[test]
    fn what_began_can_be_seen_from_its_beginning(
        channel in make::channel(), seed: u64, count in 1u32..60, at in make::instant(),
        from in 0i64..HOUR, length in 1i64..HOUR, later in 0i64..2 * HOUR,
    ) {
        let format = channel.format.clone();
        let timeline = Timeline::begin("channel_1", Arc::new(channel.clone()), testing::library(seed, count), at).unwrap();
        let strips = timeline.strips(at, at + DAY).unwrap().into_iter().map(Arc::new).collect();
        let reel = Reel::new(strips).unwrap();
        let (from, until) = (at + from, at + from + length);
        let now = from + later;
        let mut out = String::new();
        let Ok(view) = reel.view(now, Shape::StartOver { from, until }, &format) else {
            prop_assert!(now < from + 7_000);
            return Ok(());
        };
        prop_assert!(view.start() <= from && from < view.start() + 6_500);
        prop_assert_eq!(view.complete, view.next_change.is_none());
        prop_assert!(view.end <= now && (view.complete || view.end <= until));
        prop_assert!(!view.complete || (view.end >= until && view.end - until < 6_500));
        writer(&channel).write(&mut out, &view, Track::Audio(0));
        prop_assert_eq!(out.ends_with("#EXT-X-ENDLIST\n"), view.complete);
        prop_assert!(out.contains("#EXT-X-PLAYLIST-TYPE:EVENT\n"));
        // Later it is all there, and what was there is there still.
        let later = reel.view(until + HOUR, Shape::CatchUp { from, until }, &format).unwrap();
        let mut whole = String::new();
        writer(&channel).write(&mut whole, &later, Track::Audio(0));
        prop_assert!(whole.contains("#EXT-X-PLAYLIST-TYPE:VOD\n"));
        let (some, all) = (read(&out, &format).unwrap(), read(&whole, &format).unwrap());
        prop_assert!(all.starts_with(&some));
    }
}
