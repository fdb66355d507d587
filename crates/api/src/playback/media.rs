//! `/media/…`.

use std::sync::Arc;

use axum::extract::{FromRequestParts as _, Request, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_MAX_AGE, ALLOW,
};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use matinee_identity::access::Action;
use matinee_playback::http::accepts_gzip;
use matinee_playback::{Asset, MediaPart, MediaPath, MediaRequest, PlaybackError};

use super::respond::{open_to_all_origins, refuse, respond};
use crate::access::chosen;
use crate::{AppState, Caller, Problem};

/// Everything under `/media/`.
pub(super) async fn serve(State(state): State<Arc<AppState>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match parts.method {
        Method::GET | Method::HEAD => {}
        Method::OPTIONS => return preflight(),
        _ => return wrong_method(),
    }
    match open(&state, &parts).await {
        Ok(asset) => respond(&parts.method, &parts.headers, asset, state.playback.blobs()),
        Err(problem) => refuse(problem),
    }
}

async fn open(state: &AppState, parts: &Parts) -> Result<Asset, Problem> {
    let path = parts.uri.path().strip_prefix("/media/");
    let path = path.and_then(MediaPath::parse);
    let path = path.ok_or(PlaybackError::NotFound("address"))?;
    let request = MediaRequest {
        token: parts.uri.query().and_then(token),
        gzip: accepts_gzip(&parts.headers),
        admitted: false,
    };
    match state.playback.media(path, request).await {
        Ok(asset) => {
            if request.token.is_none() && is_way_in(path.part) && chosen(&parts.headers).is_some() {
                heed_profile(state, parts, path.video).await?;
            }
            if matches!(path.part, MediaPart::Rendition { .. }) {
                crate::analytics::tell(state, parts, path.video);
            }
            Ok(asset)
        }
        Err(PlaybackError::TokenMissing | PlaybackError::Hidden) if is_picture(path.part) => {
            let request = MediaRequest {
                admitted: is_known_viewer(state, parts, path.video).await?,
                ..request
            };
            Ok(state.playback.media(path, request).await?)
        }
        Err(other) => Err(other.into()),
    }
}

/// Pictures stand in pages and lists, where addresses bear no token: there the
/// session counts as well.
fn is_picture(part: MediaPart<'_>) -> bool {
    matches!(
        part,
        MediaPart::Image { .. } | MediaPart::Storyboard | MediaPart::StoryboardSheet(_)
    )
}

/// What players open first. Who may not have it asks for nothing that follows.
fn is_way_in(part: MediaPart<'_>) -> bool {
    matches!(
        part,
        MediaPart::Multivariant | MediaPart::Dash | MediaPart::Manifest
    )
}

/// What is open to everybody may be above the age of the profile that asks.
async fn heed_profile(state: &AppState, parts: &Parts, video: &str) -> Result<(), Problem> {
    if is_known_viewer(state, parts, video).await? {
        Ok(())
    } else {
        Err(PlaybackError::Hidden.into())
    }
}

async fn is_known_viewer(state: &AppState, parts: &Parts, video: &str) -> Result<bool, Problem> {
    let mut parts = parts.clone();
    let caller = match Caller::from_request_parts(&mut parts, state).await {
        Ok(caller) => caller,
        // Whoever is not recognised is nobody, of what is there as of what is not.
        Err(problem) if problem.status.is_client_error() => return Ok(false),
        Err(problem) => return Err(problem),
    };
    let presentation = state.playback.presentation(video).await?;
    Ok(caller.may(&presentation.video, Action::Watch))
}

/// The value of `token=` in a query. A token needs no decoding.
pub(crate) fn token(query: &str) -> Option<&str> {
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix("token="))
        .filter(|token| !token.is_empty())
}

/// Other pages' scripts may ask for ranges and revalidate.
pub(crate) fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    open_to_all_origins(headers);
    headers.insert(
        ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, HEAD, OPTIONS"),
    );
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static(
            "Range, If-Range, If-None-Match, If-Modified-Since, CMCD-Object, CMCD-Request, CMCD-Session, CMCD-Status",
        ),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    response
}

/// Media can only be fetched.
pub(crate) fn wrong_method() -> Response {
    let mut response = refuse(Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "Media can only be fetched.",
    ));
    let allowed = HeaderValue::from_static("GET, HEAD, OPTIONS");
    response.headers_mut().insert(ALLOW, allowed);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_in_any_query() {
        assert_eq!(token("token=a-_1"), Some("a-_1"));
        assert_eq!(token("x=1&token=b&token=c"), Some("b"));
        assert_eq!(token("token="), None);
        assert_eq!(token("xtoken=a"), None);
        assert_eq!(token(""), None);
    }
}
