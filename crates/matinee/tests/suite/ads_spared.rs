//! Who sees no advertisements: children, and members of groups that are spared them.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::access_people::account;
use crate::ads::{HERE, advert, sent, text};
use crate::playback::add_film;
use crate::support::{TestServer, fields, problem};

fn rules(more: &Value) -> Value {
    let mut all = json!({ "preroll_seconds": 15, "midroll_seconds": 0, "midroll_minutes": 10,
        "postroll_seconds": 0, "unbroken_minutes": 0, "seekable": false });
    for (name, value) in more.as_object().unwrap() {
        all[name] = value.clone();
    }
    all
}

async fn set(server: &TestServer, more: Value) {
    let put = server.operator("PUT", "/api/ads/rules").json(&rules(&more));
    sent(put, StatusCode::OK).await;
}

/// How many pods somebody sees in a video.
async fn pods(request: reqwest::RequestBuilder) -> usize {
    let answer = sent(request, StatusCode::OK).await;
    answer["pods"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn children_and_chosen_groups_see_none() {
    let server = TestServer::with(HERE).await;
    let spot = advert(&server, 4.9).await;
    let campaign = server
        .operator("POST", "/api/ads/campaigns")
        .json(&json!({ "name": "Tea" }));
    let campaign = sent(campaign, StatusCode::CREATED).await;
    let path = format!(
        "/api/ads/campaigns/{}/creatives",
        campaign["id"].as_str().unwrap()
    );
    let creative = server
        .operator("POST", &path)
        .json(&json!({ "video_id": spot, "name": "Cup" }));
    sent(creative, StatusCode::CREATED).await;
    let film = add_film(&server, 8, true).await;
    let tags = server
        .operator("PATCH", &format!("/api/videos/{}", film.video.id))
        .json(&json!({ "tags": ["comedy"], "rating": "FSK 0" }));
    sent(tags, StatusCode::OK).await;
    let ads = format!("/api/ads/videos/{}", film.video.id);

    let refused = server
        .operator("PUT", "/api/ads/rules")
        .json(&rules(&json!({ "spare_groups": ["Gold"] })))
        .send()
        .await
        .unwrap();
    assert_eq!(fields(&problem(refused, 422).await), ["spare_groups"]);

    // Children are spared unless it is said otherwise.
    set(&server, json!({})).await;
    let kept = server.json("/api/ads/rules").await;
    assert_eq!(
        (&kept["spare_children"], &kept["spare_groups"]),
        (&json!(true), &json!([]))
    );
    let child = server
        .operator("POST", "/api/profiles")
        .json(&json!({ "name": "Tim", "kids": true }));
    let child = sent(child, StatusCode::CREATED).await;
    let select = format!("/api/profiles/{}/select", child["id"].as_str().unwrap());
    let select = server.operator("POST", &select).json(&json!({}));
    let token = sent(select, StatusCode::OK).await["token"].clone();
    let token = token.as_str().unwrap();
    let as_child = || {
        server
            .operator("GET", &ads)
            .header("matinee-profile", token)
    };
    assert_eq!(pods(server.get(&ads)).await, 1);
    assert_eq!(pods(as_child()).await, 0);
    set(&server, json!({ "spare_children": false })).await;
    assert_eq!(pods(as_child()).await, 1);

    // So are those who pay to be.
    let (ada, ada_token) = account(&server, "ada", "viewer").await;
    let (_, bob_token) = account(&server, "bob", "viewer").await;
    let gold = server
        .operator("POST", "/api/groups")
        .json(&json!({ "name": "Gold" }));
    let gold = sent(gold, StatusCode::CREATED).await;
    let gold = gold["id"].as_str().unwrap();
    let member = format!("/api/groups/{gold}/members/{ada}");
    let member = server.operator("PUT", &member).json(&json!({}));
    sent(member, StatusCode::NO_CONTENT).await;
    set(&server, json!({ "spare_groups": [gold] })).await;
    assert_eq!(pods(server.get(&ads).bearer_auth(&ada_token)).await, 0);
    assert_eq!(pods(server.get(&ads).bearer_auth(&bob_token)).await, 1);

    // On a channel its slate stands in the breaks for them, at the same time and with the same
    // numbers.
    let made = server.operator("POST", "/api/channels").json(&json!({
        "number": 7, "name": "Comedy", "rules": { "tags": ["comedy"] }, "dvr_minutes": 2,
        "format": { "channels": 1 },
        "ads": { "seconds": 6, "after_programmes": 1, "decided": true },
    }));
    let made = sent(made, StatusCode::CREATED).await;
    let id = made["id"].as_str().unwrap();
    let play = "/api/channel/play/7";
    let of_ada = sent(server.get(play).bearer_auth(&ada_token), StatusCode::OK).await;
    let of_bob = sent(server.get(play).bearer_auth(&bob_token), StatusCode::OK).await;
    let of_ada = of_ada["hls_url"].as_str().unwrap();
    let (_, query) = of_ada.split_once('?').unwrap();
    assert!(query.starts_with("spared="), "{of_ada}");
    assert!(!of_bob["hls_url"].as_str().unwrap().contains("spared="));
    let master = text(&server, of_ada).await;
    assert!(master.contains(query), "{master}");
    let playlist = format!("/media/channels/{id}/video/720p.m3u8");
    let now = server.json(play).await["server_time"].clone();
    let now: jiff::Timestamp = now.as_str().unwrap().parse().unwrap();
    let now = now.as_millisecond();
    let aired = format!("from={}&until={}", now - 60_000, now - 10_000);
    let shown = text(&server, &format!("{playlist}?{aired}")).await;
    let spared = text(&server, &format!("{playlist}?{aired}&{query}")).await;
    assert!(shown.contains(&spot), "{shown}");
    assert!(!spared.contains(&spot), "{spared}");
    let instants = |text: &str| -> Vec<String> {
        let kept = |line: &&str| line.starts_with("#EXT-X-PROG") || line.contains("SEQUENCE");
        text.lines().filter(kept).map(ToOwned::to_owned).collect()
    };
    assert_eq!(instants(&shown), instants(&spared));
    let manifest = format!("/media/channels/{id}/manifest.mpd?{aired}");
    assert!(text(&server, &manifest).await.contains(&spot));
    assert!(
        !text(&server, &format!("{manifest}&{query}"))
            .await
            .contains(&spot)
    );
    // What nobody was given spares nobody.
    let forged = format!("{playlist}?{aired}&{}x", query.replace('.', "x."));
    assert!(text(&server, &forged).await.contains(&spot));
    let breaks = "/api/ads/channels/7/breaks";
    let told = sent(server.get(breaks).bearer_auth(&ada_token), StatusCode::OK).await;
    assert_eq!((&told["any"], &told["breaks"]), (&json!(false), &json!([])));
    assert_eq!(server.json(breaks).await["any"], true);
}
