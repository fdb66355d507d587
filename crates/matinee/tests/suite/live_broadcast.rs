//! Broadcasts as encoders and players know them: a real ffmpeg publishes, and watches.

use std::process::Stdio;
use std::time::Duration;

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::playback::ffprobe;
use crate::support::{TestServer, problem};

#[path = "../../../live/tests/support/llhls.rs"]
pub(crate) mod llhls;

use llhls::Playlist;

/// A stream of the operator's.
pub(crate) async fn stream(server: &TestServer, fields: Value) -> Value {
    let mut body = json!({ "title": "On the air" });
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    let made = server.operator("POST", "/api/streams").json(&body);
    let made = made.send().await.unwrap();
    assert_eq!(made.status(), StatusCode::CREATED);
    made.json().await.unwrap()
}

/// An ffmpeg that publishes with this key, as fast as time goes by.
pub fn encoder(server: &TestServer, key: &str, seconds: u32) -> Child {
    encoder_at(server.rtmp, key, seconds)
}

/// The same to this door.
pub fn encoder_at(door: std::net::SocketAddr, key: &str, seconds: u32) -> Child {
    let picture = format!("testsrc2=s=320x180:r=25:d={seconds}");
    let tone = format!("sine=r=48000:d={seconds}");
    Command::new("ffmpeg")
        .args([
            "-nostdin", "-v", "error", "-re", "-f", "lavfi", "-i", &picture,
        ])
        .args(["-re", "-f", "lavfi", "-i", &tone])
        .args([
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-tune",
            "zerolatency",
        ])
        .args([
            "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", "-f", "flv",
        ])
        .arg(format!("rtmp://{door}/live/{key}"))
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

pub fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field} in {value}"))
}

