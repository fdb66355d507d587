//! Advertisements: what operators keep, what players are told, and what they tell.

mod campaigns;
mod marks;
mod media;
mod play;
mod report;
mod rules;
mod servers;

use std::sync::Arc;

use axum::Router;
use axum::routing::any;
use matinee_ads::{AdError, Placement, Placements};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::problem::sentence;
use crate::{AppState, Caller, Problem};

/// The documented routes.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(campaigns::list, campaigns::create))
        .routes(routes!(campaigns::get, campaigns::put, campaigns::delete))
        .routes(routes!(campaigns::add_creative))
        .routes(routes!(
            campaigns::patch_creative,
            campaigns::delete_creative
        ))
        .routes(routes!(servers::list, servers::create))
        .routes(routes!(servers::get, servers::put, servers::delete))
        .routes(routes!(servers::test))
        .routes(routes!(rules::get, rules::put))
        .routes(routes!(marks::get, marks::put))
        .routes(routes!(report::report))
        .routes(routes!(play::breaks))
        .routes(routes!(play::video))
        .routes(routes!(play::tell))
}

/// What players fetch.
pub fn media_router(state: AppState) -> Router {
    Router::new()
        .route("/media/ads/{*path}", any(media::serve))
        .with_state(Arc::new(state))
}

impl From<AdError> for Problem {
    fn from(error: AdError) -> Self {
        match error {
            // The same words as for what is hidden.
            AdError::NotFound(_) => Self::not_found("There is nothing under this address."),
            AdError::Invalid { field, reason } => Self::field(field, reason),
            AdError::Conflict(_) => Self::conflict(sentence(&error)),
            AdError::Catalog(error) => error.into(),
            AdError::Db(error) => Self::unavailable(&error),
            AdError::Jobs(error) => Self::unavailable(&error),
            AdError::Damaged(_) | AdError::Client(_) => Self::internal(&error),
        }
    }
}

/// Whether the rules spare somebody all advertisements.
pub(crate) async fn is_spared(state: &AppState, caller: &Caller) -> Result<bool, Problem> {
    let Some(user) = caller.0.user() else {
        return Ok(false);
    };
    let rules = state.ads.rules().await?;
    Ok(rules.spares(user.is_kid(), &user.groups))
}

/// Where advertisements stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdPlacement {
    /// In the breaks of a channel.
    Channel,
    /// Before a video.
    Preroll,
    /// Within a video.
    Midroll,
    /// After a video.
    Postroll,
}

fn placements(all: &[AdPlacement]) -> Placements {
    let one = |one: &AdPlacement| match one {
        AdPlacement::Channel => Placement::Channel,
        AdPlacement::Preroll => Placement::Preroll,
        AdPlacement::Midroll => Placement::Midroll,
        AdPlacement::Postroll => Placement::Postroll,
    };
    let mut all: Vec<Placement> = all.iter().map(one).collect();
    all.sort_unstable_by_key(|one| one.as_str());
    all.dedup();
    Placements(all)
}

fn placements_view(all: &Placements) -> Vec<AdPlacement> {
    let one = |one: &Placement| match one {
        Placement::Channel => AdPlacement::Channel,
        Placement::Preroll => AdPlacement::Preroll,
        Placement::Midroll => AdPlacement::Midroll,
        Placement::Postroll => AdPlacement::Postroll,
    };
    all.0.iter().map(one).collect()
}

/// Money as people write it, in millionths.
fn micros(field: &str, money: f64) -> Result<i64, Problem> {
    if !(0.0..=1_000_000.0).contains(&money) {
        return Err(Problem::field(field, "must be from 0 to 1000000"));
    }
    #[expect(clippy::cast_possible_truncation, reason = "at most a million")]
    let micros = (money * 1e6).round() as i64;
    Ok(micros)
}

fn money(micros: i64) -> f64 {
    micros as f64 / 1e6
}

/// An instant that may be absent, in microseconds.
fn instant(field: &'static str, text: Option<&str>) -> Result<Option<i64>, Problem> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let read: Result<jiff::Timestamp, _> = text.parse();
    match read {
        Ok(at) => Ok(Some(at.as_microsecond())),
        Err(_) => Err(Problem::field(
            field,
            "must be an instant such as 2027-01-31T18:00:00Z",
        )),
    }
}
