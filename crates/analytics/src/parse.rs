//! Batches of events as clients send them: bounded, and judged field by field.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::event::{Event, Heartbeat, What};
use crate::showings::OWN;
use crate::who::{self, Who};
use crate::{AnalyticsError, Fault, Result};

/// The most events in one batch.
pub const BATCH_MAX: usize = 500;
/// The largest batch in bytes.
pub const BATCH_BYTES_MAX: usize = 512 << 10;
/// The most faults that are told of one batch.
const FAULTS_MAX: usize = 20;
/// The longest identifier.
const ID_MAX: usize = 64;
/// The longest other text.
pub(crate) const TEXT_MAX: usize = 2000;
/// The most stretches that a heartbeat may tell of, and how long each may be.
pub(crate) const STRETCHES_MAX: usize = 60;
const STRETCH_MAX_S: f64 = 900.0;
/// The longest video that an event may speak of: 40 days.
const POSITION_MAX_S: f64 = 40.0 * 86_400.0;
/// The most of each number.
pub(crate) const STARTUP_MAX: u32 = 600_000;
pub(crate) const WAIT_MAX: u32 = 3_600_000;
pub(crate) const BITRATE_MAX: u32 = 1_000_000_000;
pub(crate) const HEIGHT_MAX: u32 = 20_000;
pub(crate) const DROPPED_MAX: u32 = 1_000_000;
pub(crate) const LATENCY_MAX: u32 = 86_400_000;
/// How long an event may be under way.
const AGE_MAX: i64 = 30 * 86_400 * 1_000_000;

/// By whom a batch was sent, and when it came.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    /// What is kept of them.
    pub who: &'a Who,
    /// Our own host, as referrers would name it.
    pub host: Option<&'a str>,
    /// Now (UTC microseconds).
    pub now: i64,
}

/// Reads `{"events": [...]}`. All of them are accepted, or none: the faults name
/// the event's place in the batch and its field.
pub fn batch(body: &[u8], sender: Sender<'_>) -> Result<Vec<Event>> {
    let refuse = |field: &str, reason: &str| {
        AnalyticsError::Invalid(vec![Fault {
            field: field.to_owned(),
            reason: reason.to_owned(),
        }])
    };
    if body.len() > BATCH_BYTES_MAX {
        return Err(refuse("events", "must be at most 512 KiB together"));
    }
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| refuse("body", &format!("is not JSON: {error}")))?;
    let events = match value {
        Value::Object(mut object) => object.remove("events"),
        _ => None,
    };
    let Some(Value::Array(events)) = events else {
        return Err(refuse("events", "must be a list of events"));
    };
    if events.is_empty() || events.len() > BATCH_MAX {
        return Err(refuse("events", "must be from 1 to 500 events"));
    }
    let mut faults = Vec::new();
    let mut read = Vec::with_capacity(events.len());
    for (index, event) in events.iter().enumerate() {
        match one(event, sender) {
            Ok(event) => read.push(event),
            Err((field, reason)) => {
                let dot = if field.is_empty() { "" } else { "." };
                faults.push(Fault {
                    field: format!("events[{index}]{dot}{field}"),
                    reason,
                });
                if faults.len() == FAULTS_MAX {
                    break;
                }
            }
        }
    }
    if faults.is_empty() {
        Ok(read)
    } else {
        Err(AnalyticsError::Invalid(faults))
    }
}

type Field<T> = std::result::Result<T, (String, String)>;

fn wrong<T>(field: &str, reason: &str) -> Field<T> {
    Err((field.to_owned(), reason.to_owned()))
}

