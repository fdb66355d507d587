//! What people say about a video, and which of it is accepted.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use crate::Result;
use crate::judge::Judge;

/// The bounds of the fields.
pub mod limits {
    use std::ops::RangeInclusive;

    /// The kinds of video. The first four come with films and series; the rest
    /// are what schools, broadcasters and gamers call theirs.
    pub const CONTENT_TYPES: [&str; 21] = [
        "movie",
        "episode",
        "short",
        "documentary",
        "lesson",
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
        "advert",
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
    /// The most genres a title has.
    pub const GENRES_MAX: usize = 20;
    /// The most languages a title has.
    pub const LANGUAGES_MAX: usize = 20;
    /// The most names in other databases that a title has.
    pub const EXTERNAL_IDS_MAX: usize = 16;
    /// The longest tagline, in characters.
    pub const TAGLINE_MAX: usize = 500;
    /// What an extra is to the title that it comes with.
    pub const EXTRA_KINDS: [&str; 10] = [
        "trailer",
        "teaser",
        "clip",
        "behind_the_scenes",
        "deleted_scene",
        "featurette",
        "interview",
        "scene",
        "short",
        "other",
    ];
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
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
    /// The last episode, of a file that holds several.
    pub episode_number_end: Option<i32>,
    /// Such as `Action`.
    pub genre: Option<String>,
    /// Within [`limits::YEARS`].
    pub release_year: Option<i32>,
    /// An age rating, as people write it: `PG-13`, `TV-MA`.
    pub rating: Option<String>,
    /// What it is sorted by instead of its title: `Matrix 2`.
    pub sort_title: Option<String>,
    /// The title where it comes from.
    pub original_title: Option<String>,
    /// One line that makes one curious.
    pub tagline: Option<String>,
    /// The day of the first showing, as `2008-04-10`.
    pub release_date: Option<String>,
    /// Who made it: a studio, a network, a school.
    pub studio: Option<String>,
    /// Spoken languages (BCP 47), the most important first.
    pub languages: Vec<String>,
    /// All genres; the first of them is `genre`.
    pub genres: Vec<String>,
    /// The show (`show_…`) that an episode or lesson belongs to.
    pub show_id: Option<String>,
    /// The video that this one is an extra of.
    pub extra_of: Option<String>,
    /// What kind of extra: one of [`limits::EXTRA_KINDS`].
    pub extra_kind: Option<String>,
    /// Its names in other databases, such as `tmdb` → `10378`.
    pub external_ids: BTreeMap<String, String>,
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
            episode_number_end: None,
            genre: None,
            release_year: None,
            rating: None,
            sort_title: None,
            original_title: None,
            tagline: None,
            release_date: None,
            studio: None,
            languages: Vec::new(),
            genres: Vec::new(),
            show_id: None,
            extra_of: None,
            extra_kind: None,
            external_ids: BTreeMap::new(),
        }
    }
}

impl Details {
    /// The same with surrounding space trimmed, empty texts dropped and
    /// repeated tags removed, or every field that is wrong.
    pub fn checked(mut self) -> Result<Self> {
        let mut judge = Judge::new();
        judge.name("title", &mut self.title, limits::TITLE_MAX);
        judge.text("description", &self.description, limits::DESCRIPTION_MAX);
        judge.word("uploader_id", &mut self.uploader_id, limits::UPLOADER_MAX);
        judge.word("category", &mut self.category, limits::WORD_MAX);
        judge.word("show_title", &mut self.show_title, limits::TITLE_MAX);
        judge.word("genre", &mut self.genre, limits::WORD_MAX);
        judge.word("rating", &mut self.rating, limits::RATING_MAX);
        judge.choice(
            "content_type",
            &mut self.content_type,
            &limits::CONTENT_TYPES,
        );
        judge.number("season_number", self.season_number, &limits::SEASONS);
        judge.number("episode_number", self.episode_number, &limits::EPISODES);
        self.judge_episodes(&mut judge);
        judge.number("release_year", self.release_year, &limits::YEARS);
        judge.words("tags", &mut self.tags, limits::TAGS_MAX);
        judge.word("sort_title", &mut self.sort_title, limits::TITLE_MAX);
        judge.word(
            "original_title",
            &mut self.original_title,
            limits::TITLE_MAX,
        );
        judge.word("tagline", &mut self.tagline, limits::TAGLINE_MAX);
        judge.word("studio", &mut self.studio, limits::TITLE_MAX);
        judge.date("release_date", &mut self.release_date);
        judge.languages("languages", &mut self.languages);
        judge.words("genres", &mut self.genres, limits::GENRES_MAX);
        judge.choice("extra_kind", &mut self.extra_kind, &limits::EXTRA_KINDS);
        judge.external_ids("external_ids", &self.external_ids);
        // One says the genre by either name; the list is what counts.
        match (&self.genre, self.genres.first()) {
            (Some(genre), None) => self.genres = vec![genre.clone()],
            _ => self.genre = self.genres.first().cloned(),
        }
        if self.release_year.is_none() {
            self.release_year = year_of(self.release_date.as_deref());
        }
        if self.extra_of.is_some() && self.extra_kind.is_none() {
            self.extra_kind = Some("other".to_owned());
        } else if self.extra_of.is_none() {
            self.extra_kind = None;
        }
        judge.verdict(self)
    }

