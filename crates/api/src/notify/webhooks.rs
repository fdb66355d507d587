//! `/api/webhooks`: programs that are told what happens.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, Uri, header};
use matinee_engines::time::now_micros;
use matinee_notify::webhooks::{Delivery, NewWebhook, Webhook, WebhookChange};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::community::paging;
use crate::http::extract::PathIds;
use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Body, Params, PathId, Problem, ProblemResult};

/// What a webhook can be told of.
#[derive(ToSchema)]
#[expect(dead_code, reason = "names the words that are sent")]
pub enum WebhookEvent {
    /// A stream is on the air.
    #[schema(rename = "stream.started")]
    StreamStarted,
    /// A stream is over.
    #[schema(rename = "stream.ended")]
    StreamEnded,
    /// The recording of a broadcast can be watched.
    #[schema(rename = "recording.ready")]
    RecordingReady,
    /// A video is in the library.
    #[schema(rename = "video.created")]
    VideoCreated,
    /// A video can be watched by everybody.
    #[schema(rename = "video.published")]
    VideoPublished,
    /// A video is gone.
    #[schema(rename = "video.deleted")]
    VideoDeleted,
    /// A service level is missed.
    #[schema(rename = "level.missed")]
    LevelMissed,
    /// A service level is met again.
    #[schema(rename = "level.met")]
    LevelMet,
}

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookView {
    /// `webhook_…`
    id: String,
    /// Where messages go.
    url: String,
    /// Of what it is told.
    #[schema(value_type = Vec<WebhookEvent>)]
    events: Vec<String>,
    /// What it is for; may be empty.
    description: String,
    /// Whether it is told anything. One that answers 410 is switched off.
    active: bool,
    /// The account that made it.
    created_by: Option<String>,
    /// RFC 3339.
    created_at: String,
    /// RFC 3339.
    updated_at: String,
    /// Until when messages are signed with the secret before, too, RFC 3339; null if they are not.
    previous_secret_until: Option<String>,
    /// What its messages are signed with; only in the answer that makes it, or another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl From<Webhook> for WebhookView {
    fn from(webhook: Webhook) -> Self {
        Self {
            id: webhook.id,
            url: webhook.url,
            events: webhook.events.0,
            description: webhook.description,
            active: webhook.active,
            created_by: webhook.created_by,
            created_at: rfc3339(webhook.created_at),
            updated_at: rfc3339(webhook.updated_at),
            previous_secret_until: webhook
                .old_secret_until
                .filter(|until| now_micros() < *until)
                .map(rfc3339),
            secret: None,
        }
    }
}

/// What was sent to a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryView {
    /// `delivery_…`: the `webhook-id` of the message.
    id: String,
    /// What it tells of; `webhook.test` for one that tries the webhook.
    event: String,
    /// RFC 3339.
    created_at: String,
    /// How often it was sent.
    attempts: i32,
    /// Where it is.
    #[schema(value_type = DeliveryStateView)]
    state: &'static str,
    /// What the other side last answered; null if it did not.
    status_code: Option<i32>,
    /// Why it was not taken.
    error: Option<String>,
    /// When it is sent (again), RFC 3339; null if it is not.
    next_attempt_at: Option<String>,
    /// When it was taken or given up, RFC 3339.
    finished_at: Option<String>,
}

/// Where a delivery is.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words that are sent")]
pub enum DeliveryStateView {
    /// It is going to be sent, or sent again.
    Queued,
    /// It was taken.
    Delivered,
    /// It was given up.
    Failed,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id,
            event: delivery.event,
            created_at: rfc3339(delivery.created_at),
            attempts: delivery.attempts,
            state: delivery.state.as_str(),
            status_code: delivery.status_code,
            error: delivery.error,
            next_attempt_at: delivery.next_attempt_at.map(rfc3339),
            finished_at: delivery.finished_at.map(rfc3339),
        }
    }
}

/// List webhooks
///
/// For administrators; the earliest first.
#[utoipa::path(get, path = "/api/webhooks", tag = "webhooks",
    responses((status = 200, body = Vec<WebhookView>), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    acting: Acting,
) -> ProblemResult<Json<Vec<WebhookView>>> {
    acting.operator()?;
    let all = state.webhooks.list().await?;
    Ok(Json(all.into_iter().map(Into::into).collect()))
}

/// A webhook to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookForm {
    /// Where messages go: on the open internet, or in what
    /// `MATINEE_WEBHOOK_ALLOW` names.
    #[schema(max_length = 2048)]
    url: String,
    /// Of what it is told: at least one.
    #[schema(value_type = Vec<WebhookEvent>, min_items = 1)]
    events: Vec<String>,
    /// What it is for.
    #[serde(default)]
    #[schema(max_length = 500)]
    description: String,
    /// Whether it is told anything; it is, unless given.
    #[serde(default)]
    active: Option<bool>,
}

