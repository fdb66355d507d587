//! Whom a video is open to, over HTTP.

use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::access_people::account;
use crate::discovery::until;
use crate::support::{TestServer, fields, problem};

/// Gives a video these rules, as the operator.
pub async fn open_to(server: &TestServer, id: &str, rules: Value) -> Value {
    let path = format!("/api/videos/{id}/access");
    let answer = server.operator("PUT", &path).json(&rules);
    let answer = answer.send().await.unwrap();
    let status = answer.status();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(status, 200, "{body}");
    body
}

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

async fn listed(request: RequestBuilder) -> usize {
    let list: Value = sent(request).await.json().await.unwrap();
    list.as_array().unwrap().len()
}

#[tokio::test]
async fn each_visibility_lets_in_whom_it_should() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "Sintel" })).await;
    let path = format!("/api/videos/{id}");
    for (visibility, at_its_address, in_lists) in [
        ("public", 200, 1),
        ("unlisted", 200, 0),
        ("members", 401, 0),
        ("private", 404, 0),
    ] {
        let rules = open_to(&server, &id, json!({ "visibility": visibility })).await;
        assert_eq!(rules["visibility"], visibility);
        assert_eq!(rules["is_public"], visibility == "public");
        let seen = sent(server.get(&path)).await;
        assert_eq!(seen.status(), at_its_address, "{visibility}");
        assert_eq!(listed(server.get("/api/videos")).await, in_lists);
        let token = sent(server.get(&format!("/stream/{id}/token"))).await;
        assert_eq!(token.status(), at_its_address, "{visibility}");
        let video = server.json(&path).await;
        assert_eq!(video["visibility"], visibility);
        assert_eq!(listed(server.operator("GET", "/api/videos")).await, 1);
    }
}

#[tokio::test]
async fn older_clients_make_it_public_or_private() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "is_public": false })).await;
    let path = format!("/api/videos/{id}");
    assert_eq!(server.json(&path).await["visibility"], "private");
    let patch = async |is_public: bool| {
        let change = json!({ "is_public": is_public });
        let changed = sent(server.operator("PATCH", &path).json(&change)).await;
        changed.json::<Value>().await.unwrap()["visibility"].clone()
    };
    assert_eq!(patch(true).await, "public");
    assert_eq!(patch(false).await, "private");
    open_to(&server, &id, json!({ "visibility": "unlisted" })).await;
    // It says again what holds already.
    assert_eq!(patch(false).await, "unlisted");
}

