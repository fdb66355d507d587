//! `/api/auth`: tokens for applications (OAuth 2.0, RFC 6749, 7009 and 8628).
//!
//! Errors are problem documents that carry `error` and `error_description` as
//! well, which is where clients of OAuth look.

use axum::extract::rejection::{FormRejection, JsonRejection};
use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use http::{HeaderValue, StatusCode, header};
use matinee_identity::{Credentials, IdentityError, Tokens};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::Acting;
use crate::videos::view::rfc3339;
use crate::{AppState, Body, Client, Params, Problem, ProblemResult, PublicOrigin};

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A form, as OAuth wants it, or JSON.
pub(super) struct FormOrJson<T>(T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for FormOrJson<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("application/json"));
        let wrong = |status: StatusCode, detail: String| {
            Refused("invalid_request", Problem::new(status, detail))
        };
        if json {
            let read = Json::<T>::from_request(request, state).await;
            return read
                .map(|Json(value)| Self(value))
                .map_err(|error| match error {
                    JsonRejection::JsonDataError(e) => {
                        wrong(StatusCode::BAD_REQUEST, e.body_text())
                    }
                    other => wrong(other.status(), other.body_text()),
                });
        }
        let read = Form::<T>::from_request(request, state).await;
        read.map(|Form(value)| Self(value))
            .map_err(|error| match error {
                FormRejection::FailedToDeserializeFormBody(e) => {
                    wrong(StatusCode::BAD_REQUEST, e.body_text())
                }
                other => wrong(other.status(), other.body_text()),
            })
    }
}

/// A refusal, with its code in OAuth.
pub(super) struct Refused(&'static str, Problem);

impl From<IdentityError> for Refused {
    fn from(error: IdentityError) -> Self {
        let code = match &error {
            IdentityError::Grant(grant) => grant.code(),
            IdentityError::TotpRequired => "totp_required",
            IdentityError::WrongCredentials
            | IdentityError::WrongCode
            | IdentityError::Disabled => "invalid_grant",
            IdentityError::Throttled { .. } => "slow_down",
            _ => "server_error",
        };
        Self(code, error.into())
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self("invalid_request", problem)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self(code, problem) = self;
        let mut document = serde_json::to_value(&problem).unwrap_or_default();
        document["error"] = json!(code);
        document["error_description"] = json!(problem.detail);
        let (parts, _) = problem.into_response().into_parts();
        let body = serde_json::to_vec(&document).unwrap_or_default();
        Response::from_parts(parts, body.into())
    }
}

/// What an application shows to get tokens.
#[derive(Deserialize, ToSchema)]
pub struct TokenRequest {
    /// `password`, `refresh_token`, or
    /// `urn:ietf:params:oauth:grant-type:device_code` (also `device_code`).
    grant_type: String,
    /// For `password`.
    #[serde(default)]
    username: Option<String>,
    /// For `password`.
    #[serde(default)]
    password: Option<String>,
    /// For `password`: the authenticator's code, where one is asked for.
    #[serde(default)]
    code: Option<String>,
    /// For `password`: `read upload manage admin`, or some of them; all unless
    /// given.
    #[serde(default)]
    scope: Option<String>,
    /// For `refresh_token`.
    #[serde(default)]
    refresh_token: Option<String>,
    /// For `device_code`.
    #[serde(default)]
    device_code: Option<String>,
}

/// Tokens.
#[derive(Serialize, ToSchema)]
pub struct TokenAnswer {
    /// Goes into `Authorization: Bearer`.
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// How long the access token is good, in seconds.
    expires_in: u64,
    /// Good once, for the next pair. Using one twice ends the session.
    refresh_token: String,
    /// What the access token may be used for.
    scope: String,
}

impl IntoResponse for TokenAnswer {
    fn into_response(self) -> Response {
        let mut response = Json(self).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
        response
    }
}

impl From<Tokens> for TokenAnswer {
    fn from(tokens: Tokens) -> Self {
        Self {
            access_token: tokens.access_token,
            token_type: "Bearer",
            expires_in: tokens.expires_in.as_secs(),
            refresh_token: tokens.refresh_token,
            scope: tokens.scope,
        }
    }
}

/// A refusal, as OAuth and RFC 9457 have it.
#[derive(Serialize, ToSchema)]
pub struct TokenProblem {
    #[serde(flatten)]
    problem: Problem,
    /// Such as `invalid_grant` or `authorization_pending`.
    error: &'static str,
    /// In words.
    error_description: String,
}

/// Get tokens for an application
///
/// As JSON or as a form. Errors carry `error` as in RFC 6749, section 5.2, and
/// RFC 8628, section 3.5.
#[utoipa::path(post, path = "/api/auth/token", tag = "session",
    request_body(content((TokenRequest = "application/json"), (TokenRequest = "application/x-www-form-urlencoded"))),
    responses((status = 200, body = TokenAnswer), (status = 400, body = TokenProblem),
        (status = 401, body = TokenProblem), (status = 403, body = TokenProblem),
        (status = 415, body = TokenProblem), (status = 429, body = TokenProblem)))]
