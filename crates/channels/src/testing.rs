//! Libraries and definitions made up for tests, always the same for the same numbers.

use std::sync::Arc;

use matinee_media::codec::Codec;
use proptest::prelude::*;

use crate::{
    definition::{Bounds, Rule},
    library::{AudioRendition, Grid, Item, Media, Snapshot, SubtitleRendition, VideoRendition},
    seed::Seed,
};

/// So many cases, or as many times that as `MATINEE_TEST_CASES` says.
pub(crate) fn cases(count: u32) -> ProptestConfig {
    let times = std::env::var("MATINEE_TEST_CASES");
    let times: u32 = times.ok().and_then(|times| times.parse().ok()).unwrap_or(1);
    ProptestConfig::with_cases(count * times)
}

const TAGS: [&str; 5] = ["comedy", "noir", "short", "Classic", "silent"];
const GENRES: [&str; 3] = ["Drama", "Crime", "Comedy"];
const SHOWS: [&str; 3] = ["Alpha", "Beta", "Gamma"];
const RATINGS: [&str; 4] = ["G", "PG-13", "R", "FSK 16"];

/// An item of so many milliseconds in segments of others.
pub(crate) fn item(id: &str, duration: u32, segment: u32) -> Item {
    let count = duration.div_ceil(segment);
    let grid = Grid::even(count, segment, 1000, duration).unwrap();
    let video = [(360, 900_000), (1080, 5_000_000)];
    let video = video.map(|(height, bandwidth)| VideoRendition {
        path: format!("media/{id}/{height}").into(),
        codec: Codec::Avc,
        bandwidth,
        width: height * 16 / 9,
        height,
    });
    let audio = AudioRendition {
        path: format!("media/{id}/en").into(),
        codec: Codec::Aac,
        language: Some("en".into()),
        sample_rate: 48_000,
        channels: 2,
    };
    Item::new(
        id,
        id,
        Media {
            grid,
            video: video.into(),
            audio: vec![audio],
        },
    )
}

/// A library of films, episodes and fillers of many lengths and grids, some of them not fit.
pub(crate) fn library(seed: u64, count: u32) -> Arc<Snapshot> {
    let items = (0..count).map(|n| {
        let noise = Seed::new(seed).with(n.into()).get();
        let part = |shift: u32, of: u64| (noise >> shift) % of;
        let small = |shift, of| u32::try_from(part(shift, of)).unwrap();
        let segment = [2000, 4000, 4004, 5500, 6000, 9000][small(0, 12).min(5) as usize];
        let duration = match part(4, 4) {
            0 => 5_000 + small(8, 85_000),
            1 => 60_000 + small(8, 600_000),
            2 => 1_200_000 + small(8, 600_000),
            _ => 3_600_000 + small(8, 3_600_000),
        };
        let mut item = item(&format!("video_{n:04}"), duration, segment);
        item.tags = TAGS
            .iter()
            .enumerate()
            .filter(|(t, _)| noise >> (20 + t) & 1 == 1)
            .map(|(_, t)| (*t).into())
            .collect();
        item.genres = vec![GENRES[small(25, 3) as usize].into()];
        item.year = Some(1920 + u16::try_from(part(28, 100)).unwrap());
        if part(30, 3) == 0 {
            item.show = Some(SHOWS[small(33, 3) as usize].into());
            item.season = Some(1 + small(36, 3));
            item.episode = Some(1 + small(39, 20));
            item.kind = "episode".into();
        }
        if part(58, 3) == 0 {
            item.playlists = vec![("playlist_1".into(), small(20, 9))];
        }
        if part(42, 3) == 0 {
            item.rating = Some(RATINGS[small(44, 4) as usize].into());
        }
        if part(47, 4) == 0 {
            item.chapters = (1..10).map(|c| c * duration / 10).collect();
        }
        match part(50, 16) {
            0 => item.ready_at = None,
            1 => item.audio.clear(),
            2 => item.audio[0].channels = 6,
            3 => item.audio[0].language = Some("de".into()),
            _ => {}
        }
        if part(55, 3) == 0 {
            item.subtitles = vec![SubtitleRendition {
                path: format!("media/{n}/subtitles/en").into(),
                language: Some("en".into()),
            }];
        }
        item
    });
    Arc::new(Snapshot::new(0, items.collect()))
}

/// Any rule over such a library.
pub(crate) fn rule() -> impl Strategy<Value = Rule> {
    let some = |from: &'static [&'static str]| {
        prop::collection::vec(prop::sample::select(from).prop_map(str::to_owned), 0..3)
    };
    let leaf = (
        some(&TAGS),
        some(&GENRES),
        some(&SHOWS),
        prop::option::of((1900u32..2030, 0u32..60)),
        prop::option::of((0u32..90, 0u32..60)),
    )
        .prop_map(|(tags, genres, shows, year, minutes)| Rule {
            tags,
            genres,
            shows,
            year: year.map(|(from, more)| Bounds {
                from: Some(from),
                to: Some(from + more),
            }),
            minutes: minutes.map(|(from, more)| Bounds {
                from: Some(from),
                to: Some(from + more),
            }),
            ..Rule::default()
        });
    leaf.prop_recursive(3, 12, 3, |inner| {
        (
            prop::collection::vec(inner.clone(), 0..3),
            prop::collection::vec(inner.clone(), 0..3),
            prop::option::of(inner),
        )
            .prop_map(|(all, any, not)| Rule {
                // What would match nothing is refused.
                not: not
                    .filter(|not| *not != Rule::default() && !all.contains(not))
                    .map(Box::new),
                all,
                any,
                ..Rule::default()
            })
    })
}
