//! Edits, the way back, and many at once.

use serde_json::json;

use super::{ok, sent};
use crate::support::{TestServer, fields, problem};

#[tokio::test]
async fn edits_are_versioned_and_can_be_undone() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "Metropolis" })).await;
    let path = format!("/api/videos/{id}");
    let first = server.get(&path).send().await.unwrap();
    let etag = first.headers()["etag"].to_str().unwrap().to_owned();
    let edit = |title: &str| {
        server
            .operator("PATCH", &path)
            .header("if-match", &etag)
            .json(&json!({ "title": title }))
    };
    let done = edit("Metropolis (1927)").send().await.unwrap();
    assert_eq!(done.status(), 200);
    assert_ne!(done.headers()["etag"], etag.as_str());
    problem(edit("Lost").send().await.unwrap(), 412).await;
    ok(
        &server,
        "PUT",
        &format!("{path}/credits"),
        json!([{ "name": "Fritz Lang", "role": "director" }]),
    )
    .await;
    let history = server.json(&format!("{path}/revisions")).await;
    let told: Vec<i64> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["number"].as_i64().unwrap())
        .collect();
    assert_eq!(told, [3, 2, 1]);
    assert_eq!(history[1]["changes"][0]["before"], "Metropolis");
    problem(
        server
            .get(&format!("{path}/revisions"))
            .send()
            .await
            .unwrap(),
        401,
    )
    .await;
    let back = ok(
        &server,
        "POST",
        &format!("{path}/revisions/1/restore"),
        json!({}),
    )
    .await;
    assert_eq!(back["title"], "Metropolis");
    assert_eq!(server.json(&format!("{path}/credits")).await, json!([]));
    let wrong = sent(
        &server,
        "POST",
        &format!("{path}/revisions/77/restore"),
        json!({}),
    )
    .await;
    problem(wrong, 404).await;

    let other = server.external(json!({ "title": "Nosferatu" })).await;
    let bulk = json!({ "ids": [id, other], "patch": { "studio": "UFA" }, "add_tags": ["silent"] });
    let after = ok(&server, "PATCH", "/api/videos", bulk).await;
    for video in after["videos"].as_array().unwrap() {
        assert_eq!(
            (&video["studio"], &video["tags"]),
            (&json!("UFA"), &json!(["silent"]))
        );
    }
    let wrong =
        json!({ "ids": [other, "video_01h455vb4pex5vsknk084sn02q"], "patch": { "title": "x" } });
    let refused = sent(&server, "PATCH", "/api/videos", wrong).await;
    assert_eq!(fields(&problem(refused, 422).await), ["ids[1]"]);
    assert_eq!(
        server.json(&format!("/api/videos/{other}")).await["title"],
        "Nosferatu"
    );
}
