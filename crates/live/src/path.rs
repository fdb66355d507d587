//! The addresses under `/media/live/`.

use crate::broadcast::Rendition;

/// What an address under `/media/live/` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LivePath<'a> {
    /// The stream's id, as written; it may not exist.
    pub stream: &'a str,
    /// Which file of it.
    pub file: LiveFile,
}

/// A file of a broadcast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiveFile {
    /// `master.m3u8`: the multivariant playlist.
    Master,
    /// `manifest.mpd`: the DASH manifest.
    Manifest,
    /// `thumbnail.jpg`: a picture of the last seconds.
    Thumbnail,
    /// `{rendition}/media.m3u8`: the media playlist of a rendition.
    Playlist(Rendition),
    /// `{rendition}/init-{run}.mp4`: the initialization segment of a run.
    Init(Rendition, u32),
    /// `{rendition}/{msn}.m4s`: a segment.
    Segment(Rendition, u64),
    /// `{rendition}/{msn}.{part}.m4s`: a part of one.
    Part(Rendition, u64, u32),
}

impl<'a> LivePath<'a> {
    /// Reads what follows `/media/live/`. `None` for an address that cannot exist.
    ///
    /// Every thing has one address, so that caches keep it once.
    pub fn parse(path: &'a str) -> Option<Self> {
        let (stream, rest) = path.split_once('/')?;
        let file = match rest.split_once('/') {
            None if rest == "master.m3u8" => LiveFile::Master,
            None if rest == "manifest.mpd" => LiveFile::Manifest,
            None if rest == "thumbnail.jpg" => LiveFile::Thumbnail,
            None => return None,
            Some((name, file)) => rendition_file(Rendition::named(name)?, file)?,
        };
        let sound = !stream.is_empty()
            && stream.len() <= 96
            && stream
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        sound.then_some(Self { stream, file })
    }
}

fn rendition_file(of: Rendition, file: &str) -> Option<LiveFile> {
    if file == "media.m3u8" {
        return Some(LiveFile::Playlist(of));
    }
    if let Some(run) = file.strip_prefix("init-") {
        let run = number(run.strip_suffix(".mp4")?)?;
        return Some(LiveFile::Init(of, u32::try_from(run).ok()?));
    }
    let stem = file.strip_suffix(".m4s")?;
    Some(match stem.split_once('.') {
        Some((msn, part)) => {
            let part = u32::try_from(number(part)?).ok()?;
            LiveFile::Part(of, number(msn)?, part)
        }
        None => LiveFile::Segment(of, number(stem)?),
    })
}

fn number(text: &str) -> Option<u64> {
    let canonical =
        text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if canonical { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;
    use crate::broadcast::Track;

    const VIDEO: Rendition = Rendition::Source(Track::Video);
    const AUDIO: Rendition = Rendition::Source(Track::Audio);

    #[rstest]
    #[case("stream_1/master.m3u8", LiveFile::Master)]
    #[case("stream_1/manifest.mpd", LiveFile::Manifest)]
    #[case("stream_1/thumbnail.jpg", LiveFile::Thumbnail)]
    #[case("stream_1/video/media.m3u8", LiveFile::Playlist(VIDEO))]
    #[case("stream_1/audio/media.m3u8", LiveFile::Playlist(AUDIO))]
    #[case("stream_1/video/init-0.mp4", LiveFile::Init(VIDEO, 0))]
    #[case(
        "stream_1/audio/1795286722.m4s",
        LiveFile::Segment(AUDIO, 1_795_286_722)
    )]
    #[case("stream_1/video/7.12.m4s", LiveFile::Part(VIDEO, 7, 12))]
    #[case("stream_1/720p/7.m4s", LiveFile::Segment(Rendition::Rung(720), 7))]
    #[case("stream_1/360p/media.m3u8", LiveFile::Playlist(Rendition::Rung(360)))]
    fn addresses(#[case] path: &str, #[case] file: LiveFile) {
        let stream = "stream_1";
        assert_eq!(LivePath::parse(path), Some(LivePath { stream, file }));
    }

    #[rstest]
    #[case("")]
    #[case("stream_1")]
    #[case("stream_1/other.m3u8")]
    #[case("stream_1/video/thumbnail.jpg")]
    #[case("stream_1/text/media.m3u8")]
    #[case("stream_1/0720p/media.m3u8")]
    #[case("stream_1/+720p/media.m3u8")]
    #[case("stream_1/99999p/media.m3u8")]
    #[case("stream_1/p/media.m3u8")]
    #[case("Stream_1/master.m3u8")]
    #[case("../master.m3u8")]
    #[case("stream_1/video/07.m4s")]
    #[case("stream_1/video/7.012.m4s")]
    #[case("stream_1/video/7.1.1.m4s")]
    #[case("stream_1/video/.m4s")]
    #[case("stream_1/video/init-.mp4")]
    #[case("stream_1/video/init-4294967296.mp4")]
    #[case("stream_1/video/18446744073709551616.m4s")]
    #[case("stream_1/video/a/7.m4s")]
    fn no_addresses(#[case] path: &str) {
        assert_eq!(LivePath::parse(path), None);
    }

    proptest! {
        #[test]
        fn no_text_brings_it_down(path in "\\PC{0,60}") {
            if let Some(parsed) = LivePath::parse(&path) {
                prop_assert!(!parsed.stream.is_empty());
            }
        }
    }
}
