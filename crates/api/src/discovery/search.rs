//! `/api/videos/search`, `/api/search`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use matinee_catalog::discovery::{Narrow, Order, Query, RebuildState, SuggestionKind, Values};
use matinee_identity::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::seer;
use super::view::{HitView, hits};
use crate::http::TOTAL_COUNT;
use crate::videos::view::{VideoView, rfc3339};
use crate::{AppState, Caller, Params, Problem, ProblemResult, PublicOrigin};

/// Hits on a page unless the client says otherwise.
const LIMIT: usize = 20;
/// The most hits on a page.
const LIMIT_MAX: usize = 100;
/// The last hit that can be paged to.
const LAST: usize = 10_000;
/// The longest text that is taken, in bytes. Only its beginning is looked at.
const TEXT_MAX: usize = 4096;

pub(super) fn page(limit: Option<usize>, offset: Option<usize>) -> ProblemResult<(usize, usize)> {
    let (limit, offset) = (limit.unwrap_or(LIMIT), offset.unwrap_or(0));
    if !(1..=LIMIT_MAX).contains(&limit) {
        let reason = format!("must be from 1 to {LIMIT_MAX}");
        return Err(Problem::field("limit", reason));
    }
    if offset > LAST - limit {
        let reason = format!("must not be above {}", LAST - limit);
        return Err(Problem::field("offset", reason));
    }
    Ok((limit, offset))
}

fn text(field: &str, text: Option<String>) -> ProblemResult<String> {
    let text = text.unwrap_or_default();
    if text.len() > TEXT_MAX {
        let reason = format!("must not be longer than {TEXT_MAX} bytes");
        return Err(Problem::field(field, reason));
    }
    Ok(text)
}

/// What to look for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct VideosParams {
    /// Words, as people type them: misspelt ones are found as well.
    query: Option<String>,
    /// 1 to 100; 20 unless given.
    limit: Option<usize>,
    /// Hits to skip.
    offset: Option<usize>,
    /// `movie`, `episode`, …
    content_type: Option<String>,
    /// Exactly this genre.
    genre: Option<String>,
}

/// Search videos
///
/// The answer is an array, the best first; `X-Total-Count` tells how many there
/// are in all. `/api/search` tells more.
#[utoipa::path(get, path = "/api/videos/search", tag = "discovery", params(VideosParams),
    responses((status = 200, body = Vec<VideoView>), (status = 422, body = Problem)))]
pub(super) async fn videos(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    Params(params): Params<VideosParams>,
) -> ProblemResult<Response> {
    let (limit, offset) = page(params.limit, params.offset)?;
    let one = |value: Option<String>| value.into_iter().filter(|v| !v.is_empty()).collect();
    let query = Query {
        text: text("query", params.query)?,
        narrow: Narrow::default()
            .by("type", one(params.content_type))
            .by("genre", one(params.genre)),
        limit,
        offset,
        ..Query::default()
    };
    let found = state.discovery.search(&seer(&caller), &query).await?;
    let hits = hits(&state, found.found, &origin).await?;
    let videos: Vec<VideoView> = hits.into_iter().map(|hit| hit.video).collect();
    let mut response = Json(videos).into_response();
    let headers = response.headers_mut();
    headers.insert(TOTAL_COUNT, found.total.into());
    Ok(response)
}

/// What to look for. Each facet takes several values, separated by commas.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct SearchParams {
    /// Words, as people type them; words in quotation marks stand together.
    q: Option<String>,
    /// `movie`, `episode`, …
    r#type: Option<String>,
    /// Such as `Drama`.
    genre: Option<String>,
    /// Such as `1999`.
    year: Option<String>,
    /// Such as `PG-13`.
    rating: Option<String>,
    /// BCP 47, such as `en`.
    language: Option<String>,
    /// `short` (under 10 minutes), `medium` (under 40), `long` (under 90) or `feature`.
    length: Option<String>,
    /// With this tag.
    tag: Option<String>,
    /// With this person.
    person: Option<String>,
    /// `relevance` (unless given), `newest`, `popular` or `title`.
    sort: Option<String>,
    /// 1 to 100; 20 unless given.
    limit: Option<usize>,
    /// Hits to skip.
    offset: Option<usize>,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchView {
    /// How many there are in all.
    pub total: u64,
    /// This page of them, the best first.
    pub hits: Vec<HitView>,
    /// What the results can be narrowed down by: `type`, `genre`, `year`,
    /// `rating`, `language`, `length`.
    pub facets: BTreeMap<String, Vec<ValueView>>,
    /// What may have been meant, if that finds something.
    pub did_you_mean: Option<String>,
}

/// A value and how many have it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ValueView {
    /// Such as `Drama`.
    pub value: String,
    /// How many titles have it.
    pub count: u64,
}

pub(super) fn values(values: Values) -> Vec<ValueView> {
    values
        .into_iter()
        .map(|(value, count)| ValueView { value, count })
        .collect()
}

pub(super) fn several(field: &str, text: Option<&String>) -> ProblemResult<Vec<String>> {
    let all: Vec<String> = text
        .iter()
        .flat_map(|text| text.split(','))
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty())
        .collect();
    if all.len() > 50 {
        return Err(Problem::field(field, "must not have more than 50 values"));
    }
    Ok(all)
}

pub(super) fn order(sort: Option<&str>) -> ProblemResult<Order> {
    match sort {
        None | Some("relevance") => Ok(Order::Relevance),
        Some("newest" | "-created_at") => Ok(Order::Newest),
        Some("popular" | "-view_count") => Ok(Order::Popular),
        Some("title") => Ok(Order::Title),
        Some(_) => Err(Problem::field(
            "sort",
            "must be relevance, newest, popular or title",
        )),
    }
}

