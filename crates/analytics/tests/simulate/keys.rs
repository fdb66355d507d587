//! Hot state in Redis: the keys and types that others read there, and what
//! becomes of the answers when some or all of it is gone.

use std::sync::Arc;

use matinee_analytics::Timeframe;
use matinee_engines::hot::{Hot, RedisHot};
use matinee_engines::testing::REDIS_URL;
use redis::aio::MultiplexedConnection;
use serde_json::json;

use super::{HOUR, House, client, library, now_micros, rfc3339};

/// Hot state under a prefix of its own, that prefix, and the server's address.
pub(crate) fn redis() -> Option<(Arc<dyn Hot>, String, String)> {
    let Ok(address) = std::env::var(REDIS_URL) else {
        eprintln!("SKIPPED: Redis ({REDIS_URL} is not set)");
        return None;
    };
    let prefix = format!("test:{}:", uuid::Uuid::now_v7());
    let hot = RedisHot::open(&address, &prefix).unwrap();
    Some((Arc::new(hot), prefix, address))
}

struct Raw {
    connection: MultiplexedConnection,
    prefix: String,
}

impl Raw {
    async fn ask<T: redis::FromRedisValue>(&mut self, line: &str) -> T {
        let mut words = line.split(' ');
        let mut command = redis::cmd(words.next().unwrap());
        command.arg(format!("{}{}", self.prefix, words.next().unwrap()));
        for word in words {
            command.arg(word);
        }
        command.query_async(&mut self.connection).await.unwrap()
    }

