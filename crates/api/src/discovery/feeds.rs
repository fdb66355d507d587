//! `/feeds/…`: RSS, Media RSS and Roku's feed, of what anybody may see.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use matinee_catalog::Parts;
use matinee_catalog::discovery::{Card, Narrow, Order, Query, Seer};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::card::CardView;
use super::markup::{element, escaped, rfc2822, shortened};
use super::search::several;
use crate::videos::view::rfc3339;
use crate::{AppState, Params, Problem, ProblemResult, PublicOrigin};

/// Entries unless the reader says otherwise.
const ENTRIES: usize = 50;
/// The most entries.
const ENTRIES_MAX: usize = 200;
/// How long readers and caches may keep a feed.
const CACHED: &str = "public, max-age=300";

/// Which titles.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct FeedParams {
    /// `movie`, `episode`, …
    r#type: Option<String>,
    /// Exactly this genre.
    genre: Option<String>,
    /// With this tag.
    tag: Option<String>,
    /// 1 to 200; 50 unless given.
    limit: Option<usize>,
}

/// The newest titles that anybody may see.
async fn newest(state: &AppState, params: &FeedParams) -> ProblemResult<Vec<Arc<Card>>> {
    let limit = params.limit.unwrap_or(ENTRIES);
    if !(1..=ENTRIES_MAX).contains(&limit) {
        let reason = format!("must be from 1 to {ENTRIES_MAX}");
        return Err(Problem::field("limit", reason));
    }
    let mut narrow = Narrow::default().by("playable", vec!["true".to_owned()]);
    for (field, value) in [
        ("type", &params.r#type),
        ("genre", &params.genre),
        ("tag", &params.tag),
    ] {
        narrow = narrow.by(field, several(field, value.as_ref())?);
    }
    let query = Query {
        narrow,
        order: Order::Newest,
        limit,
        ..Query::default()
    };
    Ok(state.discovery.listed(&Seer::nobody(), &query).await?)
}

fn xml(body: String, kind: &'static str) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHED));
    response
}

/// The newest titles as RSS 2.0
#[utoipa::path(get, path = "/feeds/rss.xml", tag = "discovery", params(FeedParams),
    responses((status = 200, body = String, content_type = "application/rss+xml"),
        (status = 422, body = Problem)))]
pub(super) async fn rss(
    State(state): State<AppState>,
    origin: PublicOrigin,
    Params(params): Params<FeedParams>,
) -> ProblemResult<Response> {
    let cards = newest(&state, &params).await?;
    let body = feed(&state.face.get().name, &cards, &origin, false);
    Ok(xml(body, "application/rss+xml; charset=utf-8"))
}

/// The newest titles as Media RSS
#[utoipa::path(get, path = "/feeds/mrss.xml", tag = "discovery", params(FeedParams),
    responses((status = 200, body = String, content_type = "application/rss+xml"),
        (status = 422, body = Problem)))]
pub(super) async fn mrss(
    State(state): State<AppState>,
    origin: PublicOrigin,
    Params(params): Params<FeedParams>,
) -> ProblemResult<Response> {
    let cards = newest(&state, &params).await?;
    let body = feed(&state.face.get().name, &cards, &origin, true);
    Ok(xml(body, "application/rss+xml; charset=utf-8"))
}

fn feed(name: &str, cards: &[Arc<Card>], origin: &PublicOrigin, media: bool) -> String {
    let (path, namespace) = if media {
        (
            "/feeds/mrss.xml",
            " xmlns:media=\"http://search.yahoo.com/mrss/\"",
        )
    } else {
        ("/feeds/rss.xml", "")
    };
    let updated = cards.iter().map(|card| card.video.created_at).max();
    let mut out = String::with_capacity(1024 + cards.len() * 1024);
    let _ = write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"{namespace}>\n<channel>\n\
         {}{}{}<atom:link href=\"{}\" rel=\"self\" type=\"application/rss+xml\"/>\n",
        element("title", name),
        element("link", &origin.url("/")),
        element("description", &format!("What is new on {name}")),
        escaped(&origin.url(path)),
    );
    if let Some(updated) = updated {
        out.push_str(&element("lastBuildDate", &rfc2822(updated)));
    }
    for card in cards {
        item(&mut out, card, origin, media);
    }
    out.push_str("</channel>\n</rss>\n");
    out
}

