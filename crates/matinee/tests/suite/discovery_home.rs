//! The home page and recommendations.

use reqwest::header::SET_COOKIE;
use serde_json::{Value, json};

use crate::discovery::until;
use crate::live_streams::{id, stream};
use crate::support::{TestServer, fields, problem};

fn row<'a>(home: &'a Value, kind: &str) -> Option<&'a Value> {
    let rows = home["rows"].as_array().unwrap();
    rows.iter().find(|row| row["kind"] == kind)
}

fn titles(row: &Value) -> Vec<&str> {
    let items = row["items"].as_array().unwrap().iter();
    items
        .map(|item| item["video"]["title"].as_str().unwrap())
        .collect()
}

/// A viewer without account, known by a cookie.
struct Viewer(String);

impl Viewer {
    async fn new(server: &TestServer, first: &str) -> Self {
        let path = format!("/stream/{first}/progress");
        let response = server.get(&path).send().await.unwrap();
        let cookie = response.headers()[SET_COOKIE].to_str().unwrap();
        Self(cookie.split(';').next().unwrap().to_owned())
    }

    async fn watch(&self, server: &TestServer, id: &str, share: f64) {
        let report = json!({ "current_time": 6000.0 * share, "total_duration": 6000.0 });
        let path = server.url(&format!("/stream/{id}/progress"));
        let request = server
            .http
            .post(path)
            .header("cookie", &self.0)
            .json(&report);
        assert_eq!(request.send().await.unwrap().status(), 200);
    }

    async fn get(&self, server: &TestServer, path: &str) -> Value {
        let request = server.get(path).header("cookie", &self.0);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }
}

async fn films(server: &TestServer) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..8 {
        let genre = if n < 4 { "Western" } else { "Opera" };
        let film =
            json!({ "title": format!("{genre} {n}"), "genre": genre, "content_type": "movie" });
        ids.push(server.external(film).await);
    }
    until(server, "/api/search", false, |page| page["total"] == 8).await;
    ids
}

#[tokio::test]
async fn what_is_on_the_air_is_on_the_home_page_of_those_it_is_open_to() {
    let server = TestServer::start().await;
    let streams = |home: &Value| {
        let row = row(home, "live_now").unwrap();
        let streams = row["streams"].as_array().unwrap().iter();
        streams.map(|one| id(one).to_owned()).collect::<Vec<_>>()
    };
    let open = stream(&server, json!({})).await;
    let closed = stream(&server, json!({ "visibility": "private" })).await;
    assert!(streams(&server.json("/api/home").await).is_empty());
    for one in [&open, &closed] {
        let start = server.operator("POST", &format!("/api/streams/{}/start", id(one)));
        assert_eq!(start.send().await.unwrap().status(), 200);
    }
    let shown = |home: &Value| streams(home) == [id(&open)];
    let home = until(&server, "/api/home", false, shown).await;
    assert!(row(&home, "live_now").unwrap()["streams"][0]["stream_key"].is_null());
    let both = |home: &Value| streams(home) == [id(&closed), id(&open)];
    let home = until(&server, "/api/home", true, both).await;
    let key = &row(&home, "live_now").unwrap()["streams"][0]["stream_key"];
    assert!(key.is_null(), "a page that many get");
    let end = server.operator("POST", &format!("/api/streams/{}/end", id(&open)));
    assert_eq!(end.send().await.unwrap().status(), 200);
    until(&server, "/api/home", false, |home| streams(home).is_empty()).await;
}

