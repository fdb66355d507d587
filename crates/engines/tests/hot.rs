//! What every engine of hot state must keep to.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt as _;
use matinee_engines::hot::{Hot, HotError, HotLimits, MemoryHot, Notice, Rate, RedisHot, lease};
use matinee_engines::testing;

/// A fresh engine of each sort at hand, with its name.
fn engines() -> Vec<(&'static str, Arc<dyn Hot>)> {
    let mut engines: Vec<(&'static str, Arc<dyn Hot>)> =
        vec![("memory", Arc::new(MemoryHot::default()))];
    if let Some(redis) = testing::redis().unwrap() {
        engines.push(("redis", Arc::new(redis)));
    }
    engines
}

async fn each<F: Future<Output = ()>>(suite: impl Fn(Arc<dyn Hot>) -> F) {
    for (name, hot) in engines() {
        eprintln!("hot state: {name}");
        suite(hot).await;
    }
}

fn bytes(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

const SOON: Option<Duration> = Some(Duration::from_millis(60));
const LATE: Option<Duration> = Some(Duration::from_hours(1));

async fn gone(hot: &dyn Hot, key: &str) {
    while hot.get(key).await.unwrap().is_some() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn values_are_set_read_expired_and_deleted() {
    each(|hot| async move {
        assert_eq!(hot.get("a").await.unwrap(), None);
        hot.set("a", bytes("1"), None).await.unwrap();
        hot.set("a", bytes("two"), LATE).await.unwrap();
        hot.set("b", bytes("b"), SOON).await.unwrap();
        let many = hot.get_many(&["a", "none"]).await.unwrap();
        assert_eq!(many, [Some(bytes("two")), None]);
        gone(&*hot, "b").await;
        assert!(hot.expire("a", SOON).await.unwrap());
        gone(&*hot, "a").await;
        assert!(!hot.expire("a", LATE).await.unwrap());
        hot.set("a", bytes("x"), SOON).await.unwrap();
        assert!(hot.expire("a", None).await.unwrap());
        hot.set("c", bytes("x"), None).await.unwrap();
        assert_eq!(hot.delete(&["a", "b", "c"]).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn counters_count_exactly_however_many_count() {
    each(|hot| async move {
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let hot = Arc::clone(&hot);
                tokio::spawn(async move {
                    for _ in 0..250 {
                        hot.increment("n", 3, None).await.unwrap();
                        hot.hash_increment("h", "n", 2).await.unwrap();
                        hot.rank_increment("r", "n", 0.5).await.unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(hot.get("n").await.unwrap(), Some(bytes("6000")));
        assert_eq!(hot.hash_get("h", "n").await.unwrap(), Some(bytes("4000")));
        assert_eq!(hot.rank_score("r", "n").await.unwrap(), Some(1000.0));
        // A counter's time to live is that of its beginning.
        assert_eq!(hot.increment("ttl", -1, SOON).await.unwrap(), -1);
        hot.increment("ttl", 1, LATE).await.unwrap();
        gone(&*hot, "ttl").await;
        hot.set("text", bytes("7"), None).await.unwrap();
        assert_eq!(
            hot.increment("text", i64::MAX - 7, None).await.unwrap(),
            i64::MAX
        );
        let over = hot.increment("text", 1, None).await;
        assert_eq!(over, Err(HotError::NotANumber("text".into())));
        hot.set("text", bytes("seven"), None).await.unwrap();
        assert!(hot.increment("text", 1, None).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_key_of_another_type_is_refused_and_kept() {
    each(|hot| async move {
        hot.rank_set("r", &[("a", 1.0)]).await.unwrap();
        let wrong = |e: &HotError| matches!(e, HotError::WrongType { .. });
        assert!(hot.get("r").await.is_err_and(|e| wrong(&e)));
        assert!(hot.increment("r", 1, None).await.is_err_and(|e| wrong(&e)));
        assert!(
            hot.hash_set("r", &[("a", bytes("b"))])
                .await
                .is_err_and(|e| wrong(&e))
        );
        assert!(
            hot.distinct_add("r", &[b"a"])
                .await
                .is_err_and(|e| wrong(&e))
        );
        assert_eq!(hot.rank_count("r").await.unwrap(), 1);
        hot.set("r", bytes("now a value"), None).await.unwrap();
        assert!(hot.rank_top("r", 0, 9).await.is_err_and(|e| wrong(&e)));
    })
    .await;
}

#[tokio::test]
async fn compare_and_set_lets_one_of_many_through() {
    each(|hot| async move {
        let tasks: Vec<_> = (0..16)
            .map(|n| {
                let hot = Arc::clone(&hot);
                tokio::spawn(async move {
                    lease::acquire(
                        &*hot,
                        "leader",
                        &format!("node {n}"),
                        Duration::from_mins(1),
                    )
                    .await
                    .unwrap()
                })
            })
            .collect();
        let mut winners = 0;
        for task in tasks {
            winners += usize::from(task.await.unwrap());
        }
        assert_eq!(winners, 1);
        let owner = hot.get("leader").await.unwrap().unwrap();
        let owner = std::str::from_utf8(&owner).unwrap();
        assert!(
            lease::renew(&*hot, "leader", owner, Duration::from_mins(1))
                .await
                .unwrap()
        );
        assert!(!lease::release(&*hot, "leader", "stranger").await.unwrap());
        assert!(lease::release(&*hot, "leader", owner).await.unwrap());
        assert!(
            lease::acquire(&*hot, "leader", "next", Duration::from_millis(40))
                .await
                .unwrap()
        );
        gone(&*hot, "leader").await;
        assert!(
            !lease::renew(&*hot, "leader", "next", Duration::from_secs(1))
                .await
                .unwrap()
        );
    })
    .await;
}

#[tokio::test]
async fn hashes_hold_fields() {
    each(|hot| async move {
        let fields = [("b", bytes("2")), ("a", bytes("1"))];
        hot.hash_set("h", &fields).await.unwrap();
        hot.hash_set("h", &[("b", bytes("3"))]).await.unwrap();
        let all = hot.hash_all("h").await.unwrap();
        assert_eq!(all, [("a".into(), bytes("1")), ("b".into(), bytes("3"))]);
        assert_eq!(hot.hash_delete("h", &["a", "x"]).await.unwrap(), 1);
        assert_eq!(hot.hash_get("h", "a").await.unwrap(), None);
        hot.hash_delete("h", &["b"]).await.unwrap();
        // What is empty is not there.
        assert!(!hot.expire("h", LATE).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn leaderboards_are_ordered_and_replaced_whole() {
    each(|hot| async move {
        let scores = [("a", 3.0), ("b", 10.0), ("c", 3.0), ("d", -1.5)];
        hot.rank_set("r", &scores).await.unwrap();
        let top = hot.rank_top("r", 0, 3).await.unwrap();
        assert_eq!(
            top,
            [("b".into(), 10.0), ("c".into(), 3.0), ("a".into(), 3.0)]
        );
        hot.rank_increment("r", "d", 20.0).await.unwrap();
        assert_eq!(hot.rank_top("r", 0, 1).await.unwrap(), [("d".into(), 18.5)]);
        assert_eq!(hot.rank_top("r", 3, 9).await.unwrap(), [("a".into(), 3.0)]);
        assert_eq!(hot.rank_remove("r", &["d", "x"]).await.unwrap(), 1);
        assert!(hot.rank_set("r", &[("n", f64::NAN)]).await.is_err());
        hot.rank_set("times", &scores).await.unwrap();
        for (low, high, count) in [
            (3.0, 10.0, 3),
            (3.0, 3.0, 2),
            (-1.5, 2.9, 1),
            (3.1, 9.9, 0),
            (9.0, 1.0, 0),
        ] {
            let between = hot.rank_between("times", low, high).await.unwrap();
            assert_eq!(between, count, "{low} to {high}");
        }
        assert_eq!(hot.rank_between("none", 0.0, 9.0).await.unwrap(), 0);
        let gone = hot.rank_remove_between("times", -2.0, 3.0).await.unwrap();
        assert_eq!((gone, hot.rank_count("times").await.unwrap()), (3, 1));
        hot.rank_replace("r", &[("z", 1.0)], LATE).await.unwrap();
        assert_eq!(hot.rank_top("r", 0, 9).await.unwrap(), [("z".into(), 1.0)]);
        hot.rank_replace("r", &[], None).await.unwrap();
        assert_eq!(hot.rank_count("r").await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn nobody_sees_half_a_leaderboard() {
    each(|hot| async move {
        let names: Vec<String> = (0..200).map(|n| format!("m{n}")).collect();
        let board = |score: f64| {
            names
                .iter()
                .map(|n| (n.as_str(), score))
                .collect::<Vec<_>>()
        };
        hot.rank_replace("r", &board(0.0), None).await.unwrap();
        let reader = {
            let hot = Arc::clone(&hot);
            tokio::spawn(async move {
                loop {
                    let top = hot.rank_top("r", 0, 1000).await.unwrap();
                    assert_eq!(top.len(), 200);
                    assert!(
                        top.iter()
                            .all(|(_, score)| score.to_bits() == top[0].1.to_bits())
                    );
                    if top[0].1 >= 50.0 {
                        return;
                    }
                    tokio::task::yield_now().await;
                }
            })
        };
        for round in 1..=50_u8 {
            hot.rank_replace("r", &board(f64::from(round)), None)
                .await
                .unwrap();
            tokio::task::yield_now().await;
        }
        reader.await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn distinct_counts_are_close_and_unions_count_once() {
    each(|hot| async move {
        let members: Vec<Vec<u8>> = (0..20_000)
            .map(|n| format!("viewer {n}").into_bytes())
            .collect();
        let refs: Vec<&[u8]> = members.iter().map(Vec::as_slice).collect();
        assert!(hot.distinct_add("monday", &refs[..15_000]).await.unwrap());
        assert!(!hot.distinct_add("monday", &refs[..10]).await.unwrap());
        hot.distinct_add("tuesday", &refs[5000..]).await.unwrap();
        for (keys, want) in [
            (&["monday"][..], 15_000.0),
            (&["monday", "tuesday", "none"], 20_000.0),
            (&["none"], 0.0),
        ] {
            let count = hot.distinct_count(keys).await.unwrap() as f64;
            assert!((count - want).abs() <= want * 0.02, "{keys:?}: {count}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_rate_lets_its_burst_through_and_fills_up_again() {
    each(|hot| async move {
        let rate = Rate {
            count: 1,
            per: Duration::from_hours(1),
            burst: 3,
        };
        for left in [2, 1, 0] {
            let taken = hot.take("ip", rate, 1).await.unwrap();
            assert_eq!((taken.allowed, taken.remaining), (true, left));
        }
        let refused = hot.take("ip", rate, 1).await.unwrap();
        assert!(!refused.allowed && refused.retry_after > Duration::from_mins(50));
        assert!(refused.retry_after <= Duration::from_hours(1));
        assert!(hot.take("other ip", rate, 3).await.unwrap().allowed);
        assert!(
            !hot.take("third ip", rate, 4).await.unwrap().allowed,
            "more than it ever holds"
        );
        let quick = Rate {
            count: 100,
            per: Duration::from_secs(1),
            burst: 1,
        };
        assert!(hot.take("quick", quick, 1).await.unwrap().allowed);
        while !hot.take("quick", quick, 1).await.unwrap().allowed {
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn many_who_take_at_once_get_no_more_than_there_is() {
    each(|hot| async move {
        let rate = Rate {
            count: 1,
            per: Duration::from_hours(1),
            burst: 40,
        };
        let tasks: Vec<_> = (0..100)
            .map(|_| {
                let hot = Arc::clone(&hot);
                tokio::spawn(async move { hot.take("k", rate, 1).await.unwrap().allowed })
            })
            .collect();
        let mut allowed = 0;
        for task in tasks {
            allowed += usize::from(task.await.unwrap());
        }
        assert_eq!(allowed, 40);
    })
    .await;
}

#[tokio::test]
async fn subscribers_hear_their_channel_and_know_when_they_missed_something() {
    each(|hot| async move {
        hot.publish("a", bytes("to nobody")).await.unwrap();
        let mut one = hot.subscribe("a").await.unwrap();
        let mut two = hot.subscribe("a").await.unwrap();
        hot.publish("b", bytes("elsewhere")).await.unwrap();
        hot.publish("a", bytes("1")).await.unwrap();
        assert_eq!(one.next().await, Some(Notice::Message(bytes("1"))));
        for n in 0..5000 {
            hot.publish("a", bytes(&n.to_string())).await.unwrap();
        }
        let last = Notice::Message(bytes("4999"));
        let mut missed = false;
        loop {
            match two.next().await.unwrap() {
                Notice::Missed => missed = true,
                notice if notice == last => break,
                Notice::Message(_) => {}
            }
        }
        assert!(
            missed,
            "5,000 messages may not all be kept for a slow subscriber"
        );
    })
    .await;
}

#[tokio::test]
async fn memory_stays_within_its_limits_whatever_comes() {
    let limits = HotLimits {
        bytes: 1 << 20,
        members: 100,
        ..HotLimits::default()
    };
    let hot = MemoryHot::new(limits);
    assert!(
        lease::acquire(&hot, "lease", "me", Duration::from_mins(10))
            .await
            .unwrap()
    );
    hot.set("often used", bytes("x"), None).await.unwrap();
    for n in 0..20_000 {
        hot.set(&format!("key {n}"), Bytes::from(vec![0; n % 2000]), LATE)
            .await
            .unwrap();
        assert!(hot.used_bytes() <= limits.bytes);
        hot.get("often used").await.unwrap();
    }
    assert!(hot.used_bytes() > limits.bytes / 2);
    assert!(hot.get("often used").await.unwrap().is_some());
    assert!(
        hot.get("lease").await.unwrap().is_some(),
        "promises go last"
    );
    let large = Bytes::from(vec![0; limits.value + 1]);
    assert!(hot.set("large", large, None).await.is_err());
    assert!(hot.set(&"k".repeat(513), bytes("x"), None).await.is_err());
    for n in 0..100 {
        hot.rank_increment("r", &n.to_string(), 1.0).await.unwrap();
        hot.hash_increment("h", &n.to_string(), 1).await.unwrap();
    }
    assert!(hot.rank_increment("r", "one more", 1.0).await.is_err());
    assert!(hot.hash_increment("h", "one more", 1).await.is_err());
    assert_eq!(hot.rank_count("r").await.unwrap(), 100);
}

#[tokio::test]
async fn expired_keys_leave_memory_without_being_asked_for() {
    let hot = MemoryHot::default();
    for n in 0..2000 {
        hot.set(&format!("key {n}"), bytes("x"), SOON)
            .await
            .unwrap();
    }
    let full = hot.used_bytes();
    tokio::time::sleep(Duration::from_millis(80)).await;
    for n in 0..20_000 {
        hot.set("other", bytes(&n.to_string()), None).await.unwrap();
        if hot.used_bytes() < full / 2 {
            return;
        }
        // The sweep draws from the shard that is written to.
        hot.delete(&[&format!("no such key {n}")]).await.unwrap();
    }
    panic!("still {} of {full}", hot.used_bytes());
}

/// What was not there a moment ago is an error that says so, and no wait.
#[tokio::test]
async fn a_server_that_is_not_there_is_told() {
    let hot = RedisHot::open("redis://127.0.0.1:1/", "").unwrap();
    let answer = hot.get("a").await;
    assert!(
        matches!(answer, Err(HotError::Unavailable(_))),
        "{answer:?}"
    );
    assert!(hot.subscribe("a").await.is_err());
    assert!(RedisHot::open("http://127.0.0.1/", "").is_err());
}
