//! Settings of broadcasts: what encoders publish to, and what is kept of it in memory.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use matinee_live::broadcast::Options;
use matinee_live::rtc::RtcOptions;
use matinee_live::rtmp::RtmpOptions;
use matinee_live::srt::SrtOptions;

use super::error::Problem;
use super::{Config, settings};

/// How broadcasts come in and are kept.
#[derive(Clone, Default)]
pub struct BroadcastsConfig {
    /// The address to listen on for encoders, unless it is the server's own.
    pub rtmp_host: Option<IpAddr>,
    /// The port to listen on for encoders; 0 for none.
    pub rtmp_port: u16,
    /// The port to listen on for encoders over TLS; 0 for none.
    pub rtmps_port: u16,
    /// The port to listen on for encoders that speak SRT; 0 for none.
    pub srt_port: u16,
    /// What these have to know beside their key.
    pub srt_passphrase: Option<String>,
    /// The UDP port for all who publish and watch by WebRTC; 0 for none.
    pub webrtc_port: u16,
    /// The TCP port for those of them whom no UDP reaches: that number too, unless it is set; 0 for
    /// none.
    pub webrtc_tcp_port: Option<u16>,
    /// Addresses at which the world reaches it, besides this machine's own.
    pub webrtc_addresses: Vec<IpAddr>,
    /// Servers that clients may find their way with.
    pub ice_servers: Vec<String>,
    /// The certificate that encoders are shown, with those that vouch for it.
    pub tls_cert: Option<PathBuf>,
    /// Its private key.
    pub tls_key: Option<PathBuf>,
    /// The most kilobits a second that an encoder may send.
    pub max_kbps: u64,
    /// How far back viewers may go.
    pub window: Duration,
    /// How much memory a broadcast may take, in bytes.
    pub memory: u64,
    /// How long a broadcast waits for an encoder that has vanished.
    pub grace: Duration,
    /// Whether a newer encoder takes over from the one that is there.
    pub takeover: bool,
    /// x264's name of how thoroughly smaller sizes are encoded.
    pub preset: String,
    /// Private networks that broadcasts may be sent on to, and pulled from.
    pub allow: Vec<String>,
}

impl std::fmt::Debug for BroadcastsConfig {
    /// Without the passphrase.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BroadcastsConfig")
            .field("rtmp_port", &self.rtmp_port)
            .field("rtmps_port", &self.rtmps_port)
            .field("srt_port", &self.srt_port)
            .field("webrtc_port", &self.webrtc_port)
            .finish_non_exhaustive()
    }
}

impl BroadcastsConfig {
    /// Rules that concern more than one setting.
    pub(super) fn judge(&self, problems: &mut Vec<Problem>) {
        let files = [
            ("MATINEE_TLS_CERT", &self.tls_cert),
            ("MATINEE_TLS_KEY", &self.tls_key),
        ];
        for (name, _) in files.into_iter().filter(|(_, file)| file.is_none()) {
            if self.rtmps_port != 0 {
                problems.push(Problem::rule(name, "must be set when RTMPS_SERVER_PORT is"));
            }
        }
    }

    /// For the listener.
    pub fn rtmp(&self) -> RtmpOptions {
        RtmpOptions {
            max_bps: self.max_kbps.saturating_mul(1000),
            ..RtmpOptions::default()
        }
    }

    /// For the socket of those who speak SRT.
    pub fn srt(&self) -> SrtOptions {
        SrtOptions {
            max_bps: self.max_kbps.saturating_mul(1000),
            passphrase: self.srt_passphrase.clone(),
            ..SrtOptions::default()
        }
    }

    /// For the socket of those who speak WebRTC.
    pub fn webrtc(&self) -> RtcOptions {
        RtcOptions {
            max_bps: self.max_kbps.saturating_mul(1000),
            public_addresses: self.webrtc_addresses.clone(),
            ..RtcOptions::default()
        }
    }

    /// For what is on the air.
    pub fn options(&self, max_duration: Option<Duration>) -> Options {
        Options {
            window: self.window,
            window_bytes: usize::try_from(self.memory).unwrap_or(usize::MAX),
            grace: self.grace,
            max_duration,
            takeover: self.takeover,
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

    /// Where to listen for encoders over TLS; nowhere if they are not wanted.
    pub fn rtmps_address(&self) -> Option<SocketAddr> {
        let host = self.broadcasts.rtmp_host.unwrap_or(self.host);
        let port = self.broadcasts.rtmps_port;
        (port != 0).then(|| SocketAddr::new(host, port))
    }

    /// Where to listen for encoders that speak SRT; nowhere if they are not wanted.
    pub fn srt_address(&self) -> Option<SocketAddr> {
        let host = self.broadcasts.rtmp_host.unwrap_or(self.host);
        let port = self.broadcasts.srt_port;
        (port != 0).then(|| SocketAddr::new(host, port))
    }

    /// Where to listen for those who speak WebRTC; nowhere if they are not wanted.
    pub fn webrtc_address(&self) -> Option<SocketAddr> {
        let host = self.broadcasts.rtmp_host.unwrap_or(self.host);
        let port = self.broadcasts.webrtc_port;
        (port != 0).then(|| SocketAddr::new(host, port))
    }

    /// Where to listen for those of them whom no UDP reaches, when that is heard at this port.
    pub fn webrtc_tcp_address(&self, udp: u16) -> Option<SocketAddr> {
        let host = self.broadcasts.rtmp_host.unwrap_or(self.host);
        let port = self.broadcasts.webrtc_tcp_port.unwrap_or(udp);
        (port != 0).then(|| SocketAddr::new(host, port))
    }

    /// The files with the certificate and its private key; empty if they are not set.
    pub fn certificate_files(&self) -> (PathBuf, PathBuf) {
        let BroadcastsConfig {
            tls_cert, tls_key, ..
        } = &self.broadcasts;
        (
            tls_cert.clone().unwrap_or_default(),
            tls_key.clone().unwrap_or_default(),
        )
    }

    /// Whether somebody has said where to listen for encoders.
    pub fn rtmp_is_chosen(&self) -> bool {
        self.is_given(&["RTMP_SERVER_PORT", "RTMP_SERVER_HOST"])
    }

    /// Whether somebody has said where to listen for those who speak WebRTC.
    pub fn webrtc_is_chosen(&self) -> bool {
        self.is_given(&["WEBRTC_UDP_PORT"])
    }

    fn is_given(&self, names: &[&str]) -> bool {
        let mut those = settings::settings().filter(|setting| names.contains(&setting.env));
        those.any(|setting| self.given.find(setting).is_some())
    }
}
