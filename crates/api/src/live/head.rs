//! What is kept of a request's head for as long as its socket is open.

use axum::extract::OriginalUri;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};

/// What of a request's head says nothing of who makes it, by how the names begin: it is not kept
/// while the socket is open.
const TELLS_NOTHING: &[&str] = &[
    "accept",
    "cache-control",
    "connection",
    "pragma",
    "priority",
    "sec-ch-",
    "sec-websocket-",
    "upgrade",
];
/// Keeps of a request what says who makes it, as bytes of its own: those that came share the buffer
/// into which the whole head was read, and would keep it for as long as the socket is open.
pub(super) fn let_go(parts: &mut Parts) {
    parts.headers = telling(&parts.headers);
    parts.uri = parts.uri.to_string().parse().unwrap_or_default();
    parts.extensions.remove::<OriginalUri>();
}

fn telling(headers: &HeaderMap) -> HeaderMap {
    let tells = |name: &str| {
        !TELLS_NOTHING
            .iter()
            .any(|nothing| name.starts_with(nothing))
    };
    let mut own = HeaderMap::new();
    for (name, value) in headers.iter().filter(|(name, _)| tells(name.as_str())) {
        if let Ok(mut copy) = HeaderValue::from_bytes(value.as_bytes()) {
            copy.set_sensitive(value.is_sensitive());
            own.append(name.clone(), copy);
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use http::header::HeaderName;

    use super::*;

    #[test]
    fn what_is_kept_of_a_head_is_what_says_who_it_is() {
        let head: HeaderMap = [
            ("host", "films.example.org"),
            ("cookie", "matinee_viewer=1"),
            ("x-forwarded-for", "192.0.2.1"),
            ("cf-ipcountry", "DE"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ("accept-language", "de"),
        ]
        .into_iter()
        .map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        })
        .collect();
        let kept = telling(&head);
        let names: Vec<&str> = kept.keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["host", "cookie", "x-forwarded-for", "cf-ipcountry"]);
        assert_ne!(
            kept["cookie"].as_bytes().as_ptr(),
            head["cookie"].as_bytes().as_ptr()
        );
        assert_eq!(kept["cookie"], head["cookie"]);
    }
}
