//! Tokens of applications, televisions and programs.

use serde_json::{Value, json};

use super::{PASSWORD, Person, post};
use crate::support::{TestServer, fields, problem};

async fn tokens(server: &TestServer, body: Value) -> Value {
    let answer = post(server, "/api/auth/token", body).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    answer.json().await.unwrap()
}

async fn who(server: &TestServer, token: &Value) -> u16 {
    let request = server
        .get("/api/account")
        .bearer_auth(token.as_str().unwrap());
    request.send().await.unwrap().status().as_u16()
}

async fn refused(server: &TestServer, body: Value, code: &str) {
    let answer = post(server, "/api/auth/token", body).await;
    let status = answer.status().as_u16();
    let answer = problem(answer, status).await;
    assert_eq!(answer["error"], code, "{answer}");
    assert!(answer["error_description"].is_string());
}

#[tokio::test]
async fn a_refresh_token_that_is_used_twice_ends_its_session() {
    let server = TestServer::start().await;
    let ada = Person::new(&server, "ada", "viewer").await;
    let sign_in = json!({ "grant_type": "password", "username": "ada", "password": PASSWORD });
    let first = tokens(&server, sign_in.clone()).await;
    assert_eq!(first["token_type"], "Bearer");
    assert_eq!(first["expires_in"], 900);
    assert_eq!(
        first["access_token"].as_str().unwrap().split('.').count(),
        3
    );
    let other = tokens(&server, sign_in).await;
    assert_eq!(who(&server, &first["access_token"]).await, 200);
    // A refresh token is no bearer token.
    assert_eq!(who(&server, &first["refresh_token"]).await, 401);
    let refresh = |from: &Value| json!({ "grant_type": "refresh_token", "refresh_token": from["refresh_token"] });
    let second = tokens(&server, refresh(&first)).await;
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(who(&server, &second["access_token"]).await, 200);

    refused(&server, refresh(&first), "invalid_grant").await;
    assert_eq!(who(&server, &second["access_token"]).await, 401);
    refused(&server, refresh(&second), "invalid_grant").await;
    let log = server.json("/api/audit?action=session.reuse").await;
    assert_eq!(log[0]["subject"], ada.id.as_str());
    // The other device gets a new access token and goes on.
    let other = tokens(&server, refresh(&other)).await;
    assert_eq!(who(&server, &other["access_token"]).await, 200);
    let sessions = ada.json("/api/account/sessions").await;
    assert_eq!(sessions.as_array().unwrap().len(), 2, "{sessions}");
}

#[tokio::test]
async fn signing_out_and_revoking_end_an_application_s_session() {
    let server = TestServer::start().await;
    Person::new(&server, "ada", "viewer").await;
    let sign_in = json!({ "grant_type": "password", "username": "ada", "password": PASSWORD });
    let app = tokens(&server, sign_in.clone()).await;
    let out = server
        .http
        .delete(server.url("/api/session"))
        .bearer_auth(app["access_token"].as_str().unwrap());
    assert_eq!(out.send().await.unwrap().status(), 204);
    assert_eq!(who(&server, &app["access_token"]).await, 401);
    let app = tokens(&server, sign_in).await;
    let body = json!({ "token": app["refresh_token"] });
    assert_eq!(
        post(&server, "/api/auth/revoke", body.clone())
            .await
            .status(),
        200
    );
    assert_eq!(post(&server, "/api/auth/revoke", body).await.status(), 200);
    assert_eq!(who(&server, &app["access_token"]).await, 401);
}

#[tokio::test]
async fn a_disabled_account_s_access_token_is_worth_nothing() {
    let server = TestServer::start().await;
    let ada = Person::new(&server, "ada", "viewer").await;
    let sign_in = json!({ "grant_type": "password", "username": "ada", "password": PASSWORD });
    let app = tokens(&server, sign_in.clone()).await;
    assert_eq!(who(&server, &app["access_token"]).await, 200);
    let path = format!("/api/users/{}", ada.id);
    let disable = server
        .operator("PATCH", &path)
        .json(&json!({ "disabled": true }));
    assert_eq!(disable.send().await.unwrap().status(), 200);
    assert_eq!(who(&server, &app["access_token"]).await, 401);
    refused(&server, sign_in, "invalid_grant").await;
}

#[tokio::test]
async fn a_form_is_understood_and_nonsense_is_refused_in_oauth_s_words() {
    let server = TestServer::start().await;
    Person::new(&server, "ada", "viewer").await;
    let form = server
        .http
        .post(server.url("/api/auth/token"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!(
            "grant_type=password&username=ada&password={}&scope=read",
            PASSWORD.replace(' ', "+")
        ));
    let answer = form.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["scope"], "read");
    refused(
        &server,
        json!({ "grant_type": "magic" }),
        "unsupported_grant_type",
    )
    .await;
    refused(
        &server,
        json!({ "grant_type": "password" }),
        "invalid_request",
    )
    .await;
    refused(&server, json!({}), "invalid_request").await;
    let wrong =
        json!({ "grant_type": "password", "username": "ada", "password": "no", "scope": "read" });
    refused(&server, wrong, "invalid_grant").await;
    let scope = json!({ "grant_type": "password", "username": "ada", "password": PASSWORD, "scope": "rule" });
    refused(&server, scope, "invalid_scope").await;
}

