//! Channels for set-top boxes and recorders: MPEG-TS over HTTP at `/auto/v{number}`, and the
//! addresses by which those that know HDHomeRun tuners find it (`/discover.json`, `/lineup.json`,
//! `/lineup_status.json`).
//!
//! Nothing is encoded: the library's own segments are woven into one stream, whose clock never
//! jumps, as time goes by. A viewer costs a connection and a segment in memory, and there are so
//! many places.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use matinee_channels::playout::Piece;
use matinee_channels::time::HOUR;
use matinee_linear::media::Silence;
use matinee_linear::{LinearError, Station};
use matinee_media::ts::{Stretch, Weaver};
use matinee_playback::{Content, MediaPath, MediaRequest};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use utoipa::ToSchema;

use super::channels::is_open;
use super::path::{Made, Relayed};
use super::who::found;
use crate::{AppState, Caller, Problem, ProblemResult, PublicOrigin};

/// How many watch as transport streams at once.
const TUNERS: usize = 64;
/// How far ahead of what is on the air segments are sent: players begin at once.
const AHEAD_MS: i64 = 4_000;
/// The rung that boxes get: they cannot choose.
const RUNG: usize = 2;
/// The media type of transport streams.
const TS: &str = "video/mp2t";
/// A file of one segment is not larger than this.
const SEGMENT_MAX: u64 = 64 << 20;

/// A place for each of those who may watch transport streams at once.
pub fn tuners() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(TUNERS))
}

/// What a tuner says of itself.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct TunerView {
    /// What people see.
    friendly_name: String,
    /// What it passes for.
    model_number: &'static str,
    /// The same of its program.
    firmware_name: &'static str,
    /// Its version.
    firmware_version: &'static str,
    /// Eight hexadecimal digits.
    #[serde(rename = "DeviceID")]
    device_id: String,
    /// Nothing.
    device_auth: &'static str,
    /// Where it is.
    #[serde(rename = "BaseURL")]
    base_url: String,
    /// Where its channels are.
    #[serde(rename = "LineupURL")]
    lineup_url: String,
    /// How many watch at once.
    tuner_count: usize,
}

/// Say what tuner this is
#[utoipa::path(get, path = "/discover.json", tag = "channels",
    responses((status = 200, body = TunerView)))]
pub(super) async fn discover(
    State(state): State<AppState>,
    origin: PublicOrigin,
) -> Json<TunerView> {
    Json(TunerView {
        friendly_name: state.face.get().name.clone(),
        model_number: "HDTC-2US",
        firmware_name: "hdhomeruntc_atsc",
        firmware_version: env!("CARGO_PKG_VERSION"),
        device_id: device(&origin.site),
        device_auth: "",
        lineup_url: origin.url("/lineup.json"),
        base_url: origin.site.clone(),
        tuner_count: TUNERS,
    })
}

/// The same for the same address; the last digit is a sum that its clients check.
fn device(site: &str) -> String {
    const LOOKUP: [u32; 16] = [
        0xa, 0x5, 0xf, 0x6, 0x7, 0xc, 0x1, 0xb, 0x9, 0x2, 0x8, 0xd, 0x4, 0x3, 0xe, 0x0,
    ];
    let hash = site.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let id = 0x1000_0000 | (hash & 0x0fff_fff0);
    let digit = |n: u32| id >> n & 0xf;
    let at = |n: u32| LOOKUP[digit(n) as usize];
    let sum = at(28) ^ digit(24) ^ at(20) ^ digit(16) ^ at(12) ^ digit(8) ^ at(4) ^ digit(0);
    format!("{:08X}", id | sum)
}

/// How a tuner is doing.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct TunerStatusView {
    /// Whether it looks for channels.
    scan_in_progress: u8,
    /// Whether it could.
    scan_possible: u8,
    /// Where they come from.
    source: &'static str,
    /// Where they could.
    source_list: [&'static str; 1],
}

/// Say how the tuner is doing
#[utoipa::path(get, path = "/lineup_status.json", tag = "channels",
    responses((status = 200, body = TunerStatusView)))]
pub(super) async fn status() -> Json<TunerStatusView> {
    Json(TunerStatusView {
        scan_in_progress: 0,
        scan_possible: 1,
        source: "Cable",
        source_list: ["Cable"],
    })
}

/// Look for channels
///
/// Recorders ask for it when they are set up. There is nothing to look for:
/// `/lineup.json` is always as it is.
#[utoipa::path(post, path = "/lineup.post", tag = "channels",
    responses((status = 200, description = "It is done")))]
