//! The multivariant playlist (RFC 8216bis §4.4.6).

use super::{VERSION, attributes::Tag};
use crate::{
    index::{MediaKind, RenditionIndex},
    language::to_bcp47,
    presentation::{AudioGroup, AudioRendition, Presentation, SubtitleRendition, names},
};

const SUBTITLES: &str = "subs";

const HEARING_IMPAIRED: &str = "public.accessibility.transcribes-spoken-dialog,\
                                public.accessibility.describes-music-and-sound";

/// Writes the multivariant playlist.
///
/// Sound is apart from the pictures, in one group for each codec and number of channels; where
/// there are several groups, each video rendition is listed with each, and players choose by
/// `CODECS` and `CHANNELS`. Without any pictures the sound is listed as variants by itself.
pub fn multivariant(presentation: &Presentation<'_>) -> String {
    let mut out = format!("#EXTM3U\n#EXT-X-VERSION:{VERSION}\n#EXT-X-INDEPENDENT-SEGMENTS\n");
    let groups = presentation.audio_groups();
    if presentation.videos.is_empty() {
        for group in &groups {
            for audio in &group.members {
                write_audio_variant(&mut out, audio, presentation);
            }
        }
        return out;
    }
    for group in &groups {
        let default = group.default_member();
        for (n, audio) in group.members.iter().enumerate() {
            write_audio(&mut out, group, audio, n == default, presentation.suffix);
        }
    }
    for subtitle in &presentation.subtitles {
        write_subtitle(&mut out, subtitle, presentation.suffix);
    }
    let videos = presentation.videos.iter();
    for video in videos
        .clone()
        .filter(|video| video.index.info().kind == MediaKind::Video)
    {
        let write = |out: &mut String, group| {
            write_variant(out, video.path, video.index, group, presentation);
        };
        if groups.is_empty() {
            write(&mut out, None);
        }
        for group in &groups {
            write(&mut out, Some(group));
        }
    }
    for video in videos {
        write_iframes(&mut out, video.path, video.index, presentation.suffix);
    }
    write_images(&mut out, presentation);
    out
}

fn write_audio(
    out: &mut String,
    group: &AudioGroup<'_, '_>,
    audio: &AudioRendition<'_>,
    default: bool,
    suffix: &str,
) {
    let info = audio.index.info();
    let language = audio.language.and_then(to_bcp47);
    let tag = Tag::new("EXT-X-MEDIA")
        .plain("TYPE", "AUDIO")
        .quoted("GROUP-ID", &group.id)
        .quoted("NAME", audio.name)
        .maybe_quoted("LANGUAGE", language.as_deref())
        .yes_no("DEFAULT", default)
        .yes_no("AUTOSELECT", default || language.is_some());
    let tag = if audio.describes_video {
        tag.quoted("CHARACTERISTICS", "public.accessibility.describes-video")
    } else {
        tag
    };
    tag.quoted("CHANNELS", &info.channels.to_string())
        .quoted(
            "URI",
            &format!("{}/{}{suffix}", audio.path, names::PLAYLIST),
        )
        .end(out);
}

fn write_subtitle(out: &mut String, subtitle: &SubtitleRendition<'_>, suffix: &str) {
    let language = subtitle.language.and_then(to_bcp47);
    let tag = Tag::new("EXT-X-MEDIA")
        .plain("TYPE", "SUBTITLES")
        .quoted("GROUP-ID", SUBTITLES)
        .quoted("NAME", subtitle.name)
        .maybe_quoted("LANGUAGE", language.as_deref())
        .yes_no("DEFAULT", subtitle.default)
        .yes_no("AUTOSELECT", subtitle.default || language.is_some())
        .yes_no("FORCED", subtitle.forced);
    let tag = if subtitle.hearing_impaired {
        tag.quoted("CHARACTERISTICS", HEARING_IMPAIRED)
    } else {
        tag
    };
    tag.quoted(
        "URI",
        &format!("{}/{}{suffix}", subtitle.path, names::PLAYLIST),
    )
    .end(out);
}

