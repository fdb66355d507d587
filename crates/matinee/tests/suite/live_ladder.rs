//! Smaller sizes of broadcasts: made by a real ffmpeg, cut where the source is cut, and let go
//! without the broadcast noticing.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::live_broadcast::{live, llhls::Playlist, on_air, stream, text};
use crate::live_chat::Socket;
use crate::support::TestServer;

/// An ffmpeg that publishes pictures of this size, whose frames are decoded in another order than
/// they are shown.
fn encoder(server: &TestServer, key: &str, size: &str, rate: u32) -> Child {
    Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-re", "-f", "lavfi"])
        .args(["-i", &format!("testsrc2=s={size}:r={rate}")])
        .args(["-re", "-f", "lavfi", "-i", "sine=r=48000"])
        .args(["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2"])
        .args(["-g", &rate.to_string(), "-pix_fmt", "yuv420p"])
        .args(["-c:a", "aac", "-ac", "2", "-f", "flv"])
        .arg(format!("rtmp://{}/live/{key}", server.rtmp))
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

async fn playlist(server: &TestServer, base: &str, name: &str) -> Playlist {
    let url = format!("{base}{name}/media.m3u8");
    let answer = server.get(&url).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{url}");
    Playlist::read(&answer.text().await.unwrap())
}

/// The whole segments that are no gaps.
fn whole(playlist: &Playlist) -> BTreeMap<u64, (i64, f64, usize, bool)> {
    let all = playlist.segments.iter();
    let whole = all.filter(|(_, segment)| segment.seconds.is_some() && !segment.gap);
    whole
        .map(|(msn, segment)| {
            let key = segment.parts.first().is_some_and(|part| part.independent);
            let seconds = segment.seconds.unwrap();
            (*msn, (segment.date, seconds, segment.parts.len(), key))
        })
        .collect()
}

/// Asks until something is so.
async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it does not come to this: {what}");
}

/// What ffprobe says of a segment after its initialization segment.
async fn probe(server: &TestServer, base: &str, name: &str, map: &str, msn: u64) -> String {
    let mut bytes = Vec::new();
    for file in [map.to_owned(), format!("{msn}.m4s")] {
        let answer = server.get(&format!("{base}{name}/{file}")).send();
        let answer = answer.await.unwrap();
        assert_eq!(answer.status(), 200, "{name}/{file}");
        bytes.extend_from_slice(&answer.bytes().await.unwrap());
    }
    let file = server.data.path().join(format!("{name}-{msn}.mp4"));
    tokio::fs::write(&file, bytes).await.unwrap();
    let read = Command::new("ffprobe")
        .args(["-v", "error", "-count_frames", "-of", "csv=p=0"])
        .args(["-show_entries", "stream=width,height,nb_read_frames"])
        .arg(&file)
        .output()
        .await
        .unwrap();
    assert!(read.stderr.is_empty(), "{read:?}");
    String::from_utf8(read.stdout).unwrap().trim().to_owned()
}

fn states(stream: &Value) -> Vec<(String, String)> {
    let all = stream["renditions"].as_array().unwrap().iter();
    all.map(|one| (text(one, "name").to_owned(), text(one, "state").to_owned()))
        .collect()
}

