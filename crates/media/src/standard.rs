//! Whether a file can be played as it is, and if not, why: in words for the uploader, with codes
//! for programs.
//!
//! What passes can be indexed in place ([`RenditionIndex::from_mp4_track`]) and watched at once;
//! what does not is encoded first.
//!
//! [`RenditionIndex::from_mp4_track`]: crate::index::RenditionIndex::from_mp4_track

use serde::{Deserialize, Serialize};

use crate::{
    codec::{Codec, VideoRange},
    index::{self, RenditionInfo},
    mp4::{Movie, Track, TrackKind},
    samples::{Sample, SampleTable, SyncSamples},
};

/// What is accepted as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest time between two keyframes, in milliseconds. A segment cannot be shorter, so
    /// this is also the longest wait after a seek.
    pub max_keyframe_interval_ms: u64,
    /// The largest average bit rate of the pictures, in bits a second.
    pub max_bitrate_bps: u64,
    /// The highest H.264 level times ten.
    pub max_level: u8,
    /// The most frames a second.
    pub max_frame_rate: u32,
}

impl Default for Limits {
    /// What today's browsers, phones and television sets all play.
    fn default() -> Self {
        Self {
            max_keyframe_interval_ms: 12_000,
            max_bitrate_bps: 40_000_000,
            max_level: 52,
            max_frame_rate: 61,
        }
    }
}

/// A reason why a track cannot be played as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// A stable code, such as `video_codec` or `keyframe_interval`.
    pub code: String,
    /// A sentence for people.
    pub text: String,
}

/// The judgement on one track.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The track's id in the file.
    pub track_id: u32,
    /// Why it cannot be played as it is; empty when it can.
    pub reasons: Vec<Reason>,
}

impl Verdict {
    /// Whether the track can be played as it is.
    pub const fn playable(&self) -> bool {
        self.reasons.is_empty()
    }
}

/// The judgement on a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// Whether pictures and all sound can be played as they are.
    pub playable: bool,
    /// Every reason against it, each once.
    pub reasons: Vec<Reason>,
    /// The pictures; `None` when there are none.
    pub video: Option<Verdict>,
    /// Each audio track that has samples.
    pub audios: Vec<Verdict>,
}

/// Judges a file.
pub fn assess(movie: &Movie, limits: &Limits) -> Assessment {
    let video = movie
        .video()
        .map(|track| assess_video(movie, track, limits));
    let audios: Vec<Verdict> = movie
        .audios()
        .filter(|track| track.declared_samples > 0)
        .map(|track| assess_audio(movie, track))
        .collect();
    let mut reasons = Reasons::default();
    if video.is_none() {
        reasons.add("video_missing", "The file has no pictures.");
    }
    for reason in video
        .iter()
        .chain(&audios)
        .flat_map(|verdict| &verdict.reasons)
    {
        if !reasons.0.contains(reason) {
            reasons.0.push(reason.clone());
        }
    }
    Assessment {
        playable: reasons.0.is_empty(),
        reasons: reasons.0,
        video,
        audios,
    }
}

/// Whether a track's sync samples fall on the multiples of `grid_ms`, so that its segments match
/// those of renditions whose keyframes were forced there, number by number. `false` for tracks
/// that cannot be indexed.
pub fn grid_aligned(movie: &Movie, track: &Track, grid_ms: u64) -> bool {
    let Ok(samples) = track.presentation(movie) else {
        return false;
    };
    RenditionInfo::of_track(track, &samples)
        .is_some_and(|info| index::on_grid(&info, &samples, grid_ms))
}

#[derive(Default)]
struct Reasons(Vec<Reason>);

impl Reasons {
    fn add(&mut self, code: &str, text: impl Into<String>) {
        self.0.push(Reason {
            code: code.to_owned(),
            text: text.into(),
        });
    }
}

fn assess_video(movie: &Movie, track: &Track, limits: &Limits) -> Verdict {
    let mut reasons = Reasons::default();
    assess_picture_format(track, limits, &mut reasons);
    if let Some(samples) = assess_samples(movie, track, &mut reasons) {
        assess_keyframes(track, &samples, limits, &mut reasons);
        assess_timing(track, &samples, limits, &mut reasons);
    }
    Verdict {
        track_id: track.id,
        reasons: reasons.0,
    }
}

