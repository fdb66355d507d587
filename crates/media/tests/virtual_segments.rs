//! Segments made from the samples of ordinary files decode to the very frames of the file.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs::File;

use matinee_media::{
    index::{Cut, RenditionIndex},
    mp4,
};
use support::{assemble, assert_same_frames, frames, probe_clean, studio};

/// Half a millisecond: timestamps in ffmpeg's output are rounded to its time bases.
const ROUNDING: f64 = 0.000_6;

#[rstest::rstest]
#[case::b_frames("r=25", "-c:v libx264 -bf 3 -g 50", "mp4")]
#[case::film_rate("r=24000/1001", "-c:v libx264 -bf 2 -g 96", "mp4")]
#[case::mov("r=30", "-c:v libx264 -g 60", "mov")]
#[case::negative_offsets("r=25", "-c:v libx264 -g 50 -movflags +negative_cts_offsets", "mp4")]
#[case::faststart("r=25", "-c:v libx264 -g 50 -movflags +faststart", "mp4")]
#[case::variable_rate(
    "r=30,select='not(between(mod(n\\,37)\\,3\\,9))'",
    "-c:v libx264 -vsync vfr -bf 2 -g 60",
    "mp4"
)]
#[case::hevc(
    "r=25",
    "-c:v libx265 -preset ultrafast -x265-params log-level=none:open-gop=0 -tag:v hvc1 -g 50",
    "mp4"
)]
#[case::av1("r=25", "-c:v libaom-av1 -cpu-used 8 -row-mt 1 -g 50", "mp4")]
#[case::intra_only("r=25", "-c:v mjpeg", "mov")]
fn pictures(#[case] source: &str, #[case] codec: &str, #[case] extension: &str) {
    let Some(studio) = studio() else { return };
    let input = studio.make(
        &format!("in.{extension}"),
        &format!(
            "-f lavfi -i testsrc2=s=192x108:d=9,{source} -f lavfi -i sine=d=9 {codec} \
             -pix_fmt yuv420p -c:a aac"
        )
        .replace(",r=", ":r="),
    );
    let movie = mp4::read(&mut File::open(&input).unwrap()).unwrap();
    let index =
        RenditionIndex::from_mp4_track(&movie, movie.video().unwrap(), Cut::Every(4000)).unwrap();
    assert!(index.segment_count() >= 2, "{:?}", index.segments());
    let out = studio.write("out.mp4", &assemble(&index, &input));
    probe_clean(&out);
    assert_same_frames(
        &frames(&input, "v", false),
        &frames(&out, "v", false),
        ROUNDING,
    );
    assert_eq!(RenditionIndex::decode(&index.encode()).unwrap(), index);
}
