#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::{
    boxes::Boxes,
    codec::{AudioEntry, VideoEntry},
};

pub(super) fn video_entry() -> SampleEntry {
    SampleEntry {
        format: crate::boxes::FourCc::new(b"avc1"),
        codec: Codec::Avc,
        codec_string: "avc1.64001f".to_owned(),
        bytes: Bytes::from_static(b"\0\0\0\x08avc1"),
        video: Some(VideoEntry {
            width: 640,
            height: 360,
            pixel_aspect: None,
            pixel_aspect_in_container: false,
            colour: None,
            bit_depth: None,
            chroma_format: None,
            interlaced: false,
            profile: 100,
            level: 31,
            in_band_parameters: false,
        }),
        audio: None,
        encrypted: false,
    }
}

fn sound_entry() -> SampleEntry {
    SampleEntry {
        format: crate::boxes::FourCc::new(b"mp4a"),
        codec: Codec::Aac,
        codec_string: "mp4a.40.2".to_owned(),
        bytes: Bytes::from_static(b"\0\0\0\x08mp4a"),
        video: None,
        audio: Some(AudioEntry {
            channels: 2,
            sample_rate: 48_000,
        }),
        encrypted: false,
    }
}

fn picture(sync: bool) -> Frame {
    Frame {
        data: Bytes::from_static(b"a picture"),
        composition_ms: 0,
        sync,
    }
}

/// What an encoder sends in `ms`: whole milliseconds, sound a little ahead or behind.
#[derive(Debug, Clone)]
enum Sent {
    Picture(i64, bool),
    Sound(i64),
}

fn encoder(ms: i64, fps: i64, gop: i64, sound_late_ms: i64) -> Vec<Sent> {
    let mut sent: Vec<(i64, Sent)> = (0..ms * fps / 1000)
        .map(|n| (n * 1000 / fps, Sent::Picture(n * 1000 / fps, n % gop == 0)))
        .collect();
    sent.extend((0..ms * 48 / 1024).map(|n| {
        let time = n * 1024 / 48;
        (time + sound_late_ms, Sent::Sound(time))
    }));
    sent.sort_by_key(|(at, _)| *at);
    sent.into_iter().map(|(_, sent)| sent).collect()
}

fn package(options: Options, sent: &[Sent], from: Place) -> (Vec<Part>, Place) {
    let mut packager =
        Packager::new(options, Some(&video_entry()), Some(&sound_entry()), from).unwrap();
    // No encoder's clock begins at nought.
    let clock = 7_000_000;
    let mut parts = Vec::new();
    for sent in sent {
        match sent {
            Sent::Picture(ms, sync) => packager.video(clock + ms * 1000, picture(*sync)).unwrap(),
            Sent::Sound(ms) => packager
                .sound(clock + ms * 1000, Bytes::from_static(b"sound"))
                .unwrap(),
        }
        parts.extend(packager.take());
    }
    let (rest, end) = packager.finish();
    parts.extend(rest);
    (parts, end)
}

/// The segments of a track: when each begins and ends in ticks, and its parts.
fn segments(parts: &[Part], kind: MediaKind) -> Vec<(u64, u64, Vec<&Part>)> {
    let mut segments: Vec<(u64, u64, Vec<&Part>)> = Vec::new();
    let mut msn = None;
    for part in parts.iter().filter(|part| part.kind == kind) {
        if msn == Some(part.msn) {
            let open = segments.last_mut().unwrap();
            assert_eq!(open.1, part.start, "a hole in a segment");
            assert_eq!(open.2.len(), part.number as usize);
            open.1 = part.start + part.duration;
            open.2.push(part);
        } else {
            assert!(
                msn.is_none_or(|msn| msn + 1 == part.msn),
                "{msn:?} {part:?}"
            );
            assert_eq!(part.number, 0);
            msn = Some(part.msn);
            segments.push((part.start, part.start + part.duration, vec![part]));
        }
    }
    segments
}

