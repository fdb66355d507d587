//! What counts as a view, and what becomes of it: by when plays began, whatever comes first; of
//! short videos half; of broadcasts what players say beside their requests; of whoever leaves
//! nothing that says who it was.

use matinee_engines::db::{DatabaseUrl, Db};
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};

use crate::community::{Someone, answer, sent};
use crate::live_broadcast::{encoder, on_air, stream, text};
use crate::support::TestServer;

const CHROME: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36";

async fn tell(server: &TestServer, viewer: u32, events: &Value) {
    let asked = server
        .http
        .post(server.url("/api/events"))
        .header("cookie", format!("matinee_viewer={viewer:032x}"))
        .header("user-agent", CHROME)
        .json(&json!({ "events": events }));
    answer(asked, 202).await;
    let done = sent(server.operator("POST", "/api/analytics/refresh")).await;
    assert_eq!(done.status(), 204);
}

/// A play that began so many minutes ago, and of which these stretches were watched.
fn play(name: &str, video: &str, minutes_ago: i64, watched: &Value) -> Value {
    let now = jiff::Timestamp::now().as_second();
    let at = |second: i64| {
        let at = jiff::Timestamp::from_second(now - minutes_ago * 60 + second);
        at.unwrap().to_string()
    };
    json!([
        { "id": format!("{name}/0"), "type": "play", "play_id": name, "video_id": video, "at": at(0) },
        { "id": format!("{name}/1"), "type": "heartbeat", "play_id": name, "video_id": video,
            "at": at(40), "watched": watched },
    ])
}

async fn stats(server: &TestServer, video: &str) -> Value {
    let path = format!("/api/analytics/videos/{video}/stats");
    server.json(&path).await
}

