//! `/watch/{id}` with what other sites want to know of it.

use std::fmt::Write as _;

use axum::extract::{Path, State};
use axum::response::Response;
use matinee_catalog::discovery::{Card, Seer};
use serde_json::json;

use super::card::CardView;
use super::markup::{escaped, iso_duration, script_safe, shortened};
use crate::titles::artwork::BACKDROP_WIDTH;
use crate::{AppState, PublicOrigin, site};

/// The size of an embedded player unless its page says otherwise.
pub(super) const WIDTH: u32 = 960;
pub(super) const HEIGHT: u32 = 540;
/// The longest description that other sites are told.
const DESCRIPTION: usize = 300;

/// The page of a title, with what search engines and messengers read in its
/// head. Of what not everybody may see the head says nothing.
pub(super) async fn watch(
    State(state): State<AppState>,
    origin: PublicOrigin,
    Path(id): Path<String>,
) -> Response {
    let card = match state.discovery.visible(&Seer::nobody(), &[id]).await {
        Ok(cards) => cards.into_values().next(),
        Err(error) => {
            // The page itself needs none of it.
            tracing::warn!(%error, "a page goes without what is said of it");
            None
        }
    };
    match card {
        Some(card) => {
            let title = format!("{} – {}", heading(&card), state.face.get().name);
            site::shell_with(
                &escaped(&title),
                &head(&state.face.get().name, &card, &origin),
            )
        }
        None => site::shell(),
    }
}

/// What a title is called away from its show.
pub(super) fn heading(card: &Card) -> String {
    match &card.video.show_title {
        Some(show) => format!("{show}: {}", card.video.title),
        None => card.video.title.clone(),
    }
}

/// Open Graph, Twitter cards, oEmbed and schema.org.
fn head(site_name: &str, card: &Card, origin: &PublicOrigin) -> String {
    let view = CardView::new(card, origin);
    let title = heading(card);
    let about = if view.description.trim().is_empty() {
        format!("Watch {title} on {site_name}.")
    } else {
        shortened(view.description.trim(), DESCRIPTION)
    };
    let page = origin.url(&format!("/watch/{}", view.id));
    let embed = origin.url(&format!("/embed/{}", view.id));
    let kind = match view.content_type.as_deref() {
        Some("movie" | "documentary") => "video.movie",
        Some("episode") => "video.episode",
        _ => "video.other",
    };
    let (width, height) = shape(card, WIDTH, HEIGHT);
    let (width, height) = (width.to_string(), height.to_string());
    let mut out = String::with_capacity(4096);
    let mut meta = |attribute: &str, name: &str, value: &str| {
        let _ = writeln!(
            out,
            "<meta {attribute}=\"{name}\" content=\"{}\"/>",
            escaped(value)
        );
    };
    meta("name", "description", &about);
    for (name, value) in [
        ("og:type", kind),
        ("og:site_name", site_name),
        ("og:title", &title),
        ("og:description", &about),
        ("og:url", &page),
        ("og:video", &embed),
        ("og:video:type", "text/html"),
        ("og:video:width", &width),
        ("og:video:height", &height),
    ] {
        meta("property", name, value);
    }
    if embed.starts_with("https:") {
        meta("property", "og:video:secure_url", &embed);
    }
    if let Some((picture, _)) = &shared_picture(card, origin) {
        meta("property", "og:image", picture);
        meta("property", "og:image:alt", &title);
        meta("name", "twitter:image", picture);
    }
    if let Some(seconds) = view.duration {
        meta("property", "video:duration", &seconds.to_string());
    }
    if let Some(year) = view.release_year {
        meta("property", "video:release_date", &year.to_string());
    }
    for tag in view.tags.iter().take(10) {
        meta("property", "video:tag", tag);
    }
    for (name, value) in [
        ("twitter:card", "player"),
        ("twitter:title", &title),
        ("twitter:description", &about),
        ("twitter:player", &embed),
        ("twitter:player:width", &width),
        ("twitter:player:height", &height),
    ] {
        meta("name", name, value);
    }
    let oembed = origin.url(&format!(
        "/oembed?format=json&url={}",
        url::form_urlencoded::byte_serialize(page.as_bytes()).collect::<String>()
    ));
    let _ = writeln!(out, "<link rel=\"canonical\" href=\"{}\"/>", escaped(&page));
    let _ = writeln!(
        out,
        "<link rel=\"alternate\" type=\"application/json+oembed\" href=\"{}\" title=\"{}\"/>",
        escaped(&oembed),
        escaped(&title)
    );
    let data = schema_org(card, &view, &title, &about, &page, &embed);
    let _ = writeln!(
        out,
        "<script type=\"application/ld+json\">{}</script>",
        script_safe(&data)
    );
    out
}

