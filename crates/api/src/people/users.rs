//! `/api/users`: what administrators do with other people's accounts.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, Uri, header};
use matinee_identity::{AccountFilter, AccountPatch, NewAccount, Role};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::account::{AccountView, QuotaFields};
use super::sessions::SessionView;
use super::{Acting, page};
use crate::http::extract::nullable;
use crate::{AppState, Body, Params, PathId, Problem, ProblemResult, PublicOrigin};

/// A role by its name.
pub(super) fn role(name: &str) -> ProblemResult<Role> {
    Role::parse(name).ok_or_else(|| {
        Problem::field(
            "role",
            "must be viewer, creator, moderator or administrator",
        )
    })
}

/// Which accounts.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UserParams {
    /// Part of a name or an e-mail address.
    q: Option<String>,
    /// `viewer`, `creator`, `moderator` or `administrator`.
    role: Option<String>,
    /// Only disabled, or only enabled ones.
    disabled: Option<bool>,
    /// 1 to 200; 50 unless given.
    limit: Option<u64>,
    /// From the `Link: …; rel="next"` of the page before.
    cursor: Option<String>,
}

/// List accounts
///
/// For administrators; the newest first.
#[utoipa::path(get, path = "/api/users", tag = "people", params(UserParams),
    responses((status = 200, body = Vec<AccountView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    acting: Acting,
    uri: Uri,
    Params(params): Params<UserParams>,
) -> ProblemResult<Response> {
    acting.operator()?;
    let limit = page::limit(params.limit)?;
    let after = page::after("user", params.cursor.as_deref())?;
    let filter = AccountFilter {
        q: params.q,
        role: params.role.as_deref().map(role).transpose()?,
        disabled: params.disabled,
    };
    let rows = state
        .accounts
        .list_accounts(&filter, after.as_ref(), limit + 1)
        .await?;
    let views = rows.into_iter().map(AccountView::from).collect();
    Ok(page::cut(views, limit, &uri, AccountView::id))
}

/// An account to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// The name to sign in with.
    username: String,
    /// What others see.
    #[serde(default)]
    display_name: Option<String>,
    /// Where mail goes; taken as confirmed.
    #[serde(default)]
    email: Option<String>,
    /// `viewer` unless given.
    #[serde(default)]
    role: Option<String>,
    /// The first password. Without it the answer has a link by which its owner
    /// chooses one.
    #[serde(default)]
    password: Option<String>,
}

