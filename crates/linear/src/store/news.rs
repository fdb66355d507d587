//! `channel_news`: videos that have changed lately.

use sea_orm::entity::prelude::*;

/// One video.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channel_news")]
pub struct Model {
    /// The video; it may be gone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub video_id: String,
    /// When it changed last (UTC microseconds).
    pub at: i64,
}

/// It stands by itself.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
