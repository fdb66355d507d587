//! What every engine must do. Each function is one promise and is run against
//! each engine at hand.

use std::time::Duration;

use bytes::Bytes;
use futures::future::join_all;
use matinee_engines::blobs::{BlobError, Blobs, PartReceipt, PartSpec, scratch};
use md5::{Digest, Md5};

use crate::support::{
    Engine, MIB, apart, broken_stream, collect, folder, key, listed, parts_of, pattern, s3,
    stalled_stream, stream_of, whole,
};

macro_rules! suite {
    ($($name:ident),* $(,)?) => {
        mod on_a_folder {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(folder().await).await;
            })*
        }

        mod on_two_folders {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(apart().await).await;
            })*
        }

        mod on_s3 {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                if let Some(engine) = s3().await {
                    super::$name(engine).await;
                }
            })*
        }
    };
}

suite!(
    a_blob_reads_back_whole_and_in_ranges,
    an_empty_blob_is_a_blob,
    ranges_past_the_end_are_refused,
    what_is_absent_is_not_found,
    get_all_is_bounded,
    streams_of_every_length_are_kept,
    a_broken_stream_leaves_nothing,
    a_dropped_put_leaves_nothing,
    writing_again_replaces_and_readers_finish_with_the_former,
    deleting_is_idempotent,
    a_prefix_is_a_folder_not_a_beginning,
    a_file_is_moved_in,
    parts_in_any_order_and_in_parallel_become_the_blob,
    a_part_sent_again_replaces_the_former,
    a_part_that_breaks_off_leaves_the_former,
    a_part_of_another_size_is_refused,
    receipts_are_checked,
    completing_twice_is_fine,
    an_aborted_upload_is_gone,
    handles_of_others_are_refused,
    appended_bytes_become_the_blob,
    a_broken_append_keeps_what_arrived,
    asking_for_the_offset_ends_a_stalled_append,
    a_second_append_takes_over,
    an_append_at_the_wrong_place_is_refused,
    stale_uploads_are_collected,
    a_scratch_copy_is_the_blob,
    a_presigned_address_serves_the_blob,
    the_engine_is_healthy,
);

async fn a_blob_reads_back_whole_and_in_ranges(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("videos/video_1/source/original"));
    let bytes = pattern(1, 3 * MIB + 17);
    let meta = blobs.put(&at, bytes.clone()).await.unwrap();
    assert_eq!(meta.size, bytes.len() as u64);
    assert_eq!(blobs.head(&at).await.unwrap().etag, meta.etag);
    assert!(!meta.etag.is_empty() && meta.etag.bytes().all(|b| b.is_ascii_graphic() && b != b'"'));
    let age = matinee_engines::time::now_micros() - meta.modified;
    assert!(
        (-60_000_000..600_000_000).contains(&age),
        "written {age} µs ago"
    );
    for range in [
        0..1,
        0..MIB,
        5..6,
        MIB..3 * MIB + 17,
        3 * MIB + 16..3 * MIB + 17,
    ] {
        let got = blobs
            .get(&at, range.start as u64..range.end as u64)
            .await
            .unwrap();
        assert!(got == bytes.slice(range.clone()), "{range:?}");
        let stream = blobs
            .stream(&at, range.start as u64..range.end as u64)
            .await
            .unwrap();
        assert!(collect(stream).await == bytes.slice(range));
    }
    assert!(blobs.get_all(&at, bytes.len() as u64).await.unwrap() == bytes);
}

async fn an_empty_blob_is_a_blob(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("empty"));
    blobs.put(&at, Bytes::new()).await.unwrap();
    assert_eq!(blobs.head(&at).await.unwrap().size, 0);
    assert!(blobs.get(&at, 0..0).await.unwrap().is_empty());
    assert!(blobs.get_all(&at, 0).await.unwrap().is_empty());
    assert!(
        collect(blobs.stream(&at, 0..0).await.unwrap())
            .await
            .is_empty()
    );
    let again = key("empty-stream");
    blobs
        .put_stream(&again, stream_of(&Bytes::new(), 1))
        .await
        .unwrap();
    assert_eq!(blobs.head(&again).await.unwrap().size, 0);
}

