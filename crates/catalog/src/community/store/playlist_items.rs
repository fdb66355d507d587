//! `playlist_items`: what is in playlists, in order.

use sea_orm::entity::prelude::*;

/// One place in a playlist.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "playlist_items")]
pub struct Model {
    /// `item_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The playlist.
    pub playlist_id: String,
    /// The video.
    pub video_id: String,
    /// Grows along the list; not without gaps.
    pub position: i64,
    /// The account that added it.
    pub added_by: Option<String>,
    /// When it was added.
    pub added_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
