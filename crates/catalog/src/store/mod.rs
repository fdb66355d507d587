//! The tables. Instants are UTC microseconds since the Unix epoch.

pub mod images;
pub mod renditions;
pub mod subtitles;
pub(crate) mod video_tags;
pub mod videos;
