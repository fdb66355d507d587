//! `/api/push/key` and `/api/account/push`: browsers that are told also when nobody looks.

use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use matinee_notify::push::{NewSubscription, Subscription};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::follow::account;
use crate::http::caller::Client;
use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Body, PathId, Problem, ProblemResult};

/// With what browsers subscribe.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushKey {
    /// The `applicationServerKey` of `PushManager.subscribe()`: a public key of P-256, in
    /// base64url.
    public_key: String,
}

/// A browser that is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushBrowser {
    /// `push_…`
    id: String,
    /// What a person would call it, such as `Firefox on Linux`.
    device: String,
    /// Where messages to it go: its own endpoint, by which a browser knows itself.
    endpoint: String,
    /// RFC 3339.
    created_at: String,
    /// When it was last told something, RFC 3339; null if it was not yet.
    told_at: Option<String>,
}

impl From<Subscription> for PushBrowser {
    fn from(one: Subscription) -> Self {
        Self {
            id: one.id,
            device: one.device,
            endpoint: one.endpoint,
            created_at: rfc3339(one.created_at),
            told_at: one.told_at.map(rfc3339),
        }
    }
}

/// A subscription as browsers write it: `PushSubscription.toJSON()`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PushForm {
    /// Where messages to the browser go: over HTTPS, on the open internet.
    #[schema(max_length = 2048)]
    endpoint: String,
    /// When the subscription ends, in milliseconds since the Unix epoch; most do not. It is found
    /// out when that comes.
    #[serde(default)]
    #[expect(dead_code, reason = "browsers send it, and push services know better")]
    expiration_time: Option<f64>,
    /// With what messages are encrypted.
    keys: PushFormKeys,
}

/// With what messages to a browser are encrypted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PushFormKeys {
    /// Its public key: an uncompressed point of P-256, in base64url.
    #[schema(max_length = 100)]
    p256dh: String,
    /// Its secret: 16 bytes in base64url.
    #[schema(max_length = 40)]
    auth: String,
}

fn bytes(field: &'static str, text: &str) -> ProblemResult<Vec<u8>> {
    URL_SAFE_NO_PAD
        .decode(text.trim_end_matches('='))
        .map_err(|_| Problem::field(field, "must be base64url"))
}

/// Get the key that browsers subscribe with
///
/// It stays the same as long as the database does.
#[utoipa::path(get, path = "/api/push/key", tag = "notifications",
    responses((status = 200, body = PushKey), (status = 401, body = Problem)))]
pub(super) async fn key(State(state): State<AppState>) -> Json<PushKey> {
    Json(PushKey {
        public_key: state.push.public_key(),
    })
}

/// List the browsers in which you are told
///
/// The earliest first.
#[utoipa::path(get, path = "/api/account/push", tag = "notifications",
    responses((status = 200, body = Vec<PushBrowser>), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    acting: Acting,
) -> ProblemResult<Json<Vec<PushBrowser>>> {
    let browsers = state.push.of(&account(&acting)?).await?;
    Ok(Json(browsers.into_iter().map(Into::into).collect()))
}

/// Be told in a browser
///
/// By Web Push (RFC 8030): of what those do whom you follow, also when nobody looks at the site.
/// A browser that was subscribed before, by whomever, is yours from now on. You have eight at most;
/// another one takes the place of the first.
#[utoipa::path(post, path = "/api/account/push", tag = "notifications", request_body = PushForm,
    responses((status = 201, body = PushBrowser), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn subscribe(
    State(state): State<AppState>,
    acting: Acting,
    Client(device): Client,
    Body(form): Body<PushForm>,
) -> ProblemResult<(StatusCode, Json<PushBrowser>)> {
    let me = account(&acting)?;
    let new = NewSubscription {
        public_key: bytes("keys.p256dh", &form.keys.p256dh)?,
        auth: bytes("keys.auth", &form.keys.auth)?,
        endpoint: form.endpoint,
        device: device.name(),
    };
    let browser = state.push.subscribe(&me, new).await?;
    Ok((StatusCode::CREATED, Json(browser.into())))
}

/// Be told in a browser no longer
#[utoipa::path(delete, path = "/api/account/push/{id}", tag = "notifications",
    params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn unsubscribe(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    state.push.unsubscribe(&account(&acting)?, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Try whether a browser is reached
///
/// Sends it a message.
#[utoipa::path(post, path = "/api/account/push/{id}/test", tag = "notifications",
    params(("id" = String, Path)),
    responses((status = 202), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn test(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    state.push.try_out(&account(&acting)?, &id).await?;
    Ok(StatusCode::ACCEPTED)
}