fn one(value: &Value, sender: Sender<'_>) -> Field<Event> {
    let Value::Object(fields) = value else {
        return wrong("", "must be an object");
    };
    let id = name(fields, "id")?;
    let play = name(fields, "play_id")?;
    let channel = text(fields, "channel_id")?
        .map(|channel| subject("channel_id", "channel", channel))
        .transpose()?;
    let (subject, channel) = match (text(fields, "video_id")?, text(fields, "stream_id")?) {
        (Some(video), None) => (subject("video_id", "video", video)?, channel),
        (None, Some(stream)) => (subject("stream_id", "stream", stream)?, channel),
        (None, None) => match channel {
            Some(channel) => (channel, None),
            None => return wrong("video_id", "stream_id or channel_id must be given"),
        },
        (Some(_), Some(_)) => return wrong("stream_id", "must not be given beside video_id"),
    };
    Ok(Event {
        id: Some(id),
        play: Some(play),
        subject,
        channel,
        item: None,
        at: instant(fields, sender.now)?,
        position_ms: seconds(fields, "position")?,
        what: what(fields, sender)?,
        who: sender.who.clone(),
    })
}

fn what(fields: &Map<String, Value>, sender: Sender<'_>) -> Field<What> {
    let kind = text(fields, "type")?.unwrap_or_default();
    Ok(match kind {
        "play" => What::Play {
            referrer: text(fields, "referrer")?.map(|from| who::referrer(from, sender.host)),
        },
        "first_frame" => What::FirstFrame {
            startup_ms: needed(fields, "startup_ms", STARTUP_MAX)?,
        },
        "heartbeat" => What::Heartbeat(Heartbeat {
            watched: stretches(fields)?,
            bitrate_bps: number(fields, "bitrate_bps", BITRATE_MAX)?,
            height: number(fields, "height", HEIGHT_MAX)?,
            dropped_frames: number(fields, "dropped_frames", DROPPED_MAX)?.unwrap_or(0),
            live_latency_ms: number(fields, "live_latency_ms", LATENCY_MAX)?,
        }),
        "quality_change" => What::QualityChange {
            height: needed(fields, "height", HEIGHT_MAX)?,
            bitrate_bps: number(fields, "bitrate_bps", BITRATE_MAX)?,
        },
        "stall" => What::Stall {
            duration_ms: needed(fields, "duration_ms", WAIT_MAX)?,
        },
        "seek" => What::Seek {
            duration_ms: number(fields, "duration_ms", WAIT_MAX)?,
        },
        "error" => {
            for said in ["code", "message"] {
                text(fields, said)?;
            }
            What::Error {
                fatal: match fields.get("fatal") {
                    Some(Value::Bool(fatal)) => *fatal,
                    _ => return wrong("fatal", "must be true or false"),
                },
            }
        }
        "complete" => What::Complete,
        "ad" => What::Ad {
            beacon: beacon(fields)?,
            ad: match fields.get("ad_id") {
                None | Some(Value::Null) => None,
                Some(_) => Some(ad(name(fields, "ad_id")?)?),
            },
            showing: None,
            length_ms: number(fields, "duration_ms", WAIT_MAX)?,
        },
        _ => {
            return wrong(
                "type",
                "must be play, first_frame, heartbeat, quality_change, stall, seek, error, complete or ad",
            );
        }
    })
}

/// A text that is not endless, if it is there.
fn text<'a>(fields: &'a Map<String, Value>, field: &str) -> Field<Option<&'a str>> {
    match fields.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.len() <= TEXT_MAX => Ok(Some(text)),
        Some(_) => wrong(field, "must be a text of at most 2000 characters"),
    }
}

/// An identifier of the client's own.
fn name(fields: &Map<String, Value>, field: &str) -> Field<String> {
    let reason = "must be 1 to 64 printable characters without spaces";
    match fields.get(field) {
        Some(Value::String(text)) if is_name(text) => Ok(text.clone()),
        _ => wrong(field, reason),
    }
}

