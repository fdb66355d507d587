//! `channel_media`: how the renditions of a video are cut, measured once.

use sea_orm::entity::prelude::*;

/// The media of one video.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channel_media")]
pub struct Model {
    /// The video.
    #[sea_orm(primary_key, auto_increment = false)]
    pub video_id: String,
    /// Stands for the renditions that were measured.
    pub mark: String,
    /// What was found, as JSON; `null` for nothing that a channel can show.
    #[sea_orm(column_type = "Text")]
    pub body: String,
}

/// It is read by its video.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
