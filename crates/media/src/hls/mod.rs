//! HTTP Live Streaming playlists (RFC 8216 and its successor draft-pantos-hls-rfc8216bis).

mod attributes;
mod live;
mod live_master;
mod media;
mod multivariant;
pub mod read;
mod signals;

pub(crate) use live::rfc3339;
pub use live::{LiveBreak, LivePart, LivePlaylist, LiveSegment, Report};
pub use live_master::{LiveAudio, LiveMaster, LiveRung, LiveVideo};
pub use media::{Segments, iframe_playlist, image_playlist, media_playlist, subtitle_playlist};
pub use multivariant::multivariant;

/// The media type of playlists (RFC 8216 §4).
pub const CONTENT_TYPE: &str = "application/vnd.apple.mpegurl";

/// `EXT-X-MAP` in playlists with whole segments needs 6, and what else is written here no more
/// than 7 (RFC 8216bis §7).
const VERSION: u32 = 7;

#[cfg(test)]
pub(crate) mod tests;
