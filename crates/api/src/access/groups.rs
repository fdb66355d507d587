//! `/api/groups`: what accounts may belong to, and what that opens.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use jiff::Timestamp;
use matinee_identity::access::Action;
use matinee_identity::standing::{Group, GroupChange};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Body, Caller, PathId, Problem, ProblemResult};

/// A group.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupView {
    /// `group_…`
    pub id: String,
    /// Unique.
    pub name: String,
    /// Plain text; may be empty.
    pub description: String,
    /// RFC 3339.
    pub created_at: String,
}

impl From<Group> for GroupView {
    fn from(group: Group) -> Self {
        Self {
            id: group.id,
            name: group.name,
            description: group.description,
            created_at: rfc3339(group.created_at),
        }
    }
}

/// What a group is to be called; an absent field stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GroupFields {
    /// 1 to 64 characters, unique.
    name: Option<String>,
    /// Up to 1000 characters.
    description: Option<String>,
}

impl From<GroupFields> for GroupChange {
    fn from(fields: GroupFields) -> Self {
        Self {
            name: fields.name,
            description: fields.description,
        }
    }
}

/// List groups
///
/// For those who may open something to them.
#[utoipa::path(get, path = "/api/groups", tag = "access",
    responses((status = 200, body = Vec<GroupView>), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
) -> ProblemResult<Json<Vec<GroupView>>> {
    caller.require(Action::Upload)?;
    let groups = state.access.standings.groups().await?;
    Ok(Json(groups.into_iter().map(Into::into).collect()))
}

/// Add a group
#[utoipa::path(post, path = "/api/groups", tag = "access", request_body = GroupFields,
    responses((status = 201, body = GroupView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    acting: Acting,
    Body(fields): Body<GroupFields>,
) -> ProblemResult<(StatusCode, Json<GroupView>)> {
    acting.operator()?;
    let group = state.access.standings.create_group(fields.into()).await?;
    let detail = json!({ "name": group.name });
    acting.record("group.create", &group.id, detail).await?;
    Ok((StatusCode::CREATED, Json(group.into())))
}

/// Change a group
#[utoipa::path(patch, path = "/api/groups/{id}", tag = "access", params(("id" = String, Path)),
    request_body = GroupFields,
    responses((status = 200, body = GroupView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn patch(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
    Body(fields): Body<GroupFields>,
) -> ProblemResult<Json<GroupView>> {
    acting.operator()?;
    let standings = &state.access.standings;
    let group = standings.change_group(&id, fields.into()).await?;
    let detail = json!({ "name": group.name });
    acting.record("group.change", &id, detail).await?;
    Ok(Json(group.into()))
}

/// Remove a group
///
/// What it opened stays closed to those who were in it.
#[utoipa::path(delete, path = "/api/groups/{id}", tag = "access", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    acting.operator()?;
    state.access.standings.delete_group(&id).await?;
    acting.record("group.delete", &id, json!({})).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody in a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberView {
    /// `user_…`
    pub user_id: String,
    /// Until when (RFC 3339); for good if null.
    pub expires_at: Option<String>,
    /// Since when (RFC 3339).
    pub added_at: String,
}

/// List who is in a group
#[utoipa::path(get, path = "/api/groups/{id}/members", tag = "access",
    params(("id" = String, Path)),
    responses((status = 200, body = Vec<MemberView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn members(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<MemberView>>> {
    acting.operator()?;
    let members = state.access.standings.members(&id).await?;
    let views = members.into_iter().map(|member| MemberView {
        user_id: member.user_id,
        expires_at: member.expires_at.map(rfc3339),
        added_at: rfc3339(member.added_at),
    });
    Ok(Json(views.collect()))
}

/// For how long somebody is to be in a group.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Membership {
    /// Until when (RFC 3339); for good if left out.
    expires_at: Option<String>,
}

/// Put an account into a group
///
/// Again with another end, it ends then.
#[utoipa::path(put, path = "/api/groups/{id}/members/{user_id}", tag = "access",
    params(("id" = String, Path), ("user_id" = String, Path)), request_body = Membership,
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn add(
    State(state): State<AppState>,
    acting: Acting,
    Path((id, user)): Path<(String, String)>,
    Body(membership): Body<Membership>,
) -> ProblemResult<StatusCode> {
    acting.operator()?;
    let until = membership
        .expires_at
        .as_ref()
        .map(|text| text.parse::<Timestamp>())
        .transpose()
        .map_err(|_| {
            Problem::field(
                "expires_at",
                "must be an instant such as 2027-01-31T18:00:00Z",
            )
        })?
        .map(Timestamp::as_microsecond);
    let standings = &state.access.standings;
    standings.add_member(&id, &user, until).await?;
    let detail = json!({ "user_id": user, "expires_at": membership.expires_at });
    acting.record("group.add", &id, detail).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take an account out of a group
#[utoipa::path(delete, path = "/api/groups/{id}/members/{user_id}", tag = "access",
    params(("id" = String, Path), ("user_id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn remove(
    State(state): State<AppState>,
    acting: Acting,
    Path((id, user)): Path<(String, String)>,
) -> ProblemResult<StatusCode> {
    acting.operator()?;
    state.access.standings.remove_member(&id, &user).await?;
    acting
        .record("group.remove", &id, json!({ "user_id": user }))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
