//! `/whip`: what browsers and encoders publish with (RFC 9725).

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};
use matinee_live::rtc::{Client, Kind};

use super::sdp::{FragmentBody, Named, SdpBody, Where, abilities, begun, end, trickle};
use super::who::own;
use crate::{Acting, AppState, PathId, Problem, ProblemResult};

/// Whoever holds this key publishes.
async fn publish(
    state: &AppState,
    key: &str,
    offer: &str,
    client: Client,
) -> ProblemResult<Response> {
    let answer = state.rtc.publish(key, offer, client).await?;
    Ok(begun(state, Kind::Publish, answer))
}

/// Publish by WebRTC (WHIP), the stream key as a bearer token
///
/// The body is an offer (SDP) of H.264 with `packetization-mode=1`, Opus, or both, which the
/// client sends. The answer comes with the address of the session (`Location`): `DELETE` there
/// ends the broadcast. A connection that is lost does not end it. Wrong keys are answered slowly.
#[utoipa::path(post, path = "/whip", tag = "live",
    request_body(content = String, content_type = "application/sdp"),
    responses((status = 201, body = String, content_type = "application/sdp",
            headers(("Location" = String, description = "The session"),
                ("ETag" = String, description = "The session's connection"))),
        (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 406, body = Problem), (status = 413, body = Problem),
        (status = 415, body = Problem)))]
pub(super) async fn by_bearer(
    State(state): State<AppState>,
    Where(client): Where,
    headers: HeaderMap,
    SdpBody(offer): SdpBody,
) -> ProblemResult<Response> {
    let key = bearer(&headers).ok_or_else(|| {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "Send the stream key as a bearer token.",
        )
    })?;
    publish(&state, key, &offer, client).await
}

/// Publish by WebRTC (WHIP), the stream key in the address
///
/// For encoders that have a field for an address and none for a token.
#[utoipa::path(post, path = "/whip/{stream_key}", tag = "live",
    params(("stream_key" = String, Path)),
    request_body(content = String, content_type = "application/sdp"),
    responses((status = 201, body = String, content_type = "application/sdp",
            headers(("Location" = String, description = "The session"),
                ("ETag" = String, description = "The session's connection"))),
        (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 406, body = Problem), (status = 413, body = Problem),
        (status = 415, body = Problem)))]
pub(super) async fn by_address(
    State(state): State<AppState>,
    Where(client): Where,
    Named(key): Named,
    SdpBody(offer): SdpBody,
) -> ProblemResult<Response> {
    publish(&state, &key, &offer, client).await
}

/// Publish your stream by WebRTC (WHIP)
///
/// For its owner, signed in: a page need not know the key.
#[utoipa::path(post, path = "/api/streams/{id}/whip", tag = "live",
    params(("id" = String, Path)),
    request_body(content = String, content_type = "application/sdp"),
    responses((status = 201, body = String, content_type = "application/sdp",
            headers(("Location" = String, description = "The session"),
                ("ETag" = String, description = "The session's connection"))),
        (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 406, body = Problem), (status = 413, body = Problem),
        (status = 415, body = Problem)))]
pub(super) async fn by_owner(
    State(state): State<AppState>,
    acting: Acting,
    Where(client): Where,
    PathId(id): PathId,
    SdpBody(offer): SdpBody,
) -> ProblemResult<Response> {
    let stream = own(&state, &acting.caller, &id).await?;
    publish(&state, &stream.stream_key, &offer, client).await
}

/// See what WHIP takes
#[utoipa::path(options, path = "/whip", tag = "live",
    responses((status = 204, description = "`Accept-Post` has the media type")))]
pub(super) async fn options(State(state): State<AppState>) -> Response {
    abilities(&state)
}

/// See what WHIP takes at the address with the key
#[utoipa::path(options, path = "/whip/{stream_key}", tag = "live",
    params(("stream_key" = String, Path)),
    responses((status = 204, description = "`Accept-Post` has the media type")))]
pub(super) async fn options_of(State(state): State<AppState>) -> Response {
    abilities(&state)
}

/// Say more of a publisher's addresses (trickle ICE)
///
/// Taken and not needed: the server answers wherever the client calls from. ICE is not restarted
/// (`If-Match: *`): begin another session.
#[utoipa::path(patch, path = "/whip/sessions/{session}", tag = "live",
    params(("session" = String, Path)),
    request_body(content = String, content_type = "application/trickle-ice-sdpfrag"),
    responses((status = 204), (status = 404, body = Problem), (status = 412, body = Problem),
        (status = 413, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn patch(
    State(state): State<AppState>,
    Named(session): Named,
    headers: HeaderMap,
    _body: FragmentBody,
) -> ProblemResult<StatusCode> {
    trickle(&state, Kind::Publish, &session, &headers)
}

/// Stop publishing by WebRTC
///
/// The broadcast ends.
#[utoipa::path(delete, path = "/whip/sessions/{session}", tag = "live",
    params(("session" = String, Path)),
    responses((status = 200), (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    Named(session): Named,
) -> ProblemResult<StatusCode> {
    end(&state, Kind::Publish, &session).await
}

/// The token of a request (RFC 6750 §2.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
