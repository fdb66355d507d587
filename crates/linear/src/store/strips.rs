//! `channel_strips`: what was aired.

use sea_orm::entity::prelude::*;

/// What one revision aired on one day.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channel_strips")]
pub struct Model {
    /// Its channel.
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel_id: String,
    /// When its first slot began (UTC milliseconds).
    #[sea_orm(primary_key, auto_increment = false)]
    pub begins_at: i64,
    /// When its last slot ended (UTC milliseconds).
    pub end_at: i64,
    /// The slots as JSON.
    #[sea_orm(column_type = "Text")]
    pub body: String,
}

/// It is read by its channel.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
