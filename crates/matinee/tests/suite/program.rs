//! The real program, in a process of its own: with a log and figures that are nobody else's.

use std::time::Duration;

use reqwest::Client;
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// A running program that is open to everybody, with an empty data folder.
pub struct Program {
    /// Such as `http://127.0.0.1:40000`.
    pub base: String,
    pub http: Client,
    child: Child,
    _data: TempDir,
}

/// A port that nobody had a moment ago.
pub fn free_port() -> u16 {
    let door = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    door.local_addr().unwrap().port()
}

impl Program {
    /// With these variables of its environment besides those that a test needs.
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let port = free_port().to_string();
        let mut child = Command::new(env!("CARGO_BIN_EXE_matinee"))
            .arg("serve")
            .env("HOST", "127.0.0.1")
            .env("PORT", &port)
            .env("MATINEE_DATA_DIR", data.path())
            .env("MATINEE_AUTH", "open")
            .env("RTMP_SERVER_PORT", "0")
            .env("SRT_SERVER_PORT", "0")
            .env("WEBRTC_UDP_PORT", "0")
            .envs(settings.iter().copied())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let base = format!("http://127.0.0.1:{port}");
        let http = Client::new();
        while http
            .get(format!("{base}/health/live"))
            .send()
            .await
            .is_err()
        {
            assert!(child.try_wait().unwrap().is_none(), "it does not start");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Self {
            base,
            http,
            child,
            _data: data,
        }
    }

    pub async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }
}
