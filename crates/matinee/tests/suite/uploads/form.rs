//! `POST /api/videos/upload`.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{film, kept, source, until, videos};
use crate::support::{TestServer, fields, problem};

const PATH: &str = "/api/videos/upload";

fn file(bytes: impl Into<reqwest::Body>, name: &str) -> Part {
    Part::stream(bytes)
        .file_name(name.to_owned())
        .mime_str("video/mp4")
        .unwrap()
}

async fn send(server: &TestServer, form: Form) -> reqwest::Response {
    let request = server.operator("POST", PATH).multipart(form);
    request.send().await.unwrap()
}

#[tokio::test]
async fn every_field_is_taken_wherever_it_stands() {
    let server = TestServer::start().await;
    let form = Form::new()
        .text("title", "My Awesome Video")
        .text("description", "Check out this awesome video!")
        .text("is_public", "false")
        .part("file", file(film(), "../../awesome video.mp4"))
        .text("uploader_id", "user_123")
        .text("category", "Entertainment")
        .text("tags", "funny,awesome, viral")
        .text("content_type", "episode")
        .text("show_title", "The Show")
        .text("season_number", "1")
        .text("episode_number", "2")
        .text("genre", "Action")
        .text("release_year", "2024")
        .text("rating", "PG-13")
        .text("no_such_field", "is ignored");
    let answer = send(&server, form).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let place = answer.headers()["location"].to_str().unwrap().to_owned();
    let video: Value = answer.json().await.unwrap();
    let id = video["id"].as_str().unwrap();
    assert_eq!(place, format!("/api/videos/{id}"));
    for (field, value) in [
        ("title", "My Awesome Video"),
        ("description", "Check out this awesome video!"),
        ("uploader_id", "user_123"),
        ("category", "Entertainment"),
        ("content_type", "episode"),
        ("show_title", "The Show"),
        ("genre", "Action"),
        ("rating", "PG-13"),
        ("filename", "awesome video.mp4"),
    ] {
        assert_eq!(video[field], value, "{field}");
    }
    assert_eq!(
        video["tags"],
        serde_json::json!(["funny", "awesome", "viral"])
    );
    assert_eq!(video["is_public"], false);
    assert_eq!(video["season_number"], 1);
    assert_eq!(video["episode_number"], 2);
    assert_eq!(video["release_year"], 2024);
    assert_eq!(video["file_size"], film().len());
    assert_eq!(source(&server, id), film());
    let playable = until(&server, id, |video| video["is_processed"] == true).await;
    assert_eq!(playable["format"], "MP4");
}

#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_stays() {
    let server = TestServer::with(&[("max_file_size", "2000000")]).await;
    let wrong = || {
        Form::new()
            .text("release_year", "long ago")
            .text("is_public", "perhaps")
    };
    let before = send(&server, wrong().part("file", file(film(), "a.mp4"))).await;
    assert_eq!(
        fields(&problem(before, 422).await),
        ["is_public", "release_year"]
    );
    let after = Form::new()
        .part("file", file(film(), "a.mp4"))
        .text("content_type", "novel");
    let after = send(&server, after).await;
    assert_eq!(fields(&problem(after, 422).await), ["content_type"]);
    let none = send(&server, Form::new().text("title", "No file")).await;
    assert_eq!(fields(&problem(none, 422).await), ["file"]);
    let empty = Form::new().part("file", file("", "empty.mp4"));
    assert_eq!(
        fields(&problem(send(&server, empty).await, 422).await),
        ["file"]
    );
    let long = Form::new()
        .text("description", "x".repeat(70_000))
        .part("file", file(film(), "a.mp4"));
    assert_eq!(
        fields(&problem(send(&server, long).await, 422).await),
        ["description"]
    );
    // A text by any name is a text, long before its end.
    let text = "This is no video. ".repeat(90_000);
    let text = Form::new().part("file", file(text, "film.mp4"));
    let refused = problem(send(&server, text).await, 415).await;
    assert!(refused["detail"].as_str().unwrap().contains("a text file"));
    let large = Form::new().part("file", file(super::large(2_000_001), "a.mp4"));
    problem(send(&server, large).await, 413).await;
    let json = server.operator("POST", PATH).json(&serde_json::json!({}));
    let json = json.send().await.unwrap();
    assert!(json.status().is_client_error());
    let nobody = server.http.post(server.url(PATH));
    let nobody = nobody.multipart(Form::new().part("file", file(film(), "a.mp4")));
    problem(nobody.send().await.unwrap(), 401).await;
    for _ in 0..100 {
        if kept(&server) == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!((videos(&server).await, kept(&server)), (0, 0));
}

#[tokio::test]
async fn a_connection_that_breaks_off_leaves_nothing() {
    let server = TestServer::start().await;
    let address = server.base.trim_start_matches("http://").to_owned();
    let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: multipart/form-data; boundary=cut\r\nContent-Length: 5000000\r\n\r\n\
         --cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp4\"\r\n\
         Content-Type: video/mp4\r\n\r\n",
        server.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&film()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    drop(stream);
    // Nothing is left in the store, not even among what is being written.
    let blobs = server.data.path().join("blobs");
    let bytes = || -> u64 {
        walk(&blobs)
            .into_iter()
            .filter_map(|path| path.metadata().ok())
            .map(|meta| meta.len())
            .sum()
    };
    for _ in 0..100 {
        if bytes() < 1000 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(bytes() < 1000, "{:?}", walk(&blobs));
    assert_eq!(videos(&server).await, 0);
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[tokio::test]
async fn a_client_that_waits_for_leave_is_refused_before_it_sends() {
    let server = TestServer::start().await;
    let address = server.base.trim_start_matches("http://").to_owned();
    let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: {address}\r\nExpect: 100-continue\r\n\
         Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 6000000000\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(String::from_utf8(answer).unwrap(), "HTTP/1.1 401");
}
