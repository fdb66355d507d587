//! How much channels cost: playlists a second on one core, the guide of a thousand channels for a
//! week, and the memory of ten thousand channels that nobody watches, then of as many that somebody
//! does.
//!
//! Prints one JSON object. Arguments: items in the library, channels.
#![allow(clippy::print_stdout, clippy::cast_precision_loss, missing_docs)]
#![allow(
    clippy::expect_used,
    reason = "a measurement that cannot begin must stop"
)]

use std::{fs, sync::Arc, time::Instant};

use matinee_channels::{
    definition::{Block, Channel, Entry, Rule, Source},
    guide::{XmltvChannel, listings, xmltv_close, xmltv_open, xmltv_programmes},
    library::{AudioRendition, Grid, Item, Media, Snapshot, VideoRendition},
    playout::{Cues, MediaWriter, Reel, Shape, Track},
    schedule::{Strip, Timeline},
    seed::Seed,
    time::{DAY, HOUR, MINUTE},
};
use matinee_media::codec::Codec;

/// 2026-11-22.
const NOW: i64 = 1_795_305_600_000;
const TAGS: u64 = 50;

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|text| text.parse().expect("a number"));
    let items = arguments.next().unwrap_or(20_000u32);
    let channels = arguments.next().unwrap_or(10_000u32);
    let empty = resident();
    let library = library(items);
    let with_library = resident();

    // Each with a state of some days, as a server keeps it.
    let timelines: Vec<Timeline> = (0..channels).map(|n| timeline(n, &library)).collect();
    let idle = resident() - with_library;

    let began = Instant::now();
    let mut out = String::new();
    xmltv_open(&mut out, "bench", &[]);
    let mut programmes = 0;
    for timeline in timelines.iter().take(1000) {
        let strips = timeline.strips(NOW, NOW + 7 * DAY).expect("a schedule");
        let listings = listings(&strips);
        programmes += listings.len();
        let channel = &timeline.revisions()[0].channel;
        let named = XmltvChannel {
            id: timeline.id(),
            channel,
            base: "",
        };
        xmltv_programmes(&mut out, &named, &listings);
    }
    xmltv_close(&mut out);
    let guide = began.elapsed();
    let guide_bytes = out.len();
    drop(out);

    let before = resident();
    let reels: Vec<Reel> = timelines.iter().map(reel).collect();
    let watched = resident() - before;

    let format = &timelines[0].revisions()[0].channel.format;
    let (rate, bytes) = playlists(&reels, format);
    println!(
        "{{\"items\":{items},\"channels\":{channels},\"library_mib\":{:.1},\"idle_mib\":{:.1},\"watched_mib\":{:.1},\
         \"guide_s\":{:.3},\"guide_programmes\":{programmes},\"guide_bytes\":{guide_bytes},\
         \"playlists_per_s\":{rate:.0},\"playlist_bytes\":{bytes}}}",
        (with_library - empty) / 1024.0,
        idle / 1024.0,
        watched / 1024.0,
        guide.as_secs_f64(),
    );
}

/// Live playlists of all channels in turn, each rung and the sound, at instants that move on.
fn playlists(reels: &[Reel], format: &matinee_channels::definition::Format) -> (f64, usize) {
    let tracks = [Track::Video(0), Track::Video(2), Track::Audio(0)];
    let writer = MediaWriter {
        format,
        root: "/media",
        suffix: "?token=abcdef",
        shift_ms: 0,
        cues: Cues::Marked,
    };
    let mut out = String::with_capacity(16 * 1024);
    let mut bytes = 0;
    let (began, mut count) = (Instant::now(), 0u32);
    while began.elapsed().as_secs() < 3 {
        for reel in reels.iter().take(2000) {
            let now = NOW + HOUR + i64::from(count % 7200) * 500;
            let view = reel
                .view(now, Shape::Live { window_ms: 0 }, format)
                .expect("a view");
            out.clear();
            writer.write(&mut out, &view, tracks[count as usize % tracks.len()]);
            bytes = out.len();
            count += 1;
        }
    }
    (f64::from(count) / began.elapsed().as_secs_f64(), bytes)
}

