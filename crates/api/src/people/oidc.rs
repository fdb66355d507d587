//! Signing in at a provider (OpenID Connect): `/api/session/oidc/{provider}`.
//!
//! Both routes are for browsers that navigate: what goes wrong leads to the
//! sign-in page, which says so.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use matinee_identity::{IdentityError, LinkedIdentity, OidcError};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::Acting;
use crate::http::caller::cookie;
use crate::http::problem::sentence;
use crate::session::set_cookie;
use crate::videos::view::rfc3339;
use crate::{AppState, Params, Problem, ProblemResult, PublicOrigin};

/// What is remembered while somebody is at the provider.
const ERRAND_COOKIE: &str = "matinee_oidc";

/// Where to go afterwards.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OidcParams {
    /// A path of this site; `/` unless given.
    #[serde(default)]
    next: Option<String>,
    /// Links the provider's account to the one that is signed in, rather than
    /// signing in.
    #[serde(default)]
    link: bool,
}

/// What the provider says.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CallbackParams {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    error: Option<String>,
}

/// A way within this site, and nowhere else.
fn way(next: Option<String>) -> String {
    let within = |next: &String| {
        next.starts_with('/')
            && !next[1..].starts_with(['/', '\\'])
            && next.len() <= 1024
            && !next.chars().any(char::is_control)
    };
    next.filter(within).unwrap_or_else(|| "/".to_owned())
}

fn redirect(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    if let Ok(to) = HeaderValue::from_str(to) {
        headers.insert(header::LOCATION, to);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Back to the sign-in page, with words that it shows.
#[expect(clippy::needless_pass_by_value, reason = "for map_err and its like")]
fn refused(error: IdentityError) -> Response {
    if let IdentityError::Oidc(OidcError::Provider(reason) | OidcError::Token(reason)) = &error {
        tracing::warn!(reason, "signing in at the provider failed");
    }
    let words = match &error {
        IdentityError::Oidc(error) => sentence(error),
        IdentityError::Disabled | IdentityError::Throttled { .. } => sentence(&error),
        other => Problem::internal(other).detail,
    };
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("error", &words);
    redirect(&format!("/login?{}", query.finish()))
}

fn errand_cookie(response: &mut Response, state: &AppState, value: &str, age: u64) {
    let secure = if state.config.https { "; Secure" } else { "" };
    // Lax: the browser comes back from another site.
    let cookie = format!(
        "{ERRAND_COOKIE}={value}; Path=/api/session/oidc; Max-Age={age}; HttpOnly; SameSite=Lax{secure}"
    );
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Go to a provider to sign in
#[utoipa::path(get, path = "/api/session/oidc/{provider}", tag = "session",
    params(("provider" = String, Path), OidcParams),
    responses((status = 303, description = "To the provider, or to the sign-in page"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn begin(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
    Path(provider): Path<String>,
    Params(params): Params<OidcParams>,
) -> ProblemResult<Response> {
    let link = if params.link {
        if !matinee_identity::is_recent(acting.since()) {
            acting.owner()?;
            return Err(IdentityError::SignInAgain.into());
        }
        Some(acting.owner()?.id.to_string())
    } else {
        None
    };
    let back = origin.url(&format!("/api/session/oidc/{provider}/callback"));
    let begun = state
        .accounts
        .begin_oidc(&provider, back, way(params.next), link)
        .await;
    match begun {
        Ok(start) => {
            let mut response = redirect(&start.url);
            let age = start.lifetime.as_secs();
            errand_cookie(&mut response, &state, &start.cookie, age);
            Ok(response)
        }
        Err(IdentityError::Oidc(OidcError::Unknown)) => {
            Err(Problem::not_found("There is no such provider."))
        }
        Err(error) => Ok(refused(error)),
    }
}

/// Come back from a provider
#[utoipa::path(get, path = "/api/session/oidc/{provider}/callback", tag = "session",
    params(("provider" = String, Path), CallbackParams),
    responses((status = 303, description = "To where one wanted to go, or to the sign-in page"),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn callback(
    State(state): State<AppState>,
    acting: Acting,
    headers: HeaderMap,
    Path(provider): Path<String>,
    Params(params): Params<CallbackParams>,
) -> ProblemResult<Response> {
    let errand = cookie(&headers, ERRAND_COOKIE).unwrap_or_default();
    let current = acting.caller.0.user().map(|user| user.id.to_string());
    let arrival = match (params.error, params.code) {
        (None, Some(code)) => {
            let echoed = params.state.unwrap_or_default();
            let accounts = &state.accounts;
            accounts
                .finish_oidc(
                    &provider,
                    &errand,
                    &echoed,
                    &code,
                    current.as_deref(),
                    &acting.device,
                )
                .await
        }
        _ => Err(OidcError::Denied.into()),
    };
    let mut response = match arrival {
        Ok(arrival) => {
            let mut response = redirect(&arrival.next);
            let (token, age) = (
                &arrival.signed_in.token,
                arrival.signed_in.lifetime.as_secs(),
            );
            set_cookie(&mut response, &state, token, age);
            response
        }
        Err(IdentityError::Oidc(OidcError::Unknown)) => {
            return Err(Problem::not_found("There is no such provider."));
        }
        Err(error) => refused(error),
    };
    errand_cookie(&mut response, &state, "", 0);
    Ok(response)
}

/// An account at a provider.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkedView {
    /// As in `oidc` of `/api/instance`.
    provider: String,
    /// The address that the provider knows.
    email: Option<String>,
    /// When it was linked (RFC 3339).
    created_at: String,
}

impl From<LinkedIdentity> for LinkedView {
    fn from(linked: LinkedIdentity) -> Self {
        Self {
            provider: linked.provider,
            email: linked.email,
            created_at: rfc3339(linked.created_at),
        }
    }
}

/// List the accounts at providers that are linked to one's own
#[utoipa::path(get, path = "/api/account/identities", tag = "people",
    responses((status = 200, body = Vec<LinkedView>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn linked(
    State(state): State<AppState>,
    acting: Acting,
) -> ProblemResult<Json<Vec<LinkedView>>> {
    let user = acting.owner()?;
    let linked = state.accounts.linked_identities(user.id.as_str()).await?;
    Ok(Json(linked.into_iter().map(LinkedView::from).collect()))
}

/// Unlink a provider, unless it is the only way in
#[utoipa::path(delete, path = "/api/account/identities/{provider}", tag = "people",
    params(("provider" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn unlink(
    State(state): State<AppState>,
    acting: Acting,
    Path(provider): Path<String>,
) -> ProblemResult<StatusCode> {
    let user = acting.owner()?;
    state
        .accounts
        .unlink_identity(user.id.as_str(), &provider)
        .await?;
    acting
        .record(
            "user.unlink",
            user.id.as_str(),
            json!({ "provider": provider }),
        )
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
