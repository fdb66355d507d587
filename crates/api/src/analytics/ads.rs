//! `/api/analytics/ads`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use matinee_identity::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::reports::{ends, points};
use super::table::{Column, FileKind, download};
use super::view::{PointView, StretchParams, rate, series};
use crate::{AppState, Caller, Params, Problem, ProblemResult};

/// What was seen of advertisements.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdsReport {
    /// The beginning (RFC 3339).
    pub from: String,
    /// The end.
    pub to: String,
    /// `hour` or `day`: how the series goes.
    pub interval: &'static str,
    /// At most 200, the most seen first.
    pub ads: Vec<AdFigures>,
    /// Of the one that was asked for by its `ad_id`, hour by hour or day by day, by when showings
    /// of it began: `plays` are showings, `views` impressions. Empty without.
    pub series: Vec<PointView>,
}

/// What was seen of one.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdFigures {
    /// As players call it; of this server's own `creative_…`.
    pub ad_id: String,
    /// What it is called; the same where nothing better is known.
    pub name: String,
    /// How often each part of it was told of: `impression`, `start`, `first_quartile`, …
    pub beacons: BTreeMap<String, u64>,
    /// Impressions, by when the showing began.
    pub views: u64,
    /// Different viewers to whom it was shown, within a per cent or two.
    pub unique_viewers: u64,
    /// Seconds watched of it: of each showing the quarters that were passed. Null where nobody has
    /// said how long it is.
    pub watch_time_seconds: Option<f64>,
    /// Of its impressions, the share that was seen to the end; null without any.
    pub completion_rate: Option<f64>,
}

/// Which advertisement.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct AdParams {
    /// This one alone, with a series.
    ad_id: Option<String>,
}

/// See what was seen of advertisements
///
/// For operators. Beacons are counted by whole hours, and by the day when they are old; viewers
/// and what they watched by when the showing began.
#[utoipa::path(get, path = "/api/analytics/ads", tag = "analytics", params(StretchParams, AdParams),
    responses((status = 200, body = AdsReport), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn ads(
    State(state): State<AppState>,
    caller: Caller,
    Params(params): Params<StretchParams>,
    Params(which): Params<AdParams>,
) -> ProblemResult<Response> {
    caller.require(Action::Operate)?;
    let (stretch, file) = (params.stretch()?, params.file()?);
    let only = which.ad_id.as_deref().filter(|id| !id.is_empty());
    let report = match only {
        Some(ad) => Some(state.analytics.ad(ad, stretch).await?),
        None => None,
    };
    if let (Some(kind), Some(report)) = (file, &report) {
        return points("ad", kind, report);
    }
    let found = state.analytics.ads(stretch, only).await?;
    let ids: Vec<String> = found.iter().map(|one| one.ad.clone()).collect();
    let mut names = state.ads.names(&[], &[], &ids).await?;
    let ads: Vec<AdFigures> = found
        .into_iter()
        .map(|one| {
            let of = |name: &str| one.counts.get(name).copied().unwrap_or(0) as f64;
            AdFigures {
                name: names.remove(&one.ad).unwrap_or_else(|| one.ad.clone()),
                ad_id: one.ad,
                views: one.totals.all.views,
                unique_viewers: one.totals.viewers,
                watch_time_seconds: (one.timed > 0)
                    .then(|| one.totals.all.watched_ms as f64 / 1000.0),
                completion_rate: rate(of("complete"), of("impression")),
                beacons: one.counts,
            }
        })
        .collect();
    if let Some(kind) = file {
        return table(kind, &ads);
    }
    let (from, to) = ends(stretch);
    Ok(Json(AdsReport {
        from,
        to,
        interval: stretch.interval(),
        ads,
        series: report.map_or_else(Vec::new, |report| series(&report.series)),
    })
    .into_response())
}

fn table(kind: FileKind, ads: &[AdFigures]) -> ProblemResult<Response> {
    let beacon = |column, name: &str| {
        let of = |ad: &AdFigures| ad.beacons.get(name).copied().unwrap_or(0);
        Column::whole(column, ads.iter().map(of))
    };
    let columns = [
        Column::text("ad_id", ads.iter().map(|ad| ad.ad_id.clone())),
        Column::text("name", ads.iter().map(|ad| ad.name.clone())),
        beacon("impressions", "impression"),
        beacon("first_quartiles", "first_quartile"),
        beacon("midpoints", "midpoint"),
        beacon("third_quartiles", "third_quartile"),
        beacon("completions", "complete"),
        beacon("clicks", "click"),
        Column::whole("unique_viewers", ads.iter().map(|ad| ad.unique_viewers)),
        Column::real(
            "watch_time_seconds",
            ads.iter().map(|ad| ad.watch_time_seconds),
        ),
        Column::real("completion_rate", ads.iter().map(|ad| ad.completion_rate)),
    ];
    download("ads", kind, &columns)
}
