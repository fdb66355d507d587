//! The doors that encoders knock at.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use matinee_api::live::EncoderPorts;
use matinee_live::broadcast::Broadcasts;
use matinee_live::rtc::Rtc;
use matinee_live::rtmp::{self, Certificate, CertificateError, RtmpOptions};
use matinee_live::srt::{self, SrtOptions};
use tokio::net::{TcpListener, UdpSocket};
use tokio_util::sync::CancellationToken;

use crate::config::Config;

/// Where encoders are heard.
#[derive(Default)]
pub struct EncoderDoors {
    /// RTMP.
    pub rtmp: Option<TcpListener>,
    /// RTMP over TLS, and what is shown there.
    pub rtmps: Option<(TcpListener, Arc<Certificate>)>,
    /// SRT.
    pub srt: Option<UdpSocket>,
    /// WebRTC, and its viewers too.
    pub webrtc: Option<UdpSocket>,
    /// WebRTC of those whom no UDP reaches.
    pub webrtc_tcp: Option<TcpListener>,
}

/// What is allowed of encoders.
#[derive(Clone)]
pub struct EncoderOptions {
    /// Of those who speak RTMP.
    pub rtmp: RtmpOptions,
    /// Of those who speak SRT.
    pub srt: SrtOptions,
}

impl EncoderDoors {
    /// Listens for encoders, wherever they are wanted.
    ///
    /// RTMP and WebRTC are heard without anybody having asked for it. A port that is taken is an error if
    /// somebody has chosen it, and otherwise a warning: whoever only wants to show films need not
    /// care.
    pub async fn open(config: &Config) -> anyhow::Result<Self> {
        let webrtc = webrtc(config).await?;
        Ok(Self {
            webrtc_tcp: webrtc_tcp(config, webrtc.as_ref()).await?,
            rtmp: rtmp(config).await?,
            rtmps: rtmps(config).await?,
            srt: srt(config).await?,
            webrtc,
        })
    }

    /// Their ports.
    pub fn ports(&self) -> EncoderPorts {
        let port = |address: std::io::Result<SocketAddr>| address.ok().map(|at| at.port());
        EncoderPorts {
            rtmp: self.rtmp.as_ref().and_then(|door| port(door.local_addr())),
            rtmps: self
                .rtmps
                .as_ref()
                .and_then(|(door, _)| port(door.local_addr())),
            srt: self.srt.as_ref().and_then(|door| port(door.local_addr())),
            webrtc: self
                .webrtc
                .as_ref()
                .and_then(|door| port(door.local_addr())),
        }
    }

    /// Takes in broadcasts until `stop`, and then ends them in order. Whoever waits for their
    /// next part is answered by that.
    pub async fn take_in(
        self,
        broadcasts: Arc<Broadcasts>,
        rtc: Rtc,
        options: EncoderOptions,
        stop: CancellationToken,
    ) {
        let plain = async {
            if let Some(door) = self.rtmp {
                rtmp::serve(door, broadcasts.clone(), options.rtmp, stop.clone()).await;
            }
        };
        let secret = async {
            if let Some((door, certificate)) = self.rtmps {
                let renew = certificate.clone().renew(stop.clone());
                let (broadcasts, until) = (broadcasts.clone(), stop.clone());
                let serve = rtmp::serve_tls(door, certificate, broadcasts, options.rtmp, until);
                tokio::join!(renew, serve);
            }
        };
        let by_srt = async {
            if let Some(door) = self.srt {
                srt::serve(door, broadcasts.clone(), options.srt, stop.clone()).await;
            }
        };
        tokio::join!(
            plain,
            secret,
            by_srt,
            rtc.serve(stop.clone()),
            stop.cancelled()
        );
        broadcasts.shut_down().await;
    }
}

async fn rtmp(config: &Config) -> anyhow::Result<Option<TcpListener>> {
    let Some(address) = config.rtmp_address() else {
        return Ok(None);
    };
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if config.rtmp_is_chosen() => Err(error).with_context(|| {
            format!("cannot listen on {address} for encoders: choose another port with RTMP_SERVER_PORT, or 0 for none")
        }),
        Err(error) => {
            tracing::warn!(
                %address,
                %error,
                "NO BROADCASTS ARE TAKEN IN: cannot listen for encoders; choose another port with RTMP_SERVER_PORT, or 0 for none"
            );
            Ok(None)
        }
    }
}

async fn rtmps(config: &Config) -> anyhow::Result<Option<(TcpListener, Arc<Certificate>)>> {
    let Some(address) = config.rtmps_address() else {
        return Ok(None);
    };
    let files = config.certificate_files();
    let loaded = tokio::task::spawn_blocking(move || certificate(files)).await??;
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address} for encoders: choose another port with RTMPS_SERVER_PORT, or 0 for none")
    })?;
    Ok(Some((listener, loaded)))
}

async fn srt(config: &Config) -> anyhow::Result<Option<UdpSocket>> {
    let Some(address) = config.srt_address() else {
        return Ok(None);
    };
    let socket = UdpSocket::bind(address).await.with_context(|| {
        format!("cannot listen on {address} for encoders (UDP): choose another port with SRT_SERVER_PORT, or 0 for none")
    })?;
    Ok(Some(socket))
}

async fn webrtc(config: &Config) -> anyhow::Result<Option<UdpSocket>> {
    let Some(address) = config.webrtc_address() else {
        return Ok(None);
    };
    match UdpSocket::bind(address).await {
        Ok(socket) => Ok(Some(socket)),
        Err(error) if config.webrtc_is_chosen() => Err(error).with_context(|| {
            format!("cannot listen on {address} for WebRTC (UDP): choose another port with WEBRTC_UDP_PORT, or 0 for none")
        }),
        Err(error) => {
            tracing::warn!(
                %address,
                %error,
                "nobody publishes or watches by WebRTC: cannot listen for it; choose another port with WEBRTC_UDP_PORT, or 0 for none"
            );
            Ok(None)
        }
    }
}

async fn webrtc_tcp(
    config: &Config,
    udp: Option<&UdpSocket>,
) -> anyhow::Result<Option<TcpListener>> {
    let Some(udp) = udp else { return Ok(None) };
    let Some(address) = config.webrtc_tcp_address(udp.local_addr()?.port()) else {
        return Ok(None);
    };
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if config.broadcasts.webrtc_tcp_port.is_some() => Err(error).with_context(|| {
            format!("cannot listen on {address} for WebRTC (TCP): choose another port with WEBRTC_TCP_PORT, or 0 for none")
        }),
        Err(error) => {
            tracing::warn!(
                %address,
                %error,
                "WebRTC goes by UDP alone: cannot listen for it by TCP; choose another port with WEBRTC_TCP_PORT, or 0 for none"
            );
            Ok(None)
        }
    }
}

/// Reads the certificate that encoders are shown. The error names the setting that is at fault.
/// Blocks.
pub fn certificate(
    (chain, key): (std::path::PathBuf, std::path::PathBuf),
) -> anyhow::Result<Arc<Certificate>> {
    Certificate::load(chain, key).map_err(|error| {
        let setting = match error {
            CertificateError::Chain { .. } => "MATINEE_TLS_CERT",
            CertificateError::Key { .. } => "MATINEE_TLS_KEY",
        };
        anyhow::anyhow!("{setting} cannot be used: {error}")
    })
}
