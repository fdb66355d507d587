//! Markers of a broadcast, and the chapters of its recording.

use std::time::Duration;

use serde_json::{Value, json};

use crate::live_broadcast::{encoder, processed, stream, text};
use crate::support::{TestServer, fields, problem};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_marked_on_the_air_is_a_chapter_of_the_recording() {
    let server = TestServer::start().await;
    let stream = stream(&server, json!({ "record": true })).await;
    let path = format!("/api/streams/{}", text(&stream, "id"));
    let markers = format!("{path}/markers");
    let mark = |body: Value| server.operator("POST", &markers).json(&body).send();
    let listed = async || {
        let answer = server.operator("GET", &markers).send().await.unwrap();
        answer.json::<Value>().await.unwrap()
    };

    // Nothing is on the air.
    assert_eq!(mark(json!({})).await.unwrap().status(), 404);
    assert_eq!(listed().await, json!([]));
    let stranger = server.get(&markers).send().await.unwrap();
    assert_eq!(stranger.status(), 401);

    let encoder = encoder(&server, text(&stream, "stream_key"), 8);
    let mut began = false;
    for _ in 0..600 {
        began = mark(json!({ "title": "  Off\n we go " }))
            .await
            .is_ok_and(|answer| answer.status() == 201);
        if began {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(began);
    for (wrong, field) in [
        (json!({ "title": "x".repeat(101) }), "title"),
        (json!({ "at_ms": -1 }), "at_ms"),
        (json!({ "at_ms": 3_600_000 }), "at_ms"),
        (json!({ "at_ms": i64::MAX }), "at_ms"),
    ] {
        let refused = mark(wrong).await.unwrap();
        assert_eq!(fields(&problem(refused, 422).await), [field]);
    }
    tokio::time::sleep(Duration::from_secs(4)).await;
    let later = mark(json!({})).await.unwrap();
    assert_eq!(later.status(), 201);
    let later: Value = later.json().await.unwrap();
    assert!(later["at_ms"].as_i64().unwrap() >= 4000, "{later}");
    let earlier = mark(json!({ "at_ms": 2500, "title": "A slip" })).await;
    let earlier: Value = earlier.unwrap().json().await.unwrap();
    let listed = listed().await;
    let titles: Vec<&Value> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|m| &m["title"])
        .collect();
    assert_eq!(
        titles,
        [&json!("Off we go"), &json!("A slip"), &Value::Null]
    );
    for status in [204, 404] {
        let one = format!("{markers}/{}", text(&earlier, "id"));
        assert_eq!(
            server
                .operator("DELETE", &one)
                .send()
                .await
                .unwrap()
                .status(),
            status
        );
    }

    let output = encoder.wait_with_output().await.unwrap();
    assert!(output.status.success(), "{output:?}");
    let video = processed(&server, &path).await;
    let chapters = video["chapters"].as_array().unwrap();
    assert_eq!(
        chapters.last().unwrap()["title"],
        format!("Chapter {}", chapters.len()),
        "{video:#}"
    );
    assert!(
        chapters.iter().any(|one| one["title"] == "Off we go"),
        "{video:#}"
    );
    assert!(
        !chapters.iter().any(|one| one["title"] == "A slip"),
        "{video:#}"
    );
    assert_eq!(chapters[0]["start_ms"], 0);
    // The last one goes on to the end, which nobody knew when it was marked.
    let end = chapters.last().unwrap()["end_ms"].as_i64().unwrap();
    assert_eq!(end / 1000, video["duration"].as_i64().unwrap(), "{video:#}");
}
