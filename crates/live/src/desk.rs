//! The seam between streams, as people know them, and what is on the air.

use std::net::IpAddr;

use async_trait::async_trait;

/// Who may publish, and what becomes of it.
///
/// Whoever takes broadcasts in asks here, and tells what happens; nothing else of a stream is
/// known there.
#[async_trait]
pub trait Desk: Send + Sync {
    /// Somebody at `peer` wants to publish with this key. Asked before they get an answer, so it
    /// should take no longer than a look-up.
    async fn admit(&self, key: &str, peer: IpAddr) -> Result<Admitted, Refused>;

    /// The first part of the stream's broadcast is there: it can be watched. Said once for each
    /// broadcast, not again when an encoder comes back to it.
    async fn on_air(&self, stream_id: &str);

    /// The stream's broadcast is over. Said once for each that was on the air.
    async fn off_air(&self, stream_id: &str, why: OffAir);

    /// The sizes in which the stream's broadcast is to be had are others now.
    async fn scaled(&self, stream_id: &str) {
        let _ = stream_id;
    }

    /// An advertisement break of the stream's broadcast begins at an instant (UTC microseconds), which
    /// may be a while ahead. Said once for each.
    async fn breaks(&self, stream_id: &str, at: i64) {
        let _ = (stream_id, at);
    }

    /// Who may fetch the stream's media. Asked at each request of each viewer: answer from
    /// memory.
    async fn door(&self, stream_id: &str) -> Door {
        let _ = stream_id;
        Door::Token
    }
}

/// A permission to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The stream that the key belongs to.
    pub stream_id: String,
    /// Whether the broadcast is to be kept as a video.
    pub record: bool,
}

/// Why somebody may not publish.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No stream has this key.
    #[error("no stream has this key")]
    UnknownKey,
    /// The key is right, but not now: a sentence for whoever sits at the encoder.
    #[error("{0}")]
    NotAllowed(String),
    /// It cannot be told at the moment: try again.
    #[error("the server is busy: try again in a moment")]
    Busy,
}

/// Why a broadcast is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OffAir {
    /// The encoder said that it ends.
    Ended,
    /// The encoder vanished and did not come back.
    Vanished,
    /// Somebody stopped it here.
    Stopped,
    /// It lasted as long as a broadcast may.
    TooLong,
    /// The server stops.
    Shutdown,
}

/// Who may fetch a stream's media.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Anybody.
    Open,
    /// Whoever holds a token for it.
    Token,
    /// Whoever holds a token for it; others must not learn that it exists.
    Hidden,
}