/// Asks until there is something to watch.
pub(crate) async fn on_air(server: &TestServer, url: &str) -> Response {
    for _ in 0..1200 {
        let answer = server.get(url).send().await.unwrap();
        if answer.status() == StatusCode::OK {
            return answer;
        }
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it does not get on the air");
}

/// The stream, as soon as it says that it is live.
pub async fn live(server: &TestServer, path: &str) -> Value {
    for _ in 0..1200 {
        let stream = server.json(path).await;
        if stream["status"] == "live" {
            return stream;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it does not become live");
}

/// The video that the last broadcast of a stream has become.
pub(crate) async fn recorded(server: &TestServer, path: &str) -> String {
    for _ in 0..1200 {
        if let Some(id) = server.json(path).await["recording_video_id"].as_str() {
            return id.to_owned();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nothing was recorded");
}

/// The same, once it can be watched.
pub(crate) async fn processed(server: &TestServer, path: &str) -> Value {
    let id = recorded(server, path).await;
    for _ in 0..1200 {
        let video = server.json(&format!("/api/videos/{id}")).await;
        assert_ne!(video["processing_status"], "failed", "{video:#}");
        if video["is_processed"] == true {
            return video;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("a recording is not processed");
}

pub(crate) fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_encoder_sends_is_watched_while_it_goes_on() {
    let server = TestServer::start().await;
    let stream = stream(&server, json!({})).await;
    let path = format!("/api/streams/{}", text(&stream, "id"));
    let hls = text(&stream, "hls_url");
    problem(server.get(hls).send().await.unwrap(), 404).await;
    let _encoder = encoder(&server, text(&stream, "stream_key"), 600);

    let master = on_air(&server, hls).await;
    assert_eq!(
        header(&master, "content-type"),
        "application/vnd.apple.mpegurl"
    );
    assert_eq!(header(&master, "access-control-allow-origin"), "*");
    let master = master.text().await.unwrap();
    for wanted in [
        "RESOLUTION=320x180",
        "mp4a.40.2",
        "avc1.",
        "video/media.m3u8",
    ] {
        assert!(master.contains(wanted), "{master}");
    }
    let seen = live(&server, &path).await;
    assert_eq!(seen["ingest"]["protocol"], "rtmp");
    assert_eq!(seen["ingest"]["width"], 320);

    // From part to part, as players do it.
    let base = hls.strip_suffix("master.m3u8").unwrap();
    for track in ["video", "audio"] {
        let url = format!("{base}{track}/media.m3u8");
        let answer = server.get(&url).send().await.unwrap();
        assert_eq!(header(&answer, "cache-control"), "public, max-age=1");
        let mut last = Playlist::read(&answer.text().await.unwrap());
        for n in 0..9 {
            let (msn, part) = last.next();
            let skip = if n % 2 == 0 { "&_HLS_skip=YES" } else { "" };
            let url = format!("{url}?_HLS_msn={msn}&_HLS_part={part}{skip}");
            let hint = last.hint.clone().unwrap();
            let hint = server.get(&format!("{base}{track}/{hint}")).send();
            let (answer, hinted) = tokio::join!(server.get(&url).send(), hint);
            let answer = answer.unwrap();
            assert_eq!(answer.status(), 200);
            assert_eq!(header(&answer, "cache-control"), "public, max-age=6");
            assert_eq!(header(&answer, "vary"), "Accept-Encoding");
            let now = Playlist::read(&answer.text().await.unwrap());
            let now = last.updated(&now);
            now.follows(&last);
            now.is_steady();
            assert!(
                now.next() > (msn, part),
                "{:?} after {:?}",
                now.next(),
                (msn, part)
            );
            let hinted = hinted.unwrap();
            if now.segments.get(&msn).is_some_and(|s| s.parts.len() > part) {
                assert_eq!(hinted.status(), 200);
                assert!(header(&hinted, "cache-control").contains("immutable"));
                assert_eq!(header(&hinted, "content-type"), format!("{track}/mp4"));
                assert_eq!(&hinted.bytes().await.unwrap()[4..8], b"moof");
            }
            last = now;
        }
        let (msn, _) = last.next();
        for (query, status) in [
            ("_HLS_part=1".to_owned(), 400),
            ("_HLS_msn=x".to_owned(), 400),
            (format!("_HLS_msn={}", msn + 5), 400),
        ] {
            let answer = server.get(&format!("{url}?{query}")).send().await.unwrap();
            problem(answer, status).await;
        }
        let absent = format!("{base}{track}/{}.m4s", msn + 1);
        problem(server.get(&absent).send().await.unwrap(), 404).await;
    }

    // As an ordinary player does it.
    let watched = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-i", &server.url(hls)])
        .args(["-t", "3", "-map", "0:v", "-map", "0:a", "-f", "null", "-"])
        .output()
        .await
        .unwrap();
    assert!(
        watched.status.success() && watched.stderr.is_empty(),
        "{watched:?}"
    );
    assert!(server.json(&path).await["viewer_count"].as_u64().unwrap() >= 1);

    // By hand it ends at once, for the encoder too.
    let ended = server.operator("POST", &format!("{path}/end"));
    assert_eq!(ended.send().await.unwrap().status(), 200);
    let url = format!("{base}video/media.m3u8");
    let rest = server.get(&url).send().await.unwrap().text().await.unwrap();
    assert!(Playlist::read(&rest).ended);
    let seen = ffprobe(&server.url(hls)).await;
    assert!(
        seen.contains("codec_name=h264") && seen.contains("codec_name=aac"),
        "{seen}"
    );
    assert_eq!(server.json(&path).await["status"], "ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_gets_nowhere_and_an_old_one_neither() {
    let server = TestServer::start().await;
    let stream = stream(&server, json!({})).await;
    let path = format!("/api/streams/{}", text(&stream, "id"));
    let refused = async |key: &str| {
        let output = encoder(&server, key, 5).wait_with_output().await.unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let words = refused("nobody-has-this-key").await;
    assert!(words.contains("no stream has this key"), "{words}");
    let rotated = server
        .operator("POST", &format!("{path}/key"))
        .send()
        .await
        .unwrap();
    assert_eq!(rotated.status(), 200);
    let words = refused(text(&stream, "stream_key")).await;
    assert!(words.contains("no stream has this key"), "{words}");
    assert_eq!(server.json(&path).await["status"], "scheduled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_broadcast_plays_with_its_token_only() {
    let server = TestServer::start().await;
    let stream = stream(&server, json!({ "is_private": true })).await;
    let id = text(&stream, "id");
    let _encoder = encoder(&server, text(&stream, "stream_key"), 600);
    let grant = server.json(&format!("/api/streams/{id}/token")).await;
    let hls = text(&grant, "hls_url");
    let master = on_air(&server, hls).await;
    assert_eq!(header(&master, "cache-control"), "private, no-store");
    let (bare, token) = hls.split_once('?').unwrap();
    problem(server.get(bare).send().await.unwrap(), 404).await;
    let master = master.text().await.unwrap();
    assert!(
        master.contains(&format!("video/media.m3u8?{token}")),
        "{master}"
    );
    let base = bare.strip_suffix("master.m3u8").unwrap();
    let url = format!("{base}video/media.m3u8");
    let list = server.get(&format!("{url}?{token}")).send().await.unwrap();
    assert_eq!(header(&list, "cache-control"), "private, no-store");
    let list = Playlist::read(&list.text().await.unwrap());
    let part = &list.segments.values().next_back().unwrap().parts[0].uri;
    let part = format!("{base}video/{part}");
    let answer = server.get(&part).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(header(&answer, "cache-control").starts_with("private"));
    for url in [&url, part.split('?').next().unwrap()] {
        problem(server.get(url).send().await.unwrap(), 404).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encoder_that_comes_back_goes_on_and_a_stopped_server_ends_it() {
    let server = TestServer::start().await;
    let stream = stream(&server, json!({})).await;
    let path = format!("/api/streams/{}", text(&stream, "id"));
    let hls = format!("/media/live/{}/master.m3u8", text(&stream, "id"));
    let hls = hls.as_str();
    let mut first = encoder(&server, text(&stream, "stream_key"), 600);
    on_air(&server, hls).await;
    // No goodbye.
    first.kill().await.unwrap();
    let _second = encoder(&server, text(&stream, "stream_key"), 600);
    let url = hls.replace("master.m3u8", "video/media.m3u8");
    let mut breaks = 0;
    for _ in 0..1200 {
        let list = server.get(&url).send().await.unwrap();
        let list = Playlist::read(&list.text().await.unwrap());
        breaks = list.segments.values().filter(|s| s.discontinuity).count();
        if breaks > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(breaks, 1);
    live(&server, &path).await;
    let data = server.stop().await;
    let server = TestServer::on(data, &[]).await;
    let after: Value = server
        .get(&path)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(after["status"], "ended");
    problem(server.get(hls).send().await.unwrap(), 404).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_broadcast_is_a_video_when_it_ends() {
    let server = TestServer::start().await;
    let fields = json!({ "record": true, "description": "Kept", "visibility": "unlisted" });
    let stream = stream(&server, fields).await;
    let path = format!("/api/streams/{}", text(&stream, "id"));
    let encoder = encoder(&server, text(&stream, "stream_key"), 6);
    let output = encoder.wait_with_output().await.unwrap();
    assert!(output.status.success(), "{output:?}");
    let video = processed(&server, &path).await;
    assert_eq!(video["title"], "On the air");
    assert_eq!(video["description"], "Kept");
    assert_eq!(video["visibility"], "unlisted");
    assert!(
        (5..=6).contains(&video["duration"].as_i64().unwrap()),
        "{video:#}"
    );
    assert_eq!(video["non_standard_input_reasons"], json!([]));
    let seen = ffprobe(text(&video, "hls_url")).await;
    assert!(
        seen.contains("codec_name=h264") && seen.contains("codec_name=aac"),
        "{seen}"
    );
    assert!(seen.contains("nb_read_frames=150"), "{seen}");
    assert!(
        !server
            .data
            .path()
            .join("live")
            .read_dir()
            .unwrap()
            .any(|_| true)
    );
}

#[tokio::test]
async fn every_recording_can_be_watched_whatever_stops_on_the_way() {
    let server = TestServer::start().await;
    let stream = stream(&server, json!({ "record": true })).await;
    // The pictures stop for eight seconds, while the sound goes on.
    let picture = "testsrc2=s=320x180:r=25:d=14,select='lt(t,3)+gt(t,11)'";
    let to = format!(
        "rtmp://{}/live/{}",
        server.rtmp,
        text(&stream, "stream_key")
    );
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-re", "-f", "lavfi"])
        .args(["-i", picture, "-re", "-f", "lavfi"])
        .args(["-i", "sine=r=48000:d=14", "-fps_mode", "passthrough"])
        .args(["-c:v", "libx264", "-preset", "ultrafast", "-tune"])
        .args(["zerolatency", "-g", "25", "-pix_fmt", "yuv420p"])
        .args(["-c:a", "aac", "-f", "flv", &to])
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let mut videos = Vec::new();
    for _ in 0..1200 {
        let list = server.json("/api/videos").await;
        videos = list.as_array().unwrap().clone();
        for video in &videos {
            assert_ne!(video["processing_status"], "failed", "{video:#}");
        }
        if videos.len() == 3 && videos.iter().all(|video| video["is_processed"] == true) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // With pictures, with sound alone, and with pictures again: each from its own beginning.
    let mut lengths = Vec::new();
    for video in &videos {
        let seen = ffprobe(text(video, "hls_url")).await;
        assert!(seen.contains("codec_name=h264"), "{seen}");
        assert!(seen.contains("codec_name=aac"), "{seen}");
        lengths.push(video["duration_ms"].as_i64().unwrap());
    }
    assert_eq!(lengths.len(), 3, "{videos:#?}");
    assert!(lengths.iter().all(|ms| *ms < 12_000), "{lengths:?}");
    let whole: i64 = lengths.iter().sum();
    assert!((12_000..=16_000).contains(&whole), "{lengths:?}");
}
