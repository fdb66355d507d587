//! `/watch/{id}` with what other sites want to know of it, `/embed/{id}`,
//! `/oembed`.

use std::fmt::Write as _;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use matinee_catalog::Parts;
use matinee_catalog::discovery::{Card, Seer};
use matinee_identity::access::Action;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::card::CardView;
use super::markup::{element, escaped, iso_duration, script_safe, shortened};
use crate::{AppState, Caller, Params, PathId, Problem, ProblemResult, PublicOrigin, site};

/// The size of an embedded player unless its page says otherwise.
const WIDTH: u32 = 960;
const HEIGHT: u32 = 540;
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
fn heading(card: &Card) -> String {
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
    if let Some(picture) = &view.poster_url {
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

/// The largest size within these bounds in the title's shape.
fn shape(card: &Card, most_wide: u32, most_high: u32) -> (u32, u32) {
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

/// What a page wants to embed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct OembedParams {
    /// The address of a title's page.
    url: Option<String>,
    /// In pixels.
    maxwidth: Option<u32>,
    /// In pixels.
    maxheight: Option<u32>,
    /// `json` (unless given) or `xml`.
    format: Option<String>,
}

/// How to embed a title (oEmbed 1.0).
#[derive(Debug, Serialize, ToSchema)]
pub struct OembedView {
    /// `video`
    r#type: &'static str,
    /// `1.0`
    version: &'static str,
    /// Its name.
    title: String,
    /// The instance's name.
    provider_name: String,
    /// The instance's address.
    provider_url: String,
    /// In seconds.
    cache_age: u32,
    /// A picture that stands for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_url: Option<String>,
    /// In pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_width: Option<u32>,
    /// In pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_height: Option<u32>,
    /// A frame with the player.
    html: String,
    /// In pixels.
    width: u32,
    /// In pixels.
    height: u32,
}

/// Find out how to embed a title (oEmbed)
#[utoipa::path(get, path = "/oembed", tag = "discovery", params(OembedParams),
    responses((status = 200, body = OembedView), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 501, body = Problem)))]
pub(super) async fn oembed(
    State(state): State<AppState>,
    origin: PublicOrigin,
    Params(params): Params<OembedParams>,
) -> ProblemResult<Response> {
    let format = params.format.as_deref().unwrap_or("json");
    if !matches!(format, "json" | "xml") {
        return Err(Problem::new(
            StatusCode::NOT_IMPLEMENTED,
            "The formats are json and xml.",
        ));
    }
    let Some(url) = &params.url else {
        return Err(Problem::field(
            "url",
            "must be the address of a title's page",
        ));
    };
    let missing = || Problem::not_found("There is no such title here.");
    let id = our_title(url, &origin).ok_or_else(missing)?;
    let cards = state.discovery.visible(&Seer::nobody(), &[id]).await?;
    let card = cards.into_values().next().ok_or_else(missing)?;
    let (width, height) = shape(
        &card,
        params.maxwidth.unwrap_or(WIDTH).clamp(1, 7680),
        params.maxheight.unwrap_or(HEIGHT).clamp(1, 4320),
    );
    let embed = origin.url(&format!("/embed/{}", card.video.id));
    let title = heading(&card);
    let view = CardView::new(&card, &origin);
    let (wide, high) = shape(&card, 1280, 720);
    let pictured = view.poster_url.is_some();
    let answer = OembedView {
        r#type: "video",
        version: "1.0",
        provider_name: state.face.get().name.clone(),
        provider_url: origin.url("/"),
        cache_age: 3600,
        thumbnail_url: view.poster_url,
        thumbnail_width: pictured.then_some(wide),
        thumbnail_height: pictured.then_some(high),
        html: format!(
            "<iframe src=\"{}\" width=\"{width}\" height=\"{height}\" title=\"{}\" \
             allow=\"autoplay; fullscreen; picture-in-picture; encrypted-media\" allowfullscreen \
             style=\"border:0\"></iframe>",
            escaped(&embed),
            escaped(&title)
        ),
        title,
        width,
        height,
    };
    let mut response = if format == "xml" {
        let mut response = oembed_xml(&answer).into_response();
        let kind = HeaderValue::from_static("text/xml; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    } else {
        Json(&answer).into_response()
    };
    let headers = response.headers_mut();
    // Editors in browsers ask from their own sites.
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=300"),
    );
    Ok(response)
}

fn oembed_xml(answer: &OembedView) -> String {
    let value = serde_json::to_value(answer).unwrap_or_default();
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<oembed>\n");
    for (name, value) in value.as_object().into_iter().flatten() {
        let text = match value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        out.push_str(&element(name, &text));
        out.push('\n');
    }
    out.push_str("</oembed>\n");
    out
}

/// The id of the title whose page or player has this address, if it is ours.
fn our_title(address: &str, origin: &PublicOrigin) -> Option<String> {
    let asked = url::Url::parse(address).ok()?;
    let ours = url::Url::parse(&origin.site).ok()?;
    // The scheme may differ: somebody may have copied an address from before TLS.
    let same = asked.host_str() == ours.host_str()
        && asked.port() == ours.port()
        && matches!(asked.scheme(), "http" | "https");
    if !same {
        return None;
    }
    let path = asked.path().trim_end_matches('/');
    let id = path
        .strip_prefix("/watch/")
        .or_else(|| path.strip_prefix("/embed/"))?;
    id.parse::<matinee_engines::id::Id>().ok()?;
    Some(id.to_owned())
}

