//! Matinee's ingest crate.
