//! Profiles, groups, and how much is allowed at once, over HTTP.

use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::access::open_to;
use crate::support::{TestServer, fields, problem};

/// Adds an account of this role, and returns its id and a session's token.
pub async fn account(server: &TestServer, name: &str, role: &str) -> (String, String) {
    let password = "a long enough password";
    let new = json!({ "username": name, "role": role, "password": password });
    let made = sent(server.operator("POST", "/api/users").json(&new)).await;
    assert_eq!(made.status(), 201);
    let made: Value = made.json().await.unwrap();
    let id = made["id"].as_str().unwrap().to_owned();
    let credentials = json!({ "username": name, "password": password });
    let session = server
        .http
        .post(server.url("/api/session"))
        .json(&credentials);
    let session: Value = sent(session).await.json().await.unwrap();
    (id, session["token"].as_str().unwrap().to_owned())
}

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

async fn json_of(request: RequestBuilder) -> Value {
    sent(request).await.json().await.unwrap()
}

async fn profile(server: &TestServer, fields: Value) -> Value {
    let made = sent(server.operator("POST", "/api/profiles").json(&fields)).await;
    assert_eq!(made.status(), 201);
    made.json().await.unwrap()
}

/// Chooses a profile and returns what chooses it from then on.
async fn select(server: &TestServer, id: &Value, body: Value) -> String {
    let path = format!("/api/profiles/{}/select", id.as_str().unwrap());
    let chosen = json_of(server.operator("POST", &path).json(&body)).await;
    chosen["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_child_comes_upon_nothing_above_its_age() {
    let server = TestServer::start().await;
    let mild = server
        .external(json!({ "title": "Mild", "rating": "FSK 6" }))
        .await;
    let wild = server
        .external(json!({ "title": "Wild", "rating": "R" }))
        .await;
    let unrated = server.external(json!({ "title": "Unrated" })).await;
    let child = profile(&server, json!({ "name": "Tim", "kids": true })).await;
    assert_eq!(child["max_rating"], 7);
    let token = select(&server, &child["id"], json!({})).await;
    let as_child = |method: &str, path: &str| {
        server
            .operator(method, path)
            .header("matinee-profile", &token)
    };
    let list = json_of(as_child("GET", "/api/videos")).await;
    let titles: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|v| &v["title"])
        .collect();
    assert_eq!(titles, ["Mild"]);
    for id in [&wild, &unrated] {
        for path in [
            format!("/api/videos/{id}"),
            format!("/stream/{id}/token"),
            format!("/stream/{id}/progress"),
        ] {
            problem(sent(as_child("GET", &path)).await, 404).await;
        }
    }
    let seen = sent(as_child("GET", &format!("/api/videos/{mild}"))).await;
    assert_eq!(seen.status(), 200);
    // Nor does it play what is open to everybody else, by the addresses that
    // players open.
    let film = crate::playback::add_film(&server, 2, true).await.video.id;
    let channel = json!({ "number": 9, "name": "Late", "rules": {}, "rating": "R" });
    let channel = json_of(server.operator("POST", "/api/channels").json(&channel)).await;
    let channel = channel["id"].as_str().unwrap();
    for (rating, status) in [("R", 404), ("G", 200)] {
        let rated = json!({ "rating": rating });
        for path in [
            format!("/api/videos/{film}"),
            format!("/api/channels/{channel}"),
        ] {
            sent(server.operator("PATCH", &path).json(&rated)).await;
        }
        for path in [
            format!("/api/videos/{film}/stream"),
            format!("/media/{film}/master.m3u8"),
            format!("/media/{film}/manifest.mpd"),
            format!("/media/channels/{channel}/master.m3u8"),
        ] {
            let child = sent(as_child("GET", &path)).await;
            assert_eq!(child.status(), status, "{path} rated {rating}");
            assert_eq!(sent(server.get(&path)).await.status(), 200, "{path}");
        }
    }
    // It runs nothing, even under an operator's account.
    let change = as_child("PATCH", &format!("/api/videos/{mild}"));
    problem(sent(change.json(&json!({ "rating": "R" }))).await, 403).await;
    let path = format!("/api/profiles/{}", child["id"].as_str().unwrap());
    let raise = as_child("PATCH", &path).json(&json!({ "kids": false }));
    problem(sent(raise).await, 403).await;
    // A rating above what a child may have is refused.
    let wrong = server
        .operator("PATCH", &path)
        .json(&json!({ "max_rating": 18 }));
    let wrong = problem(sent(wrong).await, 422).await;
    assert_eq!(fields(&wrong), ["max_rating"]);
}

