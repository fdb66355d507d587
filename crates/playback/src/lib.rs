//! Everything that carries a video to a player.
//!
//! * [`Playback`] answers for every address under `/media/`: playlists and
//!   manifests ([`MediaPath`]), segments, images and subtitles, as an
//!   [`Asset`] that knows its type, tag and how long it may be kept.
//! * A segment is a range of a rendition's file, or is put together from the
//!   samples inside the upload; those that many people want stay in memory.
//! * [`progress`] keeps everybody's place.
//! * [`http`] holds the rules of ranges and conditional requests.
//!
//! Nothing here writes an HTTP response: that is left to the crate above.

pub mod asset;
mod document;
mod documents;
mod error;
pub mod gate;
mod hot;
pub mod http;
mod listing;
mod media;
mod meters;
mod migrations;
mod options;
mod path;
mod presentation;
mod presentations;
pub mod progress;
mod progressive;
mod service;
mod tracks;
pub mod view;

pub use asset::{Asset, Caching, Content};
pub use error::{PlaybackError, Result};
pub use gate::Grant;
pub use media::MediaRequest;
pub use migrations::migrations;
pub use options::{Handoff, PlaybackOptions};
pub use path::{CaptionPath, MediaPart, MediaPath, RenditionFile, SubtitleFile};
pub use presentation::Presentation;
pub use progressive::StreamRequest;
pub use service::Playback;
