//! A real ffmpeg makes Opus of what a real ffmpeg has coded.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use matinee_media::flv::{Reader, Tag};
use tokio::process::{Child as Process, Command};

use super::*;
use crate::broadcast::{Broadcasts, Feed, Options, Track};
use crate::ladder::Child;
use crate::testing::{Notebook, admitted};

/// Runs ffmpeg as it is; counts how often, and how many work.
#[derive(Default)]
struct Bare {
    began: AtomicUsize,
    working: Arc<AtomicUsize>,
    /// The first so many end at once.
    broken: usize,
}

struct Running(Process, Arc<AtomicUsize>);

impl Drop for Running {
    fn drop(&mut self) {
        self.1.fetch_sub(1, Ordering::Relaxed);
    }
}

#[async_trait]
impl Child for Running {
    async fn end(mut self: Box<Self>) -> String {
        let _ = self.0.kill().await;
        String::new()
    }
}

#[async_trait]
impl OpusMill for Bare {
    async fn start(&self) -> Result<Work, MillError> {
        let nth = self.began.fetch_add(1, Ordering::Relaxed);
        let program = if nth < self.broken { "true" } else { "ffmpeg" };
        let mut child = Command::new(program)
            .args(["-nostdin", "-v", "error", "-copyts"])
            .args(["-analyzeduration", "0", "-f", "mp4", "-i", "pipe:0"])
            .args(["-ac", "2", "-ar", "48000", "-c:a", "libopus"])
            .args(["-frame_duration", "20", "-f", "ogg"])
            .args(["-page_duration", "20000", "-flush_packets", "1", "pipe:1"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        self.working.fetch_add(1, Ordering::Relaxed);
        Ok(Work {
            input: Box::pin(child.stdin.take().unwrap()),
            output: Box::pin(child.stdout.take().unwrap()),
            child: Box::new(Running(child, self.working.clone())),
        })
    }
}

/// What an encoder sends in six seconds: pictures and AAC.
async fn film() -> Vec<Tag> {
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-f", "lavfi", "-i"])
        .arg("testsrc2=s=64x64:r=25:d=6")
        .args(["-f", "lavfi", "-i", "sine=r=44100:d=6"])
        .args(["-c:v", "libx264", "-preset", "ultrafast", "-bf", "0"])
        .args(["-g", "25", "-pix_fmt", "yuv420p"])
        .args(["-c:a", "aac", "-f", "flv", "-"])
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let mut reader = Reader::new();
    reader.feed(&made.stdout);
    std::iter::from_fn(|| reader.next_tag().unwrap()).collect()
}

/// Waits until it is so.
async fn until(so: impl Fn() -> bool) {
    while !so() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn aac_is_heard_as_opus_by_those_who_listen_and_made_for_nobody_else() {
    let mill = Arc::new(Bare {
        broken: 1,
        ..Bare::default()
    });
    let opus = Opus::new(mill.clone(), 1);
    let broadcasts = Broadcasts::new(Notebook::new(), Options::default());
    let mut feed = Feed::new(broadcasts.publish(admitted("stream_1"), "rtmp"));
    let broadcast = broadcasts.get("stream_1").unwrap();
    let tags = film().await;
    let mut tags = tags.into_iter();
    for tag in tags.by_ref().take(8) {
        feed.tag(tag).await.unwrap();
    }
    let tracks = broadcast.at_once().unwrap();
    assert!(tracks.video && !tracks.audio && tracks.other_audio);
    assert_eq!(mill.began.load(Ordering::Relaxed), 0);

    let mut samples = broadcast.listen().unwrap().samples;
    let hearing = opus.join(&broadcast).unwrap();
    // Two who hear the same need one of it.
    let other = opus.join(&broadcast).unwrap();
    assert!(Arc::ptr_eq(&hearing, &other));
    // There is one place.
    let _feed = Feed::new(broadcasts.publish(admitted("stream_2"), "rtmp"));
    let second = broadcasts.get("stream_2").unwrap();
    assert!(opus.join(&second).is_none());

    // The first one dies at once, and another one is begun after a pause: time goes by.
    let heard = tokio::spawn(async move {
        let mut times = Vec::new();
        while let Ok(sample) = samples.recv().await {
            if sample.track == Track::Audio {
                assert!(sample.payload().len() > 2);
                times.push(sample.time_us);
            }
            if times.len() == 20 {
                break;
            }
        }
        times
    });
    let (mut at, mut last) = (0, 0);
    for tag in tags {
        if tag.timestamp_ms > at {
            let apart = u64::from(tag.timestamp_ms - at);
            tokio::time::sleep(Duration::from_millis(apart)).await;
            at = tag.timestamp_ms;
        }
        last = i64::from(tag.timestamp_ms) * 1000;
        feed.tag(tag).await.unwrap();
    }
    let times = heard.await.unwrap();
    assert_eq!(mill.began.load(Ordering::Relaxed), 2);
    // On the encoder's clock, one after the other.
    assert!(times[0] > 0 && times[19] <= last, "{times:?}");
    assert!(
        times.windows(2).all(|two| two[1] - two[0] == 20_000),
        "{times:?}"
    );

    assert_eq!(opus.working(), 1);
    drop(hearing);
    assert_eq!(opus.working(), 1);
    drop(other);
    // Nobody hears it: nothing is made, and there is a place for another.
    until(|| mill.working.load(Ordering::Relaxed) == 0).await;
    until(|| opus.join(&second).is_some()).await;
    feed.end().await;
}

#[tokio::test]
async fn what_ends_ends_what_is_made_of_it() {
    let opus = Opus::new(Arc::new(Bare::default()), 1);
    let broadcasts = Broadcasts::new(Notebook::new(), Options::default());
    let feed = Feed::new(broadcasts.publish(admitted("stream_1"), "rtmp"));
    let broadcast = broadcasts.get("stream_1").unwrap();
    let hearing = opus.join(&broadcast).unwrap();
    feed.end().await;
    until(|| opus.0.places.available_permits() == 1).await;
    drop(hearing);
    assert!(opus.join(&broadcast).is_none());
}