async fn ranges_past_the_end_are_refused(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("a"));
    blobs.put(&at, pattern(2, 100)).await.unwrap();
    #[expect(clippy::reversed_empty_ranges, reason = "that is what is refused")]
    for range in [0..101, 100..101, 200..300, 50..20, 101..101, 0..u64::MAX] {
        for error in [
            blobs.get(&at, range.clone()).await.err(),
            blobs.stream(&at, range.clone()).await.err(),
        ] {
            match error {
                Some(BlobError::RangeNotSatisfiable { size: 100, .. }) => {}
                other => panic!("{range:?}: {other:?}"),
            }
        }
    }
    assert!(blobs.get(&at, 100..100).await.unwrap().is_empty());
}

async fn what_is_absent_is_not_found(engine: Engine) {
    let blobs = engine.blobs;
    blobs
        .put(&key("folder/blob"), pattern(3, 10))
        .await
        .unwrap();
    for absent in ["nothing", "folder", "folder/blob/below", "folder/other"] {
        let absent = key(absent);
        for error in [
            blobs.get(&absent, 0..1).await.err(),
            blobs.get(&absent, 0..0).await.err(),
            blobs.get_all(&absent, 10).await.err(),
            blobs.stream(&absent, 0..1).await.err(),
            blobs.head(&absent).await.err(),
        ] {
            assert!(
                matches!(error, Some(BlobError::NotFound(_))),
                "{absent}: {error:?}"
            );
        }
    }
}

async fn get_all_is_bounded(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("a"));
    blobs.put(&at, pattern(4, 100)).await.unwrap();
    let error = blobs.get_all(&at, 99).await.unwrap_err();
    assert!(
        matches!(error, BlobError::TooLarge { limit: 99 }),
        "{error:?}"
    );
}

async fn streams_of_every_length_are_kept(engine: Engine) {
    let blobs = engine.blobs;
    for (n, len) in [1, MIB - 1, MIB, MIB + 1, 8 * MIB, 17 * MIB + 3]
        .into_iter()
        .enumerate()
    {
        let (at, bytes) = (key(&format!("lengths/{n}")), pattern(n as u64, len));
        let meta = blobs
            .put_stream(&at, stream_of(&bytes, 70_001))
            .await
            .unwrap();
        assert_eq!(meta.size, len as u64);
        assert!(whole(&*blobs, &at).await == bytes, "{len}");
    }
}

async fn a_broken_stream_leaves_nothing(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("a/b"));
    for len in [10, 20 * MIB] {
        let error = blobs
            .put_stream(&at, broken_stream(&pattern(5, len), 100_000))
            .await
            .unwrap_err();
        match error {
            BlobError::Source(error) => assert_eq!(error.to_string(), "the sender gave up"),
            other => panic!("{other:?}"),
        }
        assert!(matches!(blobs.head(&at).await, Err(BlobError::NotFound(_))));
    }
    assert_eq!(listed(&*blobs, None).await, Vec::<String>::new());
    nothing_left_over(&*blobs).await;
}

async fn a_dropped_put_leaves_nothing(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("a/b"));
    let stalled = stalled_stream(&pattern(6, 9 * MIB), 100_000);
    let put = blobs.put_stream(&at, stalled);
    assert!(
        tokio::time::timeout(Duration::from_millis(300), put)
            .await
            .is_err()
    );
    // The task winds up on its own: wait for what it leaves, which is nothing.
    for _ in 0..100 {
        if blobs.list_uploads().await.unwrap().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(matches!(blobs.head(&at).await, Err(BlobError::NotFound(_))));
    nothing_left_over(&*blobs).await;
}

/// No upload goes on, and there was nothing to collect.
async fn nothing_left_over(blobs: &dyn Blobs) {
    assert_eq!(blobs.list_uploads().await.unwrap(), []);
    let collected = blobs.collect_stale(Duration::ZERO).await.unwrap();
    assert_eq!((collected.uploads, collected.leftovers), (0, 0));
}

