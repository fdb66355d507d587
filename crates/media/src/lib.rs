//! Matinee's media crate.
