//! Webhooks, received by a real server that verifies what it gets.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;

use crate::access_people::account;
use crate::live_streams::{id, stream, with};
use crate::support::{TestServer, fields, problem};

/// This machine may be told.
pub(crate) const HERE: &[(&str, &str)] = &[("webhook_allow", "127.0.0.1/32")];

/// A message as it came.
#[derive(Clone)]
pub(crate) struct Message {
    path: String,
    headers: HeaderMap,
    body: String,
}

impl Message {
    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Whether it was signed with this secret.
    fn is_signed(&self, secret: &str) -> bool {
        let key = STANDARD
            .decode(secret.strip_prefix("whsec_").unwrap())
            .unwrap();
        let (id, at) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        let mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        let mac = mac.chain_update(format!("{id}.{at}.{}", self.body));
        let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.header("webhook-signature")
            .split(' ')
            .any(|signature| signature == expected)
    }
}

/// A status, and where it sends on to.
type Answer = (u16, Option<String>);

/// A program that is told.
#[derive(Clone, Default)]
pub(crate) struct Receiver {
    got: Arc<Mutex<Vec<Message>>>,
    /// What it answers next; then 204.
    answers: Arc<Mutex<VecDeque<Answer>>>,
}

async fn take(State(receiver): State<Receiver>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let headers = request.headers().clone();
    let body = axum::body::to_bytes(request.into_body(), 1 << 20)
        .await
        .unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    receiver.got.lock().unwrap().push(Message {
        path,
        headers,
        body,
    });
    let answer = receiver.answers.lock().unwrap().pop_front();
    let (status, location) = answer.unwrap_or((204, None));
    let status = StatusCode::from_u16(status).unwrap();
    match location {
        Some(location) => (status, [("location", location)]).into_response(),
        None => status.into_response(),
    }
}

impl Receiver {
    /// Its address, too.
    pub(crate) async fn start(answers: &[u16]) -> (Self, String) {
        let receiver = Self::default();
        let answers = answers.iter().map(|status| (*status, None));
        receiver.answers.lock().unwrap().extend(answers);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().fallback(take).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (receiver, url)
    }

    fn got(&self) -> Vec<Message> {
        self.got.lock().unwrap().clone()
    }

