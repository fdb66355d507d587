//! Shows, people, collections, artwork, revisions, tables and lookups, as
//! clients see them.

mod artwork;
mod edits;
mod folders;
mod lookup;
mod shows;
mod table;

use reqwest::Response;
use serde_json::Value;

use crate::support::TestServer;

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
