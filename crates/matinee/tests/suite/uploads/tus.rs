//! `/api/uploads`: tus 1.0.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use reqwest::{RequestBuilder, Response, StatusCode};
use sha1::Digest as _;
use tokio::io::AsyncWriteExt as _;

use super::{film, kept, large, restarted, source, until, videos};
use crate::support::{TestServer, problem};

fn tus(server: &TestServer, method: &str, path: &str) -> RequestBuilder {
    server
        .operator(method, path)
        .header("Tus-Resumable", "1.0.0")
}

fn patch(server: &TestServer, place: &str, offset: usize, bytes: &Bytes) -> RequestBuilder {
    tus(server, "PATCH", place)
        .header("Content-Type", "application/offset+octet-stream")
        .header("Upload-Offset", offset)
        .body(bytes.clone())
}

async fn create(server: &TestServer, length: usize, metadata: &str) -> String {
    let answer = tus(server, "POST", "/api/uploads")
        .header("Upload-Length", length)
        .header("Upload-Metadata", metadata)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert!(header(&answer, "upload-expires").ends_with(" GMT"));
    header(&answer, "location")
}

fn header(response: &Response, name: &str) -> String {
    response.headers()[name].to_str().unwrap().to_owned()
}

async fn offset(server: &TestServer, place: &str) -> usize {
    let head = tus(server, "HEAD", place).send().await.unwrap();
    assert_eq!(head.status(), StatusCode::OK);
    header(&head, "upload-offset").parse().unwrap()
}

#[tokio::test]
async fn the_server_says_what_it_can_do() {
    let server = TestServer::start().await;
    let options = server
        .http
        .request("OPTIONS".parse().unwrap(), server.url("/api/uploads"));
    let options = options.send().await.unwrap();
    assert_eq!(options.status(), StatusCode::NO_CONTENT);
    assert_eq!(header(&options, "tus-version"), "1.0.0");
    assert_eq!(header(&options, "tus-max-size"), "5368709120");
    assert_eq!(
        header(&options, "tus-checksum-algorithm"),
        "sha1,md5,sha256"
    );
    let extensions = header(&options, "tus-extension");
    for extension in [
        "creation",
        "creation-with-upload",
        "creation-defer-length",
        "termination",
        "checksum",
        "expiration",
    ] {
        assert!(extensions.split(',').any(|e| e == extension), "{extension}");
    }
    let old = server.operator("POST", "/api/uploads");
    let old = old.header("Tus-Resumable", "0.2.2").send().await.unwrap();
    assert_eq!(header(&old, "tus-version"), "1.0.0");
    problem(old, 412).await;
}

#[tokio::test]
async fn an_upload_goes_on_after_a_restart() {
    let server = TestServer::start().await;
    let bytes = film();
    let half = bytes.len() / 2;
    let metadata = format!(
        "filename {},title {},is_public {}",
        STANDARD.encode("film.mp4"),
        STANDARD.encode("Käse"),
        STANDARD.encode("false")
    );
    let place = create(&server, bytes.len(), &metadata).await;
    assert!(place.starts_with("/api/uploads/upload_"), "{place}");
    let first = patch(&server, &place, 0, &bytes.slice(..half));
    let first = first.send().await.unwrap();
    assert_eq!(first.status(), StatusCode::NO_CONTENT);
    assert_eq!(header(&first, "upload-offset"), half.to_string());
    assert_eq!(header(&first, "tus-resumable"), "1.0.0");

    let server = restarted(server, &[]).await;
    let head = tus(&server, "HEAD", &place).send().await.unwrap();
    assert_eq!(header(&head, "upload-offset"), half.to_string());
    assert_eq!(header(&head, "upload-length"), bytes.len().to_string());
    assert_eq!(header(&head, "upload-metadata"), metadata);
    assert_eq!(header(&head, "cache-control"), "no-store");
    assert!(head.headers().get("matinee-video-id").is_none());
    let wrong = patch(&server, &place, 1, &bytes.slice(1..));
    problem(wrong.send().await.unwrap(), 409).await;
    let last = patch(&server, &place, half, &bytes.slice(half..));
    let last = last.send().await.unwrap();
    let id = header(&last, "matinee-video-id");
    let head = tus(&server, "HEAD", &place).send().await.unwrap();
    assert_eq!(header(&head, "matinee-video-id"), id);
    assert_eq!(source(&server, &id), bytes);
    let video = until(&server, &id, |video| video["is_processed"] == true).await;
    assert_eq!(video["title"], "Käse");
    assert_eq!(video["filename"], "film.mp4");
    assert_eq!(video["is_public"], false);
}

#[tokio::test]
async fn bytes_may_come_with_the_creation_and_the_length_later() {
    let server = TestServer::start().await;
    let bytes = film();
    let with = tus(&server, "POST", "/api/uploads/")
        .header("Upload-Length", bytes.len())
        .header("Content-Type", "application/offset+octet-stream")
        .body(bytes.clone());
    let with = with.send().await.unwrap();
    assert_eq!(with.status(), StatusCode::CREATED);
    assert_eq!(header(&with, "upload-offset"), bytes.len().to_string());
    assert_eq!(source(&server, &header(&with, "matinee-video-id")), bytes);

    let deferred = tus(&server, "POST", "/api/uploads").header("Upload-Defer-Length", "1");
    let place = header(&deferred.send().await.unwrap(), "location");
    let head = tus(&server, "HEAD", &place).send().await.unwrap();
    assert_eq!(header(&head, "upload-defer-length"), "1");
    patch(&server, &place, 0, &bytes.slice(..5000))
        .send()
        .await
        .unwrap();
    let rest =
        patch(&server, &place, 5000, &bytes.slice(5000..)).header("Upload-Length", bytes.len());
    let rest = rest.send().await.unwrap();
    assert_eq!(source(&server, &header(&rest, "matinee-video-id")), bytes);
    for headers in [
        vec![],
        vec![("Upload-Length", "-1")],
        vec![("Upload-Length", "10"), ("Upload-Defer-Length", "1")],
        vec![("Upload-Defer-Length", "2")],
    ] {
        let mut request = tus(&server, "POST", "/api/uploads");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        problem(request.send().await.unwrap(), 400).await;
    }
}

