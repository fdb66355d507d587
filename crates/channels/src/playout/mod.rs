//! From slots to playlists: which segments are on the air, and how players are told.
//!
//! A playlist is a function of the strips, the track and the instant. The media sequence number of
//! a segment and its discontinuity number stand in its slot: both are sums over everything before,
//! carried from slot to slot and kept with each revision's state. They are the same in every track, because
//! every track has the same segments, and on every node, because every node has the same slots.
//! Finding the window is two binary searches; writing it fills a buffer that the caller reuses.

mod dash;
mod master;
mod media;
mod pieces;
mod reel;
mod sources;
pub(crate) mod text;

pub use dash::DashWriter;
pub use master::multivariant;
pub use media::{Cues, MediaWriter};
pub use pieces::Piece;
pub use reel::{MAX_LISTED, Reel, Shape, View};
pub use sources::{Track, track};

/// The media type of playlists.
pub const HLS: &str = "application/vnd.apple.mpegurl";

/// Names of what is made rather than stored, below the root of all media.
pub mod names {
    /// Silence in the channel's form is below `silence/{sample_rate}-{channels}`: `init.mp4`, and
    /// segments `{start}-{duration}.m4s`, both in milliseconds: the time within the item at which
    /// it begins, and how long it is, as the pictures beside it.
    pub const SILENCE: &str = "silence";
    /// A WebVTT file without cues.
    pub const EMPTY_SUBTITLES: &str = "empty.vtt";
}
