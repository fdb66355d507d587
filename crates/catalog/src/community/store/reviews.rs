//! `reviews`: judgements with stars, one for each person and video.

use sea_orm::entity::prelude::*;

use super::comments::PostState;

/// One review.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reviews")]
pub struct Model {
    /// `review_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The video.
    pub video_id: String,
    /// The profile, account or browser that wrote it.
    pub author: String,
    /// The account, if there is one.
    pub account: Option<String>,
    /// The name that was shown with it.
    pub author_name: String,
    /// 1 to 5.
    pub stars: i32,
    /// May be empty.
    pub title: String,
    /// Plain text, as typed; may be empty.
    pub body: String,
    /// Who sees it.
    pub state: PostState,
    /// When it was written.
    pub created_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
