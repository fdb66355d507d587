//! From ffprobe's JSON to [`SourceInfo`], or to a reason why the file is refused.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::language;
use super::model::{AudioStream, Chapter, Hdr, Ratio, SourceInfo, SubtitleStream, VideoStream};
use crate::error::Rejection;
use crate::formats;

/// The widest and highest picture that is taken: 16K.
const MAX_SIDE: u32 = 16_384;
/// Chapters beyond this are dropped: nobody navigates by more, and files are hostile.
const MAX_CHAPTERS: usize = 1000;
/// Audio and subtitle streams beyond this are dropped.
const MAX_STREAMS: usize = 64;

/// What ffprobe prints. Everything is optional: it describes strangers' files.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Report {
    streams: Vec<Stream>,
    chapters: Vec<RawChapter>,
    format: Format,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Stream {
    index: u32,
    codec_type: String,
    codec_name: Option<String>,
    codec_tag_string: Option<String>,
    profile: Option<String>,
    width: u32,
    height: u32,
    pix_fmt: Option<String>,
    bits_per_raw_sample: Option<String>,
    sample_aspect_ratio: Option<String>,
    field_order: Option<String>,
    color_transfer: Option<String>,
    color_space: Option<String>,
    r_frame_rate: Option<String>,
    avg_frame_rate: Option<String>,
    duration: Option<String>,
    start_time: Option<String>,
    bit_rate: Option<String>,
    channels: u32,
    sample_rate: Option<String>,
    disposition: BTreeMap<String, i64>,
    tags: BTreeMap<String, String>,
    side_data_list: Vec<SideData>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SideData {
    rotation: Option<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawChapter {
    start_time: Option<String>,
    end_time: Option<String>,
    tags: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Format {
    #[serde(rename = "format_name")]
    name: String,
    duration: Option<String>,
    start_time: Option<String>,
    size: Option<String>,
    bit_rate: Option<String>,
    tags: BTreeMap<String, String>,
}

impl Stream {
    fn is(&self, disposition: &str) -> bool {
        self.disposition
            .get(disposition)
            .is_some_and(|&set| set != 0)
    }

    /// Tags are spelt in every case (`language`, `LANGUAGE`).
    fn tag(&self, name: &str) -> Option<&str> {
        tag(&self.tags, name)
    }

    fn codec(&self) -> String {
        self.codec_name
            .clone()
            .filter(|name| name != "unknown" && name != "none")
            .or_else(|| self.codec_tag_string.clone())
            .unwrap_or_else(|| "unknown".into())
    }

    fn bitrate(&self) -> Option<u64> {
        // Matroska keeps it in statistics tags.
        [
            self.bit_rate.as_deref(),
            self.tag("BPS"),
            self.tag("BPS-eng"),
        ]
        .into_iter()
        .flatten()
        .find_map(|text| text.parse().ok())
        .filter(|&bps| bps > 0)
    }

    /// A cover or a thumbnail is no film.
    fn is_film(&self) -> bool {
        self.codec_type == "video" && !self.is("attached_pic") && !self.is("timed_thumbnails")
    }
}

fn tag<'a>(tags: &'a BTreeMap<String, String>, name: &str) -> Option<&'a str> {
    tags.iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
        .filter(|value| !value.is_empty())
}

/// At most 200 characters of a title, without control characters.
fn title(text: &str) -> Option<String> {
    let clean: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
    let clean = clean.trim();
    (!clean.is_empty()).then(|| clean.to_owned())
}

fn milliseconds(text: Option<&str>) -> Option<u64> {
    let seconds: f64 = text?.parse().ok()?;
    // A thousand years is nonsense, and so is a negative length.
    if !(0.0..3.2e10).contains(&seconds) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be in range just above"
    )]
    let ms = (seconds * 1000.0).round() as u64;
    Some(ms)
}

