//! `/api/account/totp`: a second factor.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use matinee_identity::IdentityError;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Acting;
use super::account::{Confirmation, Maybe, confirm as prove, prove_or_fresh};
use crate::{AppState, Body, Problem, ProblemResult};

/// How the second factor stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotpView {
    /// Whether codes are asked for.
    enabled: bool,
    /// How many recovery codes are left.
    recovery_codes: u64,
}

/// A secret for an authenticator; shown once.
#[derive(Serialize, ToSchema)]
pub struct TotpSecretView {
    /// In base 32, to be typed.
    secret: String,
    /// `otpauth://…`, for a QR code.
    url: String,
}

/// Codes that stand in for a lost authenticator; shown once, each good once.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodes {
    recovery_codes: Vec<String>,
}

fn secret<T: Serialize>(body: T) -> Response {
    let mut response = Json(body).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Get how the second factor stands
#[utoipa::path(get, path = "/api/account/totp", tag = "people",
    responses((status = 200, body = TotpView), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    acting: Acting,
) -> ProblemResult<Json<TotpView>> {
    let status = state
        .accounts
        .two_factor(acting.owner()?.id.as_str())
        .await?;
    Ok(Json(TotpView {
        enabled: status.enabled,
        recovery_codes: status.recovery_codes,
    }))
}

/// Begin to use an authenticator
///
/// Needs the password, or to have signed in within the last ten minutes.
/// Nothing changes until a code comes back to `/api/account/totp/confirm`.
#[utoipa::path(post, path = "/api/account/totp", tag = "people", request_body = Option<Confirmation>,
    responses((status = 200, body = TotpSecretView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn begin(
    State(state): State<AppState>,
    acting: Acting,
    Maybe(proof): Maybe<Confirmation>,
) -> ProblemResult<Response> {
    let password = proof.and_then(|proof| proof.password);
    prove_or_fresh(&state, &acting, password).await?;
    let made = state
        .accounts
        .begin_totp(acting.owner()?.id.as_str())
        .await?;
    Ok(secret(TotpSecretView {
        secret: made.secret,
        url: made.url,
    }))
}

/// A code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TotpCode {
    /// Six digits.
    code: String,
}

/// Show that the authenticator has the secret
///
/// From now on a code is asked for. The answer holds recovery codes.
#[utoipa::path(post, path = "/api/account/totp/confirm", tag = "people", request_body = TotpCode,
    responses((status = 200, body = RecoveryCodes), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn confirm(
    State(state): State<AppState>,
    acting: Acting,
    Body(typed): Body<TotpCode>,
) -> ProblemResult<Response> {
    let user = acting.owner()?;
    let confirmed = state
        .accounts
        .confirm_totp(user.id.as_str(), &typed.code, &acting.device);
    let recovery_codes = confirmed.await.map_err(|error| match error {
        IdentityError::WrongCode => Problem::field("code", "is not right, or was used already"),
        other => other.into(),
    })?;
    acting
        .record("user.totp_add", user.id.as_str(), Value::Null)
        .await?;
    Ok(secret(RecoveryCodes { recovery_codes }))
}

/// Make new recovery codes in the place of the old ones
#[utoipa::path(post, path = "/api/account/totp/recovery-codes", tag = "people", request_body = Confirmation,
    responses((status = 200, body = RecoveryCodes), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn recovery_codes(
    State(state): State<AppState>,
    acting: Acting,
    Body(proof): Body<Confirmation>,
) -> ProblemResult<Response> {
    prove(&state, &acting, proof).await?;
    let recovery_codes = state
        .accounts
        .renew_recovery_codes(acting.owner()?.id.as_str())
        .await?;
    Ok(secret(RecoveryCodes { recovery_codes }))
}

/// Ask for no more codes
#[utoipa::path(delete, path = "/api/account/totp", tag = "people", request_body = Confirmation,
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn remove(
    State(state): State<AppState>,
    acting: Acting,
    Body(proof): Body<Confirmation>,
) -> ProblemResult<StatusCode> {
    prove(&state, &acting, proof).await?;
    let user = acting.owner()?;
    state.accounts.remove_totp(user.id.as_str()).await?;
    acting
        .record("user.totp_remove", user.id.as_str(), Value::Null)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
