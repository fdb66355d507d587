//! What people say about a video, and which of it is accepted.

use serde::{Deserialize, Deserializer, Serialize};

use crate::{CatalogError, Result};

/// The bounds of the fields.
pub mod limits {
    use std::ops::RangeInclusive;

    /// The kinds of video. The first four come with films and series; the rest
    /// are what schools, broadcasters and gamers call theirs.
    pub const CONTENT_TYPES: [&str; 19] = [
        "movie",
        "episode",
        "short",
        "documentary",
        "series",
        "trailer",
        "clip",
        "music",
        "course",
        "recording",
        "live_stream",
        "recorded",
        "webinar",
        "conference",
        "gaming",
        "education",
        "entertainment",
        "video",
        "other",
    ];
    /// The longest title and show title, in characters.
    pub const TITLE_MAX: usize = 255;
    /// The longest description, in characters.
    pub const DESCRIPTION_MAX: usize = 10_000;
    /// The longest category, genre and single tag, in characters.
    pub const WORD_MAX: usize = 64;
    /// The most tags a video has.
    pub const TAGS_MAX: usize = 50;
    /// The longest uploader, in characters.
    pub const UPLOADER_MAX: usize = 128;
    /// The longest rating, in characters.
    pub const RATING_MAX: usize = 32;
    /// Years of release.
    pub const YEARS: RangeInclusive<i32> = 1870..=2200;
    /// Season numbers; 0 holds the specials.
    pub const SEASONS: RangeInclusive<i32> = 0..=10_000;
    /// Episode numbers.
    pub const EPISODES: RangeInclusive<i32> = 0..=100_000;
}

/// One field that cannot be accepted, and why, in words for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field as the client wrote it.
    pub field: String,
    /// What was expected, beginning in lower case: "must be …".
    pub reason: String,
}

impl FieldError {
    /// A refusal of `field` for `reason`.
    pub fn new(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            reason: reason.into(),
        }
    }
}

/// What people say about a video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// 1 to [`limits::TITLE_MAX`] characters.
    pub title: String,
    /// Up to [`limits::DESCRIPTION_MAX`] characters.
    pub description: String,
    /// Who the client says uploads.
    pub uploader_id: Option<String>,
    /// Such as `Entertainment`.
    pub category: Option<String>,
    /// At most [`limits::TAGS_MAX`], without repeats.
    pub tags: Vec<String>,
    /// Whether anybody may watch it.
    pub is_public: bool,
    /// One of [`limits::CONTENT_TYPES`].
    pub content_type: Option<String>,
    /// The show that an episode belongs to.
    pub show_title: Option<String>,
    /// Within [`limits::SEASONS`].
    pub season_number: Option<i32>,
    /// Within [`limits::EPISODES`].
    pub episode_number: Option<i32>,
    /// Such as `Action`.
    pub genre: Option<String>,
    /// Within [`limits::YEARS`].
    pub release_year: Option<i32>,
    /// An age rating, as people write it: `PG-13`, `TV-MA`.
    pub rating: Option<String>,
}

impl Default for Details {
    /// Nothing said: untitled and public.
    fn default() -> Self {
        Self {
            title: "Untitled".to_owned(),
            description: String::new(),
            uploader_id: None,
            category: None,
            tags: Vec::new(),
            is_public: true,
            content_type: None,
            show_title: None,
            season_number: None,
            episode_number: None,
            genre: None,
            release_year: None,
            rating: None,
        }
    }
}

