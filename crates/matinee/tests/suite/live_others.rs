//! Publishers that are neither ffmpeg nor a browser: GStreamer, and the tool that comes
//! with the reference implementation of SRT.

use std::net::UdpSocket;
use std::process::Stdio;

use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::live_broadcast::{live, on_air, stream, text};
use crate::support::TestServer;

/// Begins a program; `None`, said loudly, where it is not installed.
pub(crate) fn begin(program: &str, args: &[&str]) -> Option<Child> {
    let begun = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    match begun {
        Ok(child) => Some(child),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let required = std::env::var_os("MATINEE_REQUIRE_ENGINES").is_some();
            assert!(!required, "{program} is not installed");
            eprintln!("SKIPPED: {program} is not installed");
            None
        }
        Err(error) => panic!("{program}: {error}"),
    }
}

/// Pictures and sound, coded.
const PICTURES: &str = "videotestsrc is-live=true ! video/x-raw,width=320,height=180,framerate=25/1 ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! h264parse";
const SOUND: &str = "audiotestsrc is-live=true ! audio/x-raw,rate=48000,channels=2 ! audioconvert ! avenc_aac ! aacparse";

fn gstreamer(pipeline: &str) -> Option<Child> {
    let words: Vec<&str> = pipeline.split_whitespace().collect();
    begin("gst-launch-1.0", &[&["-q"], &words[..]].concat())
}

async fn is_watched(server: &TestServer, made: &Value, protocol: &str) {
    let master = on_air(server, text(made, "hls_url")).await;
    let master = master.text().await.unwrap();
    for wanted in ["RESOLUTION=320x180", "avc1.", "mp4a.40.2"] {
        assert!(master.contains(wanted), "{master}");
    }
    let seen = live(server, &format!("/api/streams/{}", text(made, "id"))).await;
    assert_eq!(seen["ingest"]["protocol"], protocol);
    assert_eq!(seen["ingest"]["warnings"], json!([]), "{protocol}");
}

#[tokio::test(flavor = "multi_thread")]
async fn gstreamer_publishes() {
    let server = TestServer::start().await;
    let made = stream(&server, json!({})).await;
    let to = format!("rtmp://{}/live/{}", server.rtmp, text(&made, "stream_key"));
    let publisher = gstreamer(&format!(
        "flvmux name=mux streamable=true ! rtmp2sink location={to} {PICTURES} ! mux. {SOUND} ! mux."
    ));
    let Some(_publisher) = publisher else { return };
    is_watched(&server, &made, "rtmp").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tool_of_srt_publishes_in_secret_too() {
    for passphrase in ["-", "a-long-passphrase"] {
        let settings = [("srt_server_port", "9998"), ("srt_passphrase", passphrase)];
        let server = TestServer::with(&settings).await;
        let made = stream(&server, json!({})).await;
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        let from = format!("udp://{}", udp.local_addr().unwrap());
        drop(udp);
        let port = server.ports.srt.unwrap();
        let key = text(&made, "stream_key");
        let mut to = format!("srt://127.0.0.1:{port}?mode=caller&streamid=publish:{key}");
        if passphrase != "-" {
            to += "&passphrase=";
            to += passphrase;
        }
        let tool = begin("srt-live-transmit", &["-q", &from, &to]);
        let Some(_tool) = tool else { return };
        let _encoder = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-re", "-f", "lavfi"])
            .args(["-i", "testsrc2=s=320x180:r=25", "-re", "-f", "lavfi"])
            .args(["-i", "sine=r=48000", "-c:v", "libx264", "-g", "25"])
            .args(["-preset", "ultrafast", "-pix_fmt", "yuv420p"])
            .args(["-c:a", "aac", "-ac", "2", "-f", "mpegts"])
            .arg(format!("{from}?pkt_size=1316"))
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        is_watched(&server, &made, "srt").await;
    }
}
