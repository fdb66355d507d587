//! Settings of broadcasts: what encoders publish to, and what is kept of it in memory.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use matinee_live::broadcast::Options;
use matinee_live::rtmp::RtmpOptions;

use super::{Config, settings};

/// How broadcasts come in and are kept.
#[derive(Debug, Clone, Default)]
pub struct BroadcastsConfig {
    /// The address to listen on for encoders, unless it is the server's own.
    pub rtmp_host: Option<IpAddr>,
    /// The port to listen on for encoders; 0 for none.
    pub rtmp_port: u16,
    /// The most kilobits a second that an encoder may send.
    pub max_kbps: u64,
    /// How far back viewers may go.
    pub window: Duration,
    /// How much memory a broadcast may take, in bytes.
    pub memory: u64,
    /// How long a broadcast waits for an encoder that has vanished.
    pub grace: Duration,
}

impl BroadcastsConfig {
    /// For the listener.
    pub fn rtmp(&self) -> RtmpOptions {
        RtmpOptions {
            max_bps: self.max_kbps.saturating_mul(1000),
            ..RtmpOptions::default()
        }
    }

    /// For what is on the air.
    pub fn options(&self, max_duration: Option<Duration>) -> Options {
        Options {
            window: self.window,
            window_bytes: usize::try_from(self.memory).unwrap_or(usize::MAX),
            grace: self.grace,
            max_duration,
            ..Options::default()
        }
    }
}

impl Config {
    /// Where to listen for encoders; nowhere if they are not wanted.
    pub fn rtmp_address(&self) -> Option<SocketAddr> {
        let host = self.broadcasts.rtmp_host.unwrap_or(self.host);
        let port = self.broadcasts.rtmp_port;
        (port != 0).then(|| SocketAddr::new(host, port))
    }

    /// Whether somebody has said where to listen for encoders.
    pub fn rtmp_is_chosen(&self) -> bool {
        let mut those = settings::settings()
            .filter(|setting| matches!(setting.env, "RTMP_SERVER_PORT" | "RTMP_SERVER_HOST"));
        those.any(|setting| self.given.find(setting).is_some())
    }
}
