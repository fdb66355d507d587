//! A real ffmpeg makes sizes of what a real ffmpeg has coded.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};

use matinee_media::flv::{Reader, Tag};
use tokio::process::{Child as Process, Command};

use super::*;
use crate::broadcast::{Broadcasts, Directives, Feed, Options, RungState};
use crate::llhls::Playlist;
use crate::testing::{Notebook, admitted};

/// Runs ffmpeg as it is, with a size or two.
struct Bare {
    preset: &'static str,
    began: AtomicUsize,
}

struct Running(Process);

#[async_trait]
impl Child for Running {
    async fn end(mut self: Box<Self>) -> String {
        self.0.kill().await.unwrap();
        String::new()
    }
}

#[async_trait]
impl Mill for Bare {
    fn plan(&self, _: u32, _: u32) -> Vec<Rung> {
        let rung = |lines, width, height| Rung {
            lines,
            width,
            height,
            max_kbps: 500,
        };
        vec![rung(144, 256, 144), rung(90, 160, 90)]
    }

    async fn start(&self, rungs: &[Rung]) -> Result<Work, MillError> {
        self.began.fetch_add(1, Ordering::Relaxed);
        let split: Vec<String> = (0..rungs.len()).map(|nth| format!("[s{nth}]")).collect();
        let mut graph = vec![format!("[0:v]split={}{}", rungs.len(), split.concat())];
        let mut maps = Vec::new();
        for (nth, rung) in rungs.iter().enumerate() {
            let (width, height) = (rung.width, rung.height);
            graph.push(format!("[s{nth}]scale={width}:{height}[v{nth}]"));
            maps.extend(["-map".to_owned(), format!("[v{nth}]")]);
        }
        let mut child = Command::new("ffmpeg")
            .args([
                "-nostdin",
                "-v",
                "error",
                "-copyts",
                "-analyzeduration",
                "0",
            ])
            .args(["-threads", "1", "-f", "mp4", "-i", "pipe:0"])
            .args([
                "-filter_complex",
                &graph.join(";"),
                "-fps_mode",
                "passthrough",
            ])
            .args(maps)
            .args(["-c:v", "libx264", "-preset", self.preset, "-bf", "0"])
            .args(["-tune", "zerolatency", "-force_key_frames", "source"])
            .args(["-forced-idr", "1", "-g", "100000", "-sc_threshold", "0"])
            .args(["-muxdelay", "0", "-muxpreload", "0", "-flush_packets", "1"])
            .args(["-mpegts_copyts", "1", "-f", "mpegts", "pipe:1"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        Ok(Work {
            input: Box::pin(child.stdin.take().unwrap()),
            output: Box::pin(child.stdout.take().unwrap()),
            child: Box::new(Running(child)),
        })
    }
}

/// One that takes everything, and gives nothing.
struct Sloth;

struct Asleep;

#[async_trait]
impl Child for Asleep {
    async fn end(self: Box<Self>) -> String {
        String::new()
    }
}

#[async_trait]
impl Mill for Sloth {
    fn plan(&self, width: u32, height: u32) -> Vec<Rung> {
        Bare {
            preset: "",
            began: AtomicUsize::new(0),
        }
        .plan(width, height)
    }

    async fn start(&self, _: &[Rung]) -> Result<Work, MillError> {
        let (output, silent) = tokio::io::duplex(64);
        // It never ends by itself.
        std::mem::forget(silent);
        Ok(Work {
            input: Box::pin(tokio::io::sink()),
            output: Box::pin(output),
            child: Box::new(Asleep),
        })
    }
}

/// What is too slow is let go, the largest size first, and the broadcast goes on.
#[tokio::test(start_paused = true)]
async fn sizes_are_dropped_from_the_top() {
    use crate::testing::{programme, small_header, sound_header};
    let ladder = Ladder::new(Arc::new(Sloth), LadderOptions::default());
    let broadcasts = Broadcasts::with(Notebook::new(), Options::default(), None, Some(ladder));
    let mut feed = Feed::new(broadcasts.publish(admitted("stream_1"), "rtmp"));
    let broadcast = broadcasts.get("stream_1").unwrap();
    for tag in [small_header(0), sound_header(0)] {
        feed.tag(tag).await.unwrap();
    }
    let mut dropped = Vec::new();
    for second in 0..40 {
        for tag in programme(second * 1000, (second + 1) * 1000, true, true) {
            feed.tag(tag).await.unwrap();
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        for quality in broadcast.qualities() {
            let gone = quality.state == Some(RungState::Dropped);
            if gone && !dropped.contains(&quality.name) {
                dropped.push(quality.name);
            }
        }
    }
    assert_eq!(dropped, ["144p", "90p"]);
    let warnings = broadcast.health().warnings.join(" ");
    assert!(warnings.contains("144p, 90p"), "{warnings}");
    let master = broadcast.master("").await.unwrap();
    let master = String::from_utf8(master.plain.to_vec()).unwrap();
    assert_eq!(master.matches("RESOLUTION").count(), 1, "{master}");
    let video = crate::broadcast::Track::Video;
    let text = broadcast.playlist(video, Directives::default(), "").await;
    let source = Playlist::read(std::str::from_utf8(&text.unwrap().plain).unwrap());
    assert!(source.segments.values().all(|s| !s.gap && !s.discontinuity));
}

/// What an encoder sends in some seconds: pictures that are decoded in another order than they
/// are shown.
async fn film(seconds: u32) -> Vec<Tag> {
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-f", "lavfi", "-i"])
        .arg(format!("testsrc2=s=320x180:r=25:d={seconds}"))
        .args(["-f", "lavfi", "-i", &format!("sine=r=48000:d={seconds}")])
        .args([
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-bf",
            "2",
            "-g",
            "30",
        ])
        .args(["-pix_fmt", "yuv420p", "-c:a", "aac", "-f", "flv", "-"])
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let mut reader = Reader::new();
    reader.feed(&made.stdout);
    let mut tags = Vec::new();
    while let Some(tag) = reader.next_tag().unwrap() {
        tags.push(tag);
    }
    tags
}

#[tokio::test(flavor = "multi_thread")]
async fn sizes_are_cut_where_the_source_is() {
    let mill = Arc::new(Bare {
        preset: "ultrafast",
        began: AtomicUsize::new(0),
    });
    let options = LadderOptions {
        late: Duration::from_hours(1),
        ..LadderOptions::default()
    };
    let ladder = Ladder::new(mill.clone(), options);
    let broadcasts = Broadcasts::with(Notebook::new(), Options::default(), None, Some(ladder));
    let mut feed = Feed::new(broadcasts.publish(admitted("stream_1"), "rtmp"));
    let broadcast = broadcasts.get("stream_1").unwrap();
    let read = async |name: &str| {
        let of = crate::broadcast::Rendition::named(name).unwrap();
        let text = broadcast.playlist(of, Directives::default(), "").await;
        Playlist::read(std::str::from_utf8(&text.unwrap().plain).unwrap())
    };
    let tags = film(16).await;
    let mut at = 0;
    for tag in tags {
        // Ten times as fast as time goes by.
        if tag.timestamp_ms > at {
            tokio::time::sleep(Duration::from_millis(u64::from(tag.timestamp_ms - at) / 10)).await;
            at = tag.timestamp_ms;
        }
        feed.tag(tag).await.unwrap();
    }
    let states = |broadcast: &Broadcast| -> Vec<_> {
        let all = broadcast.qualities().into_iter();
        all.map(|quality| (quality.name, quality.state)).collect()
    };
    let running = Some(RungState::Running);
    assert_eq!(
        states(&broadcast),
        [
            ("180p".to_owned(), None),
            ("144p".to_owned(), running),
            ("90p".to_owned(), running)
        ]
    );
    let source = read("video").await;
    for name in ["144p", "90p"] {
        // What is in the pipes comes out.
        let mut rung = read(name).await;
        for _ in 0..200 {
            if rung.next().0 + 1 >= source.next().0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            rung = read(name).await;
        }
        assert!(rung.segments.len() + 1 >= source.segments.len());
        for (msn, segment) in &rung.segments {
            let other = &source.segments[msn];
            assert!(!segment.gap, "{name} {msn}");
            assert_eq!(segment.date, other.date);
            if segment.seconds.is_some() {
                assert_eq!(segment.seconds, other.seconds);
                assert_eq!(segment.parts, other.parts);
            }
        }
    }
    assert_eq!(mill.began.load(Ordering::Relaxed), 1);
    let master = broadcast.master("").await.unwrap();
    let master = String::from_utf8(master.plain.to_vec()).unwrap();
    for wanted in ["256x144", "160x90", "144p/media.m3u8", "90p/media.m3u8"] {
        assert!(master.contains(wanted), "{master}");
    }
    feed.end().await;
    assert!(read("90p").await.ended);
}

/// Takes nothing the first two times, and then works.
struct Moody(Bare);

#[async_trait]
impl Mill for Moody {
    fn plan(&self, width: u32, height: u32) -> Vec<Rung> {
        self.0.plan(width, height)
    }

    async fn start(&self, rungs: &[Rung]) -> Result<Work, MillError> {
        if self.0.began.load(Ordering::Relaxed) >= 2 {
            return self.0.start(rungs).await;
        }
        self.0.began.fetch_add(1, Ordering::Relaxed);
        let (input, clogged) = tokio::io::duplex(64);
        let (output, silent) = tokio::io::duplex(64);
        std::mem::forget((clogged, silent));
        Ok(Work {
            input: Box::pin(input),
            output: Box::pin(output),
            child: Box::new(Asleep),
        })
    }
}

/// The states of the sizes besides the source's.
fn states(broadcast: &Broadcast) -> Vec<RungState> {
    let all = broadcast.qualities().into_iter();
    all.filter_map(|quality| quality.state).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_let_go_comes_back_when_it_is_quiet() {
    let mill = Arc::new(Moody(Bare {
        preset: "ultrafast",
        began: AtomicUsize::new(0),
    }));
    let options = LadderOptions {
        late: Duration::from_hours(1),
        start: Duration::from_secs(2),
        // Longer than it takes to see that the smaller size is not kept up with either.
        quiet: Duration::from_secs(3),
        ..LadderOptions::default()
    };
    let ladder = Ladder::new(mill.clone(), options);
    let broadcasts = Broadcasts::with(Notebook::new(), Options::default(), None, Some(ladder));
    let mut feed = Feed::new(broadcasts.publish(admitted("stream_1"), "rtmp"));
    let broadcast = broadcasts.get("stream_1").unwrap();
    let (mut at, mut was_dropped) = (0, [false; 2]);
    for tag in film(60).await {
        // Four times as fast as time goes by.
        if tag.timestamp_ms > at {
            tokio::time::sleep(Duration::from_millis(u64::from(tag.timestamp_ms - at) / 4)).await;
            at = tag.timestamp_ms;
        }
        feed.tag(tag).await.unwrap();
        // On a busy machine the first may be back before the second is let go.
        for (was, state) in was_dropped.iter_mut().zip(states(&broadcast)) {
            *was |= state == RungState::Dropped;
        }
    }
    assert_eq!(was_dropped, [true; 2]);
    // One after the other; and the operator has nothing to be told any more.
    assert_eq!(states(&broadcast), [RungState::Running, RungState::Running]);
    assert_eq!(mill.0.began.load(Ordering::Relaxed), 4);
    let warnings = broadcast.health().warnings.join(" ");
    assert!(!warnings.contains("let go"), "{warnings}");
}

/// What does not keep up when it is tried again is tried again later, and later still.
#[tokio::test(start_paused = true)]
async fn what_is_let_go_again_is_left_in_peace_for_longer() {
    use crate::testing::{programme, small_header, sound_header};
    let options = LadderOptions {
        quiet: Duration::from_mins(1),
        ..LadderOptions::default()
    };
    let ladder = Ladder::new(Arc::new(Sloth), options);
    let broadcasts = Broadcasts::with(Notebook::new(), Options::default(), None, Some(ladder));
    let mut feed = Feed::new(broadcasts.publish(admitted("stream_1"), "rtmp"));
    let broadcast = broadcasts.get("stream_1").unwrap();
    for tag in [small_header(0), sound_header(0)] {
        feed.tag(tag).await.unwrap();
    }
    let mut gone = Vec::new();
    let mut said = false;
    for second in 0..300 {
        for tag in programme(second * 1000, (second + 1) * 1000, true, true) {
            feed.tag(tag).await.unwrap();
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        let dropped = states(&broadcast).last() == Some(&RungState::Dropped);
        if gone.last().is_none_or(|(_, was)| *was != dropped) {
            gone.push((i64::from(second), dropped));
        }
        let warnings = broadcast.health().warnings.join(" ");
        said |= warnings.contains("After 2 quiet minutes, 90p is tried again.");
    }
    assert!(said);
    let waits: Vec<i64> = gone
        .windows(2)
        .filter(|two| two[0].1)
        .map(|two| two[1].0 - two[0].0)
        .collect();
    let [first, second] = waits[..] else {
        panic!("{gone:?}")
    };
    assert!(
        (60..65).contains(&first) && (120..125).contains(&second),
        "{gone:?}"
    );
}

/// Its first child dies at once.
struct Frail(Bare);

#[async_trait]
impl Mill for Frail {
    fn plan(&self, width: u32, height: u32) -> Vec<Rung> {
        self.0.plan(width, height)
    }

    async fn start(&self, rungs: &[Rung]) -> Result<Work, MillError> {
        if self.0.began.load(Ordering::Relaxed) > 0 {
            return self.0.start(rungs).await;
        }
        self.0.began.fetch_add(1, Ordering::Relaxed);
        Ok(Work {
            input: Box::pin(tokio::io::sink()),
            output: Box::pin(tokio::io::empty()),
            child: Box::new(Asleep),
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_sizes_is_begun_anew_when_it_dies_and_the_source_goes_on() {
    let mill = Arc::new(Frail(Bare {
        preset: "ultrafast",
        began: AtomicUsize::new(0),
    }));
    let options = LadderOptions {
        late: Duration::from_hours(1),
        ..LadderOptions::default()
    };
    let ladder = Ladder::new(mill.clone(), options);
    let broadcasts = Broadcasts::with(Notebook::new(), Options::default(), None, Some(ladder));
    let mut feed = Feed::new(broadcasts.publish(admitted("stream_1"), "rtmp"));
    let broadcast = broadcasts.get("stream_1").unwrap();
    let (mut at, mut warned) = (0, false);
    for tag in film(15).await {
        // Five times as fast as time goes by.
        if tag.timestamp_ms > at {
            tokio::time::sleep(Duration::from_millis(u64::from(tag.timestamp_ms - at) / 5)).await;
            at = tag.timestamp_ms;
        }
        feed.tag(tag).await.unwrap();
        warned |= broadcast.health().warnings.join(" ").contains("begun anew");
    }
    assert!(warned);
    assert_eq!(mill.0.began.load(Ordering::Relaxed), 2);
    assert_eq!(states(&broadcast), [RungState::Running, RungState::Running]);
    let video = crate::broadcast::Track::Video;
    let text = broadcast.playlist(video, Directives::default(), "").await;
    let source = Playlist::read(std::str::from_utf8(&text.unwrap().plain).unwrap());
    assert!(source.segments.values().all(|s| !s.gap && !s.discontinuity));
}
