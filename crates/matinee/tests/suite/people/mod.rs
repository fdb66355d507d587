//! Accounts, credentials and the log of what is done with them.

mod accounts;
mod apps;
mod mail;
mod second_factor;
mod settings;

use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::support::{TestServer, fields, problem};

/// A password that is long enough.
const PASSWORD: &str = "correct horse battery";

/// Somebody who is signed in.
pub struct Person<'a> {
    server: &'a TestServer,
    pub id: String,
    pub token: String,
}

impl<'a> Person<'a> {
    /// Somebody whom the operator has made an account for.
    pub async fn new(server: &'a TestServer, username: &str, role: &str) -> Self {
        let body = json!({ "username": username, "role": role, "password": PASSWORD });
        let made = server.operator("POST", "/api/users").json(&body);
        let made = made.send().await.unwrap();
        assert_eq!(made.status(), 201);
        let made: Value = made.json().await.unwrap();
        let session = sign_in(
            server,
            json!({ "username": username, "password": PASSWORD }),
        )
        .await;
        assert_eq!(session.status(), 200);
        let session: Value = session.json().await.unwrap();
        Self {
            server,
            id: made["id"].as_str().unwrap().to_owned(),
            token: session["token"].as_str().unwrap().to_owned(),
        }
    }

    /// A request of theirs.
    pub fn ask(&self, method: &str, path: &str) -> RequestBuilder {
        let request = self
            .server
            .http
            .request(method.parse().unwrap(), self.server.url(path));
        request.bearer_auth(&self.token)
    }

    /// The JSON that they get.
    pub async fn json(&self, path: &str) -> Value {
        let answer = self.ask("GET", path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    /// The status of a request with a body.
    pub async fn send(&self, method: &str, path: &str, body: Value) -> Response {
        self.ask(method, path).json(&body).send().await.unwrap()
    }
}

/// Signs in.
pub async fn sign_in(server: &TestServer, body: Value) -> Response {
    let request = server.http.post(server.url("/api/session")).json(&body);
    request.send().await.unwrap()
}

/// A request of nobody's.
pub async fn post(server: &TestServer, path: &str, body: Value) -> Response {
    let request = server.http.post(server.url(path)).json(&body);
    request.send().await.unwrap()
}

#[tokio::test]
async fn only_administrators_read_the_audit_log() {
    let server = TestServer::start().await;
    problem(server.get("/api/audit").send().await.unwrap(), 401).await;
    let ada = Person::new(&server, "ada", "moderator").await;
    let refused = ada.ask("GET", "/api/audit").send().await.unwrap();
    problem(refused, 403).await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("since=yesterday", "since"),
        ("cursor=x", "cursor"),
    ] {
        let wrong = server.operator("GET", &format!("/api/audit?{query}"));
        let wrong = problem(wrong.send().await.unwrap(), 422).await;
        assert_eq!(fields(&wrong), [field]);
    }
    let change = server
        .operator("PATCH", &format!("/api/users/{}", ada.id))
        .json(&json!({ "role": "creator" }));
    assert_eq!(change.send().await.unwrap().status(), 200);
    let path = format!("/api/audit?action=user.&subject={}&limit=1", ada.id);
    let page = server.operator("GET", &path).send().await.unwrap();
    let next = page.headers()["link"].to_str().unwrap().to_owned();
    let log: Value = page.json().await.unwrap();
    assert_eq!(log[0]["action"], "user.role");
    assert_eq!(
        log[0]["detail"],
        json!({ "from": "moderator", "to": "creator" })
    );
    assert_eq!(log[0]["actor_name"], server.operator.0.as_str());
    assert_eq!(log[0]["addr"], "127.0.0.1");
    let next = next.split(['<', '>']).nth(1).unwrap();
    let log = server.json(next).await;
    assert_eq!(log[0]["action"], "user.create");
    assert_eq!(log.as_array().unwrap().len(), 1);
}
