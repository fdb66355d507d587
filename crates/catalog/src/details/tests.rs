//! Which details are accepted.

use super::*;
use crate::CatalogError;

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
