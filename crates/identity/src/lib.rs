//! Matinee's identity crate.
