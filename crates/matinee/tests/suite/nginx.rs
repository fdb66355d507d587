//! A real nginx in front, with the configuration that `deploy/` has.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_RANGE, CONTENT_TYPE, RANGE};
use rustix::process::{Pid, Signal, kill_process};

use crate::playback::{add_cmaf_film, ffprobe, header};
use crate::support::TestServer;

struct Nginx {
    process: Child,
    base: String,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // In order, so that its worker goes too.
        let pid = i32::try_from(self.process.id())
            .ok()
            .and_then(Pid::from_raw);
        let asked = pid.is_some_and(|pid| kill_process(pid, Signal::TERM).is_ok());
        if !asked {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

impl Nginx {
    /// `None`, said loudly, where there is no nginx.
    async fn start(server: &TestServer) -> Option<Self> {
        let program = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"]
            .into_iter()
            .find(|path| Path::new(path).exists());
        let Some(program) = program else {
            eprintln!("SKIPPED: nginx is not installed");
            return None;
        };
        let folder = server.data.path().join("nginx");
        std::fs::create_dir_all(&folder).unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/nginx.conf");
        let upstream = server.base.trim_start_matches("http://");
        let blobs = format!("{}/", server.data.path().join("blobs").display());
        let mut site = std::fs::read_to_string(ours).unwrap();
        for (from, to) in [
            ("127.0.0.1:8000", upstream),
            ("listen 80;", &format!("listen 127.0.0.1:{port};")),
            ("/var/lib/matinee/blobs/", &blobs),
        ] {
            assert!(site.contains(from), "deploy/nginx.conf has no {from}");
            site = site.replace(from, to);
        }
        let at = folder.display();
        // The test's folder is its owner's alone.
        let user = if rustix::process::geteuid().is_root() {
            "user root;"
        } else {
            ""
        };
        let config = format!(
            "daemon off; {user} worker_processes 1; pid {at}/pid; error_log {at}/error.log;
             events {{ worker_connections 64; }}
             http {{
                 access_log off;
                 client_body_temp_path {at}/body; proxy_temp_path {at}/proxy;
                 fastcgi_temp_path {at}/fastcgi; uwsgi_temp_path {at}/uwsgi; scgi_temp_path {at}/scgi;
                 {site}
             }}"
        );
        std::fs::write(folder.join("nginx.conf"), config).unwrap();
        let process = Command::new(program)
            .args(["-c", &format!("{at}/nginx.conf"), "-p", &at.to_string()])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut nginx = Self {
            process,
            base: format!("http://127.0.0.1:{port}"),
        };
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .is_ok()
            {
                return Some(nginx);
            }
            if let Some(status) = nginx.process.try_wait().unwrap() {
                let log = std::fs::read_to_string(folder.join("error.log")).unwrap_or_default();
                panic!("nginx ended with {status}: {log}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("nginx does not answer");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_sends_whole_files_and_keeps_their_secrets() {
    let server = TestServer::with(&[("handoff", "x-accel")]).await;
    let film = add_cmaf_film(&server, 6).await;
    let Some(nginx) = Nginx::start(&server).await else {
        return;
    };
    let id = &film.video.id;
    let at = format!("{}/media/{id}/{}", nginx.base, film.pictures.id);

    let playlist = server
        .get(&format!("{at}/media.m3u8"))
        .send()
        .await
        .unwrap();
    assert!(playlist.text().await.unwrap().contains("#EXT-X-BYTERANGE"));
    for url in [
        format!("{}/media/{id}/master.m3u8", nginx.base),
        format!("{}/media/{id}/manifest.mpd", nginx.base),
        format!("{}/api/videos/{id}/stream", nginx.base),
    ] {
        let seen = ffprobe(&url).await;
        assert!(seen.contains("nb_read_frames=150"), "{url}: {seen}");
    }

    let file = server.data.path().join("blobs").join(&film.pictures.key);
    let file = std::fs::read(file).unwrap();
    let part = server
        .get(&format!("{at}/rendition.mp4"))
        .header(RANGE, "bytes=100-199");
    let part = part.send().await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(header(&part, CONTENT_TYPE), "video/mp4");
    assert_eq!(
        header(&part, CONTENT_RANGE),
        format!("bytes 100-199/{}", file.len())
    );
    assert_eq!(header(&part, ACCESS_CONTROL_ALLOW_ORIGIN), "*");
    // nginx has sent it: Matinee's own answers say who reads along.
    assert!(!part.headers().contains_key("x-accel-redirect"));
    assert!(part.bytes().await.unwrap() == file[100..200]);

    let direct = format!("{}/_blobs/{}", nginx.base, film.pictures.key);
    assert_eq!(
        server.get(&direct).send().await.unwrap().status(),
        StatusCode::NOT_FOUND
    );
    let private = serde_json::json!({ "is_public": false });
    let change = server
        .operator("PATCH", &format!("/api/videos/{id}"))
        .json(&private);
    assert!(change.send().await.unwrap().status().is_success());
    let refused = server
        .get(&format!("{at}/rendition.mp4"))
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), StatusCode::NOT_FOUND);
    let grant = server.json(&format!("/stream/{id}/token")).await;
    let token = grant["token"].as_str().unwrap();
    let url = format!("{}/media/{id}/master.m3u8?token={token}", nginx.base);
    let seen = ffprobe(&url).await;
    assert!(seen.contains("nb_read_frames=150"), "{seen}");
}
