#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::{Output, Stdio};

use proptest::prelude::*;
use tokio::process::{Child, Command};

use super::*;
use crate::broadcast::{Options, Track};
use crate::rtmp::tests::{frames, joined, there_is_an_ffmpeg};
use crate::testing::{Notebook, station};

struct Station {
    desk: Arc<Notebook>,
    broadcasts: Arc<Broadcasts>,
    at: SocketAddr,
    stop: CancellationToken,
    served: tokio::task::JoinHandle<()>,
}

impl Station {
    async fn open(options: SrtOptions) -> Self {
        let (desk, broadcasts) = station(Options::default());
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let at = socket.local_addr().unwrap();
        let stop = CancellationToken::new();
        let served = tokio::spawn(serve(socket, broadcasts.clone(), options, stop.clone()));
        Self {
            desk,
            broadcasts,
            at,
            stop,
            served,
        }
    }

    async fn publish(&self, seconds: u32, stream_id: &str, query: &str) -> Output {
        publisher(self.at, seconds, stream_id, query)
            .wait_with_output()
            .await
            .unwrap()
    }
}

/// Whether this machine's ffmpeg speaks SRT.
fn ffmpeg_speaks_srt() -> bool {
    if !there_is_an_ffmpeg() {
        return false;
    }
    let protocols = std::process::Command::new("ffmpeg")
        .args(["-v", "error", "-protocols"])
        .output()
        .unwrap();
    let speaks = String::from_utf8_lossy(&protocols.stdout)
        .lines()
        .any(|line| line.trim() == "srt");
    if !speaks {
        eprintln!("SKIPPED: this machine's ffmpeg does not speak SRT, so nothing was checked");
    }
    speaks
}

