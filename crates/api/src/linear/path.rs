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
    /// What stands where the library has nothing.
    Made(Made<'a>),
}

/// What is made rather than stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made<'a> {
    /// `slate/avc/init.mp4` and `slate/avc/3.m4s`.
    Slate {
        codec: &'a str,
        segment: Option<u32>,
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
        let sound = channel.len() <= 96
            && channel.starts_with("channel_")
            && channel
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
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

impl<'a> Made<'a> {
    /// Reads what follows `/media/`, or the channel.
    pub(super) fn parse(rest: &'a str) -> Option<Self> {
        if rest == matinee_channels::playout::names::EMPTY_SUBTITLES {
            return Some(Self::NoCues);
        }
        let (kind, rest) = rest.split_once('/')?;
        let (form, file) = rest.split_once('/')?;
        match kind {
            matinee_channels::library::SLATE_PATH => Some(Self::Slate {
                codec: form,
                segment: match file {
                    "init.mp4" => None,
                    file => Some(number(file.strip_suffix(".m4s")?)?),
                },
            }),
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
    #[case("channel_1/empty.vtt", true)]
    #[case("channel_1/captions/video_1/rendition_1/subtitle_1/0.vtt", true)]
    #[case("time", true)]
    #[case("video_1/master.m3u8", false)]
    #[case("channel_1/video/../x.m3u8", false)]
    #[case("channel_1/video/.m3u8", false)]
    #[case("channel_1/video_1/master.m3u8", false)]
    #[case("channel_1/video_1/rendition_1/rendition.mp4", false)]
    #[case("channel_1/video_1/images/image_1.jpg", false)]
    #[case("channel_1/slate/avc/012.m4s", false)]
    #[case("channel_1/silence/48000-2/1.m4s", false)]
    #[case("channel_1/silence/48000-70000/init.mp4", false)]
    #[case("channel_1", false)]
    #[case("", false)]
    fn addresses(#[case] path: &str, #[case] is_one: bool) {
        assert_eq!(ChannelPath::parse(path).is_some(), is_one, "{path}");
    }
}
