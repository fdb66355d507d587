//! `/api/account/keys`: credentials of programs.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use jiff::Timestamp;
use matinee_identity::{ApiKey, NewApiKey, Scope, Scopes};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::Acting;
use crate::videos::view::rfc3339;
use crate::{AppState, Body, PathId, Problem, ProblemResult};

/// A key.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyView {
    /// `key_…`
    id: String,
    /// What its owner calls it.
    name: String,
    /// How it begins.
    prefix: String,
    /// `read`, `upload`, `manage`, `admin`.
    scopes: Vec<&'static str>,
    /// RFC 3339.
    created_at: String,
    /// RFC 3339; `null` for one that stays.
    expires_at: Option<String>,
    /// To a minute (RFC 3339).
    last_used_at: Option<String>,
    /// The key itself; only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

impl From<ApiKey> for KeyView {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            prefix: key.prefix,
            scopes: key.scopes.names(),
            created_at: rfc3339(key.created_at),
            expires_at: key.expires_at.map(rfc3339),
            last_used_at: key.last_used_at.map(rfc3339),
            key: None,
        }
    }
}

/// A key to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// What it is for.
    name: String,
    /// What it may do of what its account may: `read`, `upload`, `manage`,
    /// `admin`.
    scopes: Vec<String>,
    /// RFC 3339; without it the key stays.
    #[serde(default)]
    expires_at: Option<String>,
}

/// List one's own API keys
#[utoipa::path(get, path = "/api/account/keys", tag = "people",
    responses((status = 200, body = Vec<KeyView>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    acting: Acting,
) -> ProblemResult<Json<Vec<KeyView>>> {
    let keys = state.accounts.keys(acting.owner()?.id.as_str()).await?;
    Ok(Json(keys.into_iter().map(KeyView::from).collect()))
}

/// Make an API key
///
/// It is shown once, in this answer.
#[utoipa::path(post, path = "/api/account/keys", tag = "people", request_body = NewKey,
    responses((status = 201, body = KeyView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    acting: Acting,
    Body(new): Body<NewKey>,
) -> ProblemResult<Response> {
    let user = acting.owner()?;
    let scopes: Option<Scopes> = new.scopes.iter().map(|name| Scope::parse(name)).collect();
    let scopes = scopes
        .ok_or_else(|| Problem::field("scopes", "must be of read, upload, manage and admin"))?;
    let expires_at = match new.expires_at.as_deref().map(str::parse::<Timestamp>) {
        None => None,
        Some(Ok(at)) => Some(at.as_microsecond()),
        Some(Err(_)) => {
            let reason = "must be an instant such as 2027-01-01T00:00:00Z";
            return Err(Problem::field("expires_at", reason));
        }
    };
    let new = NewApiKey {
        name: new.name,
        scopes,
        expires_at,
    };
    let (key, secret) = state.accounts.create_key(user.id.as_str(), new).await?;
    let detail = json!({ "key": key.id, "scopes": key.scopes.names() });
    acting
        .record("key.create", user.id.as_str(), detail)
        .await?;
    let view = KeyView {
        key: Some(secret),
        ..KeyView::from(key)
    };
    let mut response = (StatusCode::CREATED, Json(view)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Delete one of one's own API keys
#[utoipa::path(delete, path = "/api/account/keys/{id}", tag = "people", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    let user = acting.owner()?;
    state.accounts.delete_key(user.id.as_str(), &id).await?;
    acting
        .record("key.delete", user.id.as_str(), json!({ "key": id }))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
