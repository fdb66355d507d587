//! Any definition.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::{
    definition::{
        AdBreaks, Block, Channel, Days, Entry, Event, Format, Idents, LocalTime, Order, Source,
        Start, Track, Watershed,
    },
    testing,
};

/// Some of the zones whose clocks change, and some whose do not.
pub(super) const ZONES: [&str; 6] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Santiago",
];

fn time() -> impl Strategy<Value = LocalTime> {
    (0u16..288).prop_map(|n| LocalTime::of_minutes(n * 5).unwrap())
}

fn days() -> impl Strategy<Value = Days> {
    prop_oneof![
        3 => Just(Days::default()),
        1 => Just(serde_json::from_str(r#"["weeknights"]"#).unwrap()),
        1 => Just(serde_json::from_str(r#"["sat", "sunday"]"#).unwrap()),
    ]
}

fn order() -> impl Strategy<Value = Option<Order>> {
    prop::option::of(prop::sample::select(vec![
        Order::Shuffle,
        Order::Chronological,
        Order::InOrder,
        Order::RoundRobin,
    ]))
}

fn start() -> impl Strategy<Value = Option<Start>> {
    prop::option::of(prop::sample::select(vec![Start::OnTime, Start::WhenFree]))
}

fn source() -> impl Strategy<Value = Source> {
    let items = prop::collection::vec((0u32..60).prop_map(|n| format!("video_{n:04}")), 1..6);
    prop_oneof![
        (testing::rule(), order()).prop_map(|(rules, order)| Source {
            rules: Some(rules),
            order,
            ..Source::default()
        }),
        (items, order()).prop_map(|(items, order)| Source {
            items,
            order,
            ..Source::default()
        }),
        Just(Source {
            shows: vec!["alpha".into(), "Beta".into()],
            ..Source::default()
        }),
        Just(Source {
            playlists: vec!["playlist_1".into()],
            ..Source::default()
        }),
        Just(Source {
            lists: vec!["short".into()],
            ..Source::default()
        }),
    ]
}

fn ads() -> impl Strategy<Value = AdBreaks> {
    (
        prop::option::of(2u32..30),
        5u32..120,
        prop::option::of(1u32..4),
        any::<bool>(),
    )
        .prop_map(
            |(every_minutes, seconds, after_programmes, decided)| AdBreaks {
                every_minutes,
                seconds,
                source: None,
                after_programmes,
                decided,
            },
        )
}

fn block() -> impl Strategy<Value = Block> {
    (
        (
            days(),
            prop::option::of(time()),
            prop::option::of(time()),
            start(),
        ),
        prop::collection::vec((source(), prop::option::of(1u32..4)), 1..3),
        prop::option::of(0u32..72),
        prop::option::of(prop::sample::select(vec![5u32, 15, 30, 60])),
        prop::option::of(ads()),
    )
        .prop_map(
            |((days, from, to, start), entries, no_repeat_hours, pad_to_minutes, ads)| Block {
                days,
                from: from.filter(|from| from.minutes() < 1440),
                to: to.filter(|to| to.minutes() > 0 && from.is_none_or(|from| from != *to)),
                start,
                entries: entries
                    .into_iter()
                    .map(|(source, count)| Entry { source, count })
                    .collect(),
                no_repeat_hours,
                pad_to_minutes,
                ads,
                ..Block::default()
            },
        )
}

fn event() -> impl Strategy<Value = Event> {
    (days(), time(), start(), source()).prop_map(|(days, at, start, source)| Event {
        days,
        at: if at.minutes() == 1440 {
            LocalTime::default()
        } else {
            at
        },
        start,
        source: Some(source),
        ..Event::default()
    })
}

/// Any definition that is valid.
pub(super) fn channel() -> impl Strategy<Value = Channel> {
    let short = Source {
        rules: serde_json::from_str(r#"{"minutes": {"to": 3}}"#).unwrap(),
        ..Source::default()
    };
    let extras = (
        any::<u64>(),
        prop::bool::ANY,
        prop::bool::ANY,
        prop::option::of(1u32..4),
        prop::option::of(ads()),
        prop::option::of((time(), time())),
    );
    (
        prop::sample::select(ZONES.to_vec()),
        prop::option::of(testing::rule()),
        prop::collection::vec(block(), 0..4),
        prop::collection::vec(event(), 0..3),
        extras,
    )
        .prop_map(
            move |(
                zone,
                rules,
                blocks,
                events,
                (seed, filler, bumpers, idents, ads, watershed),
            )| {
                let track = |language: &str| Track {
                    language: language.into(),
                    name: language.into(),
                };
                let mut channel = Channel {
                    number: 7,
                    name: "Any".into(),
                    time_zone: Some(zone.into()),
                    format: Format {
                        audio_tracks: vec![track("en"), track("de")],
                        subtitle_tracks: vec![track("en")],
                        ..Format::default()
                    },
                    seed,
                    rules: rules.or_else(|| blocks.is_empty().then(Default::default)),
                    programme: blocks,
                    events,
                    lists: BTreeMap::from([("short".to_owned(), short.clone())]),
                    filler: filler.then(|| short.clone()),
                    bumpers: bumpers.then(|| short.clone()),
                    idents: idents.map(|every| Idents {
                        source: short.clone(),
                        every,
                    }),
                    ads,
                    watershed: watershed.filter(|(from, to)| from != to).map(|(from, to)| {
                        Watershed {
                            from,
                            to,
                            min_age: 16,
                        }
                    }),
                    ..Channel::default()
                };
                for (n, block) in channel.programme.iter_mut().enumerate() {
                    block.name = format!("block {n}");
                }
                for (n, event) in channel.events.iter_mut().enumerate() {
                    event.name = format!("event {n}");
                }
                channel
            },
        )
}

/// An instant of some years, most of them near a change of clocks or a leap day.
pub(super) fn instant() -> impl Strategy<Value = i64> {
    let near = prop::sample::select(vec![
        1_774_746_000_000i64, // 2026-03-29, Europe
        1_792_890_000_000,    // 2026-10-25, Europe
        1_772_953_200_000,    // 2026-03-08, United States
        1_793_516_400_000,    // 2026-11-01, United States
        1_835_395_200_000,    // 2028-02-29
        1_798_761_600_000,    // 2027-01-01
    ]);
    (near, -200_000_000i64..200_000_000).prop_map(|(at, by)| at + by)
}