/// An ffmpeg that publishes something of so many seconds, as fast as time goes by.
fn publisher(at: SocketAddr, seconds: u32, stream_id: &str, query: &str) -> Child {
    let picture = format!("testsrc2=s=320x180:r=30:d={seconds}");
    let tone = format!("sine=r=48000:d={seconds}");
    Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error"])
        .args(["-re", "-f", "lavfi", "-i", &picture])
        .args(["-re", "-f", "lavfi", "-i", &tone])
        .args(["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2"])
        .args(["-g", "30", "-pix_fmt", "yuv420p", "-c:a", "aac"])
        .args(["-ac", "2", "-f", "mpegts"])
        .args(["-srt_streamid", stream_id])
        .arg(format!("srt://{at}?mode=caller&{query}"))
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// A second is what the network may take to bring what was lost.
const PATIENT: &str = "latency=1000000";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ffmpeg_sends_can_be_watched() {
    if !ffmpeg_speaks_srt() {
        return;
    }
    let station = Station::open(SrtOptions::default()).await;
    let output = station.publish(5, "publish:key-1", PATIENT).await;
    assert!(output.status.success(), "{output:?}");
    let told = station.desk.wait_for(2).await;
    assert_eq!(told, ["stream_1 on", "stream_1 Ended"]);
    let broadcast = station.broadcasts.get("stream_1").unwrap();
    // Who closes an SRT connection does not wait until all has been sent.
    let pictures = frames(&joined(&broadcast, Track::Video).await).await;
    assert!((135..=150).contains(&pictures), "{pictures}");
    let sounds = frames(&joined(&broadcast, Track::Audio).await).await;
    assert!((200..=237).contains(&sounds), "{sounds}");
    let health = broadcast.health();
    assert_eq!(health.protocol, "srt");
    assert_eq!((health.width, health.frame_rate), (Some(320), Some(30.0)));
    station.stop.cancel();
    station.served.await.unwrap();
}

/// Carries packets to and fro, and loses some of them.
async fn lossy(to: SocketAddr) -> SocketAddr {
    let near = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let far = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let at = near.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut here, mut there) = (vec![0; 2048], vec![0; 2048]);
        let mut peer = None;
        let mut count = 0u32;
        loop {
            count += 1;
            // A few one after another, and single ones.
            let lost = count > 20 && (count.is_multiple_of(23) || count % 211 < 5);
            tokio::select! {
                Ok((len, from)) = near.recv_from(&mut here) => {
                    peer = Some(from);
                    if !lost {
                        let _ = far.send_to(&here[..len], to).await;
                    }
                }
                Ok((len, _)) = far.recv_from(&mut there) => {
                    if let Some(peer) = peer.filter(|_| !lost) {
                        let _ = near.send_to(&there[..len], peer).await;
                    }
                }
            }
        }
    });
    at
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_lost_on_the_way_is_sent_again_also_in_secret() {
    if !ffmpeg_speaks_srt() {
        return;
    }
    let station = Station::open(SrtOptions {
        passphrase: Some("a long passphrase".to_owned()),
        ..SrtOptions::default()
    })
    .await;
    let at = lossy(station.at).await;
    for (n, length) in [(1, 16), (2, 32)] {
        let stream_id = format!("#!::m=publish,r=key-{n}");
        let query = format!("{PATIENT}&pbkeylen={length}&passphrase=a+long+passphrase");
        let publisher = publisher(at, 4, &stream_id, &query);
        let output = publisher.wait_with_output().await.unwrap();
        assert!(output.status.success(), "{output:?}");
        let stream = format!("stream_{n}");
        // The goodbye may be lost as well: the broadcast is looked at as it is.
        let broadcast = station.broadcasts.get(&stream).unwrap();
        station
            .broadcasts
            .stop(&stream, crate::desk::OffAir::Stopped)
            .await;
        let seen = frames(&joined(&broadcast, Track::Video).await).await;
        assert!((100..=120).contains(&seen), "{seen}");
        assert_eq!(broadcast.health().warnings, [] as [String; 0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_publish_is_refused() {
    if !ffmpeg_speaks_srt() {
        return;
    }
    let station = Station::open(SrtOptions {
        refusal: Duration::from_millis(50),
        ..SrtOptions::default()
    })
    .await;
    for (stream_id, query) in [
        ("key-9", ""),
        ("#!::m=request,r=key-1", ""),
        ("", ""),
        ("key-1", "passphrase=nobody+asked+for+one"),
    ] {
        let output = station.publish(20, stream_id, query).await;
        assert!(!output.status.success(), "{stream_id} {query}");
    }
    assert_eq!(*station.desk.asked.lock(), ["key-9"]);
    let secret = Station::open(SrtOptions {
        passphrase: Some("a long passphrase".to_owned()),
        ..SrtOptions::default()
    })
    .await;
    for query in ["", "passphrase=another+passphrase"] {
        let output = secret.publish(20, "key-1", query).await;
        assert!(!output.status.success(), "{query}");
    }
    assert!(secret.desk.asked.lock().is_empty());
    assert_eq!(secret.desk.told(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_encoder_takes_over_and_one_that_vanishes_may_come_back() {
    if !ffmpeg_speaks_srt() {
        return;
    }
    let station = Station::open(SrtOptions::default()).await;
    let mut first = publisher(station.at, 600, "live/key-1", "");
    station.desk.wait_for(1).await;
    let second = publisher(station.at, 600, "key-1", "");
    // It is told to go.
    let output = first.wait().await.unwrap();
    assert!(!output.success());
    let broadcast = station.broadcasts.get("stream_1").unwrap();
    while !broadcast.health().connected {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    drop(second);
    let output = station.publish(3, "key-1", "").await;
    assert!(output.status.success(), "{output:?}");
    let told = station.desk.wait_for(2).await;
    assert_eq!(told, ["stream_1 on", "stream_1 Ended"]);
}

#[tokio::test]
async fn garbage_costs_nothing_and_is_not_answered() {
    let station = Station::open(SrtOptions::default()).await;
    let peer = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    peer.connect(station.at).await.unwrap();
    let mut hello = induction();
    for n in 0..200u8 {
        let junk: Vec<u8> = match n % 4 {
            0 => Vec::new(),
            1 => vec![n; usize::from(n)],
            2 => [&[0x80, 0, 0, 0][..], &[0; 8], &[0, 0, 0, 0], &[n; 48]].concat(),
            // To a socket that is not there.
            _ => [&[0, 0, 0, n][..], &[0; 8], &[1, 2, 3, n], &[0x47; 188]].concat(),
        };
        peer.send(&junk).await.unwrap();
    }
    // A cookie that was not given is no cookie: what is answered is only the greeting before.
    peer.send(&hello).await.unwrap();
    let mut answer = vec![0; 2048];
    let len = peer.recv(&mut answer).await.unwrap();
    assert_eq!(len, 16 + 48);
    let cookie = answer[44..48].to_vec();
    assert_ne!(cookie, [0; 4]);
    hello[36..40].copy_from_slice(&u32::MAX.to_be_bytes());
    hello[44..48].copy_from_slice(&[1, 2, 3, 4]);
    peer.send(&hello).await.unwrap();
    peer.send(&induction()).await.unwrap();
    let len = peer.recv(&mut answer).await.unwrap();
    assert_eq!((len, &answer[44..48]), (64, &cookie[..]));
    assert!(station.desk.asked.lock().is_empty());
}

/// The first words of a caller (§4.3.1.1).
fn induction() -> Vec<u8> {
    let mut all = vec![0x80, 0, 0, 0];
    all.extend([0; 12]);
    for word in [4u32, 2, 12_345, 1500, 8192, 1, 77, 0, 0, 0, 0, 0] {
        all.extend(word.to_be_bytes());
    }
    all
}

proptest! {
    /// Nothing that comes over the wire makes the porter panic.
    #[test]
    fn any_greeting_is_borne(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        more in prop::collection::vec(any::<u8>(), 0..120),
        conclusion in any::<bool>(),
    ) {
        let porter = Porter::new(Some("a long passphrase".to_owned()));
        let from: SocketAddr = "192.0.2.1:4000".parse().unwrap();
        let Hello::Say(answer) = porter.hear(&induction(), from) else {
            panic!("nothing is said");
        };
        let mut bytes = induction();
        if conclusion {
            bytes[16..20].copy_from_slice(&5u32.to_be_bytes());
            bytes[22..24].copy_from_slice(&7u16.to_be_bytes());
            bytes[36..40].copy_from_slice(&u32::MAX.to_be_bytes());
            bytes[44..48].copy_from_slice(&answer[44..48]);
        }
        bytes.extend(more);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        porter.hear(&bytes, from);
        porter.conclude(&bytes);
    }
}
