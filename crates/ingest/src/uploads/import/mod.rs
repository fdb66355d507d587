//! Downloads by URL.

pub mod fetch;
pub mod network;
