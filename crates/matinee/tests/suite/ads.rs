//! Advertisements over HTTP: campaigns, ad servers, breaks, reports.

use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use matinee_channels::definition::Format;
use matinee_channels::verify::{Told, read};
use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::playback::{add_film, ffprobe};
use crate::support::{TestServer, fields, problem};

/// This machine may be asked, told, and fetched from.
pub const HERE: &[(&str, &str)] = &[
    ("webhook_allow", "127.0.0.1/32"),
    ("import_allow", "127.0.0.1/32"),
];

/// An advertisement as it comes: of no whole length, at a rate of no whole number.
async fn spot(seconds: f64) -> Vec<u8> {
    let made = tokio::task::spawn_blocking(move || {
        let picture = format!("testsrc2=s=320x180:r=30000/1001:d={seconds}");
        let sound = format!("sine=f=440:d={seconds}");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("spot.mp4");
        let ffmpeg = Command::new("ffmpeg")
            .args(["-v", "error", "-f", "lavfi", "-i", &picture])
            .args(["-f", "lavfi", "-i", &sound])
            .args([
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-pix_fmt",
                "yuv420p",
            ])
            .args(["-c:a", "aac", "-shortest"])
            .arg(&file)
            .status();
        assert!(ffmpeg.unwrap().success());
        std::fs::read(file).unwrap()
    });
    made.await.unwrap()
}

pub async fn sent(request: reqwest::RequestBuilder, status: StatusCode) -> Value {
    let answer = request.send().await.unwrap();
    let got = answer.status();
    let text = answer.text().await.unwrap();
    assert_eq!(got, status, "{text}");
    serde_json::from_str(&text).unwrap_or_default()
}

pub async fn text(server: &TestServer, url: &str) -> String {
    let answer = server.get(url).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{url}");
    answer.text().await.unwrap()
}

