//! Matinee's jobs crate.
