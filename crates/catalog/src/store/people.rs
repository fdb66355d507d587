//! `people`: who plays and who makes.

use sea_orm::entity::prelude::*;

use super::videos::ExternalIds;

/// One person.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "people")]
pub struct Model {
    /// `person_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The name as it stands in credits.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The name, in lower case, under which the row was made for a credit.
    #[sea_orm(column_type = "Text", nullable)]
    pub auto_key: Option<String>,
    /// What lists are ordered by, made from the name.
    #[sea_orm(column_type = "Text")]
    pub sort_key: String,
    /// Plain text; may be empty.
    #[sea_orm(column_type = "Text")]
    pub biography: String,
    /// The day of birth, as `1974-11-11`.
    pub birth_date: Option<String>,
    /// The day of death.
    pub death_date: Option<String>,
    /// Where they were born.
    #[sea_orm(column_type = "Text", nullable)]
    pub birth_place: Option<String>,
    /// Their names in other databases.
    #[sea_orm(column_type = "Json")]
    pub external_ids: ExternalIds,
    /// The account that may edit them besides operators.
    pub owner: Option<String>,
    /// Grows with every edit by a person.
    pub revision: i64,
    /// When the row was made.
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
