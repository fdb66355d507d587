//! Matinee's catalog crate.
