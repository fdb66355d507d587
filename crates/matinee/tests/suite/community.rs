//! Likes, comments and reviews over HTTP.

use crate::support::{TestServer, fields, problem};
use matinee_engines::db::{DatabaseUrl, Db};
use reqwest::{RequestBuilder, Response};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

/// Somebody besides the operator.
pub struct Someone<'a> {
    server: &'a TestServer,
    token: String,
    pub id: String,
}

impl<'a> Someone<'a> {
    /// An account of this name and role, with the operator's password.
    pub async fn new(server: &'a TestServer, name: &str, role: &str) -> Self {
        let file = server.data.path().join("matinee.db");
        let db = Db::open(&DatabaseUrl::Sqlite(file)).await.unwrap();
        let id = matinee_engines::id::Id::new("user").to_string();
        db.write()
            .execute_unprepared(&format!(
                "INSERT INTO users (id, username, password_hash, role, created_at, updated_at) \
                 SELECT '{id}', '{name}', password_hash, '{role}', created_at, updated_at \
                 FROM users WHERE username = '{}'",
                server.operator.0
            ))
            .await
            .unwrap();
        db.close().await.unwrap();
        let body = json!({ "username": name, "password": server.operator.1 });
        let session = server.http.post(server.url("/api/session")).json(&body);
        let session: Value = session.send().await.unwrap().json().await.unwrap();
        Self {
            server,
            token: session["token"].as_str().unwrap().to_owned(),
            id,
        }
    }

    pub fn ask(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().unwrap();
        let url = self.server.url(path);
        self.server
            .http
            .request(method, url)
            .bearer_auth(&self.token)
    }
}

pub async fn sent(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

/// The JSON of an answer of this status.
pub async fn answer(request: RequestBuilder, status: u16) -> Value {
    let response = sent(request).await;
    let got = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    assert_eq!(got, status, "{body}");
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn likes_are_one_for_each_person() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "One" })).await;
    let like = format!("/api/videos/{id}/like");
    let dislike = format!("/api/videos/{id}/dislike");
    // Without account: known by the cookie that the first answer brings.
    let first = sent(server.http.post(server.url(&like))).await;
    assert_eq!(first.status(), 200);
    let cookie = first.headers()["set-cookie"].to_str().unwrap().to_owned();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    assert_eq!(first.json::<Value>().await.unwrap()["like_count"], 1);
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..24 {
        let path = if n % 2 == 0 { &like } else { &dislike };
        let request = server.http.post(server.url(path)).header("cookie", &cookie);
        tasks.spawn(async move { request.send().await.unwrap().status() });
        let operators = server.operator("POST", &like);
        tasks.spawn(async move { operators.send().await.unwrap().status() });
    }
    while let Some(status) = tasks.join_next().await {
        assert_eq!(status.unwrap(), 200);
    }
    let video = server.json(&format!("/api/videos/{id}")).await;
    let sum = video["like_count"].as_i64().unwrap() + video["dislike_count"].as_i64().unwrap();
    assert_eq!(sum, 2, "{video}");
    let last = server
        .http
        .post(server.url(&dislike))
        .header("cookie", &cookie);
    let last = answer(last, 200).await;
    assert_eq!(
        (&last["like_count"], &last["dislike_count"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(last["reaction"], "dislike");
    let undo = server
        .http
        .delete(server.url(&like))
        .header("cookie", &cookie);
    assert_eq!(
        answer(undo, 200).await["reaction"],
        "dislike",
        "undoes likes only"
    );
    let undo = server
        .http
        .delete(server.url(&dislike))
        .header("cookie", &cookie);
    assert_eq!(answer(undo, 200).await["dislike_count"], 0);
    let mine = answer(
        server.operator("GET", &format!("/api/videos/{id}/community")),
        200,
    )
    .await;
    assert_eq!(mine["reaction"], "like");
    let hidden = server.external(json!({ "is_public": false })).await;
    let hidden = server
        .http
        .post(server.url(&format!("/api/videos/{hidden}/like")));
    problem(sent(hidden).await, 404).await;
}

#[tokio::test]
async fn somebody_without_a_cookie_votes_so_often_only() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "One" })).await;
    let like = server.url(&format!("/api/videos/{id}/like"));
    let mut statuses = Vec::new();
    for _ in 0..51 {
        statuses.push(sent(server.http.post(&like)).await.status().as_u16());
    }
    assert!(statuses[..50].iter().all(|status| *status == 200));
    assert_eq!(statuses[50], 429);
    assert_eq!(sent(server.operator("POST", &like)).await.status(), 200);
}