/// Search, with everything around it
///
/// Finds titles by what they are called, who is in them, what they are about
/// and what is said in them.
#[utoipa::path(get, path = "/api/search", tag = "discovery", params(SearchParams),
    responses((status = 200, body = SearchView), (status = 422, body = Problem)))]
pub(super) async fn search(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    Params(params): Params<SearchParams>,
) -> ProblemResult<Json<SearchView>> {
    let (limit, offset) = page(params.limit, params.offset)?;
    let mut narrow = Narrow::default();
    for (field, value) in [
        ("type", &params.r#type),
        ("genre", &params.genre),
        ("year", &params.year),
        ("rating", &params.rating),
        ("language", &params.language),
        ("length", &params.length),
        ("tag", &params.tag),
        ("person", &params.person),
    ] {
        narrow = narrow.by(field, several(field, value.as_ref())?);
    }
    let query = Query {
        text: text("q", params.q)?,
        language: None,
        narrow,
        order: order(params.sort.as_deref())?,
        offset,
        limit,
        facets: true,
        shown: true,
    };
    let found = state.discovery.search(&seer(&caller), &query).await?;
    Ok(Json(SearchView {
        total: found.total,
        hits: hits(&state, found.found, &origin).await?,
        facets: found
            .facets
            .into_iter()
            .map(|(field, all)| (field, values(all)))
            .collect(),
        did_you_mean: found.did_you_mean,
    }))
}

/// What somebody has typed so far.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct SuggestParams {
    /// The beginning of what they look for.
    q: Option<String>,
    /// 1 to 20; 8 unless given.
    limit: Option<usize>,
}

/// What somebody may be about to type.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestionView {
    /// The whole of it.
    pub text: String,
    /// `title`, `show` or `person`.
    pub kind: &'static str,
    /// The title, if it is one.
    pub video_id: Option<String>,
    /// The show, if it is one that has a page.
    pub show_id: Option<String>,
    /// The person, if it is one.
    pub person_id: Option<String>,
}

/// Suggest as somebody types
#[utoipa::path(get, path = "/api/search/suggest", tag = "discovery", params(SuggestParams),
    responses((status = 200, body = Vec<SuggestionView>), (status = 422, body = Problem)))]
pub(super) async fn suggest(
    State(state): State<AppState>,
    caller: Caller,
    Params(params): Params<SuggestParams>,
) -> ProblemResult<Json<Vec<SuggestionView>>> {
    let limit = params.limit.unwrap_or(8);
    if !(1..=20).contains(&limit) {
        return Err(Problem::field("limit", "must be from 1 to 20"));
    }
    let text = text("q", params.q)?;
    let found = state
        .discovery
        .suggest(&seer(&caller), &text, limit)
        .await?;
    let views = found.into_iter().map(|suggestion| SuggestionView {
        text: suggestion.text,
        kind: match suggestion.kind {
            SuggestionKind::Title => "title",
            SuggestionKind::Show => "show",
            SuggestionKind::Person => "person",
        },
        video_id: suggestion.video_id,
        show_id: suggestion.show_id,
        person_id: suggestion.person_id,
    });
    Ok(Json(views.collect()))
}

/// How making the index anew stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct RebuildView {
    /// `none`, `waiting`, `running`, `done` or `failed`.
    pub state: &'static str,
    /// RFC 3339.
    pub requested_at: Option<String>,
    /// RFC 3339.
    pub started_at: Option<String>,
    /// RFC 3339.
    pub finished_at: Option<String>,
    /// Titles that are in.
    pub documents: i64,
    /// Why it failed.
    pub error: Option<String>,
}

impl From<Option<RebuildState>> for RebuildView {
    fn from(state: Option<RebuildState>) -> Self {
        let word = match &state {
            None => "none",
            Some(state) if state.error.is_some() => "failed",
            Some(state) if state.finished_at.is_some() => "done",
            Some(state) if state.is_running() => "running",
            Some(_) => "waiting",
        };
        Self {
            state: word,
            requested_at: state.as_ref().map(|s| rfc3339(s.requested_at)),
            started_at: state.as_ref().and_then(|s| s.started_at).map(rfc3339),
            finished_at: state.as_ref().and_then(|s| s.finished_at).map(rfc3339),
            documents: state.as_ref().map_or(0, |s| s.documents),
            error: state.and_then(|s| s.error),
        }
    }
}

/// See how making the search index anew stands
#[utoipa::path(get, path = "/api/search/rebuild", tag = "discovery",
    responses((status = 200, body = RebuildView), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(super) async fn rebuild_state(
    State(state): State<AppState>,
    caller: Caller,
) -> ProblemResult<Json<RebuildView>> {
    caller.require(Action::Operate)?;
    Ok(Json(state.discovery.rebuild_state().await?.into()))
}

/// Make the search index anew
///
/// Every node does so beside the one that is searched, within a few seconds.
#[utoipa::path(post, path = "/api/search/rebuild", tag = "discovery",
    responses((status = 202, body = RebuildView), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(super) async fn rebuild(
    State(state): State<AppState>,
    caller: Caller,
) -> ProblemResult<(StatusCode, Json<RebuildView>)> {
    caller.require(Action::Operate)?;
    let asked = state.discovery.request_rebuild().await?;
    Ok((StatusCode::ACCEPTED, Json(Some(asked).into())))
}
