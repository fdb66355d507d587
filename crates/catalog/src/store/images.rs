//! `images`: posters, thumbnails and storyboard sheets.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What an image is for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
#[serde(rename_all = "snake_case")]
pub enum ImageKind {
    /// The one that stands for the video.
    #[sea_orm(string_value = "poster")]
    Poster,
    /// A candidate for the poster.
    #[sea_orm(string_value = "thumbnail")]
    Thumbnail,
    /// A sheet of small pictures for scrubbing.
    #[sea_orm(string_value = "storyboard")]
    Storyboard,
}

/// One image.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "images")]
pub struct Model {
    /// `image_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The video that it belongs to.
    pub video_id: String,
    /// What it is for.
    pub kind: ImageKind,
    /// The blob that holds it (JPEG).
    pub key: String,
    /// In pixels.
    pub width: i32,
    /// In pixels.
    pub height: i32,
    /// The instant it shows (of a sheet: its first picture), in milliseconds.
    pub at_ms: i64,
    /// For a sheet: pictures per row.
    pub columns: Option<i32>,
    /// For a sheet: rows.
    pub rows: Option<i32>,
    /// For a sheet: pictures on it (the last sheet may not be full).
    pub tiles: Option<i32>,
    /// For a sheet: from one picture to the next, in milliseconds.
    pub interval_ms: Option<i64>,
    /// When it was made.
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(
    missing_docs,
    reason = "the table has no relation that is followed by joins"
)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
