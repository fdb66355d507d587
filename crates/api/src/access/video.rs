//! `/api/videos/{id}/access` and `/api/videos/{id}/unlock`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use jiff::Timestamp;
use matinee_catalog::Video;
use matinee_identity::access::place::{Country, Network};
use matinee_identity::access::unlock::LIFETIME;
use matinee_identity::access::{
    Action, Decision, GroupIds, Networks, Regions, Resource, Visibility, decide,
};
use matinee_identity::{IdentityError, Role};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::services::UNLOCK_COOKIE;
use crate::http::caller::permit;
use crate::videos::view::rfc3339;
use crate::videos::visible;
use crate::{Acting, AppState, Body, Caller, ClientAddr, PathId, Problem, ProblemResult};

/// Whom a video is open to.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessView {
    /// `public`, `unlisted`, `members`, `groups`, `password` or `private`.
    pub visibility: &'static str,
    /// Whether the visibility is `public`.
    pub is_public: bool,
    /// The groups (`group_…`) that open it, if the visibility is `groups`.
    pub groups: Vec<String>,
    /// Whether it has a password.
    pub has_password: bool,
    /// Until then it is as good as absent (RFC 3339).
    pub publish_at: Option<String>,
    /// From then on it is as good as absent (RFC 3339).
    pub expires_at: Option<String>,
    /// Where it may be watched; everywhere if null.
    pub regions: Option<RegionsView>,
    /// The networks from which it may be watched; all if empty.
    pub networks: Vec<String>,
    /// The age from which its rating lets people watch it; null if nobody has
    /// rated it.
    pub rating_level: Option<i32>,
}

/// Countries (ISO 3166-1 alpha-2): either those that may, or those that may not.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RegionsView {
    /// Only in these.
    Allow(Vec<String>),
    /// Everywhere but in these.
    Deny(Vec<String>),
}

impl AccessView {
    fn of(video: &Video) -> Self {
        let has_password = video.access_password_hash.is_some();
        Self::new(video.access(), has_password, video.rating_level)
    }

    /// The rules of anything that has them.
    pub(crate) fn new(
        access: matinee_catalog::Access,
        has_password: bool,
        rating_level: Option<i32>,
    ) -> Self {
        let codes = |these: Vec<Country>| these.into_iter().map(String::from).collect();
        Self {
            visibility: access.visibility.as_str(),
            is_public: access.visibility == Visibility::Public,
            groups: access.groups.any,
            has_password,
            publish_at: access.publish_at.map(rfc3339),
            expires_at: access.expires_at.map(rfc3339),
            regions: access.regions.map(|regions| match regions {
                Regions::Allow(these) => RegionsView::Allow(codes(these)),
                Regions::Deny(these) => RegionsView::Deny(codes(these)),
            }),
            networks: access.networks.any.into_iter().map(String::from).collect(),
            rating_level,
        }
    }
}

/// Whom a video is to be open to. What is left out is no rule.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessChange {
    /// `public`, `unlisted`, `members`, `groups`, `password` or `private`.
    visibility: String,
    /// The groups (`group_…`) that open it; needed by `groups`.
    #[serde(default)]
    groups: Vec<String>,
    /// A new password of 4 characters or more; the one there is stays if it is
    /// left out.
    #[serde(default)]
    password: Option<String>,
    /// Until then it is as good as absent (RFC 3339).
    #[serde(default)]
    publish_at: Option<String>,
    /// From then on it is as good as absent (RFC 3339).
    #[serde(default)]
    expires_at: Option<String>,
    /// Where it may be watched.
    #[serde(default)]
    regions: Option<RegionsView>,
    /// Networks such as `10.0.0.0/8` from which it may be watched.
    #[serde(default)]
    networks: Vec<String>,
}

