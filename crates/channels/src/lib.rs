//! 24/7 linear channels, as pure functions.
//!
//! A channel is a function of its [definition](definition::Channel), a [snapshot of the
//! library](library::Snapshot) and the clock. This crate is that function and nothing else: no
//! I/O, no async, no database, no clock of its own. Instants come in as UTC milliseconds, and what
//! comes out are slots, playlists and guides, the same on every node and after every restart.
//!
//! ```
//! use std::sync::Arc;
//! use matinee_channels::{
//!     definition::Channel, library::Snapshot, playout::{Reel, Shape}, schedule::Timeline,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let channel: Channel =
//!     serde_json::from_str(r#"{"number": 1, "name": "Comedy", "rules": {"tags": ["comedy"]}}"#)?;
//! let library = Arc::new(Snapshot::new(0, Vec::new())); // the videos that are ready
//! let timeline = Timeline::begin("channel_1", Arc::new(channel), library, 0)?;
//!
//! let now = 3_600_000;
//! let strips = timeline.strips(now - 120_000, now + 120_000)?;
//! let reel = Reel::new(strips.into_iter().map(Arc::new).collect())?;
//! let format = &timeline.revision(now).channel.format;
//! let view = reel.view(now, Shape::Live { window_ms: 0 }, format)?;
//! assert!(view.end <= now && view.next_change > Some(now));
//! # Ok(())
//! # }
//! ```
//!
//! # The rooms
//!
//! - [`definition`]: what a channel is, as JSON; [validation](definition::Channel::validate) with
//!   the path of each field, and a [review](definition::Channel::review) against a library.
//! - [`library`]: the snapshot; items with their segments and what rules ask about, indexed.
//! - [`schedule`]: definition, library and [`State`](schedule::State) to slots; days, edits,
//!   previews, and how all of it is kept.
//! - [`playout`]: slots and an instant to HLS and DASH; live, start-over, catch-up, +1.
//! - [`guide`]: the same slots for people: listings, now and next, XMLTV, M3U.
//! - [`verify`]: reads the playlists of the coming days back and holds them against the guide.
//!
//! # How a server uses it
//!
//! It keeps, for each channel, the revisions of its [`Timeline`](schedule::Timeline), appends one
//! at an edit, one a day for what is new in the library ([`renew`](schedule::Timeline::renew)), and
//! a [checkpoint](schedule::Timeline::checkpoint) when neither came for some days. A channel that
//! nobody watches is no more than that: a definition and a state. For one that somebody watches
//! it keeps the [`Reel`](playout::Reel) of its window until the last strip nears its end. Each
//! request is then [`view`](playout::Reel::view), an entity tag, and, if that is new to the
//! client, [`write`](playout::MediaWriter::write) into a buffer that is used again. What has aired is
//! kept as [`StoredStrip`](schedule::StoredStrip)s, from which catch-up is served even after
//! the library has changed.
//!
//! What it must serve beside the library's own media: the [slate](library::SLATE), the
//! [silence and the empty subtitles](playout::names), and the segments of broadcasts that take
//! over, cut on the grid of their item.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod definition;
mod error;
pub mod guide;
pub mod library;
pub mod playout;
#[cfg(test)]
mod properties;
pub mod schedule;
pub mod seed;
#[cfg(test)]
mod testing;
pub mod time;
pub mod verify;

pub use error::{ChannelError, Problem, Result};
