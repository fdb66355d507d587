//! `GET /stream/{id}/token`.

use axum::Json;
use axum::extract::State;
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderName};
use matinee_identity::access::Action;
use matinee_identity::{Bearer, Via};
use serde::Serialize;
use utoipa::ToSchema;

use crate::videos::view::rfc3339;
use crate::{Acting, AppState, PathId, Problem, ProblemResult, PublicOrigin};

/// A permission to play one video, and where to play it with it.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreamToken {
    /// What the addresses bear as `?token=`.
    pub token: String,
    /// Until when it is good, RFC 3339.
    pub expires_at: String,
    /// How many seconds that is from now.
    pub expires_in: u64,
    /// The HLS multivariant playlist.
    pub hls_url: Option<String>,
    /// The DASH manifest.
    pub dash_url: Option<String>,
    /// One progressive MP4.
    pub stream_url: Option<String>,
    /// Variants and their segments as JSON.
    pub manifest_url: Option<String>,
    /// WebVTT with pictures for scrubbing, if there are any.
    pub storyboard_url: Option<String>,
}

/// Get a permission to play a video
///
/// It is bound to the video and to the caller, and every address in the
/// playlists bears it.
#[utoipa::path(get, path = "/stream/{id}/token", tag = "playback", params(("id" = String, Path)),
    responses((status = 200, body = StreamToken), (status = 401, body = Problem),
        (status = 404, body = Problem),
        (status = 429, body = Problem, description = "The account plays on as many devices as it may")))]
pub(super) async fn token(
    State(state): State<AppState>,
    acting: Acting,
    headers: HeaderMap,
    origin: PublicOrigin,
    PathId(id): PathId,
) -> ProblemResult<([(HeaderName, &'static str); 1], Json<StreamToken>)> {
    let presentation = state.playback.presentation(&id).await?;
    let video = &presentation.video;
    let caller = &acting.caller;
    caller.require_for(video, Action::Watch)?;
    state.access.play(caller, &headers).await?;
    let viewer = match caller.0.user() {
        Some(user) => user.id.to_string(),
        None => caller.0.viewer_key().unwrap_or_default(),
    };
    let device = acting.via.as_ref().and_then(Via::device);
    let bearer = Bearer {
        viewer: &viewer,
        device: device.unwrap_or_default(),
    };
    let grant = state.playback.grant(video, bearer);
    let ours = |path: String| {
        (!video.is_external()).then(|| origin.url(&format!("{path}?token={}", grant.token)))
    };
    let has_storyboard = presentation.storyboard().next().is_some();
    let answer = StreamToken {
        expires_at: rfc3339(
            i64::try_from(grant.expires_at).unwrap_or(i64::MAX / 2_000_000) * 1_000_000,
        ),
        expires_in: grant.expires_in,
        hls_url: ours(format!("/media/{id}/master.m3u8"))
            .or_else(|| video.external_hls_url.clone()),
        dash_url: ours(format!("/media/{id}/manifest.mpd")),
        stream_url: ours(format!("/api/videos/{id}/stream"))
            .or_else(|| video.external_video_url.clone()),
        manifest_url: ours(format!("/media/{id}/manifest.json")),
        storyboard_url: ours(format!("/media/{id}/storyboard.vtt")).filter(|_| has_storyboard),
        token: grant.token,
    };
    Ok(([(CACHE_CONTROL, "private, no-store")], Json(answer)))
}
