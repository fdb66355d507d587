//! Telling others what has happened: programs by webhooks, people by
//! notifications and letters.
//!
//! * [`Event`] is something that has happened, in words for those who are told.
//! * [`Herald`] tells it, once: what was told of a subject is kept as a
//!   milestone, so that whoever looks again after a crash tells nothing twice
//!   and leaves nothing out.
//! * [`news`] is what people are told who follow somebody.
//! * [`push`] are browsers that are told also when nobody looks at the site.
//! * [`webhooks`] are addresses of other programs, and what was sent to them.
//!
//! This crate knows no stream and no video: whoever wires the program says what
//! happens, and what is told of it.

mod error;
mod event;
mod herald;
mod migrations;
pub mod news;
pub mod push;
pub mod webhooks;

pub use error::{NotifyError, Result};
pub use event::{Event, EventKind};
pub use herald::Herald;
pub use migrations::migrations;
