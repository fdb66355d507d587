//! What WHIP and WHEP have in common: offers come in, answers go out, and sessions have
//! addresses of their own.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::{FromRef, FromRequest, FromRequestParts, Path, Request};
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CONTENT_TYPE, ETAG, IF_MATCH, LINK, LOCATION};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use matinee_live::desk::Refused;
use matinee_live::rtc::{Answer, Client, Kind, MAX_OFFER, NoSession, OfferError};

use crate::http::caller::client_ip;
use crate::http::problem::sentence;
use crate::{AppState, Problem, ProblemResult, PublicOrigin};

/// The media type of offers and answers.
pub(super) const SDP: &str = "application/sdp";
/// The media type of what is said of addresses later (RFC 8840).
pub(super) const FRAGMENT: &str = "application/trickle-ice-sdpfrag";
const ACCEPT_POST: HeaderName = HeaderName::from_static("accept-post");
const ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");

/// An offer: a body of the media type `application/sdp`.
pub(super) struct SdpBody(pub(super) String);

impl<S: Send + Sync> FromRequest<S> for SdpBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        text(request, SDP).await.map(Self)
    }
}

/// What is said of addresses later.
pub(super) struct FragmentBody;

impl<S: Send + Sync> FromRequest<S> for FragmentBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        text(request, FRAGMENT).await.map(|_| Self)
    }
}

/// The body of a request, which has to be a text of this media type.
async fn text(request: Request, wanted: &'static str) -> Result<String, Problem> {
    let kind = request.headers().get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case(wanted) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("Send the body as {wanted}."),
        ));
    }
    let body = to_bytes(request.into_body(), MAX_OFFER).await;
    let body = body.map_err(|_| {
        let detail = format!("The body may have {MAX_OFFER} bytes at most.");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
    })?;
    String::from_utf8(body.into()).map_err(|_| Problem::bad_request("The body is not UTF-8."))
}

/// The one name in a path: of a session, or a stream's key.
pub(super) struct Named(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let name = Path::<String>::from_request_parts(parts, state).await;
        name.map(|Path(name)| Self(name)).map_err(|_| gone())
    }
}

/// Where whoever asks is, and under which address they found us.
pub(super) struct Where(pub(super) Client);

impl<S> FromRequestParts<S> for Where
where
    S: Send + Sync,
    AppState: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let config = AppState::from_ref(state).config;
        let from = client_ip(parts, &config).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let site = url::Url::parse(&PublicOrigin::of(parts, &config).site).ok();
        let found_at = site.as_ref().and_then(url::Url::host);
        let found_at = found_at.as_ref().and_then(ip);
        Ok(Self(Client { from, found_at }))
    }
}

fn ip(host: &url::Host<&str>) -> Option<IpAddr> {
    match host {
        url::Host::Ipv4(ip) => Some((*ip).into()),
        url::Host::Ipv6(ip) => Some((*ip).into()),
        // A page at this very machine.
        url::Host::Domain(name) if *name == "localhost" => Some(Ipv4Addr::LOCALHOST.into()),
        url::Host::Domain(_) => None,
    }
}

/// The path of a session.
fn path(kind: Kind, id: &str) -> String {
    match kind {
        Kind::Publish => format!("/whip/sessions/{id}"),
        Kind::Watch => format!("/whep/sessions/{id}"),
        Kind::Stage => format!("/api/stage/sessions/{id}"),
    }
}

/// By what a session's connection is told from another (RFC 9725 §4.3.1): it has one.
fn etag(id: &str) -> String {
    let head: String = id.chars().take(8).collect();
    format!("\"{head}\"")
}

/// 201: the session has begun.
pub(super) fn begun(state: &AppState, kind: Kind, answer: Answer) -> Response {
    let Answer { id, sdp } = answer;
    let mut response = (StatusCode::CREATED, [(CONTENT_TYPE, SDP)], sdp).into_response();
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append(name, value);
        }
    };
    put(LOCATION, &path(kind, &id));
    put(ETAG, &etag(&id));
    put(ACCEPT_PATCH, FRAGMENT);
    for server in &state.config.ice_servers {
        put(LINK, &format!("<{server}>; rel=\"ice-server\""));
    }
    response
}

/// 204: what can be sent here, for whoever asks by OPTIONS.
pub(super) fn abilities(state: &AppState) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(ACCEPT_POST, HeaderValue::from_static(SDP));
    headers.insert(ACCEPT, HeaderValue::from_static(SDP));
    for server in &state.config.ice_servers {
        if let Ok(link) = HeaderValue::from_str(&format!("<{server}>; rel=\"ice-server\"")) {
            headers.append(LINK, link);
        }
    }
    response
}

/// Hears what a peer says of its addresses later: we answer wherever it calls from, so there is
/// nothing to be done.
pub(super) fn trickle(
    state: &AppState,
    kind: Kind,
    id: &str,
    headers: &HeaderMap,
) -> ProblemResult<StatusCode> {
    if !state.rtc.knows(kind, id) {
        return Err(gone());
    }
    let named = headers.get(IF_MATCH).and_then(|value| value.to_str().ok());
    match named {
        // RFC 9725 §4.3.3: the connection is to be made anew.
        Some("*") => Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "ICE is not restarted here: begin another session.",
        )),
        Some(tag) if tag != etag(id) => Err(Problem::new(
            StatusCode::PRECONDITION_FAILED,
            "This is not what the session's connection is called.",
        )),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

/// Ends a session.
pub(super) async fn end(state: &AppState, kind: Kind, id: &str) -> ProblemResult<StatusCode> {
    if state.rtc.end(kind, id).await {
        Ok(StatusCode::OK)
    } else {
        Err(gone())
    }
}

fn gone() -> Problem {
    Problem::not_found("There is no such session, or not any more.")
}

impl From<NoSession> for Problem {
    fn from(error: NoSession) -> Self {
        let later = |seconds| Self {
            retry_after: Some(Duration::from_secs(seconds)),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, sentence(&error))
        };
        match &error {
            NoSession::Off => Self::not_found(sentence(&error)),
            NoSession::Stage(_) => Self::conflict(sentence(&error)),
            NoSession::Full => later(15),
            NoSession::Refused(Refused::Busy) => later(2),
            NoSession::Refused(Refused::UnknownKey) => {
                Self::new(StatusCode::UNAUTHORIZED, sentence(&error))
            }
            NoSession::Refused(Refused::NotAllowed(_)) => Self::forbidden(sentence(&error)),
            NoSession::Offer(OfferError::Malformed(_)) => Self::bad_request(sentence(&error)),
            NoSession::NotAtOnce | NoSession::Offer(OfferError::Unusable(_)) => {
                Self::new(StatusCode::NOT_ACCEPTABLE, sentence(&error))
            }
        }
    }
}
