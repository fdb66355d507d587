//! `/api/account`: one's own account.

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use matinee_catalog::community::SubjectKind;
use matinee_catalog::moderation::Kind;
use matinee_engines::id::Id;
use matinee_identity::{Account, AccountPatch, AccountQuota};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::Acting;
use crate::community::words::judged;
use crate::http::extract::nullable;
use crate::session::set_cookie;
use crate::videos::view::rfc3339;
use crate::{AppState, Body, Client, Params, Problem, ProblemResult};

/// The greatest number that every JSON reader keeps exactly.
const EXACT_MAX: u64 = (1 << 53) - 1;

/// An account, as its owner and administrators see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountView {
    /// `user_…`
    id: String,
    /// The name to sign in with.
    username: String,
    /// What others see; the user name if there is none.
    display_name: Option<String>,
    /// Where mail goes; see `email_verified`.
    email: Option<String>,
    /// Whether its owner has shown that they read what goes there.
    email_verified: bool,
    /// `viewer`, `creator`, `moderator` or `administrator`.
    role: &'static str,
    /// Whether there is a password (there is none for somebody who came from
    /// a provider).
    has_password: bool,
    /// Whether an authenticator's code is asked for as well.
    two_factor: bool,
    /// Whether it has been disabled.
    disabled: bool,
    /// When it was disabled (RFC 3339).
    disabled_at: Option<String>,
    /// When they were last here, to some minutes (RFC 3339).
    last_seen_at: Option<String>,
    /// RFC 3339.
    created_at: String,
    /// What they may keep and upload, where that is not what their role may.
    quota: QuotaFields,
}

/// What an account may keep and upload; null for what its role may.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct QuotaFields {
    /// Bytes of uploads and of what is made of them.
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    storage_bytes: Option<u64>,
    /// Uploads in 24 hours.
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    uploads: Option<u64>,
}

impl From<AccountQuota> for QuotaFields {
    fn from(quota: AccountQuota) -> Self {
        Self {
            storage_bytes: quota.storage,
            uploads: quota.uploads,
        }
    }
}

impl QuotaFields {
    /// The same, or the field that is wrong.
    pub(super) fn checked(self) -> ProblemResult<AccountQuota> {
        let fields = [
            ("quota.storage_bytes", self.storage_bytes),
            ("quota.uploads", self.uploads),
        ];
        for (field, value) in fields {
            if value.is_some_and(|n| n > EXACT_MAX) {
                return Err(Problem::field(field, "is too large"));
            }
        }
        Ok(AccountQuota {
            storage: self.storage_bytes,
            uploads: self.uploads,
        })
    }
}

impl AccountView {
    pub(super) fn id(&self) -> &str {
        &self.id
    }
}

impl From<Account> for AccountView {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            username: account.username,
            display_name: account.display_name,
            email: account.email,
            email_verified: account.email_verified,
            role: account.role.as_str(),
            has_password: account.has_password,
            two_factor: account.two_factor,
            disabled: account.disabled_at.is_some(),
            disabled_at: account.disabled_at.map(rfc3339),
            last_seen_at: account.last_seen_at.map(rfc3339),
            created_at: rfc3339(account.created_at),
            quota: account.quota.into(),
        }
    }
}

/// Get one's own account
#[utoipa::path(get, path = "/api/account", tag = "people",
    responses((status = 200, body = AccountView), (status = 401, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    acting: Acting,
) -> ProblemResult<Json<AccountView>> {
    let account = state.accounts.account(acting.user()?.id.as_str()).await?;
    Ok(Json(account.into()))
}

/// A change of one's own account; an absent field stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountChange {
    /// Another name to sign in with.
    #[serde(default)]
    username: Option<String>,
    /// What others see; `null` takes it away.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    #[expect(clippy::option_option, reason = "absent, null, or a name")]
    display_name: Option<Option<String>>,
}

