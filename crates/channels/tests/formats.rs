//! What other people's readers make of playlists, manifests and guides.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::{fmt::Write as _, sync::Arc};

use matinee_channels::{
    definition::{Channel, Format},
    guide::{
        Lineup, XmltvChannel, listings, m3u, now_and_next, xmltv_close, xmltv_open,
        xmltv_programmes,
    },
    library::{AudioRendition, Grid, Item, Media, Snapshot, SubtitleRendition, VideoRendition},
    playout::{Cues, DashWriter, MediaWriter, Reel, Shape, Track, multivariant, track},
    schedule::{Effective, Kind, Strip, Timeline, changes, notices},
    time::{DAY, HOUR, MINUTE},
    verify::verify,
};
use matinee_media::codec::Codec;
use quick_m3u8::{
    HlsLine, Reader,
    config::ParsingOptionsBuilder,
    tag::{KnownTag, hls::Tag},
};

/// 2026-11-22T12:00:00Z.
const NOON: i64 = 1_795_348_800_000;

/// An item of so many seconds, in segments of four.
fn item(id: &str, seconds: u32, tag: &str) -> Item {
    let grid = Grid::even(seconds.div_ceil(4), 4000, 1000, seconds * 1000).unwrap();
    let video =
        [(360, 800_000), (720, 2_500_000), (2160, 20_000_000)].map(|(height, bandwidth)| {
            VideoRendition {
                path: format!("{id}/{height}p").into(),
                codec: Codec::Avc,
                bandwidth,
                width: height * 16 / 9,
                height,
            }
        });
    let audio = |language: &str| AudioRendition {
        path: format!("{id}/{language}").into(),
        codec: Codec::Aac,
        language: Some(language.into()),
        sample_rate: 48_000,
        channels: 2,
    };
    let media = Media {
        grid,
        video: video.into(),
        audio: vec![audio("en"), audio("de")],
    };
    let mut item = Item::new(id, &format!("The <{id}> & \"Co\""), media);
    item.tags = vec![tag.into()];
    item
}

fn library() -> Arc<Snapshot> {
    let mut first = item("first", 20, "film");
    first.subtitles = vec![SubtitleRendition {
        path: "first/subtitles/de".into(),
        language: Some("deu".into()),
    }];
    first.subtitles[0].language = Some("de".into());
    first.description = Some("Quotes \" & <tags> \u{1}".into());
    first.year = Some(1959);
    first.show = Some("A show".into());
    (first.season, first.episode) = (Some(2), Some(7));
    first.breaks = Vec::new();
    let mut second = item("second", 130, "film");
    second.breaks = vec![64_000];
    second.audio.remove(1);
    let mut silent = item("silent", 18, "film");
    silent.audio.clear();
    let house = item("house", 10, "house");
    let mut live = item("broadcast", 3600, "live");
    live.title = "On the air".into();
    Arc::new(Snapshot::new(
        NOON - HOUR,
        vec![first, second, silent, house, live],
    ))
}

fn channel() -> Channel {
    serde_json::from_str(
        r#"{"number": 3, "name": "Films & \"more\"", "time_zone": "Europe/Berlin", "language": "de", "logo": "/logo.png",
            "format": {
                "rungs": [
                    {"name": "low", "bandwidth": 900000, "width": 640, "height": 360, "codec": "avc1.64001e"},
                    {"name": "high", "bandwidth": 5000000, "width": 1280, "height": 720, "codec": "avc1.640020"}],
                "audio_tracks": [{"language": "de", "name": "Deutsch"}, {"language": "en", "name": "English"}],
                "subtitle_tracks": [{"language": "de", "name": "Deutsch"}]},
            "programme": [{"name": "all", "items": ["first", "second", "silent"],
                "ads": {"seconds": 20, "source": {"items": ["house"]}}}]}"#,
    )
    .unwrap()
}

fn timeline() -> Timeline {
    Timeline::begin("channel_3", Arc::new(channel()), library(), NOON).unwrap()
}

fn reel(timeline: &Timeline) -> Reel {
    Reel::new(
        timeline
            .strips(NOON, NOON + DAY)
            .unwrap()
            .into_iter()
            .map(Arc::new)
            .collect(),
    )
    .unwrap()
}

