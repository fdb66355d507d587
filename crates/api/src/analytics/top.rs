//! `/api/analytics/top` and `/api/analytics/videos/{id}/stats`.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use futures::FutureExt as _;
use http::{HeaderMap, StatusCode, Uri};
use matinee_analytics::{Among, Timeframe};
use matinee_catalog::Video;
use matinee_catalog::discovery::Seer;
use matinee_identity::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::discovery::card::CardView;
use crate::http::shared::{self, Answer};
use crate::linear;
use crate::videos::view::rfc3339;
use crate::{AppState, Caller, Params, PathId, Problem, ProblemResult, PublicOrigin};

/// How many places of a leaderboard are looked at in one go.
const PAGE: u64 = 200;
/// How many are looked at before it is given up.
const PLACES: u64 = 10_000;

/// Which videos.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct TopParams {
    /// 1 to 100; 10 unless given.
    #[param(minimum = 1, maximum = 100)]
    k: Option<usize>,
    /// `hour`, `day` (unless given), `week`, `month`, `year` or `all_time`.
    timeframe: Option<String>,
    /// Only of this genre.
    genre: Option<String>,
    /// Only `movie`, `episode`, `short`, `documentary`, …
    #[serde(rename = "type")]
    #[param(rename = "type")]
    kind: Option<String>,
    /// Only views on this channel (`channel_…`), or of what this account (`user_…`) has made.
    channel: Option<String>,
    /// Only views in this country, by its two letters (ISO 3166-1).
    #[param(example = "DE")]
    country: Option<String>,
}

/// The most viewed videos.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopView {
    /// Of which window.
    pub timeframe: &'static str,
    /// When that was worked out (RFC 3339).
    pub refreshed_at: String,
    /// The most viewed first.
    pub videos: Vec<TopVideo>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopVideo {
    /// From 1.
    pub rank: usize,
    /// `video_…`
    pub video_id: String,
    /// Its name.
    pub title: String,
    /// Views in the window.
    pub view_count: i64,
    /// The title as rows show it.
    pub video: CardView,
}

#[derive(Clone)]
struct Wanted {
    seer: Seer,
    origin: PublicOrigin,
    k: usize,
    frame: Timeframe,
    genre: Option<String>,
    kind: Option<String>,
    owner: Option<String>,
    among: Among,
}

/// List what is viewed most
///
/// Leaderboards of the last hour and day are made anew each minute, the others every five
/// minutes, each in one step. Only what the caller may come upon is listed.
#[utoipa::path(get, path = "/api/analytics/top", tag = "analytics", params(TopParams),
    responses((status = 200, body = TopView), (status = 304), (status = 422, body = Problem)))]
pub(super) async fn top(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    headers: HeaderMap,
    uri: Uri,
    Params(params): Params<TopParams>,
) -> ProblemResult<Response> {
    let k = params.k.unwrap_or(10);
    if !(1..=100).contains(&k) {
        return Err(Problem::field("k", "must be from 1 to 100"));
    }
    let frame = params.timeframe.as_deref().unwrap_or("day");
    let frame = Timeframe::parse(frame).ok_or_else(|| {
        let reason = "must be hour, day, week, month, year or all_time";
        Problem::field("timeframe", reason)
    })?;
    let country = params.country.map(|text| text.to_ascii_uppercase());
    if country
        .as_ref()
        .is_some_and(|c| c.len() != 2 || !c.bytes().all(|b| b.is_ascii_uppercase()))
    {
        return Err(Problem::field("country", "must be two letters, such as DE"));
    }
    let on = params.channel.as_ref();
    let (among, owner) = match (on.filter(|id| id.starts_with("channel_")), country) {
        (Some(_), Some(_)) => {
            return Err(Problem::field(
                "country",
                "must not be given with a channel",
            ));
        }
        (Some(id), None) => {
            // Of channels that there are not nothing is kept.
            let station = linear::known(&state, &caller, id, Action::Watch).await;
            let station = station.map_err(|problem| match problem.status {
                StatusCode::NOT_FOUND => Problem::field("channel", "must be the id of a channel"),
                _ => problem,
            })?;
            (Among::Channel(station.channel.id.clone()), None)
        }
        (None, Some(country)) => (Among::Country(country), params.channel),
        (None, None) => (Among::Everybody, params.channel),
    };
    let wanted = Wanted {
        seer: Seer::of(&caller.0),
        origin: origin.clone(),
        k,
        frame,
        genre: params.genre,
        kind: params.kind,
        owner,
        among,
    };
    let key = shared::key(&state, &caller, &origin, &uri).await?;
    let lists = state.lists.clone();
    let make = || wanted.clone().answer(state.clone()).boxed();
    lists.get(key, make).await?.answer(&headers)
}

