//! Breaks that an encoder tells of by SCTE 35: in the playlists of the broadcast, of whoever pulls
//! it, of channels that it takes over, and in its recording.

use std::net::UdpSocket;
use std::process::Stdio;
use std::time::Duration;

use matinee_channels::verify::{Told, read};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};

use crate::ads::{HERE, advert, sent};
use crate::linear::{channel, comedy, format, text as playlist_of};
use crate::live_broadcast::{on_air, recorded, stream, text};
use crate::live_others::begin;
use crate::support::TestServer;

const PACKET: usize = 188;
/// Where ffmpeg puts the map of the programme and its pictures, and where cues are put here.
const PMT: u16 = 0x1000;
const PICTURES: u16 = 0x100;
const CUES: u16 = 0x1f0;

/// What is said of a break: when the pictures are so many seconds on, of which second, whether one
/// begins, and how long it is to be.
#[derive(Clone, Copy)]
struct Said {
    after: u64,
    of: u64,
    out: bool,
    seconds: Option<u64>,
}

/// The checksum of sections (ISO/IEC 13818-1, annex A).
fn crc32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte) << 24, |crc, _| {
            let carry = crc & 0x8000_0000 != 0;
            crc << 1 ^ if carry { 0x04c1_1db7 } else { 0 }
        })
    })
}

/// A packet with a section in it whose length and checksum are still to be written.
fn packet(pid: u16, counter: u8, mut section: Vec<u8>) -> Vec<u8> {
    let length = u16::try_from(section.len() + 4 - 3).unwrap().to_be_bytes();
    section[1] = section[1] & 0xf0 | length[0];
    section[2] = length[1];
    section.extend(crc32(&section).to_be_bytes());
    let [high, low] = pid.to_be_bytes();
    let mut out = vec![0x47, 0x40 | high, low, 0x10 | counter & 0x0f, 0];
    out.extend(section);
    out.resize(PACKET, 0xff);
    out
}

/// A splice_insert (ANSI/SCTE 35 §9.7.3).
fn splice(event: u8, at: u64, said: Said) -> Vec<u8> {
    let ticks = |ticks: u64| ticks.to_be_bytes()[3..].to_vec();
    let mut command = vec![0, 0, 0, event, 0x7f];
    command.push(u8::from(said.out) << 7 | 0x40 | u8::from(said.seconds.is_some()) << 5 | 0x0f);
    let mut time = ticks(at);
    time[0] = 0xfe | time[0] & 1;
    command.extend(time);
    if let Some(seconds) = said.seconds {
        let mut long = ticks(seconds * 90_000);
        long[0] = 0xfe | long[0] & 1;
        command.extend(long);
    }
    command.extend([0, 1, 0, 0]);
    let mut section = vec![0xfc, 0x30, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xf0];
    section.push(u8::try_from(command.len()).unwrap());
    section.push(0x05);
    section.extend(command);
    section.extend([0, 0]);
    section
}

/// When the picture is shown that begins with this packet.
fn shown(packet: &[u8]) -> Option<u64> {
    let skip = if packet[3] & 0x20 == 0 {
        4
    } else {
        5 + usize::from(packet[4])
    };
    let unit = packet.get(skip..)?;
    if packet[1] & 0x40 == 0 || unit.get(..3)? != [0, 0, 1] || unit[7] & 0x80 == 0 {
        return None;
    }
    let field: Vec<u64> = unit.get(9..14)?.iter().map(|&byte| byte.into()).collect();
    let (top, middle) = (field[0] >> 1 & 7, field[1] << 7 | field[2] >> 1);
    Some(top << 30 | middle << 15 | field[3] << 7 | field[4] >> 1)
}

/// A transport stream on its way, into which cues are put.
struct Cueing {
    said: Vec<Said>,
    first: Option<u64>,
    told: u8,
}

impl Cueing {
    fn pass(&mut self, packet_in: &[u8], out: &mut Vec<u8>) {
        let pid = u16::from(packet_in[1] & 0x1f) << 8 | u16::from(packet_in[2]);
        if pid == PMT && packet_in[1] & 0x40 != 0 {
            // The map has one stream more.
            let length = usize::from(packet_in[6] & 0x0f) << 8 | usize::from(packet_in[7]);
            let mut section = packet_in[5..5 + 3 + length - 4].to_vec();
            let [high, low] = CUES.to_be_bytes();
            section.extend([0x86, 0xe0 | high, low, 0xf0, 0]);
            out.extend(packet(PMT, packet_in[3], section));
            return;
        }
        out.extend(packet_in);
        let Some(at) = shown(packet_in).filter(|_| pid == PICTURES) else {
            return;
        };
        let first = *self.first.get_or_insert(at);
        let due = |said: &Said| at.saturating_sub(first) >= said.after * 90_000;
        while self.said.first().is_some_and(due) {
            let said = self.said.remove(0);
            let section = splice(7, first + said.of * 90_000, said);
            out.extend(packet(CUES, self.told, section));
            self.told += 1;
        }
    }
}

