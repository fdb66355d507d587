//! How far people have watched: acknowledged from memory, written in batches.
//!
//! A player reports its position every few seconds. [`WatchProgress`] keeps the
//! newest report of each viewer and video in memory and writes them together,
//! so that a thousand people who watch cost one transaction every half minute.
//! A clean stop loses nothing ([`WatchProgress::run`] writes the rest before it
//! returns); a crash loses at most one [`ProgressOptions::flush_interval`].

mod history;
mod model;
mod service;
mod store;

pub use model::{InvalidReport, Progress, Report};
pub use service::{ProgressError, ProgressOptions, WatchProgress};