/// Judges a report. `accepted` holds everyday names (`SUPPORTED_FORMATS`).
pub(super) fn judge(
    report: &Report,
    size_bytes: u64,
    accepted: &[String],
) -> Result<SourceInfo, Rejection> {
    let has_audio = report.streams.iter().any(|s| s.codec_type == "audio");
    let film = report
        .streams
        .iter()
        .filter(|stream| stream.is_film())
        // The one that the file itself prefers, else the largest.
        .max_by_key(|stream| {
            (
                stream.is("default"),
                u64::from(stream.width) * u64::from(stream.height),
                std::cmp::Reverse(stream.index),
            )
        });
    let Some(film) = film else {
        return Err(if has_audio {
            Rejection::AudioOnly
        } else {
            Rejection::NoVideo
        });
    };
    if !formats::accepts(accepted, &report.format.name) {
        return Err(Rejection::UnsupportedContainer {
            container: formats::display_name(&report.format.name, None, false),
            accepted: accepted.join(", "),
        });
    }
    let codec = film.codec();
    if film
        .codec_name
        .as_deref()
        .is_none_or(|name| name == "unknown" || name == "none")
    {
        return Err(Rejection::Codec { codec });
    }
    if film.width == 0 || film.height == 0 {
        return Err(Rejection::Damaged {
            detail: "the size of the picture cannot be found".into(),
        });
    }
    if film.width > MAX_SIDE || film.height > MAX_SIDE {
        return Err(Rejection::Dimensions {
            width: film.width,
            height: film.height,
        });
    }
    let duration_ms = milliseconds(report.format.duration.as_deref())
        .or_else(|| milliseconds(film.duration.as_deref()))
        .filter(|&ms| ms > 0);
    let webm = formats::is_webm(
        report
            .streams
            .iter()
            .filter(|s| matches!(s.codec_type.as_str(), "video" | "audio"))
            .filter_map(|s| s.codec_name.as_deref()),
    );
    Ok(SourceInfo {
        format: formats::display_name(
            &report.format.name,
            tag(&report.format.tags, "major_brand"),
            webm,
        ),
        container: report.format.name.clone(),
        duration_ms,
        size_bytes: report
            .format
            .size
            .as_deref()
            .and_then(|size| size.parse().ok())
            .unwrap_or(size_bytes),
        bitrate_bps: report
            .format
            .bit_rate
            .as_deref()
            .and_then(|b| b.parse().ok()),
        video: video(film, &report.format),
        audio: sounds(report).collect(),
        subtitles: report
            .streams
            .iter()
            .filter(|s| s.codec_type == "subtitle")
            .take(MAX_STREAMS)
            .map(subtitle)
            .collect(),
        chapters: chapters(&report.chapters, duration_ms),
    })
}

/// The sound in a file that need have no picture.
pub(super) fn sound(report: &Report) -> Result<Vec<AudioStream>, Rejection> {
    let streams: Vec<AudioStream> = sounds(report).collect();
    let Some(first) = streams.first() else {
        return Err(Rejection::NoAudio);
    };
    if streams.iter().all(|stream| stream.codec == "unknown") {
        return Err(Rejection::Codec {
            codec: first.codec.clone(),
        });
    }
    Ok(streams)
}

fn sounds(report: &Report) -> impl Iterator<Item = AudioStream> {
    report
        .streams
        .iter()
        .filter(|s| s.codec_type == "audio" && s.channels > 0)
        .take(MAX_STREAMS)
        .map(audio)
}

fn video(stream: &Stream, format: &Format) -> VideoStream {
    let average = stream.avg_frame_rate.as_deref().and_then(Ratio::parse);
    let real = stream.r_frame_rate.as_deref().and_then(Ratio::parse);
    // ffprobe's r_frame_rate is the finest grid that all timestamps fit; where it is not the
    // average, distances vary. Fields count twice there, so twice the average is no sign of it.
    let variable = match (average, real) {
        (Some(average), Some(real)) => {
            let times = real.value() / average.value();
            (times - 1.0).abs() > 0.02 && (times - 2.0).abs() > 0.04
        }
        _ => false,
    };
    VideoStream {
        index: stream.index,
        codec: stream.codec(),
        profile: stream.profile.clone(),
        bit_depth: bit_depth(stream),
        pixel_format: stream.pix_fmt.clone(),
        width: stream.width,
        height: stream.height,
        pixel_aspect: pixel_aspect(stream),
        rotation: rotation(stream),
        frame_rate: average.or(real).filter(|rate| rate.value() < 1000.0),
        variable_frame_rate: variable,
        interlaced: matches!(
            stream.field_order.as_deref(),
            Some("tt" | "bb" | "tb" | "bt")
        ),
        hdr: match stream.color_transfer.as_deref() {
            Some("smpte2084") => Some(Hdr::Pq),
            Some("arib-std-b67") => Some(Hdr::Hlg),
            _ => None,
        },
        color_space: stream
            .color_space
            .clone()
            .filter(|name| name != "unknown" && name != "reserved"),
        bitrate_bps: stream.bitrate(),
        end_ms: end_of(stream, format),
    }
}

/// When a stream ends, in milliseconds from where the film begins.
fn end_of(stream: &Stream, format: &Format) -> Option<u64> {
    let length = milliseconds(stream.duration.as_deref())
        .or_else(|| stream.tag("DURATION").and_then(clock))
        .filter(|&ms| ms > 0)?;
    let begins = |text: &Option<String>| milliseconds(text.as_deref()).unwrap_or(0);
    let late = begins(&stream.start_time).saturating_sub(begins(&format.start_time));
    Some(length + late)
}

