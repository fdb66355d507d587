//! Live broadcasting: what comes in from encoders, and what goes out to viewers at once.
//!
//! * [`desk`] is the seam between the two halves of this crate: who may publish, and what becomes
//!   of it.
//! * [`broadcast`] is what is on the air on this node, in memory: CMAF parts come in, Low-Latency
//!   HLS goes out.
//! * [`ladder`] makes smaller sizes of what is on the air.
//! * [`opus`] makes sound for WebRTC of what encoders send.
//! * [`recording`] keeps broadcasts as videos.
//! * [`rtmp`], [`srt`] and [`rtc`] take in what encoders and browsers send, and [`path`] names what
//!   players ask for.
//! * [`pull`] makes streams of what others broadcast.
//! * [`restream`] sends what is on the air on to other servers.
//! * [`stage`] is where a few people see each other by WebRTC, and are seen by everybody.
//! * [`stills`] keeps a picture of what is on the air.
//! * [`streams`] is what a broadcast is to people, [`room`] is who is there now, and [`chat`] what
//!   they say; [`questions`] and [`polls`] are for those who want to be asked.
//!
//! What a broadcast is to people (its title, its key, its chat) is apart from what it is on the
//! air: parts in memory, which know of nothing but numbers and bytes.

mod again;
pub mod broadcast;
pub mod chat;
#[cfg(test)]
#[path = "../../media/tests/support/corpus.rs"]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod corpus;
pub mod desk;
mod door;
mod error;
pub mod ladder;
#[cfg(test)]
#[path = "../tests/support/llhls.rs"]
#[expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a panic is a failed test"
)]
mod llhls;
pub mod markers;
pub mod opus;
mod pace;
pub mod path;
pub mod polls;
pub mod pull;
pub mod questions;
pub mod recording;
pub mod restream;
pub mod room;
pub mod rtc;
pub mod rtmp;
pub mod srt;
pub mod stage;
pub mod stills;
pub mod streams;
#[cfg(test)]
mod testing;

pub use error::{LiveError, Result};

/// This crate's migrations.
pub fn migrations() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {
    let mut all = streams::migrations();
    all.push(Box::new(questions::Tables));
    all.push(Box::new(polls::Tables));
    all.push(Box::new(chat::ReplayTable));
    all.push(Box::new(chat::KeptColumn));
    all.push(Box::new(markers::Table));
    all.push(Box::new(markers::breaks::Table));
    all.push(Box::new(restream::Tables));
    all.push(Box::new(pull::Tables));
    all
}
