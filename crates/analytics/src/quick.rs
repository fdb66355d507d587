//! The same batches as [`crate::parse`] reads, as players send them nearly always: sound, and
//! without anything to be unescaped. Nothing is copied here, and no tree is made of it. What is
//! not so plain, or wrong, is left to the one that can say what is wrong with it.

use std::borrow::Cow;

use matinee_engines::id::Id;
use serde::Deserialize;

use crate::event::{Heartbeat, Told, What};
use crate::parse::{
    self, BATCH_BYTES_MAX, BATCH_MAX, BITRATE_MAX, DROPPED_MAX, HEIGHT_MAX, LATENCY_MAX,
    STARTUP_MAX, STRETCHES_MAX, Sender, TEXT_MAX, WAIT_MAX,
};
use crate::who;

#[derive(Deserialize)]
struct Batch<'a> {
    #[serde(borrow)]
    events: Vec<Said<'a>>,
}

/// Texts are borrowed, so one with an escape in it is none of these.
#[derive(Deserialize)]
struct Said<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    id: &'a str,
    play_id: &'a str,
    #[serde(borrow)]
    video_id: Option<&'a str>,
    #[serde(borrow)]
    stream_id: Option<&'a str>,
    #[serde(borrow)]
    channel_id: Option<&'a str>,
    #[serde(borrow)]
    at: Option<&'a str>,
    position: Option<f64>,
    #[serde(borrow)]
    referrer: Option<&'a str>,
    startup_ms: Option<f64>,
    watched: Option<Vec<(f64, f64)>>,
    height: Option<f64>,
    bitrate_bps: Option<f64>,
    dropped_frames: Option<f64>,
    live_latency_ms: Option<f64>,
    duration_ms: Option<f64>,
}

/// The events of a batch; `None` for whatever is not plain and sound.
pub(crate) fn batch<'a>(body: &'a [u8], sender: Sender<'a>) -> Option<Vec<Told<'a>>> {
    if body.len() > BATCH_BYTES_MAX {
        return None;
    }
    let batch: Batch<'a> = serde_json::from_slice(body).ok()?;
    if !(1..=BATCH_MAX).contains(&batch.events.len()) {
        return None;
    }
    let mut read = Vec::with_capacity(batch.events.len());
    // Most are of the same title.
    let mut known = ("", "");
    for said in &batch.events {
        let mut ours = |prefix: &'static str, text: &'a str| {
            if known != (prefix, text) {
                Id::parse(prefix, text).ok()?;
                known = (prefix, text);
            }
            Some(text)
        };
        let channel = match said.channel_id {
            Some(channel) => Some(ours("channel", channel)?),
            None => None,
        };
        let (subject, channel) = match (said.video_id, said.stream_id) {
            (Some(video), None) => (ours("video", video)?, channel),
            (None, Some(stream)) => (ours("stream", stream)?, channel),
            (None, None) => (channel?, None),
            (Some(_), Some(_)) => return None,
        };
        let named = parse::is_name(said.id) && parse::is_name(said.play_id);
        let position_ms = match said.position {
            Some(seconds) => Some(parse::millis(seconds)?),
            None => None,
        };
        let at = match said.at {
            Some(at) => parse::when(at, sender.now)?,
            None => sender.now,
        };
        if !named {
            return None;
        }
        read.push(Told {
            id: Some(said.id),
            play: Some(said.play_id),
            subject,
            channel,
            at,
            position_ms,
            what: Cow::Owned(what(said, sender).ok()?),
            who: sender.who,
        });
    }
    Some(read)
}

/// What is left to the other.
struct Odd;

/// A number that may be missing, and may not be wrong.
fn whole(number: Option<f64>, most: u32) -> Result<Option<u32>, Odd> {
    let read = number.map(|number| parse::whole(number, most).ok_or(Odd));
    read.transpose()
}

fn needed(number: Option<f64>, most: u32) -> Result<u32, Odd> {
    whole(number, most)?.ok_or(Odd)
}

