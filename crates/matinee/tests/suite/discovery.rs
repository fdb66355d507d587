//! Finding something: search, suggestions, browsing.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{TestServer, fields, problem};

/// Asks until the answer is as it should be: the index follows within moments.
pub async fn until(
    server: &TestServer,
    path: &str,
    operator: bool,
    done: impl Fn(&Value) -> bool,
) -> Value {
    let mut last = Value::Null;
    for _ in 0..200 {
        let request = if operator {
            server.operator("GET", path)
        } else {
            server.get(path)
        };
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        last = response.json().await.unwrap();
        if done(&last) {
            return last;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{path} stays {last:#}");
}

fn titles(list: &Value) -> Vec<&str> {
    let all = list.as_array().unwrap().iter();
    all.map(|video| video["title"].as_str().unwrap()).collect()
}

fn hit_titles(page: &Value) -> Vec<&str> {
    let hits = page["hits"].as_array().unwrap().iter();
    hits.map(|hit| hit["video"]["title"].as_str().unwrap())
        .collect()
}

async fn library(server: &TestServer) {
    for film in [
        json!({ "title": "The Matrix", "genre": "Action", "release_year": 1999, "rating": "R",
            "content_type": "movie", "tags": ["hacker"],
            "description": "A hacker learns that the world is a simulation run by machines." }),
        json!({ "title": "Casablanca", "genre": "Drama", "release_year": 1942,
            "content_type": "movie", "description": "A café owner meets a former lover." }),
        json!({ "title": "Le Fabuleux Destin d'Amélie Poulain", "genre": "Comedy",
            "release_year": 2001, "content_type": "movie" }),
        json!({ "title": "Pilot", "show_title": "Twin Peaks", "season_number": 1,
            "episode_number": 1, "content_type": "episode", "genre": "Drama" }),
        json!({ "title": "千と千尋の神隠し", "genre": "Animation", "release_year": 2001,
            "content_type": "movie" }),
        json!({ "title": "Secret Matrix Screening", "genre": "Hidden", "is_public": false,
            "content_type": "movie", "tags": ["zyzzyva"] }),
    ] {
        server.external(film).await;
    }
}

#[tokio::test]
async fn words_are_found_however_they_are_written() {
    let server = TestServer::start().await;
    library(&server).await;
    until(
        &server,
        "/api/videos/search?query=chihiro%20千尋",
        false,
        |_| true,
    )
    .await;
    for (query, want) in [
        ("matrix", "The Matrix"),
        ("MATIRX", "The Matrix"),
        ("amelie", "Le Fabuleux Destin d'Amélie Poulain"),
        ("twin peeks", "Pilot"),
        ("千尋", "千と千尋の神隠し"),
        ("simulation machines", "The Matrix"),
        ("simulaton machnes", "The Matrix"),
        ("cafe owner", "Casablanca"),
    ] {
        let path = format!("/api/videos/search?query={query}&limit=5&offset=0");
        let found = until(&server, &path, false, |list| {
            !list.as_array().unwrap().is_empty()
        })
        .await;
        assert_eq!(titles(&found)[0], want, "{query}");
    }
    let response = server
        .get("/api/videos/search?query=matrix")
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["x-total-count"], "1");
    for (query, field) in [
        ("query=x&limit=0", "limit"),
        ("query=x&limit=1000", "limit"),
        ("query=x&offset=99999999", "offset"),
        ("query=x&offset=minus", "offset"),
    ] {
        let path = format!("/api/videos/search?{query}");
        let refused = problem(server.get(&path).send().await.unwrap(), 422).await;
        assert_eq!(fields(&refused), [field]);
    }
    // What people type is never a language: nothing of it is an error.
    for query in [
        "\"",
        "a AND",
        "+-!(){}[]^~*?:\\/",
        "%00",
        "title:x",
        "\"a b\" \"",
        "🦀",
    ] {
        let path = format!("/api/search?q={}", url(query));
        let response = server.get(&path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{query}");
    }
}

fn url(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn a_search_tells_what_else_there_is_and_hides_what_it_must() {
    let server = TestServer::start().await;
    library(&server).await;
    let all = until(&server, "/api/search?limit=50", true, |page| {
        page["total"] == 6
    })
    .await;
    assert_eq!(all["facets"]["genre"].as_array().unwrap().len(), 5);
    let public = until(&server, "/api/search", false, |page| page["total"] == 5).await;
    let genres: Vec<&str> = public["facets"]["genre"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v["value"].as_str().unwrap())
        .collect();
    assert!(!genres.contains(&"Hidden"), "a hidden title is counted");
    assert_eq!(genres[0], "Drama");
    // Chosen facets narrow the rest, but not themselves.
    let drama = server.get("/api/search?genre=Drama").send().await.unwrap();
    let drama: Value = drama.json().await.unwrap();
    assert_eq!(drama["total"], 2);
    assert_eq!(drama["facets"]["genre"].as_array().unwrap().len(), 4);
    assert_eq!(
        drama["facets"]["year"],
        json!([{ "value": "1942", "count": 1 }])
    );
    let either = server
        .get("/api/search?genre=Drama,Comedy&sort=title")
        .send()
        .await
        .unwrap();
    let either: Value = either.json().await.unwrap();
    assert_eq!(
        hit_titles(&either),
        ["Casablanca", "Le Fabuleux Destin d'Amélie Poulain", "Pilot"]
    );
    let found: Value = server.json("/api/search?q=casablenca").await;
    assert_eq!(found["did_you_mean"], "casablanca");
    let parts = &found["hits"][0]["highlights"]["title"][0]["parts"];
    assert_eq!(parts[0], json!({ "text": "Casablanca", "marked": true }));
    // A word that only a hidden title has is not given away.
    let found: Value = server
        .get("/api/search?q=zyzyva")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&found["total"], &found["did_you_mean"]),
        (&json!(0), &Value::Null)
    );
    assert_eq!(server.json("/api/search?q=zyzyva").await["total"], 1);
    let suggested: Value = server
        .get("/api/search/suggest?q=secr")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(suggested, json!([]));
    let suggested = server.json("/api/search/suggest?q=twin%20pe").await;
    assert_eq!(suggested[0]["text"], "Twin Peaks");
    assert_eq!(suggested[0]["kind"], "show");
    let suggested = server.json("/api/search/suggest?q=cas").await;
    assert_eq!(suggested[0]["text"], "Casablanca");
}

#[tokio::test]
async fn the_index_follows_changes_and_can_be_made_anew() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "Nosferatu" })).await;
    let path = "/api/videos/search?query=nosferatu";
    let found = |list: &Value| list.as_array().unwrap().len() == 1;
    let missing = |list: &Value| list.as_array().unwrap().is_empty();
    until(&server, path, false, found).await;
    let change = async |body: Value| {
        let patch = server.operator("PATCH", &format!("/api/videos/{id}"));
        assert_eq!(patch.json(&body).send().await.unwrap().status(), 200);
    };
    change(json!({ "title": "Vampyr" })).await;
    until(&server, path, false, missing).await;
    until(&server, "/api/videos/search?query=vampir", false, found).await;
    change(json!({ "is_public": false })).await;
    // Hidden at once, whatever the index still says.
    let now = server
        .get("/api/videos/search?query=vampyr")
        .send()
        .await
        .unwrap();
    assert_eq!(now.json::<Value>().await.unwrap(), json!([]));
    let refused = server.http.post(server.url("/api/search/rebuild"));
    problem(refused.send().await.unwrap(), 401).await;
    let asked = server
        .operator("POST", "/api/search/rebuild")
        .send()
        .await
        .unwrap();
    assert_eq!(asked.status(), 202);
    let done = until(&server, "/api/search/rebuild", true, |s| {
        s["state"] == "done"
    })
    .await;
    assert_eq!(done["documents"], 1);
    let gone = server.operator("DELETE", &format!("/api/videos/{id}"));
    assert_eq!(gone.send().await.unwrap().status(), 204);
    until(&server, "/api/search", true, |page| page["total"] == 0).await;
    // What changes while nobody serves is found after the next start.
    let id = server.external(json!({ "title": "Metropolis" })).await;
    let data = server.stop().await;
    std::fs::remove_dir_all(data.path().join("search")).unwrap();
    let server = TestServer::on(data, &[]).await;
    let found = until(&server, "/api/videos/search?query=metropolis", false, found).await;
    assert_eq!(found[0]["id"], *id);
}

#[tokio::test]
async fn the_library_can_be_browsed() {
    let server = TestServer::start().await;
    library(&server).await;
    until(&server, "/api/search", false, |page| page["total"] == 5).await;
    let get = async |path: &str| -> Value {
        let response = server.get(path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    };
    assert_eq!(
        get("/api/browse/letter").await,
        json!([{ "value": "*", "count": 1 }, { "value": "C", "count": 1 },
            { "value": "F", "count": 1 }, { "value": "M", "count": 1 }, { "value": "P", "count": 1 }])
    );
    assert_eq!(
        titles(&get("/api/browse/letter?value=M").await),
        ["The Matrix"]
    );
    assert_eq!(get("/api/browse/year").await[0]["value"], "2001");
    assert_eq!(
        get("/api/browse/genre?value=Drama")
            .await
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(get("/api/browse/genre?value=Hidden").await, json!([]));
    problem(server.get("/api/browse/colour").send().await.unwrap(), 404).await;
}
