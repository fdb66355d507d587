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

/// What the log says of the last act, with its details.
async fn last_act(server: &TestServer) -> (String, Value, Value) {
    let log = server.json("/api/audit?limit=1").await;
    let act = &log[0];
    let action = act["action"].as_str().unwrap_or_default().to_owned();
    (action, act["subject"].clone(), act["detail"].clone())
}

#[tokio::test]
async fn what_those_who_run_it_do_is_written_down() {
    let server = TestServer::start().await;
    let ada = Person::new(&server, "ada", "creator").await;
    let act = async |method: &str, path: &str, body: Value| -> Value {
        let done = server.operator(method, path).json(&body);
        let done = done.send().await.unwrap();
        assert!(done.status().is_success(), "{method} {path}: {done:?}");
        done.json().await.unwrap_or_default()
    };
    let film = json!({ "title": "Mine", "video_url": "https://example.com/film.mp4" });
    let film: Value = ada
        .send("POST", "/api/videos", film)
        .await
        .json()
        .await
        .unwrap();
    let film = film["id"].as_str().unwrap();
    let of_film = format!("/api/videos/{film}");
    let show = act(
        "POST",
        "/api/shows",
        json!({ "title": "Corner Shop", "kind": "show" }),
    )
    .await;
    assert_eq!(
        last_act(&server).await,
        ("show.create".into(), Value::Null, Value::Null)
    );
    let show = show["id"].as_str().unwrap();
    let rows = server.json("/api/home/rows").await;
    let many = json!({ "ids": [film], "patch": { "studio": "Harbour" } });
    for (method, path, body, action, subject, detail) in [
        (
            "PATCH",
            of_film.as_str(),
            json!({ "title": "Yours" }),
            "video.edit",
            json!(film),
            Value::Null,
        ),
        (
            "PATCH",
            "/api/videos",
            many,
            "video.bulk",
            Value::Null,
            json!({ "videos": 1 }),
        ),
        (
            "PUT",
            "/api/home/rows",
            rows,
            "home.rows",
            Value::Null,
            Value::Null,
        ),
        (
            "POST",
            "/api/search/rebuild",
            json!({}),
            "search.rebuild",
            Value::Null,
            Value::Null,
        ),
        (
            "DELETE",
            &format!("/api/shows/{show}"),
            json!({}),
            "show.delete",
            json!(show),
            json!({ "title": "Corner Shop" }),
        ),
        (
            "DELETE",
            &of_film,
            json!({}),
            "video.delete",
            json!(film),
            json!({ "title": "Yours" }),
        ),
    ] {
        act(method, path, body).await;
        assert_eq!(
            last_act(&server).await,
            (action.to_owned(), subject, detail)
        );
    }
    // A handler that writes an entry itself is not written down twice.
    let before = server.json("/api/audit?action=group.create").await;
    act("POST", "/api/groups", json!({ "name": "Patrons" })).await;
    let after = server.json("/api/audit?action=group.create").await;
    assert_eq!(
        after.as_array().unwrap().len(),
        before.as_array().unwrap().len() + 1
    );
    // What others do with what is theirs, what one does for oneself, and what
    // is refused or only tried, are no acts.
    let count = async || {
        server
            .json("/api/audit?limit=200")
            .await
            .as_array()
            .unwrap()
            .len()
    };
    let list = ada
        .send("POST", "/api/playlists", json!({ "name": "Late" }))
        .await;
    let list: Value = list.json().await.unwrap();
    let other = server.external(json!({ "title": "Other" })).await;
    let acts = count().await;
    act("POST", &format!("/api/videos/{other}/like"), json!({})).await;
    act("PUT", &format!("/api/watchlist/{other}"), json!({})).await;
    let refused = server.operator("DELETE", &of_film).send().await.unwrap();
    assert_eq!(refused.status(), 404);
    let own = json!({ "title": "Hers", "video_url": "https://example.com/film.mp4" });
    let own: Value = ada
        .send("POST", "/api/videos", own)
        .await
        .json()
        .await
        .unwrap();
    let own = format!("/api/videos/{}", own["id"].as_str().unwrap());
    assert_eq!(
        ada.send("PATCH", &own, json!({ "title": "Still hers" }))
            .await
            .status(),
        200
    );
    assert_eq!(count().await, acts);
    // Somebody else's playlist is another matter.
    let list = list["id"].as_str().unwrap();
    act("DELETE", &format!("/api/playlists/{list}"), json!({})).await;
    let (action, subject, detail) = last_act(&server).await;
    assert_eq!(
        (action.as_str(), &subject),
        ("playlist.delete", &json!(list))
    );
    assert_eq!(detail, json!({ "name": "Late", "owner": ada.id }));
}