    async fn empty(&mut self) {
        let pattern = format!("{}*", self.prefix);
        let keys: Vec<String> = redis::cmd("KEYS")
            .arg(pattern)
            .query_async(&mut self.connection)
            .await
            .unwrap();
        assert!(!keys.is_empty());
        let () = redis::cmd("DEL")
            .arg(keys)
            .query_async(&mut self.connection)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn others_find_in_redis_what_they_look_for() {
    let Some((hot, prefix, address)) = redis() else {
        return;
    };
    let connection = redis::Client::open(address)
        .unwrap()
        .get_multiplexed_async_connection()
        .await
        .unwrap();
    let mut raw = Raw { connection, prefix };
    let test = matinee_engines::testing::sqlite().await.unwrap();
    let titles = library(&test.db).await;
    let house = House {
        db: test.db.clone(),
        folder: tempfile::tempdir().unwrap(),
        hot: Some(hot.clone()),
    };
    let analytics = house.open().await;
    let now = now_micros();
    // Title n is viewed n + 1 times: one view just now, the others each two hours earlier.
    for (n, title) in titles.iter().take(5).enumerate() {
        for view in 0..=n {
            let at = rfc3339(now - 60_000_000 - view as i64 * 2 * HOUR);
            let (id, play) = (format!("{n}-{view}"), format!("play-{n}-{view}"));
            let event = json!({ "id": id, "type": "heartbeat", "play_id": play, "at": at,
                "video_id": title, "watched": [[0, 40]] });
            let body = serde_json::to_vec(&json!({ "events": [event] })).unwrap();
            let viewer = client((n * 10 + view) as u64);
            analytics.take_in(&body, &viewer, None).await.unwrap();
        }
    }
    analytics.refresh().await.unwrap();

    let (title, last) = (titles[4].as_str(), now as f64 / 1e6);
    let (set, total) = (
        format!("video:{title}:views"),
        format!("video:{title}:total_views"),
    );
    assert_eq!(raw.ask::<String>(&format!("TYPE {set}")).await, "zset");
    assert_eq!(raw.ask::<String>(&format!("TYPE {total}")).await, "string");
    assert_eq!(raw.ask::<i64>(&format!("GET {total}")).await, 5);
    let since = |hours: f64| format!("ZCOUNT {set} {} {last}", last - hours * 3600.0);
    assert_eq!(raw.ask::<i64>(&since(1.0)).await, 1);
    assert_eq!(raw.ask::<i64>(&since(5.0)).await, 3);
    assert_eq!(raw.ask::<i64>(&since(24.0 * 30.0)).await, 5);
    let left: i64 = raw.ask(&format!("TTL {set}")).await;
    assert!((29 * 86_400..=30 * 86_400).contains(&left), "{left}");
    for frame in Timeframe::ALL {
        let board = format!("global:top_videos:{}", frame.as_str());
        assert_eq!(raw.ask::<String>(&format!("TYPE {board}")).await, "zset");
    }
    let top: Vec<(String, f64)> = raw
        .ask("ZREVRANGE global:top_videos:day 0 1 WITHSCORES")
        .await;
    assert_eq!(top, [(titles[4].clone(), 5.0), (titles[3].clone(), 4.0)]);

    // A view that is counted later is in the set; one set that is lost is filled again.
    let right = async |when: &str| {
        let views = analytics.views(title).await.unwrap();
        assert_eq!(
            (
                views.total,
                views.hour,
                views.day,
                views.week,
                views.month,
                views.year
            ),
            (5, 1, 5, 5, 5, 5),
            "{when}"
        );
        let (top, _) = analytics.top(Timeframe::Day, 0, 2).await.unwrap();
        assert_eq!(
            top,
            [(titles[4].clone(), 5), (titles[3].clone(), 4)],
            "{when}"
        );
    };
    right("as it is").await;
    raw.empty().await;
    right("emptied").await;
    let whole = format!("ZSCORE {set} whole");
    while raw.ask::<Option<f64>>(&whole).await.is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(raw.ask::<i64>(&since(24.0 * 30.0)).await, 5);
    let () = raw.ask(&format!("DEL video:{title}:windows")).await;
    right("filled again").await;
    // A leaderboard alone is lost, and what says when it was made is not.
    let () = raw.ask("DEL global:top_videos:day").await;
    right("without its leaderboard").await;
    let () = raw
        .ask(&format!("SET video:{title}:windows nonsense"))
        .await;
    let () = raw.ask(&format!("SET {set} nonsense")).await;
    right("overwritten").await;

    // A play that is told of late takes the place of a view, which is none any more: not there,
    // either.
    let at = rfc3339(now - 60_000_000 - HOUR / 2);
    let event = json!({ "id": "late", "type": "heartbeat", "play_id": "late", "at": at,
        "video_id": title, "watched": [[0, 40]] });
    let body = serde_json::to_vec(&json!({ "events": [event] })).unwrap();
    analytics.take_in(&body, &client(40), None).await.unwrap();
    analytics.refresh().await.unwrap();
    right("taken the place of").await;
    while raw.ask::<Option<f64>>(&whole).await.is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(raw.ask::<i64>(&since(1.0)).await, 1);
    let () = raw.ask(&format!("DEL video:{title}:windows")).await;
    right("filled with what is a view").await;
}

#[tokio::test]
async fn a_redis_that_is_not_there_costs_no_answer() {
    let test = matinee_engines::testing::sqlite().await.unwrap();
    let titles = library(&test.db).await;
    let house = House {
        db: test.db.clone(),
        folder: tempfile::tempdir().unwrap(),
        hot: Some(Arc::new(
            RedisHot::open("redis://127.0.0.1:1/", "").unwrap(),
        )),
    };
    let analytics = house.open().await;
    let event = json!({ "id": "e", "type": "heartbeat", "play_id": "p",
        "video_id": titles[0], "watched": [[0, 40]] });
    let body = serde_json::to_vec(&json!({ "events": [event] })).unwrap();
    analytics.take_in(&body, &client(1), None).await.unwrap();
    analytics.refresh().await.unwrap();
    assert_eq!(analytics.views(&titles[0]).await.unwrap().hour, 1);
    let (top, _) = analytics.top(Timeframe::Hour, 0, 9).await.unwrap();
    assert_eq!(top, [(titles[0].clone(), 1)]);
}
