#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs::File;

use parking_lot::Mutex;

use super::*;
use crate::broadcast::{Broadcasts, Feed, Options};
use crate::desk::Admitted;
use crate::testing::{Notebook, large_header, programme, small_header, sound_header};

/// An archive that reads what it is given.
#[derive(Default)]
struct Shelf {
    kept: Mutex<Vec<(String, Vec<u32>)>>,
    /// In seconds, when the first picture and the first sound of each begin.
    begins: Mutex<Vec<Vec<f64>>>,
    is_full: std::sync::atomic::AtomicBool,
}

#[async_trait]
impl Archive for Shelf {
    async fn keep(&self, take: &Take) -> Result<(), ArchiveError> {
        if self.is_full.load(std::sync::atomic::Ordering::Relaxed) {
            return Err("no room".into());
        }
        let movie = matinee_media::mp4::read(&mut File::open(&take.path)?)?;
        let begins = movie.tracks.iter().map(|track| {
            let first = track.samples.get(0).map_or(0, |sample| sample.dts);
            first as f64 / f64::from(track.timescale)
        });
        self.begins.lock().push(begins.collect());
        let lengths = movie.tracks.iter().map(|track| track.samples.len());
        let kept = (take.stream_id.clone(), lengths.collect());
        self.kept.lock().push(kept);
        std::fs::remove_file(&take.path)?;
        Ok(())
    }
}

fn studio(folder: &Path) -> (Arc<Shelf>, Recordings, Arc<Broadcasts>) {
    let shelf = Arc::new(Shelf::default());
    let recordings = Recordings::new(folder.join("live"), shelf.clone());
    let broadcasts = Broadcasts::with(
        Notebook::new(),
        Options::default(),
        Some(recordings.clone()),
        None,
    );
    (shelf, recordings, broadcasts)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder.join("live")).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

async fn begun(broadcasts: &Arc<Broadcasts>, record: bool, to_ms: u32) -> Feed {
    let admitted = Admitted {
        stream_id: "stream_1".to_owned(),
        record,
    };
    let mut feed = Feed::new(broadcasts.publish(admitted, "rtmp"));
    for tag in [small_header(0), sound_header(0)] {
        feed.tag(tag).await.unwrap();
    }
    for tag in programme(0, to_ms, true, true) {
        feed.tag(tag).await.unwrap();
    }
    feed
}

#[tokio::test]
async fn a_broadcast_is_a_video_when_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let (shelf, _, broadcasts) = studio(folder.path());
    let first = begun(&broadcasts, true, 4_000).await;
    first.vanish().await;
    // The same encoder goes on in the same file, another coding in another.
    let mut feed = begun(&broadcasts, true, 4_000).await;
    feed.tag(large_header(4_000)).await.unwrap();
    for tag in programme(4_000, 7_000, true, true) {
        feed.tag(tag).await.unwrap();
    }
    feed.end().await;
    broadcasts.settle().await;
    let kept = shelf.kept.lock().clone();
    let streams: Vec<&str> = kept.iter().map(|(stream, _)| stream.as_str()).collect();
    assert_eq!(streams, ["stream_1", "stream_1"]);
    let pictures: Vec<u32> = kept.iter().map(|(_, lengths)| lengths[0]).collect();
    assert_eq!(pictures, [200, 75]);
    // Each begins at zero, whatever of the broadcast went before it.
    for begins in &*shelf.begins.lock() {
        assert!(begins.iter().all(|&at| at < 0.1), "{begins:?}");
    }
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[tokio::test]
async fn nothing_is_recorded_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let (shelf, _, broadcasts) = studio(folder.path());
    begun(&broadcasts, false, 4_000).await.end().await;
    broadcasts.settle().await;
    assert!(shelf.kept.lock().is_empty());
    assert!(!folder.path().join("live").exists());
}

#[tokio::test]
async fn what_was_interrupted_is_a_video_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let (shelf, recordings, broadcasts) = studio(folder.path());
    shelf
        .is_full
        .store(true, std::sync::atomic::Ordering::Relaxed);
    begun(&broadcasts, true, 4_000).await.end().await;
    broadcasts.settle().await;
    // The archive did not take it: it stays, and its last fragment was not whole.
    let left = names(folder.path());
    assert_eq!(left.len(), 2, "{left:?}");
    let path = folder
        .path()
        .join("live")
        .join(&left[0])
        .with_extension("mp4");
    let file = File::options().write(true).open(&path).unwrap();
    file.set_len(file.metadata().unwrap().len() - 5).unwrap();
    drop(file);
    shelf
        .is_full
        .store(false, std::sync::atomic::Ordering::Relaxed);
    recordings.recover(recordings.interrupted().await).await;
    let kept = shelf.kept.lock().clone();
    assert_eq!(kept.len(), 1);
    let (_, lengths) = &kept[0];
    assert!(lengths[0] >= 87, "{lengths:?}");
    assert_eq!(names(folder.path()), Vec::<String>::new());
    assert!(recordings.interrupted().await.is_empty());
    assert_eq!(shelf.kept.lock().len(), 1);
}
