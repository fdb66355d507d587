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
        None => (
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
            include_str!("site-missing.html"),
        )
            .into_response(),
    }
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
