#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::time::Duration;

use matinee_media::flv::Tag;
use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::LiveError;
use crate::llhls::Playlist;
use crate::testing::{
    admitted, large_header, picture, programme, small_header, sound, sound_header, station,
};

async fn send(feed: &mut Feed, tags: impl IntoIterator<Item = Tag>) {
    for tag in tags {
        feed.tag(tag).await.unwrap();
    }
}

async fn read(broadcast: &Broadcast, track: Track) -> Playlist {
    let text = broadcast
        .playlist(track, Directives::default(), "")
        .await
        .unwrap();
    Playlist::read(std::str::from_utf8(&text.plain).unwrap())
}

fn at(msn: u64, part: Option<u32>) -> Directives {
    Directives {
        msn: Some(msn),
        part,
        skip: false,
    }
}

/// A broadcast with pictures and sound, up to an instant.
async fn begun(broadcasts: &Arc<Broadcasts>, to_ms: u32) -> Feed {
    let mut feed = Feed::new(broadcasts.publish(admitted("stream_1"), "rtmp"));
    send(&mut feed, [small_header(0), sound_header(0)]).await;
    send(&mut feed, programme(0, to_ms, true, true)).await;
    feed
}

#[tokio::test(start_paused = true)]
async fn a_reload_is_answered_with_the_part_that_it_asks_for() {
    let (_, broadcasts) = station(Options::default());
    let mut feed = begun(&broadcasts, 7_000).await;
    let broadcast = broadcasts.get("stream_1").unwrap();
    let before = read(&broadcast, Track::Video).await;
    let (msn, part) = before.next();
    assert_eq!((msn - before.media_sequence, part), (3, 2));
    let part = u32::try_from(part).unwrap();

    let waiting = tokio::spawn({
        let broadcast = broadcast.clone();
        async move {
            broadcast
                .playlist(Track::Video, at(msn, Some(part)), "")
                .await
        }
    });
    let hinted = tokio::spawn({
        let broadcast = broadcast.clone();
        async move { broadcast.part(Track::Video, msn, part).await }
    });
    send(&mut feed, programme(7_000, 7_200, true, true)).await;
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished() && !hinted.is_finished());
    send(&mut feed, programme(7_200, 7_600, true, true)).await;
    let text = waiting.await.unwrap().unwrap();
    let after = Playlist::read(std::str::from_utf8(&text.plain).unwrap());
    after.follows(&before);
    assert_eq!(after.next(), (msn, 3));
    let bytes = hinted.await.unwrap().unwrap();
    assert_eq!(
        bytes,
        broadcast.part(Track::Video, msn, part).await.unwrap()
    );
    assert_eq!(&bytes[4..8], b"moof");

    // Compressed it says the same.
    let mut unzipped = Vec::new();
    let packed = text.gzip.unwrap();
    std::io::Read::read_to_end(
        &mut flate2::read::GzDecoder::new(&packed[..]),
        &mut unzipped,
    )
    .unwrap();
    assert_eq!(unzipped, text.plain);
    // Whoever bears a token sees it in every address.
    let own = broadcast
        .playlist(Track::Video, at(msn, Some(part)), "?token=t")
        .await
        .unwrap();
    let own = std::str::from_utf8(&own.plain).unwrap();
    assert_eq!(
        own.replace("?token=t", ""),
        std::str::from_utf8(&text.plain).unwrap()
    );
    assert!(own.contains("init-") && own.contains("../audio/media.m3u8?token=t"));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_come_is_refused_and_what_does_not_come_is_given_up() {
    let (_, broadcasts) = station(Options::default());
    let feed = begun(&broadcasts, 5_000).await;
    let broadcast = broadcasts.get("stream_1").unwrap();
    let (msn, part) = read(&broadcast, Track::Video).await.next();
    let part = u32::try_from(part).unwrap();
    let ask = |directives| broadcast.playlist(Track::Video, directives, "");

    let alone = Directives {
        part: Some(1),
        ..Directives::default()
    };
    assert!(matches!(
        ask(alone).await,
        Err(LiveError::PartWithoutSegment)
    ));
    assert!(matches!(
        ask(at(msn + 3, None)).await,
        Err(LiveError::TooFarAhead)
    ));
    assert!(matches!(
        ask(at(msn, Some(part + 6))).await,
        Err(LiveError::TooFarAhead)
    ));
    // What has gone, and parts past the last of a segment that has ended, are there.
    ask(at(1, None)).await.unwrap();
    ask(at(msn - 1, Some(99))).await.unwrap();
    // The clock of the test goes on while everybody waits.
    assert!(matches!(
        ask(at(msn + 1, None)).await,
        Err(LiveError::TooLate)
    ));
    assert!(matches!(
        broadcast.part(Track::Video, msn, part).await,
        Err(LiveError::TooLate)
    ));
    // Not hinted.
    for (msn, part) in [(msn, part + 1), (msn + 1, 0), (1, 0)] {
        assert!(matches!(
            broadcast.part(Track::Video, msn, part).await,
            Err(LiveError::NotFound(_))
        ));
    }
    // Hinted, but then the broadcast ends without it.
    let waiting = tokio::spawn({
        let broadcast = broadcast.clone();
        async move { broadcast.part(Track::Video, msn, part).await }
    });
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    broadcasts.stop("stream_1", OffAir::Stopped).await;
    assert!(matches!(
        waiting.await.unwrap(),
        Err(LiveError::NotFound(_))
    ));
    drop(feed);
}

