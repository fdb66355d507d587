//! Edits: what has aired stays, and the guide of the past is what was streamed.

use std::sync::Arc;

use proptest::prelude::*;

use super::make;
use crate::{
    definition::Channel,
    guide::listings,
    library::Snapshot,
    playout::{Cues, MediaWriter, Reel, Shape, Track},
    schedule::{Effective, Kind, StoredStrip, Strip, Timeline},
    testing,
    time::{DAY, HOUR},
    verify::{Told, read},
};

/// What a player sees that asks again and again.
struct Player {
    seen: Vec<Told>,
}

impl Player {
    fn watch(
        &mut self,
        timeline: &Timeline,
        channel: &Channel,
        from: i64,
        to: i64,
    ) -> Result<(), TestCaseError> {
        let strips = timeline
            .strips(from - HOUR, to + HOUR)
            .unwrap()
            .into_iter()
            .map(Arc::new)
            .collect();
        let reel = Reel::new(strips).unwrap();
        let writer = MediaWriter {
            format: &channel.format,
            root: "",
            suffix: "",
            shift_ms: 0,
            cues: Cues::None,
        };
        let mut now = from;
        while now < to {
            now += 17_000;
            let Ok(view) = reel.view(now, Shape::Live { window_ms: 60_000 }, &channel.format)
            else {
                continue;
            };
            let mut out = String::new();
            writer.write(&mut out, &view, Track::Video(0));
            for segment in read(&out, &channel.format).unwrap() {
                match self.seen.last() {
                    Some(last) if segment.msn <= last.msn => {
                        let known = self
                            .seen
                            .binary_search_by_key(&segment.msn, |seen| seen.msn);
                        if let Ok(n) = known {
                            prop_assert_eq!(&self.seen[n], &segment, "rewritten");
                        }
                    }
                    last => {
                        if let Some(last) = last {
                            prop_assert_eq!(last.msn + 1, segment.msn);
                            prop_assert_eq!(last.at + last.duration, segment.at);
                        }
                        self.seen.push(segment);
                    }
                }
            }
        }
        Ok(())
    }
}

fn effective() -> impl Strategy<Value = Effective> {
    prop_oneof![
        Just(Effective::Next),
        Just(Effective::NextDay),
        (0i64..2 * HOUR).prop_map(Effective::After),
        (0i64..2 * HOUR).prop_map(Effective::Cut),
    ]
}

/// Counted from now.
fn absolute(when: Effective, now: i64) -> Effective {
    match when {
        Effective::After(by) => Effective::After(now + by),
        Effective::Cut(by) => Effective::Cut(now + by),
        other => other,
    }
}

proptest! {
    #![proptest_config(crate::testing::cases(48))]

    #[test]
    fn as_run_is_the_guide(
        channel in make::channel(), others in prop::collection::vec((make::channel(), effective(), 5i64..100), 1..4),
        seed: u64, count in 1u32..60, at in make::instant(),
    ) {
        let mut library: Arc<Snapshot> = testing::library(seed, count);
        let mut timeline = Timeline::begin("channel_1", Arc::new(channel.clone()), Arc::clone(&library), at).unwrap();
        let mut player = Player { seen: Vec::new() };
        let mut now = at;
        for (n, (other, when, minutes)) in others.into_iter().enumerate() {
            let until = now + minutes * 60_000;
            player.watch(&timeline, &channel, now, until)?;
            now = until;
            // Titles come and go.
            library = testing::library(seed, count + 3 * u32::try_from(n).unwrap());
            let before = timeline.clone();
            let effective = timeline.edit(now, Arc::new(other), Arc::clone(&library), absolute(when, now)).unwrap();
            prop_assert!(effective >= now + 30_000);
            // Up to there both are one schedule.
            let slots = |timeline: &Timeline| -> Vec<(i64, u64, u64)> {
                let strips = timeline.strips(at, effective).unwrap();
                let slots = strips.iter().flat_map(|strip| strip.slots.iter());
                slots.filter(|slot| slot.end() <= effective).map(|slot| (slot.start, slot.msn, slot.airing)).collect()
            };
            let (old, new) = (slots(&before), slots(&timeline));
            prop_assert!(old.len() <= new.len() && new.starts_with(&old));
        }
        player.watch(&timeline, &channel, now, now + HOUR)?;
        now += HOUR;
        // Numbers are without a hole from the first to the last revision.
        let strips: Vec<Strip> = timeline.strips(at, now).unwrap();
        Reel::new(strips.iter().cloned().map(Arc::new).collect()).unwrap();
        let guide = listings(&strips);
        for segment in &player.seen {
            let listing = guide.iter().find(|l| l.start <= segment.at && segment.at < l.end);
            let Some(listing) = listing else {
                return Err(TestCaseError::fail("streamed, but not in the guide"));
            };
            if listing.kind == Kind::Programme && listing.start == segment.at {
                prop_assert!(listing.item.video.iter().any(|v| segment.uri.contains(&*v.path)), "{} {:?}", segment.uri, listing.item.id);
            }
        }
    }

    #[test]
    fn what_is_kept_is_what_was_made(channel in make::channel(), seed: u64, count in 1u32..60, at in make::instant()) {
        let library = testing::library(seed, count);
        let timeline = Timeline::begin("channel_1", Arc::new(channel.clone()), Arc::clone(&library), at).unwrap();
        for strip in timeline.strips(at, at + 2 * DAY).unwrap() {
            let text = serde_json::to_string(&StoredStrip::from(&strip)).unwrap();
            let kept: StoredStrip = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&kept.load(&library).unwrap().slots, &strip.slots);
            // With a library that lost everything, numbers and instants stay.
            let empty = Arc::new(Snapshot::new(0, Vec::new()));
            let bare = kept.load(&empty).unwrap();
            let begins = bare.start();
            let ends = bare.end();
            prop_assert_eq!((begins, ends), (strip.start(), strip.end()));
            let reel = Reel::new(vec![Arc::new(bare)]).unwrap();
            let until = ends.min(begins + HOUR);
            let shape = Shape::CatchUp { from: begins, until };
            let Ok(view) = reel.view(ends - 1, shape, &channel.format) else { continue };
            let mut out = String::new();
            let writer = MediaWriter { format: &channel.format, root: "", suffix: "", shift_ms: 0, cues: Cues::None };
            writer.write(&mut out, &view, Track::Video(0));
            prop_assert_eq!(view.count(), out.matches("#EXTINF").count() as u64);
        }
    }
}
