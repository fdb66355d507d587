//! For whom something is found.

use matinee_engines::search::Filter;

use crate::Video;

/// For whom something is found: decides what is counted, and, once more and
/// for good, what is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seer {
    /// Whether they see everything.
    pub everything: bool,
    /// Their account, whose own titles they see.
    pub account: Option<String>,
    /// Under which key their watch history is kept.
    pub viewer: Option<String>,
}

impl Seer {
    /// Somebody of whom nothing is known: what feeds and pages for other sites
    /// may show.
    pub fn nobody() -> Self {
        Self::default()
    }

    /// What the index lets through for them.
    pub(super) fn filter(&self) -> Option<Filter> {
        if self.everything {
            return None;
        }
        let is = |field: &str, value: String| Filter::In(field.to_owned(), vec![value]);
        let mut ways = vec![is("public", "true".to_owned())];
        ways.extend(self.account.clone().map(|own| is("owner", own)));
        Some(Filter::Any(ways))
    }

    /// Whether they may come upon it. The index may be a moment behind; this
    /// is decided on what the database says.
    pub fn sees(&self, video: &Video) -> bool {
        self.everything || video.is_public || (video.owner.is_some() && video.owner == self.account)
    }

    /// The same for everybody who sees the same.
    pub(super) fn key(&self) -> String {
        match &self.account {
            _ if self.everything => "*".to_owned(),
            Some(account) => account.clone(),
            None => String::new(),
        }
    }
}
