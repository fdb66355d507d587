//! Streams that are made of what others broadcast: another stream of a real server by HLS, a real
//! ffmpeg by RTMP and SRT, and GStreamer's server by RTSP.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncBufReadExt as _;
use tokio::process::{Child, Command};

use crate::live_broadcast::{encoder, on_air, stream, text};
use crate::support::{TestServer, fields, problem};

const HERE: &[(&str, &str)] = &[("live_allow", "127.0.0.1/32")];

/// A stream, and its source's path.
async fn pulled(server: &TestServer, url: &str) -> (Value, String) {
    let made = stream(server, json!({})).await;
    let path = format!("/api/streams/{}/source", text(&made, "id"));
    let set = server.operator("PUT", &path).json(&json!({ "url": url }));
    let set = set.send().await.unwrap();
    assert_eq!(set.status(), 200);
    let set: Value = set.json().await.unwrap();
    assert_eq!(
        (&set["state"], &set["active"]),
        (&json!("idle"), &json!(false))
    );
    (made, path)
}

async fn act(server: &TestServer, path: &str, act: &str) -> Value {
    let done = server.operator("POST", &format!("{path}/{act}"));
    let done = done.send().await.unwrap();
    assert_eq!(done.status(), 200);
    done.json().await.unwrap()
}

