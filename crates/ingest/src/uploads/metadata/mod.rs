//! What an uploader says about a video, read from the loose text fields of a
//! form, of tus metadata or of JSON, and judged field by field.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use matinee_catalog::limits::{
    CONTENT_TYPES, DESCRIPTION_MAX, EPISODES, GENRES_MAX, LANGUAGES_MAX, RATING_MAX, SEASONS,
    TAGLINE_MAX, TAGS_MAX, TITLE_MAX, UPLOADER_MAX, WORD_MAX, YEARS,
};
use matinee_catalog::{Details, FieldError};
use serde::{Deserialize, Serialize};

/// The rungs that a form may ask for, as heights in pixels.
pub const RESOLUTIONS: [u32; 7] = [240, 360, 480, 720, 1080, 1440, 2160];
/// The segment length that a form may ask for, in seconds.
pub const SEGMENT_DURATION_S: RangeInclusive<u32> = 1..=20;

const FILENAME_MAX_BYTES: usize = 255;

/// What an uploader said about a video; absent fields get their defaults when
/// the video is made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Metadata {
    /// Up to [`TITLE_MAX`] characters; otherwise the file's name without extension.
    pub title: Option<String>,
    /// Up to [`DESCRIPTION_MAX`] characters.
    pub description: Option<String>,
    /// Who the client says uploads, a free text.
    pub uploader_id: Option<String>,
    /// Such as `Entertainment`.
    pub category: Option<String>,
    /// At most [`TAGS_MAX`], without repeats, in the order given.
    pub tags: Vec<String>,
    /// Whether anybody may watch it. Defaults to true.
    pub is_public: Option<bool>,
    /// One of [`CONTENT_TYPES`].
    pub content_type: Option<String>,
    /// The show that an episode belongs to.
    pub show_title: Option<String>,
    /// From 0 (specials) to 10,000.
    pub season_number: Option<i32>,
    /// From 0 to 100,000.
    pub episode_number: Option<i32>,
    /// The last episode, of a file that holds several.
    pub episode_number_end: Option<i32>,
    /// Such as `Action`.
    pub genre: Option<String>,
    /// From 1870 to 2200.
    pub release_year: Option<i32>,
    /// An age rating or a mark, as people write it: `PG-13`, `TV-MA`, `8.1`.
    pub rating: Option<String>,
    /// What it is sorted by instead of its title.
    pub sort_title: Option<String>,
    /// The title where it comes from.
    pub original_title: Option<String>,
    /// One line that makes one curious.
    pub tagline: Option<String>,
    /// The day of the first showing, as `2008-04-10`.
    pub release_date: Option<String>,
    /// Who made it.
    pub studio: Option<String>,
    /// Spoken languages (BCP 47).
    pub languages: Vec<String>,
    /// All genres; `genre` is the first.
    pub genres: Vec<String>,
    /// The file's own name, without folders.
    pub filename: Option<String>,
    /// The MIME type that the client claims; never trusted.
    pub filetype: Option<String>,
    /// Rungs to make, as heights in pixels, instead of the usual ladder.
    pub resolutions: Vec<u32>,
    /// Segment length in seconds instead of the usual one.
    pub segment_duration_s: Option<u32>,
}

impl Metadata {
    /// Reads fields as pairs of name and text. Unknown names are ignored, an
    /// empty text means "not given", and of a repeated name the last counts
    /// (except `tags` and `resolutions`, which add up).
    ///
    /// Every field that is wrong is named in the error, not only the first.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Vec<FieldError>> {
        let mut reader = Reader::default();
        for (name, text) in pairs {
            reader.field(name, text);
        }
        reader.finish()
    }

    /// Reads the same fields from a JSON object, where numbers, booleans and
    /// lists may be themselves or text.
    pub fn from_json(
        object: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<Self, Vec<FieldError>> {
        let mut reader = Reader::default();
        for (name, value) in object {
            reader.value(name, value);
        }
        reader.finish()
    }

    /// The same as the catalog wants it.
    pub fn details(&self) -> Details {
        Details {
            title: self.title_or_default(),
            description: self.description.clone().unwrap_or_default(),
            uploader_id: self.uploader_id.clone(),
            category: self.category.clone(),
            tags: self.tags.clone(),
            is_public: self.is_public.unwrap_or(true),
            content_type: self.content_type.clone(),
            show_title: self.show_title.clone(),
            season_number: self.season_number,
            episode_number: self.episode_number,
            episode_number_end: self.episode_number_end,
            genre: self.genre.clone(),
            release_year: self.release_year,
            rating: self.rating.clone(),
            sort_title: self.sort_title.clone(),
            original_title: self.original_title.clone(),
            tagline: self.tagline.clone(),
            release_date: self.release_date.clone(),
            studio: self.studio.clone(),
            languages: self.languages.clone(),
            genres: self.genres.clone(),
            ..Details::default()
        }
    }

    /// The title to show: the given one, else the file's name without its
    /// extension, else "Untitled".
    pub fn title_or_default(&self) -> String {
        if let Some(title) = &self.title {
            return title.clone();
        }
        let name = self.filename.as_deref().unwrap_or_default();
        let stem = match name.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() && extension.len() <= 5 => stem,
            _ => name,
        };
        let stem: String = stem.trim().chars().take(TITLE_MAX).collect();
        if stem.is_empty() {
            "Untitled".to_owned()
        } else {
            stem
        }
    }
}

