//! `playlist_collaborators`: who edits a playlist besides its owner.

use sea_orm::entity::prelude::*;

/// One collaborator of one playlist.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "playlist_collaborators")]
pub struct Model {
    /// The playlist.
    #[sea_orm(primary_key, auto_increment = false)]
    pub playlist_id: String,
    /// The account.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: String,
    /// Since when.
    pub added_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
