//! What processing may be told: programs, limits, ladder and encoders.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Bitrate caps in kbit/s at the four documented rungs (`MAX_BITRATE_*`).
///
/// Heights in between are interpolated, see [`crate::ladder::bitrate_cap_kbps`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BitrateCaps {
    /// `MAX_BITRATE_360P`.
    pub p360: u32,
    /// `MAX_BITRATE_720P`.
    pub p720: u32,
    /// `MAX_BITRATE_1080P`.
    pub p1080: u32,
    /// `MAX_BITRATE_4K`.
    pub p2160: u32,
}

impl Default for BitrateCaps {
    fn default() -> Self {
        Self {
            p360: 1200,
            p720: 3000,
            p1080: 6000,
            p2160: 15000,
        }
    }
}

/// A video codec that rungs may be made in. H.264 is always made; the others come beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VideoCodec {
    /// H.264 through libx264.
    H264,
    /// HEVC through libx265.
    Hevc,
    /// AV1 through libsvtav1.
    Av1,
}

impl VideoCodec {
    /// ffmpeg's name of the encoder.
    pub fn encoder(self) -> &'static str {
        match self {
            Self::H264 => "libx264",
            Self::Hevc => "libx265",
            Self::Av1 => "libsvtav1",
        }
    }

    /// The short name used in rendition names and settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::H264 => "h264",
            Self::Hevc => "hevc",
            Self::Av1 => "av1",
        }
    }
}

/// Ceilings on one ffmpeg run.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Address space in bytes (`RLIMIT_AS`); none = unlimited.
    pub memory_bytes: Option<u64>,
    /// A transcode may use at most this many seconds of wall time per second of film …
    pub seconds_per_second: f64,
    /// … but always at least this long.
    pub floor: Duration,
    /// No progress for this long is a hang.
    pub stall: Duration,
    /// How long ffprobe may take.
    pub probe: Duration,
    /// Niceness of children (0..=19).
    pub nice: i32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: Some(16 << 30),
            seconds_per_second: 60.0,
            floor: Duration::from_secs(15 * 60),
            stall: Duration::from_secs(5 * 60),
            probe: Duration::from_secs(60),
            nice: 10,
        }
    }
}

/// Everything that processing needs to know. The composition root fills it from configuration.
#[derive(Debug, Clone)]
pub struct ProcessingConfig {
    /// The ffmpeg program, by path or looked up in PATH.
    pub ffmpeg: PathBuf,
    /// The ffprobe program, by path or looked up in PATH.
    pub ffprobe: PathBuf,
    /// The program that re-executes as `<program> sandbox …` (our own binary). None runs ffmpeg
    /// without confinement: for tests and for systems where it is switched off.
    pub sandbox: Option<PathBuf>,
    /// The folder for work in progress, one folder a job below it (`{data_dir}/work`).
    pub work_dir: PathBuf,
    /// `SUPPORTED_FORMATS`, as everyday names.
    pub supported_formats: Vec<String>,
    /// Target length of a segment in seconds.
    pub segment_duration_s: f64,
    /// `MAX_BITRATE_*`.
    pub bitrate_caps: BitrateCaps,
    /// `TRANSCODING_PRESET`: x264's preset name; mapped for the other encoders.
    pub preset: String,
    /// `ENABLE_ADAPTIVE_BITRATE` and `ENABLE_TRANSCODING`: when false, only what is needed to
    /// play the video at all is made.
    pub adaptive_bitrate: bool,
    /// Codecs made beside H.264.
    pub extra_codecs: Vec<VideoCodec>,
    /// `TRANSCODING_CONCURRENCY`: how many heavy jobs run at once on this node.
    pub concurrency: usize,
    /// Ceilings on one ffmpeg run.
    pub limits: Limits,
}

impl ProcessingConfig {
    /// The defaults with work below `work_dir` and no confinement.
    pub fn new(work_dir: impl Into<PathBuf>) -> Self {
        Self {
            ffmpeg: "ffmpeg".into(),
            ffprobe: "ffprobe".into(),
            sandbox: None,
            work_dir: work_dir.into(),
            supported_formats: ["mp4", "avi", "mov", "wmv", "flv", "webm", "mkv"]
                .map(str::to_owned)
                .to_vec(),
            segment_duration_s: 4.0,
            bitrate_caps: BitrateCaps::default(),
            preset: "fast".into(),
            adaptive_bitrate: true,
            extra_codecs: Vec::new(),
            concurrency: 4,
            limits: Limits::default(),
        }
    }

    /// The wall-time limit for a run over `duration_s` seconds of film.
    pub fn time_limit(&self, duration_s: f64) -> Duration {
        let scaled =
            Duration::try_from_secs_f64(duration_s.max(0.0) * self.limits.seconds_per_second)
                .unwrap_or(Duration::from_secs(30 * 24 * 3600));
        scaled.max(self.limits.floor)
    }
}
