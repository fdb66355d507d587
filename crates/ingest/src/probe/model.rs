//! What a file is, as far as making a video of it needs.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A positive fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ratio {
    /// Numerator.
    pub num: u32,
    /// Denominator, never 0.
    pub den: u32,
}

impl Ratio {
    /// `num / den` in lowest terms; none when either is 0.
    pub fn new(num: u32, den: u32) -> Option<Self> {
        if num == 0 || den == 0 {
            return None;
        }
        let mut a = num;
        let mut b = den;
        while b != 0 {
            (a, b) = (b, a % b);
        }
        Some(Self {
            num: num / a,
            den: den / a,
        })
    }

    /// Reads `30000/1001` or `4:3`; none for `0/0`, `0:1` and nonsense.
    pub fn parse(text: &str) -> Option<Self> {
        let (num, den) = text.split_once(['/', ':'])?;
        Self::new(num.trim().parse().ok()?, den.trim().parse().ok()?)
    }

    /// As a number.
    pub fn value(self) -> f64 {
        f64::from(self.num) / f64::from(self.den)
    }
}

/// A high dynamic range transfer function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hdr {
    /// SMPTE ST 2084 (HDR10, Dolby Vision's base layer).
    Pq,
    /// Hybrid log-gamma (ARIB STD-B67).
    Hlg,
}

/// The picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VideoStream {
    /// Its number in the file.
    pub index: u32,
    /// ffprobe's name of the codec.
    pub codec: String,
    /// ffprobe's name of the profile.
    pub profile: Option<String>,
    /// Pixel format, such as `yuv420p10le`.
    pub pixel_format: Option<String>,
    /// Bits of one component.
    pub bit_depth: u32,
    /// Coded width in pixels.
    pub width: u32,
    /// Coded height in pixels.
    pub height: u32,
    /// Shape of a pixel, width to height.
    pub pixel_aspect: Ratio,
    /// Clockwise quarter turns that a player makes, in degrees: 0, 90, 180 or 270.
    pub rotation: u32,
    /// Frames a second on average.
    pub frame_rate: Option<Ratio>,
    /// Whether frames come at uneven distances.
    pub variable_frame_rate: bool,
    /// Whether frames consist of two fields taken at different times.
    pub interlaced: bool,
    /// High dynamic range, if it has.
    pub hdr: Option<Hdr>,
    /// Colour matrix, such as `bt709`; none when unsaid.
    pub color_space: Option<String>,
    /// Bits a second, if the file says so.
    pub bitrate_bps: Option<u64>,
    /// When the picture ends, in milliseconds from the film's beginning, if the file says so.
    pub end_ms: Option<u64>,
}

impl VideoStream {
    /// Width and height in square pixels as a viewer sees them: pixel shape and rotation applied.
    pub fn display_size(&self) -> (u32, u32) {
        let stretched = f64::from(self.width) * self.pixel_aspect.value();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to what a picture may measure"
        )]
        let width = stretched.round().clamp(1.0, 65_535.0) as u32;
        if self.rotation % 180 == 90 {
            (self.height, width)
        } else {
            (width, self.height)
        }
    }
}

/// One language or mix of the sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AudioStream {
    /// Its number in the file.
    pub index: u32,
    /// ffprobe's name of the codec.
    pub codec: String,
    /// ffprobe's name of the profile, such as `LC`.
    pub profile: Option<String>,
    /// Number of channels.
    pub channels: u32,
    /// Samples a second.
    pub sample_rate: u32,
    /// Language as a BCP 47 tag, if known.
    pub language: Option<String>,
    /// What the file calls it.
    pub title: Option<String>,
    /// The file plays this one unless told otherwise.
    pub default: bool,
    /// A commentary, or a description for the blind.
    pub commentary: bool,
    /// Bits a second, if the file says so.
    pub bitrate_bps: Option<u64>,
}

/// Subtitles inside the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubtitleStream {
    /// Its number in the file.
    pub index: u32,
    /// ffprobe's name of the codec.
    pub codec: String,
    /// Language as a BCP 47 tag, if known.
    pub language: Option<String>,
    /// What the file calls it.
    pub title: Option<String>,
    /// To be shown even without being asked for (foreign dialogue, signs).
    pub forced: bool,
    /// The file shows this one unless told otherwise.
    pub default: bool,
    /// Also describes sounds.
    pub hearing_impaired: bool,
}

impl SubtitleStream {
    /// Whether it holds text, not pictures of text.
    pub fn is_text(&self) -> bool {
        matches!(
            self.codec.as_str(),
            "subrip"
                | "srt"
                | "ass"
                | "ssa"
                | "mov_text"
                | "webvtt"
                | "text"
                | "ttml"
                | "microdvd"
                | "subviewer"
                | "subviewer1"
                | "sami"
                | "jacosub"
                | "mpl2"
                | "vplayer"
                | "realtext"
                | "stl"
        )
    }
}

/// A named stretch of the film.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chapter {
    /// Where it begins, in milliseconds.
    pub start_ms: u64,
    /// Where it ends, in milliseconds.
    pub end_ms: u64,
    /// Its name; `Chapter 3` when the file has none.
    pub title: String,
}

/// A whole file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceInfo {
    /// ffprobe's name of the container, such as `matroska,webm`.
    pub container: String,
    /// The everyday name of the container, such as `MKV`.
    pub format: String,
    /// Length of the film in milliseconds; none when the file does not say.
    pub duration_ms: Option<u64>,
    /// Length of the file in bytes.
    pub size_bytes: u64,
    /// Bits a second over all streams.
    pub bitrate_bps: Option<u64>,
    /// The picture.
    pub video: VideoStream,
    /// The sound, in the order of the file.
    pub audio: Vec<AudioStream>,
    /// Subtitles, in the order of the file.
    pub subtitles: Vec<SubtitleStream>,
    /// Chapters, in order of time.
    pub chapters: Vec<Chapter>,
}

impl SourceInfo {
    /// Length of the film; zero when unknown.
    pub fn duration(&self) -> Duration {
        Duration::from_millis(self.duration_ms.unwrap_or(0))
    }

    /// Length of the picture, which all renditions are made to; zero when unknown.
    pub fn film(&self) -> Duration {
        self.video
            .end_ms
            .map_or_else(|| self.duration(), Duration::from_millis)
    }

    /// Bits a second of the picture: as stated, or what the other streams leave over.
    pub fn video_bitrate_bps(&self) -> Option<u64> {
        self.video.bitrate_bps.or_else(|| {
            let all = self.bitrate_bps?;
            let sound: u64 = self
                .audio
                .iter()
                .map(|audio| audio.bitrate_bps.unwrap_or(128_000))
                .sum();
            Some(all.saturating_sub(sound)).filter(|rest| *rest > 0)
        })
    }
}
