//! `renditions`: the forms in which a video can be played.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What a rendition carries.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
#[serde(rename_all = "snake_case")]
pub enum RenditionKind {
    /// Pictures.
    #[sea_orm(string_value = "video")]
    Video,
    /// Sound.
    #[sea_orm(string_value = "audio")]
    Audio,
}

/// How a rendition's bytes lie in its blob.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// A fragmented file of our own making: a segment is a range of it.
    #[sea_orm(string_value = "cmaf")]
    Cmaf,
    /// Samples inside an ordinary file, wrapped into segments when asked for.
    #[sea_orm(string_value = "virtual")]
    Virtual,
}

/// One rendition.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "renditions")]
pub struct Model {
    /// `rendition_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The video that it belongs to.
    pub video_id: String,
    /// Pictures or sound.
    pub kind: RenditionKind,
    /// How its bytes lie.
    pub layout: Layout,
    /// `720p` for a rung, `audio-eng-2ch` and the like for sound. Unique
    /// within the video among those in use.
    pub name: String,
    /// The RFC 6381 string, such as `avc1.64001f`.
    pub codecs: String,
    /// In pixels; video only.
    pub width: Option<i32>,
    /// In pixels; video only.
    pub height: Option<i32>,
    /// In frames per second; video only.
    pub frame_rate: Option<f64>,
    /// The peak over one segment, in bits per second.
    pub bandwidth_bps: i64,
    /// Over the whole, in bits per second.
    pub average_bandwidth_bps: i64,
    /// BCP 47, such as `en`; audio only; none when unknown.
    pub language: Option<String>,
    /// What a person sees in a menu, such as `English` or `Commentary`.
    pub label: Option<String>,
    /// What it is for: one of [`crate::AUDIO_ROLES`]; audio only; none for
    /// the film's own sound.
    pub role: Option<String>,
    /// Audio channels; audio only.
    pub channels: Option<i32>,
    /// Whether players choose it unless told otherwise; audio only.
    pub is_default: bool,
    /// The blob that holds its bytes.
    pub key: String,
    /// The blob that holds its index.
    pub index_key: String,
    /// Bytes that it needs in the blob store; 0 when it shares the source's.
    pub size_bytes: i64,
    /// Whether it is the upload's own stream, not re-encoded.
    pub is_source: bool,
    /// Whether its segments begin at the same instants as the ladder's.
    pub aligned: bool,
    /// In milliseconds.
    pub duration_ms: i64,
    /// When it became playable.
    pub created_at: i64,
    /// When it was taken out of new playlists. Its bytes stay for a while, so
    /// that players which already hold its playlist go on.
    pub retired_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(
    missing_docs,
    reason = "the table has no relation that is followed by joins"
)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
