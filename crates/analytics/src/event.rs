//! Events: what players tell, as it is kept in the log.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::who::Who;

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", try_from = "Flat")]
pub enum What {
    /// Somebody wants to watch.
    Play {
        /// The host of the page that led here, `direct` or `internal`.
        #[serde(skip_serializing_if = "Option::is_none")]
        referrer: Option<String>,
    },
    /// The first picture is there.
    FirstFrame {
        /// Since the wish to watch, in milliseconds.
        startup_ms: u32,
    },
    /// Somebody watches.
    Heartbeat(Heartbeat),
    /// Another rung is played.
    QualityChange {
        /// In lines.
        height: u32,
        /// In bits per second.
        #[serde(skip_serializing_if = "Option::is_none")]
        bitrate_bps: Option<u32>,
    },
    /// The picture stood still, and goes on.
    Stall {
        /// For so long.
        duration_ms: u32,
    },
    /// Somebody went elsewhere in it.
    Seek {
        /// Until the picture moved again.
        #[serde(skip_serializing_if = "Option::is_none")]
        duration_ms: Option<u32>,
    },
    /// Something failed.
    Error {
        /// Whether nothing could be watched after it.
        fatal: bool,
    },
    /// It was watched to its end.
    Complete,
    /// Somebody was shown an advertisement, or a part of it.
    Ad {
        /// Which part, such as `impression` or `first_quartile`.
        beacon: String,
        /// Which advertisement.
        #[serde(skip_serializing_if = "Option::is_none")]
        ad: Option<String>,
        /// Which showing of it; the play's unless given.
        #[serde(skip_serializing_if = "Option::is_none")]
        showing: Option<String>,
        /// How long it is, if that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        length_ms: Option<u32>,
    },
    /// A video has come into the library.
    VideoUploaded,
    /// Somebody wrote in the chat of a stream.
    ChatMessage,
    /// Somebody likes it.
    Like,
    /// Where somebody is, as they report it to find their place again.
    Progress {
        /// In milliseconds.
        position_ms: u32,
    },
    /// A segment was asked for, with CMCD.
    Requested(Requested),
}

/// All fields of all kinds. What is read into this is read once; a tagged enumeration is first
/// made a tree of, which costs as much again for each event.
#[derive(Deserialize)]
struct Flat {
    #[serde(rename = "type")]
    kind: Kind,
    referrer: Option<String>,
    startup_ms: Option<u32>,
    watched: Option<Vec<(u32, u32)>>,
    bitrate_bps: Option<u32>,
    height: Option<u32>,
    dropped_frames: Option<u32>,
    live_latency_ms: Option<u32>,
    duration_ms: Option<u32>,
    fatal: Option<bool>,
    beacon: Option<String>,
    ad: Option<String>,
    showing: Option<String>,
    length_ms: Option<u32>,
    position_ms: Option<u32>,
    buffered_ms: Option<u32>,
    starved: Option<bool>,
    starved_ms: Option<u32>,
    failed: Option<bool>,
    state: Option<char>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Play,
    FirstFrame,
    Heartbeat,
    QualityChange,
    Stall,
    Seek,
    Error,
    Complete,
    Ad,
    VideoUploaded,
    ChatMessage,
    Like,
    Progress,
    Requested,
}

impl TryFrom<Flat> for What {
    type Error = &'static str;

    fn try_from(read: Flat) -> Result<Self, &'static str> {
        Ok(match read.kind {
            Kind::Play => Self::Play {
                referrer: read.referrer,
            },
            Kind::FirstFrame => Self::FirstFrame {
                startup_ms: read.startup_ms.ok_or("startup_ms is missing")?,
            },
            Kind::Heartbeat => Self::Heartbeat(Heartbeat {
                watched: read.watched.ok_or("watched is missing")?,
                bitrate_bps: read.bitrate_bps,
                height: read.height,
                dropped_frames: read.dropped_frames.unwrap_or_default(),
                live_latency_ms: read.live_latency_ms,
            }),
            Kind::QualityChange => Self::QualityChange {
                height: read.height.ok_or("height is missing")?,
                bitrate_bps: read.bitrate_bps,
            },
            Kind::Stall => Self::Stall {
                duration_ms: read.duration_ms.ok_or("duration_ms is missing")?,
            },
            Kind::Seek => Self::Seek {
                duration_ms: read.duration_ms,
            },
            Kind::Error => Self::Error {
                fatal: read.fatal.ok_or("fatal is missing")?,
            },
            Kind::Complete => Self::Complete,
            Kind::Ad => Self::Ad {
                beacon: read.beacon.ok_or("beacon is missing")?,
                ad: read.ad,
                showing: read.showing,
                length_ms: read.length_ms,
            },
            Kind::VideoUploaded => Self::VideoUploaded,
            Kind::ChatMessage => Self::ChatMessage,
            Kind::Like => Self::Like,
            Kind::Progress => Self::Progress {
                position_ms: read.position_ms.ok_or("position_ms is missing")?,
            },
            Kind::Requested => Self::Requested(Requested {
                duration_ms: read.duration_ms.ok_or("duration_ms is missing")?,
                bitrate_bps: read.bitrate_bps,
                buffered_ms: read.buffered_ms.unwrap_or_default(),
                starved: read.starved.unwrap_or_default(),
                starved_ms: read.starved_ms.unwrap_or_default(),
                startup_ms: read.startup_ms,
                live_latency_ms: read.live_latency_ms,
                dropped_frames: read.dropped_frames.unwrap_or_default(),
                failed: read.failed.unwrap_or_default(),
                state: read.state,
            }),
        })
    }
}

