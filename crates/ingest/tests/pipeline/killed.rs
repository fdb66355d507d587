//! `kill -9` of the worker in the middle of the ladder: nothing whole is encoded again.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use matinee_catalog::Layout;

use crate::support::{Place, Studio, clip, inputs, pictures};

const PLACE: &str = "MATINEE_TEST_WORKER_PLACE";

/// Not a test of its own: the worker process that the test below kills.
#[tokio::test]
#[ignore = "started by worker_killed_twice"]
async fn worker_process() {
    let Ok(place) = std::env::var(PLACE) else {
        return;
    };
    let mut studio = Studio::at(Place::of(place), |config, _| {
        config.preset = "veryfast".into();
    })
    .await;
    studio.start();
    std::future::pending::<()>().await;
}

fn start_worker(place: &std::path::Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "killed::worker_process"])
        .env(PLACE, place)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn worker_killed_twice() {
    let studio = Studio::closed(|config, _| config.preset = "veryfast".into()).await;
    let file = clip(
        studio.dir.path(),
        "long.mp4",
        &(inputs("640x360", "30", 120)
            + "-c:v libx264 -preset ultrafast -g 77 -sc_threshold 0 -c:a aac"),
    );
    let id = studio.upload(&file).await;
    let folder = studio.dir.path().join("work").join(&id).join("transcode");
    let size = |name: &str| std::fs::metadata(folder.join(name)).map_or(0, |meta| meta.len());

    let mut worker = start_worker(studio.dir.path());
    let begun = Instant::now();
    while size("rung-0.mp4") < 900_000 {
        assert!(begun.elapsed() < Duration::from_mins(3));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    worker.kill().unwrap();
    worker.wait().unwrap();
    let kept = size("rung-0.mp4");

    let mut worker = start_worker(studio.dir.path());
    let begun = Instant::now();
    let continued = loop {
        assert!(begun.elapsed() < Duration::from_mins(3));
        let found = std::fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .flatten()
            .find(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                name.starts_with("rung-0-from-")
                    && entry.metadata().is_ok_and(|meta| meta.len() > 400_000)
            });
        if let Some(found) = found {
            break found.file_name().to_string_lossy().into_owned();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert!(
        size("rung-0.mp4") > kept / 3,
        "what was whole is still there"
    );
    worker.kill().unwrap();
    worker.wait().unwrap();
    assert!(continued.contains("-from-"));

    let mut worker = start_worker(studio.dir.path());
    let (_, parts) = studio.completed(&id).await;
    worker.kill().unwrap();
    worker.wait().unwrap();
    assert_eq!(pictures(&parts), ["360p 640x360", "240p 426x240"]);
    for rendition in &parts.renditions {
        let found = studio.decode(rendition).await;
        assert_eq!(rendition.layout, Layout::Cmaf, "{}", rendition.name);
        if rendition.width.is_some() {
            // Not a frame more or less than without the kills.
            assert_eq!(found["nb_read_frames"], "3600", "{}", rendition.name);
            assert_eq!(studio.index(rendition).await.segment_count(), 60);
        }
    }
}
