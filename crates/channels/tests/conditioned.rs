//! What of a real video can stand on a channel.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::{fs::File, path::Path, process::Command};

use matinee_channels::library::Media;
use matinee_media::{
    index::{Cut, RenditionIndex},
    mp4,
};

/// Thirteen seconds at 25 frames a second with a keyframe every so many frames.
fn make(folder: &Path, name: &str, height: u32, keyframes: u32) -> RenditionIndex {
    let file = folder.join(name);
    let size = format!(
        "testsrc2=size={}x{height}:rate=25:duration=13",
        height * 16 / 9
    );
    let keyframes = keyframes.to_string();
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-f", "lavfi", "-i", &size])
        .args([
            "-f",
            "lavfi",
            "-i",
            "sine=duration=13",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
        ])
        .args([
            "-pix_fmt",
            "yuv420p",
            "-g",
            &keyframes,
            "-keyint_min",
            &keyframes,
        ])
        .args([
            "-sc_threshold",
            "0",
            "-c:a",
            "aac",
            "-ar",
            "48000",
            "-ac",
            "2",
        ])
        .arg(&file)
        .status()
        .unwrap();
    assert!(status.success());
    let movie = mp4::read(&mut File::open(&file).unwrap()).unwrap();
    RenditionIndex::from_mp4_track(&movie, movie.video().unwrap(), Cut::Every(4000)).unwrap()
}

fn sound(folder: &Path, name: &str, like: &RenditionIndex) -> RenditionIndex {
    let movie = mp4::read(&mut File::open(folder.join(name)).unwrap()).unwrap();
    let track = movie.audios().next().unwrap();
    RenditionIndex::from_mp4_track(&movie, track, Cut::Like(&like.timeline())).unwrap()
}

#[test]
fn what_is_cut_otherwise_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let low = make(at, "low.mp4", 180, 100);
    let high = make(at, "high.mp4", 360, 100);
    // The source has a keyframe every 2.2 seconds, whatever the ladder has.
    let source = make(at, "source.mp4", 720, 55);
    let audio = sound(at, "high.mp4", &high);
    let media = Media::conditioned(&[
        ("video/source", &source),
        ("video/low", &low),
        ("video/high", &high),
        ("video/sound", &audio),
    ])
    .unwrap();
    let paths: Vec<&str> = media
        .video
        .iter()
        .map(|rendition| &*rendition.path)
        .collect();
    assert_eq!(paths, ["video/low", "video/high"]);
    assert_eq!(media.audio.len(), 1);
    assert_eq!(
        (media.audio[0].sample_rate, media.audio[0].channels),
        (48_000, 2)
    );
    let starts: Vec<u32> = (0..=media.grid.count())
        .map(|n| media.grid.start(n))
        .collect();
    assert_eq!(starts, [0, 4000, 8000, 12_000, 13_000]);
    // Alone, the source is as good as any.
    let alone = Media::conditioned(&[("video/source", &source)]).unwrap();
    assert_eq!(alone.video.len(), 1);
    assert_ne!(alone.grid, media.grid);
    assert!(Media::conditioned(&[("video/sound", &audio)]).is_err());
}
