//! What judges, and how it answers.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// What kind of thing somebody writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The title, description and tags of a video.
    Title,
    /// A file that somebody uploads, by its name and what they say about it.
    Upload,
    /// A comment or a reply.
    Comment,
    /// A review.
    Review,
    /// The name and description of a playlist.
    Playlist,
    /// The name of a person, an account or a profile.
    Name,
}

/// What happens to what a rule has found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing.
    #[default]
    Allow,
    /// Everybody sees it, and moderators are told.
    Flag,
    /// Nobody but its author sees it until a moderator decides.
    Hold,
    /// It is not taken; its author learns why.
    Refuse,
}

/// What somebody writes, about to be kept.
#[derive(Debug, Clone, Copy)]
pub struct Submission<'a> {
    /// What kind of thing it is.
    pub kind: Kind,
    /// Its texts, by the names of their fields.
    pub texts: &'a [(&'static str, &'a str)],
    /// Who writes: a profile, an account or a browser; empty when a program does.
    pub author: &'a str,
}

/// What is to happen, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// What is to happen.
    pub effect: Effect,
    /// The field that it is about.
    pub field: &'static str,
    /// Why, in words for moderators; empty when nothing was found.
    pub reason: String,
    /// The hook that says so.
    pub hook: &'static str,
}

impl Verdict {
    /// Nothing was found.
    pub fn allow() -> Self {
        Self::default()
    }

    /// Whether it is to be out of sight.
    pub fn held(&self) -> bool {
        self.effect >= Effect::Hold
    }

    /// Whether moderators are to be told.
    pub fn flagged(&self) -> bool {
        self.effect >= Effect::Flag
    }

    /// The stricter of two; the first of two that are alike.
    #[must_use]
    pub fn or_stricter(self, other: Self) -> Self {
        if other.effect > self.effect {
            other
        } else {
            self
        }
    }
}

/// Something that judges what people write.
///
/// A hook that fails or takes long must answer what is safe by itself: writers
/// wait for it.
#[async_trait]
pub trait Hook: Send + Sync + std::fmt::Debug {
    /// A short name, shown to moderators.
    fn name(&self) -> &'static str;

    /// What is to happen with this.
    async fn judge(&self, what: Submission<'_>) -> Verdict;
}
