//! Playing over HTTP, as players and browsers do it.

use std::process::Command;

use matinee_catalog::{Catalog, Image, ImageKind};
use matinee_engines::blobs::{Folder, FolderOptions, SharedBlobs};
use matinee_engines::db::{DatabaseUrl, Db};
use reqwest::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_TYPE, COOKIE, ETAG, HeaderName, IF_NONE_MATCH, IF_RANGE, RANGE, SET_COOKIE, VARY,
};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{self, TestServer};

#[path = "../../../playback/tests/support/film.rs"]
mod film;

use film::Film;
pub(crate) use film::frames;

/// Puts a film into the library of this server: the upload's own samples.
pub(crate) async fn add_film(server: &TestServer, seconds: u32, is_public: bool) -> Film {
    let (catalog, blobs) = library(server).await;
    Film::add(&catalog, &blobs, server.data.path(), seconds, is_public).await
}

/// The same in another database than that in the data folder.
pub(crate) async fn add_film_to(server: &TestServer, url: &DatabaseUrl, seconds: u32) -> Film {
    let data = server.data.path();
    let blobs = Folder::open(&data.join("blobs"), FolderOptions::default()).await;
    let catalog = Catalog::new(Db::open(url).await.unwrap());
    let blobs: SharedBlobs = std::sync::Arc::new(blobs.unwrap());
    Film::add(&catalog, &blobs, data, seconds, true).await
}

/// The same with a file for each rendition.
pub(crate) async fn add_cmaf_film(server: &TestServer, seconds: u32) -> Film {
    let (catalog, blobs) = library(server).await;
    Film::add_cmaf(&catalog, &blobs, server.data.path(), seconds).await
}

/// What lies under this server.
async fn library(server: &TestServer) -> (Catalog, SharedBlobs) {
    let data = server.data.path();
    let db = Db::open(&DatabaseUrl::Sqlite(data.join("matinee.db")))
        .await
        .unwrap();
    let blobs = Folder::open(&data.join("blobs"), FolderOptions::default()).await;
    (Catalog::new(db), std::sync::Arc::new(blobs.unwrap()))
}

pub(crate) fn header(response: &Response, name: HeaderName) -> &str {
    response
        .headers()
        .get(name)
        .map_or("", |v| v.to_str().unwrap())
}

/// A client that shows what is sent as it is sent.
fn plain_client() -> Client {
    Client::builder().no_gzip().build().unwrap()
}

async fn problem(request: RequestBuilder, status: StatusCode) -> Value {
    support::problem(request.send().await.unwrap(), status.as_u16()).await
}

