//! Downloads by URL.
