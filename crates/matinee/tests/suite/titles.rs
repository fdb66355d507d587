//! Shows, people, collections, artwork, revisions, tables and lookups, as
//! clients see them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use axum::routing::get;
use reqwest::Response;
use serde_json::{Value, json};

use crate::support::{TestServer, fields, problem};

async fn sent(server: &TestServer, method: &str, path: &str, body: Value) -> Response {
    server
        .operator(method, path)
        .json(&body)
        .send()
        .await
        .unwrap()
}

async fn ok(server: &TestServer, method: &str, path: &str, body: Value) -> Value {
    let response = sent(server, method, path, body).await;
    let status = response.status();
    let text = response.text().await.unwrap();
    assert!(status.is_success(), "{method} {path}: {status} {text}");
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

/// A picture of one colour, by ffmpeg.
fn picture(size: &str, format: &str) -> Vec<u8> {
    let made = std::process::Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i"])
        .arg(format!("testsrc2=s={size}"))
        .args(["-frames:v", "1", "-c:v", format, "-f", "image2pipe", "-"])
        .output()
        .unwrap();
    assert!(made.status.success());
    made.stdout
}

#[tokio::test]
async fn shows_have_seasons_of_episodes_and_hidden_ones_stay_hidden() {
    let server = TestServer::start().await;
    for (season, episode) in [(2, 1), (1, 2), (1, 1), (0, 1)] {
        server
            .external(json!({
                "title": format!("Part {episode}"), "show_title": "The Wire",
                "content_type": "episode", "season_number": season, "episode_number": episode,
            }))
            .await;
    }
    server
        .external(json!({ "title": "Secret", "show_title": "Hidden", "is_public": false }))
        .await;
    let shows: Value = server
        .get("/api/shows")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(shows.as_array().unwrap().len(), 1, "{shows}");
    assert_eq!(shows[0]["season_count"], 3);
    assert_eq!(server.json("/api/shows").await.as_array().unwrap().len(), 2);
    let id = shows[0]["id"].as_str().unwrap();
    let show = server.json(&format!("/api/shows/{id}")).await;
    let order: Vec<_> = show["seasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|season| {
            let episodes = season["episodes"].as_array().unwrap();
            let numbers: Vec<i64> = episodes
                .iter()
                .map(|e| e["episode_number"].as_i64().unwrap())
                .collect();
            (season["number"].as_i64().unwrap(), numbers)
        })
        .collect();
    assert_eq!(order, [(1, vec![1, 2]), (2, vec![1]), (0, vec![1])]);

    let path = format!("/api/shows/{id}");
    let patch = json!({ "overview": "Baltimore", "genres": ["Crime"], "seasons": [{ "number": 1, "title": "The Towers" }] });
    let after = ok(&server, "PATCH", &path, patch).await;
    assert_eq!(after["seasons"][0]["title"], "The Towers");
    let refused = sent(&server, "PATCH", &path, json!({ "status": "lost" })).await;
    assert_eq!(fields(&problem(refused, 422).await), ["status"]);
    let anybody = server
        .http
        .patch(server.url(&path))
        .json(&json!({ "title": "x" }));
    problem(anybody.send().await.unwrap(), 401).await;

    let hidden = server.json("/api/shows?q=hidden").await;
    let hidden = hidden[0]["id"].as_str().unwrap();
    for path in [
        format!("/api/shows/{hidden}"),
        format!("/api/shows/{hidden}/artwork"),
    ] {
        problem(server.get(&path).send().await.unwrap(), 404).await;
    }
    let credits = json!([{ "name": "Dominic West", "character": "McNulty" }, { "name": "David Simon", "role": "creator" }]);
    let credits = ok(&server, "PUT", &format!("{path}/credits"), credits).await;
    let person = credits[0]["person_id"].as_str().unwrap();
    let person: Value = server
        .get(&format!("/api/people/{person}"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(person["filmography"][0]["show"]["id"], id);
    let gone = server.operator("DELETE", &path).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    assert_eq!(
        server
            .json("/api/videos?q=part")
            .await
            .as_array()
            .unwrap()
            .len(),
        4
    );
}

#[tokio::test]
async fn edits_are_versioned_and_can_be_undone() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "Metropolis" })).await;
    let path = format!("/api/videos/{id}");
    let first = server.get(&path).send().await.unwrap();
    let etag = first.headers()["etag"].to_str().unwrap().to_owned();
    let edit = |title: &str| {
        server
            .operator("PATCH", &path)
            .header("if-match", &etag)
            .json(&json!({ "title": title }))
    };
    let done = edit("Metropolis (1927)").send().await.unwrap();
    assert_eq!(done.status(), 200);
    assert_ne!(done.headers()["etag"], etag.as_str());
    problem(edit("Lost").send().await.unwrap(), 412).await;
    ok(
        &server,
        "PUT",
        &format!("{path}/credits"),
        json!([{ "name": "Fritz Lang", "role": "director" }]),
    )
    .await;
    let history = server.json(&format!("{path}/revisions")).await;
    let told: Vec<i64> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["number"].as_i64().unwrap())
        .collect();
    assert_eq!(told, [3, 2, 1]);
    assert_eq!(history[1]["changes"][0]["before"], "Metropolis");
    problem(
        server
            .get(&format!("{path}/revisions"))
            .send()
            .await
            .unwrap(),
        401,
    )
    .await;
    let back = ok(
        &server,
        "POST",
        &format!("{path}/revisions/1/restore"),
        json!({}),
    )
    .await;
    assert_eq!(back["title"], "Metropolis");
    assert_eq!(server.json(&format!("{path}/credits")).await, json!([]));
    let wrong = sent(
        &server,
        "POST",
        &format!("{path}/revisions/77/restore"),
        json!({}),
    )
    .await;
    problem(wrong, 404).await;

    let other = server.external(json!({ "title": "Nosferatu" })).await;
    let bulk = json!({ "ids": [id, other], "patch": { "studio": "UFA" }, "add_tags": ["silent"] });
    let after = ok(&server, "PATCH", "/api/videos", bulk).await;
    for video in after["videos"].as_array().unwrap() {
        assert_eq!(
            (&video["studio"], &video["tags"]),
            (&json!("UFA"), &json!(["silent"]))
        );
    }
    let wrong =
        json!({ "ids": [other, "video_01h455vb4pex5vsknk084sn02q"], "patch": { "title": "x" } });
    let refused = sent(&server, "PATCH", "/api/videos", wrong).await;
    assert_eq!(fields(&problem(refused, 422).await), ["ids[1]"]);
    assert_eq!(
        server.json(&format!("/api/videos/{other}")).await["title"],
        "Nosferatu"
    );
}

