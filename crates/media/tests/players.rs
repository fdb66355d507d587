//! Playlists and manifests as a player reads them: ffmpeg follows them from the multivariant
//! playlist to the last segment and decodes the very frames of the source, sound in step.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use matinee_media::{
    cmaf,
    dash::{self, Addressing},
    hls::{self, Segments},
    index::{Cut, Layout, RenditionIndex},
    mp4,
    presentation::{AudioRendition, Presentation, VideoRendition, names},
};
use support::{Studio, assert_same_frames, frames, read_ranges, studio};

const ROUNDING: f64 = 0.001;

/// Writes out what a server would answer for a rendition.
fn serve(studio: &Studio, name: &str, index: &RenditionIndex, file: &Path) {
    let dir = studio.path(name);
    fs::create_dir_all(&dir).unwrap();
    let bytes = fs::read(file).unwrap();
    let put = |name: &str, content: &[u8]| fs::write(dir.join(name), content).unwrap();
    put(names::INIT, &index.init_segment());
    put(
        names::PLAYLIST,
        hls::media_playlist(index, Segments::Each, "")
            .unwrap()
            .as_bytes(),
    );
    put(names::IFRAMES, hls::iframe_playlist(index, "").as_bytes());
    for n in 0..index.segment_count() {
        let read = read_ranges(&bytes, &index.segment_ranges(n).unwrap());
        put(&names::segment(n), &index.build_segment(n, &read).unwrap());
    }
    for n in 0..index.iframes().len() {
        let read = read_ranges(&bytes, &[index.iframe_range(n).unwrap()]);
        put(&names::iframe(n), &index.build_iframe(n, &read[0]).unwrap());
    }
    put(names::FILE, &bytes);
    if index.layout() == Layout::Cmaf {
        let ranges = hls::media_playlist(index, Segments::RangesOf(names::FILE), "").unwrap();
        put("ranges.m3u8", ranges.as_bytes());
    }
}

struct Served {
    input: PathBuf,
    video: RenditionIndex,
    audio: RenditionIndex,
}

fn film(studio: &Studio) -> Served {
    let input = studio.make(
        "in.mp4",
        "-f lavfi -i testsrc2=s=192x108:r=24000/1001:d=13 -f lavfi -i sine=r=44100:d=13 \
         -c:v libx264 -bf 2 -g 48 -pix_fmt yuv420p -c:a aac -ac 2",
    );
    let movie = mp4::read(&mut File::open(&input).unwrap()).unwrap();
    let video =
        RenditionIndex::from_mp4_track(&movie, movie.video().unwrap(), Cut::Every(4000)).unwrap();
    let track = movie.audios().next().unwrap();
    let audio =
        RenditionIndex::from_mp4_track(&movie, track, Cut::Like(&video.timeline())).unwrap();
    serve(studio, "video", &video, &input);
    serve(studio, "audio", &audio, &input);
    Served {
        input,
        video,
        audio,
    }
}

fn presentation(served: &Served) -> Presentation<'_> {
    Presentation {
        videos: vec![VideoRendition {
            path: "video",
            index: &served.video,
        }],
        audios: vec![AudioRendition {
            path: "audio",
            index: &served.audio,
            language: Some("en"),
            name: "English",
            default: true,
            describes_video: false,
            commentary: false,
        }],
        ..Presentation::default()
    }
}

fn check(manifest: &Path, served: &Served) {
    assert_same_frames(
        &frames(&served.input, "v", false),
        &frames(manifest, "v", false),
        ROUNDING,
    );
    let shown = |frame: &support::Frame| frame.pts >= -0.0001;
    let wanted: Vec<_> = frames(&served.input, "a", true)
        .into_iter()
        .filter(shown)
        .collect();
    assert_same_frames(&wanted, &frames(manifest, "a", true), ROUNDING);
}

#[test]
fn hls() {
    let Some(studio) = studio() else { return };
    let served = film(&studio);
    let text = hls::multivariant(&presentation(&served));
    check(&studio.write("master.m3u8", text.as_bytes()), &served);
}

#[test]
fn dash() {
    let Some(studio) = studio() else { return };
    let demuxers = Command::new("ffmpeg")
        .args(["-v", "error", "-demuxers"])
        .output()
        .unwrap();
    if !String::from_utf8_lossy(&demuxers.stdout).contains(" dash ") {
        eprintln!("SKIPPED: this ffmpeg cannot read DASH, so nothing was checked");
        return;
    }
    let served = film(&studio);
    let text = dash::manifest(&presentation(&served), Addressing::Number).unwrap();
    check(&studio.write("manifest.mpd", text.as_bytes()), &served);
}

#[test]
fn iframes() {
    let Some(studio) = studio() else { return };
    let served = film(&studio);
    let all = frames(&served.input, "v", false);
    let got = frames(&studio.path("video").join(names::IFRAMES), "v", false);
    assert_eq!(got.len(), served.video.iframes().len());
    for (n, frame) in got.iter().enumerate() {
        assert_eq!(frame.hash, all[n * 48].hash);
        assert!((frame.pts - all[n * 48].pts).abs() < ROUNDING);
    }
}

#[test]
fn ranges_of_one_file() {
    let Some(studio) = studio() else { return };
    let path = studio.make(
        "v.mp4",
        "-f lavfi -i testsrc2=s=192x108:r=25:d=11 -c:v libx264 -bf 2 -g 50 -movflags \
         +frag_keyframe+empty_moov+default_base_moof+delay_moov",
    );
    let index = cmaf::scan(&mut File::open(&path).unwrap())
        .unwrap()
        .index(Cut::Every(4000))
        .unwrap();
    assert_eq!(index.layout(), Layout::Cmaf);
    serve(&studio, "video", &index, &path);
    let wanted = frames(&path, "v", false);
    for playlist in ["ranges.m3u8", names::PLAYLIST] {
        let got = frames(&studio.path("video").join(playlist), "v", false);
        assert_same_frames(&wanted, &got, ROUNDING);
    }
}
