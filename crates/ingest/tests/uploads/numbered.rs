//! S3-style parts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::future::join_all;
use matinee_ingest::uploads::checksum::{Algorithm, Expected, Verifier};
use matinee_ingest::uploads::numbered::{Claimed, Initiate, Numbered};
use matinee_ingest::uploads::{Metadata, Result, UploadError};

use crate::support::{Library, MIB, body, broken, film, libraries, person};

async fn initiate(library: &Library, size: Option<usize>) -> Numbered {
    let wish = Initiate {
        size: size.map(|size| size as u64),
        part_size: None,
        metadata: Metadata::from_pairs([("filename", "film.mp4")]).unwrap(),
    };
    library
        .uploads
        .initiate(&person("ada"), wish)
        .await
        .unwrap()
}

fn part(bytes: &Bytes, number: u32) -> Bytes {
    let from = (number as usize - 1) * 5 * MIB;
    bytes.slice(from..bytes.len().min(from + 5 * MIB))
}

async fn put(library: &Library, id: &str, number: u32, bytes: &Bytes) -> Result<String> {
    let bytes = part(bytes, number);
    let receipt = library
        .uploads
        .put_part(
            &person("ada"),
            id,
            number,
            Some(bytes.len() as u64),
            Verifier::default(),
            body(&bytes),
        )
        .await?;
    Ok(receipt.etag)
}

