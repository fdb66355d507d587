//! Matinee's engines crate.
