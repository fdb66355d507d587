//! Where a video is broken: where somebody wants it, or where it was found to disturb least.

use std::process::Command;

use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::ads::{HERE, advert, sent};
use crate::support::{TestServer, fields, problem};

/// A film of 150 seconds that is black for one from 70 on, and cut in silence at 100.
async fn film() -> Vec<u8> {
    let made = tokio::task::spawn_blocking(|| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("film.mp4");
        let part = |colour: &str, seconds: u32, name: &str| {
            format!("color={colour}:s=160x90:r=10:d={seconds}[{name}];")
        };
        let picture = [
            part("red", 70, "a"),
            part("black", 1, "b"),
            part("blue", 29, "c"),
            part("green", 50, "d"),
            "[a][b][c][d]concat=n=4".to_owned(),
        ]
        .concat();
        let sound = "sine=f=300:d=150,volume=0:enable='between(t,70,71)+between(t,99.6,100.6)'";
        let ffmpeg = Command::new("ffmpeg")
            .args(["-v", "error", "-f", "lavfi", "-i", &picture])
            .args(["-f", "lavfi", "-i", sound])
            .args(["-c:v", "libx264", "-preset", "ultrafast", "-g", "20"])
            .args(["-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"])
            .arg(&file)
            .status();
        assert!(ffmpeg.unwrap().success());
        std::fs::read(file).unwrap()
    });
    made.await.unwrap()
}

async fn midrolls(server: &TestServer, id: &str) -> Vec<Value> {
    let ads = server.json(&format!("/api/ads/videos/{id}")).await;
    let pods = ads["pods"].as_array().unwrap().iter();
    pods.filter(|pod| pod["placement"] == "midroll")
        .map(|pod| pod["at"].clone())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn breaks_stand_where_a_film_is_black_or_where_somebody_wants_them() {
    let server = TestServer::with(HERE).await;
    let file = Part::bytes(film().await).file_name("film.mp4");
    let form = Form::new()
        .text("title", "Film")
        .text("is_public", "true")
        .part("file", file);
    let made = server
        .operator("POST", "/api/videos/upload")
        .multipart(form);
    let made = sent(made, StatusCode::CREATED).await;
    let id = made["id"].as_str().unwrap().to_owned();
    let spot = advert(&server, 4.9).await;
    let mut video = Value::Null;
    for _ in 0..1200 {
        video = server.json(&format!("/api/videos/{id}")).await;
        if video["processing_status"] == "completed" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(video["processing_status"], "completed", "{video}");
    let path = format!("/api/videos/{id}/breaks");
    let found = server.json(&path).await;
    assert_eq!(found["markers"], json!([]));
    let places: Vec<f64> = found["found"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_f64)
        .collect();
    assert_eq!(places.len(), 2, "{found}");
    assert!((places[0] - 70.5).abs() < 0.2, "{found}");
    assert!((places[1] - 100.0).abs() < 0.2, "{found}");
    let hidden = server.get(&path).send().await.unwrap();
    problem(hidden, 401).await;

    let campaign = server
        .operator("POST", "/api/ads/campaigns")
        .json(&json!({ "name": "Tea" }));
    let campaign = sent(campaign, StatusCode::CREATED).await;
    let creatives = format!(
        "/api/ads/campaigns/{}/creatives",
        campaign["id"].as_str().unwrap()
    );
    let creative = server
        .operator("POST", &creatives)
        .json(&json!({ "video_id": spot, "name": "Cup" }));
    sent(creative, StatusCode::CREATED).await;
    let rules = server.operator("PUT", "/api/ads/rules").json(&json!({
        "preroll_seconds": 0, "midroll_seconds": 10, "midroll_minutes": 1,
        "postroll_seconds": 0, "unbroken_minutes": 0, "seekable": false,
    }));
    sent(rules, StatusCode::OK).await;
    assert_eq!(midrolls(&server, &id).await, [json!(places[0])]);

    let put = |markers: Value| {
        server
            .operator("PUT", &path)
            .json(&json!({ "markers": markers }))
    };
    for wrong in [json!([-1.0]), json!([150.5]), json!(vec![1.0; 201])] {
        let refused = put(wrong).send().await.unwrap();
        assert_eq!(fields(&problem(refused, 422).await), ["markers"]);
    }
    let kept = sent(put(json!([88.5, 63.25])), StatusCode::OK).await;
    assert_eq!(kept["markers"], json!([63.25, 88.5]));
    assert_eq!(kept["found"], found["found"]);
    assert_eq!(midrolls(&server, &id).await, [json!(63.25)]);

    // A channel without a rule of its own breaks at the markers, at the nearest keyframe.
    let made = server.operator("POST", "/api/channels").json(&json!({
        "number": 8, "name": "Films", "rules": {},
        "ads": { "seconds": 6, "decided": true },
    }));
    let made = sent(made, StatusCode::CREATED).await;
    let schedule = format!("/api/channels/{}/schedule", made["id"].as_str().unwrap());
    let schedule = server.json(&schedule).await;
    // The second marker is too near to the first.
    assert_eq!(schedule["airings"][1]["duration"], 156.0, "{schedule}");
}

/// The checksum of sections (ISO/IEC 13818-1, annex A).
fn crc(bytes: &[u8]) -> [u8; 4] {
    let crc = bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte) << 24, |crc, _| {
            let carry = crc & 0x8000_0000 != 0;
            crc << 1 ^ if carry { 0x04c1_1db7 } else { 0 }
        })
    });
    crc.to_be_bytes()
}

