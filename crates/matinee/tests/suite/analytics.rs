//! Events, views, leaderboards and reports over HTTP.

use crate::community::{Someone, answer, sent};
use crate::support::{TestServer, fields, problem};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

const CHROME: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36";

/// Somebody without account: a browser of their own.
struct Browser<'a> {
    server: &'a TestServer,
    cookie: String,
}

impl<'a> Browser<'a> {
    fn new(server: &'a TestServer, number: u8) -> Self {
        let name = format!("{number:032x}");
        Self {
            server,
            cookie: format!("matinee_viewer={name}"),
        }
    }

    fn tell(&self, events: &Value) -> RequestBuilder {
        let http = &self.server.http;
        http.post(self.server.url("/api/events"))
            .header("cookie", &self.cookie)
            .header("user-agent", CHROME)
            .json(&json!({ "events": events }))
    }
}

fn beat(id: &str, play: &str, video: &str, from: u32, to: u32) -> Value {
    json!({ "id": id, "type": "heartbeat", "play_id": play, "video_id": video,
        "position": to, "watched": [[from, to]], "height": 720, "bitrate_bps": 2_000_000 })
}

async fn refreshed(server: &TestServer) {
    let done = sent(server.operator("POST", "/api/analytics/refresh")).await;
    assert_eq!(done.status(), 204);
}

