#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;

use super::*;
use crate::{
    error::MediaError,
    samples::{SampleTableBuilder, SyncSamples},
    testing,
};

/// A table with any pattern of sizes, durations, offsets, keyframes and gaps between samples.
fn tables() -> impl Strategy<Value = SampleTable> {
    let sample = (
        0u32..5000,
        1u32..3000,
        -4000i32..4000,
        any::<bool>(),
        0u64..600_000,
    );
    (0u64..100_000, proptest::collection::vec(sample, 1..200)).prop_map(|(base, samples)| {
        let mut builder = SampleTableBuilder::new(base);
        let mut place = 40;
        for (n, (size, duration, cts, sync, gap)) in samples.into_iter().enumerate() {
            builder.push(duration, cts, place, size, sync || n == 0);
            place += u64::from(size) + gap;
        }
        builder.finish()
    })
}

/// What a file holds at each place, so that misplaced bytes are seen.
fn content(range: std::ops::Range<u64>) -> Vec<u8> {
    range
        .map(|place| (place ^ place >> 8).to_le_bytes()[0])
        .collect()
}

fn index_of(samples: SampleTable, target_ms: u64) -> RenditionIndex {
    let template = testing::video(640, 360, 10, 1);
    let info = template.info().clone();
    let spans: Vec<Span> = Cut::Every(target_ms)
        .starts(&info, &samples)
        .into_iter()
        .map(|first_sample| Span {
            first_sample,
            bytes: 0..0,
        })
        .collect();
    let shift = samples.lowest_composition_offset().min(0).unsigned_abs();
    let init = template.init_segment();
    RenditionIndex::assemble(info, init, Layout::Virtual, 1, shift, samples, &spans).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_index_is_read_as_it_was_written(samples in tables(), target in 100u64..6000) {
        let index = index_of(samples, target);
        prop_assert_eq!(RenditionIndex::decode(&index.encode()).unwrap(), index);
    }

    #[test]
    fn damaged_bytes_are_refused_and_never_panic(
        samples in tables(), at in any::<prop::sample::Index>(), with in any::<u8>(), cut in any::<prop::sample::Index>()
    ) {
        let bytes = index_of(samples, 1000).encode();
        let mut mutated = bytes.clone();
        let at = at.index(bytes.len());
        mutated[at] ^= with;
        prop_assert!(with == 0 || RenditionIndex::decode(&mutated).is_err());
        prop_assert!(RenditionIndex::decode(&bytes[..cut.index(bytes.len())]).is_err());
        // Behind the checksum too nothing may panic.
        if let Ok(index) = encode::decode_payload(&mutated[encode::HEADER_LEN.min(mutated.len())..]) {
            for n in 0..index.segment_count() {
                let _ = index.segment_ranges(n);
            }
            let _ = (index.peak_bandwidth_bps(), index.iframe_bandwidth_bps(), index.duration_ms());
        }
    }

    #[test]
    fn segments_partition_the_samples_and_have_the_size_they_say(
        samples in tables(), target in 100u64..6000
    ) {
        let index = index_of(samples, target);
        let mut next = 0;
        for n in 0..index.segment_count() {
            let segment = index.segment(n).unwrap();
            prop_assert_eq!(segment.samples.start, next);
            next = segment.samples.end;
            prop_assert!(index.samples().is_sync(segment.samples.start));
            let ranges = index.segment_ranges(n).unwrap();
            prop_assert!(ranges.windows(2).all(|pair| pair[1].start > pair[0].end));
            let read: Vec<Bytes> = ranges
                .iter()
                .map(|range| Bytes::from(content(range.clone())))
                .collect();
            let built = index.build_segment(n, &read).unwrap();
            prop_assert_eq!(built.len() as u64, segment.size);
            let wanted: Vec<u8> = index
                .samples()
                .range(segment.samples.clone())
                .flat_map(|sample| content(sample.range()))
                .collect();
            prop_assert!(built.ends_with(&wanted));
        }
        prop_assert_eq!(next, index.samples().len());
        let starts: u64 = index.segments().iter().map(|segment| segment.duration).sum();
        prop_assert_eq!(index.segments()[0].start + starts, index.end());
    }

    #[test]
    fn ranges_of_samples_equal_the_walk_from_the_first(samples in tables(), at in any::<prop::sample::Index>()) {
        let all: Vec<_> = samples.iter().collect();
        let from = at.index(all.len());
        let some: Vec<_> = samples.range(u32::try_from(from).unwrap()..samples.len()).collect();
        prop_assert_eq!(&all[from..], &some[..]);
    }
}