#[tokio::test]
async fn a_password_opens_a_video_to_whoever_gives_it() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "Sintel" })).await;
    let path = format!("/api/videos/{id}");
    let missing = server
        .operator("PUT", &format!("{path}/access"))
        .json(&json!({ "visibility": "password" }));
    assert_eq!(
        fields(&problem(sent(missing).await, 422).await),
        ["password"]
    );
    let rules = json!({ "visibility": "password", "password": "dragon" });
    let rules = open_to(&server, &id, rules).await;
    assert_eq!(rules["has_password"], true);
    assert!(!rules.to_string().contains("argon2"));
    let closed = problem(sent(server.get(&path)).await, 401).await;
    assert_eq!(closed["type"], "/problems/password-required");
    assert!(!closed.to_string().contains("Sintel"));

    let unlock = |password: &str| {
        let path = server.url(&format!("{path}/unlock"));
        let body = json!({ "password": password });
        server.http.post(path).json(&body)
    };
    problem(sent(unlock("wrong")).await, 403).await;
    let unlocked = sent(unlock("dragon")).await;
    assert_eq!(unlocked.status(), 200);
    let cookie = unlocked.headers()["set-cookie"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(cookie.contains("HttpOnly"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let proof = unlocked.json::<Value>().await.unwrap()["proof"].clone();
    let proof = format!("{id}={}", proof.as_str().unwrap());
    let with_cookie = || server.get(&path).header("cookie", &cookie);
    let with_header = || server.get(&path).header("matinee-unlock", &proof);
    assert_eq!(sent(with_cookie()).await.status(), 200);
    assert_eq!(sent(with_header()).await.status(), 200);
    // Listed nowhere even so.
    let list = server.get("/api/videos").header("cookie", &cookie);
    assert_eq!(listed(list).await, 0);
    // The same rules again keep the password; another one locks.
    open_to(&server, &id, json!({ "visibility": "password" })).await;
    assert_eq!(sent(with_cookie()).await.status(), 200);
    let other = json!({ "visibility": "password", "password": "griffin" });
    open_to(&server, &id, other).await;
    problem(sent(with_cookie()).await, 401).await;
    // Guessing is slowed down.
    let mut slowed = None;
    for _ in 0..12 {
        let guess = sent(unlock("guess")).await;
        if guess.status() == 429 {
            slowed = Some(guess);
            break;
        }
    }
    assert!(
        slowed
            .expect("never slowed down")
            .headers()
            .contains_key("retry-after")
    );
}

#[tokio::test]
async fn before_and_after_its_time_only_those_who_run_it_see_it() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "Sintel" })).await;
    let path = format!("/api/videos/{id}");
    for window in [
        json!({ "visibility": "public", "publish_at": "2900-01-01T00:00:00Z" }),
        json!({ "visibility": "public", "expires_at": "2020-01-01T00:00:00Z" }),
    ] {
        open_to(&server, &id, window).await;
        problem(sent(server.get(&path)).await, 404).await;
        problem(sent(server.get(&format!("{path}/processing"))).await, 404).await;
        assert_eq!(listed(server.get("/api/videos")).await, 0);
        server.json(&path).await;
    }
    let backwards = json!({ "visibility": "public",
        "publish_at": "2030-01-01T00:00:00Z", "expires_at": "2029-01-01T00:00:00Z" });
    let refused = server
        .operator("PUT", &format!("{path}/access"))
        .json(&backwards);
    assert_eq!(
        fields(&problem(sent(refused).await, 422).await),
        ["expires_at"]
    );
}

#[tokio::test]
async fn a_token_does_not_outlive_its_video() {
    let server = TestServer::start().await;
    let id = server.external(json!({})).await;
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(120);
    let rules = json!({ "visibility": "public", "expires_at": soon.to_string() });
    open_to(&server, &id, rules).await;
    let token: Value = sent(server.get(&format!("/stream/{id}/token")))
        .await
        .json()
        .await
        .unwrap();
    assert!(token["expires_in"].as_u64().unwrap() <= 120, "{token}");
}

#[tokio::test]
async fn countries_are_told_by_a_trusted_proxy() {
    let header = [("country_header", "CF-IPCountry")];
    let server = TestServer::with(&header).await;
    let id = server.external(json!({ "title": "Sintel" })).await;
    let path = format!("/api/videos/{id}");
    let rules = json!({ "visibility": "public", "regions": { "allow": ["de", "AT"] } });
    let rules = open_to(&server, &id, rules).await;
    assert_eq!(rules["regions"]["allow"], json!(["DE", "AT"]));
    let from = |country: &'static str| server.get(&path).header("cf-ipcountry", country);
    assert_eq!(sent(from("DE")).await.status(), 200);
    for country in ["US", "XX", ""] {
        let refused = problem(sent(from(country)).await, 403).await;
        assert_eq!(refused["type"], "/problems/not-available-here");
    }
    problem(sent(server.get(&path)).await, 403).await;
    let list = server.get("/api/videos");
    assert_eq!(listed(list.header("cf-ipcountry", "AT")).await, 1);
    assert_eq!(listed(server.get("/api/videos")).await, 0);

    // Nobody is believed who is no proxy of ours.
    let untrusted = [("country_header", "CF-IPCountry"), ("trusted_proxies", "")];
    let server = TestServer::with(&untrusted).await;
    let id = server.external(json!({})).await;
    let rules = json!({ "visibility": "public", "regions": { "allow": ["DE"] } });
    open_to(&server, &id, rules).await;
    let claimed = server.get(&format!("/api/videos/{id}"));
    problem(sent(claimed.header("cf-ipcountry", "DE")).await, 403).await;
}