#[tokio::test]
async fn collections_extras_and_words() {
    let server = TestServer::start().await;
    let a = server
        .external(json!({ "title": "A", "genres": ["Drama", "Noir"], "category": "Films" }))
        .await;
    let b = server
        .external(json!({ "title": "B", "genre": "drama", "is_public": false }))
        .await;
    let trailer = server
        .external(json!({ "title": "A: trailer", "extra_of": a, "extra_kind": "trailer" }))
        .await;
    let listed = server.json("/api/videos").await;
    assert_eq!(listed.as_array().unwrap().len(), 2, "extras stand apart");
    let extras = server.json(&format!("/api/videos/{a}/extras")).await;
    assert_eq!(extras[0]["id"], trailer.as_str());
    let genres: Value = server
        .get("/api/genres")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        genres,
        json!([{ "name": "Drama", "count": 1 }, { "name": "Noir", "count": 1 }])
    );
    assert_eq!(server.json("/api/genres").await[0]["count"], 2);
    assert_eq!(server.json("/api/categories").await[0]["name"], "Films");

    let made = ok(
        &server,
        "POST",
        "/api/collections",
        json!({ "title": "Best", "items": [b, a] }),
    )
    .await;
    let path = format!("/api/collections/{}", made["id"].as_str().unwrap());
    let seen: Value = server
        .get(&path)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        seen["items"].as_array().unwrap().len(),
        1,
        "the private one is left out"
    );
    let after = ok(&server, "PUT", &format!("{path}/items"), json!([b])).await;
    assert_eq!(after["items"][0]["video"]["id"], b.as_str());
    problem(server.get(&path).send().await.unwrap(), 404).await;
    let refused = sent(&server, "PUT", &format!("{path}/items"), json!(["nothing"])).await;
    assert_eq!(fields(&problem(refused, 422).await), ["items[0]"]);
}