async fn views(server: &TestServer, video: &str) -> i64 {
    let stats = server
        .json(&format!("/api/analytics/videos/{video}/stats"))
        .await;
    for window in ["hour", "day", "week", "month", "year"] {
        let name = format!("views_last_{window}");
        assert_eq!(stats[&name], stats["total_views"], "{name}");
    }
    let shown = server.json(&format!("/api/videos/{video}")).await;
    assert_eq!(shown["view_count"], stats["total_views"]);
    stats["total_views"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_count_once_and_views_by_the_rule() {
    let server = TestServer::start().await;
    let video = server
        .external(json!({ "title": "One", "genre": "Drama", "is_public": true }))
        .await;
    let other = server
        .external(json!({ "title": "Two", "genre": "Comedy", "is_public": true }))
        .await;
    let (one, two) = (Browser::new(&server, 1), Browser::new(&server, 2));

    // Half a minute is a view; what comes twice says so, and counts once.
    let batch = json!([
        { "id": "a1", "type": "play", "play_id": "p1", "video_id": video, "referrer": "https://www.example.org/x" },
        { "id": "a2", "type": "first_frame", "play_id": "p1", "video_id": video, "startup_ms": 812 },
        beat("a3", "p1", &video, 0, 20),
        beat("a4", "p1", &video, 20, 31),
        { "id": "a5", "type": "stall", "play_id": "p1", "video_id": video, "duration_ms": 900 },
        beat("a4", "p1", &video, 20, 31),
    ]);
    let told = answer(one.tell(&batch), 202).await;
    assert_eq!(
        (&told["accepted"], &told["duplicates"]),
        (&json!(6), &json!(["a4"]))
    );
    let told = answer(one.tell(&batch), 202).await;
    assert_eq!(told["duplicates"].as_array().unwrap().len(), 6);
    refreshed(&server).await;
    assert_eq!(views(&server, &video).await, 1);

    // Too little is none, a refreshed page is none, somebody else is another.
    answer(one.tell(&json!([beat("b1", "p2", &other, 0, 29)])), 202).await;
    answer(one.tell(&json!([beat("b2", "p3", &video, 0, 40)])), 202).await;
    answer(two.tell(&json!([beat("b3", "p4", &video, 0, 40)])), 202).await;
    answer(two.tell(&json!([beat("b7", "p8", &other, 0, 40)])), 202).await;
    // Nobody watches with this.
    let bot = server.http.post(server.url("/api/events"));
    let bot = bot.header("user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1)");
    let bot = bot.json(&json!({ "events": [beat("b5", "p6", &other, 0, 60)] }));
    assert_eq!(answer(bot, 202).await["ignored"], 1);
    // Whoever asks not to be followed is counted.
    let private = server
        .http
        .post(server.url("/api/events"))
        .header("sec-gpc", "1");
    let private = private.body(json!({ "events": [beat("b6", "p7", &video, 0, 60)] }).to_string());
    let private = private.header("content-type", "text/plain;charset=UTF-8");
    let private = sent(private).await;
    assert_eq!(private.status(), 202);
    assert!(private.headers().get("set-cookie").is_none());
    refreshed(&server).await;
    assert_eq!(views(&server, &video).await, 3);

    let top = server.json("/api/analytics/top?k=5&timeframe=hour").await;
    assert_eq!(top["videos"][0]["video_id"], video.as_str());
    assert_eq!(top["videos"][0]["view_count"], 3);
    assert_eq!(top["videos"][0]["rank"], 1);
    let comedies = server
        .json("/api/analytics/top?genre=comedy&timeframe=all_time")
        .await;
    let comedies = comedies["videos"].as_array().unwrap();
    assert_eq!(comedies.len(), 1);
    assert_eq!(comedies[0]["video_id"], other.as_str());

    let report = server.json(&format!("/api/analytics/videos/{video}")).await;
    let totals = &report["totals"];
    assert_eq!((&totals["plays"], &totals["views"]), (&json!(4), &json!(3)));
    assert_eq!(totals["unique_viewers"], 3);
    assert_eq!(totals["watch_time_seconds"], 171.0);
    assert_eq!(report["quality"]["startup_ms"]["count"], 1);
    assert_eq!(report["quality"]["stalls"], 1);
    assert_eq!(report["quality"]["average_bitrate_bps"], 2_000_000.0);
    assert_eq!(report["qualities"][0]["name"], "720p");
    let hosts: Vec<&str> = report["referrers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|share| share["name"].as_str().unwrap())
        .collect();
    assert!(hosts.contains(&"example.org"), "{hosts:?}");
    let overview = server.json("/api/analytics/overview").await;
    assert_eq!(overview["totals"]["views"], 4);
    assert_eq!(overview["top"][0]["title"], "One");
    let quality = server.json("/api/analytics/quality?by=device").await;
    assert_eq!(quality["overall"]["plays"], 6);
    let table = server.operator("GET", "/api/analytics/overview?format=csv&interval=day");
    let table = sent(table).await.text().await.unwrap();
    assert!(table.starts_with("at,plays,views"), "{table}");

    // All of it is there again after a restart, and can be made anew.
    let data = server.stop().await;
    let server = TestServer::on(data, &[]).await;
    let made = answer(
        server.get(&format!("/api/analytics/videos/{video}/stats")),
        200,
    )
    .await;
    assert_eq!(
        (&made["total_views"], &made["views_last_day"]),
        (&json!(3), &json!(3))
    );
    let top = answer(server.get("/api/analytics/top?timeframe=month"), 200).await;
    assert_eq!(top["videos"][0]["view_count"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn positions_and_cmcd_are_the_same_views() {
    let server = TestServer::start().await;
    let video = server
        .external(json!({ "title": "One", "is_public": true }))
        .await;
    let vera = Someone::new(&server, "vera", "creator").await;
    let cora = Someone::new(&server, "cora", "viewer").await;

    // A player that tells both is counted once.
    let events = json!({ "events": [beat("c1", "p1", &video, 0, 45)] });
    answer(vera.ask("POST", "/api/events").json(&events), 202).await;
    refreshed(&server).await;
    for at in [10.0, 14.0, 18.0] {
        let place = json!({ "current_time": at, "total_duration": 600 });
        let path = format!("/stream/{video}/progress");
        answer(vera.ask("POST", &path).json(&place), 200).await;
        answer(cora.ask("POST", &path).json(&place), 200).await;
    }
    refreshed(&server).await;
    let report = server.json(&format!("/api/analytics/videos/{video}")).await;
    assert_eq!(report["totals"]["plays"], 2, "one of each");
    assert_eq!(
        report["totals"]["views"], 1,
        "cora has not watched for half a minute"
    );

    // Whose figures are whose.
    let path = format!("/api/analytics/videos/{video}");
    problem(sent(server.get(&path)).await, 401).await;
    problem(sent(cora.ask("GET", &path)).await, 403).await;
    problem(sent(vera.ask("GET", &path)).await, 403).await;
    problem(sent(cora.ask("GET", "/api/analytics/overview")).await, 403).await;
    problem(sent(server.get("/api/analytics/quality")).await, 401).await;
    let own = answer(vera.ask("GET", "/api/analytics/overview"), 200).await;
    assert_eq!(
        (&own["scope"], &own["totals"]["plays"]),
        (&json!("own"), &json!(0))
    );
    problem(sent(cora.ask("POST", "/api/analytics/refresh")).await, 403).await;

    // What is wrong says which.
    for (asked, named) in [
        ("top?k=0", "k"),
        ("top?timeframe=decade", "timeframe"),
        ("overview?from=yesterday", "from"),
        ("overview?interval=week", "interval"),
        ("overview?format=xml", "format"),
        ("quality?by=moon", "by"),
    ] {
        let refused = sent(server.operator("GET", &format!("/api/analytics/{asked}"))).await;
        assert_eq!(fields(&problem(refused, 422).await), [named], "{asked}");
    }
    let bad = json!({ "events": [beat("d1", "p", &video, 0, 1), { "id": "d2", "type": "dance",
        "play_id": "p", "video_id": video }] });
    let refused = sent(server.http.post(server.url("/api/events")).json(&bad)).await;
    assert_eq!(fields(&problem(refused, 422).await), ["events[1].type"]);
    let refused = sent(server.http.post(server.url("/api/events")).body("no")).await;
    assert_eq!(fields(&problem(refused, 422).await), ["body"]);

    // Who leaves is forgotten; what was watched stays.
    let path = format!("/api/users/{}", vera.id);
    assert!(
        sent(server.operator("DELETE", &path))
            .await
            .status()
            .is_success()
    );
    refreshed(&server).await;
    let report = server.json(&format!("/api/analytics/videos/{video}")).await;
    assert_eq!(report["totals"]["views"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_players_say_beside_their_requests_is_quality_of_experience() {
    let server = TestServer::start().await;
    let film = crate::playback::add_film(&server, 4, true).await;
    let id = &film.video.id;
    let segment = |of: &str| format!("/media/{id}/{of}/0.m4s");
    // In the query, as hls.js does it; sound says nothing of time.
    let query = "CMCD=br%3D3200%2Cbs%2Cd%3D2000%2Cot%3Dv%2Csid%3D%22one%22";
    let pictures = format!("{}?{query}", segment(&film.pictures.id));
    assert_eq!(sent(server.get(&pictures)).await.status(), 200);
    let sound = format!(
        "{}?CMCD=ot%3Da%2Cd%3D2000%2Csid%3D%22one%22",
        segment(&film.sound.id)
    );
    assert_eq!(sent(server.get(&sound)).await.status(), 200);
    // In headers, as dash.js and Shaka do it, and of the second version.
    let other = server
        .get(&segment(&film.pictures.id))
        .header("cmcd-session", "sid=\"two\",v=2")
        .header("cmcd-object", "br=(1200),d=2000,ot=v")
        .header("cmcd-status", "msd=640,bsd=(350)");
    assert_eq!(sent(other).await.status(), 200);
    // What makes no sense is no error, and what is no segment says nothing.
    let nonsense = format!("{}?CMCD=%ff%00,,,=", segment(&film.pictures.id));
    assert_eq!(sent(server.get(&nonsense)).await.status(), 200);
    refreshed(&server).await;
    let report = server.json(&format!("/api/analytics/videos/{id}")).await;
    assert_eq!(report["totals"]["plays"], 2);
    let quality = &report["quality"];
    assert_eq!(
        (&quality["stalls"], &quality["stall_time_seconds"]),
        (&json!(2), &json!(0.35))
    );
    assert_eq!(quality["average_bitrate_bps"], 2_200_000.0);
    assert_eq!(quality["startup_ms"]["count"], 1);
}
