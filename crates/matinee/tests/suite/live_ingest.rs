//! The ways by which broadcasts come in besides plain RTMP, and the pictures that are taken of
//! them: with a real ffmpeg on the other side.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::process::Command;

use crate::live_broadcast::{encoder, header, on_air, stream, text};
use crate::playback::ffprobe;
use crate::support::{TestServer, fields, problem};

/// The stream, as soon as it has a picture.
async fn pictured(server: &TestServer, path: &str) -> Value {
    for _ in 0..1200 {
        let stream = server.json(path).await;
        if stream["thumbnail_url"].is_string() {
            return stream;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no picture is taken of it");
}

/// Width and height of a JPEG.
async fn size(jpeg: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jpg");
    std::fs::write(&path, jpeg).unwrap();
    let probe = Command::new("ffprobe")
        .args(["-v", "error", "-of", "csv=p=0"])
        .args(["-show_entries", "stream=codec_name,width,height"])
        .arg(&path)
        .output()
        .await
        .unwrap();
    String::from_utf8(probe.stdout).unwrap().trim().to_owned()
}

/// An encoder that sends pictures to an address in real time, about to be started.
fn pictures(format: &str, url: &str) -> Command {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg
        .args(["-nostdin", "-v", "error", "-re"])
        .args(["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25"])
        .args(["-c:v", "libx264", "-g", "25", "-preset", "ultrafast"])
        .args(["-pix_fmt", "yuv420p", "-f", format, url])
        .stdin(Stdio::null());
    ffmpeg
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_has_a_picture_while_it_is_on_the_air_and_afterwards() {
    let server = TestServer::start().await;
    let made = stream(&server, json!({})).await;
    assert_eq!(made["thumbnail_url"], Value::Null);
    let path = format!("/api/streams/{}", text(&made, "id"));
    let bare = format!("/media/live/{}/thumbnail.jpg", text(&made, "id"));
    problem(server.get(&bare).send().await.unwrap(), 404).await;

    let _encoder = encoder(&server, text(&made, "stream_key"), 600);
    let live = pictured(&server, &path).await;
    let url = text(&live, "thumbnail_url");
    let picture = server.get(url).send().await.unwrap();
    assert_eq!(picture.status(), 200);
    assert_eq!(header(&picture, "content-type"), "image/jpeg");
    assert!(header(&picture, "cache-control").contains("immutable"));
    let etag = header(&picture, "etag").to_owned();
    assert_eq!(size(&picture.bytes().await.unwrap()).await, "mjpeg,320,180");
    let same = server.get(url).header("if-none-match", &etag);
    assert_eq!(same.send().await.unwrap().status(), 304);
    // Without the number it is whatever is newest, and not for long.
    let newest = server.get(&bare).send().await.unwrap();
    assert_eq!(header(&newest, "cache-control"), "public, max-age=2");

    let ended = server.operator("POST", &format!("{path}/end"));
    assert_eq!(ended.send().await.unwrap().status(), 200);
    let data = server.stop().await;
    let server = TestServer::on(data, &[]).await;
    let after = server.get(&path).send().await.unwrap();
    let after: Value = after.json().await.unwrap();
    let query = text(&after, "thumbnail_url").split_once('?').unwrap().1;
    let picture = server.get(&format!("{bare}?{query}")).send().await.unwrap();
    assert_eq!(picture.status(), 200);
    assert_eq!(size(&picture.bytes().await.unwrap()).await, "mjpeg,320,180");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_of_a_private_stream_is_for_those_who_may_watch_it() {
    let server = TestServer::start().await;
    let made = stream(&server, json!({ "is_private": true })).await;
    let path = format!("/api/streams/{}", text(&made, "id"));
    let _encoder = encoder(&server, text(&made, "stream_key"), 600);
    let live = pictured(&server, &path).await;
    let url = text(&live, "thumbnail_url");
    problem(server.get(url).send().await.unwrap(), 404).await;
    let grant = server.json(&format!("{path}/token")).await;
    let url = format!("{url}&token={}", text(&grant, "token"));
    let picture = server.get(&url).send().await.unwrap();
    assert_eq!(picture.status(), 200);
    assert!(header(&picture, "cache-control").starts_with("private"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encoder_publishes_over_tls_where_the_stream_says() {
    let papers = tempfile::tempdir().unwrap();
    let (chain, key) = (papers.path().join("c.pem"), papers.path().join("k.pem"));
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(&chain, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let server = TestServer::with(&[
        ("rtmps_server_port", "1936"),
        ("tls_cert", chain.to_str().unwrap()),
        ("tls_key", key.to_str().unwrap()),
    ])
    .await;
    let made = stream(&server, json!({})).await;
    let url = text(&made, "rtmps_url");
    let port = server.ports.rtmps.unwrap();
    let stream_key = text(&made, "stream_key");
    assert_eq!(url, format!("rtmps://127.0.0.1:{port}/live/{stream_key}"));
    let _encoder = pictures("flv", url).kill_on_drop(true).spawn().unwrap();
    let id = text(&made, "id");
    on_air(&server, &format!("/media/live/{id}/master.m3u8")).await;
    let live = server.json(&format!("/api/streams/{id}")).await;
    assert_eq!(live["ingest"]["protocol"], "rtmps");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encoder_publishes_by_srt_where_the_stream_says() {
    let server = TestServer::with(&[
        ("srt_server_port", "9998"),
        ("srt_passphrase", "open sesame"),
    ])
    .await;
    let made = stream(&server, json!({})).await;
    let url = text(&made, "srt_url");
    let port = server.ports.srt.unwrap();
    let stream_key = text(&made, "stream_key");
    let wanted = format!("srt://127.0.0.1:{port}?streamid=publish:{stream_key}");
    assert_eq!(url, wanted);
    let url = format!("{url}&passphrase=open+sesame");
    let encoder = pictures("mpegts", &url)
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let id = text(&made, "id");
    on_air(&server, &format!("/media/live/{id}/master.m3u8")).await;
    let live = server.json(&format!("/api/streams/{id}")).await;
    assert_eq!(live["ingest"]["protocol"], "srt");
    assert_eq!(
        live["ingest"]["video_codec"].as_str().unwrap().get(..4),
        Some("avc1")
    );
    drop(encoder);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clip_is_a_video_while_the_broadcast_goes_on() {
    let server = TestServer::start().await;
    let made = stream(&server, json!({ "visibility": "unlisted" })).await;
    let path = format!("/api/streams/{}", text(&made, "id"));
    let clips = format!("{path}/clips");
    let ask = async |body: Value| {
        let asked = server.operator("POST", &clips).json(&body);
        asked.send().await.unwrap()
    };
    problem(ask(json!({})).await, 404).await;
    let _encoder = encoder(&server, text(&made, "stream_key"), 600);
    let list = format!("/media/live/{}/video/media.m3u8", text(&made, "id"));
    loop {
        let answer = server.get(&list).send().await.unwrap();
        let whole = answer.text().await.unwrap();
        if whole.matches("#EXTINF").count() >= 4 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let refused = problem(ask(json!({ "from_ms": 5000, "to_ms": 1000 })).await, 422).await;
    assert_eq!(fields(&refused), ["to_ms"]);
    let nobody = server.http.post(server.url(&clips)).json(&json!({}));
    problem(nobody.send().await.unwrap(), 401).await;
    problem(
        ask(json!({ "from_ms": 4_000_000, "to_ms": 4_001_000 })).await,
        404,
    )
    .await;

    let made = ask(json!({ "title": "The goal", "from_ms": 2500, "to_ms": 5000 })).await;
    assert_eq!(made.status(), 201);
    let made: Value = made.json().await.unwrap();
    assert_eq!(made["title"], "The goal");
    let id = text(&made, "id");
    let mut video = Value::Null;
    for _ in 0..1200 {
        video = server.json(&format!("/api/videos/{id}")).await;
        assert_ne!(video["processing_status"], "failed", "{video:#}");
        if video["is_processed"] == true {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(video["visibility"], "unlisted");
    // Segments of two seconds: all those that have something of it.
    let length = video["duration_ms"].as_i64().unwrap();
    assert!((1900..=6100).contains(&length), "{video:#}");
    assert_eq!(video["non_standard_input_reasons"], json!([]));
    let seen = ffprobe(text(&video, "hls_url")).await;
    assert!(
        seen.contains("codec_name=h264") && seen.contains("codec_name=aac"),
        "{seen}"
    );
    let frames = length * 25 / 1000;
    assert!(
        seen.contains(&format!("nb_read_frames={frames}")),
        "{seen} of {frames}"
    );
    // It goes on.
    assert_eq!(server.json(&path).await["status"], "live");
}