#[tokio::test]
async fn artwork_is_judged_sized_and_guarded() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "Sintel" })).await;
    let path = format!("/api/videos/{id}/artwork");
    let send = |kind: &str, bytes: Vec<u8>| {
        server
            .operator("POST", &format!("{path}?kind={kind}"))
            .header("content-type", "image/png")
            .body(bytes)
            .send()
    };
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    let refused = problem(send("poster", svg).await.unwrap(), 422).await;
    assert!(
        refused["detail"].as_str().unwrap().contains("SVG"),
        "{refused}"
    );
    let refused = send("wallpaper", picture("64x96", "png")).await.unwrap();
    assert_eq!(fields(&problem(refused, 422).await), ["kind"]);
    let huge = send("poster", vec![0; 21 << 20]).await.unwrap();
    assert_eq!(huge.status(), 413);

    let made = send("poster", picture("400x600", "png")).await.unwrap();
    assert_eq!(made.status(), 201);
    let made: Value = made.json().await.unwrap();
    assert_eq!(
        (&made["width"], &made["is_primary"]),
        (&json!(400), &json!(true))
    );
    let art = made["id"].as_str().unwrap();
    for (name, kind, magic) in [
        ("160.webp", "image/webp", b"WEBP".as_slice()),
        ("160.avif", "image/avif", b"ftypavif"),
        ("160.jpg", "image/jpeg", b"\xff\xd8\xff"),
        ("1280.jpg", "image/jpeg", b"\xff\xd8\xff"),
    ] {
        let got = server
            .get(&format!("/artwork/{art}/{name}"))
            .send()
            .await
            .unwrap();
        assert_eq!(got.status(), 200, "{name}");
        assert_eq!(got.headers()["content-type"], kind);
        let caching = got.headers()["cache-control"].to_str().unwrap().to_owned();
        assert!(
            caching.contains("immutable") && caching.contains("public"),
            "{caching}"
        );
        let etag = got.headers()["etag"].clone();
        let bytes = got.bytes().await.unwrap();
        assert!(
            bytes.windows(magic.len()).any(|part| part == magic),
            "{name}"
        );
        let again = server
            .get(&format!("/artwork/{art}/{name}"))
            .header("if-none-match", etag);
        assert_eq!(again.send().await.unwrap().status(), 304);
    }
    for wrong in ["161.webp", "160.gif", "160", "x.webp", "160.svg"] {
        problem(
            server
                .get(&format!("/artwork/{art}/{wrong}"))
                .send()
                .await
                .unwrap(),
            404,
        )
        .await;
    }
    let video = server.json(&format!("/api/videos/{id}")).await;
    assert!(video["poster_url"].as_str().unwrap().contains(art));

    // What may not be seen may not be looked at.
    ok(
        &server,
        "PATCH",
        &format!("/api/videos/{id}"),
        json!({ "is_public": false }),
    )
    .await;
    problem(
        server
            .get(&format!("/artwork/{art}/160.webp"))
            .send()
            .await
            .unwrap(),
        404,
    )
    .await;
    let own = server
        .operator("GET", &format!("/artwork/{art}/160.webp"))
        .send()
        .await
        .unwrap();
    assert!(
        own.headers()["cache-control"]
            .to_str()
            .unwrap()
            .starts_with("private")
    );

    let second = send("poster", picture("200x300", "mjpeg")).await.unwrap();
    let second: Value = second.json().await.unwrap();
    assert_eq!(second["is_primary"], true);
    ok(
        &server,
        "PATCH",
        &format!("/api/artwork/{art}"),
        json!({ "is_primary": true }),
    )
    .await;
    let gone = server
        .operator("DELETE", &format!("/api/artwork/{art}"))
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), 204);
    let left = server.json(&path).await;
    assert_eq!(left[0]["id"], second["id"]);
    assert_eq!(left[0]["is_primary"], true);
}