#[tokio::test]
async fn open_mode_lets_everybody_like() {
    let server = TestServer::with(&[("auth", "open")]).await;
    let body = json!({ "title": "One", "video_url": "https://example.com/film.mp4" });
    let made = server.http.post(server.url("/api/videos")).json(&body);
    let made = answer(made, 201).await;
    let id = made["id"].as_str().unwrap();
    let like = server
        .http
        .post(server.url(&format!("/api/videos/{id}/like")));
    assert_eq!(answer(like, 200).await["like_count"], 1);
    let form = json!({ "name": "Mine", "creator_id": "user_123", "video_ids": [id] });
    let list = server.http.post(server.url("/api/playlists")).json(&form);
    assert_eq!(answer(list, 201).await["creator_id"], "user_123");
}

#[tokio::test]
async fn what_people_type_stays_text() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "One" })).await;
    let path = format!("/api/videos/{id}/comments");
    let typed = "<script>alert('x')</script> & \"so\" \u{202e}on\u{0007}\r\n\r\n\r\n\r\n\r\nend";
    let kept = "<script>alert('x')</script> & \"so\" on\n\n\nend";
    let form = json!({ "body": typed, "at_ms": 1500 });
    let made = sent(server.operator("POST", &path).json(&form)).await;
    assert_eq!(made.status(), 201);
    assert_eq!(made.headers()["content-type"], "application/json");
    assert_eq!(made.headers()["x-content-type-options"], "nosniff");
    let made: Value = made.json().await.unwrap();
    assert_eq!(made["body"], kept);
    assert_eq!(made["at_ms"], 1500);
    let listed = sent(server.get(&path)).await;
    assert_eq!(listed.headers()["x-total-count"], "1");
    let listed: Value = listed.json().await.unwrap();
    assert_eq!(listed[0]["body"], kept);
    assert_eq!(listed[0]["can_edit"], false);
    for (form, field) in [
        (json!({ "body": "" }), "body"),
        (json!({ "body": "\u{200b}\u{2060}" }), "body"),
        (json!({ "body": "x".repeat(4001) }), "body"),
        (json!({ "body": "x", "at_ms": -5 }), "at_ms"),
        (
            json!({ "body": "x", "parent_id": "comment_none" }),
            "parent_id",
        ),
        (json!({ "body": ["x"] }), "body"),
    ] {
        let refused = server.operator("POST", &path).json(&form);
        assert_eq!(fields(&problem(sent(refused).await, 422).await), [field]);
    }
    let nobody = server
        .http
        .post(server.url(&path))
        .json(&json!({ "body": "x" }));
    problem(sent(nobody).await, 401).await;
}

