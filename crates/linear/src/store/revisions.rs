//! `channel_revisions`: from when on a channel follows which definition and library.

use sea_orm::entity::prelude::*;

/// One revision.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channel_revisions")]
pub struct Model {
    /// Its channel.
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel_id: String,
    /// From when on it holds (UTC milliseconds).
    #[sea_orm(primary_key, auto_increment = false)]
    pub begins_at: i64,
    /// The number of the edit.
    pub edition: i32,
    /// The library that it chooses from.
    pub library_id: String,
    /// The definition as JSON.
    #[sea_orm(column_type = "Text")]
    pub definition: String,
    /// Where the channel is when it begins, as JSON.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// The broadcast that it shows first, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub relay: Option<String>,
}

/// It is read by its channel.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
