//! Live broadcasting: what comes in from encoders, and what goes out to viewers at once.
//!
//! * [`desk`] is the seam between the two halves of this crate: who may publish, and what becomes
//!   of it.
//!
//! What a broadcast is to people (its title, its key, its chat) is apart from what it is on the
//! air: parts in memory, which know of nothing but numbers and bytes.

pub mod desk;
mod error;

pub use error::{LiveError, Result};