/// An encoder with a keyframe a second, that publishes by SRT. `None` where the tool is missing.
struct Encoder {
    _ffmpeg: Child,
    _tool: Child,
    passing: tokio::task::JoinHandle<()>,
}

impl Drop for Encoder {
    fn drop(&mut self) {
        self.passing.abort();
    }
}

impl Encoder {
    fn begin(server: &TestServer, made: &Value, said: Vec<Said>) -> Option<Self> {
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        let from = udp.local_addr().unwrap();
        drop(udp);
        let (port, key) = (server.ports.srt.unwrap(), text(made, "stream_key"));
        let to = format!("srt://127.0.0.1:{port}?mode=caller&streamid=publish:{key}");
        let tool = begin("srt-live-transmit", &["-q", &format!("udp://{from}"), &to])?;
        let mut ffmpeg = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-re", "-f", "lavfi"])
            .args(["-i", "testsrc2=s=320x180:r=25", "-re", "-f", "lavfi"])
            .args(["-i", "sine=r=48000", "-c:v", "libx264", "-g", "25"])
            .args(["-preset", "ultrafast", "-tune", "zerolatency"])
            .args(["-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "1"])
            .args(["-f", "mpegts", "pipe:1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut coded = ffmpeg.stdout.take().unwrap();
        let mut cueing = Cueing {
            said,
            first: None,
            told: 0,
        };
        let passing = tokio::spawn(async move {
            let udp = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
            let (mut bytes, mut read) = (Vec::new(), vec![0; 64 << 10]);
            loop {
                let n = coded.read(&mut read).await.unwrap();
                if n == 0 {
                    return;
                }
                bytes.extend_from_slice(&read[..n]);
                let whole = bytes.len() / PACKET * PACKET;
                let mut out = Vec::new();
                for packet in bytes[..whole].chunks_exact(PACKET) {
                    cueing.pass(packet, &mut out);
                }
                bytes.drain(..whole);
                for datagram in out.chunks(7 * PACKET) {
                    // The tool may not listen yet.
                    let _ = udp.send_to(datagram, from).await;
                }
            }
        });
        Some(Self {
            _ffmpeg: ffmpeg,
            _tool: tool,
            passing,
        })
    }
}

/// The first line that begins so, without that.
fn line<'a>(playlist: &'a str, tag: &str) -> Option<&'a str> {
    playlist.lines().find_map(|line| line.strip_prefix(tag))
}

fn attribute<'a>(list: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = list.split_once(&format!("{name}="))?;
    let rest = rest.strip_prefix('"').unwrap_or(rest);
    rest.split([',', '"']).next()
}

/// When the segment begins before which a tag stands.
fn dated<'a>(playlist: &'a str, tag: &str) -> Option<&'a str> {
    let mut lines = playlist.lines().skip_while(|line| !line.starts_with(tag));
    lines.find_map(|line| line.strip_prefix("#EXT-X-PROGRAM-DATE-TIME:"))
}

fn ms(instant: &str) -> i64 {
    let at: jiff::Timestamp = instant.parse().unwrap();
    at.as_millisecond()
}

