//! `collections`: titles that belong together, in order.

use sea_orm::entity::prelude::*;

/// One collection.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "collections")]
pub struct Model {
    /// `collection_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Its name.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// What it is sorted by instead of its title.
    #[sea_orm(column_type = "Text", nullable)]
    pub sort_title: Option<String>,
    /// What lists are ordered by, made from the title.
    #[sea_orm(column_type = "Text")]
    pub sort_key: String,
    /// Plain text; may be empty.
    #[sea_orm(column_type = "Text")]
    pub overview: String,
    /// The account that may edit it besides operators.
    pub owner: Option<String>,
    /// Grows with every edit by a person.
    pub revision: i64,
    /// When it was made.
    pub created_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(
    missing_docs,
    reason = "the table has no relation that is followed by joins"
)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
