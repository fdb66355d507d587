//! A title as rows show it.

use matinee_catalog::discovery::{Card, Why};
use serde::Serialize;
use utoipa::ToSchema;

use crate::PublicOrigin;
use crate::titles::artwork::{BACKDROP_WIDTH, CARD_WIDTH, artwork_path};
use crate::videos::view::rfc3339;

/// A title as rows show it: a part of `VideoView`, under the same names.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardView {
    /// `video_…`
    pub id: String,
    /// Its name.
    pub title: String,
    /// Plain text, cut short.
    pub description: String,
    /// `movie`, `episode`, …
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
    /// Free words.
    pub tags: Vec<String>,
    /// The year of the first showing.
    pub release_year: Option<i32>,
    /// Such as `PG-13`.
    pub rating: Option<String>,
    /// In whole seconds.
    pub duration: Option<i64>,
    /// In seconds.
    pub duration_seconds: Option<f64>,
    /// In pixels.
    pub width: Option<i32>,
    /// In pixels.
    pub height: Option<i32>,
    /// A picture that stands for it.
    pub thumbnail_url: Option<String>,
    /// Its poster, if somebody gave it one; else the same.
    pub poster_url: Option<String>,
    /// A wide picture for behind its words, if somebody gave it one.
    pub backdrop_url: Option<String>,
    /// WebVTT with pictures for scrubbing.
    pub storyboard_url: Option<String>,
    /// The HLS multivariant playlist.
    pub hls_url: Option<String>,
    /// One progressive MP4.
    pub stream_url: Option<String>,
    /// Views so far.
    pub view_count: i64,
    /// Whether anybody may watch it.
    pub is_public: bool,
    /// Whether it can be watched.
    pub is_processed: bool,
    /// RFC 3339.
    pub created_at: String,
}

impl CardView {
    pub(crate) fn new(card: &Card, origin: &PublicOrigin) -> Self {
        let video = &card.video;
        let media = |rest: &str| origin.url(&format!("/media/{}/{rest}", video.id));
        let ours = video.is_processed && !video.is_external();
        let pictures = &card.pictures;
        let frame = pictures.frame.as_ref();
        let frame = frame.map(|image| media(&format!("images/{image}.jpg")));
        let chosen = |kind: &str, width| {
            let picture = pictures.chosen(kind)?;
            Some(origin.url(&artwork_path(picture, width)))
        };
        Self {
            id: video.id.clone(),
            title: video.title.clone(),
            description: video.description.clone(),
            content_type: video.content_type.clone(),
            show_title: video.show_title.clone(),
            season_number: video.season_number,
            episode_number: video.episode_number,
            episode_number_end: video.episode_number_end,
            genre: video.genre.clone(),
            tags: video.tags.0.clone(),
            release_year: video.release_year,
            rating: video.rating.clone(),
            duration: video.duration_ms.map(|ms| (ms + 500) / 1000),
            duration_seconds: video.duration_ms.map(|ms| ms as f64 / 1000.0),
            width: video.width,
            height: video.height,
            thumbnail_url: chosen("still", CARD_WIDTH).or_else(|| frame.clone()),
            poster_url: chosen("poster", CARD_WIDTH).or(frame),
            backdrop_url: chosen("backdrop", BACKDROP_WIDTH),
            storyboard_url: pictures.storyboard.then(|| media("storyboard.vtt")),
            hls_url: video
                .external_hls_url
                .clone()
                .or_else(|| ours.then(|| media("master.m3u8"))),
            stream_url: video
                .external_video_url
                .clone()
                .or_else(|| ours.then(|| origin.url(&format!("/api/videos/{}/stream", video.id)))),
            view_count: video.view_count,
            is_public: video.is_public,
            is_processed: video.is_processed,
            created_at: rfc3339(video.created_at),
        }
    }
}

/// Why something is recommended.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhyView {
    /// `watched`: people who watched `because` watched this as well; `alike`:
    /// it is like `because`; `popular`: many people watch it.
    pub kind: &'static str,
    /// What it was drawn from.
    pub because: Option<TitleRef>,
    /// The same as a sentence in English.
    pub text: String,
}

/// The name of a title.
#[derive(Debug, Serialize, ToSchema)]
pub struct TitleRef {
    /// `video_…`
    pub id: String,
    /// Its name.
    pub title: String,
}

impl From<&Card> for TitleRef {
    fn from(card: &Card) -> Self {
        Self {
            id: card.video.id.clone(),
            title: card.video.title.clone(),
        }
    }
}

impl WhyView {
    /// Said to somebody who has watched the title that it was drawn from.
    pub(super) fn to_viewer(why: &Why) -> Self {
        match why {
            Why::Watched(card) => Self {
                kind: "watched",
                text: format!("Because you watched {}", card.video.title),
                because: Some((&**card).into()),
            },
            Why::Alike(card) => Self {
                kind: "alike",
                text: format!("Similar to {}, which you watched", card.video.title),
                because: Some((&**card).into()),
            },
            Why::Popular => Self::popular(),
        }
    }

    /// Said beside the title that it was drawn from.
    pub(super) fn beside(why: &Why) -> Self {
        match why {
            Why::Watched(card) => Self {
                kind: "watched",
                text: format!(
                    "People who watched {} watched this as well",
                    card.video.title
                ),
                because: Some((&**card).into()),
            },
            Why::Alike(card) => Self {
                kind: "alike",
                text: format!("Similar to {}", card.video.title),
                because: Some((&**card).into()),
            },
            Why::Popular => Self::popular(),
        }
    }

    fn popular() -> Self {
        Self {
            kind: "popular",
            because: None,
            text: "Many people watch it".to_owned(),
        }
    }
}
