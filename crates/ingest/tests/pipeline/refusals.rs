//! What cannot be a video ends as failed, with a reason that helps, and leaves nothing behind.

use std::path::PathBuf;

use futures::StreamExt as _;
use matinee_catalog::ProcessingStatus;
use matinee_engines::blobs::BlobKey;

use crate::support::{Studio, clip, inputs};

/// Processes a file that must fail, and gives back the reason.
async fn refused(studio: &Studio, file: PathBuf) -> String {
    let id = studio.upload(&file).await;
    let (video, parts) = studio.ended(&id).await;
    assert_eq!(
        video.processing_status,
        ProcessingStatus::Failed,
        "{}",
        file.display()
    );
    assert!(!video.is_processed && parts.renditions.is_empty() && parts.images.is_empty());
    let own = BlobKey::new(format!("videos/{id}")).unwrap();
    let left: Vec<_> = studio.blobs.list(Some(&own)).collect().await;
    assert_eq!(left.len(), 1, "only the source is kept");
    assert!(
        !studio
            .dir
            .path()
            .join("work")
            .join(&id)
            .join("probe")
            .exists()
    );
    let reason = video.processing_error.unwrap();
    assert!(
        !reason.contains(&*studio.dir.path().to_string_lossy()),
        "{reason}"
    );
    reason
}

#[tokio::test]
async fn each_refusal_says_why() {
    let studio = Studio::open().await;
    let dir = studio.dir.path().to_owned();
    let write = |name: &str, bytes: &[u8]| {
        let path = dir.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let sound = clip(&dir, "sound.mp4", "-f lavfi -i sine=d=2 -c:a aac");
    let cover = clip(
        &dir,
        "cover.m4a",
        "-f lavfi -i sine=d=2 -f lavfi -i color=red:s=64x64:d=1 -map 0 -map 1 -c:a aac -c:v mjpeg -frames:v 1 -disposition:v attached_pic -f mp4",
    );
    let picture = clip(
        &dir,
        "picture.png",
        "-f lavfi -i testsrc2=s=64x64 -frames:v 1",
    );
    let stream = clip(
        &dir,
        "a.ts",
        &(inputs("64x64", "25", 1) + "-c:v mpeg2video -f mpegts"),
    );
    let whole = clip(
        &dir,
        "whole.mp4",
        &(inputs("320x180", "25", 6) + "-c:v libx264 -preset ultrafast -c:a aac"),
    );
    let bytes = std::fs::read(&whole).unwrap();
    let front = clip(
        &dir,
        "front.mp4",
        &format!("-i {} -c copy -movflags +faststart", whole.display()),
    );
    let front = std::fs::read(front).unwrap();
    let mut noise: Vec<u8> = (0..200_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0])
        .collect();
    noise[0] = 0;

    let cases = [
        (write("zero.mp4", b""), "the file is empty"),
        (
            write("text.mp4", b"This is no film at all.\n"),
            "looks like a text file",
        ),
        (
            write("page.mp4", b"<!DOCTYPE html><html></html>"),
            "looks like a web page",
        ),
        (write("noise.mp4", &noise), "not a video file"),
        (
            write("playlist.mp4", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"),
            "a playlist",
        ),
        (picture, "a PNG picture"),
        (sound, "sound but no video"),
        (cover, "sound but no video"),
        (stream, "TS files are not accepted here; accepted are: mp4"),
        (
            write("cut.mp4", &bytes[..bytes.len() / 2]),
            "no index (moov)",
        ),
        (
            write("cut-front.mp4", &front[..front.len() / 2]),
            "the file is cut off: of 6 s",
        ),
    ];
    for (file, expected) in cases {
        let name = file.display().to_string();
        let reason = refused(&studio, file).await;
        assert!(reason.contains(expected), "{name}: {reason}");
    }
}

#[tokio::test]
async fn without_ffmpeg_the_reason_names_it() {
    let studio = Studio::with(|_, runner| {
        runner.ffmpeg = "ffmpeg-that-is-not-there".into();
        runner.ffprobe = "ffprobe-that-is-not-there".into();
    })
    .await;
    let file = studio.dir.path().join("a.mp4");
    std::fs::write(&file, b"whatever").unwrap();
    let reason = refused(&studio, file).await;
    assert!(
        reason.contains("ffprobe-that-is-not-there cannot be started"),
        "{reason}"
    );
    assert!(studio.ingest.capabilities().await.is_err());
}

#[tokio::test]
async fn a_matroska_file_cut_in_the_middle_is_told() {
    let studio = Studio::open().await;
    let dir = studio.dir.path();
    let whole = clip(
        dir,
        "w.mkv",
        &(inputs("320x180", "25", 12) + "-c:v libx264 -preset ultrafast -c:a libmp3lame"),
    );
    let bytes = std::fs::read(&whole).unwrap();
    let cut = dir.join("cut.mkv");
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    let id = studio.upload(&cut).await;
    let (video, _) = studio.ended(&id).await;
    assert_eq!(video.processing_status, ProcessingStatus::Failed);
    let reason = video.processing_error.unwrap();
    assert!(reason.contains("the file is cut off: of 12 s"), "{reason}");
}

#[tokio::test]
async fn damage_in_the_middle_is_survived() {
    let studio = Studio::open().await;
    let dir = studio.dir.path();
    let whole = clip(
        dir,
        "w.mkv",
        &(inputs("320x180", "25", 8) + "-c:v mpeg4 -g 12 -c:a libmp3lame"),
    );
    let mut bytes = std::fs::read(&whole).unwrap();
    let middle = bytes.len() / 2;
    for byte in &mut bytes[middle..middle + 3000] {
        *byte = 0x55;
    }
    let damaged = dir.join("damaged.mkv");
    std::fs::write(&damaged, bytes).unwrap();
    let id = studio.upload(&damaged).await;
    let (_, parts) = studio.completed(&id).await;
    for rendition in &parts.renditions {
        studio.decode(rendition).await;
    }
}