async fn until(server: &TestServer, url: &str, what: &str, so: impl Fn(&str) -> bool) -> String {
    let mut last = String::new();
    for _ in 0..1500 {
        last = playlist_of(server, url).await;
        if so(&last) {
            return last;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it does not come to this: {what}\n{last}");
}

/// A break is where it was said to be, and segments begin with it and after it.
fn is_whole(playlist: &str) {
    let range = line(playlist, "#EXT-X-DATERANGE:").unwrap();
    assert_eq!(
        attribute(range, "PLANNED-DURATION"),
        Some("4.000"),
        "{range}"
    );
    assert_eq!(attribute(range, "DURATION"), Some("4.000"), "{range}");
    let begins = ms(attribute(range, "START-DATE").unwrap());
    let out = ms(dated(playlist, "#EXT-X-CUE-OUT:4.000").unwrap());
    let back = ms(dated(playlist, "#EXT-X-CUE-IN").unwrap());
    assert!((out - begins).abs() <= 40, "{playlist}");
    assert!((back - out - 4000).abs() <= 40, "{playlist}");
}

#[tokio::test(flavor = "multi_thread")]
async fn breaks_are_told_pulled_and_kept_with_the_recording() {
    let settings = [("live_allow", "127.0.0.1/32"), ("srt_server_port", "9998")];
    let server = TestServer::with(&settings).await;
    let made = stream(&server, json!({ "record": true })).await;
    let said = Said {
        after: 4,
        of: 7,
        out: true,
        seconds: Some(4),
    };
    // Said twice, as is usual.
    let twice = vec![said, Said { after: 5, ..said }];
    let Some(encoder) = Encoder::begin(&server, &made, twice) else {
        return;
    };
    let hls = text(&made, "hls_url");
    on_air(&server, hls).await;
    let video = hls.replace("master.m3u8", "video/media.m3u8");
    let ahead = until(&server, &video, "a break to come", |list| {
        list.contains("#EXT-X-DATERANGE")
    });
    let ahead = ahead.await;
    let range = line(&ahead, "#EXT-X-DATERANGE:").unwrap();
    let section = attribute(range, "SCTE35-OUT").unwrap().to_owned();
    assert!(section.starts_with("0xFC30"), "{range}");
    assert_eq!(attribute(range, "PLANNED-DURATION"), Some("4.000"));
    assert!(!range.contains(",DURATION="), "{range}");

    // Whoever looks after it sees it come.
    let path = format!("/api/streams/{}", text(&made, "id"));
    let seen = &server.json(&path).await["ingest"]["ad_break"];
    let begins = ms(attribute(range, "START-DATE").unwrap());
    assert_eq!(ms(text(seen, "begins_at")), begins);
    assert_eq!(ms(text(seen, "ends_at")), begins + 4000);

    // Another stream that is made of this one has the break, too.
    let other = stream(&server, json!({})).await;
    let source = format!("/api/streams/{}/source", text(&other, "id"));
    let from = json!({ "url": server.url(hls) });
    sent(
        server.operator("PUT", &source).json(&from),
        reqwest::StatusCode::OK,
    )
    .await;
    let start = server.operator("POST", &format!("{source}/start"));
    sent(start, reqwest::StatusCode::OK).await;

    let whole = until(&server, &video, "a break that is over", |list| {
        list.contains("#EXT-X-CUE-OUT") && list.contains("#EXT-X-CUE-IN")
    });
    let whole = whole.await;
    is_whole(&whole);
    assert_eq!(whole.matches("#EXT-X-DATERANGE").count(), 1, "{whole}");
    // What was told of it is never told otherwise.
    let now = line(&whole, "#EXT-X-DATERANGE:").unwrap();
    for name in ["ID", "START-DATE", "PLANNED-DURATION", "SCTE35-OUT"] {
        assert_eq!(attribute(now, name), attribute(range, name));
    }
    let sound = playlist_of(&server, &hls.replace("master.m3u8", "audio/media.m3u8")).await;
    assert_eq!(line(&sound, "#EXT-X-DATERANGE:"), Some(now));
    let begins = ms(attribute(now, "START-DATE").unwrap());
    let first = ms(line(&whole, "#EXT-X-PROGRAM-DATE-TIME:").unwrap());

    let pulled = text(&other, "hls_url").replace("master.m3u8", "video/media.m3u8");
    on_air(&server, text(&other, "hls_url")).await;
    let pulled = until(&server, &pulled, "a break that was pulled", |list| {
        list.contains("#EXT-X-CUE-OUT") && list.contains("#EXT-X-CUE-IN")
    });
    let pulled = pulled.await;
    is_whole(&pulled);
    let range = line(&pulled, "#EXT-X-DATERANGE:").unwrap();
    assert_eq!(attribute(range, "SCTE35-OUT"), Some(&section[..]));

    drop(encoder);
    let end = server.operator("POST", &format!("{path}/end"));
    sent(end.json(&json!({})), reqwest::StatusCode::OK).await;
    let places = format!("/api/videos/{}/breaks", recorded(&server, &path).await);
    let places = server.json(&places).await;
    let markers = places["markers"].as_array().unwrap();
    assert_eq!(markers.len(), 1, "{places}");
    #[expect(clippy::cast_possible_truncation, reason = "it is some seconds")]
    let at = (markers[0].as_f64().unwrap() * 1000.0).round() as i64;
    assert!(
        (at - (begins - first)).abs() <= 40,
        "{places}: {begins} of {first}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_passes_breaks_on_or_fills_them() {
    let mut settings = HERE.to_vec();
    settings.push(("srt_server_port", "9998"));
    let server = TestServer::with(&settings).await;
    let spot = advert(&server, 4.9).await;
    let campaign = json!({ "name": "Tea" });
    let campaign = server
        .operator("POST", "/api/ads/campaigns")
        .json(&campaign);
    let campaign = sent(campaign, reqwest::StatusCode::CREATED).await;
    let creatives = format!("/api/ads/campaigns/{}/creatives", text(&campaign, "id"));
    let creative = json!({ "video_id": spot, "name": "Cup" });
    let creative = server.operator("POST", &creatives).json(&creative);
    sent(creative, reqwest::StatusCode::CREATED).await;
    comedy(&server, 8, true).await;
    comedy(&server, 12, true).await;
    let ads = json!({ "seconds": 6, "after_programmes": 100, "decided": true });
    let filled = channel(&server, 8, json!({ "dvr_minutes": 10, "ads": ads })).await;
    let passed = channel(&server, 9, json!({ "dvr_minutes": 10 })).await;
    let made = stream(&server, json!({ "title": "The match" })).await;
    // One that is as long as was said, and one whose end is only said when it comes.
    let said = vec![
        Said {
            after: 20,
            of: 24,
            out: true,
            seconds: Some(8),
        },
        Said {
            after: 42,
            of: 45,
            out: true,
            seconds: None,
        },
        Said {
            after: 56,
            of: 57,
            out: false,
            seconds: None,
        },
    ];
    let Some(_encoder) = Encoder::begin(&server, &made, said) else {
        return;
    };
    on_air(&server, text(&made, "hls_url")).await;
    for number in [8, 9] {
        let body = json!({ "stream_id": made["id"] });
        let take = server.operator("POST", &format!("/api/channels/{number}/takeovers"));
        sent(take.json(&body), reqwest::StatusCode::CREATED).await;
    }
    let of = |made: &Value| {
        let id = text(made, "id");
        format!("/media/channels/{id}/video/1080p.m3u8?cues=marked")
    };

    let two = |list: &str| list.matches("#EXT-X-CUE-IN").count() >= 2;

    // Nothing is put in where nothing is decided: the breaks are passed on, with the broadcast's
    // own material in them.
    let list = until(&server, &of(&passed), "two breaks that are over", two).await;
    let told = read(&list, &format()).unwrap();
    assert!(list.matches("#EXT-X-CUE-OUT\n").count() >= 2, "{list}");
    let ranges: Vec<&str> = list
        .lines()
        .filter(|line| line.starts_with("#EXT-X-DATERANGE:"))
        .collect();
    assert_eq!(ranges.len(), 4, "{list}");
    for pair in ranges.chunks(2) {
        assert_eq!(attribute(pair[0], "ID"), attribute(pair[1], "ID"));
        assert!(pair[0].contains(",SCTE35-OUT=0xFC") && !pair[0].contains("DURATION"));
        assert!(pair[1].contains(",SCTE35-IN=0xFC"), "{}", pair[1]);
    }
    let span = |pair: &[&str]| {
        let begins = ms(attribute(pair[0], "START-DATE").unwrap());
        (begins, ms(attribute(pair[1], "END-DATE").unwrap()))
    };
    let (begins, ends) = span(&ranges[..2]);
    assert!((ends - begins - 8000).abs() <= 80, "{ranges:?}");
    let (later, over) = span(&ranges[2..]);
    assert!((over - later - 12_000).abs() <= 80, "{ranges:?}");
    assert!((later - begins - 21_000).abs() <= 80, "{ranges:?}");
    let within = |one: &&Told| (begins..ends).contains(&one.at);
    assert!(
        told.iter()
            .filter(within)
            .all(|one| one.uri.contains("/relay/"))
    );

    // Elsewhere the first is filled, and the second, whose length nobody knew, is passed on.
    let list = until(&server, &of(&filled), "two breaks that are over", two).await;
    let told = read(&list, &format()).unwrap();
    assert!(list.contains("#EXT-X-CUE-OUT:8.000\n"), "{list}");
    assert!(list.contains("#EXT-X-CUE-OUT\n"), "{list}");
    let begins = ms(dated(&list, "#EXT-X-CUE-OUT:8.000").unwrap());
    let within: Vec<&Told> = told
        .iter()
        .filter(|one| (begins..begins + 8000).contains(&one.at))
        .collect();
    assert_eq!(within.len(), 8, "{within:?}");
    let ours = within.iter().filter(|one| one.uri.contains(&spot)).count();
    assert_eq!(ours, 5, "{within:?}");
    assert!(
        within.iter().all(|one| !one.uri.contains("/relay/")),
        "{within:?}"
    );
    // The broadcast goes on where the break is over, and nothing of it is shown twice.
    let after = told.iter().find(|one| one.at >= begins + 8000).unwrap();
    assert!(after.uri.contains("/relay/"), "{after:?}");
}
