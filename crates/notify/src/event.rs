//! What happens.

use serde_json::Value;

/// What others may be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// A stream is on the air.
    StreamStarted,
    /// A stream is over.
    StreamEnded,
    /// A stream is announced. Programs are not told.
    StreamScheduled,
    /// The recording of a broadcast can be watched.
    RecordingReady,
    /// A video is in the library.
    VideoCreated,
    /// A video can be watched by everybody.
    VideoPublished,
    /// A video is gone.
    VideoDeleted,
    /// A service level is missed.
    LevelMissed,
    /// A service level is met again.
    LevelMet,
}

impl EventKind {
    /// Those that programs are told of.
    pub const ALL: [Self; 8] = [
        Self::StreamStarted,
        Self::StreamEnded,
        Self::RecordingReady,
        Self::VideoCreated,
        Self::VideoPublished,
        Self::VideoDeleted,
        Self::LevelMissed,
        Self::LevelMet,
    ];

    /// The word that is kept and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StreamStarted => "stream.started",
            Self::StreamEnded => "stream.ended",
            Self::StreamScheduled => "stream.scheduled",
            Self::RecordingReady => "recording.ready",
            Self::VideoCreated => "video.created",
            Self::VideoPublished => "video.published",
            Self::VideoDeleted => "video.deleted",
            Self::LevelMissed => "level.missed",
            Self::LevelMet => "level.met",
        }
    }

    /// The kind of this name, if programs are told of it.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Something that has happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// The id of what it happened to.
    pub subject: String,
    /// When (UTC microseconds). With another instant it is another event.
    pub at: i64,
    /// What is told of it. Never a secret.
    pub data: Value,
}
