//! `credits`: who did what in which video or show.

use sea_orm::entity::prelude::*;

/// One credit: of a video or of a show, never of both.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "credits")]
pub struct Model {
    /// `credit_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Who.
    pub person_id: String,
    /// In which video.
    pub video_id: Option<String>,
    /// In which show.
    pub show_id: Option<String>,
    /// One of [`crate::CREDIT_ROLES`].
    pub role: String,
    /// Whom an actor plays; of the crew, what exactly they did.
    #[sea_orm(column_type = "Text", nullable)]
    pub character: Option<String>,
    /// The place among the credits of the title, from 0.
    pub position: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(
    missing_docs,
    reason = "the table has no relation that is followed by joins"
)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
