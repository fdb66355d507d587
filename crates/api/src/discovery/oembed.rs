//! `/oembed`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use matinee_catalog::CatalogError;
use matinee_catalog::discovery::{Card, Seer};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::markup::{element, escaped};
use super::pages::{HEIGHT, WIDTH, heading, shape, shared_picture};
use crate::titles::artwork::BACKDROP_WIDTH;
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
    let picture = picture(&state, &card, &origin).await?;
    let answer = OembedView {
        r#type: "video",
        version: "1.0",
        provider_name: state.face.get().name.clone(),
        provider_url: origin.url("/"),
        cache_age: 3600,
        thumbnail_width: picture.as_ref().map(|(_, width, _)| *width),
        thumbnail_height: picture.as_ref().map(|(.., height)| *height),
        thumbnail_url: picture.map(|(url, ..)| url),
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

/// A picture for other sites, with its width and height, which they rely on: a
/// frame of the film has the film's shape, what people chose has its own.
async fn picture(
    state: &AppState,
    card: &Card,
    origin: &PublicOrigin,
) -> ProblemResult<Option<(String, u32, u32)>> {
    let Some((url, chosen)) = shared_picture(card, origin) else {
        return Ok(None);
    };
    let Some(id) = chosen else {
        let (width, height) = shape(card, 1280, 720);
        return Ok(Some((url, width, height)));
    };
    let artwork = match state.catalog.artwork(&id).await {
        Ok(artwork) => artwork,
        // Taken away since the card was made.
        Err(CatalogError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let size = |n: i32| u32::try_from(n).unwrap_or(1).max(1);
    let (wide, high) = (size(artwork.width), size(artwork.height));
    let width = wide.min(BACKDROP_WIDTH);
    let height = u64::from(high) * u64::from(width) / u64::from(wide);
    let height = u32::try_from(height).unwrap_or(u32::MAX).max(1);
    Ok(Some((url, width, height)))
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