#[tokio::test(start_paused = true)]
async fn both_tracks_keep_the_rules_from_part_to_part() {
    let options = Options {
        window: Duration::from_mins(1),
        ..Options::default()
    };
    let (_, broadcasts) = station(options);
    let mut feed = begun(&broadcasts, 3_000).await;
    let broadcast = broadcasts.get("stream_1").unwrap();
    let mut last = Vec::new();
    for track in Track::ALL {
        last.push(read(&broadcast, track).await);
    }
    for tag in programme(3_000, 120_000, true, true) {
        feed.tag(tag).await.unwrap();
        for (track, last) in Track::ALL.into_iter().zip(&mut last) {
            let now = read(&broadcast, track).await;
            now.follows(last);
            now.is_steady();
            let skip = Directives {
                skip: true,
                ..Directives::default()
            };
            let update = broadcast.playlist(track, skip, "").await.unwrap();
            let update = Playlist::read(std::str::from_utf8(&update.plain).unwrap());
            assert_eq!(last.updated(&update).segments.len(), now.segments.len());
            assert_eq!(now.reports.len(), 1);
            assert_eq!(
                now.reports[0]["URI"],
                format!("../{}/media.m3u8", track.other().name())
            );
            *last = now;
        }
        assert_eq!(last[0].media_sequence, last[1].media_sequence);
    }
    let [video, _] = &last[..] else {
        unreachable!()
    };
    // The window, and what had been told before.
    let seconds: f64 = video.segments.values().filter_map(|s| s.seconds).sum();
    assert!((58.0..64.0).contains(&seconds), "{seconds}");
    let gone = video.media_sequence - 1;
    assert!(broadcast.segment(Track::Video, gone).is_ok());
    assert!(broadcast.segment(Track::Video, gone - 20).is_err());
    // A segment is its parts, one after another.
    for track in Track::ALL {
        let playlist = read(&broadcast, track).await;
        let whole = |segment: &&crate::llhls::Segment| segment.seconds.is_some();
        let with_parts = playlist
            .segments
            .iter()
            .filter(|(_, s)| !s.parts.is_empty());
        for (msn, segment) in with_parts.filter(|(_, s)| whole(s)) {
            let mut joined = Vec::new();
            for n in 0..u32::try_from(segment.parts.len()).unwrap() {
                joined.extend(broadcast.part(track, *msn, n).await.unwrap());
            }
            assert_eq!(broadcast.segment(track, *msn).unwrap(), joined);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_encoder_that_comes_back_goes_on_with_the_same_broadcast() {
    let (desk, broadcasts) = station(Options::default());
    let feed = begun(&broadcasts, 5_000).await;
    let broadcast = broadcasts.get("stream_1").unwrap();
    let before = read(&broadcast, Track::Video).await;
    feed.vanish().await;
    assert!(!broadcast.health().connected);
    tokio::time::sleep(Duration::from_secs(29)).await;
    // Another clock, the same coding.
    let mut feed = begun(&broadcasts, 3_000).await;
    assert!(Arc::ptr_eq(
        &broadcast,
        &broadcasts.get("stream_1").unwrap()
    ));
    tokio::time::sleep(Duration::from_mins(1)).await;
    send(&mut feed, programme(3_000, 5_000, true, true)).await;
    for track in Track::ALL {
        let after = read(&broadcast, track).await;
        assert!(!after.ended);
        let breaks: Vec<u64> = after
            .segments
            .iter()
            .filter(|(_, segment)| segment.discontinuity)
            .map(|(number, _)| *number)
            .collect();
        assert_eq!(breaks, [before.media_sequence + 3]);
        let maps: Vec<&String> = after.segments.values().map(|s| &s.map).collect();
        assert_ne!(maps.first(), maps.last());
        for map in maps {
            let run = map.trim_start_matches("init-").trim_end_matches(".mp4");
            broadcast.init(track, run.parse().unwrap()).unwrap();
        }
    }
    assert_eq!(desk.told(), ["stream_1 on"]);
}

#[tokio::test(start_paused = true)]
async fn an_encoder_that_stays_away_ends_the_broadcast() {
    let (desk, broadcasts) = station(Options::default());
    begun(&broadcasts, 5_000).await.vanish().await;
    let broadcast = broadcasts.get("stream_1").unwrap();
    let waiting = tokio::spawn({
        let broadcast = broadcast.clone();
        let next = read(&broadcast, Track::Audio).await.next().0;
        async move { broadcast.playlist(Track::Audio, at(next, None), "").await }
    });
    // Who waits is told that nothing comes before the grace is over.
    assert!(matches!(waiting.await.unwrap(), Err(LiveError::TooLate)));
    assert_eq!(desk.wait_for(2).await, ["stream_1 on", "stream_1 Vanished"]);
    let playlist = read(&broadcast, Track::Video).await;
    assert!(playlist.ended && playlist.segments.values().all(|s| s.parts.is_empty()));
    // Directives mean nothing any more.
    broadcast
        .playlist(Track::Video, at(u64::MAX, None), "")
        .await
        .unwrap();
    // The next one is another broadcast, at addresses of its own.
    tokio::time::sleep(Duration::from_mins(2)).await;
    assert!(broadcasts.get("stream_1").is_none());
}

#[tokio::test(start_paused = true)]
async fn the_end_and_a_stop_are_told_at_once() {
    let (desk, broadcasts) = station(Options::default());
    begun(&broadcasts, 5_000).await.end().await;
    assert_eq!(desk.told(), ["stream_1 on", "stream_1 Ended"]);
    let mut feed = begun(&broadcasts, 5_000).await;
    assert!(broadcasts.stop("stream_1", OffAir::Stopped).await);
    assert!(!broadcasts.stop("stream_1", OffAir::Stopped).await);
    assert!(!broadcasts.stop("stream_2", OffAir::Stopped).await);
    feed.publisher().is_cut_off().await;
    let refused = send_until_refused(&mut feed, 5_000).await;
    assert!(matches!(refused, LiveError::Over));
    assert_eq!(desk.told()[2..], ["stream_1 on", "stream_1 Stopped"]);
    // Nothing came, so nobody is told.
    Feed::new(broadcasts.publish(admitted("stream_2"), "rtmp"))
        .end()
        .await;
    assert_eq!(desk.told().len(), 4);
    assert!(broadcasts.get("stream_2").is_none());
}

async fn send_until_refused(feed: &mut Feed, from_ms: u32) -> LiveError {
    for tag in programme(from_ms, from_ms + 5_000, true, true) {
        if let Err(error) = feed.tag(tag).await {
            return error;
        }
    }
    panic!("nothing was refused");
}

#[tokio::test(start_paused = true)]
async fn a_newer_encoder_takes_over() {
    let (desk, broadcasts) = station(Options::default());
    let mut old = begun(&broadcasts, 5_000).await;
    let new = begun(&broadcasts, 5_000).await;
    old.publisher().is_cut_off().await;
    let refused = send_until_refused(&mut old, 5_000).await;
    assert!(matches!(refused, LiveError::TakenOver));
    // Whatever the old one says now counts for nothing.
    old.end().await;
    let broadcast = broadcasts.get("stream_1").unwrap();
    assert!(!broadcast.has_ended());
    let playlist = read(&broadcast, Track::Video).await;
    assert_eq!(
        playlist
            .segments
            .values()
            .filter(|s| s.discontinuity)
            .count(),
        1
    );
    new.end().await;
    assert_eq!(desk.told(), ["stream_1 on", "stream_1 Ended"]);
}

#[tokio::test(start_paused = true)]
async fn a_broadcast_ends_when_it_lasts_too_long() {
    let options = Options {
        max_duration: Some(Duration::ZERO),
        ..Options::default()
    };
    let (desk, broadcasts) = station(options);
    let mut feed = Feed::new(broadcasts.publish(admitted("stream_1"), "rtmp"));
    send(&mut feed, [small_header(0), sound_header(0)]).await;
    let refused = send_until_refused(&mut feed, 0).await;
    assert!(matches!(refused, LiveError::Over));
    assert_eq!(desk.told(), ["stream_1 on", "stream_1 TooLong"]);
}

#[tokio::test(start_paused = true)]
async fn the_same_header_again_is_nothing_and_another_is_a_new_run() {
    let (_, broadcasts) = station(Options::default());
    let mut feed = begun(&broadcasts, 4_000).await;
    let broadcast = broadcasts.get("stream_1").unwrap();
    send(&mut feed, [small_header(4_000), sound_header(4_000)]).await;
    send(&mut feed, programme(4_000, 8_000, true, true)).await;
    let breaks = |playlist: &Playlist| {
        let segments = playlist.segments.values();
        segments.filter(|segment| segment.discontinuity).count()
    };
    assert_eq!(breaks(&read(&broadcast, Track::Video).await), 0);
    assert_eq!(broadcast.health().width, Some(320));
    send(&mut feed, [large_header(8_000)]).await;
    send(&mut feed, programme(8_000, 12_000, true, true)).await;
    for track in Track::ALL {
        assert_eq!(breaks(&read(&broadcast, track).await), 1);
    }
    let health = broadcast.health();
    assert_eq!((health.width, health.height), (Some(640), Some(360)));
    assert_eq!(health.frame_rate, Some(25.0));
    assert_eq!(health.keyframe_interval_s, Some(2.0));
    assert_eq!(health.warnings, Vec::<String>::new());
    let master = broadcast.master("").await.unwrap();
    let master = std::str::from_utf8(&master.plain).unwrap();
    assert!(
        master.contains("RESOLUTION=640x360,FRAME-RATE=25.000"),
        "{master}"
    );
}

#[tokio::test(start_paused = true)]
async fn sound_that_comes_later_has_gaps_before_it() {
    let (_, broadcasts) = station(Options::default());
    let mut feed = Feed::new(broadcasts.publish(admitted("stream_1"), "rtmp"));
    send(&mut feed, [small_header(0)]).await;
    send(&mut feed, programme(0, 5_000, true, false)).await;
    let broadcast = broadcasts.get("stream_1").unwrap();
    let master = broadcast.master("").await.unwrap();
    assert!(
        !std::str::from_utf8(&master.plain)
            .unwrap()
            .contains("AUDIO")
    );
    let none = broadcast
        .playlist(Track::Audio, Directives::default(), "")
        .await;
    assert!(matches!(none, Err(LiveError::NotFound(_))));
    assert_eq!(broadcast.health().warnings, ["There is no sound."]);
    send(&mut feed, [sound_header(5_000)]).await;
    send(&mut feed, programme(5_000, 9_000, true, true)).await;
    let (video, audio) = (
        read(&broadcast, Track::Video).await,
        read(&broadcast, Track::Audio).await,
    );
    assert_eq!(video.media_sequence, audio.media_sequence);
    let gaps: Vec<bool> = audio.segments.values().map(|segment| segment.gap).collect();
    assert_eq!(gaps, [true, true, true, false, false]);
    for (one, other) in video.segments.values().zip(audio.segments.values()) {
        assert_eq!(one.discontinuity, other.discontinuity);
        assert!((one.date - other.date).abs() < 25);
    }
    // The playlist names an initialization segment for the gaps too.
    for segment in audio.segments.values() {
        let run = segment
            .map
            .trim_start_matches("init-")
            .trim_end_matches(".mp4");
        broadcast.init(Track::Audio, run.parse().unwrap()).unwrap();
    }
    assert_eq!(broadcast.health().warnings, Vec::<String>::new());
}

#[rstest]
#[case::a_little(900, false)]
#[case::much(4_000, true)]
#[tokio::test(start_paused = true)]
async fn pictures_that_come_late_leave_no_hole_in_the_sound(
    #[case] late_ms: u32,
    #[case] patient: bool,
) {
    let (_, broadcasts) = station(Options::default());
    let mut feed = Feed::new(broadcasts.publish(admitted("stream_1"), "rtmp"));
    if patient {
        feed = feed.patient();
    }
    send(&mut feed, [sound_header(0)]).await;
    send(&mut feed, programme(0, late_ms, false, true)).await;
    send(&mut feed, [small_header(0)]).await;
    let pictures = programme(0, late_ms, true, false).into_iter();
    send(&mut feed, pictures).await;
    send(&mut feed, programme(late_ms, 7_000, true, true)).await;
    let broadcast = broadcasts.get("stream_1").unwrap();
    let (video, audio) = (
        read(&broadcast, Track::Video).await,
        read(&broadcast, Track::Audio).await,
    );
    for (one, other) in video.segments.values().zip(audio.segments.values()) {
        assert!(!one.gap && !other.gap && one.discontinuity == other.discontinuity);
        assert!((one.date - other.date).abs() < 25);
        let whole = one.seconds.zip(other.seconds);
        assert!(whole.is_none_or(|(one, other)| (one - other).abs() < 0.05));
    }
    assert_eq!(broadcast.health().warnings, Vec::<String>::new());
}

#[rstest]
#[case::sound(false, "mp4a.40.2")]
#[case::pictures(true, "avc1.42C00B")]
#[tokio::test(start_paused = true)]
async fn one_track_alone_is_a_broadcast(#[case] pictures: bool, #[case] codec: &str) {
    let (_, broadcasts) = station(Options::default());
    let mut feed = Feed::new(broadcasts.publish(admitted("stream_1"), "rtmp"));
    let header = if pictures {
        small_header(0)
    } else {
        sound_header(0)
    };
    send(&mut feed, [header]).await;
    send(&mut feed, programme(0, 20_000, pictures, !pictures)).await;
    let broadcast = broadcasts.get("stream_1").unwrap();
    let master = broadcast.master("?token=t").await.unwrap();
    let master = std::str::from_utf8(&master.plain).unwrap();
    assert!(
        master
            .to_lowercase()
            .contains(&format!("codecs=\"{}\"", codec.to_lowercase())),
        "{master}"
    );
    let track = if pictures { Track::Video } else { Track::Audio };
    assert!(master.ends_with(&format!("{}/media.m3u8?token=t\n", track.name())));
    let playlist = read(&broadcast, track).await;
    assert!(playlist.segments.len() >= 4 && playlist.reports.is_empty());
}

#[tokio::test(start_paused = true)]
async fn pictures_that_stop_leave_the_sound_on_the_air() {
    let (_, broadcasts) = station(Options::default());
    let mut feed = begun(&broadcasts, 5_000).await;
    let broadcast = broadcasts.get("stream_1").unwrap();
    send(&mut feed, programme(5_000, 24_000, false, true)).await;
    let audio = read(&broadcast, Track::Audio).await;
    assert!(
        audio
            .segments
            .values()
            .filter(|segment| !segment.gap)
            .count()
            > 6
    );
    let video = read(&broadcast, Track::Video).await;
    assert!(video.segments.values().any(|segment| segment.gap));
    assert!(broadcast.health().warnings[0].contains("pictures have stopped"));
    send(&mut feed, programme(24_000, 30_000, true, true)).await;
    let video = read(&broadcast, Track::Video).await;
    assert!(!video.segments.values().next_back().unwrap().gap);
    assert_eq!(broadcast.health().warnings, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_is_a_new_run_and_one_that_always_does_is_none() {
    let (_, broadcasts) = station(Options::default());
    let mut feed = begun(&broadcasts, 4_400).await;
    let broadcast = broadcasts.get("stream_1").unwrap();
    send(&mut feed, programme(3_600_000, 3_604_000, true, true)).await;
    let video = read(&broadcast, Track::Video).await;
    assert_eq!(
        video.segments.values().filter(|s| s.discontinuity).count(),
        1
    );
    assert!(broadcast.health().warnings[0].contains("jumped once"));
    let mut outcome = Ok(());
    for n in 0..100 {
        outcome = feed.tag(picture(n * 60_000, true)).await;
        if outcome.is_err() {
            break;
        }
    }
    assert!(matches!(outcome, Err(LiveError::Hopeless(_))));
}

/// The network takes a rest: what was to come comes late and all at once, or is missing for good.
#[rstest]
#[case::late(4_400)]
#[case::lost(14_400)]
#[tokio::test(start_paused = true)]
async fn a_network_that_stalls_for_ten_seconds_stops_nothing(#[case] goes_on_ms: u32) {
    let (desk, broadcasts) = station(Options::default());
    let mut feed = begun(&broadcasts, 4_400).await;
    let broadcast = broadcasts.get("stream_1").unwrap();
    let before = read(&broadcast, Track::Video).await;
    // Whoever waits for the next part is told to come again, and is not held for ever.
    let (msn, _) = before.next();
    let waiting = broadcast.playlist(Track::Video, at(msn, None), "");
    let waited = tokio::time::timeout(Duration::from_mins(1), waiting).await;
    let waited = waited.expect("nobody waits for ever");
    assert!(waited.is_ok() || matches!(waited, Err(LiveError::TooLate)));
    tokio::time::sleep(Duration::from_secs(10)).await;
    send(
        &mut feed,
        programme(goes_on_ms, goes_on_ms + 8_000, true, true),
    )
    .await;
    // The same broadcast goes on, with the numbers that follow.
    assert_eq!(desk.told(), ["stream_1 on"]);
    let after = read(&broadcast, Track::Video).await;
    assert_eq!(after.media_sequence, before.media_sequence);
    assert!(after.next().0 >= msn + 2);
    let numbers: Vec<u64> = after.segments.keys().copied().collect();
    assert!(numbers.windows(2).all(|two| two[1] == two[0] + 1));
    assert!(!after.ended && !broadcast.has_ended());
}

#[tokio::test(start_paused = true)]
async fn memory_is_bounded_by_bytes_too() {
    let options = Options {
        window_bytes: 200_000,
        ..Options::default()
    };
    let (_, broadcasts) = station(options);
    let mut feed = begun(&broadcasts, 100).await;
    let broadcast = broadcasts.get("stream_1").unwrap();
    let mut most = 0;
    for tag in programme(100, 400_000, true, true) {
        feed.tag(tag).await.unwrap();
        most = most.max(broadcast.memory());
    }
    assert!((150_000..230_000).contains(&most), "{most}");
    read(&broadcast, Track::Video).await;
}

/// What a strange encoder may do.
#[derive(Debug, Clone)]
enum Deed {
    Programme {
        ms: u32,
        pictures: bool,
        sounds: bool,
    },
    Jump(u32),
    Small,
    Large,
    SoundHeader,
    Back,
    Noise(Vec<u8>),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => (100u32..9_000, any::<bool>(), any::<bool>()).prop_map(|(ms, pictures, sounds)| {
            Deed::Programme { ms, pictures, sounds }
        }),
        1 => (0u32..u32::MAX).prop_map(Deed::Jump),
        1 => Just(Deed::Small),
        1 => Just(Deed::Large),
        1 => Just(Deed::SoundHeader),
        1 => Just(Deed::Back),
        1 => prop::collection::vec(any::<u8>(), 0..40).prop_map(Deed::Noise),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever an encoder does: the playlists of both tracks keep the rules, agree with each
    /// other, and all that they list can be had.
    #[test]
    fn the_rules_hold_for_strange_encoders(deeds in prop::collection::vec(deed(), 1..14)) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let (_, broadcasts) = station(Options {
                window: Duration::from_secs(20),
                ..Options::default()
            });
            let mut feed = Feed::new(broadcasts.publish(admitted("stream_1"), "rtmp"));
            let mut clock = 0u32;
            for deed in deeds {
                let tags = match deed {
                    Deed::Programme { ms, pictures, sounds } => {
                        let from = clock % 1_000_000_000;
                        clock = from + ms;
                        programme(from, from + ms, pictures, sounds)
                    }
                    Deed::Jump(to) => {
                        clock = to;
                        Vec::new()
                    }
                    Deed::Small => vec![small_header(clock)],
                    Deed::Large => vec![large_header(clock)],
                    Deed::SoundHeader => vec![sound_header(clock)],
                    Deed::Back => {
                        feed.vanish().await;
                        feed = Feed::new(broadcasts.publish(admitted("stream_1"), "rtmp"));
                        Vec::new()
                    }
                    Deed::Noise(bytes) => {
                        let mut video = picture(clock, false);
                        video.body = bytes.clone().into();
                        let mut audio = sound(clock);
                        audio.body = bytes.into();
                        vec![video, audio]
                    }
                };
                for tag in tags {
                    match feed.tag(tag).await {
                        Ok(()) => {}
                        Err(LiveError::Hopeless(_)) => return,
                        Err(error) => panic!("{error}"),
                    }
                }
                check(&broadcasts).await;
            }
        });
    }
}

async fn check(broadcasts: &Arc<Broadcasts>) {
    let Some(broadcast) = broadcasts.get("stream_1").filter(|b| b.is_playable()) else {
        return;
    };
    let mut both = Vec::new();
    for track in Track::ALL {
        let Ok(text) = broadcast.playlist(track, Directives::default(), "").await else {
            continue;
        };
        let playlist = Playlist::read(std::str::from_utf8(&text.plain).unwrap());
        for (msn, segment) in &playlist.segments {
            let run = segment
                .map
                .trim_start_matches("init-")
                .trim_end_matches(".mp4");
            broadcast.init(track, run.parse().unwrap()).unwrap();
            if segment.gap {
                continue;
            }
            if segment.seconds.is_some() {
                assert!(!broadcast.segment(track, *msn).unwrap().is_empty());
            }
            for n in 0..segment.parts.len() {
                let n = u32::try_from(n).unwrap();
                assert!(!broadcast.part(track, *msn, n).await.unwrap().is_empty());
            }
        }
        both.push(playlist);
    }
    if let [video, audio] = &both[..] {
        assert_eq!(video.media_sequence, audio.media_sequence);
        assert_eq!(video.discontinuity_sequence, audio.discontinuity_sequence);
        for (msn, segment) in &video.segments {
            if let Some(other) = audio.segments.get(msn) {
                assert_eq!(segment.discontinuity, other.discontinuity, "{msn}");
                assert_eq!(segment.map, other.map, "{msn}");
            }
        }
    }
}
