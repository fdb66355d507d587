use proptest::prelude::*;
use serde_json::json;

use super::*;

#[test]
fn every_field_of_the_references_is_read() {
    let read = Metadata::from_pairs([
        ("title", " My Awesome Video "),
        ("description", "Check out\nthis!"),
        ("uploader_id", "user_123"),
        ("category", "Entertainment"),
        ("tags", "funny, awesome,,viral,funny"),
        ("is_public", "False"),
        ("content_type", "Episode"),
        ("show_title", "The Show"),
        ("season_number", "1"),
        ("episode_number", "12"),
        ("genre", "Action"),
        ("release_year", "2024"),
        ("rating", "PG-13"),
        ("no_such_field", "ignored"),
    ])
    .unwrap();
    assert_eq!(read.title.as_deref(), Some("My Awesome Video"));
    assert_eq!(read.description.as_deref(), Some("Check out\nthis!"));
    assert_eq!(read.tags, ["funny", "awesome", "viral"]);
    assert_eq!(read.is_public, Some(false));
    assert_eq!(read.content_type.as_deref(), Some("episode"));
    assert_eq!(
        (read.season_number, read.episode_number),
        (Some(1), Some(12))
    );
    assert_eq!(read.release_year, Some(2024));
}

#[test]
fn json_says_the_same_as_text() {
    let json = json!({
        "title": "T", "tags": ["a, b", "c"], "is_public": true,
        "release_year": 1999, "season_number": "3", "genre": null,
    });
    let read = Metadata::from_json(json.as_object().unwrap()).unwrap();
    assert_eq!(read.tags, ["a, b", "c"]);
    assert_eq!(
        (read.release_year, read.season_number),
        (Some(1999), Some(3))
    );
    assert_eq!(read.is_public, Some(true));
    let wrong = json!({"title": {"a": 1}, "tags": [[]], "release_year": 1.5});
    let fields: Vec<_> = Metadata::from_json(wrong.as_object().unwrap())
        .unwrap_err()
        .into_iter()
        .map(|e| e.field)
        .collect();
    assert_eq!(fields, ["release_year", "tags", "title"]);
}

#[test]
fn all_wrong_fields_are_named_at_once() {
    let long = "x".repeat(TITLE_MAX + 1);
    let errors = Metadata::from_pairs([
        ("title", long.as_str()),
        ("is_public", "maybe"),
        ("release_year", "12"),
        ("season_number", "-1"),
        ("content_type", "novel"),
        ("category", "two\nlines"),
        ("resolutions", "480"),
        ("resolutions", "999"),
        ("segment_duration", "0"),
    ])
    .unwrap_err();
    let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "category",
            "content_type",
            "is_public",
            "release_year",
            "resolutions",
            "season_number",
            "segment_duration",
            "title"
        ]
    );
}

#[test]
fn a_mime_type_under_content_type_is_no_content_type() {
    let read = Metadata::from_pairs([("content_type", "video/mp4")]).unwrap();
    assert_eq!(read.content_type, None);
    assert_eq!(read.filetype.as_deref(), Some("video/mp4"));
}

#[test]
fn the_title_defaults_to_the_file_s_name() {
    for (filename, title) in [
        (Some("awesome_video.mp4"), "awesome_video"),
        (Some("../../etc/My Film.MKV"), "My Film"),
        (Some("no extension"), "no extension"),
        (
            Some("version 1. the long ending"),
            "version 1. the long ending",
        ),
        (Some(".mp4"), ".mp4"),
        (Some("..."), "Untitled"),
        (None, "Untitled"),
    ] {
        let metadata = Metadata {
            filename: filename.and_then(clean_filename),
            ..Metadata::default()
        };
        assert_eq!(metadata.title_or_default(), title, "{filename:?}");
    }
}

proptest! {
    #[test]
    fn a_cleaned_filename_is_harmless(given in "\\PC{0,600}|[./\\\\\u{0}-\u{1f}a\u{202e}]{0,40}") {
        if let Some(name) = clean_filename(&given) {
            prop_assert!(name.len() <= 255);
            let bad = ['/', '\\', '\0', '\n', '\u{202e}'];
            prop_assert!(!name.contains(bad));
            prop_assert!(name != "." && name != "..");
        }
    }

    #[test]
    fn no_text_makes_reading_panic(pairs in proptest::collection::vec(
        (prop::sample::select(vec!["title", "tags", "is_public", "release_year",
            "resolutions", "segment_duration", "content_type", "rating"]), ".{0,80}"), 0..20)) {
        let _ = Metadata::from_pairs(pairs.iter().map(|(n, t)| (*n, t.as_str())));
    }
}
