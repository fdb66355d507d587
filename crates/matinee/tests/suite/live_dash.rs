//! Broadcasts as DASH: what the manifest promises is there, and a real player reads it.

use std::process::Stdio;

use bytes::BytesMut;
use futures::StreamExt as _;
use serde_json::json;
use tokio::process::Command;

use crate::live_broadcast::{encoder, header, on_air, stream, text};
use crate::support::{TestServer, problem};

/// The value of the first attribute of this name after a place.
fn attribute<'a>(text: &'a str, after: &str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(after)?;
    let (_, rest) = rest.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

/// The numbers, beginnings and lengths of a track's segments.
fn segments(manifest: &str, track: &str) -> Vec<(u64, u64, u64)> {
    let mark = format!("<Representation id=\"{track}\"");
    let Some((_, set)) = manifest.split_once(&mark) else {
        return Vec::new();
    };
    let (set, _) = set.split_once("</Representation>").unwrap();
    let mut number: u64 = attribute(set, "<SegmentTemplate", "startNumber")
        .unwrap()
        .parse()
        .unwrap();
    let mut next = 0;
    let mut all = Vec::new();
    for line in set.lines().filter(|line| line.contains("<S ")) {
        let value = |name| attribute(line, "<S", name).map(|text| text.parse::<u64>().unwrap());
        let mut start = value("t").unwrap_or(next);
        let duration = value("d").unwrap();
        for _ in 0..=value("r").unwrap_or(0) {
            all.push((number, start, duration));
            number += 1;
            start += duration;
        }
        next = start;
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broadcast_is_watched_by_dash_while_it_goes_on() {
    let server = TestServer::start().await;
    let made = stream(&server, json!({})).await;
    let url = text(&made, "dash_url");
    problem(server.get(url).send().await.unwrap(), 404).await;
    let encoder = encoder(&server, text(&made, "stream_key"), 600);
    let answer = on_air(&server, url).await;
    assert_eq!(header(&answer, "content-type"), "application/dash+xml");
    assert_eq!(header(&answer, "cache-control"), "public, max-age=1");
    let base = url.strip_suffix("manifest.mpd").unwrap();
    // Until there is a segment of each before the one that comes.
    let manifest = loop {
        let manifest = server.get(url).send().await.unwrap().text().await.unwrap();
        if manifest.contains("\"audio\"") && segments(&manifest, "video").len() > 2 {
            break manifest;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    };
    for wanted in [
        "type=\"dynamic\"",
        "availabilityTimeComplete=\"false\"",
        "availabilityTimeOffset=\"1.500\"",
        "<Latency ",
        "<UTCTiming ",
        "width=\"320\"",
        "codecs=\"mp4a.40.2\"",
    ] {
        assert!(manifest.contains(wanted), "{wanted}: {manifest}");
    }
    for track in ["video", "audio"] {
        let init = attribute(&manifest, &format!("id=\"{track}\""), "initialization").unwrap();
        let init = server.get(&format!("{base}{init}")).send().await.unwrap();
        assert_eq!(init.status(), 200);
        let all = segments(&manifest, track);
        let segment = |n| format!("{base}{track}/{n}.m4s");
        let whole = server.get(&segment(all[0].0)).send().await.unwrap();
        assert!(whole.headers().contains_key("content-length"));
        // The one that comes arrives as it comes, and is then the same for everybody.
        let next = loop {
            let manifest = server.get(url).send().await.unwrap().text().await.unwrap();
            let next = segments(&manifest, track).last().unwrap().0;
            let growing = server.get(&segment(next)).send().await.unwrap();
            assert_eq!(growing.status(), 200);
            assert!(header(&growing, "cache-control").contains("immutable"));
            if growing.headers().contains_key("content-length") {
                // It was whole already.
                continue;
            }
            let (mut bytes, mut pieces) = (BytesMut::new(), 0);
            let mut body = growing.bytes_stream();
            while let Some(piece) = body.next().await {
                bytes.extend_from_slice(&piece.unwrap());
                pieces += 1;
            }
            let later = server.get(&segment(next)).send().await.unwrap();
            assert!(later.headers().contains_key("content-length"));
            assert_eq!(later.bytes().await.unwrap(), bytes.freeze());
            if pieces > 1 {
                break next;
            }
        };
        let far = server.get(&segment(next + 50)).send().await.unwrap();
        problem(far, 404).await;
    }
    // Somebody who reads it for a while gets pictures and sound, and no complaint.
    let read = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-i", &server.url(url)])
        .args(["-t", "3", "-f", "null", "-"])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    assert!(read.status.success(), "{read:?}");

    drop(encoder);
    let path = format!("/api/streams/{}", text(&made, "id"));
    let ended = server.operator("POST", &format!("{path}/end"));
    assert_eq!(ended.send().await.unwrap().status(), 200);
    let manifest = server.get(url).send().await.unwrap().text().await.unwrap();
    assert!(manifest.contains("type=\"static\""), "{manifest}");
    assert!(
        manifest.contains("mediaPresentationDuration="),
        "{manifest}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_of_a_private_manifest_bears_its_token() {
    let server = TestServer::start().await;
    let made = stream(&server, json!({ "is_private": true })).await;
    let _encoder = encoder(&server, text(&made, "stream_key"), 600);
    let path = format!("/api/streams/{}", text(&made, "id"));
    let grant = server.json(&format!("{path}/token")).await;
    let manifest = on_air(&server, text(&grant, "dash_url")).await;
    assert!(header(&manifest, "cache-control").contains("no-store"));
    let manifest = manifest.text().await.unwrap();
    let token = text(&grant, "token");
    for name in ["initialization", "media"] {
        let address = attribute(&manifest, "<SegmentTemplate", name).unwrap();
        assert!(address.ends_with(&format!("?token={token}")), "{address}");
    }
    let bare = server.get(text(&made, "dash_url")).send().await.unwrap();
    problem(bare, 404).await;
}
