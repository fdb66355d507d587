//! Matinee's playback crate.
