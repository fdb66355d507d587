//! Broadcasts that take over: what is told is never told otherwise, and the programme goes on.

use std::sync::Arc;

use super::*;
use crate::{
    definition::Channel,
    guide::listings,
    library::{Grid, Media},
    playout::{Cues, MediaWriter, Reel, Shape, Track},
    schedule::{Effective, LEAD_MS, Revision, Timeline},
    testing,
    time::HOUR,
    verify::{Told, read},
};

const ID: &str = "takeover_1";

fn timeline() -> Timeline {
    let channel = r#"{"number": 1, "name": "All", "rules": {}}"#;
    let channel: Channel = serde_json::from_str(channel).unwrap();
    Timeline::begin("c", Arc::new(channel), testing::library(7, 20), 0).unwrap()
}

fn form(until: i64) -> RelayForm {
    RelayForm {
        id: ID.into(),
        item: "stream_1".into(),
        title: "The news".into(),
        description: None,
        image: None,
        rating: None,
        items: Vec::new(),
        in_breaks: Vec::new(),
        stretches: Vec::new(),
        until,
    }
}

/// So many segments of two seconds each.
fn item(n: u32, count: u32) -> Item {
    let ends: Vec<u32> = (1..=count).map(|end| end * 2000).collect();
    let like = testing::item("x", 60_000, 2000);
    let media = Media {
        grid: Grid::of_ends(&ends).unwrap(),
        video: like.video,
        audio: like.audio,
    };
    Item::new(&format!("stream_1#{n}"), "", media)
}

fn told(timeline: &Timeline, now: i64) -> Vec<Told> {
    let strips = timeline.strips(now - HOUR, now + HOUR).unwrap();
    let reel = Reel::new(strips.into_iter().map(Arc::new).collect()).unwrap();
    let format = &timeline.revision(now).channel.format;
    let view = reel.view(now, Shape::Live { window_ms: 300_000 }, format);
    let mut out = String::new();
    let writer = MediaWriter {
        format,
        root: "",
        suffix: "",
        shift_ms: 0,
        cues: Cues::None,
    };
    writer.write(&mut out, &view.unwrap(), Track::Video(0));
    read(&out, format).unwrap()
}

/// A player that must never be told otherwise what it was told.
#[derive(Default)]
struct Player(Vec<Told>);

impl Player {
    fn look(&mut self, timeline: &Timeline, now: i64) {
        for segment in told(timeline, now) {
            if let Some(known) = self.0.iter().find(|known| known.msn == segment.msn) {
                assert_eq!(known, &segment, "rewritten at {now}");
                continue;
            }
            if let Some(last) = self.0.last() {
                assert_eq!(last.msn + 1, segment.msn);
                assert_eq!(last.at + last.duration, segment.at);
            }
            self.0.push(segment);
        }
    }
}

