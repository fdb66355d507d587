//! The addresses of channels' media.

use matinee_playback::{CaptionPath, MediaPart, MediaPath, RenditionFile};

/// What an address under `/media/channels/` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChannelPath<'a> {
    /// The channel's identifier, as written; or `time`.
    pub(super) channel: &'a str,
    /// Which file of it.
    pub(super) file: ChannelFile<'a>,
}

/// A file of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChannelFile<'a> {
    /// `master.m3u8`
    Master,
    /// `manifest.mpd`
    Manifest,
    /// `video/720p.m3u8`: the kind and the name of a track.
    Playlist(&'a str, &'a str),
    /// `video_…/rendition_…/3.m4s`: of an item that the channel shows.
    Media(MediaPath<'a>),
    /// `captions/video_…/rendition_…/subtitle_…/3.vtt`: its subtitles, cut as its pictures are.
    Captions(CaptionPath<'a>),
    /// `relay/channel_…/takeover_…/0-video/3.m4s`: of a broadcast that it shows.
    Relayed(Relayed<'a>),
    /// What stands where the library has nothing.
    Made(Made<'a>),
}

/// A part of a broadcast that takes a channel over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Relayed<'a> {
    /// The channel.
    pub(super) channel: &'a str,
    /// The takeover.
    pub(super) takeover: &'a str,
    /// The rest: `0-video/init.mp4` or `0-video/3.m4s`.
    pub(super) part: &'a str,
}

/// What is made rather than stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made<'a> {
    /// `slate/avc/init.mp4` and `slate/avc/3.m4s`.
    Slate {
        codec: &'a str,
        segment: Option<u32>,
    },
    /// `slate/avc/4000-4004.m4s`: in place of something else.
    Stretched {
        codec: &'a str,
        /// Start and duration, in milliseconds.
        span: (u32, u32),
    },
    /// `silence/48000-2/init.mp4` and `silence/48000-2/4000-4004.m4s`.
    Silence {
        sample_rate: u32,
        channels: u16,
        /// Start and duration, in milliseconds.
        span: Option<(u32, u32)>,
    },
    /// `empty.vtt`
    NoCues,
}

impl<'a> ChannelPath<'a> {
    /// Reads what follows `/media/channels/`.
    pub(super) fn parse(path: &'a str) -> Option<Self> {
        if path == "time" {
            let file = ChannelFile::Master;
            return Some(Self {
                channel: path,
                file,
            });
        }
        let (channel, rest) = path.split_once('/')?;
        let sound = named(channel, "channel_");
        let file = ChannelFile::parse(rest).filter(|_| sound)?;
        Some(Self { channel, file })
    }
}

impl<'a> ChannelFile<'a> {
    fn parse(rest: &'a str) -> Option<Self> {
        match rest {
            "master.m3u8" => return Some(Self::Master),
            "manifest.mpd" => return Some(Self::Manifest),
            _ => {}
        }
        if let Some(made) = Made::parse(rest) {
            return Some(Self::Made(made));
        }
        let (kind, name) = rest.split_once('/')?;
        if kind == "relay" {
            return Relayed::parse(name).map(Self::Relayed);
        }
        if kind == "captions" {
            return CaptionPath::parse(name).map(Self::Captions);
        }
        if matches!(kind, "video" | "audio" | "subtitles") {
            let name = name.strip_suffix(".m3u8")?;
            let sound = !name.is_empty()
                && name.len() <= 64
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
            return sound.then_some(Self::Playlist(kind, name));
        }
        let media = MediaPath::parse(rest)?;
        // Nothing else of a video is anything to those who watch a channel.
        match media.part {
            MediaPart::Rendition {
                file: RenditionFile::Init | RenditionFile::Segment(_),
                ..
            } => Some(Self::Media(media)),
            _ => None,
        }
    }
}

/// Whether a text is an identifier of this kind.
fn named(text: &str, kind: &str) -> bool {
    text.len() <= 96
        && text.starts_with(kind)
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

impl<'a> Relayed<'a> {
    /// Reads what follows `/media/relay/`.
    pub(super) fn parse(rest: &'a str) -> Option<Self> {
        let (channel, rest) = rest.split_once('/')?;
        let (takeover, part) = rest.split_once('/')?;
        let (folder, file) = part.split_once('/')?;
        let (n, name) = folder.split_once('-')?;
        let sound = named(channel, "channel_")
            && named(takeover, "takeover_")
            && number(n).is_some()
            && name.len() <= 16
            && !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric())
            && (file == "init.mp4" || number(file.strip_suffix(".m4s")?).is_some());
        sound.then_some(Self {
            channel,
            takeover,
            part,
        })
    }
}

impl<'a> Made<'a> {
    /// Reads what follows `/media/`, or the channel.
    pub(super) fn parse(rest: &'a str) -> Option<Self> {
        if rest == matinee_channels::playout::names::EMPTY_SUBTITLES {
            return Some(Self::NoCues);
        }
        let (kind, rest) = rest.split_once('/')?;
        let (form, file) = rest.split_once('/')?;
        match kind {
            matinee_channels::library::SLATE_PATH => {
                let name = file.strip_suffix(".m4s");
                if let Some((start, duration)) = name.and_then(|name| name.split_once('-')) {
                    return Some(Self::Stretched {
                        codec: form,
                        span: (number(start)?, number(duration)?),
                    });
                }
                Some(Self::Slate {
                    codec: form,
                    segment: match file {
                        "init.mp4" => None,
                        _ => Some(number(name?)?),
                    },
                })
            }
            matinee_channels::playout::names::SILENCE => {
                let (sample_rate, channels) = form.split_once('-')?;
                Some(Self::Silence {
                    sample_rate: number(sample_rate)?,
                    channels: number(channels)?.try_into().ok()?,
                    span: match file {
                        "init.mp4" => None,
                        file => {
                            let (start, duration) = file.strip_suffix(".m4s")?.split_once('-')?;
                            Some((number(start)?, number(duration)?))
                        }
                    },
                })
            }
            _ => None,
        }
    }
}

/// Every thing has one address: no leading zeros.
fn number(text: &str) -> Option<u32> {
    let canonical =
        text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if canonical { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("channel_1/master.m3u8", true)]
    #[case("channel_1/manifest.mpd", true)]
    #[case("channel_1/video/720p.m3u8", true)]
    #[case("channel_1/audio/main.m3u8", true)]
    #[case("channel_1/subtitles/de-AT.m3u8", true)]
    #[case("channel_1/video_1/rendition_1/0.m4s", true)]
    #[case("channel_1/video_1/rendition_1/init.mp4", true)]
    #[case("channel_1/slate/avc/12.m4s", true)]
    #[case("channel_1/silence/48000-2/4000-4004.m4s", true)]
    #[case("channel_1/silence/48000-2/init.mp4", true)]
    #[case("channel_1/relay/channel_1/takeover_1/0-video/init.mp4", true)]
    #[case("channel_1/relay/channel_1/takeover_1/12-720p/3.m4s", true)]
    #[case("channel_1/relay/channel_1/takeover_1/0-video/../1.m4s", false)]
    #[case("channel_1/relay/channel_1/takeover_1/x-video/1.m4s", false)]
    #[case("channel_1/relay/channel_1/video_1/0-video/1.m4s", false)]
    #[case("channel_1/empty.vtt", true)]
    #[case("channel_1/captions/video_1/rendition_1/subtitle_1/0.vtt", true)]
    #[case("time", true)]
    #[case("video_1/master.m3u8", false)]
    #[case("channel_1/video/../x.m3u8", false)]
    #[case("channel_1/video/.m3u8", false)]
    #[case("channel_1/video_1/master.m3u8", false)]
    #[case("channel_1/video_1/rendition_1/rendition.mp4", false)]
    #[case("channel_1/video_1/images/image_1.jpg", false)]
    #[case("channel_1/slate/avc/4000-4004.m4s", true)]
    #[case("channel_1/slate/avc/4000-.m4s", false)]
    #[case("channel_1/slate/avc/012.m4s", false)]
    #[case("channel_1/silence/48000-2/1.m4s", false)]
    #[case("channel_1/silence/48000-70000/init.mp4", false)]
    #[case("channel_1", false)]
    #[case("", false)]
    fn addresses(#[case] path: &str, #[case] is_one: bool) {
        assert_eq!(ChannelPath::parse(path).is_some(), is_one, "{path}");
    }
}