impl Wanted {
    async fn answer(self, state: AppState) -> ProblemResult<Answer> {
        let filtered = self.genre.is_some() || self.kind.is_some() || self.owner.is_some();
        // Without a filter most of the first places are shown.
        let page = if filtered { PAGE } else { self.k as u64 + 10 };
        let (mut videos, mut offset) = (Vec::new(), 0);
        let mut refreshed_at = 0;
        while videos.len() < self.k && offset < PLACES {
            let (places, at) = state
                .analytics
                .top_of(self.frame, &self.among, offset, page)
                .await?;
            refreshed_at = at;
            let ids: Vec<String> = places.iter().map(|(id, _)| id.clone()).collect();
            let cards = state.discovery.visible(&self.seer, &ids).await?;
            for (id, view_count) in &places {
                let Some(card) = cards.get(id).filter(|card| self.fits(&card.video)) else {
                    continue;
                };
                videos.push(TopVideo {
                    rank: videos.len() + 1,
                    video_id: id.clone(),
                    title: card.video.title.clone(),
                    view_count: *view_count,
                    video: CardView::new(card, &self.origin),
                });
                if videos.len() == self.k {
                    break;
                }
            }
            if (places.len() as u64) < page {
                break;
            }
            offset += page;
        }
        Answer::json(&TopView {
            timeframe: self.frame.as_str(),
            refreshed_at: rfc3339(refreshed_at),
            videos,
        })
    }

    fn fits(&self, video: &Video) -> bool {
        let is = |wanted: &Option<String>, has: Option<&String>| {
            let Some(wanted) = wanted else { return true };
            has.is_some_and(|has| has.to_lowercase() == wanted.to_lowercase())
        };
        let genre = || {
            video
                .genres
                .0
                .iter()
                .any(|genre| is(&self.genre, Some(genre)))
        };
        (is(&self.genre, video.genre.as_ref()) || genre())
            && is(&self.kind, video.content_type.as_ref())
            && is(&self.owner, video.owner.as_ref())
    }
}

/// Views of a video.
#[derive(Debug, Serialize, ToSchema)]
pub struct VideoStats {
    /// `video_…`
    pub video_id: String,
    /// Of all time.
    pub total_views: i64,
    /// Of the last 60 minutes.
    pub views_last_hour: i64,
    /// Of the last 24 hours.
    pub views_last_day: i64,
    /// Of the last 7 days.
    pub views_last_week: i64,
    /// Of the last 30 days.
    pub views_last_month: i64,
    /// Of the last 365 days.
    pub views_last_year: i64,
}

/// Count how often a video was viewed
///
/// A view is half a minute watched, or half of what is shorter than a minute; one for each viewer
/// within an hour, unless the operator has chosen another time.
#[utoipa::path(get, path = "/api/analytics/videos/{id}/stats", tag = "analytics",
    params(("id" = String, Path)),
    responses((status = 200, body = VideoStats), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn stats(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<VideoStats>> {
    let missing = || Problem::not_found("There is nothing under this address.");
    let card = state.discovery.card(&id).await?.ok_or_else(missing)?;
    caller.require_for(&card.video, Action::Watch)?;
    let views = state.analytics.views(&id).await?;
    Ok(Json(VideoStats {
        video_id: id,
        total_views: views.total,
        views_last_hour: views.hour,
        views_last_day: views.day,
        views_last_week: views.week,
        views_last_month: views.month,
        views_last_year: views.year,
    }))
}

/// Count all that has come in
///
/// Applies the events that wait, rolls hours up and makes the leaderboards anew. All of this
/// happens by itself within a minute.
#[utoipa::path(post, path = "/api/analytics/refresh", tag = "analytics",
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn refresh(
    State(state): State<AppState>,
    caller: Caller,
) -> ProblemResult<StatusCode> {
    caller.require(Action::Operate)?;
    state.analytics.refresh().await?;
    Ok(StatusCode::NO_CONTENT)
}
