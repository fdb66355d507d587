//! The site: the files that the web build leaves, inside the binary.

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::Problem;

#[derive(RustEmbed)]
#[folder = "../../web/build"]
#[allow_missing = true]
struct Files;

/// Paths that belong to the API: an unknown one is an error, not a page.
const NOT_PAGES: [&str; 6] = ["api/", "media/", "stream/", "health", "metrics", "docs/"];

/// Answers where the address is right and the method is not: a page may share
/// its address with something that programs post to.
pub(crate) async fn wrong_method(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let is_page = !NOT_PAGES.iter().any(|prefix| path.starts_with(prefix));
    if is_page && matches!(*request.method(), Method::GET | Method::HEAD) {
        return serve(request).await;
    }
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        format!("{} is not possible here.", request.method()),
    )
    .into_response()
}

/// Answers with a file of the site, or with the page that draws every other
/// address itself.
pub(crate) async fn serve(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    if NOT_PAGES.iter().any(|prefix| path.starts_with(prefix)) {
        return Problem::not_found("There is nothing under this address.").into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "This address can only be read.",
        )
        .into_response();
    }
    if let Some(file) = Files::get(path).filter(|_| !path.is_empty()) {
        return answer(path, file, &request);
    }
    let looks_like_a_file = path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'));
    if looks_like_a_file {
        return Problem::not_found("There is no such file.").into_response();
    }
    match Files::get("index.html") {
        Some(page) => answer("index.html", page, &request),
        None => shell(),
    }
}

/// The page that draws every address itself.
pub(crate) fn shell() -> Response {
    page(Files::get("index.html").map(|file| file.data))
}

/// The same with this title, and with more in its head. Both are HTML: escaped
/// by whoever makes them.
pub(crate) fn shell_with(title: &str, head: &str) -> Response {
    let whole = Files::get("index.html").and_then(|file| {
        let html = std::str::from_utf8(&file.data).ok()?;
        Some(completed(html, title, head).into_bytes().into())
    });
    page(whole.or_else(|| {
        // Not even the tests have the site; they still read its head.
        let html = completed(include_str!("site-missing.html"), title, head);
        Some(html.into_bytes().into())
    }))
}

fn page(html: Option<std::borrow::Cow<'static, [u8]>>) -> Response {
    let (status, html) = match html {
        Some(html) => (StatusCode::OK, html),
        None => (
            StatusCode::SERVICE_UNAVAILABLE,
            include_bytes!("site-missing.html").as_slice().into(),
        ),
    };
    let mut response = (status, Body::from(html.into_owned())).into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// A page with another title and more in its head.
fn completed(html: &str, title: &str, head: &str) -> String {
    let Some((before, rest)) = html.split_once("</head>") else {
        return html.to_owned();
    };
    let before = match (before.split_once("<title>"), before.split_once("</title>")) {
        (Some((start, _)), Some((_, end))) => format!("{start}<title>{title}</title>{end}"),
        _ => format!("{before}<title>{title}</title>"),
    };
    format!("{before}{head}</head>{rest}")
}

fn answer(path: &str, file: EmbeddedFile, request: &Request) -> Response {
    let hash = file.metadata.sha256_hash();
    let etag = format!("\"{}\"", hex::encode(&hash[..12]));
    // The build puts a hash into the names under _app/immutable.
    let cache = if path.contains("/immutable/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let known = request
        .headers()
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|seen| {
            seen.split(',')
                .any(|tag| tag.trim().trim_start_matches("W/") == etag)
        });
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = mime_guess::from_path(path).first_or_octet_stream();
        let kind = match kind.type_().as_str() {
            "text" => format!("{kind}; charset=utf-8"),
            _ => kind.to_string(),
        };
        let body = match file.data {
            std::borrow::Cow::Borrowed(bytes) => Body::from(bytes),
            std::borrow::Cow::Owned(bytes) => Body::from(bytes),
        };
        ([(header::CONTENT_TYPE, kind)], body).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(value) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, value);
    }
    response
}

/// Whether this binary has the site in it.
pub fn is_built_in() -> bool {
    Files::get("index.html").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_is_completed_and_the_rest_stays() {
        let html = "<html><head><title>Matinee</title><link></head><body></head></body></html>";
        assert_eq!(
            completed(html, "A &amp; B", "<meta/>"),
            "<html><head><title>A &amp; B</title><link><meta/></head><body></head></body></html>"
        );
        assert_eq!(completed("no head", "x", "y"), "no head");
    }
}
