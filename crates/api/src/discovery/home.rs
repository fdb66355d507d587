//! `/api/home`.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use futures::FutureExt as _;
use http::HeaderMap;
use matinee_catalog::Audience;
use matinee_catalog::discovery::{
    FilledRow, HomeItem, HomePage, HomeRow, Known, RowKind, RowSettings, Seer, Watched,
};
use matinee_identity::access::Action;
use matinee_linear::{ChannelFilter, Station};
use matinee_live::streams::{Stream, StreamFilter, StreamStatus};
use moka::future::Cache;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::card::{CardView, TitleRef, WhyView};
use super::seer;
use crate::http::shared::{Answer, Keeping, SharedAnswers};
use crate::linear::ChannelView;
use crate::live::StreamView;
use crate::{AppState, Body, Caller, Problem, ProblemResult, PublicOrigin};

/// Bytes of pages that are kept: some two thousand, each with the pictures and words of two
/// hundred titles.
const BYTES: u64 = 64 << 20;
/// How long: changed titles and what somebody watches make other pages at once. That another
/// node's operator has arranged the rows anew is seen by who asks again after the first of these.
const FRESH: Duration = Duration::from_mins(1);
/// A page of this age is given to nobody.
const LAST: Duration = Duration::from_mins(3);
/// How long what is on the air is taken to be the same.
const ON_AIR_FRESH: Duration = Duration::from_secs(2);
/// The most broadcasts in a row.
const ON_AIR_MOST: u64 = 50;
/// The most audiences of whom is known what is on the air.
const AUDIENCES: u64 = 1_000;

/// The home page.
#[derive(Debug, Serialize, ToSchema)]
pub struct HomeView {
    /// What is at the top.
    pub hero: Option<CardView>,
    /// Below it, in order; rows without titles are left out, but for those of
    /// broadcasts and channels: they come and go.
    pub rows: Vec<RowView>,
}

/// A row of the home page.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowView {
    /// The operator's row.
    pub id: String,
    /// `continue_watching`, `watchlist`, `new`, `trending`, `top10`, `because_you_watched`,
    /// `recommended`, `genre`, `genres`, `content_type`, `tag`, `collection`,
    /// `live_now` or `channels_now`.
    #[schema(value_type = String)]
    pub kind: RowKind,
    /// Its heading.
    pub title: String,
    /// The genre, kind, tag or collection.
    pub value: Option<String>,
    /// What it was drawn from.
    pub because: Option<TitleRef>,
    /// Its titles.
    pub items: Vec<HomeItemView>,
    /// In a row `live_now` what is on the air, the latest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub streams: Option<Vec<StreamView>>,
    /// In a row `channels_now` what the channels show, by number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<ChannelView>>,
}

/// A title in a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct HomeItemView {
    /// The title.
    pub video: CardView,
    /// Where the viewer is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<PlaceView>,
    /// Its place among the most watched, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
    /// Why it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<WhyView>,
}

/// Where somebody is in a title.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceView {
    /// In seconds.
    pub current_time: f64,
    /// In seconds; 0 if unknown.
    pub total_duration: f64,
    /// 0 to 100.
    pub percentage: f64,
}

impl From<&Watched> for PlaceView {
    fn from(watched: &Watched) -> Self {
        let percentage = if watched.duration_ms == 0 {
            0.0
        } else {
            (watched.share() * 10_000.0).round() / 100.0
        };
        Self {
            current_time: watched.position_ms as f64 / 1000.0,
            total_duration: watched.duration_ms as f64 / 1000.0,
            percentage,
        }
    }
}

impl HomeView {
    fn new(
        page: &HomePage,
        live: &[StreamView],
        channels: &[ChannelView],
        origin: &PublicOrigin,
    ) -> Self {
        let item = |item: &HomeItem| HomeItemView {
            video: CardView::new(&item.card, origin),
            progress: item.watched.as_ref().map(Into::into),
            rank: item.rank,
            why: item.why.as_ref().map(WhyView::to_viewer),
        };
        let row = |row: &FilledRow| RowView {
            id: row.id.clone(),
            kind: row.kind,
            title: row.title.clone(),
            value: row.value.clone(),
            because: row.because.as_deref().map(Into::into),
            items: row.items.iter().map(item).collect(),
            streams: (row.kind == RowKind::LiveNow)
                .then(|| live.iter().take(row.size).cloned().collect()),
            channels: (row.kind == RowKind::ChannelsNow)
                .then(|| channels.iter().take(row.size).cloned().collect()),
        };
        Self {
            hero: page.hero.as_ref().map(|card| CardView::new(card, origin)),
            rows: page.rows.iter().map(row).collect(),
        }
    }
}