/// Errors and advertisements are few.
fn what(said: &Said<'_>, sender: Sender<'_>) -> Result<What, Odd> {
    Ok(match said.kind {
        "play" => What::Play {
            referrer: match said.referrer {
                Some(from) if from.len() > TEXT_MAX => return Err(Odd),
                from => from.map(|from| who::referrer(from, sender.host)),
            },
        },
        "first_frame" => What::FirstFrame {
            startup_ms: needed(said.startup_ms, STARTUP_MAX)?,
        },
        "heartbeat" => What::Heartbeat(Heartbeat {
            watched: match &said.watched {
                Some(list) if list.len() > STRETCHES_MAX => return Err(Odd),
                Some(list) => list
                    .iter()
                    .map(|(from, to)| parse::stretch(*from, *to).ok_or(Odd))
                    .collect::<Result<_, _>>()?,
                None => Vec::new(),
            },
            bitrate_bps: whole(said.bitrate_bps, BITRATE_MAX)?,
            height: whole(said.height, HEIGHT_MAX)?,
            dropped_frames: whole(said.dropped_frames, DROPPED_MAX)?.unwrap_or(0),
            live_latency_ms: whole(said.live_latency_ms, LATENCY_MAX)?,
        }),
        "quality_change" => What::QualityChange {
            height: needed(said.height, HEIGHT_MAX)?,
            bitrate_bps: whole(said.bitrate_bps, BITRATE_MAX)?,
        },
        "stall" => What::Stall {
            duration_ms: needed(said.duration_ms, WAIT_MAX)?,
        },
        "seek" => What::Seek {
            duration_ms: whole(said.duration_ms, WAIT_MAX)?,
        },
        "complete" => What::Complete,
        _ => return Err(Odd),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::{Value, json};

    use super::*;
    use crate::event::Event;
    use crate::who::Who;

    const NOW: i64 = 1_800_000_000_000_000;
    const VIDEO: &str = "video_01h455vb4pex5vsknk084sn02q";

    fn who() -> Who {
        Who {
            viewer: Some("0011223344556677".into()),
            device: "desktop".into(),
            network: Some("203.0.113.0/24".into()),
            ..Who::default()
        }
    }

    fn sender(who: &Who) -> Sender<'_> {
        Sender {
            who,
            host: Some("films.example"),
            now: NOW,
        }
    }

    /// Both ways of reading it; what the quick one yields is what it writes, read again.
    fn both(body: &[u8]) -> (Option<Vec<Event>>, Option<Vec<Event>>) {
        let who = who();
        let quick = batch(body, sender(&who)).map(|told| {
            let written = told.iter().map(|told| serde_json::to_vec(told).unwrap());
            written
                .map(|event| serde_json::from_slice(&event).unwrap())
                .collect()
        });
        (quick, parse::batch(body, sender(&who)).ok())
    }

    #[test]
    fn what_players_send_is_read_the_quick_way() {
        let event = |kind: &str, more: Value| {
            let mut event = json!({ "id": kind, "type": kind, "play_id": "p", "video_id": VIDEO });
            let fields = event.as_object_mut().unwrap();
            fields.extend(more.as_object().unwrap().clone());
            event
        };
        let events = json!({ "events": [
            event("play", json!({ "referrer": "https://www.example.org/x" })),
            event("first_frame", json!({ "startup_ms": 812.4 })),
            event("heartbeat", json!({ "watched": [[0, 10], [10.0, 12.5]], "position": 12.5,
                "height": 720, "bitrate_bps": 2_400_000, "at": "2027-01-15T07:59:00Z",
                "dropped_frames": 3, "live_latency_ms": null })),
            event("quality_change", json!({ "height": 480 })),
            event("stall", json!({ "duration_ms": 900, "channel_id": "channel_01h455vb4pex5vsknk084sn02q" })),
            event("seek", json!({ "from": 3 })),
            event("complete", json!({})),
        ] });
        let (quick, slow) = both(&serde_json::to_vec(&events).unwrap());
        assert_eq!(quick.unwrap(), slow.unwrap());
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_other() {
        for event in [
            r#"{"id":"e","type":"error","fatal":false,"play_id":"p","video_id":"VIDEO"}"#,
            r#"{"id":"\u0065","type":"complete","play_id":"p","video_id":"VIDEO"}"#,
            r#"{"id":"e","id":"f","type":"complete","play_id":"p","video_id":"VIDEO"}"#,
        ] {
            let body = format!("{{\"events\":[{}]}}", event.replace("VIDEO", VIDEO));
            let (quick, slow) = both(body.as_bytes());
            assert_eq!(quick, None, "{event}");
            assert_eq!(slow.unwrap().len(), 1, "{event}");
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-10_i64..2_000_000_000).prop_map(Value::from),
            (-1.0_f64..5_000_000.0).prop_map(Value::from),
            select(vec![
                "",
                "play",
                "heartbeat",
                "stall",
                "p 1",
                "p\n",
                "2027-01-15T07:59:00Z",
                "2020-01-15T07:59:00Z",
                VIDEO,
                "channel_01h455vb4pex5vsknk084sn02q",
            ])
            .prop_map(Value::from),
            proptest::collection::vec(
                proptest::collection::vec((0_u32..2000).prop_map(Value::from), 0..4)
                    .prop_map(Value::from),
                0..3
            )
            .prop_map(Value::from),
        ]
    }

    proptest! {
        /// Whatever the quick one takes, the other takes for the same.
        #[test]
        fn both_ways_are_one(
            kind in select(vec!["play", "first_frame", "heartbeat", "quality_change", "stall", "seek", "complete", "error", "ad"]),
            fields in proptest::collection::vec((select(vec![
                "id", "type", "play_id", "video_id", "stream_id", "channel_id", "at", "position",
                "referrer", "startup_ms", "watched", "height", "bitrate_bps", "dropped_frames",
                "live_latency_ms", "duration_ms", "fatal", "beacon", "other",
            ]), value()), 0..4),
        ) {
            let mut event = json!({ "id": "e", "type": kind, "play_id": "p", "video_id": VIDEO,
                "startup_ms": 9, "duration_ms": 5, "height": 720 });
            for (field, value) in fields {
                event[field] = value;
            }
            let body = serde_json::to_vec(&json!({ "events": [event] })).unwrap();
            let (quick, slow) = both(&body);
            if quick.is_some() {
                prop_assert_eq!(quick, slow);
            }
        }

        #[test]
        fn any_bytes_are_read_or_left(body: Vec<u8>) {
            let who = who();
            let _ = batch(&body, sender(&who));
        }
    }
}
