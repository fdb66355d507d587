//! A video as clients see it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use matinee_catalog::{ImageKind, Origin, Parts, Rendition, RenditionKind, Subtitle, Video};
use serde::Serialize;
use utoipa::ToSchema;

use crate::PublicOrigin;
use crate::titles::artwork::{ArtworkView, BACKDROP_WIDTH, CARD_WIDTH, artwork_path};

/// A video.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VideoView {
    /// `video_…`
    pub id: String,
    /// Its name.
    pub title: String,
    /// Plain text; may be empty.
    pub description: String,
    /// Who the client said uploads.
    pub uploader_id: Option<String>,
    /// Whose it is (`user_…`): `/api/users/{id}/follow` says what they are
    /// called. Null if nobody was signed in, or they are gone.
    pub owner_id: Option<String>,
    /// The uploaded file's own name.
    pub filename: String,
    /// Where the upload lies in the blob store.
    pub file_path: Option<String>,
    /// In bytes.
    pub file_size: i64,
    /// In whole seconds.
    pub duration: Option<i64>,
    /// In milliseconds.
    pub duration_ms: Option<i64>,
    /// In seconds.
    pub duration_seconds: Option<f64>,
    /// The upload's container, such as `MP4`.
    pub format: Option<String>,
    /// Such as `1920x1080`.
    pub resolution: Option<String>,
    /// In pixels, as displayed.
    pub width: Option<i32>,
    /// In pixels, as displayed.
    pub height: Option<i32>,
    /// Of the upload, in kbit/s.
    pub bitrate: Option<i64>,
    /// A picture that stands for it.
    pub thumbnail_url: Option<String>,
    /// The same, in the size of a poster.
    pub poster_url: Option<String>,
    /// A wide picture for behind its words, if somebody gave it one.
    pub backdrop_url: Option<String>,
    /// Views so far.
    pub view_count: i64,
    /// Likes so far.
    pub like_count: i64,
    /// Dislikes so far.
    pub dislike_count: i64,
    /// Such as `Entertainment`.
    pub category: Option<String>,
    /// Free words.
    pub tags: Vec<String>,
    /// Whether the visibility is `public`.
    pub is_public: bool,
    /// `public`, `unlisted`, `members`, `groups`, `password` or `private`.
    pub visibility: &'static str,
    /// Until then it is hidden from all but its owner and operators (RFC 3339).
    pub publish_at: Option<String>,
    /// From then on it is hidden from all but its owner and operators (RFC 3339).
    pub expires_at: Option<String>,
    /// Whether it can be watched: true from the first rendition on.
    pub is_processed: bool,
    /// `pending`, `processing`, `completed`, `failed` or `canceled`.
    pub processing_status: &'static str,
    /// Why processing failed.
    pub processing_error: Option<String>,
    /// RFC 3339.
    pub upload_date: String,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
    /// `movie`, `episode`, `short`, `documentary`, …
    pub content_type: Option<String>,
    /// The show that an episode belongs to.
    pub show_title: Option<String>,
    /// From 0 (specials).
    pub season_number: Option<i32>,
    /// From 0.
    pub episode_number: Option<i32>,
    /// The last episode, of a file that holds several.
    pub episode_number_end: Option<i32>,
    /// Such as `Action`.
    pub genre: Option<String>,
    /// The year of the first showing.
    pub release_year: Option<i32>,
    /// Such as `PG-13`.
    pub rating: Option<String>,
    /// What it is sorted by instead of its title.
    pub sort_title: Option<String>,
    /// The title where it comes from.
    pub original_title: Option<String>,
    /// One line that makes one curious.
    pub tagline: Option<String>,
    /// The day of the first showing, as `2008-04-10`.
    pub release_date: Option<String>,
    /// Who made it.
    pub studio: Option<String>,
    /// Spoken languages (BCP 47).
    pub languages: Vec<String>,
    /// All genres; `genre` is the first of them.
    pub genres: Vec<String>,
    /// The show (`show_…`) that an episode belongs to.
    pub show_id: Option<String>,
    /// The video that this one is an extra of.
    pub extra_of: Option<String>,
    /// `trailer`, `behind_the_scenes`, …
    pub extra_kind: Option<String>,
    /// Its names in other databases, such as `tmdb`.
    pub external_ids: BTreeMap<String, String>,
    /// The number of the last edit.
    pub revision: i64,
    /// The pictures that people chose for it: at most one of each kind.
    pub artwork: Vec<ArtworkView>,
    /// The upload itself as a file with ranges.
    pub video_url: Option<String>,
    /// The HLS multivariant playlist.
    pub hls_url: Option<String>,
    /// The DASH manifest.
    pub dash_url: Option<String>,
    /// One progressive MP4.
    pub stream_url: Option<String>,
    /// WebVTT with pictures for scrubbing.
    pub storyboard_url: Option<String>,
    /// WebVTT with the chapters, if there are any.
    pub chapters_url: Option<String>,
    /// Candidates for the poster.
    pub thumbnails: Vec<ThumbnailView>,
    /// The forms in which it can be played.
    pub renditions: Vec<RenditionView>,
    /// Text tracks.
    pub subtitles: Vec<SubtitleView>,
    /// Named stretches.
    pub chapters: Vec<ChapterView>,
    /// Why the upload could not be played as it was.
    pub non_standard_input_reasons: Vec<String>,
}

