//! `shows`: what holds seasons of episodes, or the lessons of a course.

use sea_orm::entity::prelude::*;

use super::videos::{ExternalIds, Tags};

/// One show.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shows")]
pub struct Model {
    /// `show_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// One of [`crate::SHOW_KINDS`].
    pub kind: String,
    /// Its name.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// What it is sorted by instead of its title.
    #[sea_orm(column_type = "Text", nullable)]
    pub sort_title: Option<String>,
    /// What lists are ordered by, made from the title.
    #[sea_orm(column_type = "Text")]
    pub sort_key: String,
    /// The title where it comes from.
    #[sea_orm(column_type = "Text", nullable)]
    pub original_title: Option<String>,
    /// One line that makes one curious.
    #[sea_orm(column_type = "Text", nullable)]
    pub tagline: Option<String>,
    /// Plain text; may be empty.
    #[sea_orm(column_type = "Text")]
    pub overview: String,
    /// Who made it.
    #[sea_orm(column_type = "Text", nullable)]
    pub studio: Option<String>,
    /// The day of the first showing, as `2008-01-20`.
    pub release_date: Option<String>,
    /// The year of the first showing.
    pub release_year: Option<i32>,
    /// `returning`, `ended`, …: one of [`crate::SHOW_STATUSES`].
    pub status: Option<String>,
    /// An age rating, such as `TV-MA`.
    pub rating: Option<String>,
    /// Spoken languages (BCP 47).
    #[sea_orm(column_type = "Json")]
    pub languages: Tags,
    /// All genres.
    #[sea_orm(column_type = "Json")]
    pub genres: Tags,
    /// Free words.
    #[sea_orm(column_type = "Json")]
    pub tags: Tags,
    /// Its names in other databases.
    #[sea_orm(column_type = "Json")]
    pub external_ids: ExternalIds,
    /// The account that may edit it besides operators.
    pub owner: Option<String>,
    /// Whether it was made for an episode and nobody has touched it since: it
    /// goes with its last episode.
    pub is_auto: bool,
    /// The title, in lower case, under which it was made for an episode.
    #[sea_orm(column_type = "Text", nullable)]
    pub auto_key: Option<String>,
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
