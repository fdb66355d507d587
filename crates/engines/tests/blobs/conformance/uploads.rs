//! Blobs that come in parts, or piece after piece.

use std::time::Duration;

use bytes::Bytes;
use futures::future::join_all;
use matinee_engines::blobs::{BlobError, Blobs, PartReceipt, PartSpec};
use md5::{Digest, Md5};

use crate::support::{
    Engine, MIB, broken_stream, key, listed, nothing_left_over, parts_of, pattern, stalled_stream,
    stream_of, whole,
};

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

pub async fn parts_in_any_order_and_in_parallel_become_the_blob(engine: Engine) {
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

pub async fn a_part_sent_again_replaces_the_former(engine: Engine) {
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

pub async fn a_part_that_breaks_off_leaves_the_former(engine: Engine) {
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

pub async fn a_part_of_another_size_is_refused(engine: Engine) {
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

pub async fn receipts_are_checked(engine: Engine) {
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

pub async fn completing_twice_is_fine(engine: Engine) {
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

pub async fn an_aborted_upload_is_gone(engine: Engine) {
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

pub async fn handles_of_others_are_refused(engine: Engine) {
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

pub async fn appended_bytes_become_the_blob(engine: Engine) {
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

pub async fn a_broken_append_keeps_what_arrived(engine: Engine) {
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

pub async fn asking_for_the_offset_ends_a_stalled_append(engine: Engine) {
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

pub async fn a_second_append_takes_over(engine: Engine) {
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

pub async fn an_append_at_the_wrong_place_is_refused(engine: Engine) {
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

pub async fn stale_uploads_are_collected(engine: Engine) {
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
