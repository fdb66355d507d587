#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};

use super::tests::there_is_an_ffmpeg;
use super::*;
use crate::broadcast::Options;
use crate::testing::{Notebook, station};

/// A folder with a certificate that vouches for itself, and its key.
struct Papers {
    folder: tempfile::TempDir,
}

impl Papers {
    fn new() -> Self {
        let papers = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        papers.renew();
        papers
    }

    fn renew(&self) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(self.chain(), made.cert.pem()).unwrap();
        std::fs::write(self.key(), made.signing_key.serialize_pem()).unwrap();
    }

    fn chain(&self) -> PathBuf {
        self.folder.path().join("chain.pem")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    fn load(&self) -> Result<Arc<Certificate>, CertificateError> {
        Certificate::load(self.chain(), self.key())
    }
}

struct Station {
    desk: Arc<Notebook>,
    broadcasts: Arc<Broadcasts>,
    at: SocketAddr,
    stop: CancellationToken,
    served: tokio::task::JoinHandle<()>,
}

impl Station {
    async fn open(certificate: Arc<Certificate>, options: RtmpOptions) -> Self {
        let (desk, broadcasts) = station(Options::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let (all, until) = (broadcasts.clone(), stop.clone());
        let served = tokio::spawn(serve_tls(listener, certificate, all, options, until));
        Self {
            desk,
            broadcasts,
            at,
            stop,
            served,
        }
    }

    async fn publish(&self, scheme: &str, key: &str) -> Output {
        Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error"])
            .args(["-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=4"])
            .args(["-f", "lavfi", "-i", "sine=r=48000:d=4"])
            .args(["-c:v", "libx264", "-preset", "ultrafast", "-g", "60"])
            .args(["-pix_fmt", "yuv420p", "-c:a", "aac", "-f", "flv"])
            .arg(format!(
                "{scheme}://127.0.0.1:{}/live/{key}",
                self.at.port()
            ))
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ffmpeg_publishes_over_tls() {
    if !there_is_an_ffmpeg() {
        return;
    }
    let station = Station::open(Papers::new().load().unwrap(), RtmpOptions::default()).await;
    let output = station.publish("rtmps", "key-1").await;
    assert!(output.status.success(), "{output:?}");
    let told = station.desk.wait_for(2).await;
    assert_eq!(told, ["stream_1 on", "stream_1 Ended"]);
    let health = station.broadcasts.get("stream_1").unwrap().health();
    assert_eq!(health.protocol, "rtmps");
    assert_eq!((health.width, health.frame_rate), (Some(320), Some(30.0)));

    let output = station.publish("rtmps", "key-9").await;
    assert!(!output.status.success());
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(words.contains("no stream has this key"), "{words}");
    // In the clear nobody gets so far as to show a key.
    let output = station.publish("rtmp", "key-2").await;
    assert!(!output.status.success());
    assert_eq!(*station.desk.asked.lock(), ["key-1", "key-9"]);
    station.stop.cancel();
    station.served.await.unwrap();
}

#[tokio::test]
async fn garbage_and_silence_are_let_go() {
    let options = RtmpOptions {
        setup: Duration::from_millis(300),
        ..RtmpOptions::default()
    };
    let station = Station::open(Papers::new().load().unwrap(), options).await;
    for junk in [
        Vec::new(),
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100),
        [&[3][..], &[0; 1536]].concat(),
        // A greeting that never ends.
        [&[0x16, 3, 1, 0x3f, 0xff, 1, 0, 0x3f, 0xfb][..], &[3; 500]].concat(),
        vec![0xff; 100_000],
    ] {
        let mut peer = TcpStream::connect(station.at).await.unwrap();
        // It may have been let go already.
        let _ = peer.write_all(&junk).await;
        let mut answer = Vec::new();
        match peer.read_to_end(&mut answer).await {
            // An alert at most.
            Ok(len) => assert!(len < 64, "{answer:?}"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        }
    }
    assert!(station.desk.asked.lock().is_empty());
}

/// Shakes hands, believing in nobody but this certificate.
async fn trusts(at: SocketAddr, chain: &Path) -> bool {
    let mut roots = RootCertStore::empty();
    let shown = CertificateDer::from_pem_file(chain).unwrap();
    roots.add(shown).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TcpStream::connect(at).await.unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    connector.connect(name, stream).await.is_ok()
}

#[tokio::test]
async fn a_new_certificate_is_shown_and_a_broken_one_is_not() {
    let (papers, others) = (Papers::new(), Papers::new());
    let certificate = papers.load().unwrap();
    let station = Station::open(certificate.clone(), RtmpOptions::default()).await;
    let before = papers.folder.path().join("before.pem");
    std::fs::copy(papers.chain(), &before).unwrap();
    assert!(trusts(station.at, &before).await);
    let dated = |path: &Path, seconds: u64| {
        let file = std::fs::File::options().append(true).open(path).unwrap();
        let at = std::time::SystemTime::now() + Duration::from_secs(seconds);
        file.set_modified(at).unwrap();
    };
    std::fs::write(papers.chain(), "nonsense").unwrap();
    dated(&papers.chain(), 10);
    certificate.look();
    assert!(trusts(station.at, &before).await);
    std::fs::copy(others.chain(), papers.chain()).unwrap();
    std::fs::copy(others.key(), papers.key()).unwrap();
    dated(&papers.chain(), 20);
    certificate.look();
    assert!(trusts(station.at, &others.chain()).await);
    assert!(!trusts(station.at, &before).await);
}

#[test]
fn what_is_wrong_with_a_certificate_is_said_of_the_right_file() {
    let chain = |papers: &Papers| match papers.load().unwrap_err() {
        CertificateError::Chain { reason, .. } => reason,
        other @ CertificateError::Key { .. } => panic!("{other}"),
    };
    let key = |papers: &Papers| match papers.load().unwrap_err() {
        CertificateError::Key { reason, .. } => reason,
        other @ CertificateError::Chain { .. } => panic!("{other}"),
    };
    let papers = Papers::new();
    std::fs::remove_file(papers.chain()).unwrap();
    assert_eq!(chain(&papers), "there is no such file");
    std::fs::write(papers.chain(), "nonsense").unwrap();
    assert_eq!(chain(&papers), "there is no certificate in it");
    papers.renew();
    std::fs::copy(papers.chain(), papers.key()).unwrap();
    assert!(key(&papers).contains("PEM is expected"));
    papers.renew();
    std::fs::copy(Papers::new().key(), papers.key()).unwrap();
    assert_eq!(key(&papers), "it is not the key of the certificate");
}
