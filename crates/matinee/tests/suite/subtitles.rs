//! Text and audio tracks over HTTP, read again by ffmpeg.

use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::multipart::{Form, Part};
use reqwest::{Body, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::playback::add_cmaf_film;
use crate::support::{TestServer, fields, problem};

const SRT: &str = "1\n00:00:01,000 --> 00:00:02,500\n<i>Hallo</i> & guten Tag\n\n\
    2\n00:00:03,000 --> 00:00:04,000\n{\\an8}<script>alert(1)</script>\n";
const ASS: &str = "[Script Info]\nPlayResX: 640\nPlayResY: 360\n\n[V4+ Styles]\n\
    Format: Name, Fontname, Bold, Italic, Alignment\nStyle: Default,Arial,0,-1,2\n\n[Events]\n\
    Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n\
    Dialogue: 0,0:00:00.50,0:00:01.50,Default,Ada,0,0,0,,Bonjour\\Nà tous\n";

async fn json_of(response: Response, status: u16) -> Value {
    let got = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    assert_eq!(got, status, "{body}");
    body
}

/// What ffmpeg makes of a text track, as SubRip.
async fn as_subrip(url: String) -> String {
    let run = tokio::task::spawn_blocking(move || {
        Command::new("ffmpeg")
            .args(["-v", "error", "-i", &url, "-map", "0:s:0", "-f", "srt", "-"])
            .output()
            .unwrap()
    });
    let output = run.await.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_track_is_in_every_playlist_at_once() {
    let server = TestServer::start().await;
    let film = add_cmaf_film(&server, 5).await;
    let id = &film.video.id;
    let path = format!("/api/videos/{id}/subtitles");
    let master = format!("/media/{id}/master.m3u8");
    let before = server.get(&master).send().await.unwrap();
    let before = before.text().await.unwrap();
    assert!(!before.contains("TYPE=SUBTITLES"));

    let file = Part::bytes(SRT.as_bytes().to_vec()).file_name("Film.de.srt");
    let form = Form::new().part("file", file).text("default", "true");
    let sent = server.operator("POST", &path).multipart(form);
    let german = json_of(sent.send().await.unwrap(), 201).await;
    assert_eq!(
        (&german["language"], &german["label"]),
        (&json!("de"), &json!("German"))
    );
    assert_eq!(
        (&german["is_default"], &german["origin"]),
        (&json!(true), &json!("upload"))
    );

    // The file itself, in an old encoding, with the rest in the query.
    let latin: Vec<u8> = ASS
        .chars()
        .map(|c| u8::try_from(c as u32).unwrap())
        .collect();
    let query = format!("{path}?language=FR-ca&hearing_impaired=true&label=Qu%C3%A9bec");
    let sent = server
        .operator("POST", &query)
        .header("content-type", "text/x-ssa");
    let french = json_of(sent.body(latin).send().await.unwrap(), 201).await;
    assert_eq!(french["language"], "fr-CA");

    let after = server
        .get(&master)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(after.contains("LANGUAGE=\"de\""), "{after}");
    assert!(after.contains("NAME=\"Québec\""), "{after}");
    assert!(
        after.contains("public.accessibility.describes-music-and-sound"),
        "{after}"
    );
    let dash = server
        .get(&format!("/media/{id}/manifest.mpd"))
        .send()
        .await
        .unwrap();
    assert!(dash.text().await.unwrap().contains("lang=\"fr-CA\""));

    let german_id = german["id"].as_str().unwrap();
    let full = german["url"].as_str().unwrap().to_owned();
    let text = server
        .get(&full)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(text.contains("<i>Hallo</i> &amp; guten Tag"), "{text}");
    assert!(text.contains("line:0\n&lt;script&gt;"), "{text}");
    let segment = format!("/media/{id}/subtitles/{german_id}/0.vtt");
    let segment = server
        .get(&segment)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(segment.contains("X-TIMESTAMP-MAP") && segment.contains("Hallo"));
    // ffmpeg reads the same from the file and through the playlist.
    let told = as_subrip(full).await;
    assert!(
        told.contains("00:00:01,000 --> 00:00:02,500\n<i>Hallo</i> & guten Tag"),
        "{told}"
    );
    let told =
        as_subrip(server.url(&format!("/media/{id}/subtitles/{german_id}/media.m3u8"))).await;
    assert!(told.contains("guten Tag"), "{told}");
    let told = as_subrip(french["url"].as_str().unwrap().to_owned()).await;
    assert!(
        told.contains("Bonjour") && told.contains("à tous"),
        "{told}"
    );

    let one = format!("{path}/{}", french["id"].as_str().unwrap());
    let change = json!({ "label": "Français", "is_default": true, "hearing_impaired": false });
    let changed = server
        .operator("PATCH", &one)
        .json(&change)
        .send()
        .await
        .unwrap();
    assert_eq!(json_of(changed, 200).await["label"], "Français");
    let list = server.json(&path).await;
    let defaults: Vec<&Value> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|s| &s["is_default"])
        .collect();
    assert_eq!(defaults, [&json!(false), &json!(true)]);
    for (change, field) in [
        (json!({ "language": "german" }), "language"),
        (json!({ "language": "qq" }), "language"),
        (json!({ "label": "" }), "label"),
        (json!({ "label": "a\"b" }), "label"),
    ] {
        let refused = server
            .operator("PATCH", &one)
            .json(&change)
            .send()
            .await
            .unwrap();
        assert_eq!(fields(&problem(refused, 422).await), [field]);
    }
    let gone = server.operator("DELETE", &one).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    let after = server
        .get(&master)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(!after.contains("Français") && after.contains("LANGUAGE=\"de\""));
    problem(server.operator("DELETE", &one).send().await.unwrap(), 404).await;
}

#[tokio::test]
async fn what_is_no_text_track_is_refused() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "One" })).await;
    let path = format!("/api/videos/{id}/subtitles?language=en");
    let send = async |body: Vec<u8>| {
        let sent = server
            .operator("POST", &path)
            .header("content-type", "text/plain");
        sent.body(body).send().await.unwrap()
    };
    for body in [
        &b""[..],
        b"nothing of the kind",
        b"WEBVTT\n\nNOTE nothing\n",
        b"\x1f\x8b\x08\x00\x00",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"[Events]\nDialogue: nonsense\n",
    ] {
        let refused = problem(send(body.to_vec()).await, 422).await;
        assert_eq!(fields(&refused), ["file"], "{refused}");
    }
    let nameless = format!("/api/videos/{id}/subtitles");
    let refused = server.operator("POST", &nameless).body(SRT);
    assert_eq!(
        fields(&problem(refused.send().await.unwrap(), 422).await),
        ["language"]
    );
    let json = server.operator("POST", &path).json(&json!({ "file": SRT }));
    problem(json.send().await.unwrap(), 415).await;
    let nobody = server.http.post(server.url(&path)).body(SRT);
    problem(nobody.send().await.unwrap(), 401).await;
    assert_eq!(server.json(&nameless).await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_megabytes_are_refused_at_once() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "One" })).await;
    let path = format!("/api/videos/{id}/subtitles?language=en");
    // Told beforehand: answered before a byte of it is sent.
    let host = server.base.strip_prefix("http://").unwrap();
    let mut socket = tokio::net::TcpStream::connect(host).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: text/vtt\r\nContent-Length: 104857600\r\n\r\n",
        server.token
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    let begun = Instant::now();
    let read = socket.read_exact(&mut answer);
    tokio::time::timeout(Duration::from_secs(30), read)
        .await
        .expect("no answer before the body")
        .unwrap();
    assert_eq!(answer, b"HTTP/1.1 413", "after {:?}", begun.elapsed());
    // Not told: refused as soon as it is too much, in whatever form it comes.
    let chunk = vec![b'a'; 1 << 20];
    let endless =
        futures::stream::iter((0..100).map(move |_| Ok::<_, std::io::Error>(chunk.clone())));
    let sent = server
        .operator("POST", &path)
        .header("content-type", "text/vtt");
    let refused = sent.body(Body::wrap_stream(endless)).send().await.unwrap();
    problem(refused, 413).await;
    assert_eq!(
        server.json(&format!("/api/videos/{id}/subtitles")).await,
        json!([])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audio_track_is_called_what_people_call_it() {
    let server = TestServer::start().await;
    let film = add_cmaf_film(&server, 4).await;
    let id = &film.video.id;
    let path = format!("/api/videos/{id}/renditions/{}", film.sound.id);
    let change = json!({ "label": "Kommentar", "language": "de-at", "is_default": true });
    let changed = server
        .operator("PATCH", &path)
        .json(&change)
        .send()
        .await
        .unwrap();
    let changed = json_of(changed, 200).await;
    assert_eq!(changed["language"], "de-AT");
    let master = server
        .get(&format!("/media/{id}/master.m3u8"))
        .send()
        .await
        .unwrap();
    let master = master.text().await.unwrap();
    assert!(master.contains("NAME=\"Kommentar\""), "{master}");
    assert!(master.contains("LANGUAGE=\"de-AT\""), "{master}");
    let dash = server
        .get(&format!("/media/{id}/manifest.mpd"))
        .send()
        .await
        .unwrap();
    assert!(dash.text().await.unwrap().contains("lang=\"de-AT\""));
    let pictures = format!("/api/videos/{id}/renditions/{}", film.pictures.id);
    let refused = server
        .operator("PATCH", &pictures)
        .json(&change)
        .send()
        .await
        .unwrap();
    problem(refused, 409).await;
    let odd = server
        .operator("PATCH", &path)
        .json(&json!({ "language": "klingon" }));
    assert_eq!(
        fields(&problem(odd.send().await.unwrap(), 422).await),
        ["language"]
    );
    let cleared = server
        .operator("PATCH", &path)
        .json(&json!({ "label": null }));
    assert_eq!(
        json_of(cleared.send().await.unwrap(), 200).await["label"],
        Value::Null
    );
}