fn writer<'a>(format: &'a Format, cues: Cues<'a>) -> MediaWriter<'a> {
    MediaWriter {
        format,
        root: "/media",
        suffix: "?token=t",
        shift_ms: 0,
        cues,
    }
}

/// How another reader counts segments, discontinuities, maps and dates.
fn oracle(playlist: &str) -> [usize; 4] {
    let options = ParsingOptionsBuilder::new()
        .with_parsing_for_all_tags()
        .build();
    let mut reader = Reader::from_str(playlist, options);
    let mut counts = [0; 4];
    while let Some(line) = reader.read_line().unwrap() {
        match line {
            HlsLine::Uri(_) => counts[0] += 1,
            HlsLine::KnownTag(KnownTag::Hls(Tag::Discontinuity(_))) => counts[1] += 1,
            HlsLine::KnownTag(KnownTag::Hls(Tag::Map(_))) => counts[2] += 1,
            HlsLine::KnownTag(KnownTag::Hls(Tag::ProgramDateTime(_))) => counts[3] += 1,
            // They are no tags of the specification, but of its users.
            HlsLine::UnknownTag(tag) => assert!(tag.name().starts_with("-X-CUE-"), "{tag:?}"),
            HlsLine::Comment(comment) => panic!("{comment}"),
            _ => {}
        }
    }
    counts
}

#[test]
fn a_live_playlist_over_three_items() {
    let timeline = timeline();
    let reel = reel(&timeline);
    let format = &timeline.revisions()[0].channel.format;
    // Into the third item: 20 s, then 64 + 20 + 66 s, then silence.
    let view = reel
        .view(NOON + 181_000, Shape::Live { window_ms: 100_000 }, format)
        .unwrap();
    let mut out = String::new();
    for (kind, name) in [("video", "high"), ("audio", "de"), ("subtitles", "de")] {
        let _ = writeln!(out, "== {kind}");
        writer(format, Cues::Marked).write(&mut out, &view, track(format, kind, name).unwrap());
    }
    let _ = write!(out, "== etag ");
    view.etag(&mut out);
    insta::assert_snapshot!(out);
    assert!(track(format, "video", "none").is_err());
    for track in [Track::Video(0), Track::Video(1), Track::Audio(1)] {
        let mut out = String::new();
        writer(format, Cues::None).write(&mut out, &view, track);
        let [segments, discontinuities, maps, dates] = oracle(&out);
        assert_eq!(segments as u64, view.count());
        assert_eq!(dates, segments);
        assert!(maps > discontinuities && discontinuities > 2);
    }
}

#[test]
fn start_over_catch_up_and_the_feed_an_hour_later() {
    let timeline = timeline();
    let reel = reel(&timeline);
    let format = &timeline.revisions()[0].channel.format;
    let mut out = String::new();
    let shape = Shape::CatchUp {
        from: NOON + 20_000,
        until: NOON + 40_000,
    };
    writer(format, Cues::None).write(
        &mut out,
        &reel.view(NOON + HOUR, shape, format).unwrap(),
        Track::Video(0),
    );
    insta::assert_snapshot!(out);
    // The feed of an hour later is the view of an hour ago, told to be now.
    let later = MediaWriter {
        shift_ms: HOUR,
        ..writer(format, Cues::None)
    };
    let now = NOON + 90 * MINUTE;
    let mut plus = String::new();
    let view = reel
        .view(now - HOUR, Shape::Live { window_ms: 0 }, format)
        .unwrap();
    later.write(&mut plus, &view, Track::Video(0));
    let told = matinee_channels::verify::read(&plus, format).unwrap();
    let last = told.last().unwrap();
    assert!(last.at + last.duration <= now && now < last.at + last.duration + 4000);
}

