//! From a file to renditions that decode: the whole way, with real ffmpeg.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a panic is a failed test"
)]

mod control;
mod killed;
mod refusals;
mod sound;
mod sources;
mod support;
mod whole;
