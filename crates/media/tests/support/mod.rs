//! Real media for the tests, made by the real ffmpeg.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::{
    fs::File,
    io::Write as _,
    ops::Range,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use bytes::Bytes;
use matinee_media::index::RenditionIndex;

/// A directory with an ffmpeg to fill it; `None`, said aloud, where there is no ffmpeg.
pub struct Studio {
    dir: tempfile::TempDir,
}

pub fn studio() -> Option<Studio> {
    let there = |program: &str| {
        Command::new(program)
            .arg("-version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    if there("ffmpeg") && there("ffprobe") {
        return Some(Studio {
            dir: tempfile::tempdir().unwrap(),
        });
    }
    eprintln!("SKIPPED: there is no ffmpeg on this machine, so nothing was checked");
    None
}

impl Studio {
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs ffmpeg with space-separated arguments (`'…'` keeps spaces), writing `name`.
    pub fn make(&self, name: &str, args: &str) -> PathBuf {
        let out = self.path(name);
        let mut command = Command::new("ffmpeg");
        command
            .args(["-v", "error", "-y", "-nostdin"])
            .current_dir(self.dir.path());
        let mut quoted = false;
        let mut arg = String::new();
        for c in args.chars().chain([' ']) {
            match c {
                '\'' => quoted = !quoted,
                ' ' if !quoted => {
                    if !arg.is_empty() {
                        command.arg(std::mem::take(&mut arg));
                    }
                }
                c => arg.push(c),
            }
        }
        let done = command.arg(&out).output().unwrap();
        assert!(
            done.status.success(),
            "ffmpeg {args}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        out
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let out = self.path(name);
        File::create(&out).unwrap().write_all(bytes).unwrap();
        out
    }
}

/// A frame as ffmpeg sees it: presentation time in seconds, hash of the decoded picture or sound.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    pub pts: f64,
    pub duration: f64,
    pub size: u64,
    pub hash: String,
}

/// The decoded frames (`copy`: the packets) of one stream, `v` or `a`.
pub fn frames(file: &Path, stream: &str, copy: bool) -> Vec<Frame> {
    let mut command = Command::new("ffmpeg");
    command
        .args(["-v", "error", "-nostdin", "-copyts", "-i"])
        .arg(file);
    command.args(["-map", &format!("0:{stream}:0")]);
    if copy {
        command.args(["-c", "copy"]);
    } else {
        // The frames as they come, without duplicates for a constant rate.
        command.args(["-vsync", "passthrough", "-enc_time_base", "-1"]);
    }
    let done = command.args(["-f", "framemd5", "-"]).output().unwrap();
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(
        done.status.success() && errors.is_empty(),
        "{}: {errors}",
        file.display()
    );
    let text = String::from_utf8(done.stdout).unwrap();
    let base: f64 = text
        .lines()
        .find_map(|line| line.strip_prefix("#tb 0: "))
        .and_then(|tb| tb.split_once('/'))
        .map(|(num, den)| num.parse::<f64>().unwrap() / den.parse::<f64>().unwrap())
        .unwrap();
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let fields: Vec<&str> = line.split(',').map(str::trim).collect();
            Frame {
                pts: fields[2].parse::<f64>().unwrap() * base,
                duration: fields[3].parse::<f64>().unwrap() * base,
                size: fields[4].parse().unwrap(),
                hash: fields[5].to_owned(),
            }
        })
        .collect()
}

/// Asserts that ffprobe reads a file without a word of complaint; returns its JSON.
pub fn probe_clean(file: &Path) -> String {
    let done = Command::new("ffprobe")
        .args([
            "-v",
            "warning",
            "-of",
            "json",
            "-show_format",
            "-show_streams",
            "-count_packets",
        ])
        .arg(file)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(
        done.status.success() && errors.is_empty(),
        "{}: {errors}",
        file.display()
    );
    String::from_utf8(done.stdout).unwrap()
}

/// Reads ranges of a file as a blob store would.
pub fn read_ranges(file: &[u8], ranges: &[Range<u64>]) -> Vec<Bytes> {
    ranges
        .iter()
        .map(|range| {
            let (start, end) = (
                range.start.try_into().unwrap(),
                range.end.try_into().unwrap(),
            );
            Bytes::copy_from_slice(&file[start..end])
        })
        .collect()
}

/// The initialization segment and all segments of a rendition, one after another.
pub fn assemble(index: &RenditionIndex, file: &Path) -> Vec<u8> {
    let file = std::fs::read(file).unwrap();
    let mut whole = index.init_segment().to_vec();
    for n in 0..index.segment_count() {
        let read = read_ranges(&file, &index.segment_ranges(n).unwrap());
        let segment = index.build_segment(n, &read).unwrap();
        assert_eq!(
            segment.len() as u64,
            index.segment_size(n).unwrap(),
            "size of segment {n}"
        );
        whole.extend_from_slice(&segment);
    }
    whole
}

/// Asserts that two streams are the same frames at the same times.
pub fn assert_same_frames(wanted: &[Frame], got: &[Frame], tolerance: f64) {
    assert_eq!(wanted.len(), got.len(), "number of frames");
    for (n, (a, b)) in wanted.iter().zip(got).enumerate() {
        assert_eq!(a.hash, b.hash, "frame {n} at {} / {}", a.pts, b.pts);
        assert!(
            (a.pts - b.pts).abs() <= tolerance,
            "frame {n} is at {} / {}",
            a.pts,
            b.pts
        );
    }
}
