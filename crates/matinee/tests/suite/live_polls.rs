//! Polls beside a stream, over HTTP and real sockets.

use reqwest::Response;
use serde_json::{Value, json};

use crate::access_people::account;
use crate::live_chat::{Socket, post};
use crate::live_streams::{id, stream, with};
use crate::support::{TestServer, fields, problem};

fn polls(stream: &Value) -> String {
    format!("/api/streams/{}/polls", id(stream))
}

async fn open(server: &TestServer, stream: &Value, more: Value) -> Value {
    let mut form = json!({ "question": "Tea or coffee?", "options": ["Tea", "Coffee", "Water"] });
    for (name, value) in more.as_object().unwrap() {
        form[name] = value.clone();
    }
    let answer = post(server, &server.token, &polls(stream), form).await;
    assert_eq!(answer.status(), 201);
    answer.json().await.unwrap()
}

async fn vote(server: &TestServer, token: &str, poll: &Value, choice: Value) -> Response {
    let stream = poll["stream_id"].as_str().unwrap();
    let path = format!("/api/streams/{stream}/polls/{}/vote", id(poll));
    post(server, token, &path, json!({ "options": choice })).await
}

fn counts(poll: &Value) -> Vec<i64> {
    let options = poll["options"].as_array().unwrap().iter();
    options.map(|o| o["votes"].as_i64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn many_vote_at_once_and_everybody_counts_once() {
    let server = TestServer::start().await;
    let stream = stream(&server, json!({})).await;
    let poll = open(&server, &stream, json!({})).await;
    let mut voters = Vec::new();
    for n in 0..12 {
        voters.push(account(&server, &format!("voter{n}"), "viewer").await.1);
    }
    let mut room = Socket::open(&server, &stream, "", &[]).await.unwrap();
    room.until("welcome").await;
    // Each of them three times at once, thinking better of it on the way.
    let path = format!("{}/{}/vote", polls(&stream), id(&poll));
    let mut votes = tokio::task::JoinSet::new();
    for (n, token) in voters.iter().enumerate() {
        for choice in [0, 1, n % 3] {
            let request = with(&server, token, "POST", &path).json(&json!({ "options": [choice] }));
            votes.spawn(async move { request.send().await.unwrap().status() });
        }
    }
    for status in votes.join_all().await {
        assert_eq!(status, 200);
    }
    let list = server.json(&polls(&stream)).await;
    assert_eq!(list[0]["total_votes"], 12);
    assert_eq!(counts(&list[0]).iter().sum::<i64>(), 12);
    // What they say last is what counts.
    for (n, token) in voters.iter().enumerate() {
        let answer = vote(&server, token, &poll, json!([n % 3])).await;
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["voted"], json!([n % 3]));
    }
    let mut told = Vec::new();
    loop {
        let results = room.until("poll_results").await["poll"].clone();
        assert!(results["voted"].is_null());
        told.push(counts(&results));
        if counts(&results) == [4, 4, 4] {
            break;
        }
    }
    // 48 votes were told a few times, not 48 times.
    assert!(told.len() < 40, "{told:?}");
    let list = server.json(&polls(&stream)).await;
    assert_eq!(
        (counts(&list[0]), &list[0]["total_votes"]),
        (vec![4, 4, 4], &json!(12))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_is_opened_changed_and_closed() {
    let server = TestServer::start().await;
    let stream = stream(&server, json!({})).await;
    let (vera_id, vera) = account(&server, "vera", "viewer").await;
    let mut room = Socket::open(&server, &stream, "", &[]).await.unwrap();
    room.until("welcome").await;
    let form = json!({ "question": "?", "options": ["a", "b"] });
    problem(post(&server, &vera, &polls(&stream), form).await, 403).await;
    for (wrong, field) in [
        (json!({ "question": "" }), "question"),
        (json!({ "options": ["a"] }), "options"),
        (json!({ "options": ["a", " a"] }), "options"),
        (json!({ "options": ["a", ""] }), "options"),
        (json!({ "duration_seconds": 0 }), "duration_seconds"),
    ] {
        let mut form = json!({ "question": "?", "options": ["a", "b"] });
        for (name, value) in wrong.as_object().unwrap() {
            form[name] = value.clone();
        }
        let answer = post(&server, &server.token, &polls(&stream), form).await;
        assert_eq!(fields(&problem(answer, 422).await), [field]);
    }

    let poll = open(&server, &stream, json!({ "multiple": true })).await;
    assert_eq!(room.until("poll_opened").await["poll"], poll);
    assert_eq!(
        (&poll["state"], &poll["voted"], &poll["closes_at"]),
        (&json!("open"), &Value::Null, &Value::Null)
    );
    for wrong in [json!([]), json!([3]), json!([-1]), json!([0, 0])] {
        let answer = vote(&server, &vera, &poll, wrong).await;
        assert_eq!(fields(&problem(answer, 422).await), ["options"]);
    }
    let path = format!("{}/{}", polls(&stream), id(&poll));
    let guest = server.http.post(server.url(&format!("{path}/vote")));
    let guest = guest.json(&json!({ "options": [0] })).send().await.unwrap();
    problem(guest, 401).await;
    let both: Value = vote(&server, &vera, &poll, json!([2, 0]))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&both["voted"], &both["total_votes"]),
        (&json!([0, 2]), &json!(1))
    );
    assert_eq!(counts(&both), [1, 0, 1]);
    let other: Value = vote(&server, &vera, &poll, json!([1]))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(
        (counts(&other), &other["total_votes"]),
        (vec![0, 1, 0], &json!(1))
    );

    // A poll of one choice takes one.
    let single = open(&server, &stream, json!({ "question": "One?" })).await;
    let answer = vote(&server, &vera, &single, json!([0, 1])).await;
    assert_eq!(fields(&problem(answer, 422).await), ["options"]);

    let close = |token: String| {
        let request = with(&server, &token, "POST", &format!("{path}/close"));
        async move { request.send().await.unwrap() }
    };
    problem(close(vera.clone()).await, 403).await;
    let closed: Value = close(server.token.clone()).await.json().await.unwrap();
    assert_eq!(
        (&closed["state"], counts(&closed)),
        (&json!("closed"), vec![0, 1, 0])
    );
    assert_eq!(room.until("poll_closed").await["poll"]["id"], poll["id"]);
    assert_eq!(close(server.token.clone()).await.status(), 200);
    problem(vote(&server, &vera, &poll, json!([0])).await, 409).await;

    // Another one closes by itself.
    let brief = open(&server, &stream, json!({ "duration_seconds": 1 })).await;
    assert!(brief["closes_at"].is_string());
    assert_eq!(room.until("poll_closed").await["poll"]["id"], brief["id"]);

    // Who leaves takes their vote along.
    let export = with(&server, &vera, "GET", "/api/account/export")
        .send()
        .await
        .unwrap();
    let export: Value = export.json().await.unwrap();
    assert_eq!(export["live"]["poll_votes"][0]["label"], "Coffee");
    let left = format!("/api/users/{vera_id}");
    server.operator("DELETE", &left).send().await.unwrap();
    let list = server.json(&polls(&stream)).await;
    let ids: Vec<&Value> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|poll| &poll["id"])
        .collect();
    assert_eq!(ids, [&brief["id"], &single["id"], &poll["id"]]);
    assert_eq!(
        (counts(&list[2]), &list[2]["total_votes"]),
        (vec![0, 0, 0], &json!(0))
    );
    let gone = server.operator("DELETE", &path).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    assert_eq!(room.until("poll_deleted").await["poll_id"], poll["id"]);
}
