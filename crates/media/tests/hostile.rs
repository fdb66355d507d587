//! Damaged and malicious files end in errors or in less, never in a panic, a hang or a heap out
//! of proportion.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{fs, io::Cursor, sync::OnceLock};

use matinee_media::{
    cmaf,
    index::{Cut, RenditionIndex},
    mp4,
    progressive::{Input, VirtualFile},
    standard::{Limits, assess},
};
use proptest::prelude::*;
use support::studio;

/// Small files whose headers are most of them.
fn seeds() -> &'static [Vec<u8>] {
    static SEEDS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    SEEDS.get_or_init(|| {
        let Some(studio) = studio() else {
            return Vec::new();
        };
        let media = "-f lavfi -i testsrc2=s=32x32:d=3:r=25 -f lavfi -i sine=d=3 -c:v libx264 -g 20 \
                     -bf 2 -pix_fmt yuv420p -c:a aac -b:a 16k -crf 50";
        let fragments = "+frag_keyframe+empty_moov+default_base_moof+delay_moov";
        [
            studio.make("a.mp4", media),
            studio.make("a.mov", media),
            studio.make("fragmented.mp4", &format!("{media} -movflags {fragments}")),
            studio.make("video.mp4", &format!("{media} -an -movflags {fragments}")),
        ]
        .iter()
        .map(|path| fs::read(path).unwrap())
        .collect()
    })
}

/// Does everything with a file that a server would do.
fn use_it_all(bytes: &[u8]) {
    let mut source = Cursor::new(bytes);
    if let Ok(movie) = mp4::read(&mut source) {
        let _ = assess(&movie, &Limits::default());
        let mut indices = Vec::new();
        for track in &movie.tracks {
            if let Ok(index) = RenditionIndex::from_mp4_track(&movie, track, Cut::Every(1000)) {
                indices.push(index);
            }
        }
        for index in &indices {
            use_index(index, bytes);
            if let Ok(file) = VirtualFile::new(&[Input { index, source: 0 }]) {
                assert!(file.read_plan(0..file.len()).len() <= index.samples().len() as usize + 1);
            }
        }
    }
    if let Ok(scan) = cmaf::scan(&mut source) {
        let _ = scan.resume_point();
        if let Ok(index) = scan.index(Cut::Every(1000)) {
            use_index(&index, bytes);
        }
        let mut retimer = cmaf::Retimer {
            shift: 1000,
            next_sequence: 7,
        };
        let _ = cmaf::append(&mut source, &scan, &mut retimer, &mut std::io::sink());
    }
}

fn use_index(index: &RenditionIndex, bytes: &[u8]) {
    assert!(index.samples().len() as usize <= bytes.len());
    for n in 0..index.segment_count() {
        let ranges = index.segment_ranges(n).unwrap();
        // A sample beyond the end of the file is never asked for.
        assert!(ranges.iter().all(|range| range.end <= bytes.len() as u64));
        let segment = index
            .build_segment(n, &support::read_ranges(bytes, &ranges))
            .unwrap();
        assert_eq!(segment.len() as u64, index.segment_size(n).unwrap());
    }
    let _ = (index.peak_bandwidth_bps(), index.iframe_bandwidth_bps());
    assert_eq!(&RenditionIndex::decode(&index.encode()).unwrap(), index);
}

#[test]
fn the_seeds_themselves_are_fine() {
    for seed in seeds() {
        use_it_all(seed);
        assert!(mp4::read(&mut Cursor::new(seed)).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn mutated_files(
        which in 0usize..4,
        edits in proptest::collection::vec((any::<prop::sample::Index>(), prop_oneof![
            Just(0u32), Just(1), Just(0xff), Just(u32::MAX), Just(0x7fff_ffff), Just(0x8000_0000), any::<u32>()
        ], 1usize..=4), 1..6),
        cut in proptest::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let Some(seed) = seeds().get(which) else { return Ok(()) };
        let mut bytes = seed.clone();
        // Aim at the boxes rather than at the media between them.
        let targets: Vec<usize> = bytes
            .windows(4)
            .enumerate()
            .filter(|(_, w)| w.iter().all(u8::is_ascii_lowercase))
            .map(|(at, _)| at)
            .collect();
        for (at, value, len) in edits {
            let box_at = targets[at.index(targets.len())];
            let at = (box_at + at.index(61)).saturating_sub(8).min(bytes.len() - 4);
            bytes[at..at + len].copy_from_slice(&value.to_be_bytes()[..len]);
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        use_it_all(&bytes);
    }

    #[test]
    fn noise(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        use_it_all(&bytes);
        let mut file = b"\0\0\0\x10ftypisom\0\0\0\0".to_vec();
        file.extend_from_slice(&bytes);
        use_it_all(&file);
    }
}

/// A file that claims four thousand million samples in a few bytes.
#[test]
fn tables_that_claim_everything() {
    for seed in seeds() {
        for kind in [
            b"stsz", b"stts", b"ctts", b"stsc", b"stco", b"stss", b"trun", b"elst", b"stsd",
        ] {
            let places: Vec<usize> = seed
                .windows(4)
                .enumerate()
                .filter(|(_, w)| w == kind)
                .map(|(at, _)| at)
                .collect();
            for at in places {
                for field in (8..24).step_by(4) {
                    let mut bytes = seed.clone();
                    let Some(place) = bytes.get_mut(at + field..at + field + 4) else {
                        continue;
                    };
                    place.copy_from_slice(&u32::MAX.to_be_bytes());
                    use_it_all(&bytes);
                }
            }
        }
    }
}
