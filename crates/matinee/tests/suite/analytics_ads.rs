//! Advertisements in figures: who was shown them, and for how long, however it is told and in
//! whatever order; and nobody tells of this server's own without a token of it.

use matinee_engines::db::{DatabaseUrl, Db};
use reqwest::RequestBuilder;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::community::{answer, sent};
use crate::support::{TestServer, fields, problem};

const CHROME: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36";

fn tell_by(server: &TestServer, agent: &str, viewer: u32, events: &Value) -> RequestBuilder {
    server
        .http
        .post(server.url("/api/events"))
        .header("cookie", format!("matinee_viewer={viewer:032x}"))
        .header("user-agent", agent)
        .json(&json!({ "events": events }))
}

fn tell(server: &TestServer, viewer: u32, events: &Value) -> RequestBuilder {
    tell_by(server, CHROME, viewer, events)
}

async fn refreshed(server: &TestServer) {
    let done = sent(server.operator("POST", "/api/analytics/refresh")).await;
    assert_eq!(done.status(), 204);
}

/// So many hours ago.
fn at(hours: i64) -> String {
    let at = jiff::Timestamp::now().as_second() - hours * 3600;
    jiff::Timestamp::from_second(at).unwrap().to_string()
}

/// What a player tells of an advertisement in one play, the last first.
fn seen(play: &str, video: &str, ad: &Value, at: &str, beacons: &[&str]) -> Value {
    let event = |(n, beacon): (usize, &&str)| {
        let mut event = json!({ "id": format!("{play}/{}/{n}", ad["ad_id"]), "type": "ad",
            "play_id": play, "video_id": video, "at": at, "beacon": beacon });
        let fields = event.as_object_mut().unwrap();
        fields.extend(ad.as_object().unwrap().clone());
        event
    };
    beacons.iter().enumerate().map(event).rev().collect()
}