/// Matroska's `00:01:40.500000000` in milliseconds.
fn clock(text: &str) -> Option<u64> {
    let mut parts = text.trim().splitn(3, ':');
    let hours: u64 = parts.next()?.parse().ok()?;
    let minutes: u64 = parts.next()?.parse().ok()?;
    let seconds = milliseconds(parts.next())?;
    let whole = hours
        .checked_mul(3_600_000)?
        .checked_add(minutes.checked_mul(60_000)?)?;
    whole.checked_add(seconds)
}

/// Square where unsaid or absurd.
fn pixel_aspect(stream: &Stream) -> Ratio {
    stream
        .sample_aspect_ratio
        .as_deref()
        .and_then(Ratio::parse)
        .filter(|ratio| (0.1..=10.0).contains(&ratio.value()))
        .unwrap_or(Ratio { num: 1, den: 1 })
}

fn bit_depth(stream: &Stream) -> u32 {
    let stated = stream
        .bits_per_raw_sample
        .as_deref()
        .and_then(|bits| bits.parse().ok())
        .filter(|bits| (8..=16).contains(bits));
    let named = stream.pix_fmt.as_deref().map_or(8, |format| {
        [16, 14, 12, 10, 9]
            .into_iter()
            .find(|bits| {
                format.ends_with(&format!("p{bits}le")) || format.ends_with(&format!("p{bits}be"))
            })
            .unwrap_or(if format.starts_with("p010") { 10 } else { 8 })
    });
    stated.unwrap_or(named).max(named)
}

/// Clockwise degrees. The display matrix counts counter-clockwise, the old tag clockwise.
fn rotation(stream: &Stream) -> u32 {
    let matrix = stream
        .side_data_list
        .iter()
        .find_map(|side| side.rotation)
        .map(|degrees| -degrees);
    let degrees = matrix
        .or_else(|| stream.tag("rotate").and_then(|text| text.parse().ok()))
        .filter(|degrees: &f64| degrees.is_finite())
        .unwrap_or(0.0);
    let quarter = (degrees / 90.0).round().rem_euclid(4.0);
    [0, 90, 180, 270]
        .into_iter()
        .zip([0.0, 1.0, 2.0, 3.0])
        .find(|(_, turns)| (quarter - turns).abs() < 0.5)
        .map_or(0, |(degrees, _)| degrees)
}

fn audio(stream: &Stream) -> AudioStream {
    AudioStream {
        index: stream.index,
        codec: stream.codec(),
        profile: stream.profile.clone(),
        channels: stream.channels,
        sample_rate: stream
            .sample_rate
            .as_deref()
            .and_then(|rate| rate.parse().ok())
            .unwrap_or(48_000),
        language: stream.tag("language").and_then(language::bcp47),
        title: stream
            .tag("title")
            .and_then(title)
            .or_else(|| handler_title(stream)),
        default: stream.is("default"),
        commentary: stream.is("comment") || stream.is("visual_impaired"),
        bitrate_bps: stream.bitrate(),
    }
}

/// The handler name of an MP4 track, unless it is only the muxer's name for its kind.
fn handler_title(stream: &Stream) -> Option<String> {
    let name = stream.tag("handler_name")?;
    let generic = name.contains("Handler") || name.contains("handler") || name.contains("Media");
    if generic { None } else { title(name) }
}

fn subtitle(stream: &Stream) -> SubtitleStream {
    SubtitleStream {
        index: stream.index,
        codec: stream.codec(),
        language: stream.tag("language").and_then(language::bcp47),
        title: stream
            .tag("title")
            .and_then(title)
            .or_else(|| handler_title(stream)),
        forced: stream.is("forced"),
        default: stream.is("default"),
        hearing_impaired: stream.is("hearing_impaired"),
    }
}

fn chapters(raw: &[RawChapter], duration_ms: Option<u64>) -> Vec<Chapter> {
    let end_of_film = duration_ms.unwrap_or(u64::MAX);
    let mut chapters: Vec<Chapter> = raw
        .iter()
        .take(MAX_CHAPTERS)
        .enumerate()
        .filter_map(|(at, chapter)| {
            let start_ms = milliseconds(chapter.start_time.as_deref())?;
            let end_ms = milliseconds(chapter.end_time.as_deref())?.min(end_of_film);
            (start_ms < end_ms).then(|| Chapter {
                start_ms,
                end_ms,
                title: tag(&chapter.tags, "title")
                    .and_then(title)
                    .unwrap_or_else(|| format!("Chapter {}", at + 1)),
            })
        })
        .collect();
    chapters.sort_by_key(|chapter| chapter.start_ms);
    chapters
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
