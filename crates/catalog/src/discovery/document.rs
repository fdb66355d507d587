//! From a video to what is searched.

use matinee_engines::search::{Document, FieldKind, FieldSpec, IndexSchema};
use serde_json::{Map, Value, json};

use super::{fold, seer};
use crate::Video;

/// The index of everything that can be watched.
pub(super) const TITLES: &str = "titles";
/// The most of what is said in a video that is searched, in bytes.
pub(super) const SPOKEN_MAX: usize = 400_000;

/// Text fields in which what somebody misspelt is looked for.
pub(super) const NAMES: [&str; 4] = ["title", "show", "people", "words"];

/// How long a video is, in words for a filter.
pub const LENGTHS: [(&str, i64, i64); 4] = [
    ("short", 0, 10 * 60_000),
    ("medium", 10 * 60_000, 40 * 60_000),
    ("long", 40 * 60_000, 90 * 60_000),
    ("feature", 90 * 60_000, i64::MAX),
];

/// What a document is made of, beside the video itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extra {
    /// Who made it and who is in it: ids and names, the most important first.
    pub people: Vec<(String, String)>,
    /// The collections that it belongs to: ids and names.
    pub collections: Vec<(String, String)>,
    /// Its languages, as BCP 47; the first decides how words are reduced.
    pub languages: Vec<String>,
    /// All that is said in it.
    pub spoken: String,
    /// Which subtitles that was taken from.
    pub subtitles: Vec<String>,
}

/// What the index holds.
pub(super) fn schema() -> IndexSchema {
    let text = |boost| FieldKind::Text { boost };
    let fields = [
        ("title", text(6.0)),
        ("show", text(3.0)),
        ("people", text(2.5)),
        ("words", text(1.5)),
        ("description", text(1.0)),
        ("spoken", FieldKind::Words { boost: 0.3 }),
        ("type", FieldKind::Keyword),
        ("genre", FieldKind::Keyword),
        ("tag", FieldKind::Keyword),
        ("year", FieldKind::Keyword),
        ("rating", FieldKind::Keyword),
        ("language", FieldKind::Keyword),
        ("length", FieldKind::Keyword),
        ("letter", FieldKind::Keyword),
        ("person", FieldKind::Keyword),
        ("person_id", FieldKind::Keyword),
        ("collection", FieldKind::Keyword),
        ("collection_id", FieldKind::Keyword),
        ("show_id", FieldKind::Keyword),
        ("filed", FieldKind::Keyword),
        ("visibility", FieldKind::Keyword),
        ("group", FieldKind::Keyword),
        ("region", FieldKind::Keyword),
        ("network", FieldKind::Keyword),
        ("publish", FieldKind::Number),
        ("expires", FieldKind::Number),
        ("level", FieldKind::Number),
        ("playable", FieldKind::Keyword),
        ("owner", FieldKind::Keyword),
        ("popularity", FieldKind::Number),
        ("created", FieldKind::Number),
        ("updated", FieldKind::Number),
    ];
    IndexSchema {
        version: 3,
        fields: fields
            .into_iter()
            .map(|(name, kind)| FieldSpec {
                name: name.to_owned(),
                kind,
            })
            .collect(),
    }
}

/// The document of a video.
pub(super) fn document(video: &Video, extra: &Extra) -> Document {
    let sort = fold::sort_title(video.sort_title.as_deref().unwrap_or(&video.title));
    let mut titles = vec![video.title.clone()];
    let others = [&video.original_title, &video.sort_title];
    titles.extend(others.into_iter().flatten().cloned());
    let genres = video.details().genres;
    let ids = |all: &[(String, String)]| all.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
    let names = |all: &[(String, String)]| -> Vec<String> {
        all.iter().map(|(_, name)| name.clone()).collect()
    };
    let people = names(&extra.people);
    let collections = names(&extra.collections);
    let mut words = genres.clone();
    words.extend(video.tags.0.iter().cloned());
    words.extend(video.category.clone());
    words.extend(video.studio.clone());
    words.extend(collections.iter().cloned());
    let mut about = vec![video.description.clone()];
    about.extend(video.tagline.clone());
    let mut fields = Map::new();
    let mut set = |name: &str, value: Value| {
        fields.insert(name.to_owned(), value);
    };
    set("title", json!(titles));
    set("show", json!(video.show_title));
    set("people", json!(people));
    set("words", json!(words));
    set("description", json!(about));
    set("spoken", json!(cut(&extra.spoken, SPOKEN_MAX)));
    set("type", json!(video.content_type));
    set("genre", keywords(&genres));
    let tags: Vec<String> = video.tags.0.iter().map(|t| t.to_lowercase()).collect();
    set("tag", keywords(&tags));
    set("year", json!(video.release_year.map(|y| y.to_string())));
    set("rating", json!(video.rating));
    set("language", keywords(&extra.languages));
    set("length", json!(length(video.duration_ms)));
    set("letter", json!(fold::letter(&sort)));
    set("person", keywords(&people));
    set("person_id", json!(ids(&extra.people)));
    set("collection", keywords(&collections));
    set("collection_id", json!(ids(&extra.collections)));
    set("show_id", json!(video.show_id));
    set("filed", json!(cut(&sort, 200)));
    for (name, value) in seer::rules(video) {
        set(name, value);
    }
    set("playable", json!(video.is_processed));
    set("owner", json!(video.owner));
    set("popularity", json!(popularity(video)));
    set("created", json!(video.created_at));
    set("updated", json!(video.updated_at));
    set("subtitles", json!(extra.subtitles));
    Document {
        id: video.id.clone(),
        language: extra.languages.first().cloned(),
        fields,
    }
}

/// Names as they are filtered by: without those that are absurdly long.
fn keywords(names: &[String]) -> Value {
    json!(
        names
            .iter()
            .filter(|name| name.len() <= 500)
            .collect::<Vec<_>>()
    )
}

/// How much people like it; weighs by its logarithm.
fn popularity(video: &Video) -> i64 {
    video
        .view_count
        .saturating_add(video.like_count.saturating_mul(10))
        .saturating_sub(video.dislike_count.saturating_mul(5))
        .max(0)
}

/// The word for a length, if that is known.
pub(super) fn length(duration_ms: Option<i64>) -> Option<&'static str> {
    let ms = duration_ms?;
    LENGTHS
        .iter()
        .find(|(_, from, to)| (*from..*to).contains(&ms))
        .map(|(word, ..)| *word)
}

fn cut(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}
