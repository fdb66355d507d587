#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;

use super::super::tests::well_formed;
use super::*;

fn segments(start: u64, durations: &[u64]) -> Vec<LiveSegment> {
    let mut at = start;
    let mut all = Vec::new();
    for &duration in durations {
        all.push(LiveSegment {
            start: at,
            duration,
        });
        at += duration;
    }
    all
}

fn manifest(ended: bool) -> LiveManifest<'static> {
    let video = |first_msn, segments| LiveSet {
        path: "video".into(),
        kind: LiveKind::Video {
            width: 1280,
            height: 720,
            frame_rate: Some(30_000.0 / 1001.0),
        },
        codec_string: "avc1.64001f",
        bandwidth_bps: 3_000_000,
        first_msn,
        segments,
    };
    let audio = |first_msn, segments| LiveSet {
        path: "audio".into(),
        kind: LiveKind::Audio {
            channels: 2,
            sample_rate: 48_000,
        },
        codec_string: "mp4a.40.2",
        bandwidth_bps: 128_000,
        first_msn,
        segments,
    };
    LiveManifest {
        began_at: 1_795_286_722_000_000,
        now: 1_795_286_752_125_000,
        window_ms: 300_000,
        part_ms: 500,
        segment_ms: 2000,
        target_s: 6,
        periods: vec![
            LivePeriod {
                run: 1_795_286_722,
                id: 1_795_286_722,
                wall: 1_795_286_723_000_000,
                start: 0,
                sets: vec![
                    video(102, segments(4_000_000, &[2_000_000, 2_000_000, 2_500_000])),
                    audio(102, segments(4_010_667, &[1_984_000, 2_005_333, 2_496_000])),
                ],
            },
            LivePeriod {
                run: 1_795_286_723,
                id: 1_795_286_723,
                wall: 1_795_286_728_000_000,
                start: 10_500_000,
                sets: vec![video(105, segments(10_500_000, &[2_000_000, 2_000_000]))],
            },
        ],
        ended,
        suffix: "?token=a&b",
    }
}

#[test]
fn a_manifest_of_what_goes_on() {
    let text = manifest(false).write();
    well_formed(&text);
    insta::assert_snapshot!(text);
}

#[test]
fn a_manifest_of_what_has_ended() {
    let text = manifest(true).write();
    well_formed(&text);
    for gone in ["UTCTiming", "minimumUpdatePeriod", "availabilityTime"] {
        assert!(!text.contains(gone), "{text}");
    }
    assert!(
        text.contains("mediaPresentationDuration=\"PT20.500000S\""),
        "{text}"
    );
}

proptest! {
    /// What a player makes of the timeline is what was told.
    #[test]
    fn timelines_say_what_they_mean(
        given in proptest::collection::vec((1..4_u64, 0..2_u64), 1..30),
    ) {
        let mut told = Vec::new();
        let mut at = 7_000_000;
        for (halves, gap) in given {
            at += gap * 100_000;
            let duration = halves * 500_000;
            told.push(LiveSegment { start: at, duration });
            at += duration;
        }
        let mut manifest = manifest(false);
        manifest.periods.truncate(1);
        manifest.periods[0].sets.truncate(1);
        manifest.periods[0].sets[0].segments.clone_from(&told);
        let text = manifest.write();
        well_formed(&text);
        let mut read = Vec::new();
        let mut next = 0;
        for line in text.lines().filter_map(|line| line.trim().strip_prefix("<S ")) {
            let value = |name: &str| {
                let (_, rest) = line.split_once(&format!("{name}=\""))?;
                rest.split('"').next()?.parse::<u64>().ok()
            };
            let mut start = value("t").unwrap_or(next);
            let duration = value("d").unwrap();
            for _ in 0..=value("r").unwrap_or(0) {
                read.push(LiveSegment { start, duration });
                start += duration;
            }
            next = start;
        }
        prop_assert_eq!(read, told);
    }
}