/// The player alone, for frames on other sites
///
/// Which sites may frame it is the setting `MATINEE_EMBED_SITES`.
#[utoipa::path(get, path = "/embed/{id}", tag = "discovery", params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "text/html"),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn embed(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
) -> ProblemResult<Response> {
    let missing = || Problem::not_found("There is nothing under this address.");
    let card = state.discovery.card(&id).await?.ok_or_else(missing)?;
    caller.require_for(&card.video, Action::Watch)?;
    let parts = state.catalog.parts(&id).await?;
    let html = player(&card, &parts, &origin, &state.face.get().name);
    let mut response = html.into_response();
    let headers = response.headers_mut();
    let media = if origin.media == origin.site {
        String::new()
    } else {
        format!(" {}", origin.media)
    };
    let policy = format!(
        "default-src 'none'; img-src 'self' https: data:{media}; media-src 'self' https: blob:{media}; \
         style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors {}",
        ancestors(&state.face.get().embed_sites)
    );
    let policy = HeaderValue::from_str(&policy).map_err(|error| Problem::internal(&error))?;
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    Ok(response)
}

/// Who may frame the player, in the words of a Content-Security-Policy.
fn ancestors(sites: &[String]) -> String {
    if sites.iter().any(|site| site == "*") {
        return "*".to_owned();
    }
    let mut all = vec!["'self'".to_owned()];
    all.extend(sites.iter().cloned());
    all.join(" ")
}

fn player(card: &Card, parts: &Parts, origin: &PublicOrigin, site_name: &str) -> String {
    let view = CardView::new(card, origin);
    let title = heading(card);
    let page = origin.url(&format!("/watch/{}", view.id));
    let mut out = String::with_capacity(4096);
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{} – {}</title>\n\
         <link rel=\"canonical\" href=\"{}\">\n<style>\
         html,body{{margin:0;height:100%;background:#000;color:#fff;font:15px/1.4 system-ui,sans-serif}}\
         video{{width:100%;height:100%;object-fit:contain;display:block}}\
         a{{color:#fff}}\
         .name{{position:absolute;top:0;left:0;right:0;padding:10px 14px 28px;text-shadow:0 1px 2px #000;\
         background:linear-gradient(rgba(0,0,0,.7),transparent);opacity:0;transition:opacity .2s}}\
         .name a{{text-decoration:none;font-weight:600}}\
         body:hover .name,.name:focus-within{{opacity:1}}\
         </style>\n</head>\n<body>\n",
        escaped(&title),
        escaped(site_name),
        escaped(&page)
    );
    let poster = view
        .poster_url
        .as_ref()
        .map(|url| format!(" poster=\"{}\"", escaped(url)))
        .unwrap_or_default();
    let _ = writeln!(
        out,
        "<video controls playsinline preload=\"metadata\" aria-label=\"{}\"{poster}>",
        escaped(&title)
    );
    for (url, kind) in [
        (&view.hls_url, "application/vnd.apple.mpegurl"),
        (&view.stream_url, "video/mp4"),
    ] {
        if let Some(url) = url {
            let _ = writeln!(out, "<source src=\"{}\" type=\"{kind}\">", escaped(url));
        }
    }
    for track in parts.subtitles.iter().filter(|_| !card.video.is_external()) {
        let _ = writeln!(
            out,
            "<track kind=\"{}\" src=\"{}\" srclang=\"{}\" label=\"{}\"{}>",
            if track.hearing_impaired {
                "captions"
            } else {
                "subtitles"
            },
            // Tracks load from the page's own origin only.
            escaped(&format!(
                "/media/{}/subtitles/{}/full.vtt",
                view.id, track.id
            )),
            escaped(&track.language),
            escaped(&track.label),
            if track.is_default { " default" } else { "" }
        );
    }
    let _ = write!(
        out,
        "<a href=\"{0}\">Watch on {1}</a>\n</video>\n\
         <div class=\"name\"><a href=\"{0}\" target=\"_blank\" rel=\"noopener\">{2}</a></div>\n\
         </body>\n</html>\n",
        escaped(&page),
        escaped(site_name),
        escaped(&title)
    );
    out
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://films.example/watch/video_01h455vb4pex5vsknk084sn02q", true)]
    #[case(
        "http://films.example/embed/video_01h455vb4pex5vsknk084sn02q/?t=5",
        true
    )]
    #[case(
        "https://films.example.evil/watch/video_01h455vb4pex5vsknk084sn02q",
        false
    )]
    #[case("https://films.example/watch/../api", false)]
    #[case(
        "javascript://films.example/watch/video_01h455vb4pex5vsknk084sn02q",
        false
    )]
    #[case("nonsense", false)]
    fn only_our_own_addresses_are_answered(#[case] address: &str, #[case] ours: bool) {
        let origin = PublicOrigin {
            site: "https://films.example".into(),
            media: "https://cdn.example".into(),
        };
        assert_eq!(our_title(address, &origin).is_some(), ours);
    }

    #[test]
    fn a_frame_may_stand_where_the_operator_says() {
        assert_eq!(ancestors(&["*".into()]), "*");
        assert_eq!(ancestors(&[]), "'self'");
        assert_eq!(
            ancestors(&["https://a.example".into()]),
            "'self' https://a.example"
        );
    }
}
