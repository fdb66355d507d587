//! What a video offers to players, as the HLS and DASH writers take it.

use crate::index::{MediaKind, RenditionIndex};

/// A video's renditions, told once and written as HLS or DASH.
///
/// All paths are relative to the manifest's own URL and already percent-encoded. Below a
/// rendition's path its parts have fixed [`names`].
#[derive(Clone, Debug, Default)]
pub struct Presentation<'a> {
    /// The pictures, in the order in which they are listed; a player without other knowledge
    /// starts with the first.
    pub videos: Vec<VideoRendition<'a>>,
    /// The sound, apart from the pictures.
    pub audios: Vec<AudioRendition<'a>>,
    /// Subtitles and captions.
    pub subtitles: Vec<SubtitleRendition<'a>>,
    /// Tiled preview pictures.
    pub storyboard: Option<StoryboardRendition<'a>>,
    /// Appended to every URI: a query string such as `?token=…`, or nothing.
    pub suffix: &'a str,
}

/// A rendition of the pictures.
#[derive(Clone, Copy, Debug)]
pub struct VideoRendition<'a> {
    /// Where its parts are, without a slash at the end.
    pub path: &'a str,
    /// Its index.
    pub index: &'a RenditionIndex,
}

/// A rendition of the sound.
#[derive(Clone, Copy, Debug)]
pub struct AudioRendition<'a> {
    /// Where its parts are, without a slash at the end.
    pub path: &'a str,
    /// Its index.
    pub index: &'a RenditionIndex,
    /// Language as BCP 47 or ISO 639-2, if known.
    pub language: Option<&'a str>,
    /// What viewers see in a menu, such as `English`.
    pub name: &'a str,
    /// Whether it is played when the viewer has not chosen. The first is, when none says so.
    pub default: bool,
    /// Whether it also describes what is to be seen.
    pub describes_video: bool,
    /// Whether people talk about the film in it.
    pub commentary: bool,
}

/// A rendition of subtitles as WebVTT.
#[derive(Clone, Copy, Debug)]
pub struct SubtitleRendition<'a> {
    /// Where its parts are, without a slash at the end.
    pub path: &'a str,
    /// Language as BCP 47 or ISO 639-2, if known.
    pub language: Option<&'a str>,
    /// What viewers see in a menu.
    pub name: &'a str,
    /// Whether it is shown when the viewer has not chosen.
    pub default: bool,
    /// Whether it only holds what everybody must read: signs, foreign speech.
    pub forced: bool,
    /// Whether it tells sounds too, for those who cannot hear them.
    pub hearing_impaired: bool,
}

/// Preview pictures, tiled into sheets; see [`storyboard`](crate::storyboard).
#[derive(Clone, Copy, Debug)]
pub struct StoryboardRendition<'a> {
    /// The URI of a sheet, with `$Number$` where the number of the sheet stands (from 0).
    pub uri_template: &'a str,
    /// The geometry.
    pub sheets: &'a crate::storyboard::Storyboard,
    /// Bytes of the largest sheet.
    pub largest_sheet_bytes: u64,
}

/// The names of a rendition's parts below its path.
pub mod names {
    /// The initialization segment.
    pub const INIT: &str = "init.mp4";
    /// The media playlist.
    pub const PLAYLIST: &str = "media.m3u8";
    /// The I-frame playlist.
    pub const IFRAMES: &str = "iframes.m3u8";
    /// The playlist of storyboard sheets.
    pub const IMAGES: &str = "images.m3u8";
    /// The whole file.
    pub const FILE: &str = "rendition.mp4";
    /// Subtitles in one piece.
    pub const SUBTITLES: &str = "full.vtt";

    /// Media segment `n`.
    pub fn segment(n: usize) -> String {
        format!("{n}.m4s")
    }

    /// Part `part` of live segment `msn`.
    pub fn part(msn: u64, part: u32) -> String {
        format!("{msn}.{part}.m4s")
    }

    /// The initialization segment of run `run` of a broadcast.
    pub fn run_init(run: u32) -> String {
        format!("init-{run}.mp4")
    }

    /// I-frame segment `n`.
    pub fn iframe(n: usize) -> String {
        format!("iframe-{n}.m4s")
    }

    /// Subtitle segment `n`.
    pub fn subtitle(n: usize) -> String {
        format!("{n}.vtt")
    }
}

/// Sound of one codec and number of channels, in one or several languages: what a player may
/// exchange for each other without a change of decoder.
#[derive(Clone, Debug)]
pub(crate) struct AudioGroup<'p, 'a> {
    pub(crate) id: String,
    pub(crate) members: Vec<&'p AudioRendition<'a>>,
}

impl<'a> Presentation<'a> {
    pub(crate) fn audio_groups(&self) -> Vec<AudioGroup<'_, 'a>> {
        let mut groups: Vec<AudioGroup<'_, 'a>> = Vec::new();
        for audio in &self.audios {
            let info = audio.index.info();
            if info.kind != MediaKind::Audio {
                continue;
            }
            let id = format!("{}-{}", info.codec.name(), info.channels);
            match groups.iter_mut().find(|group| group.id == id) {
                Some(group) => group.members.push(audio),
                None => groups.push(AudioGroup {
                    id,
                    members: vec![audio],
                }),
            }
        }
        groups
    }
}

impl<'a> AudioGroup<'_, 'a> {
    /// The member that is played by default: exactly one.
    pub(crate) fn default_member(&self) -> usize {
        self.members
            .iter()
            .position(|audio| audio.default)
            .unwrap_or(0)
    }

    pub(crate) fn codec_string(&self) -> &'a str {
        self.members
            .first()
            .map_or("", |audio| audio.index.info().codec_string.as_str())
    }

    pub(crate) fn peak_bps(&self) -> u64 {
        let peaks = self
            .members
            .iter()
            .map(|audio| audio.index.peak_bandwidth_bps());
        peaks.max().unwrap_or(0)
    }

    pub(crate) fn average_bps(&self) -> u64 {
        let averages = self
            .members
            .iter()
            .map(|audio| audio.index.average_bandwidth_bps());
        averages.max().unwrap_or(0)
    }
}
