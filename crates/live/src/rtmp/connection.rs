//! One connection of an encoder.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use super::RtmpOptions;
use super::session::{Event, PeerError, Session, refusal};
use crate::broadcast::{Broadcasts, Feed};
use crate::desk::Refused;
use crate::{LiveError, Result};

/// What is read at a time.
const READ: usize = 64 << 10;
/// All that a peer may send until it publishes: the handshake and some commands.
const SETUP_BYTES: usize = 256 << 10;
/// How long an answer may take to be written.
const WRITE: Duration = Duration::from_secs(5);
/// Over how long the bits are counted.
const SPAN: Duration = Duration::from_secs(10);

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum Ended {
    /// The network failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The peer does what it should not.
    #[error(transparent)]
    Peer(#[from] PeerError),
    /// Nothing more is wanted of it.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// It may not publish.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// It took too long.
    #[error("it was silent for too long")]
    Silent,
    /// It sends more than anybody may.
    #[error("it sends too much")]
    TooMuch,
}

/// Serves an encoder until it goes, or has to.
pub(super) async fn serve_peer<S>(
    mut stream: S,
    peer: IpAddr,
    protocol: &'static str,
    broadcasts: &Arc<Broadcasts>,
    options: &RtmpOptions,
    stop: &CancellationToken,
) -> Result<(), Ended>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let mut session = Session::new();
    let mut buffer = BytesMut::with_capacity(READ);
    let (mut feed, first) = {
        let setup = set_up(
            &mut stream,
            &mut session,
            &mut buffer,
            peer,
            protocol,
            broadcasts,
            options,
        );
        let setup = tokio::select! {
            setup = timeout(options.setup, setup) => setup,
            () = stop.cancelled() => return Ok(()),
        };
        match setup.map_err(|_| Ended::Silent)?? {
            Some(admitted) => admitted,
            None => return Ok(()),
        }
    };
    let outcome = tokio::select! {
        outcome = receive(&mut stream, &mut session, &mut buffer, &mut feed, first, options) => outcome,
        () = stop.cancelled() => Ok(false),
    };
    if matches!(outcome, Ok(true)) {
        feed.end().await;
    } else {
        feed.vanish().await;
    }
    outcome.map(drop)
}

/// Shakes hands, and asks whether the peer may publish. `None` if it went away.
async fn set_up<S>(
    stream: &mut S,
    session: &mut Session,
    buffer: &mut BytesMut,
    peer: IpAddr,
    protocol: &'static str,
    broadcasts: &Arc<Broadcasts>,
    options: &RtmpOptions,
) -> Result<Option<(Feed, Vec<Event>)>, Ended>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let mut total = 0;
    loop {
        buffer.clear();
        let read = stream.read_buf(buffer).await?;
        if read == 0 {
            return Ok(None);
        }
        total += read;
        if total > SETUP_BYTES {
            return Err(Ended::TooMuch);
        }
        let (reply, events) = session.take(buffer)?;
        let mut events = events.into_iter();
        let key = events.find_map(|event| match event {
            Event::Publish(key) => Some(key),
            Event::Tag(_) | Event::End => None,
        });
        let Some(key) = key else {
            write(stream, &reply).await?;
            continue;
        };
        match broadcasts.admit(&key, peer).await {
            Ok(admitted) => {
                write(stream, &reply).await?;
                tracing::info!(stream = admitted.stream_id, %peer, protocol, "an encoder is there");
                let feed = Feed::new(broadcasts.publish(admitted, protocol));
                return Ok(Some((feed, events.collect())));
            }
            Err(refused) => {
                tracing::info!(%peer, %refused, "an encoder was refused");
                tokio::time::sleep(options.refusal).await;
                write(stream, &refusal(&refused.to_string())?).await?;
                // Until it has read that: closing at once may take the words back.
                stream.shutdown().await?;
                let mut rest = 0;
                while rest < SETUP_BYTES {
                    buffer.clear();
                    match timeout(Duration::from_secs(2), stream.read_buf(buffer)).await {
                        Ok(Ok(read)) if read > 0 => rest += read,
                        _ => break,
                    }
                }
                return Err(refused.into());
            }
        }
    }
}

/// Takes in media. Gives whether the encoder said that it ends.
async fn receive<S>(
    stream: &mut S,
    session: &mut Session,
    buffer: &mut BytesMut,
    feed: &mut Feed,
    first: Vec<Event>,
    options: &RtmpOptions,
) -> Result<bool, Ended>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    if take(feed, first).await? {
        return Ok(true);
    }
    let most = options.max_bps / 8 * SPAN.as_secs();
    let mut span = (Instant::now(), 0);
    loop {
        buffer.clear();
        if buffer.capacity() < READ {
            buffer.reserve(READ);
        }
        let until = Instant::now() + options.idle;
        let read = tokio::select! {
            read = timeout_at(until, stream.read_buf(buffer)) => read.map_err(|_| Ended::Silent)??,
            () = feed.publisher().is_cut_off() => return Err(LiveError::TakenOver.into()),
        };
        if read == 0 {
            return Ok(false);
        }
        if span.0.elapsed() > SPAN {
            span = (Instant::now(), 0);
        }
        span.1 += read as u64;
        if span.1 > most {
            return Err(Ended::TooMuch);
        }
        let (reply, events) = session.take(buffer)?;
        if !reply.is_empty() {
            write(stream, &reply).await?;
        }
        if take(feed, events).await? {
            return Ok(true);
        }
    }
}

/// Gives whether the broadcast ends here.
async fn take(feed: &mut Feed, events: Vec<Event>) -> Result<bool, Ended> {
    for event in events {
        match event {
            Event::Tag(tag) => feed.tag(tag).await?,
            Event::End => return Ok(true),
            // It publishes already.
            Event::Publish(_) => {}
        }
    }
    Ok(false)
}

async fn write<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) -> Result<(), Ended> {
    match timeout(WRITE, stream.write_all(bytes)).await {
        Ok(written) => Ok(written?),
        Err(_) => Err(Ended::Silent),
    }
}
