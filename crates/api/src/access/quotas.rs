//! How much an account may keep here, and how often it may upload.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use matinee_engines::time::now_micros;
use matinee_identity::{Role, User};
use serde::Serialize;
use utoipa::ToSchema;

use super::problems::{QUOTA_EXCEEDED, too_many};
use crate::{AppState, Caller, Problem, ProblemResult};

/// Over which time uploads are counted.
const DAY: Duration = Duration::from_hours(24);

/// What accounts of a role may keep and upload; none for no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quota {
    /// In bytes, of uploads and of what is made of them.
    pub storage: Option<u64>,
    /// Uploads in 24 hours.
    pub uploads: Option<u64>,
}

/// The quota of each role; administrators have none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quotas {
    /// Of creators.
    pub creator: Quota,
    /// Of moderators.
    pub moderator: Quota,
}

impl Quotas {
    fn of(&self, role: Role) -> Quota {
        match role {
            Role::Viewer | Role::Administrator => Quota::default(),
            Role::Creator => self.creator,
            Role::Moderator => self.moderator,
        }
    }
}

/// What this account may: what was said of it alone, else what its role may.
async fn quota_of(state: &AppState, user: &User) -> ProblemResult<Quota> {
    let role = state.access.limits().quotas.of(user.role);
    if user.role == Role::Administrator {
        return Ok(role);
    }
    let own = state.accounts.account(user.id.as_str()).await?.quota;
    Ok(Quota {
        storage: own.storage.or(role.storage),
        uploads: own.uploads.or(role.uploads),
    })
}

/// What an account keeps here, and what it may.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsageView {
    /// Videos that it owns.
    pub videos: u64,
    /// Bytes of its uploads and of what was made of them.
    pub storage_bytes: u64,
    /// How many that may be; null for no limit.
    pub storage_limit_bytes: Option<u64>,
    /// What it has uploaded in the last 24 hours.
    pub uploads_today: u64,
    /// How many that may be; null for no limit.
    pub uploads_limit: Option<u64>,
    /// On how many devices it may play at once; null for no limit.
    pub playbacks_limit: Option<usize>,
}

/// See what the account uses
#[utoipa::path(get, path = "/api/account/usage", tag = "access",
    responses((status = 200, body = UsageView), (status = 401, body = Problem)))]
pub(super) async fn usage(
    State(state): State<AppState>,
    caller: Caller,
) -> ProblemResult<Json<UsageView>> {
    let user = caller.0.user().ok_or_else(Problem::sign_in)?;
    let used = state.catalog.usage(user.id.as_str(), yesterday()).await?;
    let limits = state.access.limits();
    let quota = quota_of(&state, user).await?;
    Ok(Json(UsageView {
        videos: used.videos,
        storage_bytes: used.bytes,
        storage_limit_bytes: quota.storage,
        uploads_today: used.recent,
        uploads_limit: quota.uploads,
        playbacks_limit: limits.playbacks,
    }))
}

fn yesterday() -> i64 {
    now_micros().saturating_sub(i64::try_from(DAY.as_micros()).unwrap_or(i64::MAX))
}

/// Refuses an upload for which the caller has no room, before its bytes are
/// sent: `size` is what the client says it has, if it does.
pub(crate) async fn make_room(
    state: &AppState,
    caller: &Caller,
    size: Option<u64>,
) -> ProblemResult<()> {
    let Some(user) = caller.0.user() else {
        return Ok(());
    };
    let quota = quota_of(state, user).await?;
    if quota == Quota::default() {
        return Ok(());
    }
    let used = state.catalog.usage(user.id.as_str(), yesterday()).await?;
    if let Some(limit) = quota.uploads
        && used.recent >= limit
    {
        let oldest = used.oldest_recent.unwrap_or_else(now_micros);
        let wait = oldest.saturating_sub(yesterday());
        let wait = Duration::from_micros(u64::try_from(wait).unwrap_or(0));
        let detail = format!("Your account may upload {limit} videos in 24 hours.");
        return Err(too_many(detail, wait).of_kind(QUOTA_EXCEEDED));
    }
    if let Some(limit) = quota.storage {
        let left = limit.saturating_sub(used.bytes);
        if left == 0 || size.is_some_and(|size| size > left) {
            return Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!(
                    "Your account may keep {limit} bytes and has {left} left; this upload needs {}.",
                    size.map_or_else(|| "some".to_owned(), |size| size.to_string())
                ),
            )
            .of_kind(QUOTA_EXCEEDED));
        }
    }
    Ok(())
}