fn assess_picture_format(track: &Track, limits: &Limits, reasons: &mut Reasons) {
    let Some(entry) = track.entry() else { return };
    let Some(video) = &entry.video else { return };
    if entry.codec != Codec::Avc {
        let name = match entry.codec {
            Codec::Other => entry.format.to_string(),
            codec => codec.name().to_owned(),
        };
        reasons.add(
            "video_codec",
            format!("The pictures are coded as {name}, not H.264."),
        );
    }
    if video.bit_depth.is_some_and(|depth| depth > 8) {
        let depth = video.bit_depth.unwrap_or(0);
        reasons.add(
            "video_bit_depth",
            format!("The pictures have {depth} bits a sample, not 8."),
        );
    }
    if video.chroma_format.is_some_and(|format| format > 1) {
        reasons.add(
            "video_chroma",
            "The colour resolution is higher than 4:2:0.",
        );
    }
    if entry.codec == Codec::Avc && video.level > limits.max_level {
        let (level, most) = (
            f32::from(video.level) / 10.0,
            f32::from(limits.max_level) / 10.0,
        );
        reasons.add(
            "video_level",
            format!("The H.264 level is {level}, above {most}."),
        );
    }
    if video
        .colour
        .is_some_and(|colour| colour.video_range() != VideoRange::Sdr)
    {
        reasons.add("video_hdr", "The pictures have a high dynamic range.");
    }
    if video.interlaced {
        reasons.add("video_interlaced", "The pictures may be interlaced.");
    }
    if video.in_band_parameters {
        reasons.add(
            "video_parameters",
            "Decoder parameters come within the pictures.",
        );
    }
    match track.rotation {
        Some(0) => {}
        Some(degrees) => {
            reasons.add(
                "video_rotation",
                format!("The pictures are to be turned by {degrees}°."),
            );
        }
        None => reasons.add(
            "video_rotation",
            "The pictures are to be mirrored or skewed.",
        ),
    }
    if video.width % 2 == 1 || video.height % 2 == 1 {
        reasons.add("video_size", "The width or height is odd.");
    }
}

/// What concerns any track's samples; the samples as presented, if they can be.
fn assess_samples(movie: &Movie, track: &Track, reasons: &mut Reasons) -> Option<SampleTable> {
    let kind = if track.kind == TrackKind::Video {
        "picture"
    } else {
        "audio"
    };
    if track.entry().is_some_and(|entry| entry.encrypted) {
        reasons.add("encrypted", format!("The {kind} track is encrypted."));
    }
    if track.external {
        reasons.add(
            "external_media",
            format!("The {kind} track is in another file."),
        );
    }
    if track.uses_other_entries {
        reasons.add(
            "several_formats",
            format!("The {kind} track changes its format on the way."),
        );
    }
    let readable = track.readable_samples(movie.file_len);
    if readable < track.declared_samples {
        let missing = track.declared_samples - readable;
        reasons.add(
            "truncated",
            format!(
                "{missing} of {} {kind} samples are missing.",
                track.declared_samples
            ),
        );
    }
    match track.presentation(movie) {
        Ok(samples) => Some(samples),
        Err(error) => {
            reasons.add(
                "edit_list",
                format!("The {kind} track cannot be cut as it is: {error}."),
            );
            None
        }
    }
}

