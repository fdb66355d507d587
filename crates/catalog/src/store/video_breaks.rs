//! `video_breaks`: where videos may be broken for advertisements.

use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Instants, in milliseconds from the beginning, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Instants(pub Vec<i64>);

/// Those of one video.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "video_breaks")]
pub struct Model {
    /// The video.
    #[sea_orm(primary_key, auto_increment = false)]
    pub video_id: String,
    /// Where somebody wants breaks.
    #[sea_orm(column_type = "Json")]
    pub markers: Instants,
    /// Where one would disturb least, as it was found.
    #[sea_orm(column_type = "Json")]
    pub found: Instants,
    /// UTC microseconds.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(
    missing_docs,
    reason = "the table has no relation that is followed by joins"
)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