#[tokio::test]
async fn tables_are_tried_then_imported_and_broken_rows_are_told() {
    let server = TestServer::start().await;
    let id = server
        .external(json!({ "title": "Sintel", "release_year": 2010 }))
        .await;
    let table = format!(
        "id,title,year,genres,cast,video_url,colour\n\
         {id},Sintel,2010,Fantasy|Short,Halina Reijn as Sintel,,red\n\
         ,New one,2020,Drama,,https://example.com/new.mp4,\n\
         ,Nobody knows,1950,,,,\n\
         {id},Sintel,soon,,,,\n\
         \"broken,1\n\
         ,Another,2021,,,https://example.com/other.mp4,\n"
    );
    let send = async |dry: bool| -> Value {
        let sent = server
            .operator("POST", &format!("/api/metadata/import?dry_run={dry}"))
            .header("content-type", "text/csv; charset=utf-8")
            .body(table.clone());
        let response = sent.send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    };
    let tried = send(true).await;
    assert_eq!(
        (&tried["created"], &tried["updated"], &tried["failed"]),
        (&json!(2), &json!(1), &json!(3)),
        "{tried}"
    );
    assert_eq!(tried["ignored_columns"], json!(["colour"]));
    assert_eq!(
        server.json("/api/videos").await.as_array().unwrap().len(),
        1,
        "nothing was done"
    );
    let done = send(false).await;
    assert_eq!(done["failed"], 3);
    assert_eq!(done["report"][3]["errors"][0]["field"], "release_year");
    assert_eq!(
        server.json("/api/videos").await.as_array().unwrap().len(),
        3
    );
    let video = server.json(&format!("/api/videos/{id}")).await;
    assert_eq!(video["genres"], json!(["Fantasy", "Short"]));
    let again = send(false).await;
    assert_eq!(
        (&again["created"], &again["unchanged"]),
        (&json!(0), &json!(3)),
        "{again}"
    );
    let json_table = json!([{ "id": id, "tagline": "Find him" }, 5, { "title": "x".repeat(300) }]);
    let response = server
        .operator("POST", "/api/metadata/import")
        .json(&json_table)
        .send()
        .await
        .unwrap();
    let report: Value = response.json().await.unwrap();
    assert_eq!(
        (&report["updated"], &report["failed"]),
        (&json!(1), &json!(2)),
        "{report}"
    );
    let wrong = server
        .operator("POST", "/api/metadata/import")
        .body("x")
        .send()
        .await
        .unwrap();
    problem(wrong, 415).await;
    let anybody = server
        .http
        .post(server.url("/api/metadata/import"))
        .body("id\n");
    problem(anybody.send().await.unwrap(), 401).await;
}

