//! The addresses under `/media/live/`, for the OpenAPI document; a test holds them to their
//! parser.

use utoipa::openapi::PathsBuilder;
use utoipa::openapi::path::Paths;

use crate::playback::addresses::{PLAYLIST, item};

/// Each address after `/media/live/{stream_id}/`, its media type, and what it is.
#[rustfmt::skip]
const ADDRESSES: [(&str, &str, &str); 7] = [
    ("master.m3u8", PLAYLIST, "The HLS multivariant playlist of a broadcast"),
    ("manifest.mpd", "application/dash+xml", "The low-latency DASH manifest of a broadcast"),
    ("thumbnail.jpg", "image/jpeg", "A picture of a broadcast's last seconds, or of the last broadcast; with the `v` that the stream tells it never changes"),
    ("{track}/media.m3u8", PLAYLIST, "The Low-Latency HLS playlist of a broadcast's pictures (`video`) or sound (`audio`); takes `_HLS_msn`, `_HLS_part` and `_HLS_skip`"),
    ("{track}/init-{run}.mp4", "video/mp4", "The initialization segment of a run of a broadcast"),
    ("{track}/{segment}.m4s", "video/mp4", "A segment of a broadcast; of the one that comes, its parts as they come"),
    ("{track}/{segment}.{part}.m4s", "video/mp4", "A part of a segment; the one that comes next is waited for"),
];

/// The paths.
pub(super) fn paths() -> Paths {
    let paths = ADDRESSES
        .iter()
        .fold(PathsBuilder::new(), |paths, (path, media_type, summary)| {
            let path = format!("/media/live/{{stream_id}}/{path}");
            let item = item(&path, media_type, summary);
            paths.path(path, item)
        });
    paths.build()
}

#[cfg(test)]
mod tests {
    use matinee_live::path::LivePath;

    use super::*;

    #[test]
    fn every_documented_address_is_one() {
        for path in paths().paths.keys() {
            let filled = path
                .trim_start_matches("/media/live/")
                .replace("{stream_id}", "stream_1")
                .replace("{track}", "video")
                .replace("{run}", "1")
                .replace("{segment}", "3")
                .replace("{part}", "0");
            assert!(LivePath::parse(&filled).is_some(), "{path}");
        }
    }
}
