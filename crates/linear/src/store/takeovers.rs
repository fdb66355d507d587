//! `channel_takeovers`: broadcasts that take channels over.

use sea_orm::entity::prelude::*;

/// One takeover.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channel_takeovers")]
pub struct Model {
    /// `takeover_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The channel.
    pub channel_id: String,
    /// The stream whose broadcast it is.
    pub stream_id: String,
    /// What it is called.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// When it takes over (UTC milliseconds, as everything that is on the air): the boundary
    /// at which it does.
    pub begins_at: i64,
    /// When it is meant to hand back; none for when the broadcast ends.
    pub until: Option<i64>,
    /// Until when something has been taken of the broadcast.
    pub fed_until: Option<i64>,
    /// When it handed back, or will.
    pub ended_at: Option<i64>,
    /// Why, in a sentence.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// The account that wanted it.
    pub made_by: Option<String>,
    /// When it was made (UTC microseconds).
    pub created_at: i64,
}

/// It is read by its channel.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
