//! `/api/recommendations`, `/api/videos/{id}/similar`.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use matinee_identity::access::Action;
use matinee_jobs::JobsError;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::card::{CardView, WhyView};
use super::seer;
use crate::{AppState, Caller, Params, PathId, Problem, ProblemResult, PublicOrigin};

/// How many.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct HowMany {
    /// 1 to 50; 20 unless given.
    limit: Option<usize>,
}

impl HowMany {
    fn checked(&self) -> ProblemResult<usize> {
        let limit = self.limit.unwrap_or(20);
        if (1..=50).contains(&limit) {
            Ok(limit)
        } else {
            Err(Problem::field("limit", "must be from 1 to 50"))
        }
    }
}

/// Something to watch, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecommendedView {
    /// The title.
    pub video: CardView,
    /// Why.
    pub why: WhyView,
}

/// Recommend what to watch next
///
/// Drawn from what the viewer has watched, and without that from what many
/// people watch; never what they may not see.
#[utoipa::path(get, path = "/api/recommendations", tag = "discovery", params(HowMany),
    responses((status = 200, body = Vec<RecommendedView>), (status = 422, body = Problem)))]
pub(super) async fn recommendations(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    Params(params): Params<HowMany>,
) -> ProblemResult<Json<Vec<RecommendedView>>> {
    let limit = params.checked()?;
    let seer = seer(&caller);
    let known = state.discovery.known(&seer).await?;
    let found = state
        .discovery
        .recommend(&seer, &known.history, limit)
        .await?;
    let views = found.iter().map(|r| RecommendedView {
        video: CardView::new(&r.card, &origin),
        why: WhyView::to_viewer(&r.why),
    });
    Ok(Json(views.collect()))
}

/// Find what goes with a video
#[utoipa::path(get, path = "/api/videos/{id}/similar", tag = "discovery",
    params(("id" = String, Path), HowMany),
    responses((status = 200, body = Vec<RecommendedView>), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn similar(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
    Params(params): Params<HowMany>,
) -> ProblemResult<Json<Vec<RecommendedView>>> {
    let limit = params.checked()?;
    let missing = || Problem::not_found("There is nothing under this address.");
    let card = state.discovery.card(&id).await?.ok_or_else(missing)?;
    caller.require_for(&card.video, Action::Watch)?;
    let seer = seer(&caller);
    let found = state.discovery.similar(&seer, &card, limit).await?;
    let views = found.iter().map(|r| RecommendedView {
        video: CardView::new(&r.card, &origin),
        why: WhyView::beside(&r.why),
    });
    Ok(Json(views.collect()))
}

/// Work the recommendations out anew
///
/// This happens by itself every few hours.
#[utoipa::path(post, path = "/api/recommendations/rebuild", tag = "discovery",
    responses((status = 202), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn rebuild(
    State(state): State<AppState>,
    caller: Caller,
) -> ProblemResult<StatusCode> {
    caller.require(Action::Operate)?;
    match state.discovery.refresh(&state.jobs).await {
        Ok(()) => Ok(StatusCode::ACCEPTED),
        Err(JobsError::Db(error)) => Err(Problem::unavailable(&error)),
        Err(other) => Err(Problem::internal(&other)),
    }
}
