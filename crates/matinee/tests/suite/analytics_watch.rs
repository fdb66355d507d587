//! Service levels and who is told of them, what is counted besides plays, what stands in files for
//! other programs, and what those who watch over the server are told.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::community::{Someone, answer, sent};
use crate::linear::channel;
use crate::live_streams::{id, stream};
use crate::program::Program;
use crate::support::{TestServer, fields, problem};
use crate::webhooks::{HERE, Receiver, webhook};

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
}

async fn refreshed(server: &TestServer) {
    let done = sent(server.operator("POST", "/api/analytics/refresh")).await;
    assert_eq!(done.status(), 204);
}

/// Somebody who waited so long for the picture.
fn start(play: &str, video: &str, startup_ms: u32) -> Value {
    json!([
        { "id": format!("{play}/1"), "type": "play", "play_id": play, "video_id": video },
        { "id": format!("{play}/2"), "type": "first_frame", "play_id": play, "video_id": video,
            "startup_ms": startup_ms },
        { "id": format!("{play}/3"), "type": "heartbeat", "play_id": play, "video_id": video,
            "watched": [[0, 40]] },
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_level_is_told_once_and_so_is_that_it_is_met_again() {
    let server = TestServer::with(HERE).await;
    let video = server
        .external(json!({ "title": "One", "is_public": true }))
        .await;
    let (receiver, url) = Receiver::start(&[]).await;
    webhook(&server, &url, &["level.missed", "level.met"]).await;
    let levels = "/api/analytics/levels";
    let known = answer(server.operator("GET", levels), 200).await;
    let names: Vec<&str> = known["levels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|level| level["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["startup_ms", "seek_ms", "rebuffer_ratio"]);
    assert_eq!(known["levels"][0]["limit"], 2000.0);
    assert_eq!(known["levels"][0]["state"], "unknown");

    // Too few plays say nothing.
    tell(&server, 1, &start("slow", &video, 5000)).await;
    refreshed(&server).await;
    let known = answer(server.operator("GET", levels), 200).await;
    assert_eq!(known["levels"][0]["state"], "unknown");
    let form = json!({ "plays_min": 1 });
    let startup = format!("{levels}/startup_ms");
    let held = answer(server.operator("PATCH", &startup).json(&form), 200).await;
    assert_eq!(
        (&held["state"], &held["hours"]),
        (&json!("missed"), &json!(1))
    );
    let told = receiver.wait_for("level.missed", 1).await;
    let level = &told[0].json()["data"]["level"];
    assert_eq!(
        (&level["name"], &level["limit"]),
        (&json!("startup_ms"), &json!(2000.0))
    );

    // Operators find it on the site, too.
    let mut news = Value::Null;
    for _ in 0..600 {
        news = server.json("/api/notifications").await;
        if news.as_array().is_some_and(|list| !list.is_empty()) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let titles = news.to_string();
    assert!(
        titles.contains("Start-up time: the service level is missed"),
        "{titles}"
    );

    // Looked at again it is no news; a wider limit is met.
    refreshed(&server).await;
    let form = json!({ "limit": 9000 });
    let held = answer(server.operator("PATCH", &startup).json(&form), 200).await;
    assert_eq!(held["state"], "met");
    receiver.wait_for("level.met", 1).await;
    assert_eq!(receiver.wait_for("level.missed", 1).await.len(), 1);
    let known = answer(server.operator("GET", levels), 200).await;
    let history: Vec<&str> = known["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["state"].as_str().unwrap())
        .collect();
    assert_eq!(history, ["met", "missed"]);

    // For operators alone, and only what makes sense.
    let vera = Someone::new(&server, "vera", "creator").await;
    problem(sent(vera.ask("GET", levels)).await, 403).await;
    problem(sent(server.get(levels)).await, 401).await;
    let form = json!({ "limit": 2, "hours": 0 });
    let ratio = format!("{levels}/rebuffer_ratio");
    let refused = sent(server.operator("PATCH", &ratio).json(&form)).await;
    assert_eq!(fields(&problem(refused, 422).await), ["limit", "hours"]);
    let none = sent(
        server
            .operator("PATCH", &format!("{levels}/moon"))
            .json(&json!({})),
    )
    .await;
    problem(none, 404).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn likes_chat_advertisements_and_channels_are_counted() {
    let server =
        TestServer::with(&[("chat_rate_limit", "0"), ("country_header", "CF-IPCountry")]).await;
    let video = server
        .external(json!({ "title": "One", "is_public": true }))
        .await;
    let counts = async |subject: &str| {
        refreshed(&server).await;
        server
            .json(&format!("/api/analytics/videos/{subject}"))
            .await["counts"]
            .clone()
    };
    let vera = Someone::new(&server, "vera", "creator").await;
    let like = format!("/api/videos/{video}/like");
    for _ in 0..2 {
        answer(vera.ask("POST", &like), 200).await;
    }
    let mut told = counts(&video).await;
    for _ in 0..600 {
        // Uploads are told of beside the request that makes them.
        if told["uploads"] == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        told = counts(&video).await;
    }
    assert_eq!(told, json!({ "likes": 1, "uploads": 1 }));

    let room = stream(&server, json!({ "title": "Concert" })).await;
    let chat = format!("/api/streams/{}/chat", id(&room));
    for text in ["Hello", "there"] {
        let said = server
            .operator("POST", &chat)
            .json(&json!({ "message": text }));
        answer(said, 201).await;
    }
    assert_eq!(counts(id(&room)).await, json!({ "chat_messages": 2 }));

    // What is watched on a channel counts for both; an advertisement for itself, too.
    let on = channel(&server, 7, json!({})).await;
    let on = on["id"].as_str().unwrap();
    let idle = channel(&server, 8, json!({})).await;
    let idle = idle["id"].as_str().unwrap();
    let event = |id: &str, kind: &str, more: Value| {
        let mut event = json!({ "id": id, "type": kind, "play_id": "p", "video_id": video,
            "channel_id": on });
        event
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        event
    };
    let asked = server
        .http
        .post(server.url("/api/events"))
        .header("cookie", format!("matinee_viewer={:032x}", 7))
        .header("user-agent", CHROME)
        .header("cf-ipcountry", "DE")
        .json(&json!({ "events": [
            event("c1", "heartbeat", json!({ "watched": [[0, 20], [20, 35]] })),
            event("c2", "ad", json!({ "beacon": "impression", "ad_id": "soap-1" })),
            event("c3", "ad", json!({ "beacon": "impression", "ad_id": "soap-2" })),
            event("c4", "ad", json!({ "beacon": "complete", "ad_id": "soap-1" })),
        ] }));
    answer(asked, 202).await;
    assert_eq!(
        counts(on).await,
        json!({ "ad_impression": 2, "ad_complete": 1 })
    );
    let report = server.json(&format!("/api/analytics/videos/{on}")).await;
    assert_eq!(
        (
            &report["totals"]["views"],
            &report["totals"]["watch_time_seconds"]
        ),
        (&json!(1), &json!(35.0))
    );
    let item = &report["items"][0];
    assert_eq!(
        (&item["subject_id"], &item["title"], &item["views"]),
        (&json!(video), &json!("One"), &json!(1))
    );
    let stats = server
        .json(&format!("/api/analytics/videos/{video}/stats"))
        .await;
    assert_eq!(stats["total_views"], 1);
    let everything = server.json("/api/analytics/overview").await;
    assert_eq!(
        everything["totals"]["plays"], 1,
        "a channel's play is one of its items"
    );
    let ads = server.json("/api/analytics/ads").await;
    assert_eq!(
        ads["ads"],
        json!([
            { "ad_id": "soap-1", "name": "soap-1", "beacons": { "complete": 1, "impression": 1 },
                "views": 1, "unique_viewers": 1, "watch_time_seconds": null, "completion_rate": 1.0 },
            { "ad_id": "soap-2", "name": "soap-2", "beacons": { "impression": 1 },
                "views": 1, "unique_viewers": 1, "watch_time_seconds": null, "completion_rate": 0.0 },
        ])
    );
    problem(sent(vera.ask("GET", "/api/analytics/ads")).await, 403).await;
    problem(
        sent(vera.ask("GET", &format!("/api/analytics/videos/{on}"))).await,
        403,
    )
    .await;

    // By country, whatever the window is counted from.
    for frame in ["hour", "day", "week", "month", "year", "all_time"] {
        let of = async |country: &str| {
            let path = format!("/api/analytics/top?timeframe={frame}&country={country}");
            server.json(&path).await["videos"].as_array().unwrap().len()
        };
        assert_eq!((of("de").await, of("FR").await), (1, 0), "{frame}");
        // The most seen on a channel are those seen on it, not all that were seen.
        let top = format!("/api/analytics/top?timeframe={frame}&channel=");
        let seen = server.json(&format!("{top}{on}")).await;
        let seen = seen["videos"].as_array().unwrap();
        assert_eq!(seen.len(), 1, "{frame}");
        assert_eq!(
            (&seen[0]["video_id"], &seen[0]["view_count"]),
            (&json!(video), &json!(1))
        );
        let quiet = server.json(&format!("{top}{idle}")).await;
        assert_eq!(quiet["videos"], json!([]), "{frame}");
    }
    for (asked, field) in [
        ("top?country=Germany", "country"),
        ("top?channel=channel_none", "channel"),
        ("quality?by=moon", "by"),
    ] {
        let refused = sent(server.operator("GET", &format!("/api/analytics/{asked}"))).await;
        assert_eq!(fields(&problem(refused, 422).await), [field]);
    }
    let bad = json!({ "events": [event("c9", "ad", json!({ "beacon": "dance" }))] });
    let refused = sent(server.http.post(server.url("/api/events")).json(&bad)).await;
    assert_eq!(fields(&problem(refused, 422).await), ["events[0].beacon"]);

    // Networks, without their last part, and nodes are the operators'.
    let networks = server.json("/api/analytics/quality?by=network").await;
    assert_eq!(networks["rows"][0]["key"], "127.0.0.0/24");
    let nodes = server.json("/api/analytics/quality?by=node").await;
    assert_eq!(nodes["rows"][0]["plays"], 1);
    problem(
        sent(vera.ask("GET", "/api/analytics/quality?by=network")).await,
        403,
    )
    .await;

    // The same as files.
    for (path, name) in [
        ("overview?interval=day&", "overview"),
        ("quality?by=title&", "quality"),
        ("ads?", "ads"),
    ] {
        let file = server.operator("GET", &format!("/api/analytics/{path}format=parquet"));
        let file = sent(file).await;
        assert_eq!(
            file.headers()["content-type"],
            "application/vnd.apache.parquet"
        );
        let place = file.headers()["content-disposition"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(place.contains(&format!("{name}.parquet")), "{place}");
        let bytes = file.bytes().await.unwrap();
        assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    }
}

/// Names of metrics in a text.
fn metrics_in(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let ours = words.filter(|word| word.starts_with("matinee_"));
    let base = |word: &str| {
        ["_bucket", "_sum", "_count"]
            .iter()
            .find_map(|end| word.strip_suffix(end))
            .unwrap_or(word)
            .to_owned()
    };
    ours.map(base).collect()
}

fn sources(folder: &std::path::Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|end| end == "rs") {
            text.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dashboards_ask_for_metrics_that_there_are() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut text = String::new();
    for entry in std::fs::read_dir(root.join("crates")).unwrap() {
        let source = entry.unwrap().path().join("src");
        if source.is_dir() {
            sources(&source, &mut text);
        }
    }
    let counted = metrics_in(&text);
    let mut boards = 0;
    for entry in std::fs::read_dir(root.join("deploy/grafana")).unwrap() {
        let path = entry.unwrap().path();
        let board: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        boards += 1;
        let mut ids = BTreeSet::new();
        for panel in board["panels"].as_array().unwrap() {
            assert!(ids.insert(panel["id"].as_i64().unwrap()), "{path:?}");
            for target in panel["targets"].as_array().unwrap() {
                let query = target["expr"].as_str().unwrap();
                let asked = metrics_in(query);
                assert!(!asked.is_empty(), "{query}");
                let missing: Vec<_> = asked.difference(&counted).collect();
                assert!(missing.is_empty(), "{path:?}: {missing:?} in {query}");
            }
        }
    }
    assert!(boards >= 3);

    // Those that move with any request are there, by route and not by address.
    let server = TestServer::start().await;
    let video = server
        .external(json!({ "title": "One", "is_public": true }))
        .await;
    server.json(&format!("/api/videos/{video}")).await;
    problem(sent(server.get("/api/nowhere/at/all")).await, 404).await;
    let told = sent(server.operator("GET", "/metrics"))
        .await
        .text()
        .await
        .unwrap();
    for name in [
        "matinee_requests_total",
        "matinee_request_seconds",
        "matinee_requests_under_way",
        "matinee_database_seconds",
        "matinee_jobs",
        "matinee_job_queue_age_seconds",
        "matinee_uptime_seconds",
        "matinee_events_behind",
    ] {
        assert!(metrics_in(&told).contains(name), "{name} is not told");
    }
    assert!(told.contains(r#"route="/api/videos/{id}""#), "{told}");
    assert!(
        !told.contains(&video) && !told.contains("nowhere"),
        "{told}"
    );
}

type Got = Arc<Mutex<Vec<Value>>>;

async fn collect(State(got): State<Got>, request: Request) {
    assert_eq!(request.uri().path(), "/v1/traces");
    let body = axum::body::to_bytes(request.into_body(), 8 << 20)
        .await
        .unwrap();
    got.lock()
        .unwrap()
        .push(serde_json::from_slice(&body).unwrap());
}

/// The real program, which has a log of its own: a collector sees a request, the job that follows
/// from it and the ffmpeg that this runs, all in one trace; and log lines carry requests' ids.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_its_job_and_its_ffmpeg_are_one_trace() {
    matinee_engines::install_tls();
    let got = Got::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let collector = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(collect).with_state(got.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let folder = tempfile::tempdir().unwrap();
    let logs = folder.path().join("logs");
    let mut program = Program::start(&[
        ("TRANSCODING_PRESET", "ultrafast"),
        ("LOG_LEVEL", "info,matinee_api=debug,tower_http=debug"),
        ("MATINEE_LOG_DIR", logs.to_str().unwrap()),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector),
    ])
    .await;
    let (base, http) = (program.base.clone(), program.http.clone());
    let film =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/media/bigbuckbunny.mp4");
    let film = std::fs::read(film).unwrap();
    let form = reqwest::multipart::Form::new()
        .text("title", "Traced")
        .part(
            "file",
            reqwest::multipart::Part::bytes(film).file_name("film.mp4"),
        );
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let made = http
        .post(format!("{base}/api/videos/upload"))
        .header("traceparent", format!("00-{trace}-b7ad6b7169203331-01"))
        .multipart(form)
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), 201);
    let request_id = made.headers()["x-request-id"].to_str().unwrap().to_owned();
    let spans = || -> Vec<Value> {
        let got = got.lock().unwrap();
        got.iter()
            .flat_map(|batch| {
                batch["resourceSpans"][0]["scopeSpans"][0]["spans"]
                    .as_array()
                    .unwrap()
                    .clone()
            })
            .filter(|span| span["traceId"] == trace)
            .collect()
    };
    let named = |name: &str| spans().into_iter().find(|span| span["name"] == name);
    let deadline = std::time::Instant::now() + std::time::Duration::from_mins(3);
    while named("POST /api/videos/upload").is_none()
        || named("job").is_none()
        || named("ffmpeg").is_none()
    {
        assert!(std::time::Instant::now() < deadline, "{:#?}", spans());
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    let request = named("POST /api/videos/upload").unwrap();
    assert_eq!(request["parentSpanId"], "b7ad6b7169203331");
    assert_eq!(request["kind"], 2);
    let ffmpeg = named("ffmpeg").unwrap();
    assert!(
        spans()
            .iter()
            .any(|span| span["name"] == "job" && span["spanId"] == ffmpeg["parentSpanId"])
    );
    // One JSON object a line, in a file of today.
    let mut lines = String::new();
    while !lines.contains(&request_id) {
        assert!(std::time::Instant::now() < deadline, "{lines}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        for entry in std::fs::read_dir(&logs).unwrap() {
            lines = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        }
    }
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(line["timestamp"].is_string() && line["level"].is_string());
    }
    program.kill().await;
}