    /// A range of episodes goes up; one of a single episode is none.
    fn judge_episodes(&mut self, judge: &mut Judge) {
        let name = "episode_number_end";
        judge.number(name, self.episode_number_end, &limits::EPISODES);
        match (self.episode_number, self.episode_number_end) {
            (Some(first), Some(last)) if last < first => {
                judge.refuse(name, "must not be before episode_number");
            }
            (Some(first), Some(last)) if last == first => self.episode_number_end = None,
            (None, Some(_)) => judge.refuse(name, "must come with an episode_number"),
            _ => {}
        }
    }

    /// The same after a change.
    #[must_use]
    pub fn patched(self, patch: DetailsPatch) -> Self {
        // Who moves an episode says anew how far it goes.
        let moved = patch
            .episode_number
            .is_some_and(|number| number != self.episode_number);
        let episode_number_end = match patch.episode_number_end {
            Some(last) => last,
            None if moved => None,
            None => self.episode_number_end,
        };
        // Who changes the one genre that older clients know means all of them,
        // unless it is the one that is there.
        let genres = match (patch.genres, &patch.genre) {
            (Some(genres), _) => genres,
            (None, Some(genre)) if *genre != self.genre => genre.iter().cloned().collect(),
            (None, _) => self.genres,
        };
        let release_year = year_patched(
            self.release_year,
            patch.release_year,
            patch.release_date.as_ref(),
        );
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
            episode_number_end,
            genre: genres.first().cloned(),
            release_year,
            rating: patch.rating.unwrap_or(self.rating),
            sort_title: patch.sort_title.unwrap_or(self.sort_title),
            original_title: patch.original_title.unwrap_or(self.original_title),
            tagline: patch.tagline.unwrap_or(self.tagline),
            release_date: patch.release_date.unwrap_or(self.release_date),
            studio: patch.studio.unwrap_or(self.studio),
            languages: patch.languages.unwrap_or(self.languages),
            genres,
            show_id: patch.show_id.unwrap_or(self.show_id),
            extra_of: patch.extra_of.unwrap_or(self.extra_of),
            extra_kind: patch.extra_kind.unwrap_or(self.extra_kind),
            external_ids: ids_patched(self.external_ids, patch.external_ids),
        }
    }
}

/// The year of a day such as `2008-04-10`.
pub(crate) fn year_of(date: Option<&str>) -> Option<i32> {
    let year = date?.get(..4)?.parse().ok()?;
    limits::YEARS.contains(&year).then_some(year)
}

/// The year after a change: the one that is given, or else that of the new day.
#[expect(
    clippy::option_option,
    reason = "absent, null and given are three things"
)]
pub(crate) fn year_patched(
    before: Option<i32>,
    year: Option<Option<i32>>,
    date: Option<&Option<String>>,
) -> Option<i32> {
    match (year, date) {
        (Some(year), _) => year,
        (None, Some(date)) => year_of(date.as_deref()).or(before),
        (None, None) => before,
    }
}

/// Names in other databases after a change: `None` takes one away.
pub(crate) fn ids_patched(
    mut ids: BTreeMap<String, String>,
    patch: Option<BTreeMap<String, Option<String>>>,
) -> BTreeMap<String, String> {
    for (name, id) in patch.unwrap_or_default() {
        match id {
            Some(id) => ids.insert(name, id),
            None => ids.remove(&name),
        };
    }
    ids
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
    /// Another last episode, or none.
    #[serde(deserialize_with = "nullable")]
    pub episode_number_end: Option<Option<i32>>,
    /// A new genre, or none.
    #[serde(deserialize_with = "nullable")]
    pub genre: Option<Option<String>>,
    /// A new year, or none.
    #[serde(deserialize_with = "nullable")]
    pub release_year: Option<Option<i32>>,
    /// A new rating, or none.
    #[serde(deserialize_with = "nullable")]
    pub rating: Option<Option<String>>,
    /// A new sort title, or none.
    #[serde(deserialize_with = "nullable")]
    pub sort_title: Option<Option<String>>,
    /// A new original title, or none.
    #[serde(deserialize_with = "nullable")]
    pub original_title: Option<Option<String>>,
    /// A new tagline, or none.
    #[serde(deserialize_with = "nullable")]
    pub tagline: Option<Option<String>>,
    /// A new day of release, or none.
    #[serde(deserialize_with = "nullable")]
    pub release_date: Option<Option<String>>,
    /// A new studio, or none.
    #[serde(deserialize_with = "nullable")]
    pub studio: Option<Option<String>>,
    /// All languages anew.
    pub languages: Option<Vec<String>>,
    /// All genres anew.
    pub genres: Option<Vec<String>>,
    /// Another show, or none.
    #[serde(deserialize_with = "nullable")]
    pub show_id: Option<Option<String>>,
    /// Another title that it is an extra of, or none.
    #[serde(deserialize_with = "nullable")]
    pub extra_of: Option<Option<String>>,
    /// Another kind of extra.
    #[serde(deserialize_with = "nullable")]
    pub extra_kind: Option<Option<String>>,
    /// Names in other databases to add, change or (`null`) take away.
    pub external_ids: Option<BTreeMap<String, Option<String>>>,
}

/// Tells `null` (clear it) from an absent field (leave it).
#[expect(
    clippy::option_option,
    reason = "absent, null and given are three things"
)]
pub(crate) fn nullable<'de, D, T>(
    deserializer: D,
) -> std::result::Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests;
