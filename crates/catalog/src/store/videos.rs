//! `videos`: one row per title.

use matinee_identity::access::{GroupIds, Networks, Regions, Visibility};
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Details;

/// How far a video's processing has come.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
#[serde(rename_all = "snake_case")]
pub enum ProcessingStatus {
    /// Nothing has begun.
    #[sea_orm(string_value = "pending")]
    Pending,
    /// Under way. It may be watched already: see [`Model::is_processed`].
    #[sea_orm(string_value = "processing")]
    Processing,
    /// Every rendition is there.
    #[sea_orm(string_value = "completed")]
    Completed,
    /// Given up; [`Model::processing_error`] says why.
    #[sea_orm(string_value = "failed")]
    Failed,
    /// Stopped by a person.
    #[sea_orm(string_value = "canceled")]
    Canceled,
}

impl ProcessingStatus {
    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    /// The status of this name.
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::Pending,
            Self::Processing,
            Self::Completed,
            Self::Failed,
            Self::Canceled,
        ]
        .into_iter()
        .find(|status| status.as_str() == word)
    }

    /// Whether nothing more will happen by itself.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Canceled)
    }
}

/// Free words, in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Tags(pub Vec<String>);

/// Names in other databases, such as `tmdb` → `10378`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct ExternalIds(pub std::collections::BTreeMap<String, String>);

/// Heights in pixels that an uploader chose instead of the usual ladder; empty
/// means the usual ladder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Resolutions(pub Vec<u32>);

/// Why a source could not be played as it was, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Reasons(pub Vec<String>);

/// A named stretch of a video.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chapter {
    /// In milliseconds from the beginning.
    pub start_ms: i64,
    /// In milliseconds from the beginning, after `start_ms`.
    pub end_ms: i64,
    /// Its name; may be empty.
    pub title: String,
}

/// The chapters, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Chapters(pub Vec<Chapter>);