    /// What came of this type, as soon as there is so much of it.
    pub(crate) async fn wait_for(&self, kind: &str, count: usize) -> Vec<Message> {
        for _ in 0..2400 {
            let mut got = self.got();
            got.retain(|message| message.json()["type"] == kind);
            if got.len() >= count {
                return got;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no {count} messages of {kind}");
    }
}

const ALL: [&str; 6] = [
    "stream.started",
    "stream.ended",
    "recording.ready",
    "video.created",
    "video.published",
    "video.deleted",
];

pub(crate) async fn webhook(server: &TestServer, url: &str, events: &[&str]) -> Value {
    let form = json!({ "url": url, "events": events, "description": "A test" });
    let made = server.operator("POST", "/api/webhooks").json(&form);
    let made = made.send().await.unwrap();
    assert_eq!(made.status(), 201);
    assert_eq!(made.headers()["cache-control"], "no-store");
    made.json().await.unwrap()
}

async fn send(server: &TestServer, method: &str, path: &str) -> Value {
    let answer = server.operator(method, path).send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    answer.json().await.unwrap()
}

/// The latest delivery, as soon as it is in this state.
async fn delivery(server: &TestServer, webhook: &Value, state: &str) -> Value {
    let path = format!("/api/webhooks/{}/deliveries", id(webhook));
    for _ in 0..2400 {
        let list = server.json(&path).await;
        if list[0]["state"] == state {
            return list[0].clone();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it does not become {state}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_told_signed_and_told_again_until_it_is_taken() {
    let server = TestServer::with(HERE).await;
    let (receiver, url) = Receiver::start(&[500]).await;
    let made = webhook(&server, &url, &ALL).await;
    let secret = made["secret"].as_str().unwrap();
    let stream = stream(
        &server,
        json!({ "title": "Concert", "visibility": "private" }),
    )
    .await;
    let path = format!("/api/streams/{}", id(&stream));
    send(&server, "POST", &format!("{path}/start")).await;
    let told = receiver.wait_for("stream.started", 2).await;
    for message in &told {
        assert_eq!(message.path, "/hook");
        assert!(message.is_signed(secret));
        assert!(!message.is_signed("whsec_AAAA"));
        assert_eq!(message.header("content-type"), "application/json");
        assert!(
            !message
                .body
                .contains(stream["stream_key"].as_str().unwrap())
        );
    }
    // The same message, at another time.
    assert_eq!(told[0].header("webhook-id"), told[1].header("webhook-id"));
    assert_eq!(told[0].body, told[1].body);
    let message = told[0].json();
    assert_eq!(message["data"]["stream"]["id"], stream["id"]);
    assert_eq!(message["data"]["stream"]["status"], "live");
    assert!(message["timestamp"].is_string());
    let taken = delivery(&server, &made, "delivered").await;
    assert_eq!(
        (&taken["event"], &taken["attempts"], &taken["status_code"]),
        (&json!("stream.started"), &json!(2), &json!(204))
    );
    assert_eq!(taken["id"], told[0].header("webhook-id"));

    send(&server, "POST", &format!("{path}/end")).await;
    receiver.wait_for("stream.ended", 1).await;
    let video = server.external(json!({ "title": "Film" })).await;
    for kind in ["video.created", "video.published"] {
        let told = receiver.wait_for(kind, 1).await;
        assert_eq!(told[0].json()["data"]["video"]["id"], video);
        assert_eq!(told[0].json()["data"]["video"]["title"], "Film");
    }
    let gone = format!("/api/videos/{video}");
    server.operator("DELETE", &gone).send().await.unwrap();
    receiver.wait_for("video.deleted", 1).await;

    // Nothing is told twice, also not after a restart.
    let token = server.token.clone();
    let data = server.stop().await;
    let server = TestServer::on(data, HERE).await;
    let again = format!("{path}/start");
    let again = with(&server, &token, "POST", &again).send().await.unwrap();
    assert_eq!(again.status(), 200);
    let told = receiver.wait_for("stream.started", 3).await;
    assert_eq!(told[2].json()["data"]["stream"]["id"], stream["id"]);
    assert_eq!(receiver.got().len(), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_go_nowhere_private() {
    let server = TestServer::start().await;
    let (receiver, url) = Receiver::start(&[]).await;
    for url in [
        url.as_str(),
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "ftp://example.com/",
        "http://me:secret@example.com/",
        "nonsense",
    ] {
        let form = json!({ "url": url, "events": ["stream.started"] });
        let made = server.operator("POST", "/api/webhooks").json(&form);
        let refused = problem(made.send().await.unwrap(), 422).await;
        assert_eq!(fields(&refused), ["url"], "{url}");
    }
    // A name is judged when it is known where it leads.
    let named = url.replace("127.0.0.1", "localhost");
    let made = webhook(&server, &named, &["stream.started"]).await;
    send(
        &server,
        "POST",
        &format!("/api/webhooks/{}/test", id(&made)),
    )
    .await;
    let failed = delivery(&server, &made, "failed").await;
    assert!(
        failed["error"]
            .as_str()
            .unwrap()
            .contains("not a public address")
    );
    assert_eq!(
        (&failed["attempts"], &failed["status_code"]),
        (&json!(1), &Value::Null)
    );
    assert!(receiver.got().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_are_not_followed() {
    let server = TestServer::with(HERE).await;
    let (secretive, inner) = Receiver::start(&[]).await;
    let (receiver, url) = Receiver::start(&[]).await;
    receiver
        .answers
        .lock()
        .unwrap()
        .push_back((307, Some(inner)));
    let made = webhook(&server, &url, &["stream.started"]).await;
    send(
        &server,
        "POST",
        &format!("/api/webhooks/{}/test", id(&made)),
    )
    .await;
    let failed = delivery(&server, &made, "failed").await;
    assert_eq!(failed["status_code"], 307);
    assert!(failed["error"].as_str().unwrap().contains("redirects"));
    assert!(secretive.got().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_looked_after_by_administrators() {
    let server = TestServer::with(HERE).await;
    let (_, carol) = account(&server, "carol", "creator").await;
    let list = with(&server, &carol, "GET", "/api/webhooks").send();
    problem(list.await.unwrap(), 403).await;
    problem(server.get("/api/webhooks").send().await.unwrap(), 401).await;
    let (receiver, url) = Receiver::start(&[410]).await;
    for (wrong, field) in [
        (json!({ "events": [] }), "events"),
        (json!({ "events": ["stream.exploded"] }), "events"),
        (json!({ "description": "x".repeat(501) }), "description"),
    ] {
        let mut form = json!({ "url": url, "events": ["stream.started"] });
        for (name, value) in wrong.as_object().unwrap() {
            form[name] = value.clone();
        }
        let made = server.operator("POST", "/api/webhooks").json(&form);
        let refused = problem(made.send().await.unwrap(), 422).await;
        assert_eq!(fields(&refused), [field]);
    }
    let made = webhook(&server, &url, &["stream.started", "stream.started"]).await;
    assert_eq!(made["events"], json!(["stream.started"]));
    let path = format!("/api/webhooks/{}", id(&made));
    let seen = server.json(&path).await;
    assert!(seen.get("secret").is_none());
    assert_eq!(server.json("/api/webhooks").await, json!([seen]));

    // One that is gone for good is switched off, and can be tried again.
    send(&server, "POST", &format!("{path}/test")).await;
    let failed = delivery(&server, &made, "failed").await;
    assert_eq!(failed["status_code"], 410);
    for _ in 0..2400 {
        if server.json(&path).await["active"] == false {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(server.json(&path).await["active"], false);
    let again = format!("{path}/deliveries/{}/retry", id(&failed));
    assert_eq!(send(&server, "POST", &again).await["state"], "queued");
    let taken = delivery(&server, &made, "delivered").await;
    assert_eq!(
        (&taken["id"], &taken["attempts"]),
        (&failed["id"], &json!(2))
    );
    assert_eq!(receiver.wait_for("webhook.test", 2).await.len(), 2);

    // What is switched off, or asked for other events, is told nothing.
    let change = json!({ "active": true, "events": ["video.deleted"] });
    let changed = server
        .operator("PATCH", &path)
        .json(&change)
        .send()
        .await
        .unwrap();
    assert_eq!(changed.json::<Value>().await.unwrap()["active"], true);
    let video = server.external(json!({})).await;
    let video = format!("/api/videos/{video}");
    server.operator("DELETE", &video).send().await.unwrap();
    receiver.wait_for("video.deleted", 1).await;
    assert_eq!(receiver.got().len(), 3);
    let log = server
        .json(&format!("/api/audit?subject={}", id(&made)))
        .await;
    assert_eq!(log[0]["action"], "webhook.edit");
    let gone = server.operator("DELETE", &path).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    problem(server.operator("GET", &path).send().await.unwrap(), 404).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_replaced_without_a_message_that_cannot_be_checked() {
    let server = TestServer::with(HERE).await;
    let (receiver, url) = Receiver::start(&[]).await;
    let made = webhook(&server, &url, &["stream.started"]).await;
    let first = made["secret"].as_str().unwrap();
    assert_eq!(made["previous_secret_until"], Value::Null);
    let path = format!("/api/webhooks/{}", id(&made));
    let rotate = |query: &'static str| {
        let act = server.operator("POST", &format!("{path}/rotate{query}"));
        async move {
            let answer = act.send().await.unwrap();
            assert_eq!(answer.status(), 200);
            assert_eq!(answer.headers()["cache-control"], "no-store");
            answer.json::<Value>().await.unwrap()
        }
    };
    let tried = async |count: usize| {
        send(&server, "POST", &format!("{path}/test")).await;
        let told = receiver.wait_for("webhook.test", count).await;
        told.into_iter().next_back().unwrap()
    };
    let second = rotate("").await;
    assert!(second["previous_secret_until"].is_string());
    let second = second["secret"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    // Both hold for a day.
    let message = tried(1).await;
    assert!(message.is_signed(first) && message.is_signed(&second));
    assert_eq!(message.header("webhook-signature").split(' ').count(), 2);
    assert!(server.json(&path).await.get("secret").is_none());
    // One that has come into wrong hands holds no longer.
    let third = rotate("?keep_previous=false").await;
    assert_eq!(third["previous_secret_until"], Value::Null);
    let message = tried(2).await;
    assert!(message.is_signed(third["secret"].as_str().unwrap()));
    assert!(!message.is_signed(first) && !message.is_signed(&second));
    let log = server
        .json(&format!("/api/audit?subject={}", id(&made)))
        .await;
    let acts = log.as_array().unwrap().iter();
    let rotated = acts.filter(|act| act["action"] == "webhook.rotate");
    assert_eq!(rotated.count(), 2);
    let (_, carol) = account(&server, "carol", "creator").await;
    let other = with(&server, &carol, "POST", &format!("{path}/rotate"));
    problem(other.send().await.unwrap(), 403).await;
    let nobody = server.operator("POST", "/api/webhooks/webhook_none/rotate");
    assert!(nobody.send().await.unwrap().status().is_client_error());
}
