//! `/oembed`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use matinee_catalog::discovery::Seer;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::card::CardView;
use super::markup::{element, escaped};
use super::pages::{HEIGHT, WIDTH, heading, shape};
use crate::{AppState, Params, Problem, ProblemResult, PublicOrigin};

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
}