#[tokio::test]
async fn a_television_is_let_in_with_a_code() {
    let server = TestServer::start().await;
    let ada = Person::new(&server, "ada", "viewer").await;
    let begin = || {
        post(
            &server,
            "/api/auth/device",
            json!({ "client_id": "Roku in the kitchen" }),
        )
    };
    let codes: Value = begin().await.json().await.unwrap();
    let shown = codes["user_code"].as_str().unwrap();
    assert!(
        codes["verification_uri_complete"]
            .as_str()
            .unwrap()
            .ends_with(shown)
    );
    let ask = |codes: &Value| {
        json!({
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            "device_code": codes["device_code"],
        })
    };
    refused(&server, ask(&codes), "authorization_pending").await;
    refused(&server, ask(&codes), "slow_down").await;

    let typed = shown.to_lowercase().replace('-', "");
    let path = format!("/api/auth/device/approve?user_code={typed}");
    problem(server.get(&path).send().await.unwrap(), 401).await;
    let waiting = ada.json(&path).await;
    assert_eq!(waiting["client"], "Roku in the kitchen");
    let answer = json!({ "user_code": typed });
    assert_eq!(
        ada.send("POST", "/api/auth/device/approve", answer.clone())
            .await
            .status(),
        204
    );
    problem(
        ada.send("POST", "/api/auth/device/approve", answer).await,
        404,
    )
    .await;
    let app = tokens(&server, ask(&codes)).await;
    assert_eq!(who(&server, &app["access_token"]).await, 200);
    refused(&server, ask(&codes), "invalid_grant").await;
    let sessions = ada.json("/api/account/sessions").await;
    let devices: Vec<&str> = sessions
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["device"].as_str().unwrap())
        .collect();
    assert!(devices.contains(&"Roku in the kitchen"), "{devices:?}");

    let codes: Value = begin().await.json().await.unwrap();
    let no = json!({ "user_code": codes["user_code"], "allow": false });
    assert_eq!(
        ada.send("POST", "/api/auth/device/approve", no)
            .await
            .status(),
        204
    );
    refused(&server, ask(&codes), "access_denied").await;
}

#[tokio::test]
async fn codes_of_televisions_are_not_guessed() {
    let server = TestServer::start().await;
    let ada = Person::new(&server, "ada", "viewer").await;
    for _ in 0..20 {
        let guess = ada
            .send(
                "POST",
                "/api/auth/device/approve",
                json!({ "user_code": "BBBB-BBBB" }),
            )
            .await;
        if guess.status() == 429 {
            assert!(guess.headers().contains_key("retry-after"));
            return;
        }
        problem(guess, 404).await;
    }
    panic!("never slowed down");
}

#[tokio::test]
async fn a_key_does_what_its_scopes_say() {
    let server = TestServer::start().await;
    let ada = Person::new(&server, "ada", "creator").await;
    for (body, field) in [
        (json!({ "name": "", "scopes": ["read"] }), "name"),
        (json!({ "name": "x", "scopes": [] }), "scopes"),
        (json!({ "name": "x", "scopes": ["rule"] }), "scopes"),
        (
            json!({ "name": "x", "scopes": ["read"], "expires_at": "2001-01-01T00:00:00Z" }),
            "expires_at",
        ),
    ] {
        let wrong = ada.send("POST", "/api/account/keys", body).await;
        assert_eq!(fields(&problem(wrong, 422).await), [field]);
    }
    let make = async |scopes: Value| -> Value {
        let made = ada
            .send(
                "POST",
                "/api/account/keys",
                json!({ "name": "robot", "scopes": scopes }),
            )
            .await;
        assert_eq!(made.status(), 201);
        made.json().await.unwrap()
    };
    let upload = make(json!(["read", "upload"])).await;
    let key = upload["key"].as_str().unwrap();
    assert!(key.starts_with(upload["prefix"].as_str().unwrap()));
    let listed = ada.json("/api/account/keys").await;
    assert!(listed[0].get("key").is_none(), "shown once");
    assert_eq!(listed[0]["last_used_at"], Value::Null);

    let film = json!({ "title": "By a robot", "video_url": "https://example.com/film.mp4" });
    let add = |key: &str| {
        server
            .http
            .post(server.url("/api/videos"))
            .bearer_auth(key)
            .json(&film)
            .send()
    };
    let added = add(key).await.unwrap();
    assert_eq!(added.status(), 201);
    let added: Value = added.json().await.unwrap();
    let reader = make(json!(["read"])).await;
    problem(add(reader["key"].as_str().unwrap()).await.unwrap(), 403).await;
    // It adds, but does not change.
    let path = format!("/api/videos/{}", added["id"].as_str().unwrap());
    let change = server
        .http
        .patch(server.url(&path))
        .bearer_auth(key)
        .json(&json!({ "title": "x" }));
    problem(change.send().await.unwrap(), 403).await;
    // No key looks after the account itself.
    let all = make(json!(["read", "upload", "manage", "admin"])).await;
    for key in [&upload, &all] {
        let more = server
            .http
            .post(server.url("/api/account/keys"))
            .bearer_auth(key["key"].as_str().unwrap())
            .json(&json!({ "name": "more", "scopes": ["admin"] }));
        problem(more.send().await.unwrap(), 403).await;
    }
    // No scope makes an administrator of a creator.
    let users = server
        .get("/api/users")
        .bearer_auth(all["key"].as_str().unwrap());
    problem(users.send().await.unwrap(), 403).await;

    let listed = ada.json("/api/account/keys").await;
    let used = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|k| k["id"] == upload["id"])
        .unwrap();
    assert!(used["last_used_at"].is_string());
    let path = format!("/api/account/keys/{}", upload["id"].as_str().unwrap());
    assert_eq!(ada.ask("DELETE", &path).send().await.unwrap().status(), 204);
    problem(add(key).await.unwrap(), 401).await;
}
