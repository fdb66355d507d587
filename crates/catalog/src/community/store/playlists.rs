//! `playlists`: named, ordered lists of videos.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use super::comments::PostState;

/// Who finds a playlist.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    /// Everybody, in lists too.
    #[sea_orm(string_value = "public")]
    Public,
    /// Everybody who has its address.
    #[sea_orm(string_value = "unlisted")]
    Unlisted,
    /// Everybody who has signed in, in lists too.
    #[sea_orm(string_value = "members")]
    Members,
    /// Its owner and collaborators.
    #[sea_orm(string_value = "private")]
    Private,
}

impl Sharing {
    /// Every one of them.
    pub const ALL: [Self; 4] = [Self::Public, Self::Unlisted, Self::Members, Self::Private];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unlisted => "unlisted",
            Self::Members => "members",
            Self::Private => "private",
        }
    }

    /// The one of this name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// One playlist.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "playlists")]
pub struct Model {
    /// `playlist_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// 1 to 150 characters.
    pub name: String,
    /// Plain text; may be empty.
    pub description: String,
    /// Who the client said makes it; their account unless said otherwise.
    pub creator_id: Option<String>,
    /// The account that owns it.
    pub owner: Option<String>,
    /// Who finds it.
    pub visibility: Sharing,
    /// Whether a video may be in it more than once.
    pub allow_duplicates: bool,
    /// Whether moderators have taken it down.
    pub state: PostState,
    /// When it was made.
    pub created_at: i64,
    /// When it or its list was last changed.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
