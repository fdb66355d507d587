//! When what is new enters.

use std::sync::Arc;

use super::*;
use crate::testing;

const NOON: i64 = 12 * HOUR;

fn channel(text: &str) -> Arc<Channel> {
    Arc::new(serde_json::from_str(text).unwrap())
}

fn all_day() -> Arc<Channel> {
    channel(r#"{"number": 1, "name": "A", "rules": {}}"#)
}

fn nothing() -> Arc<Snapshot> {
    Arc::new(Snapshot::new(0, Vec::new()))
}

#[test]
fn a_channel_with_nothing_to_show_takes_up_what_is_new_as_soon_as_can_be() {
    let mut timeline = Timeline::begin("c", all_day(), nothing(), NOON).unwrap();
    let now = NOON + 61_000;
    assert!(timeline.is_bare(now).unwrap());
    let settled = now + LEAD_MS + 3 * all_day().format.target_ms();
    let at = timeline.renew(now, testing::library(3, 9)).unwrap();
    // At a segment of the slate, not at the end of all of it.
    assert!((settled..settled + 2000).contains(&at), "{at} {settled}");
    assert!(!timeline.is_bare(at).unwrap());
    let strips = timeline.strips(now, at + HOUR).unwrap();
    let slots: Vec<Slot> = strips
        .iter()
        .flat_map(|strip| strip.slots.clone())
        .collect();
    let (before, after): (Vec<&Slot>, Vec<&Slot>) = slots.iter().partition(|slot| slot.start < at);
    assert!(before.iter().all(|slot| slot.kind == Kind::Slate));
    assert_eq!((after[0].start, after[0].kind), (at, Kind::Programme));
    for pair in slots.windows(2) {
        assert_eq!(pair[0].end(), pair[1].start);
        assert_eq!(pair[0].msn_end(), pair[1].msn);
    }
}

#[test]
fn one_that_has_waits_for_the_night() {
    let mut timeline = Timeline::begin("c", all_day(), testing::library(3, 9), NOON).unwrap();
    assert!(!timeline.is_bare(NOON + 1000).unwrap());
    let at = timeline.renew(NOON + 1000, testing::library(4, 9)).unwrap();
    assert!(at >= 24 * HOUR, "{at}");

    // So does one whose programme of today is still to come.
    let evening = channel(
        r#"{"number": 1, "name": "A",
            "programme": [{"name": "Evening", "from": "20:00", "to": "22:00", "rules": {}}]}"#,
    );
    let mut timeline = Timeline::begin("c", evening, testing::library(3, 9), NOON).unwrap();
    assert!(!timeline.is_bare(NOON + 1000).unwrap());
    let at = timeline.renew(NOON + 1000, testing::library(4, 9)).unwrap();
    assert!(at >= 24 * HOUR, "{at}");
}

#[test]
fn an_edit_does_not_wait_for_the_end_of_the_slate() {
    let mut timeline = Timeline::begin("c", all_day(), nothing(), NOON).unwrap();
    let now = NOON + 61_000;
    let settled = now + LEAD_MS + 3 * all_day().format.target_ms();
    let library = testing::library(3, 9);
    let at = timeline
        .edit(now, all_day(), library, Effective::Next)
        .unwrap();
    assert!((settled..settled + 2000).contains(&at), "{at} {settled}");
}