#[tokio::test]
async fn each_profile_has_a_place_of_its_own() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "Sintel" })).await;
    let path = format!("/stream/{id}/progress");
    let other = profile(&server, json!({ "name": "Grace" })).await;
    let token = select(&server, &other["id"], json!({})).await;
    let report = |seconds: u32| json!({ "current_time": seconds, "total_duration": 1000 });
    sent(server.operator("POST", &path).json(&report(100))).await;
    let grace = |method: &str, path: &str| {
        server
            .operator(method, path)
            .header("cookie", format!("matinee_profile={token}"))
    };
    sent(grace("POST", &path).json(&report(700))).await;
    assert_eq!(server.json(&path).await["current_time"], 100.0);
    assert_eq!(json_of(grace("GET", &path)).await["current_time"], 700.0);
    let begun = json_of(grace("GET", "/continue-watching")).await;
    assert_eq!(begun[0]["progress"]["current_time"], 700.0);
    // What a profile has watched goes with it.
    let gone = format!("/api/profiles/{}", other["id"].as_str().unwrap());
    assert_eq!(sent(server.operator("DELETE", &gone)).await.status(), 204);
    assert_eq!(json_of(grace("GET", &path)).await["current_time"], 100.0);
}

#[tokio::test]
async fn a_pin_is_asked_for() {
    let server = TestServer::start().await;
    let parents = profile(&server, json!({ "name": "Parents", "pin": "4711" })).await;
    assert_eq!(parents["has_pin"], true);
    let path = format!("/api/profiles/{}/select", parents["id"].as_str().unwrap());
    let asked = server.operator("POST", &path).json(&json!({}));
    let asked = problem(sent(asked).await, 403).await;
    assert_eq!(asked["type"], "/problems/pin-required");
    let token = select(&server, &parents["id"], json!({ "pin": "4711" })).await;
    let all = server
        .operator("GET", "/api/profiles")
        .header("matinee-profile", token);
    let all = json_of(all).await;
    let selected: Vec<_> = all
        .as_array()
        .unwrap()
        .iter()
        .filter(|profile| profile["selected"] == true)
        .map(|profile| profile["name"].clone())
        .collect();
    assert_eq!(selected, ["Parents"]);
}

#[tokio::test]
async fn a_group_opens_what_is_open_to_it() {
    let server = TestServer::start().await;
    let (ada, token) = account(&server, "ada", "viewer").await;
    let gold = server
        .operator("POST", "/api/groups")
        .json(&json!({ "name": "Gold" }));
    let gold = json_of(gold).await;
    let group = gold["id"].as_str().unwrap();
    let id = server.external(json!({ "title": "Sintel" })).await;
    let rules = json!({ "visibility": "groups", "groups": [group] });
    open_to(&server, &id, rules).await;
    let path = format!("/api/videos/{id}");
    let as_ada = || server.get(&path).bearer_auth(&token);
    problem(sent(server.get(&path)).await, 401).await;
    let refused = problem(sent(as_ada()).await, 403).await;
    assert!(!refused.to_string().contains("Sintel"));
    let member = format!("/api/groups/{group}/members/{ada}");
    let forbidden = server.http.put(server.url(&member)).bearer_auth(&token);
    problem(sent(forbidden.json(&json!({}))).await, 403).await;
    let put = server.operator("PUT", &member).json(&json!({}));
    assert_eq!(sent(put).await.status(), 204);
    assert_eq!(sent(as_ada()).await.status(), 200);
    let list = server.get("/api/videos").bearer_auth(&token);
    assert_eq!(json_of(list).await.as_array().unwrap().len(), 1);
    let past = json!({ "expires_at": "2020-01-01T00:00:00Z" });
    sent(server.operator("PUT", &member).json(&past)).await;
    problem(sent(as_ada()).await, 403).await;
    let removed = sent(server.operator("DELETE", &member)).await;
    assert_eq!(removed.status(), 204);
}

