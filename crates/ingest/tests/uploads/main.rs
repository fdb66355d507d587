//! Files in, by every way, on every database and with real blobs, across restarts.
#![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

mod form;
mod import;
mod numbered;
mod support;
mod sweep;
mod tus;
