//! Broadcasts that are sent on: from one stream to others of a real server, by a real encoder.

use std::time::Duration;

use serde_json::{Value, json};

use crate::live_broadcast::{encoder, live, on_air, stream, text};
use crate::support::{TestServer, fields, problem};

const HERE: &[(&str, &str)] = &[("live_allow", "127.0.0.1/32"), ("srt_server_port", "9998")];

/// The target, as soon as it is in a state.
async fn until(server: &TestServer, path: &str, id: &str, state: &str) -> Value {
    for _ in 0..1200 {
        let all = server.json(path).await;
        let all = all.as_array().unwrap();
        let target = all.iter().find(|target| target["id"] == id).unwrap();
        if target["state"] == state {
            return target.clone();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it does not become {state}: {}", server.json(path).await);
}

async fn add(server: &TestServer, path: &str, body: &Value) -> Value {
    let made = server
        .operator("POST", path)
        .json(body)
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), 201);
    made.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broadcast_is_watched_where_it_is_sent_on_to() {
    let server = TestServer::with(HERE).await;
    let from = stream(&server, json!({})).await;
    let (by_rtmp, by_srt) = (
        stream(&server, json!({})).await,
        stream(&server, json!({})).await,
    );
    let path = format!("/api/streams/{}/targets", text(&from, "id"));
    let key = text(&by_rtmp, "stream_key");
    let rtmp = json!({ "name": "Other", "url": format!("rtmp://{}/live/{key}", server.rtmp) });
    let rtmp = add(&server, &path, &rtmp).await;
    assert_eq!(text(&rtmp, "url"), format!("rtmp://{}/live", server.rtmp));
    assert_eq!(rtmp["state"], "idle");
    assert!(!rtmp.to_string().contains(key));
    assert_eq!(
        text(&rtmp, "key_hint"),
        format!("…{}", &key[key.len() - 4..])
    );
    let srt = json!({ "name": "By SRT", "url": text(&by_srt, "srt_url") });
    let srt = add(&server, &path, &srt).await;
    let gone = json!({ "name": "Nobody", "url": "rtmp://127.0.0.1:9/live", "key": "k" });
    let gone = add(&server, &path, &gone).await;

    let _encoder = encoder(&server, text(&from, "stream_key"), 600);
    let sending = until(&server, &path, text(&rtmp, "id"), "sending").await;
    assert!(sending["since"].is_string() && sending["error"].is_null());
    until(&server, &path, text(&srt, "id"), "sending").await;
    let waiting = until(&server, &path, text(&gone, "id"), "waiting").await;
    assert!(waiting["error"].is_string(), "{waiting}");
    for (stream, protocol) in [(&by_rtmp, "rtmp"), (&by_srt, "srt")] {
        let url = text(stream, "hls_url");
        let master = on_air(&server, url).await.text().await.unwrap();
        for wanted in ["RESOLUTION=320x180", "avc1.", "mp4a.40.2"] {
            assert!(master.contains(wanted), "{master}");
        }
        let id = format!("/api/streams/{}", text(stream, "id"));
        assert_eq!(live(&server, &id).await["ingest"]["protocol"], protocol);
    }
    // Off, and on again, while it goes on.
    let one = format!("{path}/{}", text(&rtmp, "id"));
    let patch = |body: Value| server.operator("PATCH", &one).json(&body).send();
    assert_eq!(
        patch(json!({ "active": false })).await.unwrap().status(),
        200
    );
    until(&server, &path, text(&rtmp, "id"), "idle").await;
    assert_eq!(
        patch(json!({ "active": true })).await.unwrap().status(),
        200
    );
    until(&server, &path, text(&rtmp, "id"), "sending").await;
    // Taken away while it is sent.
    let deleted = server.operator("DELETE", &one).send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    let there = format!("/api/streams/{}", text(&by_rtmp, "id"));
    for _ in 0..1200 {
        if server.json(&there).await["status"] == "ended" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it is still sent there");
}

#[tokio::test(flavor = "multi_thread")]
async fn targets_are_the_owners_and_public() {
    let server = TestServer::start().await;
    let made = stream(&server, json!({})).await;
    let path = format!("/api/streams/{}/targets", text(&made, "id"));
    problem(server.get(&path).send().await.unwrap(), 401).await;
    for (url, key, field) in [
        ("rtmp://127.0.0.1/live", Some("k"), "url"),
        ("rtmp://[::1]/live", Some("k"), "url"),
        ("http://example.com/live", Some("k"), "url"),
        ("rtmp://example.com/live", None, "key"),
    ] {
        let body = json!({ "name": "A", "url": url, "key": key });
        let refused = server.operator("POST", &path).json(&body);
        let refused = problem(refused.send().await.unwrap(), 422).await;
        assert_eq!(fields(&refused), [field], "{url}");
    }
    let body = json!({ "name": "A", "url": "rtmp://example.com/live", "key": "a-long-key-1234" });
    for _ in 0..10 {
        let target = add(&server, &path, &body).await;
        assert_eq!(target["key_hint"], "…1234");
    }
    let eleventh = server.operator("POST", &path).json(&body);
    problem(eleventh.send().await.unwrap(), 409).await;
    let all = server.json(&path).await;
    assert!(!all.to_string().contains("a-long-key"));
    let one = format!("{path}/{}", text(&all[0], "id"));
    let patch = server.operator("PATCH", &one);
    let patched = patch.json(&json!({ "url": "rtmps://example.com/app", "name": "B" }));
    let patched: Value = patched.send().await.unwrap().json().await.unwrap();
    assert_eq!(patched["key_hint"], "…1234");
    assert_eq!(patched["url"], "rtmps://example.com/app");
    let other = stream(&server, json!({})).await;
    let other = format!(
        "/api/streams/{}/targets/{}",
        text(&other, "id"),
        text(&all[0], "id")
    );
    problem(server.operator("DELETE", &other).send().await.unwrap(), 404).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broadcast_is_sent_on_in_secret() {
    let settings = [HERE[0], HERE[1], ("srt_passphrase", "open sesame")];
    let server = TestServer::with(&settings).await;
    let (from, there) = (
        stream(&server, json!({})).await,
        stream(&server, json!({})).await,
    );
    let path = format!("/api/streams/{}/targets", text(&from, "id"));
    let url = text(&there, "srt_url");
    let mut targets = Vec::new();
    for passphrase in ["open+sesame&pbkeylen=32", "open+barley"] {
        let body = json!({ "name": "In secret", "url": format!("{url}&passphrase={passphrase}") });
        let made = add(&server, &path, &body).await;
        assert!(!made.to_string().contains("open"), "{made}");
        targets.push(made);
    }
    let plain = add(&server, &path, &json!({ "name": "Plainly", "url": url })).await;
    let short = json!({ "name": "A", "url": format!("{url}&passphrase=short") });
    let refused = server.operator("POST", &path).json(&short).send().await;
    assert_eq!(fields(&problem(refused.unwrap(), 422).await), ["url"]);
    let _encoder = encoder(&server, text(&from, "stream_key"), 600);
    until(&server, &path, text(&targets[0], "id"), "sending").await;
    for refused in [&targets[1], &plain] {
        let waiting = until(&server, &path, text(refused, "id"), "waiting").await;
        assert!(waiting["error"].is_string() && !waiting.to_string().contains("barley"));
    }
    let master = on_air(&server, text(&there, "hls_url")).await;
    let master = master.text().await.unwrap();
    assert!(master.contains("RESOLUTION=320x180"), "{master}");
    // Another key stays as secret.
    let one = format!("{path}/{}", text(&targets[0], "id"));
    let patch = server.operator("PATCH", &one);
    let patch = patch
        .json(&json!({ "key": text(&there, "stream_key") }))
        .send();
    assert_eq!(patch.await.unwrap().status(), 200);
    until(&server, &path, text(&targets[0], "id"), "sending").await;
}

/// What somebody else's program hears in secret is what was sent.
#[tokio::test(flavor = "multi_thread")]
async fn the_tools_of_srt_hear_what_is_sent_on_in_secret() {
    use tokio::process::Command;

    let folder = tempfile::tempdir().unwrap();
    let heard = folder.path().join("heard.ts");
    // Let go of at once: a listener cannot have a port that is somebody's.
    let port = {
        let somebody = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        somebody.local_addr().unwrap().port()
    };
    let listener = Command::new("srt-live-transmit")
        .arg("-q")
        .arg(format!(
            "srt://127.0.0.1:{port}?mode=listener&passphrase=opensesame"
        ))
        .arg("file://con")
        .stdin(std::process::Stdio::null())
        .stdout(std::fs::File::create(&heard).unwrap())
        .kill_on_drop(true)
        .spawn();
    let Ok(_listener) = listener else {
        let required = std::env::var_os("MATINEE_REQUIRE_ENGINES").is_some();
        assert!(!required, "srt-live-transmit is not installed");
        eprintln!("SKIPPED: srt-live-transmit is not installed");
        return;
    };
    let server = TestServer::with(HERE).await;
    let from = stream(&server, json!({})).await;
    let path = format!("/api/streams/{}/targets", text(&from, "id"));
    let url = format!("srt://127.0.0.1:{port}?passphrase=opensesame");
    let target = add(&server, &path, &json!({ "name": "Tools", "url": url })).await;
    let _encoder = encoder(&server, text(&from, "stream_key"), 600);
    until(&server, &path, text(&target, "id"), "sending").await;
    while std::fs::metadata(&heard).unwrap().len() < 200_000 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let probe = Command::new("ffprobe")
        .args(["-v", "error", "-of", "csv=p=0"])
        .args(["-show_entries", "stream=codec_name,width"])
        .arg(&heard)
        .output()
        .await
        .unwrap();
    let found = String::from_utf8(probe.stdout).unwrap();
    assert!(
        found.contains("h264,320") && found.contains("aac"),
        "{found}"
    );
}
