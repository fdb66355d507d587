#![allow(clippy::unwrap_used, clippy::expect_used)]

use quick_m3u8::{
    HlsLine, Reader,
    config::ParsingOptionsBuilder,
    tag::{KnownTag, hls::Tag},
};

use super::*;
use crate::{
    index::{Layout, RenditionIndex},
    presentation::{
        AudioRendition, Presentation, StoryboardRendition, SubtitleRendition, VideoRendition,
    },
    storyboard::Storyboard,
    testing,
};

/// Reads a playlist with somebody else's parser; gives the summed EXTINF and the URIs. Every
/// `#EXT` line must be a tag that it knows and can read in full.
pub(crate) fn oracle(playlist: &str) -> (f64, Vec<String>) {
    let options = ParsingOptionsBuilder::new()
        .with_parsing_for_all_tags()
        .build();
    let mut reader = Reader::from_str(playlist, options);
    let (mut seconds, mut uris) = (0.0, Vec::new());
    while let Some(line) = reader.read_line().unwrap() {
        match line {
            HlsLine::KnownTag(KnownTag::Hls(Tag::Inf(inf))) => seconds += inf.duration(),
            HlsLine::Uri(uri) => uris.push(uri.into_owned()),
            HlsLine::UnknownTag(tag) => assert!(
                tag.name().contains("-X-IMAGE") || tag.name().contains("-X-TILES"),
                "{tag:?}"
            ),
            HlsLine::Comment(comment) => panic!("{comment}"),
            _ => {}
        }
    }
    (seconds, uris)
}

fn storyboard() -> Storyboard {
    Storyboard::plan(20_000, 1280, 720, 90)
}

pub(crate) fn with_presentation<T>(suffix: &str, check: impl FnOnce(&Presentation<'_>) -> T) -> T {
    let videos = [
        testing::video(1280, 720, 9000, 20),
        testing::video(640, 360, 2500, 20),
    ];
    let audios: [RenditionIndex; 3] = [
        testing::audio(Some("en"), 2, 20),
        testing::audio(Some("de"), 2, 20),
        testing::audio(Some("en"), 6, 20),
    ];
    let audio = |n: usize, path, name, describes_video| AudioRendition {
        path,
        index: &audios[n],
        language: audios[n].info().language.as_deref(),
        name,
        default: n != 1,
        describes_video,
        commentary: false,
    };
    let subtitle = |path, language, name, forced, hearing_impaired| SubtitleRendition {
        path,
        language: Some(language),
        name,
        default: false,
        forced,
        hearing_impaired,
    };
    check(&Presentation {
        videos: vec![
            VideoRendition {
                path: "rend_720",
                index: &videos[0],
            },
            VideoRendition {
                path: "rend_360",
                index: &videos[1],
            },
        ],
        audios: vec![
            audio(0, "rend_en", "English", false),
            audio(1, "rend_de", "Deutsch \"Hörfilm\"\n", true),
            audio(2, "rend_51", "English", false),
        ],
        subtitles: vec![
            subtitle("subtitles/sub_en", "en", "English", false, true),
            subtitle("subtitles/sub_fr", "fr", "Français <&>", true, false),
        ],
        storyboard: Some(StoryboardRendition {
            uri_template: "images/sheet-$Number$.jpg",
            sheets: &storyboard(),
            largest_sheet_bytes: 60_000,
        }),
        suffix,
    })
}

#[test]
fn the_multivariant_playlist() {
    let playlist = with_presentation("?token=abc", multivariant);
    insta::assert_snapshot!(playlist);
    let (_, uris) = oracle(&playlist);
    // Two video renditions, each with stereo and with 5.1.
    assert_eq!(uris.len(), 4);
    assert!(
        uris.iter()
            .all(|uri| uri.ends_with("/media.m3u8?token=abc"))
    );
}

#[test]
fn pictures_alone_and_sound_alone() {
    let silent = with_presentation("", |presentation| {
        let videos = presentation.videos.clone();
        multivariant(&Presentation {
            videos,
            ..Presentation::default()
        })
    });
    assert!(
        !silent.contains("AUDIO") && !silent.contains("mp4a"),
        "{silent}"
    );
    oracle(&silent);
    let dark = with_presentation("", |presentation| {
        let audios = presentation.audios.clone();
        multivariant(&Presentation {
            audios,
            ..Presentation::default()
        })
    });
    assert_eq!(oracle(&dark).1.len(), 3);
    assert!(!dark.contains("EXT-X-MEDIA:"), "{dark}");
}

#[test]
fn a_media_playlist() {
    let index = testing::video(1280, 720, 9000, 18);
    let playlist = media_playlist(&index, Segments::Each, "?token=abc").unwrap();
    insta::assert_snapshot!(playlist);
    let (seconds, uris) = oracle(&playlist);
    assert!((seconds - 18.0).abs() < 1e-6);
    assert_eq!(uris.len(), index.segment_count());
}

#[test]
fn a_media_playlist_by_ranges_of_the_file() {
    let index = testing::video_as(Layout::Cmaf, 1280, 720, 9000, 18);
    let playlist = media_playlist(&index, Segments::RangesOf("rendition.mp4"), "").unwrap();
    insta::assert_snapshot!(playlist);
    oracle(&playlist);
    let index = testing::video(1280, 720, 9000, 18);
    assert!(media_playlist(&index, Segments::RangesOf("rendition.mp4"), "").is_err());
}

#[test]
fn durations_do_not_drift() {
    // 48 kHz frames never divide a second; the sum is exact nevertheless.
    let index = testing::audio(None, 2, 3600);
    let (seconds, uris) = oracle(&media_playlist(&index, Segments::Each, "").unwrap());
    assert_eq!(uris.len(), 900);
    assert!(
        (seconds - index.seconds(index.end())).abs() < 1e-5,
        "{seconds}"
    );
}

#[test]
fn an_iframe_playlist() {
    let index = testing::video(1280, 720, 9000, 9);
    let playlist = iframe_playlist(&index, "?token=abc");
    insta::assert_snapshot!(playlist);
    let (seconds, uris) = oracle(&playlist);
    assert!((seconds - 9.0).abs() < 1e-6);
    assert_eq!(uris.len(), index.iframes().len());
}

#[test]
fn subtitle_and_image_playlists() {
    let index = testing::video(1280, 720, 9000, 9);
    let subtitles = subtitle_playlist(&index.timeline(), "?token=abc");
    insta::assert_snapshot!(subtitles);
    assert!((oracle(&subtitles).0 - 9.0).abs() < 1e-6);
    let images = image_playlist(&storyboard(), "images/sheet-$Number$.jpg", "?token=abc");
    insta::assert_snapshot!(images);
    assert!((oracle(&images).0 - 20.0).abs() < 1e-6);
}
