//! FLV tags as RTMP and FLV files carry them: the classic ones (Adobe FLV 10.1, Annex E) and
//! those of Enhanced RTMP v2 (HEVC, AV1, Opus, several tracks, finer timestamps).
//!
//! [`Reader`] cuts a stream of bytes into [`Tag`]s; [`video`] and [`audio`] say what the body of
//! a tag is. Nothing is decoded and nothing copied: frames are slices of what came in.
//! [`config_tag`] and [`frame_tag`] write such bodies.

mod audio;
mod extension;
mod reader;
#[cfg(test)]
mod tests;
mod video;
mod write;

use bytes::Bytes;

pub use audio::audio;
pub use reader::{MAX_TAG_SIZE, Reader, Tag, TagKind};
pub use video::video;
pub use write::{config_tag, frame_tag};

use crate::codec::Codec;

/// The most tracks that one tag may carry; further ones are refused.
pub const MAX_TRACKS: usize = 8;

/// What a tag carries for one track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// The track; 0 where a stream has but one.
    pub track: u8,
    /// How it is coded.
    pub codec: Codec,
    /// What it is.
    pub content: Content,
    /// Nanoseconds to be added to the timestamp of the tag, less than a millisecond.
    pub offset_ns: u32,
}

/// The content of a [`Packet`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The decoder configuration: `avcC`, `hvcC`, `av1C`, an AudioSpecificConfig, an `OpusHead`.
    /// Sent again whenever it pleases the encoder: compare before believing in a change.
    Config(Bytes),
    /// A coded frame.
    Frame(Frame),
    /// The encoder says that the track ends here.
    End,
}

/// A coded frame, of pictures or of sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its bytes: NAL units with lengths, an AV1 temporal unit, a raw audio frame.
    pub data: Bytes,
    /// Presentation time minus decoding time, in milliseconds.
    pub composition_ms: i32,
    /// Whether decoding can begin here.
    pub sync: bool,
}