pub(super) async fn scan() -> StatusCode {
    StatusCode::OK
}

/// A channel of a tuner.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct TunedView {
    /// What viewers type.
    guide_number: String,
    /// What it is called.
    guide_name: String,
    /// Where it is.
    #[serde(rename = "URL")]
    url: String,
}

/// List the channels of the tuner
///
/// Those that everybody may watch.
#[utoipa::path(get, path = "/lineup.json", tag = "channels",
    responses((status = 200, body = Vec<TunedView>)))]
pub(super) async fn lineup(
    State(state): State<AppState>,
    origin: PublicOrigin,
) -> ProblemResult<Json<Vec<TunedView>>> {
    let nobody = Caller(matinee_identity::access::Asker::nobody());
    let stations = super::feeds::all(&state, &nobody).await?;
    let tuned = stations.iter().filter(|station| is_open(station));
    let tuned = tuned.map(|station| TunedView {
        guide_number: station.number().to_string(),
        guide_name: station.written.name.clone(),
        url: address(station, &origin),
    });
    Ok(Json(tuned.collect()))
}

/// Where a channel is as a transport stream.
pub(super) fn address(station: &Station, origin: &PublicOrigin) -> String {
    origin.url(&format!("/auto/v{}", station.number()))
}

/// Watch a channel as a transport stream
///
/// One stream from what is on, as time goes by, without an end. Those that
/// everybody may watch.
#[utoipa::path(get, path = "/auto/{tuned}", tag = "channels",
    params(("tuned" = String, Path, description = "`v` and the number of the channel, such as `v7`")),
    responses((status = 200, content_type = "video/mp2t"), (status = 404, body = Problem),
        (status = 503, body = Problem, description = "All tuners are in use")))]
pub(super) async fn tune(
    State(state): State<AppState>,
    Path(tuned): Path<String>,
) -> ProblemResult<Response> {
    let missing = || Problem::not_found("There is nothing under this address.");
    let number = tuned.strip_prefix('v').ok_or_else(missing)?;
    let number: u32 = number.parse().map_err(|_| missing())?;
    let station = found(&state, &number.to_string()).await?;
    if !is_open(&station) {
        return Err(missing());
    }
    let Ok(place) = state.tuners.clone().try_acquire_owned() else {
        return Err(Problem {
            retry_after: Some(Duration::from_secs(10)),
            ..Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "All tuners are in use: try again in a moment.",
            )
        });
    };
    let now = state.channels.now();
    let mut tuner = Tuner {
        channel: station.channel.id.clone(),
        weaver: Weaver::default(),
        began: None,
        at: now,
        _place: place,
        state,
    };
    // What cannot begin is told before the answer begins.
    let first = tuner.next().await?;
    let rest = stream::try_unfold(tuner, |mut tuner| async move {
        let stop = tuner.state.shutdown.clone();
        let next = tokio::select! {
            () = stop.cancelled() => return Ok(None),
            next = tuner.next() => next,
        };
        match next {
            Ok(bytes) => Ok(Some((bytes, tuner))),
            Err(problem) => Err(std::io::Error::other(problem.detail)),
        }
    });
    let body = Body::from_stream(futures::StreamExt::chain(
        stream::iter([Ok::<Bytes, std::io::Error>(first)]),
        rest,
    ));
    let headers = [(CONTENT_TYPE, TS), (CACHE_CONTROL, "no-store")];
    Ok((headers, body).into_response())
}

/// An initialization segment and a segment.
type Parts = (Bytes, Bytes);

fn stretch((init, segment): &Parts) -> Stretch<'_> {
    Stretch { init, segment }
}

/// Somebody who watches a transport stream.
struct Tuner {
    state: AppState,
    channel: String,
    weaver: Weaver,
    /// The instant at which the stream's clock was at 0.
    began: Option<i64>,
    /// When the next segment begins.
    at: i64,
    _place: OwnedSemaphorePermit,
}

