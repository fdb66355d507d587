//! Cancel, retry, delete, watch, and wishes of the uploader.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt as _;
use matinee_catalog::{ImageKind, ProcessingStatus};
use matinee_engines::blobs::BlobKey;
use matinee_ingest::IngestError;
use matinee_ingest::processing::StepState;
use matinee_jobs::NewJob;

use crate::support::{Studio, clip, inputs, pictures};

/// A film that takes a while to encode.
fn long(studio: &Studio) -> std::path::PathBuf {
    clip(
        studio.dir.path(),
        "long.mp4",
        &(inputs("1280x720", "30", 40)
            + "-c:v libx264 -preset ultrafast -g 77 -sc_threshold 0 -c:a aac"),
    )
}

#[tokio::test]
async fn canceled_work_stops_and_goes_on_when_retried() {
    let studio = Studio::with(|config, _| config.preset = "veryfast".into()).await;
    let id = studio.upload(&long(&studio)).await;
    let begun = studio
        .dir
        .path()
        .join("work")
        .join(&id)
        .join("transcode/rung-0.mp4");
    studio.until(&id, |_, _| begun.exists()).await;
    assert!(studio.ingest.cancel(&id).await.unwrap());
    assert!(
        studio
            .jobs
            .settle(&id, Duration::from_secs(20))
            .await
            .unwrap()
    );
    let (video, parts) = studio.ended(&id).await;
    assert_eq!(video.processing_status, ProcessingStatus::Canceled);
    assert!(video.is_processed, "the source itself can still be watched");
    assert_eq!(pictures(&parts), ["source 1280x720"]);
    assert!(!begun.exists(), "nothing half-done is left");
    assert!(!studio.ingest.cancel(&id).await.unwrap());

    assert!(studio.ingest.retry(&id).await.unwrap());
    let (_, parts) = studio.completed(&id).await;
    assert_eq!(pictures(&parts).len(), 4);
    assert!(
        !studio.ingest.retry(&id).await.unwrap(),
        "there is nothing to retry"
    );
}