pub(crate) async fn ffprobe(url: &str) -> String {
    let url = url.to_owned();
    let probe = tokio::task::spawn_blocking(move || {
        Command::new("ffprobe")
            .args([
                "-v",
                "error",
                "-show_entries",
                "format=duration:stream=codec_name,nb_read_frames",
            ])
            .args(["-count_frames", "-of", "default=nw=1", &url])
            .output()
            .unwrap()
    });
    let output = probe.await.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_player_plays_hls_dash_and_progressive() {
    let server = TestServer::start().await;
    let film = add_film(&server, 6, true).await;
    let video = server.json(&format!("/api/videos/{}", film.video.id)).await;
    for field in ["hls_url", "dash_url", "stream_url"] {
        let seen = ffprobe(video[field].as_str().unwrap()).await;
        assert!(seen.contains("codec_name=h264"), "{field}: {seen}");
        assert!(seen.contains("codec_name=aac"), "{field}: {seen}");
        assert!(seen.contains("nb_read_frames=150"), "{field}: {seen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_video_plays_with_its_token_only() {
    let server = TestServer::start().await;
    let film = add_film(&server, 4, false).await;
    let id = &film.video.id;
    let refused = server
        .get(&format!("/stream/{id}/token"))
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), StatusCode::NOT_FOUND);
    let grant = server.json(&format!("/stream/{id}/token")).await;
    for field in ["hls_url", "dash_url", "stream_url"] {
        let url = grant[field].as_str().unwrap();
        let seen = ffprobe(url).await;
        assert!(seen.contains("nb_read_frames=100"), "{field}: {seen}");
        let (bare, query) = url.split_once('?').unwrap();
        assert!(query.starts_with("token="));
        let refused = problem(server.get(bare), StatusCode::NOT_FOUND).await;
        assert!(refused["detail"].as_str().is_some());
        let forged = format!("{bare}?token={}", "A".repeat(71));
        problem(server.get(&forged), StatusCode::NOT_FOUND).await;
    }
    let left = grant["expires_in"].as_u64().unwrap();
    assert_eq!(left, 4 * 3600);
    // Somebody's token for one video opens no other.
    let other = add_film(&server, 1, false).await;
    let token = grant["token"].as_str().unwrap();
    let url = format!("/media/{}/master.m3u8?token={token}", other.video.id);
    problem(server.get(&url), StatusCode::NOT_FOUND).await;
}

#[tokio::test]
async fn media_bears_the_headers_that_players_and_caches_need() {
    let server = TestServer::start().await;
    let client = plain_client();
    let film = add_film(&server, 4, true).await;
    let id = &film.video.id;
    let at = format!("/media/{id}/{}", film.pictures.id);
    for (path, kind, caching) in [
        (
            format!("/media/{id}/master.m3u8"),
            "application/vnd.apple.mpegurl",
            "max-age=60",
        ),
        (
            format!("/media/{id}/manifest.mpd"),
            "application/dash+xml",
            "max-age=60",
        ),
        (
            format!("/media/{id}/manifest.json"),
            "application/json",
            "max-age=60",
        ),
        (
            format!("{at}/media.m3u8"),
            "application/vnd.apple.mpegurl",
            "max-age=60",
        ),
        (format!("{at}/init.mp4"), "video/mp4", "immutable"),
        (format!("{at}/0.m4s"), "video/mp4", "immutable"),
        (format!("{at}/rendition.mp4"), "video/mp4", "immutable"),
    ] {
        let response = client.get(server.url(&path)).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(header(&response, CONTENT_TYPE), kind, "{path}");
        assert!(header(&response, CACHE_CONTROL).contains(caching), "{path}");
        assert!(
            header(&response, CACHE_CONTROL).starts_with("public"),
            "{path}"
        );
        assert_eq!(
            header(&response, ACCESS_CONTROL_ALLOW_ORIGIN),
            "*",
            "{path}"
        );
        assert!(header(&response, ACCESS_CONTROL_EXPOSE_HEADERS).contains("Content-Range"));
        assert_eq!(header(&response, SET_COOKIE), "", "{path}");
        let etag = header(&response, ETAG).to_owned();
        let length: usize = header(&response, CONTENT_LENGTH).parse().unwrap();
        let body = response.bytes().await.unwrap();
        assert_eq!(body.len(), length, "{path}");

        let head = client.head(server.url(&path)).send().await.unwrap();
        assert_eq!(head.status(), StatusCode::OK, "{path}");
        assert_eq!(header(&head, CONTENT_LENGTH), length.to_string(), "{path}");
        assert_eq!(header(&head, ETAG), etag, "{path}");
        assert!(head.bytes().await.unwrap().is_empty());

        let known = client.get(server.url(&path)).header(IF_NONE_MATCH, &etag);
        let known = known.send().await.unwrap();
        assert_eq!(known.status(), StatusCode::NOT_MODIFIED, "{path}");
        assert_eq!(header(&known, ETAG), etag, "{path}");
        assert!(known.bytes().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn playlists_come_compressed_to_those_who_ask() {
    let server = TestServer::start().await;
    let client = plain_client();
    let film = add_film(&server, 40, true).await;
    let path = format!("/media/{}/{}/media.m3u8", film.video.id, film.pictures.id);
    let plain = client
        .get(server.url(&path))
        .header(ACCEPT_ENCODING, "identity");
    let plain = plain.send().await.unwrap();
    assert_eq!(header(&plain, CONTENT_ENCODING), "");
    assert_eq!(header(&plain, VARY), "Accept-Encoding");
    let plain_tag = header(&plain, ETAG).to_owned();
    let plain = plain.bytes().await.unwrap();
    let token = server
        .json(&format!("/stream/{}/token", film.video.id))
        .await;
    let token = token["token"].as_str().unwrap();
    for path in [path.clone(), format!("{path}?token={token}")] {
        let small = client
            .get(server.url(&path))
            .header(ACCEPT_ENCODING, "gzip");
        let small = small.send().await.unwrap();
        assert_eq!(header(&small, CONTENT_ENCODING), "gzip");
        assert_ne!(header(&small, ETAG), plain_tag);
        let small = small.bytes().await.unwrap();
        assert!(small.len() < plain.len(), "{}", small.len());
    }
}

#[rstest]
#[case("bytes=0-99", StatusCode::PARTIAL_CONTENT, 0, Some(100))]
#[case("bytes=1000-", StatusCode::PARTIAL_CONTENT, 1000, None)]
#[case("bytes=-10", StatusCode::PARTIAL_CONTENT, -10, None)]
#[case("bytes=99999999-", StatusCode::RANGE_NOT_SATISFIABLE, 0, None)]
#[case("bytes=9-0", StatusCode::OK, 0, None)]
#[tokio::test]
async fn ranges_of_a_stream(
    #[case] range: &str,
    #[case] status: StatusCode,
    #[case] from: isize,
    #[case] length: Option<usize>,
) {
    let server = TestServer::start().await;
    let film = add_film(&server, 2, true).await;
    let whole = std::fs::read(&film.source).unwrap();
    let path = format!("/api/videos/{}/stream", film.video.id);
    let response = server.get(&path).header(RANGE, range).send().await.unwrap();
    assert_eq!(response.status(), status);
    let said = header(&response, CONTENT_RANGE).to_owned();
    if status == StatusCode::RANGE_NOT_SATISFIABLE {
        assert_eq!(said, format!("bytes */{}", whole.len()));
        assert_eq!(header(&response, CONTENT_TYPE), "application/problem+json");
        return;
    }
    let start = if from < 0 {
        whole.len().saturating_sub(from.unsigned_abs())
    } else {
        from.unsigned_abs()
    };
    let end = length.map_or(whole.len(), |length| start + length);
    if status == StatusCode::PARTIAL_CONTENT {
        assert_eq!(said, format!("bytes {start}-{}/{}", end - 1, whole.len()));
    }
    assert_eq!(header(&response, CONTENT_LENGTH), (end - start).to_string());
    assert!(response.bytes().await.unwrap() == whole[start..end]);
}

#[tokio::test]
async fn a_stream_can_be_resumed_and_saved() {
    let server = TestServer::start().await;
    let film = add_film(&server, 2, true).await;
    let path = format!("/api/videos/{}/stream", film.video.id);
    let head = server.http.head(server.url(&path)).send().await.unwrap();
    assert_eq!(header(&head, ACCEPT_RANGES), "bytes");
    let size = film.source.metadata().unwrap().len().to_string();
    assert_eq!(header(&head, CONTENT_LENGTH), size);
    let etag = header(&head, ETAG).to_owned();
    for (guard, status) in [(&*etag, 206), ("\"other\"", 200)] {
        let request = server
            .get(&path)
            .header(RANGE, "bytes=100-")
            .header(IF_RANGE, guard);
        assert_eq!(request.send().await.unwrap().status(), status);
    }
    let saved = server
        .get(&format!("{path}?download=1"))
        .send()
        .await
        .unwrap();
    assert_eq!(
        header(&saved, CONTENT_DISPOSITION),
        "attachment; filename=\"film.mp4\""
    );
    let refused = server.get(&format!("{path}?quality=4320p"));
    let refused = problem(refused, StatusCode::UNPROCESSABLE_ENTITY).await;
    assert_eq!(refused["errors"][0]["field"], "quality");
    let refused = server.get(&format!("{path}?download=perhaps"));
    problem(refused, StatusCode::UNPROCESSABLE_ENTITY).await;
}

#[tokio::test]
async fn what_does_not_exist_is_a_problem() {
    let server = TestServer::start().await;
    let film = add_film(&server, 2, true).await;
    let id = &film.video.id;
    for path in [
        "/media/".to_owned(),
        "/media/x".to_owned(),
        format!("/media/{id}/nothing.m3u8"),
        format!("/media/{id}/rendition_x/0.m4s"),
        format!("/media/{id}/{}/99.m4s", film.pictures.id),
        format!("/media/{id}/{}/iframe-99.m4s", film.pictures.id),
        format!("/media/{id}/{}/iframe-0.m4s", film.sound.id),
        format!("/media/{id}/images/image_x.jpg"),
        format!("/media/{id}/storyboard.vtt"),
        format!("/media/{id}/subtitles/subtitle_x/full.vtt"),
        "/media/video_01h455vb4pex5vsknk084sn02q/master.m3u8".to_owned(),
        "/stream/video_01h455vb4pex5vsknk084sn02q/token".to_owned(),
        "/api/videos/video_01h455vb4pex5vsknk084sn02q/stream".to_owned(),
    ] {
        problem(server.get(&path), StatusCode::NOT_FOUND).await;
    }
    let posted = server
        .http
        .post(server.url(&format!("/media/{id}/master.m3u8")));
    problem(posted, StatusCode::METHOD_NOT_ALLOWED).await;
}

#[tokio::test]
async fn other_sites_may_ask_for_media() {
    let server = TestServer::start().await;
    let preflight = server
        .http
        .request(
            reqwest::Method::OPTIONS,
            server.url("/media/video_1/master.m3u8"),
        )
        .header("origin", "https://example.org")
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "range");
    let answer = preflight.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(header(&answer, ACCESS_CONTROL_ALLOW_ORIGIN), "*");
    let allowed = answer.headers()["access-control-allow-headers"]
        .to_str()
        .unwrap();
    assert!(allowed.contains("Range"));
}

async fn post_progress(server: &TestServer, id: &str, cookie: &str, body: Value) -> Response {
    let path = format!("/stream/{id}/progress");
    let request = server.http.post(server.url(&path)).json(&body);
    request.header(COOKIE, cookie).send().await.unwrap()
}

#[tokio::test]
async fn a_viewer_without_account_finds_their_place_again() {
    let server = TestServer::start().await;
    let film = add_film(&server, 10, true).await;
    let id = &film.video.id;
    let body = json!({ "current_time": 4.25, "total_duration": 10 });
    let answer = post_progress(&server, id, "", body).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let cookie = header(&answer, SET_COOKIE)
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    assert!(cookie.starts_with("matinee_viewer="));
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["video_id"], **id);
    assert_eq!(answer["percentage"], 42.5);
    assert_eq!(answer["completed"], false);

    // It survives a stop in order.
    let server = TestServer::on(server.stop().await, &[]).await;
    let path = format!("/stream/{id}/progress");
    let found: Value = server
        .get(&path)
        .header(COOKIE, &cookie)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(found["current_time"], 4.25);
    assert_eq!(found["total_duration"], 10.0);
    let begun = async || -> Value {
        let request = server.get("/continue-watching").header(COOKIE, &cookie);
        request.send().await.unwrap().json().await.unwrap()
    };
    let list = begun().await;
    assert_eq!(list[0]["movie"]["id"], **id);
    assert_eq!(list[0]["movie"]["title"], "A film");
    assert_eq!(list[0]["progress"]["current_time"], 4.25);

    // Somebody else has not begun it.
    let other: Value = server
        .get(&path)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(other["current_time"], 0.0);
    assert_eq!(other["total_duration"], 10.0);
    assert_eq!(other["last_watched_at"], Value::Null);

    // What is finished is not offered again.
    let done = post_progress(&server, id, &cookie, json!({ "current_time": 9.6 })).await;
    let done: Value = done.json().await.unwrap();
    assert_eq!(done["completed"], true);
    assert_eq!(begun().await, json!([]));

    for (body, field) in [
        (
            json!({ "current_time": -1, "total_duration": 10 }),
            "current_time",
        ),
        (
            json!({ "current_time": 1, "total_duration": 1e12 }),
            "total_duration",
        ),
        (json!({ "total_duration": 10 }), "body"),
    ] {
        let refused = post_progress(&server, id, &cookie, body).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let refused: Value = refused.json().await.unwrap();
        assert_eq!(refused["errors"][0]["field"], field);
    }
}

#[tokio::test]
async fn a_deleted_video_is_not_offered() {
    let server = TestServer::start().await;
    let film = add_film(&server, 10, true).await;
    let id = &film.video.id;
    let path = format!("/stream/{id}/progress");
    let body = json!({ "current_time": 5, "total_duration": 10 });
    let answer = server
        .operator("POST", &path)
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(
        server
            .json("/continue-watching")
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let gone = server.operator("DELETE", &format!("/api/videos/{id}"));
    assert!(gone.send().await.unwrap().status().is_success());
    assert_eq!(server.json("/continue-watching").await, json!([]));
    problem(
        server.get(&format!("/media/{id}/master.m3u8")),
        StatusCode::NOT_FOUND,
    )
    .await;
}

#[tokio::test]
async fn nginx_or_the_object_store_sends_whole_files_when_told_to() {
    let server = TestServer::with(&[("handoff", "x-accel")]).await;
    let film = add_film(&server, 2, true).await;
    let id = &film.video.id;
    let path = format!("/api/videos/{id}/stream");
    let answer = server.get(&path).send().await.unwrap();
    let accel = answer.headers()["x-accel-redirect"].to_str().unwrap();
    assert_eq!(accel, format!("/_blobs/videos/{id}/source/original"));
    assert_eq!(header(&answer, CONTENT_TYPE), "video/mp4");
    // Segments of the upload's own samples are still made here.
    let segment = format!("/media/{id}/{}/0.m4s", film.pictures.id);
    let answer = server.get(&segment).send().await.unwrap();
    assert!(!answer.headers().contains_key("x-accel-redirect"));
    assert!(!answer.bytes().await.unwrap().is_empty());
}

#[tokio::test]
async fn it_is_counted_where_segments_come_from() {
    let server = TestServer::start().await;
    let film = add_film(&server, 2, true).await;
    let path = format!("/media/{}/{}/0.m4s", film.video.id, film.pictures.id);
    for _ in 0..3 {
        server
            .get(&path)
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
    }
    let metrics = server.get("/metrics").send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    // Other tests of this process count along.
    for source in ["hot", "disk"] {
        let name = format!("matinee_segment_bytes_total{{source=\"{source}\"}} ");
        let line = metrics.lines().find_map(|line| line.strip_prefix(&name));
        assert!(line.is_some_and(|n| n != "0"), "{metrics}");
    }
}

#[tokio::test]
async fn pictures_of_a_private_video_are_shown_to_whoever_may_watch_it() {
    let server = TestServer::start().await;
    let film = add_film(&server, 2, false).await;
    let (catalog, blobs) = library(&server).await;
    let id = &film.video.id;
    let poster = Image {
        id: "image_1".into(),
        video_id: id.clone(),
        kind: ImageKind::Poster,
        key: format!("videos/{id}/images/poster.jpg"),
        width: 320,
        height: 180,
        at_ms: 0,
        columns: None,
        rows: None,
        tiles: None,
        interval_ms: None,
        created_at: 0,
    };
    let key = poster.key.parse().unwrap();
    blobs.put(&key, "a picture".into()).await.unwrap();
    catalog
        .replace_images(id, &[ImageKind::Poster], vec![poster])
        .await
        .unwrap();

    let path = format!("/media/{id}/images/image_1.jpg");
    problem(server.get(&path), StatusCode::NOT_FOUND).await;
    let seen = server.operator("GET", &path).send().await.unwrap();
    assert_eq!(seen.status(), StatusCode::OK);
    assert_eq!(header(&seen, CONTENT_TYPE), "image/jpeg");
    assert!(header(&seen, CACHE_CONTROL).starts_with("private"));
    assert_eq!(seen.text().await.unwrap(), "a picture");
    let grant = server.json(&format!("/stream/{id}/token")).await;
    let token = grant["token"].as_str().unwrap();
    let seen = server.get(&format!("{path}?token={token}"));
    assert_eq!(seen.send().await.unwrap().status(), StatusCode::OK);
    // The film itself needs its token, whoever asks.
    let film = server.operator("GET", &format!("/media/{id}/master.m3u8"));
    problem(film, StatusCode::NOT_FOUND).await;
}
