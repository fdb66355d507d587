//! Blobs that come and go in one call.

use std::time::Duration;

use bytes::Bytes;
use matinee_engines::blobs::{BlobError, scratch};

use crate::support::{
    Engine, MIB, broken_stream, collect, key, listed, nothing_left_over, pattern, stalled_stream,
    stream_of, whole,
};

pub async fn a_blob_reads_back_whole_and_in_ranges(engine: Engine) {
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

pub async fn an_empty_blob_is_a_blob(engine: Engine) {
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

pub async fn ranges_past_the_end_are_refused(engine: Engine) {
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

pub async fn what_is_absent_is_not_found(engine: Engine) {
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

pub async fn get_all_is_bounded(engine: Engine) {
    let (blobs, at) = (engine.blobs, key("a"));
    blobs.put(&at, pattern(4, 100)).await.unwrap();
    let error = blobs.get_all(&at, 99).await.unwrap_err();
    assert!(
        matches!(error, BlobError::TooLarge { limit: 99 }),
        "{error:?}"
    );
}

pub async fn streams_of_every_length_are_kept(engine: Engine) {
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

pub async fn a_broken_stream_leaves_nothing(engine: Engine) {
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

pub async fn a_dropped_put_leaves_nothing(engine: Engine) {
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

pub async fn writing_again_replaces_and_readers_finish_with_the_former(engine: Engine) {
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

pub async fn deleting_is_idempotent(engine: Engine) {
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

pub async fn a_prefix_is_a_folder_not_a_beginning(engine: Engine) {
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

pub async fn a_file_is_moved_in(engine: Engine) {
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

pub async fn a_scratch_copy_is_the_blob(engine: Engine) {
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

pub async fn a_presigned_address_serves_the_blob(engine: Engine) {
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

pub async fn the_engine_is_healthy(engine: Engine) {
    let health = engine.blobs.health().await.unwrap();
    assert_ne!(health.free_bytes, Some(0));
    nothing_left_over(&*engine.blobs).await;
    drop(engine.folder);
}