#[tokio::test]
async fn what_channels_show_is_on_the_home_page_of_those_they_are_open_to() {
    let server = TestServer::start().await;
    let numbers = |home: &Value| {
        let row = row(home, "channels_now").unwrap();
        let channels = row["channels"].as_array().unwrap().iter();
        channels
            .map(|one| one["number"].clone())
            .collect::<Vec<_>>()
    };
    assert!(numbers(&server.json("/api/home").await).is_empty());
    for (number, visibility) in [(3, "public"), (2, "private"), (1, "public")] {
        let channel = json!({ "number": number, "name": "Comedy", "rules": { "tags": ["comedy"] },
            "visibility": visibility });
        let made = server.operator("POST", "/api/channels").json(&channel);
        assert_eq!(made.send().await.unwrap().status(), 201);
        // Who may come upon this one is decided for each who asks, and a page is many people's.
        if number == 3 {
            let rule = json!({ "visibility": "public", "regions": { "allow": ["CH"] } });
            let ruled = server.operator("PUT", "/api/channels/3/access").json(&rule);
            assert_eq!(ruled.send().await.unwrap().status(), 200);
        }
    }
    let home = until(&server, "/api/home", false, |home| numbers(home) == [1]).await;
    let channel = &row(&home, "channels_now").unwrap()["channels"][0];
    assert_eq!(
        (&channel["name"], &channel["can_edit"]),
        (&json!("Comedy"), &json!(false))
    );
    until(&server, "/api/home", true, |home| numbers(home) == [1, 2]).await;
}

#[tokio::test]
async fn the_home_page_is_the_operators_and_shows_nobody_what_is_hidden() {
    let server = TestServer::start().await;
    let ids = films(&server).await;
    let home = server.get("/api/home").send().await.unwrap();
    let etag = home.headers()["etag"].clone();
    let home: Value = home.json().await.unwrap();
    assert!(home["hero"]["title"].is_string());
    assert_eq!(titles(row(&home, "new").unwrap())[0], "Opera 7");
    assert_eq!(row(&home, "top10").unwrap()["items"][0]["rank"], 1);
    assert_eq!(row(&home, "live_now").unwrap()["streams"], json!([]));
    assert!(row(&home, "watchlist").is_none(), "a row without titles");
    let known = server
        .get("/api/home")
        .header("if-none-match", etag.clone());
    assert_eq!(known.send().await.unwrap().status(), 304);
    // Hidden now is hidden in the very next answer.
    let hide = server.operator("PATCH", &format!("/api/videos/{}", ids[7]));
    let hide = hide
        .json(&json!({ "is_public": false }))
        .send()
        .await
        .unwrap();
    assert_eq!(hide.status(), 200);
    let hidden = |home: &Value| !home.to_string().contains("Opera 7");
    until(&server, "/api/home", false, hidden).await;
    assert!(
        server
            .json("/api/home")
            .await
            .to_string()
            .contains("Opera 7")
    );

    let rows = json!([
        { "kind": "genre", "title": "Out West", "settings": { "value": "Western" }, "size": 2 },
        { "kind": "hero", "settings": { "video_id": ids[0] } },
        { "kind": "new", "enabled": false },
        { "kind": "genre", "settings": { "value": "Silence" } },
        { "kind": "live_now", "title": "On the air", "size": 1 },
    ]);
    let put = |body: Value| server.operator("PUT", "/api/home/rows").json(&body).send();
    let kept: Value = put(rows).await.unwrap().json().await.unwrap();
    assert_eq!(kept.as_array().unwrap().len(), 5);
    assert_eq!(server.json("/api/home/rows").await, kept);
    let home: Value = server
        .get("/api/home")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(home["hero"]["title"], "Western 0");
    assert_eq!(home["rows"].as_array().unwrap().len(), 2);
    assert_eq!(home["rows"][0]["title"], "Out West");
    assert_eq!(home["rows"][1]["title"], "On the air");
    assert_eq!(titles(&home["rows"][0]).len(), 2);
    for (rows, field) in [
        (json!([{ "kind": "genre" }]), "rows[0].settings.value"),
        (json!([{ "kind": "new", "size": 0 }]), "rows[0].size"),
        (
            json!([{ "kind": "hero" }, { "kind": "hero" }]),
            "rows[1].kind",
        ),
        (json!(vec![json!({ "kind": "new" }); 41]), "rows"),
    ] {
        let refused = problem(put(rows).await.unwrap(), 422).await;
        assert_eq!(fields(&refused), [field]);
    }
    problem(put(json!([{ "kind": "crystal_ball" }])).await.unwrap(), 422).await;
    let nobody = server
        .http
        .put(server.url("/api/home/rows"))
        .json(&json!([]));
    problem(nobody.send().await.unwrap(), 401).await;
    problem(server.get("/api/home/rows").send().await.unwrap(), 401).await;
    let usual: Value = put(json!([])).await.unwrap().json().await.unwrap();
    assert!(usual.as_array().unwrap().len() > 5);
}

