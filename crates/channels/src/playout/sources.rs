//! Where the segments of a track come from, item by item.

use matinee_media::codec::Codec;

use crate::{
    definition::{Format, Rung},
    error::{ChannelError, Result},
    library::{AudioRendition, Item, SubtitleRendition, VideoRendition},
};

/// A playlist of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Track {
    /// The pictures of a rung, by its number.
    Video(usize),
    /// The sound, by the number of its track; a channel without named ones has one, number 0.
    Audio(usize),
    /// Subtitles, by the number of their track.
    Subtitles(usize),
}

/// The track of a kind (`video`, `audio`, `subtitles`) and a name: a rung's, or a language. The
/// only track of sound of a channel without named ones is `main`.
///
/// Errors: [`ChannelError::NoSuch`].
pub fn track(format: &Format, kind: &str, name: &str) -> Result<Track> {
    let language = |tracks: &[crate::definition::Track]| {
        tracks.iter().position(|track| track.language == name)
    };
    let (what, found) = match kind {
        "video" => (
            "rung",
            format
                .rungs
                .iter()
                .position(|rung| rung.name == name)
                .map(Track::Video),
        ),
        "audio" if format.audio_tracks.is_empty() => {
            ("sound", (name == "main").then_some(Track::Audio(0)))
        }
        "audio" => ("sound", language(&format.audio_tracks).map(Track::Audio)),
        _ => (
            "subtitles",
            language(&format.subtitle_tracks).map(Track::Subtitles),
        ),
    };
    found.ok_or_else(|| ChannelError::NoSuch {
        what,
        name: name.chars().take(64).collect(),
    })
}

/// The item's best rendition within a rung's bandwidth, or its smallest.
pub(super) fn video<'a>(
    item: &'a Item,
    format: &Format,
    rung: &Rung,
) -> Option<&'a VideoRendition> {
    let mut best = None;
    // Ascending by bandwidth: the snapshot sorts them.
    for rendition in item
        .video
        .iter()
        .filter(|rendition| rendition.codec == format.video)
    {
        if best.is_some() && rendition.bandwidth > rung.bandwidth {
            break;
        }
        best = Some(rendition);
    }
    best
}

/// The item's sound in a language, else its first in the channel's form; `None` is silence.
pub(super) fn audio<'a>(
    item: &'a Item,
    format: &Format,
    track: usize,
) -> Option<&'a AudioRendition> {
    let mut taken = item.audio.iter().filter(|sound| format.takes(sound));
    let Some(wanted) = format.audio_tracks.get(track) else {
        return taken.next();
    };
    let speaks = |sound: &&AudioRendition| same(sound.language.as_deref(), &wanted.language);
    taken.clone().find(speaks).or_else(|| taken.next())
}

/// The item's subtitles in a language; `None` is an empty file.
pub(super) fn subtitles<'a>(
    item: &'a Item,
    format: &Format,
    track: usize,
) -> Option<&'a SubtitleRendition> {
    let wanted = format.subtitle_tracks.get(track)?;
    item.subtitles
        .iter()
        .find(|subtitles| same(subtitles.language.as_deref(), &wanted.language))
}

/// The name of the slate in the channel's codec.
pub(super) fn slate_codec(format: &Format) -> &'static str {
    match format.video {
        Codec::Hevc => "hevc",
        Codec::Av1 => "av1",
        _ => "avc",
    }
}

/// Whether two tags name one language; regions do not matter.
fn same(have: Option<&str>, want: &str) -> bool {
    fn primary(tag: &str) -> &str {
        tag.split(['-', '_']).next().unwrap_or(tag)
    }
    have.is_some_and(|have| primary(have).eq_ignore_ascii_case(primary(want)))
}
