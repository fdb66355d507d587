//! Fragmented files while they grow, after a crash, and put together from two runs.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{
    fs::{self, File},
    io::Cursor,
};

use matinee_media::{
    cmaf::{self, Retimer},
    index::{Cut, Layout, RenditionIndex},
};
use support::{Studio, assemble, assert_same_frames, frames, probe_clean, studio};

const ROUNDING: f64 = 0.000_6;
const FLAGS: &str = "-movflags +frag_keyframe+empty_moov+default_base_moof+delay_moov";

fn film(studio: &Studio, name: &str, from: u32, seconds: u32) -> std::path::PathBuf {
    studio.make(
        name,
        &format!(
            "-f lavfi -i testsrc2=s=192x108:r=24:d=20 -ss {from} -t {seconds} -c:v libx264 -bf 2 \
             -g 48 -keyint_min 48 -sc_threshold 0 -video_track_timescale 24000 {FLAGS}"
        ),
    )
}

#[test]
fn a_whole_file_is_served_as_it_is() {
    let Some(studio) = studio() else { return };
    let path = film(&studio, "v.mp4", 0, 14);
    let scan = cmaf::scan(&mut File::open(&path).unwrap()).unwrap();
    assert_eq!(scan.fragments().len(), 7);
    let index = scan.index(Cut::Every(4000)).unwrap();
    assert_eq!(index.layout(), Layout::Cmaf);
    assert_eq!(index.segment_count(), 4);
    assert_eq!(index.duration_ms(), 14_000);
    assert_eq!(RenditionIndex::decode(&index.encode()).unwrap(), index);
    let out = studio.write("out.mp4", &assemble(&index, &path));
    probe_clean(&out);
    assert_same_frames(
        &frames(&path, "v", false),
        &frames(&out, "v", false),
        ROUNDING,
    );
}

#[rstest::rstest]
#[case::hevc(
    "libx265 -preset ultrafast -x265-params log-level=none:open-gop=0 -tag:v hvc1 -g 50",
    "hvc1."
)]
#[case::av1("libaom-av1 -cpu-used 8 -row-mt 1 -g 50", "av01.")]
#[case::vp9("libvpx-vp9 -deadline realtime -cpu-used 8 -g 50", "vp09.")]
fn other_codecs_are_served_as_they_are_too(#[case] codec: &str, #[case] string: &str) {
    let Some(studio) = studio() else { return };
    let path = studio.make(
        "v.mp4",
        &format!("-f lavfi -i testsrc2=s=192x108:r=25:d=7 -pix_fmt yuv420p -c:v {codec} {FLAGS}"),
    );
    let index = cmaf::scan(&mut File::open(&path).unwrap())
        .unwrap()
        .index(Cut::Every(2000))
        .unwrap();
    assert_eq!((index.layout(), index.segment_count()), (Layout::Cmaf, 4));
    assert!(
        index.info().codec_string.starts_with(string),
        "{}",
        index.info().codec_string
    );
    let out = studio.write("out.mp4", &assemble(&index, &path));
    probe_clean(&out);
    assert_same_frames(
        &frames(&path, "v", false),
        &frames(&out, "v", false),
        ROUNDING,
    );
}