pub(crate) fn is_name(text: &str) -> bool {
    (1..=ID_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

/// What of an advertisement was seen, as VAST calls it (section 3.14 of VAST 4.2), in the words of
/// this API; nothing else, so that there are only so many counts.
const BEACONS: [&str; 15] = [
    "impression",
    "start",
    "first_quartile",
    "midpoint",
    "third_quartile",
    "complete",
    "click",
    "skip",
    "mute",
    "unmute",
    "pause",
    "resume",
    "close",
    "error",
    "other",
];

fn beacon(fields: &Map<String, Value>) -> Field<String> {
    let said = name(fields, "beacon")?;
    if BEACONS.contains(&said.as_str()) {
        Ok(said)
    } else {
        Err((
            "beacon".to_owned(),
            format!("must be one of {}", BEACONS.join(", ")),
        ))
    }
}

/// An advertisement's name. Of this server's own only those tell who have its tokens.
fn ad(named: String) -> Field<String> {
    if named.starts_with(OWN) {
        let reason = format!("must not begin with {OWN}: POST /api/ads/events takes those");
        return wrong("ad_id", &reason);
    }
    Ok(named)
}

/// An identifier of ours.
fn subject(field: &str, prefix: &str, text: &str) -> Field<String> {
    match matinee_engines::id::Id::parse(prefix, text) {
        Ok(id) => Ok(id.to_string()),
        Err(_) => Err((
            field.to_owned(),
            format!("must be an id such as {prefix}_01j…"),
        )),
    }
}

/// A whole number from 0 on, if it is there. Players say `812.4` for milliseconds.
fn number(fields: &Map<String, Value>, field: &str, most: u32) -> Field<Option<u32>> {
    let value = match fields.get(field) {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_f64(),
    };
    match value.and_then(|number| whole(number, most)) {
        Some(number) => Ok(Some(number)),
        None => Err((
            field.to_owned(),
            format!("must be a number from 0 to {most}"),
        )),
    }
}

pub(crate) fn whole(number: f64, most: u32) -> Option<u32> {
    let sound = (0.0..=f64::from(most)).contains(&number);
    sound.then(|| rounded(number))
}

fn needed(fields: &Map<String, Value>, field: &str, most: u32) -> Field<u32> {
    match number(fields, field, most)? {
        Some(number) => Ok(number),
        None => Err((
            field.to_owned(),
            format!("must be a number from 0 to {most}"),
        )),
    }
}

/// Seconds as milliseconds.
fn seconds(fields: &Map<String, Value>, field: &str) -> Field<Option<u32>> {
    match fields.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_f64().and_then(millis) {
            Some(ms) => Ok(Some(ms)),
            None => wrong(field, "must be a number of seconds, from 0 to 40 days"),
        },
    }
}

pub(crate) fn millis(seconds: f64) -> Option<u32> {
    let sound = (0.0..=POSITION_MAX_S).contains(&seconds);
    sound.then(|| rounded(seconds * 1000.0))
}

fn rounded(number: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "callers have checked the range"
    )]
    let whole = number.round() as u32;
    whole
}

fn stretches(fields: &Map<String, Value>) -> Field<Vec<(u32, u32)>> {
    let reason = "must be at most 60 pairs of seconds [from, to], each of 15 minutes at most";
    let list = match fields.get("watched") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(list)) if list.len() <= STRETCHES_MAX => list,
        Some(_) => return wrong("watched", reason),
    };
    let mut read = Vec::with_capacity(list.len());
    for pair in list {
        let ends = pair.as_array().map(|ends| ends.iter().map(Value::as_f64));
        let ends: Option<Vec<f64>> = ends.and_then(Iterator::collect);
        let pair = match ends.as_deref() {
            Some([from, to]) => stretch(*from, *to),
            _ => None,
        };
        match pair {
            Some(pair) => read.push(pair),
            None => return wrong("watched", reason),
        }
    }
    Ok(read)
}

pub(crate) fn stretch(from: f64, to: f64) -> Option<(u32, u32)> {
    let sound = from >= 0.0 && from <= to && to <= POSITION_MAX_S && to - from <= STRETCH_MAX_S;
    sound.then(|| (rounded(from * 1000.0), rounded(to * 1000.0)))
}