/// Change one's own account
#[utoipa::path(patch, path = "/api/account", tag = "people", request_body = AccountChange,
    responses((status = 200, body = AccountView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn patch(
    State(state): State<AppState>,
    acting: Acting,
    Body(change): Body<AccountChange>,
) -> ProblemResult<Json<AccountView>> {
    let user = acting.owner()?;
    let patch = AccountPatch {
        username: change.username,
        display_name: change.display_name,
    };
    let display_name = patch.display_name.as_ref().and_then(Option::as_deref);
    let said = [
        ("username", patch.username.as_deref().unwrap_or_default()),
        ("display_name", display_name.unwrap_or_default()),
    ];
    let words = judged(&state, Some(&acting.caller), Kind::Name, &said).await?;
    let account = state
        .accounts
        .change_account(user.id.as_str(), patch)
        .await?;
    words
        .kept_as(&state, SubjectKind::User, user.id.as_str(), None)
        .await?;
    Ok(Json(account.into()))
}

/// A proof that it is still the owner who asks.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The current password. Whoever has none must have signed in within the
    /// last ten minutes.
    #[serde(default)]
    pub(super) password: Option<String>,
}

/// A body that may be missing altogether.
pub(super) struct Maybe<T>(pub(super) Option<T>);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Maybe<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if request.headers().contains_key(header::CONTENT_TYPE) {
            let Body(value) = Body::from_request(request, state).await?;
            return Ok(Self(Some(value)));
        }
        Ok(Self(None))
    }
}

/// Delete one's own account
///
/// What is theirs alone goes: profiles, sessions, keys, watch history. Videos
/// that they have uploaded stay, without their name.
#[utoipa::path(delete, path = "/api/account", tag = "people", request_body = Confirmation,
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    acting: Acting,
    Body(proof): Body<Confirmation>,
) -> ProblemResult<Response> {
    let id = acting.owner()?.id.to_string();
    confirm(&state, &acting, proof).await?;
    let entry = acting.entry("user.delete", &id, json!({ "self": true }));
    state.accounts.delete_account(&id, entry).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&mut response, &state, "", 0);
    Ok(response)
}

/// Refuses unless it is still the owner who asks.
pub(super) async fn confirm(
    state: &AppState,
    acting: &Acting,
    proof: Confirmation,
) -> ProblemResult<()> {
    let id = acting.owner()?.id.as_str();
    let since = acting.since();
    let proven = state
        .accounts
        .confirm(id, proof.password, since, &acting.device);
    Ok(proven.await?)
}

/// Refuses unless the password is given, or they have just signed in: for what
/// adds a way in, and takes none away.
pub(super) async fn prove_or_fresh(
    state: &AppState,
    acting: &Acting,
    password: Option<String>,
) -> ProblemResult<()> {
    acting.owner()?;
    if password.is_none() && !matinee_identity::is_recent(acting.since()) {
        return Err(matinee_identity::IdentityError::SignInAgain.into());
    }
    match password {
        Some(password) => {
            let password = Some(password);
            confirm(state, acting, Confirmation { password }).await
        }
        None => Ok(()),
    }
}

/// Which part of the export.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportParams {
    /// What the account has done before this: the `audit_log_next` of another
    /// part.
    audit_before: Option<String>,
}

/// Export everything that the service knows of oneself
///
/// One JSON object with a section for each part of the service.
#[utoipa::path(get, path = "/api/account/export", tag = "people", params(ExportParams),
    responses((status = 200, body = Object), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn export(
    State(state): State<AppState>,
    acting: Acting,
    Params(params): Params<ExportParams>,
) -> ProblemResult<Response> {
    let user = acting.owner()?;
    let before = params.audit_before.as_deref().map(|id| {
        let is_none = |_| Problem::field("audit_before", "must be an `audit_log_next`");
        Id::parse("audit", id).map_err(is_none)
    });
    let before = before.transpose()?;
    let data = state.accounts.export(user.id.as_str(), before.as_ref());
    let data: Value = data.await?;
    acting
        .record("user.export", user.id.as_str(), Value::Null)
        .await?;
    let text = serde_json::to_vec_pretty(&data).unwrap_or_default();
    let mut response = ([(header::CONTENT_TYPE, "application/json")], text).into_response();
    response.headers_mut().insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"my-data.json\""),
    );
    Ok(response)
}

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The current one, if there is one.
    #[serde(default)]
    current_password: Option<String>,
    /// At least 8 characters.
    #[serde(alias = "password")]
    new_password: String,
}