#[test]
fn thirty_frames_a_second_and_a_keyframe_every_two() {
    let from = Place {
        msn: 40,
        micros: 90_000_000,
    };
    let (parts, end) = package(Options::default(), &encoder(10_000, 30, 60, 0), from);
    let video = segments(&parts, MediaKind::Video);
    assert_eq!(video.len(), 5);
    for (n, (start, end, parts)) in video.iter().enumerate() {
        assert_eq!(*start, (90 + 2 * n as u64) * 90_000);
        // The last frame of all is taken to last as long as the one before: 33 ms, not 33.3.
        assert!(end - start == 180_000 || n == 4 && end - start == 179_910);
        // Four parts of fifteen frames; the first can be begun with, the last says that it is.
        assert_eq!(parts.len(), 4);
        assert!(
            parts
                .iter()
                .all(|part| part.duration.abs_diff(45_000) <= 90)
        );
        let independent: Vec<bool> = parts.iter().map(|part| part.independent).collect();
        assert_eq!(independent, [true, false, false, false]);
        assert_eq!(parts[0].msn, 40 + n as u64);
        assert!(parts[3].last);
    }
    let sound = segments(&parts, MediaKind::Audio);
    assert_eq!(sound.len(), video.len());
    for (pictures, sound) in video.iter().zip(&sound) {
        let late = sound.0 as f64 / 48_000.0 - pictures.0 as f64 / 90_000.0;
        assert!((0.0..1024.0 / 48_000.0).contains(&late), "{late}");
    }
    assert_eq!(
        end,
        Place {
            msn: 45,
            micros: 99_999_000
        }
    );
}

#[test]
fn a_part_is_there_as_soon_as_the_next_frame_would_not_fit() {
    let mut packager = Packager::new(
        Options::default(),
        Some(&video_entry()),
        None,
        Place::default(),
    )
    .unwrap();
    for n in 0..15 {
        packager.video(n * 33_333, picture(n == 0)).unwrap();
        assert!(packager.take().is_empty(), "{n}");
    }
    packager.video(15 * 33_333, picture(false)).unwrap();
    assert_eq!(packager.take().len(), 1);
}

#[test]
fn a_keyframe_that_does_not_come_is_not_waited_for() {
    let (parts, _) = package(
        Options::default(),
        &encoder(20_000, 25, 1000, 0),
        Place::default(),
    );
    let video = segments(&parts, MediaKind::Video);
    assert!(
        video
            .iter()
            .all(|(start, end, _)| end - start <= 6 * 90_000)
    );
    assert!(video.len() >= 4);
    assert!(!video[1].2[0].independent);
}

#[test]
fn what_comes_before_the_first_keyframe_is_not_shown() {
    let mut sent = encoder(4_000, 25, 50, 0);
    sent.retain(|sent| !matches!(sent, Sent::Picture(0, _)));
    let (parts, _) = package(Options::default(), &sent, Place::default());
    let video = segments(&parts, MediaKind::Video);
    assert_eq!(video[0].0, 0);
    assert_eq!(video.last().unwrap().1, 2 * 90_000);
}

#[test]
fn sound_alone_is_cut_by_itself() {
    let mut packager = Packager::new(
        Options::default(),
        None,
        Some(&sound_entry()),
        Place::default(),
    )
    .unwrap();
    for n in 0..470 {
        packager
            .sound(n * 1024 * 1000 / 48, Bytes::from_static(b"sound"))
            .unwrap();
    }
    let (parts, end) = packager.finish();
    let sound = segments(&parts, MediaKind::Audio);
    assert_eq!(end.msn, sound.len() as u64);
    assert_eq!(sound.len(), 5);
    assert!(
        sound
            .iter()
            .flat_map(|s| &s.2)
            .all(|part| part.duration <= 24_000)
    );
}

#[rstest]
#[case::back(&[0, 40, -2_000])]
#[case::far_ahead(&[0, 40, 9_000])]
fn a_clock_that_jumps_ends_the_run(#[case] times: &[i64]) {
    let mut packager = Packager::new(
        Options::default(),
        Some(&video_entry()),
        None,
        Place::default(),
    )
    .unwrap();
    let mut outcome = Ok(());
    for (n, ms) in times.iter().enumerate() {
        outcome = packager.video(ms * 1000, picture(n == 0));
    }
    outcome.unwrap_err();
    // What was whole is not lost.
    let (parts, end) = packager.finish();
    assert!(!parts.is_empty());
    assert_eq!(end.msn, 1);
}

