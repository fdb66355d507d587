//! `/api/channels/{channel}/schedule`, `/api/channels/{channel}/as-run` and `/api/epg`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use http::Uri;
use matinee_channels::ChannelError;
use matinee_channels::guide::airing_id;
use matinee_channels::schedule::GONE;
use matinee_channels::time::{DAY, HOUR};
use matinee_identity::access::Action;
use matinee_linear::{ChannelFilter, LinearError, Station};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::time::{instant, read_some};
use super::view::{AiringView, absolute, kind, video_id};
use super::who::known;
use crate::community::paging;
use crate::{AppState, Caller, Params, Problem, ProblemResult, PublicOrigin};

/// The longest stretch of one channel's guide.
const SCHEDULE_MAX: i64 = 14 * DAY;
/// The same of many channels, and of what was aired.
const WEEK: i64 = 7 * DAY;
/// How far the guide of many channels goes unless asked for more.
const EPG: i64 = 6 * HOUR;

/// A stretch of time.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct StretchParams {
    /// From when on: RFC 3339, or milliseconds since 1970.
    from: Option<String>,
    /// Until when.
    to: Option<String>,
}

impl StretchParams {
    fn read(&self, from: i64, length: i64, most: i64) -> ProblemResult<(i64, i64)> {
        let from = read_some("from", self.from.as_deref())?.unwrap_or(from);
        let to = read_some("to", self.to.as_deref())?.unwrap_or(from + length);
        if to <= from {
            return Err(Problem::field("to", "must be after from"));
        }
        if to - from > most {
            let days = most / DAY;
            return Err(Problem::field("to", format!("must be within {days} days")));
        }
        Ok((from, to))
    }
}

/// A channel as guides name it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelName {
    /// `channel_…`
    pub id: String,
    /// What viewers type.
    pub number: u32,
    /// What it is called.
    pub name: String,
    /// Its name in addresses.
    pub slug: Option<String>,
    /// Its picture.
    pub logo_url: Option<String>,
    /// The IANA name of the zone of its days.
    pub time_zone: String,
}

impl ChannelName {
    fn new(station: &Station, origin: &PublicOrigin) -> Self {
        let written = &station.written;
        Self {
            id: station.channel.id.clone(),
            number: written.number,
            name: written.name.clone(),
            slug: written.slug.clone(),
            logo_url: written.logo.as_deref().map(|logo| absolute(logo, origin)),
            time_zone: written.zone_name().to_owned(),
        }
    }
}

/// The guide of a channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScheduleView {
    /// Of which.
    pub channel: ChannelName,
    /// From when on, RFC 3339.
    pub from: String,
    /// Until when, RFC 3339.
    pub to: String,
    /// What airs, without gap or overlap. The first may have begun before.
    pub airings: Vec<AiringView>,
}

impl ScheduleView {
    async fn new(
        state: &AppState,
        station: &Arc<Station>,
        (from, to): (i64, i64),
        origin: &PublicOrigin,
    ) -> ProblemResult<Self> {
        let airings = match state.channels.stretch(station, from, to).await {
            Ok(stretch) => {
                let listings = stretch.listings();
                let view = |listing| AiringView::new(listing, origin);
                listings.iter().map(view).collect()
            }
            // Before it began there is nothing.
            Err(error) => match error.root() {
                LinearError::Channel(ChannelError::BeforeBeginning(_))
                | LinearError::NotFound(_) => Vec::new(),
                _ => return Err(error.into()),
            },
        };
        Ok(Self {
            channel: ChannelName::new(station, origin),
            from: instant(from),
            to: instant(to),
            airings,
        })
    }
}

/// Read the guide of a channel
///
/// A day from what is on now unless asked otherwise, two weeks at most.
#[utoipa::path(get, path = "/api/channels/{channel}/schedule", tag = "channels",
    params(("channel" = String, Path), StretchParams),
    responses((status = 200, body = ScheduleView), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn schedule(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    Path(name): Path<String>,
    Params(params): Params<StretchParams>,
) -> ProblemResult<Json<ScheduleView>> {
    let station = known(&state, &caller, &name, Action::Watch).await?;
    let span = params.read(state.channels.now(), DAY, SCHEDULE_MAX)?;
    Ok(Json(
        ScheduleView::new(&state, &station, span, &origin).await?,
    ))
}

/// Which channels' guide, and when.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct EpgParams {
    /// From when on: RFC 3339, or milliseconds since 1970; now unless given.
    from: Option<String>,
    /// Until when; six hours later unless given, a week at most.
    to: Option<String>,
    /// Numbers, separated by commas; all unless given.
    channels: Option<String>,
    /// Channels on a page: 1 to 200; 50 unless given.
    limit: Option<u64>,
    /// From the `Link: …; rel="next"` of the page before.
    cursor: Option<String>,
}

