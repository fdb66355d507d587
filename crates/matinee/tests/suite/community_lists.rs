//! Playlists and watchlists over HTTP.

use serde_json::json;

use crate::community::{Someone, answer, sent};
use crate::support::{TestServer, fields, problem};

#[tokio::test]
async fn a_playlist_as_documented() {
    let server = TestServer::start().await;
    let one = server.external(json!({ "title": "One" })).await;
    let two = server.external(json!({ "title": "Two" })).await;
    let secret = server
        .external(json!({ "title": "Secret", "is_public": false }))
        .await;
    let form = json!({
        "name": "My Favorite Videos",
        "description": "Collection of my favorite content",
        "creator_id": "user_123",
        "video_ids": [one, secret],
        "is_public": "true",
    });
    let made = answer(server.operator("POST", "/api/playlists").json(&form), 201).await;
    assert_eq!(made["creator_id"], "user_123");
    assert_eq!(made["is_public"], true);
    let id = made["id"].as_str().unwrap().to_owned();
    let path = format!("/api/playlists/{id}");
    let more = answer(
        server.operator("POST", &format!("{path}/videos/{two}")),
        200,
    )
    .await;
    assert_eq!(more["video_ids"], json!([one, secret, two]));
    let again = server.operator("POST", &format!("{path}/videos/{two}"));
    problem(sent(again).await, 409).await;
    // What others may not see is left out, and not counted.
    let seen = answer(server.get(&path), 200).await;
    assert_eq!(seen["video_ids"], json!([one, two]));
    assert_eq!(seen["video_count"], 2);
    assert_eq!(seen["items"][1]["video"]["title"], "Two");
    assert_eq!(seen["can_edit"], false);
    let list = "/api/playlists?creator_id=user_123&is_public=true&limit=50";
    let list = answer(server.get(list), 200).await;
    assert_eq!(list[0]["video_ids"], json!([one, two]));
    assert!(list[0].get("items").is_none());
    let order = json!({ "video_ids": [two, secret, one] });
    let ordered = server
        .operator("PUT", &format!("{path}/order"))
        .json(&order);
    let ordered = answer(ordered, 200).await;
    assert_eq!(ordered["video_ids"], json!([two, secret, one]));
    let less = server.operator("DELETE", &format!("{path}/videos/{two}"));
    assert_eq!(answer(less, 200).await["video_ids"], json!([secret, one]));
    let hide = server
        .operator("PATCH", &path)
        .json(&json!({ "visibility": "private" }));
    assert_eq!(answer(hide, 200).await["is_public"], false);
    problem(sent(server.get(&path)).await, 404).await;
    let list = answer(server.get("/api/playlists"), 200).await;
    assert_eq!(list, json!([]));
    for (form, field) in [
        (json!({ "name": " " }), "name"),
        (
            json!({ "name": "x", "video_ids": ["video_none"] }),
            "video_ids",
        ),
        (json!({ "name": "x", "visibility": "secret" }), "visibility"),
        (json!({ "name": "x", "is_public": "maybe" }), "is_public"),
    ] {
        let refused = server.operator("POST", "/api/playlists").json(&form);
        assert_eq!(fields(&problem(sent(refused).await, 422).await), [field]);
    }
    let nobody = server.http.post(server.url("/api/playlists")).json(&form);
    problem(sent(nobody).await, 401).await;
    let gone = sent(server.operator("DELETE", &path)).await;
    assert_eq!(gone.status(), 204);
    problem(sent(server.operator("GET", &path)).await, 404).await;
}

#[tokio::test]
async fn a_playlist_is_shared_with_those_whom_its_owner_names() {
    let server = TestServer::start().await;
    let video = server.external(json!({ "title": "One" })).await;
    let unlisted = server.external(json!({ "title": "Unlisted" })).await;
    let rules = json!({ "visibility": "unlisted" });
    crate::access::open_to(&server, &unlisted, rules).await;
    let ada = Someone::new(&server, "ada", "viewer").await;
    let bob = Someone::new(&server, "bob", "viewer").await;
    let form = json!({ "name": "Ours", "visibility": "private", "video_ids": [video, unlisted] });
    let made = answer(ada.ask("POST", "/api/playlists").json(&form), 201).await;
    assert_eq!(made["creator_id"], ada.id);
    let path = format!("/api/playlists/{}", made["id"].as_str().unwrap());
    problem(sent(bob.ask("GET", &path)).await, 404).await;
    let share = json!({ "collaborators": [bob.id] });
    answer(ada.ask("PATCH", &path).json(&share), 200).await;
    let seen = answer(bob.ask("GET", &path), 200).await;
    assert_eq!(
        (&seen["can_edit"], &seen["is_owner"]),
        (&json!(true), &json!(false))
    );
    let less = bob.ask("DELETE", &format!("{path}/videos/{video}"));
    answer(less, 200).await;
    problem(sent(bob.ask("PATCH", &path).json(&share)).await, 403).await;
    problem(sent(bob.ask("DELETE", &path)).await, 403).await;
    let publish = ada.ask("PATCH", &path).json(&json!({ "is_public": true }));
    answer(publish, 200).await;
    // An unlisted video is not found through somebody's list.
    assert_eq!(answer(server.get(&path), 200).await["video_ids"], json!([]));
    let posing = json!({ "name": "x", "creator_id": "user_123" });
    let posing = sent(bob.ask("POST", "/api/playlists").json(&posing)).await;
    assert_eq!(fields(&problem(posing, 422).await), ["creator_id"]);
}

#[tokio::test]
async fn a_watchlist_belongs_to_a_person_or_a_browser() {
    let server = TestServer::start().await;
    let one = server.external(json!({ "title": "One" })).await;
    let two = server.external(json!({ "title": "Two" })).await;
    let put = sent(server.operator("PUT", &format!("/api/watchlist/{one}"))).await;
    assert_eq!(put.status(), 204);
    let put = sent(server.operator("PUT", &format!("/api/watchlist/{two}"))).await;
    assert_eq!(put.status(), 204);
    let list = server.json("/api/watchlist").await;
    assert_eq!(list[0]["title"], "Two");
    assert_eq!(list.as_array().unwrap().len(), 2);
    let first = server
        .http
        .put(server.url(&format!("/api/watchlist/{one}")));
    let first = sent(first).await;
    let cookie = first.headers()["set-cookie"].to_str().unwrap().to_owned();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let list = server.get("/api/watchlist").header("cookie", &cookie);
    assert_eq!(answer(list, 200).await[0]["title"], "One");
    assert_eq!(answer(server.get("/api/watchlist"), 200).await, json!([]));
    let gone = sent(server.operator("DELETE", &format!("/api/watchlist/{two}"))).await;
    assert_eq!(gone.status(), 204);
    assert_eq!(
        server
            .json("/api/watchlist")
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
