#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::{hls::tests::with_presentation, testing};

/// The least that any XML reader asks for: every element that opens closes, in order.
pub(super) fn well_formed(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        let (tag, after) = rest[at + 1..].split_once('>').unwrap();
        rest = after;
        if tag.starts_with('?') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap());
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        assert!(!tag.contains("& "), "{tag}");
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn a_manifest_by_numbers() {
    let manifest =
        with_presentation("?token=abc&x=1", |p| manifest(p, Addressing::Number)).unwrap();
    well_formed(&manifest);
    insta::assert_snapshot!(manifest);
}

#[test]
fn a_manifest_by_ranges() {
    let index = testing::video_as(Layout::Cmaf, 1280, 720, 9000, 10);
    let presentation = Presentation {
        videos: vec![VideoRendition {
            path: "rend_720",
            index: &index,
        }],
        ..Presentation::default()
    };
    let manifest = manifest(&presentation, Addressing::Ranges).unwrap();
    well_formed(&manifest);
    insta::assert_snapshot!(manifest);
    with_presentation("", |p| {
        assert!(super::manifest(p, Addressing::Ranges).is_err());
    });
}

#[test]
fn renditions_cut_differently_are_not_called_aligned() {
    let (a, b) = (
        testing::video(1280, 720, 9000, 20),
        testing::video(640, 360, 9000, 12),
    );
    let presentation = Presentation {
        videos: vec![
            VideoRendition {
                path: "a",
                index: &a,
            },
            VideoRendition {
                path: "b",
                index: &b,
            },
        ],
        ..Presentation::default()
    };
    let manifest = manifest(&presentation, Addressing::Number).unwrap();
    assert!(
        manifest.contains("segmentAlignment=\"false\""),
        "{manifest}"
    );
}
