//! What every event log must keep to.

use super::*;

#[tokio::test]
async fn events_of_a_key_stay_in_order_and_offsets_have_no_gaps() {
    each(|log| async move {
        log.create_topic("views", topic(4)).await.unwrap();
        let mut positions = Vec::new();
        for round in 0..30 {
            let events = (0..100)
                .map(|n| event(&format!("video {}", n % 9), round * 100 + n))
                .collect();
            positions.extend(log.append("views", events).await.unwrap());
        }
        assert_eq!(positions.iter().collect::<HashSet<_>>().len(), 3000);
        let mut found = 0;
        let mut home: BTreeMap<Bytes, u16> = BTreeMap::new();
        for partition in 0..4 {
            let events = all(&*log, "views", partition).await;
            let mut last: BTreeMap<Bytes, u32> = BTreeMap::new();
            for event in &events {
                let number: u32 = text(event).parse().unwrap();
                let position = Position {
                    partition,
                    offset: event.offset,
                };
                assert_eq!(positions[number as usize], position, "as it was told");
                let key = event.key.clone().unwrap();
                assert_eq!(*home.entry(key.clone()).or_insert(partition), partition);
                assert!(
                    last.insert(key, number)
                        .is_none_or(|before| before < number)
                );
            }
            found += events.len();
        }
        assert_eq!(found, 3000);
    })
    .await;
}

