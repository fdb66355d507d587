//! Browsers that are told: their subscriptions, and what push services are sent. That others can
//! read the messages is shown in e2e/, by a push service of somebody else's parts.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::access_people::account;
use crate::live_chat::post;
use crate::live_streams::{id, with};
use crate::support::{TestServer, fields, problem};

/// This machine may be a push service.
const HERE: &[(&str, &str)] = &[("push_allow", "127.0.0.1/32")];
/// A browser's keys: those of RFC 8291.
const P256DH: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

#[derive(Clone)]
struct Pushed {
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// A push service.
#[derive(Clone, Default)]
struct Service {
    got: Arc<Mutex<Vec<Pushed>>>,
    /// What it answers next; then 201.
    answers: Arc<Mutex<VecDeque<u16>>>,
}

async fn take(State(service): State<Service>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let headers = request.headers().clone();
    let body = axum::body::to_bytes(request.into_body(), 1 << 20)
        .await
        .unwrap()
        .to_vec();
    let pushed = Pushed {
        path,
        headers,
        body,
    };
    service.got.lock().unwrap().push(pushed);
    let answer = service.answers.lock().unwrap().pop_front().unwrap_or(201);
    let wait = [("retry-after", "1")];
    (StatusCode::from_u16(answer).unwrap(), wait).into_response()
}

impl Service {
    async fn start() -> (Self, String) {
        let service = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(take).with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (service, url)
    }

    fn answer(&self, statuses: &[u16]) {
        self.answers.lock().unwrap().extend(statuses);
    }