impl Details {
    /// The same with surrounding space trimmed, empty texts dropped and
    /// repeated tags removed, or every field that is wrong.
    pub fn checked(mut self) -> Result<Self> {
        let mut judge = Judge(Vec::new());
        self.title = self.title.trim().into();
        if self.title.is_empty() {
            judge.refuse("title", "must not be empty");
        }
        judge.text("title", &self.title, limits::TITLE_MAX);
        judge.text("description", &self.description, limits::DESCRIPTION_MAX);
        judge.word("uploader_id", &mut self.uploader_id, limits::UPLOADER_MAX);
        judge.word("category", &mut self.category, limits::WORD_MAX);
        judge.word("show_title", &mut self.show_title, limits::TITLE_MAX);
        judge.word("genre", &mut self.genre, limits::WORD_MAX);
        judge.word("rating", &mut self.rating, limits::RATING_MAX);
        judge.content_type(&mut self.content_type);
        judge.number("season_number", self.season_number, &limits::SEASONS);
        judge.number("episode_number", self.episode_number, &limits::EPISODES);
        judge.number("release_year", self.release_year, &limits::YEARS);
        judge.tags(&mut self.tags);
        if judge.0.is_empty() {
            Ok(self)
        } else {
            Err(CatalogError::Invalid(judge.0))
        }
    }

    /// The same after a change.
    #[must_use]
    pub fn patched(self, patch: DetailsPatch) -> Self {
        Self {
            title: patch.title.unwrap_or(self.title),
            description: patch.description.unwrap_or(self.description),
            uploader_id: patch.uploader_id.unwrap_or(self.uploader_id),
            category: patch.category.unwrap_or(self.category),
            tags: patch.tags.unwrap_or(self.tags),
            is_public: patch.is_public.unwrap_or(self.is_public),
            content_type: patch.content_type.unwrap_or(self.content_type),
            show_title: patch.show_title.unwrap_or(self.show_title),
            season_number: patch.season_number.unwrap_or(self.season_number),
            episode_number: patch.episode_number.unwrap_or(self.episode_number),
            genre: patch.genre.unwrap_or(self.genre),
            release_year: patch.release_year.unwrap_or(self.release_year),
            rating: patch.rating.unwrap_or(self.rating),
        }
    }
}

/// A change of [`Details`] in the manner of JSON Merge Patch (RFC 7396): an
/// absent field stays, `null` clears it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DetailsPatch {
    /// A new title.
    pub title: Option<String>,
    /// A new description.
    pub description: Option<String>,
    /// A new uploader, or none.
    #[serde(deserialize_with = "nullable")]
    pub uploader_id: Option<Option<String>>,
    /// A new category, or none.
    #[serde(deserialize_with = "nullable")]
    pub category: Option<Option<String>>,
    /// All tags anew.
    pub tags: Option<Vec<String>>,
    /// Public or private.
    pub is_public: Option<bool>,
    /// A new kind, or none.
    #[serde(deserialize_with = "nullable")]
    pub content_type: Option<Option<String>>,
    /// A new show, or none.
    #[serde(deserialize_with = "nullable")]
    pub show_title: Option<Option<String>>,
    /// A new season, or none.
    #[serde(deserialize_with = "nullable")]
    pub season_number: Option<Option<i32>>,
    /// A new episode number, or none.
    #[serde(deserialize_with = "nullable")]
    pub episode_number: Option<Option<i32>>,
    /// A new genre, or none.
    #[serde(deserialize_with = "nullable")]
    pub genre: Option<Option<String>>,
    /// A new year, or none.
    #[serde(deserialize_with = "nullable")]
    pub release_year: Option<Option<i32>>,
    /// A new rating, or none.
    #[serde(deserialize_with = "nullable")]
    pub rating: Option<Option<String>>,
}

/// Tells `null` (clear it) from an absent field (leave it).
#[expect(
    clippy::option_option,
    reason = "absent, null and given are three things"
)]
fn nullable<'de, D, T>(deserializer: D) -> std::result::Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// Collects refusals.
struct Judge(Vec<FieldError>);

impl Judge {
    fn refuse(&mut self, field: &str, reason: impl Into<String>) {
        self.0.push(FieldError::new(field, reason));
    }

