//! `seasons`: what is said about a season of a show. A season that nobody has
//! said anything about has no row.

use sea_orm::entity::prelude::*;

/// One season.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seasons")]
pub struct Model {
    /// The show that it belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub show_id: String,
    /// From 0 (specials).
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// Its name, if it has one of its own.
    #[sea_orm(column_type = "Text", nullable)]
    pub title: Option<String>,
    /// Plain text; may be empty.
    #[sea_orm(column_type = "Text")]
    pub overview: String,
    /// The day of the first showing.
    pub release_date: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(
    missing_docs,
    reason = "the table has no relation that is followed by joins"
)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
