//! Files in, by every way, over HTTP.

mod classic;
mod form;
mod import;
mod parts;
mod tus;

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use crate::support::TestServer;

/// A real film.
fn film() -> Bytes {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/media/bigbuckbunny.mp4");
    std::fs::read(path).unwrap().into()
}

/// The film's beginning, then noise: as large as wanted.
fn large(len: usize) -> Bytes {
    let mut bytes = film().to_vec();
    let mut x = 0x2545_f491_4f6c_dd1d_u64;
    while bytes.len() < len {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        bytes.extend_from_slice(&x.to_le_bytes());
    }
    bytes.truncate(len);
    bytes.into()
}

/// Stops the server and starts another one on the same data, with the same
/// operator signed in.
async fn restarted(server: TestServer, settings: &[(&str, &str)]) -> TestServer {
    let token = server.token.clone();
    let data = server.stop().await;
    let mut server = TestServer::on(data, settings).await;
    server.token = token;
    server
}

/// The bytes that are kept of a video's upload.
fn source(server: &TestServer, video_id: &str) -> Vec<u8> {
    let path = format!("blobs/videos/{video_id}/source/original");
    std::fs::read(server.data.path().join(path)).unwrap()
}

/// How many videos there are.
async fn videos(server: &TestServer) -> usize {
    let list = server.json("/api/videos").await;
    list.as_array().unwrap().len()
}

/// Waits until the video is as wanted.
async fn until(server: &TestServer, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..1200 {
        let video = server.json(&format!("/api/videos/{id}")).await;
        if wanted(&video) {
            return video;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{id} never came to it");
}

/// Files below the videos' folder of the blob store.
fn kept(server: &TestServer) -> usize {
    fn count(folder: &Path) -> usize {
        let Ok(entries) = std::fs::read_dir(folder) else {
            return 0;
        };
        let count = |path: &Path| if path.is_dir() { count(path) } else { 1 };
        entries.map(|entry| count(&entry.unwrap().path())).sum()
    }
    let blobs = server.data.path().join("blobs");
    count(&blobs.join("videos")) + count(&blobs.join("uploads"))
}