/// Read the guide of many channels
#[utoipa::path(get, path = "/api/epg", tag = "channels", params(EpgParams),
    responses((status = 200, body = Vec<ScheduleView>), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn epg(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    uri: Uri,
    Params(params): Params<EpgParams>,
) -> ProblemResult<Response> {
    let limit = paging::limit(params.limit)?;
    let stretch = StretchParams {
        from: params.from,
        to: params.to,
    };
    let span = stretch.read(state.channels.now(), EPG, WEEK)?;
    let filter = ChannelFilter {
        numbers: numbers(params.channels.as_deref())?,
        ..ChannelFilter::default()
    };
    let cursor = params.cursor.as_deref().filter(|cursor| !cursor.is_empty());
    let audience = caller.audience();
    let page = state
        .channels
        .list(&audience, &filter, cursor, limit)
        .await?;
    let mut views = Vec::with_capacity(page.stations.len());
    for station in &page.stations {
        views.push(ScheduleView::new(&state, station, span, &origin).await?);
    }
    Ok(paging::answer(&views, page.next.as_deref(), None, &uri))
}

fn numbers(text: Option<&str>) -> ProblemResult<Vec<i32>> {
    let refused = || {
        Problem::field(
            "channels",
            "must be numbers separated by commas, 200 at most",
        )
    };
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(Vec::new());
    };
    let numbers: Result<Vec<i32>, _> = text.split(',').map(|n| n.trim().parse()).collect();
    numbers
        .ok()
        .filter(|numbers| numbers.len() <= 200)
        .ok_or_else(refused)
}

/// A stretch of consecutive segments of one video.
#[derive(Debug, Serialize, ToSchema)]
pub struct SlotView {
    /// When it began, RFC 3339.
    pub start: String,
    /// When it ended, RFC 3339.
    pub end: String,
    /// What it belonged to.
    pub airing_id: String,
    /// `programme`, `filler`, `ident`, `slate`, `ad_break` or `live`.
    pub kind: &'static str,
    /// The video; null for the slate.
    pub video_id: Option<String>,
    /// What it is called, if it is still known.
    pub title: Option<String>,
    /// Its first segment within the video, from 0.
    pub first_segment: u32,
    /// How many segments.
    pub segments: u32,
    /// The media sequence number of the first.
    pub msn: u64,
    /// The number of the edit that it came from.
    pub version: u32,
}

/// What was aired.
#[derive(Debug, Serialize, ToSchema)]
pub struct AsRunView {
    /// `channel_…`
    pub channel_id: String,
    /// From when on, RFC 3339.
    pub from: String,
    /// Until when, RFC 3339.
    pub to: String,
    /// Segment by segment what was shown, without gap or overlap.
    pub slots: Vec<SlotView>,
}

/// Read what was aired
///
/// The last day unless asked otherwise, a week at most.
#[utoipa::path(get, path = "/api/channels/{channel}/as-run", tag = "channels",
    params(("channel" = String, Path), StretchParams),
    responses((status = 200, body = AsRunView), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn as_run(
    State(state): State<AppState>,
    caller: Caller,
    Path(name): Path<String>,
    Params(params): Params<StretchParams>,
) -> ProblemResult<Json<AsRunView>> {
    let station = known(&state, &caller, &name, Action::Watch).await?;
    let now = state.channels.now();
    let (from, to) = params.read(now - DAY, DAY, WEEK)?;
    let to = to.min(now);
    let mut slots = Vec::new();
    if to > from && to > station.channel.begins_at {
        let stretch = state.channels.stretch(&station, from, to).await?;
        for strip in stretch.strips() {
            for slot in strip
                .slots
                .iter()
                .filter(|s| s.end() > from && s.start < to)
            {
                let item = (slot.item != GONE).then(|| strip.item(slot));
                slots.push(SlotView {
                    start: instant(slot.start),
                    end: instant(slot.end()),
                    airing_id: airing_id(slot.airing),
                    kind: kind(slot.kind),
                    video_id: item.and_then(|item| video_id(item.id.as_str())),
                    title: item
                        .map(|item| item.title.to_string())
                        .filter(|title| !title.is_empty()),
                    first_segment: slot.first,
                    segments: slot.count,
                    msn: slot.msn,
                    version: strip.version,
                });
            }
        }
    }
    Ok(Json(AsRunView {
        channel_id: station.channel.id.clone(),
        from: instant(from),
        to: instant(to.max(from)),
        slots,
    }))
}