/// Home pages as they are sent: one for all of whom nothing is known and who see
/// the same, and one for each of the others, until they watch on.
#[derive(Debug, Clone)]
pub struct HomePages {
    pages: SharedAnswers,
    /// What is on the air, by the audience that may come upon it.
    on_air: Cache<String, Arc<OnAir>>,
}

/// What is on the air that asks nobody from where they come: that is decided for each who asks,
/// and a page is many people's.
#[derive(Debug)]
struct OnAir {
    streams: Vec<Stream>,
    channels: Vec<Arc<Station>>,
}

impl OnAir {
    /// Another text whenever something of it begins, ends or changes.
    fn digest(&self) -> String {
        let streams = self.streams.iter().map(|one| (&one.id, one.version));
        let channels = self.channels.iter().map(|one| &one.channel);
        let channels = channels.map(|one| (&one.id, one.updated_at));
        format!(
            "{:?} {:?}",
            streams.collect::<Vec<_>>(),
            channels.collect::<Vec<_>>()
        )
    }
}

impl Default for HomePages {
    fn default() -> Self {
        Self {
            pages: SharedAnswers::new(Keeping {
                fresh: FRESH,
                last: LAST,
                bytes: BYTES,
            }),
            on_air: Cache::builder()
                .max_capacity(AUDIENCES)
                .time_to_live(ON_AIR_FRESH)
                .build(),
        }
    }
}

impl HomePages {
    /// What of all that is on the air an audience may come upon.
    async fn on_air(
        &self,
        state: &AppState,
        audience: &Audience,
        key: &str,
    ) -> ProblemResult<Arc<OnAir>> {
        let listed = Box::pin(async {
            let live = StreamFilter {
                status: Some(StreamStatus::Live),
                ..StreamFilter::default()
            };
            let page = state
                .live
                .streams
                .list(audience, &live, None, 0, ON_AIR_MOST);
            let mut streams = page.await?.streams;
            streams.retain(|one| one.access_regions.is_none() && one.access_networks.is_none());
            let all = ChannelFilter::default();
            let page = state.channels.list(audience, &all, None, ON_AIR_MOST);
            let mut channels = page.await?.stations;
            channels.retain(|one| {
                one.channel.access_regions.is_none() && one.channel.access_networks.is_none()
            });
            Ok::<_, Problem>(Arc::new(OnAir { streams, channels }))
        });
        let listed = self.on_air.try_get_with(key.to_owned(), listed).await;
        listed.map_err(Arc::unwrap_or_clone)
    }
}

/// Get the home page
///
/// The hero and all rows with their titles, as the operator arranged them,
/// filled for whoever asks.
#[utoipa::path(get, path = "/api/home", tag = "discovery",
    responses((status = 200, body = HomeView), (status = 304)))]
pub(super) async fn home(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    headers: HeaderMap,
) -> ProblemResult<Response> {
    let mut seer = seer(&caller);
    let known = state.discovery.known(&seer).await?;
    if known.is_nothing() {
        // Theirs is everybody's page.
        seer.viewer = None;
    }
    let version = state.discovery.version();
    let key_of = state.discovery.key_of(&seer).await?;
    let who = seer.viewer.as_ref().map(|viewer| (viewer, known.digest()));
    let audience = caller.audience();
    let on_air = state.home_pages.on_air(&state, &audience, &key_of);
    let on_air = on_air.await?;
    let key = format!("{version} {key_of} {origin:?} {who:?} {}", on_air.digest());
    // Made once for all who ask meanwhile, and anew beside them.
    let pages = &state.home_pages.pages;
    // Nearly always there is one already, and nothing of this is needed.
    let make = || {
        made(Wanted {
            state: state.clone(),
            caller: caller.clone(),
            seer: seer.clone(),
            known: known.clone(),
            on_air: on_air.clone(),
            origin: origin.clone(),
        })
        .boxed()
    };
    pages.get(Some(key), make).await?.answer(&headers)
}

