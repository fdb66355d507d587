#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::net::SocketAddr;
use std::time::Duration;

use matinee_engines::outbound::SystemLookup;
use matinee_engines::outbound::network::AddressRules;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject as _};
use tokio_rustls::rustls::{RootCertStore, crypto::ring};

use super::*;
use crate::broadcast::{Feed, Options};
use crate::rtmp::{Certificate, RtmpOptions, serve, serve_tls};
use crate::testing::{Notebook, admitted, picture, programme, small_header, sound_header, station};

/// Trusts nobody, or whoever has this certificate.
fn tls(trusted: Option<CertificateDer<'static>>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    if let Some(certificate) = trusted {
        roots.add(certificate).unwrap();
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

fn means(allowed: &str) -> Means {
    let rules = AddressRules::new(vec![allowed.parse().unwrap()]);
    Means {
        dialer: Dialer::new(rules, Arc::new(SystemLookup), Duration::from_secs(10)),
        tls: tls(None),
    }
}

/// A broadcast that goes on, and is sent somewhere.
struct Sent {
    feed: Feed,
    progress: Arc<Progress>,
    stop: CancellationToken,
    line: JoinHandle<()>,
    now_ms: u32,
}

impl Sent {
    async fn to(url: &str, key: &str, means: Means) -> Self {
        let (_, broadcasts) = station(Options::default());
        let mut feed = Feed::new(broadcasts.publish(admitted("stream_9"), "test"));
        for tag in [small_header(0), sound_header(0)] {
            feed.tag(tag).await.unwrap();
        }
        let (address, key) = Address::read(url, Some(key)).unwrap();
        let progress = Arc::new(Progress::default());
        let stop = CancellationToken::new();
        let line = Line {
            target: "target_1".to_owned(),
            address,
            key,
            broadcast: feed.publisher().broadcast().clone(),
            means,
            progress: progress.clone(),
            stop: stop.clone(),
        };
        Self {
            feed,
            progress,
            stop,
            line: tokio::spawn(line.run()),
            now_ms: 0,
        }
    }

    /// Goes on for so long, as fast as it can.
    async fn go_on(&mut self, ms: u32) {
        for tag in programme(self.now_ms, self.now_ms + ms, true, true) {
            self.feed.tag(tag).await.unwrap();
        }
        self.now_ms += ms;
    }

    /// Goes on until the target is in a state.
    async fn until(&mut self, state: TargetState) -> TargetStatus {
        for _ in 0..3000 {
            let status = self.progress.status();
            if status.state == state {
                return status;
            }
            self.go_on(40).await;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{:?} and not {state:?}", self.progress.status());
    }
}

async fn listening() -> (
    Arc<Notebook>,
    Arc<Broadcasts>,
    SocketAddr,
    CancellationToken,
) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (desk, broadcasts, stop) = on(listener);
    (desk, broadcasts, at, stop)
}

fn on(listener: TcpListener) -> (Arc<Notebook>, Arc<Broadcasts>, CancellationToken) {
    let (desk, broadcasts) = station(Options::default());
    let stop = CancellationToken::new();
    let options = RtmpOptions {
        refusal: Duration::ZERO,
        ..RtmpOptions::default()
    };
    tokio::spawn(serve(listener, broadcasts.clone(), options, stop.clone()));
    (desk, broadcasts, stop)
}

#[tokio::test]
async fn a_broadcast_goes_on_to_another_server_and_ends_there_with_it() {
    let (desk, broadcasts, at, _stop) = listening().await;
    let url = format!("rtmp://{at}/live");
    let mut sent = Sent::to(&url, "key-1", means("127.0.0.1/32")).await;
    sent.until(TargetState::Sending).await;
    while desk.told().is_empty() {
        sent.go_on(200).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let there = broadcasts.get("stream_1").unwrap().health();
    assert_eq!((there.width, there.height), (Some(320), Some(180)));
    assert!(there.audio_codec.is_some());
    assert!(sent.progress.status().bitrate_bps > 0);
    sent.feed.end().await;
    assert_eq!(desk.wait_for(2).await, ["stream_1 on", "stream_1 Ended"]);
    sent.line.await.unwrap();
}

#[tokio::test]
async fn over_tls_a_certificate_is_wanted_that_is_trusted() {
    let papers = tempfile::tempdir().unwrap();
    let (chain, key) = (papers.path().join("c.pem"), papers.path().join("k.pem"));
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(&chain, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let certificate = Certificate::load(chain, key).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (desk, broadcasts) = station(Options::default());
    let stop = CancellationToken::new();
    let options = RtmpOptions::default();
    tokio::spawn(serve_tls(listener, certificate, broadcasts, options, stop));

    let url = format!("rtmps://localhost:{port}/live");
    let mut stranger = Sent::to(&url, "key-1", means("127.0.0.0/8")).await;
    let status = stranger.until(TargetState::Waiting).await;
    assert!(status.error.unwrap().contains("TLS"));
    stranger.stop.cancel();

    let trusted = CertificateDer::from_pem_slice(made.cert.pem().as_bytes()).unwrap();
    let means = Means {
        tls: tls(Some(trusted)),
        ..means("127.0.0.0/8")
    };
    let mut sent = Sent::to(&url, "key-1", means).await;
    sent.until(TargetState::Sending).await;
    while desk.told().is_empty() {
        sent.go_on(200).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // Nothing more is wanted: it is said there, too.
    sent.stop.cancel();
    sent.line.await.unwrap();
    assert_eq!(desk.wait_for(2).await[1], "stream_1 Ended");
}

#[tokio::test]
async fn a_target_that_is_lost_is_reached_again() {
    let (desk, _, at, stop) = listening().await;
    let url = format!("rtmp://{at}/live");
    let mut sent = Sent::to(&url, "key-1", means("127.0.0.1/32")).await;
    sent.until(TargetState::Sending).await;
    while desk.told().is_empty() {
        sent.go_on(200).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.cancel();
    let lost = sent.until(TargetState::Waiting).await;
    assert!(lost.error.is_some() && lost.attempts >= 1, "{lost:?}");
    let listener = loop {
        if let Ok(listener) = TcpListener::bind(at).await {
            break listener;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let (desk, _, _stop) = on(listener);
    sent.until(TargetState::Sending).await;
    while desk.told().is_empty() {
        sent.go_on(200).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(desk.told(), ["stream_1 on"]);
}

#[tokio::test]
async fn a_key_that_is_refused_is_said_without_it() {
    let (_, _, at, _stop) = listening().await;
    let url = format!("rtmp://{at}/live");
    let mut sent = Sent::to(&url, "a-secret-key", means("127.0.0.1/32")).await;
    let status = sent.until(TargetState::Waiting).await;
    let error = status.error.unwrap();
    assert!(
        error.contains("refused") && !error.contains("a-secret-key"),
        "{error}"
    );
}

#[tokio::test]
async fn private_addresses_are_not_reached() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("rtmp://localhost:{port}/live");
    let mut sent = Sent::to(&url, "key-1", means("10.0.0.0/8")).await;
    let status = sent.until(TargetState::Failed).await;
    assert!(status.error.unwrap().contains("not a public address"));
    // It is left at that.
    sent.stop.cancel();
    sent.line.await.unwrap();
    let knocks = tokio::time::timeout(Duration::from_millis(1), listener.accept()).await;
    assert!(knocks.is_err());
}

#[tokio::test]
async fn a_target_that_takes_nothing_holds_nobody_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let deaf = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut hello = [0; 1537];
        stream.read_exact(&mut hello).await.unwrap();
        std::future::pending::<()>().await;
    });
    let url = format!("rtmp://{at}/live");
    let mut sent = Sent::to(&url, "key-1", means("127.0.0.1/32")).await;
    sent.until(TargetState::Connecting).await;
    // Much more than is kept for anybody: it has all come in.
    sent.go_on(60_000).await;
    assert_eq!(sent.progress.status().state, TargetState::Connecting);
    assert!(sent.feed.publisher().broadcast().is_playable());
    sent.stop.cancel();
    sent.line.await.unwrap();
    deaf.abort();
}

#[tokio::test]
async fn whoever_falls_behind_is_told_and_hears_the_newest() {
    use crate::broadcast::Heard;
    let (_, broadcasts) = station(Options::default());
    let mut feed = Feed::new(broadcasts.publish(admitted("stream_1"), "test"));
    let mut tap = feed.publisher().broadcast().tap().unwrap();
    for tag in [small_header(0), sound_header(0)] {
        feed.tag(tag).await.unwrap();
    }
    feed.tag(picture(0, true)).await.unwrap();
    assert!(matches!(tap.next().await, Some(Heard::Run(tracks)) if tracks.video.is_some()));
    for tag in programme(40, 60_000, true, true) {
        feed.tag(tag).await.unwrap();
    }
    assert!(matches!(tap.next().await, Some(Heard::Gap)));
    feed.end().await;
    let mut last = 0;
    while let Some(heard) = tap.next().await {
        if let Heard::Frame { time_us, .. } = heard {
            last = last.max(time_us);
        }
    }
    assert!(last > 59_900_000, "{last}");
    assert!(broadcasts.get("stream_1").unwrap().tap().is_none());
}
