//! `/api/streams/{id}/targets`: other servers that a stream is sent on to.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use matinee_live::restream::{NewTarget, Target, TargetChange};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::streams::note;
use super::who::own;
use crate::http::extract::PathIds;
use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Body, Caller, PathId, Problem, ProblemResult};

/// Another server that a stream is sent on to.
#[derive(Debug, Serialize, ToSchema)]
pub struct TargetView {
    /// `target_…`
    pub id: String,
    /// What you call it.
    pub name: String,
    /// Where the stream is sent, without the key.
    pub url: String,
    /// The end of the key, so that you can tell it from others; the key itself
    /// is never shown. Null without a key.
    pub key_hint: Option<String>,
    /// Whether the stream is sent there while it is on the air.
    pub active: bool,
    /// How it goes at this moment.
    #[schema(value_type = TargetStateView)]
    pub state: &'static str,
    /// Why it was not reached, or was lost, in words.
    pub error: Option<String>,
    /// How many attempts one after another have failed.
    pub attempts: u32,
    /// What it gets, over the last seconds, in bit/s.
    pub bitrate_bps: u64,
    /// Since when it is in this state, RFC 3339; null while nothing is to be
    /// sent.
    pub since: Option<String>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

/// How sending to another server goes.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words that are sent")]
pub enum TargetStateView {
    /// Nothing is to be sent: the stream is not on the air, or the target is not active.
    Idle,
    /// It is being reached.
    Connecting,
    /// It gets the stream.
    Sending,
    /// It was lost or not reached, and is tried again.
    Waiting,
    /// It cannot be sent there. It is tried again when the target is changed, and with the next
    /// broadcast.
    Failed,
}

impl TargetView {
    fn new(state: &AppState, target: Target) -> Self {
        let status = state.restream.status(&target.id);
        Self {
            id: target.id,
            name: target.name,
            url: target.url,
            key_hint: target.key_hint,
            active: target.active,
            state: status.state.as_str(),
            error: status.error,
            attempts: status.attempts,
            bitrate_bps: status.bitrate_bps,
            since: status.since.map(rfc3339),
            created_at: rfc3339(target.created_at),
            updated_at: rfc3339(target.updated_at),
        }
    }
}

/// List where a stream is sent on to
///
/// The earliest first, at most ten. For the stream's owner and administrators.
#[utoipa::path(get, path = "/api/streams/{id}/targets", tag = "live", params(("id" = String, Path)),
    responses((status = 200, body = Vec<TargetView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<TargetView>>> {
    own(&state, &caller, &id).await?;
    let targets = state.restream.list(&id).await?.into_iter();
    let views = targets.map(|target| TargetView::new(&state, target));
    Ok(Json(views.collect()))
}

/// A target about to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetForm {
    /// What you call it.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// `rtmp://…`, `rtmps://…` or `srt://…`. It has to be a public address, or in a network that
    /// `MATINEE_LIVE_ALLOW` names. A key at its end (or a `streamid`) is taken out of it.
    #[schema(max_length = 2048)]
    url: String,
    /// The stream key there; of SRT the stream identifier.
    #[serde(default)]
    #[schema(max_length = 1024)]
    key: Option<String>,
    /// Whether the stream is sent there; true unless given.
    #[serde(default = "yes")]
    active: bool,
}

const fn yes() -> bool {
    true
}

/// Send a stream on to another server
///
/// As it comes in, without encoding, whenever it is on the air. At most ten
/// targets.
#[utoipa::path(post, path = "/api/streams/{id}/targets", tag = "live", params(("id" = String, Path)),
    request_body = TargetForm,
    responses((status = 201, body = TargetView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
    Body(form): Body<TargetForm>,
) -> ProblemResult<Response> {
    let stream = own(&state, &acting.caller, &id).await?;
    let new = NewTarget {
        name: form.name,
        url: form.url,
        key: form.key,
        active: form.active,
    };
    let target = state.restream.create(&id, new).await?;
    let what = json!({ "target": target.id, "url": target.url });
    note(&acting, &stream, "target.create", what).await?;
    let view = TargetView::new(&state, target);
    Ok((StatusCode::CREATED, Json(view)).into_response())
}

/// A change of a target: an absent field stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetPatchForm {
    /// What you call it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    /// Another address.
    #[serde(default)]
    #[schema(max_length = 2048)]
    url: Option<String>,
    /// Another key.
    #[serde(default)]
    #[schema(max_length = 1024)]
    key: Option<String>,
    /// Whether the stream is sent there.
    #[serde(default)]
    active: Option<bool>,
}

/// Change where a stream is sent on to
///
/// While the stream is on the air the target is reached anew, or left.
#[utoipa::path(patch, path = "/api/streams/{id}/targets/{target_id}", tag = "live",
    params(("id" = String, Path), ("target_id" = String, Path)), request_body = TargetPatchForm,
    responses((status = 200, body = TargetView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn patch(
    State(state): State<AppState>,
    acting: Acting,
    PathIds(id, target): PathIds,
    Body(form): Body<TargetPatchForm>,
) -> ProblemResult<Json<TargetView>> {
    let stream = own(&state, &acting.caller, &id).await?;
    let change = TargetChange {
        name: form.name,
        url: form.url,
        key: form.key,
        active: form.active,
    };
    let target = state.restream.change(&id, &target, change).await?;
    let what = json!({ "target": target.id, "url": target.url, "active": target.active });
    note(&acting, &stream, "target.change", what).await?;
    Ok(Json(TargetView::new(&state, target)))
}

/// Send a stream to another server no more
#[utoipa::path(delete, path = "/api/streams/{id}/targets/{target_id}", tag = "live",
    params(("id" = String, Path), ("target_id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    acting: Acting,
    PathIds(id, target): PathIds,
) -> ProblemResult<StatusCode> {
    let stream = own(&state, &acting.caller, &id).await?;
    state.restream.delete(&id, &target).await?;
    note(
        &acting,
        &stream,
        "target.delete",
        json!({ "target": target }),
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
