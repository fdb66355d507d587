//! What people say about a show, and the rules of it.

use std::collections::BTreeMap;

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use serde::{Deserialize, Serialize};

use crate::details::{ids_patched, nullable, year_of, year_patched};
use crate::judge::{Judge, sort_key};
use crate::store::shows;
use crate::store::videos::{ExternalIds, Tags};
use crate::{Result, limits};

/// What a show can be.
pub const SHOW_KINDS: [&str; 4] = ["show", "course", "podcast", "other"];
/// Whether there is more to come.
pub const SHOW_STATUSES: [&str; 5] = ["planned", "returning", "ended", "canceled", "finished"];

/// What people say about a show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShowDetails {
    /// One of [`SHOW_KINDS`].
    pub kind: String,
    /// 1 to [`limits::TITLE_MAX`] characters.
    pub title: String,
    /// What it is sorted by instead of its title.
    pub sort_title: Option<String>,
    /// The title where it comes from.
    pub original_title: Option<String>,
    /// One line that makes one curious.
    pub tagline: Option<String>,
    /// Up to [`limits::DESCRIPTION_MAX`] characters.
    pub overview: String,
    /// Who made it.
    pub studio: Option<String>,
    /// The day of the first showing.
    pub release_date: Option<String>,
    /// The year of the first showing.
    pub release_year: Option<i32>,
    /// One of [`SHOW_STATUSES`].
    pub status: Option<String>,
    /// An age rating, such as `TV-MA`.
    pub rating: Option<String>,
    /// Spoken languages (BCP 47).
    pub languages: Vec<String>,
    /// All genres.
    pub genres: Vec<String>,
    /// Free words.
    pub tags: Vec<String>,
    /// Its names in other databases.
    pub external_ids: BTreeMap<String, String>,
}

impl Default for ShowDetails {
    fn default() -> Self {
        Self {
            kind: "show".to_owned(),
            title: String::new(),
            sort_title: None,
            original_title: None,
            tagline: None,
            overview: String::new(),
            studio: None,
            release_date: None,
            release_year: None,
            status: None,
            rating: None,
            languages: Vec::new(),
            genres: Vec::new(),
            tags: Vec::new(),
            external_ids: BTreeMap::new(),
        }
    }
}

/// A change of a show: an absent field stays, `null` clears it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ShowPatch {
    /// Another kind.
    pub kind: Option<String>,
    /// A new title.
    pub title: Option<String>,
    /// A new sort title, or none.
    #[serde(deserialize_with = "nullable")]
    pub sort_title: Option<Option<String>>,
    /// A new original title, or none.
    #[serde(deserialize_with = "nullable")]
    pub original_title: Option<Option<String>>,
    /// A new tagline, or none.
    #[serde(deserialize_with = "nullable")]
    pub tagline: Option<Option<String>>,
    /// A new overview.
    pub overview: Option<String>,
    /// A new studio, or none.
    #[serde(deserialize_with = "nullable")]
    pub studio: Option<Option<String>>,
    /// A new day of release, or none.
    #[serde(deserialize_with = "nullable")]
    pub release_date: Option<Option<String>>,
    /// A new year, or none.
    #[serde(deserialize_with = "nullable")]
    pub release_year: Option<Option<i32>>,
    /// A new status, or none.
    #[serde(deserialize_with = "nullable")]
    pub status: Option<Option<String>>,
    /// A new rating, or none.
    #[serde(deserialize_with = "nullable")]
    pub rating: Option<Option<String>>,
    /// All languages anew.
    pub languages: Option<Vec<String>>,
    /// All genres anew.
    pub genres: Option<Vec<String>>,
    /// All tags anew.
    pub tags: Option<Vec<String>>,
    /// Names in other databases to add, change or (`null`) take away.
    pub external_ids: Option<BTreeMap<String, Option<String>>>,
    /// What is said about seasons; those that are absent stay.
    pub seasons: Option<Vec<SeasonDetails>>,
}

/// What people say about a season.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SeasonDetails {
    /// Within [`limits::SEASONS`]; 0 holds the specials.
    pub number: i32,
    /// Its name, if it has one of its own.
    pub title: Option<String>,
    /// Up to [`limits::DESCRIPTION_MAX`] characters.
    pub overview: String,
    /// The day of the first showing.
    pub release_date: Option<String>,
}

