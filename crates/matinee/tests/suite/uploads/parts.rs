//! `/api/multipart/…`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use md5::Digest as _;
use reqwest::multipart::{Form, Part};
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::{kept, large, restarted, source, videos};
use crate::support::{TestServer, fields, problem};

const MIB: usize = 1 << 20;

fn md5_hex(bytes: &[u8]) -> String {
    hex::encode(md5::Md5::digest(bytes))
}

fn part_of(bytes: &Bytes, number: usize) -> Bytes {
    bytes.slice((number - 1) * 5 * MIB..bytes.len().min(number * 5 * MIB))
}

async fn initiate(server: &TestServer, size: usize) -> Value {
    let body = json!({
        "filename": "big.mp4", "file_size": size, "part_size": 5 * MIB,
        "content_type": "movie", "title": "Big", "release_year": "1999",
    });
    let answer = server
        .operator("POST", "/api/multipart/initiate")
        .json(&body);
    let answer = answer.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.unwrap()
}

fn raw_part(server: &TestServer, id: &str, number: usize, bytes: &Bytes) -> RequestBuilder {
    let path = format!("/api/multipart/part?upload_id={id}&part_number={number}");
    server.operator("POST", &path).body(part_of(bytes, number))
}

#[tokio::test]
async fn parts_in_any_order_over_a_restart_become_one_video() {
    let server = TestServer::start().await;
    let bytes = large(12 * MIB);
    let begun = initiate(&server, bytes.len()).await;
    let id = begun["upload_id"].as_str().unwrap();
    assert_eq!(begun["part_size"], 5 * MIB);
    assert_eq!(begun["total_parts"], 3);
    let third = part_of(&bytes, 3);
    let sha256 = STANDARD.encode(sha2::Sha256::digest(&third));
    let answer = raw_part(&server, id, 3, &bytes)
        .header("Content-MD5", STANDARD.encode(md5::Md5::digest(&third)))
        .header("x-amz-checksum-sha256", sha256)
        .send()
        .await
        .unwrap();
    let etag = answer.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(etag, format!("\"{}\"", md5_hex(&third)));
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["part_number"], 3);
    assert_eq!(answer["size"], 2 * MIB);

    let server = restarted(server, &[]).await;
    let path = format!("/api/multipart/list-parts?upload_id={id}");
    let listed = server.json(&path).await;
    assert_eq!(listed["parts"].as_array().unwrap().len(), 1);
    assert_eq!(listed["parts"][0]["etag"], md5_hex(&third));
    assert_eq!(listed["uploaded_bytes"], 2 * MIB);
    let complete = async |parts: Value| {
        let body = json!({ "upload_id": id, "parts": parts });
        let request = server.operator("POST", "/api/multipart/complete");
        request.json(&body).send().await.unwrap()
    };
    let early = problem(complete(json!([])).await, 422).await;
    assert_eq!(fields(&early), ["parts"]);
    // One as a form, one as it is.
    let form = Form::new()
        .text("upload_id", id.to_owned())
        .text("part_number", "1")
        .part("file", Part::stream(part_of(&bytes, 1)).file_name("blob"));
    let form = server
        .operator("POST", "/api/multipart/part")
        .multipart(form);
    assert_eq!(form.send().await.unwrap().status(), StatusCode::OK);
    let second = raw_part(&server, id, 2, &bytes).send().await.unwrap();
    assert_eq!(second.status(), StatusCode::OK);
    let parts: Vec<Value> = (1..=3)
        .map(|number| json!({ "PartNumber": number, "ETag": format!("\"{}\"", md5_hex(&part_of(&bytes, number))) }))
        .collect();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let answer = complete(json!(parts)).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let video: Value = answer.json().await.unwrap();
        assert_eq!(video["title"], "Big");
        assert_eq!(video["content_type"], "movie");
        assert_eq!(video["release_year"], 1999);
        assert_eq!(video["video_id"], video["id"]);
        ids.push(video["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids[0], ids[1]);
    assert_eq!(source(&server, &ids[0]), bytes);
    assert_eq!(videos(&server).await, 1);
    assert_eq!(server.json(&path).await["complete"], true);
}

#[tokio::test]
async fn what_is_wrong_with_a_part_is_said() {
    let server = TestServer::start().await;
    let bytes = large(6 * MIB);
    let begun = initiate(&server, bytes.len()).await;
    let id = begun["upload_id"].as_str().unwrap();
    let wrong = raw_part(&server, id, 2, &bytes)
        .header("Content-MD5", STANDARD.encode(md5::Md5::digest(b"other")))
        .send()
        .await
        .unwrap();
    let wrong = problem(wrong, 400).await;
    assert!(wrong["detail"].as_str().unwrap().contains("checksum"));
    let malformed = raw_part(&server, id, 2, &bytes)
        .header("x-amz-checksum-sha256", "no base64!")
        .send()
        .await
        .unwrap();
    problem(malformed, 400).await;
    let path = format!("/api/multipart/part?upload_id={id}&part_number=1");
    let short = server.operator("PUT", &path).body("short");
    assert_eq!(
        fields(&problem(short.send().await.unwrap(), 422).await),
        ["part"]
    );
    let beyond = format!("/api/multipart/part?upload_id={id}&part_number=9");
    let beyond = server.operator("PUT", &beyond).body("x");
    assert_eq!(
        fields(&problem(beyond.send().await.unwrap(), 422).await),
        ["part_number"]
    );
    let nameless = server.operator("POST", "/api/multipart/part").body("x");
    assert_eq!(
        fields(&problem(nameless.send().await.unwrap(), 422).await),
        ["upload_id"]
    );
    let unknown = "/api/multipart/list-parts?upload_id=upload_01h455vb4pex5vsknk084sn02q";
    let unknown = server.operator("GET", unknown).send().await.unwrap();
    problem(unknown, 404).await;
    let nobody = server.get(&format!("/api/multipart/list-parts?upload_id={id}"));
    problem(nobody.send().await.unwrap(), 401).await;
    let list = format!("/api/multipart/list-parts?upload_id={id}");
    assert_eq!(server.json(&list).await["parts"], json!([]));
    let abort = server.operator("POST", "/api/multipart/abort");
    let abort = abort
        .json(&json!({ "upload_id": id }))
        .send()
        .await
        .unwrap();
    assert_eq!(abort.status(), StatusCode::OK);
    let late = raw_part(&server, id, 1, &bytes).send().await.unwrap();
    problem(late, 410).await;
    assert_eq!((videos(&server).await, kept(&server)), (0, 0));
    for (body, status) in [
        (json!({ "filename": "a.mp4", "file_size": 0 }), 422),
        (
            json!({ "filename": "a.mp4", "file_size": 6_000_000_000_u64 }),
            413,
        ),
        (json!({ "filename": "a.mp4", "file_size": "many" }), 422),
        (json!({ "file_size": 10_000_000, "part_size": 7 }), 422),
        (json!({ "file_size": 10, "season_number": [] }), 422),
    ] {
        let request = server
            .operator("POST", "/api/multipart/initiate")
            .json(&body);
        problem(request.send().await.unwrap(), status).await;
    }
}
