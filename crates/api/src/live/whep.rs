//! `/whep`: what browsers watch with in less than a second (draft-ietf-wish-whep).

use std::sync::Arc;

use async_trait::async_trait;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use matinee_identity::access::Action;
use matinee_live::LiveError;
use matinee_live::room::presence::Tag;
use matinee_live::rtc::{Kind, Pulse};
use serde::Deserialize;
use utoipa::IntoParams;

use super::media::admit;
use super::sdp::{FragmentBody, Named, SdpBody, Where, abilities, begun, end, trickle};
use super::who::{fetching, known, most, speaker};
use crate::{AppState, Caller, Params, PathId, Problem, ProblemResult};

/// How somebody shows that they may watch who has not signed in here.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WatchParams {
    /// A permission to watch, from `/api/streams/{id}/token`
    token: Option<String>,
}

/// Watch a stream by WebRTC (WHEP)
///
/// The body is an offer (SDP) to receive H.264 with `packetization-mode=1`, Opus, or both. The
/// answer comes with the address of the session (`Location`): `DELETE` there ends it. Whoever may
/// watch may watch so, and counts as a viewer as long as they do. A broadcast with B-frames, or
/// with other pictures than H.264, cannot be watched so (406): see `whep_url` of the stream.
#[utoipa::path(post, path = "/whep/{stream_id}", tag = "live",
    params(("stream_id" = String, Path), WatchParams),
    request_body(content = String, content_type = "application/sdp"),
    responses((status = 201, body = String, content_type = "application/sdp",
            headers(("Location" = String, description = "The session"),
                ("ETag" = String, description = "The session's connection"))),
        (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 406, body = Problem), (status = 413, body = Problem),
        (status = 415, body = Problem),
        (status = 429, body = Problem, description = "The account plays on as many devices as it may")))]
pub(super) async fn watch(
    State(state): State<AppState>,
    caller: Caller,
    Where(client): Where,
    headers: HeaderMap,
    PathId(id): PathId,
    Params(WatchParams { token }): Params<WatchParams>,
    SdpBody(offer): SdpBody,
) -> ProblemResult<Response> {
    let stream = may_watch(&state, &caller, &id, token.as_deref()).await?;
    if token.is_none() {
        state.access.play(&caller, &headers).await?;
    }
    let most = most(&stream, speaker(&caller, &stream).as_ref());
    let viewer = Viewer {
        tag: fetching(&state, &id, &headers, token.as_deref(), Some(client.from)),
        state: state.clone(),
        caller,
        stream: id.clone(),
        token,
        most,
    };
    let broadcast = state.broadcasts.get(&id).ok_or(LiveError::NotOnAir)?;
    viewer.count()?;
    let answer = state
        .rtc
        .watch(broadcast, &offer, client, Arc::new(viewer))?;
    Ok(begun(&state, Kind::Watch, answer))
}

/// The stream, if the bearer of this token or else the caller may watch it.
async fn may_watch(
    state: &AppState,
    caller: &Caller,
    id: &str,
    token: Option<&str>,
) -> ProblemResult<Arc<matinee_live::streams::Stream>> {
    if token.is_none() {
        return known(state, caller, id, Action::Watch).await;
    }
    admit(state, id, token).await?;
    let stream = state.live.streams.glance(id).await?;
    stream.ok_or_else(|| LiveError::NotFound("stream").into())
}

/// Somebody who watches.
struct Viewer {
    state: AppState,
    caller: Caller,
    stream: String,
    token: Option<String>,
    tag: Tag,
    most: Option<u32>,
}

impl Viewer {
    /// Counts them among the viewers, as if they had fetched a playlist.
    fn count(&self) -> ProblemResult<()> {
        let rooms = &self.state.live.rooms;
        Ok(rooms.fetches(&self.stream, self.tag, self.most)?)
    }
}

#[async_trait]
impl Pulse for Viewer {
    async fn beat(&self) -> bool {
        let token = self.token.as_deref();
        may_watch(&self.state, &self.caller, &self.stream, token)
            .await
            .is_ok()
            && self.count().is_ok()
    }
}

/// See what WHEP takes
#[utoipa::path(options, path = "/whep/{stream_id}", tag = "live",
    params(("stream_id" = String, Path)),
    responses((status = 204, description = "`Accept-Post` has the media type")))]
pub(super) async fn options(State(state): State<AppState>) -> Response {
    abilities(&state)
}

/// Say more of a viewer's addresses (trickle ICE)
///
/// Taken and not needed: the server answers wherever the client calls from. ICE is not restarted
/// (`If-Match: *`): begin another session.
#[utoipa::path(patch, path = "/whep/sessions/{session}", tag = "live",
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
    trickle(&state, Kind::Watch, &session, &headers)
}

/// Stop watching by WebRTC
#[utoipa::path(delete, path = "/whep/sessions/{session}", tag = "live",
    params(("session" = String, Path)),
    responses((status = 200), (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    Named(session): Named,
) -> ProblemResult<StatusCode> {
    end(&state, Kind::Watch, &session).await
}