pub(super) async fn token(
    State(state): State<AppState>,
    Client(device): Client,
    FormOrJson(wish): FormOrJson<TokenRequest>,
) -> Result<TokenAnswer, Refused> {
    let missing = |field: &str| {
        let detail = format!("{field} must be given.");
        Refused("invalid_request", Problem::bad_request(detail))
    };
    let accounts = &state.accounts;
    let tokens = match wish.grant_type.as_str() {
        "password" => {
            let credentials = Credentials {
                login: wish.username.ok_or_else(|| missing("username"))?,
                password: wish.password.ok_or_else(|| missing("password"))?,
                code: wish.code,
            };
            accounts
                .grant_password(credentials, wish.scope.as_deref(), &device)
                .await?
        }
        "refresh_token" => {
            let token = wish.refresh_token.ok_or_else(|| missing("refresh_token"))?;
            accounts.grant_refresh(&token, &device).await?
        }
        DEVICE_GRANT | "device_code" => {
            let code = wish.device_code.ok_or_else(|| missing("device_code"))?;
            accounts.grant_device(&code, &device).await?
        }
        _ => {
            let detail = format!("grant_type must be password, refresh_token or {DEVICE_GRANT}.");
            return Err(Refused(
                "unsupported_grant_type",
                Problem::bad_request(detail),
            ));
        }
    };
    Ok(tokens.into())
}

/// A token that is no longer needed.
#[derive(Deserialize, ToSchema)]
pub struct Revocation {
    /// A refresh token.
    token: String,
}

/// End an application's session, with its refresh token (RFC 7009)
#[utoipa::path(post, path = "/api/auth/revoke", tag = "session",
    request_body(content((Revocation = "application/json"), (Revocation = "application/x-www-form-urlencoded"))),
    responses((status = 200), (status = 400, body = TokenProblem), (status = 415, body = TokenProblem)))]
pub(super) async fn revoke(
    State(state): State<AppState>,
    FormOrJson(wish): FormOrJson<Revocation>,
) -> Result<StatusCode, Refused> {
    state.accounts.revoke_refresh(&wish.token).await?;
    Ok(StatusCode::OK)
}

/// A device that wants to be let in.
#[derive(Deserialize, ToSchema)]
pub struct DeviceWish {
    /// What it calls itself, such as `Roku in the kitchen`.
    #[serde(default, alias = "client_name")]
    client_id: String,
    /// `read upload manage admin`, or some of them; all unless given.
    #[serde(default)]
    scope: Option<String>,
}

/// What the device shows, and asks with.
#[derive(Serialize, ToSchema)]
pub struct DeviceAnswer {
    /// For `POST /api/auth/token`; a secret.
    device_code: String,
    /// What the device shows.
    user_code: String,
    /// Where it is typed.
    verification_uri: String,
    /// The same with the code in it, for a QR code.
    verification_uri_complete: String,
    /// How long the codes are good, in seconds.
    expires_in: u64,
    /// How long to wait between two questions, in seconds.
    interval: u64,
}

/// Begin to let a device in (RFC 8628)
#[utoipa::path(post, path = "/api/auth/device", tag = "session",
    request_body(content((DeviceWish = "application/json"), (DeviceWish = "application/x-www-form-urlencoded"))),
    responses((status = 200, body = DeviceAnswer), (status = 400, body = TokenProblem),
        (status = 415, body = TokenProblem), (status = 429, body = TokenProblem)))]
pub(super) async fn device(
    State(state): State<AppState>,
    Client(device): Client,
    origin: PublicOrigin,
    FormOrJson(wish): FormOrJson<DeviceWish>,
) -> Result<Response, Refused> {
    let codes = state
        .accounts
        .begin_device(&wish.client_id, wish.scope.as_deref(), &device)
        .await?;
    let mut response = Json(DeviceAnswer {
        verification_uri: origin.url("/activate"),
        verification_uri_complete: origin.url(&format!("/activate?code={}", codes.user_code)),
        device_code: codes.device_code,
        user_code: codes.user_code,
        expires_in: codes.expires_in.as_secs(),
        interval: codes.interval.as_secs(),
    })
    .into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The code that a device shows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UserCode {
    user_code: String,
}

/// A device that waits.
#[derive(Serialize, ToSchema)]
pub struct WaitingDevice {
    /// What it shows.
    user_code: String,
    /// What it calls itself.
    client: String,
    /// Its address.
    addr: String,
    /// What it asks for; `null` for everything.
    scope: Option<String>,
    /// When it asked (RFC 3339).
    created_at: String,
}

/// See what waits behind a code
#[utoipa::path(get, path = "/api/auth/device/approve", tag = "session", params(UserCode),
    responses((status = 200, body = WaitingDevice), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn waiting(
    State(state): State<AppState>,
    acting: Acting,
    Params(UserCode { user_code }): Params<UserCode>,
) -> ProblemResult<Json<WaitingDevice>> {
    let request = state
        .accounts
        .device_request(acting.owner()?, &user_code)
        .await?;
    Ok(Json(WaitingDevice {
        user_code: request.user_code,
        client: request.client,
        addr: request.addr,
        scope: request.scope,
        created_at: rfc3339(request.created_at),
    }))
}

/// An answer to a device.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceApproval {
    /// What the device shows.
    user_code: String,
    /// Whether to let it in; yes unless given.
    #[serde(default = "yes", alias = "approve")]
    allow: bool,
}

fn yes() -> bool {
    true
}

/// Let a device in, or turn it away
#[utoipa::path(post, path = "/api/auth/device/approve", tag = "session", request_body = DeviceApproval,
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn approve(
    State(state): State<AppState>,
    acting: Acting,
    Body(answer): Body<DeviceApproval>,
) -> ProblemResult<StatusCode> {
    let user = acting.owner()?;
    state
        .accounts
        .answer_device(user, &answer.user_code, answer.allow)
        .await?;
    let action = if answer.allow {
        "device.approve"
    } else {
        "device.deny"
    };
    acting
        .record(action, user.id.as_str(), serde_json::Value::Null)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