/// A small server that speaks as The Movie Database does.
async fn movie_database() -> (String, Arc<AtomicUsize>) {
    type Query0 = Query<std::collections::HashMap<String, String>>;
    let asked = Arc::new(AtomicUsize::new(0));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let home = base.clone();
    let router = Router::new()
        .route(
            "/3/search/movie",
            get(|State(asked): State<Arc<AtomicUsize>>, Query(query): Query0| async move {
                asked.fetch_add(1, Ordering::Relaxed);
                if query.get("api_key").map(String::as_str) != Some("key") {
                    return (axum::http::StatusCode::UNAUTHORIZED, "{}").into_response();
                }
                axum::Json(json!({ "results": [
                    { "id": 2, "title": "Sintel: Making of", "release_date": "2011-01-01", "popularity": 9.0 },
                    { "id": 1, "title": "Sintel", "original_title": "Sintel", "release_date": "2010-09-27",
                      "overview": "A girl", "poster_path": "/poster.png", "popularity": 5.0 },
                    { "id": 3, "title": null },
                ]}))
                .into_response()
            }),
        )
        .route(
            "/3/movie/{id}",
            get(|Path(id): Path<u64>| async move {
                axum::Json(json!({
                    "id": id, "imdb_id": "tt1727587", "title": "Sintel", "tagline": "Find him",
                    "overview": "A girl searches a dragon", "release_date": "2010-09-27",
                    "genres": [{ "name": "Fantasy" }], "production_companies": [{ "name": "Blender" }],
                    "spoken_languages": [{ "iso_639_1": "en" }],
                    "credits": { "cast": [{ "id": 7, "name": "Halina Reijn", "character": "Sintel" }],
                                 "crew": [{ "id": 8, "name": "Colin Levy", "job": "Director" }] },
                    "poster_path": "/poster.png", "backdrop_path": "/../../evil.png",
                    "images": { "logos": [{ "file_path": "/gone.png" }] },
                }))
            }),
        )
        .route(
            "/3/configuration",
            get(move || async move { axum::Json(json!({ "images": { "secure_base_url": format!("{home}/t/p/") } })) }),
        )
        .route("/t/p/original/poster.png", get(|| async { picture("300x450", "png") }))
        .with_state(asked.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (format!("{base}/3"), asked)
}

#[tokio::test]
async fn titles_are_looked_up_and_taken_over_once_confirmed() {
    let (url, asked) = movie_database().await;
    let settings = [
        ("tmdb_url", url.as_str()),
        ("tmdb_key", "key"),
        ("import_allow", "127.0.0.0/8"),
    ];
    let server = TestServer::with(&settings).await;
    let id = server
        .external(json!({ "title": "Sintel.2010.1080p.x264" }))
        .await;
    let found = server
        .json(&format!("/api/metadata/candidates?video_id={id}"))
        .await;
    assert_eq!(
        (&found["query"], &found["year"]),
        (&json!("Sintel"), &json!(2010))
    );
    assert_eq!(found["candidates"][0]["external_id"], "1");
    assert!(found["candidates"][0]["score"].as_f64().unwrap() > 0.9);
    let before = server.json(&format!("/api/videos/{id}")).await;
    assert_eq!(
        before["title"], "Sintel.2010.1080p.x264",
        "nothing happens by itself"
    );

    let done = ok(
        &server,
        "POST",
        "/api/metadata/confirm",
        json!({ "video_id": id, "external_id": "1" }),
    )
    .await;
    let video = &done["video"];
    assert_eq!(video["title"], "Sintel");
    assert_eq!(
        (&video["release_year"], &video["studio"]),
        (&json!(2010), &json!("Blender"))
    );
    assert_eq!(
        video["external_ids"],
        json!({ "tmdb": "1", "imdb": "tt1727587" })
    );
    assert!(video["poster_url"].as_str().unwrap().contains("/artwork/"));
    assert_eq!(
        done["warnings"].as_array().unwrap().len(),
        1,
        "the logo is gone: {done}"
    );
    let credits = server.json(&format!("/api/videos/{id}/credits")).await;
    assert_eq!(credits[0]["name"], "Colin Levy");
    let history = server.json(&format!("/api/videos/{id}/revisions")).await;
    assert_eq!(history[0]["via"], "tmdb");
    assert!(asked.load(Ordering::Relaxed) > 0);
    let path = format!("/api/metadata/candidates?video_id={id}");
    problem(server.get(&path).send().await.unwrap(), 401).await;
    let unknown = json!({ "video_id": id, "external_id": "../../etc" });
    problem(
        sent(&server, "POST", "/api/metadata/confirm", unknown).await,
        404,
    )
    .await;
}

#[tokio::test]
async fn a_database_in_the_private_network_is_not_reached_unless_allowed() {
    let (url, asked) = movie_database().await;
    let server = TestServer::with(&[("tmdb_url", &url), ("tmdb_key", "key")]).await;
    let id = server.external(json!({ "title": "Sintel" })).await;
    let path = format!("/api/metadata/candidates?video_id={id}");
    problem(server.operator("GET", &path).send().await.unwrap(), 502).await;
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    let without = TestServer::start().await;
    let id = without.external(json!({ "title": "Sintel" })).await;
    let path = format!("/api/metadata/candidates?video_id={id}");
    problem(without.operator("GET", &path).send().await.unwrap(), 409).await;
}