/// A candidate for the poster.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ThumbnailView {
    /// `image_…`
    pub id: String,
    /// JPEG.
    pub url: String,
    /// The instant it shows, in milliseconds.
    pub at_ms: i64,
    /// In pixels.
    pub width: i32,
    /// In pixels.
    pub height: i32,
}

/// A form in which a video can be played.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RenditionView {
    /// `rendition_…`
    pub id: String,
    /// Such as `720p`.
    pub name: String,
    /// `video` or `audio`.
    pub kind: RenditionKindView,
    /// RFC 6381, such as `avc1.64001f`.
    pub codec: String,
    /// In pixels.
    pub width: Option<i32>,
    /// In pixels.
    pub height: Option<i32>,
    /// In frames per second.
    pub frame_rate: Option<f64>,
    /// At its peak, in kbit/s.
    pub bitrate: i64,
    /// BCP 47.
    pub language: Option<String>,
    /// What a person sees in a menu.
    pub label: Option<String>,
    /// What sound is for: `dub`, `original`, `commentary`, `description` or `music`; none for
    /// the film's own.
    pub role: Option<String>,
    /// Audio channels.
    pub channels: Option<i32>,
    /// Whether players choose it unless told otherwise; audio only.
    pub is_default: bool,
    /// Whether it is the upload's own stream, not re-encoded.
    pub is_source: bool,
    /// Bytes that it needs.
    pub size_bytes: i64,
}

/// What a rendition carries.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RenditionKindView {
    /// Pictures.
    Video,
    /// Sound.
    Audio,
}

/// A text track.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SubtitleView {
    /// `subtitle_…`
    pub id: String,
    /// BCP 47.
    pub language: String,
    /// What a person sees in a menu.
    pub label: String,
    /// Whether it only translates what is foreign in the film.
    pub forced: bool,
    /// Whether it also describes sounds (SDH).
    pub hearing_impaired: bool,
    /// Whether players show it unless told otherwise.
    pub is_default: bool,
    /// `source` if it comes from the upload, `upload` if somebody brought it.
    pub origin: &'static str,
    /// WebVTT, whole.
    pub url: String,
}

impl SubtitleView {
    /// A text track in the addresses of this origin.
    pub fn new(subtitle: &Subtitle, origin: &PublicOrigin) -> Self {
        let path = format!(
            "/media/{}/subtitles/{}/full.vtt",
            subtitle.video_id, subtitle.id
        );
        Self {
            url: origin.url(&path),
            id: subtitle.id.clone(),
            language: subtitle.language.clone(),
            label: subtitle.label.clone(),
            forced: subtitle.forced,
            hearing_impaired: subtitle.hearing_impaired,
            is_default: subtitle.is_default,
            origin: match subtitle.origin {
                Origin::Source => "source",
                Origin::Upload => "upload",
            },
        }
    }
}

/// A named stretch.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChapterView {
    /// In milliseconds.
    pub start_ms: i64,
    /// In milliseconds.
    pub end_ms: i64,
    /// Its name.
    pub title: String,
}

/// An instant of the database as RFC 3339.
pub fn rfc3339(micros: i64) -> String {
    Timestamp::from_microsecond(micros).map_or_else(|_| String::new(), |t| t.to_string())
}

