//! `watchlist`: what somebody means to watch.

use sea_orm::entity::prelude::*;

/// One video that somebody means to watch.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "watchlist")]
pub struct Model {
    /// Whose list: a profile, an account or a browser.
    #[sea_orm(primary_key, auto_increment = false)]
    pub viewer: String,
    /// The video.
    #[sea_orm(primary_key, auto_increment = false)]
    pub video_id: String,
    /// When it was added.
    pub added_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