/// Make a webhook
///
/// The secret that its messages are signed with is shown once, in this answer.
#[utoipa::path(post, path = "/api/webhooks", tag = "webhooks", request_body = WebhookForm,
    responses((status = 201, body = WebhookView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    acting: Acting,
    Body(form): Body<WebhookForm>,
) -> ProblemResult<Response> {
    acting.operator()?;
    let by = acting.user().ok().map(|user| user.id.as_str());
    let new = NewWebhook {
        url: form.url,
        events: form.events,
        description: form.description,
        active: form.active.unwrap_or(true),
    };
    let (webhook, secret) = state.webhooks.create(new, by).await?;
    let detail = json!({ "url": webhook.url, "events": webhook.events.0 });
    acting.record("webhook.create", &webhook.id, detail).await?;
    Ok(with_secret(StatusCode::CREATED, webhook, secret))
}

/// The one answer that shows a secret.
fn with_secret(status: StatusCode, webhook: Webhook, secret: String) -> Response {
    let view = WebhookView {
        secret: Some(secret),
        ..webhook.into()
    };
    let mut response = (status, Json(view)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// How a secret is replaced.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct RotateParams {
    /// Whether messages are signed with the secret before, too, for a day. They are, unless this is
    /// `false`: for a secret that has come into wrong hands.
    keep_previous: Option<bool>,
}

/// Give a webhook another secret
///
/// It is shown once, in this answer. For a day `webhook-signature` carries a signature with each of
/// both, the new one first and apart by a space, so that whoever verifies can change over at
/// leisure.
#[utoipa::path(post, path = "/api/webhooks/{id}/rotate", tag = "webhooks",
    params(("id" = String, Path), RotateParams),
    responses((status = 200, body = WebhookView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn rotate(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
    Params(params): Params<RotateParams>,
) -> ProblemResult<Response> {
    acting.operator()?;
    let keep = params.keep_previous.unwrap_or(true);
    let (webhook, secret) = state.webhooks.rotate(&id, keep).await?;
    let detail = json!({ "previous_kept": keep });
    acting.record("webhook.rotate", &id, detail).await?;
    Ok(with_secret(StatusCode::OK, webhook, secret))
}

/// Get a webhook
#[utoipa::path(get, path = "/api/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 200, body = WebhookView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<Json<WebhookView>> {
    acting.operator()?;
    Ok(Json(state.webhooks.get(&id).await?.into()))
}

/// A change of a webhook: an absent field stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookPatch {
    /// Where messages go.
    #[serde(default)]
    #[schema(max_length = 2048)]
    url: Option<String>,
    /// Of what it is told: at least one.
    #[serde(default)]
    #[schema(value_type = Option<Vec<WebhookEvent>>, min_items = 1)]
    events: Option<Vec<String>>,
    /// What it is for.
    #[serde(default)]
    #[schema(max_length = 500)]
    description: Option<String>,
    /// Whether it is told anything.
    #[serde(default)]
    active: Option<bool>,
}

/// Change a webhook
#[utoipa::path(patch, path = "/api/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    request_body = WebhookPatch,
    responses((status = 200, body = WebhookView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn patch(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
    Body(patch): Body<WebhookPatch>,
) -> ProblemResult<Json<WebhookView>> {
    acting.operator()?;
    let change = WebhookChange {
        url: patch.url,
        events: patch.events,
        description: patch.description,
        active: patch.active,
    };
    let webhook = state.webhooks.change(&id, change).await?;
    let detail =
        json!({ "url": webhook.url, "events": webhook.events.0, "active": webhook.active });
    acting.record("webhook.edit", &id, detail).await?;
    Ok(Json(webhook.into()))
}

/// Delete a webhook
///
/// With what was sent to it.
#[utoipa::path(delete, path = "/api/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    acting.operator()?;
    let webhook = state.webhooks.get(&id).await?;
    state.webhooks.delete(&id).await?;
    let detail = json!({ "url": webhook.url });
    acting.record("webhook.delete", &id, detail).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Try a webhook
///
/// Sends a message of type `webhook.test`, also to one that is switched off.
#[utoipa::path(post, path = "/api/webhooks/{id}/test", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 202, body = DeliveryView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn test(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<(StatusCode, Json<DeliveryView>)> {
    acting.operator()?;
    let delivery = state.webhooks.try_out(&id).await?;
    Ok((StatusCode::ACCEPTED, Json(delivery.into())))
}

/// Which deliveries.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct DeliveryParams {
    /// 1 to 200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// Rows to skip.
    #[param(maximum = 100_000)]
    offset: Option<u64>,
}

/// List what was sent to a webhook
///
/// The latest first; of the last 30 days. `X-Total-Count` says how much there
/// is.
#[utoipa::path(get, path = "/api/webhooks/{id}/deliveries", tag = "webhooks",
    params(("id" = String, Path), DeliveryParams),
    responses((status = 200, body = Vec<DeliveryView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn deliveries(
    State(state): State<AppState>,
    acting: Acting,
    uri: Uri,
    PathId(id): PathId,
    Params(params): Params<DeliveryParams>,
) -> ProblemResult<Response> {
    acting.operator()?;
    let limit = paging::limit(params.limit)?;
    let offset = paging::offset(params.offset, None)?;
    let (rows, total) = state.webhooks.deliveries(&id, offset, limit).await?;
    let views: Vec<DeliveryView> = rows.into_iter().map(Into::into).collect();
    Ok(paging::answer_at(&views, offset, total, &uri))
}

/// Send a message once more
///
/// Now, and with all its attempts.
#[utoipa::path(post, path = "/api/webhooks/{id}/deliveries/{delivery_id}/retry", tag = "webhooks",
    params(("id" = String, Path), ("delivery_id" = String, Path)),
    responses((status = 202, body = DeliveryView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn retry(
    State(state): State<AppState>,
    acting: Acting,
    PathIds(id, delivery): PathIds,
) -> ProblemResult<(StatusCode, Json<DeliveryView>)> {
    acting.operator()?;
    let delivery = state.webhooks.retry(&id, &delivery).await?;
    Ok((StatusCode::ACCEPTED, Json(delivery.into())))
}