async fn writing_again_replaces_and_readers_finish_with_the_former(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("a"));
    let (former, latter) = (pattern(7, 5 * MIB), pattern(8, 4 * MIB));
    let first = blobs.put(&at, former.clone()).await.unwrap();
    assert!(blobs.get(&at, 0..10).await.unwrap() == former.slice(..10));
    let reading = blobs.stream(&at, 0..former.len() as u64).await.unwrap();
    let second = blobs
        .put_stream(&at, stream_of(&latter, MIB))
        .await
        .unwrap();
    assert_ne!(first.etag, second.etag);
    assert!(blobs.get(&at, 0..10).await.unwrap() == latter.slice(..10));
    assert_eq!(blobs.head(&at).await.unwrap().size, 4 * MIB as u64);
    // Whole, or an error: never a mixture.
    let mut got = Vec::new();
    let mut reading = reading;
    while let Some(chunk) = futures::StreamExt::next(&mut reading).await {
        match chunk {
            Ok(chunk) => got.extend_from_slice(&chunk),
            Err(_) => return,
        }
    }
    assert!(former == got);
}

async fn deleting_is_idempotent(engine: Engine) {
    let blobs = engine.blobs;
    blobs.put(&key("a/b/c"), pattern(9, 10)).await.unwrap();
    blobs.put(&key("a/b/d"), pattern(9, 10)).await.unwrap();
    assert!(blobs.get(&key("a/b/c"), 0..10).await.is_ok());
    for _ in 0..2 {
        blobs.delete(&key("a/b/c")).await.unwrap();
    }
    assert!(matches!(
        blobs.get(&key("a/b/c"), 0..10).await,
        Err(BlobError::NotFound(_))
    ));
    // Neither a folder nor what would be below a blob is a blob.
    blobs.delete(&key("a/b")).await.unwrap();
    blobs.delete(&key("a/b/d/e")).await.unwrap();
    assert_eq!(listed(&*blobs, None).await, ["a/b/d"]);
}

async fn a_prefix_is_a_folder_not_a_beginning(engine: Engine) {
    let blobs = engine.blobs;
    for text in ["v/1/a", "v/1/b/c", "v/12/a", "v/1.mp4", "w/a"] {
        blobs.put(&key(text), pattern(10, 10)).await.unwrap();
    }
    assert_eq!(listed(&*blobs, Some("v/1")).await, ["v/1/a", "v/1/b/c"]);
    assert_eq!(
        listed(&*blobs, Some("v")).await,
        ["v/1.mp4", "v/1/a", "v/1/b/c", "v/12/a"]
    );
    assert_eq!(listed(&*blobs, Some("nothing")).await, Vec::<String>::new());
    assert_eq!(listed(&*blobs, Some("w/a")).await, Vec::<String>::new());
    assert!(blobs.get(&key("v/1/a"), 0..10).await.is_ok());
    for _ in 0..2 {
        blobs.delete_prefix(&key("v/1")).await.unwrap();
    }
    blobs.delete_prefix(&key("w/a")).await.unwrap();
    assert_eq!(listed(&*blobs, None).await, ["v/1.mp4", "v/12/a", "w/a"]);
    assert!(matches!(
        blobs.get(&key("v/1/a"), 0..10).await,
        Err(BlobError::NotFound(_))
    ));
    let entry = futures::StreamExt::next(&mut blobs.list(Some(&key("w"))))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(entry.meta, blobs.head(&entry.key).await.unwrap());
}

async fn a_file_is_moved_in(engine: Engine) {
    let (blobs, dir) = (engine.blobs, tempfile::tempdir().unwrap());
    for (n, len) in [0, 100, 20 * MIB + 1].into_iter().enumerate() {
        let (path, at) = (dir.path().join("made.mp4"), key(&format!("made/{n}.mp4")));
        let bytes = pattern(11, len);
        std::fs::write(&path, &bytes).unwrap();
        let meta = blobs.put_file(&at, &path).await.unwrap();
        assert_eq!(meta.size, len as u64);
        assert_eq!(meta, blobs.head(&at).await.unwrap());
        assert!(!path.exists());
        assert!(whole(&*blobs, &at).await == bytes);
    }
    let link = dir.path().join("link");
    std::os::unix::fs::symlink("/etc/hostname", &link).unwrap();
    assert!(blobs.put_file(&key("made/link"), &link).await.is_err());
    assert!(
        blobs
            .put_file(&key("made/none"), &dir.path().join("none"))
            .await
            .is_err()
    );
    assert!(blobs.put_file(&key("made/dir"), dir.path()).await.is_err());
}

