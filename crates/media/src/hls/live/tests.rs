#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::hls::tests::oracle;

/// Pictures in segments of 2 s and parts of 0.5 s; the last segment has `open` parts so far.
fn segments(whole: usize, open: usize) -> Vec<LiveSegment> {
    let part = |n: usize| LivePart {
        duration: 45_000,
        independent: n == 0,
    };
    (0..whole + usize::from(open > 0))
        .map(|n| LiveSegment {
            run: 0,
            begins_at: 1_782_000_000_000_000 + i64::try_from(n).unwrap() * 2_000_000,
            parts: (0..if n < whole { 4 } else { open }).map(part).collect(),
            whole: n < whole,
            gap: false,
        })
        .collect()
}

fn playlist(segments: &[LiveSegment]) -> LivePlaylist<'_> {
    LivePlaylist {
        target_s: 2,
        part_ms: 500,
        timescale: 90_000,
        first_msn: 100,
        discontinuity_sequence: 0,
        segments,
        breaks: &[],
        reports: &[],
        ended: false,
        suffix: "",
    }
}

#[test]
fn a_broadcast_in_full() {
    let mut segments = segments(5, 2);
    for segment in &mut segments[2..] {
        segment.run = 1;
    }
    segments[1].gap = true;
    let reports = [Report {
        uri: "../sound/media.m3u8",
        last_msn: 105,
        last_part: 1,
    }];
    let playlist = LivePlaylist {
        reports: &reports,
        suffix: "?token=t",
        ..playlist(&segments)
    };
    let text = playlist.write(false);
    insta::assert_snapshot!(text);
    let (seconds, uris) = oracle(&text);
    assert!((seconds - 10.0).abs() < 1e-6);
    assert_eq!(uris.len(), 5);
    assert_eq!(playlist.last(), Some((105, 1)));
}

#[test]
fn an_update_leaves_out_what_is_known() {
    let segments = segments(20, 1);
    let playlist = playlist(&segments);
    let text = playlist.write(true);
    insta::assert_snapshot!(text);
    // Both sequences before the skip, and what is skipped and what is listed are all there is.
    let (_, uris) = oracle(&text);
    assert!(text.contains(&format!("SKIPPED-SEGMENTS={}\n", 20 - uris.len())));
    // Nothing to leave out is not said.
    let short = super::LivePlaylist {
        segments: &segments[..3],
        ..playlist
    };
    assert!(!short.write(true).contains("EXT-X-SKIP"));
}

#[test]
fn the_end_has_no_hint_and_no_parts() {
    let segments = segments(3, 0);
    let text = LivePlaylist {
        ended: true,
        ..playlist(&segments)
    }
    .write(true);
    assert!(text.ends_with("#EXT-X-ENDLIST\n"));
    for absent in ["PRELOAD-HINT", "EXT-X-PART:", "EXT-X-SKIP"] {
        assert!(!text.contains(absent), "{text}");
    }
}

#[rstest]
#[case(3, 2, "102.")]
#[case(3, 0, "103.0")]
#[case(0, 0, "100.0")]
fn the_next_part_is_hinted(#[case] whole: usize, #[case] open: usize, #[case] hint: &str) {
    let mut list = segments(whole, open);
    let wanted = if open > 0 {
        format!("{}.{open}.m4s", 100 + whole)
    } else {
        format!("{hint}.m4s")
    };
    let text = playlist(&list).write(false);
    assert!(
        text.contains(&format!("#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"{wanted}\"")),
        "{text}"
    );
    assert_eq!(text.matches("PRELOAD-HINT").count(), 1);
    // A segment that has begun, but has no part yet, is not listed.
    list.push(LiveSegment {
        run: 0,
        begins_at: 0,
        parts: Vec::new(),
        whole: false,
        gap: false,
    });
    assert!(!playlist(&list).write(false).contains("1970"));
}

#[rstest]
#[case(0, "1970-01-01T00:00:00.000Z")]
#[case(951_782_400_000_000, "2000-02-29T00:00:00.000Z")]
#[case(1_709_251_199_999_999, "2024-02-29T23:59:59.999Z")]
#[case(4_107_542_400_000_000, "2100-03-01T00:00:00.000Z")]
#[case(-1, "1969-12-31T23:59:59.999Z")]
fn instants_are_written_as_dates(#[case] micros: i64, #[case] wanted: &str) {
    assert_eq!(rfc3339(micros), wanted);
}

