//! Pulls from RTSP servers (RFC 2326), which is what cameras are: over the connection itself, so
//! that nothing is lost and no ports need be open; and by a [`Gauge`], so that no picture grows
//! without end.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt as _;
use matinee_media::codec::{Codec, reorder_depth};
use matinee_media::flv::{Content, Frame, Packet};
use matinee_media::index::MediaKind;
use matinee_media::ts::Event;
use retina::client::{
    Credentials, Demuxed, InitialTimestampPolicy, PlayOptions, Playing, Session, SessionOptions,
    SetupOptions, TcpTransportOptions, TeardownPolicy, Transport, UnassignedChannelDataPolicy,
};
use retina::codec::{CodecItem, FrameFormat, ParametersRef};
use tokio::time::timeout;
use url::Url;

use super::Means;
use super::address::Address;
use super::gauge::Gauge;
use super::intake::Intake;
use super::order::Order;
use crate::again::Stop;

/// How long a server may take to tell what it has, and to begin.
const SETUP: Duration = Duration::from_secs(15);
/// How long it may be silent.
const SILENCE: Duration = Duration::from_secs(15);
/// The largest frame that is taken, in bytes.
const MAX_FRAME: usize = 16 << 20;
/// The most that may come, of all tracks, before a picture becomes of it.
const MAX_WAITING: u64 = 2 * MAX_FRAME as u64;

/// What one track is.
struct Heard {
    kind: MediaKind,
    codec: Codec,
    /// The configuration that was passed on last.
    config: Vec<u8>,
    /// When pictures are decoded.
    order: Order,
}

/// Pulls until the source is lost. One that says goodbye may come back: so cameras do.
pub(super) async fn pull(
    address: &Address,
    means: &Means,
    intake: &mut Intake,
) -> Result<(), Stop> {
    let found = means
        .dialer
        .addresses(&address.host(), address.port())
        .await?;
    let Some(peer) = found.first() else {
        return Err(Stop::Again("it has no address".to_owned()));
    };
    // What was found to be permitted is what is connected to: the name is not looked up again.
    let mut url = address.url.clone();
    let gauge = in_time(SETUP, Gauge::open(*peer, MAX_WAITING)).await?;
    let gauge = gauge.map_err(|error| Stop::Again(error.to_string()))?;
    let changed = url.set_ip_host(gauge.near().ip()).is_ok() && url.set_username("").is_ok();
    let changed = changed && url.set_port(Some(gauge.near().port())).is_ok();
    if !changed || url.set_password(None).is_err() {
        return Err(Stop::Never("its address cannot be used".to_owned()));
    }
    let said = |error: retina::Error| {
        if gauge.overflows() {
            too_large()
        } else {
            said(&error)
        }
    };
    let (mut playing, mut tracks) = in_time(SETUP, begin(url, credentials(&address.url)))
        .await?
        .map_err(said)?;
    let sees = tracks.values().any(|one| one.kind == MediaKind::Video);
    loop {
        let next = in_time(SILENCE, playing.next()).await?;
        let Some(item) = next else {
            return Err(Stop::Again("it closed the connection".to_owned()));
        };
        let item = item.map_err(said)?;
        let whole = match item {
            CodecItem::VideoFrame(_) => true,
            CodecItem::AudioFrame(_) => !sees,
            _ => false,
        };
        if whole {
            gauge.clear();
        }
        for event in take(item, &playing, &mut tracks)? {
            intake.event(event).await?;
        }
    }
}

async fn in_time<T>(patience: Duration, doing: impl Future<Output = T>) -> Result<T, Stop> {
    let done = timeout(patience, doing).await;
    done.map_err(|_| Stop::Again("it was silent for too long".to_owned()))
}

fn too_large() -> Stop {
    Stop::Never("its pictures are too large".to_owned())
}

fn said(error: &retina::Error) -> Stop {
    match error.status_code() {
        Some(401 | 403) => Stop::Never("it refused the user name or the password".to_owned()),
        Some(404) => Stop::Again("there is nothing at this address".to_owned()),
        _ => Stop::Again(error.to_string()),
    }
}

/// The name and the password in an address.
fn credentials(url: &Url) -> Option<Credentials> {
    let plain = |text: &str| {
        let decoded = percent_encoding::percent_decode_str(text);
        decoded.decode_utf8_lossy().into_owned()
    };
    (!url.username().is_empty()).then(|| Credentials {
        username: plain(url.username()),
        password: plain(url.password().unwrap_or_default()),
    })
}

