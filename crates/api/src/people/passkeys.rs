//! Passkeys: `/api/account/passkeys` to keep them, `/api/session/passkey` to
//! use them.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use matinee_identity::{IdentityError, NewCredential, Passkey, UsedCredential};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::Acting;
use super::account::{Confirmation, Maybe, prove_or_fresh};
use crate::session::{Session, opened};
use crate::videos::view::rfc3339;
use crate::{AppState, Body, Client, PathId, Problem, ProblemResult, PublicOrigin};

/// A passkey.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyView {
    /// `passkey_…`
    id: String,
    /// What its owner calls it.
    name: String,
    /// Whether it is kept in more than one device.
    backed_up: bool,
    /// RFC 3339.
    created_at: String,
    /// RFC 3339.
    last_used_at: Option<String>,
}

impl From<Passkey> for PasskeyView {
    fn from(passkey: Passkey) -> Self {
        Self {
            id: passkey.id,
            name: passkey.name,
            backed_up: passkey.backed_up,
            created_at: rfc3339(passkey.created_at),
            last_used_at: passkey.last_used_at.map(rfc3339),
        }
    }
}

fn once(body: Value) -> Response {
    let mut response = Json(body).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// List one's own passkeys
#[utoipa::path(get, path = "/api/account/passkeys", tag = "people",
    responses((status = 200, body = Vec<PasskeyView>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    acting: Acting,
) -> ProblemResult<Json<Vec<PasskeyView>>> {
    let keys = state.accounts.passkeys(acting.owner()?.id.as_str()).await?;
    Ok(Json(keys.into_iter().map(PasskeyView::from).collect()))
}

/// Begin to make a passkey
///
/// The answer is what `navigator.credentials.create()` takes
/// (`PublicKeyCredentialCreationOptionsJSON`). Needs the password, or to have
/// signed in within the last ten minutes.
#[utoipa::path(post, path = "/api/account/passkeys/options", tag = "people",
    request_body = Option<Confirmation>,
    responses((status = 200, body = Object), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn options(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
    Maybe(proof): Maybe<Confirmation>,
) -> ProblemResult<Response> {
    let password = proof.and_then(|proof| proof.password);
    prove_or_fresh(&state, &acting, password).await?;
    let user = acting.owner()?.id.as_str();
    let options = state
        .accounts
        .new_passkey_options(user, &origin.site)
        .await?;
    Ok(once(options))
}

/// A passkey that a browser has made.
#[derive(Deserialize, ToSchema)]
pub struct NewPasskey {
    /// What its owner calls it.
    name: String,
    /// The browser's answer (`RegistrationResponseJSON`).
    #[schema(value_type = Object)]
    credential: NewCredential,
}

/// Keep a passkey that a browser has made
#[utoipa::path(post, path = "/api/account/passkeys", tag = "people", request_body = NewPasskey,
    responses((status = 201, body = PasskeyView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
    Body(new): Body<NewPasskey>,
) -> ProblemResult<Response> {
    let user = acting.owner()?;
    let passkey = state
        .accounts
        .add_passkey(user.id.as_str(), &new.name, &new.credential, &origin.site)
        .await?;
    acting
        .record(
            "user.passkey_add",
            user.id.as_str(),
            json!({ "passkey": passkey.id }),
        )
        .await?;
    Ok((StatusCode::CREATED, Json(PasskeyView::from(passkey))).into_response())
}

/// Remove one of one's own passkeys
#[utoipa::path(delete, path = "/api/account/passkeys/{id}", tag = "people", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    let user = acting.owner()?;
    state.accounts.delete_passkey(user.id.as_str(), &id).await?;
    acting
        .record(
            "user.passkey_remove",
            user.id.as_str(),
            json!({ "passkey": id }),
        )
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begin to sign in with a passkey
///
/// The answer is what `navigator.credentials.get()` takes
/// (`PublicKeyCredentialRequestOptionsJSON`).
#[utoipa::path(post, path = "/api/session/passkey/options", tag = "session",
    responses((status = 200, body = Object)))]
pub(super) async fn login_options(State(state): State<AppState>, origin: PublicOrigin) -> Response {
    once(state.accounts.passkey_options(&origin.site))
}

/// Sign in with a passkey
///
/// Takes the browser's answer (`AuthenticationResponseJSON`).
#[utoipa::path(post, path = "/api/session/passkey/finish", tag = "session", request_body = Object,
    responses((status = 200, body = Session), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn login_finish(
    State(state): State<AppState>,
    Client(device): Client,
    origin: PublicOrigin,
    Body(used): Body<UsedCredential>,
) -> ProblemResult<Response> {
    let signed_in = state
        .accounts
        .sign_in_with_passkey(&used, &origin.site, &device);
    let signed_in = signed_in.await.map_err(|error| match error {
        IdentityError::Passkey(error) => Problem::new(
            StatusCode::UNAUTHORIZED,
            crate::http::problem::sentence(&error),
        ),
        other => other.into(),
    })?;
    Ok(opened(&state, &signed_in))
}
