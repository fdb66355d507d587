//! `GET /movie/{id}`: one film, for programs as JSON and for people as a page.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use matinee_catalog::RenditionKind;
use matinee_identity::access::Action;
use serde::Serialize;
use utoipa::ToSchema;

use super::person::permitted;
use crate::videos::view::VideoView;
use crate::{AppState, Caller, PathId, Problem, ProblemResult, PublicOrigin};

/// A film.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovieView {
    /// Everything that is known of the video.
    #[serde(flatten)]
    pub video: VideoView,
    /// A picture that stands for it.
    pub poster: Option<String>,
    /// The rungs and where they play: `360p:https://…,720p:https://…`.
    pub quality_variants: Option<String>,
    /// The page on which it plays.
    pub watch_url: String,
}

/// Get a film
///
/// Browsers, which ask for HTML, are led to the page on which it plays; everybody
/// else gets JSON.
#[utoipa::path(get, path = "/movie/{id}", tag = "videos", params(("id" = String, Path)),
    responses((status = 200, body = MovieView), (status = 302), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    id: Result<PathId, Problem>,
    request: Request,
) -> ProblemResult<Response> {
    let mut response = match (prefers_html(request.headers()), id) {
        // The page says itself what somebody may not see.
        (true, Ok(PathId(id))) => {
            let page = format!("/watch/{id}");
            (StatusCode::FOUND, [(header::LOCATION, page)]).into_response()
        }
        (true, Err(_)) => crate::site::serve(request).await,
        (false, id) => {
            let movie = movie(&state, &caller, &origin, &id?.0).await?;
            Json(movie).into_response()
        }
    };
    response
        .headers_mut()
        .append(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

async fn movie(
    state: &AppState,
    caller: &Caller,
    origin: &PublicOrigin,
    id: &str,
) -> ProblemResult<MovieView> {
    let video = permitted(state, caller, id, Action::Watch).await?;
    let parts = state.catalog.parts(id).await?;
    let variants: Vec<String> = parts
        .renditions
        .iter()
        .filter(|rendition| rendition.kind == RenditionKind::Video)
        .rev()
        .map(|rendition| {
            let path = format!("/media/{id}/{}/media.m3u8", rendition.id);
            format!("{}:{}", rendition.name, origin.url(&path))
        })
        .collect();
    let video = VideoView::new(video, &parts, origin);
    Ok(MovieView {
        poster: video.poster_url.clone(),
        quality_variants: (!variants.is_empty()).then(|| variants.join(",")),
        watch_url: origin.url(&format!("/watch/{id}")),
        video,
    })
}

/// Whether a client would rather have HTML than JSON (RFC 9110 §12.5.1).
/// Whoever takes anything is a program.
fn prefers_html(headers: &HeaderMap) -> bool {
    let (mut html, mut json) = (0.0_f32, 0.0_f32);
    let lines = headers.get_all(header::ACCEPT).iter();
    for range in lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
    {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts
            .find_map(|part| part.strip_prefix("q="))
            .and_then(|text| text.parse().ok())
            .unwrap_or(1.0_f32);
        match kind.as_str() {
            "text/html" | "application/xhtml+xml" => html = html.max(weight),
            "application/json" | "application/*" => json = json.max(weight),
            _ => {}
        }
    }
    html > json
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        true
    )]
    #[case("*/*", false)]
    #[case("application/json", false)]
    #[case("application/json, text/html;q=0.5", false)]
    #[case("application/json;q=0.5, text/html", true)]
    #[case("text/html;q=0", false)]
    #[case("text/html;q=x", true)]
    fn html(#[case] accept: &str, #[case] expected: bool) {
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_str(accept) {
            headers.insert(header::ACCEPT, value);
        }
        assert_eq!(prefers_html(&headers), expected);
    }
}
