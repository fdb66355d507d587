//! RTMP and RTMPS: what OBS, ffmpeg and most encoders publish with.
//!
//! One task serves a connection. Until a peer has shown a key that the [`Desk`](crate::desk::Desk)
//! knows, it gets little time and little memory; afterwards it may send as much as a broadcast
//! needs, and no more.

mod connection;
mod session;
#[cfg(test)]
pub(crate) mod tests;
mod tls;
#[cfg(test)]
mod tls_tests;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

pub use tls::{Certificate, CertificateError};

use crate::broadcast::Broadcasts;
use crate::door::Door;
use connection::{Ended, serve_peer};

/// How long connections may take to end when the server stops.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// What is allowed of those who connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RtmpOptions {
    /// Connections at once.
    pub connections: usize,
    /// Connections at once from one address.
    pub per_address: usize,
    /// How long a peer may take until it publishes.
    pub setup: Duration,
    /// How long a publisher may be silent.
    pub idle: Duration,
    /// How long a refusal takes: whoever tries keys has to wait.
    pub refusal: Duration,
    /// The most bits a second, over ten seconds.
    pub max_bps: u64,
}

impl Default for RtmpOptions {
    fn default() -> Self {
        Self {
            connections: 1000,
            per_address: 50,
            setup: Duration::from_secs(10),
            idle: Duration::from_secs(20),
            refusal: Duration::from_secs(1),
            max_bps: 100_000_000,
        }
    }
}

/// Takes in broadcasts until `stop`, and then lets go of all who publish.
pub async fn serve(
    listener: TcpListener,
    broadcasts: Arc<Broadcasts>,
    options: RtmpOptions,
    stop: CancellationToken,
) {
    accept(listener, None, broadcasts, options, stop).await;
}

/// The same over TLS (RTMPS).
pub async fn serve_tls(
    listener: TcpListener,
    certificate: Arc<Certificate>,
    broadcasts: Arc<Broadcasts>,
    options: RtmpOptions,
    stop: CancellationToken,
) {
    match certificate.acceptor() {
        Ok(tls) => accept(listener, Some(tls), broadcasts, options, stop).await,
        Err(error) => tracing::error!(%error, "encoders cannot be served over TLS"),
    }
}

async fn accept(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    broadcasts: Arc<Broadcasts>,
    options: RtmpOptions,
    stop: CancellationToken,
) {
    let door = Door::new(options.connections, options.per_address);
    let mut peers = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            // Those that are done are forgotten as they end.
            Some(_) = peers.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Of one connection, or of all for a while: out of file descriptors.
                tracing::debug!(%error, "an encoder's connection was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Some(place) = door.enter(peer.ip()) else {
            tracing::debug!(%peer, "too many encoders are connected");
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (tls, broadcasts, stop) = (tls.clone(), broadcasts.clone(), stop.clone());
        peers.spawn(async move {
            let ip = peer.ip();
            let served = match tls {
                None => serve_peer(stream, ip, "rtmp", &broadcasts, &options, &stop).await,
                Some(tls) => serve_secret(&tls, stream, ip, &broadcasts, &options, &stop).await,
            };
            if let Err(error) = served {
                tracing::debug!(%peer, %error, "an encoder was let go");
            }
            drop(place);
        });
    }
    // What they have sent is kept; they need no time for anything else.
    let done = async { while peers.join_next().await.is_some() {} };
    if tokio::time::timeout(LAST_WORDS, done).await.is_err() {
        tracing::warn!("an encoder's connection did not end in time");
    }
}

/// Serves an encoder over TLS, once it has shaken hands.
async fn serve_secret(
    tls: &TlsAcceptor,
    stream: TcpStream,
    peer: IpAddr,
    broadcasts: &Arc<Broadcasts>,
    options: &RtmpOptions,
    stop: &CancellationToken,
) -> Result<(), Ended> {
    let stream = tokio::select! {
        stream = timeout(options.setup, tls.accept(stream)) => stream.map_err(|_| Ended::Silent)??,
        () = stop.cancelled() => return Ok(()),
    };
    serve_peer(stream, peer, "rtmps", broadcasts, options, stop).await
}
