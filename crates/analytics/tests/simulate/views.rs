//! Views as others read them in the log.

use std::collections::BTreeMap;

use matinee_engines::log::{EventLog as _, FolderLog, FolderLogOptions, ReadLimit};

use super::*;

/// What is told in the log, by its id, and how often.
async fn told(house: &House) -> BTreeMap<String, (Value, usize)> {
    let folder = house.folder.path().join("events/0");
    let log = FolderLog::open(&folder, FolderLogOptions::default())
        .await
        .unwrap();
    let all = log.read("views", 0, 0, ReadLimit::default()).await.unwrap();
    let mut views = BTreeMap::new();
    for kept in all {
        let mut view: Value = serde_json::from_slice(&kept.payload).unwrap();
        let id = view["id"].take().as_str().unwrap().to_owned();
        let (_, times) = views.entry(id).or_insert((view, 0));
        *times += 1;
    }
    views
}

#[tokio::test]
async fn each_view_is_told_by_one_id() {
    for (name, test) in databases().await.unwrap() {
        let titles = library(&test.db).await;
        let house = House {
            db: test.db.clone(),
            folder: tempfile::tempdir().unwrap(),
            hot: None,
        };
        let analytics = house.open().await;
        let at = now_micros() / 1_000_000 * 1_000_000 - HOUR;
        // Too little, enough, and again within the window.
        for (play, viewer, seconds) in [("a", 1, 20), ("b", 1, 40), ("c", 1, 50), ("d", 2, 60)] {
            let event = json!({ "id": play, "type": "heartbeat", "play_id": play,
                "video_id": titles[0], "at": rfc3339(at), "watched": [[0, seconds]] });
            let body = serde_json::to_vec(&json!({ "events": [event] })).unwrap();
            analytics
                .take_in(&body, &client(viewer), None)
                .await
                .unwrap();
        }
        analytics.refresh().await.unwrap();
        assert_eq!(analytics.views(&titles[0]).await.unwrap().total, 2);
        drop(analytics);
        let first = told(&house).await;
        assert_eq!(first.len(), 2, "{name}");
        for (id, (view, times)) in &first {
            assert!(id.starts_with("view_") && *times == 1);
            assert_eq!(view["type"], "video_viewed");
            assert_eq!(view["subject"], titles[0]);
            assert_eq!(view["at"], at);
            assert_eq!(view["device"], "desktop");
        }
        let viewers: BTreeSet<&str> = first
            .values()
            .filter_map(|(view, _)| view["viewer"].as_str())
            .collect();
        assert_eq!(viewers.len(), 2);

        // Killed before it was written that they are views: told again, by the same ids.
        for sql in [
            "DELETE FROM event_checkpoints",
            "DELETE FROM event_ids",
            "DELETE FROM plays",
        ] {
            test.db.write().execute_unprepared(sql).await.unwrap();
        }
        let analytics = house.open().await;
        analytics.apply_waiting().await.unwrap();
        drop(analytics);
        let again = told(&house).await;
        assert!(first.keys().eq(again.keys()), "{name}");
        assert!(again.values().all(|(_, times)| *times == 2), "{name}");
    }
}
