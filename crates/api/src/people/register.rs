//! `POST /api/accounts`: making an account for oneself.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use matinee_catalog::community::SubjectKind;
use matinee_catalog::moderation::Kind;
use matinee_identity::Registering;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::community::words::judged;
use crate::session::{Session, opened};
use crate::{AppState, Body, Client, Problem, ProblemResult};

/// Somebody who wants an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// The name to sign in with: letters, digits and . _ - +
    username: String,
    /// At least 8 characters.
    password: String,
    /// What others see.
    #[serde(default)]
    display_name: Option<String>,
    /// Where a link goes that confirms it.
    #[serde(default)]
    email: Option<String>,
    /// The token of an invitation, where one is needed.
    #[serde(default)]
    invitation: Option<String>,
}

/// Make an account
///
/// Needs open registration or an invitation (see `registration` in
/// `/api/instance`). The answer signs in, as `POST /api/session` does.
#[utoipa::path(post, path = "/api/accounts", tag = "people", request_body = Registration,
    responses((status = 201, body = Session), (status = 403, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn register(
    State(state): State<AppState>,
    Client(device): Client,
    Body(wish): Body<Registration>,
) -> ProblemResult<Response> {
    let wish = Registering {
        username: wish.username,
        password: wish.password,
        display_name: wish.display_name,
        email: wish.email,
        invitation: wish.invitation,
    };
    let said = [
        ("username", &*wish.username),
        (
            "display_name",
            wish.display_name.as_deref().unwrap_or_default(),
        ),
    ];
    let words = judged(&state, None, Kind::Name, &said).await?;
    let registered = state.accounts.register(wish, &device).await?;
    let id = registered.user.id.as_str();
    words.kept_as(&state, SubjectKind::User, id, None).await?;
    let signed_in = state
        .accounts
        .open_session(registered.user, &device)
        .await?;
    let mut response = opened(&state, &signed_in);
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}
