//! Matinee's api crate.