async fn ads(server: &TestServer) -> Value {
    let from = at(48);
    let path = format!("/api/analytics/ads?interval=hour&from={from}");
    server.json(&path).await["ads"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn viewers_and_what_they_watched_of_an_advertisement_are_counted() {
    let server = TestServer::start().await;
    let video = server
        .external(json!({ "title": "One", "is_public": true }))
        .await;
    let soap = json!({ "ad_id": "soap", "duration_ms": 20_000 });
    let (before, lately) = (at(4), at(1));
    let half = ["impression", "start", "first_quartile", "midpoint", "skip"];
    for (viewer, play, at, beacons) in [
        (1, "p1", &before, &half[..]),
        // Its quartiles are lost: who has come to the end has passed them.
        (2, "p2", &before, &["impression", "complete"]),
        (1, "p3", &lately, &["impression"]),
        // In two breaks of one play: once to the end, once to a quarter.
        (
            3,
            "p4",
            &lately,
            &[
                "impression",
                "first_quartile",
                "midpoint",
                "third_quartile",
                "complete",
                "impression",
                "first_quartile",
            ],
        ),
    ] {
        let events = seen(play, &video, &soap, at, beacons);
        answer(tell(&server, viewer, &events), 202).await;
        refreshed(&server).await;
        // Sent again, it counts once.
        answer(tell(&server, viewer, &events), 202).await;
    }
    // Two who asked not to be followed are two.
    for play in ["q1", "q2"] {
        let events = seen(play, &video, &soap, &lately, &["impression"]);
        answer(tell(&server, 8, &events).header("dnt", "1"), 202).await;
    }
    // Of one nobody says how long it is; another is called as its video is.
    let odd = seen(
        "p5",
        &video,
        &json!({ "ad_id": "odd" }),
        &lately,
        &["impression", "midpoint"],
    );
    answer(tell(&server, 4, &odd), 202).await;
    let named = json!({ "ad_id": video, "duration_ms": 8000 });
    let named = seen("p6", &video, &named, &lately, &["first_quartile"]);
    answer(tell(&server, 4, &named), 202).await;
    // And nobody is a robot.
    let robot = seen("p7", &video, &soap, &lately, &["impression", "complete"]);
    let robot = tell_by(&server, "Googlebot/2.1", 9, &robot);
    assert_eq!(answer(robot, 202).await["ignored"], 2);
    refreshed(&server).await;

    let told = ads(&server).await;
    assert_eq!(
        told,
        json!([
            { "ad_id": "soap", "name": "soap", "views": 7, "unique_viewers": 5,
                "watch_time_seconds": 10.0 + 20.0 + 20.0 + 5.0, "completion_rate": 0.2857,
                "beacons": { "impression": 7, "start": 1, "first_quartile": 3, "midpoint": 2,
                    "third_quartile": 1, "complete": 2, "skip": 1 } },
            { "ad_id": "odd", "name": "odd", "views": 1, "unique_viewers": 1,
                "watch_time_seconds": null, "completion_rate": 0.0,
                "beacons": { "impression": 1, "midpoint": 1 } },
            { "ad_id": video, "name": video, "views": 0, "unique_viewers": 1,
                "watch_time_seconds": 2.0, "completion_rate": null,
                "beacons": { "first_quartile": 1 } },
        ])
    );
    // The video's own counts are of what was shown in it, not of what bears its name.
    let own = server.json(&format!("/api/analytics/videos/{video}")).await;
    assert_eq!(own["counts"]["ad_impression"], 8);
    assert_eq!(own["counts"]["ad_first_quartile"], 4);

    // Hour by hour, and by the day.
    for interval in ["hour", "day"] {
        let path = format!(
            "/api/analytics/ads?ad_id=soap&interval={interval}&from={}",
            at(48)
        );
        let one = server.json(&path).await;
        assert_eq!(one["interval"], interval);
        assert_eq!(one["ads"].as_array().unwrap().len(), 1);
        let points = one["series"].as_array().unwrap();
        let sum = |field: &str| -> f64 {
            points
                .iter()
                .map(|point| point[field].as_f64().unwrap())
                .sum()
        };
        assert_eq!(
            (sum("views"), sum("watch_time_seconds"), sum("completions")),
            (7.0, 55.0, 2.0),
            "{one}"
        );
        if interval == "hour" {
            let told: Vec<(&Value, &Value)> = points
                .iter()
                .filter(|point| point["plays"] != 0)
                .map(|point| (&point["unique_viewers"], &point["watch_time_seconds"]))
                .collect();
            let (two, four) = (json!(2), json!(4));
            assert_eq!(told, [(&two, &json!(30.0)), (&four, &json!(25.0))]);
        }
    }

    // For other programs.
    let asked = format!("/api/analytics/ads?interval=hour&from={}&format=", at(48));
    let csv = sent(server.operator("GET", &format!("{asked}csv"))).await;
    let csv = csv.text().await.unwrap();
    let mut lines = csv.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let values: Vec<&str> = lines.next().unwrap().split(',').collect();
    let of = |name: &str| values[names.iter().position(|one| *one == name).unwrap()];
    assert_eq!((of("ad_id"), of("unique_viewers")), ("soap", "5"));
    assert_eq!(of("watch_time_seconds").parse(), Ok(55.0));
    let file = sent(server.operator("GET", &format!("{asked}parquet"))).await;
    let bytes = file.bytes().await.unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("unique_viewers") && text.contains("watch_time_seconds"));

    // This server's own are told of by their tokens alone.
    let forged = json!({ "ad_id": "creative_01h455vb4pex5vsknk084sn02q" });
    let forged = seen("p8", &video, &forged, &lately, &["impression"]);
    let refused = sent(tell(&server, 5, &forged)).await;
    assert_eq!(fields(&problem(refused, 422).await), ["events[0].ad_id"]);

    // Made anew it is the same, whatever became of the figures.
    let told = ads(&server).await;
    let token = server.token.clone();
    let data = server.stop().await;
    let db = Db::open(&DatabaseUrl::Sqlite(data.path().join("matinee.db")))
        .await
        .unwrap();
    let lost = "DELETE FROM play_rollups";
    db.write().execute_unprepared(lost).await.unwrap();
    db.close().await.unwrap();
    let made = tokio::process::Command::new(env!("CARGO_BIN_EXE_matinee"))
        .arg("recompute-analytics")
        .env("MATINEE_DATA_DIR", data.path())
        .output()
        .await
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let mut server = TestServer::on(data, &[]).await;
    server.token = token;
    assert_eq!(ads(&server).await, told);
}