/// Choose another password
///
/// All other sessions end.
#[utoipa::path(post, path = "/api/account/password", tag = "people", request_body = PasswordChange,
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn password(
    State(state): State<AppState>,
    acting: Acting,
    Body(change): Body<PasswordChange>,
) -> ProblemResult<StatusCode> {
    let id = acting.owner()?.id.to_string();
    if change.current_password.is_none() {
        // Only somebody who came without one sets the first, and only freshly.
        confirm(&state, &acting, Confirmation { password: None })
            .await
            .map_err(|problem| problem.of_field("password", "current_password"))?;
    }
    let changed = state.accounts.change_password(
        &id,
        change.current_password,
        change.new_password,
        acting.session(),
        &acting.device,
    );
    changed
        .await
        .map_err(|error| Problem::from(error).of_field("password", "new_password"))?;
    acting.record("user.password", &id, Value::Null).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Another e-mail address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailChange {
    email: String,
    /// The current password, as for [`Confirmation`].
    #[serde(default)]
    password: Option<String>,
}

/// Give another e-mail address
///
/// A letter goes there; until its link is opened, the old address stays.
#[utoipa::path(post, path = "/api/account/email", tag = "people", request_body = EmailChange,
    responses((status = 202), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn email(
    State(state): State<AppState>,
    acting: Acting,
    Body(change): Body<EmailChange>,
) -> ProblemResult<StatusCode> {
    let id = acting.owner()?.id.to_string();
    let password = change.password;
    confirm(&state, &acting, Confirmation { password }).await?;
    state
        .accounts
        .claim_email(&id, &change.email, &acting.device)
        .await?;
    acting.record("user.email", &id, Value::Null).await?;
    Ok(StatusCode::ACCEPTED)
}

/// The token of a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkToken {
    token: String,
}

/// Confirm an e-mail address, with the token of a mailed link
#[utoipa::path(post, path = "/api/account/verify-email", tag = "people", request_body = LinkToken,
    responses((status = 204), (status = 422, body = Problem)))]
pub(super) async fn verify_email(
    State(state): State<AppState>,
    Body(link): Body<LinkToken>,
) -> ProblemResult<StatusCode> {
    state.accounts.verify_email(&link.token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whose password is forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Forgotten {
    /// The user name or the e-mail address.
    #[serde(alias = "email", alias = "username")]
    login: String,
}

/// Ask for a new password
///
/// If there is such an account, and its e-mail address is confirmed, a link
/// goes there. The answer is the same if there is none.
#[utoipa::path(post, path = "/api/account/reset", tag = "people", request_body = Forgotten,
    responses((status = 202), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn reset(
    State(state): State<AppState>,
    Client(device): Client,
    Body(forgotten): Body<Forgotten>,
) -> ProblemResult<StatusCode> {
    if forgotten.login.len() > 300 {
        return Err(Problem::field("login", "is too long"));
    }
    state.accounts.request_reset(&forgotten.login, &device)?;
    Ok(StatusCode::ACCEPTED)
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// From the link.
    token: String,
    /// At least 8 characters.
    password: String,
}

/// Choose a new password, with the token of a link
///
/// All sessions end.
#[utoipa::path(post, path = "/api/account/reset/confirm", tag = "people", request_body = NewPassword,
    responses((status = 204), (status = 422, body = Problem)))]
pub(super) async fn reset_confirm(
    State(state): State<AppState>,
    Body(new): Body<NewPassword>,
) -> ProblemResult<StatusCode> {
    state
        .accounts
        .reset_password(&new.token, new.password)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
