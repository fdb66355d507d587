//! `GET /api/videos`.

use axum::extract::State;
use axum::response::Response;
use futures::FutureExt as _;
use http::{HeaderMap, HeaderValue, Uri, header};
use matinee_catalog::{Audience, Filter, Listing, Page, ProcessingStatus, Sort, Video};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::VideoView;
use crate::http::TOTAL_COUNT;
use crate::http::shared::{self, Answer};
use crate::{AppState, Caller, Params, Problem, ProblemResult, PublicOrigin};

/// Rows on a page unless the client says otherwise.
const LIMIT: u64 = 50;
/// The most rows on a page.
const LIMIT_MAX: u64 = 200;
/// Beyond this many rows an offset is refused: a cursor costs nothing.
const OFFSET_MAX: u64 = 100_000;

/// Which videos, in which order.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// Exactly this category.
    category: Option<String>,
    /// Exactly this uploader.
    uploader_id: Option<String>,
    /// Only what the caller owns: the account that asks must be signed in.
    mine: Option<bool>,
    /// Only public ones, or only others. Each sees what is open to them.
    is_public: Option<bool>,
    /// `movie`, `episode`, …
    content_type: Option<String>,
    /// With this among its genres, in any case.
    genre: Option<String>,
    /// With this tag.
    tag: Option<String>,
    /// Exactly this rating.
    rating: Option<String>,
    /// Exactly this year.
    release_year: Option<i32>,
    /// Exactly this show.
    show_title: Option<String>,
    /// Of this show.
    show_id: Option<String>,
    /// Of this season.
    season_number: Option<i32>,
    /// With this person among its credits.
    person_id: Option<String>,
    /// In this collection.
    collection_id: Option<String>,
    /// In this language.
    language: Option<String>,
    /// Exactly this studio.
    studio: Option<String>,
    /// The extras of this video.
    extra_of: Option<String>,
    /// Whether trailers and other extras are among them; false unless given.
    extras: Option<bool>,
    /// `pending`, `processing`, `completed`, `failed` or `canceled`.
    status: Option<String>,
    /// Only those that can (or cannot) be watched.
    is_processed: Option<bool>,
    /// Words in title, show or description.
    q: Option<String>,
    /// `created_at`, `title`, `duration`, `view_count` or `release_year`; with
    /// a minus in front from the greatest. Defaults to `-created_at`.
    sort: Option<String>,
    /// 1 to 200; 50 unless given.
    limit: Option<u64>,
    /// Rows to skip. A cursor is better.
    offset: Option<u64>,
    /// From the `Link: …; rel="next"` of the page before.
    cursor: Option<String>,
    /// Whether to count all: the answer then has `X-Total-Count`.
    count: Option<bool>,
}

