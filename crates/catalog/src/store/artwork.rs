//! `artwork`: pictures that people chose for a title, a person or a collection.

use sea_orm::entity::prelude::*;

/// One picture.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "artwork")]
pub struct Model {
    /// `artwork_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// What it is of: `video`, `show`, `person` or `collection`.
    pub subject_kind: String,
    /// The subject's id.
    pub subject_id: String,
    /// Of which season of a show; none for the show itself.
    pub season_number: Option<i32>,
    /// One of [`crate::ARTWORK_KINDS`].
    pub kind: String,
    /// Whether it is the one of its kind that is shown.
    pub is_primary: bool,
    /// The language of the words on it (BCP 47), if there are any.
    pub language: Option<String>,
    /// The blob that holds the picture as it came.
    #[sea_orm(column_type = "Text")]
    pub key: String,
    /// `jpeg`, `png` or `webp`.
    pub format: String,
    /// As displayed, in pixels.
    pub width: i32,
    /// As displayed, in pixels.
    pub height: i32,
    /// In bytes.
    pub size_bytes: i64,
    /// Where it came from: `upload`, `file` or a provider's name.
    pub origin: String,
    /// When it came.
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(
    missing_docs,
    reason = "the table has no relation that is followed by joins"
)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
