//! Watch positions across a stop in order and across a kill.

use reqwest::Method;
use serde_json::json;

use crate::media::film;
use crate::server::Server;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_in_order_keeps_every_watch_position() {
    let mut server = Server::start().await;
    let client = server.client();
    let id = client.uploaded(&film(), "Half seen").await;
    client
        .until(&id, |video| video["is_processed"] == true)
        .await;
    let path = format!("/stream/{id}/progress");
    let answer = client
        .request(Method::POST, &path)
        .json(&json!({ "current_time": 3.25, "total_duration": 5.3 }))
        .send()
        .await
        .unwrap();
    assert!(
        answer.status().is_success(),
        "{}",
        answer.text().await.unwrap()
    );
    // Whoever is not signed in is known by a cookie.
    let cookies: Vec<String> = answer
        .headers()
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok()?.split(';').next().map(str::to_owned))
        .collect();
    server.stop().await;
    server.run().await;
    let answer = client
        .request(Method::GET, &path)
        .header("cookie", cookies.join("; "))
        .send()
        .await
        .unwrap();
    let progress: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(
        progress["current_time"].as_f64(),
        Some(3.25),
        "{progress:#}"
    );
}