/// One video.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "videos")]
pub struct Model {
    /// `video_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// See [`Details::title`].
    pub title: String,
    /// Plain text; may be empty.
    pub description: String,
    /// Who the client said uploads; a free text of the client's.
    pub uploader_id: Option<String>,
    /// The account that owns it: who may edit besides operators.
    pub owner: Option<String>,
    /// The uploaded file's own name, without folders.
    pub filename: String,
    /// In bytes; 0 for a video that lies elsewhere.
    pub file_size: i64,
    /// The blob that holds the upload as it came.
    pub source_key: Option<String>,
    /// One of [`crate::limits::CONTENT_TYPES`].
    pub content_type: Option<String>,
    /// The show that an episode belongs to.
    pub show_title: Option<String>,
    /// From 0 (specials).
    pub season_number: Option<i32>,
    /// From 0.
    pub episode_number: Option<i32>,
    /// The last episode, of a file that holds several.
    pub episode_number_end: Option<i32>,
    /// Such as `Action`.
    pub genre: Option<String>,
    /// The year of the first showing.
    pub release_year: Option<i32>,
    /// Such as `PG-13`.
    pub rating: Option<String>,
    /// Such as `Entertainment`.
    pub category: Option<String>,
    /// Free words.
    #[sea_orm(column_type = "Json")]
    pub tags: Tags,
    /// Whether anybody may watch it: what older clients know of `visibility`.
    pub is_public: bool,
    /// Whom it is open to, before any other rule.
    pub visibility: Visibility,
    /// The groups that open it.
    #[sea_orm(column_type = "Text", nullable)]
    pub access_groups: Option<GroupIds>,
    /// Its password as a PHC string.
    pub access_password_hash: Option<String>,
    /// Until then it is as good as absent.
    pub publish_at: Option<i64>,
    /// From then on it is as good as absent.
    pub expires_at: Option<i64>,
    /// Where it may be watched.
    #[sea_orm(column_type = "Text", nullable)]
    pub access_regions: Option<Regions>,
    /// From which networks it may be watched.
    #[sea_orm(column_type = "Text", nullable)]
    pub access_networks: Option<Networks>,
    /// The age from which it is fit to be watched, as its rating has it.
    pub rating_level: Option<i32>,
    /// How far processing has come.
    pub processing_status: ProcessingStatus,
    /// Why it failed, in words.
    pub processing_error: Option<String>,
    /// Whether it can be watched: true from the first rendition on.
    pub is_processed: bool,
    /// In milliseconds; unknown until probed.
    pub duration_ms: Option<i64>,
    /// Of the source as displayed (after rotation), in pixels.
    pub width: Option<i32>,
    /// Of the source as displayed (after rotation), in pixels.
    pub height: Option<i32>,
    /// Of the source, in bits per second.
    pub bitrate_bps: Option<i64>,
    /// The source's container, such as `MP4` or `Matroska`.
    pub format: Option<String>,
    /// The source's codecs in words, such as `h264, aac`.
    pub codecs: Option<String>,
    /// An address elsewhere that plays it (external videos only).
    pub external_video_url: Option<String>,
    /// An HLS address elsewhere (external videos only).
    pub external_hls_url: Option<String>,
    /// The wanted segment length in milliseconds; none means the usual one.
    pub segment_duration_ms: Option<i64>,
    /// The wanted rungs.
    #[sea_orm(column_type = "Json")]
    pub requested_resolutions: Resolutions,
    /// Why the source could not be played as it was.
    #[sea_orm(column_type = "Json")]
    pub non_standard_input_reasons: Reasons,
    /// Named stretches.
    #[sea_orm(column_type = "Json")]
    pub chapters: Chapters,
    /// Views so far.
    pub view_count: i64,
    /// Likes so far.
    pub like_count: i64,
    /// Dislikes so far.
    pub dislike_count: i64,
    /// See [`Details::sort_title`].
    #[sea_orm(column_type = "Text", nullable)]
    pub sort_title: Option<String>,
    /// What lists by title are ordered by, made from the title.
    #[sea_orm(column_type = "Text")]
    pub sort_key: String,
    /// See [`Details::original_title`].
    #[sea_orm(column_type = "Text", nullable)]
    pub original_title: Option<String>,
    /// See [`Details::tagline`].
    #[sea_orm(column_type = "Text", nullable)]
    pub tagline: Option<String>,
    /// See [`Details::release_date`].
    pub release_date: Option<String>,
    /// See [`Details::studio`].
    #[sea_orm(column_type = "Text", nullable)]
    pub studio: Option<String>,
    /// See [`Details::languages`].
    #[sea_orm(column_type = "Json")]
    pub languages: Tags,
    /// See [`Details::genres`].
    #[sea_orm(column_type = "Json")]
    pub genres: Tags,
    /// See [`Details::show_id`].
    pub show_id: Option<String>,
    /// See [`Details::extra_of`].
    pub extra_of: Option<String>,
    /// See [`Details::extra_kind`].
    pub extra_kind: Option<String>,
    /// See [`Details::external_ids`].
    #[sea_orm(column_type = "Json")]
    pub external_ids: ExternalIds,
    /// Grows with every edit by a person, and with nothing else: what `If-Match`
    /// is held against, and the number of the last revision.
    pub revision: i64,
    /// Grows with every change of the video or of its parts.
    pub version: i64,
    /// When it was uploaded.
    pub created_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
}

impl Model {
    /// See [`Details::genres`]; of what has been there for long, its only one.
    pub fn genres(&self) -> &[String] {
        match &self.genre {
            Some(genre) if self.genres.0.is_empty() => std::slice::from_ref(genre),
            _ => &self.genres.0,
        }
    }

    /// What people said about it.
    pub fn details(&self) -> Details {
        Details {
            title: self.title.clone(),
            description: self.description.clone(),
            uploader_id: self.uploader_id.clone(),
            category: self.category.clone(),
            tags: self.tags.0.clone(),
            is_public: self.is_public,
            content_type: self.content_type.clone(),
            show_title: self.show_title.clone(),
            season_number: self.season_number,
            episode_number: self.episode_number,
            episode_number_end: self.episode_number_end,
            genre: self.genre.clone(),
            release_year: self.release_year,
            rating: self.rating.clone(),
            sort_title: self.sort_title.clone(),
            original_title: self.original_title.clone(),
            tagline: self.tagline.clone(),
            release_date: self.release_date.clone(),
            studio: self.studio.clone(),
            languages: self.languages.0.clone(),
            genres: self.genres().to_vec(),
            show_id: self.show_id.clone(),
            extra_of: self.extra_of.clone(),
            extra_kind: self.extra_kind.clone(),
            external_ids: self.external_ids.0.clone(),
        }
    }

    /// Whether its bytes lie elsewhere: nothing to process, nothing to serve.
    pub fn is_external(&self) -> bool {
        self.external_video_url.is_some() || self.external_hls_url.is_some()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[expect(
    missing_docs,
    reason = "the table has no relation that is followed by joins"
)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