async fn report(server: &TestServer, subject: &str) -> Value {
    let path = format!("/api/analytics/videos/{subject}");
    server.json(&path).await
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_the_same_whatever_comes_first() {
    let server = TestServer::start().await;
    let mut videos = Vec::new();
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [1, 0, 2], [2, 0, 1]] {
        let fields =
            json!({ "title": format!("{order:?}"), "is_public": true, "content_type": "movie" });
        let video = server.external(fields).await;
        for part in order {
            // Two hours ago, 40 minutes later, and 40 minutes after that.
            let name = format!("{order:?}{part}").replace(' ', "");
            let watched = play(&name, &video, 120 - 40 * part, &json!([[0, 40]]));
            tell(&server, 1, &watched).await;
        }
        let told = stats(&server, &video).await;
        // The first and the last: the one between came too soon after the first, and the last
        // more than an hour after it.
        assert_eq!(
            (
                &told["total_views"],
                &told["views_last_hour"],
                &told["views_last_day"]
            ),
            (&json!(2), &json!(1), &json!(2)),
            "{order:?}"
        );
        let told = report(&server, &video).await;
        assert_eq!(
            (&told["totals"]["plays"], &told["totals"]["views"]),
            (&json!(3), &json!(2)),
            "{order:?}"
        );
        let shown = server.json(&format!("/api/videos/{video}")).await;
        assert_eq!(shown["view_count"], 2, "{order:?}");
        videos.push(video);
    }

    // A beginning that is heard of last moves the play, and what is a view with it.
    let video = server
        .external(json!({ "title": "Late", "is_public": true }))
        .await;
    let mut moved = play("moved", &video, 70, &json!([[0, 40]]));
    tell(&server, 1, &play("before", &video, 150, &json!([[0, 40]]))).await;
    let beginning = moved.as_array_mut().unwrap().remove(0);
    tell(&server, 1, &moved).await;
    assert_eq!(stats(&server, &video).await["total_views"], 2);
    let mut earlier = play("moved", &video, 100, &json!([[0, 40]]));
    let earlier = earlier.as_array_mut().unwrap().remove(0);
    assert_eq!(earlier["id"], beginning["id"]);
    tell(&server, 1, &json!([earlier])).await;
    let told = stats(&server, &video).await;
    assert_eq!(
        (&told["total_views"], &told["views_last_day"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(report(&server, &video).await["totals"]["views"], 1);

    let top = async |kind: &str| {
        let path = format!("/api/analytics/top?timeframe=day&type={kind}");
        server.json(&path).await["videos"].clone()
    };
    assert_eq!(top("documentary").await, json!([]));
    let movies = top("Movie").await;
    let movies: Vec<&str> = movies
        .as_array()
        .unwrap()
        .iter()
        .map(|place| place["video_id"].as_str().unwrap())
        .collect();
    // Of equal ones the newest.
    videos.reverse();
    assert_eq!(movies, videos);

    // Made anew from the plays it is the same.
    let data = server.stop().await;
    let made = tokio::process::Command::new(env!("CARGO_BIN_EXE_matinee"))
        .arg("recompute-analytics")
        .env("MATINEE_DATA_DIR", data.path())
        .output()
        .await
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let said = String::from_utf8(made.stdout).unwrap();
    assert!(
        said.contains("17 plays") && said.contains("11 are views"),
        "{said}"
    );
    let server = TestServer::on(data, &[]).await;
    let top = answer(server.get("/api/analytics/top?timeframe=month"), 200).await;
    let views = top["videos"].as_array().unwrap().iter();
    let views: Vec<i64> = views
        .map(|place| place["view_count"].as_i64().unwrap())
        .collect();
    assert_eq!(views, [2, 2, 2, 2, 2, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_short_video_half_is_a_view_and_what_is_seen_again_stands_out() {
    let server = TestServer::start().await;
    let film = crate::playback::add_film(&server, 20, true).await;
    let id = film.video.id.clone();
    let seconds = report(&server, &id).await["duration_seconds"]
        .as_f64()
        .unwrap();
    assert!((19.5..20.5).contains(&seconds), "{seconds}");
    tell(&server, 1, &play("short", &id, 5, &json!([[0, 9]]))).await;
    assert_eq!(stats(&server, &id).await["total_views"], 0);
    let watched = json!([[0, 11], [4, 6], [4, 6]]);
    tell(&server, 2, &play("half", &id, 5, &watched)).await;
    assert_eq!(stats(&server, &id).await["total_views"], 1);

    // A hundredth is a fifth of a second. Both have seen the beginning, one goes on, nobody comes
    // to the end; what lies between four and six seconds was seen again, twice.
    let told = report(&server, &id).await;
    let curve = told["retention"].as_array().unwrap();
    assert_eq!(curve.len(), 100);
    for (percent, share, replays) in [
        (0, 1.0, 0),
        (25, 1.0, 2),
        (35, 1.0, 0),
        (50, 0.5, 0),
        (80, 0.0, 0),
    ] {
        let point = &curve[percent];
        assert_eq!(point["percent"], percent);
        assert_eq!(
            (&point["share"], &point["replays"]),
            (&json!(share), &json!(replays)),
            "{percent}"
        );
    }
    assert_eq!(told["totals"]["completions"], 0);

    // How it played is told of single plays, not as an average alone: of four viewers one stood
    // still for a tenth of the time, and each had another bit rate.
    let fine = crate::playback::add_film(&server, 20, true).await.video.id;
    for (viewer, bps) in [
        (11, 1_000_000),
        (12, 2_000_000),
        (13, 3_000_000),
        (14, 9_000_000),
    ] {
        let mut events = json!([{ "id": format!("q{viewer}"), "type": "heartbeat", "video_id": fine,
            "play_id": format!("q{viewer}"), "watched": [[0, 9]], "bitrate_bps": bps }]);
        if viewer == 14 {
            events
                .as_array_mut()
                .unwrap()
                .push(json!({ "id": "still", "type": "stall",
                "video_id": fine, "play_id": "q14", "duration_ms": 1000 }));
        }
        tell(&server, viewer, &events).await;
    }
    let quality = report(&server, &fine).await["quality"].clone();
    let near = |value: &Value, wanted: f64| {
        let value = value.as_f64().unwrap();
        assert!((value - wanted).abs() <= wanted * 0.01, "{value} {wanted}");
    };
    let rates = &quality["bitrate_bps"];
    assert_eq!(rates["count"], 4);
    near(&rates["p50"], 2_000_000.0);
    near(&rates["p90"], 3_000_000.0);
    let stood = &quality["rebuffer_ratio_of_plays"];
    assert_eq!((&stood["count"], &stood["p50"]), (&json!(4), &json!(0.0)));
    near(&quality["average_bitrate_bps"], 3_750_000.0);
    near(&quality["rebuffer_ratio"], 1.0 / 37.0);
    let hours = server.json("/api/analytics/quality?by=hour").await;
    let plays = hours["rows"].as_array().unwrap().iter();
    assert_eq!(
        plays.map(|row| row["plays"].as_u64().unwrap()).sum::<u64>(),
        6
    );

    // Whoever watches over the server sees where the bytes came from.
    let segment = format!("/media/{id}/{}/0.m4s", film.pictures.id);
    for _ in 0..2 {
        assert_eq!(sent(server.get(&segment)).await.status(), 200);
    }
    let told = sent(server.operator("GET", "/metrics")).await;
    let told = told.text().await.unwrap();
    let moved = told
        .lines()
        .filter(|line| line.starts_with("matinee_segment_bytes_total{"))
        .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        .sum::<f64>();
    assert!(moved > 0.0, "{told}");
    assert!(told.contains("matinee_segment_requests_total{"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_players_say_of_a_broadcast_is_counted_too() {
    let server = TestServer::start().await;
    let stream = stream(&server, json!({})).await;
    let hls = text(&stream, "hls_url");
    let _encoder = encoder(&server, text(&stream, "stream_key"), 600);
    on_air(&server, hls).await;
    let base = hls.strip_suffix("master.m3u8").unwrap();
    let list = format!("{base}video/media.m3u8");
    let mut segments: Vec<String> = Vec::new();
    for _ in 0..1200 {
        let told = on_air(&server, &list).await.text().await.unwrap();
        segments = told
            .lines()
            .filter(|line| !line.starts_with('#') && line.contains(".m4s"))
            .map(str::to_owned)
            .collect();
        if segments.len() >= 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(segments.len() >= 2, "{segments:?}");
    // As a query, and of the second version as headers.
    let said = "CMCD=br%3D900%2Cd%3D2000%2Cot%3Dv%2Csid%3D%22one%22%2Cst%3Dl";
    let first = server.get(&format!("{base}video/{}?{said}", segments[0]));
    assert_eq!(sent(first).await.status(), 200);
    let second = server
        .get(&format!("{base}video/{}", segments[1]))
        .header("cmcd-session", "sid=\"two\",st=l,v=2")
        .header("cmcd-object", "br=(1100),d=2000,ot=v")
        .header("cmcd-request", "ltc=4200")
        .header("cmcd-status", "bs,bsd=(300)");
    assert_eq!(sent(second).await.status(), 200);
    let done = sent(server.operator("POST", "/api/analytics/refresh")).await;
    assert_eq!(done.status(), 204);
    let told = report(&server, text(&stream, "id")).await;
    assert_eq!(told["totals"]["plays"], 2);
    let quality = &told["quality"];
    assert_eq!(
        (&quality["stalls"], &quality["stall_time_seconds"]),
        (&json!(1), &json!(0.3))
    );
    assert_eq!(quality["average_bitrate_bps"], 1_000_000.0);
    assert_eq!(quality["live_latency_ms"]["count"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_takes_what_says_that_it_was_them() {
    let server = TestServer::start().await;
    let video = server
        .external(json!({ "title": "One", "is_public": true }))
        .await;
    let vera = Someone::new(&server, "vera", "viewer").await;
    let events = json!({ "events": play("hers", &video, 5, &json!([[0, 45]])) });
    answer(vera.ask("POST", "/api/events").json(&events), 202).await;
    tell(&server, 9, &play("another", &video, 5, &json!([[0, 45]]))).await;
    let export = answer(vera.ask("GET", "/api/account/export"), 200).await;
    let plays = export["plays"].as_array().unwrap();
    assert_eq!(plays.len(), 1, "{export}");
    assert_eq!(
        (&plays[0]["subject_id"], &plays[0]["watched_seconds"]),
        (&json!(video), &json!(45.0))
    );

    // One more that still waits to be counted when she goes.
    let events = json!({ "events": play("last", &video, 4, &json!([[0, 5]])) });
    answer(vera.ask("POST", "/api/events").json(&events), 202).await;
    let gone = sent(server.operator("DELETE", &format!("/api/users/{}", vera.id))).await;
    assert!(gone.status().is_success());
    let done = sent(server.operator("POST", "/api/analytics/refresh")).await;
    assert_eq!(done.status(), 204);
    assert_eq!(stats(&server, &video).await["total_views"], 2);
    assert_eq!(report(&server, &video).await["totals"]["plays"], 3);
    let file = server.data.path().join("matinee.db");
    let db = Db::open(&DatabaseUrl::Sqlite(file)).await.unwrap();
    let asked = "SELECT COUNT(*) AS n, COUNT(viewer) AS known, COUNT(network) AS places FROM plays";
    let asked = Statement::from_string(db.backend(), asked);
    let row = db.read().query_one_raw(asked).await.unwrap().unwrap();
    let count = |name: &str| row.try_get::<i64>("", name).unwrap();
    // That of the other stays.
    assert_eq!((count("n"), count("known"), count("places")), (3, 1, 1));
}
