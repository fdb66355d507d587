//! Events: what players tell, as it is kept in the log.

use serde::{Deserialize, Serialize};

use crate::who::Who;

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum What {
    /// Somebody wants to watch.
    Play {
        /// The host of the page that led here, `direct` or `internal`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ad: Option<String>,
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

/// What was watched since the last.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// Stretches of the video in milliseconds.
    pub watched: Vec<(u32, u32)>,
    /// In bits per second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bitrate_bps: Option<u32>,
    /// In lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Pictures that were not shown.
    #[serde(default)]
    pub dropped_frames: u32,
    /// Behind what is on the air.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live_latency_ms: Option<u32>,
}

/// What CMCD says beside a request for media.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Requested {
    /// How much of the video it is; 0 if it is no picture.
    pub duration_ms: u32,
    /// In bits per second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bitrate_bps: Option<u32>,
    /// What the player has in its buffer.
    #[serde(default)]
    pub buffered_ms: u32,
    /// Whether it stood still since the last request.
    #[serde(default)]
    pub starved: bool,
    /// For how long.
    #[serde(default)]
    pub starved_ms: u32,
    /// How long it took to begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub startup_ms: Option<u32>,
    /// Behind what is on the air.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live_latency_ms: Option<u32>,
    /// Pictures that were not shown.
    #[serde(default)]
    pub dropped_frames: u32,
    /// Whether the player has given up.
    #[serde(default)]
    pub failed: bool,
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

impl What {
    /// Whether it belongs to no play.
    pub fn is_apart(&self) -> bool {
        self.counted().is_some() && !matches!(self, Self::Ad { .. })
    }

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
