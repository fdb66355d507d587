//! The tables. Instants are UTC microseconds since the Unix epoch.

pub mod artwork;
pub mod collection_items;
pub mod collections;
pub mod credits;
pub mod images;
pub mod people;
pub mod renditions;
pub mod revisions;
pub mod seasons;
pub(crate) mod show_genres;
pub mod shows;
pub mod subtitles;
pub mod video_breaks;
pub(crate) mod video_genres;
pub(crate) mod video_tags;
pub mod videos;