/// An advertisement, when all its sizes are made.
pub async fn advert(server: &TestServer, seconds: f64) -> String {
    let file = Part::bytes(spot(seconds).await).file_name("spot.mp4");
    let form = Form::new()
        .text("title", "Spot")
        .text("content_type", "advert")
        .part("file", file);
    let made = server
        .operator("POST", "/api/videos/upload")
        .multipart(form);
    let made = sent(made, StatusCode::CREATED).await;
    let id = made["id"].as_str().unwrap().to_owned();
    for _ in 0..1200 {
        let video = server.json(&format!("/api/videos/{id}")).await;
        match video["processing_status"].as_str().unwrap() {
            "completed" => return id,
            "failed" => panic!("{video}"),
            _ => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
    panic!("an advertisement takes too long");
}

fn mono() -> Format {
    Format {
        channels: 1,
        ..Format::default()
    }
}

async fn told(server: &TestServer, url: &str) -> Vec<Told> {
    let playlist = text(server, url).await;
    read(&playlist, &mono()).unwrap_or_else(|| panic!("{playlist}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_campaign_is_seen_on_a_channel_and_counted() {
    let server = TestServer::with(HERE).await;
    let spot = advert(&server, 4.93).await;
    // Nobody comes upon it, whoever has its address may see it: in seconds, exactly.
    let all = server.json("/api/videos").await;
    assert_eq!(all.as_array().unwrap().len(), 0, "{all}");
    let master = text(&server, &format!("/media/{spot}/master.m3u8")).await;
    let playlists = master.lines().filter_map(|line| {
        let quoted = line
            .split("URI=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        quoted
            .or(Some(line))
            .filter(|uri| uri.ends_with("/media.m3u8"))
    });
    let mut seen = 0;
    for playlist in playlists {
        let lengths = text(&server, &format!("/media/{spot}/{playlist}")).await;
        let lengths = lengths.lines().filter(|line| line.starts_with("#EXTINF"));
        let lengths: Vec<&str> = lengths.collect();
        assert_eq!(lengths.len(), 5, "{playlist}: {lengths:?}");
        seen += 1;
    }
    assert!(seen >= 2, "{master}");

    let campaign = json!({ "name": "Tea", "advertiser": "Leaf", "cpm": 12.5, "hourly_cap": 1000 });
    let campaign = server
        .operator("POST", "/api/ads/campaigns")
        .json(&campaign);
    let campaign = sent(campaign, StatusCode::CREATED).await;
    let path = format!("/api/ads/campaigns/{}", campaign["id"].as_str().unwrap());
    let creative = json!({ "video_id": spot, "name": "Cup", "click_url": "https://leaf.example/" });
    let creative = server
        .operator("POST", &format!("{path}/creatives"))
        .json(&creative);
    let creative = sent(creative, StatusCode::CREATED).await;
    assert_eq!(
        (&creative["ready"], &creative["duration"]),
        (&json!(true), &json!(5))
    );

    for seconds in [8, 12] {
        let film = add_film(&server, seconds, true).await;
        let path = format!("/api/videos/{}", film.video.id);
        let tags = server
            .operator("PATCH", &path)
            .json(&json!({ "tags": ["comedy"] }));
        sent(tags, StatusCode::OK).await;
    }
    let body = json!({
        "number": 7, "name": "Comedy", "rules": { "tags": ["comedy"] }, "dvr_minutes": 2,
        "format": { "channels": 1 },
        "ads": { "seconds": 6, "after_programmes": 1, "decided": true },
    });
    let made = sent(
        server.operator("POST", "/api/channels").json(&body),
        StatusCode::CREATED,
    )
    .await;
    let id = made["id"].as_str().unwrap();
    let base = format!("/media/channels/{id}");
    let pictures = told(&server, &format!("{base}/video/720p.m3u8")).await;
    let sound = told(&server, &format!("{base}/audio/main.m3u8")).await;
    for (a, b) in pictures.iter().zip(&sound) {
        if a.msn == b.msn {
            assert_eq!(
                (a.discontinuity, a.at, a.duration),
                (b.discontinuity, b.at, b.duration)
            );
        }
    }
    let ours = |told: &&Told| told.uri.contains(&spot);
    let in_breaks: Vec<&Told> = pictures.iter().filter(ours).collect();
    assert!(in_breaks.len() >= 5, "{pictures:?}");
    for pair in pictures.windows(2) {
        assert_eq!(pair[0].msn + 1, pair[1].msn);
        assert_eq!(pair[0].at + pair[0].duration, pair[1].at);
    }
    // What is left of a break is slate.
    let n = pictures
        .iter()
        .position(|one| one.uri.contains(&format!("{spot}/")) && one.uri.ends_with("/4.m4s"));
    assert!(pictures[n.unwrap() + 1].uri.contains("/slate/"));
    for one in &in_breaks {
        let answer = server.get(&one.uri).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{}", one.uri);
    }
    // ffmpeg sees it, and nothing that was decided changes any more: not by a pause of the
    // campaign, and not on another start.
    let last = &pictures[n.unwrap()];
    let (from, until) = (last.at - 6000, last.at + 1000);
    let aired = format!("{base}/video/720p.m3u8?from={from}&until={until}");
    let before = text(&server, &aired).await;
    assert!(
        before.contains(&spot) && before.ends_with("#EXT-X-ENDLIST\n"),
        "{before}"
    );
    // Of one picture's form only: ffmpeg's HLS takes no second one in a playlist, so for what it
    // reads there is the transport stream.
    let whole = last.at - 4000;
    let probe =
        ffprobe(&server.url(&format!("{base}/master.m3u8?from={whole}&until={until}"))).await;
    assert!(probe.contains("codec_name=h264"), "{probe}");
    let manifest = text(
        &server,
        &format!("{base}/manifest.mpd?from={from}&until={until}"),
    )
    .await;
    assert!(manifest.contains(&spot), "{manifest}");

    // Players learn what is shown, and tell that it was: once.
    let breaks: Value = server
        .get("/api/ads/channels/7/breaks")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let all = breaks["breaks"].as_array().unwrap();
    let with = all
        .iter()
        .find(|one| !one["ads"].as_array().unwrap().is_empty());
    let ad = &with.unwrap()["ads"][0];
    assert_eq!((&ad["title"], &ad["duration"]), (&json!("Cup"), &json!(5)));
    assert_eq!(ad["click_url"], "https://leaf.example/");
    let token = ad["token"].as_str().unwrap();
    let tell = |session: &str, token: &str, event: &str| {
        let body = json!({ "session": session, "events": [{ "token": token, "event": event }] });
        server.http.post(server.url("/api/ads/events")).json(&body)
    };
    for (session, event, counted) in [
        ("session-1", "impression", 1),
        ("session-1", "impression", 0),
        ("session-2", "impression", 1),
        ("session-1", "complete", 1),
        ("session-1", "click", 1),
    ] {
        let taken = sent(tell(session, token, event), StatusCode::ACCEPTED).await;
        assert_eq!(taken["counted"], counted, "{session} {event}");
    }
    let forged = sent(
        tell("session-1", &token[1..], "impression"),
        StatusCode::ACCEPTED,
    )
    .await;
    assert_eq!(forged["refused"], 1);
    let nonsense = tell("session-1", token, "laughter").send().await.unwrap();
    assert_eq!(fields(&problem(nonsense, 422).await), ["event"]);

    // Who was shown it, and for how long: what is told by a token counts among all figures.
    let done = server.operator("POST", "/api/analytics/refresh").send();
    assert_eq!(done.await.unwrap().status(), StatusCode::NO_CONTENT);
    let figures = server.json("/api/analytics/ads").await;
    assert_eq!(
        figures["ads"],
        json!([{ "ad_id": creative["id"], "name": "Cup", "views": 2, "unique_viewers": 1,
            "watch_time_seconds": 5.0, "completion_rate": 0.5,
            "beacons": { "impression": 2, "complete": 1, "click": 1 } }])
    );
    let on_it = server.json(&format!("/api/analytics/videos/{id}")).await;
    assert_eq!(on_it["counts"]["ad_impression"], 2);
    assert_eq!(on_it["totals"]["plays"], 0, "it is no play of the channel");

    let report = server.json("/api/ads/report").await;
    let row = &report["rows"][0];
    assert_eq!(
        (&row["name"], &row["impressions"]),
        (&json!("Tea"), &json!(2)),
        "{report}"
    );
    assert_eq!((&row["completes"], &row["clicks"]), (&json!(1), &json!(1)));
    assert!(
        (row["revenue"].as_f64().unwrap() - 0.025).abs() < 1e-9,
        "{report}"
    );
    let fill = report["totals"]["fill_rate"].as_f64().unwrap();
    assert!((fill - 5.0 / 6.0).abs() < 1e-9, "{report}");
    let by_channel = server.json("/api/ads/report?by=channel").await;
    assert_eq!(by_channel["rows"][0]["name"], "Comedy");
    let csv = server
        .operator("GET", "/api/ads/report?by=day&format=csv")
        .send()
        .await
        .unwrap();
    assert!(csv.text().await.unwrap().starts_with("id,name,breaks,"));

    // Players that know interstitials are told where to ask.
    let marked = text(
        &server,
        &format!("{base}/video/720p.m3u8?cues=interstitials"),
    )
    .await;
    let list = marked
        .split("X-ASSET-LIST=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let list: Value = serde_json::from_str(&text(&server, list.unwrap()).await).unwrap();
    assert_eq!(
        list["ASSETS"][0]["URI"],
        format!("/media/{spot}/master.m3u8")
    );
    let own = told(
        &server,
        &format!("{base}/video/720p.m3u8?viewer=somebody-1"),
    )
    .await;
    let both: Vec<(&Told, &Told)> = own
        .iter()
        .filter_map(|a| Some((a, pictures.iter().find(|b| b.msn == a.msn)?)))
        .collect();
    assert!(both.len() > 5);
    for (a, b) in both {
        assert_eq!(
            (a.at, a.duration, a.discontinuity),
            (b.at, b.duration, b.discontinuity)
        );
    }

    let mut paused = json!({ "name": "Tea", "active": false });
    sent(server.operator("PUT", &path).json(&paused), StatusCode::OK).await;
    let token = server.token.clone();
    let data = server.stop().await;
    let mut server = TestServer::on(data, HERE).await;
    server.token = token;
    assert_eq!(text(&server, &aired).await, before);
    paused["weight"] = json!(0);
    let refused = server
        .operator("PUT", &path)
        .json(&paused)
        .send()
        .await
        .unwrap();
    assert_eq!(fields(&problem(refused, 422).await), ["weight"]);
    let gone = server.operator("DELETE", &path).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    problem(server.operator("GET", &path).send().await.unwrap(), 404).await;
    problem(server.get("/api/ads/campaigns").send().await.unwrap(), 401).await;
}

/// An ad server of somebody else's, and what it was told.
#[derive(Clone)]
struct Other {
    base: String,
    spot: Arc<Vec<u8>>,
    told: Arc<Mutex<Vec<String>>>,
}

async fn answer(State(other): State<Other>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let base = &other.base;
    let wrapper = |to: &str| {
        format!(
            "<VAST version='4.0'><Ad id='w'><Wrapper><VASTAdTagURI><![CDATA[{base}{to}]]></VASTAdTagURI>\
             <Impression>{base}/told/outer?r=[CACHEBUSTING]</Impression></Wrapper></Ad></VAST>"
        )
    };
    let body = match path.as_str() {
        "/good" => wrapper("/inline"),
        "/inline" => format!(
            "<VAST version='4.2'><Ad id='a'><InLine><AdTitle>Coffee &amp; Co</AdTitle><Advertiser>Bean</Advertiser>\
             <Impression>{base}/told/inner</Impression><Creatives><Creative>\
             <UniversalAdId idRegistry='test'>bean-1</UniversalAdId><Linear><Duration>00:00:03</Duration>\
             <TrackingEvents><Tracking event='complete'>{base}/told/complete</Tracking></TrackingEvents>\
             <MediaFiles><MediaFile type='text/html' apiFramework='SIMID'>{base}/simid</MediaFile>\
             <MediaFile type='video/mp4' width='320' height='180' bitrate='300'>{base}/spot.mp4</MediaFile>\
             </MediaFiles></Linear></Creative></Creatives></InLine></Ad></VAST>"
        ),
        "/spot.mp4" => {
            return (
                [("content-type", "video/mp4")],
                Body::from(other.spot.to_vec()),
            )
                .into_response();
        }
        "/loop" => wrapper("/loop"),
        "/bomb" => format!(
            "<!DOCTYPE v [<!ENTITY a 'aaaa'>]><VAST>{}</VAST>",
            "<Ad>".repeat(20_000)
        ),
        "/html" => "<html><body>no</body></html>".to_owned(),
        "/long" => " ".repeat(2 << 20),
        "/slow" => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            String::new()
        }
        "/inside" => wrapper("@10.0.0.1/secret"),
        "/none" => "<VAST version='4.0'/>".to_owned(),
        deep if deep.starts_with("/deep") => wrapper(&format!("{deep}x")),
        told => {
            other.told.lock().unwrap().push(told.to_owned());
            return StatusCode::NO_CONTENT.into_response();
        }
    };
    ([("content-type", "application/xml")], body).into_response()
}

#[tokio::test(flavor = "multi_thread")]
async fn ad_servers_fill_videos_and_cannot_hurt() {
    let server = TestServer::with(HERE).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let other = Other {
        base: format!("http://{}", listener.local_addr().unwrap()),
        spot: Arc::new(spot(3.0).await),
        told: Arc::default(),
    };
    let router = Router::new().fallback(answer).with_state(other.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });

    let refused = json!({ "name": "x", "url": "http://192.168.1.1/vast" });
    let refused = server
        .operator("POST", "/api/ads/servers")
        .json(&refused)
        .send()
        .await
        .unwrap();
    assert_eq!(fields(&problem(refused, 422).await), ["url"]);
    let body = |path: &str| {
        json!({ "name": "Other", "url": format!("{}{path}", other.base), "timeout_ms": 900,
                "cpm": 2.0, "server_side_beacons": true })
    };
    let made = server
        .operator("POST", "/api/ads/servers")
        .json(&body("/none"));
    let made = sent(made, StatusCode::CREATED).await;
    let path = format!("/api/ads/servers/{}", made["id"].as_str().unwrap());

    // Whatever it answers, its operator sees why there is nothing.
    for (what, why) in [
        ("/loop", "circle"),
        ("/bomb", "too deep"),
        ("/html", "neither VAST nor VMAP"),
        ("/long", "too long"),
        ("/slow", "took too long"),
        ("/deep", "wrappers"),
        ("/inside", "user name"),
    ] {
        sent(
            server.operator("PUT", &path).json(&body(what)),
            StatusCode::OK,
        )
        .await;
        let tried = server.operator("POST", &format!("{path}/test"));
        let tried = sent(tried, StatusCode::OK).await;
        let error = tried["error"].as_str().unwrap_or_default();
        assert!(error.contains(why), "{what}: {tried}");
        let kept = server.json(&path).await;
        assert_eq!(kept["last_error"], error, "{what}");
    }

    // Before a video: what it names is fetched and made, and shown then.
    sent(
        server.operator("PUT", &path).json(&body("/good")),
        StatusCode::OK,
    )
    .await;
    let film = add_film(&server, 8, true).await;
    let ads = format!("/api/ads/videos/{}", film.video.id);
    let nothing = server.json(&ads).await;
    assert_eq!(
        (&nothing["pods"], &nothing["hls_url"]),
        (&json!([]), &Value::Null)
    );
    let rules = json!({ "preroll_seconds": 15, "midroll_seconds": 0, "midroll_minutes": 10,
                        "postroll_seconds": 15, "unbroken_minutes": 0, "seekable": false });
    sent(
        server.operator("PUT", "/api/ads/rules").json(&rules),
        StatusCode::OK,
    )
    .await;
    let mut found = Value::Null;
    for _ in 0..600 {
        found = server.json(&ads).await;
        if found["hls_url"].is_string() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let pods = found["pods"].as_array().unwrap();
    assert_eq!(pods.len(), 2, "{found}");
    let ad = &pods[0]["ads"][0];
    assert_eq!(
        (&pods[0]["placement"], &ad["duration"]),
        (&json!("preroll"), &json!(3))
    );
    assert_eq!(
        (&ad["title"], &ad["advertiser"]),
        (&json!("Coffee & Co"), &json!("Bean"))
    );
    assert_eq!(ad["tracking"], json!({}), "this server tells");

    // The video's own playlists, with its breaks in them.
    let master = found["hls_url"].as_str().unwrap();
    let text_of = text(&server, master).await;
    let playlist = text_of
        .lines()
        .find(|line| line.ends_with("/media.m3u8"))
        .unwrap();
    let playlist = format!(
        "{}/{playlist}",
        master.strip_suffix("/master.m3u8").unwrap()
    );
    let listed = text(&server, &playlist).await;
    assert!(
        listed.contains("CUE=\"PRE,ONCE\"") && listed.contains("CUE=\"POST,ONCE\""),
        "{listed}"
    );
    assert!(listed.contains("X-RESTRICT=\"SKIP,JUMP\""), "{listed}");
    let list = listed
        .split("X-ASSET-LIST=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let list: Value = serde_json::from_str(&text(&server, list.unwrap()).await).unwrap();
    let asset = list["ASSETS"][0]["URI"].as_str().unwrap();
    text(&server, asset).await;
    let segment = listed.lines().find(|line| line.contains(".m4s")).unwrap();
    assert!(
        segment.starts_with(&format!("/media/{}/", film.video.id)),
        "{segment}"
    );
    let seen = ffprobe(&server.url(master)).await;
    assert!(seen.contains("codec_name=h264"), "{seen}");

    // It is told by this server, wrappers too, and counted for what it pays.
    let events = json!({ "session": "viewing-1", "events": [
        { "token": ad["token"], "event": "impression" },
        { "token": ad["token"], "event": "complete" },
    ] });
    let told = server
        .http
        .post(server.url("/api/ads/events"))
        .json(&events);
    assert_eq!(sent(told, StatusCode::ACCEPTED).await["counted"], 2);
    let wanted = ["/told/complete", "/told/inner", "/told/outer"];
    let mut got = Vec::new();
    for _ in 0..600 {
        got = other.told.lock().unwrap().clone();
        got.sort();
        got.dedup();
        if got.len() >= wanted.len() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(got, wanted);
    let report = server.json("/api/ads/report").await;
    assert_eq!(report["rows"][0]["name"], "Other", "{report}");
    assert!((report["rows"][0]["revenue"].as_f64().unwrap() - 0.002).abs() < 1e-9);
    // It is no title of the library's.
    let titles = server.json("/api/videos").await;
    assert_eq!(titles.as_array().unwrap().len(), 1, "{titles}");
}