proptest! {
    /// Whatever the segments are like, others can read the playlist; an update says the same as
    /// the whole; and the segments that it leaves out are all older than the boundary.
    #[test]
    fn others_can_read_it(
        shape in prop::collection::vec(prop::collection::vec(9_000u64..45_000, 1..8), 1..60),
        runs in prop::collection::vec(any::<bool>(), 60),
        open in any::<bool>(),
    ) {
        let mut run = 0;
        let count = shape.len();
        let segments: Vec<LiveSegment> = shape.into_iter().enumerate().map(|(n, parts)| {
            run += u32::from(runs[n] && n % 7 == 3);
            LiveSegment {
                run,
                begins_at: i64::try_from(n).unwrap() * 1_000_000,
                parts: parts.into_iter().enumerate().map(|(n, duration)| LivePart {
                    duration,
                    independent: n == 0,
                }).collect(),
                whole: !open || n + 1 < count,
                gap: false,
            }
        }).collect();
        let playlist = playlist(&segments);
        let (seconds, uris) = oracle(&playlist.write(false));
        let whole = segments.iter().filter(|segment| segment.whole);
        let ticks: u64 = whole.clone().map(LiveSegment::duration).sum();
        prop_assert!((seconds - ticks as f64 / 90_000.0).abs() < 1e-3);
        prop_assert_eq!(uris.len(), whole.count());

        let (_, listed) = oracle(&playlist.write(true));
        prop_assert!(uris.ends_with(&listed));
        let left: u64 = segments[uris.len() - listed.len()..]
            .iter()
            .map(LiveSegment::duration)
            .sum();
        prop_assert!(uris.len() == listed.len() || left >= 12 * 90_000, "{}", left);
    }
}

/// A break of 6 s after so many seconds.
fn broken(after: i64, ended: bool) -> LiveBreak {
    let begins_at = 1_782_000_000_000_000 + after * 1_000_000;
    let cue = |out| {
        let cue = crate::scte35::Cue {
            event_id: 5,
            out,
            duration_ms: None,
            auto_return: false,
        };
        Bytes::from(crate::scte35::splice_insert(&cue))
    };
    LiveBreak {
        id: 9,
        begins_at,
        planned_ms: Some(6000),
        ends_at: ended.then_some(begins_at + 6_000_000),
        out: cue(true),
        back: ended.then(|| cue(false)),
    }
}

#[test]
fn breaks_are_told_with_their_segments() {
    let segments = segments(12, 2);
    // As frames lie, a little before what was said.
    let breaks = [LiveBreak {
        begins_at: broken(8, true).begins_at + 20_000,
        ..broken(8, true)
    }];
    let playlist = LivePlaylist {
        breaks: &breaks,
        ..playlist(&segments)
    };
    let text = playlist.write(false);
    insta::assert_snapshot!(text);
    // An update has the range, and the cues of the segments that it has.
    let update = playlist.write(true);
    assert!(update.contains("#EXT-X-SKIP") && update.contains("#EXT-X-DATERANGE:ID=\"break-9\""));
    let lines = |text: &str, tag: &str| text.lines().filter(|line| line.starts_with(tag)).count();
    assert_eq!(lines(&text, "#EXT-X-CUE-"), 2);
}

#[rstest]
// Before the window, to come, and begun within a segment.
#[case(-10, &[])]
#[case(30, &[])]
#[case(-2, &[2])]
#[case(0, &[0, 3])]
#[case(3, &[2, 5])]
fn cues_stand_where_breaks_begin_and_end(#[case] after: i64, #[case] wanted: &[usize]) {
    let segments = segments(8, 0);
    let breaks = [broken(after, true)];
    let playlist = LivePlaylist {
        breaks: &breaks,
        ..playlist(&segments)
    };
    let text = playlist.write(false);
    let (mut n, mut found) = (0, Vec::new());
    for line in text.lines() {
        match line {
            line if line.starts_with("#EXTINF") => n += 1,
            line if line.starts_with("#EXT-X-CUE-") => found.push(n),
            _ => {}
        }
    }
    assert_eq!(found, wanted, "{text}");
}
