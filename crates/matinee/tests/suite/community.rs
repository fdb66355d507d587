//! Playlists, likes, comments, reviews and moderation over HTTP.

use matinee_engines::db::{DatabaseUrl, Db};
use reqwest::{RequestBuilder, Response};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::support::{TestServer, fields, problem};

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

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

/// The JSON of an answer of this status.
async fn answer(request: RequestBuilder, status: u16) -> Value {
    let response = sent(request).await;
    let got = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    assert_eq!(got, status, "{body}");
    body
}

#[tokio::test]
async fn a_playlist_as_documented() {
    let server = TestServer::start().await;
    let one = server.external(json!({ "title": "One" })).await;
    let two = server.external(json!({ "title": "Two" })).await;
    let secret = server
        .external(json!({ "title": "Secret", "is_public": false }))
        .await;
    let form = json!({
        "name": "My Favorite Videos",
        "description": "Collection of my favorite content",
        "creator_id": "user_123",
        "video_ids": [one, secret],
        "is_public": "true",
    });
    let made = answer(server.operator("POST", "/api/playlists").json(&form), 201).await;
    assert_eq!(made["creator_id"], "user_123");
    assert_eq!(made["is_public"], true);
    let id = made["id"].as_str().unwrap().to_owned();
    let path = format!("/api/playlists/{id}");
    let more = answer(
        server.operator("POST", &format!("{path}/videos/{two}")),
        200,
    )
    .await;
    assert_eq!(more["video_ids"], json!([one, secret, two]));
    let again = server.operator("POST", &format!("{path}/videos/{two}"));
    problem(sent(again).await, 409).await;
    // What others may not see is left out, and not counted.
    let seen = answer(server.get(&path), 200).await;
    assert_eq!(seen["video_ids"], json!([one, two]));
    assert_eq!(seen["video_count"], 2);
    assert_eq!(seen["items"][1]["video"]["title"], "Two");
    assert_eq!(seen["can_edit"], false);
    let list = "/api/playlists?creator_id=user_123&is_public=true&limit=50";
    let list = answer(server.get(list), 200).await;
    assert_eq!(list[0]["video_ids"], json!([one, two]));
    assert!(list[0].get("items").is_none());
    let order = json!({ "video_ids": [two, secret, one] });
    let ordered = server
        .operator("PUT", &format!("{path}/order"))
        .json(&order);
    let ordered = answer(ordered, 200).await;
    assert_eq!(ordered["video_ids"], json!([two, secret, one]));
    let less = server.operator("DELETE", &format!("{path}/videos/{two}"));
    assert_eq!(answer(less, 200).await["video_ids"], json!([secret, one]));
    let hide = server
        .operator("PATCH", &path)
        .json(&json!({ "visibility": "private" }));
    assert_eq!(answer(hide, 200).await["is_public"], false);
    problem(sent(server.get(&path)).await, 404).await;
    let list = answer(server.get("/api/playlists"), 200).await;
    assert_eq!(list, json!([]));
    for (form, field) in [
        (json!({ "name": " " }), "name"),
        (
            json!({ "name": "x", "video_ids": ["video_none"] }),
            "video_ids",
        ),
        (json!({ "name": "x", "visibility": "secret" }), "visibility"),
        (json!({ "name": "x", "is_public": "maybe" }), "is_public"),
    ] {
        let refused = server.operator("POST", "/api/playlists").json(&form);
        assert_eq!(fields(&problem(sent(refused).await, 422).await), [field]);
    }
    let nobody = server.http.post(server.url("/api/playlists")).json(&form);
    problem(sent(nobody).await, 401).await;
    let gone = sent(server.operator("DELETE", &path)).await;
    assert_eq!(gone.status(), 204);
    problem(sent(server.operator("GET", &path)).await, 404).await;
}

