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
#[case::no_edit_list("r=25", "-c:v libx264 -bf 2 -g 50 -use_editlist 0", "mp4")]
#[case::milliseconds(
    "r=24000/1001",
    "-c:v libx264 -bf 2 -g 48 -video_track_timescale 1000",
    "mp4"
)]
#[case::many_references("r=50", "-c:v libx264 -bf 8 -b_strategy 0 -refs 6 -g 100", "mp4")]
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

#[rstest::rstest]
#[case::stereo_44k("-ac 2 -ar 44100", "aac", "mp4", "mp4a.40.2", 2, 44_100)]
#[case::stereo_48k("-ac 2 -ar 48000", "aac", "mp4", "mp4a.40.2", 2, 48_000)]
#[case::surround("-ac 6 -ar 48000", "aac", "mp4", "mp4a.40.2", 6, 48_000)]
#[case::quicktime("-ac 1 -ar 44100", "aac", "mov", "mp4a.40.2", 1, 44_100)]
#[case::opus("-ac 2 -ar 48000", "libopus", "mp4", "opus", 2, 48_000)]
#[case::dolby("-ac 6 -ar 48000", "ac3", "mp4", "ac-3", 6, 48_000)]
#[case::dolby_plus("-ac 6 -ar 48000", "eac3", "mp4", "ec-3", 6, 48_000)]
fn sound(
    #[case] options: &str,
    #[case] codec: &str,
    #[case] extension: &str,
    #[case] codec_string: &str,
    #[case] channels: u16,
    #[case] sample_rate: u32,
) {
    let Some(studio) = studio() else { return };
    let input = studio.make(
        &format!("in.{extension}"),
        &format!(
            "-f lavfi -i testsrc2=s=192x108:d=13:r=25 -f lavfi -i sine=d=13 -c:v libx264 -g 100 \
             -c:a {codec} {options}"
        ),
    );
    let movie = mp4::read(&mut File::open(&input).unwrap()).unwrap();
    let video =
        RenditionIndex::from_mp4_track(&movie, movie.video().unwrap(), Cut::Every(4000)).unwrap();
    let track = movie.audios().next().unwrap();
    let index =
        RenditionIndex::from_mp4_track(&movie, track, Cut::Like(&video.timeline())).unwrap();
    let info = index.info();
    assert_eq!(info.codec_string, codec_string);
    assert_eq!((info.channels, info.sample_rate), (channels, sample_rate));
    assert_eq!(index.segment_count(), video.segment_count());
    for (a, v) in index.segments().iter().zip(video.segments()) {
        let apart = index.seconds(a.start) - video.seconds(v.start);
        assert!((-0.0001..0.04).contains(&apart), "{apart}");
    }
    // Sound and pictures lie together in the file; a segment of sound costs one read.
    assert_eq!(index.segment_ranges(1).unwrap().len(), 1);
    let out = studio.write("out.mp4", &assemble(&index, &input));
    probe_clean(&out);
    let wanted = frames(&input, "a", true);
    let got = frames(&out, "a", true);
    let first = wanted
        .iter()
        .position(|frame| frame.hash == got[0].hash)
        .unwrap();
    assert!(first <= 1, "{first} frames are left out");
    // Opus hides a third of a frame, and Dolby a quarter: that much later, at the most.
    assert_same_frames(&wanted[first..], &got, 0.007);
}

#[test]
fn a_film_cut_without_re_encoding_keeps_its_times() {
    let Some(studio) = studio() else { return };
    let whole = studio.make(
        "whole.mp4",
        "-f lavfi -i testsrc2=s=192x108:d=12:r=25 -f lavfi -i sine=d=12 -c:v libx264 -bf 2 -g 50 \
         -c:a aac",
    );
    // On a keyframe: the edit list only hides what comes before.
    let cut = studio.make("cut.mp4", "-ss 4 -i whole.mp4 -c copy");
    let movie = mp4::read(&mut File::open(&cut).unwrap()).unwrap();
    let video =
        RenditionIndex::from_mp4_track(&movie, movie.video().unwrap(), Cut::Every(4000)).unwrap();
    assert_eq!(video.duration_ms(), 8000);
    let out = studio.write("out.mp4", &assemble(&video, &cut));
    let shown = |frame: &support::Frame| frame.pts >= -0.0001;
    let wanted: Vec<_> = frames(&cut, "v", false).into_iter().filter(shown).collect();
    assert_same_frames(&wanted, &frames(&out, "v", false), 0.001);
    // Between two keyframes: what is to be hidden cannot be, without re-encoding.
    let cut = studio.make("between.mp4", "-ss 5 -i whole.mp4 -c copy");
    let movie = mp4::read(&mut File::open(&cut).unwrap()).unwrap();
    let refused = RenditionIndex::from_mp4_track(&movie, movie.video().unwrap(), Cut::Every(4000));
    assert!(refused.is_err(), "{:?}", movie.video().unwrap().edits);
    assert_eq!(whole.extension().unwrap(), "mp4");
}