#[tokio::test]
async fn comments_are_answered_edited_pinned_and_deleted() {
    let server = TestServer::start().await;
    let video = server.external(json!({ "title": "One" })).await;
    let ada = Someone::new(&server, "ada", "viewer").await;
    let bob = Someone::new(&server, "bob", "viewer").await;
    let path = format!("/api/videos/{video}/comments");
    let say = |body: &str| json!({ "body": body });
    let first = answer(ada.ask("POST", &path).json(&say("First")), 201).await;
    answer(bob.ask("POST", &path).json(&say("Second")), 201).await;
    let id = first["id"].as_str().unwrap();
    let one = format!("/api/comments/{id}");
    let reply = json!({ "body": "No", "parent_id": id });
    answer(bob.ask("POST", &path).json(&reply), 201).await;
    let replies = answer(server.get(&format!("{one}/replies")), 200).await;
    assert_eq!(replies[0]["author"]["name"], "bob");
    let like = answer(bob.ask("POST", &format!("{one}/like")), 200).await;
    assert_eq!(like["like_count"], 1);
    let top = answer(bob.ask("GET", &format!("{path}?sort=top&limit=1")), 200).await;
    assert_eq!(
        (&top[0]["body"], &top[0]["liked"]),
        (&json!("First"), &json!(true))
    );
    assert_eq!(top[0]["reply_count"], 1);
    let edited = answer(ada.ask("PATCH", &one).json(&say("First!")), 200).await;
    assert!(edited["edited_at"].is_string());
    problem(sent(bob.ask("PATCH", &one).json(&say("Mine"))).await, 403).await;
    let pin = json!({ "pinned": true });
    problem(sent(ada.ask("PATCH", &one).json(&pin)).await, 403).await;
    let pinned = answer(server.operator("PATCH", &one).json(&pin), 200).await;
    assert_eq!(pinned["pinned"], true);
    let newest = answer(server.get(&path), 200).await;
    assert_eq!(newest[0]["body"], "First!");
    problem(sent(bob.ask("DELETE", &one)).await, 403).await;
    let gone = sent(server.operator("DELETE", &one)).await;
    assert_eq!(gone.status(), 204);
    let place = answer(server.get(&one), 200).await;
    assert_eq!(
        (&place["state"], &place["author"]),
        (&json!("deleted"), &Value::Null)
    );
    let log = server.json("/api/audit?action=comment.delete").await;
    assert_eq!(log[0]["subject"], id, "{log}");
    // Under what one may not watch one neither reads nor writes.
    let hidden = server.external(json!({ "is_public": false })).await;
    let hidden = format!("/api/videos/{hidden}/comments");
    problem(sent(bob.ask("GET", &hidden)).await, 404).await;
    problem(sent(bob.ask("POST", &hidden).json(&say("x"))).await, 404).await;
}

#[tokio::test]
async fn a_review_has_stars() {
    let server = TestServer::start().await;
    let video = server.external(json!({ "title": "One" })).await;
    let ada = Someone::new(&server, "ada", "viewer").await;
    let path = format!("/api/videos/{video}/review");
    let form = |stars: i32| json!({ "stars": stars, "title": "Well", "body": "So <b>good</b>" });
    answer(ada.ask("PUT", &path).json(&form(5)), 200).await;
    answer(server.operator("PUT", &path).json(&form(2)), 200).await;
    answer(ada.ask("PUT", &path).json(&form(4)), 200).await;
    let all = sent(server.get(&format!("{path}s"))).await;
    assert_eq!(all.headers()["x-total-count"], "2");
    let all: Value = all.json().await.unwrap();
    assert_eq!(all[0]["body"], "So <b>good</b>");
    let sum = answer(server.get(&format!("/api/videos/{video}/community")), 200).await;
    assert_eq!(sum["rating"]["average"], 3.0);
    assert_eq!(sum["rating"]["histogram"], json!([0, 1, 0, 1, 0]));
    assert_eq!(sum["can_comment"], false);
    for stars in [0, 6] {
        let refused = sent(ada.ask("PUT", &path).json(&form(stars))).await;
        assert_eq!(fields(&problem(refused, 422).await), ["stars"]);
    }
    assert_eq!(sent(ada.ask("DELETE", &path)).await.status(), 204);
    problem(sent(ada.ask("GET", &path)).await, 404).await;
}

