//! Settings that administrators change in the studio.

use matinee::config::settings::settings;
use rstest::rstest;
use serde_json::{Value, json};

use super::{PASSWORD, Person, post};
use crate::support::{TestServer, fields, problem};

async fn list(server: &TestServer) -> Vec<Value> {
    let answer = server.operator("GET", "/api/settings").send().await;
    let answer = answer.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

async fn one(server: &TestServer, key: &str) -> Value {
    let all = list(server).await;
    all.into_iter().find(|one| one["key"] == key).unwrap()
}

async fn change(server: &TestServer, body: Value) -> reqwest::Response {
    let request = server.operator("PATCH", "/api/settings").json(&body);
    request.send().await.unwrap()
}

#[tokio::test]
async fn every_setting_says_where_it_comes_from_and_secrets_are_not_shown() {
    let secret = "smtp://ada:hunter2@localhost:2525";
    let server = TestServer::with(&[
        ("name", "Film club"),
        ("smtp_url", secret),
        ("mail_from", "films@example.org"),
        ("public_url", "http://localhost:8000"),
    ])
    .await;
    let all = list(&server).await;
    assert_eq!(all.len(), settings().count());
    let smtp = all.iter().find(|one| one["key"] == "smtp_url").unwrap();
    assert_eq!(smtp["is_secret"], true);
    assert_eq!(smtp["is_set"], true);
    assert!(smtp["value"].is_null());
    assert!(!Value::from(all.clone()).to_string().contains("hunter2"));
    let name = all.iter().find(|one| one["key"] == "name").unwrap();
    assert_eq!(name["value"], "Film club");
    assert_eq!(name["source"], "flag");
    assert_eq!(name["is_editable"], false);
    let reason = name["locked_reason"].as_str().unwrap();
    assert!(reason.contains("command line"), "{reason}");
    let registration = all.iter().find(|one| one["key"] == "registration").unwrap();
    assert_eq!(registration["source"], "default");
    assert_eq!(registration["is_editable"], true);
    assert_eq!(
        registration["choices"],
        json!(["open", "invitation", "closed"])
    );
}

#[tokio::test]
async fn only_administrators_see_or_change_them() {
    let server = TestServer::start().await;
    let moderator = Person::new(&server, "mona", "moderator").await;
    let body = json!({ "name": "Mine" });
    for (method, path) in [("GET", "/api/settings"), ("PATCH", "/api/settings")] {
        let answer = moderator.send(method, path, body.clone()).await;
        assert_eq!(answer.status(), 403, "{method}");
        let nobody = server
            .http
            .request(method.parse().unwrap(), server.url(path));
        let answer = nobody.json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{method}");
    }
}

#[tokio::test]
async fn changes_hold_at_once_are_written_down_and_survive_a_restart() {
    let server = TestServer::start().await;
    let newcomer = |name: &str| json!({ "username": name, "password": PASSWORD });
    let refused = post(&server, "/api/accounts", newcomer("early")).await;
    assert_eq!(refused.status(), 422);
    let body = json!({ "name": "Film club", "registration": "open", "quota_uploads": "creator=1" });
    let changed = change(&server, body).await;
    assert_eq!(changed.status(), 200);
    let instance = server.json("/api/instance").await;
    assert_eq!(instance["name"], "Film club");
    assert_eq!(instance["registration"], "open");
    let made = post(&server, "/api/accounts", newcomer("late")).await;
    assert_eq!(made.status(), 201);
    let creator = Person::new(&server, "carla", "creator").await;
    assert_eq!(creator.json("/api/account/usage").await["uploads_limit"], 1);
    let log = server.operator("GET", "/api/audit?action=settings.change");
    let log: Value = log.send().await.unwrap().json().await.unwrap();
    assert_eq!(log[0]["detail"]["name"]["to"], "Film club");
    assert!(log[0]["detail"]["name"]["from"].is_null());

    let operator = server.operator.clone();
    let token = server.token.clone();
    let data = server.stop().await;
    let mut server = TestServer::on(data, &[]).await;
    (server.operator, server.token) = (operator, token);
    assert_eq!(server.json("/api/instance").await["name"], "Film club");
    assert_eq!(one(&server, "name").await["source"], "studio");
    // Given back, it is what it would be without the studio.
    let changed = change(&server, json!({ "name": null })).await;
    assert_eq!(changed.status(), 200);
    assert_eq!(server.json("/api/instance").await["name"], "Matinee");
    assert_eq!(one(&server, "name").await["source"], "default");
}

#[rstest]
#[case(json!({ "registration": "perhaps" }), "registration", "open, invitation or closed")]
#[case(json!({ "rate_limit": "often" }), "rate_limit", "600/m")]
#[case(json!({ "name": "" }), "name", "1 to 60")]
#[case(json!({ "quota_storage": "viewer=1GiB" }), "quota_storage", "creator")]
#[case(json!({ "login_attempts": "0" }), "login_attempts", "1 to 100")]
#[case(json!({ "port": "9000" }), "port", "belongs to the machine")]
#[case(json!({ "auth": "open" }), "auth", "belongs to the machine")]
#[case(json!({ "smtp_url": "smtp://x" }), "smtp_url", "belongs to the machine")]
#[case(json!({ "embed_sites": "*" }), "embed_sites", "set by the operator")]
#[case(json!({ "nonsense": "1" }), "nonsense", "is no setting")]
#[case(json!({ "name": 5 }), "name", "string")]
#[tokio::test]
async fn what_cannot_be_set_is_named(
    #[case] body: Value,
    #[case] field: &str,
    #[case] reason: &str,
) {
    let server = TestServer::with(&[("embed_sites", "https://example.org")]).await;
    let mut all = body.clone();
    all["concurrent_playbacks"] = json!("3");
    let refused = problem(change(&server, all).await, 422).await;
    assert_eq!(fields(&refused), [field], "{refused}");
    let told = refused["errors"][0]["reason"].as_str().unwrap();
    assert!(told.contains(reason), "{told}");
    // All or nothing.
    assert_eq!(one(&server, "concurrent_playbacks").await["value"], "0");
}

#[tokio::test]
async fn what_needs_a_restart_says_so_until_then() {
    let server = TestServer::start().await;
    let changed = change(&server, json!({ "ladder": "240,480" })).await;
    assert_eq!(changed.status(), 200);
    let ladder = one(&server, "ladder").await;
    assert_eq!(ladder["value"], "240,480");
    assert_eq!(ladder["needs_restart"], true);
    assert_eq!(ladder["is_pending"], true);
    let rungs = |instance: &Value| instance["ladder"].as_array().unwrap().len();
    assert_eq!(rungs(&server.json("/api/instance").await), 7);
    let (operator, token) = (server.operator.clone(), server.token.clone());
    let mut server = TestServer::on(server.stop().await, &[]).await;
    (server.operator, server.token) = (operator, token);
    assert_eq!(rungs(&server.json("/api/instance").await), 2);
    assert_eq!(one(&server, "ladder").await["is_pending"], false);
}

#[tokio::test]
async fn sign_in_is_slowed_down_as_the_studio_says() {
    let server = TestServer::start().await;
    let changed = change(&server, json!({ "login_attempts": "1" })).await;
    assert_eq!(changed.status(), 200);
    let wrong = || json!({ "username": "nobody", "password": "not this one" });
    let first = super::sign_in(&server, wrong()).await;
    assert_eq!(first.status(), 401);
    let second = super::sign_in(&server, wrong()).await;
    assert_eq!(second.status(), 429);
    assert!(second.headers().contains_key("retry-after"));
}
