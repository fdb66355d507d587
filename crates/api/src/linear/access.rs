//! `/api/channels/{channel}/access` and `/api/channels/{channel}/unlock`.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use matinee_channels::schedule::Effective;
use matinee_identity::access::Action;
use matinee_linear::{Channel, Edit, Station, Wish};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::who::{found, known};
use crate::access::video::{AccessChange, AccessView, UnlockRequest, locked, opened, read};
use crate::community::person::asking;
use crate::{Acting, AppState, Body, Caller, ClientAddr, Problem, ProblemResult};

fn view(channel: &Channel) -> AccessView {
    let has_password = channel.access_password_hash.is_some();
    AccessView::new(channel.access(), has_password, channel.rating_level)
}

/// See whom a channel is open to
#[utoipa::path(get, path = "/api/channels/{channel}/access", tag = "channels",
    params(("channel" = String, Path)),
    responses((status = 200, body = AccessView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    Path(name): Path<String>,
) -> ProblemResult<Json<AccessView>> {
    let station = known(&state, &caller, &name, Action::Edit).await?;
    Ok(Json(view(&station.channel)))
}

/// Choose whom a channel is open to
///
/// It shows what everybody who may watch it may watch by itself: what is on
/// the air and is not among that leaves it within a minute.
#[utoipa::path(put, path = "/api/channels/{channel}/access", tag = "channels",
    params(("channel" = String, Path)), request_body = AccessChange,
    responses((status = 200, body = AccessView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn put(
    State(state): State<AppState>,
    acting: Acting,
    Path(name): Path<String>,
    Body(change): Body<AccessChange>,
) -> ProblemResult<Json<AccessView>> {
    let caller = &acting.caller;
    let station = known(&state, caller, &name, Action::Edit).await?;
    let by = asking(caller).ok_or_else(Problem::sign_in)?;
    let access = read(&state, change).await?;
    let edit = Edit {
        when: Effective::Next,
        dry_run: false,
    };
    let wish = |_: &Station| {
        Ok(Wish {
            access: Some(access.clone()),
            ..Wish::default()
        })
    };
    let id = &station.channel.id;
    let edited = Box::pin(state.channels.edit(id, edit, &by, &wish)).await?;
    let channel = &edited.station.channel;
    let detail = json!({ "visibility": channel.visibility.as_str() });
    acting.record("channel.access", id, detail).await?;
    Ok(Json(view(channel)))
}

/// That a channel is open.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelUnlocked {
    /// `channel_…`
    pub channel_id: String,
    /// What a program sends as `Matinee-Unlock: {channel_id}={proof}`; browsers
    /// keep it in a cookie.
    pub proof: String,
    /// Until when it is good (RFC 3339).
    pub expires_at: String,
}

/// Open a channel by its password
///
/// It then stays open to this browser for twelve hours, or until the password
/// is changed. Guessing is slowed down.
#[utoipa::path(post, path = "/api/channels/{channel}/unlock", tag = "channels",
    params(("channel" = String, Path)), request_body = UnlockRequest,
    responses((status = 200, body = ChannelUnlocked), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn unlock(
    State(state): State<AppState>,
    caller: Caller,
    ClientAddr(from): ClientAddr,
    Path(name): Path<String>,
    Body(request): Body<UnlockRequest>,
) -> ProblemResult<Response> {
    let station = found(&state, &name).await?;
    let channel = &station.channel;
    let hash = locked(
        &caller,
        &channel.resource(),
        channel.access_password_hash.as_deref(),
    )?;
    let id = &channel.id;
    opened(&state, id, hash, request, &from, |proof, expires_at| {
        ChannelUnlocked {
            channel_id: id.clone(),
            proof,
            expires_at,
        }
    })
    .await
}
