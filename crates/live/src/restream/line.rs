//! The way to one target: reached, lost, and reached again.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use super::address::{Address, Way};
use super::state::{Progress, TargetState};
use super::{Means, rtmp, srt};
use crate::again::{Stop, WELL, discreet, pause};
use crate::broadcast::Broadcast;

/// How long it may take until a target takes the broadcast.
pub(super) const SETUP: Duration = Duration::from_secs(15);

/// Sends a broadcast to a target.
pub(super) struct Line {
    pub(super) target: String,
    pub(super) address: Address,
    pub(super) key: Option<String>,
    pub(super) broadcast: Arc<Broadcast>,
    pub(super) means: Means,
    pub(super) progress: Arc<Progress>,
    /// Nothing more is to be sent.
    pub(super) stop: CancellationToken,
}

impl Line {
    /// Sends until the broadcast is over, or until it is stopped.
    pub(super) async fn run(self) {
        let mut attempts = 0_u32;
        while !self.stop.is_cancelled() {
            self.progress.set(TargetState::Connecting, None);
            let began = Instant::now();
            let ended = match self.send().await {
                Ok(()) => break,
                Err(ended) => ended,
            };
            if self.stop.is_cancelled() {
                break;
            }
            let why = discreet(&ended.to_string(), self.key.as_deref());
            tracing::info!(target = self.target, why, "a target was not sent to");
            attempts = if began.elapsed() >= WELL {
                1
            } else {
                attempts + 1
            };
            self.progress.failed(attempts);
            if let Stop::Never(_) = ended {
                self.progress.set(TargetState::Failed, Some(why));
                self.stop.cancelled().await;
                break;
            }
            self.progress.set(TargetState::Waiting, Some(why));
            let _ = timeout(pause(attempts), self.stop.cancelled()).await;
        }
    }

    async fn send(&self) -> Result<(), Stop> {
        let host = self.address.host();
        let port = self.address.port;
        match self.address.way {
            Way::Srt => srt::send(self).await,
            Way::Rtmp => {
                let stream = self.reach(self.means.dialer.tcp(&host, port)).await?;
                stream.set_nodelay(true)?;
                rtmp::send(self, stream).await
            }
            Way::Rtmps => {
                let stream = self.reach(self.means.dialer.tcp(&host, port)).await?;
                stream.set_nodelay(true)?;
                let name = match &host {
                    url::Host::Domain(name) => (*name).to_owned().try_into().map_err(|_| {
                        Stop::Never(format!("{name} is not a name for a certificate"))
                    })?,
                    url::Host::Ipv4(address) => std::net::IpAddr::V4(*address).into(),
                    url::Host::Ipv6(address) => std::net::IpAddr::V6(*address).into(),
                };
                let connector = tokio_rustls::TlsConnector::from(self.means.tls.clone());
                let stream = timeout(SETUP, connector.connect(name, stream))
                    .await
                    .map_err(|_| Stop::Again("it took too long to answer".to_owned()))?
                    .map_err(|error| Stop::Again(format!("no TLS: {error}")))?;
                rtmp::send(self, stream).await
            }
        }
    }

    /// Waits for a connection, unless nothing is wanted any more.
    pub(super) async fn reach<T, E: Into<Stop>>(
        &self,
        connecting: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Stop> {
        tokio::select! {
            reached = connecting => reached.map_err(Into::into),
            () = self.stop.cancelled() => Err(Stop::Again("it was stopped".to_owned())),
        }
    }
}
