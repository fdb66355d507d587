//! More audio tracks for a film, heard again by ffmpeg.

use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::access_people::account;
use crate::playback::add_film;
use crate::support::{TestServer, fields, problem};

/// Nothing here takes this long, even on a busy machine.
const PATIENCE: Duration = Duration::from_mins(5);

/// Sound by ffmpeg: what it is made of, and as what.
fn sound(of: &str, format: &str) -> Vec<u8> {
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", of, "-f", format, "-"])
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&made.stderr).into_owned();
    assert!(made.status.success(), "{words}");
    made.stdout
}

fn form(file: Vec<u8>, fields: &[(&'static str, &'static str)]) -> Form {
    let file = Part::bytes(file).file_name("../../track.flac");
    let said = fields
        .iter()
        .fold(Form::new(), |form, (name, text)| form.text(*name, *text));
    said.part("file", file)
}

async fn add(server: &TestServer, path: &str, form: Form) -> Value {
    let sent = server.operator("POST", path).multipart(form);
    let answer = sent.send().await.unwrap();
    let status = answer.status();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(status, 202, "{body}");
    body
}

/// Waits until a track can be played.
async fn made(server: &TestServer, path: &str, id: &str) -> Value {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let all = server.json(path).await;
        let found = all.as_array().unwrap().iter().find(|one| one["id"] == id);
        if let Some(track) = found {
            return track.clone();
        }
        assert!(Instant::now() < deadline, "{id} is not among {all}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn text(server: &TestServer, path: &str) -> String {
    let answer = server.get(path).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

/// What ffmpeg hears of a playlist: how loud it is in LUFS, and for how many seconds.
async fn heard(url: String) -> (f64, f64) {
    let run = tokio::task::spawn_blocking(move || {
        Command::new("ffmpeg")
            .args([
                "-nostdin", "-nostats", "-i", &url, "-af", "ebur128", "-f", "null", "-",
            ])
            .output()
            .unwrap()
    });
    let output = run.await.unwrap();
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{words}");
    let number = |behind: &str| -> f64 {
        let (_, rest) = words.rsplit_once(behind).unwrap();
        rest.split_whitespace().next().unwrap().parse().unwrap()
    };
    let (_, time) = words.rsplit_once("t: ").unwrap();
    let seconds = time.split_whitespace().next().unwrap().parse().unwrap();
    (number("I:"), seconds)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_is_added_to_a_film_and_heard() {
    let server = TestServer::start().await;
    let film = add_film(&server, 6, true).await;
    let id = &film.video.id;
    let path = format!("/api/videos/{id}/audio");
    let before = server.json(&path).await.as_array().unwrap().len();
    // Much too quiet, and shorter than the film.
    let quiet = sound("sine=f=880:r=44100:d=5,volume=-8dB", "flac");
    let said = [("language", "DE-at"), ("label", "Deutsch"), ("role", "dub")];
    let added = add(&server, &path, form(quiet, &said)).await;
    assert_eq!(added["language"], "de-AT");
    let track = added["rendition_id"].as_str().unwrap();
    let german = made(&server, &path, track).await;
    assert_eq!(
        (
            &german["kind"],
            &german["label"],
            &german["role"],
            &german["is_default"]
        ),
        (
            &json!("audio"),
            &json!("Deutsch"),
            &json!("dub"),
            &json!(false)
        )
    );

    let master = text(&server, &format!("/media/{id}/master.m3u8")).await;
    let line = master.lines().find(|line| line.contains(track)).unwrap();
    for part in ["TYPE=AUDIO", "LANGUAGE=\"de-AT\"", "NAME=\"Deutsch\""] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    let dash = text(&server, &format!("/media/{id}/manifest.mpd")).await;
    assert!(dash.contains("lang=\"de-AT\""), "{dash}");
    let (lufs, seconds) = heard(server.url(&format!("/media/{id}/{track}/media.m3u8"))).await;
    assert!((lufs + 16.0).abs() < 2.0, "{lufs} LUFS");
    assert!(
        (seconds - 6.0).abs() < 0.5,
        "it is as long as the film, not {seconds} s"
    );

    // For the blind; and the one that plays from now on.
    let said = [
        ("role", "description"),
        ("language", "en"),
        ("is_default", "true"),
    ];
    let told = sound("anoisesrc=d=6:a=0.3", "wav");
    let added = add(&server, &path, form(told, &said)).await;
    let blind = added["rendition_id"].as_str().unwrap().to_owned();
    assert_eq!(made(&server, &path, &blind).await["role"], "description");
    let deadline = Instant::now() + PATIENCE;
    while made(&server, &path, &blind).await["is_default"] != true {
        assert!(Instant::now() < deadline, "it is not the default");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let master = text(&server, &format!("/media/{id}/master.m3u8")).await;
    let line = master.lines().find(|line| line.contains(&blind)).unwrap();
    for part in ["public.accessibility.describes-video", "DEFAULT=YES"] {
        assert!(line.contains(part), "{part} is not in {line}");
    }

    // What is said of it can be changed, and it can be taken away.
    let one = format!("/api/videos/{id}/renditions/{blind}");
    let change = json!({ "role": "commentary", "label": "The director" });
    let sent = server.operator("PATCH", &one).json(&change);
    let changed: Value = sent.send().await.unwrap().json().await.unwrap();
    assert_eq!(changed["role"], "commentary");
    let odd = server
        .operator("PATCH", &one)
        .json(&json!({ "role": "villain" }));
    assert_eq!(
        fields(&problem(odd.send().await.unwrap(), 422).await),
        ["role"]
    );
    let one = format!("{path}/{blind}");
    let gone = server.operator("DELETE", &one).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    let master = text(&server, &format!("/media/{id}/master.m3u8")).await;
    assert!(!master.contains(&blind), "{master}");
    problem(server.operator("DELETE", &one).send().await.unwrap(), 404).await;
    let left = server.json(&path).await;
    let left = left.as_array().unwrap();
    assert_eq!(left.len(), before + 1);
    assert!(
        left.iter().any(|one| one["is_default"] == true),
        "one plays first: {left:?}"
    );

    // What it was made of is not kept twice.
    let tracks = server.data.path().join(format!("blobs/videos/{id}/tracks"));
    let deadline = Instant::now() + PATIENCE;
    while walkdir::WalkDir::new(&tracks)
        .into_iter()
        .filter_map(Result::ok)
        .any(|entry| entry.file_type().is_file())
    {
        assert!(Instant::now() < deadline, "files are left in {tracks:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for track in left.iter().map(|one| one["id"].as_str().unwrap()) {
        let gone = server.operator("DELETE", &format!("{path}/{track}"));
        let gone = gone.send().await.unwrap();
        if track == left[left.len() - 1]["id"] {
            problem(gone, 409).await;
        } else {
            assert_eq!(gone.status(), 204);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_sound_is_refused_and_nothing_stays() {
    let server = TestServer::start().await;
    let film = add_film(&server, 2, true).await;
    let path = format!("/api/videos/{}/audio", film.video.id);
    let send = async |form: Form| {
        let sent = server.operator("POST", &path).multipart(form);
        sent.send().await.unwrap()
    };
    let picture = sound("color=s=64x64:d=1", "matroska");
    for file in [
        b"no sound at all".to_vec(),
        Vec::new(),
        b"RIFF\x24\0\0\0WAVE".to_vec(),
        picture,
    ] {
        let refused = problem(send(form(file, &[])).await, 422).await;
        assert_eq!(fields(&refused), ["file"], "{refused}");
    }
    let tone = sound("sine=d=1", "wav");
    for (name, text) in [
        ("language", "klingon"),
        ("role", "villain"),
        ("label", "a\"b"),
        ("is_default", "perhaps"),
    ] {
        let refused = problem(send(form(tone.clone(), &[(name, text)])).await, 422).await;
        assert_eq!(fields(&refused), [name], "{refused}");
    }
    let refused = send(Form::new().text("language", "de")).await;
    assert_eq!(fields(&problem(refused, 422).await), ["file"]);
    let two = form(tone.clone(), &[]).part("file", Part::bytes(tone.clone()).file_name("b.wav"));
    problem(send(two).await, 422).await;
    let kept = server
        .data
        .path()
        .join(format!("blobs/videos/{}/tracks", film.video.id));
    let files = walkdir::WalkDir::new(kept)
        .into_iter()
        .filter_map(Result::ok);
    assert_eq!(files.filter(|entry| entry.file_type().is_file()).count(), 0);

    let sent = server.http.post(server.url(&path));
    let sent = sent.multipart(form(tone.clone(), &[]));
    problem(sent.send().await.unwrap(), 401).await;
    for (name, role) in [("vera", "viewer"), ("carl", "creator")] {
        let (_, token) = account(&server, name, role).await;
        let sent = server.http.post(server.url(&path)).bearer_auth(token);
        let sent = sent.multipart(form(tone.clone(), &[]));
        problem(sent.send().await.unwrap(), 403).await;
    }
    let elsewhere = server.external(json!({ "title": "Elsewhere" })).await;
    let path = format!("/api/videos/{elsewhere}/audio");
    let sent = server.operator("POST", &path).multipart(form(tone, &[]));
    problem(sent.send().await.unwrap(), 409).await;
}
