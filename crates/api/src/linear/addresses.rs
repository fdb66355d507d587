//! The addresses under `/media/channels/`, for the OpenAPI document; a test holds them to their
//! parser.

use utoipa::openapi::PathsBuilder;
use utoipa::openapi::path::Paths;

use crate::playback::addresses::{PLAYLIST, item};

/// Each address after `/media/channels/{channel_id}/`, its media type, and what it is.
#[rustfmt::skip]
const ADDRESSES: [(&str, &str, &str); 4] = [
    ("master.m3u8", PLAYLIST, "The HLS multivariant playlist of a channel; `from`, `until`, `shift` and `cues` go along to its playlists"),
    ("manifest.mpd", "application/dash+xml", "The MPEG-DASH manifest of a channel: a period for each slot; takes `from`, `until` and `shift`"),
    ("{kind}/{track}.m3u8", PLAYLIST, "The HLS media playlist of a rung (`video`), a language (`audio`, `subtitles`), or of the only sound (`audio/main.m3u8`)"),
    ("{video_id}/{rendition_id}/{segment}.m4s", "video/mp4", "A segment of what a channel shows that is not open to everybody"),
];

/// The paths.
pub(super) fn paths() -> Paths {
    let paths = ADDRESSES
        .iter()
        .fold(PathsBuilder::new(), |paths, (path, media_type, summary)| {
            let path = format!("/media/channels/{{channel_id}}/{path}");
            let item = item(&path, media_type, summary);
            paths.path(path, item)
        });
    paths.build()
}

#[cfg(test)]
mod tests {
    use super::super::path::ChannelPath;
    use super::*;

    #[test]
    fn every_documented_address_is_one() {
        for path in paths().paths.keys() {
            let filled = path
                .trim_start_matches("/media/channels/")
                .replace("{channel_id}", "channel_1")
                .replace("{kind}", "video")
                .replace("{track}", "720p")
                .replace("{video_id}", "video_1")
                .replace("{rendition_id}", "rendition_1")
                .replace("{segment}", "3");
            assert!(ChannelPath::parse(&filled).is_some(), "{path}");
        }
    }
}
