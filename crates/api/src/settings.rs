//! `/api/settings`: how this instance is set up, for its administrators.
//!
//! What settings there are and what their values mean belongs to the program
//! that puts the parts together; here is only how they are seen and changed.

use std::collections::BTreeMap;

use async_trait::async_trait;
use axum::Json;
use axum::extract::State;
use matinee_catalog::FieldError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{Acting, AppState, Body, Problem, ProblemResult};

/// The routes.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get, patch))
}

/// How this instance is set up, and how to change it.
#[async_trait]
pub trait Settings: Send + Sync {
    /// Every setting, in the order of the reference.
    async fn list(&self) -> Vec<SettingView>;

    /// Sets these, or gives them back to what they are without the studio
    /// (none), and writes down who did it. All or nothing.
    async fn change(
        &self,
        changes: BTreeMap<String, Option<String>>,
        by: &Acting,
    ) -> Result<(), SettingsError>;
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// These cannot be set so.
    #[error("settings that cannot be changed so: {}", .0.len())]
    Fields(Vec<FieldError>),
    /// They could not be kept.
    #[error(transparent)]
    Store(#[from] matinee_identity::IdentityError),
}

impl From<SettingsError> for Problem {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Fields(errors) => Self::invalid(errors),
            SettingsError::Store(error) => error.into(),
        }
    }
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SettingKind {
    /// Any text.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Switch,
    /// One of the `choices`.
    Choice,
    /// Words separated by commas.
    List,
    /// Bytes, such as `5GiB`.
    Size,
    /// A length of time, such as `30s`.
    Duration,
    /// How often in which time, such as `600/m`; `0` for no limit.
    Rate,
}

/// Where a value comes from. An earlier one wins over a later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SettingSource {
    /// The command line.
    Flag,
    /// The environment.
    Environment,
    /// `matinee.toml`.
    File,
    /// The studio.
    Studio,
    /// What holds when nobody has said anything.
    Default,
}

/// A setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SettingView {
    /// Its name here and in `matinee.toml`.
    pub key: String,
    /// Its name in the environment.
    pub env: &'static str,
    /// The heading under which the reference shows it.
    pub section: &'static str,
    /// What it does.
    pub description: &'static str,
    /// What a value looks like, to follow "expected".
    pub expects: &'static str,
    /// What a value is.
    pub kind: SettingKind,
    /// The words to choose from; empty unless it is a `choice`.
    pub choices: &'static [&'static str],
    /// What holds when nobody has said anything; null for nothing.
    pub default: Option<&'static str>,
    /// What holds, or will after the next start; null for nothing, and for
    /// every secret.
    pub value: Option<String>,
    /// Whether there is a value.
    pub is_set: bool,
    /// Whether the value is never shown.
    pub is_secret: bool,
    /// Where the value comes from.
    pub source: SettingSource,
    /// The same more closely, such as the name of the variable or of the file.
    pub source_name: Option<String>,
    /// Whether it can be changed here.
    pub is_editable: bool,
    /// Why it cannot; null if it can.
    pub locked_reason: Option<String>,
    /// Whether a change holds from the next start on, rather than at once.
    pub needs_restart: bool,
    /// Whether what holds now is still another value.
    pub is_pending: bool,
}

/// Settings by their `key`: a value as one would write it in `matinee.toml`,
/// or null for the one that holds without the studio.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct SettingsChange(BTreeMap<String, Option<String>>);

/// List all settings
///
/// Flags win over the environment, that over `matinee.toml`, that over the
/// studio, and that over the default: what the machine's operator has set can
/// only be changed there.
#[utoipa::path(get, path = "/api/settings", tag = "instance",
    responses((status = 200, body = Vec<SettingView>), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
async fn get(
    State(state): State<AppState>,
    acting: Acting,
) -> ProblemResult<Json<Vec<SettingView>>> {
    acting.operator()?;
    Ok(Json(state.settings.list().await))
}

/// Change settings
///
/// All of these or, if one cannot be accepted, none. Other servers on the same
/// database follow within half a minute.
#[utoipa::path(patch, path = "/api/settings", tag = "instance", request_body = SettingsChange,
    responses((status = 200, body = Vec<SettingView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn patch(
    State(state): State<AppState>,
    acting: Acting,
    Body(change): Body<SettingsChange>,
) -> ProblemResult<Json<Vec<SettingView>>> {
    acting.operator()?;
    state.settings.change(change.0, &acting).await?;
    Ok(Json(state.settings.list().await))
}
