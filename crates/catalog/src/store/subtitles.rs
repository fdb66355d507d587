//! `subtitles`: text tracks, kept as WebVTT.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Where a text track comes from.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The upload: it is made anew when processing runs again.
    #[sea_orm(string_value = "source")]
    Source,
    /// A person, who has brought or changed it: it stays.
    #[sea_orm(string_value = "upload")]
    Upload,
}

/// One text track.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subtitles")]
pub struct Model {
    /// `subtitle_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The video that it belongs to.
    pub video_id: String,
    /// BCP 47, such as `en`; `und` when unknown.
    pub language: String,
    /// What a person sees in a menu.
    pub label: String,
    /// Whether it only translates what is foreign in the film.
    pub forced: bool,
    /// Whether players show it unless told otherwise.
    pub is_default: bool,
    /// Whether it also describes sounds (SDH).
    pub hearing_impaired: bool,
    /// The blob that holds it (WebVTT, UTF-8).
    pub key: String,
    /// When it was made.
    pub created_at: i64,
    /// Where it comes from.
    pub origin: Origin,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(
    missing_docs,
    reason = "the table has no relation that is followed by joins"
)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
