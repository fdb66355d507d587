//! Matinee's playback crate.

pub mod http;
