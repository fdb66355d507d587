//! The addresses under `/media/`, for the OpenAPI document.
//!
//! They are read by one parser ([`MediaPath`](matinee_playback::MediaPath)) rather than by the
//! router, so the document has them from this table; a test holds the two together.

use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn,
};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, PathItem, Paths, PathsBuilder, Required, ResponseBuilder};

/// The media type of playlists.
pub(crate) const PLAYLIST: &str = "application/vnd.apple.mpegurl";

/// Each address after `/media/{video_id}/`, its media type, and what it is.
#[rustfmt::skip]
const ADDRESSES: [(&str, &str, &str); 16] = [
    ("master.m3u8", PLAYLIST, "The HLS multivariant playlist"),
    ("manifest.mpd", "application/dash+xml", "The MPEG-DASH manifest"),
    ("manifest.json", "application/json", "Variants and their segments, for those who write players"),
    ("storyboard.vtt", "text/vtt", "Pictures for the scrub bar"),
    ("images.m3u8", PLAYLIST, "The HLS playlist of the storyboard's sheets"),
    ("storyboard/{sheet}.jpg", "image/jpeg", "A sheet of the storyboard, from 0"),
    ("images/{image_id}.jpg", "image/jpeg", "A poster or thumbnail"),
    ("{rendition_id}/media.m3u8", PLAYLIST, "The HLS media playlist of a rendition"),
    ("{rendition_id}/iframes.m3u8", PLAYLIST, "The HLS playlist of a rendition's key frames"),
    ("{rendition_id}/init.mp4", "video/mp4", "The initialization segment of a rendition"),
    ("{rendition_id}/{segment}.m4s", "video/mp4", "A segment of a rendition, from 0"),
    ("{rendition_id}/iframe-{segment}.m4s", "video/mp4", "The first key frame of a segment"),
    ("{rendition_id}/rendition.mp4", "video/mp4", "A rendition in one file; answers ranges"),
    ("subtitles/{subtitle_id}/media.m3u8", PLAYLIST, "The HLS media playlist of subtitles"),
    ("subtitles/{subtitle_id}/{segment}.vtt", "text/vtt", "A segment of subtitles, from 0"),
    ("subtitles/{subtitle_id}/full.vtt", "text/vtt", "Subtitles in one file"),
];

/// The paths.
pub(super) fn paths() -> Paths {
    let paths = ADDRESSES
        .iter()
        .fold(PathsBuilder::new(), |paths, (path, media_type, summary)| {
            let path = format!("/media/{{video_id}}/{path}");
            let item = item(&path, media_type, summary);
            paths.path(path, item)
        });
    paths.build()
}

/// An address that is fetched, and its parameters.
pub(crate) fn item(path: &str, media_type: &str, summary: &str) -> PathItem {
    let mut found = ResponseBuilder::new()
        .description(summary)
        .content(media_type, ContentBuilder::new().build());
    if media_type == "video/mp4" {
        found = found.content("audio/mp4", ContentBuilder::new().build());
    }
    let mut operation = OperationBuilder::new()
        .tag("playback")
        .summary(Some(summary))
        .parameter(parameter("token", ParameterIn::Query))
        .response("200", found)
        .response("304", ResponseBuilder::new().description("Not changed"))
        .response("401", ResponseBuilder::new().description("No valid token"))
        .response(
            "404",
            ResponseBuilder::new().description("There is no such thing"),
        );
    for name in path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
    {
        operation = operation.parameter(parameter(name.0, ParameterIn::Path));
    }
    PathItem::new(HttpMethod::Get, operation)
}

fn parameter(name: &str, place: ParameterIn) -> Parameter {
    let number = matches!(name, "segment" | "sheet" | "part" | "run");
    let kind = if number { Type::Integer } else { Type::String };
    let schema = ObjectBuilder::new()
        .schema_type(kind)
        .minimum(number.then_some(0))
        .build();
    let required = if place == ParameterIn::Path {
        Required::True
    } else {
        Required::False
    };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .schema(Some(schema))
        .build()
}

#[cfg(test)]
mod tests {
    use matinee_playback::MediaPath;

    use super::*;

    #[test]
    fn every_documented_address_is_one() {
        for path in paths().paths.keys() {
            let filled = path
                .trim_start_matches("/media/")
                .replace("{video_id}", "video_1")
                .replace("{rendition_id}", "rendition_1")
                .replace("{subtitle_id}", "subtitle_1")
                .replace("{image_id}", "image_1")
                .replace("{segment}", "3")
                .replace("{sheet}", "0");
            assert!(MediaPath::parse(&filled).is_some(), "{path}");
        }
    }
}