#[test]
fn a_broadcast_grows_is_cut_short_and_the_programme_goes_on() {
    let mut timeline = timeline();
    let mut player = Player::default();
    let mut now = 2 * HOUR + 7_000;
    player.look(&timeline, now);
    let long = now + 600_000;
    let begins = timeline
        .relay(now, now, Relay::new(form(long)).unwrap())
        .unwrap();
    assert!(begins >= now + LEAD_MS);
    // In the middle of a programme, which is not what stands after it.
    let strips = timeline.strips(begins - 1, begins + 1).unwrap();
    assert_eq!(strips.last().unwrap().start(), begins);
    assert_eq!(strips.last().unwrap().slots[0].kind, Kind::Live);

    let mut kept = form(long);
    let mut count = 0;
    while now < begins + 60_000 {
        now += 4_000;
        player.look(&timeline, now);
        let relay = Relay::new(kept.clone()).unwrap();
        let mut end = relay.taken_until(begins);
        if end > now + RELAY_LEAD_MS + 10_000 {
            continue;
        }
        // Once nothing came for a while, and then there is another item.
        if end < now + RELAY_LEAD_MS {
            let missing = u32::try_from(now + RELAY_LEAD_MS - end)
                .unwrap()
                .div_ceil(1000);
            kept.stretches.push(Stretch::Slate { count: missing });
            end += i64::from(missing) * 1000;
        }
        match kept.stretches.last_mut() {
            Some(Stretch::Item { n, count }) if *count < 9 => {
                *count += 2;
                let (n, count) = (*n, *count);
                kept.items[n as usize] = item(n, count);
            }
            _ => {
                let n = u32::try_from(kept.items.len()).unwrap();
                kept.items.push(item(n, 2));
                kept.stretches.push(Stretch::Item { n, count: 2 });
            }
        }
        count += 1;
        if count == 8 {
            now += 30_000;
        }
        let from = timeline
            .relay(now, now, Relay::new(kept.clone()).unwrap())
            .unwrap();
        assert_eq!(from, begins);
        player.look(&timeline, now);
    }
    assert!(player.0.iter().any(|told| !told.gap && told.at >= begins));

    // An edit while it is on holds after it, and moves with it.
    let channel = Channel {
        seed: 5,
        ..(*timeline.revision(now).channel).clone()
    };
    let library = testing::library(7, 20);
    let at = timeline
        .edit(now, Arc::new(channel), library, Effective::Next)
        .unwrap();
    assert!(at >= long);
    kept.until = now + RELAY_LEAD_MS;
    timeline.relay(now, now, Relay::new(kept).unwrap()).unwrap();
    let back = timeline.strips(now, now + HOUR).unwrap();
    let listed = listings(&back);
    let live = listed.iter().find(|one| one.kind == Kind::Live).unwrap();
    assert_eq!((live.start, &*live.item.title), (begins, "The news"));
    assert!(live.end <= now + RELAY_LEAD_MS + 12_000 && live.end < long);
    while now < long + 60_000 {
        now += 4_000;
        player.look(&timeline, now);
    }
    assert_eq!(timeline.revision(now).version, 2);
    // The same from what is kept of it.
    let kept: Vec<Revision> = timeline
        .revisions()
        .iter()
        .map(|revision| Revision {
            relay: revision.relay.as_ref().map(|relay| {
                let text = serde_json::to_string(relay.form()).unwrap();
                Arc::new(Relay::new(serde_json::from_str(&text).unwrap()).unwrap())
            }),
            ..revision.clone()
        })
        .collect();
    let again = Timeline::of("c", kept).unwrap();
    assert_eq!(told(&again, now), told(&timeline, now));
}

#[test]
fn one_that_is_to_come_stays_where_it_is_whatever_is_edited() {
    let mut timeline = timeline();
    let at = 5 * HOUR;
    let begins = timeline
        .relay(HOUR, at, Relay::new(form(at + 600_000)).unwrap())
        .unwrap();
    assert!((at..at + 7_000).contains(&begins));
    let channel = Channel {
        seed: 9,
        ..(*timeline.revision(0).channel).clone()
    };
    let library = testing::library(7, 20);
    timeline
        .edit(2 * HOUR, Arc::new(channel), library, Effective::Next)
        .unwrap();
    let strips = timeline.strips(at - HOUR, at + HOUR).unwrap();
    let listed = listings(&strips);
    let live = listed.iter().find(|one| one.kind == Kind::Live).unwrap();
    assert!((at..at + 7_000).contains(&live.start) && live.end >= at + 600_000);
    for pair in listed.windows(2) {
        assert_eq!(pair[0].end, pair[1].start);
    }
    assert_eq!(timeline.unrelay(ID).unwrap(), Some(live.start));
    let strips = timeline.strips(at - HOUR, at + HOUR).unwrap();
    assert!(listings(&strips).iter().all(|one| one.kind != Kind::Live));
    assert!(Reel::new(strips.into_iter().map(Arc::new).collect()).is_ok());
}

#[test]
fn an_edit_that_begins_with_a_broadcast_begins_without_it_too() {
    let mut timeline = timeline();
    let at = 5 * HOUR;
    let begins = timeline
        .relay(HOUR, at, Relay::new(form(at + 600_000)).unwrap())
        .unwrap();
    let channel = Channel {
        seed: 9,
        ..(*timeline.revision(0).channel).clone()
    };
    let library = testing::library(7, 20);
    let edited = timeline
        .edit(2 * HOUR, Arc::new(channel), library, Effective::After(at))
        .unwrap();
    assert!((at..=begins).contains(&edited));
    assert_eq!(timeline.unrelay(ID).unwrap(), Some(begins));
    assert_eq!(timeline.revision(at + 4 * HOUR).version, 2);
    let strips = timeline.strips(at - HOUR, at + 4 * HOUR).unwrap();
    assert!(Reel::new(strips.into_iter().map(Arc::new).collect()).is_ok());
}