/// A file's name as a client gave it, made harmless: no folders, no control
/// characters, at most 255 bytes, the extension kept. `None` if nothing is left.
pub fn clean_filename(given: &str) -> Option<String> {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last
        .chars()
        .filter(|c| !c.is_control() && !is_direction_override(*c))
        .collect();
    let name = name.trim();
    if name.is_empty() || name.chars().all(|c| c == '.') {
        return None;
    }
    if name.len() <= FILENAME_MAX_BYTES {
        return Some(name.to_owned());
    }
    let extension = name
        .rsplit_once('.')
        .map_or("", |(_, e)| if e.len() <= 16 { e } else { "" });
    let room = FILENAME_MAX_BYTES - extension.len() - 1;
    let mut stem = String::new();
    for c in name.chars() {
        if stem.len() + c.len_utf8() > room {
            break;
        }
        stem.push(c);
    }
    Some(if extension.is_empty() {
        stem
    } else {
        format!("{stem}.{extension}")
    })
}

/// Characters that make `gpj.exe` read as `exe.jpg`.
fn is_direction_override(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[derive(Default)]
struct Reader {
    into: Metadata,
    // By field, so that a repeated bad field is reported once.
    errors: BTreeMap<String, String>,
}

impl Reader {
    fn finish(self) -> Result<Metadata, Vec<FieldError>> {
        if self.errors.is_empty() {
            return Ok(self.into);
        }
        Err(self
            .errors
            .into_iter()
            .map(|(field, reason)| FieldError { field, reason })
            .collect())
    }

    fn value(&mut self, name: &str, value: &serde_json::Value) {
        use serde_json::Value;
        match value {
            Value::Null => {}
            Value::String(text) => self.field(name, text),
            Value::Number(number) => self.field(name, &number.to_string()),
            Value::Bool(truth) => self.field(name, if *truth { "true" } else { "false" }),
            Value::Array(items) if is_list(name) => {
                for item in items {
                    match item {
                        // A tag in a JSON list may hold a comma of its own.
                        Value::String(tag) if name == "tags" => self.tag(name, tag),
                        Value::String(_) | Value::Number(_) => self.value(name, item),
                        _ => self.refuse(name, "must be a list of texts"),
                    }
                }
            }
            Value::Array(_) | Value::Object(_) => {
                if is_known(name) {
                    self.refuse(name, "must be a single value");
                }
            }
        }
    }

    fn field(&mut self, name: &str, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        match name {
            "title" => self.into.title = self.text(name, text, TITLE_MAX),
            "description" => self.into.description = self.prose(name, text, DESCRIPTION_MAX),
            "uploader_id" => self.into.uploader_id = self.text(name, text, UPLOADER_MAX),
            "category" => self.into.category = self.text(name, text, WORD_MAX),
            "tags" => self.tags(name, text),
            "is_public" => self.into.is_public = self.truth(name, text),
            "content_type" => self.into.content_type = self.content_type(name, text),
            "show_title" => self.into.show_title = self.text(name, text, TITLE_MAX),
            "season_number" => self.into.season_number = self.number(name, text, SEASONS),
            "episode_number" => self.into.episode_number = self.number(name, text, EPISODES),
            "episode_number_end" => {
                self.into.episode_number_end = self.number(name, text, EPISODES);
            }
            "genre" => self.into.genre = self.text(name, text, WORD_MAX),
            "release_year" => self.into.release_year = self.number(name, text, YEARS),
            "rating" => self.into.rating = self.text(name, text, RATING_MAX),
            "sort_title" => self.into.sort_title = self.text(name, text, TITLE_MAX),
            "original_title" => self.into.original_title = self.text(name, text, TITLE_MAX),
            "tagline" => self.into.tagline = self.text(name, text, TAGLINE_MAX),
            "release_date" => self.into.release_date = self.text(name, text, WORD_MAX),
            "studio" => self.into.studio = self.text(name, text, TITLE_MAX),
            "languages" | "language" => self.words("languages", text),
            "genres" => self.words(name, text),
            "filename" | "name" => self.into.filename = clean_filename(text),
            "filetype" | "type" => self.into.filetype = self.text("filetype", text, UPLOADER_MAX),
            "resolutions" => self.resolutions(name, text),
            "segment_duration" | "segment_length" => {
                self.into.segment_duration_s = self.segment_duration(name, text);
            }
            _ => {}
        }
    }

    fn refuse(&mut self, field: &str, reason: impl Into<String>) {
        self.errors.insert(field.to_owned(), reason.into());
    }

    /// One line of text.
    fn text(&mut self, field: &str, text: &str, max: usize) -> Option<String> {
        if text.chars().any(char::is_control) {
            self.refuse(field, "must be one line without control characters");
            return None;
        }
        self.prose(field, text, max)
    }

    /// Text that may have several lines.
    fn prose(&mut self, field: &str, text: &str, max: usize) -> Option<String> {
        if text.contains('\0') {
            self.refuse(field, "must not contain a null character");
            return None;
        }
        if text.chars().nth(max).is_some() {
            self.refuse(field, format!("must be at most {max} characters long"));
            return None;
        }
        Some(text.to_owned())
    }

    fn truth(&mut self, field: &str, text: &str) -> Option<bool> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Some(true),
            "false" | "0" | "no" | "off" => Some(false),
            _ => {
                self.refuse(field, "must be true or false");
                None
            }
        }
    }

    fn number(&mut self, field: &str, text: &str, range: RangeInclusive<i32>) -> Option<i32> {
        match text.parse::<i32>() {
            Ok(number) if range.contains(&number) => Some(number),
            _ => {
                let (low, high) = range.into_inner();
                self.refuse(
                    field,
                    format!("must be a whole number from {low} to {high}"),
                );
                None
            }
        }
    }

    fn content_type(&mut self, field: &str, text: &str) -> Option<String> {
        let text = text.to_ascii_lowercase();
        if CONTENT_TYPES.contains(&text.as_str()) {
            return Some(text);
        }
        // S3-style clients send the file's MIME type under this name.
        if text.contains('/') && text.len() <= UPLOADER_MAX {
            self.into.filetype = Some(text);
            return None;
        }
        self.refuse(
            field,
            format!("must be one of {}", CONTENT_TYPES.join(", ")),
        );
        None
    }

    /// Words separated by commas, or a JSON list of them.
    fn words(&mut self, field: &str, text: &str) {
        let words: Vec<String> = match serde_json::from_str(text) {
            Ok(list) if text.starts_with('[') => list,
            _ => text.split(',').map(str::to_owned).collect(),
        };
        for word in words {
            if word.trim().is_empty() {
                continue;
            }
            let word = self.text(field, word.trim(), WORD_MAX);
            let (list, max) = match field {
                "languages" => (&mut self.into.languages, LANGUAGES_MAX),
                _ => (&mut self.into.genres, GENRES_MAX),
            };
            if let Some(word) = word.filter(|word| !list.contains(word)) {
                list.push(word);
            }
            if list.len() > max {
                self.refuse(field, format!("must be at most {max}"));
            }
        }
    }

    fn tags(&mut self, field: &str, text: &str) {
        // Some clients put a JSON list into the text field.
        if text.starts_with('[')
            && let Ok(list) = serde_json::from_str::<Vec<String>>(text)
        {
            for tag in list {
                self.tag(field, &tag);
            }
            return;
        }
        for tag in text.split(',') {
            self.tag(field, tag);
        }
    }

    fn tag(&mut self, field: &str, tag: &str) {
        let tag = tag.trim().trim_start_matches('#').trim();
        if tag.is_empty() || self.into.tags.iter().any(|known| known == tag) {
            return;
        }
        if tag.chars().any(char::is_control) || tag.chars().nth(WORD_MAX).is_some() {
            self.refuse(
                field,
                format!("each tag must be at most {WORD_MAX} characters"),
            );
        } else if self.into.tags.len() >= TAGS_MAX {
            self.refuse(field, format!("must be at most {TAGS_MAX} tags"));
        } else {
            self.into.tags.push(tag.to_owned());
        }
    }

    fn resolutions(&mut self, field: &str, text: &str) {
        for one in text.split(',').map(str::trim).filter(|one| !one.is_empty()) {
            let height = one.trim_end_matches(['p', 'P']).parse::<u32>();
            match height {
                Ok(height) if RESOLUTIONS.contains(&height) => {
                    if !self.into.resolutions.contains(&height) {
                        self.into.resolutions.push(height);
                    }
                }
                _ => self.refuse(
                    field,
                    format!(
                        "must be among {}",
                        RESOLUTIONS.map(|h| h.to_string()).join(", ")
                    ),
                ),
            }
        }
        self.into.resolutions.sort_unstable();
    }

    fn segment_duration(&mut self, field: &str, text: &str) -> Option<u32> {
        match text.parse::<u32>() {
            Ok(seconds) if SEGMENT_DURATION_S.contains(&seconds) => Some(seconds),
            _ => {
                self.refuse(field, "must be a whole number of seconds from 1 to 20");
                None
            }
        }
    }
}

fn is_list(name: &str) -> bool {
    matches!(
        name,
        "tags" | "resolutions" | "genres" | "languages" | "language"
    )
}

fn is_known(name: &str) -> bool {
    matches!(
        name,
        "title"
            | "description"
            | "uploader_id"
            | "category"
            | "is_public"
            | "content_type"
            | "show_title"
            | "season_number"
            | "episode_number"
            | "episode_number_end"
            | "genre"
            | "release_year"
            | "rating"
            | "sort_title"
            | "original_title"
            | "tagline"
            | "release_date"
            | "studio"
            | "languages"
            | "genres"
            | "filename"
            | "filetype"
            | "segment_duration"
            | "tags"
            | "resolutions"
    )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests;
