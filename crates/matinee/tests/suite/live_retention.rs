//! How long recordings stay: real broadcasts, made older in the database.

use std::path::PathBuf;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use matinee_engines::db::{DatabaseUrl, Db};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::access_people::account;
use crate::live_broadcast::{encoder, recorded, stream, text};
use crate::live_streams::with;
use crate::playback::add_film;
use crate::support::{TestServer, problem};

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;

/// A broadcast of two seconds, and the video that was made of it.
async fn recording(server: &TestServer) -> String {
    let stream = stream(server, json!({ "record": true })).await;
    let path = format!("/api/streams/{}", text(&stream, "id"));
    let encoder = encoder(server, text(&stream, "stream_key"), 2);
    let output = encoder.wait_with_output().await.unwrap();
    assert!(output.status.success(), "{output:?}");
    recorded(server, &path).await
}

/// Makes these videos so many days older.
async fn age(data: &TempDir, videos: &[(&str, i64)]) {
    let url = DatabaseUrl::Sqlite(data.path().join("matinee.db"));
    let db = Db::open(&url).await.unwrap();
    for (id, days) in videos {
        let by = days * DAY;
        let sql = format!("UPDATE videos SET created_at = created_at - {by} WHERE id = '{id}'");
        let done = db.write().execute_unprepared(&sql).await.unwrap();
        assert_eq!(done.rows_affected(), 1);
    }
    db.close().await.unwrap();
}

async fn status(server: &TestServer, id: &str) -> u16 {
    let path = format!("/api/videos/{id}");
    let answer = server.operator("GET", &path).send().await.unwrap();
    answer.status().as_u16()
}

/// Where the bytes of a video lie.
fn files(server: &TestServer, id: &str) -> PathBuf {
    server.data.path().join("blobs/videos").join(id)
}

/// Waits until a video has gone from the library, and its bytes from the disk.
async fn goes(server: &TestServer, id: &str) {
    for _ in 0..1200 {
        if status(server, id).await == 404 && !files(server, id).exists() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{id} does not go");
}

async fn sent(server: &TestServer, method: &str, path: &str) -> Value {
    let answer = server.operator(method, path).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{method} {path}");
    answer.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_recording_goes_unless_somebody_keeps_it() {
    let server = TestServer::start().await;
    let (old, young, kept) =
        tokio::join!(recording(&server), recording(&server), recording(&server));
    let (old, young, kept) = (old.as_str(), young.as_str(), kept.as_str());
    let film = add_film(&server, 2, true).await.video.id;
    let keep = |id: &str| format!("/api/videos/{id}/keep");
    for id in [old, young, kept, &film] {
        assert!(files(&server, id).is_dir(), "{id}");
    }

    // They stay for ever unless the operator wants it otherwise.
    let seen = server.json(&keep(old)).await;
    assert!(text(&seen, "stream_id").starts_with("stream_"));
    assert_eq!(seen["is_kept"], false);
    assert_eq!(seen["retention_days"], Value::Null);
    assert_eq!(seen["removed_at"], Value::Null);
    // It is for those to say who may change the video, and of recordings only.
    let (_, vera) = account(&server, "vera", "viewer").await;
    for method in ["GET", "PUT", "DELETE"] {
        let nobody = method.parse().unwrap();
        let nobody = server.http.request(nobody, server.url(&keep(kept)));
        problem(nobody.send().await.unwrap(), 401).await;
        let viewer = with(&server, &vera, method, &keep(kept));
        problem(viewer.send().await.unwrap(), 403).await;
    }
    for method in ["PUT", "DELETE"] {
        let other = server.operator(method, &keep(&film));
        problem(other.send().await.unwrap(), 404).await;
    }
    let other = server.json(&keep(&film)).await;
    assert_eq!(other["stream_id"], Value::Null);
    for _ in 0..2 {
        assert_eq!(sent(&server, "PUT", &keep(kept)).await["is_kept"], true);
    }
    let acts = server.json("/api/audit?action=video.keep").await;
    assert_eq!(acts[0]["subject"], kept);

    let token = server.token.clone();
    let data = server.stop().await;
    // The oldest go first: when the old one is gone, it has been decided about the others.
    age(&data, &[(kept, 60), (&film, 50), (old, 40), (young, 20)]).await;
    let month = [("recording_retention_days", "30")];
    let mut server = TestServer::on(data, &month).await;
    server.token = token.clone();
    goes(&server, old).await;
    for id in [young, kept, &film] {
        assert_eq!(status(&server, id).await, 200, "{id}");
        assert!(files(&server, id).is_dir(), "{id}");
    }
    let seen = server.json(&keep(young)).await;
    assert_eq!(seen["retention_days"], 30);
    let made = server.json(&format!("/api/videos/{young}")).await;
    let instant = |view: &Value, field: &str| -> Timestamp { text(view, field).parse().unwrap() };
    assert_eq!(
        instant(&seen, "removed_at"),
        instant(&made, "created_at") + SignedDuration::from_hours(30 * 24)
    );
    for id in [kept, &film] {
        assert_eq!(server.json(&keep(id)).await["removed_at"], Value::Null);
    }

    // Let go, it is too old already. The round before is over: the server has stopped.
    let gone = sent(&server, "DELETE", &keep(kept)).await;
    assert!(instant(&gone, "removed_at") < Timestamp::now());
    let mut server = TestServer::on(server.stop().await, &month).await;
    server.token = token;
    goes(&server, kept).await;
    for id in [young, &film] {
        assert_eq!(status(&server, id).await, 200, "{id}");
        assert!(files(&server, id).is_dir(), "{id}");
    }
    server.stop().await;
}
