//! Watch positions across a stop in order and across a kill.

use std::time::Duration;

use matinee_engines::db::{DatabaseUrl, Db};
use reqwest::Method;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};

use crate::client::Client;
use crate::media::film;
use crate::server::Server;

/// Somebody without account who watches; a cookie tells them from others.
struct Viewer {
    client: Client,
    path: String,
    cookies: String,
}

impl Viewer {
    async fn of_a_film(server: &Server) -> Self {
        let client = server.client();
        let id = client.uploaded(&film(), "Half seen").await;
        client
            .until(&id, |video| video["is_processed"] == true)
            .await;
        Self {
            client,
            path: format!("/stream/{id}/progress"),
            cookies: String::new(),
        }
    }

    async fn reach(&mut self, seconds: f64) {
        let answer = self
            .client
            .request(Method::POST, &self.path)
            .header("cookie", &self.cookies)
            .json(&json!({ "current_time": seconds, "total_duration": 5.3 }))
            .send()
            .await
            .unwrap();
        assert!(
            answer.status().is_success(),
            "{}",
            answer.text().await.unwrap()
        );
        let set: Vec<String> = answer
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|value| value.to_str().ok()?.split(';').next().map(str::to_owned))
            .collect();
        if !set.is_empty() {
            self.cookies = set.join("; ");
        }
    }

    async fn reached(&self) -> Option<f64> {
        let request = self.client.request(Method::GET, &self.path);
        let answer = request.header("cookie", &self.cookies).send().await;
        let progress: Value = answer.unwrap().json().await.unwrap();
        progress["current_time"].as_f64()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_in_order_keeps_every_watch_position() {
    let mut server = Server::start().await;
    let mut viewer = Viewer::of_a_film(&server).await;
    viewer.reach(3.25).await;
    server.stop().await;
    server.run().await;
    assert_eq!(viewer.reached().await, Some(3.25));
}

/// Whether any position is in the database.
async fn is_written(server: &Server) -> bool {
    let url = DatabaseUrl::Sqlite(server.data_dir().join("matinee.db"));
    let db = Db::open(&url).await.unwrap();
    let count = Statement::from_string(db.backend(), "SELECT 1 AS one FROM watch_progress");
    let row = db.read().query_one_raw(count).await.unwrap();
    db.close().await.unwrap();
    row.is_some()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_loses_no_position_that_the_flush_interval_has_passed_over() {
    let mut server = Server::start().await;
    let mut viewer = Viewer::of_a_film(&server).await;
    viewer.reach(3.25).await;
    // Twice the interval of 30 seconds, on a busy machine.
    for _ in 0..120 {
        if is_written(&server).await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert!(is_written(&server).await, "{}", server.log());
    viewer.reach(4.5).await;
    server.kill_and_run().await;
    // What came since may be lost; what was written is not.
    let reached = viewer.reached().await;
    assert!(
        reached == Some(3.25) || reached == Some(4.5),
        "{reached:?}\n{}",
        server.log()
    );
}
