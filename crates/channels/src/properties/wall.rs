//! Wall clocks: days that are 23 and 25 hours long, fixed times, and the hours for grown-ups.

use std::sync::Arc;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use rstest::rstest;

use super::make;
use crate::{
    definition::Channel,
    library::Snapshot,
    schedule::{Kind, Strip, Timeline},
    testing,
    time::{DAY, HOUR, MINUTE, Zone},
};

fn channel(json: &str) -> Arc<Channel> {
    let channel: Channel = serde_json::from_str(json).unwrap();
    channel.validate().unwrap();
    Arc::new(channel)
}

/// Films of 50 minutes with the tag `film`, fillers of 30 seconds with `filler`.
fn films() -> Arc<Snapshot> {
    let film = |n: u32| {
        let mut item = testing::item(&format!("film_{n}"), 50 * 60_000, 4000);
        item.tags = vec!["film".into()];
        item
    };
    let filler = |n: u32| {
        let mut item = testing::item(&format!("filler_{n}"), 30_000, 2000);
        item.tags = vec!["filler".into()];
        item
    };
    Arc::new(Snapshot::new(
        0,
        (0..40).map(film).chain((0..10).map(filler)).collect(),
    ))
}

#[rstest]
#[case(date(2026, 3, 29), 23)]
#[case(date(2026, 10, 25), 25)]
#[case(date(2028, 2, 29), 24)]
fn days_are_full_whatever_clocks_do(#[case] day: Date, #[case] hours: i64) {
    let zone = Zone::named("Europe/Berlin").unwrap();
    let json = r#"{"number": 1, "name": "Films", "time_zone": "Europe/Berlin", "filler": {"rules": {"tags": ["filler"]}},
        "programme": [{"name": "all day", "rules": {"tags": ["film"]}, "pad_to_minutes": 60}]}"#;
    let begin = zone.day_start(day) - 2 * DAY;
    let begin = zone.day_start(zone.date(begin));
    let timeline = Timeline::begin("channel_1", channel(json), films(), begin).unwrap();
    let strips = timeline.strips(begin, begin + 4 * DAY).unwrap();
    let strip = strips.iter().find(|strip| strip.date == day).unwrap();
    assert_eq!(strip.end() - strip.start(), hours * HOUR);
    assert_eq!(strip.start(), zone.day_start(day));
    // One film an hour, on the hour, on every wall.
    let films: Vec<i64> = strip
        .slots
        .iter()
        .filter(|s| s.kind == Kind::Programme)
        .map(|s| s.start)
        .collect();
    assert_eq!(i64::try_from(films.len()), Ok(hours));
    assert!(films.iter().all(|at| at.rem_euclid(HOUR) == 0));
}

#[test]
fn blocks_and_events_begin_on_time() {
    let json = r#"{"number": 1, "name": "Films", "time_zone": "Europe/Berlin", "filler": {"rules": {"tags": ["filler"]}},
        "rules": {"tags": ["film"]},
        "programme": [{"name": "evening", "from": "20:00", "to": "22:00", "days": ["weeknights"], "items": ["film_1", "film_2"]}],
        "events": [{"name": "noon", "at": "12:15", "source": {"items": ["film_7"]}}]}"#;
    let zone = Zone::named("Europe/Berlin").unwrap();
    let begin = zone.day_start(date(2026, 3, 23)) + 5 * MINUTE;
    let timeline = Timeline::begin("channel_1", channel(json), films(), begin).unwrap();
    let strips = timeline.strips(begin, begin + 14 * DAY).unwrap();
    let at = |strip: &Strip, minutes| {
        let wanted = zone.instant(strip.date, minutes);
        let slot = &strip.slots[strip.at(wanted)];
        (
            wanted - slot.start,
            strip.item(slot).id.to_string(),
            slot.kind,
        )
    };
    let mut evenings = Vec::new();
    for strip in &strips[..13] {
        assert_eq!(
            at(strip, 12 * 60 + 15),
            (0, "film_7".into(), Kind::Programme),
            "{}",
            strip.date
        );
        let weeknight = strip.date.weekday().to_monday_zero_offset() < 5;
        let (late, item, kind) = at(strip, 20 * 60);
        if weeknight {
            assert_eq!((late, kind), (0, Kind::Programme), "{}", strip.date);
            // Three are begun an evening, and the two take turns from one to the next.
            evenings.push(item);
        }
    }
    let turns = ["film_1", "film_2"].into_iter().cycle();
    assert_eq!(evenings.len(), 10);
    assert!(
        evenings.iter().zip(turns).all(|(item, turn)| item == turn),
        "{evenings:?}"
    );
}

#[test]
fn nothing_repeats_as_long_as_there_is_something_else() {
    let json = r#"{"number": 1, "name": "Films", "programme": [{"name": "b", "rules": {"tags": ["film"]}, "no_repeat_hours": 30}]}"#;
    let timeline = Timeline::begin("channel_1", channel(json), films(), 0).unwrap();
    let mut last = std::collections::HashMap::new();
    let mut count = std::collections::BTreeMap::new();
    for strip in timeline.strips(0, 30 * DAY).unwrap() {
        for slot in &strip.slots {
            let before = last.insert(slot.item, slot.start);
            assert!(before.is_none_or(|before| slot.start - before >= 30 * HOUR));
            *count.entry(slot.item).or_insert(0) += 1;
        }
    }
    assert_eq!(count.len(), 40);
    let (least, most) = (count.values().min().unwrap(), count.values().max().unwrap());
    assert!(most - least <= 2, "fair: {count:?}");
}

#[test]
fn an_empty_library_has_slate_and_its_operator_is_told() {
    let json = r#"{"number": 1, "name": "Comedy", "rules": {"tags": ["comedy"]}}"#;
    let empty = Arc::new(Snapshot::new(0, Vec::new()));
    let channel = channel(json);
    let told = channel.review(&empty);
    assert_eq!(told[0].to_string(), "rules: matches nothing in the library");
    let timeline = Timeline::begin("channel_1", channel, empty, 0).unwrap();
    let strips = timeline.strips(0, DAY).unwrap();
    assert!(
        strips
            .iter()
            .flat_map(|s| &s.slots)
            .all(|slot| slot.kind == Kind::Slate)
    );
}

proptest! {
    #![proptest_config(crate::testing::cases(48))]

    #[test]
    fn grown_ups_only_at_night(channel in make::channel(), seed: u64, count in 1u32..60, at in make::instant()) {
        let Some(watershed) = channel.watershed else { return Ok(()) };
        let zone = Zone::named(channel.zone_name()).unwrap();
        let timeline = Timeline::begin("channel_1", Arc::new(channel), testing::library(seed, count), at).unwrap();
        let (from, to) = (watershed.from.minutes(), watershed.to.minutes());
        let to = if to <= from { to + 1440 } else { to };
        for strip in timeline.strips(at, at + 3 * DAY).unwrap() {
            for slot in strip.slots.iter().filter(|slot| slot.kind == Kind::Programme) {
                if strip.library.age(slot.item).is_none_or(|age| age < watershed.min_age) {
                    continue;
                }
                let date = zone.date(slot.start);
                let within = [date.yesterday().unwrap(), date].into_iter().any(|date| {
                    zone.instant(date, from) <= slot.start && slot.end() <= zone.instant(date, to)
                });
                prop_assert!(within, "{}", strip.item(slot).id);
            }
        }
    }
}
