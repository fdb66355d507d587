//! The chat beside a recording: a real ffmpeg publishes, goes away and comes back.

use std::time::Duration;

use serde_json::{Value, json};

use crate::live_broadcast::{encoder, live, text};
use crate::live_chat::post;
use crate::live_streams::{id, stream};
use crate::support::{TestServer, fields, problem};

/// Asks until the answer is as wanted.
async fn until(server: &TestServer, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..2400 {
        let answer = server.json(path).await;
        if wanted(&answer) {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{path} does not become what is wanted");
}

async fn say(server: &TestServer, stream: &Value, message: &str) -> Value {
    let path = format!("/api/streams/{}/chat", id(stream));
    let answer = post(server, &server.token, &path, json!({ "message": message })).await;
    assert_eq!(answer.status(), 201);
    answer.json().await.unwrap()
}

fn said(messages: &Value) -> Vec<&str> {
    let messages = messages.as_array().unwrap().iter();
    messages.map(|message| text(message, "message")).collect()
}

fn offset(message: &Value) -> i64 {
    message["offset_ms"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_is_beside_the_recording() {
    let server = TestServer::with(&[("chat_rate_limit", "0")]).await;
    let stream = stream(&server, json!({ "record": true })).await;
    let path = format!("/api/streams/{}", id(&stream));
    let key = text(&stream, "stream_key");
    say(&server, &stream, "before it begins").await;
    let mut first = encoder(&server, key, 600);
    live(&server, &path).await;
    say(&server, &stream, "first").await;
    let gone = say(&server, &stream, "taken back").await;
    let gone = format!("{path}/chat/{}", id(&gone));
    server.operator("DELETE", &gone).send().await.unwrap();
    // The encoder is lost, and comes back within the grace period.
    first.kill().await.unwrap();
    until(&server, &path, |stream| stream["ingest"].is_null()).await;
    say(&server, &stream, "where are you?").await;
    let _second = encoder(&server, key, 600);
    let playlist = format!("/media/live/{}/video/media.m3u8", id(&stream));
    for _ in 0..2400 {
        let list = server.get(&playlist).send().await.unwrap();
        if list
            .text()
            .await
            .unwrap()
            .contains("#EXT-X-DISCONTINUITY\n")
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    say(&server, &stream, "there you are").await;
    // What is said now is at least a second later in the recording.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    say(&server, &stream, "later").await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let end = format!("{path}/end");
    server.operator("POST", &end).send().await.unwrap();
    let ended = until(&server, &path, |stream| {
        stream["recording_video_id"].is_string()
    })
    .await;
    let video = text(&ended, "recording_video_id");
    let video_path = format!("/api/videos/{video}");
    let known = until(&server, &video_path, |video| video["duration_ms"].is_i64()).await;
    let duration = known["duration_ms"].as_i64().unwrap();
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    say(&server, &stream, "after its end").await;

    let chat = format!("{video_path}/chat");
    let all = server.json(&chat).await;
    assert_eq!(
        said(&all),
        ["first", "where are you?", "there you are", "later"]
    );
    let at: Vec<i64> = all.as_array().unwrap().iter().map(offset).collect();
    assert!(at.is_sorted(), "{at:?}");
    assert!(
        at.iter().all(|at| (0..=duration).contains(at)),
        "{at:?} of {duration}"
    );
    assert!(at[3] - at[2] >= 1_400, "{at:?}");
    assert_eq!(all[0]["username"], server.operator.0);

    // A part of it, and page after page.
    let later = server.json(&format!("{chat}?from_ms={}", at[3])).await;
    assert_eq!(said(&later), ["later"]);
    let earlier = server.json(&format!("{chat}?to_ms={}", at[3])).await;
    assert_eq!(said(&earlier), ["first", "where are you?", "there you are"]);
    let mut next = Some(format!("{chat}?limit=1"));
    let mut pages = Vec::new();
    while let Some(path) = next.take() {
        let page = server.get(&path).send().await.unwrap();
        next = page.headers().get("link").map(|link| {
            let link = link.to_str().unwrap();
            link[1..link.find('>').unwrap()].to_owned()
        });
        let page: Value = page.json().await.unwrap();
        pages.extend(said(&page).into_iter().map(str::to_owned));
    }
    assert_eq!(pages, said(&all));
    let wrong = server
        .get(&format!("{chat}?from_ms=-1"))
        .send()
        .await
        .unwrap();
    assert_eq!(fields(&problem(wrong, 422).await), ["from_ms"]);

    // Other videos have none, and who may not watch reads none.
    let other = server.external(json!({})).await;
    assert_eq!(
        server.json(&format!("/api/videos/{other}/chat")).await,
        json!([])
    );
    let hidden = json!({ "is_public": false });
    server
        .operator("PATCH", &video_path)
        .json(&hidden)
        .send()
        .await
        .unwrap();
    let refused = server.get(&chat).send().await.unwrap();
    assert!(
        matches!(refused.status().as_u16(), 401 | 404),
        "{}",
        refused.status()
    );
}
