//! `follows`: who follows whom.

use sea_orm::entity::prelude::*;

/// One account that follows another.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "follows")]
pub struct Model {
    /// The account that follows.
    #[sea_orm(primary_key, auto_increment = false)]
    pub follower: String,
    /// The account that is followed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub followed: String,
    /// Since when (UTC microseconds).
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
