//! Kills while a video is processed and played.

use serde_json::Value;

use crate::Chance;
use crate::client::{Client, status};
use crate::media::{complaints, film, long_film};
use crate::server::{Server, files};

/// Whatever the playlists list must be there, whole, at every moment: fetches all of it.
async fn everything_listed_is_there(client: &Client, video: &Value) -> usize {
    let id = video["id"].as_str().unwrap();
    let mut seen = 0;
    for rendition in video["renditions"].as_array().unwrap() {
        let rendition = rendition["id"].as_str().unwrap();
        let base = format!("/media/{id}/{rendition}");
        let playlist =
            String::from_utf8(client.bytes(&format!("{base}/media.m3u8")).await.to_vec()).unwrap();
        assert!(
            playlist.trim_end().ends_with("#EXT-X-ENDLIST"),
            "{playlist}"
        );
        assert!(client.bytes(&format!("{base}/init.mp4")).await.len() > 200);
        for segment in playlist
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            assert!(
                client.bytes(&format!("{base}/{segment}")).await.len() > 100,
                "{segment}"
            );
            seen += 1;
        }
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processing_survives_kill_after_kill() {
    let mut chance = Chance::new("processing_survives_kill_after_kill");
    let mut server = Server::start().await;
    let client = server.client();
    let id = client
        .uploaded(&long_film(), "Killed and killed again")
        .await;

    let mut renditions = 0;
    for _ in 0..5 {
        tokio::time::sleep(chance.millis(100, 3000)).await;
        server.kill_and_run().await;
        let video = client.video(&id).await;
        assert_ne!(status(&video), "failed", "{video:#}");
        // What could be watched before the kill can be watched after it.
        let now = video["renditions"].as_array().unwrap().len();
        assert!(
            now >= renditions,
            "{renditions} renditions became {now}: {video:#}"
        );
        renditions = now;
        everything_listed_is_there(&client, &video).await;
    }

    let video = client.completed(&id).await;
    let names: Vec<&str> = video["renditions"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    for rung in ["240p", "360p", "480p", "720p"] {
        assert!(names.contains(&rung), "{rung} is missing: {names:?}");
    }
    assert!(everything_listed_is_there(&client, &video).await > 40);
    assert_eq!(
        complaints(&format!("{}/media/{id}/master.m3u8", client.base)),
        ""
    );

    // The killed attempts left nothing behind: the same files as a video that was never disturbed.
    let calm = client.uploaded(&long_film(), "Undisturbed").await;
    client.completed(&calm).await;
    let kinds = |id: &str| {
        let mut kinds: Vec<String> = files(&server.video_dir(id))
            .iter()
            .map(|name| kind_of(name))
            .collect();
        kinds.sort();
        kinds
    };
    assert_eq!(kinds(&id), kinds(&calm));
    assert_eq!(files(&server.data_dir().join("work")), Vec::<String>::new());
}

/// A blob's path with its ids taken out, so that two videos can be compared.
fn kind_of(path: &str) -> String {
    path.split('/')
        .map(|part| match part.split_once('_') {
            Some((prefix, rest)) if rest.len() >= 26 => format!("{prefix}_*{}", &rest[26..]),
            _ => part.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_viewer_gets_the_same_bytes_from_the_restarted_server() {
    let mut server = Server::start().await;
    let client = server.client();
    let id = client.uploaded(&film(), "Seen twice").await;
    let video = client.completed(&id).await;
    let mut paths = vec![
        format!("/media/{id}/master.m3u8"),
        format!("/media/{id}/manifest.mpd"),
        format!("/api/videos/{id}/stream"),
    ];
    for rendition in video["renditions"].as_array().unwrap() {
        let rendition = rendition["id"].as_str().unwrap();
        paths.extend(
            ["media.m3u8", "init.mp4", "0.m4s", "1.m4s"]
                .map(|name| format!("/media/{id}/{rendition}/{name}")),
        );
    }
    let mut before = Vec::new();
    for path in &paths {
        before.push(client.bytes(path).await);
    }
    // Killed in the middle of sending: these requests are never read to their end.
    let mut open = Vec::new();
    for path in &paths {
        open.push(
            client
                .request(reqwest::Method::GET, path)
                .send()
                .await
                .unwrap(),
        );
    }
    server.kill_and_run().await;
    for (path, before) in paths.iter().zip(before) {
        assert!(
            client.bytes(path).await == before,
            "{path} changed by a restart"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_killed_midway_leaves_nothing() {
    let mut chance = Chance::new("a_deletion_killed_midway_leaves_nothing");
    let mut server = Server::start().await;
    let client = server.client();
    for round in 0..3 {
        let id = client.uploaded(&film(), &format!("Gone {round}")).await;
        client
            .until(&id, |video| video["is_processed"] == true)
            .await;
        let deleting = {
            let client = client.clone();
            let id = id.clone();
            tokio::spawn(async move {
                client
                    .request(reqwest::Method::DELETE, &format!("/api/videos/{id}"))
                    .send()
                    .await
            })
        };
        tokio::time::sleep(chance.millis(0, 25)).await;
        server.kill();
        let acknowledged = deleting
            .await
            .unwrap()
            .is_ok_and(|answer| answer.status().is_success());
        server.run().await;
        let path = format!("/api/videos/{id}");
        let found = client
            .request(reqwest::Method::GET, &path)
            .send()
            .await
            .unwrap()
            .status();
        if acknowledged {
            assert_eq!(
                found,
                reqwest::StatusCode::NOT_FOUND,
                "deleted means deleted"
            );
        } else if found.is_success() {
            // Not acknowledged and still there: asking again must succeed.
            let again = client
                .request(reqwest::Method::DELETE, &path)
                .send()
                .await
                .unwrap()
                .status();
            assert!(again.is_success(), "{again}");
        }
        let folder = server.video_dir(&id);
        // The steps that died with the server hold their leases for a while yet.
        for _ in 0..3000 {
            if files(&folder).is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert_eq!(files(&folder), Vec::<String>::new(), "every blob is freed");
    }
}