fn write_variant(
    out: &mut String,
    path: &str,
    index: &RenditionIndex,
    group: Option<&AudioGroup<'_, '_>>,
    presentation: &Presentation<'_>,
) {
    let info = index.info();
    let codecs = match group {
        Some(group) => format!("{},{}", info.codec_string, group.codec_string()),
        None => info.codec_string.clone(),
    };
    let peak = index.peak_bandwidth_bps() + group.map_or(0, AudioGroup::peak_bps);
    let average = index.average_bandwidth_bps() + group.map_or(0, AudioGroup::average_bps);
    let mut tag = Tag::new("EXT-X-STREAM-INF")
        .plain("BANDWIDTH", peak)
        .plain("AVERAGE-BANDWIDTH", average)
        .quoted("CODECS", &codecs)
        .plain("RESOLUTION", format_args!("{}x{}", info.width, info.height));
    if let Some(rate) = info.frame_rate {
        tag = tag.plain("FRAME-RATE", format_args!("{:.3}", rate.as_f64()));
    }
    tag = tag.plain("VIDEO-RANGE", info.video_range().as_str());
    if let Some(group) = group {
        tag = tag.quoted("AUDIO", &group.id);
    }
    if !presentation.subtitles.is_empty() {
        tag = tag.quoted("SUBTITLES", SUBTITLES);
    }
    tag.plain("CLOSED-CAPTIONS", "NONE").end(out);
    write_uri(out, path, presentation.suffix);
}

fn write_audio_variant(
    out: &mut String,
    audio: &AudioRendition<'_>,
    presentation: &Presentation<'_>,
) {
    Tag::new("EXT-X-STREAM-INF")
        .plain("BANDWIDTH", audio.index.peak_bandwidth_bps())
        .plain("AVERAGE-BANDWIDTH", audio.index.average_bandwidth_bps())
        .quoted("CODECS", &audio.index.info().codec_string)
        .end(out);
    write_uri(out, audio.path, presentation.suffix);
}

fn write_uri(out: &mut String, path: &str, suffix: &str) {
    for part in [path, "/", names::PLAYLIST, suffix, "\n"] {
        out.push_str(part);
    }
}

fn write_iframes(out: &mut String, path: &str, index: &RenditionIndex, suffix: &str) {
    if index.iframes().is_empty() {
        return;
    }
    let info = index.info();
    let (peak, average) = index.iframe_bandwidth_bps();
    Tag::new("EXT-X-I-FRAME-STREAM-INF")
        .plain("BANDWIDTH", peak)
        .plain("AVERAGE-BANDWIDTH", average)
        .quoted("CODECS", &info.codec_string)
        .plain("RESOLUTION", format_args!("{}x{}", info.width, info.height))
        .plain("VIDEO-RANGE", info.video_range().as_str())
        .quoted("URI", &format!("{path}/{}{suffix}", names::IFRAMES))
        .end(out);
}

/// The image media playlist of Roku's extension to HLS, which other players pass over.
fn write_images(out: &mut String, presentation: &Presentation<'_>) {
    let Some(storyboard) = &presentation.storyboard else {
        return;
    };
    let sheets = storyboard.sheets;
    let seconds = (sheets.sheet_duration_ms() / 1000).max(1);
    Tag::new("EXT-X-IMAGE-STREAM-INF")
        .plain(
            "BANDWIDTH",
            storyboard
                .largest_sheet_bytes
                .saturating_mul(8)
                .div_ceil(seconds),
        )
        .plain(
            "RESOLUTION",
            format_args!("{}x{}", sheets.tile_width, sheets.tile_height),
        )
        .quoted("CODECS", "jpeg")
        .quoted("URI", &format!("{}{}", names::IMAGES, presentation.suffix))
        .end(out);
}
