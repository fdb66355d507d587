//! `channel_libraries`: what there was to choose from, as a blob each.

use sea_orm::entity::prelude::*;

/// One library.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channel_libraries")]
pub struct Model {
    /// The hash of what is in it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// When it was taken (UTC milliseconds).
    pub taken_at: i64,
    /// How many items it has.
    pub items: i32,
    /// When it was kept last (UTC microseconds).
    pub created_at: i64,
}

/// Revisions name it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
