//! `/api/browse/{by}`.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::HeaderName;
use matinee_catalog::discovery::{Narrow, Order, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::search::{ValueView, order, page, values};
use super::seer;
use super::view::hits;
use crate::videos::view::VideoView;
use crate::{AppState, Caller, Params, Problem, ProblemResult, PublicOrigin};

/// What can be browsed by, and the field of the index.
const BY: [(&str, &str); 8] = [
    ("genre", "genre"),
    ("year", "year"),
    ("person", "person"),
    ("collection", "collection"),
    ("letter", "letter"),
    ("tag", "tag"),
    ("type", "type"),
    ("language", "language"),
];

/// Which titles.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct BrowseParams {
    /// The titles with this value; without it the values themselves, with
    /// their counts.
    value: Option<String>,
    /// `title` (unless given), `newest` or `popular`.
    sort: Option<String>,
    /// 1 to 100; 20 unless given.
    limit: Option<usize>,
    /// Titles to skip.
    offset: Option<usize>,
}

/// Browse the library
///
/// By `genre`, `year`, `person`, `collection`, `letter` (`A` to `Z`, `#` for
/// digits, `*` for other scripts), `tag`, `type` or `language`. Without `value`
/// the answer lists the values (`value`, `count`); with it, the videos.
#[utoipa::path(get, path = "/api/browse/{by}", tag = "discovery",
    params(("by" = String, Path), BrowseParams),
    responses((status = 200, body = BrowseView), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn browse(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    Path(by): Path<String>,
    Params(params): Params<BrowseParams>,
) -> ProblemResult<Response> {
    let Some((_, field)) = BY.iter().find(|(name, _)| *name == by) else {
        return Err(Problem::not_found("There is nothing under this address."));
    };
    let seer = seer(&caller);
    let (limit, offset) = page(params.limit, params.offset)?;
    let Some(value) = params.value else {
        let mut all = values(state.discovery.values(&seer, field).await?);
        match by.as_str() {
            "letter" => all.sort_by(|a, b| a.value.cmp(&b.value)),
            "year" => all.sort_by(|a, b| b.value.cmp(&a.value)),
            _ => {}
        }
        return Ok(Json(all).into_response());
    };
    let query = Query {
        narrow: Narrow::default().by(field, vec![value]),
        order: match params.sort.as_deref() {
            None => Order::Title,
            sort => order(sort)?,
        },
        limit,
        offset,
        ..Query::default()
    };
    let found = state.discovery.search(&seer, &query).await?;
    let total = found.total;
    let hits = hits(&state, found.found, &origin).await?;
    let videos: Vec<VideoView> = hits.into_iter().map(|hit| hit.video).collect();
    let mut response = Json(videos).into_response();
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-total-count"), total.into());
    Ok(response)
}

/// Values, or the videos that have one.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the answer, which is made of its parts")]
pub enum BrowseView {
    /// Without `value`.
    Values(Vec<ValueView>),
    /// With `value`.
    Videos(Vec<VideoView>),
}