async fn put_parts(
    blobs: &dyn Blobs,
    at: &matinee_engines::blobs::BlobKey,
    handle: &matinee_engines::blobs::UploadHandle,
    parts: &[(PartSpec, Bytes)],
) -> Vec<PartReceipt> {
    let puts = parts.iter().rev().map(|(spec, bytes)| async move {
        blobs
            .put_part(at, handle, *spec, stream_of(bytes, 99_991))
            .await
            .unwrap()
    });
    let mut receipts = join_all(puts).await;
    receipts.sort_by_key(|receipt| receipt.number);
    receipts
}

async fn parts_in_any_order_and_in_parallel_become_the_blob(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("films/a"));
    // The second size passes by any buffer that the first may fit.
    for (seed, size) in [(12, 5 * MIB), (13, 20 * MIB)] {
        let bytes = pattern(seed, 2 * size + 12_345);
        let parts = parts_of(&bytes, size);
        let handle = blobs.begin_upload(&at).await.unwrap();
        let uploads = blobs.list_uploads().await.unwrap();
        assert_eq!(uploads.len(), 1);
        assert_eq!((&uploads[0].key, &uploads[0].handle), (&at, &handle));
        let receipts = put_parts(&*blobs, &at, &handle, &parts).await;
        for (receipt, (spec, bytes)) in receipts.iter().zip(&parts) {
            assert_eq!((receipt.number, receipt.size), (spec.number, spec.size));
            assert_eq!(receipt.etag, hex::encode(Md5::digest(bytes)));
        }
        assert_eq!(blobs.list_parts(&at, &handle).await.unwrap(), receipts);
        let meta = blobs
            .complete_upload(&at, &handle, &receipts)
            .await
            .unwrap();
        assert_eq!(meta.size, bytes.len() as u64);
        assert_eq!(meta, blobs.head(&at).await.unwrap());
        assert!(whole(&*blobs, &at).await == bytes);
    }
    nothing_left_over(&*blobs).await;
}

async fn a_part_sent_again_replaces_the_former(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("films/a"));
    let handle = blobs.begin_upload(&at).await.unwrap();
    let (wrong, right) = (pattern(14, 11 * MIB), pattern(15, 11 * MIB));
    let former = put_parts(&*blobs, &at, &handle, &parts_of(&wrong, 5 * MIB)).await;
    let again = put_parts(&*blobs, &at, &handle, &parts_of(&wrong, 5 * MIB)).await;
    assert_eq!(former, again);
    let latter = put_parts(&*blobs, &at, &handle, &parts_of(&right, 5 * MIB)).await;
    assert_ne!(former, latter);
    assert_eq!(blobs.list_parts(&at, &handle).await.unwrap(), latter);
    let error = blobs
        .complete_upload(&at, &handle, &former)
        .await
        .unwrap_err();
    assert!(
        matches!(error, BlobError::InvalidPart { number: 1, .. }),
        "{error:?}"
    );
    blobs.complete_upload(&at, &handle, &latter).await.unwrap();
    assert!(whole(&*blobs, &at).await == right);
    nothing_left_over(&*blobs).await;
}

async fn a_part_that_breaks_off_leaves_the_former(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("films/a"));
    let handle = blobs.begin_upload(&at).await.unwrap();
    let (bytes, other) = (pattern(16, 33 * MIB), pattern(17, 33 * MIB));
    let parts = parts_of(&bytes, 16 * MIB);
    let receipts = put_parts(&*blobs, &at, &handle, &parts).await;
    for (spec, _) in &parts[..2] {
        let error = blobs
            .put_part(
                &at,
                &handle,
                *spec,
                broken_stream(&other.slice(..9 * MIB), 65_536),
            )
            .await
            .unwrap_err();
        assert!(matches!(error, BlobError::Source(_)), "{error:?}");
    }
    assert_eq!(blobs.list_parts(&at, &handle).await.unwrap(), receipts);
    blobs
        .complete_upload(&at, &handle, &receipts)
        .await
        .unwrap();
    assert!(whole(&*blobs, &at).await == bytes);
    nothing_left_over(&*blobs).await;
}

