//! One real Matinee process on a folder of its own, to be killed and started again.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::client::Client;

/// How to start it: what goes before the program (a mount namespace, say) and its settings.
#[derive(Default)]
pub(crate) struct Setup {
    pub(crate) before: Vec<String>,
    pub(crate) env: Vec<(&'static str, String)>,
    pub(crate) data_dir: Option<PathBuf>,
}

pub(crate) struct Server {
    child: Option<Child>,
    port: u16,
    setup: Setup,
    folder: TempDir,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(Setup::default()).await
    }

    pub(crate) async fn start_with(setup: Setup) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("matinee-crash-")
            .tempdir()
            .unwrap();
        let mut server = Self {
            child: None,
            port: free_port(),
            setup,
            folder,
        };
        server.run().await;
        server
    }

    /// Starts the process and waits until it answers.
    pub(crate) async fn run(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let program = env!("CARGO_BIN_EXE_matinee");
        let mut command = match self.setup.before.split_first() {
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
            None => Command::new(program),
        };
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_path())
            .unwrap();
        // What steers the tests is no setting.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("MATINEE_") {
                command.env_remove(name);
            }
        }
        command
            .arg("serve")
            .env("HOST", "127.0.0.1")
            .env("PORT", self.port.to_string())
            .env("MATINEE_DATA_DIR", self.data_dir())
            .env("MATINEE_AUTH", "open")
            .env("TRANSCODING_CONCURRENCY", "2")
            .env("TRANSCODING_PRESET", "ultrafast")
            .env("RTMP_SERVER_PORT", "0")
            .env("WEBRTC_UDP_PORT", "0")
            .envs(self.setup.env.iter().map(|(name, value)| (*name, value)))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        self.child = Some(command.spawn().unwrap());
        let deadline = Instant::now() + Duration::from_mins(1);
        let client = self.client();
        while !client.is_live().await {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(
                ended.is_none() && Instant::now() < deadline,
                "matinee does not start ({ended:?}):\n{}",
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// `kill -9`: no handler runs, nothing is flushed.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Asks it to stop in order, and waits until it did.
    pub(crate) async fn stop(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        let status = tokio::task::spawn_blocking(move || child.wait().unwrap())
            .await
            .unwrap();
        assert!(
            status.success(),
            "a stop in order ends well: {status}\n{}",
            self.log()
        );
    }

    pub(crate) async fn kill_and_run(&mut self) {
        self.kill();
        self.run().await;
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(format!("http://127.0.0.1:{}", self.port))
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.setup
            .data_dir
            .clone()
            .unwrap_or_else(|| self.folder.path().join("data"))
    }

    /// The folder of the blobs of one video.
    pub(crate) fn video_dir(&self, id: &str) -> PathBuf {
        self.data_dir().join("blobs/videos").join(id)
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// The end of what it wrote to its standard streams.
    pub(crate) fn log(&self) -> String {
        let text = std::fs::read(self.log_path()).unwrap_or_default();
        String::from_utf8_lossy(&text[text.len().saturating_sub(6000)..]).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("--- the end of matinee's log ---\n{}", self.log());
        }
    }
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// Every file below a folder, as paths relative to it, sorted.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let mut all: Vec<String> = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            entry
                .path()
                .strip_prefix(folder)
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    all.sort();
    all
}