/// The children of this process that scale to this size.
fn children(size: &str) -> Vec<u32> {
    let own = std::process::id();
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let ids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    ids.filter(|id| {
        let line = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let parent = stat.rsplit(") ").next().and_then(|s| s.split(' ').nth(1));
        let parent = parent.and_then(|parent| parent.parse().ok());
        parent == Some(own) && String::from_utf8_lossy(&line).contains(size)
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn smaller_sizes_are_cut_where_the_source_is() {
    let server = TestServer::with(&[("ladder", "144,218,480")]).await;
    let made = stream(&server, json!({})).await;
    let path = format!("/api/streams/{}", text(&made, "id"));
    let hls = text(&made, "hls_url");
    let base = hls.strip_suffix("master.m3u8").unwrap();
    let _encoder = encoder(&server, text(&made, "stream_key"), "640x360", 25);

    // Whoever comes first sees all of it already; nothing is made larger.
    let master = on_air(&server, hls).await.text().await.unwrap();
    let variants: Vec<&str> = master
        .lines()
        .filter(|l| l.contains("RESOLUTION"))
        .collect();
    assert_eq!(variants.len(), 3, "{master}");
    for (variant, size) in variants.iter().zip(["640x360", "388x218", "256x144"]) {
        assert!(variant.contains(&format!("RESOLUTION={size}")), "{master}");
        assert!(variant.contains("AUDIO=\"sound\""), "{master}");
    }
    let seen = live(&server, &path).await;
    let wanted = [("360p", "source"), ("218p", "running"), ("144p", "running")];
    let wanted = wanted.map(|(name, state)| (name.to_owned(), state.to_owned()));
    assert_eq!(states(&seen), wanted);

    // The same numbers, instants, lengths and parts, keyframe for keyframe.
    let names = ["video", "218p", "144p", "audio"];
    let common = until("three segments of all", async || {
        let mut lists = Vec::new();
        for name in names {
            lists.push(playlist(&server, base, name).await);
        }
        let wholes: Vec<_> = lists.iter().map(whole).collect();
        let common: Vec<u64> = wholes[0]
            .keys()
            .copied()
            .filter(|msn| wholes.iter().all(|all| all.contains_key(msn)))
            .collect();
        if common.len() < 3 {
            return None;
        }
        for msn in &common {
            assert_eq!(wholes[1][msn], wholes[0][msn], "218p {msn}");
            assert_eq!(wholes[2][msn], wholes[0][msn], "144p {msn}");
            assert!(wholes[0][msn].3, "{msn} begins with a keyframe");
        }
        for (list, name) in lists.iter().zip(names) {
            assert_eq!(list.target.to_bits(), lists[0].target.to_bits());
            assert_eq!(list.part_target.to_bits(), lists[0].part_target.to_bits());
            let others = names.iter().filter(|other| **other != name);
            for other in others {
                let uri = format!("../{other}/media.m3u8");
                let report = list.reports.iter().find(|report| report["URI"] == uri);
                assert!(report.is_some(), "{name} reports on {other}");
            }
        }
        Some((common, lists))
    });
    let (common, lists) = common.await;
    // From the first segment on: nobody has missed anything.
    assert!(lists.iter().all(|l| l.segments.values().all(|s| !s.gap)));
    let (msn, sizes) = (common[0], ["640,360", "388,218", "256,144"]);
    let mut frames = Vec::new();
    for ((name, list), size) in names.iter().zip(&lists).zip(sizes) {
        let map = &list.segments[&msn].map;
        let seen = probe(&server, base, name, map, msn).await;
        let (found, count) = seen.rsplit_once(',').unwrap();
        assert_eq!(found, size);
        frames.push(count.to_owned());
    }
    assert!(frames.iter().all(|count| *count == frames[0]), "{frames:?}");

    // A reload waits for the next part, and DASH offers the same.
    let (next, part) = lists[2].next();
    let url = format!("{base}144p/media.m3u8?_HLS_msn={next}&_HLS_part={part}");
    let reloaded = server.get(&url).send().await.unwrap();
    let reloaded = Playlist::read(&reloaded.text().await.unwrap());
    reloaded.follows(&lists[2]);
    assert!(reloaded.next() > (next, part));
    let manifest = server.get(text(&made, "dash_url")).send().await.unwrap();
    let manifest = manifest.text().await.unwrap();
    assert_eq!(manifest.matches("<AdaptationSet").count(), 2, "{manifest}");
    assert_eq!(manifest.matches("<Representation").count(), 4, "{manifest}");
    assert!(
        manifest.contains("<Representation id=\"218p\""),
        "{manifest}"
    );

    // What makes them dies: the source goes on, and they come back after a gap.
    let before = playlist(&server, base, "video").await;
    let killed = children("scale=388:218");
    assert_eq!(killed.len(), 1);
    let mut kill = Command::new("kill");
    kill.args(["-9", &killed[0].to_string()]);
    assert!(kill.status().await.unwrap().success());
    let after = until("they come back", async || {
        let list = playlist(&server, base, "218p").await;
        list.follows(&lists[1]);
        assert!(list.segments.values().all(|s| !s.discontinuity));
        let later = children("scale=388:218") != killed;
        let last = before.next().0;
        let again = whole(&list).into_iter().find(|(msn, _)| *msn > last);
        again.filter(|_| later)
    })
    .await;
    let source = playlist(&server, base, "video").await;
    source.follows(&before);
    source.is_steady();
    assert!(source.segments.values().all(|s| !s.gap && !s.discontinuity));
    assert_eq!(whole(&source)[&after.0], after.1);
    let again = children("scale=388:218");
    assert!(again.len() == 1 && again != killed, "{again:?}");

    // With the broadcast all of it ends.
    let ended = server.operator("POST", &format!("{path}/end"));
    assert_eq!(ended.send().await.unwrap().status(), 200);
    assert!(playlist(&server, base, "144p").await.ended);
    until("nothing is left", async || {
        children("scale=388:218").is_empty().then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_size_that_the_machine_cannot_make_is_dropped() {
    // Four large sizes at once, as thoroughly as can be: too much for any machine.
    let settings = [
        ("ladder", "144,600,616,632,640"),
        ("live_preset", "veryslow"),
    ];
    let server = TestServer::with(&settings).await;
    let made = stream(&server, json!({})).await;
    let path = format!("/api/streams/{}", text(&made, "id"));
    let hls = text(&made, "hls_url");
    let base = hls.strip_suffix("master.m3u8").unwrap();
    let mut room = Socket::of(&server, &made, &server.token).await;
    let _encoder = encoder(&server, text(&made, "stream_key"), "1280x720", 60);
    on_air(&server, hls).await;
    let dropped = ("640p".to_owned(), "dropped".to_owned());
    let seen = until("it is dropped", async || {
        let seen = server.json(&path).await;
        states(&seen).contains(&dropped).then_some(seen)
    })
    .await;
    let warnings = seen["ingest"]["warnings"].to_string();
    assert!(warnings.contains("640p"), "{warnings}");
    room.until("quality_change").await;
    let master = server.get(hls).send().await.unwrap().text().await.unwrap();
    assert!(!master.contains("640p/"), "{master}");
    assert!(master.contains("RESOLUTION=1280x720"), "{master}");
    // The broadcast has not noticed.
    let source = playlist(&server, base, "video").await;
    assert!(source.segments.values().all(|s| !s.gap && !s.discontinuity));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_made_where_nothing_is_to_be_encoded() {
    let server = TestServer::with(&[("enable_transcoding", "false")]).await;
    let made = stream(&server, json!({})).await;
    let hls = text(&made, "hls_url");
    let _encoder = encoder(&server, text(&made, "stream_key"), "640x360", 25);
    let master = on_air(&server, hls).await.text().await.unwrap();
    assert_eq!(master.matches("RESOLUTION").count(), 1, "{master}");
    assert_eq!(children("scale=426:240"), Vec::<u32>::new());
    let path = format!("/api/streams/{}", text(&made, "id"));
    let seen = live(&server, &path).await;
    assert_eq!(states(&seen).len(), 1);
}
