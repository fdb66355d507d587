//! `reactions`: likes and dislikes, at most one for each person and video.

use sea_orm::entity::prelude::*;

/// One person’s like or dislike of one video.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reactions")]
pub struct Model {
    /// The video.
    #[sea_orm(primary_key, auto_increment = false)]
    pub video_id: String,
    /// A profile, an account or a browser.
    #[sea_orm(primary_key, auto_increment = false)]
    pub viewer: String,
    /// 1 for a like, -1 for a dislike.
    pub value: i32,
    /// When.
    pub reacted_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