#[test]
fn wrong_bytes_are_refused() {
    let index = testing::video(640, 360, 100, 8);
    assert!(matches!(
        index.build_segment(0, &[]),
        Err(MediaError::WrongBytes { .. })
    ));
    let short = Bytes::from_static(b"abc");
    assert!(matches!(
        index.build_segment(0, &[short]),
        Err(MediaError::WrongBytes { .. })
    ));
    assert!(matches!(
        index.build_segment(9, &[]),
        Err(MediaError::NoSuch { number: 9, .. })
    ));
}

#[test]
fn interleaved_samples_cost_one_read_and_distant_ones_do_not() {
    let near = coalesced(&[0..10, 20..30, 40..50]);
    assert_eq!((near.len(), near[0].clone()), (1, 0..50));
    let far = coalesced(&[0..10, 10 + COALESCE_GAP + 1..COALESCE_GAP + 20]);
    assert_eq!(far.len(), 2);
    let unordered = coalesced(&[40..50, 0..10]);
    assert_eq!((unordered.len(), unordered[0].clone()), (1, 0..50));
}

fn coalesced(runs: &[std::ops::Range<u64>]) -> Vec<std::ops::Range<u64>> {
    build::coalesce(runs.to_vec())
}

#[test]
fn a_grid_of_keyframes_is_cut_on_the_grid_even_with_others_between() {
    // 24000/1001 frames a second, a keyframe at the first frame after each multiple of 4 s, and
    // a scene cut shortly before each.
    let mut builder = SampleTableBuilder::new(0);
    let mut next = 0u64;
    for frame in 0u64..2000 {
        let forced = frame * 1001 >= next * 4 * 24_000;
        next += u64::from(forced);
        let scene = frame % 96 == 90;
        builder.push(1001, 0, frame * 100, 100, forced || scene);
    }
    let samples = builder.finish();
    let index = index_of(samples, 4000);
    for (n, segment) in (0u64..).zip(index.segments()) {
        let late = segment.start - n * 96_000;
        assert!(late <= 1001, "segment {n} begins {late} ticks late");
    }
    assert!(on_grid(index.info(), index.samples(), 4000));
    assert!(!on_grid(index.info(), index.samples(), 3000));
}

#[test]
fn off_the_grid_segments_are_near_the_target() {
    let mut builder = SampleTableBuilder::new(0);
    for frame in 0u32..24 * 60 {
        builder.push(1000, 0, u64::from(frame) * 10, 10, frame % 60 == 0);
    }
    let index = index_of(builder.finish(), 4000);
    // Keyframes every 2.5 s: 5 s is nearer to 4 than 2.5 is.
    assert!(
        index
            .segments()
            .iter()
            .all(|segment| segment.duration == 5 * 24_000)
    );
    assert!(matches!(index.samples().syncs(), SyncSamples::Only(list) if list.len() == 24));
}

#[test]
fn sound_follows_the_pictures_and_its_tail_stays_within_bounds() {
    let video = testing::video(640, 360, 10, 40);
    let audio = testing::audio(None, 2, 90);
    let starts = Cut::Like(&video.timeline()).starts(audio.info(), audio.samples());
    for (n, &first) in (0u64..).zip(&starts[..10]) {
        let pts = audio.samples().get(first).unwrap().dts;
        assert!((n * 192_000..n * 192_000 + 1024).contains(&pts));
    }
    // 50 s more than the pictures have: cut like them too.
    assert!(starts.len() > 20, "{}", starts.len());
    let audio = testing::audio(None, 2, 43);
    assert_eq!(
        Cut::Like(&video.timeline())
            .starts(audio.info(), audio.samples())
            .len(),
        10
    );
}

#[test]
fn bandwidth_is_of_runs_near_the_target() {
    let index = testing::video(1280, 720, 9000, 18);
    // A keyframe of 90,000 bytes and 47 frames of 9,000, every two seconds; headers on top.
    let media = (10 + 47) * 9000 * 8 / 2;
    assert!(index.average_bandwidth_bps() >= media);
    assert!(index.peak_bandwidth_bps() >= index.average_bandwidth_bps());
    assert!(index.peak_bandwidth_bps() < media + 12_000);
    assert_eq!(index.target_duration_s(), 4);
}

#[test]
fn the_stored_form_is_stable() {
    let index = testing::audio(Some("en"), 2, 4);
    let bytes = index.encode();
    assert_eq!(&bytes[..5], b"MIDX\x01");
    // Changing the form without a new version would make stored indices unreadable.
    insta::assert_snapshot!(format!("{:02x?}", &bytes[..64]));
}