fn item(out: &mut String, card: &Card, origin: &PublicOrigin, media: bool) {
    let view = CardView::new(card, origin);
    out.push_str("<item>\n");
    out.push_str(&element("title", &view.title));
    out.push_str(&element(
        "link",
        &origin.url(&format!("/watch/{}", view.id)),
    ));
    let _ = write!(
        out,
        "<guid isPermaLink=\"false\">{}</guid>",
        escaped(&view.id)
    );
    out.push_str(&element("pubDate", &rfc2822(card.video.created_at)));
    out.push_str(&element("description", &view.description));
    for category in view.genre.iter().chain(&view.tags) {
        out.push_str(&element("category", category));
    }
    if let Some(url) = view.stream_url.as_deref().filter(|_| !media) {
        let _ = write!(
            out,
            "<enclosure url=\"{}\" length=\"{}\" type=\"video/mp4\"/>",
            escaped(url),
            card.video.file_size
        );
    }
    if media {
        media_item(out, &view);
    }
    out.push_str("\n</item>\n");
}

/// Media RSS 1.5.1: the same film in two forms is a group.
fn media_item(out: &mut String, view: &CardView) {
    let duration = view
        .duration
        .map(|seconds| format!(" duration=\"{seconds}\""))
        .unwrap_or_default();
    out.push_str("<media:group>");
    for (url, kind) in [
        (&view.hls_url, "application/x-mpegURL"),
        (&view.stream_url, "video/mp4"),
    ] {
        if let Some(url) = url {
            let _ = write!(
                out,
                "<media:content url=\"{}\" type=\"{kind}\" medium=\"video\" expression=\"full\"{duration}/>",
                escaped(url)
            );
        }
    }
    out.push_str("</media:group>");
    let _ = write!(
        out,
        "<media:title type=\"plain\">{}</media:title>",
        escaped(&view.title)
    );
    let _ = write!(
        out,
        "<media:description type=\"plain\">{}</media:description>",
        escaped(&view.description)
    );
    if let Some(url) = &view.poster_url {
        let _ = write!(out, "<media:thumbnail url=\"{}\"/>", escaped(url));
    }
    if !view.tags.is_empty() {
        out.push_str(&element("media:keywords", &view.tags.join(", ")));
    }
    if let Some(genre) = &view.genre {
        out.push_str(&element("media:category", genre));
    }
    if let Some(rating) = &view.rating {
        let _ = write!(
            out,
            "<media:rating scheme=\"urn:mpaa\">{}</media:rating>",
            escaped(rating)
        );
    }
}

/// Roku's feed of a catalogue.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RokuFeed {
    provider_name: String,
    language: &'static str,
    last_updated: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    movies: Vec<RokuTitle>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    series: Vec<RokuSeries>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    short_form_videos: Vec<RokuTitle>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tv_specials: Vec<RokuTitle>,
}

/// A film, an episode or a short.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RokuTitle {
    id: String,
    title: String,
    content: RokuContent,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    genres: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail: Option<String>,
    release_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    episode_number: Option<i32>,
    short_description: String,
    long_description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rating: Option<RokuRating>,
}

/// How a title is played.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RokuContent {
    date_added: String,
    duration: i64,
    videos: Vec<RokuVideo>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    captions: Vec<RokuCaption>,
}

/// One form of a title.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RokuVideo {
    url: String,
    quality: &'static str,
    video_type: &'static str,
}

/// A text track.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RokuCaption {
    url: String,
    language: String,
    caption_type: &'static str,
}

/// An age rating.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RokuRating {
    rating: String,
    rating_source: &'static str,
}

/// A show.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RokuSeries {
    id: String,
    title: String,
    seasons: Vec<RokuSeason>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    genres: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail: Option<String>,
    release_date: String,
    short_description: String,
}

/// A season of a show.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RokuSeason {
    season_number: i32,
    episodes: Vec<RokuTitle>,
}

/// The newest titles as Roku's feed
#[utoipa::path(get, path = "/feeds/roku.json", tag = "discovery", params(FeedParams),
    responses((status = 200, body = RokuFeed), (status = 422, body = Problem)))]
pub(super) async fn roku(
    State(state): State<AppState>,
    origin: PublicOrigin,
    Params(params): Params<FeedParams>,
) -> ProblemResult<Response> {
    let params = FeedParams {
        limit: Some(params.limit.unwrap_or(ENTRIES_MAX)),
        ..params
    };
    let cards = newest(&state, &params).await?;
    let videos = cards.iter().map(|card| &card.video);
    let parts = state.catalog.parts_of(videos).await?;
    let mut response =
        Json(roku_feed(&state.face.get().name, &cards, &parts, &origin)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHED));
    Ok(response)
}

