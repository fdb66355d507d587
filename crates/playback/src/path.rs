//! The addresses under `/media/`.

/// What an address under `/media/` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaPath<'a> {
    /// The video's id, as written; it may not exist.
    pub video: &'a str,
    /// Which part of it.
    pub part: MediaPart<'a>,
}

/// A part of a video that players fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaPart<'a> {
    /// `master.m3u8`: the HLS multivariant playlist.
    Multivariant,
    /// `manifest.mpd`: the DASH manifest.
    Dash,
    /// `manifest.json`: variants and their segments, for people who write players.
    Manifest,
    /// `storyboard.vtt`: pictures for the scrub bar.
    Storyboard,
    /// `chapters.vtt`: named stretches.
    Chapters,
    /// `images.m3u8`: the HLS playlist of the storyboard's sheets.
    StoryboardPlaylist,
    /// `storyboard/{n}.jpg`: sheet `n`, from 0.
    StoryboardSheet(u32),
    /// `{rendition}/…`
    Rendition {
        /// The rendition's id, as written.
        id: &'a str,
        /// What of it.
        file: RenditionFile,
    },
    /// `subtitles/{subtitle}/…`
    Subtitle {
        /// The subtitle's id, as written.
        id: &'a str,
        /// What of it.
        file: SubtitleFile,
    },
    /// `images/{image}.jpg`
    Image {
        /// The image's id, as written.
        id: &'a str,
    },
}

/// A file of a rendition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RenditionFile {
    /// `media.m3u8`: the HLS media playlist.
    Playlist,
    /// `iframes.m3u8`: the HLS playlist of its key frames.
    IframePlaylist,
    /// `init.mp4`: the initialization segment.
    Init,
    /// `{n}.m4s`: segment `n`, from 0.
    Segment(u32),
    /// `iframe-{n}.m4s`: the first key frame of segment `n`, by itself.
    Iframe(u32),
    /// `rendition.mp4`: everything in one file.
    Whole,
}

/// A file of a subtitle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubtitleFile {
    /// `media.m3u8`: the HLS media playlist.
    Playlist,
    /// `{n}.vtt`: segment `n`, from 0.
    Segment(u32),
    /// `full.vtt`: everything in one file.
    Whole,
}

/// What an address under `/media/captions/` names: a segment of a subtitle that is cut as a
/// rendition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaptionPath<'a> {
    /// The video's id, as written; it may not exist.
    pub video: &'a str,
    /// The rendition's.
    pub rendition: &'a str,
    /// The subtitle's.
    pub subtitle: &'a str,
    /// The segment's number, from 0.
    pub segment: u32,
}

impl<'a> CaptionPath<'a> {
    /// Reads what follows `/media/captions/`.
    pub fn parse(path: &'a str) -> Option<Self> {
        let (video, rest) = path.split_once('/')?;
        let (rendition, rest) = rest.split_once('/')?;
        let (subtitle, file) = rest.split_once('/')?;
        Some(Self {
            video: name(video)?,
            rendition: name(rendition)?,
            subtitle: name(subtitle)?,
            segment: number(file.strip_suffix(".vtt")?)?,
        })
    }
}

impl<'a> MediaPath<'a> {
    /// Reads what follows `/media/`. `None` for an address that cannot exist.
    ///
    /// Every thing has one address: no leading zeros, no percent-encoding, so
    /// that caches keep it once.
    pub fn parse(path: &'a str) -> Option<Self> {
        let (video, rest) = path.split_once('/')?;
        let part = match rest.split_once('/') {
            None => match rest {
                "master.m3u8" => MediaPart::Multivariant,
                "manifest.mpd" => MediaPart::Dash,
                "manifest.json" => MediaPart::Manifest,
                "storyboard.vtt" => MediaPart::Storyboard,
                "chapters.vtt" => MediaPart::Chapters,
                "images.m3u8" => MediaPart::StoryboardPlaylist,
                _ => return None,
            },
            Some(("images", file)) => MediaPart::Image {
                id: name(file.strip_suffix(".jpg")?)?,
            },
            Some(("storyboard", file)) => {
                MediaPart::StoryboardSheet(number(file.strip_suffix(".jpg")?)?)
            }
            Some(("subtitles", rest)) => {
                let (id, file) = rest.split_once('/')?;
                MediaPart::Subtitle {
                    id: name(id)?,
                    file: subtitle_file(file)?,
                }
            }
            Some((id, file)) => MediaPart::Rendition {
                id: name(id)?,
                file: rendition_file(file)?,
            },
        };
        Some(Self {
            video: name(video)?,
            part,
        })
    }
}

fn rendition_file(file: &str) -> Option<RenditionFile> {
    if let Some(stem) = file.strip_suffix(".m4s") {
        return match stem.strip_prefix("iframe-") {
            Some(n) => number(n).map(RenditionFile::Iframe),
            None => number(stem).map(RenditionFile::Segment),
        };
    }
    match file {
        "media.m3u8" => Some(RenditionFile::Playlist),
        "iframes.m3u8" => Some(RenditionFile::IframePlaylist),
        "init.mp4" => Some(RenditionFile::Init),
        "rendition.mp4" => Some(RenditionFile::Whole),
        _ => None,
    }
}

