//! Virtual MP4 files play as if they were real.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{fs, fs::File, path::Path};

use matinee_media::{
    cmaf,
    index::{Cut, RenditionIndex},
    mp4,
    progressive::{Input, Piece, VirtualFile},
};
use support::{assert_same_frames, frames, probe_clean, studio};

/// Movie times are in ninety-thousandths, and ffmpeg rounds to its own time bases.
const ROUNDING: f64 = 0.000_6;

fn realize(file: &VirtualFile, sources: &[&Path], step: u64) -> Vec<u8> {
    let sources: Vec<Vec<u8>> = sources.iter().map(|path| fs::read(path).unwrap()).collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < file.len() {
        let mut len = 0;
        for piece in file.read_plan(at..at + step) {
            len += piece.len();
            match piece {
                Piece::Bytes(bytes) => out.extend_from_slice(&bytes),
                Piece::File { source, range } => {
                    let (start, end) = (
                        range.start.try_into().unwrap(),
                        range.end.try_into().unwrap(),
                    );
                    out.extend_from_slice(&sources[source][start..end]);
                }
            }
        }
        assert_eq!(len, step.min(file.len() - at));
        at += step;
    }
    assert_eq!(out.len() as u64, file.len());
    out
}

#[test]
fn an_mp4_seen_through_its_own_index() {
    let Some(studio) = studio() else { return };
    let input = studio.make(
        "in.mp4",
        "-f lavfi -i testsrc2=s=192x108:r=24000/1001:d=9 -f lavfi -i sine=r=44100:d=9 \
         -c:v libx264 -bf 2 -g 48 -c:a aac -ac 2",
    );
    let movie = mp4::read(&mut File::open(&input).unwrap()).unwrap();
    let video =
        RenditionIndex::from_mp4_track(&movie, movie.video().unwrap(), Cut::Every(4000)).unwrap();
    let audio = RenditionIndex::from_mp4_track(
        &movie,
        movie.audios().next().unwrap(),
        Cut::Like(&video.timeline()),
    )
    .unwrap();
    let file = VirtualFile::new(&[
        Input {
            index: &video,
            source: 0,
        },
        Input {
            index: &audio,
            source: 0,
        },
    ])
    .unwrap();
    // Nothing but the priming of the sound is left out, so the data hangs together.
    assert!(file.read_plan(0..file.len()).len() <= 4);
    let out = studio.write("out.mp4", &realize(&file, &[&input], 100_003));
    let json = probe_clean(&out);
    assert!(json.contains("\"codec_type\": \"audio\""));
    assert_same_frames(
        &frames(&input, "v", false),
        &frames(&out, "v", false),
        ROUNDING,
    );
    let priming = |frame: &support::Frame| frame.pts >= -0.0001;
    let wanted: Vec<_> = frames(&input, "a", true)
        .into_iter()
        .filter(priming)
        .collect();
    assert_same_frames(&wanted, &frames(&out, "a", true), ROUNDING);
}

#[test]
fn renditions_of_two_files_in_one() {
    let Some(studio) = studio() else { return };
    let flags = "-movflags +frag_keyframe+empty_moov+default_base_moof+delay_moov";
    let v = studio.make(
        "v.mp4",
        &format!("-f lavfi -i testsrc2=s=192x108:r=25:d=9 -c:v libx264 -bf 2 -g 50 {flags}"),
    );
    let a = studio.make(
        "a.mp4",
        &format!("-f lavfi -i sine=r=48000:d=9 -c:a aac -frag_duration 500000 {flags}"),
    );
    let video = cmaf::scan(&mut File::open(&v).unwrap())
        .unwrap()
        .index(Cut::Every(4000))
        .unwrap();
    let audio = cmaf::scan(&mut File::open(&a).unwrap())
        .unwrap()
        .index(Cut::Like(&video.timeline()))
        .unwrap()
        .with_language(Some("deu".to_owned()));
    let inputs = [
        Input {
            index: &video,
            source: 0,
        },
        Input {
            index: &audio,
            source: 1,
        },
    ];
    let file = VirtualFile::new(&inputs).unwrap();
    let out = studio.write("out.mp4", &realize(&file, &[&v, &a], 4096));
    let json = probe_clean(&out);
    assert!(json.contains("\"language\": \"ger\"") || json.contains("\"language\": \"deu\""));
    assert_same_frames(&frames(&v, "v", false), &frames(&out, "v", false), ROUNDING);
    let again = mp4::read(&mut File::open(&out).unwrap()).unwrap();
    assert_eq!(again.moov, mp4::MoovPlace::Front);
    let track = again.video().unwrap();
    let again = RenditionIndex::from_mp4_track(&again, track, Cut::Every(4000)).unwrap();
    assert_eq!(again.timeline(), video.timeline());
    assert_eq!(again.samples().sizes(), video.samples().sizes());
    assert_eq!(VirtualFile::new(&inputs).unwrap().header(), file.header());
}

#[test]
fn a_delayed_track_stays_delayed() {
    let Some(studio) = studio() else { return };
    let input = studio.make(
        "in.mp4",
        "-f lavfi -i testsrc2=s=192x108:r=25:d=8 -itsoffset 1.5 -f lavfi -i sine=r=48000:d=6 \
         -c:v libx264 -g 50 -c:a aac",
    );
    let movie = mp4::read(&mut File::open(&input).unwrap()).unwrap();
    let video =
        RenditionIndex::from_mp4_track(&movie, movie.video().unwrap(), Cut::Every(2000)).unwrap();
    let cut = video.timeline();
    let audio =
        RenditionIndex::from_mp4_track(&movie, movie.audios().next().unwrap(), Cut::Like(&cut))
            .unwrap();
    let start = audio.seconds(audio.segments()[0].start);
    assert!((1.45..=1.53).contains(&start), "{start}");
    let file = VirtualFile::new(&[
        Input {
            index: &video,
            source: 0,
        },
        Input {
            index: &audio,
            source: 0,
        },
    ])
    .unwrap();
    let out = studio.write("out.mp4", &realize(&file, &[&input], 1 << 20));
    let wanted = frames(&input, "a", true);
    let got = frames(&out, "a", true);
    let first = wanted
        .iter()
        .position(|frame| frame.hash == got[0].hash)
        .unwrap();
    assert_same_frames(&wanted[first..], &got, 0.001);
}
