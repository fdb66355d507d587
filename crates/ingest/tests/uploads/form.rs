//! A whole file in one request.

use bytes::Bytes;
use matinee_ingest::uploads::{Metadata, UploadError};

use crate::support::{MIB, body, broken, film, libraries, libraries_with, person};

fn metadata(title: &str) -> Metadata {
    Metadata::from_pairs([
        ("title", title),
        ("tags", "a,b"),
        ("is_public", "false"),
        ("filename", "../dir/film.mp4"),
        ("resolutions", "480,720"),
        ("segment_duration", "6"),
    ])
    .unwrap()
}

#[tokio::test]
async fn a_file_becomes_a_video_with_a_probe_waiting() {
    for library in libraries().await {
        let bytes = film(3 * MIB + 17);
        let mut upload = library.uploads.begin_form(&person("ada")).await.unwrap();
        assert_eq!(
            upload.receive(body(&bytes)).await.unwrap(),
            bytes.len() as u64
        );
        let video = upload.finish(metadata("A film")).await.unwrap();
        assert_eq!(video.title, "A film");
        assert_eq!(video.filename, "film.mp4");
        assert_eq!(usize::try_from(video.file_size).unwrap(), bytes.len());
        assert_eq!(video.owner.as_deref(), Some("user_of_ada"));
        assert_eq!(video.requested_resolutions.0, [480, 720]);
        assert_eq!(video.segment_duration_ms, Some(6000));
        assert!(!video.is_public);
        assert_eq!(library.source(&video.id).await, bytes);
        assert_eq!(library.jobs(&video.id).await, ["probe"]);
    }
}

#[tokio::test]
async fn what_fails_leaves_nothing() {
    let limit = |config: &mut matinee_ingest::uploads::UploadConfig| {
        config.max_file_size = MIB as u64;
    };
    for library in libraries_with(limit).await {
        let cases = [
            (broken(&film(MIB / 2)), "broke off"),
            (body(&film(2 * MIB)), "larger than"),
            (body(&Bytes::from(vec![b'x'; 9000])), "a text file"),
            (body(&Bytes::from_static(b"tiny text")), "a text file"),
            (body(&Bytes::new()), "empty"),
        ];
        for (body, words) in cases {
            let mut upload = library.uploads.begin_form(&person("ada")).await.unwrap();
            let error = upload.receive(body).await.unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
        }
        // A client that disappears between the file and the last field.
        let mut upload = library.uploads.begin_form(&person("ada")).await.unwrap();
        upload.receive(body(&film(1000))).await.unwrap();
        drop(upload);
        for _ in 0..200 {
            if library.kept().await == (0, 0) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!(library.kept().await, (0, 0));
        assert_eq!(library.videos().await, 0);
    }
}

#[tokio::test]
async fn one_person_cannot_take_all_the_room() {
    let few = |config: &mut matinee_ingest::uploads::UploadConfig| {
        config.streams_per_person = 2;
    };
    for library in libraries_with(few).await {
        let first = library.uploads.begin_form(&person("ada")).await.unwrap();
        let _second = library.uploads.begin_form(&person("ada")).await.unwrap();
        let third = library.uploads.begin_form(&person("ada")).await;
        assert!(matches!(third, Err(UploadError::Busy)));
        assert!(library.uploads.begin_form(&person("bob")).await.is_ok());
        drop(first);
        assert!(library.uploads.begin_form(&person("ada")).await.is_ok());
    }
}
