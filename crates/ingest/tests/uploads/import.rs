//! Downloads by URL, from a server that breaks off, redirects and lies.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use matinee_catalog::{ProcessingStatus, Video};
use matinee_engines::outbound::Lookup;
use matinee_ingest::uploads::import::{IMPORT_JOB, ImportHandler};
use matinee_ingest::uploads::{Metadata, UploadConfig, UploadError, Uploads};
use matinee_jobs::{JobState, Worker, WorkerOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::support::{Library, MIB, film, libraries_with, person};

/// What the other server answers.
#[derive(Clone)]
struct Answer {
    status: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
    /// Break off after so many bytes of the body.
    cut: Option<usize>,
}

fn answer(status: &'static str, body: &Bytes) -> Answer {
    Answer {
        status,
        headers: vec![("Content-Length", body.len().to_string())],
        body: body.clone(),
        cut: None,
    }
}

fn redirect(to: &str) -> Answer {
    let mut answer = answer("302 Found", &Bytes::new());
    answer.headers.push(("Location", to.to_owned()));
    answer
}

type Headers = HashMap<String, String>;

/// A server whose answers the test writes.
struct Site {
    base: String,
    asked: Arc<Mutex<Vec<(String, Headers)>>>,
}

impl Site {
    async fn open(reply: impl Fn(&str, &Headers) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<(String, Headers)>>> = Arc::default();
        let (noted, reply) = (asked.clone(), Arc::new(reply));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (noted, reply) = (noted.clone(), reply.clone());
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        match stream.read_u8().await {
                            Ok(byte) => head.push(byte),
                            Err(_) => return,
                        }
                    }
                    let head = String::from_utf8(head).unwrap();
                    let mut lines = head.lines();
                    let path = lines.next().unwrap().split(' ').nth(1).unwrap().to_owned();
                    let headers: Headers = lines
                        .filter_map(|line| line.split_once(": "))
                        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                        .collect();
                    let answer = reply(&path, &headers);
                    noted.lock().unwrap().push((path, headers));
                    let mut text = format!("HTTP/1.1 {}\r\nConnection: close\r\n", answer.status);
                    for (name, value) in &answer.headers {
                        let _ = write!(text, "{name}: {value}\r\n");
                    }
                    text.push_str("\r\n");
                    let body = &answer.body[..answer.cut.unwrap_or(answer.body.len())];
                    let _ = stream.write_all(text.as_bytes()).await;
                    let _ = stream.write_all(body).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self { base, asked }
    }

    fn asked(&self) -> Vec<(String, Headers)> {
        self.asked.lock().unwrap().clone()
    }
}

fn allow_loopback(config: &mut UploadConfig) {
    config.import.allow = vec!["127.0.0.1".parse().unwrap()];
    config.import.attempts = 3;
}

/// Imports, lets the job run to its end, and returns the video.
async fn import(library: &Library, url: &str) -> Video {
    let fields = Metadata::from_pairs([("tags", "a")]).unwrap();
    let video = library
        .uploads
        .import(&person("ada"), url, fields)
        .await
        .unwrap();
    assert_eq!(video.processing_status, ProcessingStatus::Pending);
    run(library, &video.id).await;
    library.deps.catalog.get(&video.id).await.unwrap()
}