#[tokio::test]
async fn checksums_are_checked_and_methods_can_be_overridden() {
    let server = TestServer::start().await;
    let bytes = film();
    let place = create(&server, bytes.len(), "filename YQ==").await;
    let sum = STANDARD.encode(sha1::Sha1::digest(&bytes));
    let damaged: Bytes = [&bytes[..99], b"?", &bytes[100..]].concat().into();
    let wrong =
        patch(&server, &place, 0, &damaged).header("Upload-Checksum", format!("sha1 {sum}"));
    problem(wrong.send().await.unwrap(), 460).await;
    assert_eq!(offset(&server, &place).await, 0);
    let unknown = patch(&server, &place, 0, &bytes).header("Upload-Checksum", "crc7 AAAA");
    problem(unknown.send().await.unwrap(), 400).await;
    let plain = tus(&server, "PATCH", &place)
        .header("Upload-Offset", 0)
        .body("x");
    problem(plain.send().await.unwrap(), 415).await;
    let right = tus(&server, "POST", &place)
        .header("X-HTTP-Method-Override", "PATCH")
        .header("Content-Type", "application/offset+octet-stream")
        .header("Upload-Offset", 0)
        .header("Upload-Checksum", format!("sha1 {sum}"))
        .body(bytes.clone());
    let right = right.send().await.unwrap();
    assert_eq!(right.status(), StatusCode::NO_CONTENT);
    assert_eq!(source(&server, &header(&right, "matinee-video-id")), bytes);
}

#[tokio::test]
async fn what_is_given_up_or_no_video_is_gone() {
    let server = TestServer::start().await;
    let place = create(&server, 50_000, "filename YQ==").await;
    patch(&server, &place, 0, &film().slice(..10_000))
        .send()
        .await
        .unwrap();
    let gone = tus(&server, "DELETE", &place).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    let head = tus(&server, "HEAD", &place).send().await.unwrap();
    assert_eq!(head.status(), StatusCode::GONE);
    let place = create(&server, 50_000, "filename YQ==").await;
    let text = Bytes::from("no video\n".repeat(5000));
    let refused = patch(&server, &place, 0, &text).send().await.unwrap();
    problem(refused, 415).await;
    let long = create(&server, 9000, "filename YQ==").await;
    let long = patch(&server, &long, 0, &film().slice(..9001));
    problem(long.send().await.unwrap(), 413).await;
    let nobody = server.http.post(server.url("/api/uploads"));
    let nobody = nobody
        .header("Tus-Resumable", "1.0.0")
        .header("Upload-Length", 5);
    problem(nobody.send().await.unwrap(), 401).await;
    let missing = tus(
        &server,
        "HEAD",
        "/api/uploads/upload_01h455vb4pex5vsknk084sn02q",
    );
    assert_eq!(
        missing.send().await.unwrap().status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!((videos(&server).await, kept(&server)), (0, 0));
}

/// A request of the operator's that sends some bytes of a body and then stays.
async fn hanging(
    server: &TestServer,
    place: &str,
    length: usize,
    bytes: &[u8],
) -> tokio::net::TcpStream {
    let address = server.base.trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "PATCH {place} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\
         Tus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\n\
         Upload-Offset: 0\r\nContent-Length: {length}\r\n\r\n",
        server.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

#[tokio::test]
async fn a_new_request_interrupts_a_stale_one() {
    let server = TestServer::start().await;
    let bytes = large(4 << 20);
    let place = create(&server, bytes.len(), "filename YQ==").await;
    let stale = hanging(&server, &place, bytes.len(), &bytes[..1 << 20]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let from = offset(&server, &place).await;
    let rest = patch(&server, &place, from, &bytes.slice(from..));
    let done = rest.send().await.unwrap();
    assert_eq!(done.status(), StatusCode::NO_CONTENT);
    assert_eq!(source(&server, &header(&done, "matinee-video-id")), bytes);
    drop(stale);
}

#[tokio::test]
async fn a_connection_that_breaks_off_keeps_what_came() {
    let server = TestServer::start().await;
    let bytes = large(6 << 20);
    let place = create(&server, bytes.len(), "filename YQ==").await;
    let cut = hanging(&server, &place, bytes.len(), &bytes[..5 << 20]).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    drop(cut);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let server = restarted(server, &[]).await;
    let from = offset(&server, &place).await;
    assert!(from >= 4 << 20, "{from}");
    let rest = patch(&server, &place, from, &bytes.slice(from..));
    let done = rest.send().await.unwrap();
    assert_eq!(source(&server, &header(&done, "matinee-video-id")), bytes);
}

#[tokio::test]
async fn the_address_is_whole_where_it_is_known() {
    let server = TestServer::with(&[("public_url", "https://films.example")]).await;
    let place = create(&server, 10, "filename YQ==").await;
    assert!(place.starts_with("https://films.example/api/uploads/upload_"));
}
