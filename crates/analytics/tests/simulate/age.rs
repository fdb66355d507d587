//! What becomes of it in time.

use super::*;

/// What is too old goes, as it was configured: plays and figures by the hour. Those by the day
/// stay, and so do views and what is counted by itself.
#[tokio::test]
async fn what_is_old_goes_and_days_stay() {
    for (_, test) in databases().await.unwrap() {
        let titles = library(&test.db).await;
        let house = House {
            db: test.db.clone(),
            folder: tempfile::tempdir().unwrap(),
            hot: None,
        };
        let analytics = house.open().await;
        let now = now_micros();
        let noon = (now / HOUR / 24 - 5) * 24 * HOUR + 12 * HOUR;
        // Of this server's own advertisements, days stay.
        let own = "creative_01h455vb4pex5vsknk084sn02q";
        for (n, at) in [noon, noon + 2 * HOUR, now].into_iter().enumerate() {
            let advert = matinee_analytics::Advert {
                id: format!("own{n}"),
                subject: titles[0].clone(),
                showing: format!("break{n}"),
                ad: own.into(),
                length_ms: 8000,
                beacon: "impression".into(),
            };
            let whose = client(10 + n as u64);
            analytics
                .advertised(&whose, at, vec![advert])
                .await
                .unwrap();
            let event = json!({ "id": format!("e{n}"), "type": "heartbeat", "play_id": format!("p{n}"),
                "video_id": titles[0], "at": rfc3339(at), "watched": [[0, 40]] });
            let shown = json!({ "id": format!("a{n}"), "type": "ad", "play_id": format!("p{n}"),
                "video_id": titles[0], "at": rfc3339(at), "beacon": "impression", "ad_id": "soap" });
            let body = serde_json::to_vec(&json!({ "events": [event, shown] })).unwrap();
            analytics
                .take_in(&body, &client(n as u64), None)
                .await
                .unwrap();
            let like = matinee_analytics::event::What::Like;
            let id = format!("like{n}");
            analytics.happened(&id, &titles[0], at, like).await.unwrap();
        }
        analytics.refresh().await.unwrap();
        let stretch = |interval| Stretch::new(None, None, Some(interval)).unwrap();
        let plays = async |analytics: &Analytics, interval| {
            let report = analytics.report(&titles[0], stretch(interval)).await;
            report.unwrap().whole.all.plays
        };
        assert_eq!(plays(&analytics, "hour").await, 3);
        drop(analytics);
        let day = std::time::Duration::from_hours(24);
        let analytics = house
            .open_with(AnalyticsOptions {
                plays_kept: 3 * day,
                hours_kept: 3 * day,
                ..AnalyticsOptions::default()
            })
            .await;
        // Ids of longer ago than an event may be under way.
        let db = &test.db;
        let aged = "UPDATE event_ids SET hour = hour - 800 WHERE hour > 0";
        db.write().execute_unprepared(aged).await.unwrap();
        let keys: Vec<String> = (0..3).map(|n| format!("profile_{n}")).collect();
        let ids = async || {
            let sql = "SELECT COUNT(*) AS n FROM event_ids";
            let asked = sea_orm::Statement::from_string(db.backend(), sql);
            let row = db.read().query_one_raw(asked).await.unwrap().unwrap();
            row.try_get::<i64>("", "n").unwrap()
        };
        assert_eq!(ids().await, 12);
        for _ in 0..2 {
            analytics.tidy().await.unwrap();
            assert_eq!(ids().await, 0);
            // A play and what was shown in it.
            assert_eq!(analytics.of_viewers(&keys).await.unwrap().len(), 2);
            assert_eq!(plays(&analytics, "hour").await, 1);
            assert_eq!(plays(&analytics, "day").await, 3);
            assert_eq!(analytics.views(&titles[0]).await.unwrap().total, 3);
            let counts = analytics.counts(&titles[0], stretch("day")).await.unwrap();
            assert_eq!((counts["likes"], counts["ad_impression"]), (3, 6));
            // What others have named does not pile up, figures neither.
            let ads = analytics.ads(stretch("day"), None).await.unwrap();
            assert_eq!(ads[0].counts["impression"], 3);
            assert_eq!((ads[0].totals.all.views, ads[0].totals.viewers), (3, 3));
            assert_eq!(
                (ads[1].counts["impression"], ads[1].totals.all.views),
                (1, 1)
            );
        }
    }
}
