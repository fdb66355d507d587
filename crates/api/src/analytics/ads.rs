//! `/api/analytics/ads`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use matinee_identity::access::Action;
use serde::Serialize;
use utoipa::ToSchema;

use super::reports::ends;
use super::table::{Column, download};
use super::view::StretchParams;
use crate::{AppState, Caller, Params, Problem, ProblemResult};

/// What was seen of advertisements.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdsReport {
    /// The beginning (RFC 3339).
    pub from: String,
    /// The end.
    pub to: String,
    /// At most 200, the most seen first.
    pub ads: Vec<AdFigures>,
}

/// What was seen of one.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdFigures {
    /// As players call it.
    pub ad_id: String,
    /// How often each part of it was told of: `impression`, `start`, `first_quartile`, …
    pub beacons: BTreeMap<String, u64>,
    /// Of its impressions, the share that was seen to the end; null without any.
    pub completion_rate: Option<f64>,
}

/// See what was seen of advertisements
///
/// For operators. Counted by whole hours, as far back as figures by the hour are kept.
#[utoipa::path(get, path = "/api/analytics/ads", tag = "analytics", params(StretchParams),
    responses((status = 200, body = AdsReport), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn ads(
    State(state): State<AppState>,
    caller: Caller,
    Params(params): Params<StretchParams>,
) -> ProblemResult<Response> {
    caller.require(Action::Operate)?;
    let (stretch, file) = (params.stretch()?, params.file()?);
    let ads = state.analytics.ads(stretch).await?.into_iter();
    let ads: Vec<AdFigures> = ads
        .map(|(ad_id, beacons)| {
            let of = |name: &str| beacons.get(name).copied().unwrap_or(0) as f64;
            let (shown, seen) = (of("impression"), of("complete"));
            AdFigures {
                ad_id,
                completion_rate: (shown > 0.0).then(|| (seen / shown * 1e4).round() / 1e4),
                beacons,
            }
        })
        .collect();
    if let Some(kind) = file {
        let beacon = |column, name: &str| {
            let of = |ad: &AdFigures| ad.beacons.get(name).copied().unwrap_or(0);
            Column::whole(column, ads.iter().map(of))
        };
        let columns = [
            Column::text("ad_id", ads.iter().map(|ad| ad.ad_id.clone())),
            beacon("impressions", "impression"),
            beacon("first_quartiles", "first_quartile"),
            beacon("midpoints", "midpoint"),
            beacon("third_quartiles", "third_quartile"),
            beacon("completions", "complete"),
            beacon("clicks", "click"),
            Column::real("completion_rate", ads.iter().map(|ad| ad.completion_rate)),
        ];
        return download("ads", kind, &columns);
    }
    let (from, to) = ends(stretch);
    Ok(Json(AdsReport { from, to, ads }).into_response())
}
