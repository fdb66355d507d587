//! `POST /api/videos/import-url`.

use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::{film, source, until, videos};
use crate::support::{TestServer, fields, problem};

const PATH: &str = "/api/videos/import-url";

/// A server that answers everything with these bytes.
async fn elsewhere(bytes: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let bytes = bytes.clone();
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    bytes.len()
                );
                let _ = stream.write_all(head.as_bytes()).await;
                let _ = stream.write_all(&bytes).await;
            });
        }
    });
    base
}

#[tokio::test]
async fn a_film_elsewhere_becomes_a_video() {
    let server = TestServer::with(&[("import_allow", "127.0.0.0/8")]).await;
    let base = elsewhere(film().to_vec()).await;
    let body = json!({
        "url": format!("{base}/films/Big%20Buck%20Bunny.mp4?x=1"),
        "tags": ["bunny", "a, b"], "release_year": 2008, "is_public": false,
    });
    let answer = server
        .operator("POST", PATH)
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    let video: Value = answer.json().await.unwrap();
    let id = video["id"].as_str().unwrap();
    assert_eq!(video["title"], "Big Buck Bunny");
    assert_eq!(video["processing_status"], "pending");
    assert_eq!(video["tags"], json!(["bunny", "a, b"]));
    let video = until(&server, id, |video| video["is_processed"] == true).await;
    assert_eq!(video["file_size"], film().len());
    assert_eq!(source(&server, id), film());
    let processing = server.json(&format!("/api/videos/{id}/processing")).await;
    assert_eq!(processing["steps"][0]["kind"], "import");
    assert_eq!(processing["steps"][0]["state"], "done");
}

#[tokio::test]
async fn no_video_and_no_private_address_is_taken() {
    let server = TestServer::with(&[("import_allow", "127.0.0.1/32")]).await;
    for url in [
        "http://127.0.0.2/film.mp4",
        "http://10.0.0.1/film.mp4",
        "http://[::1]/film.mp4",
        "http://169.254.169.254/latest/meta-data",
        "http://2130706434/",
        "file:///etc/passwd",
        "film.mp4",
        "",
    ] {
        let request = server.operator("POST", PATH).json(&json!({ "url": url }));
        let refused = problem(request.send().await.unwrap(), 422).await;
        assert_eq!(fields(&refused), ["url"], "{url}");
    }
    let nobody = server.http.post(server.url(PATH));
    let nobody = nobody.json(&json!({ "url": "http://example.com/a.mp4" }));
    problem(nobody.send().await.unwrap(), 401).await;
    assert_eq!(videos(&server).await, 0);

    let base = elsewhere(b"<html>This is a page.</html>".repeat(99)).await;
    let request = server.operator("POST", PATH).json(&json!({ "url": base }));
    let video: Value = request.send().await.unwrap().json().await.unwrap();
    let id = video["id"].as_str().unwrap();
    let failed = until(&server, id, |v| v["processing_status"] == "failed").await;
    let reason = failed["processing_error"].as_str().unwrap();
    assert!(reason.contains("a text file, not a video"), "{reason}");
}
