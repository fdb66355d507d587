//! What a rendition is, apart from its samples.

use serde::{Deserialize, Serialize};

use crate::{
    codec::{Codec, Colour, SampleEntry, VideoRange},
    mp4::{Track, TrackKind},
    ratio::Ratio,
    samples::SampleTable,
};

/// Whether a rendition is seen or heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// Moving pictures.
    Video,
    /// Sound.
    Audio,
}

/// What a player must know of a rendition to choose it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenditionInfo {
    /// Video or audio.
    pub kind: MediaKind,
    /// The codec family.
    pub codec: Codec,
    /// The codec string (RFC 6381), such as `avc1.64001f` or `mp4a.40.2`.
    pub codec_string: String,
    /// Ticks a second of all times in the index.
    pub timescale: u32,
    /// Width in pixels as shown (pixel aspect and rotation applied); 0 for audio.
    pub width: u32,
    /// Height in pixels as shown (rotation applied); 0 for audio.
    pub height: u32,
    /// Clockwise degrees by which the player turns the pictures: 0, 90, 180 or 270.
    pub rotation: u16,
    /// Pixel aspect ratio where pixels are not square.
    pub pixel_aspect: Option<Ratio>,
    /// Frames a second on average, snapped to the common rate it stands for.
    pub frame_rate: Option<Ratio>,
    /// Colour description, if known.
    pub colour: Option<Colour>,
    /// Bits a sample of video, if known.
    pub bit_depth: Option<u8>,
    /// Audio channels; 0 for video.
    pub channels: u16,
    /// Audio samples a second; 0 for video.
    pub sample_rate: u32,
    /// Language (BCP 47 or ISO 639-2), if determined.
    pub language: Option<String>,
}

impl RenditionInfo {
    /// The dynamic range.
    pub fn video_range(&self) -> VideoRange {
        self.colour.map(Colour::video_range).unwrap_or_default()
    }

    /// The facts of a track of an MP4 whose samples are `samples`; `None` when the track is
    /// neither video nor audio or has no sample entry.
    pub(crate) fn of_track(track: &Track, samples: &SampleTable) -> Option<Self> {
        let kind = match track.kind {
            TrackKind::Video => MediaKind::Video,
            TrackKind::Audio => MediaKind::Audio,
            _ => return None,
        };
        let entry = track.entry()?;
        let (width, height) = shown_size(track, entry);
        let video = entry.video.as_ref();
        Some(Self {
            kind,
            codec: entry.codec,
            codec_string: entry.codec_string.clone(),
            timescale: track.timescale,
            width,
            height,
            rotation: if kind == MediaKind::Video {
                track.rotation.unwrap_or(0)
            } else {
                0
            },
            pixel_aspect: video
                .and_then(|video| video.pixel_aspect)
                .filter(|aspect| !aspect.is_one()),
            frame_rate: video.and_then(|_| frame_rate(track.timescale, samples)),
            colour: video.and_then(|video| video.colour),
            bit_depth: video.and_then(|video| video.bit_depth),
            channels: entry.audio.map_or(0, |audio| audio.channels),
            sample_rate: entry.audio.map_or(0, |audio| audio.sample_rate),
            language: track.language.clone(),
        })
    }
}

/// The size at which the pictures are meant to be seen.
fn shown_size(track: &Track, entry: &SampleEntry) -> (u32, u32) {
    let Some(video) = &entry.video else {
        return (0, 0);
    };
    let (coded_width, coded_height) = (u32::from(video.width), u32::from(video.height));
    let stretched = |aspect: Ratio| {
        let width = u64::from(coded_width) * u64::from(aspect.num);
        let den = u64::from(aspect.den);
        u32::try_from((width + den / 2) / den).unwrap_or(coded_width)
    };
    let width = match video.pixel_aspect {
        Some(aspect) if !aspect.is_one() => stretched(aspect),
        _ => coded_width,
    };
    match track.rotation {
        Some(90 | 270) => (coded_height, width),
        _ => (width, coded_height),
    }
}

/// Average frames a second. Timestamps in milliseconds and other roundings make 23.976 look like
/// 23.974; what is within 0.04 % of a common rate is that rate.
pub(crate) fn frame_rate(timescale: u32, samples: &SampleTable) -> Option<Ratio> {
    const COMMON: [(u32, u32); 14] = [
        (10, 1),
        (12, 1),
        (15, 1),
        (24_000, 1001),
        (24, 1),
        (25, 1),
        (30_000, 1001),
        (30, 1),
        (48, 1),
        (50, 1),
        (60_000, 1001),
        (60, 1),
        (120_000, 1001),
        (120, 1),
    ];
    let exact = Ratio::new(
        u64::from(timescale).checked_mul(u64::from(samples.len()))?,
        samples.duration(),
    );
    let rate = match exact {
        Some(rate) => rate.as_f64(),
        None => f64::from(timescale) * f64::from(samples.len()) / samples.duration() as f64,
    };
    let snapped = COMMON
        .into_iter()
        .map(|(num, den)| Ratio { num, den })
        .find(|common| (common.as_f64() - rate).abs() / rate < 0.0004);
    snapped.or_else(|| {
        // Thousandths are as fine as playlists tell it.
        let thousandths = (rate * 1000.0).round();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked"
        )]
        (thousandths.is_finite() && (1.0..=1e9).contains(&thousandths))
            .then(|| Ratio::new(thousandths as u64, 1000))
            .flatten()
    })
}