/// When: now without a word, and for clocks that are fast.
fn instant(fields: &Map<String, Value>, now: i64) -> Field<i64> {
    let reason = "must be an instant of the last 30 days, such as 2026-11-01T20:15:00Z";
    let Some(said) = text(fields, "at")? else {
        return Ok(now);
    };
    match when(said, now) {
        Some(at) => Ok(at),
        None => wrong("at", reason),
    }
}

pub(crate) fn when(said: &str, now: i64) -> Option<i64> {
    let at = said.parse::<Timestamp>().ok()?.as_microsecond().min(now);
    (now - at <= AGE_MAX).then_some(at)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    const VIDEO: &str = "video_01h455vb4pex5vsknk084sn02q";
    const NOW: i64 = 1_800_000_000_000_000;

    fn read(events: &Value) -> Result<Vec<Event>> {
        let who = Who::default();
        let sender = Sender {
            who: &who,
            host: None,
            now: NOW,
        };
        batch(
            &serde_json::to_vec(&json!({ "events": events })).unwrap(),
            sender,
        )
    }

    fn fault(events: &Value) -> String {
        match read(events) {
            Err(AnalyticsError::Invalid(faults)) => faults[0].field.clone(),
            other => panic!("{other:?}"),
        }
    }

    fn with(field: &str, value: Value) -> Value {
        let mut event = json!({ "id": "e", "play_id": "p", "video_id": VIDEO, "type": "heartbeat",
            "watched": [[0, 10.5]], "position": 10.5, "height": 720 });
        event[field] = value;
        event
    }

    #[test]
    fn an_event_is_read() {
        let events = read(&json!([with("at", json!("2020-01-01T00:00:00Z"))]));
        assert!(events.is_err(), "too old");
        let event = read(&json!([with("dropped_frames", json!(2.0))]))
            .unwrap()
            .remove(0);
        assert_eq!((event.at, event.position_ms), (NOW, Some(10_500)));
        assert_eq!(
            event.what,
            What::Heartbeat(Heartbeat {
                watched: vec![(0, 10_500)],
                height: Some(720),
                dropped_frames: 2,
                ..Heartbeat::default()
            })
        );
    }

    #[rstest]
    #[case("id", json!(""), "events[1].id")]
    #[case("id", json!("x".repeat(65)), "events[1].id")]
    #[case("play_id", json!(7), "events[1].play_id")]
    #[case("video_id", json!("video_1"), "events[1].video_id")]
    #[case("stream_id", json!("stream_01h455vb4pex5vsknk084sn02q"), "events[1].stream_id")]
    #[case("type", json!("dance"), "events[1].type")]
    #[case("at", json!("yesterday"), "events[1].at")]
    #[case("position", json!(-1), "events[1].position")]
    #[case("watched", json!([[9, 3]]), "events[1].watched")]
    #[case("watched", json!([[0, 5000]]), "events[1].watched")]
    #[case("watched", json!([1, 2]), "events[1].watched")]
    #[case("height", json!("tall"), "events[1].height")]
    fn faults_name_the_event_and_its_field(
        #[case] field: &str,
        #[case] value: Value,
        #[case] named: &str,
    ) {
        assert_eq!(
            fault(&json!([with("height", json!(1)), with(field, value)])),
            named
        );
    }

    #[rstest]
    #[case(json!([]), "events")]
    #[case(json!(7), "events")]
    #[case(json!([7]), "events[0]")]
    #[case(json!([with("type", json!("stall"))]), "events[0].duration_ms")]
    #[case(json!([with("type", json!("error"))]), "events[0].fatal")]
    fn what_is_no_batch_is_refused(#[case] events: Value, #[case] named: &str) {
        assert_eq!(fault(&events), named);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(body: Vec<u8>) {
            let who = Who::default();
            let _ = batch(&body, Sender { who: &who, host: None, now: NOW });
        }
    }
}
