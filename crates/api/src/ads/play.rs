//! What players are told of advertisements, and what they tell.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use http::HeaderMap;
use matinee_ads::breaks::Break;
use matinee_ads::decide::Candidate;
use matinee_ads::events::Told;
use matinee_ads::pods::{LASTS, Watching};
use matinee_analytics::Advert;
use matinee_engines::time::now_micros;
use matinee_identity::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::AdPlacement;
use crate::linear::{instant, known};
use crate::live::bearer_name;
use crate::{AppState, Body, Caller, Params, PathId, Problem, ProblemResult, PublicOrigin};

/// How long before it begins a break is told, in milliseconds.
const AHEAD_MS: i64 = 40_000;
/// How long after, too: whoever watches a little later is shown it later.
const BEHIND_MS: i64 = 20 * 60_000;
/// The most that is told at once.
const EVENTS_MAX: usize = 100;

/// An advertisement, as its player needs to know it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdView {
    /// What it is called.
    title: String,
    /// Whose it is.
    advertiser: String,
    /// When it begins, in seconds from the beginning of its break.
    offset: u32,
    /// How long it is, in seconds.
    duration: u32,
    /// Where a click leads.
    click_url: Option<String>,
    /// Its own address.
    hls_url: String,
    /// What is told of it bears this.
    token: String,
    /// Addresses that the player fetches when something happens, by the names of
    /// `POST /api/ads/events`.
    #[schema(value_type = std::collections::HashMap<String, Vec<String>>)]
    tracking: BTreeMap<String, Vec<String>>,
}

/// The advertisements of a break, each behind the one before.
fn views(
    state: &AppState,
    subject: &str,
    name: &str,
    ads: &[&Candidate],
    origin: &PublicOrigin,
) -> Vec<AdView> {
    let mut offset = 0;
    let one = |(nth, ad): (usize, &&Candidate)| {
        let begins = offset;
        offset += ad.seconds;
        AdView {
            title: ad.title.clone(),
            advertiser: ad.advertiser.clone(),
            offset: begins,
            duration: ad.seconds,
            click_url: ad.click_url.clone(),
            hls_url: origin.url(&format!("/media/{}/master.m3u8", ad.video)),
            token: state.ads.pass(subject, name, nth, ad, LASTS),
            tracking: if ad.server_side {
                BTreeMap::new()
            } else {
                ad.tracking.clone()
            },
        }
    };
    ads.iter().enumerate().map(one).collect()
}

/// A break of a channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdBreakView {
    /// The media sequence number of its first segment.
    id: u64,
    /// When it begins on the channel, RFC 3339.
    start: String,
    /// When it ends.
    end: String,
    /// How long it is, in seconds.
    duration: u32,
    /// What is in it; slate is what is left.
    ads: Vec<AdView>,
}

/// Breaks of a channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdBreaksView {
    /// What time it is on the channel, RFC 3339.
    server_time: String,
    /// Whether the channel ever has breaks that are decided: if not, nobody need ask again.
    any: bool,
    /// Whether viewers may seek over them.
    seekable: bool,
    /// Those of the last 20 minutes, those that are on, and those that are about to begin.
    breaks: Vec<AdBreakView>,
}

/// Around when.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct AdBreaksParams {
    /// An instant (RFC 3339, or milliseconds since 1970): what was aired then. Now unless given.
    at: Option<String>,
    /// Who has advertisements of their own, as in the `viewer` of the channel's addresses.
    viewer: Option<String>,
}