fn reel(timeline: &Timeline) -> Reel {
    let strips = timeline.strips(NOW, NOW + 2 * HOUR).expect("a schedule");
    Reel::new(
        strips
            .into_iter()
            .map(Arc::new)
            .collect::<Vec<Arc<Strip>>>(),
    )
    .expect("a reel")
}

/// A channel of its own rules, with evenings, filler and breaks; it began three days ago.
fn timeline(n: u32, library: &Arc<Snapshot>) -> Timeline {
    let rule = |n: u64| Rule::tag(&format!("tag{}", n % TAGS));
    let source = |n| Source {
        rules: Some(rule(n)),
        ..Source::default()
    };
    let n64 = u64::from(n);
    let evening = Block {
        name: "evening".into(),
        from: "20:00".parse().ok(),
        to: "23:00".parse().ok(),
        entries: vec![
            Entry {
                source: source(n64 * 7),
                count: None,
            },
            Entry {
                source: source(n64 * 11),
                count: Some(2),
            },
        ],
        pad_to_minutes: Some(30),
        ..Block::default()
    };
    let channel = Channel {
        number: n % 9999 + 1,
        name: format!("Channel {n}"),
        time_zone: Some("Europe/Berlin".into()),
        rules: Some(rule(n64)),
        programme: vec![evening],
        filler: Some(Source {
            rules: Some(Rule::tag("filler")),
            ..Source::default()
        }),
        ..Channel::default()
    };
    let id = format!("channel_{n:026}");
    let mut timeline = Timeline::begin(&id, Arc::new(channel), Arc::clone(library), NOW - 3 * DAY)
        .expect("a channel");
    timeline.checkpoint(NOW - 4 * HOUR).expect("a checkpoint");
    timeline.forget(NOW);
    timeline
}

fn library(count: u32) -> Arc<Snapshot> {
    let item = |n: u32| {
        let noise = Seed::new(n.into()).get();
        let part = |shift: u32, of: u64| u32::try_from((noise >> shift) % of).unwrap_or(0);
        let filler = n.is_multiple_of(50);
        let duration = if filler {
            10_000 + part(0, 50_000)
        } else {
            20 * 60_000 + part(0, 5_000_000)
        };
        let grid = Grid::even(duration.div_ceil(4000), 4000, 1000, duration).expect("a grid");
        let id = format!("video_{n:026}");
        let rung = |height: u32, bandwidth| VideoRendition {
            path: format!("{id}/rendition_{height:026}").into(),
            codec: Codec::Avc,
            bandwidth,
            width: height * 16 / 9,
            height,
        };
        let video = vec![
            rung(360, 900_000),
            rung(720, 3_000_000),
            rung(1080, 6_000_000),
        ];
        let audio = AudioRendition {
            path: format!("{id}/rendition_{:026}", 1).into(),
            codec: Codec::Aac,
            language: Some("en".into()),
            sample_rate: 48_000,
            channels: 2,
        };
        let mut item = Item::new(
            &id,
            &format!("Title {n}"),
            Media {
                grid,
                video,
                audio: vec![audio],
            },
        );
        item.tags = if filler {
            vec!["filler".into()]
        } else {
            vec![
                format!("tag{}", part(32, TAGS)).into(),
                format!("tag{}", part(40, TAGS)).into(),
            ]
        };
        item.chapters = (1..6).map(|c| c * duration / 6).collect();
        item
    };
    Arc::new(Snapshot::new(
        NOW - 10 * MINUTE,
        (0..count).map(item).collect(),
    ))
}

/// Resident memory in KiB, as the kernel says.
fn resident() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next())
        .and_then(|kib| kib.parse().ok())
        .unwrap_or(0.0)
}
