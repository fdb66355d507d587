//! Rooms and chat, over HTTP and real sockets.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use reqwest::Response;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::access_people::account;
use crate::live_streams::{id, stream, with};
use crate::support::{TestServer, fields, problem};

/// Longer than anything here takes, on the busiest machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A socket in a room.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Enters a stream's room with these headers and this query; the status if
    /// that is refused.
    pub async fn open(
        server: &TestServer,
        stream: &Value,
        query: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, u16> {
        let base = server.base.replacen("http", "ws", 1);
        let url = format!("{base}/ws/{}{query}", id(stream));
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).unwrap();
            request.headers_mut().append(*name, value);
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    /// The same with a bearer token.
    pub async fn of(server: &TestServer, stream: &Value, token: &str) -> Self {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str())];
        Self::open(server, stream, "", &headers).await.unwrap()
    }

    pub async fn say(&mut self, event: Value) {
        self.0.send(Message::text(event.to_string())).await.unwrap();
    }

    /// What comes next; none when the socket is closed, with the reason.
    pub async fn next(&mut self) -> Result<Value, String> {
        let read = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => {
                        return Ok(serde_json::from_str(&text).unwrap());
                    }
                    Some(Ok(Message::Close(frame))) => {
                        return Err(frame
                            .map(|frame| frame.reason.to_string())
                            .unwrap_or_default());
                    }
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(error.to_string()),
                    None => return Err(String::new()),
                }
            }
        };
        tokio::time::timeout(PATIENCE, read)
            .await
            .expect("something comes in time")
    }

    /// The next event of this kind.
    pub async fn until(&mut self, kind: &str) -> Value {
        loop {
            let event = self.next().await.unwrap();
            if event["type"] == kind {
                return event;
            }
        }
    }

    /// The reason with which the socket is closed.
    async fn closed(&mut self) -> String {
        loop {
            if let Err(reason) = self.next().await {
                return reason;
            }
        }
    }
}

pub async fn post(server: &TestServer, token: &str, path: &str, body: Value) -> Response {
    let request = with(server, token, "POST", path).json(&body);
    request.send().await.unwrap()
}

