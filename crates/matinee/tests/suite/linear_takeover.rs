//! Broadcasts that take channels over, and hand back. Time goes by three times as fast on these
//! channels, so that nobody waits for a minute.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use matinee_channels::verify::{Told, read};
use matinee_media::ts::{Demuxer, Event};
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::linear::{channel, comedy, decoded, format, millis, text};
use crate::live_broadcast::{on_air, stream, text as of};
use crate::support::{TestServer, fields, problem};

/// An encoder whose sound is as that of the films of these tests.
fn encoder(server: &TestServer, key: &str) -> Child {
    Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-re", "-f", "lavfi"])
        .args(["-i", "testsrc2=s=320x180:r=25", "-re", "-f", "lavfi"])
        .args([
            "-i",
            "sine=r=48000",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
        ])
        .args(["-tune", "zerolatency", "-g", "25", "-pix_fmt", "yuv420p"])
        .args(["-c:a", "aac", "-ac", "1", "-f", "flv"])
        .arg(format!("rtmp://{}/live/{key}", server.rtmp))
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// What a player has been told of a channel, which must never be told otherwise.
struct Player<'s> {
    server: &'s TestServer,
    url: String,
    seen: BTreeMap<u64, Told>,
}

impl Player<'_> {
    async fn look(&mut self) {
        let playlist = text(self.server, &self.url).await;
        for segment in read(&playlist, &format()).unwrap() {
            if let Some(known) = self.seen.get(&segment.msn) {
                assert_eq!(known, &segment, "told otherwise");
            }
            self.seen.insert(segment.msn, segment);
        }
        let all: Vec<&Told> = self.seen.values().collect();
        for pair in all.windows(2) {
            assert_eq!(pair[0].msn + 1, pair[1].msn);
            assert_eq!(pair[0].at + pair[0].duration, pair[1].at);
        }
    }

    async fn until(&mut self, what: &str, so: impl Fn(&BTreeMap<u64, Told>) -> bool) {
        for _ in 0..600 {
            self.look().await;
            if so(&self.seen) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("it does not come to this: {what}");
    }
}

fn is_live(told: &Told) -> bool {
    told.uri.contains("/relay/") && told.uri.contains("-video/")
}

