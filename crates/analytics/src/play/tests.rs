//! Plays, and what events make of them.

use rstest::rstest;

use super::*;
use crate::who::Who;

fn event(at_s: i64, what: What) -> Event {
    Event {
        id: Some("e".into()),
        play: Some("p".into()),
        subject: "video_1".into(),
        channel: None,
        item: None,
        at: at_s * 1_000_000,
        position_ms: None,
        what,
        who: Who::default(),
    }
}

fn beat(at_s: i64, from_s: u32, to_s: u32) -> Event {
    let watched = vec![(from_s * 1000, to_s * 1000)];
    let height = Some(720);
    event(
        at_s,
        What::Heartbeat(Heartbeat {
            watched,
            height,
            bitrate_bps: Some(1_000_000),
            ..Heartbeat::default()
        }),
    )
}

fn play(duration_s: i64, events: &[Event]) -> Model {
    let mut play = Model::new("k".into(), &events[0], Some(duration_s * 1000));
    for event in events {
        play.apply(event);
    }
    play
}

#[rstest]
#[case(3600, 29, false)]
#[case(3600, 30, true)]
#[case(60, 29, false)]
#[case(59, 30, true)]
#[case(20, 10, true)]
#[case(20, 9, false)]
fn a_view_is_half_a_minute_or_half(#[case] duration: i64, #[case] to: u32, #[case] view: bool) {
    assert_eq!(play(duration, &[beat(100, 0, to)]).is_enough(), view);
}

#[test]
fn the_order_of_events_does_not_matter() {
    let events = [
        event(100, What::Play { referrer: None }),
        event(101, What::FirstFrame { startup_ms: 812 }),
        beat(110, 0, 10),
        beat(120, 10, 20),
        event(121, What::Stall { duration_ms: 500 }),
        beat(131, 15, 25),
    ];
    let forth = play(200, &events);
    let mut back = events.to_vec();
    back.reverse();
    assert_eq!(forth, play(200, &back));
    assert_eq!((forth.started_at, forth.watched()), (100_000_000, 30_000));
    let parts = forth.watched_parts().unwrap();
    // Two seconds each; from half of one on it counts, also the second time.
    assert_eq!(parts[..14], [1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 0]);
}

#[test]
fn short_and_long_videos_have_a_curve() {
    for duration in [1, 7, 60, 5400, 86_400] {
        let all: Vec<Event> = (0..u32::try_from(duration).unwrap().div_ceil(600))
            .map(|n| beat(100, n * 600, n * 600 + 600))
            .collect();
        let whole = play(duration, &all);
        assert_eq!(whole.watched_parts().unwrap(), [1; PARTS], "{duration}");
        assert!(whole.completed);
    }
}

#[test]
fn positions_tell_what_was_watched_but_not_jumps() {
    let at = |s, ms| event(s, What::Progress { position_ms: ms });
    let told = play(
        3600,
        &[
            at(0, 0),
            at(10, 10_000),
            at(20, 20_000),
            at(30, 900_000),
            at(40, 910_000),
        ],
    );
    assert_eq!(told.watched(), 30_000);
}

#[test]
fn requests_tell_what_was_watched_but_not_what_is_in_the_buffer() {
    let asked = |s, buffered_ms| {
        event(
            s,
            What::Requested(Requested {
                duration_ms: 6000,
                buffered_ms,
                ..Requested::default()
            }),
        )
    };
    let burst: Vec<Event> = (0..5).map(|n| asked(0, n * 6000)).collect();
    assert_eq!(play(3600, &burst).watched(), 0);
    let steady: Vec<Event> = (0..10).map(|n| asked(i64::from(n) * 6, 12_000)).collect();
    assert_eq!(play(3600, &steady).watched(), 48_000);
}

#[test]
fn a_stall_counts_once_whatever_the_player_says_of_it() {
    let said = |state, starved, starved_ms| {
        event(
            0,
            What::Requested(Requested {
                duration_ms: 2000,
                state,
                starved,
                starved_ms,
                ..Requested::default()
            }),
        )
    };
    let (plays, stands, seeks) = (Some('p'), Some('r'), Some('k'));
    let cases = [
        // Before it began there is nothing to stand still, and after a seek it is the seek.
        (vec![said(stands, false, 0), said(plays, false, 0)], (0, 0)),
        (
            vec![
                said(plays, false, 0),
                said(seeks, false, 0),
                said(stands, false, 0),
            ],
            (0, 0),
        ),
        // As long as it lasts, and again.
        (
            vec![
                said(plays, false, 0),
                said(stands, false, 0),
                said(stands, false, 0),
            ],
            (1, 0),
        ),
        (
            vec![
                said(plays, false, 0),
                said(stands, false, 0),
                said(plays, false, 0),
                said(stands, false, 0),
            ],
            (2, 0),
        ),
        // Told of afterwards, too.
        (
            vec![
                said(plays, false, 0),
                said(stands, false, 0),
                said(plays, true, 350),
            ],
            (1, 350),
        ),
        (vec![said(None, true, 0), said(None, true, 200)], (2, 200)),
    ];
    for (requests, wanted) in cases {
        let detail = play(3600, &requests).detail;
        assert_eq!((detail.stalls, detail.stall_ms), wanted, "{requests:?}");
    }
}
