//! What is watched, counted by a program that is killed again and again: what was acknowledged
//! counts once, what comes twice counts once, and nothing else counts.
//!
//! `MATINEE_TEST_CRASH_BATCHES` makes the run longer, and the moments more.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::Chance;
use crate::client::Client;
use crate::server::{Server, Setup};

/// Views of each title so far, as they must be.
type Truth = BTreeMap<String, i64>;

async fn told(client: &Client, viewer: u64, events: &Value) -> bool {
    let answer = client
        .request(Method::POST, "/api/events")
        .header("cookie", format!("matinee_viewer={viewer:032x}"))
        .header(
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
        )
        .timeout(Duration::from_secs(20))
        .json(&json!({ "events": events }))
        .send()
        .await;
    // An answer that was lost on its way may have been an acknowledgement, or not.
    answer.is_ok_and(|answer| answer.status() == 202)
}

async fn refreshed(client: &Client) {
    let asked = client
        .request(Method::POST, "/api/analytics/refresh")
        .send();
    assert_eq!(asked.await.unwrap().status(), 204);
}

async fn check(client: &Client, truth: &Truth, watched_s: u64, when: &str) {
    refreshed(client).await;
    let mut all = 0;
    for (title, views) in truth {
        let stats = client
            .json(&format!("/api/analytics/videos/{title}/stats"))
            .await;
        assert_eq!(stats["total_views"], *views, "{when}: {title}");
        assert_eq!(stats["views_last_day"], *views, "{when}: {title}");
        all += views;
    }
    let top = client
        .json("/api/analytics/top?timeframe=all_time&k=100")
        .await;
    let told: Vec<i64> = top["videos"]
        .as_array()
        .unwrap()
        .iter()
        .map(|video| video["view_count"].as_i64().unwrap())
        .collect();
    let mut wanted: Vec<i64> = truth.values().copied().filter(|views| *views > 0).collect();
    wanted.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(told, wanted, "{when}");
    let overview = client.json("/api/analytics/overview").await;
    assert_eq!(overview["totals"]["views"], all, "{when}");
    assert_eq!(
        overview["totals"]["watch_time_seconds"], watched_s as f64,
        "{when}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_are_exact_whenever_it_is_killed() {
    let mut chance = Chance::new("analytics");
    let batches = std::env::var("MATINEE_TEST_CRASH_BATCHES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(120_u64);
    let redis = std::env::var("MATINEE_TEST_REDIS_URL").ok();
    if redis.is_none() {
        eprintln!("SKIPPED: Redis (MATINEE_TEST_REDIS_URL is not set)");
    }
    // A database of the server of its own, which nobody else empties.
    let redis = redis.map(|address| format!("{}/7", address.trim_end_matches('/')));
    // Without accounts everybody is one viewer, whose every play is to be a view.
    let mut env = vec![("MATINEE_ANALYTICS_VIEW_WINDOW", "0s".to_owned())];
    env.extend(redis.clone().map(|address| ("REDIS_URL", address)));
    let mut server = Server::start_with(Setup {
        env,
        ..Setup::default()
    })
    .await;
    let client = server.client();
    let mut titles = Vec::new();
    for number in 0..5 {
        let form = json!({ "title": format!("Title {number}"), "is_public": true,
            "video_url": "https://example.com/film.mp4" });
        let made = client
            .request(Method::POST, "/api/videos")
            .json(&form)
            .send();
        let made: Value = made.await.unwrap().json().await.unwrap();
        titles.push(made["id"].as_str().unwrap().to_owned());
    }
    let mut truth: Truth = titles.iter().map(|title| (title.clone(), 0)).collect();
    let mut watched_s = 0;
    let mut kills = 0;
    let mut sent: Vec<(u64, Value)> = Vec::new();
    for viewer in 0..batches {
        let title = titles[usize::try_from(chance.below(5).min(chance.below(5))).unwrap()].clone();
        let seconds = 10 * (1 + chance.below(6));
        let events: Vec<Value> = (0..seconds / 10)
            .map(|n| {
                json!({ "id": format!("{viewer}/{n}"), "type": "heartbeat",
                    "play_id": format!("play-{viewer}"), "video_id": title,
                    "watched": [[n * 10, n * 10 + 10]] })
            })
            .collect();
        let events = Value::from(events);
        if chance.below(batches.min(120) / 8) == 0 {
            // In the middle of it: then it is sent until it is acknowledged.
            kills += 1;
            let (wait, killed) = (chance.millis(0, 30), client.clone());
            let (batch, telling) = (events.clone(), viewer);
            let racing = tokio::spawn(async move { told(&killed, telling, &batch).await });
            tokio::time::sleep(wait).await;
            server.kill_and_run().await;
            let _ = racing.await;
        }
        let mut tries = 0;
        while !told(&client, viewer, &events).await {
            tries += 1;
            assert!(tries < 50, "nothing is taken: {}", server.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        *truth.get_mut(&title).unwrap() += i64::from(seconds >= 30);
        watched_s += seconds;
        sent.push((viewer, events));
        match chance.below(20) {
            // What was acknowledged long ago comes once more.
            0 => {
                let again = usize::try_from(chance.below(sent.len() as u64)).unwrap();
                let (viewer, events) = &sent[again];
                assert!(told(&client, *viewer, events).await);
            }
            1 => empty(redis.as_deref()).await,
            2 => refreshed(&client).await,
            _ => {}
        }
    }
    eprintln!("{batches} batches, {kills} kills");
    check(&client, &truth, watched_s, "as it came").await;
    empty(redis.as_deref()).await;
    check(&client, &truth, watched_s, "emptied").await;
    server.kill_and_run().await;
    check(&client, &truth, watched_s, "killed").await;
    for (viewer, events) in &sent {
        assert!(told(&client, *viewer, events).await);
    }
    check(&client, &truth, watched_s, "told all over again").await;
}

/// Takes all hot state away. In memory it goes with each kill.
async fn empty(redis: Option<&str>) {
    let Some(address) = redis else { return };
    let status = tokio::process::Command::new("redis-cli")
        .args(["-u", address, "flushdb"])
        .stdout(std::process::Stdio::null())
        .status()
        .await
        .unwrap();
    assert!(status.success());
}