/// Whose page, and of what.
struct Wanted {
    state: AppState,
    caller: Caller,
    seer: Seer,
    known: Known,
    on_air: Arc<OnAir>,
    origin: PublicOrigin,
}

async fn made(wanted: Wanted) -> ProblemResult<Answer> {
    let (state, on_air, origin) = (&wanted.state, &wanted.on_air, &wanted.origin);
    let page = state.discovery.home(&wanted.seer, &wanted.known).await?;
    let live = StreamView::public(state, &on_air.streams, origin).await?;
    let mut channels = Vec::new();
    if page.rows.iter().any(|row| row.kind == RowKind::ChannelsNow) {
        for station in &on_air.channels {
            channels.push(ChannelView::listed(state, &wanted.caller, station, origin).await?);
        }
    }
    let streams = on_air.streams.iter().filter_map(|one| one.expires_at);
    let stations = on_air
        .channels
        .iter()
        .filter_map(|one| one.channel.expires_at);
    let leave = streams.chain(stations).chain(page.good_until);
    Ok(Answer::json(&HomeView::new(&page, &live, &channels, origin))?.until(leave))
}

/// A row as the operator sets it up.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RowSpec {
    /// `row_…`; one is made up if it is left out.
    #[serde(default)]
    id: String,
    /// `hero`, `continue_watching`, `watchlist`, `new`, `trending`, `top10`,
    /// `because_you_watched`, `recommended`, `genre`, `genres`, `content_type`,
    /// `tag`, `collection`, `live_now` or `channels_now`.
    #[schema(value_type = String, example = "genre")]
    kind: RowKind,
    /// Its heading; null leaves it to the kind.
    #[serde(default)]
    title: Option<String>,
    /// Of which titles.
    #[serde(default)]
    #[schema(value_type = RowSettingsSpec)]
    settings: RowSettings,
    /// At most so many titles, 1 to 50.
    #[serde(default = "usual_size")]
    size: u32,
    /// Whether it is shown.
    #[serde(default = "shown")]
    enabled: bool,
}

/// Of which titles a row is.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes RowSettings, whose crate knows no OpenAPI"
)]
pub struct RowSettingsSpec {
    /// The genre, kind, tag or collection.
    value: Option<String>,
    /// The hero's title.
    video_id: Option<String>,
    /// How many rows of genres there are, 1 to 12.
    count: Option<u32>,
}

fn usual_size() -> u32 {
    20
}

fn shown() -> bool {
    true
}

impl From<HomeRow> for RowSpec {
    fn from(row: HomeRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            title: row.title,
            settings: row.settings,
            size: row.size,
            enabled: row.enabled,
        }
    }
}

impl From<RowSpec> for HomeRow {
    fn from(row: RowSpec) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            title: row.title,
            settings: row.settings,
            size: row.size,
            enabled: row.enabled,
        }
    }
}

/// See what the home page is made of
#[utoipa::path(get, path = "/api/home/rows", tag = "discovery",
    responses((status = 200, body = Vec<RowSpec>), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(super) async fn rows(
    State(state): State<AppState>,
    caller: Caller,
) -> ProblemResult<Json<Vec<RowSpec>>> {
    caller.require(Action::Operate)?;
    let rows = state.discovery.home_rows().await?;
    Ok(Json(rows.into_iter().map(Into::into).collect()))
}

/// Arrange the home page
///
/// The rows in their order; an empty array brings back the usual ones.
#[utoipa::path(put, path = "/api/home/rows", tag = "discovery", request_body = Vec<RowSpec>,
    responses((status = 200, body = Vec<RowSpec>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn set_rows(
    State(state): State<AppState>,
    caller: Caller,
    Body(rows): Body<Vec<RowSpec>>,
) -> ProblemResult<Json<Vec<RowSpec>>> {
    caller.require(Action::Operate)?;
    let rows = rows.into_iter().map(Into::into).collect();
    let rows = state.discovery.set_home_rows(rows).await?;
    Ok(Json(rows.into_iter().map(Into::into).collect()))
}
