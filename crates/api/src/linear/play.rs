//! `GET /api/channel/play/{channel}`.

use axum::Json;
use axum::extract::{Path, State};
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderName};
use matinee_identity::access::Action;
use matinee_identity::{Bearer, Via};
use matinee_linear::Station;
use serde::Serialize;
use utoipa::ToSchema;

use super::channels::is_open;
use super::media::SPARED;
use super::time::instant;
use super::tuner;
use super::view::{AiringView, ChannelView, NowView};
use super::who::known;
use crate::live::{bearer_name, now_seconds};
use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Problem, ProblemResult, PublicOrigin};

/// The addresses of a stream.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelAddresses {
    /// The HLS multivariant playlist.
    pub hls_url: String,
    /// The DASH manifest.
    pub dash_url: String,
}

/// What is on a channel, and where it is played.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelPlay {
    /// The channel.
    pub channel: ChannelView,
    /// What time it is on the channel, RFC 3339.
    pub server_time: String,
    /// The HLS multivariant playlist. `from=` and `until=` (instants) ask for
    /// what was aired then, `shift=` (seconds) for the feed of so much earlier,
    /// `cues=marked` for marks at advertisement breaks.
    pub hls_url: String,
    /// The DASH manifest; takes the same.
    pub dash_url: String,
    /// MPEG-TS over HTTP, for set-top boxes; null unless everybody may watch.
    pub ts_url: Option<String>,
    /// The list of all channels.
    pub m3u_url: String,
    /// What the addresses bear as `?token=`; null if they need none.
    pub token: Option<String>,
    /// Until when it is good, RFC 3339.
    pub expires_at: Option<String>,
    /// How many seconds that is from now.
    pub expires_in: Option<u64>,
    /// What is on.
    pub now: Option<NowView>,
    /// What comes next.
    pub next: Option<AiringView>,
    /// When the newest segment that is listed ends, RFC 3339.
    pub live_edge: Option<String>,
    /// When the oldest one begins, RFC 3339.
    pub dvr_start: Option<String>,
    /// What is on now from its beginning, going on; null if nothing is.
    pub start_over: Option<ChannelAddresses>,
    /// The oldest instant that can still be asked for, RFC 3339.
    pub catch_up_from: String,
}

/// How long it can be watched what was aired, in milliseconds.
const CATCH_UP_MS: i64 = 35 * 24 * 3_600_000;

/// Play a channel
///
/// What is on, to the second, what comes next, and the addresses to play.
#[utoipa::path(get, path = "/api/channel/play/{channel}", tag = "channels",
    params(("channel" = String, Path, description = "Its number, its slug, or `channel_…`")),
    responses((status = 200, body = ChannelPlay), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 429, body = Problem, description = "The account plays on as many devices as it may")))]
pub(super) async fn play(
    State(state): State<AppState>,
    acting: Acting,
    headers: HeaderMap,
    origin: PublicOrigin,
    Path(name): Path<String>,
) -> ProblemResult<([(HeaderName, &'static str); 1], Json<ChannelPlay>)> {
    let caller = &acting.caller;
    let station = known(&state, caller, &name, Action::Watch).await?;
    let open = is_open(&station);
    let grant = if open {
        None
    } else {
        state.access.play(caller, &headers).await?;
        Some(grant(&state, &acting, &station))
    };
    let channels = &state.channels;
    let at = channels.now();
    let mut view = ChannelView::listed(&state, caller, &station, &origin).await?;
    let (now, next) = (view.now.clone(), view.next.clone());
    let token = grant.as_ref().map(|(token, _)| token.as_str());
    let id = &station.channel.id;
    let spared = station.has_decided() && crate::ads::is_spared(&state, caller).await?;
    let spared = spared.then(|| format!("{SPARED}={}", state.ads.sign_spared(id)));
    let address = |file: &str, query: &str| {
        let token = token.map(|token| format!("token={token}"));
        let parts = [
            token.as_deref(),
            spared.as_deref(),
            Some(query).filter(|query| !query.is_empty()),
        ];
        let query = parts.into_iter().flatten().collect::<Vec<_>>().join("&");
        let mark = if query.is_empty() { "" } else { "?" };
        origin.url(&format!("/media/channels/{id}/{file}{mark}{query}"))
    };
    let both = |query: &str| ChannelAddresses {
        hls_url: address("master.m3u8", query),
        dash_url: address("manifest.mpd", query),
    };
    let live = both("");
    view.hls_url.clone_from(&live.hls_url);
    view.dash_url.clone_from(&live.dash_url);
    let window = channels.window(&station).await.ok();
    let began = now.as_ref().map(|now| now.airing.start.clone());
    let answer = ChannelPlay {
        server_time: instant(at),
        hls_url: live.hls_url,
        dash_url: live.dash_url,
        ts_url: open.then(|| tuner::address(&station, &origin)),
        m3u_url: origin.url("/channels.m3u"),
        expires_at: grant.as_ref().map(|(_, until)| {
            rfc3339(i64::try_from(*until).unwrap_or(i64::MAX / 2_000_000) * 1_000_000)
        }),
        expires_in: grant
            .as_ref()
            .map(|(_, until)| until.saturating_sub(now_seconds())),
        live_edge: window.map(|(_, end)| instant(end)),
        dvr_start: window.map(|(start, _)| instant(start)),
        start_over: began.map(|began| both(&format!("from={began}"))),
        catch_up_from: instant(station.channel.begins_at.max(at - CATCH_UP_MS)),
        token: token.map(ToOwned::to_owned),
        channel: view,
        now,
        next,
    };
    Ok(([(CACHE_CONTROL, "private, no-store")], Json(answer)))
}

/// A permission to watch a channel, and until when it is good.
pub(super) fn grant(state: &AppState, acting: &Acting, station: &Station) -> (String, u64) {
    let viewer = bearer_name(&acting.caller).unwrap_or_default();
    let device = acting.via.as_ref().and_then(Via::device);
    let bearer = Bearer {
        viewer: &viewer,
        device: device.unwrap_or_default(),
    };
    let now = now_seconds();
    let lasting = now + state.live.token_ttl.as_secs();
    let end = station
        .channel
        .expires_at
        .and_then(|at| u64::try_from(at / 1_000_000).ok())
        .filter(|end| *end > now);
    let expires_at = end.map_or(lasting, |end| end.min(lasting));
    let token = state.tokens.issue(&station.channel.id, bearer, expires_at);
    (token, expires_at)
}
