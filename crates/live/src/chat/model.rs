//! What a chat is made of.

use std::time::Duration;

use matinee_catalog::community::Person;
use sea_orm::prelude::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};

/// What somebody was to a stream when they wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Badge {
    /// It is theirs.
    #[sea_orm(string_value = "streamer")]
    Streamer,
    /// They run the service.
    #[sea_orm(string_value = "administrator")]
    Administrator,
    /// They watch over what others write.
    #[sea_orm(string_value = "moderator")]
    Moderator,
    /// They have signed in.
    #[sea_orm(string_value = "member")]
    Member,
    /// They have no account: the name is what they say it is.
    #[sea_orm(string_value = "guest")]
    Guest,
}

impl Badge {
    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Streamer => "streamer",
            Self::Administrator => "administrator",
            Self::Moderator => "moderator",
            Self::Member => "member",
            Self::Guest => "guest",
        }
    }

    /// Whether who has it looks after the chat.
    pub fn moderates(self) -> bool {
        matches!(self, Self::Streamer | Self::Administrator | Self::Moderator)
    }
}

/// Who sees a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum MessageState {
    /// Everybody who may watch the stream.
    #[sea_orm(string_value = "visible")]
    Visible,
    /// Its author and those who look after the chat, until one of them decides.
    #[sea_orm(string_value = "held")]
    Held,
    /// Nobody: it was deleted.
    #[sea_orm(string_value = "deleted")]
    Deleted,
}

impl MessageState {
    /// The word that is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Visible => "visible",
            Self::Held => "held",
            Self::Deleted => "deleted",
        }
    }
}

/// How chats are kept.
#[derive(Debug, Clone, Copy)]
pub struct ChatOptions {
    /// Whether there are chats at all.
    pub enabled: bool,
    /// The longest message, in characters.
    pub message_max: usize,
    /// The most messages that are read at once.
    pub history_max: u64,
    /// How many messages a minute somebody may write; none for any number.
    pub per_minute: Option<u32>,
    /// Whether the instance's blocked words and link rules count here.
    pub filter: bool,
    /// How long messages are kept; none for ever.
    pub keep: Option<Duration>,
}

impl Default for ChatOptions {
    fn default() -> Self {
        Self {
            enabled: true,
            message_max: 500,
            history_max: 1000,
            per_minute: Some(5),
            filter: true,
            keep: Some(Duration::from_hours(30 * 24)),
        }
    }
}

/// Somebody beside a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// Who.
    pub person: Person,
    /// What they are to the stream.
    pub badge: Badge,
}

/// A message about to be written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewMessage {
    /// Plain text.
    pub body: String,
    /// The message that it answers.
    pub reply_to: Option<String>,
}

/// A change of a message, by those who look after the chat.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MessageChange {
    /// Whether it stands above the others.
    pub pinned: Option<bool>,
    /// Lets a held message be seen.
    pub approve: bool,
}