/// A recording of 130 seconds in which a cue says, at its beginning, that a break begins at 63.
async fn recording() -> Vec<u8> {
    const CUES: u16 = 0x1f0;
    const MAP: u16 = 0x1000;
    let made = tokio::task::spawn_blocking(|| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("film.ts");
        let picture = "testsrc2=s=160x90:r=10:d=130";
        let ffmpeg = Command::new("ffmpeg")
            .args(["-v", "error", "-f", "lavfi", "-i", picture])
            .args(["-f", "lavfi", "-i", "sine=f=300:d=130"])
            .args(["-c:v", "libx264", "-preset", "ultrafast", "-g", "20"])
            .args(["-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"])
            .arg(&file)
            .status();
        assert!(ffmpeg.unwrap().success());
        std::fs::read(file).unwrap()
    });
    let plain = made.await.unwrap();
    // ffmpeg begins 1.4 seconds after nothing.
    let at = 90_000 * 63 + 126_000_u32;
    let mut cue = vec![0xfc, 0x30, 32, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xf0, 15, 0x05];
    cue.extend([0, 0, 0, 9, 0x7f, 0xcf, 0xfe]);
    cue.extend(at.to_be_bytes());
    cue.extend([0, 1, 0, 0, 0, 0]);
    cue.extend(crc(&cue));
    assert_eq!(cue.len(), 35);
    let [high, low] = CUES.to_be_bytes();
    let mut cue_packet = vec![0x47, 0x40 | high, low, 0x10, 0];
    cue_packet.extend(cue);
    cue_packet.resize(188, 0xff);
    let mut out = Vec::with_capacity(plain.len() + 188);
    let mut told = false;
    for packet in plain.chunks(188) {
        let pid = u16::from(packet[1] & 0x1f) << 8 | u16::from(packet[2]);
        if pid != MAP {
            out.extend_from_slice(packet);
            continue;
        }
        let length = usize::from(packet[6] & 0x0f) << 8 | usize::from(packet[7]);
        let mut section = packet[5..5 + 3 + length - 4].to_vec();
        section.extend([0x86, 0xe0 | high, low, 0xf0, 0]);
        section[2] += 5;
        section.extend(crc(&section));
        let mut map = packet[..5].to_vec();
        map.extend(section);
        map.resize(188, 0xff);
        out.extend(map);
        if !told {
            told = true;
            out.extend_from_slice(&cue_packet);
        }
    }
    assert!(told);
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn cues_of_a_recording_are_honoured_and_passed_on() {
    let server = TestServer::with(&[("supported_formats", "mp4,ts")]).await;
    let file = Part::bytes(recording().await).file_name("film.ts");
    let form = Form::new().text("title", "Match").part("file", file);
    let made = server
        .operator("POST", "/api/videos/upload")
        .multipart(form);
    let made = sent(made, StatusCode::CREATED).await;
    let id = made["id"].as_str().unwrap().to_owned();
    let mut video = Value::Null;
    for _ in 0..1200 {
        video = server.json(&format!("/api/videos/{id}")).await;
        if video["processing_status"] == "completed" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(video["processing_status"], "completed", "{video}");
    let marks = server.json(&format!("/api/videos/{id}/breaks")).await;
    let markers = marks["markers"].as_array().unwrap();
    assert_eq!(markers.len(), 1, "{marks}");
    assert!((markers[0].as_f64().unwrap() - 63.0).abs() < 0.2, "{marks}");

    let made = server.operator("POST", "/api/channels").json(&json!({
        "number": 9, "name": "Match", "rules": {},
        "ads": { "seconds": 6, "decided": true },
    }));
    let made = sent(made, StatusCode::CREATED).await;
    let id = made["id"].as_str().unwrap();
    let schedule = server.json(&format!("/api/channels/{id}/schedule")).await;
    assert_eq!(schedule["airings"][1]["duration"], 136.0, "{schedule}");
    // It is listed as soon as it is on.
    let mut marked = String::new();
    for _ in 0..900 {
        let playlist = format!("/media/channels/{id}/video/360p.m3u8?cues=marked");
        marked = crate::ads::text(&server, &playlist).await;
        if marked.contains("#EXT-X-CUE-OUT") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(marked.contains("#EXT-X-CUE-OUT:6"), "{marked}");
    assert!(marked.contains(",SCTE35-OUT=0xFC30"), "{marked}");
}
