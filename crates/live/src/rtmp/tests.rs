#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::net::{IpAddr, SocketAddr};
use std::process::{Output, Stdio};
use std::sync::Arc;

use matinee_media::flv::TagKind;
use proptest::prelude::*;
use rtmp_runtime::client::{ClientConfig, ClientSession};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use super::session::{Event, Session};
use super::*;
use crate::broadcast::{Broadcast, Directives, Options, Track};
use crate::testing::{Notebook, station};

struct Station {
    desk: Arc<Notebook>,
    broadcasts: Arc<Broadcasts>,
    at: SocketAddr,
    stop: CancellationToken,
    served: tokio::task::JoinHandle<()>,
}

impl Station {
    async fn open(options: RtmpOptions) -> Self {
        let (desk, broadcasts) = station(Options::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let served = tokio::spawn(serve(listener, broadcasts.clone(), options, stop.clone()));
        Self {
            desk,
            broadcasts,
            at,
            stop,
            served,
        }
    }

    /// An ffmpeg that publishes something of so many seconds with this key.
    fn publisher(&self, seconds: u32, key: &str, more: &[&str]) -> Child {
        let picture = format!("testsrc2=s=320x180:r=30:d={seconds}");
        let tone = format!("sine=r=48000:d={seconds}");
        Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error"])
            .args(more)
            .args(["-f", "lavfi", "-i", &picture, "-f", "lavfi", "-i", &tone])
            .args([
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-g",
                "60",
                "-bf",
                "2",
            ])
            .args([
                "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", "-f", "flv",
            ])
            .arg(format!("rtmp://{}/live/{key}", self.at))
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }

    async fn publish(&self, seconds: u32, key: &str) -> Output {
        let publisher = self.publisher(seconds, key, &[]);
        publisher.wait_with_output().await.unwrap()
    }
}

pub(crate) fn there_is_an_ffmpeg() -> bool {
    let there = std::process::Command::new("ffmpeg")
        .arg("-version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !there {
        eprintln!("SKIPPED: there is no ffmpeg on this machine, so nothing was checked");
    }
    there
}

/// All of a track that is listed, in one file.
pub(crate) async fn joined(broadcast: &Broadcast, track: Track) -> Vec<u8> {
    let text = broadcast.playlist(track, Directives::default(), "").await;
    let text = String::from_utf8(text.unwrap().plain.to_vec()).unwrap();
    let mut all = Vec::new();
    for line in text.lines() {
        if let Some(map) = line.strip_prefix("#EXT-X-MAP:URI=\"init-") {
            let run = map.trim_end_matches(".mp4\"").parse().unwrap();
            all.extend(broadcast.init(track, run).unwrap());
        } else if let Some(msn) = line.strip_suffix(".m4s") {
            all.extend(broadcast.segment(track, msn.parse().unwrap()).unwrap());
        }
    }
    all
}

pub(crate) async fn frames(media: &[u8]) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mp4");
    std::fs::write(&path, media).unwrap();
    let probe = Command::new("ffprobe")
        .args(["-v", "error", "-count_frames", "-of", "csv=p=0"])
        .args(["-show_entries", "stream=nb_read_frames"])
        .arg(&path)
        .output()
        .await
        .unwrap();
    let words = String::from_utf8_lossy(&probe.stderr).into_owned();
    assert!(probe.status.success() && words.is_empty(), "{words}");
    String::from_utf8(probe.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_frame_that_ffmpeg_sends_can_be_watched() {
    if !there_is_an_ffmpeg() {
        return;
    }
    let station = Station::open(RtmpOptions::default()).await;
    let output = station.publish(8, "key-1").await;
    assert!(output.status.success(), "{output:?}");
    let told = station.desk.wait_for(2).await;
    assert_eq!(told, ["stream_1 on", "stream_1 Ended"]);
    let broadcast = station.broadcasts.get("stream_1").unwrap();
    assert_eq!(frames(&joined(&broadcast, Track::Video).await).await, 240);
    let sounds = frames(&joined(&broadcast, Track::Audio).await).await;
    assert!((373..=377).contains(&sounds), "{sounds}");
    let health = broadcast.health();
    assert_eq!((health.width, health.height), (Some(320), Some(180)));
    assert_eq!(health.frame_rate, Some(30.0));
    assert_eq!(health.audio_codec.as_deref(), Some("mp4a.40.2"));
    station.stop.cancel();
    station.served.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_key_is_refused_in_words() {
    if !there_is_an_ffmpeg() {
        return;
    }
    let station = Station::open(RtmpOptions::default()).await;
    let output = station.publish(1, "key-9").await;
    assert!(!output.status.success());
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(words.contains("no stream has this key"), "{words}");
    assert_eq!(*station.desk.asked.lock(), ["key-9"]);
    assert_eq!(station.desk.told(), Vec::<String>::new());
    assert!(station.broadcasts.on_air().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_encoder_takes_over_and_the_first_is_cut_off() {
    if !there_is_an_ffmpeg() {
        return;
    }
    let station = Station::open(RtmpOptions::default()).await;
    let first = station.publisher(600, "key-1", &["-re"]);
    station.desk.wait_for(1).await;
    let broadcast = station.broadcasts.get("stream_1").unwrap();
    let output = station.publish(4, "key-1").await;
    assert!(output.status.success(), "{output:?}");
    let first = first.wait_with_output().await.unwrap();
    assert!(!first.status.success());
    let told = station.desk.wait_for(2).await;
    assert_eq!(told, ["stream_1 on", "stream_1 Ended"]);
    assert!(broadcast.has_ended());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_encoder_is_refused_where_that_is_wanted() {
    let options = Options {
        takeover: false,
        grace: Duration::from_mins(1),
        ..Options::default()
    };
    let (desk, broadcasts) = station(options);
    let here = IpAddr::from([127, 0, 0, 1]);
    let admitted = broadcasts.admit("key-1", here).await.unwrap();
    let publisher = broadcasts.publish(admitted, "rtmp");
    let refused = broadcasts.admit("key-1", here).await.unwrap_err();
    assert!(refused.to_string().contains("another encoder"));
    assert!(broadcasts.admit("key-2", here).await.is_ok());
    // One that has vanished may come back, or somebody else in its place.
    crate::broadcast::Feed::new(publisher).vanish().await;
    assert!(broadcasts.admit("key-1", here).await.is_ok());
    assert_eq!(desk.told(), Vec::<String>::new());
}

/// Reads until the other side closes.
async fn until_closed(stream: &mut TcpStream) -> usize {
    let mut all = Vec::new();
    // Whether it says goodbye or not.
    let _ = stream.read_to_end(&mut all).await;
    all.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbage_and_silence_are_let_go_and_do_no_harm() {
    if !there_is_an_ffmpeg() {
        return;
    }
    let station = Station::open(RtmpOptions {
        setup: Duration::from_millis(300),
        ..RtmpOptions::default()
    })
    .await;
    let mut peers = Vec::new();
    for n in 0..40u8 {
        let mut peer = TcpStream::connect(station.at).await.unwrap();
        let junk: Vec<u8> = match n % 4 {
            0 => Vec::new(),
            1 => b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100),
            2 => (0..5000)
                .map(|i: usize| (i * 7).to_be_bytes()[7] ^ n)
                .collect(),
            // A handshake, and nonsense after it.
            _ => [&[3][..], &[n; 1536], &[n; 1536], &[0xff; 4000]].concat(),
        };
        // It may have been let go already.
        let _ = peer.write_all(&junk).await;
        peers.push(peer);
    }
    for peer in &mut peers {
        assert!(until_closed(peer).await <= 3073 + 200);
    }
    drop(station);
    let station = Station::open(RtmpOptions::default()).await;
    assert!(station.publish(2, "key-2").await.status.success());
    assert_eq!(station.desk.wait_for(2).await[0], "stream_2 on");
}

#[tokio::test]
async fn so_many_from_one_address_and_no_more() {
    let station = Station::open(RtmpOptions {
        per_address: 2,
        ..RtmpOptions::default()
    })
    .await;
    let _first = TcpStream::connect(station.at).await.unwrap();
    let second = TcpStream::connect(station.at).await.unwrap();
    let mut third = TcpStream::connect(station.at).await.unwrap();
    assert_eq!(until_closed(&mut third).await, 0);
    drop(second);
    // When its place is free again somebody else has it, and is asked for a handshake.
    loop {
        let mut next = TcpStream::connect(station.at).await.unwrap();
        let hello = [&[3][..], &[0; 1536]].concat();
        if next.write_all(&hello).await.is_err() {
            continue;
        }
        let mut answer = [0; 1];
        if next.read_exact(&mut answer).await.is_ok() {
            assert_eq!(answer, [3]);
            break;
        }
    }
}

#[tokio::test]
async fn whoever_sends_too_much_is_let_go() {
    let (desk, broadcasts) = station(Options::default());
    let (mut near, far) = tokio::io::duplex(1 << 20);
    let options = RtmpOptions {
        max_bps: 800_000,
        ..RtmpOptions::default()
    };
    let peer = IpAddr::from([127, 0, 0, 1]);
    let stop = CancellationToken::new();
    let served = tokio::spawn({
        let broadcasts = broadcasts.clone();
        async move { connection::serve_peer(far, peer, "rtmp", &broadcasts, &options, &stop).await }
    });
    let mut client = client("key-1");
    let mut send = client.start();
    let mut buffer = vec![0; 64 << 10];
    while !client.is_publishing() {
        near.write_all(&send).await.unwrap();
        let read = near.read(&mut buffer).await.unwrap();
        (send, _) = client.handle_data(&buffer[..read]).unwrap();
    }
    let frame = [&[0x27, 1, 0, 0, 0][..], &vec![0; 100_000]].concat();
    for n in 0..40 {
        let bytes = client.send_video(n * 40, &frame).unwrap();
        if near.write_all(&bytes).await.is_err() {
            break;
        }
    }
    let outcome = served.await.unwrap();
    assert!(
        matches!(outcome, Err(connection::Ended::TooMuch)),
        "{outcome:?}"
    );
    assert_eq!(desk.told(), Vec::<String>::new());
}

fn client(key: &str) -> ClientSession {
    let mut config = ClientConfig::default();
    config.app = "live".to_owned();
    config.stream_key = key.to_owned();
    ClientSession::new(config)
}

/// Everything that an encoder with this key sends until it may publish, and the encoder.
fn knocking(key: &str) -> (Vec<u8>, ClientSession) {
    let (mut client, mut session) = (client(key), Session::new());
    let mut all = Vec::new();
    let mut send = client.start();
    while !client.is_publishing() || !send.is_empty() {
        all.extend(&send);
        let (reply, _) = session.take(&send).unwrap();
        (send, _) = client.handle_data(&reply).unwrap();
    }
    (all, client)
}

/// Ten thousand attempts, of which many come at once: some wait for their turn no longer than it
/// takes, the others are let go, and nothing is left of any of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_bad_keys_do_no_harm() {
    const ATTEMPTS: usize = 10_000;
    const AT_ONCE: usize = 100;
    let station = Station::open(RtmpOptions {
        per_address: AT_ONCE / 2,
        refusal: Duration::ZERO,
        ..RtmpOptions::default()
    })
    .await;
    let (bytes, _) = knocking("a-bad-key");
    let bytes: Arc<[u8]> = bytes.into();
    let attackers = (0..AT_ONCE).map(|_| {
        let (bytes, at) = (bytes.clone(), station.at);
        tokio::spawn(async move {
            for _ in 0..ATTEMPTS / AT_ONCE {
                let mut stream = TcpStream::connect(at).await.unwrap();
                // It may have been let go already.
                let _ = stream.write_all(&bytes).await;
                until_closed(&mut stream).await;
            }
        })
    });
    for attacker in attackers.collect::<Vec<_>>() {
        attacker.await.unwrap();
    }
    let asked = std::mem::take(&mut *station.desk.asked.lock());
    assert!(!asked.is_empty() && asked.len() <= ATTEMPTS);
    assert!(asked.iter().all(|key| key == "a-bad-key"));
    assert_eq!(station.desk.told(), Vec::<String>::new());
    assert!(station.broadcasts.on_air().is_empty());
    // Their places are free: as many as there are can be taken, by somebody with a good key too.
    let mut good = TcpStream::connect(station.at).await.unwrap();
    let (bytes, mut client) = knocking("key-1");
    good.write_all(&bytes).await.unwrap();
    for n in 0..20 {
        let header = if n == 0 {
            crate::testing::small_header(0)
        } else {
            crate::testing::picture(n * 40, n == 1)
        };
        let sent = client
            .send_video(header.timestamp_ms, &header.body)
            .unwrap();
        good.write_all(&sent).await.unwrap();
    }
    while station.broadcasts.get("stream_1").is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(good);
    // No connection is left that would have to be waited for.
    station.stop.cancel();
    station.served.await.unwrap();
}

/// Everything that an encoder sends until it has published some frames.
fn recording() -> Vec<u8> {
    let (mut all, mut client) = knocking("key-1");
    for n in 0..20 {
        all.extend(client.send_audio(n * 20, &[0xaf, 1, 2, 3]).unwrap());
        all.extend(client.send_video(n * 40, &[0x27; 9000]).unwrap());
    }
    all
}

#[test]
fn however_the_network_cuts_it_the_same_is_said() {
    let all = recording();
    let listen = |cut: usize| {
        let mut session = Session::new();
        let mut said = Vec::new();
        for piece in all.chunks(cut) {
            for event in session.take(piece).unwrap().1 {
                said.push(match event {
                    Event::Publish(key) => key,
                    Event::Tag(tag) => {
                        format!("{:?} {} {}", tag.kind, tag.timestamp_ms, tag.body.len())
                    }
                    Event::End => "end".to_owned(),
                });
            }
        }
        said
    };
    let said = listen(all.len());
    assert_eq!(said.len(), 41);
    assert_eq!(said[0], "key-1");
    assert_eq!(said[40], format!("{:?} 760 9000", TagKind::Video));
    for cut in [1, 7, 128, 1536, 4096] {
        assert_eq!(listen(cut), said, "{cut}");
    }
}

proptest! {
    /// Nothing that comes over the wire makes the session panic.
    #[test]
    fn any_bytes_are_borne(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        noise in prop::collection::vec(any::<u8>(), 0..300),
        at in any::<prop::sample::Index>(),
        cut in 1usize..5000,
    ) {
        let mut bytes = recording();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let at = at.index(bytes.len());
        bytes.splice(at..at, noise);
        let mut session = Session::new();
        for piece in bytes.chunks(cut) {
            if session.take(piece).is_err() {
                break;
            }
        }
    }
}

/// What ffmpeg and GStreamer have sent, as it was and changed in many ways.
#[test]
fn what_publishers_have_sent_is_read_however_it_is_changed() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/rtmp");
    let read = |bytes: &[u8], piece: usize| {
        let mut session = super::session::Session::new();
        let (mut events, mut size) = (0, 0);
        for piece in bytes.chunks(piece) {
            let Ok((_, said)) = session.take(piece) else {
                break;
            };
            events += said.len();
            size += said
                .iter()
                .map(|event| format!("{event:?}").len())
                .sum::<usize>();
        }
        (events, size)
    };
    for (name, bytes) in crate::corpus::files(folder) {
        assert!(read(&bytes, 1000).0 > 3, "{name} says nothing");
    }
    for (_, bytes) in crate::corpus::variants(folder) {
        read(&bytes, 700);
    }
}
