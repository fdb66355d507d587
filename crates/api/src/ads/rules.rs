//! `/api/ads/rules`.

use axum::Json;
use axum::extract::State;
use matinee_ads::rules::Rules;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{Acting, AppState, Body, Problem, ProblemResult};

/// Where advertisements stand in videos, and who sees none. Those of channels stand in the channels'
/// own definitions.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdRules {
    /// Seconds of advertisements before a video; none when 0.
    #[schema(maximum = 300)]
    preroll_seconds: u32,
    /// Seconds of them within a video, each time; none when 0.
    #[schema(maximum = 300)]
    midroll_seconds: u32,
    /// About every so many minutes, at the nearest chapter.
    #[schema(minimum = 1, maximum = 240)]
    midroll_minutes: u32,
    /// Seconds of them after a video; none when 0.
    #[schema(maximum = 300)]
    postroll_seconds: u32,
    /// Videos shorter than so many minutes are not broken.
    #[schema(maximum = 600)]
    unbroken_minutes: u32,
    /// Whether viewers may seek over advertisements.
    seekable: bool,
    /// Whether whoever watches under a child's profile sees none, on channels neither.
    #[serde(default = "yes")]
    spare_children: bool,
    /// The groups (`group_…`) whose members see none, on channels neither.
    #[serde(default)]
    #[schema(max_items = 100)]
    spare_groups: Vec<String>,
}

fn yes() -> bool {
    true
}

impl From<Rules> for AdRules {
    fn from(rules: Rules) -> Self {
        Self {
            preroll_seconds: rules.preroll_seconds,
            midroll_seconds: rules.midroll_seconds,
            midroll_minutes: rules.midroll_minutes,
            postroll_seconds: rules.postroll_seconds,
            unbroken_minutes: rules.unbroken_minutes,
            seekable: rules.seekable,
            spare_children: rules.spare_children,
            spare_groups: rules.spare_groups,
        }
    }
}

/// Get the rules of advertisements in videos
#[utoipa::path(get, path = "/api/ads/rules", tag = "ads",
    responses((status = 200, body = AdRules), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    acting: Acting,
) -> ProblemResult<Json<AdRules>> {
    acting.operator()?;
    Ok(Json(state.ads.rules().await?.into()))
}

/// Change the rules of advertisements in videos
#[utoipa::path(put, path = "/api/ads/rules", tag = "ads", request_body = AdRules,
    responses((status = 200, body = AdRules), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn put(
    State(state): State<AppState>,
    acting: Acting,
    Body(body): Body<AdRules>,
) -> ProblemResult<Json<AdRules>> {
    acting.operator()?;
    let rules = Rules {
        preroll_seconds: body.preroll_seconds,
        midroll_seconds: body.midroll_seconds,
        midroll_minutes: body.midroll_minutes,
        postroll_seconds: body.postroll_seconds,
        unbroken_minutes: body.unbroken_minutes,
        seekable: body.seekable,
        spare_children: body.spare_children,
        spare_groups: body.spare_groups,
    };
    let rules = state.ads.change_rules(rules).await?;
    acting.record("ads.rules", "ads", json!({})).await?;
    Ok(Json(rules.into()))
}
