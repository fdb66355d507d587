//! `community_settings`: the community’s rules, as one JSON document.

use sea_orm::entity::prelude::*;

/// The rules.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "community_settings")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// See `moderation::Rules`.
    #[sea_orm(column_type = "Json")]
    pub rules: Json,
    /// Grows with every change.
    pub version: Option<i32>,
    /// When they were last changed.
    pub updated_at: i64,
    /// The account that changed them.
    pub updated_by: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
