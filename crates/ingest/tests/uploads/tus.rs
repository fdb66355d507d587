//! Uploads that go on wherever they broke off.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::StreamExt as _;
use matinee_ingest::uploads::checksum::{Algorithm, Expected, Hasher};
use matinee_ingest::uploads::tus::{Chunk, TusUpload};
use matinee_ingest::uploads::{Metadata, Result, UploadError};

use crate::support::{
    Library, MIB, body, broken, film, libraries, libraries_with, person, stalled,
};

async fn create(library: &Library, size: Option<u64>) -> TusUpload {
    library
        .uploads
        .create_tus(
            &person("ada"),
            size,
            Metadata::default(),
            "filename Zg==".into(),
        )
        .await
        .unwrap()
}

fn at(offset: usize) -> Chunk {
    Chunk {
        offset: offset as u64,
        ..Chunk::default()
    }
}

async fn append(library: &Library, id: &str, offset: usize, bytes: &Bytes) -> Result<TusUpload> {
    let ada = person("ada");
    let rest = body(&bytes.slice(offset..));
    library.uploads.append_tus(&ada, id, at(offset), rest).await
}

#[tokio::test]
async fn what_arrived_is_kept_across_breaks_and_restarts() {
    for mut library in libraries().await {
        let ada = person("ada");
        let bytes = film(13 * MIB + 3);
        let upload = create(&library, Some(bytes.len() as u64)).await;
        let cut = library
            .uploads
            .append_tus(&ada, &upload.id, at(0), broken(&bytes.slice(..=7 * MIB)))
            .await
            .unwrap_err();
        assert!(matches!(cut, UploadError::BrokenOff), "{cut}");
        library.restart().await;
        let resumed = library.uploads.tus(&ada, &upload.id).await.unwrap();
        assert_eq!(resumed.offset, 7 * MIB as u64 + 1);
        assert_eq!(resumed.size, Some(bytes.len() as u64));
        assert_eq!(resumed.raw_metadata, "filename Zg==");
        assert_eq!(resumed.video_id, None);
        let wrong = append(&library, &upload.id, 5, &bytes).await.unwrap_err();
        assert!(matches!(
            wrong,
            UploadError::Offset {
                expected: 7_340_033,
                got: 5
            }
        ));
        let done = append(&library, &upload.id, 7 * MIB + 1, &bytes)
            .await
            .unwrap();
        let video_id = done.video_id.clone().unwrap();
        assert_eq!(done.offset, bytes.len() as u64);
        library.restart().await;
        let head = library.uploads.tus(&ada, &upload.id).await.unwrap();
        assert_eq!(head.video_id.as_ref(), Some(&video_id));
        assert_eq!(library.source(&video_id).await, bytes);
        assert_eq!(library.jobs(&video_id).await, ["probe"]);
        // A last request whose answer was lost may be sent again.
        let empty = append(&library, &upload.id, bytes.len(), &bytes)
            .await
            .unwrap();
        assert_eq!(empty.video_id.as_ref(), Some(&video_id));
        assert_eq!(library.videos().await, 1);
    }
}

#[tokio::test]
async fn a_new_request_takes_over_from_a_stale_one() {
    for library in libraries().await {
        let bytes = film(6 * MIB);
        let upload = create(&library, Some(bytes.len() as u64)).await;
        let (uploads, id) = (library.uploads.clone(), upload.id.clone());
        let first = stalled(&bytes.slice(..2 * MIB));
        let stale =
            tokio::spawn(
                async move { uploads.append_tus(&person("ada"), &id, at(0), first).await },
            );
        tokio::time::sleep(Duration::from_millis(300)).await;
        let ada = person("ada");
        let mut now = library.uploads.tus(&ada, &upload.id).await.unwrap();
        let ended = stale.await.unwrap();
        assert!(
            matches!(ended, Err(UploadError::TakenOver)),
            "{ended:?} {now:?}"
        );
        while now.video_id.is_none() {
            let from = usize::try_from(now.offset).unwrap();
            now = append(&library, &upload.id, from, &bytes).await.unwrap();
        }
        assert_eq!(library.source(&now.video_id.unwrap()).await, bytes);
    }
}

