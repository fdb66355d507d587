//! `collection_items`: what is in a collection.

use sea_orm::entity::prelude::*;

/// One place in a collection: a video or a show.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "collection_items")]
pub struct Model {
    /// The collection.
    #[sea_orm(primary_key, auto_increment = false)]
    pub collection_id: String,
    /// From 0. There may be gaps, where a title has been deleted.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// The video, or
    pub video_id: Option<String>,
    /// the show.
    pub show_id: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(
    missing_docs,
    reason = "the table has no relation that is followed by joins"
)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
