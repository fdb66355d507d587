//! `hand_chapters`: videos whose chapters were edited by hand.

use sea_orm::entity::prelude::*;

use crate::Chapters;

/// A video whose chapters are no longer those of its file.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "hand_chapters")]
pub struct Model {
    /// The video.
    #[sea_orm(primary_key, auto_increment = false)]
    pub video_id: String,
    /// The chapters of the file.
    #[sea_orm(column_type = "Json")]
    pub original: Chapters,
    /// When they were last edited.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
