//! What whoever watches over a server is told (`/metrics`) after and during real work: a film that
//! is uploaded and made, an encoder that publishes, a socket in its room.
#![expect(clippy::float_cmp, reason = "what is counted is told in whole numbers")]

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;

use crate::live_broadcast::{encoder_at, text};
use crate::program::{Program, free_port};

/// So often something is looked for, a moment apart.
const LOOKS: usize = 6000;

/// What is told at one time.
struct Told(String);

impl Told {
    async fn now(program: &Program) -> Self {
        let answer = program.http.get(format!("{}/metrics", program.base));
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        Self(answer.text().await.unwrap())
    }

    /// The sum of all lines of a name that have this among their labels; `None` without one.
    fn of(&self, name: &str, label: &str) -> Option<f64> {
        let lines = self.0.lines().filter_map(|line| {
            let (series, value) = line.rsplit_once(' ')?;
            let (known, labels) = series.split_once('{').unwrap_or((series, ""));
            (known == name && labels.contains(label)).then(|| value.parse::<f64>().unwrap())
        });
        lines.fold(None, |sum, value| Some(sum.unwrap_or(0.0) + value))
    }

    fn is(&self, name: &str) -> f64 {
        self.of(name, "")
            .unwrap_or_else(|| panic!("{name} is not told:\n{}", self.0))
    }
}

/// Asks until it is so.
async fn until(program: &Program, what: &str, so: impl Fn(&Told) -> bool) -> Told {
    for _ in 0..LOOKS {
        let told = Told::now(program).await;
        if so(&told) {
            return told;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}:\n{}", Told::now(program).await.0);
}

async fn upload(program: &Program, film: &[u8], title: &str) {
    let form = Form::new()
        .text("title", title.to_owned())
        .part("file", Part::bytes(film.to_vec()).file_name("film.mp4"));
    let made = program
        .http
        .post(format!("{}/api/videos/upload", program.base))
        .multipart(form);
    assert_eq!(made.send().await.unwrap().status(), StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn real_work_is_told_in_sound_values() {
    let rtmp = free_port();
    let program = Program::start(&[
        ("RTMP_SERVER_PORT", &rtmp.to_string()),
        ("TRANSCODING_PRESET", "ultrafast"),
        ("TRANSCODING_CONCURRENCY", "1"),
        ("MATINEE_LADDER", "144"),
    ])
    .await;
    let idle = Told::now(&program).await;
    assert_eq!(idle.of("matinee_ingest_sessions", "").unwrap_or(0.0), 0.0);
    assert_eq!(idle.of("matinee_sockets", "").unwrap_or(0.0), 0.0);
    assert_eq!(
        idle.of("matinee_ffmpeg_speed_count", "").unwrap_or(0.0),
        0.0
    );

    // Three films, of which one is made at a time: others wait, and longer each time one looks.
    let media = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/media");
    let film = std::fs::read(media.join("bigbuckbunny.mp4")).unwrap();
    for title in ["One", "Two", "Three"] {
        upload(&program, &film, title).await;
    }
    let waits = |told: &Told| {
        let due = told.is("matinee_job_queue_age_seconds") > 0.0;
        due && told.of("matinee_jobs", "state=\"queued\"").unwrap() >= 1.0
    };
    let busy = until(&program, "films wait", waits).await;
    let age = busy.is("matinee_job_queue_age_seconds");
    assert!(age < busy.is("matinee_uptime_seconds"), "{}", busy.0);
    let made = |told: &Told| {
        let running = told.of("matinee_jobs", "state=\"running\"").unwrap();
        running >= 1.0 && told.of("matinee_ffmpeg_running", "").unwrap_or(0.0) >= 1.0
    };
    until(&program, "one is made by ffmpeg", made).await;
    let over = |told: &Told| {
        told.is("matinee_jobs") == 0.0 && told.of("matinee_ffmpeg_running", "") == Some(0.0)
    };
    let over = until(&program, "all of them are made", over).await;
    assert_eq!(over.is("matinee_job_queue_age_seconds"), 0.0);
    let failed = over.of("matinee_job_runs_total", "outcome=\"failed\"");
    assert_eq!(failed, None, "{}", over.0);
    assert_eq!(over.is("matinee_uploads_total"), 3.0);
    assert_eq!(
        over.is("matinee_upload_bytes_total"),
        3.0 * film.len() as f64
    );
    // Each film is transcoded at least once; as a multiple of its own speed, which for a small
    // picture is more than none and less than a machine has.
    let (count, sum) = (
        over.is("matinee_ffmpeg_speed_count"),
        over.is("matinee_ffmpeg_speed_sum"),
    );
    assert!(count >= 3.0, "{}", over.0);
    let speed = sum / count;
    assert!((0.01..100_000.0).contains(&speed), "{speed}");
    let buckets = over.of("matinee_ffmpeg_speed_bucket", "le=\"+Inf\"");
    assert_eq!(buckets, Some(count));
    let (runs, lasted) = (
        over.is("matinee_job_runs_total"),
        over.is("matinee_job_seconds_sum"),
    );
    assert!(runs >= 3.0 && lasted > 0.0, "{}", over.0);
    assert_eq!(over.is("matinee_job_seconds_count"), runs);

    // An encoder, and a socket in its room.
    let made = program
        .http
        .post(format!("{}/api/streams", program.base))
        .json(&json!({ "title": "On the air" }));
    let stream: Value = made.send().await.unwrap().json().await.unwrap();
    let door = std::net::SocketAddr::from(([127, 0, 0, 1], rtmp));
    let mut encoder = encoder_at(door, text(&stream, "stream_key"), 600);
    until(&program, "an encoder is there", |told| {
        told.of("matinee_ingest_sessions", "") == Some(1.0)
    })
    .await;
    let base = program.base.replacen("http", "ws", 1);
    let room = format!("{base}/ws/{}", text(&stream, "id"));
    let (socket, _) = connect_async(room.as_str()).await.unwrap();
    let (second, _) = connect_async(room.as_str()).await.unwrap();
    let met = until(&program, "two sockets are open", |told| {
        told.of("matinee_sockets", "") == Some(2.0)
    })
    .await;
    assert_eq!(met.is("matinee_ingest_sessions"), 1.0);
    drop((socket, second));
    encoder.kill().await.unwrap();
    until(&program, "all of them are gone", |told| {
        told.is("matinee_sockets") == 0.0 && told.is("matinee_ingest_sessions") == 0.0
    })
    .await;

    // Statements took time, and each less than the server was there.
    let last = Told::now(&program).await;
    let (count, sum) = (
        last.is("matinee_database_seconds_count"),
        last.is("matinee_database_seconds_sum"),
    );
    assert!(count >= 100.0 && sum > 0.0, "{}", last.0);
    assert!(
        sum / count < last.is("matinee_uptime_seconds"),
        "{}",
        last.0
    );
    assert!(count >= over.is("matinee_database_seconds_count"));
    assert_eq!(
        last.of("matinee_database_failures_total", "")
            .unwrap_or(0.0),
        0.0
    );
    let asked = last.of("matinee_requests_total", "route=\"/api/videos/upload\"");
    assert_eq!(asked, Some(3.0));
}
