//! Streams over HTTP: what they are to people, and who may do what with them.

use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::access_people::account;
use crate::support::{TestServer, fields, problem};

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

async fn json_of(request: RequestBuilder) -> Value {
    let answer = sent(request).await;
    assert!(answer.status().is_success(), "{answer:?}");
    answer.json().await.unwrap()
}

/// A request of whoever holds this token.
pub fn with(server: &TestServer, token: &str, method: &str, path: &str) -> RequestBuilder {
    let method = method.parse().unwrap();
    server
        .http
        .request(method, server.url(path))
        .bearer_auth(token)
}

/// Makes a stream of the operator's.
pub async fn stream(server: &TestServer, fields: Value) -> Value {
    let mut body = json!({ "title": "Concert" });
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    let made = sent(server.operator("POST", "/api/streams").json(&body)).await;
    assert_eq!(made.status(), 201, "{}", made.text().await.unwrap());
    made.json().await.unwrap()
}

pub fn id(thing: &Value) -> &str {
    thing["id"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_has_its_life() {
    let server = TestServer::start().await;
    let (owner, carol) = account(&server, "carol", "creator").await;
    let (_, vera) = account(&server, "vera", "viewer").await;
    let form = json!({
        "title": " Live Gaming Session ", "description": "The latest games",
        "streamer_id": "streamer_123", "content_type": "gaming", "category": "Gaming",
        "tags": ["gaming", "live", "Live", "fps"], "max_viewers": 1000, "quality": "auto",
        "is_private": false, "language": "en",
    });
    let made = sent(with(&server, &carol, "POST", "/api/streams").json(&form)).await;
    assert_eq!(made.status(), 201);
    let place = made.headers()["location"].to_str().unwrap().to_owned();
    let made: Value = made.json().await.unwrap();
    let path = format!("/api/streams/{}", id(&made));
    assert_eq!(place, path);
    assert_eq!(made["title"], "Live Gaming Session");
    assert_eq!(made["tags"], json!(["gaming", "live", "fps"]));
    assert_eq!(made["status"], "scheduled");
    assert_eq!(made["is_private"], false);
    assert_eq!(made["streamer_id"], "streamer_123");
    assert_eq!(made["streamer_name"], "streamer_123");
    let key = made["stream_key"].as_str().unwrap();
    assert_eq!(key.len(), 16);
    assert_eq!(
        made["hls_url"],
        server.url(&format!("/media/live/{}/master.m3u8", id(&made)))
    );
    assert!(made["websocket_url"].as_str().unwrap().starts_with("ws://"));

    // Nobody else is told the key, wherever it might stand.
    for token in [Some(&vera), None] {
        for path in [path.as_str(), "/api/streams"] {
            let request = match token {
                Some(token) => with(&server, token, "GET", path),
                None => server.get(path),
            };
            let text = sent(request).await.text().await.unwrap();
            assert!(text.contains(id(&made)) && !text.contains(key), "{text}");
        }
    }
    assert_eq!(server.json(&path).await["stream_key"], key);

    let started = format!("{path}/start?streamer_id=streamer_123");
    problem(sent(with(&server, &vera, "POST", &started)).await, 403).await;
    problem(sent(server.http.post(server.url(&started))).await, 401).await;
    let live = json_of(with(&server, &carol, "POST", &started)).await;
    assert_eq!(live["status"], "live");
    assert!(live["start_time"].is_string() && live["end_time"].is_null());
    assert_eq!(live["start_time"], live["started_at"]);
    let again = json_of(with(&server, &carol, "POST", &started)).await;
    assert_eq!(again["started_at"], live["started_at"]);

    let listed = |query: &str| {
        let request = server.get(&format!("/api/streams?{query}"));
        async move { json_of(request).await.as_array().unwrap().len() }
    };
    assert_eq!(
        listed("status=live&content_type=gaming&category=Gaming&limit=50").await,
        1
    );
    assert_eq!(listed("status=scheduled").await, 0);
    assert_eq!(listed("status=live&content_type=webinar").await, 0);
    let mine = json_of(with(&server, &carol, "GET", "/api/streams?mine=true")).await;
    assert_eq!(mine[0]["stream_key"], key);
    problem(sent(server.get("/api/streams?mine=true")).await, 401).await;

    let ended = json_of(with(&server, &carol, "POST", &format!("{path}/end"))).await;
    assert_eq!(ended["status"], "ended");
    assert!(ended["duration"].is_i64() && ended["ended_at"].is_string());
    assert_eq!(listed("status=live").await, 0);

    let rotated = json_of(with(&server, &carol, "POST", &format!("{path}/key"))).await;
    assert_ne!(rotated["stream_key"], key);

    let change = json!({ "title": "Again", "category": null, "max_viewers": null });
    let patched = json_of(with(&server, &carol, "PATCH", &path).json(&change)).await;
    assert_eq!(patched["title"], "Again");
    assert!(patched["category"].is_null() && patched["max_viewers"].is_null());
    assert_eq!(patched["content_type"], "gaming");

    // An administrator's act on somebody's stream is written down.
    assert_eq!(sent(server.operator("DELETE", &path)).await.status(), 204);
    problem(sent(server.get(&path)).await, 404).await;
    let log = server
        .json(&format!("/api/audit?subject={}", id(&made)))
        .await;
    assert_eq!(log[0]["action"], "stream.delete");
    assert!(!log.to_string().contains(key));
    assert!(!owner.is_empty());
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_field() {
    let server = TestServer::start().await;
    let (_, vera) = account(&server, "vera", "viewer").await;
    let new = json!({ "title": "x" });
    problem(
        sent(with(&server, &vera, "POST", "/api/streams").json(&new)).await,
        403,
    )
    .await;
    let cases = [
        (json!({ "title": "" }), "title"),
        (
            json!({ "title": "x", "content_type": "poetry" }),
            "content_type",
        ),
        (
            json!({ "title": "x", "streamer_id": "x".repeat(200) }),
            "streamer_id",
        ),
        (json!({ "title": "x", "language": "English!" }), "language"),
        (json!({ "title": "x", "quality": "9000p" }), "quality"),
        (json!({ "title": "x", "max_viewers": 0 }), "max_viewers"),
        (json!({ "title": "x", "slow_mode_s": -1 }), "slow_mode_s"),
        (
            json!({ "title": "x", "scheduled_at": "tomorrow" }),
            "scheduled_at",
        ),
        (
            json!({ "title": "x", "visibility": "secret" }),
            "visibility",
        ),
        (json!({ "title": "x", "visibility": "groups" }), "groups"),
        (
            json!({ "title": "x", "visibility": "password" }),
            "password",
        ),
        (json!({ "title": "x", "password": "abc" }), "password"),
    ];
    for (body, field) in cases {
        let answer = sent(server.operator("POST", "/api/streams").json(&body)).await;
        let problem = problem(answer, 422).await;
        assert_eq!(fields(&problem), [field], "{body}");
    }
    let made = stream(&server, json!({})).await;
    for (path, field) in [
        ("/api/streams?status=dead".to_owned(), "status"),
        ("/api/streams?limit=0".to_owned(), "limit"),
        ("/api/streams?cursor=x".to_owned(), "cursor"),
        (
            format!("/api/streams/{}/analytics?hours=0", id(&made)),
            "hours",
        ),
        (format!("/api/streams/{}/chat?limit=0", id(&made)), "limit"),
    ] {
        let problem = problem(sent(server.operator("GET", &path)).await, 422).await;
        assert_eq!(fields(&problem), [field], "{path}");
    }
}

#[tokio::test]
async fn lists_go_on_where_they_ended() {
    let server = TestServer::start().await;
    for n in 0..5 {
        stream(&server, json!({ "title": format!("Number {n}") })).await;
    }
    let mut path = "/api/streams?limit=2&count=true".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = sent(server.get(&path)).await;
        assert_eq!(page.headers()["x-total-count"], "5");
        let link = page.headers().get("link").cloned();
        for one in page.json::<Value>().await.unwrap().as_array().unwrap() {
            seen.push(one["title"].as_str().unwrap().to_owned());
        }
        let Some(link) = link else { break };
        let link = link.to_str().unwrap();
        path = link[1..link.find('>').unwrap()].to_owned();
    }
    assert_eq!(
        seen,
        ["Number 4", "Number 3", "Number 2", "Number 1", "Number 0"]
    );
    let offset = json_of(server.get("/api/streams?limit=2&offset=3")).await;
    assert_eq!(offset[0]["title"], "Number 1");
}

#[tokio::test]
async fn a_stream_is_open_to_whom_its_rules_let_in() {
    let server = TestServer::start().await;
    let (_, vera) = account(&server, "vera", "viewer").await;
    let see = async |stream: &Value, token: Option<&str>| {
        let path = format!("/api/streams/{}", id(stream));
        let of = |path: &str| match token {
            Some(token) => with(&server, token, "GET", path),
            None => server.get(path),
        };
        let list = json_of(of("/api/streams")).await;
        let listed = list
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["id"] == stream["id"]);
        let token_path = format!("{path}/token");
        let opened = sent(of(&path)).await.status().as_u16();
        assert_eq!(sent(of(&token_path)).await.status().as_u16(), opened);
        (listed, opened)
    };
    let public = stream(&server, json!({})).await;
    assert_eq!(public["streamer_name"], server.operator.0);
    assert_eq!(see(&public, None).await, (true, 200));
    let unlisted = stream(&server, json!({ "visibility": "unlisted" })).await;
    assert_eq!(see(&unlisted, None).await, (false, 200));
    let members = stream(&server, json!({ "visibility": "members" })).await;
    assert_eq!(see(&members, None).await, (false, 401));
    assert_eq!(see(&members, Some(&vera)).await, (true, 200));
    let private = stream(&server, json!({ "is_private": true })).await;
    assert_eq!(private["visibility"], "private");
    assert_eq!(see(&private, Some(&vera)).await, (false, 404));
    assert_eq!(see(&private, Some(&server.token)).await, (true, 200));

    let locked = stream(&server, json!({ "password": "open sesame" })).await;
    assert_eq!(locked["visibility"], "password");
    assert!(locked["password"].is_null());
    assert_eq!(see(&locked, None).await, (false, 401));
    let path = format!("/api/streams/{}/unlock", id(&locked));
    let give = |word: &str| {
        let body = json!({ "password": word });
        server.http.post(server.url(&path)).json(&body)
    };
    problem(sent(give("wrong word")).await, 403).await;
    let proof = json_of(give("open sesame")).await["proof"].clone();
    let unlocked = format!("{}={}", id(&locked), proof.as_str().unwrap());
    let opened = server
        .get(&format!("/api/streams/{}", id(&locked)))
        .header("matinee-unlock", unlocked);
    assert_eq!(sent(opened).await.status(), 200);

    // All rules can be given, as those of videos can.
    let path = format!("/api/streams/{}/access", id(&public));
    let rules = json!({ "visibility": "public", "networks": ["203.0.113.0/24"] });
    let given = json_of(server.operator("PUT", &path).json(&rules)).await;
    assert_eq!(given["networks"], json!(["203.0.113.0/24"]));
    assert_eq!(see(&public, None).await, (false, 403));
    problem(sent(with(&server, &vera, "GET", &path)).await, 403).await;
}

#[tokio::test]
async fn likes_and_numbers_are_kept() {
    let server = TestServer::start().await;
    let (_, vera) = account(&server, "vera", "viewer").await;
    let stream = stream(&server, json!({})).await;
    let path = format!("/api/streams/{}", id(&stream));
    let like = format!("{path}/like");
    for _ in 0..2 {
        let likes = json_of(with(&server, &vera, "POST", &like)).await;
        assert_eq!(
            (&likes["like_count"], &likes["liked"]),
            (&json!(1), &json!(true))
        );
    }
    json_of(server.operator("POST", &like)).await;
    // Whoever passes it on counts once.
    let share = format!("{path}/share");
    for (times, how_many) in [(2, 1), (1, 2)] {
        for _ in 0..times {
            let who = if how_many == 1 {
                with(&server, &vera, "POST", &share)
            } else {
                server.operator("POST", &share)
            };
            assert_eq!(json_of(who).await["share_count"], how_many);
        }
    }
    assert_eq!(server.json(&path).await["share_count"], 2);
    json_of(server.operator("POST", &format!("{path}/start"))).await;
    let say = json!({ "message": "Hello" });
    json_of(server.operator("POST", &format!("{path}/chat")).json(&say)).await;
    json_of(server.operator("POST", &format!("{path}/end"))).await;
    let analytics = format!("{path}/analytics?hours=24");
    problem(sent(with(&server, &vera, "GET", &analytics)).await, 403).await;
    for _ in 0..200 {
        let samples = server.json(&analytics).await;
        if let Some(sample) = samples.as_array().unwrap().last() {
            assert_eq!(sample["stream_id"], stream["id"]);
            assert_eq!(sample["likes_count"], 2);
            assert_eq!(sample["shares_count"], 2);
            assert_eq!(sample["chat_messages_count"], 1);
            assert_eq!(sample["viewer_count"], 0);
            let likes = json_of(with(&server, &vera, "DELETE", &like)).await;
            assert_eq!(likes["like_count"], 1);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no sample was taken at the end");
}

#[tokio::test]
async fn who_leaves_takes_their_words_and_not_their_streams() {
    let server = TestServer::start().await;
    let (carol_id, carol) = account(&server, "carol", "creator").await;
    let theirs = stream(&server, json!({ "title": "The operator's" })).await;
    let body = json!({ "title": "Carol's" });
    let made = json_of(with(&server, &carol, "POST", "/api/streams").json(&body)).await;
    let path = format!("/api/streams/{}", id(&made));
    json_of(with(&server, &carol, "POST", &format!("{path}/start"))).await;
    let chat = format!("/api/streams/{}/chat", id(&theirs));
    let say = json!({ "message": "I was here" });
    json_of(with(&server, &carol, "POST", &chat).json(&say)).await;
    let like = format!("/api/streams/{}/like", id(&theirs));
    json_of(with(&server, &carol, "POST", &like)).await;
    let share = format!("/api/streams/{}/share", id(&theirs));
    json_of(with(&server, &carol, "POST", &share)).await;

    let export = json_of(with(&server, &carol, "GET", "/api/account/export")).await;
    let live = &export["live"];
    assert_eq!(live["streams"][0]["title"], "Carol's");
    assert_eq!(live["chat_messages"][0]["message"], "I was here");
    assert_eq!(live["likes"][0]["stream_id"], theirs["id"]);
    assert_eq!(live["shares"][0]["stream_id"], theirs["id"]);
    let key = made["stream_key"].as_str().unwrap();
    assert!(!export.to_string().contains(key));

    let left = sent(server.operator("DELETE", &format!("/api/users/{carol_id}"))).await;
    assert_eq!(left.status(), 204);
    problem(sent(server.get(&path)).await, 404).await;
    let stays = server.json(&path).await;
    assert_eq!(stays["status"], "ended");
    assert_eq!(stays["visibility"], "private");
    assert_ne!(stays["stream_key"], key);
    assert!(stays["streamer_id"].is_null());
    assert_eq!(server.json(&chat).await, json!([]));
    let path = format!("/api/streams/{}", id(&theirs));
    assert_eq!(server.json(&path).await["like_count"], 0);
}

#[tokio::test]
async fn a_token_opens_one_stream_until_its_rules_change() {
    let server = TestServer::start().await;
    let (_, vera) = account(&server, "vera", "viewer").await;
    let stream = stream(&server, json!({ "visibility": "members" })).await;
    let path = format!("/api/streams/{}", id(&stream));
    let grant = json_of(with(&server, &vera, "GET", &format!("{path}/token"))).await;
    let hls = grant["hls_url"].as_str().unwrap();
    // Nothing is on the air: what the door says is what tells.
    let without = hls.split('?').next().unwrap();
    assert_eq!(sent(server.get(without)).await.status(), 401);
    assert_eq!(sent(server.get(hls)).await.status(), 404);
    let change = json!({ "visibility": "private" });
    json_of(server.operator("PATCH", &path).json(&change)).await;
    let refused = async || sent(server.get(hls)).await.status().as_u16();
    let mut last = 0;
    for _ in 0..200 {
        last = refused().await;
        if last == 401 || last == 403 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the token still opens it: {last}");
}