async fn post(server: &TestServer, path: &str, body: Value, status: u16) -> Value {
    let sent = server.operator("POST", path).json(&body).send();
    let sent = sent.await.unwrap();
    if status >= 400 {
        return problem(sent, status).await;
    }
    assert_eq!(sent.status(), status, "{path}");
    sent.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broadcast_takes_over_and_hands_back() {
    let server = TestServer::with(&[("channel_clock_speed", "3"), ("ladder", "144")]).await;
    comedy(&server, 8, true).await;
    comedy(&server, 12, true).await;
    let made = channel(&server, 9, json!({ "dvr_minutes": 10 })).await;
    let id = of(&made, "id").to_owned();
    let live = stream(&server, json!({ "title": "Breaking news" })).await;
    let closed = stream(
        &server,
        json!({ "title": "Board", "visibility": "members" }),
    )
    .await;
    let takeovers = "/api/channels/9/takeovers";
    for (body, field) in [
        (json!({ "stream_id": "stream_none" }), "stream_id"),
        (json!({ "stream_id": closed["id"] }), "stream_id"),
        (json!({ "stream_id": live["id"], "minutes": 0 }), "minutes"),
        (
            json!({ "stream_id": live["id"], "starts_at": "soon" }),
            "starts_at",
        ),
        (
            json!({ "stream_id": live["id"], "title": "x".repeat(201) }),
            "title",
        ),
    ] {
        let refused = post(&server, takeovers, body, 422).await;
        assert_eq!(fields(&refused), [field]);
    }
    let nobody = server.get(takeovers).send().await.unwrap();
    assert_eq!(nobody.status(), 401);

    let mut encoder = encoder(&server, of(&live, "stream_key"));
    on_air(&server, of(&live, "hls_url")).await;
    let body = json!({ "stream_id": live["id"] });
    let takeover = post(&server, takeovers, body, 201).await;
    let begins = millis(&takeover["begins_at"]);
    assert_eq!(
        (&takeover["status"], &takeover["until"]),
        (&json!("scheduled"), &Value::Null)
    );
    // The guide knows at once.
    let schedule = server.json("/api/channels/9/schedule").await;
    let airings = schedule["airings"].as_array().unwrap();
    let listed = airings.iter().find(|one| one["kind"] == "live").unwrap();
    assert_eq!(listed["title"], "Breaking news");
    assert_eq!(
        (millis(&listed["start"]), &listed["stream_id"]),
        (begins, &live["id"])
    );

    let mut player = Player {
        server: &server,
        url: format!("/media/channels/{id}/video/1080p.m3u8"),
        seen: BTreeMap::new(),
    };
    player
        .until("five segments of the broadcast", |seen| {
            seen.values().filter(|one| is_live(one)).count() >= 5
        })
        .await;
    let first = player.seen.values().find(|one| is_live(one)).unwrap();
    assert!(first.at >= begins);
    // The largest rung has the encoder's pictures, the smallest one the smaller size of them.
    assert!(first.uri.contains("-video/"), "{}", first.uri);
    let small = text(&server, &format!("/media/channels/{id}/video/360p.m3u8")).await;
    let small = read(&small, &format()).unwrap();
    assert!(small.iter().any(|one| one.uri.contains("/relay/")));
    let sound = text(&server, &format!("/media/channels/{id}/audio/main.m3u8")).await;
    let sound = read(&sound, &format()).unwrap();
    let heard = sound
        .iter()
        .find(|one| one.uri.contains("/relay/"))
        .unwrap();
    let seen = &player.seen[&heard.msn];
    assert_eq!((heard.at, heard.duration), (seen.at, seen.duration));
    let answer = server.get(&heard.uri).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    // What players say beside them counts for the channel and for the broadcast.
    let said = server
        .get(&seen.uri)
        .header("cmcd-session", "sid=\"one\",st=l")
        .header("cmcd-object", "br=900,d=1000,ot=v");
    assert_eq!(said.send().await.unwrap().status(), 200);
    let counted = server.operator("POST", "/api/analytics/refresh").send();
    assert_eq!(counted.await.unwrap().status(), 204);
    let figures = server.json(&format!("/api/analytics/videos/{id}")).await;
    assert_eq!(figures["totals"]["plays"], 1, "{figures}");
    assert_eq!(figures["items"][0]["title"], "Breaking news", "{figures}");
    let figures = format!("/api/analytics/videos/{}", of(&live, "id"));
    let figures = server.json(&figures).await;
    assert_eq!(figures["totals"]["plays"], 1, "{figures}");
    // It is whole: all of its pictures decode, item by item.
    let shown: Vec<Told> = player
        .seen
        .values()
        .filter(|one| is_live(one))
        .cloned()
        .collect();
    let lasts: i64 = shown.iter().map(|one| one.duration).sum();
    let pictures = decoded(&server, &shown).await;
    assert!(
        (pictures * 40 - lasts).abs() <= 40 * 5,
        "{pictures} pictures in {lasts} ms"
    );
    let manifest = text(&server, &format!("/media/channels/{id}/manifest.mpd")).await;
    assert!(manifest.contains("/relay/"), "{manifest}");
    // Boxes get it, too.
    let mut answer = server.get("/auto/v9").send().await.unwrap();
    let mut bytes = Vec::new();
    while bytes.len() < 100_000 {
        bytes.extend(answer.chunk().await.unwrap().unwrap());
    }
    drop(answer);
    let events = Demuxer::new().feed(&bytes);
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::Packet { .. }))
    );

    // It ends: the programme goes on, and what was told stays.
    encoder.kill().await.unwrap();
    let path = format!("/api/streams/{}/end", of(&live, "id"));
    post(&server, &path, json!({}), 200).await;
    let last = player.seen.values().next_back().unwrap().at;
    player
        .until("the programme after the broadcast", |seen| {
            let after = seen.values().filter(|one| one.at > last);
            after.filter(|one| one.uri.contains("/video_")).count() >= 3
        })
        .await;
    let over = &server.json(takeovers).await[0];
    assert_eq!(
        (&over["status"], &over["reason"]),
        (&json!("ended"), &json!("The broadcast has ended."))
    );
    let query = format!("from={}&to={}", begins - 10_000, begins + 200_000);
    let run = server
        .json(&format!("/api/channels/9/as-run?{query}"))
        .await;
    let kinds: Vec<&str> = run["slots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|slot| of(slot, "kind"))
        .collect();
    let from = kinds.iter().position(|kind| *kind == "live").unwrap();
    assert!(
        from > 0 && kinds[from..].contains(&"programme"),
        "{kinds:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_does_not_come_is_slate_and_one_to_come_is_called_off() {
    let server = TestServer::with(&[("channel_clock_speed", "30")]).await;
    comedy(&server, 8, true).await;
    channel(&server, 9, json!({ "dvr_minutes": 10 })).await;
    let live = stream(&server, json!({ "title": "Nobody comes" })).await;
    let takeovers = "/api/channels/9/takeovers";
    let body = json!({ "stream_id": live["id"], "minutes": 20, "title": "Late" });
    let on = post(&server, takeovers, body, 201).await;
    let play = server.json("/api/channel/play/9").await;
    let soon = millis(&play["server_time"]) + 3_600_000;
    let body = json!({ "stream_id": live["id"], "minutes": 5, "starts_at": soon.to_string() });
    let coming = post(&server, takeovers, body, 201).await;
    assert!((soon..soon + 10_000).contains(&millis(&coming["begins_at"])));
    let gone = server
        .operator("DELETE", &format!("{takeovers}/{}", of(&coming, "id")))
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), 200);
    let gone: Value = gone.json().await.unwrap();
    assert_eq!(gone["status"], "ended");
    let mut listed = Value::Null;
    for _ in 0..200 {
        listed = server.json(takeovers).await;
        let one = listed
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["id"] == on["id"]);
        if one.unwrap()["status"] == "ended" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let one = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == on["id"]);
    assert_eq!(
        one.unwrap()["reason"],
        "The broadcast did not come.",
        "{listed}"
    );
    let begins = millis(&on["begins_at"]);
    let query = format!("from={begins}&to={}", begins + 1_200_000);
    let schedule = server
        .json(&format!("/api/channels/9/schedule?{query}"))
        .await;
    let airings = schedule["airings"].as_array().unwrap();
    assert_eq!(
        (&airings[0]["kind"], &airings[0]["title"]),
        (&json!("live"), &json!("Late"))
    );
    assert!(
        airings[0]["duration"].as_f64().unwrap() < 400.0,
        "{}",
        airings[0]
    );
    assert!(airings[1..].iter().all(|one| one["kind"] != "live"));
    let missing = server.operator("DELETE", &format!("{takeovers}/takeover_none"));
    problem(missing.send().await.unwrap(), 404).await;
}
