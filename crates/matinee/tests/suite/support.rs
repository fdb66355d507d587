//! A whole server for one test, on a free port, with an empty data folder.

use std::collections::BTreeMap;

use matinee::app::{App, Doors};
use matinee::config::{Config, Sources};
use matinee::encoders::EncoderDoors;
use matinee_api::live::EncoderPorts;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::{TcpListener, UdpSocket};
use tokio_util::sync::CancellationToken;

/// A running server.
pub struct TestServer {
    /// Such as `http://127.0.0.1:40000`.
    pub base: String,
    /// Where encoders publish to.
    pub rtmp: std::net::SocketAddr,
    /// The ports of all doors for encoders.
    pub ports: EncoderPorts,
    /// Follows no redirects and keeps no cookies.
    pub http: Client,
    /// The operator's bearer token.
    pub token: String,
    /// The operator's name and password, as printed at the first start.
    pub operator: (String, String),
    /// The token of the set-up link.
    pub setup_token: String,
    pub data: TempDir,
    stop: CancellationToken,
    done: tokio::task::JoinHandle<()>,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With these settings besides those that a test needs.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        Self::on(data, settings).await
    }

    /// On a data folder that may have been used before.
    pub async fn on(data: TempDir, settings: &[(&str, &str)]) -> Self {
        let mut flags: BTreeMap<String, String> = [
            ("host", "127.0.0.1"),
            ("port", "0"),
            ("log_level", "warn"),
            ("data_dir", data.path().to_str().unwrap()),
        ]
        .into_iter()
        .chain(settings.iter().copied())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        flags.retain(|_, value| value != "-");
        let sources = Sources {
            flags,
            ..Sources::default()
        };
        let config = Config::load(&sources).unwrap();
        matinee::logging::start(&config);
        let stop = CancellationToken::new();
        let mut app = Box::pin(App::open(&config, stop.clone())).await.unwrap();
        let listener = TcpListener::bind((config.host, 0)).await.unwrap();
        let rtmp = TcpListener::bind((config.host, 0)).await.unwrap();
        let mut encoders = EncoderDoors {
            rtmp: Some(rtmp),
            ..EncoderDoors::default()
        };
        if config.rtmps_address().is_some() {
            let door = TcpListener::bind((config.host, 0)).await.unwrap();
            let shown = matinee::encoders::certificate(config.certificate_files()).unwrap();
            encoders.rtmps = Some((door, shown));
        }
        if config.srt_address().is_some() {
            encoders.srt = Some(UdpSocket::bind((config.host, 0)).await.unwrap());
        }
        if config.webrtc_address().is_some() {
            encoders.webrtc = Some(UdpSocket::bind((config.host, 0)).await.unwrap());
        }
        let ports = encoders.ports();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let setup = app.setup.take();
        let done = tokio::spawn({
            let stop = stop.clone();
            let doors = Doors {
                http: listener,
                encoders,
            };
            async move { app.run(Some(doors), true, stop).await.unwrap() }
        });
        let http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let (operator, setup_token) = match setup {
            Some(setup) => ((setup.username, setup.password), setup.token),
            None => ((String::new(), String::new()), String::new()),
        };
        let mut server = Self {
            base,
            rtmp: (config.host, ports.rtmp.unwrap()).into(),
            ports,
            http,
            token: String::new(),
            operator,
            setup_token,
            data,
            stop,
            done,
        };
        if !server.operator.0.is_empty() {
            server.token = server.sign_in().await;
        }
        server
    }

    async fn sign_in(&self) -> String {
        let body = serde_json::json!({ "username": self.operator.0, "password": self.operator.1 });
        let answer = self.http.post(self.url("/api/session")).json(&body);
        let answer: Value = answer.send().await.unwrap().json().await.unwrap();
        answer["token"].as_str().unwrap().to_owned()
    }

    pub fn url(&self, path: &str) -> String {
        if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        }
    }

    /// A request of nobody in particular.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(self.url(path))
    }

    /// A request of the operator's.
    pub fn operator(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().unwrap();
        self.http
            .request(method, self.url(path))
            .bearer_auth(&self.token)
    }

    /// The JSON that the operator gets.
    pub async fn json(&self, path: &str) -> Value {
        let response = self.operator("GET", path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.unwrap()
    }

    /// Adds a video that lies elsewhere, and returns its id.
    pub async fn external(&self, fields: Value) -> String {
        let mut body = serde_json::json!({
            "title": "Elsewhere",
            "video_url": "https://example.com/film.mp4",
        });
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        let answer = self.operator("POST", "/api/videos").json(&body);
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        let video: Value = answer.json().await.unwrap();
        video["id"].as_str().unwrap().to_owned()
    }

    /// Stops in order and gives back the data folder.
    pub async fn stop(self) -> TempDir {
        self.stop.cancel();
        self.done.await.unwrap();
        self.data
    }
}

/// Checks that a response is a problem of this status, and returns it.
pub async fn problem(response: Response, status: u16) -> Value {
    assert_eq!(response.status().as_u16(), status);
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["status"], status);
    assert!(!body["detail"].as_str().unwrap().is_empty());
    body
}

/// The fields that a problem names.
pub fn fields(problem: &Value) -> Vec<&str> {
    problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].as_str().unwrap())
        .collect()
}
