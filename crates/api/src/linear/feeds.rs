//! `/epg.xml` and `/channels.m3u`: what recorders, set-top boxes and players read.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures::{StreamExt as _, stream};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use matinee_channels::guide::{
    Lineup, M3U, XMLTV, XmltvChannel, m3u as write_m3u, xmltv_close, xmltv_open, xmltv_programmes,
};
use matinee_channels::time::{DAY, HOUR};
use matinee_linear::{ChannelFilter, LinearError, Station};
use serde::Deserialize;
use tokio::task::spawn_blocking;
use utoipa::IntoParams;

use super::channels::is_open;
use super::play::grant;
use crate::{Acting, AppState, Caller, Params, Problem, ProblemResult, PublicOrigin};

/// Days of the guide unless asked for more.
const DAYS: u32 = 3;
/// The most.
const DAYS_MAX: u32 = 14;
/// Channels of a page.
const PAGE: u64 = 200;
/// The most channels of a list.
const CHANNELS_MAX: usize = 2_000;

/// All channels that somebody may come upon.
pub(super) async fn all(state: &AppState, caller: &Caller) -> ProblemResult<Vec<Arc<Station>>> {
    let mut out = Vec::new();
    let mut cursor: Option<String> = None;
    let (audience, filter) = (caller.audience(), ChannelFilter::default());
    loop {
        let page = state
            .channels
            .list(&audience, &filter, cursor.as_deref(), PAGE);
        let page = Box::pin(page).await?;
        out.extend(page.stations);
        cursor = page.next;
        if cursor.is_none() || out.len() >= CHANNELS_MAX {
            return Ok(out);
        }
    }
}

/// How long a guide is.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct XmltvParams {
    /// 1 to 14 days; 3 unless given.
    #[param(minimum = 1, maximum = 14)]
    days: Option<u32>,
}

/// Read the guide as XMLTV
#[utoipa::path(get, path = "/epg.xml", tag = "channels", params(XmltvParams),
    responses((status = 200, content_type = "application/xml"), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn xmltv(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    Params(params): Params<XmltvParams>,
) -> ProblemResult<Response> {
    let days = params.days.unwrap_or(DAYS);
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(Problem::field(
            "days",
            format!("must be from 1 to {DAYS_MAX}"),
        ));
    }
    let stations = all(&state, &caller).await?;
    let name = |station: &'_ Arc<Station>| station.channel.id.clone();
    let ids: Vec<String> = stations.iter().map(name).collect();
    let listed: Vec<XmltvChannel<'_>> = stations
        .iter()
        .zip(&ids)
        .map(|(station, id)| XmltvChannel {
            id,
            channel: &station.written,
            base: &origin.site,
        })
        .collect();
    let mut out = String::new();
    xmltv_open(&mut out, "Matinee", &listed);
    let now = state.channels.now();
    // What is on began before.
    let span = (now - HOUR, now + i64::from(days) * DAY);
    let together = std::thread::available_parallelism().map_or(1, usize::from);
    let base: Arc<str> = origin.site.as_str().into();
    let mut written = stream::iter(stations.clone())
        .map(|station| programmes(state.clone(), station, base.clone(), span))
        .buffered(together);
    while let Some(some) = written.next().await {
        out.push_str(&some);
    }
    xmltv_close(&mut out);
    Ok(text(XMLTV, out))
}

/// What a channel shows within a stretch, written aside: a week of it takes milliseconds.
async fn programmes(
    state: AppState,
    station: Arc<Station>,
    base: Arc<str>,
    (from, to): (i64, i64),
) -> String {
    let id = station.channel.id.clone();
    let stretch = match state.channels.stretch(&station, from, to).await {
        Ok(stretch) => stretch,
        Err(error) => {
            // One that cannot be read does not take the others with it.
            if !matches!(error.root(), LinearError::Channel(_)) {
                tracing::error!(channel = id, %error, "left out of the guide");
            }
            return String::new();
        }
    };
    let write = move || {
        let channel = XmltvChannel {
            id: &station.channel.id,
            channel: &station.written,
            base: &base,
        };
        let mut out = String::new();
        xmltv_programmes(&mut out, &channel, &stretch.listings());
        out
    };
    spawn_blocking(write).await.unwrap_or_else(|error| {
        tracing::error!(channel = id, %error, "left out of the guide");
        String::new()
    })
}

/// List channels as M3U
///
/// Those that are not open to everybody have a permission of the caller's in
/// their address: keep the list to yourself.
#[utoipa::path(get, path = "/channels.m3u", tag = "channels",
    responses((status = 200, content_type = "audio/x-mpegurl"), (status = 401, body = Problem)))]
pub(super) async fn m3u(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
) -> ProblemResult<Response> {
    let stations = all(&state, &acting.caller).await?;
    let urls: Vec<String> = stations
        .iter()
        .map(|station| {
            let id = &station.channel.id;
            let token = if is_open(station) {
                String::new()
            } else {
                format!("?token={}", grant(&state, &acting, station).0)
            };
            origin.url(&format!("/media/channels/{id}/master.m3u8{token}"))
        })
        .collect();
    let lines: Vec<Lineup<'_>> = stations
        .iter()
        .zip(&urls)
        .map(|(station, url)| Lineup {
            id: &station.channel.id,
            channel: &station.written,
            url,
            base: &origin.site,
        })
        .collect();
    let mut out = String::new();
    write_m3u(&mut out, &origin.url("/epg.xml"), &lines);
    Ok(text(M3U, out))
}

fn text(kind: &'static str, text: String) -> Response {
    let kind = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "private, max-age=60")];
    (kind, text).into_response()
}