fn roku_feed(
    name: &str,
    cards: &[Arc<Card>],
    parts: &HashMap<String, Arc<Parts>>,
    origin: &PublicOrigin,
) -> RokuFeed {
    let updated = cards.iter().map(|card| card.video.updated_at).max();
    let mut feed = RokuFeed {
        provider_name: name.to_owned(),
        language: "en",
        last_updated: rfc3339(updated.unwrap_or(0)),
        ..RokuFeed::default()
    };
    let mut shows: BTreeMap<String, Vec<(&Card, RokuTitle)>> = BTreeMap::new();
    for card in cards {
        let Some(title) = roku_title(
            card,
            parts.get(&card.video.id).map(|parts| &**parts),
            origin,
        ) else {
            continue;
        };
        let video = &card.video;
        match (video.content_type.as_deref(), &video.show_title) {
            (Some("episode"), Some(show)) => {
                shows.entry(show.clone()).or_default().push((card, title));
            }
            (Some("movie" | "documentary"), _) => feed.movies.push(title),
            (Some("recording" | "music" | "conference" | "webinar"), _) => {
                feed.tv_specials.push(title);
            }
            // Roku takes what is shorter than a quarter of an hour as short.
            (None, _) if title.content.duration > 15 * 60 => feed.movies.push(title),
            _ => feed.short_form_videos.push(title),
        }
    }
    feed.series = shows
        .into_iter()
        .map(|(show, episodes)| roku_series(show, episodes))
        .collect();
    feed
}

fn roku_series(show: String, episodes: Vec<(&Card, RokuTitle)>) -> RokuSeries {
    let first = episodes.first().map(|(card, _)| *card);
    let genre = first.and_then(|card| card.video.genre.clone());
    let thumbnail = episodes
        .iter()
        .find_map(|(_, title)| title.thumbnail.clone());
    let released = episodes
        .iter()
        .map(|(_, title)| title.release_date.clone())
        .min();
    let mut seasons: BTreeMap<i32, Vec<RokuTitle>> = BTreeMap::new();
    for (card, title) in episodes {
        let season = card.video.season_number.unwrap_or(1);
        seasons.entry(season).or_default().push(title);
    }
    RokuSeries {
        id: format!("show-{}", show_key(&show)),
        genres: genre.into_iter().map(|g| g.to_lowercase()).collect(),
        thumbnail,
        release_date: released.unwrap_or_default(),
        short_description: show.clone(),
        seasons: seasons
            .into_iter()
            .map(|(season_number, mut episodes)| {
                episodes.sort_by_key(|episode| episode.episode_number);
                RokuSeason {
                    season_number,
                    episodes,
                }
            })
            .collect(),
        title: show,
    }
}

/// A show's name as an id that stays.
fn show_key(show: &str) -> String {
    use sha2::{Digest as _, Sha256};
    hex::encode(&Sha256::digest(show.as_bytes())[..8])
}

fn roku_title(card: &Card, parts: Option<&Parts>, origin: &PublicOrigin) -> Option<RokuTitle> {
    let view = CardView::new(card, origin);
    let video = &card.video;
    let quality = match video.width.zip(video.height).map(|(w, h)| w.min(h)) {
        Some(2160..) => "UHD",
        Some(1080..) => "FHD",
        Some(720..) => "HD",
        _ => "SD",
    };
    let videos: Vec<RokuVideo> = [(&view.hls_url, "HLS"), (&view.stream_url, "MP4")]
        .into_iter()
        .filter_map(|(url, video_type)| {
            Some(RokuVideo {
                url: url.clone()?,
                quality,
                video_type,
            })
        })
        .take(1)
        .collect();
    if videos.is_empty() {
        return None;
    }
    let captions = parts.map_or(&[][..], |parts| &parts.subtitles[..]);
    let description = if view.description.trim().is_empty() {
        view.title.clone()
    } else {
        view.description.clone()
    };
    let released = video.release_year.map_or_else(
        || view.created_at.chars().take(10).collect(),
        |y| format!("{y:04}-01-01"),
    );
    Some(RokuTitle {
        content: RokuContent {
            date_added: view.created_at.clone(),
            duration: view.duration.unwrap_or(0),
            videos,
            captions: captions
                .iter()
                .map(|track| RokuCaption {
                    url: origin.url(&format!(
                        "/media/{}/subtitles/{}/full.vtt",
                        video.id, track.id
                    )),
                    language: track.language.clone(),
                    caption_type: if track.hearing_impaired {
                        "CLOSED_CAPTION"
                    } else {
                        "SUBTITLE"
                    },
                })
                .collect(),
        },
        genres: view.genre.iter().map(|g| g.to_lowercase()).collect(),
        thumbnail: view.poster_url,
        release_date: released,
        episode_number: video.episode_number,
        short_description: shortened(&description, 200),
        long_description: shortened(&description, 500),
        tags: view.tags,
        rating: view.rating.map(|rating| RokuRating {
            rating_source: if rating.starts_with("TV-") {
                "USA_PR"
            } else {
                "MPAA"
            },
            rating,
        }),
        id: view.id,
        title: view.title,
    })
}
