//! `/api/analytics/levels`.

use axum::Json;
use axum::extract::{Path, State};
use matinee_analytics::levels::{Level, LevelChange, LevelChanged};
use matinee_identity::access::Action;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Body, Caller, Problem, ProblemResult};

/// A service level that is watched over.
#[derive(Debug, Serialize, ToSchema)]
pub struct LevelView {
    /// `startup_ms`, `seek_ms` (of 95 in a hundred) or `rebuffer_ratio`.
    pub name: String,
    /// It should be less.
    pub limit: f64,
    /// Of how many hours up to now it is measured.
    pub hours: i64,
    /// Of how many starts, seeks or plays at least.
    pub plays_min: i64,
    /// Whether it is watched over.
    pub active: bool,
    /// Whether operators are written to when it is missed, and when it is met again.
    pub email: bool,
    /// `met`, `missed`, or `unknown` as long as too little was played.
    pub state: &'static str,
    /// What was measured last; null of too few plays.
    pub value: Option<f64>,
    /// Since when it is missed, or met again (RFC 3339); null if it never was missed.
    pub since: Option<String>,
    /// When it was looked at (RFC 3339).
    pub checked_at: Option<String>,
}

impl From<Level> for LevelView {
    fn from(level: Level) -> Self {
        Self {
            state: level.state.as_str(),
            name: level.name,
            limit: level.limit,
            hours: level.hours,
            plays_min: level.plays_min,
            active: level.active,
            email: level.email,
            value: level.value,
            since: level.since.map(rfc3339),
            checked_at: level.checked_at.map(rfc3339),
        }
    }
}

/// That a level changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct LevelChangeView {
    /// Which.
    pub name: String,
    /// `met` or `missed` since then.
    pub state: &'static str,
    /// What was measured.
    pub value: Option<f64>,
    /// It should have been less.
    pub limit: f64,
    /// When (RFC 3339).
    pub at: String,
}

impl From<LevelChanged> for LevelChangeView {
    fn from(change: LevelChanged) -> Self {
        Self {
            name: change.name,
            state: change.state.as_str(),
            value: change.value,
            limit: change.limit,
            at: rfc3339(change.at),
        }
    }
}

/// Service levels and how they stood.
#[derive(Debug, Serialize, ToSchema)]
pub struct LevelsReport {
    /// All of them.
    pub levels: Vec<LevelView>,
    /// The latest 100 changes, the last first.
    pub history: Vec<LevelChangeView>,
}

/// See whether the service levels are held
///
/// For operators. They are looked at each half minute; who wants to be told has webhooks
/// (`level.missed`, `level.met`), and operators get a letter unless it is switched off.
#[utoipa::path(get, path = "/api/analytics/levels", tag = "analytics",
    responses((status = 200, body = LevelsReport), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
) -> ProblemResult<Json<LevelsReport>> {
    caller.require(Action::Operate)?;
    let levels = state.analytics.levels().await?;
    let history = state.analytics.level_history().await?;
    Ok(Json(LevelsReport {
        levels: levels.into_iter().map(Into::into).collect(),
        history: history.into_iter().map(Into::into).collect(),
    }))
}

/// What is changed of a level: an absent field stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelForm {
    /// It should be less: milliseconds up to 600000, or a share up to 1.
    limit: Option<f64>,
    /// 1 to 168.
    #[schema(minimum = 1, maximum = 168)]
    hours: Option<i64>,
    /// 1 to 1000000.
    #[schema(minimum = 1, maximum = 1_000_000)]
    plays_min: Option<i64>,
    /// Whether it is watched over.
    active: Option<bool>,
    /// Whether operators are written to.
    email: Option<bool>,
}

/// Change a service level
///
/// It is looked at anew at once.
#[utoipa::path(patch, path = "/api/analytics/levels/{name}", tag = "analytics",
    params(("name" = String, Path)), request_body = LevelForm,
    responses((status = 200, body = LevelView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn change(
    State(state): State<AppState>,
    acting: Acting,
    Path(name): Path<String>,
    Body(form): Body<LevelForm>,
) -> ProblemResult<Json<LevelView>> {
    acting.caller.require(Action::Operate)?;
    let change = LevelChange {
        limit: form.limit,
        hours: form.hours,
        plays_min: form.plays_min,
        active: form.active,
        email: form.email,
    };
    let level = state.analytics.change_level(&name, change).await?;
    let detail = json!({ "limit": level.limit, "hours": level.hours, "active": level.active });
    acting.record("level.changed", &name, detail).await?;
    Ok(Json(level.into()))
}