fn assess_keyframes(track: &Track, samples: &SampleTable, limits: &Limits, reasons: &mut Reasons) {
    let reorders = samples
        .composition_offsets()
        .runs()
        .any(|(.., offset)| offset != 0);
    let SyncSamples::Only(syncs) = samples.syncs() else {
        if reorders {
            reasons.add(
                "keyframes_unmarked",
                "The file does not say which pictures are keyframes.",
            );
        }
        return;
    };
    let pts = |sample: u32| samples.pts(sample);
    let ends = syncs.iter().skip(1).map(|&sync| pts(sync));
    let end = i64::try_from(samples.end_dts()).unwrap_or(i64::MAX);
    let longest = syncs
        .iter()
        .zip(ends.chain([end]))
        .map(|(&sync, end)| end.saturating_sub(pts(sync)))
        .max()
        .and_then(|ticks| u64::try_from(ticks).ok())
        .unwrap_or(0);
    let longest_ms = crate::ratio::rescale(longest, track.timescale, 1000);
    if longest_ms > limits.max_keyframe_interval_ms {
        let seconds = longest_ms as f64 / 1000.0;
        reasons.add(
            "keyframe_interval",
            format!("Keyframes are up to {seconds:.1} seconds apart."),
        );
    }
    if syncs.iter().any(|&sync| is_open(samples, sync)) {
        reasons.add(
            "open_gop",
            "Pictures refer across keyframes (open groups of pictures).",
        );
    }
}

/// Whether pictures that follow a sync sample in decoding order are shown before it.
fn is_open(samples: &SampleTable, sync: u32) -> bool {
    const REACH: u32 = 20;
    let mut following = samples.range(sync..sync.saturating_add(REACH));
    let Some(first) = following.next() else {
        return false;
    };
    following
        .take_while(|sample| !sample.sync)
        .any(|sample| sample.pts() < first.pts())
}

fn assess_timing(track: &Track, samples: &SampleTable, limits: &Limits, reasons: &mut Reasons) {
    let timescale = u64::from(track.timescale);
    let longest = samples
        .durations()
        .runs()
        .map(|(.., duration)| duration)
        .max()
        .unwrap_or(0);
    if samples.len() > 1 && u64::from(longest) > timescale * 3 {
        let seconds = u64::from(longest) / timescale;
        reasons.add(
            "frame_timing",
            format!("A picture stands still for {seconds} seconds."),
        );
    }
    let last = samples.len() - 1;
    let stuck = samples
        .iter()
        .filter(|sample: &Sample| sample.duration == 0 && sample.index != last);
    if stuck.count() > 0 {
        reasons.add("frame_timing", "Some pictures have no duration.");
    }
    let rate = index::frame_rate(track.timescale, samples).map_or(0.0, crate::Ratio::as_f64);
    if rate > f64::from(limits.max_frame_rate) {
        reasons.add(
            "frame_rate",
            format!("There are {rate:.0} frames a second."),
        );
    }
    let ticks = samples.duration().max(1);
    let bits = u128::from(samples.total_size()) * 8 * u128::from(timescale);
    let bps = u64::try_from(bits / u128::from(ticks)).unwrap_or(u64::MAX);
    if bps > limits.max_bitrate_bps {
        let megabits = bps as f64 / 1e6;
        reasons.add(
            "video_bitrate",
            format!("The bit rate is {megabits:.0} Mbit/s."),
        );
    }
}

fn assess_audio(movie: &Movie, track: &Track) -> Verdict {
    let mut reasons = Reasons::default();
    if let Some(entry) = track.entry() {
        let plain = matches!(
            entry.codec_string.as_str(),
            "mp4a.40.2" | "mp4a.40.5" | "mp4a.40.29"
        );
        if entry.codec != Codec::Aac {
            let name = match entry.codec {
                Codec::Other => entry.format.to_string(),
                codec => codec.name().to_owned(),
            };
            reasons.add(
                "audio_codec",
                format!("The sound is coded as {name}, not AAC."),
            );
        } else if !plain {
            reasons.add("audio_profile", "The sound uses an uncommon AAC profile.");
        }
        if let Some(audio) = entry.audio {
            if !(1..=6).contains(&audio.channels) {
                reasons.add(
                    "audio_channels",
                    format!("The sound has {} channels.", audio.channels),
                );
            }
            if !(8_000..=96_000).contains(&audio.sample_rate) {
                reasons.add(
                    "audio_sample_rate",
                    format!("The sound has {} samples a second.", audio.sample_rate),
                );
            }
        }
    }
    assess_samples(movie, track, &mut reasons);
    Verdict {
        track_id: track.id,
        reasons: reasons.0,
    }
}
