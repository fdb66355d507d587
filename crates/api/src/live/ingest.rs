//! What comes in from an encoder, as its owner sees it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::AppState;
use crate::videos::view::rfc3339;

/// What comes in from an encoder, as measured over the last seconds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IngestView {
    /// `rtmp`, `rtmps`, `srt` or `whip`; `hls` of what is pulled so.
    pub protocol: &'static str,
    /// Such as `avc1.64001f` (RFC 6381); null without pictures.
    pub video_codec: Option<String>,
    /// Such as `mp4a.40.2` (RFC 6381); null without sound.
    pub audio_codec: Option<String>,
    /// In pixels.
    pub width: Option<u32>,
    /// In pixels.
    pub height: Option<u32>,
    /// Frames a second.
    pub frame_rate: Option<f64>,
    /// In kbit/s.
    pub bitrate_kbps: u64,
    /// From one key frame to the next.
    pub keyframe_interval_s: Option<f64>,
    /// Since when the encoder is there, RFC 3339.
    pub since: String,
    /// The advertisement break that the encoder has told of (SCTE 35) and that is not over; null
    /// without one.
    pub ad_break: Option<IngestBreakView>,
    /// What is not as it should be, in words.
    pub warnings: Vec<String>,
}

/// A break of a broadcast.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IngestBreakView {
    /// RFC 3339.
    pub begins_at: String,
    /// When it ends, or is meant to; null if that was not said.
    pub ends_at: Option<String>,
}

/// What comes in for a stream on this node, if anything does.
pub(super) fn view(state: &AppState, stream_id: &str) -> Option<IngestView> {
    let health = state.live.streams.health(stream_id)?;
    Some(IngestView {
        protocol: health.protocol,
        video_codec: health.video_codec,
        audio_codec: health.audio_codec,
        width: health.width,
        height: health.height,
        frame_rate: health.frame_rate,
        bitrate_kbps: health.bitrate_kbps,
        keyframe_interval_s: health.keyframe_interval_s,
        since: rfc3339(health.since),
        ad_break: health.ad_break.map(|(begins, ends)| IngestBreakView {
            begins_at: rfc3339(begins),
            ends_at: ends.map(rfc3339),
        }),
        warnings: health.warnings,
    })
}