/// List videos
///
/// The answer is an array. `Link: …; rel="next"` leads to the next page.
#[utoipa::path(get, path = "/api/videos", tag = "videos", params(ListParams),
    responses((status = 200, body = Vec<VideoView>), (status = 304),
        (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    headers: HeaderMap,
    uri: Uri,
    Params(params): Params<ListParams>,
) -> ProblemResult<Response> {
    let owner = match params.mine {
        Some(true) => Some(caller.0.user().ok_or_else(Problem::sign_in)?.id.to_string()),
        _ => None,
    };
    // What is theirs alone is not shared, nor what may change while no title does.
    let alone = owner.is_some() || params.collection_id.is_some();
    let key = if alone {
        None
    } else {
        shared::key(&state, &caller, &origin, &uri).await?
    };
    let wanted = Wanted {
        audience: caller.audience(),
        sort: order(&params)?,
        limit: limit(&params)?,
        page: page(&params)?,
        count: params.count.unwrap_or(false),
        filter: Filter {
            owner,
            ..filter(params)?
        },
        origin,
        uri,
    };
    let make = || wanted.clone().answer(state.clone()).boxed();
    let answer = state.lists.get(key, make).await?;
    answer.answer(&headers)
}

/// A page of a list that was asked for.
#[derive(Clone)]
struct Wanted {
    audience: Audience,
    filter: Filter,
    sort: Sort,
    page: Page,
    limit: u64,
    count: bool,
    origin: PublicOrigin,
    uri: Uri,
}

impl Wanted {
    async fn answer(self, state: AppState) -> ProblemResult<Answer> {
        let (catalog, limit) = (&state.catalog, self.limit);
        let list = catalog.list(&self.audience, &self.filter, self.sort, self.page, limit);
        let Listing { videos, next } = list.await?;
        let leave: Vec<i64> = videos.iter().filter_map(|video| video.expires_at).collect();
        let views = views(&state, videos, &self.origin).await?;
        let next = next.and_then(|cursor| link(&self.uri, &cursor));
        let mut answer = Answer::json(&views)?
            .with(header::LINK, next)
            .until(leave.into_iter());
        if self.count {
            let total = catalog.count(&self.audience, &self.filter).await?;
            answer = answer.with(TOTAL_COUNT, Some(total.into()));
        }
        Ok(answer)
    }
}

/// Many videos as clients see them, in a fixed number of queries.
pub(crate) async fn views(
    state: &AppState,
    videos: Vec<Video>,
    origin: &PublicOrigin,
) -> ProblemResult<Vec<VideoView>> {
    let mut parts = state.catalog.parts_of(&videos).await?;
    Ok(videos
        .into_iter()
        .map(|video| {
            let parts = parts.remove(&video.id).unwrap_or_default();
            VideoView::new(video, &parts, origin)
        })
        .collect())
}

fn order(params: &ListParams) -> ProblemResult<Sort> {
    match &params.sort {
        None => Ok(Sort::default()),
        Some(text) => Sort::parse(text).ok_or_else(|| {
            Problem::field(
                "sort",
                "must be created_at, title, duration, view_count or release_year, with or without a minus in front",
            )
        }),
    }
}

fn limit(params: &ListParams) -> ProblemResult<u64> {
    let limit = params.limit.unwrap_or(LIMIT);
    if (1..=LIMIT_MAX).contains(&limit) {
        Ok(limit)
    } else {
        Err(Problem::field(
            "limit",
            format!("must be from 1 to {LIMIT_MAX}"),
        ))
    }
}

fn page(params: &ListParams) -> ProblemResult<Page> {
    match (&params.cursor, params.offset) {
        (Some(_), Some(_)) => Err(Problem::field("offset", "must not come with a cursor")),
        (Some(cursor), None) => Ok(Page::After(cursor.clone())),
        (None, Some(n)) if n > OFFSET_MAX => Err(Problem::field(
            "offset",
            format!("must not be above {OFFSET_MAX}: follow the cursors instead"),
        )),
        (None, Some(n)) => Ok(Page::Offset(n)),
        (None, None) => Ok(Page::First),
    }
}

fn filter(params: ListParams) -> ProblemResult<Filter> {
    let status = match params.status {
        None => None,
        Some(word) => Some(ProcessingStatus::parse(&word).ok_or_else(|| {
            Problem::field(
                "status",
                "must be pending, processing, completed, failed or canceled",
            )
        })?),
    };
    let given = |text: Option<String>| text.filter(|t| !t.is_empty());
    Ok(Filter {
        category: given(params.category),
        uploader_id: given(params.uploader_id),
        owner: None,
        is_public: params.is_public,
        content_type: given(params.content_type),
        genre: given(params.genre),
        tag: given(params.tag),
        rating: given(params.rating),
        release_year: params.release_year,
        show_title: given(params.show_title),
        show_id: given(params.show_id),
        season_number: params.season_number,
        person_id: given(params.person_id),
        collection_id: given(params.collection_id),
        language: given(params.language),
        studio: given(params.studio),
        extra_of: given(params.extra_of),
        extras: params.extras.unwrap_or(false),
        status,
        is_processed: params.is_processed,
        q: given(params.q),
    })
}

/// The next page's address: this one's, with another cursor.
pub(crate) fn link(uri: &Uri, cursor: &str) -> Option<HeaderValue> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let before = uri.query().unwrap_or_default();
    for (name, value) in url::form_urlencoded::parse(before.as_bytes()) {
        if name != "cursor" && name != "offset" {
            query.append_pair(&name, &value);
        }
    }
    query.append_pair("cursor", cursor);
    let link = format!("<{}?{}>; rel=\"next\"", uri.path(), query.finish());
    HeaderValue::from_str(&link).ok()
}
