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

    /// Bits that it takes for what H.264 does with 100.
    pub fn percent_of_h264(self) -> u32 {
        match self {
            Self::H264 => 100,
            Self::Hevc => 65,
            Self::Av1 => 50,
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

/// Which machinery encodes H.264.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hardware {
    /// libx264 on the processor.
    #[default]
    None,
    /// NVIDIA's NVENC.
    Nvenc,
    /// The Linux video acceleration interface (Intel, AMD).
    Vaapi,
    /// Intel Quick Sync Video.
    Qsv,
}

impl Hardware {
    /// ffmpeg's name of the H.264 encoder.
    pub fn h264_encoder(self) -> &'static str {
        match self {
            Self::None => "libx264",
            Self::Nvenc => "h264_nvenc",
            Self::Vaapi => "h264_vaapi",
            Self::Qsv => "h264_qsv",
        }
    }
}

/// Ceilings on one ffmpeg run.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Address space in bytes (`RLIMIT_AS`); none = unlimited.
    pub memory_bytes: Option<u64>,
    /// A run may use at most this many seconds of wall time per second of film …
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

impl Limits {
    /// The wall-time limit for a run over a film of this length.
    pub fn for_film(&self, film: Duration) -> Duration {
        Duration::try_from_secs_f64(film.as_secs_f64() * self.seconds_per_second)
            .unwrap_or(Duration::from_hours(30 * 24))
            .max(self.floor)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: Some(16 << 30),
            seconds_per_second: 60.0,
            floor: Duration::from_mins(15),
            stall: Duration::from_mins(5),
            probe: Duration::from_mins(1),
            nice: 10,
        }
    }
}

/// What is to be made of a video. The composition root fills it from configuration.
#[derive(Debug, Clone)]
pub struct ProcessingConfig {
    /// The folder for work in progress, one folder a job below it (`{data_dir}/work`).
    pub work_dir: PathBuf,
    /// `SUPPORTED_FORMATS`, as everyday names.
    pub supported_formats: Vec<String>,
    /// Target length of a segment in seconds, where a video does not ask for its own.
    pub segment_duration_s: f64,
    /// Heights of the ladder's rungs in lines, any order.
    pub rungs: Vec<u32>,
    /// `MAX_BITRATE_*`.
    pub bitrate_caps: BitrateCaps,
    /// The greatest frame rate that rungs have.
    pub max_frame_rate: u32,
    /// `TRANSCODING_PRESET`: x264's preset name; mapped for the other encoders.
    pub preset: String,
    /// `ENABLE_TRANSCODING`: when false, what cannot be played without encoding fails.
    pub transcoding: bool,
    /// `ENABLE_ADAPTIVE_BITRATE`: when false, one rendition is enough.
    pub adaptive_bitrate: bool,
    /// Codecs made beside H.264.
    pub extra_codecs: Vec<VideoCodec>,
    /// What encodes H.264.
    pub hardware: Hardware,
    /// `TRANSCODING_CONCURRENCY`: how many heavy jobs run at once on this node.
    pub concurrency: usize,
}

/// The heights of the ladder: 240p to 2160p.
pub const STANDARD_RUNGS: [u32; 7] = [240, 360, 480, 720, 1080, 1440, 2160];

impl ProcessingConfig {
    /// The defaults, with work below `work_dir`.
    pub fn new(work_dir: impl Into<PathBuf>) -> Self {
        Self {
            work_dir: work_dir.into(),
            supported_formats: ["mp4", "avi", "mov", "wmv", "flv", "webm", "mkv"]
                .map(str::to_owned)
                .to_vec(),
            segment_duration_s: 4.0,
            rungs: STANDARD_RUNGS.to_vec(),
            bitrate_caps: BitrateCaps::default(),
            max_frame_rate: 60,
            preset: "fast".into(),
            transcoding: true,
            adaptive_bitrate: true,
            extra_codecs: Vec::new(),
            hardware: Hardware::None,
            concurrency: 4,
        }
    }
}
