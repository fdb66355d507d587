//! Media playlists (RFC 8216bis §4.4.3–4.4.5).

use std::fmt::Write as _;

use super::{VERSION, attributes::Tag};
use crate::{
    error::{MediaError, Result},
    index::{Layout, RenditionIndex, Timeline},
    presentation::names,
    ratio::rescale,
    storyboard::Storyboard,
};

/// How segments are addressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Segments<'a> {
    /// Each segment has a URI of its own, beside the playlist.
    #[default]
    Each,
    /// Segments are byte ranges (`EXT-X-BYTERANGE`) of the rendition's file at this URI.
    RangesOf(&'a str),
}

/// The media playlist of a rendition, complete (`VOD`).
///
/// `suffix` is appended to every URI. Errors: [`MediaError::Unsupported`] when ranges are asked
/// of a rendition whose segments are no ranges of its file ([`Layout::Virtual`]).
pub fn media_playlist(
    index: &RenditionIndex,
    segments: Segments<'_>,
    suffix: &str,
) -> Result<String> {
    let mut out = head(index.target_duration_s(), index.segment_count());
    match segments {
        Segments::Each => map(&mut out, names::INIT, suffix, None),
        Segments::RangesOf(uri) => {
            if index.layout() != Layout::Cmaf {
                return Err(MediaError::Unsupported(
                    "byte ranges of a file that is not CMAF",
                ));
            }
            map(&mut out, uri, suffix, Some(index.init_segment().len()));
        }
    }
    for (n, segment) in index.segments().iter().enumerate() {
        // What is before the first segment counts as its own, so that the sums of durations are
        // the instants at which segments begin.
        let start = if n == 0 { 0 } else { segment.start };
        let timescale = index.info().timescale;
        inf(&mut out, start, segment.start + segment.duration, timescale);
        match segments {
            Segments::Each => {
                let _ = writeln!(out, "{}{suffix}", names::segment(n));
            }
            Segments::RangesOf(uri) => {
                let bytes = &segment.bytes;
                let _ = writeln!(
                    out,
                    "#EXT-X-BYTERANGE:{}@{}\n{uri}{suffix}",
                    bytes.end - bytes.start,
                    bytes.start
                );
            }
        }
    }
    out.push_str("#EXT-X-ENDLIST\n");
    Ok(out)
}

/// The I-frame playlist of a video rendition (`EXT-X-I-FRAMES-ONLY`), for fast forward and
/// previews. It has no entries for a rendition without I-frames.
pub fn iframe_playlist(index: &RenditionIndex, suffix: &str) -> String {
    let times: Vec<(u64, u64)> = (0..index.iframes().len())
        .filter_map(|n| index.iframe_time(n).ok())
        .collect();
    let timescale = index.info().timescale;
    let longest = times
        .iter()
        .map(|&(_, duration)| duration)
        .max()
        .unwrap_or(0);
    let mut out = head(seconds_rounded(longest, timescale), times.len());
    out.push_str("#EXT-X-I-FRAMES-ONLY\n");
    map(&mut out, names::INIT, suffix, None);
    for (n, &(start, duration)) in times.iter().enumerate() {
        inf(
            &mut out,
            if n == 0 { 0 } else { start },
            start + duration,
            timescale,
        );
        let _ = writeln!(out, "{}{suffix}", names::iframe(n));
    }
    out.push_str("#EXT-X-ENDLIST\n");
    out
}

/// The playlist of a subtitle rendition, segmented like the pictures.
pub fn subtitle_playlist(timeline: &Timeline, suffix: &str) -> String {
    let ends = timeline
        .starts
        .iter()
        .skip(1)
        .copied()
        .chain([timeline.end]);
    let starts = std::iter::once(0).chain(timeline.starts.iter().skip(1).copied());
    let spans: Vec<(u64, u64)> = starts.zip(ends).collect();
    let longest = spans
        .iter()
        .map(|(start, end)| end.saturating_sub(*start))
        .max()
        .unwrap_or(0);
    let mut out = head(seconds_rounded(longest, timeline.timescale), spans.len());
    for (n, &(start, end)) in spans.iter().enumerate() {
        inf(&mut out, start, end, timeline.timescale);
        let _ = writeln!(out, "{}{suffix}", names::subtitle(n));
    }
    out.push_str("#EXT-X-ENDLIST\n");
    out
}

/// The playlist of a storyboard's sheets (Roku's image media playlist).
///
/// `uri_template` has `$Number$` where the number of a sheet stands.
pub fn image_playlist(storyboard: &Storyboard, uri_template: &str, suffix: &str) -> String {
    let sheets = storyboard.sheet_count();
    let mut out = head(
        storyboard.sheet_duration_ms().div_ceil(1000),
        sheets as usize,
    );
    out.push_str("#EXT-X-IMAGES-ONLY\n");
    for sheet in 0..sheets {
        let (start, end) = storyboard.sheet_time_ms(sheet);
        inf(&mut out, start, end, 1000);
        Tag::new("EXT-X-TILES")
            .plain(
                "RESOLUTION",
                format_args!("{}x{}", storyboard.tile_width, storyboard.tile_height),
            )
            .plain(
                "LAYOUT",
                format_args!("{}x{}", storyboard.columns, storyboard.rows),
            )
            .plain(
                "DURATION",
                format_args!("{:.3}", storyboard.interval_ms as f64 / 1000.0),
            )
            .end(&mut out);
        let uri = uri_template.replace("$Number$", &sheet.to_string());
        let _ = writeln!(out, "{uri}{suffix}");
    }
    out.push_str("#EXT-X-ENDLIST\n");
    out
}

fn head(target_duration_s: u64, segments: usize) -> String {
    let mut out = String::with_capacity(256 + segments * 32);
    let _ = write!(
        out,
        "#EXTM3U\n#EXT-X-VERSION:{VERSION}\n#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:0\n\
         #EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n",
        target_duration_s.max(1)
    );
    out
}

fn map(out: &mut String, uri: &str, suffix: &str, bytes: Option<usize>) {
    let tag = Tag::new("EXT-X-MAP").quoted("URI", &format!("{uri}{suffix}"));
    match bytes {
        Some(len) => tag.quoted("BYTERANGE", &format!("{len}@0")),
        None => tag,
    }
    .end(out);
}

/// A duration as the difference of two rounded instants, so that roundings do not add up.
fn inf(out: &mut String, start: u64, end: u64, timescale: u32) {
    let micros = |ticks| rescale(ticks, timescale, 1_000_000);
    let duration = micros(end).saturating_sub(micros(start));
    let _ = writeln!(
        out,
        "#EXTINF:{}.{:06},",
        duration / 1_000_000,
        duration % 1_000_000
    );
}

fn seconds_rounded(ticks: u64, timescale: u32) -> u64 {
    rescale(ticks.saturating_mul(2), timescale, 1)
        .div_ceil(2)
        .max(1)
}