    async fn wait_for(&self, path: &str, count: usize) -> Vec<Pushed> {
        for _ in 0..1200 {
            let mut got = self.got.lock().unwrap().clone();
            got.retain(|pushed| pushed.path == path);
            if got.len() >= count {
                return got;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{path} is not pushed {count} times");
    }
}

fn browser(endpoint: &str) -> Value {
    json!({ "endpoint": endpoint, "expirationTime": null, "keys": { "p256dh": P256DH, "auth": AUTH } })
}

async fn subscribe(server: &TestServer, token: &str, endpoint: &str) -> Value {
    let made = post(server, token, "/api/account/push", browser(endpoint)).await;
    assert_eq!(made.status(), 201);
    made.json().await.unwrap()
}

async fn browsers(server: &TestServer, token: &str) -> Vec<Value> {
    let list = with(server, token, "GET", "/api/account/push").send().await;
    list.unwrap().json().await.unwrap()
}

/// The claims of a statement of who sends.
fn claims(pushed: &Pushed) -> (Value, String) {
    let said = pushed.headers["authorization"].to_str().unwrap();
    let said = said.strip_prefix("vapid t=").unwrap();
    let (token, key) = said.split_once(", k=").unwrap();
    let claims = token.split('.').nth(1).unwrap();
    let claims = URL_SAFE_NO_PAD.decode(claims).unwrap();
    (serde_json::from_slice(&claims).unwrap(), key.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn browsers_are_told_and_those_that_are_gone_are_forgotten() {
    let server = TestServer::with(HERE).await;
    let (service, site) = Service::start().await;
    let (carol_id, carol) = account(&server, "carol", "creator").await;
    let (_, vera) = account(&server, "vera", "viewer").await;
    let (_, wanda) = account(&server, "wanda", "viewer").await;
    let key: Value = server.json("/api/push/key").await;
    let follow = format!("/api/users/{carol_id}/follow");
    with(&server, &vera, "PUT", &follow).send().await.unwrap();
    let phone = subscribe(&server, &vera, &format!("{site}/phone")).await;
    let laptop = subscribe(&server, &vera, &format!("{site}/laptop")).await;
    subscribe(&server, &wanda, &format!("{site}/other")).await;
    assert_eq!(phone["told_at"], Value::Null);

    // A browser is tried; the service is busy at first.
    service.answer(&[503]);
    let act = format!("/api/account/push/{}/test", id(&phone));
    assert_eq!(post(&server, &vera, &act, json!({})).await.status(), 202);
    problem(post(&server, &wanda, &act, json!({})).await, 404).await;
    let tried = service.wait_for("/phone", 2).await;
    assert_ne!(tried[0].body, tried[1].body);
    for pushed in &tried {
        assert_eq!(pushed.headers["content-encoding"], "aes128gcm");
        let holds: u64 = pushed.headers["ttl"].to_str().unwrap().parse().unwrap();
        assert!((1..=600).contains(&holds));
        // A salt, the size of the one record, and our key for this message.
        assert_eq!(pushed.body[16..21], [0, 0, 16, 0, 65]);
        let (claims, by) = claims(pushed);
        assert_eq!(by, key["public_key"].as_str().unwrap());
        assert_eq!(claims["aud"], site.as_str());
    }

    // Followers are told in each of their browsers; one of them is no more.
    service.answer(&[410, 410]);
    for path in ["/phone", "/laptop"] {
        service.got.lock().unwrap().retain(|one| one.path != path);
    }
    let stream = post(&server, &carol, "/api/streams", json!({ "title": "Now" })).await;
    let stream: Value = stream.json().await.unwrap();
    let act = format!("/api/streams/{}/start", id(&stream));
    post(&server, &carol, &act, json!({})).await;
    service.wait_for("/phone", 1).await;
    service.wait_for("/laptop", 1).await;
    for _ in 0..1200 {
        if browsers(&server, &vera).await.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(browsers(&server, &vera).await.is_empty());
    assert_eq!(browsers(&server, &wanda).await.len(), 1);
    assert!(
        !service
            .got
            .lock()
            .unwrap()
            .iter()
            .any(|one| one.path == "/other")
    );
    let gone = format!("/api/account/push/{}", id(&laptop));
    let gone = with(&server, &vera, "DELETE", &gone).send().await.unwrap();
    problem(gone, 404).await;

    // The key outlives a restart: another one would cost all subscriptions.
    let data = server.stop().await;
    let server = TestServer::on(data, HERE).await;
    assert_eq!(server.json("/api/push/key").await, key);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_somebodys_and_there_are_only_so_many() {
    let server = TestServer::with(HERE).await;
    let (_, vera) = account(&server, "vera", "viewer").await;
    let (_, wanda) = account(&server, "wanda", "viewer").await;
    for n in 0..10 {
        subscribe(&server, &vera, &format!("https://push.example/{n}")).await;
    }
    let list = browsers(&server, &vera).await;
    assert_eq!(list.len(), 8);
    assert_eq!(list[0]["endpoint"], "https://push.example/2");
    // Somebody else uses the same browser.
    let mine = subscribe(&server, &wanda, "https://push.example/9").await;
    assert_eq!(browsers(&server, &vera).await.len(), 7);
    assert_eq!(browsers(&server, &wanda).await, std::slice::from_ref(&mine));
    let export = with(&server, &wanda, "GET", "/api/account/export");
    let export: Value = export.send().await.unwrap().json().await.unwrap();
    assert_eq!(export["notifications"]["browsers"][0]["id"], mine["id"]);
    let path = format!("/api/account/push/{}", id(&mine));
    let other = with(&server, &vera, "DELETE", &path).send().await.unwrap();
    problem(other, 404).await;
    let own = with(&server, &wanda, "DELETE", &path).send().await.unwrap();
    assert_eq!(own.status(), 204);
    problem(server.get("/api/account/push").send().await.unwrap(), 401).await;
    // Who leaves leaves nothing.
    let me = with(&server, &vera, "GET", "/api/account")
        .send()
        .await
        .unwrap();
    let me: Value = me.json().await.unwrap();
    let left = format!("/api/users/{}", id(&me));
    server.operator("DELETE", &left).send().await.unwrap();
    subscribe(&server, &wanda, "https://push.example/3").await;
    assert_eq!(browsers(&server, &wanda).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_subscription_is_refused() {
    let server = TestServer::start().await;
    let (_, vera) = account(&server, "vera", "viewer").await;
    let off_the_curve = P256DH.replace("AYWXvT", "AYWXvA");
    for (change, field) in [
        (json!({ "endpoint": "http://push.example/1" }), "endpoint"),
        (json!({ "endpoint": "https://127.0.0.1/1" }), "endpoint"),
        (json!({ "endpoint": "nonsense" }), "endpoint"),
        (
            json!({ "endpoint": format!("https://push.example/{}", "x".repeat(2100)) }),
            "endpoint",
        ),
        (
            json!({ "keys": { "p256dh": "!", "auth": AUTH } }),
            "keys.p256dh",
        ),
        (
            json!({ "keys": { "p256dh": off_the_curve, "auth": AUTH } }),
            "keys.p256dh",
        ),
        (
            json!({ "keys": { "p256dh": P256DH, "auth": P256DH } }),
            "keys.auth",
        ),
    ] {
        let mut form = browser("https://push.example/1");
        for (name, value) in change.as_object().unwrap() {
            form[name] = value.clone();
        }
        let refused = post(&server, &vera, "/api/account/push", form).await;
        assert_eq!(fields(&problem(refused, 422).await), [field], "{change}");
    }
    assert!(browsers(&server, &vera).await.is_empty());
}
