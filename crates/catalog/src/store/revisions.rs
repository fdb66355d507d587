//! `revisions`: every edit of a title, who made it and when.

use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// One field that an edit has changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field's name in the API.
    pub field: String,
    /// What it was.
    pub before: serde_json::Value,
    /// What it became.
    pub after: serde_json::Value,
}

/// What an edit has changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct FieldChanges(pub Vec<FieldChange>);

/// One revision.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "revisions")]
pub struct Model {
    /// What was edited: `video`, `show`, `person` or `collection`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_kind: String,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_id: String,
    /// From 1, which is how it was at first.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// When.
    pub at: i64,
    /// The account that made the edit; none for the program itself.
    pub actor: Option<String>,
    /// How it came about: `edit`, `restore`, `import`, …
    pub via: String,
    /// What was changed.
    #[sea_orm(column_type = "Json")]
    pub changes: FieldChanges,
    /// Everything as it was after the edit.
    #[sea_orm(column_type = "Json")]
    pub snapshot: Json,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(
    missing_docs,
    reason = "the table has no relation that is followed by joins"
)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