impl ShowDetails {
    /// The same with surrounding space trimmed, or every field that is wrong.
    pub fn checked(mut self) -> Result<Self> {
        let mut judge = Judge::new();
        let mut kind = Some(std::mem::take(&mut self.kind));
        judge.choice("kind", &mut kind, &SHOW_KINDS);
        self.kind = kind.unwrap_or_else(|| "show".to_owned());
        judge.name("title", &mut self.title, limits::TITLE_MAX);
        judge.word("sort_title", &mut self.sort_title, limits::TITLE_MAX);
        judge.word(
            "original_title",
            &mut self.original_title,
            limits::TITLE_MAX,
        );
        judge.word("tagline", &mut self.tagline, limits::TAGLINE_MAX);
        judge.text("overview", &self.overview, limits::DESCRIPTION_MAX);
        judge.word("studio", &mut self.studio, limits::TITLE_MAX);
        judge.date("release_date", &mut self.release_date);
        judge.number("release_year", self.release_year, &limits::YEARS);
        judge.choice("status", &mut self.status, &SHOW_STATUSES);
        judge.word("rating", &mut self.rating, limits::RATING_MAX);
        judge.languages("languages", &mut self.languages);
        judge.words("genres", &mut self.genres, limits::GENRES_MAX);
        judge.words("tags", &mut self.tags, limits::TAGS_MAX);
        judge.external_ids("external_ids", &self.external_ids);
        if self.release_year.is_none() {
            self.release_year = year_of(self.release_date.as_deref());
        }
        judge.verdict(self)
    }

    pub(super) fn patched(self, patch: ShowPatch) -> Self {
        let release_year = year_patched(
            self.release_year,
            patch.release_year,
            patch.release_date.as_ref(),
        );
        Self {
            kind: patch.kind.unwrap_or(self.kind),
            title: patch.title.unwrap_or(self.title),
            sort_title: patch.sort_title.unwrap_or(self.sort_title),
            original_title: patch.original_title.unwrap_or(self.original_title),
            tagline: patch.tagline.unwrap_or(self.tagline),
            overview: patch.overview.unwrap_or(self.overview),
            studio: patch.studio.unwrap_or(self.studio),
            release_date: patch.release_date.unwrap_or(self.release_date),
            release_year,
            status: patch.status.unwrap_or(self.status),
            rating: patch.rating.unwrap_or(self.rating),
            languages: patch.languages.unwrap_or(self.languages),
            genres: patch.genres.unwrap_or(self.genres),
            tags: patch.tags.unwrap_or(self.tags),
            external_ids: ids_patched(self.external_ids, patch.external_ids),
        }
    }
}

impl shows::Model {
    /// What people said about it.
    pub fn details(&self) -> ShowDetails {
        ShowDetails {
            kind: self.kind.clone(),
            title: self.title.clone(),
            sort_title: self.sort_title.clone(),
            original_title: self.original_title.clone(),
            tagline: self.tagline.clone(),
            overview: self.overview.clone(),
            studio: self.studio.clone(),
            release_date: self.release_date.clone(),
            release_year: self.release_year,
            status: self.status.clone(),
            rating: self.rating.clone(),
            languages: self.languages.0.clone(),
            genres: self.genres.0.clone(),
            tags: self.tags.0.clone(),
            external_ids: self.external_ids.0.clone(),
        }
    }

    pub(super) fn made(
        details: ShowDetails,
        owner: Option<String>,
        auto_key: Option<String>,
    ) -> Self {
        let now = now_micros();
        Self {
            id: Id::new("show").to_string(),
            sort_key: sort_key(&details.title, details.sort_title.as_deref()),
            kind: details.kind,
            title: details.title,
            sort_title: details.sort_title,
            original_title: details.original_title,
            tagline: details.tagline,
            overview: details.overview,
            studio: details.studio,
            release_date: details.release_date,
            release_year: details.release_year,
            status: details.status,
            rating: details.rating,
            languages: Tags(details.languages),
            genres: Tags(details.genres),
            tags: Tags(details.tags),
            external_ids: ExternalIds(details.external_ids),
            owner,
            is_auto: auto_key.is_some(),
            auto_key,
            revision: 1,
            created_at: now,
            updated_at: now,
        }
    }
}
