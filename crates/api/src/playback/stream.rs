//! `GET|HEAD /api/videos/{id}/stream`.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, Method};
use matinee_identity::access::Action;
use matinee_playback::gate::Admission;
use matinee_playback::{PlaybackError, StreamRequest};
use serde::Deserialize;
use utoipa::IntoParams;

use super::respond::respond;
use crate::{AppState, Caller, Params, PathId, Problem, ProblemResult};

/// What is to be streamed, and how.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct StreamParams {
    /// `source`, or the name of a rendition, such as `720p`; the best there is
    /// if left out.
    quality: Option<String>,
    /// Whether the browser is to save it rather than play it.
    #[param(value_type = bool)]
    download: Option<Flag>,
    /// A stream token; a video that is not public needs one, or a session.
    token: Option<String>,
}

/// A switch in a query: `1`, `true`, `yes` or nothing turn it on.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = bool)]
struct Flag(bool);

impl TryFrom<String> for Flag {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.to_ascii_lowercase().as_str() {
            "" | "1" | "true" | "yes" => Ok(Self(true)),
            "0" | "false" | "no" => Ok(Self(false)),
            _ => Err("expected true or false"),
        }
    }
}

/// Stream a video as one MP4
///
/// The upload itself if it is an MP4, otherwise renditions put together while
/// they are sent. The length is exact, and ranges are answered.
#[utoipa::path(get, path = "/api/videos/{id}/stream", tag = "playback",
    params(("id" = String, Path), StreamParams),
    responses((status = 200, content_type = "video/mp4"),
        (status = 206, content_type = "video/mp4", description = "The range that was asked for"),
        (status = 304), (status = 307, description = "The bytes lie elsewhere"),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 416, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn stream(
    State(state): State<AppState>,
    caller: Caller,
    method: Method,
    headers: HeaderMap,
    PathId(id): PathId,
    Params(params): Params<StreamParams>,
) -> ProblemResult<Response> {
    let presentation = state.playback.presentation(&id).await?;
    let token = params.token.as_deref().filter(|token| !token.is_empty());
    let private = match state.playback.admit(&presentation, token) {
        Ok(Admission::Public) => {
            // What is open to everybody may be above the age of a profile.
            if token.is_none() {
                caller.require_for(&presentation.video, Action::Watch)?;
            }
            false
        }
        Ok(_) => true,
        Err(refused) => {
            // Whoever is signed in needs no token; a bad one is no hindrance.
            if !caller.may(&presentation.video, Action::Watch) {
                return Err(match refused {
                    PlaybackError::TokenMissing | PlaybackError::Hidden => caller
                        .require_for(&presentation.video, Action::Watch)
                        .err()
                        .unwrap_or_else(|| refused.into()),
                    refused => refused.into(),
                });
            }
            true
        }
    };
    let request = StreamRequest {
        quality: params.quality.as_deref(),
        download: params.download.is_some_and(|flag| flag.0),
        private,
    };
    let asset = state.playback.stream(&presentation, request).await?;
    Ok(respond(&method, &headers, asset, state.playback.blobs()))
}
