//! Signing in, the first start, and who may write.

use serde_json::{Value, json};

use crate::support::{TestServer, fields, problem};

#[tokio::test]
async fn writing_needs_the_operator_and_reading_does_not() {
    let server = TestServer::start().await;
    let body = json!({ "title": "x", "video_url": "https://example.com/x.mp4" });
    let refused = server.http.post(server.url("/api/videos")).json(&body);
    problem(refused.send().await.unwrap(), 401).await;
    let id = server.external(json!({})).await;
    for method in ["PATCH", "DELETE"] {
        let path = server.url(&format!("/api/videos/{id}"));
        let refused = server.http.request(method.parse().unwrap(), path);
        problem(refused.json(&json!({})).send().await.unwrap(), 401).await;
    }
    let seen = server
        .get(&format!("/api/videos/{id}"))
        .send()
        .await
        .unwrap();
    assert_eq!(seen.status(), 200);
    let (name, password) = &server.operator;
    let basic = server
        .http
        .post(server.url("/api/videos"))
        .basic_auth(name, Some(password))
        .json(&body);
    assert_eq!(basic.send().await.unwrap().status(), 201);
}

#[tokio::test]
async fn a_session_cookie_changes_nothing_for_another_site() {
    let server = TestServer::start().await;
    let (name, password) = &server.operator;
    let credentials = json!({ "username": name, "password": password });
    let signed_in = server
        .http
        .post(server.url("/api/session"))
        .json(&credentials);
    let signed_in = signed_in.send().await.unwrap();
    let cookie = signed_in.headers()["set-cookie"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    let cookie = cookie.split(';').next().unwrap();
    let body = json!({ "title": "x", "video_url": "https://example.com/x.mp4" });
    let post = |header: &'static str, value: String| {
        server
            .http
            .post(server.url("/api/videos"))
            .header("cookie", cookie)
            .header(header, value)
            .json(&body)
            .send()
    };
    problem(
        post("sec-fetch-site", "cross-site".into()).await.unwrap(),
        403,
    )
    .await;
    problem(
        post("sec-fetch-site", "same-site".into()).await.unwrap(),
        403,
    )
    .await;
    problem(
        post("origin", "https://evil.example".into()).await.unwrap(),
        403,
    )
    .await;
    assert_eq!(
        post("origin", server.base.clone()).await.unwrap().status(),
        201
    );
    assert_eq!(
        post("sec-fetch-site", "same-origin".into())
            .await
            .unwrap()
            .status(),
        201
    );

    let who = server.get("/api/session").header("cookie", cookie);
    let who: Value = who.send().await.unwrap().json().await.unwrap();
    assert_eq!(who["user"]["username"], name.as_str());
    let out = server
        .http
        .delete(server.url("/api/session"))
        .header("cookie", cookie);
    assert_eq!(out.send().await.unwrap().status(), 204);
    let who = server.get("/api/session").header("cookie", cookie);
    let who: Value = who.send().await.unwrap().json().await.unwrap();
    assert_eq!(who["authenticated"], false);
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let server = TestServer::start().await;
    let guess = json!({ "username": "operator", "password": "not this one" });
    let mut throttled = None;
    for _ in 0..30 {
        let answer = server.http.post(server.url("/api/session")).json(&guess);
        let answer = answer.send().await.unwrap();
        if answer.status() == 429 {
            throttled = Some(answer);
            break;
        }
        assert_eq!(answer.status(), 401);
    }
    let throttled = throttled.expect("never slowed down");
    assert!(throttled.headers().contains_key("retry-after"));
    problem(throttled, 429).await;
}

#[tokio::test]
async fn the_set_up_link_works_once() {
    let server = TestServer::start().await;
    let instance = server.json("/api/instance").await;
    assert_eq!(instance["auth"]["setup_required"], true);
    let set_up = |token: &str, password: &str| {
        let body = json!({ "token": token, "username": "ada", "password": password });
        server
            .http
            .post(server.url("/api/setup"))
            .json(&body)
            .send()
    };
    problem(
        set_up("wrong", "a long enough password").await.unwrap(),
        403,
    )
    .await;
    let short = problem(set_up(&server.setup_token, "short").await.unwrap(), 422).await;
    assert_eq!(fields(&short), ["password"]);
    let done = set_up(&server.setup_token, "a long enough password")
        .await
        .unwrap();
    assert_eq!(done.status(), 200);
    problem(
        set_up(&server.setup_token, "another long password")
            .await
            .unwrap(),
        403,
    )
    .await;
    let credentials = json!({ "username": "ada", "password": "a long enough password" });
    let signed_in = server
        .http
        .post(server.url("/api/session"))
        .json(&credentials);
    assert_eq!(signed_in.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn open_mode_answers_localhost_and_its_own_pages_only() {
    let server = TestServer::with(&[("auth", "open")]).await;
    let body = json!({ "title": "x", "video_url": "https://example.com/x.mp4" });
    let post = || server.http.post(server.url("/api/videos")).json(&body);
    assert_eq!(post().send().await.unwrap().status(), 201);
    let rebound = post().header("host", "evil.example");
    problem(rebound.send().await.unwrap(), 403).await;
    let foreign = post().header("origin", "https://evil.example");
    problem(foreign.send().await.unwrap(), 403).await;
}

#[tokio::test]
async fn who_is_refused_while_sending_a_film_reads_why() {
    let server = TestServer::start().await;
    let film = vec![0_u8; 16 << 20];
    let refused = server
        .http
        .post(server.url("/api/videos/upload"))
        .header("content-type", "multipart/form-data; boundary=x")
        .body(film);
    problem(refused.send().await.expect("the connection broke"), 401).await;
}