#[tokio::test]
async fn what_people_watch_decides_what_is_recommended_and_says_why() {
    let server = TestServer::start().await;
    let ids = films(&server).await;
    // Those who watch Western 0 watch Opera 4 to 6; the genres say otherwise.
    for _ in 0..4 {
        let viewer = Viewer::new(&server, &ids[0]).await;
        for n in [0, 4, 5, 6] {
            viewer.watch(&server, &ids[n], 1.0).await;
        }
    }
    let fan = Viewer::new(&server, &ids[0]).await;
    fan.watch(&server, &ids[0], 0.5).await;
    let home = fan.get(&server, "/api/home").await;
    let begun = row(&home, "continue_watching").unwrap();
    assert_eq!(titles(begun), ["Western 0"]);
    assert_eq!(begun["items"][0]["progress"]["percentage"], 50.0);
    // Nobody's taste is known yet: likeness speaks.
    let path = format!("/api/videos/{}/similar", ids[0]);
    let alike: Value = server
        .get(&path)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(alike.as_array().unwrap().len(), 3);
    assert_eq!(alike[0]["why"]["kind"], "alike");

    // Positions are written within half a minute; a stop writes them at once.
    let cookie = fan.0.clone();
    let token = server.token.clone();
    let data = server.stop().await;
    let mut server = TestServer::on(data, &[]).await;
    server.token = token;
    let fan = Viewer(cookie);
    let asked = server.operator("POST", "/api/recommendations/rebuild");
    assert_eq!(asked.send().await.unwrap().status(), 202);
    let opera =
        |list: &Value| list[0]["video"]["genre"] == "Opera" && list[0]["why"]["kind"] == "watched";
    let similar = until(&server, &path, false, opera).await;
    assert_eq!(similar[0]["why"]["because"]["id"], *ids[0]);
    let hidden = server.operator("PATCH", &format!("/api/videos/{}", ids[5]));
    let hidden = hidden
        .json(&json!({ "is_public": false }))
        .send()
        .await
        .unwrap();
    assert_eq!(hidden.status(), 200);
    let found = fan.get(&server, "/api/recommendations?limit=10").await;
    let found = found.as_array().unwrap();
    let named: Vec<&str> = found
        .iter()
        .map(|r| r["video"]["title"].as_str().unwrap())
        .collect();
    assert!(
        named[..2].iter().all(|t| t.starts_with("Opera")),
        "{named:?}"
    );
    assert!(!named.contains(&"Opera 5"), "a hidden title is recommended");
    assert!(
        !named.contains(&"Western 0"),
        "what they know is recommended"
    );
    assert_eq!(found[0]["why"]["text"], "Because you watched Western 0");
    let home = fan.get(&server, "/api/home").await;
    let because = row(&home, "because_you_watched").unwrap();
    assert_eq!(because["title"], "Because you watched Western 0");
    assert!(!home.to_string().contains("Opera 5"));
    // The trending row counts people, and nobody else's page knows this viewer.
    let everybody: Value = server
        .get("/api/home")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert!(row(&everybody, "continue_watching").is_none());
    let trending =
        |home: &Value| row(home, "trending").is_some_and(|r| titles(r)[0] == "Western 0");
    until(&server, "/api/home", false, trending).await;
    for (path, field) in [
        ("/api/recommendations?limit=0", "limit"),
        ("/api/recommendations?limit=51", "limit"),
    ] {
        let refused = problem(server.get(path).send().await.unwrap(), 422).await;
        assert_eq!(fields(&refused), [field]);
    }
    let path = format!("/api/videos/{}/similar", ids[5]);
    problem(server.get(&path).send().await.unwrap(), 404).await;
}
