//! `comment_likes`: who likes a comment.

use sea_orm::entity::prelude::*;

/// One person’s like of one comment.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "comment_likes")]
pub struct Model {
    /// The comment.
    #[sea_orm(primary_key, auto_increment = false)]
    pub comment_id: String,
    /// A profile, an account or a browser.
    #[sea_orm(primary_key, auto_increment = false)]
    pub viewer: String,
    /// When.
    pub liked_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
