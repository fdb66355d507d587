//! `/api/profiles`: who watches under an account.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use matinee_catalog::community::SubjectKind;
use matinee_catalog::moderation::Kind;
use matinee_identity::User;
use matinee_identity::standing::{NewProfile, Profile, ProfileChange};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::services::{PROFILE_COOKIE, chosen};
use crate::community::words::judged;
use crate::http::extract::nullable;
use crate::{AppState, Body, Caller, ClientAddr, PathId, Problem, ProblemResult};

/// How long a browser remembers its profile.
const PROFILE_DAYS: u64 = 400;
/// The PIN of a profile that is to be removed.
const PIN_HEADER: HeaderName = HeaderName::from_static("matinee-pin");

/// A profile.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileView {
    /// `profile_…`
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The name of a picture that the client knows.
    pub avatar: Option<String>,
    /// The preferred language (BCP 47).
    pub language: Option<String>,
    /// Whether it is a child's: it watches, and changes nothing.
    pub kids: bool,
    /// The greatest age from which a title's rating may let people watch it;
    /// null for all. What nobody has rated counts as 18.
    pub max_rating: Option<u8>,
    /// Whether it has a PIN: to enter it or, if it is a child's, to leave it.
    pub has_pin: bool,
    /// Whether it is the one that the account began with.
    pub first: bool,
    /// Whether this request is under it.
    pub selected: bool,
}

impl ProfileView {
    fn new(profile: Profile, user: &User) -> Self {
        Self {
            selected: profile.id == user.profile_id(),
            id: profile.id,
            name: profile.name,
            avatar: profile.avatar,
            language: profile.language,
            kids: profile.kids,
            max_rating: profile.max_rating,
            has_pin: profile.has_pin,
            first: profile.first,
        }
    }
}

fn account(caller: &Caller) -> ProblemResult<&User> {
    caller.0.user().ok_or_else(Problem::sign_in)
}

/// Children choose a profile, and change none.
fn grown_up(caller: &Caller) -> ProblemResult<&User> {
    let user = account(caller)?;
    if user.is_kid() {
        return Err(Problem::forbidden(
            "This is done under a grown-up's profile: choose one first.",
        ));
    }
    Ok(user)
}

/// List the account's profiles
#[utoipa::path(get, path = "/api/profiles", tag = "access",
    responses((status = 200, body = Vec<ProfileView>), (status = 401, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
) -> ProblemResult<Json<Vec<ProfileView>>> {
    let user = account(&caller)?;
    let profiles = state.access.standings.profiles(user).await?;
    let views = profiles
        .into_iter()
        .map(|profile| ProfileView::new(profile, user));
    Ok(Json(views.collect()))
}

/// A new profile.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileNew {
    /// 1 to 40 characters.
    name: String,
    /// The name of a picture that the client knows.
    #[serde(default)]
    avatar: Option<String>,
    /// The preferred language (BCP 47).
    #[serde(default)]
    language: Option<String>,
    /// Whether it is a child's.
    #[serde(default)]
    kids: bool,
    /// 0 to 21; a child's is at most 16, and 7 if left out.
    #[serde(default)]
    max_rating: Option<u8>,
    /// 4 to 8 digits.
    #[serde(default)]
    pin: Option<String>,
}

/// Add a profile
#[utoipa::path(post, path = "/api/profiles", tag = "access", request_body = ProfileNew,
    responses((status = 201, body = ProfileView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Body(new): Body<ProfileNew>,
) -> ProblemResult<(StatusCode, Json<ProfileView>)> {
    let user = grown_up(&caller)?;
    let new = NewProfile {
        name: new.name,
        avatar: new.avatar,
        language: new.language,
        kids: new.kids,
        max_rating: new.max_rating,
        pin: new.pin,
    };
    let words = judged(&state, Some(&caller), Kind::Name, &[("name", &new.name)]).await?;
    let profile = state.access.standings.create_profile(user, new).await?;
    words
        .kept_as(&state, SubjectKind::Profile, &profile.id, None)
        .await?;
    Ok((StatusCode::CREATED, Json(ProfileView::new(profile, user))))
}

/// A change of a profile: an absent field stays, `null` clears it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::option_option,
    reason = "absent, null and given are three things"
)]
pub struct ProfilePatch {
    /// 1 to 40 characters.
    name: Option<String>,
    /// The name of a picture that the client knows.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    avatar: Option<Option<String>>,
    /// The preferred language (BCP 47).
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    language: Option<Option<String>>,
    /// Whether it is a child's.
    kids: Option<bool>,
    /// 0 to 21; a child's is at most 16.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<u8>)]
    max_rating: Option<Option<u8>>,
    /// 4 to 8 digits.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    pin: Option<Option<String>>,
    /// The PIN that keeps the caller out of it, if they are under another.
    current_pin: Option<String>,
}