/// List the breaks of a channel
///
/// For players, to say what is shown and to tell that it was.
#[utoipa::path(get, path = "/api/ads/channels/{channel}/breaks", tag = "ads",
    params(("channel" = String, Path, description = "Its number, its slug, or `channel_…`"), AdBreaksParams),
    responses((status = 200, body = AdBreaksView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn breaks(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    Path(name): Path<String>,
    Params(params): Params<AdBreaksParams>,
) -> ProblemResult<Json<AdBreaksView>> {
    let station = known(&state, &caller, &name, Action::Watch).await?;
    let now = state.channels.now();
    let at = match params.at.as_deref().filter(|at| !at.is_empty()) {
        None => now,
        Some(at) => crate::linear::read_instant("at", at)?.min(now),
    };
    let viewer = params.viewer.as_deref().filter(|viewer| !viewer.is_empty());
    let begins = station.channel.begins_at;
    let from = (at - BEHIND_MS).max(begins);
    let spared = super::is_spared(&state, &caller).await?;
    let found = if at + AHEAD_MS > begins && !spared {
        state.channels.breaks(&station, from, at + AHEAD_MS).await?
    } else {
        Vec::new()
    };
    let mut all = Vec::with_capacity(found.len());
    for found in found {
        let what = Break {
            channel: found.channel,
            msn: found.msn,
            at: found.start,
            seconds: found.seconds,
            parts: found.parts,
        };
        let mut decision = (*state.ads.of_break(&what).await?).clone();
        let mut name = what.msn.to_string();
        if let Some(viewer) = viewer {
            decision = decision.for_viewer(&what.ask(), viewer);
            name = format!("{name}/{viewer}");
        }
        let ads: Vec<&Candidate> = decision.ads().collect();
        all.push(AdBreakView {
            id: what.msn,
            start: instant(what.at),
            end: instant(what.at + i64::from(what.seconds) * 1000),
            duration: what.seconds,
            ads: views(&state, &what.channel, &name, &ads, &origin),
        });
    }
    Ok(Json(AdBreaksView {
        server_time: instant(now),
        any: station.has_decided() && !spared,
        seekable: state.ads.rules().await?.seekable,
        breaks: all,
    }))
}

/// Advertisements in a video.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdPodView {
    /// Where they stand.
    placement: AdPlacement,
    /// When in the video, in seconds.
    at: f64,
    /// They.
    ads: Vec<AdView>,
}

/// What somebody sees in a video beside it.
#[derive(Debug, Serialize, ToSchema)]
pub struct VideoAdsView {
    /// Whether viewers may seek over them.
    seekable: bool,
    /// In order; empty when there are none.
    pods: Vec<AdPodView>,
    /// The HLS multivariant playlist of the video with all of them as HLS interstitials, for this
    /// viewing; null when there are none. A video that is not public needs the token of its other
    /// addresses behind it.
    hls_url: Option<String>,
}

/// Who watches.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct VideoAdsParams {
    /// A name of the player's own for whoever watches without an account, 8 to 64 letters and
    /// digits, by which advertisements are not shown too often.
    viewer: Option<String>,
}