fn chat(stream: &Value) -> String {
    format!("/api/streams/{}/chat", id(stream))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_hears_what_happens() {
    let server = TestServer::with(&[("viewer_update_interval", "1s")]).await;
    let stream = stream(&server, json!({})).await;
    let path = format!("/api/streams/{}", id(&stream));
    let mut one = Socket::open(&server, &stream, "", &[]).await.unwrap();
    let welcome = one.next().await.unwrap();
    assert_eq!(welcome["type"], "welcome");
    assert_eq!(welcome["stream"]["id"], stream["id"]);
    assert_eq!(welcome["viewer_count"], 1);
    let (_, vera) = account(&server, "vera", "viewer").await;
    let mut two = Socket::of(&server, &stream, &vera).await;
    assert_eq!(one.until("viewer_count_update").await["viewer_count"], 2);
    // The same person once more is no other viewer.
    let mut three = Socket::of(&server, &stream, &vera).await;
    assert_eq!(three.until("welcome").await["viewer_count"], 2);

    let act = |verb: &str| server.operator("POST", &format!("{path}/{verb}")).send();
    act("start").await.unwrap();
    let started = one.until("stream_started").await;
    assert_eq!(started["stream"]["status"], "live");
    assert!(started["stream"]["stream_key"].is_null());
    assert!(started["timestamp"].is_string());
    act("end").await.unwrap();
    assert_eq!(two.until("stream_ended").await["stream"]["status"], "ended");
    two.say(json!({ "type": "ping" })).await;
    two.until("pong").await;
    two.say(json!({ "type": "quality_change", "quality": "720p" }))
        .await;
    assert_eq!(two.until("quality_change").await["quality"], "720p");
    two.say(json!({ "type": "quality_change", "quality": "9p" }))
        .await;
    assert_eq!(two.until("error").await["errors"][0]["field"], "quality");
    two.say(json!({ "type": "dance" })).await;
    assert_eq!(two.until("error").await["status"], 400);
    assert_eq!(server.json(&path).await["viewer_count"], 2);

    let gone = server.operator("DELETE", &path).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    assert_eq!(one.closed().await, "the stream was deleted");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_is_heard_kept_and_stays_text() {
    let server = TestServer::with(&[("chat_rate_limit", "0")]).await;
    let stream = stream(&server, json!({})).await;
    let (vera_id, vera) = account(&server, "vera", "viewer").await;
    let mut hers = Socket::of(&server, &stream, &vera).await;
    let mut guest = Socket::open(&server, &stream, "", &[]).await.unwrap();
    guest.until("welcome").await;
    let markup = "<img src=x onerror=alert(1)> & \u{202e}co";
    hers.say(
        json!({ "type": "chat_message", "message": markup, "username": "somebody else",
        "user_id": "user_1", "ref": "7" }),
    )
    .await;
    let heard = guest.until("chat_message").await["message"].clone();
    assert_eq!(heard["message"], "<img src=x onerror=alert(1)> & co");
    assert_eq!(heard["username"], "vera");
    assert_eq!(heard["user_id"], vera_id);
    assert_eq!(heard["badge"], "member");
    let sent = hers.until("chat_sent").await;
    assert_eq!(
        (&sent["ref"], &sent["message"]["id"]),
        (&json!("7"), &heard["id"])
    );

    let reply = json!({ "message": "Indeed", "reply_to": heard["id"] });
    let said = post(&server, &server.token, &chat(&stream), reply).await;
    assert_eq!(said.status(), 201);
    let said: Value = said.json().await.unwrap();
    assert_eq!(said["badge"], "streamer");
    assert_eq!(said["reply_to"]["id"], heard["id"]);
    assert_eq!(guest.until("chat_message").await["message"], said);

    // Somebody without account may read, and not write.
    let answer = server
        .http
        .post(server.url(&chat(&stream)))
        .json(&json!({ "message": "x" }));
    problem(answer.send().await.unwrap(), 401).await;
    guest
        .say(json!({ "type": "chat_message", "message": "x" }))
        .await;
    assert_eq!(guest.until("error").await["status"], 401);
    let history = server.get(&chat(&stream)).send().await.unwrap();
    let history: Value = history.json().await.unwrap();
    assert_eq!(history, json!([heard, said]));
    let latest = server
        .get(&format!("{}?limit=1", chat(&stream)))
        .send()
        .await
        .unwrap();
    assert!(latest.headers().contains_key("link"));
    assert_eq!(latest.json::<Value>().await.unwrap(), json!([said]));

    for (message, reason) in [("", "empty"), (&*"x".repeat(501), "longer")] {
        let answer = post(
            &server,
            &vera,
            &chat(&stream),
            json!({ "message": message }),
        )
        .await;
        let problem = problem(answer, 422).await;
        assert_eq!(fields(&problem), ["message"]);
        assert!(problem["detail"].as_str().unwrap().contains(reason));
    }
    // It outlives the server.
    let data = server.stop().await;
    let server = TestServer::on(data, &[]).await;
    let history = server.get(&chat(&stream)).send().await.unwrap();
    assert_eq!(history.json::<Value>().await.unwrap(), json!([heard, said]));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_write_at_once_are_read_in_one_order() {
    let server = TestServer::with(&[("chat_rate_limit", "0")]).await;
    let stream = stream(&server, json!({})).await;
    let mut readers = Vec::new();
    for _ in 0..3 {
        let mut reader = Socket::open(&server, &stream, "", &[]).await.unwrap();
        reader.until("welcome").await;
        readers.push(reader);
    }
    let mut writers = tokio::task::JoinSet::new();
    for who in ["ada", "bob", "eve"] {
        let (_, token) = account(&server, who, "viewer").await;
        let mut socket = Socket::of(&server, &stream, &token).await;
        writers.spawn(async move {
            for n in 0..10 {
                let message = format!("{who} {n}");
                socket
                    .say(json!({ "type": "chat_message", "message": message }))
                    .await;
            }
            // Open until all is heard.
            socket
        });
    }
    let sockets = writers.join_all().await;
    let mut heard: Vec<Vec<String>> = Vec::new();
    for reader in &mut readers {
        let mut all = Vec::new();
        while all.len() < 30 {
            let event = reader.until("chat_message").await;
            all.push(event["message"]["message"].as_str().unwrap().to_owned());
        }
        heard.push(all);
    }
    assert_eq!(heard[0], heard[1]);
    assert_eq!(heard[0], heard[2]);
    for who in ["ada", "bob", "eve"] {
        let theirs: Vec<&String> = heard[0].iter().filter(|m| m.starts_with(who)).collect();
        let in_order: Vec<String> = (0..10).map(|n| format!("{who} {n}")).collect();
        assert_eq!(theirs, in_order.iter().collect::<Vec<_>>());
    }
    let history = server.json(&chat(&stream)).await;
    let kept: Vec<&str> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["message"].as_str().unwrap())
        .collect();
    assert_eq!(kept, heard[0]);
    drop(sockets);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_writes_faster_than_the_chat_allows() {
    let server = TestServer::start().await;
    let stream = stream(&server, json!({})).await;
    let (_, vera) = account(&server, "vera", "viewer").await;
    let mut hers = Socket::of(&server, &stream, &vera).await;
    for n in 0..5 {
        let body = json!({ "message": format!("{n}") });
        let answer = post(&server, &vera, &chat(&stream), body).await;
        assert_eq!(answer.status(), 201);
    }
    let answer = post(&server, &vera, &chat(&stream), json!({ "message": "5" })).await;
    assert!(answer.headers().contains_key("retry-after"));
    assert_eq!(
        problem(answer, 429).await["type"],
        "/problems/chat-too-fast"
    );
    hers.say(json!({ "type": "chat_message", "message": "5", "ref": "a" }))
        .await;
    let refused = hers.until("error").await;
    assert_eq!(
        (&refused["status"], &refused["ref"]),
        (&json!(429), &json!("a"))
    );
    // Who looks after the chat is not counted.
    for n in 0..8 {
        let body = json!({ "message": format!("{n}") });
        assert_eq!(
            post(&server, &server.token, &chat(&stream), body)
                .await
                .status(),
            201
        );
    }
    // Slow mode is for everybody else.
    let path = format!("/api/streams/{}", id(&stream));
    let slow = json!({ "slow_mode_s": 600 });
    server
        .operator("PATCH", &path)
        .json(&slow)
        .send()
        .await
        .unwrap();
    assert_eq!(
        hers.until("stream_updated").await["stream"]["slow_mode_s"],
        600
    );
    let (_, wanda) = account(&server, "wanda", "viewer").await;
    let first = post(&server, &wanda, &chat(&stream), json!({ "message": "a" })).await;
    assert_eq!(first.status(), 201);
    problem(
        post(&server, &wanda, &chat(&stream), json!({ "message": "b" })).await,
        429,
    )
    .await;
    // And a chat can be closed.
    let closed = json!({ "chat_from": "nobody" });
    server
        .operator("PATCH", &path)
        .json(&closed)
        .send()
        .await
        .unwrap();
    problem(
        post(
            &server,
            &server.token,
            &chat(&stream),
            json!({ "message": "c" }),
        )
        .await,
        403,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_looked_after() {
    let server = TestServer::with(&[("chat_rate_limit", "0")]).await;
    let rules = json!({ "words": [{ "word": "badword", "effect": "refuse" },
        { "word": "fishy", "effect": "hold" }] });
    let set = server
        .operator("PUT", "/api/moderation/rules")
        .json(&rules)
        .send()
        .await
        .unwrap();
    assert_eq!(set.status(), 200);
    let (_, carol) = account(&server, "carol", "creator").await;
    let (_, mona) = account(&server, "mona", "moderator").await;
    let (_, vera) = account(&server, "vera", "viewer").await;
    let made = with(&server, &carol, "POST", "/api/streams").json(&json!({ "title": "Hers" }));
    let stream: Value = made.send().await.unwrap().json().await.unwrap();
    let bans = format!("/api/streams/{}/bans", id(&stream));
    let mut hers = Socket::of(&server, &stream, &vera).await;
    let mut guest = Socket::open(&server, &stream, "", &[]).await.unwrap();
    guest.until("welcome").await;

    let answer = post(
        &server,
        &vera,
        &chat(&stream),
        json!({ "message": "B.a.d.w.0.r.d" }),
    )
    .await;
    assert_eq!(fields(&problem(answer, 422).await), ["message"]);
    let held = post(
        &server,
        &vera,
        &chat(&stream),
        json!({ "message": "fishy" }),
    )
    .await;
    let held: Value = held.json().await.unwrap();
    assert_eq!(held["state"], "held");
    assert_eq!(hers.until("chat_message").await["message"], held);
    let nobody_s = server.get(&chat(&stream)).send().await.unwrap();
    assert_eq!(nobody_s.json::<Value>().await.unwrap(), json!([]));
    let path = format!("{}/{}", chat(&stream), id(&held));
    let change = |token: &str, body: Value| with(&server, token, "PATCH", &path).json(&body).send();
    problem(
        change(&vera, json!({ "approve": true })).await.unwrap(),
        403,
    )
    .await;
    let shown = change(&mona, json!({ "approve": true, "pinned": true }))
        .await
        .unwrap();
    assert_eq!(shown.status(), 200);
    // The first that somebody else hears of it.
    let heard = guest.until("chat_message").await["message"].clone();
    assert_eq!(
        (&heard["id"], &heard["pinned"]),
        (&held["id"], &json!(true))
    );
    let pinned = server.json(&format!("{}?pinned=true", chat(&stream))).await;
    assert_eq!(pinned, json!([heard]));

    // Her own stream's owner keeps her from writing, and takes back what she said.
    let ban = json!({ "message_id": held["id"], "seconds": 3600, "reason": "enough",
        "delete_messages": true });
    problem(post(&server, &vera, &bans, ban.clone()).await, 403).await;
    let banned = post(&server, &carol, &bans, ban).await;
    assert_eq!(banned.status(), 201);
    let banned: Value = banned.json().await.unwrap();
    assert_eq!(hers.until("chat_silenced").await["silenced"], true);
    assert_eq!(
        guest.until("chat_message_deleted").await["message_id"],
        held["id"]
    );
    let answer = post(&server, &vera, &chat(&stream), json!({ "message": "But…" })).await;
    assert_eq!(problem(answer, 403).await["type"], "/problems/chat-banned");
    let list = with(&server, &mona, "GET", &bans).send().await.unwrap();
    assert_eq!(list.json::<Value>().await.unwrap(), json!([banned]));
    let path = format!("{bans}/{}", id(&banned));
    let lifted = with(&server, &mona, "DELETE", &path).send().await.unwrap();
    assert_eq!(lifted.status(), 204);
    let log = server
        .json(&format!("/api/audit?subject={}", id(&stream)))
        .await;
    assert_eq!(log[0]["action"], "chat.unban");
    let again = post(
        &server,
        &vera,
        &chat(&stream),
        json!({ "message": "Thanks" }),
    )
    .await;
    assert_eq!(again.status(), 201);
    let again: Value = again.json().await.unwrap();

    // One deletes one's own, and nobody else's.
    let path = format!("{}/{}", chat(&stream), id(&again));
    let (_, wanda) = account(&server, "wanda", "viewer").await;
    let delete = |token: &str| with(&server, token, "DELETE", &path).send();
    problem(delete(&wanda).await.unwrap(), 403).await;
    assert_eq!(delete(&vera).await.unwrap().status(), 204);
    problem(delete(&vera).await.unwrap(), 404).await;
    assert_eq!(
        guest.until("chat_message_deleted").await["message_id"],
        again["id"]
    );
    // And nobody silences those who look after it.
    let said = post(
        &server,
        &mona,
        &chat(&stream),
        json!({ "message": "Order!" }),
    )
    .await;
    let said: Value = said.json().await.unwrap();
    let ban = json!({ "message_id": said["id"] });
    problem(post(&server, &carol, &bans, ban).await, 422).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_watch_comes_in() {
    let server = TestServer::start().await;
    let (_, vera) = account(&server, "vera", "viewer").await;
    let stream = stream(
        &server,
        json!({ "visibility": "members", "max_viewers": 2 }),
    )
    .await;
    let path = format!("/api/streams/{}", id(&stream));
    let status = async |query: &str, headers: &[(&'static str, &str)]| {
        Socket::open(&server, &stream, query, headers).await.err()
    };
    assert_eq!(status("", &[]).await, Some(401));
    assert_eq!(status("?token=nonsense", &[]).await, Some(401));
    assert_eq!(status("?access_token=nonsense", &[]).await, Some(401));
    let absent = json!({ "id": "stream_01h455vb4pex5vsknk084sn02q" });
    assert_eq!(
        Socket::open(&server, &absent, "", &[]).await.err(),
        Some(404)
    );
    let plain = server.get(&format!("/ws/{}?access_token={vera}", id(&stream)));
    problem(plain.send().await.unwrap(), 426).await;

    let grant = with(&server, &vera, "GET", &format!("{path}/token"))
        .send()
        .await
        .unwrap();
    let grant: Value = grant.json().await.unwrap();
    let token = format!("?token={}", grant["token"].as_str().unwrap());
    let mut by_token = Socket::open(&server, &stream, &token, &[]).await.unwrap();
    by_token.until("welcome").await;
    let bearer = format!("?access_token={vera}");
    let mut by_bearer = Socket::open(&server, &stream, &bearer, &[]).await.unwrap();
    let welcome = by_bearer.until("welcome").await;
    assert_eq!(welcome["you"]["username"], "vera");
    // The token is hers: she is one viewer, however she comes.
    assert_eq!(welcome["viewer_count"], 1);
    // Another page cannot use what her browser sends by itself.
    let cookie = format!("matinee_session={vera}");
    let page = [
        ("cookie", cookie.as_str()),
        ("origin", "https://evil.example"),
    ];
    assert_eq!(status("", &page).await, Some(403));
    let ours = [
        ("cookie", cookie.as_str()),
        ("origin", server.base.as_str()),
    ];
    assert_eq!(status("", &ours).await, None);

    // As many watch as may; the streamer always does.
    let (_, wanda) = account(&server, "wanda", "viewer").await;
    let mut wandas = Socket::of(&server, &stream, &wanda).await;
    wandas.until("welcome").await;
    let (_, xenia) = account(&server, "xenia", "viewer").await;
    assert_eq!(
        status(&format!("?access_token={xenia}"), &[]).await,
        Some(503)
    );
    Socket::of(&server, &stream, &server.token)
        .await
        .until("welcome")
        .await;

    let change = json!({ "visibility": "private" });
    server
        .operator("PATCH", &path)
        .json(&change)
        .send()
        .await
        .unwrap();
    let reason = "this stream is not open to you any more";
    assert_eq!(wandas.closed().await, reason);
    assert_eq!(by_bearer.closed().await, reason);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_floods_a_room_is_let_go() {
    let server = TestServer::start().await;
    let stream = stream(&server, json!({})).await;
    let mut socket = Socket::open(&server, &stream, "", &[]).await.unwrap();
    for _ in 0..2_000 {
        let ping = Message::text(r#"{"type":"ping"}"#);
        if socket.0.send(ping).await.is_err() {
            break;
        }
    }
    let reason = socket.closed().await;
    assert!(
        reason.contains("too many") || reason.contains("reset") || reason.contains("closed"),
        "{reason}"
    );
    let big = "x".repeat(64 * 1024);
    let mut socket = Socket::open(&server, &stream, "", &[]).await.unwrap();
    let _ = socket.0.send(Message::text(big)).await;
    socket.closed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_leaves_the_room() {
    let server = TestServer::with(&[("websocket_heartbeat_interval", "1s")]).await;
    let (vera_id, vera) = account(&server, "vera", "viewer").await;
    let stream = stream(&server, json!({ "visibility": "members" })).await;
    let mut hers = Socket::of(&server, &stream, &vera).await;
    hers.until("welcome").await;
    let left = server
        .operator("DELETE", &format!("/api/users/{vera_id}"))
        .send()
        .await
        .unwrap();
    assert_eq!(left.status(), 204);
    assert_eq!(
        hers.closed().await,
        "this stream is not open to you any more"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_with_its_room_and_its_player_is_one_viewer() {
    let server = TestServer::start().await;
    let (_, vera) = account(&server, "vera", "viewer").await;
    let stream = stream(&server, json!({ "max_viewers": 2 })).await;
    let path = format!("/api/streams/{}", id(&stream));
    // Nothing is on the air; whoever asks for it is counted all the same.
    let media = format!("/media/live/{}/video/media.m3u8", id(&stream));
    let fetch = async |path: &str, headers: &[(&str, &str)]| {
        let mut request = server.get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap().status().as_u16()
    };
    let viewers = async || server.json(&path).await["viewer_count"].clone();
    let session = format!("matinee_session={vera}");
    let ours = [
        ("cookie", session.as_str()),
        ("origin", server.base.as_str()),
    ];
    let _room = Socket::open(&server, &stream, "", &ours).await.unwrap();
    assert_eq!(viewers().await, 1);
    // On the way in, the browser was given the other cookie.
    let both = format!("matinee_viewer={}; {session}", "a".repeat(32));
    assert_eq!(fetch(&media, &[("cookie", &both)]).await, 404);
    assert_eq!(viewers().await, 1);
    let grant = with(&server, &vera, "GET", &format!("{path}/token"));
    let grant: Value = grant.send().await.unwrap().json().await.unwrap();
    let token = format!("{media}?token={}", grant["token"].as_str().unwrap());
    assert_eq!(fetch(&token, &[("user-agent", "a television")]).await, 404);
    assert_eq!(viewers().await, 1);
    // A player without cookies is known by where it is and what it calls itself.
    for _ in 0..3 {
        assert_eq!(fetch(&media, &[("user-agent", "VLC")]).await, 404);
    }
    assert_eq!(viewers().await, 2);
    assert_eq!(fetch(&media, &[("user-agent", "mpv")]).await, 503);
    assert_eq!(fetch(&media, &[("user-agent", "VLC")]).await, 404);
    assert_eq!(viewers().await, 2);
}
