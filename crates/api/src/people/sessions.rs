//! `/api/account/sessions`: where one is signed in.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use matinee_identity::SessionInfo;
use serde::Serialize;
use utoipa::ToSchema;

use super::Acting;
use crate::videos::view::rfc3339;
use crate::{AppState, PathId, Problem, ProblemResult};

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// `session_…`
    id: String,
    /// `browser` or `app`.
    kind: &'static str,
    /// What a person would call the device, such as `Firefox on Linux`.
    device: String,
    /// From which address it was last used.
    addr: String,
    /// RFC 3339.
    created_at: String,
    /// To some minutes (RFC 3339).
    last_seen_at: String,
    /// RFC 3339.
    expires_at: String,
    /// Whether it is the one that asks.
    current: bool,
}

impl SessionView {
    pub(super) fn new(session: SessionInfo, current: Option<&str>) -> Self {
        Self {
            current: current == Some(session.id.as_str()),
            kind: session.kind.as_str(),
            id: session.id,
            device: session.device,
            addr: session.addr,
            created_at: rfc3339(session.created_at),
            last_seen_at: rfc3339(session.last_seen_at),
            expires_at: rfc3339(session.expires_at),
        }
    }
}

/// List one's own sessions
///
/// The one used last first.
#[utoipa::path(get, path = "/api/account/sessions", tag = "people",
    responses((status = 200, body = Vec<SessionView>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    acting: Acting,
) -> ProblemResult<Json<Vec<SessionView>>> {
    let user = acting.owner()?;
    let sessions = state.accounts.sessions(user.id.as_str()).await?;
    let views = sessions
        .into_iter()
        .map(|session| SessionView::new(session, acting.session()));
    Ok(Json(views.collect()))
}

/// End one of one's own sessions
#[utoipa::path(delete, path = "/api/account/sessions/{id}", tag = "people", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    let user = acting.owner()?;
    state.accounts.end_session(user.id.as_str(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End all of one's own sessions but the one that asks
#[utoipa::path(delete, path = "/api/account/sessions", tag = "people",
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn delete_others(
    State(state): State<AppState>,
    acting: Acting,
) -> ProblemResult<StatusCode> {
    let user = acting.owner()?;
    state
        .accounts
        .end_all_sessions(user.id.as_str(), acting.session())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
