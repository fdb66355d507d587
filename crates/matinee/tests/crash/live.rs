//! A kill in the middle of a broadcast that is kept.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::Client;
use crate::media::complaints;
use crate::server::{Server, Setup, free_port};

fn encoder(port: u16, key: &str) -> Child {
    Command::new("ffmpeg")
        .args([
            "-nostdin",
            "-v",
            "quiet",
            "-re",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=320x180:r=25",
        ])
        .args([
            "-re",
            "-f",
            "lavfi",
            "-i",
            "sine=r=48000",
            "-c:v",
            "libx264",
        ])
        .args([
            "-preset",
            "ultrafast",
            "-tune",
            "zerolatency",
            "-g",
            "50",
            "-pix_fmt",
            "yuv420p",
        ])
        .args(["-c:a", "aac", "-ac", "2", "-f", "flv"])
        .arg(format!("rtmp://127.0.0.1:{port}/live/{key}"))
        .stdin(Stdio::null())
        .spawn()
        .unwrap()
}

/// How many segments of a broadcast are listed.
async fn segments(client: &Client, id: &str) -> usize {
    let path = format!("/media/live/{id}/video/media.m3u8");
    let answer = client.request(Method::GET, &path).send().await.unwrap();
    if !answer.status().is_success() {
        return 0;
    }
    answer.text().await.unwrap().matches("#EXTINF").count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broadcast_that_is_killed_is_a_video_at_the_next_start() {
    let port = free_port();
    let mut server = Server::start_with(Setup {
        env: vec![
            ("RTMP_SERVER_PORT", port.to_string()),
            ("ENABLE_STREAM_RECORDING", "true".to_owned()),
        ],
        ..Setup::default()
    })
    .await;
    let client = server.client();
    let body = json!({ "title": "Killed on the air" });
    let made = client.request(Method::POST, "/api/streams").json(&body);
    let made: Value = made.send().await.unwrap().json().await.unwrap();
    let id = made["id"].as_str().unwrap();
    let mut encoder = encoder(port, made["stream_key"].as_str().unwrap());
    while segments(&client, id).await < 3 {
        assert!(
            encoder.try_wait().unwrap().is_none(),
            "the encoder has ended"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // What is listed is written a moment later.
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.kill();
    let _ = encoder.kill();
    let _ = encoder.wait();
    server.run().await;

    let path = format!("/api/streams/{id}");
    let mut video = Value::Null;
    while video.is_null() {
        video = client.json(&path).await["recording_video_id"].clone();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let video = client.completed(video.as_str().unwrap()).await;
    assert_eq!(video["title"], "Killed on the air");
    // All segments that were listed, at least.
    assert!(video["duration_ms"].as_i64().unwrap() >= 6_000, "{video:#}");
    assert_eq!(complaints(video["hls_url"].as_str().unwrap()), "");
    let left = std::fs::read_dir(server.data_dir().join("live")).unwrap();
    assert_eq!(left.count(), 0);
}