/// Asks what there is, and begins with what can be taken: one track of each kind.
async fn begin(
    url: Url,
    credentials: Option<Credentials>,
) -> Result<(Demuxed, HashMap<usize, Heard>), retina::Error> {
    let options = SessionOptions::default()
        .creds(credentials)
        .user_agent("matinee".to_owned())
        .unassigned_channel_data(UnassignedChannelDataPolicy::Ignore)
        .teardown(TeardownPolicy::Always);
    let mut session = Session::describe(url, options).await?;
    let mut tracks: HashMap<usize, Heard> = HashMap::new();
    for at in 0..session.streams().len() {
        let stream = &session.streams()[at];
        let (kind, codec) = match (stream.media(), stream.encoding_name()) {
            ("video", "h264") => (MediaKind::Video, Codec::Avc),
            ("video", "h265") => (MediaKind::Video, Codec::Hevc),
            ("audio", "mpeg4-generic" | "mp4a-latm") => (MediaKind::Audio, Codec::Aac),
            _ => continue,
        };
        if tracks.values().any(|track| track.kind == kind) {
            continue;
        }
        let options = SetupOptions::default()
            .transport(Transport::Tcp(TcpTransportOptions::default()))
            .frame_format(FrameFormat::MP4);
        session.setup(at, options).await?;
        let config = Vec::new();
        let heard = Heard {
            kind,
            codec,
            config,
            order: Order::new(0),
        };
        tracks.insert(at, heard);
    }
    // Times may go back: pictures come in the order in which they are decoded. What jumps is found
    // out later, as of any encoder.
    let options = PlayOptions::default().initial_timestamp(InitialTimestampPolicy::Permissive);
    let playing: Session<Playing> = session.play(options).await?;
    Ok((playing.demuxed()?, tracks))
}

/// What an item brings.
fn take(
    item: CodecItem,
    playing: &Demuxed,
    tracks: &mut HashMap<usize, Heard>,
) -> Result<Vec<Event>, Stop> {
    let (at, time, frame) = match item {
        CodecItem::VideoFrame(frame) => {
            let (at, time) = (frame.stream_id(), frame.timestamp());
            let sync = frame.is_random_access_point();
            let data = Bytes::from(frame.into_data());
            (at, time, (data, sync))
        }
        CodecItem::AudioFrame(frame) => {
            let data = Bytes::copy_from_slice(frame.data());
            (frame.stream_id(), frame.timestamp(), (data, true))
        }
        _ => return Ok(Vec::new()),
    };
    let Some(track) = tracks.get_mut(&at) else {
        return Ok(Vec::new());
    };
    let (data, sync) = frame;
    if data.len() > MAX_FRAME {
        return Err(too_large());
    }
    let rate = i128::from(time.clock_rate().get());
    let micros = i128::from(time.elapsed()) * 1_000_000 / rate;
    let shown_us = i64::try_from(micros).unwrap_or(i64::MAX);
    let parameters = playing
        .streams()
        .get(at)
        .and_then(retina::client::Stream::parameters);
    let config = match &parameters {
        Some(ParametersRef::Video(video)) => video.extra_data(),
        Some(ParametersRef::Audio(audio)) => audio.extra_data(),
        _ => &[],
    };
    let renewed = !config.is_empty() && *config != track.config;
    if renewed {
        track.config = config.to_vec();
        let depth = reorder_depth(track.codec, config).unwrap_or(0);
        track.order = Order::new(depth.into());
    }
    let time_us = match track.kind {
        MediaKind::Video => track.order.decoded(shown_us),
        MediaKind::Audio => shown_us,
    };
    let event = |content| Event::Packet {
        kind: track.kind,
        time_us,
        packet: Packet {
            track: 0,
            codec: track.codec,
            content,
            offset_ns: 0,
        },
    };
    let mut events = Vec::new();
    if renewed {
        events.push(event(Content::Config(Bytes::copy_from_slice(config))));
    }
    let after = shown_us.saturating_sub(time_us).max(0) / 1000;
    events.push(event(Content::Frame(Frame {
        data,
        composition_ms: i32::try_from(after).unwrap_or(0),
        sync,
    })));
    Ok(events)
}
