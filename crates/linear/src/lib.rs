//! Channels on the air: what [`matinee_channels`] works out, kept and served.
//!
//! That crate is a pure function and knows neither a database nor a clock. This one has both:
//!
//! - [`Channels`] keeps definitions, their revisions, and what was aired; it is asked for a
//!   channel as it is now, mostly from memory, and changes one in a transaction.
//! - [`library`] takes snapshots of the catalog for channels to choose from, and keeps them:
//!   a revision names the one that it was made from, so that every node makes the same schedule.
//! - [`playout`] answers for an instant: playlists and manifests, guides, what is on.
//! - [`takeover`] lets broadcasts pre-empt the schedule, and hands back.
//! - `news` takes off the air what is deleted or closed after it was chosen; `mine` makes viewers
//!   channels of their own, which are nothing but an address.
//! - [`media`] makes what stands where the library has nothing: slate, silence.
//!
//! A channel that nobody watches is a few rows. One that somebody watches has its timeline and a
//! strip of slots in memory, and loses them when nobody asks any more. There is no task for any of
//! them: one loop ([`Channels::run`]) follows what other nodes change, and looks after those whose
//! time has come.

pub mod adverts;
mod clock;
mod edit;
mod error;
pub mod guide;
mod keep;
pub mod library;
mod listing;
pub mod media;
mod migrations;
mod mine;
mod news;
pub mod playout;
mod service;
mod station;
pub mod store;
pub mod takeover;

pub use edit::{Edit, Edited, NewChannel, Wish, WishOf};
pub use error::{LinearError, Result};
pub use listing::{ChannelFilter, ChannelPage};
pub use migrations::migrations;
pub use mine::Viewer;
pub use service::{Channels, ChannelsDeps};
pub use station::Station;
pub use store::channels::Model as Channel;
pub use store::takeovers::Model as Takeover;
