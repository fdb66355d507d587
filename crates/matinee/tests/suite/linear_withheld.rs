//! Videos that are deleted or closed after a channel has chosen them.

use matinee_channels::verify::Told;
use serde_json::{Value, json};

use crate::linear::{channel, comedy, decoded, millis, told};
use crate::live_broadcast::text as of;
use crate::support::{TestServer, problem};

fn same(a: &[Told], b: &[Told]) {
    let numbers = |told: &Told| (told.msn, told.discontinuity, told.at, told.duration);
    let (a, b): (Vec<_>, Vec<_>) = (
        a.iter().map(numbers).collect(),
        b.iter().map(numbers).collect(),
    );
    assert_eq!(a, b);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_or_closed_leaves_the_air_at_once() {
    let server = TestServer::start().await;
    let deleted = comedy(&server, 8, true).await;
    let closed = comedy(&server, 12, true).await;
    let stays = comedy(&server, 10, true).await;
    let made = channel(&server, 7, json!({})).await;
    let id = of(&made, "id");
    let begins = millis(&made["begins_at"]);
    let span = format!("from={begins}&until={}", begins + 50_000);
    let url = format!("/media/channels/{id}/video/360p.m3u8?{span}");
    let before = told(&server, &url).await;
    for film in [&deleted, &closed, &stays] {
        assert!(before.iter().any(|one| one.uri.contains(film.as_str())));
    }

    let gone = server.operator("DELETE", &format!("/api/videos/{deleted}"));
    assert!(gone.send().await.unwrap().status().is_success());
    let access = server.operator("PUT", &format!("/api/videos/{closed}/access"));
    let access = access.json(&json!({ "visibility": "private" })).send();
    assert_eq!(access.await.unwrap().status(), 200);

    let after = told(&server, &url).await;
    same(&before, &after);
    let slate: Vec<Told> = after
        .iter()
        .filter(|one| one.uri.contains("/slate/"))
        .cloned()
        .collect();
    assert!(!slate.is_empty());
    for one in &after {
        assert!(!one.uri.contains(&deleted) && !one.uri.contains(&closed));
        for uri in [Some(&one.uri), one.map.as_ref()].into_iter().flatten() {
            assert_eq!(server.get(uri).send().await.unwrap().status(), 200, "{uri}");
        }
    }
    // The slate lasts as long as what it stands for, and all of it decodes, each item with its own
    // initialization section: ffmpeg's own reader of playlists goes on with that of the first.
    // A second of the slate is drawn out over each segment.
    let pictures = after.iter().map(|one| {
        let is_slate = one.uri.contains("/slate/");
        if is_slate { 25 } else { one.duration / 40 }
    });
    assert_eq!(decoded(&server, &after).await, pictures.sum::<i64>());
    let sound = told(&server, &url.replace("video/360p", "audio/main")).await;
    same(&before, &sound);
    let manifest = server.get(&format!("/media/channels/{id}/manifest.mpd?{span}"));
    let manifest = manifest.send().await.unwrap().text().await.unwrap();
    assert!(manifest.contains("slate/avc/") && !manifest.contains(&deleted));

    // The guide tells nothing of them, and the operator is told.
    let query = format!("from={begins}&to={}", begins + 50_000);
    let schedule = server
        .json(&format!("/api/channels/7/schedule?{query}"))
        .await;
    let text = schedule.to_string();
    assert!(!text.contains(&deleted) && !text.contains(&closed) && text.contains(&stays));
    assert!(!text.contains("Film of 12 s"));
    let own = server.json("/api/channels/7").await;
    let warned: Vec<&Value> = own["warnings"].as_array().unwrap().iter().collect();
    for film in [&deleted, &closed] {
        let one = warned.iter().find(|one| one["video_id"] == **film).unwrap();
        assert_eq!(one["kind"], "withheld");
    }
    let public: Value = server
        .get("/api/channels/7")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(public["warnings"], Value::Null);

    // What is open again is shown again.
    let access = server.operator("PUT", &format!("/api/videos/{closed}/access"));
    let access = access.json(&json!({ "visibility": "public" })).send();
    assert_eq!(access.await.unwrap().status(), 200);
    let again = told(&server, &url).await;
    assert!(again.iter().any(|one| one.uri.contains(&closed)));
    // And it is so after a restart, on a node that has not seen it happen.
    let data = server.stop().await;
    let server = TestServer::on(data, &[]).await;
    let mut later = told(&server, &url).await;
    for _ in 0..50 {
        if !later.iter().any(|one| one.uri.contains(&deleted)) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        later = told(&server, &url).await;
    }
    same(&before, &later);
    assert!(later.iter().all(|one| !one.uri.contains(&deleted)));
    for path in ["/media/slate/avc/0-60001.m4s", "/media/slate/avc/0-0.m4s"] {
        problem(server.get(path).send().await.unwrap(), 404).await;
    }
}
