//! `video_genres`: the genres once more, one row each, so that a genre finds
//! its videos without reading all of them.

use sea_orm::entity::prelude::*;

/// One genre of one video.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "video_genres")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub video_id: String,
    /// In lower case.
    #[sea_orm(primary_key, auto_increment = false)]
    pub genre: String,
    /// As it was written.
    pub name: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