#[test]
fn what_is_settled_is_not_begun_again() {
    let mut timeline = timeline();
    let now = HOUR;
    let begins = timeline
        .relay(now, now, Relay::new(form(now + 600_000)).unwrap())
        .unwrap();
    // Somebody cuts it off.
    let channel = Arc::clone(&timeline.revision(0).channel);
    let later = begins + 30_000;
    let library = testing::library(7, 20);
    let at = timeline
        .edit(later, channel, library, Effective::Cut(later))
        .unwrap();
    let again = timeline.relay(at, at, Relay::new(form(now + 900_000)).unwrap());
    assert!(again.is_err());
    let shown = Relay::new(RelayForm {
        stretches: vec![Stretch::Item { n: 0, count: 1 }],
        ..form(0)
    });
    assert!(shown.is_err());
}

fn media(timeline: &Timeline, now: i64) -> String {
    let strips = timeline.strips(now - HOUR, now + HOUR).unwrap();
    let reel = Reel::new(strips.into_iter().map(Arc::new).collect()).unwrap();
    let format = &timeline.revision(now).channel.format;
    let view = reel.view(now, Shape::Live { window_ms: 300_000 }, format);
    let mut out = String::new();
    let writer = MediaWriter {
        format,
        root: "",
        suffix: "",
        shift_ms: 0,
        cues: Cues::Marked,
    };
    writer.write(&mut out, &view.unwrap(), Track::Video(0));
    out
}

#[test]
fn breaks_of_a_broadcast_are_filled_or_passed_on() {
    let mut timeline = timeline();
    let begins = timeline
        .relay(HOUR, HOUR, Relay::new(form(2 * HOUR)).unwrap())
        .unwrap();
    let mut kept = form(begins + 200_000);
    kept.items = vec![item(0, 5), item(1, 4), item(2, 5)];
    kept.in_breaks = vec![1];
    kept.stretches = vec![
        Stretch::Item { n: 0, count: 5 },
        Stretch::Break { seconds: 30 },
        Stretch::Item { n: 1, count: 4 },
        Stretch::Item { n: 2, count: 5 },
    ];
    let relay = Relay::new(kept.clone()).unwrap();
    assert_eq!(relay.taken_until(begins), begins + 58_000);
    timeline.relay(HOUR, begins, relay).unwrap();
    let strips = timeline.strips(begins, begins + 60_000).unwrap();
    let strip = strips.iter().find(|strip| strip.start() == begins).unwrap();
    let openings = crate::schedule::openings(strip);
    assert_eq!(openings.len(), 1);
    assert_eq!(
        (openings[0].start, openings[0].seconds),
        (begins + 10_000, 30)
    );
    // It is one thing to those who look into the guide.
    let listed = listings(&strips);
    let live: Vec<_> = listed
        .iter()
        .filter(|one| one.airing == openings[0].airing)
        .collect();
    assert_eq!(live.len(), 1);
    assert_eq!((live[0].kind, live[0].start), (Kind::Live, begins));

    let text = media(&timeline, begins + 70_000);
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("#EXT-X-CUE") || line.starts_with("#EXT-X-DATERANGE"))
        .collect();
    assert_eq!(lines.len(), 7, "{lines:#?}");
    assert_eq!(lines[0], "#EXT-X-CUE-OUT:30.000");
    assert!(
        lines[1].contains("DURATION=30.000,SCTE35-OUT=0x"),
        "{}",
        lines[1]
    );
    // One ends where the other begins.
    assert_eq!(lines[2..4], ["#EXT-X-CUE-IN", "#EXT-X-CUE-OUT"]);
    assert!(!lines[4].contains("DURATION"), "{}", lines[4]);
    assert_eq!(lines[5], "#EXT-X-CUE-IN");
    assert!(lines[6].contains("END-DATE=") && lines[6].contains("SCTE35-IN=0x"));
    let id = |line: &str| line.split('"').nth(1).unwrap().to_owned();
    assert_eq!(id(lines[4]), id(lines[6]));

    // As long as it grows, what is said of it stays as it was.
    let mut early = kept.clone();
    early.items[1] = item(1, 2);
    early.stretches.truncate(3);
    early.stretches[2] = Stretch::Item { n: 1, count: 2 };
    let mut before = timeline.clone();
    before
        .relay(HOUR, begins, Relay::new(early).unwrap())
        .unwrap();
    let then = media(&before, begins + 43_000);
    let said = |text: &str| -> Vec<String> {
        let lines = text
            .lines()
            .filter(|line| line.starts_with("#EXT-X-DATERANGE"));
        lines.take(2).map(str::to_owned).collect()
    };
    assert_eq!(said(&then), said(&text));

    for seconds in [0, 1, Stretch::LONGEST_BREAK + 1] {
        let stretches = vec![Stretch::Break { seconds }];
        let wrong = RelayForm {
            stretches,
            ..form(0)
        };
        assert!(Relay::new(wrong).is_err(), "{seconds}");
    }
}