#[test]
fn sound_does_not_wait_for_pictures_for_ever() {
    let mut packager = Packager::new(
        Options::default(),
        Some(&video_entry()),
        Some(&sound_entry()),
        Place::default(),
    )
    .unwrap();
    packager.video(0, picture(true)).unwrap();
    let fails = (0..1000).find(|n| {
        packager
            .sound(n * 1024 * 1000 / 48, Bytes::from_static(b"sound"))
            .is_err()
    });
    assert!(fails.is_some_and(|n| (200..300).contains(&n)), "{fails:?}");
}

#[test]
fn sound_that_outlasts_the_pictures_is_cut_too() {
    let mut sent = encoder(5_500, 25, 250, 0);
    sent.extend(
        encoder(10_000, 25, 250, 0)
            .into_iter()
            .filter(|sent| matches!(sent, Sent::Sound(ms) if (5_500..10_000).contains(ms))),
    );
    let (parts, end) = package(Options::default(), &sent, Place::default());
    let sound = segments(&parts, MediaKind::Audio);
    assert!(
        sound
            .iter()
            .all(|(start, end, _)| end - start <= 48_000 * 25 / 4)
    );
    assert_eq!(end.msn, sound.len() as u64);
    assert_eq!(sound.len(), 2);
}

#[test]
fn frames_that_all_come_at_once_do_not_fill_the_memory() {
    let mut packager = Packager::new(
        Options::default(),
        Some(&video_entry()),
        None,
        Place::default(),
    )
    .unwrap();
    let big = Frame {
        data: vec![0; 1 << 20].into(),
        composition_ms: 0,
        sync: true,
    };
    let mut largest = 0;
    for _ in 0..300 {
        packager.video(0, big.clone()).unwrap();
        largest = packager
            .take()
            .iter()
            .map(|part| part.data.len())
            .chain([largest])
            .max()
            .unwrap();
    }
    assert!((1..70 << 20).contains(&largest), "{largest}");
}

#[rstest]
#[case(&[5, 10, 4], &[5, 10, 4])]
#[case(&[u32::MAX - 1, 3, u32::MAX], &[4_294_967_294, 4_294_967_299, 4_294_967_295])]
fn timestamps_do_not_wrap(#[case] stamps: &[u32], #[case] times: &[i64]) {
    let mut clock = Unwrap::new();
    let got: Vec<i64> = stamps.iter().map(|&stamp| clock.time(stamp)).collect();
    assert_eq!(got, times);
}

#[rstest]
// CELT 20 ms; SILK 60 ms; two of 2.5 ms; forty-eight of 2.5 ms; nothing.
#[case(&[0b1111_1000], 960)]
#[case(&[0b0001_1000], 2880)]
#[case(&[0b1000_0001], 240)]
#[case(&[0b1000_0011, 48], 5760)]
#[case(&[], 0)]
fn opus_says_how_long_it_is(#[case] packet: &[u8], #[case] samples: u32) {
    assert_eq!(opus_len(packet), samples);
}

fn samples(part: &Part) -> u32 {
    let moof = Boxes::new(&part.data).find(b"moof").unwrap();
    let traf = moof.children().find(b"traf").unwrap();
    let trun = traf.children().find(b"trun").unwrap();
    let mut fields = trun.fields("trun");
    fields.skip(4).unwrap();
    fields.u32().unwrap()
}

