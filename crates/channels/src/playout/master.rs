//! The multivariant playlist of a channel (RFC 8216bis §4.4.6): it never changes.

use super::text::{number, quoted};
use crate::definition::{Format, Track};

/// Bits a second that the sound may take, at most; the variants' bandwidth counts it.
const SOUND_BPS: u64 = 200_000;

/// Writes it behind what is in the buffer. Playlists are `video/{rung}.m3u8`,
/// `audio/{language}.m3u8` (`audio/main.m3u8` for a channel without named tracks) and
/// `subtitles/{language}.m3u8` beside it, each with the suffix behind.
pub fn multivariant(out: &mut String, format: &Format, suffix: &str) {
    out.push_str("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n");
    let main = Track {
        language: String::from("main"),
        name: String::from("Main"),
    };
    if format.audio_tracks.is_empty() {
        rendition(out, format, ("AUDIO", "audio"), &main, true, suffix);
    }
    for (n, track) in format.audio_tracks.iter().enumerate() {
        rendition(out, format, ("AUDIO", "audio"), track, n == 0, suffix);
    }
    for track in &format.subtitle_tracks {
        rendition(
            out,
            format,
            ("SUBTITLES", "subtitles"),
            track,
            false,
            suffix,
        );
    }
    // A player without other knowledge begins with the first: one in the middle is soon there and
    // looks well.
    let middle = (format.rungs.len().saturating_sub(1)) / 2;
    let others = (0..format.rungs.len()).filter(|&n| n != middle);
    for rung in [middle]
        .into_iter()
        .chain(others)
        .filter_map(|n| format.rungs.get(n))
    {
        out.push_str("#EXT-X-STREAM-INF:BANDWIDTH=");
        number(out, rung.bandwidth + SOUND_BPS);
        out.push_str(",CODECS=\"");
        out.push_str(&rung.codec);
        out.push(',');
        out.push_str(format.audio_codec());
        out.push_str("\",RESOLUTION=");
        number(out, rung.width.into());
        out.push('x');
        number(out, rung.height.into());
        out.push_str(",AUDIO=\"audio\"");
        if !format.subtitle_tracks.is_empty() {
            out.push_str(",SUBTITLES=\"subtitles\"");
        }
        out.push_str(",CLOSED-CAPTIONS=NONE\nvideo/");
        out.push_str(&rung.name);
        out.push_str(".m3u8");
        out.push_str(suffix);
        out.push('\n');
    }
}

fn rendition(
    out: &mut String,
    format: &Format,
    (kind, group): (&str, &str),
    track: &Track,
    default: bool,
    suffix: &str,
) {
    out.push_str("#EXT-X-MEDIA:TYPE=");
    out.push_str(kind);
    out.push_str(",GROUP-ID=\"");
    out.push_str(group);
    out.push_str("\",NAME=");
    quoted(out, &track.name);
    if track.language != "main" {
        out.push_str(",LANGUAGE=");
        quoted(out, &track.language);
    }
    out.push_str(if default {
        ",DEFAULT=YES,AUTOSELECT=YES"
    } else {
        ",DEFAULT=NO,AUTOSELECT=YES"
    });
    if kind == "AUDIO" {
        out.push_str(",CHANNELS=\"");
        number(out, format.channels.into());
        out.push('"');
    } else {
        out.push_str(",FORCED=NO");
    }
    out.push_str(",URI=\"");
    out.push_str(group);
    out.push('/');
    out.push_str(&track.language);
    out.push_str(".m3u8");
    out.push_str(suffix);
    out.push_str("\"\n");
}