#[tokio::test]
async fn chunks_with_a_checksum_come_whole_or_not_at_all() {
    for library in libraries().await {
        let ada = person("ada");
        let bytes = film(12 * MIB);
        let upload = create(&library, Some(bytes.len() as u64)).await;
        let mut offset = 0;
        // One is checked in memory, one in the blob store.
        for len in [2 * MIB, 10 * MIB] {
            let chunk = bytes.slice(offset..offset + len);
            let mut hasher = Hasher::new(Algorithm::Sha1);
            hasher.update(&chunk);
            let sum = STANDARD.encode(hasher.finish());
            let said = Chunk {
                offset: offset as u64,
                length: Some(len as u64),
                checksum: Some(Expected::from_tus(&format!("sha1 {sum}")).unwrap()),
                ..Chunk::default()
            };
            let mut damaged = chunk.to_vec();
            damaged[77] ^= 1;
            for wrong in [body(&damaged.into()), broken(&chunk.slice(..len / 2))] {
                let refused = library
                    .uploads
                    .append_tus(&ada, &upload.id, said.clone(), wrong)
                    .await;
                assert!(refused.is_err());
                let now = library.uploads.tus(&ada, &upload.id).await.unwrap();
                assert_eq!(now.offset, offset as u64);
            }
            library
                .uploads
                .append_tus(&ada, &upload.id, said, body(&chunk))
                .await
                .unwrap();
            offset += len;
        }
        let done = library.uploads.tus(&ada, &upload.id).await.unwrap();
        assert_eq!(library.source(&done.video_id.unwrap()).await, bytes);
        assert_eq!(library.kept().await, (1, 0));
    }
}

#[tokio::test]
async fn the_length_may_come_later_but_does_not_change() {
    for library in libraries().await {
        let ada = person("ada");
        let bytes = film(3 * MIB);
        let upload = create(&library, None).await;
        let first = body(&bytes.slice(..MIB));
        let now = library
            .uploads
            .append_tus(&ada, &upload.id, at(0), first)
            .await
            .unwrap();
        assert_eq!((now.offset, now.size), (MIB as u64, None));
        let tell = |length: usize| Chunk {
            upload_length: Some(length as u64),
            ..at(MIB)
        };
        let rest = || body(&bytes.slice(MIB..));
        let too_much = library
            .uploads
            .append_tus(&ada, &upload.id, tell(65 * MIB), rest())
            .await;
        assert!(matches!(too_much, Err(UploadError::TooLarge { .. })));
        let nothing = futures::stream::empty().boxed();
        let told = library
            .uploads
            .append_tus(&ada, &upload.id, tell(3 * MIB), nothing)
            .await
            .unwrap();
        assert_eq!(told.size, Some(3 * MIB as u64));
        let changed = library
            .uploads
            .append_tus(&ada, &upload.id, tell(4 * MIB), rest())
            .await;
        assert!(matches!(changed, Err(UploadError::Invalid(_))));
        let done = library
            .uploads
            .append_tus(&ada, &upload.id, tell(3 * MIB), rest())
            .await
            .unwrap();
        assert!(done.video_id.is_some());
    }
}

#[tokio::test]
async fn refusals_leave_nothing_and_the_given_up_is_gone() {
    for library in libraries_with(|c| c.max_file_size = MIB as u64).await {
        let ada = person("ada");
        let new = |size| {
            library
                .uploads
                .create_tus(&ada, Some(size), Metadata::default(), String::new())
        };
        assert!(matches!(new(0).await, Err(UploadError::Empty)));
        assert!(matches!(
            new(MIB as u64 + 1).await,
            Err(UploadError::TooLarge { .. })
        ));
        let text = Bytes::from(vec![b't'; 9000]);
        let upload = new(9000).await.unwrap();
        let refused = append(&library, &upload.id, 0, &text).await.unwrap_err();
        assert!(matches!(refused, UploadError::NotVideo(_)), "{refused}");
        let gone = library.uploads.tus(&ada, &upload.id).await.unwrap_err();
        assert!(matches!(gone, UploadError::Gone));
        let upload = new(1000).await.unwrap();
        let long = append(&library, &upload.id, 0, &film(1001)).await;
        assert!(matches!(long, Err(UploadError::TooLarge { .. })));
        library
            .uploads
            .terminate_tus(&ada, &upload.id)
            .await
            .unwrap();
        let gone = append(&library, &upload.id, 0, &film(1000)).await;
        assert!(matches!(gone, Err(UploadError::Gone)));
        let other = library.uploads.tus(&person("eve"), &upload.id).await;
        assert!(matches!(other, Err(UploadError::NotFound)));
        assert_eq!(library.kept().await, (0, 0));
    }
}

#[tokio::test]
async fn silence_ends_a_request_but_not_the_upload() {
    for library in libraries_with(|c| c.idle = Duration::from_millis(300)).await {
        let bytes = film(2 * MIB);
        let upload = create(&library, Some(bytes.len() as u64)).await;
        let silent = stalled(&bytes.slice(..MIB));
        let ada = person("ada");
        let idle = library
            .uploads
            .append_tus(&ada, &upload.id, at(0), silent)
            .await
            .unwrap_err();
        assert!(matches!(idle, UploadError::Idle { .. }), "{idle}");
        let done = append(&library, &upload.id, MIB, &bytes).await.unwrap();
        assert!(done.video_id.is_some());
    }
}
