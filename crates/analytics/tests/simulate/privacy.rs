//! Who is counted without being followed.

use super::*;

/// Whoever asks not to be followed is counted, and nothing tells who or where they are; of
/// everybody else's address the last part is not kept.
#[tokio::test]
async fn nobody_is_followed_who_asks_not_to_be() {
    let test = matinee_engines::testing::sqlite().await.unwrap();
    let titles = library(&test.db).await;
    let house = House {
        db: test.db.clone(),
        folder: tempfile::tempdir().unwrap(),
        hot: None,
    };
    let analytics = house.open().await;
    let beat = json!([[0, 40]]);
    for (play, private) in [("hidden", true), ("shown", false)] {
        let client = Client {
            addr: Some("203.0.113.77".parse().unwrap()),
            country: Some("DE".into()),
            private,
            ..client(1)
        };
        let event = json!({ "id": play, "type": "heartbeat", "play_id": play,
            "video_id": titles[0], "watched": beat });
        let body = serde_json::to_vec(&json!({ "events": [event] })).unwrap();
        analytics.take_in(&body, &client, None).await.unwrap();
    }
    // Somebody who left before there was a picture.
    let left = json!({ "id": "left", "type": "play", "play_id": "left", "video_id": titles[0] });
    let body = serde_json::to_vec(&json!({ "events": [left] })).unwrap();
    analytics.take_in(&body, &client(2), None).await.unwrap();
    analytics.refresh().await.unwrap();
    assert_eq!(analytics.views(&titles[0]).await.unwrap().total, 2);
    let stretch = Stretch::new(None, None, None).unwrap();
    let figures = analytics.report(&titles[0], stretch).await.unwrap().whole;
    assert_eq!((figures.quality.plays, figures.quality.left), (3, 1));
    assert_eq!(figures.countries["DE"].views, 1);
    let networks: Vec<&str> = figures.by_network.keys().map(String::as_str).collect();
    assert_eq!(networks, ["203.0.113.0/24", "unknown"]);
    assert_eq!(figures.by_node["here"].plays, 3);
    // Neither a name nor a whole address is anywhere in what is kept.
    let mut kept = Vec::new();
    for entry in [
        house.folder.path().join("events/0"),
        matching_folder(&test.url),
    ] {
        read_all(&entry, &mut kept);
    }
    for secret in ["203.0.113.77", "profile_1"] {
        assert!(
            !kept
                .windows(secret.len())
                .any(|part| part == secret.as_bytes()),
            "{secret} is kept"
        );
    }
}

fn matching_folder(url: &matinee_engines::db::DatabaseUrl) -> std::path::PathBuf {
    match url {
        matinee_engines::db::DatabaseUrl::Sqlite(path) => path.parent().unwrap().to_owned(),
        matinee_engines::db::DatabaseUrl::Postgres(_) => unreachable!("this is SQLite"),
    }
}

fn read_all(folder: &std::path::Path, kept: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, kept);
        } else {
            kept.extend(std::fs::read(&path).unwrap());
        }
    }
}