#[test]
fn interstitials_are_told_by_a_stable_name() {
    let timeline = timeline();
    let reel = reel(&timeline);
    let format = &timeline.revisions()[0].channel.format;
    let breaks = |now| {
        let mut out = String::new();
        let view = reel
            .view(now, Shape::Live { window_ms: 120_000 }, format)
            .unwrap();
        writer(format, Cues::Interstitials("/ads/3/")).write(&mut out, &view, Track::Video(0));
        oracle(&out);
        out.lines()
            .find(|line| line.contains("DATERANGE"))
            .map(str::to_owned)
    };
    let first = breaks(NOON + 105_000).unwrap();
    assert_eq!(breaks(NOON + 130_000).as_ref(), Some(&first));
    assert_eq!(
        first,
        "#EXT-X-DATERANGE:ID=\"break-21\",START-DATE=\"2026-11-22T12:01:24.000Z\",DURATION=20.000,\
         CLASS=\"com.apple.hls.interstitial\",X-ASSET-LIST=\"/ads/3/21\",X-RESUME-OFFSET=20.000,\
         X-PLAYOUT-LIMIT=20.000,X-SNAP=\"OUT,IN\""
    );
}

#[test]
fn the_multivariant_playlist() {
    let mut out = String::new();
    multivariant(&mut out, &channel().format, "?token=t");
    insta::assert_snapshot!(out);
    assert_eq!(oracle(&out)[0], 2);
}

/// Reads XML strictly and gives how often each element is there.
fn elements(document: &str) -> std::collections::BTreeMap<String, usize> {
    let mut reader = quick_xml::Reader::from_str(document);
    reader.config_mut().check_end_names = true;
    let mut counts = std::collections::BTreeMap::new();
    let mut depth = 0;
    loop {
        use quick_xml::events::Event;
        let name = match reader.read_event().unwrap() {
            Event::Start(start) => {
                depth += 1;
                for attribute in start.attributes() {
                    attribute.unwrap();
                }
                start.name().as_ref().to_vec()
            }
            Event::Empty(start) => start.name().as_ref().to_vec(),
            Event::End(_) => {
                depth -= 1;
                continue;
            }
            Event::Eof => break,
            _ => continue,
        };
        *counts.entry(String::from_utf8(name).unwrap()).or_insert(0) += 1;
    }
    assert_eq!(depth, 0);
    counts
}

#[test]
fn a_manifest_has_a_period_for_each_slot() {
    let timeline = timeline();
    let reel = reel(&timeline);
    let format = &timeline.revisions()[0].channel.format;
    let dash = DashWriter {
        format,
        root: "/media",
        suffix: "?a=1&b=2",
        shift_ms: 0,
        clock_url: Some("/clock"),
    };
    let mut out = String::new();
    let view = reel
        .view(NOON + 181_000, Shape::Live { window_ms: 100_000 }, format)
        .unwrap();
    dash.write(&mut out, &view);
    let counts = elements(&out);
    assert_eq!(counts["Period"], 5);
    assert_eq!(counts["UTCTiming"], 1);
    // The silent film has its silence segment by segment.
    assert!(counts["SegmentURL"] > 0);
    insta::assert_snapshot!(out);
    let whole = Shape::CatchUp {
        from: NOON + 24_000,
        until: NOON + 60_000,
    };
    out.clear();
    dash.write(&mut out, &reel.view(NOON + HOUR, whole, format).unwrap());
    elements(&out);
    assert!(out.contains("type=\"static\" mediaPresentationDuration=\"PT36.000S\""));
    assert!(out.contains("<Period id=\"p1\" start=\"PT0.000S\" duration=\"PT36.000S\">"));
}

#[test]
fn guides_are_read_by_others() {
    let timeline = timeline();
    let strips = timeline.strips(NOON, NOON + HOUR).unwrap();
    let listings = listings(&strips);
    let channel = channel();
    let named = XmltvChannel {
        id: "3.tv",
        channel: &channel,
        base: "https://tv.example",
    };
    let mut out = String::new();
    xmltv_open(&mut out, "a & b", &[named]);
    xmltv_programmes(&mut out, &named, &listings[..3]);
    xmltv_close(&mut out);
    let counts = elements(&out);
    assert_eq!((counts["channel"], counts["programme"]), (1, 3));
    insta::assert_snapshot!(out);
    let mut list = String::new();
    let line = Lineup {
        id: "3.tv",
        channel: &channel,
        url: "https://tv.example/3.m3u8",
        base: "https://tv.example",
    };
    m3u(&mut list, "https://tv.example/epg.xml", &[line]);
    insta::assert_snapshot!(list);
}