async fn run(library: &Library, video_id: &str) {
    let stop = CancellationToken::new();
    let options = WorkerOptions {
        poll: Duration::from_millis(50),
        ..WorkerOptions::default()
    };
    let worker = Worker::new(library.deps.jobs.clone(), options)
        .handler(Arc::new(ImportHandler::new(library.uploads.clone())));
    let running = tokio::spawn(worker.run(stop.clone()));
    loop {
        let db = library.deps.db.write();
        let jobs = library.deps.jobs.by_subject(db, video_id).await.unwrap();
        let import = jobs.iter().find(|job| job.kind == IMPORT_JOB).unwrap();
        if import.state.is_finished() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn a_file_is_fetched_through_redirects() {
    let bytes = film(3 * MIB);
    let served = bytes.clone();
    let site = Site::open(move |path, _| match path {
        "/start" => redirect("/next?x=1"),
        "/next?x=1" => redirect("/dir/My%20Film.mp4"),
        _ => answer("200 OK", &served),
    })
    .await;
    for library in libraries_with(allow_loopback).await {
        let video = import(&library, &format!("{}/start", site.base)).await;
        assert_eq!(video.file_size, 3 << 20);
        assert_eq!(video.title, "start");
        assert_eq!(video.filename, "My Film.mp4");
        assert_eq!(video.owner.as_deref(), Some("user_of_ada"));
        assert_eq!(library.source(&video.id).await, bytes);
        assert_eq!(library.jobs(&video.id).await, ["import", "probe"]);
        assert_eq!(library.kept().await, (1, 0));
    }
}

#[tokio::test]
async fn a_download_that_broke_off_goes_on_with_the_same_file_only() {
    let (first, second) = (film(5 * MIB), film(6 * MIB).slice(8..));
    for changes in [false, true] {
        for library in libraries_with(allow_loopback).await {
            let (first, second) = (first.clone(), second.clone());
            let expected = if changes { &second } else { &first }.clone();
            let site = Site::open(move |_, headers| {
                let Some(range) = headers.get("range") else {
                    let mut cut = answer("200 OK", &first);
                    cut.headers.push(("ETag", "\"one\"".into()));
                    cut.cut = Some(2 * MIB);
                    return cut;
                };
                assert_eq!(headers["if-range"], "\"one\"");
                if changes {
                    let mut other = answer("200 OK", &second);
                    other.headers.push(("ETag", "\"two\"".into()));
                    return other;
                }
                let from: usize = range
                    .strip_prefix("bytes=")
                    .and_then(|r| r.strip_suffix('-'))
                    .unwrap()
                    .parse()
                    .unwrap();
                let mut rest = answer("206 Partial Content", &first.slice(from..));
                let all = first.len();
                let range = format!("bytes {from}-{}/{all}", all - 1);
                rest.headers.push(("Content-Range", range));
                rest
            })
            .await;
            let video = import(&library, &format!("{}/film.mp4", site.base)).await;
            assert_eq!(library.source(&video.id).await, expected, "{changes}");
            assert_eq!(site.asked().len(), 2);
            assert_eq!(library.kept().await, (1, 0));
        }
    }
}

#[tokio::test]
async fn what_cannot_be_had_fails_with_the_reason() {
    let site = Site::open(|path, _| match path {
        "/missing" => answer("404 Not Found", &Bytes::new()),
        "/page" => answer("200 OK", &Bytes::from("<html>no film</html>\n".repeat(99))),
        "/empty" => answer("200 OK", &Bytes::new()),
        "/huge" => Answer {
            headers: vec![("Content-Length", (65 * MIB).to_string())],
            ..answer("200 OK", &film(9))
        },
        "/endless" => Answer {
            headers: Vec::new(),
            ..answer("200 OK", &film(65 * MIB))
        },
        "/packed" => Answer {
            headers: vec![("Content-Encoding", "gzip".into())],
            ..answer("200 OK", &film(99))
        },
        "/elsewhere" => redirect("http://127.0.0.2:1/secret"),
        "/metadata" => redirect("http://169.254.169.254/latest"),
        "/file" => redirect("file:///etc/passwd"),
        path => redirect(&format!("{path}x")),
    })
    .await;
    let cases = [
        ("/missing", "answered 404 Not Found"),
        ("/page", "a text file, not a video"),
        ("/empty", "is empty"),
        ("/huge", "larger than"),
        ("/endless", "larger than"),
        ("/packed", "compressed"),
        ("/elsewhere", "127.0.0.2 is not a public address"),
        ("/metadata", "169.254.169.254 is not a public address"),
        ("/file", "must begin with http"),
        ("/loop", "redirects more than 5 times"),
    ];
    for library in libraries_with(allow_loopback).await {
        for (path, words) in cases {
            let video = import(&library, &format!("{}{path}", site.base)).await;
            assert_eq!(video.processing_status, ProcessingStatus::Failed, "{path}");
            let error = video.processing_error.unwrap();
            assert!(error.contains(words), "{path}: {error}");
            assert_eq!(library.jobs(&video.id).await, ["import"]);
        }
        assert_eq!(library.kept().await, (0, 0));
    }
}

/// Says something else the second time it is asked.
struct Rebinding(Mutex<Vec<IpAddr>>);

#[async_trait]
impl Lookup for Rebinding {
    async fn addresses(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
        let mut answers = self.0.lock().unwrap();
        let answer = answers.pop().unwrap();
        Ok(vec![answer])
    }
}

#[tokio::test]
async fn a_name_is_judged_by_the_address_that_is_connected_to() {
    let secret = film(1000);
    let site = Site::open(move |_, _| answer("200 OK", &secret)).await;
    let port = site.base.rsplit(':').next().unwrap().to_owned();
    for library in libraries_with(|config| config.import.attempts = 1).await {
        // A name that is public when it is looked at, and loopback when it is used.
        let lookup = Rebinding(Mutex::new(vec!["127.0.0.1".parse().unwrap(); 4]));
        let mut rebinding = library;
        rebinding.uploads = Uploads::with_lookup(rebinding.deps.clone(), Arc::new(lookup)).unwrap();
        let video = import(&rebinding, &format!("http://films.example:{port}/a.mp4")).await;
        let error = video.processing_error.unwrap();
        assert_eq!(
            error,
            "films.example is not a public address on the internet"
        );
        assert!(site.asked().is_empty(), "nobody connected");
        let refused = rebinding
            .uploads
            .import(&person("ada"), &site.base, Metadata::default())
            .await;
        assert!(matches!(refused, Err(UploadError::Invalid(_))));
    }
}

#[tokio::test]
async fn a_failed_download_can_be_tried_again() {
    let bytes = film(MIB);
    let served = bytes.clone();
    let up = Arc::new(Mutex::new(false));
    let state = up.clone();
    let site = Site::open(move |_, _| {
        if *state.lock().unwrap() {
            answer("200 OK", &served)
        } else {
            answer("403 Forbidden", &Bytes::new())
        }
    })
    .await;
    for library in libraries_with(|config| {
        allow_loopback(config);
        config.expiry = Duration::from_millis(200);
    })
    .await
    {
        *up.lock().unwrap() = false;
        let video = import(&library, &format!("{}/a.mp4", site.base)).await;
        assert_eq!(video.processing_status, ProcessingStatus::Failed);
        // Meanwhile what there was of it is collected.
        tokio::time::sleep(Duration::from_millis(300)).await;
        library.uploads.collect().await.unwrap();
        assert_eq!(library.kept().await, (0, 0));
        *up.lock().unwrap() = true;
        let db = library.deps.db.write();
        let again = library.deps.jobs.retry_subject(db, &video.id).await;
        assert_eq!(again.unwrap()[0].state, JobState::Queued);
        run(&library, &video.id).await;
        assert_eq!(library.source(&video.id).await, bytes);
        assert_eq!(library.jobs(&video.id).await, ["import", "probe"]);
    }
}