#[tokio::test]
async fn an_account_plays_on_so_many_devices() {
    let server = TestServer::with(&[("concurrent_playbacks", "1")]).await;
    let id = server.external(json!({})).await;
    let token = format!("/stream/{id}/token");
    let on = |agent: &'static str| server.operator("GET", &token).header("user-agent", agent);
    assert_eq!(sent(on("VLC/3.0")).await.status(), 200);
    assert_eq!(sent(on("VLC/3.0")).await.status(), 200);
    let refused = sent(on("Roku/9")).await;
    assert!(refused.headers().contains_key("retry-after"));
    let refused = problem(refused, 429).await;
    assert_eq!(refused["type"], "/problems/too-many-playbacks");
    assert!(refused["detail"].as_str().unwrap().contains("VLC"));
    // Whoever has no account is counted nowhere.
    for _ in 0..3 {
        assert_eq!(sent(server.get(&token)).await.status(), 200);
    }
    // Reports count as well, and watching to the end gives the place back.
    let progress = format!("/stream/{id}/progress");
    let report = |agent: &'static str, seconds: u32| {
        let body = json!({ "current_time": seconds, "total_duration": 1000 });
        let request = server.operator("POST", &progress).json(&body);
        request.header("user-agent", agent)
    };
    problem(sent(report("Roku/9", 10)).await, 429).await;
    assert_eq!(sent(report("VLC/3.0", 990)).await.status(), 200);
    assert_eq!(sent(report("Roku/9", 20)).await.status(), 200);
    let usage = server.json("/api/account/usage").await;
    assert_eq!(usage["playbacks_limit"], 1);
}

#[tokio::test]
async fn an_address_asks_only_so_often() {
    let server = TestServer::with(&[("rate_limit", "5/m")]).await;
    let from = |addr: &str| server.get("/api/instance").header("x-forwarded-for", addr);
    let mut statuses = Vec::new();
    for _ in 0..6 {
        let answer = sent(from("192.0.2.1")).await;
        assert!(answer.headers().contains_key("ratelimit"));
        assert_eq!(answer.headers()["ratelimit-policy"], "\"address\";q=5;w=60");
        statuses.push(answer.status().as_u16());
        if answer.status() == 429 {
            assert!(answer.headers().contains_key("retry-after"));
            let refused = problem(answer, 429).await;
            assert_eq!(refused["type"], "/problems/rate-limited");
        }
    }
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429]);
    // Another address, and another of the same IPv6 network.
    assert_eq!(sent(from("192.0.2.2")).await.status(), 200);
    for n in 0..5 {
        let addr = format!("2001:db8::{n}");
        assert_eq!(sent(from(&addr)).await.status(), 200);
    }
    problem(sent(from("2001:db8::ffff")).await, 429).await;
    // The machine itself is not counted, nor is media.
    for _ in 0..8 {
        assert_eq!(sent(server.get("/api/instance")).await.status(), 200);
        let media = server
            .get("/media/video_x/master.m3u8")
            .header("x-forwarded-for", "192.0.2.1");
        assert_eq!(sent(media).await.status(), 404);
    }
}

#[tokio::test]
async fn an_account_asks_only_so_often_from_everywhere() {
    let server = TestServer::with(&[("rate_limit_account", "4/m")]).await;
    let mut statuses = Vec::new();
    for n in 0..5 {
        let request = server
            .operator("GET", "/api/videos")
            .header("x-forwarded-for", format!("192.0.2.{n}"));
        statuses.push(sent(request).await.status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 200, 200, 429]);
}