#[tokio::test]
async fn numbers_of_the_service() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "One" })).await;
    server.external(json!({ "is_public": false })).await;
    sent(server.operator("POST", &format!("/api/videos/{id}/like"))).await;
    for private in [true, false] {
        let stream = json!({ "title": "A concert", "is_private": private });
        sent(server.operator("POST", "/api/streams").json(&stream)).await;
    }
    let channel = json!({ "number": 7, "name": "Late", "visibility": "members", "rules": {} });
    sent(server.operator("POST", "/api/channels").json(&channel)).await;
    let all = server.json("/api/stats").await;
    assert_eq!(
        (&all["total_videos"], &all["public_videos"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(all["total_likes"], 1);
    let counts = |stats: &Value| {
        ["total_streams", "live_streams", "total_channels"].map(|name| stats[name].clone())
    };
    assert_eq!(counts(&all), [2, 0, 1]);
    let seen = answer(server.get("/api/stats"), 200).await;
    assert_eq!(seen["total_videos"], 1);
    assert_eq!(counts(&seen), [1, 0, 0]);
    assert_eq!(seen["total_upload_bytes"], Value::Null);
}

#[tokio::test]
async fn a_film_is_json_for_programs_and_a_page_for_people() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "One" })).await;
    let path = format!("/movie/{id}");
    let movie = sent(server.get(&path)).await;
    assert!(movie.headers()["vary"].to_str().unwrap().contains("accept"));
    let movie: Value = movie.json().await.unwrap();
    assert_eq!(movie["title"], "One");
    for field in [
        "poster",
        "video_url",
        "hls_url",
        "quality_variants",
        "duration_seconds",
    ] {
        assert!(movie.get(field).is_some(), "{field} is missing");
    }
    let page = server.get(&path).header("accept", "text/html,*/*;q=0.8");
    let page = sent(page).await;
    assert_eq!(page.status(), 302);
    assert_eq!(page.headers()["location"], format!("/watch/{id}"));
    problem(sent(server.get("/movie/video_none")).await, 404).await;
    let hidden = server.external(json!({ "is_public": false })).await;
    problem(sent(server.get(&format!("/movie/{hidden}"))).await, 404).await;
}

#[tokio::test]
async fn chapters_and_notes() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "Lesson" })).await;
    let chapters = format!("/api/videos/{id}/chapters");
    let list = json!([
        { "start_ms": 0, "title": "Begin & <go>" },
        { "start_ms": 90_000, "end_ms": 120_000, "title": "" },
    ]);
    let kept = answer(server.operator("PUT", &chapters).json(&list), 200).await;
    assert_eq!(kept[0]["end_ms"], 90_000);
    let video = server.json(&format!("/api/videos/{id}")).await;
    let track = video["chapters_url"].as_str().unwrap();
    let track = sent(server.get(track)).await;
    assert_eq!(track.headers()["content-type"], "text/vtt; charset=utf-8");
    let track = track.text().await.unwrap();
    assert!(track.contains("00:00:00.000 --> 00:01:30.000\nBegin &amp; &lt;go&gt;\n"));
    assert!(track.contains("00:01:30.000 --> 00:02:00.000\nChapter 2\n"));
    let named = json!({ "chapters": [{ "start_ms": 5, "end_ms": 5 }] });
    let refused = sent(server.operator("PUT", &chapters).json(&named)).await;
    assert_eq!(fields(&problem(refused, 422).await), ["chapters[0].end_ms"]);
    let nobody = server.http.put(server.url(&chapters)).json(&list);
    problem(sent(nobody).await, 401).await;

    let notes = format!("/api/videos/{id}/notes");
    assert_eq!(answer(server.get(&notes), 200).await["body"], "");
    let text = "# One\n\n<img src=x onerror=alert(1)>\n";
    let put = server
        .operator("PUT", &notes)
        .json(&json!({ "body": text }));
    assert_eq!(answer(put, 200).await["body"], text);
    let read = answer(server.get(&notes), 200).await;
    assert_eq!(
        (&read["body"], &read["format"]),
        (&json!(text), &json!("markdown"))
    );
    let long = json!({ "body": "x".repeat(102_401) });
    let refused = sent(server.operator("PUT", &notes).json(&long)).await;
    assert_eq!(fields(&problem(refused, 422).await), ["body"]);
}
