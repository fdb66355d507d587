//! The community's tables. Instants are UTC microseconds since the Unix epoch.

pub mod cases;
pub mod comment_likes;
pub mod comments;
pub mod follows;
pub mod hand_chapters;
pub mod notes;
pub mod playlist_collaborators;
pub mod playlist_items;
pub mod playlists;
pub mod reactions;
pub mod reports;
pub mod reviews;
pub mod settings;
pub mod watchlist;