#[tokio::test]
async fn an_upload_without_room_is_refused_before_its_bytes() {
    let quotas = [
        ("quota_storage", "creator=1MiB"),
        ("quota_uploads", "creator=2"),
    ];
    let server = TestServer::with(&quotas).await;
    let (_, token) = account(&server, "carol", "creator").await;
    let usage = json_of(server.get("/api/account/usage").bearer_auth(&token)).await;
    assert_eq!(usage["storage_limit_bytes"], 1 << 20);
    assert_eq!(usage["storage_bytes"], 0);
    let initiate = |size: u64| {
        let body = json!({ "filename": "a.mp4", "file_size": size });
        let url = server.url("/api/multipart/initiate");
        server.http.post(url).bearer_auth(&token).json(&body)
    };
    let refused = problem(sent(initiate(2 << 20)).await, 413).await;
    assert_eq!(refused["type"], "/problems/quota-exceeded");
    assert_eq!(sent(initiate(1 << 19)).await.status(), 200);
    let tus = server
        .http
        .post(server.url("/api/uploads"))
        .bearer_auth(&token)
        .header("tus-resumable", "1.0.0")
        .header("upload-length", (2 << 20).to_string());
    problem(sent(tus).await, 413).await;
    for _ in 0..2 {
        let body = json!({ "title": "x", "video_url": "https://example.com/x.mp4" });
        let post = server.http.post(server.url("/api/videos"));
        let made = sent(post.bearer_auth(&token).json(&body)).await;
        assert_eq!(made.status(), 201);
    }
    let refused = sent(initiate(1 << 19)).await;
    assert!(refused.headers().contains_key("retry-after"));
    problem(refused, 429).await;
    // Those who run the service have no quota.
    let body = json!({ "filename": "a.mp4", "file_size": 2 << 20 });
    let post = server.operator("POST", "/api/multipart/initiate");
    assert_eq!(sent(post.json(&body)).await.status(), 200);
}

#[tokio::test]
async fn an_account_s_own_quota_counts_instead_of_its_role_s() {
    let server = TestServer::with(&[("quota_uploads", "creator=5")]).await;
    let (id, token) = account(&server, "carol", "creator").await;
    let path = format!("/api/users/{id}");
    let give = async |quota: Value| {
        let body = json!({ "quota": quota });
        sent(server.operator("PATCH", &path).json(&body)).await
    };
    let usage = async || json_of(server.get("/api/account/usage").bearer_auth(&token)).await;
    let given = give(json!({ "storage_bytes": 1 << 20, "uploads": 0 })).await;
    let given: Value = given.json().await.unwrap();
    assert_eq!(given["quota"]["storage_bytes"], 1 << 20);
    let used = usage().await;
    assert_eq!(used["storage_limit_bytes"], 1 << 20);
    assert_eq!(used["uploads_limit"], 0);
    let body = json!({ "filename": "a.mp4", "file_size": 1 << 10 });
    let initiate = || {
        let post = server.http.post(server.url("/api/multipart/initiate"));
        post.bearer_auth(&token).json(&body)
    };
    problem(sent(initiate()).await, 429).await;
    // Only what is given is other than the role's.
    assert_eq!(
        give(json!({ "storage_bytes": 1 << 20 })).await.status(),
        200
    );
    assert_eq!(usage().await["uploads_limit"], 5);
    assert_eq!(sent(initiate()).await.status(), 200);
    assert_eq!(give(json!({})).await.status(), 200);
    assert!(usage().await["storage_limit_bytes"].is_null());
    let refused = give(json!({ "uploads": 1_u64 << 60 })).await;
    assert_eq!(fields(&problem(refused, 422).await), ["quota.uploads"]);
    let log = json_of(server.operator("GET", "/api/audit?action=user.quota")).await;
    assert_eq!(log.as_array().unwrap().len(), 3);
    assert_eq!(log[2]["detail"]["to"]["uploads"], 0);
}

#[tokio::test]
async fn an_export_tells_of_many_acts_in_parts() {
    let server = TestServer::start().await;
    let first = json_of(server.operator("GET", "/api/account/export")).await;
    assert!(first["audit_log_next"].is_null());
    let act = json_of(server.operator("GET", "/api/audit?limit=1")).await;
    let before = act[0]["id"].as_str().unwrap();
    let path = format!("/api/account/export?audit_before={before}");
    let part = json_of(server.operator("GET", &path)).await;
    let acts = |export: &Value| export["audit_log"].as_array().unwrap().len();
    // The act that came before is the first export itself.
    assert_eq!(acts(&part), acts(&first));
    let wrong = server.operator("GET", "/api/account/export?audit_before=x");
    let refused = problem(sent(wrong).await, 422).await;
    assert_eq!(fields(&refused), ["audit_before"]);
}
