//! `moderation_cases`: what moderators are to look at, one for each thing.

use matinee_identity::access::Visibility;
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What a case is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// A video: its title, its description or what it shows.
    #[sea_orm(string_value = "video")]
    Video,
    /// A comment.
    #[sea_orm(string_value = "comment")]
    Comment,
    /// A review.
    #[sea_orm(string_value = "review")]
    Review,
    /// A playlist.
    #[sea_orm(string_value = "playlist")]
    Playlist,
    /// A person.
    #[sea_orm(string_value = "user")]
    User,
    /// A show.
    #[sea_orm(string_value = "show")]
    Show,
    /// Somebody in front of or behind the camera.
    #[sea_orm(string_value = "person")]
    Person,
    /// A collection.
    #[sea_orm(string_value = "collection")]
    Collection,
    /// A profile of an account.
    #[sea_orm(string_value = "profile")]
    Profile,
    /// A text track of a video.
    #[sea_orm(string_value = "subtitle")]
    Subtitle,
}

impl SubjectKind {
    /// Every one of them.
    pub const ALL: [Self; 10] = [
        Self::Video,
        Self::Comment,
        Self::Review,
        Self::Playlist,
        Self::User,
        Self::Show,
        Self::Person,
        Self::Collection,
        Self::Profile,
        Self::Subtitle,
    ];

    /// What people may report, and moderators put out of sight (but people).
    pub const REPORTED: [Self; 5] = [
        Self::Video,
        Self::Comment,
        Self::Review,
        Self::Playlist,
        Self::User,
    ];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Comment => "comment",
            Self::Review => "review",
            Self::Playlist => "playlist",
            Self::User => "user",
            Self::Show => "show",
            Self::Person => "person",
            Self::Collection => "collection",
            Self::Profile => "profile",
            Self::Subtitle => "subtitle",
        }
    }

    /// Whether moderators can put it out of sight.
    pub fn can_be_hidden(self) -> bool {
        matches!(
            self,
            Self::Video | Self::Comment | Self::Review | Self::Playlist
        )
    }

    /// The one of this name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// How far a case has come.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// A moderator is to decide.
    #[sea_orm(string_value = "open")]
    Open,
    /// Decided; see the decision.
    #[sea_orm(string_value = "decided")]
    Decided,
    /// What it was about is gone.
    #[sea_orm(string_value = "closed")]
    Closed,
}

impl CaseState {
    /// Every one of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Decided, Self::Closed];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Decided => "decided",
            Self::Closed => "closed",
        }
    }

    /// The one of this name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// What a moderator decides.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It is fine: everybody sees it.
    #[sea_orm(string_value = "approve")]
    Approve,
    /// Out of sight for now, and the case stays open.
    #[sea_orm(string_value = "hold")]
    Hold,
    /// Taken down; only its author still sees it.
    #[sea_orm(string_value = "remove")]
    Remove,
    /// Nothing is to be done; it stays as it is.
    #[sea_orm(string_value = "dismiss")]
    Dismiss,
}

impl Decision {
    /// Every one of them.
    pub const ALL: [Self; 4] = [Self::Approve, Self::Hold, Self::Remove, Self::Dismiss];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Hold => "hold",
            Self::Remove => "remove",
            Self::Dismiss => "dismiss",
        }
    }

    /// The one of this name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// One thing that a rule has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The hook that found it, such as `words`.
    pub hook: String,
    /// What it found, in words for a moderator.
    pub reason: String,
}

/// What rules have found, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Findings(pub Vec<Finding>);

/// One case.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "moderation_cases")]
pub struct Model {
    /// `case_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// What kind of thing it is about.
    pub subject_kind: SubjectKind,
    /// The thing.
    pub subject_id: String,
    /// The video that it stands under, if it does.
    pub video_id: Option<String>,
    /// Who made it.
    pub author: Option<String>,
    /// The name that was shown with it.
    pub author_name: String,
    /// What it said when the case was opened, shortened.
    pub excerpt: String,
    /// How far it has come.
    pub state: CaseState,
    /// What rules have found.
    #[sea_orm(column_type = "Json")]
    pub findings: Findings,
    /// How many people have reported it.
    pub report_count: i32,
    /// What was decided last.
    pub decision: Option<Decision>,
    /// The account that decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<i64>,
    /// The moderator’s words.
    pub note: Option<String>,
    /// Whom a video was open to before it was put out of sight.
    pub prior: Option<Visibility>,
    /// When it was opened.
    pub created_at: i64,
    /// When something last came to it.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