#[tokio::test]
async fn a_video_deleted_under_its_steps_leaves_nothing() {
    let studio = Studio::with(|config, _| config.preset = "veryfast".into()).await;
    let id = studio.upload(&long(&studio)).await;
    let begun = studio
        .dir
        .path()
        .join("work")
        .join(&id)
        .join("transcode/rung-0.mp4");
    studio.until(&id, |_, _| begun.exists()).await;
    studio.ingest.delete(&id).await.unwrap();
    assert!(studio.catalog.find(&id).await.unwrap().is_none());
    // The bytes go once the step that was under way has stopped.
    let own = BlobKey::new(format!("videos/{id}")).unwrap();
    let work = studio.dir.path().join("work").join(&id);
    let gone = async || {
        let jobs = studio.jobs.by_subject(studio.db.read(), &id).await;
        let blobs = studio.blobs.list(Some(&own)).count().await;
        jobs.unwrap().is_empty() && blobs == 0 && !work.exists()
    };
    for _ in 0..600 {
        if gone().await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(gone().await, "something is left");
    assert!(matches!(
        studio.ingest.processing(&id).await,
        Err(IngestError::Gone)
    ));
}

#[tokio::test]
async fn those_who_watch_see_it_grow_and_end() {
    let mut studio = Studio::closed(|_, _| {}).await;
    let file = clip(
        studio.dir.path(),
        "a.mp4",
        &(inputs("640x360", "25", 5) + "-c:v libx264 -preset ultrafast -c:a aac"),
    );
    let id = studio.upload(&file).await;
    let mut one = pin!(studio.ingest.watch(&id));
    let all = studio.ingest.watch_all();
    // The first view is read when it is first asked for: before there is anybody to do the work.
    let mut views = vec![one.next().await.unwrap()];
    studio.start();
    views.extend(one.collect::<Vec<_>>().await);
    let (first, last) = (views.first().unwrap(), views.last().unwrap());
    assert_eq!((first.status.as_str(), first.steps.len()), ("pending", 1));
    assert_eq!(last.status, "completed");
    assert!((last.percent - 100.0).abs() < f32::EPSILON);
    assert!(last.steps.iter().all(|step| step.state == StepState::Done));
    assert!(views.windows(2).all(|pair| pair[0] != pair[1]));
    assert!(
        views
            .iter()
            .all(|view| view.status == "completed" || view.percent < 100.0)
    );
    let seen = all.take_while(|view| std::future::ready(view.status != "completed"));
    assert!(
        seen.collect::<Vec<_>>()
            .await
            .iter()
            .all(|view| view.video_id == id)
    );
}

#[tokio::test]
async fn wishes_for_heights_and_segments_are_kept() {
    let studio = Studio::open().await;
    let file = clip(
        studio.dir.path(),
        "a.mp4",
        &(inputs("1280x720", "25", 7)
            + "-c:v libx264 -preset ultrafast -g 25 -sc_threshold 0 -c:a aac"),
    );
    let id = studio
        .upload_as(&file, |new| {
            new.requested_resolutions = vec![240, 480];
            new.segment_duration_ms = Some(3000);
        })
        .await;
    let (_, parts) = studio.completed(&id).await;
    assert_eq!(pictures(&parts), ["480p 854x480", "240p 426x240"]);
    for rendition in &parts.renditions {
        let index = studio.index(rendition).await;
        assert_eq!(index.segment_count(), 3, "{}", rendition.name);
    }
}

/// Waits until no step of a video is left to do.
async fn at_rest(studio: &Studio, id: &str) {
    loop {
        let jobs = studio.jobs.by_subject(studio.db.read(), id).await.unwrap();
        if jobs.iter().all(|job| job.state.is_finished()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_second_attempt_keeps_the_stills_of_the_first() {
    let studio = Studio::open().await;
    let file = clip(
        studio.dir.path(),
        "a.mp4",
        "-f lavfi -i testsrc2=s=320x180:r=25:d=3 -c:v libx264 -preset ultrafast",
    );
    let id = studio.upload(&file).await;
    studio.ended(&id).await;
    let stills = async || {
        let parts = studio.catalog.parts(&id).await.unwrap();
        let mut images = parts.images;
        images.retain(|image| image.kind != ImageKind::Storyboard);
        images.sort_by(|a, b| a.id.cmp(&b.id));
        images
    };
    let first = stills().await;
    // As when the first attempt was killed at its very end: the step finds its stills published.
    let again = NewJob::new("thumbnails", serde_json::json!({})).subject(&id);
    studio.jobs.enqueue(studio.db.write(), again).await.unwrap();
    at_rest(&studio, &id).await;
    assert_eq!(stills().await, first);
    let own = BlobKey::new(format!("videos/{id}/images")).unwrap();
    let blobs = studio.blobs.list(Some(&own)).count().await;
    // The poster is one of the thumbnails; the storyboard has one sheet.
    assert_eq!(blobs, first.len());
}

#[tokio::test]
async fn stills_can_be_made_anew() {
    let studio = Studio::open().await;
    let file = clip(
        studio.dir.path(),
        "a.mp4",
        "-f lavfi -i color=black:s=320x180:r=25:d=3 -f lavfi -i testsrc2=s=320x180:r=25:d=3 -filter_complex [0][1]concat -c:v libx264 -preset ultrafast",
    );
    let id = studio.upload(&file).await;
    let (_, before) = studio.ended(&id).await;
    assert!(
        before.poster().unwrap().at_ms >= 3000,
        "the poster is not black"
    );
    studio.ingest.regenerate_thumbnails(&id).await.unwrap();
    let old = before.poster().unwrap().id.clone();
    let (_, after) = studio
        .until(&id, |_, parts| {
            parts.poster().is_some_and(|poster| poster.id != old)
        })
        .await;
    assert!(after.poster().is_some());
    // The step goes on with thumbnails and storyboard; in the end every blob is somebody's.
    studio
        .until(&id, |video, _| {
            video.processing_status == ProcessingStatus::Completed
        })
        .await;
    at_rest(&studio, &id).await;
    let parts = studio.catalog.parts(&id).await.unwrap();
    let own = BlobKey::new(format!("videos/{id}/images")).unwrap();
    let kept: Vec<_> = studio.blobs.list(Some(&own)).collect().await;
    for entry in kept {
        let key = entry.unwrap().key;
        assert!(
            parts.images.iter().any(|image| image.key == key.as_str()),
            "{key}"
        );
    }
    assert!(
        parts
            .images
            .iter()
            .any(|image| image.kind == ImageKind::Storyboard)
    );
}

#[tokio::test]
async fn what_people_bring_while_a_film_is_made_stays() {
    let mut studio = Studio::closed(|_, _| {}).await;
    let words = format!(
        "{} -c:v libx264 -preset ultrafast -c:a aac",
        inputs("320x180", "25", 2)
    );
    let file = clip(studio.dir.path(), "film.mp4", &words);
    let id = studio.upload(&file).await;
    let folder = format!("videos/{id}");
    let brought = ["images/artwork_1/original.png", "tracks/track_1"]
        .map(|name| BlobKey::new(format!("{folder}/{name}")).unwrap());
    let left = BlobKey::new(format!("{folder}/renditions/rendition_1.mp4")).unwrap();
    for key in brought.iter().chain([&left]) {
        studio
            .blobs
            .put(key, Bytes::from_static(b"x"))
            .await
            .unwrap();
    }
    studio.start();
    studio.completed(&id).await;
    for key in &brought {
        assert!(studio.blobs.head(key).await.is_ok(), "{key} is gone");
    }
    assert!(
        studio.blobs.head(&left).await.is_err(),
        "of a killed attempt"
    );
}