/// See whom a video is open to
#[utoipa::path(get, path = "/api/videos/{id}/access", tag = "access", params(("id" = String, Path)),
    responses((status = 200, body = AccessView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<AccessView>> {
    let video = visible(&state, &caller, &id, Action::Edit).await?;
    Ok(Json(AccessView::of(&video)))
}

/// Choose whom a video is open to
#[utoipa::path(put, path = "/api/videos/{id}/access", tag = "access", params(("id" = String, Path)),
    request_body = AccessChange,
    responses((status = 200, body = AccessView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn put(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
    Body(change): Body<AccessChange>,
) -> ProblemResult<Json<AccessView>> {
    visible(&state, &acting.caller, &id, Action::Edit).await?;
    let access = read(&state, change).await?;
    let video = state.catalog.set_access(&id, access).await?;
    if acting.caller.0.role() >= Role::Moderator {
        let detail = json!({ "visibility": video.visibility.as_str() });
        acting.record("video.access", &id, detail).await?;
    }
    Ok(Json(AccessView::of(&video)))
}

/// The rules that somebody asks for.
pub(crate) async fn read(
    state: &AppState,
    change: AccessChange,
) -> ProblemResult<matinee_catalog::Access> {
    let visibility = Visibility::parse(&change.visibility).ok_or_else(|| {
        let words: Vec<_> = Visibility::ALL.iter().map(|v| v.as_str()).collect();
        Problem::field("visibility", format!("must be one of {}", words.join(", ")))
    })?;
    let password_hash = match change
        .password
        .filter(|_| visibility == Visibility::Password)
    {
        Some(password) => Some(state.access.unlocks.hash(password).await?),
        None => None,
    };
    let mut groups: Vec<String> = Vec::new();
    for group in change.groups {
        let known = matinee_engines::id::Id::parse("group", &group).is_ok();
        if !known {
            return Err(Problem::field("groups", "must be ids of groups"));
        }
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    Ok(matinee_catalog::Access {
        visibility,
        groups: GroupIds { any: groups },
        password_hash,
        publish_at: instant("publish_at", change.publish_at)?,
        expires_at: instant("expires_at", change.expires_at)?,
        regions: change.regions.map(regions).transpose()?,
        networks: Networks {
            any: change
                .networks
                .iter()
                .map(|text| text.parse::<Network>())
                .collect::<Result<_, _>>()
                .map_err(|error| Problem::field("networks", format!("are not right: {error}")))?,
        },
    })
}

fn regions(view: RegionsView) -> ProblemResult<Regions> {
    let read = |codes: Vec<String>| -> ProblemResult<Vec<Country>> {
        let mut these = Vec::new();
        for code in codes {
            let country = code
                .parse()
                .map_err(|error| Problem::field("regions", format!("are not right: {error}")))?;
            if !these.contains(&country) {
                these.push(country);
            }
        }
        Ok(these)
    };
    Ok(match view {
        RegionsView::Allow(codes) => Regions::Allow(read(codes)?),
        RegionsView::Deny(codes) => Regions::Deny(read(codes)?),
    })
}

fn instant(field: &'static str, text: Option<String>) -> ProblemResult<Option<i64>> {
    let Some(text) = text else { return Ok(None) };
    let instant: Timestamp = text
        .parse()
        .map_err(|_| Problem::field(field, "must be an instant such as 2027-01-31T18:00:00Z"))?;
    Ok(Some(instant.as_microsecond()))
}

/// The password of a video.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnlockRequest {
    /// As it was given out.
    password: String,
}

/// That a video is open.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnlockedView {
    /// `video_…`
    pub video_id: String,
    /// What a program sends as `Matinee-Unlock: {video_id}={proof}`; browsers
    /// keep it in a cookie.
    pub proof: String,
    /// Until when it is good (RFC 3339).
    pub expires_at: String,
}

/// Open a video by its password
///
/// It then stays open to this browser for twelve hours, or until the password
/// is changed. Guessing is slowed down.
#[utoipa::path(post, path = "/api/videos/{id}/unlock", tag = "access", params(("id" = String, Path)),
    request_body = UnlockRequest,
    responses((status = 200, body = UnlockedView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn unlock(
    State(state): State<AppState>,
    caller: Caller,
    ClientAddr(from): ClientAddr,
    PathId(id): PathId,
    Body(request): Body<UnlockRequest>,
) -> ProblemResult<Response> {
    let video = state.catalog.get(&id).await?;
    let hash = locked(
        &caller,
        &video.resource(),
        video.access_password_hash.as_deref(),
    )?;
    opened(&state, &id, hash, request, &from, |proof, expires_at| {
        UnlockedView {
            video_id: id.clone(),
            proof,
            expires_at,
        }
    })
    .await
}

/// The hash of the password that stands between somebody and a thing.
pub(crate) fn locked<'h>(
    caller: &Caller,
    thing: &Resource,
    hash: Option<&'h str>,
) -> ProblemResult<&'h str> {
    match (decide(&caller.0, thing, Action::Watch), hash) {
        (Decision::Unlock | Decision::Allow, Some(hash)) => Ok(hash),
        (Decision::Unlock | Decision::Allow, None) => {
            Err(Problem::conflict("This needs no password."))
        }
        (decision, _) => {
            permit(decision)?;
            Err(Problem::not_found("There is nothing under this address."))
        }
    }
}

/// The answer to somebody at this address who gives the password of a thing: what `view` makes
/// of the proof and of the time until which it is good (RFC 3339), and the cookie that keeps it.
pub(crate) async fn opened<V: Serialize>(
    state: &AppState,
    id: &str,
    hash: &str,
    request: UnlockRequest,
    from: &str,
    view: impl FnOnce(String, String) -> V,
) -> ProblemResult<Response> {
    let unlocks = &state.access.unlocks;
    let unlocked = unlocks.unlock(id, hash, request.password, from).await;
    let (proof, expires_at) = unlocked.map_err(|error| match error {
        IdentityError::WrongCredentials => Problem::forbidden("This is not the password."),
        other => other.into(),
    })?;
    let secure = if state.config.https { "; Secure" } else { "" };
    let cookie = format!(
        "{UNLOCK_COOKIE}{id}={proof}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}",
        LIFETIME.as_secs()
    );
    let expires_at = i64::try_from(expires_at).unwrap_or(0);
    let expires_at = rfc3339(expires_at.saturating_mul(1_000_000));
    let mut response = Json(view(proof, expires_at)).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
