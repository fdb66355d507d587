//! Other databases, asked and taken over from.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::json;

use super::{ok, picture, sent};
use crate::support::{TestServer, problem};

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