    fn text(&mut self, field: &str, text: &str, max: usize) {
        if text.chars().count() > max {
            self.refuse(field, format!("must not be longer than {max} characters"));
        }
        // A database may refuse NUL, and a page would show nothing for the others.
        if text
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        {
            self.refuse(field, "must not contain control characters");
        }
    }

    fn word(&mut self, field: &str, word: &mut Option<String>, max: usize) {
        *word = word
            .take()
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty());
        if let Some(text) = word {
            self.text(field, text, max);
        }
    }

    fn content_type(&mut self, word: &mut Option<String>) {
        self.word("content_type", word, limits::WORD_MAX);
        *word = word.take().map(|text| text.to_lowercase());
        if let Some(text) = word
            && !limits::CONTENT_TYPES.contains(&text.as_str())
        {
            self.refuse(
                "content_type",
                format!("must be one of {}", limits::CONTENT_TYPES.join(", ")),
            );
        }
    }

    fn number(&mut self, field: &str, number: Option<i32>, range: &std::ops::RangeInclusive<i32>) {
        if number.is_some_and(|n| !range.contains(&n)) {
            let (low, high) = (range.start(), range.end());
            self.refuse(field, format!("must be from {low} to {high}"));
        }
    }

    fn tags(&mut self, tags: &mut Vec<String>) {
        let mut seen = std::collections::HashSet::new();
        *tags = std::mem::take(tags)
            .into_iter()
            .map(|tag| tag.trim().to_owned())
            .filter(|tag| !tag.is_empty() && seen.insert(tag.to_lowercase()))
            .collect();
        if tags.len() > limits::TAGS_MAX {
            let max = limits::TAGS_MAX;
            self.refuse("tags", format!("must not be more than {max}"));
        }
        for tag in tags.iter() {
            self.text("tags", tag, limits::WORD_MAX);
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    fn refused(details: Details) -> Vec<String> {
        match details.checked() {
            Err(CatalogError::Invalid(errors)) => errors.into_iter().map(|e| e.field).collect(),
            other => panic!("accepted: {other:?}"),
        }
    }

    #[test]
    fn every_wrong_field_is_named() {
        let details = Details {
            title: "  ".to_owned(),
            description: "x".repeat(limits::DESCRIPTION_MAX + 1),
            content_type: Some("novel".to_owned()),
            season_number: Some(-1),
            release_year: Some(1500),
            genre: Some("a\0b".to_owned()),
            ..Details::default()
        };
        assert_eq!(
            refused(details),
            [
                "title",
                "description",
                "genre",
                "content_type",
                "season_number",
                "release_year"
            ]
        );
    }

    #[test]
    fn texts_are_trimmed_and_tags_are_unique() {
        let details = Details {
            title: " Big Buck Bunny ".to_owned(),
            category: Some("  ".to_owned()),
            content_type: Some("Movie".to_owned()),
            tags: ["Funny", " funny ", "", "short"]
                .map(str::to_owned)
                .to_vec(),
            ..Details::default()
        };
        let checked = details.checked().unwrap();
        assert_eq!(checked.title, "Big Buck Bunny");
        assert_eq!(checked.category, None);
        assert_eq!(checked.content_type.as_deref(), Some("movie"));
        assert_eq!(checked.tags, ["Funny", "short"]);
    }

    #[test]
    fn a_patch_tells_null_from_absent() {
        let before = Details {
            genre: Some("Action".to_owned()),
            rating: Some("PG".to_owned()),
            ..Details::default()
        };
        let patch: DetailsPatch =
            serde_json::from_str(r#"{"genre": null, "release_year": 2008}"#).unwrap();
        let after = before.patched(patch);
        assert_eq!(after.genre, None);
        assert_eq!(after.rating.as_deref(), Some("PG"));
        assert_eq!(after.release_year, Some(2008));
        assert!(serde_json::from_str::<DetailsPatch>(r#"{"titel": "x"}"#).is_err());
    }
}
