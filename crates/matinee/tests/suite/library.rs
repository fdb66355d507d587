//! `/api/videos`: reading, changing and removing.

use serde_json::{Value, json};

use crate::support::{TestServer, fields, problem};

#[tokio::test]
async fn a_video_has_the_documented_fields_and_can_be_changed() {
    let server = TestServer::start().await;
    let id = server
        .external(json!({ "title": "Sintel", "tags": ["dragon"], "release_year": 2010 }))
        .await;
    let video = server.json(&format!("/api/videos/{id}")).await;
    for field in [
        "id",
        "title",
        "description",
        "uploader_id",
        "filename",
        "file_path",
        "file_size",
        "duration",
        "format",
        "resolution",
        "bitrate",
        "thumbnail_url",
        "view_count",
        "like_count",
        "dislike_count",
        "category",
        "tags",
        "is_public",
        "is_processed",
        "processing_status",
        "upload_date",
        "created_at",
        "updated_at",
        "hls_url",
        "dash_url",
        "stream_url",
        "poster_url",
        "renditions",
    ] {
        assert!(video.get(field).is_some(), "{field} is missing");
    }
    assert_eq!(video["video_url"], "https://example.com/film.mp4");
    let change = json!({ "title": "Sintel (2010)", "release_year": null, "genre": "Fantasy" });
    let path = format!("/api/videos/{id}");
    let after = server
        .operator("PATCH", &path)
        .json(&change)
        .send()
        .await
        .unwrap();
    let after: Value = after.json().await.unwrap();
    assert_eq!(after["title"], "Sintel (2010)");
    assert_eq!(after["release_year"], Value::Null);
    assert_eq!(after["tags"], json!(["dragon"]));
    for (body, field) in [
        (json!({ "title": "" }), "title"),
        (json!({ "release_year": "soon" }), "release_year"),
        (json!({ "content_type": "novel" }), "content_type"),
    ] {
        let refused = server
            .operator("PATCH", &path)
            .json(&body)
            .send()
            .await
            .unwrap();
        let refused = problem(refused, 422).await;
        assert_eq!(fields(&refused), [field], "{refused}");
    }
    let gone = server.operator("DELETE", &path).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    problem(server.get(&path).send().await.unwrap(), 404).await;
    problem(
        server.get("/api/videos/nonsense").send().await.unwrap(),
        404,
    )
    .await;
    let broken = server
        .operator("PATCH", &path)
        .header("content-type", "application/json");
    problem(broken.body("{").send().await.unwrap(), 400).await;
}

#[tokio::test]
async fn lists_are_filtered_sorted_and_continued() {
    let server = TestServer::start().await;
    for n in 0..7 {
        let genre = if n % 2 == 0 { "Drama" } else { "Comedy" };
        server
            .external(json!({ "title": format!("Film {n}"), "genre": genre, "is_public": n != 6 }))
            .await;
    }
    let all = server.json("/api/videos?sort=title").await;
    assert_eq!(all.as_array().unwrap().len(), 7);
    let mut path = "/api/videos?genre=Drama&sort=-title&limit=2".to_owned();
    let mut titles = Vec::new();
    loop {
        let page = server.operator("GET", &path).send().await.unwrap();
        let next = page
            .headers()
            .get("link")
            .map(|l| l.to_str().unwrap().to_owned());
        let page: Value = page.json().await.unwrap();
        for video in page.as_array().unwrap() {
            titles.push(video["title"].as_str().unwrap().to_owned());
        }
        match next {
            Some(link) => path = link[1..].split('>').next().unwrap().to_owned(),
            None => break,
        }
    }
    assert_eq!(titles, ["Film 6", "Film 4", "Film 2", "Film 0"]);
    let public: Value = server
        .get("/api/videos?genre=Drama")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        public.as_array().unwrap().len(),
        3,
        "a private video is listed"
    );
    let counted = server
        .get("/api/videos?limit=1&count=true")
        .send()
        .await
        .unwrap();
    assert_eq!(counted.headers()["x-total-count"], "6");
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=many", "limit"),
        ("sort=colour", "sort"),
        ("status=asleep", "status"),
        ("cursor=zzz", "cursor"),
    ] {
        let refused = server
            .get(&format!("/api/videos?{query}"))
            .send()
            .await
            .unwrap();
        let refused = problem(refused, 422).await;
        assert_eq!(fields(&refused), [field], "{refused}");
    }
}

#[tokio::test]
async fn a_private_video_is_hidden() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "is_public": false })).await;
    problem(
        server
            .get(&format!("/api/videos/{id}"))
            .send()
            .await
            .unwrap(),
        404,
    )
    .await;
    server.json(&format!("/api/videos/{id}")).await;
}

#[tokio::test]
async fn addresses_elsewhere_are_judged() {
    let server = TestServer::start().await;
    for url in [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://user:pw@example.com/",
    ] {
        let body = json!({ "title": "x", "video_url": url });
        let refused = server
            .operator("POST", "/api/videos")
            .json(&body)
            .send()
            .await
            .unwrap();
        let refused = problem(refused, 422).await;
        assert_eq!(fields(&refused), ["video_url"]);
    }
}

#[tokio::test]
async fn a_restart_keeps_videos_and_sessions() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "Kept" })).await;
    let token = server.token.clone();
    let data = server.stop().await;
    let mut server = TestServer::on(data, &[]).await;
    assert!(server.setup_token.is_empty(), "made a second operator");
    server.token = token;
    let video = server.json(&format!("/api/videos/{id}")).await;
    assert_eq!(video["title"], "Kept");
    let change = server.operator("PATCH", &format!("/api/videos/{id}"));
    let change = change
        .json(&json!({ "title": "Still kept" }))
        .send()
        .await
        .unwrap();
    assert_eq!(change.status(), 200);
}