/// The title in schema.org's words.
fn schema_org(
    card: &Card,
    view: &CardView,
    title: &str,
    about: &str,
    page: &str,
    embed: &str,
) -> serde_json::Value {
    let video = json!({
        "@type": "VideoObject",
        "name": title,
        "description": about,
        "thumbnailUrl": view.poster_url,
        "uploadDate": view.created_at,
        "duration": card.video.duration_ms.map(iso_duration),
        "contentUrl": view.stream_url,
        "embedUrl": embed,
        "url": page,
        "genre": view.genre,
        "keywords": (!view.tags.is_empty()).then(|| view.tags.join(", ")),
        "contentRating": view.rating,
        "interactionStatistic": {
            "@type": "InteractionCounter",
            "interactionType": { "@type": "WatchAction" },
            "userInteractionCount": view.view_count,
        },
    });
    let about_it = match view.content_type.as_deref() {
        Some("movie" | "documentary") => Some(json!({
            "@type": "Movie",
            "name": view.title,
            "description": about,
            "image": view.poster_url,
            "genre": view.genre,
            "contentRating": view.rating,
            "dateCreated": view.release_year.map(|y| y.to_string()),
            "url": page,
        })),
        Some("episode") => Some(json!({
            "@type": "TVEpisode",
            "name": view.title,
            "episodeNumber": view.episode_number,
            "partOfSeason": view.season_number.map(|n| json!({
                "@type": "TVSeason",
                "seasonNumber": n,
            })),
            "partOfSeries": view.show_title.as_ref().map(|show| json!({
                "@type": "TVSeries",
                "name": show,
            })),
            "url": page,
        })),
        _ => None,
    };
    let mut graph = vec![video];
    graph.extend(about_it);
    let mut data = json!({ "@context": "https://schema.org", "@graph": graph });
    without_nulls(&mut data);
    data
}

fn without_nulls(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(without_nulls);
        }
        serde_json::Value::Array(all) => all.iter_mut().for_each(without_nulls),
        _ => {}
    }
}

/// The picture that other sites show with a title, and the artwork that it is
/// if somebody chose it. Wide ones first, and JPEG: not everybody who shows
/// cards of pages reads WebP.
pub(super) fn shared_picture(
    card: &Card,
    origin: &PublicOrigin,
) -> Option<(String, Option<String>)> {
    let pictures = &card.pictures;
    let chosen = |kind| {
        let id = pictures.chosen(kind)?;
        let path = format!("/artwork/{id}/{BACKDROP_WIDTH}.jpg");
        Some((origin.url(&path), Some(id.to_owned())))
    };
    let frame = || {
        let image = pictures.frame.as_ref()?;
        let path = format!("/media/{}/images/{image}.jpg", card.video.id);
        Some((origin.url(&path), None))
    };
    chosen("backdrop")
        .or_else(|| chosen("still"))
        .or_else(frame)
        .or_else(|| chosen("poster"))
}

/// The largest size within these bounds in the title's shape.
pub(super) fn shape(card: &Card, most_wide: u32, most_high: u32) -> (u32, u32) {
    let size = |n: Option<i32>| n.and_then(|n| u64::try_from(n).ok()).filter(|n| *n > 0);
    let (w, h) = size(card.video.width)
        .zip(size(card.video.height))
        .unwrap_or((16, 9));
    let (wide, high) = (u64::from(most_wide.max(1)), u64::from(most_high.max(1)));
    let (wide, high) = if wide * h <= high * w {
        (wide, (wide * h / w).max(1))
    } else {
        ((high * w / h).max(1), high)
    };
    let fit = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    (fit(wide), fit(high))
}