async fn a_part_of_another_size_is_refused(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("films/a"));
    let handle = blobs.begin_upload(&at).await.unwrap();
    let spec = |number, offset, size| PartSpec {
        number,
        offset,
        size,
    };
    for announced in [1, 999, 1001, 20 * MIB as u64] {
        let error = blobs
            .put_part(
                &at,
                &handle,
                spec(1, 0, announced),
                stream_of(&pattern(18, 1000), 100),
            )
            .await
            .unwrap_err();
        assert!(
            matches!(error, BlobError::InvalidPart { number: 1, .. }),
            "{error:?}"
        );
    }
    for bad in [
        spec(0, 0, 1),
        spec(10_001, 0, 1),
        spec(1, 0, 0),
        spec(1, u64::MAX, 1),
        spec(1, 0, 6 << 30),
    ] {
        let error = blobs
            .put_part(&at, &handle, bad, stream_of(&pattern(18, 1), 1))
            .await
            .unwrap_err();
        assert!(
            matches!(error, BlobError::InvalidPart { .. }),
            "{bad:?}: {error:?}"
        );
    }
    assert_eq!(blobs.list_parts(&at, &handle).await.unwrap(), []);
    blobs.abort_upload(&at, &handle).await.unwrap();
}

async fn receipts_are_checked(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("films/a"));
    let handle = blobs.begin_upload(&at).await.unwrap();
    let receipts = put_parts(
        &*blobs,
        &at,
        &handle,
        &parts_of(&pattern(19, 11 * MIB), 5 * MIB),
    )
    .await;
    let mut reversed = receipts.clone();
    reversed.reverse();
    let mut resized = receipts.clone();
    resized[1].size += 1;
    let mut retagged = receipts.clone();
    retagged[1].etag = "0".repeat(32);
    let mut unknown = receipts.clone();
    unknown.push(PartReceipt {
        number: 4,
        ..receipts[2].clone()
    });
    for wrong in [
        vec![],
        reversed,
        resized,
        retagged,
        unknown,
        receipts[1..].to_vec(),
    ] {
        let error = blobs
            .complete_upload(&at, &handle, &wrong)
            .await
            .unwrap_err();
        assert!(
            matches!(error, BlobError::InvalidPart { .. }),
            "{wrong:?}: {error:?}"
        );
        assert!(matches!(blobs.head(&at).await, Err(BlobError::NotFound(_))));
    }
    // Tags come back from clients with quotes as often as not.
    let mut quoted = receipts.clone();
    quoted.pop();
    quoted[0].etag = format!("\"{}\"", quoted[0].etag);
    let meta = blobs.complete_upload(&at, &handle, &quoted).await.unwrap();
    assert_eq!(meta.size, 10 * MIB as u64);
    assert!(whole(&*blobs, &at).await == pattern(19, 11 * MIB).slice(..10 * MIB));
}

async fn completing_twice_is_fine(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("films/a"));
    let handle = blobs.begin_upload(&at).await.unwrap();
    let parts = parts_of(&pattern(20, 100), 100);
    let receipts = put_parts(&*blobs, &at, &handle, &parts).await;
    let first = blobs
        .complete_upload(&at, &handle, &receipts)
        .await
        .unwrap();
    let second = blobs
        .complete_upload(&at, &handle, &receipts)
        .await
        .unwrap();
    assert_eq!(first, second);
    let late = blobs
        .put_part(&at, &handle, parts[0].0, stream_of(&parts[0].1, 10))
        .await;
    assert!(matches!(late, Err(BlobError::NoSuchUpload)), "{late:?}");
    assert!(matches!(
        blobs.list_parts(&at, &handle).await,
        Err(BlobError::NoSuchUpload)
    ));
    blobs.abort_upload(&at, &handle).await.unwrap();
    assert!(whole(&*blobs, &at).await == pattern(20, 100));
}