#[tokio::test]
async fn parts_come_in_any_order_in_parallel_and_across_a_restart() {
    for mut library in libraries().await {
        let bytes = film(17 * MIB + 5);
        let upload = initiate(&library, Some(bytes.len())).await;
        assert_eq!(upload.plan.total(), Some(4));
        let etags = join_all([4, 2].map(|n| put(&library, &upload.id, n, &bytes))).await;
        library.restart().await;
        let resumed = library.uploads.numbered(&person("ada"), &upload.id).await;
        let kept = resumed.unwrap().parts;
        assert_eq!(kept.iter().map(|p| p.number).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(kept[0].etag, *etags[1].as_ref().unwrap());
        assert_eq!(kept[0].etag, hex::encode(md5_of(&part(&bytes, 2))));
        let early = library
            .uploads
            .complete_numbered(&person("ada"), &upload.id, &[], None)
            .await;
        assert!(early.unwrap_err().to_string().contains("part 1 is missing"));
        join_all([3, 1, 3].map(|n| put(&library, &upload.id, n, &bytes))).await;
        put(&library, &upload.id, 3, &bytes).await.unwrap();
        put(&library, &upload.id, 1, &bytes).await.unwrap();
        let claims = library
            .uploads
            .numbered(&person("ada"), &upload.id)
            .await
            .unwrap()
            .parts;
        let claims: Vec<Claimed> = claims
            .into_iter()
            .map(|part| Claimed {
                number: part.number,
                etag: Some(part.etag),
            })
            .collect();
        let ada = person("ada");
        let completes = join_all((0..3).map(|_| {
            library
                .uploads
                .complete_numbered(&ada, &upload.id, &claims, None)
        }))
        .await;
        for video in completes {
            assert_eq!(video.unwrap().id, upload.video_id);
        }
        library.restart().await;
        let again = library
            .uploads
            .complete_numbered(&ada, &upload.id, &claims, None)
            .await;
        assert_eq!(again.unwrap().filename, "film.mp4");
        assert_eq!(library.source(&upload.video_id).await, bytes);
        assert_eq!(library.jobs(&upload.video_id).await, ["probe"]);
        assert_eq!(library.videos().await, 1);
        assert_eq!(library.kept().await, (1, 0));
    }
}

fn md5_of(bytes: &[u8]) -> Vec<u8> {
    let mut hasher = matinee_ingest::uploads::checksum::Hasher::new(Algorithm::Md5);
    hasher.update(bytes);
    hasher.finish()
}

#[tokio::test]
async fn a_damaged_part_is_refused_and_leaves_the_sound_one() {
    for library in libraries().await {
        let ada = person("ada");
        let bytes = film(6 * MIB);
        let upload = initiate(&library, Some(bytes.len())).await;
        let etag = put(&library, &upload.id, 2, &bytes).await.unwrap();
        let sound = part(&bytes, 2);
        let mut damaged = sound.to_vec();
        damaged[100] ^= 1;
        let md5 = STANDARD.encode(md5_of(&sound));
        let expected = Expected::from_base64(Algorithm::Md5, &md5).unwrap();
        let again = |bytes: Bytes| {
            library.uploads.put_part(
                &ada,
                &upload.id,
                2,
                Some(sound.len() as u64),
                Verifier::new([expected.clone()]),
                body(&bytes),
            )
        };
        let refused = again(damaged.into()).await.unwrap_err();
        assert!(matches!(refused, UploadError::Checksum(_)), "{refused}");
        let cut = library
            .uploads
            .put_part(
                &ada,
                &upload.id,
                2,
                Some(sound.len() as u64),
                Verifier::default(),
                broken(&sound.slice(..1000)),
            )
            .await
            .unwrap_err();
        assert!(matches!(cut, UploadError::BrokenOff), "{cut}");
        assert_eq!(again(sound.clone()).await.unwrap().etag, etag);
        put(&library, &upload.id, 1, &bytes).await.unwrap();
        library
            .uploads
            .complete_numbered(&ada, &upload.id, &[], None)
            .await
            .unwrap();
        assert_eq!(library.source(&upload.video_id).await, bytes);
    }
}

#[tokio::test]
async fn what_does_not_fit_is_named() {
    for library in libraries().await {
        let ada = person("ada");
        let bytes = film(6 * MIB);
        let upload = initiate(&library, Some(bytes.len())).await;
        let fault = async |number: u32, length: Option<u64>, bytes: &Bytes| {
            let none = Verifier::default();
            let put = library
                .uploads
                .put_part(&ada, &upload.id, number, length, none, body(bytes));
            put.await.unwrap_err().to_string()
        };
        let words = fault(3, None, &bytes).await;
        assert!(words.contains("part_number must be"), "{words}");
        assert!(fault(0, None, &bytes).await.contains("part_number"));
        assert!(fault(1, Some(9), &bytes).await.contains("part 1 must have"));
        assert!(fault(2, None, &bytes).await.contains("part 2 has more"));
        assert!(fault(2, None, &bytes.slice(..7)).await.contains("part 2"));
        let text = Bytes::from(vec![b'a'; 5 * MIB]);
        assert!(fault(1, None, &text).await.contains("a text file"));
        let wrong = [Claimed {
            number: 1,
            etag: Some("0".repeat(32)),
        }];
        let refused = library
            .uploads
            .complete_numbered(&ada, &upload.id, &wrong, None)
            .await;
        let words = refused.unwrap_err().to_string();
        assert!(words.contains("part 1 has not been uploaded"), "{words}");
        put(&library, &upload.id, 1, &bytes).await.unwrap();
        let refused = library
            .uploads
            .complete_numbered(&ada, &upload.id, &wrong, None)
            .await;
        assert!(refused.unwrap_err().to_string().contains("has the ETag"));
        // Somebody else's upload does not exist.
        let other = library
            .uploads
            .numbered(&person("eve"), &upload.id)
            .await
            .unwrap_err();
        assert!(matches!(other, UploadError::NotFound));
        for _ in 0..2 {
            library
                .uploads
                .abort_numbered(&ada, &upload.id)
                .await
                .unwrap();
        }
        assert!(fault(1, None, &bytes).await.contains("given up"));
        assert_eq!(library.kept().await, (0, 0));
        let huge = Initiate {
            size: Some(65 * MIB as u64),
            ..Initiate::default()
        };
        let refused = library.uploads.initiate(&ada, huge).await.unwrap_err();
        assert!(matches!(refused, UploadError::TooLarge { .. }));
    }
}

#[tokio::test]
async fn the_size_need_not_be_known() {
    for library in libraries().await {
        let ada = person("ada");
        let bytes = film(12 * MIB);
        let upload = initiate(&library, None).await;
        for number in [3, 1, 2] {
            let bytes = part(&bytes, number);
            // As within a form: nobody tells the length.
            let put = library.uploads.put_part(
                &ada,
                &upload.id,
                number,
                None,
                Verifier::default(),
                body(&bytes),
            );
            put.await.unwrap();
        }
        let video = library
            .uploads
            .complete_numbered(&ada, &upload.id, &[], None)
            .await
            .unwrap();
        assert_eq!(library.source(&video.id).await, bytes);
        assert_eq!(library.kept().await, (1, 0));
    }
}