#[test]
fn a_truncated_file_gives_what_is_complete_and_can_be_gone_on_with() {
    let Some(studio) = studio() else { return };
    let whole = film(&studio, "whole.mp4", 0, 12);
    let bytes = fs::read(&whole).unwrap();
    let all = cmaf::scan(&mut Cursor::new(&bytes)).unwrap();
    // Cut in the middle of the fifth fragment's media.
    let cut = usize::try_from(all.fragments()[4].bytes.end - 1).unwrap();
    let crashed = &bytes[..cut];
    let scan = cmaf::scan(&mut Cursor::new(crashed)).unwrap();
    assert_eq!(scan.fragments().len(), 4);
    let resume = scan.resume_point();
    assert_eq!(resume.file_len, all.fragments()[3].bytes.end);
    assert_eq!(resume.presented, 8 * u64::from(resume.timescale));

    let rest = film(&studio, "rest.mp4", 8, 4);
    let mut source = File::open(&rest).unwrap();
    let more = cmaf::scan(&mut source).unwrap();
    assert!(scan.can_continue_with(&more));
    let mut out = crashed[..usize::try_from(resume.file_len).unwrap()].to_vec();
    let mut retimer = Retimer {
        shift: i64::try_from(resume.decode_time).unwrap(),
        next_sequence: resume.sequence + 1,
    };
    let written = cmaf::append(&mut source, &more, &mut retimer, &mut out).unwrap();
    assert_eq!(out.len() as u64, resume.file_len + written);

    let joined = studio.write("joined.mp4", &out);
    probe_clean(&joined);
    let wanted = frames(&whole, "v", false);
    let got = frames(&joined, "v", false);
    assert_eq!(wanted.len(), got.len());
    for (a, b) in wanted.iter().zip(&got) {
        assert!((a.pts - b.pts).abs() < ROUNDING, "{} {}", a.pts, b.pts);
    }
    let index = cmaf::scan(&mut File::open(&joined).unwrap())
        .unwrap()
        .index(Cut::Every(4000))
        .unwrap();
    assert_eq!((index.layout(), index.segment_count()), (Layout::Cmaf, 3));
    assert_eq!(index.duration_ms(), 12_000);
}

#[test]
fn a_growing_file_is_read_on_and_never_twice() {
    let Some(studio) = studio() else { return };
    let path = film(&studio, "v.mp4", 0, 12);
    let bytes = fs::read(&path).unwrap();
    let all = cmaf::scan(&mut Cursor::new(&bytes)).unwrap();
    let init = all.init().len();
    assert!(cmaf::Scan::open(&mut Cursor::new(&bytes[..init - 1])).is_err());
    let mut scan = cmaf::Scan::open(&mut Cursor::new(&bytes[..init])).unwrap();
    let mut seen = 0;
    let mut len = init;
    while len <= bytes.len() {
        seen += scan.advance(&mut Cursor::new(&bytes[..len])).unwrap();
        assert_eq!(seen, scan.fragments().len());
        len += 3331;
    }
    scan.advance(&mut Cursor::new(&bytes)).unwrap();
    assert_eq!(scan.samples(), all.samples());
    assert_eq!(scan.fragments(), all.fragments());
}

#[test]
fn sound_is_cut_on_the_pictures_grid_without_its_priming() {
    let Some(studio) = studio() else { return };
    let video = film(&studio, "v.mp4", 0, 18);
    let audio = studio.make(
        "a.mp4",
        "-f lavfi -i sine=frequency=330:r=48000:d=18 -c:a aac -frag_duration 1000000 -movflags \
         +empty_moov+default_base_moof+delay_moov",
    );
    let video = cmaf::scan(&mut File::open(video).unwrap()).unwrap();
    let video = video.index(Cut::Every(4000)).unwrap();
    let sound = cmaf::scan(&mut File::open(&audio).unwrap()).unwrap();
    let index = sound.index(Cut::Like(&video.timeline())).unwrap();
    assert_eq!(index.segment_count(), video.segment_count());
    for (a, v) in index.segments().iter().zip(video.segments()) {
        let apart = index.seconds(a.start) - video.seconds(v.start);
        assert!((-0.0001..0.022).contains(&apart), "{apart}");
    }
    assert_eq!(index.segments()[0].start, 0);
    let out = studio.write("out.mp4", &assemble(&index, &audio));
    probe_clean(&out);
    let wanted: Vec<_> = frames(&audio, "a", true)
        .into_iter()
        .filter(|packet| packet.pts >= -0.0001)
        .collect();
    assert_same_frames(&wanted, &frames(&out, "a", true), ROUNDING);
}