/// A fresh account.
#[derive(Serialize, ToSchema)]
pub struct CreatedUser {
    #[serde(flatten)]
    account: AccountView,
    /// Where its owner chooses a password; good for a week, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

/// Make an account for somebody
///
/// For administrators.
#[utoipa::path(post, path = "/api/users", tag = "people", request_body = NewUser,
    responses((status = 201, body = CreatedUser), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
    Body(new): Body<NewUser>,
) -> ProblemResult<Response> {
    acting.operator()?;
    let role = role(new.role.as_deref().unwrap_or("viewer"))?;
    let detail = json!({ "username": new.username, "role": role.as_str() });
    let new = NewAccount {
        username: new.username,
        display_name: new.display_name,
        email: new.email.filter(|email| !email.trim().is_empty()),
        role,
        password: new.password,
    };
    let entry = acting.entry("user.create", "", detail);
    let (account, token) = state.accounts.create_account(new, entry).await?;
    let body = CreatedUser {
        account: account.into(),
        link: token.map(|token| origin.url(&format!("/reset#{token}"))),
    };
    let mut response = (StatusCode::CREATED, Json(body)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Get an account
#[utoipa::path(get, path = "/api/users/{id}", tag = "people", params(("id" = String, Path)),
    responses((status = 200, body = AccountView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<Json<AccountView>> {
    acting.operator()?;
    Ok(Json(state.accounts.account(&id).await?.into()))
}

/// A change of somebody's account; an absent field stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    /// `viewer`, `creator`, `moderator` or `administrator`.
    #[serde(default)]
    role: Option<String>,
    /// Keeps somebody out, or lets them in again.
    #[serde(default)]
    disabled: Option<bool>,
    /// `false` takes off an authenticator that was lost.
    #[serde(default)]
    two_factor: Option<bool>,
    /// Another name to sign in with.
    #[serde(default)]
    username: Option<String>,
    /// What others see; `null` takes it away.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    #[expect(clippy::option_option, reason = "absent, null, or a name")]
    display_name: Option<Option<String>>,
    /// What they may keep and upload instead of what their role may; all of it
    /// is replaced.
    #[serde(default)]
    quota: Option<QuotaFields>,
}

/// Change somebody's account
///
/// For administrators. There is always one who may run the service.
#[utoipa::path(patch, path = "/api/users/{id}", tag = "people", params(("id" = String, Path)), request_body = UserChange,
    responses((status = 200, body = AccountView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn patch(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
    Body(change): Body<UserChange>,
) -> ProblemResult<Json<AccountView>> {
    acting.operator()?;
    let before = state.accounts.account(&id).await?;
    let wanted = change.role.as_deref().map(role).transpose()?;
    if change.two_factor == Some(true) {
        let reason = "can only be taken off: its owner adds it";
        return Err(Problem::field("two_factor", reason));
    }
    if change.username.is_some() || change.display_name.is_some() {
        let detail = json!({ "username": change.username, "display_name": change.display_name });
        let patch = AccountPatch {
            username: change.username,
            display_name: change.display_name,
        };
        state.accounts.change_account(&id, patch).await?;
        acting.record("user.rename", &id, detail).await?;
    }
    if let Some(role) = wanted.filter(|role| *role != before.role) {
        let detail = json!({ "from": before.role.as_str(), "to": role.as_str() });
        let entry = acting.entry("user.role", &id, detail);
        state.accounts.set_role(&id, role, entry).await?;
    }
    if let Some(disabled) = change
        .disabled
        .filter(|disabled| *disabled != before.disabled_at.is_some())
    {
        let action = if disabled {
            "user.disable"
        } else {
            "user.enable"
        };
        let entry = acting.entry(action, &id, Value::Null);
        state.accounts.set_disabled(&id, disabled, entry).await?;
    }
    if let Some(quota) = change.quota {
        let detail = json!({ "from": QuotaFields::from(before.quota), "to": quota });
        let entry = acting.entry("user.quota", &id, detail);
        let quota = quota.checked()?;
        state.accounts.set_quota(&id, quota, entry).await?;
    }
    if change.two_factor == Some(false) && before.two_factor {
        let entry = acting.entry("user.totp_remove", &id, Value::Null);
        state.accounts.clear_second_factor(&id, entry).await?;
    }
    Ok(Json(state.accounts.account(&id).await?.into()))
}

/// Delete somebody's account
///
/// For administrators. What is theirs alone goes; videos stay, without their
/// name.
#[utoipa::path(delete, path = "/api/users/{id}", tag = "people", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    acting.operator()?;
    let account = state.accounts.account(&id).await?;
    let detail = json!({ "username": account.username, "role": account.role.as_str() });
    let entry = acting.entry("user.delete", &id, detail);
    state.accounts.delete_account(&id, entry).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where somebody chooses another password.
#[derive(Serialize, ToSchema)]
pub struct ResetLink {
    /// Good for a week, once.
    link: String,
}

/// Make a link by which somebody chooses another password
///
/// For administrators, to hand on where no mail is sent.
#[utoipa::path(post, path = "/api/users/{id}/reset-link", tag = "people", params(("id" = String, Path)),
    responses((status = 200, body = ResetLink), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn reset_link(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
    PathId(id): PathId,
) -> ProblemResult<Response> {
    acting.operator()?;
    let token = state.accounts.reset_link(&id).await?;
    acting.record("user.reset_link", &id, Value::Null).await?;
    let link = origin.url(&format!("/reset#{token}"));
    let mut response = Json(ResetLink { link }).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// List somebody's sessions
#[utoipa::path(get, path = "/api/users/{id}/sessions", tag = "people", params(("id" = String, Path)),
    responses((status = 200, body = Vec<SessionView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn sessions(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<SessionView>>> {
    acting.operator()?;
    state.accounts.account(&id).await?;
    let sessions = state.accounts.sessions(&id).await?;
    let views = sessions
        .into_iter()
        .map(|session| SessionView::new(session, acting.session()));
    Ok(Json(views.collect()))
}

/// End all of somebody's sessions
#[utoipa::path(delete, path = "/api/users/{id}/sessions", tag = "people", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn end_sessions(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    acting.operator()?;
    state.accounts.account(&id).await?;
    state
        .accounts
        .end_all_sessions(&id, acting.session())
        .await?;
    acting.record("user.end_sessions", &id, Value::Null).await?;
    Ok(StatusCode::NO_CONTENT)
}
