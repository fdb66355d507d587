//! Viewers' own channels.

use std::collections::BTreeSet;

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::linear::{comedy, millis};
use crate::live_broadcast::text as of;
use crate::support::{TestServer, problem};

async fn json_of(request: RequestBuilder) -> Value {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

fn shown(schedule: &Value) -> Vec<String> {
    let airings = schedule["airings"].as_array().unwrap().iter();
    let ids = airings.filter_map(|airing| airing["video_id"].as_str());
    ids.map(str::to_owned).collect()
}

async fn change(server: &TestServer, path: &str, method: &str, body: Value) {
    let sent = server.operator(method, path).json(&body).send();
    let sent = sent.await.unwrap();
    assert!(
        sent.status().is_success(),
        "{path}: {}",
        sent.text().await.unwrap()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_has_a_channel_of_what_they_may_watch() {
    let server = TestServer::start().await;
    let open = comedy(&server, 8, true).await;
    let members = comedy(&server, 10, true).await;
    let private = comedy(&server, 12, true).await;
    let mild = comedy(&server, 6, true).await;
    for (id, visibility) in [(&members, "members"), (&private, "private")] {
        let path = format!("/api/videos/{id}/access");
        change(&server, &path, "PUT", json!({ "visibility": visibility })).await;
    }
    let path = format!("/api/videos/{mild}");
    change(&server, &path, "PATCH", json!({ "rating": "FSK 6" })).await;

    let set = |schedule: &Value| -> BTreeSet<String> { shown(schedule).into_iter().collect() };
    let path = "/api/channels/mine/schedule";
    let nobody = json_of(server.get(path)).await;
    assert_eq!(set(&nobody), BTreeSet::from([open.clone(), mild.clone()]));
    let own = server.json(path).await;
    let all = BTreeSet::from([open.clone(), members.clone(), mild.clone()]);
    assert_eq!(set(&own), all);
    // Everybody has their own order, which stays the same.
    assert_ne!(shown(&nobody), shown(&own));
    // Asked without a span it begins with what is on, which is soon something else.
    let span = format!("{path}?from={}&to={}", of(&own, "from"), of(&own, "to"));
    assert_eq!(shown(&server.json(&span).await), shown(&own));

    let made = server.operator("POST", "/api/profiles");
    let made = made.json(&json!({ "name": "Tim", "kids": true })).send();
    let child: Value = made.await.unwrap().json().await.unwrap();
    let select = format!("/api/profiles/{}/select", of(&child, "id"));
    let select = server.operator("POST", &select).json(&json!({}));
    let token = of(&json_of(select).await, "token").to_owned();
    let as_child = |path: &str| {
        server
            .operator("GET", path)
            .header("matinee-profile", &token)
    };
    let childs = json_of(as_child(path)).await;
    assert_eq!(set(&childs), BTreeSet::from([mild.clone()]));

    // It is watched with a token, and holds nothing else.
    let play = server.json("/api/channel/play/mine").await;
    let hls = of(&play, "hls_url");
    let (bare, token) = hls.split_once("?token=").unwrap();
    assert_eq!(play["channel"]["name"], "Your channel");
    problem(server.get(bare).send().await.unwrap(), 404).await;
    let master = server.get(hls).send().await.unwrap();
    assert_eq!(master.status(), 200);
    let base = bare.strip_suffix("master.m3u8").unwrap();
    let playlist = server.get(&format!("{base}video/360p.m3u8?token={token}"));
    let playlist = playlist.send().await.unwrap().text().await.unwrap();
    let uris: Vec<&str> = playlist
        .lines()
        .filter(|line| line.starts_with('/'))
        .collect();
    assert!(uris.len() >= 5, "{playlist}");
    for uri in &uris {
        assert_eq!(server.get(uri).send().await.unwrap().status(), 200, "{uri}");
    }
    // A token is for one channel: not for another's, and not for what is not on it.
    let theirs = json_of(as_child("/api/channel/play/mine")).await;
    let other = of(&theirs, "hls_url").split_once("?token=").unwrap().0;
    problem(
        server
            .get(&format!("{other}?token={token}"))
            .send()
            .await
            .unwrap(),
        404,
    )
    .await;
    let wider = bare.replace("_1ff/", "_007/");
    assert_ne!(wider, bare);
    problem(
        server
            .get(&format!("{wider}?token={token}"))
            .send()
            .await
            .unwrap(),
        404,
    )
    .await;
    let inside = uris.iter().find(|uri| uri.contains("/video_")).unwrap();
    let video = inside
        .split('/')
        .find(|part| part.starts_with("video_"))
        .unwrap();
    problem(
        server
            .get(&inside.replace(video, &private))
            .send()
            .await
            .unwrap(),
        404,
    )
    .await;

    // What is closed meanwhile leaves it at once.
    change(
        &server,
        &format!("/api/videos/{members}/access"),
        "PUT",
        json!({ "visibility": "private" }),
    )
    .await;
    let begins = millis(&play["dvr_start"]);
    let span = format!("from={begins}&until={}", begins + 20_000);
    let playlist = server.get(&format!("{base}video/360p.m3u8?token={token}&{span}"));
    let playlist = playlist.send().await.unwrap().text().await.unwrap();
    assert!(!playlist.contains(&members), "{playlist}");
    for uri in uris.iter().filter(|uri| uri.contains(&members)) {
        problem(server.get(uri).send().await.unwrap(), 404).await;
    }

    // It is nobody's to change, and no other channel is called so.
    let edit = server
        .operator("PATCH", "/api/channels/mine")
        .json(&json!({ "name": "Mine" }));
    problem(edit.send().await.unwrap(), 404).await;
    let body = json!({ "number": 3, "name": "A", "slug": "mine", "rules": {} });
    let slug = server.operator("POST", "/api/channels").json(&body);
    problem(slug.send().await.unwrap(), 422).await;

    // Nothing is kept of it: after a restart it is the same.
    let data = server.stop().await;
    let again = TestServer::on(data, &[]).await;
    let answer = again.get(&format!(
        "{}?token={token}",
        bare.split_once("/media")
            .map(|(_, path)| format!("/media{path}"))
            .unwrap()
    ));
    assert_eq!(answer.send().await.unwrap().status(), 200);
}
