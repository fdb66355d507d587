//! Kills while uploads run, in each of their ways.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use reqwest::{Method, StatusCode};

use crate::Chance;
use crate::client::Client;
use crate::media::{ffmpeg, film, sha256};
use crate::server::{Server, Setup, files};

/// About 24 MiB of film: several parts, and long enough on the wire to be hit.
fn large_film() -> PathBuf {
    static MADE: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large.mp4");
        ffmpeg(&[
            "-stream_loop",
            "23",
            "-i",
            film().to_str().unwrap(),
            "-c",
            "copy",
            path.to_str().unwrap(),
        ]);
        (folder, path)
    });
    path.clone()
}

/// The stored original of a video is the file that was sent, byte for byte.
fn assert_kept(server: &Server, id: &str) {
    let stored = server.video_dir(id).join("source/original");
    assert_eq!(
        sha256(&stored),
        sha256(&large_film()),
        "the original of {id}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_upload_is_kept_whole_or_not_at_all() {
    let mut chance = Chance::new("a_form_upload_is_kept_whole_or_not_at_all");
    let mut server = Server::start_with(Setup {
        env: vec![("MATINEE_UPLOAD_EXPIRY", "2s".to_owned())],
        ..Setup::default()
    })
    .await;
    let client = server.client();
    let path = large_film();
    let mut acknowledged = Vec::new();
    for round in 0..6 {
        let sending = {
            let (client, path) = (client.clone(), path.clone());
            tokio::spawn(async move {
                client
                    .upload(&path, &format!("Round {round}"))
                    .await?
                    .error_for_status()?
                    .json::<serde_json::Value>()
                    .await
            })
        };
        tokio::time::sleep(chance.millis(5, 400)).await;
        server.kill();
        if let Ok(video) = sending.await.unwrap() {
            acknowledged.push(video["id"].as_str().unwrap().to_owned());
        }
        server.run().await;
    }
    // Once without a kill, so that the test says something even if every kill came first.
    acknowledged.push(client.uploaded(&path, "Undisturbed").await);

    for id in &acknowledged {
        assert_kept(&server, id);
    }
    // A video may be there whose answer was cut off, but then it is whole.
    let listed = client.json("/api/videos?limit=100").await;
    let listed: Vec<&str> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|video| video["id"].as_str().unwrap())
        .collect();
    for id in &listed {
        assert_kept(&server, id);
    }
    for id in &acknowledged {
        assert!(
            listed.contains(&id.as_str()),
            "{id} was acknowledged and is gone"
        );
    }
    // And nothing is left of the others, once their time is over: one may have been killed
    // between its last byte and its video.
    tokio::time::sleep(Duration::from_secs(3)).await;
    server.kill_and_run().await;
    let blobs = server.data_dir().join("blobs/videos");
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        let mut files = files(&blobs).into_iter();
        let Some(scrap) = files.find(|file| !listed.contains(&file.split('/').next().unwrap()))
        else {
            break;
        };
        assert!(Instant::now() < deadline, "{scrap} belongs to no video");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Where a tus upload stands.
async fn offset(client: &Client, url: &str) -> u64 {
    let answer = client
        .request(Method::HEAD, url)
        .header("tus-resumable", "1.0.0")
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    answer.headers()["upload-offset"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tus_upload_goes_on_from_what_was_acknowledged() {
    let mut chance = Chance::new("a_tus_upload_goes_on_from_what_was_acknowledged");
    let mut server = Server::start().await;
    let client = server.client();
    let content = Bytes::from(std::fs::read(large_film()).unwrap());
    let name = STANDARD.encode("film.mp4");
    let answer = client
        .request(Method::POST, "/api/uploads")
        .header("tus-resumable", "1.0.0")
        .header("upload-length", content.len())
        .header("upload-metadata", format!("filename {name}"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    let location = answer.headers()["location"].to_str().unwrap();
    let url = if location.starts_with('/') {
        format!("{}{location}", client.base)
    } else {
        location.to_owned()
    };

    let mut at = 0u64;
    let mut kills = 0;
    while at < content.len() as u64 {
        let start = usize::try_from(at).unwrap();
        let end = content
            .len()
            .min(start + (1 << 20) + usize::try_from(chance.below(3 << 20)).unwrap());
        let patch = client
            .request(Method::PATCH, &url)
            .header("tus-resumable", "1.0.0")
            .header("upload-offset", at)
            .header("content-type", "application/offset+octet-stream")
            .body(content.slice(start..end));
        let sending = tokio::spawn(patch.send());
        let killed = kills < 5 && chance.below(2) == 0;
        if killed {
            tokio::time::sleep(chance.millis(0, 60)).await;
            server.kill();
            kills += 1;
        }
        let acknowledged = match sending.await.unwrap() {
            Ok(answer) if answer.status() == StatusCode::NO_CONTENT => {
                answer.headers()["upload-offset"]
                    .to_str()
                    .unwrap()
                    .parse()
                    .unwrap()
            }
            Ok(answer) => panic!("{}: {}", answer.status(), answer.text().await.unwrap()),
            Err(_) => at,
        };
        if killed {
            server.run().await;
        }
        at = offset(&client, &url).await;
        assert!(
            at >= acknowledged,
            "{acknowledged} bytes were acknowledged, {at} are left"
        );
        assert!(at <= end as u64, "more than was sent");
    }
    let answer = client
        .request(Method::HEAD, &url)
        .header("tus-resumable", "1.0.0")
        .send()
        .await
        .unwrap();
    let id = answer.headers()["matinee-video-id"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_kept(&server, &id);
    client
        .until(&id, |video| video["is_processed"] == true)
        .await;
}