async fn an_aborted_upload_is_gone(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("films/a"));
    let handle = blobs.begin_upload(&at).await.unwrap();
    let parts = parts_of(&pattern(21, 100), 100);
    let receipts = put_parts(&*blobs, &at, &handle, &parts).await;
    for _ in 0..2 {
        blobs.abort_upload(&at, &handle).await.unwrap();
    }
    assert!(matches!(
        blobs.list_parts(&at, &handle).await,
        Err(BlobError::NoSuchUpload)
    ));
    let completed = blobs.complete_upload(&at, &handle, &receipts).await;
    assert!(
        matches!(completed, Err(BlobError::NoSuchUpload)),
        "{completed:?}"
    );
    let late = blobs
        .put_part(&at, &handle, parts[0].0, stream_of(&parts[0].1, 10))
        .await;
    assert!(matches!(late, Err(BlobError::NoSuchUpload)), "{late:?}");
    let late = blobs
        .append(&at, &handle, 0, stream_of(&parts[0].1, 10))
        .await;
    assert!(matches!(late, Err(BlobError::NoSuchUpload)), "{late:?}");
    nothing_left_over(&*blobs).await;
}

async fn handles_of_others_are_refused(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("films/a"));
    let handle = blobs.begin_upload(&at).await.unwrap();
    let mut handles = vec![(key("films/b"), handle.clone())];
    for text in [
        "x",
        "../../etc",
        "upload_../../../../../../../../../..",
        "upload_01h455vb4pex5vsknk084sn02q",
        "a/b?c&d",
    ] {
        handles.push((at.clone(), text.parse().unwrap()));
    }
    for (at, handle) in handles {
        let part = PartSpec {
            number: 1,
            offset: 0,
            size: 1,
        };
        let receipt = PartReceipt {
            number: 1,
            size: 1,
            etag: "0".repeat(32),
        };
        let one = || stream_of(&pattern(22, 1), 1);
        for error in [
            blobs.put_part(&at, &handle, part, one()).await.err(),
            blobs.list_parts(&at, &handle).await.err(),
            blobs.append(&at, &handle, 0, one()).await.err(),
            blobs.append_offset(&at, &handle).await.err(),
            blobs.complete_upload(&at, &handle, &[receipt]).await.err(),
            blobs.complete_append(&at, &handle, 1).await.err(),
        ] {
            assert!(
                matches!(error, Some(BlobError::NoSuchUpload)),
                "{handle}: {error:?}"
            );
        }
        blobs.abort_upload(&at, &handle).await.unwrap();
    }
    assert_eq!(blobs.list_parts(&at, &handle).await.unwrap(), []);
    blobs.abort_upload(&at, &handle).await.unwrap();
}

async fn appended_bytes_become_the_blob(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("films/a"));
    let bytes = pattern(23, 30 * MIB + 5);
    let handle = blobs.begin_upload(&at).await.unwrap();
    assert_eq!(blobs.append_offset(&at, &handle).await.unwrap(), 0);
    let mut end = 0;
    for len in [1, 10, 4 * MIB, 100, 8 * MIB, 16 * MIB, 0] {
        let chunk = bytes.slice(end..end + len);
        let told = blobs
            .append(&at, &handle, end as u64, stream_of(&chunk, 77_777))
            .await
            .unwrap();
        end += len;
        assert_eq!(told, end as u64);
        assert_eq!(blobs.append_offset(&at, &handle).await.unwrap(), end as u64);
    }
    assert!(matches!(blobs.head(&at).await, Err(BlobError::NotFound(_))));
    let size = bytes.len() as u64;
    let early = blobs.complete_append(&at, &handle, size).await;
    assert!(
        matches!(early, Err(BlobError::OffsetMismatch { end: e }) if e == end as u64),
        "{early:?}"
    );
    blobs
        .append(
            &at,
            &handle,
            end as u64,
            stream_of(&bytes.slice(end..), MIB),
        )
        .await
        .unwrap();
    let meta = blobs.complete_append(&at, &handle, size).await.unwrap();
    assert_eq!(meta.size, size);
    assert_eq!(
        blobs.complete_append(&at, &handle, size).await.unwrap(),
        meta
    );
    assert!(whole(&*blobs, &at).await == bytes);
    nothing_left_over(&*blobs).await;
    // A file of no bytes is a file.
    let handle = blobs.begin_upload(&key("films/none")).await.unwrap();
    blobs
        .complete_append(&key("films/none"), &handle, 0)
        .await
        .unwrap();
    assert_eq!(blobs.head(&key("films/none")).await.unwrap().size, 0);
    nothing_left_over(&*blobs).await;
}

