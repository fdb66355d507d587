//! `/api/invitations`: links by which people make accounts.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, Uri, header};
use matinee_engines::time::now_micros;
use matinee_identity::{Invitation, NewInvitation};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::{Acting, page, users};
use crate::videos::view::rfc3339;
use crate::{AppState, Body, Params, PathId, Problem, ProblemResult, PublicOrigin};

/// An invitation.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationView {
    /// `invitation_…`
    id: String,
    /// What those who use it may do.
    role: &'static str,
    /// What it is for.
    note: String,
    /// How many accounts may be made with it.
    max_uses: u32,
    /// How many were.
    uses: u32,
    /// Whether it can still be used.
    active: bool,
    /// The account that made it.
    created_by: Option<String>,
    /// RFC 3339.
    created_at: String,
    /// RFC 3339.
    expires_at: String,
    /// Where it is used; only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// What the link carries; only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

impl From<Invitation> for InvitationView {
    fn from(invitation: Invitation) -> Self {
        let lasting = invitation.expires_at > now_micros();
        Self {
            active: lasting && invitation.uses < invitation.max_uses,
            id: invitation.id,
            role: invitation.role.as_str(),
            note: invitation.note,
            max_uses: invitation.max_uses,
            uses: invitation.uses,
            created_by: invitation.created_by,
            created_at: rfc3339(invitation.created_at),
            expires_at: rfc3339(invitation.expires_at),
            link: None,
            token: None,
        }
    }
}

/// A page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// 1 to 200; 50 unless given.
    limit: Option<u64>,
    /// From the `Link: …; rel="next"` of the page before.
    cursor: Option<String>,
}

/// List invitations
///
/// For administrators; the newest first, used up and expired ones too.
#[utoipa::path(get, path = "/api/invitations", tag = "people", params(PageParams),
    responses((status = 200, body = Vec<InvitationView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    acting: Acting,
    uri: Uri,
    Params(params): Params<PageParams>,
) -> ProblemResult<Response> {
    acting.operator()?;
    let limit = page::limit(params.limit)?;
    let after = page::after("invitation", params.cursor.as_deref())?;
    let rows = state
        .accounts
        .invitations(after.as_ref(), limit + 1)
        .await?;
    let views = rows.into_iter().map(InvitationView::from).collect();
    Ok(page::cut(views, limit, &uri, |view| &view.id))
}

/// An invitation to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitationBody {
    /// `viewer` (unless given), `creator`, `moderator` or `administrator`.
    #[serde(default)]
    role: Option<String>,
    /// What it is for.
    #[serde(default)]
    note: String,
    /// How many accounts may be made with it; 1 unless given.
    #[serde(default)]
    max_uses: Option<u32>,
    /// How long it is good, from 1 to 8760; 168 (a week) unless given.
    #[serde(default)]
    expires_in_hours: Option<u32>,
}

/// Invite people
///
/// For administrators. The link is shown once, in this answer.
#[utoipa::path(post, path = "/api/invitations", tag = "people", request_body = NewInvitationBody,
    responses((status = 201, body = InvitationView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
    Body(new): Body<NewInvitationBody>,
) -> ProblemResult<Response> {
    acting.operator()?;
    let by = acting.user()?.id.to_string();
    let role = users::role(new.role.as_deref().unwrap_or("viewer"))?;
    let new = NewInvitation {
        role,
        note: new.note,
        max_uses: new.max_uses.unwrap_or(1),
        life: Duration::from_secs(u64::from(new.expires_in_hours.unwrap_or(168)) * 3600),
    };
    let (invitation, token) = state.accounts.invite(&by, new).await?;
    let detail = json!({ "role": role.as_str(), "max_uses": invitation.max_uses });
    acting
        .record("invitation.create", &invitation.id, detail)
        .await?;
    let view = InvitationView {
        link: Some(origin.url(&format!("/register#{token}"))),
        token: Some(token),
        ..InvitationView::from(invitation)
    };
    let mut response = (StatusCode::CREATED, Json(view)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Take an invitation back
#[utoipa::path(delete, path = "/api/invitations/{id}", tag = "people", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    acting.operator()?;
    state.accounts.delete_invitation(&id).await?;
    acting
        .record("invitation.delete", &id, serde_json::Value::Null)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
