//! Who follows whom, and what they are told.

use std::time::Duration;

use serde_json::{Value, json};

use crate::access_people::account;
use crate::live_chat::post;
use crate::live_streams::{id, with};
use crate::support::{TestServer, fields, problem};

async fn send(server: &TestServer, token: &str, method: &str, path: &str) -> reqwest::Response {
    with(server, token, method, path).send().await.unwrap()
}

async fn read(server: &TestServer, token: &str, path: &str) -> Value {
    let answer = send(server, token, "GET", path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.json().await.unwrap()
}

/// A stream of this person's.
async fn stream_of(server: &TestServer, token: &str, fields: Value) -> Value {
    let mut body = json!({ "title": "Concert" });
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    let made = post(server, token, "/api/streams", body).await;
    assert_eq!(made.status(), 201);
    made.json().await.unwrap()
}

/// What somebody has not read, as soon as there is so much of it.
async fn unread(server: &TestServer, token: &str, count: usize) -> Vec<Value> {
    for _ in 0..1200 {
        let list = read(server, token, "/api/notifications?unread=true").await;
        let list = list.as_array().unwrap();
        if list.len() >= count {
            return list.clone();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("they are not told {count} things");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_follows_is_counted_once_and_may_write_where_others_may_not() {
    let server = TestServer::with(&[("chat_rate_limit", "0")]).await;
    let (carol_id, carol) = account(&server, "carol", "creator").await;
    let (_, vera) = account(&server, "vera", "viewer").await;
    let (wanda_id, wanda) = account(&server, "wanda", "viewer").await;
    let follow = format!("/api/users/{carol_id}/follow");
    problem(
        server.http.put(server.url(&follow)).send().await.unwrap(),
        401,
    )
    .await;
    problem(send(&server, &carol, "PUT", &follow).await, 409).await;
    let nobody = "/api/users/user_01h455vb4pex5vsknk084sn02q/follow";
    problem(send(&server, &vera, "PUT", nobody).await, 404).await;
    for _ in 0..2 {
        let answer = send(&server, &vera, "PUT", &follow).await;
        let answer: Value = answer.json().await.unwrap();
        let expected =
            json!({ "user_id": carol_id, "name": "carol", "followers": 1, "following": true });
        assert_eq!(answer, expected);
    }
    for (token, following) in [(&vera, true), (&wanda, false)] {
        let seen = read(&server, token, &follow).await;
        assert_eq!(
            (&seen["name"], &seen["followers"], &seen["following"]),
            (&json!("carol"), &json!(1), &json!(following))
        );
    }
    problem(send(&server, &vera, "GET", nobody).await, 404).await;
    let stream = stream_of(&server, &carol, json!({ "followers_only": true })).await;
    assert_eq!(stream["followers_only"], true);
    let path = format!("/api/streams/{}", id(&stream));
    for (token, following) in [(&vera, true), (&wanda, false)] {
        for seen in [
            read(&server, token, &path).await,
            read(&server, token, "/api/streams").await[0].clone(),
        ] {
            assert_eq!(seen["streamer_followers"], 1);
            assert_eq!(seen["following"], following);
        }
    }
    let anybody: Value = server
        .get(&path)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert!(anybody["following"].is_null());

    // Only followers write, and those who look after the chat.
    let chat = format!("{path}/chat");
    let hello = json!({ "message": "Hello" });
    for (token, status) in [
        (&vera, 201),
        (&wanda, 403),
        (&carol, 201),
        (&server.token, 201),
    ] {
        let answer = post(&server, token, &chat, hello.clone()).await;
        assert_eq!(answer.status(), status);
    }
    let change = json!({ "followers_only": false });
    with(&server, &carol, "PATCH", &path)
        .json(&change)
        .send()
        .await
        .unwrap();
    assert_eq!(post(&server, &wanda, &chat, hello).await.status(), 201);

    let list = read(&server, &vera, "/api/account/following").await;
    assert_eq!(list[0]["user_id"], carol_id);
    assert_eq!(list[0]["username"], "carol");
    let export = read(&server, &vera, "/api/account/export").await;
    assert_eq!(export["community"]["following"][0]["user_id"], carol_id);
    // Who leaves follows nobody any more.
    send(&server, &wanda, "PUT", &follow).await;
    let left = format!("/api/users/{wanda_id}");
    server.operator("DELETE", &left).send().await.unwrap();
    let answer = send(&server, &vera, "DELETE", &follow).await;
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(
        (&answer["followers"], &answer["following"]),
        (&json!(0), &json!(false))
    );
    assert_eq!(
        read(&server, &vera, "/api/account/following").await,
        json!([])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_are_told_and_nobody_else() {
    let server = TestServer::start().await;
    let (carol_id, carol) = account(&server, "carol", "creator").await;
    let (_, vera) = account(&server, "vera", "viewer").await;
    let (_, wanda) = account(&server, "wanda", "viewer").await;
    let (_, xenia) = account(&server, "xenia", "viewer").await;
    for token in [&vera, &xenia] {
        send(
            &server,
            token,
            "PUT",
            &format!("/api/users/{carol_id}/follow"),
        )
        .await;
    }
    // One of them does not want to be.
    let wishes = read(&server, &xenia, "/api/account/notifications").await;
    assert_eq!(wishes, json!({ "email": false, "in_app": true }));
    let quiet = json!({ "email": false, "in_app": false });
    let kept = with(&server, &xenia, "PUT", "/api/account/notifications").json(&quiet);
    assert_eq!(kept.send().await.unwrap().status(), 200);
    assert_eq!(
        read(&server, &xenia, "/api/account/notifications").await,
        quiet
    );

    // What not everybody may know of is told nobody.
    let secret = stream_of(&server, &carol, json!({ "visibility": "private" })).await;
    let path = format!("/api/streams/{}/start", id(&secret));
    assert_eq!(send(&server, &carol, "POST", &path).await.status(), 200);
    let planned = json!({ "title": "Soon", "scheduled_at": "2999-01-31T18:00:00Z" });
    let planned = stream_of(&server, &carol, planned).await;
    let told = unread(&server, &vera, 1).await;
    assert_eq!(told[0]["kind"], "stream_scheduled");
    assert_eq!(told[0]["body"], "Soon");
    assert!(
        told[0]["title"]
            .as_str()
            .unwrap()
            .contains("2999-01-31 at 18:00")
    );
    let stream = stream_of(&server, &carol, json!({ "title": "Now" })).await;
    let path = format!("/api/streams/{}", id(&stream));
    for verb in ["start", "end", "start"] {
        let act = format!("{path}/{verb}");
        assert_eq!(send(&server, &carol, "POST", &act).await.status(), 200);
    }
    let told = unread(&server, &vera, 2).await;
    assert_eq!(told[0]["kind"], "stream_started");
    assert_eq!(
        (&told[0]["title"], &told[0]["body"]),
        (&json!("carol is live"), &json!("Now"))
    );
    assert!(
        told[0]["url"]
            .as_str()
            .unwrap()
            .ends_with(&format!("/live/{}", id(&stream)))
    );
    // Moving it announces it no second time: this one, which is later, is told.
    let later = json!({ "scheduled_at": "2999-02-01T18:00:00Z" });
    let planned = format!("/api/streams/{}", id(&planned));
    with(&server, &carol, "PATCH", &planned)
        .json(&later)
        .send()
        .await
        .unwrap();
    let other = stream_of(&server, &carol, json!({ "title": "Another" })).await;
    let act = format!("/api/streams/{}/start", id(&other));
    send(&server, &carol, "POST", &act).await;
    let told = unread(&server, &vera, 3).await;
    let bodies: Vec<&Value> = told.iter().map(|one| &one["body"]).collect();
    assert_eq!(bodies, ["Another", "Now", "Soon"]);
    for token in [&wanda, &xenia, &carol] {
        assert_eq!(read(&server, token, "/api/notifications").await, json!([]));
    }

    // Reading.
    let count = read(&server, &vera, "/api/notifications/count").await;
    assert_eq!(count, json!({ "unread": 3 }));
    let none = post(&server, &vera, "/api/notifications/read", json!({})).await;
    assert_eq!(fields(&problem(none, 422).await), ["ids"]);
    let one = json!({ "ids": [told[1]["id"]] });
    assert_eq!(
        post(&server, &vera, "/api/notifications/read", one)
            .await
            .status(),
        204
    );
    let left = unread(&server, &vera, 2).await;
    assert_eq!((left.len(), &left[0]["body"]), (2, &json!("Another")));
    let all = json!({ "all": true });
    post(&server, &vera, "/api/notifications/read", all).await;
    let count = read(&server, &vera, "/api/notifications/count").await;
    assert_eq!(count, json!({ "unread": 0 }));
    let list = read(&server, &vera, "/api/notifications").await;
    assert!(
        list.as_array()
            .unwrap()
            .iter()
            .all(|one| one["read_at"].is_string())
    );
    problem(server.get("/api/notifications").send().await.unwrap(), 401).await;
}