#[tokio::test]
async fn many_writers_lose_nothing() {
    each(|log| async move {
        log.create_topic("t", topic(3)).await.unwrap();
        let tasks: Vec<_> = (0..20)
            .map(|writer| {
                let log = Arc::clone(&log);
                tokio::spawn(async move {
                    for n in 0..50 {
                        let one = NewEvent {
                            payload: Bytes::from(format!("{writer}/{n}")),
                            ..NewEvent::default()
                        };
                        log.append("t", vec![one]).await.unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let mut seen = HashSet::new();
        for partition in 0..3 {
            seen.extend(all(&*log, "t", partition).await.iter().map(text));
        }
        assert_eq!(seen.len(), 1000);
    })
    .await;
}

#[tokio::test]
async fn a_reader_waits_for_what_comes() {
    each(|log| async move {
        log.create_topic("t", topic(1)).await.unwrap();
        let none = log.read("t", 0, 0, ReadLimit::default()).await.unwrap();
        assert!(none.is_empty());
        let reader = {
            let log = Arc::clone(&log);
            let limit = ReadLimit {
                wait: Duration::from_mins(1),
                ..ReadLimit::default()
            };
            tokio::spawn(async move { log.read("t", 0, 0, limit).await.unwrap() })
        };
        tokio::task::yield_now().await;
        log.append("t", vec![event("k", "now")]).await.unwrap();
        assert_eq!(text(&reader.await.unwrap()[0]), "now");
        let large = ReadLimit {
            bytes: 1,
            ..ReadLimit::default()
        };
        log.append("t", vec![event("k", "a"), event("k", "b")])
            .await
            .unwrap();
        assert_eq!(
            log.read("t", 0, 1, large).await.unwrap().len(),
            1,
            "one is always given"
        );
    })
    .await;
}

#[tokio::test]
async fn a_group_shares_the_partitions_and_goes_on_from_its_commit() {
    for subject in subjects() {
        let log = subject.open().await;
        log.create_topic("t", topic(4)).await.unwrap();
        let events = |range: std::ops::Range<u32>| {
            range.map(|n| event(&n.to_string(), n)).collect::<Vec<_>>()
        };
        log.append("t", events(0..500)).await.unwrap();
        let mut one = log.join("counters", "t").await.unwrap();
        let mut seen = HashSet::new();
        let limit = ReadLimit {
            events: 60,
            ..ReadLimit::default()
        };
        for _ in 0..4 {
            seen.extend(one.poll(limit).await.unwrap().iter().map(text));
        }
        one.commit().await.unwrap();
        assert_eq!(seen.len(), 240);
        // Polled but not committed: comes again.
        assert_eq!(one.poll(limit).await.unwrap().len(), 60);
        drop(one);

        let mut two = log.join("counters", "t").await.unwrap();
        let mut three = log.join("counters", "t").await.unwrap();
        let mut share = [HashSet::new(), HashSet::new()];
        loop {
            let polled = [
                two.poll(limit).await.unwrap(),
                three.poll(limit).await.unwrap(),
            ];
            if polled.iter().all(Vec::is_empty) {
                break;
            }
            for (events, share) in polled.iter().zip(&mut share) {
                share.extend(events.iter().map(|e| e.partition));
                for event in events {
                    assert!(
                        seen.insert(text(event)),
                        "what was committed does not come again"
                    );
                }
            }
        }
        assert!(share[0].is_disjoint(&share[1]));
        assert_eq!(seen.len(), 500);
        two.commit().await.unwrap();
        three.commit().await.unwrap();
        assert!(
            log.reset("counters", "t", &[]).await.is_err(),
            "while it has members"
        );
        drop((two, three));
        // Another group begins at the beginning.
        let mut other = log.join("others", "t").await.unwrap();
        assert_eq!(other.poll(ReadLimit::default()).await.unwrap().len(), 500);
        drop(other);

        drop(log);
        let log = subject.open().await;
        let mut again = log.join("counters", "t").await.unwrap();
        assert!(
            again.poll(limit).await.unwrap().is_empty(),
            "commits are durable"
        );
        drop(again);
        let next = log.bounds("t", 2).await.unwrap().next;
        assert_eq!(log.committed("counters", "t", 2).await.unwrap(), Some(next));
        log.reset(
            "counters",
            "t",
            &[Position {
                partition: 2,
                offset: 5,
            }],
        )
        .await
        .unwrap();
        let mut replay = log.join("counters", "t").await.unwrap();
        assert_eq!(
            replay.poll(ReadLimit::default()).await.unwrap().len() as u64,
            next - 5
        );
    }
}

#[tokio::test]
async fn a_closed_log_opens_with_everything() {
    for subject in subjects() {
        let log = subject.open().await;
        log.create_topic("t", topic(2)).await.unwrap();
        for n in 0..40 {
            let events = (0..50)
                .map(|m| event(&m.to_string(), format!("{n} {}", "x".repeat(100))))
                .collect();
            log.append("t", events).await.unwrap();
        }
        let before = [all(&*log, "t", 0).await, all(&*log, "t", 1).await];
        drop(log);
        let log = subject.open().await;
        assert_eq!([all(&*log, "t", 0).await, all(&*log, "t", 1).await], before);
        let at = log.append("t", vec![event("0", "next")]).await.unwrap()[0];
        assert_eq!(at.offset, before[usize::from(at.partition)].len() as u64);
        assert_eq!(log.topic("t").await.unwrap(), topic(2));
    }
}

#[tokio::test]
async fn old_events_go_when_they_are_too_many() {
    each(|log| async move {
        let config = TopicConfig {
            max_bytes: Some(400_000),
            ..topic(2)
        };
        log.create_topic("t", config).await.unwrap();
        let mut group = log.join("slow", "t").await.unwrap();
        for n in 0..200 {
            let events = (0..20)
                .map(|m| event(&m.to_string(), format!("{n} {}", "x".repeat(400))))
                .collect();
            log.append("t", events).await.unwrap();
        }
        log.enforce_retention().await.unwrap();
        for partition in 0..2 {
            let Bounds { first, next } = log.bounds("t", partition).await.unwrap();
            assert!(first > 0 && first < next, "{first} {next}");
            let gone = log.read("t", partition, 0, ReadLimit::default()).await;
            assert!(matches!(gone, Err(LogError::Gone { first: f }) if f == first));
            let kept = all(&*log, "t", partition).await;
            assert_eq!(kept.len() as u64, next - first);
            assert!(kept.len() * 400 < 600_000);
        }
        // A group that was too slow goes on with what is left.
        assert!(!group.poll(ReadLimit::default()).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn old_events_go_when_they_are_too_old_and_an_instant_finds_its_place() {
    each(|log| async move {
        log.create_topic("t", topic(1)).await.unwrap();
        let now = matinee_engines::time::now_micros();
        let day = 86_400_000_000;
        for n in 0..100_i64 {
            let events = (0..10).map(|_| NewEvent {
                at: Some(now - (100 - n) * day),
                ..event("k", "x".repeat(500))
            });
            log.append("t", events.collect()).await.unwrap();
        }
        let offset = log.offset_at("t", 0, now - 10 * day).await.unwrap();
        assert!(offset > 0 && offset <= 900, "{offset}");
        assert_eq!(log.offset_at("t", 0, 0).await.unwrap(), 0);
        assert_eq!(log.offset_at("t", 0, now + day).await.unwrap(), 1000);
        let config = TopicConfig {
            max_age: Some(Duration::from_hours(24 * 50)),
            ..topic(1)
        };
        log.create_topic("t", config).await.unwrap();
        log.enforce_retention().await.unwrap();
        let kept = all(&*log, "t", 0).await;
        assert!(kept.len() < 1000 && kept.len() >= 500, "{}", kept.len());
    })
    .await;
}

#[tokio::test]
async fn bad_requests_are_refused_by_name() {
    each(|log| async move {
        for name in ["", "../x", "Big", "a/b", "1st", &"a".repeat(101)] {
            let refused = log.create_topic(name, topic(1)).await;
            assert!(
                matches!(refused, Err(LogError::Invalid { field: "topic", .. })),
                "{name}"
            );
        }
        for partitions in [0, 257] {
            assert!(log.create_topic("t", topic(partitions)).await.is_err());
        }
        log.create_topic("t", topic(2)).await.unwrap();
        log.create_topic("t", topic(2)).await.unwrap();
        assert!(log.create_topic("t", topic(3)).await.is_err());
        assert!(matches!(
            log.append("none", vec![]).await,
            Err(LogError::Unknown(_))
        ));
        assert!(matches!(
            log.read("t", 2, 0, ReadLimit::default()).await,
            Err(LogError::Unknown(_))
        ));
        assert!(log.append("t", vec![]).await.unwrap().is_empty());
        let large = NewEvent {
            payload: Bytes::from(vec![0; (1 << 20) + 1]),
            ..NewEvent::default()
        };
        assert!(log.append("t", vec![large]).await.is_err());
        assert!(
            log.append("t", vec![event(&"k".repeat(513), "x")])
                .await
                .is_err()
        );
        assert!(
            log.append("t", vec![NewEvent::default(); 10_001])
                .await
                .is_err()
        );
        let many = vec![
            NewEvent {
                payload: Bytes::from(vec![0; 1 << 20]),
                ..NewEvent::default()
            };
            9
        ];
        assert!(log.append("t", many).await.is_err());
        assert!(log.join("../g", "t").await.is_err());
        assert_eq!(
            log.bounds("t", 0).await.unwrap(),
            Bounds { first: 0, next: 0 }
        );
    })
    .await;
}