impl VideoView {
    /// A video with its parts, in the addresses of this origin.
    pub fn new(video: Video, parts: &Parts, origin: &PublicOrigin) -> Self {
        let media = |rest: &str| origin.url(&format!("/media/{}/{rest}", video.id));
        let poster = parts
            .poster()
            .map(|image| media(&format!("images/{}.jpg", image.id)));
        let chosen = |kind: &str, width| {
            let picture = parts.artwork.iter().find(|picture| picture.kind == kind);
            picture.map(|picture| origin.url(&artwork_path(&picture.id, width)))
        };
        let playable = video.is_processed && !video.is_external();
        let ours = |url: String| playable.then_some(url);
        let stream = format!("/api/videos/{}/stream", video.id);
        let storyboard = parts
            .images
            .iter()
            .any(|i| i.kind == ImageKind::Storyboard)
            .then(|| media("storyboard.vtt"));
        let thumbnails = parts
            .images
            .iter()
            .filter(|image| image.kind == ImageKind::Thumbnail)
            .map(|image| ThumbnailView {
                url: media(&format!("images/{}.jpg", image.id)),
                id: image.id.clone(),
                at_ms: image.at_ms,
                width: image.width,
                height: image.height,
            })
            .collect();
        let subtitles = parts
            .subtitles
            .iter()
            .map(|subtitle| SubtitleView::new(subtitle, origin))
            .collect();
        Self {
            duration: video.duration_ms.map(|ms| (ms + 500) / 1000),
            duration_ms: video.duration_ms,
            #[expect(clippy::cast_precision_loss, reason = "a film is shorter than 2^53 ms")]
            duration_seconds: video.duration_ms.map(|ms| ms as f64 / 1000.0),
            resolution: video
                .width
                .zip(video.height)
                .map(|(width, height)| format!("{width}x{height}")),
            bitrate: video.bitrate_bps.map(|bps| bps / 1000),
            thumbnail_url: chosen("still", CARD_WIDTH).or_else(|| poster.clone()),
            backdrop_url: chosen("backdrop", BACKDROP_WIDTH),
            poster_url: chosen("poster", CARD_WIDTH).or(poster),
            artwork: parts
                .artwork
                .iter()
                .map(|picture| ArtworkView::new(picture, origin))
                .collect(),
            genres: video.details().genres,
            sort_title: video.sort_title,
            original_title: video.original_title,
            tagline: video.tagline,
            release_date: video.release_date,
            studio: video.studio,
            languages: video.languages.0,
            show_id: video.show_id,
            extra_of: video.extra_of,
            extra_kind: video.extra_kind,
            external_ids: video.external_ids.0,
            revision: video.revision,
            video_url: video
                .external_video_url
                .clone()
                .or_else(|| ours(origin.url(&stream))),
            hls_url: video
                .external_hls_url
                .clone()
                .or_else(|| ours(media("master.m3u8"))),
            dash_url: ours(media("manifest.mpd")),
            stream_url: video
                .external_video_url
                .clone()
                .or_else(|| ours(origin.url(&stream))),
            storyboard_url: storyboard,
            chapters_url: (!video.chapters.0.is_empty()).then(|| media("chapters.vtt")),
            thumbnails,
            renditions: parts.renditions.iter().map(Into::into).collect(),
            subtitles,
            chapters: video
                .chapters
                .0
                .into_iter()
                .map(|c| ChapterView {
                    start_ms: c.start_ms,
                    end_ms: c.end_ms,
                    title: c.title,
                })
                .collect(),
            upload_date: rfc3339(video.created_at),
            created_at: rfc3339(video.created_at),
            updated_at: rfc3339(video.updated_at),
            processing_status: video.processing_status.as_str(),
            id: video.id,
            title: video.title,
            description: video.description,
            uploader_id: video.uploader_id,
            owner_id: video.owner,
            filename: video.filename,
            file_path: video.source_key,
            file_size: video.file_size,
            format: video.format,
            width: video.width,
            height: video.height,
            view_count: video.view_count,
            like_count: video.like_count,
            dislike_count: video.dislike_count,
            category: video.category,
            tags: video.tags.0,
            is_public: video.is_public,
            visibility: video.visibility.as_str(),
            publish_at: video.publish_at.map(rfc3339),
            expires_at: video.expires_at.map(rfc3339),
            is_processed: video.is_processed,
            processing_error: video.processing_error,
            content_type: video.content_type,
            show_title: video.show_title,
            season_number: video.season_number,
            episode_number: video.episode_number,
            episode_number_end: video.episode_number_end,
            genre: video.genre,
            release_year: video.release_year,
            rating: video.rating,
            non_standard_input_reasons: video.non_standard_input_reasons.0,
        }
    }
}

impl From<&Rendition> for RenditionView {
    fn from(rendition: &Rendition) -> Self {
        Self {
            id: rendition.id.clone(),
            name: rendition.name.clone(),
            kind: match rendition.kind {
                RenditionKind::Video => RenditionKindView::Video,
                RenditionKind::Audio => RenditionKindView::Audio,
            },
            codec: rendition.codecs.clone(),
            width: rendition.width,
            height: rendition.height,
            frame_rate: rendition.frame_rate,
            bitrate: rendition.bandwidth_bps / 1000,
            language: rendition.language.clone(),
            label: rendition.label.clone(),
            role: rendition.role.clone(),
            channels: rendition.channels,
            is_default: rendition.is_default,
            is_source: rendition.is_source,
            size_bytes: rendition.size_bytes,
        }
    }
}