#[tokio::test]
async fn networks_are_seen_through_a_trusted_proxy() {
    let server = TestServer::start().await;
    let id = server.external(json!({})).await;
    let path = format!("/api/videos/{id}");
    let rules = json!({ "visibility": "public", "networks": ["10.1.2.3/8", "2001:db8::/32"] });
    let rules = open_to(&server, &id, rules).await;
    assert_eq!(rules["networks"], json!(["10.0.0.0/8", "2001:db8::/32"]));
    let from = |addr: &'static str| server.get(&path).header("x-forwarded-for", addr);
    assert_eq!(sent(from("10.9.9.9")).await.status(), 200);
    assert_eq!(sent(from("2001:db8::5")).await.status(), 200);
    problem(sent(from("192.0.2.1")).await, 403).await;
    problem(sent(server.get(&path)).await, 403).await;
    let list = server
        .get("/api/videos")
        .header("x-forwarded-for", "10.9.9.9");
    assert_eq!(listed(list).await, 1);
    assert_eq!(listed(server.get("/api/videos")).await, 0);
}

#[tokio::test]
async fn wrong_rules_name_their_field() {
    let server = TestServer::start().await;
    let id = server.external(json!({})).await;
    for (rules, field) in [
        (json!({ "visibility": "secret" }), "visibility"),
        (json!({ "visibility": "groups" }), "groups"),
        (json!({ "visibility": "groups", "groups": ["x"] }), "groups"),
        (
            json!({ "visibility": "password", "password": "abc" }),
            "password",
        ),
        (
            json!({ "visibility": "public", "publish_at": "soon" }),
            "publish_at",
        ),
        (
            json!({ "visibility": "public", "regions": { "deny": ["Germany"] } }),
            "regions",
        ),
        (
            json!({ "visibility": "public", "regions": { "deny": [] } }),
            "regions",
        ),
        (
            json!({ "visibility": "public", "networks": ["10.0.0.0/99"] }),
            "networks",
        ),
    ] {
        let put = server.operator("PUT", &format!("/api/videos/{id}/access"));
        let refused = problem(sent(put.json(&rules)).await, 422).await;
        assert_eq!(fields(&refused), [field], "{rules}");
    }
}

/// The home page is made once for many: not for those who come from elsewhere.
#[tokio::test]
async fn a_rule_about_places_holds_on_the_home_page_at_once() {
    let server = TestServer::with(&[("country_header", "CF-IPCountry")]).await;
    let id = server.external(json!({ "title": "Sintel" })).await;
    until(&server, "/api/search", false, |page| page["total"] == 1).await;
    let shown = async |country: &'static str| {
        let home = server.get("/api/home").header("cf-ipcountry", country);
        sent(home).await.text().await.unwrap().contains("Sintel")
    };
    assert!(shown("DE").await && shown("US").await);
    let rules = json!({ "visibility": "public", "regions": { "allow": ["DE"] } });
    open_to(&server, &id, rules).await;
    // Whoever asks first: theirs is not the page of the others.
    assert!(shown("DE").await);
    assert!(!shown("US").await);
}

#[tokio::test]
async fn a_creator_can_ask_for_what_is_theirs() {
    let server = TestServer::start().await;
    server.external(json!({ "title": "Somebody else's" })).await;
    let (_, token) = account(&server, "carol", "creator").await;
    let post = server.http.post(server.url("/api/videos"));
    let own = json!({ "title": "Own", "video_url": "https://media.example/own.mp4" });
    let made = sent(post.bearer_auth(&token).json(&own)).await;
    assert_eq!(made.status(), 201);
    let list = async |query: &str| {
        let list = server.get(&format!("/api/videos{query}"));
        listed(list.bearer_auth(&token)).await
    };
    assert_eq!(list("").await, 2);
    for sort in ["-created_at", "title", "-view_count"] {
        assert_eq!(list(&format!("?mine=true&sort={sort}")).await, 1);
    }
    let page = server.get("/api/videos?mine=true&count=true");
    let page = sent(page.bearer_auth(&token)).await;
    assert_eq!(page.headers()["x-total-count"], "1");
    problem(sent(server.get("/api/videos?mine=true")).await, 401).await;
}