/// Get the advertisements of a video
///
/// Decided for this viewing, and signed into its address.
#[utoipa::path(get, path = "/api/ads/videos/{id}", tag = "ads", params(("id" = String, Path), VideoAdsParams),
    responses((status = 200, body = VideoAdsView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn video(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
    Params(params): Params<VideoAdsParams>,
) -> ProblemResult<Json<VideoAdsView>> {
    let video = state.catalog.get(&id).await?;
    caller.require_for(&video, Action::Watch)?;
    let viewer = viewer(&state, &caller, params.viewer.as_deref());
    let duration = video.duration_ms.and_then(|ms| u64::try_from(ms).ok());
    let marks = state.catalog.break_marks(&video.id).await?;
    // Where somebody wants them is better than what was found.
    let places = if marks.markers.is_empty() {
        let chapters = video.chapters.0.iter().map(|chapter| chapter.start_ms);
        chapters.chain(marks.found).collect()
    } else {
        marks.markers
    };
    let watching = Watching {
        video: video.id.clone(),
        duration_ms: duration.unwrap_or(0),
        places: places
            .into_iter()
            .filter_map(|ms: i64| u64::try_from(ms).ok())
            .collect(),
        viewer,
    };
    // Nothing stands in an advertisement, nor in what is not here.
    let nowhere = video.is_advert() || video.is_external() || duration.is_none();
    let none = nowhere || super::is_spared(&state, &caller).await?;
    let (rules, pods) = if none {
        (state.ads.rules().await?, Vec::new())
    } else {
        state.ads.for_video(&watching).await?
    };
    let hls_url = (!pods.is_empty()).then(|| {
        let signed = state.ads.sign_pods(&video.id, &pods);
        origin.url(&format!(
            "/media/ads/video/{signed}/{}/master.m3u8",
            video.id
        ))
    });
    let pods = pods.iter().map(|pod| AdPodView {
        placement: match pod.placement {
            matinee_ads::Placement::Postroll => AdPlacement::Postroll,
            matinee_ads::Placement::Midroll => AdPlacement::Midroll,
            _ => AdPlacement::Preroll,
        },
        at: pod.at_ms as f64 / 1000.0,
        ads: views(
            &state,
            &video.id,
            &pod.name,
            &pod.ads.iter().collect::<Vec<_>>(),
            &origin,
        ),
    });
    Ok(Json(VideoAdsView {
        seekable: rules.seekable,
        pods: pods.collect(),
        hls_url,
    }))
}

/// A name for whoever watches that tells nobody who it is.
fn viewer(state: &AppState, caller: &Caller, own: Option<&str>) -> String {
    match bearer_name(caller) {
        Some(name) => state.ads.viewer_tag(&name),
        None => own
            .filter(|own| (8..=64).contains(&own.len()))
            .map_or_else(String::new, |own| state.ads.viewer_tag(own)),
    }
}

/// Something that has happened to an advertisement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdEvent {
    /// The advertisement's token.
    #[schema(max_length = 16384)]
    token: String,
    /// What.
    #[schema(value_type = AdEventKind)]
    event: String,
}

/// What happens to advertisements.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words that are sent")]
pub enum AdEventKind {
    /// Its first picture is shown.
    Impression,
    /// It begins.
    Start,
    /// A quarter was shown.
    FirstQuartile,
    /// Half was shown.
    Midpoint,
    /// Three quarters were shown.
    ThirdQuartile,
    /// All of it was shown.
    Complete,
    /// The viewer went on.
    Skip,
    /// The viewer wants to know more.
    Click,
    /// It cannot be shown.
    Error,
}

/// What a player tells.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdEvents {
    /// One name for one viewing, 8 to 64 characters: what is told twice is counted once.
    #[schema(min_length = 8, max_length = 64)]
    session: String,
    /// The same as `viewer` of `GET /api/ads/videos/{id}`, for whoever has no account.
    #[serde(default)]
    viewer: Option<String>,
    /// What has happened; 100 at most.
    #[schema(max_items = 100)]
    events: Vec<AdEvent>,
}

/// What was made of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdEventsTaken {
    /// Counted now.
    counted: usize,
    /// Counted before.
    known: usize,
    /// With a token that is not good, or not any more.
    refused: usize,
}

/// Tell what happened to advertisements
///
/// Each is counted once for a viewing, a break, an advertisement and an event. Ad servers that want
/// to be told by this server are told in the background.
#[utoipa::path(post, path = "/api/ads/events", tag = "ads", request_body = AdEvents,
    responses((status = 202, body = AdEventsTaken), (status = 422, body = Problem)))]
pub(super) async fn tell(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Body(body): Body<AdEvents>,
) -> ProblemResult<(http::StatusCode, Json<AdEventsTaken>)> {
    if !(8..=64).contains(&body.session.len()) {
        return Err(Problem::field("session", "must be 8 to 64 characters long"));
    }
    if body.events.len() > EVENTS_MAX {
        let reason = format!("must be at most {EVENTS_MAX}");
        return Err(Problem::field("events", reason));
    }
    let told: Vec<Told> = body
        .events
        .into_iter()
        .map(|one| Told {
            token: one.token,
            event: one.event,
        })
        .collect();
    let viewer = viewer(&state, &caller, body.viewer.as_deref());
    let done = state.ads.tell(&body.session, &viewer, &told).await?;
    let taken = AdEventsTaken {
        counted: done.counted,
        known: done.known,
        refused: done.refused,
    };
    // What is known already, too: whoever tells it again may have had no answer.
    let seen = done.happened.into_iter().map(|one| Advert {
        id: format!("ad/{}", one.id),
        subject: one.subject,
        showing: one.showing,
        ad: one.creative,
        length_ms: one.seconds.saturating_mul(1000),
        beacon: one.event,
    });
    let client = crate::analytics::client(&caller, &headers);
    state
        .analytics
        .advertised(&client, now_micros(), seen.collect())
        .await?;
    Ok((http::StatusCode::ACCEPTED, Json(taken)))
}