async fn a_broken_append_keeps_what_arrived(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("films/a"));
    let bytes = pattern(24, 22 * MIB);
    let handle = blobs.begin_upload(&at).await.unwrap();
    let mut end = 0;
    for len in [1000, 12 * MIB, 2 * MIB] {
        let chunk = bytes.slice(end..end + len);
        let error = blobs
            .append(&at, &handle, end as u64, broken_stream(&chunk, 50_000))
            .await
            .unwrap_err();
        assert!(matches!(error, BlobError::Source(_)), "{error:?}");
        end += len;
        assert_eq!(blobs.append_offset(&at, &handle).await.unwrap(), end as u64);
    }
    let rest = stream_of(&bytes.slice(end..), 50_000);
    blobs.append(&at, &handle, end as u64, rest).await.unwrap();
    blobs
        .complete_append(&at, &handle, bytes.len() as u64)
        .await
        .unwrap();
    assert!(whole(&*blobs, &at).await == bytes);
}

async fn asking_for_the_offset_ends_a_stalled_append(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("films/a"));
    let bytes = pattern(25, 3 * MIB);
    let handle = blobs.begin_upload(&at).await.unwrap();
    // Dropped by its caller, as when a connection goes away.
    let stalled = blobs.append(&at, &handle, 0, stalled_stream(&bytes.slice(..MIB), 50_000));
    assert!(
        tokio::time::timeout(Duration::from_millis(300), stalled)
            .await
            .is_err()
    );
    assert_eq!(blobs.append_offset(&at, &handle).await.unwrap(), MIB as u64);
    // And one whose caller still waits.
    let (stalled, asked) = tokio::join!(
        blobs.append(
            &at,
            &handle,
            MIB as u64,
            stalled_stream(&bytes.slice(MIB..2 * MIB), 50_000)
        ),
        async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            blobs.append_offset(&at, &handle).await
        }
    );
    assert!(matches!(stalled, Err(BlobError::Superseded)), "{stalled:?}");
    assert_eq!(asked.unwrap(), 2 * MIB as u64);
    blobs
        .append(
            &at,
            &handle,
            2 * MIB as u64,
            stream_of(&bytes.slice(2 * MIB..), MIB),
        )
        .await
        .unwrap();
    blobs
        .complete_append(&at, &handle, bytes.len() as u64)
        .await
        .unwrap();
    assert!(whole(&*blobs, &at).await == bytes);
}

async fn a_second_append_takes_over(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("films/a"));
    let bytes = pattern(26, 2 * MIB);
    let handle = blobs.begin_upload(&at).await.unwrap();
    let (first, second) = tokio::join!(
        blobs.append(&at, &handle, 0, stalled_stream(&bytes.slice(..MIB), 50_000)),
        async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            blobs
                .append(
                    &at,
                    &handle,
                    MIB as u64,
                    stream_of(&bytes.slice(MIB..), 50_000),
                )
                .await
        }
    );
    assert!(matches!(first, Err(BlobError::Superseded)), "{first:?}");
    assert_eq!(second.unwrap(), bytes.len() as u64);
    blobs
        .complete_append(&at, &handle, bytes.len() as u64)
        .await
        .unwrap();
    assert!(whole(&*blobs, &at).await == bytes);
}

async fn an_append_at_the_wrong_place_is_refused(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("films/a"));
    let handle = blobs.begin_upload(&at).await.unwrap();
    blobs
        .append(&at, &handle, 0, stream_of(&pattern(27, 100), 10))
        .await
        .unwrap();
    for wrong in [0, 99, 101, u64::MAX] {
        let error = blobs
            .append(&at, &handle, wrong, stream_of(&pattern(27, 10), 10))
            .await
            .unwrap_err();
        assert!(
            matches!(error, BlobError::OffsetMismatch { end: 100 }),
            "{error:?}"
        );
    }
    assert_eq!(blobs.append_offset(&at, &handle).await.unwrap(), 100);
    blobs.abort_upload(&at, &handle).await.unwrap();
    nothing_left_over(&*blobs).await;
}

