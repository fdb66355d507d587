//! The requests that the tests make, over real HTTP.

use std::path::Path;
use std::sync::Once;
use std::time::{Duration, Instant};

use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;

#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) base: String,
    http: reqwest::Client,
}

/// A video that went wrong where it should not have; carries the reason for the test's message.
pub(crate) fn status(video: &Value) -> &str {
    video["processing_status"].as_str().unwrap_or("?")
}

impl Client {
    pub(crate) fn new(base: String) -> Self {
        static TLS: Once = Once::new();
        TLS.call_once(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let http = reqwest::Client::builder()
            // A connection to the process that was killed is of no use to the next one.
            .pool_max_idle_per_host(0)
            .build()
            .unwrap();
        Self { base, http }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        };
        self.http.request(method, url)
    }

    pub(crate) async fn is_live(&self) -> bool {
        let answer = self
            .request(Method::GET, "/health/live")
            .timeout(Duration::from_secs(5))
            .send()
            .await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    pub(crate) async fn is_ready(&self) -> bool {
        let answer = self
            .request(Method::GET, "/health/ready")
            .timeout(Duration::from_secs(20))
            .send()
            .await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        let answer = self.request(Method::GET, path).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "GET {path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    pub(crate) async fn bytes(&self, path: &str) -> bytes::Bytes {
        let answer = self.request(Method::GET, path).send().await.unwrap();
        assert!(
            answer.status().is_success(),
            "GET {path}: {}",
            answer.status()
        );
        answer.bytes().await.unwrap()
    }

    /// Uploads through the form. `Err` when the connection broke before an answer came.
    pub(crate) async fn upload(&self, file: &Path, title: &str) -> reqwest::Result<Response> {
        let form = Form::new()
            .text("title", title.to_owned())
            .text("is_public", "true")
            .part("file", Part::file(file).await.unwrap());
        self.request(Method::POST, "/api/videos/upload")
            .multipart(form)
            .send()
            .await
    }

    /// Uploads through the form and returns the video's id.
    pub(crate) async fn uploaded(&self, file: &Path, title: &str) -> String {
        let answer = self.upload(file, title).await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert_eq!(status, StatusCode::CREATED, "{text}");
        let video: Value = serde_json::from_str(&text).unwrap();
        video["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn video(&self, id: &str) -> Value {
        self.json(&format!("/api/videos/{id}")).await
    }

    /// Waits until the video satisfies `done`. The long limit only ends a hang.
    pub(crate) async fn until(&self, id: &str, done: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + Duration::from_mins(15);
        loop {
            let video = self.video(id).await;
            if done(&video) {
                return video;
            }
            assert_ne!(status(&video), "failed", "{video:#}");
            assert!(Instant::now() < deadline, "it hangs: {video:#}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    pub(crate) async fn completed(&self, id: &str) -> Value {
        self.until(id, |video| status(video) == "completed").await
    }
}