#[test]
fn now_and_next_to_the_second() {
    let timeline = timeline();
    let strips = timeline.strips(NOON, NOON + HOUR).unwrap();
    let (now, next) = now_and_next(&strips, NOON + 20_000 + 70_000).unwrap();
    // In the break of the second film.
    assert_eq!((now.item.as_str(), now.kind), ("house", Kind::AdBreak));
    assert_eq!((now.elapsed_ms, now.position_ms), (70_000, 6_000));
    assert_eq!(now.end - now.start, 150_000);
    assert_eq!(next.unwrap().item.id.as_str(), "silent");
    let (now, _) = now_and_next(&strips, NOON + 20_000 + 90_000).unwrap();
    assert_eq!(
        (now.item.as_str(), now.kind, now.position_ms),
        ("second", Kind::Programme, 70_000)
    );
    assert!(now_and_next(&strips, NOON - 1).is_none());
}

#[test]
fn a_broadcast_takes_over_and_hands_back() {
    let mut timeline = timeline();
    let before = timeline.clone();
    let now = NOON + 10 * MINUTE;
    // 13:15 on the wall of Berlin.
    let event = r#"{"name": "news", "at": "13:15", "live": {"item": "broadcast", "minutes": 10}}"#;
    let mut channel = channel();
    channel.events.push(serde_json::from_str(event).unwrap());
    let wanted = NOON + 15 * MINUTE;
    let effective = timeline
        .edit(now, Arc::new(channel), library(), Effective::Cut(wanted))
        .unwrap();
    assert!(
        (wanted..wanted + 4000).contains(&effective),
        "{}",
        effective - wanted
    );
    let reel = reel(&timeline);
    let (_, slot) = reel.on(effective).unwrap();
    assert_eq!(
        (slot.kind, slot.start, slot.duration),
        (Kind::Live, effective, 600_000)
    );
    let (_, cut) = reel.on(effective - 1).unwrap();
    assert_eq!(cut.end(), effective);
    let (_, after) = reel.on(slot.end()).unwrap();
    assert_eq!(after.kind, Kind::Programme);
    let from = NOON + 10 * MINUTE;
    assert!(verify(&timeline, from, 1).unwrap().holds());
    // And it can be seen before it airs.
    let strips =
        |timeline: &Timeline| -> Vec<Strip> { timeline.strips(NOON, NOON + HOUR).unwrap() };
    let changes = changes(&strips(&before), &strips(&timeline));
    assert!(
        changes
            .iter()
            .all(|change| change.start + change.duration_ms > effective)
    );
    assert!(
        changes
            .iter()
            .any(|change| change.added && change.title == "On the air")
    );
}

#[test]
fn an_operator_is_told() {
    let mut channel = channel();
    channel.programme[0].items.push("missing".into());
    channel.programme[0].no_repeat_hours = Some(2);
    let library = library();
    let timeline = Timeline::begin(
        "channel_3",
        Arc::new(channel.clone()),
        Arc::clone(&library),
        NOON,
    )
    .unwrap();
    let plan = matinee_channels::schedule::Plan::new("channel_3", 1, &channel, &library).unwrap();
    let told = notices(
        &channel,
        &plan,
        &timeline.strips(NOON, NOON + HOUR).unwrap(),
    );
    let text = serde_json::to_string(&told).unwrap();
    for wanted in [
        r#"{"kind":"definition","field":"programme[0].items[3]","reason":"there is no item `missing`"}"#,
        r#"{"kind":"too_little","block":"all","material_ms":168000,"wanted_ms":7200000}"#,
        r#""kind":"repeat","item":"first""#,
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
}

#[test]
fn what_is_found_is_named() {
    let timeline = timeline();
    let report = verify(&timeline, NOON, 1).unwrap();
    assert!(report.holds(), "{:?}", report.findings);
    assert!(report.segments > 20_000 && report.listings > 1000);
}
