//! `streams`: one row per stream.

use matinee_catalog::Tags;
use matinee_identity::access::{GroupIds, Item, Networks, Regions, Resource, Rules, Visibility};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Where a stream is in its life.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
#[serde(rename_all = "snake_case")]
pub enum StreamStatus {
    /// It has not been on the air yet.
    #[sea_orm(string_value = "scheduled")]
    Scheduled,
    /// It is on the air, or was begun by hand and waits for its encoder.
    #[sea_orm(string_value = "live")]
    Live,
    /// It was on the air. It may be begun again.
    #[sea_orm(string_value = "ended")]
    Ended,
}

impl StreamStatus {
    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Live => "live",
            Self::Ended => "ended",
        }
    }

    /// The status of this name.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Scheduled, Self::Live, Self::Ended]
            .into_iter()
            .find(|status| status.as_str() == word)
    }
}

/// Who may write in a stream's chat, of those who may watch it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
#[serde(rename_all = "snake_case")]
pub enum ChatFrom {
    /// Whoever may comment on videos, by the instance's moderation rules.
    #[sea_orm(string_value = "everybody")]
    Everybody,
    /// Those who have signed in.
    #[sea_orm(string_value = "signed_in")]
    SignedIn,
    /// Those who look after the chat.
    #[sea_orm(string_value = "moderators")]
    Moderators,
    /// Nobody: there is no chat.
    #[sea_orm(string_value = "nobody")]
    Nobody,
}

/// One stream.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "streams")]
pub struct Model {
    /// `stream_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The account that it belongs to.
    pub owner: Option<String>,
    /// Who the client said streams; a free text of the client's.
    pub streamer_id: Option<String>,
    /// Plain text.
    pub title: String,
    /// Plain text; may be empty.
    pub description: String,
    /// One of [`matinee_catalog::limits::CONTENT_TYPES`].
    pub content_type: Option<String>,
    /// Such as `Gaming`.
    pub category: Option<String>,
    /// Free words.
    #[sea_orm(column_type = "Json")]
    pub tags: Tags,
    /// BCP 47.
    pub language: Option<String>,
    /// Such as `PG-13`.
    pub rating: Option<String>,
    /// What viewers are to get; `auto` leaves it to their players.
    pub quality: String,
    /// How many may watch at once; none for all.
    pub max_viewers: Option<i32>,
    /// Whom it is open to, before any other rule.
    pub visibility: Visibility,
    /// The groups that open it.
    pub access_groups: Option<GroupIds>,
    /// The PHC string of its password.
    pub access_password_hash: Option<String>,
    /// Until then it is as good as absent (UTC microseconds).
    pub publish_at: Option<i64>,
    /// From then on it is as good as absent (UTC microseconds).
    pub expires_at: Option<i64>,
    /// Where it may be watched.
    pub access_regions: Option<Regions>,
    /// From which networks.
    pub access_networks: Option<Networks>,
    /// The age from which its rating lets people watch it.
    pub rating_level: Option<i32>,
    /// Where it is in its life.
    pub status: StreamStatus,
    /// When it is meant to begin (UTC microseconds).
    pub scheduled_at: Option<i64>,
    /// When it last began (UTC microseconds).
    pub started_at: Option<i64>,
    /// When it last ended (UTC microseconds).
    pub ended_at: Option<i64>,
    /// Until then it counts as live without a sign of its encoder (UTC
    /// microseconds); whichever node takes it in puts it off.
    pub live_until: Option<i64>,
    /// The most who watched at once, of the last broadcast.
    pub peak_viewers: i32,
    /// How many like it.
    pub like_count: i64,
    /// How many people passed it on to others.
    pub share_count: i64,
    /// Whether broadcasts are kept as videos.
    pub record: bool,
    /// The video that the last broadcast became.
    pub recording_video_id: Option<String>,
    /// When the picture was taken that is kept of it (UTC microseconds).
    pub thumbnail_at: Option<i64>,
    /// What the encoder sends. Never logged, and shown to its owner and
    /// administrators alone.
    pub stream_key: String,
    /// SHA-256 of the key, in hexadecimal: it is found by this.
    pub key_hash: String,
    /// Who may write in its chat.
    pub chat_from: ChatFrom,
    /// How many seconds somebody waits from one message to the next.
    pub slow_mode_s: i32,
    /// Whether only those write in its chat who follow its owner, of those who
    /// may at all.
    pub followers_only: bool,
    /// Grows with every change.
    pub version: i64,
    /// When it was made (UTC microseconds).
    pub created_at: i64,
    /// When it was last changed (UTC microseconds).
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Whom it is open to.
    pub fn rules(&self) -> Rules<'_> {
        Rules {
            visibility: self.visibility,
            groups: self
                .access_groups
                .as_ref()
                .map_or(&[], |groups| groups.any.as_slice()),
            password_hash: self.access_password_hash.as_deref(),
            publish_at: self.publish_at,
            expires_at: self.expires_at,
            regions: self.access_regions.as_ref(),
            networks: self
                .access_networks
                .as_ref()
                .map_or(&[], |networks| networks.any.as_slice()),
            rating_level: self.rating_level.and_then(|level| level.try_into().ok()),
        }
    }

    /// What a decision needs to know of it.
    pub fn resource(&self) -> Resource<'_> {
        Resource::Item(Item {
            id: &self.id,
            owner: self.owner.as_deref(),
            rules: self.rules(),
        })
    }

    /// All its rules but its password.
    pub fn access(&self) -> matinee_catalog::Access {
        matinee_catalog::Access {
            visibility: self.visibility,
            groups: self.access_groups.clone().unwrap_or_default(),
            password_hash: None,
            publish_at: self.publish_at,
            expires_at: self.expires_at,
            regions: self.access_regions.clone(),
            networks: self.access_networks.clone().unwrap_or_default(),
        }
    }

    /// Whether it is on the air, or waits for its encoder.
    pub fn is_live(&self) -> bool {
        self.status == StreamStatus::Live
    }

    /// How long the last broadcast was, in microseconds; none until it ends.
    pub fn duration(&self) -> Option<i64> {
        let (from, until) = self.started_at.zip(self.ended_at)?;
        Some((until - from).max(0)).filter(|_| !self.is_live())
    }
}
