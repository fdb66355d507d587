//! `/api/session` and `/api/setup`: signing in and out, and the first time.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::{HeaderValue, StatusCode, header};
use matinee_identity::{Credentials, IdentityError, SignedIn, User, Via};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::caller::SESSION_COOKIE;
use crate::instance::auth_mode;
use crate::{AppState, Body, Caller, Client, Problem, ProblemResult};

/// The routes.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get, post, delete))
        .routes(routes!(set_up))
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// Whether somebody is.
    pub authenticated: bool,
    /// Who.
    pub user: Option<SessionUser>,
    /// `operator` or `open`.
    pub auth_mode: &'static str,
    /// The bearer token of a new session; only in the answer that opens it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// A person as they see themselves.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionUser {
    /// `user_…`
    pub id: String,
    /// The name to sign in with.
    pub username: String,
    /// `viewer`, `creator`, `moderator` or `administrator`.
    pub role: &'static str,
}

impl From<&User> for SessionUser {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.to_string(),
            username: user.username.clone(),
            role: user.role.as_str(),
        }
    }
}

/// A name and a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Credentials)]
pub struct SignIn {
    /// The user name, or the account's verified e-mail address.
    username: String,
    password: String,
    /// The authenticator's code, or a recovery code, where the problem
    /// `totp-required` asks for it.
    #[serde(default)]
    code: Option<String>,
}

/// The first choice of a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// From the set-up link.
    token: String,
    /// A new name; the given one stays otherwise.
    #[serde(default)]
    username: Option<String>,
    /// At least 8 characters.
    password: String,
}

/// Who am I?
#[utoipa::path(get, path = "/api/session", tag = "session",
    responses((status = 200, body = Session)))]
async fn get(State(state): State<AppState>, Caller(principal): Caller) -> Json<Session> {
    Json(session(&state, principal.user(), None))
}

fn session(state: &AppState, user: Option<&User>, token: Option<String>) -> Session {
    Session {
        authenticated: user.is_some(),
        user: user.map(SessionUser::from),
        auth_mode: auth_mode(state),
        token,
    }
}

/// Sign in
///
/// The answer sets an `HttpOnly` session cookie for browsers and holds a bearer
/// token for programs.
#[utoipa::path(post, path = "/api/session", tag = "session", request_body = SignIn,
    responses((status = 200, body = Session), (status = 401, body = Problem), (status = 429, body = Problem)))]
async fn post(
    State(state): State<AppState>,
    Client(device): Client,
    Body(wish): Body<SignIn>,
) -> ProblemResult<Response> {
    let credentials = Credentials {
        login: wish.username,
        password: wish.password,
        code: wish.code,
    };
    let signed_in = state.accounts.sign_in(credentials, &device).await?;
    Ok(opened(&state, &signed_in))
}

/// Choose the operator's password, once, with the link printed at first start
#[utoipa::path(post, path = "/api/setup", tag = "session", request_body = SetUp,
    responses((status = 200, body = Session), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn set_up(
    State(state): State<AppState>,
    Client(device): Client,
    Body(wish): Body<SetUp>,
) -> ProblemResult<Response> {
    let signed_in = state
        .accounts
        .set_up(&wish.token, wish.username, wish.password, &device)
        .await?;
    Ok(opened(&state, &signed_in))
}

/// Sign out
#[utoipa::path(delete, path = "/api/session", tag = "session", responses((status = 204)))]
async fn delete(
    State(state): State<AppState>,
    // Recognised first, for the check that our own page asks for it.
    caller: Caller,
    via: Option<Extension<Via>>,
) -> ProblemResult<Response> {
    if let (Some(user), Some(session)) = (
        caller.0.user(),
        via.as_ref().and_then(|Extension(via)| via.session()),
    ) {
        match state.accounts.end_session(user.id.as_str(), session).await {
            // It was ended elsewhere a moment ago.
            Ok(()) | Err(IdentityError::NotFound(_)) => {}
            Err(other) => return Err(other.into()),
        }
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&mut response, &state, "", 0);
    Ok(response)
}

/// A fresh session, as an answer: the cookie, and the token for programs.
pub(crate) fn opened(state: &AppState, signed_in: &SignedIn) -> Response {
    let body = session(state, Some(&signed_in.user), Some(signed_in.token.clone()));
    let mut response = Json(body).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    set_cookie(
        &mut response,
        state,
        &signed_in.token,
        signed_in.lifetime.as_secs(),
    );
    response
}

/// Gives a browser its session's cookie; an age of 0 takes it away.
pub(crate) fn set_cookie(response: &mut Response, state: &AppState, token: &str, age: u64) {
    let secure = if state.config.https { "; Secure" } else { "" };
    let cookie =
        format!("{SESSION_COOKIE}={token}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