/// What was watched since the last.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Heartbeat {
    /// Stretches of the video in milliseconds.
    pub watched: Vec<(u32, u32)>,
    /// In bits per second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bitrate_bps: Option<u32>,
    /// In lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Pictures that were not shown.
    pub dropped_frames: u32,
    /// Behind what is on the air.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live_latency_ms: Option<u32>,
}

/// What CMCD says beside a request for media.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Requested {
    /// How much of the video it is; 0 if it is no picture.
    pub duration_ms: u32,
    /// In bits per second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bitrate_bps: Option<u32>,
    /// What the player has in its buffer.
    pub buffered_ms: u32,
    /// Whether it stood still since the last request.
    pub starved: bool,
    /// For how long.
    pub starved_ms: u32,
    /// How long it took to begin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub startup_ms: Option<u32>,
    /// Behind what is on the air.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live_latency_ms: Option<u32>,
    /// Pictures that were not shown.
    pub dropped_frames: u32,
    /// Whether the player has given up.
    pub failed: bool,
    /// What it does (version 2): `p` plays, `r` stands still, `k` seeks, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<char>,
}

/// An event as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// By which it is applied once; none for what this program says itself,
    /// which is told once by where it lies in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// One for each press of play; none if the viewer's last is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub play: Option<String>,
    /// `video_…`, `stream_…` or `channel_…`.
    pub subject: String,
    /// `channel_…`, on which the subject is seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Of a channel: what was on. Set while it is applied, never kept.
    #[serde(skip)]
    pub item: Option<String>,
    /// When (UTC microseconds).
    pub at: i64,
    /// Where in the video, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position_ms: Option<u32>,
    /// What.
    pub what: What,
    /// By whom.
    pub who: Who,
}

/// An [`Event`] as it is written, of what lies elsewhere: the same fields under the same names.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Told<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) play: Option<&'a str>,
    pub(crate) subject: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) channel: Option<&'a str>,
    pub(crate) at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) position_ms: Option<u32>,
    pub(crate) what: Cow<'a, What>,
    pub(crate) who: &'a Who,
}

impl Event {
    pub(crate) fn told(&self) -> Told<'_> {
        Told {
            id: self.id.as_deref(),
            play: self.play.as_deref(),
            subject: &self.subject,
            channel: self.channel.as_deref(),
            at: self.at,
            position_ms: self.position_ms,
            what: Cow::Borrowed(&self.what),
            who: &self.who,
        }
    }

    /// Whether it belongs to no play.
    pub fn is_apart(&self) -> bool {
        match self.what {
            // What this server knows by itself of an advertisement.
            What::Ad { .. } => self.play.is_none(),
            _ => self.what.counted().is_some(),
        }
    }
}

impl What {
    /// Under which name it is counted by itself.
    pub fn counted(&self) -> Option<String> {
        match self {
            Self::VideoUploaded => Some("uploads".to_owned()),
            Self::ChatMessage => Some("chat_messages".to_owned()),
            Self::Like => Some("likes".to_owned()),
            Self::Ad { beacon, .. } => Some(format!("ad_{beacon}")),
            _ => None,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let requested = Requested {
            duration_ms: 4000,
            bitrate_bps: Some(3_200_000),
            buffered_ms: 12_000,
            starved: true,
            starved_ms: 350,
            startup_ms: Some(812),
            live_latency_ms: Some(2300),
            dropped_frames: 4,
            failed: true,
            state: Some('r'),
        };
        let beat = Heartbeat {
            watched: vec![(0, 10_000), (20_000, 20_500)],
            bitrate_bps: Some(900_000),
            height: Some(360),
            dropped_frames: 2,
            live_latency_ms: Some(4100),
        };
        for what in [
            What::Play { referrer: None },
            What::Play {
                referrer: Some("example.org".into()),
            },
            What::FirstFrame { startup_ms: 812 },
            What::Heartbeat(beat),
            What::Heartbeat(Heartbeat::default()),
            What::QualityChange {
                height: 480,
                bitrate_bps: Some(1),
            },
            What::Stall { duration_ms: 900 },
            What::Seek { duration_ms: None },
            What::Seek {
                duration_ms: Some(3),
            },
            What::Error { fatal: true },
            What::Complete,
            What::Ad {
                beacon: "midpoint".into(),
                ad: Some("soap".into()),
                showing: None,
                length_ms: Some(20_000),
            },
            What::Ad {
                beacon: "skip".into(),
                ad: None,
                showing: Some("break".into()),
                length_ms: None,
            },
            What::VideoUploaded,
            What::ChatMessage,
            What::Like,
            What::Progress {
                position_ms: 77_000,
            },
            What::Requested(requested),
            What::Requested(Requested::default()),
        ] {
            let text = serde_json::to_string(&what).unwrap();
            assert_eq!(serde_json::from_str::<What>(&text).unwrap(), what, "{text}");
        }
        for text in [
            r#"{"type":"dance"}"#,
            r#"{"type":"stall"}"#,
            r#"{"type":"heartbeat"}"#,
            r#"{"height":1}"#,
        ] {
            assert!(serde_json::from_str::<What>(text).is_err(), "{text}");
        }
    }
}