proptest! {
    /// Whatever the encoder does within reason: no frame is lost, no segment and no part is too
    /// long, the pictures have no hole, and sound is cut where they are.
    #[test]
    fn it_holds_for_any_encoder(
        fps in 5i64..61,
        gop in 1i64..400,
        late in -400i64..400,
        jitter in prop::collection::vec(0i64..12, 64),
    ) {
        let options = Options::default();
        let mut sent = encoder(12_000, fps, gop, late);
        let mut n = 0;
        for sent in &mut sent {
            if let Sent::Picture(ms, _) = sent && *ms > 0 {
                n += 1;
                *ms += jitter[n % jitter.len()];
            }
        }
        let (parts, end) = package(options, &sent, Place::default());
        let video = segments(&parts, MediaKind::Video);
        let pictures = sent.iter().filter(|s| matches!(s, Sent::Picture(..))).count();
        let packed: u32 = video.iter().flat_map(|s| &s.2).map(|part| samples(part)).sum();
        prop_assert_eq!(packed as usize, pictures);
        for pair in video.windows(2) {
            prop_assert_eq!(pair[0].1, pair[1].0);
        }
        for (start, end, parts) in &video {
            prop_assert!(end - start <= 6 * 90_000);
            for part in parts {
                prop_assert!(part.duration <= 45_000 || samples(part) == 1);
            }
        }
        prop_assert_eq!(end.msn, video.len() as u64);
        let sound = segments(&parts, MediaKind::Audio);
        // Sound that comes before the first picture is not kept.
        for (pictures, sound) in video.iter().zip(&sound).skip(1) {
            let late = sound.0 as f64 / 48_000.0 - pictures.0 as f64 / 90_000.0;
            prop_assert!((-0.001..0.0225).contains(&late), "{}", late);
        }
        prop_assert!(video.len().abs_diff(sound.len()) <= 1);
    }
}

#[test]
fn a_segment_begins_where_a_break_does() {
    let options = Options::default();
    let from = Place {
        msn: 40,
        micros: 10_000_000,
    };
    let sent = encoder(30_000, 25, 25, 300);
    let mut packager =
        Packager::new(options, Some(&video_entry()), Some(&sound_entry()), from).unwrap();
    assert_eq!(packager.shown_at(7_000_000), None);
    let mut parts = Vec::new();
    for (n, sent) in sent.iter().enumerate() {
        match sent {
            Sent::Picture(ms, sync) => packager.video(ms * 1000, picture(*sync)).unwrap(),
            Sent::Sound(ms) => {
                let data = Bytes::from_static(b"sound");
                packager.sound(ms * 1000, data).unwrap();
            }
        }
        if n == 0 {
            // Not at the second of a keyframe, and so with the next; at one; and all at once.
            for ms in [4_500, 13_000, 20_000, 20_010, 20_020] {
                let at = packager.shown_at(ms * 1000).unwrap();
                assert_eq!(at, 10_000_000 + ms.unsigned_abs() * 1000);
                packager.cut_at(at);
            }
        }
        parts.extend(packager.take());
    }
    parts.extend(packager.finish().0);
    let seconds = |kind, rate: u64| -> Vec<u64> {
        let all = segments(&parts, kind);
        all.iter()
            .map(|(begins, _, _)| begins / rate - 10)
            .collect()
    };
    let pictures = seconds(MediaKind::Video, VIDEO_TIMESCALE.into());
    assert_eq!(
        pictures,
        [0, 2, 4, 5, 7, 9, 11, 13, 15, 17, 19, 20, 22, 24, 26, 28]
    );
    let numbers = |kind| -> Vec<u64> {
        let all = segments(&parts, kind);
        all.iter().map(|(_, _, parts)| parts[0].msn).collect()
    };
    assert_eq!(numbers(MediaKind::Video), numbers(MediaKind::Audio));
}

#[test]
fn numbers_do_not_run_ahead_of_seconds_whatever_is_wanted() {
    let options = Options {
        segment_ms: 1000,
        ..Options::default()
    };
    let mut packager =
        Packager::new(options, Some(&video_entry()), None, Place::default()).unwrap();
    let mut parts = Vec::new();
    for n in 0..500 {
        // Each is a keyframe, and a segment is wanted with each.
        packager.video(n * 40_000, picture(true)).unwrap();
        packager.cut_at(n.unsigned_abs() * 40_000 + 40_000);
        parts.extend(packager.take());
    }
    parts.extend(packager.finish().0);
    let all = segments(&parts, MediaKind::Video);
    assert!(all.len() <= 20, "{} segments in twenty seconds", all.len());
}
