//! What nobody goes on with.

use std::time::Duration;

use matinee_ingest::uploads::tus::Chunk;
use matinee_ingest::uploads::{Metadata, UploadError};

use crate::support::{MIB, body, film, libraries_with, person};

#[tokio::test]
async fn unfinished_uploads_expire_and_are_forgotten() {
    for library in libraries_with(|c| c.expiry = Duration::from_millis(400)).await {
        let ada = person("ada");
        let size = Some(4 * MIB as u64);
        let upload = library
            .uploads
            .create_tus(&ada, size, Metadata::default(), String::new())
            .await
            .unwrap();
        library
            .uploads
            .append_tus(&ada, &upload.id, Chunk::default(), body(&film(MIB)))
            .await
            .unwrap();
        assert_eq!(library.kept().await, (0, 1));
        tokio::time::sleep(Duration::from_millis(450)).await;
        let late = library.uploads.tus(&ada, &upload.id).await.unwrap_err();
        assert!(matches!(late, UploadError::Gone), "{late}");
        assert_eq!(library.uploads.collect().await.unwrap().expired, 1);
        assert_eq!(library.kept().await, (0, 0));
        tokio::time::sleep(Duration::from_millis(450)).await;
        assert_eq!(library.uploads.collect().await.unwrap().forgotten, 1);
        let late = library.uploads.tus(&ada, &upload.id).await.unwrap_err();
        assert!(matches!(late, UploadError::NotFound), "{late}");
    }
}

#[tokio::test]
async fn a_finished_upload_is_not_touched() {
    for library in libraries_with(|_| {}).await {
        let mut upload = library.uploads.begin_form(&person("ada")).await.unwrap();
        upload.receive(body(&film(1000))).await.unwrap();
        let video = upload.finish(Metadata::default()).await.unwrap();
        assert_eq!(
            library.uploads.collect().await.unwrap(),
            matinee_ingest::uploads::Swept::default()
        );
        assert_eq!(library.source(&video.id).await.len(), 1000);
    }
}

#[tokio::test]
async fn a_file_whose_server_died_before_it_was_a_video_is_collected() {
    for library in libraries_with(|c| c.expiry = Duration::from_millis(400)).await {
        let mut upload = library.uploads.begin_form(&person("ada")).await.unwrap();
        upload.receive(body(&film(1000))).await.unwrap();
        // As a kill does: no destructor runs.
        std::mem::forget(upload);
        assert_eq!(library.uploads.collect().await.unwrap().expired, 0);
        tokio::time::sleep(Duration::from_millis(450)).await;
        assert_eq!(library.uploads.collect().await.unwrap().expired, 1);
        assert_eq!(library.kept().await, (0, 0));
    }
}