#[tokio::test]
async fn a_playlist_is_shared_with_those_whom_its_owner_names() {
    let server = TestServer::start().await;
    let video = server.external(json!({ "title": "One" })).await;
    let unlisted = server.external(json!({ "title": "Unlisted" })).await;
    let rules = json!({ "visibility": "unlisted" });
    crate::access::open_to(&server, &unlisted, rules).await;
    let ada = Someone::new(&server, "ada", "viewer").await;
    let bob = Someone::new(&server, "bob", "viewer").await;
    let form = json!({ "name": "Ours", "visibility": "private", "video_ids": [video, unlisted] });
    let made = answer(ada.ask("POST", "/api/playlists").json(&form), 201).await;
    assert_eq!(made["creator_id"], ada.id);
    let path = format!("/api/playlists/{}", made["id"].as_str().unwrap());
    problem(sent(bob.ask("GET", &path)).await, 404).await;
    let share = json!({ "collaborators": [bob.id] });
    answer(ada.ask("PATCH", &path).json(&share), 200).await;
    let seen = answer(bob.ask("GET", &path), 200).await;
    assert_eq!(
        (&seen["can_edit"], &seen["is_owner"]),
        (&json!(true), &json!(false))
    );
    let less = bob.ask("DELETE", &format!("{path}/videos/{video}"));
    answer(less, 200).await;
    problem(sent(bob.ask("PATCH", &path).json(&share)).await, 403).await;
    problem(sent(bob.ask("DELETE", &path)).await, 403).await;
    let publish = ada.ask("PATCH", &path).json(&json!({ "is_public": true }));
    answer(publish, 200).await;
    // An unlisted video is not found through somebody's list.
    assert_eq!(answer(server.get(&path), 200).await["video_ids"], json!([]));
    let posing = json!({ "name": "x", "creator_id": "user_123" });
    let posing = sent(bob.ask("POST", "/api/playlists").json(&posing)).await;
    assert_eq!(fields(&problem(posing, 422).await), ["creator_id"]);
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
async fn a_watchlist_belongs_to_a_person_or_a_browser() {
    let server = TestServer::start().await;
    let one = server.external(json!({ "title": "One" })).await;
    let two = server.external(json!({ "title": "Two" })).await;
    let put = sent(server.operator("PUT", &format!("/api/watchlist/{one}"))).await;
    assert_eq!(put.status(), 204);
    let put = sent(server.operator("PUT", &format!("/api/watchlist/{two}"))).await;
    assert_eq!(put.status(), 204);
    let list = server.json("/api/watchlist").await;
    assert_eq!(list[0]["title"], "Two");
    assert_eq!(list.as_array().unwrap().len(), 2);
    let first = server
        .http
        .put(server.url(&format!("/api/watchlist/{one}")));
    let first = sent(first).await;
    let cookie = first.headers()["set-cookie"].to_str().unwrap().to_owned();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let list = server.get("/api/watchlist").header("cookie", &cookie);
    assert_eq!(answer(list, 200).await[0]["title"], "One");
    assert_eq!(answer(server.get("/api/watchlist"), 200).await, json!([]));
    let gone = sent(server.operator("DELETE", &format!("/api/watchlist/{two}"))).await;
    assert_eq!(gone.status(), 204);
    assert_eq!(
        server
            .json("/api/watchlist")
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );
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
async fn moderators_decide_what_rules_and_people_point_out() {
    let server = TestServer::start().await;
    let video = server.external(json!({ "title": "One" })).await;
    let ada = Someone::new(&server, "ada", "viewer").await;
    let bob = Someone::new(&server, "bob", "viewer").await;
    let judge = Someone::new(&server, "judge", "moderator").await;
    let rules = json!({
        "words": [
            { "word": "awful", "effect": "refuse" },
            { "word": "dubious", "effect": "hold" },
        ],
        "links": { "links": "hold", "allowed_domains": ["example.org"] },
    });
    problem(
        sent(judge.ask("PUT", "/api/moderation/rules").json(&rules)).await,
        403,
    )
    .await;
    let kept = server.operator("PUT", "/api/moderation/rules").json(&rules);
    assert_eq!(answer(kept, 200).await["comments"], "signed_in");
    let log = server.json("/api/audit?action=moderation.rules").await;
    assert_eq!(log.as_array().unwrap().len(), 1);
    let trial = json!({ "text": "it is a w f u l" });
    let trial = judge.ask("POST", "/api/moderation/rules/test").json(&trial);
    assert_eq!(answer(trial, 200).await["effect"], "refuse");

    let path = format!("/api/videos/{video}/comments");
    let say = |body: &str| json!({ "body": body });
    let refused = sent(ada.ask("POST", &path).json(&say("awfu\u{200b}l"))).await;
    assert_eq!(fields(&problem(refused, 422).await), ["body"]);
    let held = answer(ada.ask("POST", &path).json(&say("dub1ous")), 201).await;
    assert_eq!(held["state"], "held");
    let linked = answer(ada.ask("POST", &path).json(&say("see evil[.]com")), 201).await;
    assert_eq!(linked["state"], "held");
    let fine = answer(
        ada.ask("POST", &path)
            .json(&say("see https://example.org/x")),
        201,
    )
    .await;
    assert_eq!(fine["state"], "visible");
    let count = async |request: RequestBuilder| {
        let list = answer(request, 200).await;
        list.as_array().unwrap().len()
    };
    assert_eq!(count(ada.ask("GET", &path)).await, 3);
    assert_eq!(count(judge.ask("GET", &path)).await, 3);
    assert_eq!(count(bob.ask("GET", &path)).await, 1);
    let one = format!("/api/comments/{}", held["id"].as_str().unwrap());
    problem(sent(bob.ask("GET", &one)).await, 404).await;

    problem(sent(bob.ask("GET", "/api/moderation/queue")).await, 403).await;
    problem(sent(server.get("/api/moderation/queue")).await, 401).await;
    let report = json!({
        "subject_kind": "comment", "subject_id": fine["id"], "reason": "spam", "details": "again",
    });
    answer(bob.ask("POST", "/api/reports").json(&report), 201).await;
    let hidden = json!({
        "subject_kind": "comment", "subject_id": held["id"], "reason": "spam",
    });
    problem(
        sent(bob.ask("POST", "/api/reports").json(&hidden)).await,
        404,
    )
    .await;
    let queue = sent(judge.ask("GET", "/api/moderation/queue")).await;
    assert_eq!(queue.headers()["x-total-count"], "3");
    let queue: Value = queue.json().await.unwrap();
    let case = |subject: &Value| {
        let cases = queue.as_array().unwrap();
        let case = cases.iter().find(|case| case["subject"]["id"] == *subject);
        format!("/api/moderation/{}", case.unwrap()["id"].as_str().unwrap())
    };
    let approve = json!({ "decision": "approve", "note": "A joke" });
    let decided = judge.ask("POST", &case(&held["id"])).json(&approve);
    let decided = answer(decided, 200).await;
    assert_eq!(decided["state"], "decided");
    assert_eq!(decided["decided_by"], judge.id);
    assert_eq!(decided["subject"]["state"], "visible");
    let remove = json!({ "decision": "remove" });
    answer(judge.ask("POST", &case(&fine["id"])).json(&remove), 200).await;
    assert_eq!(count(bob.ask("GET", &path)).await, 1);
    assert_eq!(
        count(ada.ask("GET", &path)).await,
        3,
        "its author still sees it"
    );
    let log = server.json("/api/audit?action=moderation.decide").await;
    assert_eq!(log.as_array().unwrap().len(), 2);
    let odd = judge
        .ask("POST", &case(&fine["id"]))
        .json(&json!({ "decision": "burn" }));
    assert_eq!(fields(&problem(sent(odd).await, 422).await), ["decision"]);

    // A video that is reported and removed is out of sight, whoever opens it.
    let report = json!({ "subject_kind": "video", "subject_id": video, "reason": "copyright" });
    answer(bob.ask("POST", "/api/reports").json(&report), 201).await;
    let queue = answer(judge.ask("GET", "/api/moderation/queue?kind=video"), 200).await;
    let case = format!("/api/moderation/{}", queue[0]["id"].as_str().unwrap());
    answer(judge.ask("POST", &case).json(&remove), 200).await;
    let at = format!("/api/videos/{video}");
    problem(sent(bob.ask("GET", &at)).await, 404).await;
    let open = server
        .operator("PATCH", &at)
        .json(&json!({ "is_public": true }));
    problem(sent(open).await, 409).await;
    answer(judge.ask("POST", &case).json(&approve), 200).await;
    assert_eq!(answer(bob.ask("GET", &at), 200).await["is_public"], true);
    // Titles are judged too.
    let title = server
        .operator("PATCH", &at)
        .json(&json!({ "title": "An awful film" }));
    assert_eq!(fields(&problem(sent(title).await, 422).await), ["title"]);
}

#[tokio::test]
async fn numbers_of_the_service() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "One" })).await;
    server.external(json!({ "is_public": false })).await;
    sent(server.operator("POST", &format!("/api/videos/{id}/like"))).await;
    let all = server.json("/api/stats").await;
    assert_eq!(
        (&all["total_videos"], &all["public_videos"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(all["total_likes"], 1);
    let seen = answer(server.get("/api/stats"), 200).await;
    assert_eq!(seen["total_videos"], 1);
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