async fn stale_uploads_are_collected(engine: Engine) {
    let blobs = engine.blobs;
    let parted = (
        key("films/a"),
        blobs.begin_upload(&key("films/a")).await.unwrap(),
    );
    let appended = (
        key("films/b"),
        blobs.begin_upload(&key("films/b")).await.unwrap(),
    );
    put_parts(
        &*blobs,
        &parted.0,
        &parted.1,
        &parts_of(&pattern(28, 100), 100),
    )
    .await;
    blobs
        .append(
            &appended.0,
            &appended.1,
            0,
            stream_of(&pattern(29, 100), 10),
        )
        .await
        .unwrap();
    blobs.put(&key("films/c"), pattern(30, 10)).await.unwrap();
    let none = blobs.collect_stale(Duration::from_hours(1)).await.unwrap();
    assert_eq!(none.uploads, 0);
    assert_eq!(blobs.list_uploads().await.unwrap().len(), 2);
    let both = blobs.collect_stale(Duration::ZERO).await.unwrap();
    assert_eq!(both.uploads, 2);
    for (at, handle) in [&parted, &appended] {
        let gone = blobs.append_offset(at, handle).await;
        assert!(matches!(gone, Err(BlobError::NoSuchUpload)), "{gone:?}");
    }
    nothing_left_over(&*blobs).await;
    assert_eq!(listed(&*blobs, None).await, ["films/c"]);
}

async fn a_scratch_copy_is_the_blob(engine: Engine) {
    let (blobs, at, dir) = (engine.blobs, key("films/a"), tempfile::tempdir().unwrap());
    let bytes = pattern(31, 3 * MIB + 1);
    blobs.put(&at, bytes.clone()).await.unwrap();
    let local = scratch::local_copy(&*blobs, &at, dir.path()).await.unwrap();
    assert!(std::fs::read(local.path()).unwrap() == bytes);
    assert_eq!(local.is_copy(), blobs.local_path(&at).is_none());
    drop(local);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    assert!(whole(&*blobs, &at).await == bytes);
    let absent = scratch::local_copy(&*blobs, &key("none"), dir.path()).await;
    assert!(matches!(absent, Err(BlobError::NotFound(_))));

    // Two copies of 4 MiB do not fit into 6: the second waits for the first.
    let bounded = scratch::Scratch::open(dir.path(), 6 * MIB as u64)
        .await
        .unwrap();
    let first = bounded.local_copy(&*blobs, &at).await.unwrap();
    if first.is_copy() {
        let second = bounded.local_copy(&*blobs, &at);
        tokio::pin!(second);
        let waited = tokio::time::timeout(Duration::from_millis(300), &mut second).await;
        assert!(waited.is_err());
        drop(first);
        assert!(std::fs::read(second.await.unwrap()).unwrap() == bytes);
        let small = scratch::Scratch::open(dir.path(), 3 * MIB as u64)
            .await
            .unwrap();
        let error = small.local_copy(&*blobs, &at).await.unwrap_err();
        assert!(matches!(error, BlobError::TooLarge { .. }));
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

async fn a_presigned_address_serves_the_blob(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("films/a-b_c.mp4"));
    let bytes = pattern(32, 100_000);
    blobs.put(&at, bytes.clone()).await.unwrap();
    let Some(url) = blobs
        .presign_get(&at, Duration::from_mins(1))
        .await
        .unwrap()
    else {
        assert_eq!(blobs.engine(), "folder");
        return;
    };
    matinee_engines::install_tls();
    let got = reqwest::get(url.clone())
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    assert!(got.bytes().await.unwrap() == bytes);
    let mut forged = url;
    forged.set_path(&forged.path().replace("a-b_c", "other"));
    assert_eq!(reqwest::get(forged).await.unwrap().status(), 403);
}

async fn the_engine_is_healthy(engine: Engine) {
    let health = engine.blobs.health().await.unwrap();
    assert_ne!(health.free_bytes, Some(0));
    nothing_left_over(&*engine.blobs).await;
    drop(engine.folder);
}
