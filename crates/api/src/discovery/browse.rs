//! `/api/browse/{by}`.

use axum::extract::{Path, State};
use axum::response::Response;
use futures::FutureExt as _;
use http::{HeaderMap, Uri};
use matinee_catalog::discovery::{Narrow, Order, Query, Seer};
use serde::Deserialize;
use utoipa::IntoParams;

use super::search::{ValueView, order, page, values};
use super::seer;
use super::view::hits;
use crate::http::TOTAL_COUNT;
use crate::http::shared::{self, Answer};
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
    responses((status = 200, body = BrowseView), (status = 304), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn browse(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    headers: HeaderMap,
    uri: Uri,
    Path(by): Path<String>,
    Params(params): Params<BrowseParams>,
) -> ProblemResult<Response> {
    let Some((_, field)) = BY.iter().find(|(name, _)| *name == by) else {
        return Err(Problem::not_found("There is nothing under this address."));
    };
    let (limit, offset) = page(params.limit, params.offset)?;
    let query = match params.value {
        None => None,
        Some(value) => Some(Query {
            narrow: Narrow::default().by(field, vec![value]),
            order: match params.sort.as_deref() {
                None => Order::Title,
                sort => order(sort)?,
            },
            limit,
            offset,
            ..Query::default()
        }),
    };
    let key = shared::key(&state, &caller, &origin, &uri).await?;
    let wanted = Wanted {
        seer: seer(&caller),
        field,
        query,
        origin,
    };
    let make = || wanted.clone().answer(state.clone()).boxed();
    let answer = state.lists.get(key, make).await?;
    answer.answer(&headers)
}

/// What was asked for: the values of a field, or the titles that this finds.
#[derive(Clone)]
struct Wanted {
    seer: Seer,
    field: &'static str,
    query: Option<Query>,
    origin: PublicOrigin,
}

impl Wanted {
    async fn answer(self, state: AppState) -> ProblemResult<Answer> {
        let Some(query) = self.query else {
            let mut all = values(state.discovery.values(&self.seer, self.field).await?);
            match self.field {
                "letter" => all.sort_by(|a, b| a.value.cmp(&b.value)),
                "year" => all.sort_by(|a, b| b.value.cmp(&a.value)),
                _ => {}
            }
            return Answer::json(&all);
        };
        let found = state.discovery.search(&self.seer, &query).await?;
        let total = found.total;
        let leave = found
            .found
            .iter()
            .filter_map(|found| found.video.expires_at);
        let leave: Vec<i64> = leave.collect();
        let hits = hits(&state, found.found, &self.origin).await?;
        let videos: Vec<VideoView> = hits.into_iter().map(|hit| hit.video).collect();
        let answer = Answer::json(&videos)?.with(TOTAL_COUNT, Some(total.into()));
        Ok(answer.until(leave.into_iter()))
    }
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