fn subtitle_file(file: &str) -> Option<SubtitleFile> {
    match file {
        "media.m3u8" => Some(SubtitleFile::Playlist),
        "full.vtt" => Some(SubtitleFile::Whole),
        _ => number(file.strip_suffix(".vtt")?).map(SubtitleFile::Segment),
    }
}

/// An identifier's characters; anything else is not looked up.
fn name(text: &str) -> Option<&str> {
    let sound = !text.is_empty()
        && text.len() <= 96
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    sound.then_some(text)
}

fn number(text: &str) -> Option<u32> {
    let canonical =
        text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if canonical { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn rendition(file: RenditionFile) -> MediaPart<'static> {
        MediaPart::Rendition {
            id: "rendition_1",
            file,
        }
    }

    fn subtitle(file: SubtitleFile) -> MediaPart<'static> {
        MediaPart::Subtitle {
            id: "subtitle_1",
            file,
        }
    }

    #[rstest]
    #[case("video_1/master.m3u8", MediaPart::Multivariant)]
    #[case("video_1/manifest.mpd", MediaPart::Dash)]
    #[case("video_1/manifest.json", MediaPart::Manifest)]
    #[case("video_1/storyboard.vtt", MediaPart::Storyboard)]
    #[case("video_1/chapters.vtt", MediaPart::Chapters)]
    #[case("video_1/images.m3u8", MediaPart::StoryboardPlaylist)]
    #[case("video_1/storyboard/2.jpg", MediaPart::StoryboardSheet(2))]
    #[case("video_1/rendition_1/media.m3u8", rendition(RenditionFile::Playlist))]
    #[case(
        "video_1/rendition_1/iframes.m3u8",
        rendition(RenditionFile::IframePlaylist)
    )]
    #[case("video_1/rendition_1/init.mp4", rendition(RenditionFile::Init))]
    #[case("video_1/rendition_1/0.m4s", rendition(RenditionFile::Segment(0)))]
    #[case(
        "video_1/rendition_1/4294967295.m4s",
        rendition(RenditionFile::Segment(u32::MAX))
    )]
    #[case(
        "video_1/rendition_1/iframe-7.m4s",
        rendition(RenditionFile::Iframe(7))
    )]
    #[case("video_1/rendition_1/rendition.mp4", rendition(RenditionFile::Whole))]
    #[case(
        "video_1/subtitles/subtitle_1/media.m3u8",
        subtitle(SubtitleFile::Playlist)
    )]
    #[case(
        "video_1/subtitles/subtitle_1/3.vtt",
        subtitle(SubtitleFile::Segment(3))
    )]
    #[case("video_1/subtitles/subtitle_1/full.vtt", subtitle(SubtitleFile::Whole))]
    #[case("video_1/images/image_1.jpg", MediaPart::Image { id: "image_1" })]
    fn addresses(#[case] path: &str, #[case] part: MediaPart<'_>) {
        let video = "video_1";
        assert_eq!(MediaPath::parse(path), Some(MediaPath { video, part }));
    }

    #[rstest]
    #[case("")]
    #[case("video_1")]
    #[case("video_1/")]
    #[case("video_1/other.m3u8")]
    #[case("/master.m3u8")]
    #[case("video_1//0.m4s")]
    #[case("../etc/master.m3u8")]
    #[case("video_1/../video_2/master.m3u8")]
    #[case("video_1/rendition_1/..%2f0.m4s")]
    #[case("video_1/rendition_1/00.m4s")]
    #[case("video_1/rendition_1/+1.m4s")]
    #[case("video_1/rendition_1/-1.m4s")]
    #[case("video_1/rendition_1/.m4s")]
    #[case("video_1/rendition_1/4294967296.m4s")]
    #[case("video_1/rendition_1/1.m4s/")]
    #[case("video_1/images/image_1.png")]
    #[case("video_1/images/a/b.jpg")]
    #[case("video_1/storyboard/02.jpg")]
    #[case("video_1/subtitles/full.vtt")]
    #[case("VIDEO_1/master.m3u8")]
    fn no_addresses(#[case] path: &str) {
        assert_eq!(MediaPath::parse(path), None);
    }

    #[test]
    fn captions() {
        let path = CaptionPath::parse("video_1/rendition_1/subtitle_1/3.vtt");
        assert_eq!(path.map(|path| path.segment), Some(3));
        for path in [
            "video_1/rendition_1/3.vtt",
            "a/b/c/03.vtt",
            "a/b/c/d/1.vtt",
            "a/../c/1.vtt",
        ] {
            assert_eq!(CaptionPath::parse(path), None);
        }
    }

    proptest! {
        #[test]
        fn no_text_brings_it_down(path in "\\PC{0,60}") {
            if let Some(parsed) = MediaPath::parse(&path) {
                prop_assert!(!parsed.video.is_empty());
            }
        }
    }
}
