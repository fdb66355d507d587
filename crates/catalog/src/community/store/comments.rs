//! `comments`: what people say under a video.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Who sees what somebody has written.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
#[serde(rename_all = "snake_case")]
pub enum PostState {
    /// Everybody who sees the place where it stands.
    #[sea_orm(string_value = "visible")]
    Visible,
    /// Its author and moderators, until a moderator decides.
    #[sea_orm(string_value = "held")]
    Held,
    /// Its author and moderators: a moderator has taken it down.
    #[sea_orm(string_value = "removed")]
    Removed,
    /// Nobody: its author has deleted it, and only replies keep its place.
    #[sea_orm(string_value = "deleted")]
    Deleted,
}

impl PostState {
    /// Every one of them.
    pub const ALL: [Self; 4] = [Self::Visible, Self::Held, Self::Removed, Self::Deleted];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Visible => "visible",
            Self::Held => "held",
            Self::Removed => "removed",
            Self::Deleted => "deleted",
        }
    }

    /// The one of this name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// One comment, or a reply to one.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "comments")]
pub struct Model {
    /// `comment_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The video.
    pub video_id: String,
    /// The comment whose thread this stands in; none for one that begins a thread.
    pub parent_id: Option<String>,
    /// The comment that this answers, when that is itself a reply.
    pub reply_to: Option<String>,
    /// The profile, account or browser that wrote it.
    pub author: String,
    /// The account, if there is one.
    pub account: Option<String>,
    /// The name that was shown with it.
    pub author_name: String,
    /// Plain text, as typed.
    pub body: String,
    /// The instant of the film that it speaks of, in milliseconds.
    pub at_ms: Option<i64>,
    /// Who sees it.
    pub state: PostState,
    /// Whether it stands above the others.
    pub pinned: bool,
    /// Likes so far.
    pub like_count: i64,
    /// Replies in its thread that everybody sees.
    pub reply_count: i64,
    /// When it was written.
    pub created_at: i64,
    /// When it was last edited.
    pub edited_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