#[test]
fn a_fragmented_upload_is_read_like_any_other() {
    let Some(studio) = studio() else { return };
    let input = studio.make(
        "in.mp4",
        "-f lavfi -i testsrc2=s=192x108:d=9:r=30 -f lavfi -i sine=d=9 -c:v libx264 -bf 2 -g 60 \
         -c:a aac -movflags +frag_keyframe+empty_moov",
    );
    let movie = mp4::read(&mut File::open(&input).unwrap()).unwrap();
    assert!(movie.fragmented);
    for (track, stream) in [
        (movie.video().unwrap(), "v"),
        (movie.audios().next().unwrap(), "a"),
    ] {
        let index = RenditionIndex::from_mp4_track(&movie, track, Cut::Every(2000)).unwrap();
        assert!(index.segment_count() >= 4);
        let out = studio.write("out.mp4", &assemble(&index, &input));
        probe_clean(&out);
        let wanted = frames(&input, stream, true);
        let got = frames(&out, stream, true);
        let first = wanted
            .iter()
            .position(|frame| frame.hash == got[0].hash)
            .unwrap();
        let hashes = |frames: &[support::Frame]| {
            frames
                .iter()
                .map(|frame| frame.hash.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(hashes(&wanted[first..]), hashes(&got));
    }
}

#[test]
fn iframes_are_pictures_by_themselves() {
    let Some(studio) = studio() else { return };
    let input = studio.make(
        "in.mp4",
        "-f lavfi -i testsrc2=s=192x108:d=8:r=25 -c:v libx264 -bf 2 -g 25 -pix_fmt yuv420p",
    );
    let movie = mp4::read(&mut File::open(&input).unwrap()).unwrap();
    let index =
        RenditionIndex::from_mp4_track(&movie, movie.video().unwrap(), Cut::Every(4000)).unwrap();
    assert_eq!(index.iframes().len(), 8);
    let file = std::fs::read(&input).unwrap();
    let all = frames(&input, "v", false);
    for n in 0..8 {
        let read = support::read_ranges(&file, &[index.iframe_range(n).unwrap()]);
        let iframe = index.build_iframe(n, &read[0]).unwrap();
        assert_eq!(iframe.len() as u64, index.iframe_size(n).unwrap());
        let mut whole = index.init_segment().to_vec();
        whole.extend_from_slice(&iframe);
        let picture = frames(&studio.write("iframe.mp4", &whole), "v", false);
        assert_eq!(picture.len(), 1);
        assert_eq!(picture[0].hash, all[n * 25].hash);
        assert!(
            (picture[0].pts - n as f64).abs() < ROUNDING,
            "{}",
            picture[0].pts
        );
    }
}

#[test]
fn fragments_read_the_same_through_another_reader() {
    use mp4_atom::{Any, DecodeMaybe as _};
    let Some(studio) = studio() else { return };
    let input = studio.make(
        "in.mp4",
        "-f lavfi -i testsrc2=s=192x108:d=6:r=25 -c:v libx264 -bf 2 -g 50 -pix_fmt yuv420p",
    );
    let movie = mp4::read(&mut File::open(&input).unwrap()).unwrap();
    let index =
        RenditionIndex::from_mp4_track(&movie, movie.video().unwrap(), Cut::Every(2000)).unwrap();
    let bytes = assemble(&index, &input);
    let mut rest = bytes.as_slice();
    let mut sequence = 0;
    let mut decode_time = 0;
    while let Some(atom) = Any::decode_maybe(&mut rest).unwrap() {
        match atom {
            Any::Moov(moov) => {
                assert_eq!(moov.trak.len(), 1);
                assert_eq!(moov.mvex.unwrap().trex.len(), 1);
                let entry = &moov.trak[0].mdia.minf.stbl.stsd.codecs[0];
                assert!(matches!(entry, mp4_atom::Codec::Avc1(_)), "{entry:?}");
            }
            Any::Moof(moof) => {
                sequence += 1;
                assert_eq!(moof.mfhd.sequence_number, sequence);
                let traf = &moof.traf[0];
                assert_eq!(
                    traf.tfdt.as_ref().unwrap().base_media_decode_time,
                    decode_time
                );
                for entry in traf.trun.iter().flat_map(|trun| &trun.samples) {
                    let default = traf.tfhd.default_sample_duration.unwrap_or(0);
                    decode_time += u64::from(entry.duration.unwrap_or(default));
                    assert!(entry.cts.unwrap_or(0) >= 0);
                }
            }
            _ => {}
        }
    }
    assert!(rest.is_empty());
    assert_eq!(sequence as usize, index.segment_count());
    assert_eq!(decode_time, index.samples().end_dts());
}