/// Change a profile
#[utoipa::path(patch, path = "/api/profiles/{id}", tag = "access", params(("id" = String, Path)),
    request_body = ProfilePatch,
    responses((status = 200, body = ProfileView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn patch(
    State(state): State<AppState>,
    caller: Caller,
    ClientAddr(from): ClientAddr,
    PathId(id): PathId,
    Body(patch): Body<ProfilePatch>,
) -> ProblemResult<Json<ProfileView>> {
    let user = grown_up(&caller)?;
    let change = ProfileChange {
        name: patch.name,
        avatar: patch.avatar,
        language: patch.language,
        kids: patch.kids,
        max_rating: patch.max_rating,
        pin: patch.pin,
        current_pin: patch.current_pin,
    };
    let said = [("name", change.name.as_deref().unwrap_or_default())];
    let words = judged(&state, Some(&caller), Kind::Name, &said).await?;
    let standings = &state.access.standings;
    let profile = standings.change_profile(user, &id, change, &from).await?;
    words
        .kept_as(&state, SubjectKind::Profile, &id, None)
        .await?;
    Ok(Json(ProfileView::new(profile, user)))
}

/// Remove a profile, and what it has watched
///
/// The account's first one stays.
#[utoipa::path(delete, path = "/api/profiles/{id}", tag = "access",
    params(("id" = String, Path),
        ("Matinee-Pin" = Option<String>, Header, description = "Its PIN, if that keeps the caller out")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 429, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    ClientAddr(from): ClientAddr,
    PathId(id): PathId,
    headers: HeaderMap,
) -> ProblemResult<StatusCode> {
    let user = grown_up(&caller)?;
    let pin = headers
        .get(PIN_HEADER)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let standings = &state.access.standings;
    standings.delete_profile(user, &id, pin, &from).await?;
    state.playback.progress().forget_viewer(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What choosing a profile may need.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SelectRequest {
    /// The PIN of the profile or, to leave a child's, of that.
    pin: Option<String>,
}

/// A profile that was chosen.
#[derive(Debug, Serialize, ToSchema)]
pub struct Selected {
    /// `profile_…`
    pub profile_id: String,
    /// What a program sends as `Matinee-Profile`; browsers keep it in a cookie.
    pub token: String,
}

/// Choose a profile
///
/// Everything that is watched from here on belongs to it. 403 with a type
/// ending in `pin-required` asks for a PIN.
#[utoipa::path(post, path = "/api/profiles/{id}/select", tag = "access",
    params(("id" = String, Path)), request_body = SelectRequest,
    responses((status = 200, body = Selected), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn select(
    State(state): State<AppState>,
    caller: Caller,
    ClientAddr(from): ClientAddr,
    PathId(id): PathId,
    headers: HeaderMap,
    Body(request): Body<SelectRequest>,
) -> ProblemResult<Response> {
    let user = account(&caller)?;
    let before = chosen(&headers);
    let standings = &state.access.standings;
    let token = standings
        .select(user, before.as_deref(), &id, request.pin, &from)
        .await?;
    let secure = if state.config.https { "; Secure" } else { "" };
    let age = PROFILE_DAYS * 86_400;
    let cookie =
        format!("{PROFILE_COOKIE}={token}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
    let body = Selected {
        profile_id: id,
        token,
    };
    let mut response = Json(body).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
