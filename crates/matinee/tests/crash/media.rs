//! The media that the tests upload.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

/// Five seconds of real film, H.264 + AAC.
pub(crate) fn film() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/media/bigbuckbunny.mp4")
}

/// The film looped to 40 seconds: long enough for a kill to hit every step of its processing.
pub(crate) fn long_film() -> PathBuf {
    static MADE: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long.mp4");
        ffmpeg(&[
            "-stream_loop",
            "-1",
            "-i",
            film().to_str().unwrap(),
            "-t",
            "40",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-g",
            "50",
            "-c:a",
            "aac",
            "-ac",
            "2",
            path.to_str().unwrap(),
        ]);
        (folder, path)
    });
    path.clone()
}

pub(crate) fn ffmpeg(args: &[&str]) {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-y"])
        .args(args)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "ffmpeg {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Decodes everything behind a URL or path; returns what ffmpeg complained of (nothing, when all is well).
pub(crate) fn complaints(input: &str) -> String {
    let output = Command::new("ffmpeg")
        .args([
            "-nostdin", "-v", "error", "-i", input, "-map", "0", "-f", "null", "-",
        ])
        .output()
        .unwrap();
    let mut text = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        text.push_str(&output.status.to_string());
    }
    text
}

pub(crate) fn sha256(path: &Path) -> String {
    hex::encode(Sha256::digest(std::fs::read(path).unwrap()))
}
