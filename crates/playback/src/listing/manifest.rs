//! Our own manifest: plain JSON for people who write players by hand.

use matinee_catalog::{Rendition, RenditionKind};
use matinee_media::rescale;
use serde::Serialize;

use super::Listing;
use crate::tracks::Track;
use crate::{PlaybackError, Result};

/// All paths are absolute, from the server's root.
#[derive(Serialize)]
struct Manifest<'a> {
    id: &'a str,
    title: &'a str,
    created_at: String,
    created_at_ts: f64,
    source: Source<'a>,
    /// Seconds; the longest segment of the pictures.
    segment_duration: f64,
    requested_resolutions: Vec<String>,
    skipped_resolutions: Vec<String>,
    hls_url: String,
    dash_url: String,
    storyboard_url: Option<String>,
    variants: Vec<Variant<'a>>,
    audio: Vec<Variant<'a>>,
    subtitles: Vec<Text<'a>>,
}

#[derive(Serialize)]
struct Source<'a> {
    filename: &'a str,
    width: Option<i32>,
    height: Option<i32>,
    /// Seconds.
    duration: Option<f64>,
    size_bytes: i64,
}

#[derive(Serialize)]
struct Variant<'a> {
    id: &'a str,
    label: &'a str,
    width: Option<i32>,
    height: Option<i32>,
    frame_rate: Option<f64>,
    codecs: &'a str,
    language: Option<&'a str>,
    channels: Option<i32>,
    /// Kilobits per second.
    bitrate: i64,
    is_source: bool,
    /// The whole rendition in one file.
    path: String,
    playlist: String,
    init: String,
    segments: Vec<Segment>,
}

#[derive(Serialize)]
struct Segment {
    index: usize,
    path: String,
    /// Seconds from the beginning of the video.
    start: f64,
    /// Seconds.
    duration: f64,
    label: String,
    size_bytes: u64,
}

#[derive(Serialize)]
struct Text<'a> {
    id: &'a str,
    language: &'a str,
    label: &'a str,
    forced: bool,
    path: String,
}

pub(super) fn write(listing: &Listing, suffix: &str) -> Result<String> {
    let video = &listing.presentation.video;
    let root = format!("/media/{}", video.id);
    let variants = |kind| -> Vec<Variant<'_>> {
        listing
            .of_kind(kind)
            .map(|(rendition, track)| variant(&root, rendition, track, suffix))
            .collect()
    };
    let manifest = Manifest {
        id: &video.id,
        title: &video.title,
        created_at: jiff::Timestamp::from_microsecond(video.created_at)
            .unwrap_or_default()
            .to_string(),
        created_at_ts: video.created_at as f64 / 1e6,
        source: Source {
            filename: &video.filename,
            width: video.width,
            height: video.height,
            duration: video.duration_ms.map(|ms| ms as f64 / 1000.0),
            size_bytes: video.file_size,
        },
        segment_duration: longest(listing),
        requested_resolutions: resolutions(listing, |_| true),
        skipped_resolutions: resolutions(listing, |height| {
            // Never scaled up: what is higher than the source is left out.
            video
                .height
                .is_some_and(|source| i64::from(height) > i64::from(source))
        }),
        hls_url: format!("{root}/master.m3u8{suffix}"),
        dash_url: format!("{root}/manifest.mpd{suffix}"),
        storyboard_url: listing
            .board
            .as_ref()
            .map(|_| format!("{root}/storyboard.vtt{suffix}")),
        variants: variants(RenditionKind::Video),
        audio: variants(RenditionKind::Audio),
        subtitles: listing
            .presentation
            .parts
            .subtitles
            .iter()
            .map(|subtitle| Text {
                id: &subtitle.id,
                language: &subtitle.language,
                label: &subtitle.label,
                forced: subtitle.forced,
                path: format!("{root}/subtitles/{}/full.vtt{suffix}", subtitle.id),
            })
            .collect(),
    };
    serde_json::to_string(&manifest).map_err(|_| PlaybackError::NotFound("manifest"))
}

fn variant<'a>(root: &str, rendition: &'a Rendition, track: &Track, suffix: &str) -> Variant<'a> {
    let at = format!("{root}/{}", rendition.id);
    let index = &track.index;
    let segments = index.segments().iter().enumerate().map(|(n, segment)| {
        let ms = |ticks| rescale(ticks, index.info().timescale, 1000);
        let (start, end) = (ms(segment.start), ms(segment.start + segment.duration));
        Segment {
            index: n,
            path: format!("{at}/{n}.m4s{suffix}"),
            start: start as f64 / 1000.0,
            duration: end.saturating_sub(start) as f64 / 1000.0,
            label: format!("{} – {}", clock(start), clock(end)),
            size_bytes: segment.size,
        }
    });
    Variant {
        id: &rendition.id,
        label: &rendition.name,
        width: rendition.width,
        height: rendition.height,
        frame_rate: rendition.frame_rate,
        codecs: &rendition.codecs,
        language: rendition.language.as_deref(),
        channels: rendition.channels,
        bitrate: rendition.average_bandwidth_bps / 1000,
        is_source: rendition.is_source,
        path: format!("{at}/rendition.mp4{suffix}"),
        playlist: format!("{at}/media.m3u8{suffix}"),
        init: format!("{at}/init.mp4{suffix}"),
        segments: segments.collect(),
    }
}

fn longest(listing: &Listing) -> f64 {
    listing
        .of_kind(RenditionKind::Video)
        .map(|(_, track)| track.index.seconds(track.index.longest_segment()))
        .fold(0.0, f64::max)
}

fn resolutions(listing: &Listing, wanted: impl Fn(u32) -> bool) -> Vec<String> {
    let asked = &listing.presentation.video.requested_resolutions.0;
    asked
        .iter()
        .filter(|&&height| wanted(height))
        .map(|height| format!("{height}p"))
        .collect()
}

/// `1:02:03` or `2:03`.
fn clock(ms: u64) -> String {
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0, "0:00")]
    #[case(59_999, "0:59")]
    #[case(600_000, "10:00")]
    #[case(3_723_000, "1:02:03")]
    fn clocks(#[case] ms: u64, #[case] want: &str) {
        assert_eq!(clock(ms), want);
    }
}
