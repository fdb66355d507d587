//! `video_notes`: what goes with a lesson, one text for each video.

use sea_orm::entity::prelude::*;

/// The notes of one video.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "video_notes")]
pub struct Model {
    /// The video.
    #[sea_orm(primary_key, auto_increment = false)]
    pub video_id: String,
    /// Markdown, as typed.
    pub body: String,
    /// When they were last changed.
    pub updated_at: i64,
    /// The account that changed them.
    pub updated_by: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
