//! What is kept of channels.

pub mod channels;
pub mod libraries;
pub mod media;
pub mod news;
pub mod revisions;
pub mod strips;
pub mod takeovers;