async fn until(server: &TestServer, path: &str, state: &str) -> Value {
    for _ in 0..1200 {
        let source = server.json(path).await;
        if source["state"] == state {
            return source;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it does not become {state}: {}", server.json(path).await);
}

/// What comes out of it is what went in.
async fn is_watched(server: &TestServer, made: &Value, protocol: &str) {
    let master = on_air(server, text(made, "hls_url")).await;
    let master = master.text().await.unwrap();
    for wanted in ["RESOLUTION=320x180", "avc1.", "mp4a.40.2"] {
        assert!(master.contains(wanted), "{master}");
    }
    let path = format!("/api/streams/{}", text(made, "id"));
    assert_eq!(server.json(&path).await["ingest"]["protocol"], protocol);
}

/// Waits until a playlist has what is wanted.
async fn listed(server: &TestServer, playlist: &str, wanted: &str) {
    for _ in 0..1200 {
        let list = server.get(playlist).send().await.unwrap();
        if list.text().await.unwrap().contains(wanted) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{playlist} does not get {wanted}");
}

async fn has_ended(server: &TestServer, made: &Value) {
    let path = format!("/api/streams/{}", text(made, "id"));
    for _ in 0..1200 {
        if server.json(&path).await["status"] == "ended" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it does not end");
}

/// An ffmpeg that somebody may come to for what it has.
fn serving(format: &str, to: &[&str]) -> Child {
    Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error"])
        .args(["-re", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=600"])
        .args(["-re", "-f", "lavfi", "-i", "sine=r=48000:d=600"])
        .args(["-c:v", "libx264", "-preset", "ultrafast", "-g", "25"])
        .args(["-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2"])
        .args(["-f", format])
        .args(to)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// A port that nobody has at the moment.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broadcast_is_pulled_by_hls_from_another_stream() {
    let server = TestServer::with(HERE).await;
    let from = stream(&server, json!({})).await;
    let url = server.url(text(&from, "hls_url"));
    let (made, path) = pulled(&server, &url).await;
    act(&server, &path, "start").await;
    // Nobody broadcasts yet.
    let waiting = until(&server, &path, "waiting").await;
    assert!(waiting["error"].is_string() && waiting["next_attempt_at"].is_string());
    let _encoder = encoder(&server, text(&from, "stream_key"), 600);
    until(&server, &path, "pulling").await;
    is_watched(&server, &made, "hls").await;
    // It goes on from segment to segment as it was sent.
    let media = format!("/media/live/{}/video/media.m3u8", text(&made, "id"));
    let mut list = String::new();
    for _ in 0..600 {
        list = server
            .get(&media)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        if list.matches("#EXTINF").count() >= 4 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(list.matches("#EXTINF").count() >= 4, "{list}");
    assert!(!list.contains("#EXT-X-DISCONTINUITY\n"), "{list}");
    let seen = server
        .json(&format!("/api/streams/{}", text(&made, "id")))
        .await;
    assert_eq!(seen["ingest"]["warnings"], json!([]), "{seen}");
    let stopped = act(&server, &path, "stop").await;
    assert_eq!(stopped["active"], false);
    has_ended(&server, &made).await;
    until(&server, &path, "idle").await;
    let deleted = server.operator("DELETE", &path).send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    let nothing = server.operator("GET", &path).send().await.unwrap();
    assert_eq!(nothing.status(), 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broadcast_is_pulled_by_rtmp_and_goes_on_when_it_is_back() {
    let server = TestServer::with(&[HERE[0], ("live_grace", "1m")]).await;
    let url = format!("rtmp://127.0.0.1:{}/live/one", free_port());
    let (made, path) = pulled(&server, &url).await;
    let source = serving("flv", &["-listen", "1", &url]);
    act(&server, &path, "start").await;
    until(&server, &path, "pulling").await;
    is_watched(&server, &made, "rtmp").await;
    drop(source);
    until(&server, &path, "waiting").await;
    let _source = serving("flv", &["-listen", "1", &url]);
    until(&server, &path, "pulling").await;
    // The same broadcast goes on, after a cut.
    let media = format!("/media/live/{}/video/media.m3u8", text(&made, "id"));
    listed(&server, &media, "#EXT-X-DISCONTINUITY\n").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broadcast_is_pulled_by_srt() {
    let server = TestServer::with(HERE).await;
    let at = format!("srt://127.0.0.1:{}", free_port());
    let _source = serving("mpegts", &[&format!("{at}?mode=listener")]);
    let (made, path) = pulled(&server, &format!("{at}?streamid=read:one")).await;
    assert_eq!(server.json(&path).await["url"], format!("{at}?…"));
    act(&server, &path, "start").await;
    until(&server, &path, "pulling").await;
    is_watched(&server, &made, "srt").await;
    // An encoder takes over, and keeps it.
    let _encoder = encoder(&server, text(&made, "stream_key"), 600);
    let failed = until(&server, &path, "failed").await;
    assert!(
        text(&failed, "error").contains("another encoder"),
        "{failed}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broadcast_is_pulled_in_secret() {
    let server = TestServer::with(HERE).await;
    let at = format!("srt://127.0.0.1:{}", free_port());
    let listener = format!("{at}?mode=listener&passphrase=open+sesame&pbkeylen=24");
    let _source = serving("mpegts", &[&listener]);
    let url = format!("{at}?passphrase=open+sesame&pbkeylen=24");
    let (made, path) = pulled(&server, &url).await;
    assert!(!server.json(&path).await.to_string().contains("sesame"));
    act(&server, &path, "start").await;
    until(&server, &path, "pulling").await;
    is_watched(&server, &made, "srt").await;
}

/// What a camera is: a server of RTSP that wants a name and a password.
const CAMERA: &str = r"
import sys, gi
gi.require_version('Gst', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import Gst, GstRtspServer, GLib
Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address('127.0.0.1')
server.set_service(sys.argv[1])
auth = GstRtspServer.RTSPAuth()
token = GstRtspServer.RTSPToken()
token.set_string('media.factory.role', 'user')
auth.add_basic(GstRtspServer.RTSPAuth.make_basic('admin', 'se cret'), token)
auth.add_digest('admin', 'se cret', token)
server.set_auth(auth)
factory = GstRtspServer.RTSPMediaFactory()
factory.add_role_from_structure(Gst.Structure.new_from_string('user, media.factory.access=(boolean)true, media.factory.construct=(boolean)true'))
factory.set_launch('( videotestsrc is-live=true ! video/x-raw,width=320,height=180,framerate=25/1 ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! rtph264pay name=pay0 pt=96 config-interval=-1 audiotestsrc is-live=true ! audio/x-raw,rate=48000,channels=2 ! avenc_aac ! rtpmp4gpay name=pay1 pt=97 )')
factory.set_shared(True)
server.get_mount_points().add_factory('/camera', factory)
film = GstRtspServer.RTSPMediaFactory()
film.add_role_from_structure(Gst.Structure.new_from_string('user, media.factory.access=(boolean)true, media.factory.construct=(boolean)true'))
film.set_launch('( videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=180,framerate=25/1 ! x264enc bframes=2 b-adapt=false speed-preset=ultrafast key-int-max=25 ! video/x-h264,profile=main ! rtph264pay name=pay0 pt=96 config-interval=-1 )')
server.get_mount_points().add_factory('/film', film)
server.attach(None)
print('ready', flush=True)
GLib.MainLoop().run()
";

/// Begins it; `None`, said loudly, where it is not installed.
async fn camera(port: u16) -> Option<Child> {
    let mut child = Command::new("/usr/bin/python3")
        .args(["-c", CAMERA, &port.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .ok()?;
    let mut said = String::new();
    let stdout = child.stdout.take().unwrap();
    let mut lines = tokio::io::BufReader::new(stdout);
    lines.read_line(&mut said).await.unwrap();
    if said.trim() == "ready" {
        return Some(child);
    }
    let required = std::env::var_os("MATINEE_REQUIRE_ENGINES").is_some();
    assert!(!required, "GStreamer's RTSP server is not installed");
    eprintln!("SKIPPED: GStreamer's RTSP server is not installed");
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_is_pulled_by_rtsp() {
    let server = TestServer::with(HERE).await;
    let port = free_port();
    let Some(camera_one) = camera(port).await else {
        return;
    };
    // A wrong password is not tried again and again.
    let wrong = format!("rtsp://admin:wrong@127.0.0.1:{port}/camera");
    let (_, path) = pulled(&server, &wrong).await;
    act(&server, &path, "start").await;
    let failed = until(&server, &path, "failed").await;
    assert!(text(&failed, "error").contains("password"), "{failed}");
    let url = format!("rtsp://admin:se%20cret@127.0.0.1:{port}/camera");
    let (made, path) = pulled(&server, &url).await;
    let shown = server.json(&path).await;
    assert_eq!(shown["url"], format!("rtsp://127.0.0.1:{port}/camera"));
    act(&server, &path, "start").await;
    until(&server, &path, "pulling").await;
    is_watched(&server, &made, "rtsp").await;
    // Pictures that rest on later ones: they are shown in order, however they come.
    let url = format!("rtsp://admin:se%20cret@127.0.0.1:{port}/film");
    let (film, film_path) = pulled(&server, &url).await;
    act(&server, &film_path, "start").await;
    until(&server, &film_path, "pulling").await;
    let hls = text(&film, "hls_url");
    on_air(&server, hls).await;
    // ffprobe knows nothing of parts.
    let media = hls.replace("master.m3u8", "video/media.m3u8");
    listed(&server, &media, "#EXTINF:").await;
    let probe = Command::new("ffprobe")
        .args(["-v", "error", "-read_intervals", "%+2", "-of", "csv=p=0"])
        .args(["-show_entries", "frame=pts_time,pict_type"])
        .arg(server.url(hls))
        .output()
        .await
        .unwrap();
    let frames = String::from_utf8(probe.stdout).unwrap();
    assert!(frames.contains('B'), "{frames}");
    let times: Vec<f64> = frames
        .lines()
        .filter_map(|line| line.split(',').next()?.parse().ok())
        .collect();
    assert!(times.len() > 20);
    // One after the other, and none is missing.
    assert!(
        times
            .windows(2)
            .all(|two| (0.039..0.041).contains(&(two[1] - two[0]))),
        "{times:?}"
    );
    act(&server, &film_path, "stop").await;
    drop(camera_one);
    let waiting = until(&server, &path, "waiting").await;
    assert!(waiting["error"].is_string(), "{waiting}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_are_the_owners_and_public() {
    let server = TestServer::start().await;
    let made = stream(&server, json!({})).await;
    let path = format!("/api/streams/{}/source", text(&made, "id"));
    problem(server.get(&path).send().await.unwrap(), 401).await;
    for url in [
        "file:///etc/passwd",
        "http://127.0.0.1:8000/a.m3u8",
        "http://169.254.169.254/latest/meta-data",
        "rtmp://192.168.0.1/live/x",
        "srt://[::1]:9000",
        "rtsp://u:p@10.0.0.1/camera",
    ] {
        let refused = server.operator("PUT", &path).json(&json!({ "url": url }));
        let refused = problem(refused.send().await.unwrap(), 422).await;
        assert_eq!(fields(&refused), ["url"], "{url}");
    }
    let start = server.operator("POST", &format!("{path}/start"));
    problem(start.send().await.unwrap(), 404).await;
    // A name that leads to this machine is found out when it is resolved.
    let url = json!({ "url": "http://localhost:1/a.m3u8" });
    let set = server
        .operator("PUT", &path)
        .json(&url)
        .send()
        .await
        .unwrap();
    assert_eq!(set.status(), 200);
    act(&server, &path, "start").await;
    let failed = until(&server, &path, "failed").await;
    assert!(
        text(&failed, "error").contains("not a public address"),
        "{failed}"
    );
}