impl Tuner {
    /// The next segment as soon as it is time.
    async fn next(&mut self) -> ProblemResult<Bytes> {
        let channels = &self.state.channels;
        let wait = self.at - channels.now() - AHEAD_MS;
        if let Ok(wait @ 1..) = u64::try_from(wait) {
            let wait = Duration::from_millis(wait);
            tokio::time::sleep(channels.really(wait)).await;
        }
        // It may have been changed, closed or deleted since.
        let station = channels.station(&self.channel).await?;
        if !is_open(&station) {
            return Err(Problem::not_found("There is nothing under this address."));
        }
        let reel = channels.reel(&station, self.at, self.at + HOUR).await?;
        let piece = reel.piece(self.at, station.format(), RUNG);
        let piece = piece.ok_or(LinearError::NotFound("segment"))?;
        self.at = piece.end;
        let began = *self.began.get_or_insert(piece.start);
        let (pictures, sound) = match self.fetched(&piece).await {
            Ok(fetched) => fetched,
            // What is gone is passed over: the clock goes on without it.
            Err(problem) if problem.status == StatusCode::NOT_FOUND => return Ok(Bytes::new()),
            Err(problem) => return Err(problem),
        };
        let at_us = (piece.start - began) * 1000;
        let item_us = i64::from(piece.item_ms) * 1000;
        let mut weaver = std::mem::take(&mut self.weaver);
        let woven = tokio::task::spawn_blocking(move || {
            let mut out = Vec::new();
            let outcome = weaver.segment(
                at_us,
                item_us,
                pictures.as_ref().map(stretch),
                sound.as_ref().map(stretch),
                &mut out,
            );
            (weaver, outcome.map(|()| out))
        });
        let (weaver, woven) = woven.await.map_err(|error| Problem::internal(&error))?;
        self.weaver = weaver;
        match woven {
            Ok(bytes) => Ok(bytes.into()),
            // One segment that cannot be woven leaves a hole, no more.
            Err(error) => {
                tracing::warn!(channel = self.channel, %error, "a segment was left out of a transport stream");
                Ok(Bytes::new())
            }
        }
    }

    /// The initialization segments and the segments of a piece.
    async fn fetched(&self, piece: &Piece) -> ProblemResult<(Option<Parts>, Option<Parts>)> {
        let pictures = match &piece.pictures {
            None => None,
            Some((init, segment)) => Some((self.part(init).await?, self.part(segment).await?)),
        };
        let sound = match &piece.sound {
            None => None,
            Some((init, segment)) => Some((self.part(init).await?, self.part(segment).await?)),
        };
        Ok((pictures, sound))
    }

    /// A part below the root of all media.
    async fn part(&self, path: &str) -> ProblemResult<Bytes> {
        let missing = || Problem::not_found("There is nothing under this address.");
        match Made::parse(path) {
            Some(Made::Slate { codec, segment }) => {
                return Ok(self.state.channels.slates().part(codec, segment).await?);
            }
            Some(Made::Stretched {
                codec,
                span: (start, duration),
            }) => {
                let slates = self.state.channels.slates();
                return Ok(slates.stretch(codec, start, duration).await?);
            }
            Some(Made::Silence {
                sample_rate,
                channels,
                span,
            }) => {
                let silence = Silence::new(sample_rate, channels).map_err(|_| missing())?;
                let part = match span {
                    None => Ok(silence.init()),
                    Some((start, duration)) => silence.segment(start, duration),
                };
                return part.map_err(|_| missing());
            }
            Some(Made::NoCues) => return Err(missing()),
            None => {}
        }
        if let Some(relayed) = path.strip_prefix("relay/").and_then(Relayed::parse) {
            let (channel, takeover) = (relayed.channel, relayed.takeover);
            let bytes = self.state.channels.relayed(channel, takeover, relayed.part);
            return Ok(bytes.await?);
        }
        let path = MediaPath::parse(path).ok_or_else(missing)?;
        let request = MediaRequest {
            admitted: true,
            ..MediaRequest::default()
        };
        let playback = &self.state.playback;
        match playback.media(path, request).await?.content {
            Content::Bytes(bytes) => Ok(bytes),
            Content::View(view) if view.len() <= SEGMENT_MAX => {
                let all = 0..view.len();
                let read = Body::from_stream(view.stream(playback.blobs().clone(), &all));
                let limit = usize::try_from(SEGMENT_MAX).unwrap_or(usize::MAX);
                let read = axum::body::to_bytes(read, limit).await;
                read.map_err(|error| Problem::unavailable(&error))
            }
            _ => Err(missing()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_bears_its_sum() {
        let id = device("http://127.0.0.1:8000");
        assert_eq!(id.len(), 8);
        assert_eq!(id, device("http://127.0.0.1:8000"));
        assert_ne!(id, device("http://127.0.0.1:8001"));
    }
}
