//! What only a folder has to withstand: a full disk, other processes, other
//! file systems, and names that are in the way.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use matinee_engines::blobs::{BlobError, Blobs, BlobsConfig, Folder, FolderOptions, PartSpec};
use md5::Digest;

use crate::support::{
    MIB, folder, key, listed, open_folder, parts_of, pattern, stalled_stream, stream_of, whole,
};

fn files_below(folder: &Path) -> usize {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                files_below(&entry.path())
            } else {
                1
            }
        })
        .sum()
}

fn staging(root: &Path) -> std::path::PathBuf {
    root.join(".staging")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_put_removes_its_file() {
    let engine = folder().await;
    let root = engine
        .blobs
        .local_path(&key("a"))
        .unwrap()
        .parent()
        .unwrap()
        .to_owned();
    let at = key("a");
    let put = engine
        .blobs
        .put_stream(&at, stalled_stream(&pattern(1, 3 * MIB), 50_000));
    assert!(
        tokio::time::timeout(Duration::from_millis(300), put)
            .await
            .is_err()
    );
    for _ in 0..200 {
        if files_below(&root) == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the file stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn leftovers_of_the_dead_are_collected_and_those_of_the_living_are_not() {
    let dir = tempfile::tempdir().unwrap();
    let (one, other) = (open_folder(dir.path()).await, open_folder(dir.path()).await);
    let one = Arc::new(one);
    let writing = tokio::spawn({
        let one = Arc::clone(&one);
        async move {
            let at = key("a");
            one.put_stream(&at, stalled_stream(&pattern(2, 2 * MIB), 50_000))
                .await
        }
    });
    let tmp = staging(dir.path()).join("tmp");
    while files_below(&tmp) == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // What a process that is no more would have left.
    std::fs::write(tmp.join("019a0000-0000-7000-8000-000000000000"), "half").unwrap();
    std::fs::create_dir_all(staging(dir.path()).join("trash/x/y")).unwrap();
    std::fs::create_dir_all(staging(dir.path()).join("uploads/upload_01h455vb4pex5vsknk084sn02q"))
        .unwrap();
    let collected = other.collect_stale(Duration::ZERO).await.unwrap();
    assert_eq!((collected.uploads, collected.leftovers), (0, 3));
    assert_eq!(files_below(&tmp), 1);
    writing.abort();
}

#[tokio::test]
async fn another_process_s_changes_are_seen() {
    let dir = tempfile::tempdir().unwrap();
    let (one, other) = (open_folder(dir.path()).await, open_folder(dir.path()).await);
    let at = key("a/b");
    one.put(&at, pattern(3, 100)).await.unwrap();
    let before = other.head(&at).await.unwrap();
    assert!(other.get(&at, 0..100).await.unwrap() == pattern(3, 100));
    one.put(&at, pattern(4, 100)).await.unwrap();
    assert!(other.get(&at, 0..100).await.unwrap() == pattern(4, 100));
    assert_ne!(other.head(&at).await.unwrap().etag, before.etag);
    one.delete(&at).await.unwrap();
    assert!(matches!(
        other.get(&at, 0..1).await,
        Err(BlobError::NotFound(_))
    ));
}

#[tokio::test]
async fn an_upload_is_resumed_by_another_process() {
    let dir = tempfile::tempdir().unwrap();
    let at = key("films/a");
    let bytes = pattern(5, 1000);
    let parts = parts_of(&bytes, 400);
    let handle = {
        let one = open_folder(dir.path()).await;
        let handle = one.begin_upload(&at).await.unwrap();
        for (spec, part) in &parts[1..] {
            one.put_part(&at, &handle, *spec, stream_of(part, 64))
                .await
                .unwrap();
        }
        handle
    };
    // A promise that was cut short was none.
    let journal = staging(dir.path())
        .join("uploads")
        .join(handle.as_str())
        .join("journal");
    let mut torn = std::fs::read(&journal).unwrap();
    torn.extend_from_slice(br#"{"part":{"number":1,"offset":0,"si"#);
    std::fs::write(&journal, torn).unwrap();
    let other = open_folder(dir.path()).await;
    assert_eq!(other.list_parts(&at, &handle).await.unwrap().len(), 2);
    other
        .put_part(&at, &handle, parts[0].0, stream_of(&parts[0].1, 64))
        .await
        .unwrap();
    drop(other);
    let third = open_folder(dir.path()).await;
    let receipts = third.list_parts(&at, &handle).await.unwrap();
    third
        .complete_upload(&at, &handle, &receipts)
        .await
        .unwrap();
    assert!(whole(&third, &at).await == bytes);
}

#[tokio::test]
async fn a_part_that_had_arrived_again_is_copied_after_a_crash() {
    let dir = tempfile::tempdir().unwrap();
    let at = key("films/a");
    let (former, latter) = (pattern(6, 900), pattern(7, 900));
    let one = open_folder(dir.path()).await;
    let handle = one.begin_upload(&at).await.unwrap();
    for (spec, part) in parts_of(&former, 300) {
        one.put_part(&at, &handle, spec, stream_of(&part, 64))
            .await
            .unwrap();
    }
    drop(one);
    // The state between "arrived whole" and "copied": half of the place is overwritten.
    let upload = staging(dir.path()).join("uploads").join(handle.as_str());
    let again = latter.slice(300..600);
    let md5 = hex::encode(md5::Md5::digest(&again));
    std::fs::write(upload.join(format!("redo-2-300-300-{md5}")), &again).unwrap();
    let mut data = std::fs::read(upload.join("data")).unwrap();
    data[300..450].copy_from_slice(&again[..150]);
    std::fs::write(upload.join("data"), data).unwrap();
    let other = open_folder(dir.path()).await;
    let receipts = other.list_parts(&at, &handle).await.unwrap();
    assert_eq!(receipts[1].etag, md5);
    other
        .complete_upload(&at, &handle, &receipts)
        .await
        .unwrap();
    let expected = [&former[..300], &latter[300..600], &former[600..]].concat();
    assert!(whole(&other, &at).await == expected);
}

#[tokio::test]
async fn parts_that_overlap_are_refused() {
    let engine = folder().await;
    let (blobs, at) = (engine.blobs, key("films/a"));
    let handle = blobs.begin_upload(&at).await.unwrap();
    let spec = |number, offset, size| PartSpec {
        number,
        offset,
        size,
    };
    let put = |spec: PartSpec| {
        let bytes = pattern(8, usize::try_from(spec.size).unwrap());
        blobs.put_part(&at, &handle, spec, stream_of(&bytes, 64))
    };
    put(spec(2, 100, 100)).await.unwrap();
    for bad in [
        spec(1, 0, 101),
        spec(3, 199, 10),
        spec(3, 120, 10),
        spec(1, 50, 500),
    ] {
        let error = put(bad).await.unwrap_err();
        assert!(
            matches!(error, BlobError::InvalidPart { .. }),
            "{bad:?}: {error:?}"
        );
    }
    put(spec(1, 0, 100)).await.unwrap();
    put(spec(3, 200, 10)).await.unwrap();
    // Again, and larger than before: into the place of the next.
    let error = put(spec(2, 100, 101)).await.unwrap_err();
    assert!(
        matches!(error, BlobError::InvalidPart { number: 2, .. }),
        "{error:?}"
    );
    let receipts = blobs.list_parts(&at, &handle).await.unwrap();
    assert_eq!(
        blobs
            .complete_upload(&at, &handle, &receipts)
            .await
            .unwrap()
            .size,
        210
    );
    // Parts and appending do not mix.
    let handle = blobs.begin_upload(&at).await.unwrap();
    blobs
        .append(&at, &handle, 0, stream_of(&pattern(9, 10), 5))
        .await
        .unwrap();
    let error = blobs
        .put_part(&at, &handle, spec(1, 10, 10), stream_of(&pattern(9, 10), 5))
        .await;
    assert!(
        matches!(error, Err(BlobError::InvalidPart { .. })),
        "{error:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_overtakes_a_stalled_part() {
    let engine = folder().await;
    let (blobs, at) = (engine.blobs, key("films/a"));
    let handle = blobs.begin_upload(&at).await.unwrap();
    let bytes = pattern(10, 3 * MIB);
    let spec = PartSpec {
        number: 1,
        offset: 0,
        size: bytes.len() as u64,
    };
    let stalled = tokio::spawn({
        let (blobs, at, handle) = (Arc::clone(&blobs), at.clone(), handle.clone());
        // Other bytes, which must not show up after the retry has been acknowledged.
        let slow = futures::StreamExt::boxed(futures::stream::unfold(0, |n| async move {
            tokio::time::sleep(Duration::from_millis(30)).await;
            (n < 30).then(|| (Ok(pattern(99, 100_000)), n + 1))
        }));
        async move { blobs.put_part(&at, &handle, spec, slow).await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let receipt = blobs
        .put_part(&at, &handle, spec, stream_of(&bytes, MIB))
        .await
        .unwrap();
    let late = stalled.await.unwrap();
    assert!(late.is_err(), "{late:?}");
    blobs
        .complete_upload(&at, &handle, &[receipt])
        .await
        .unwrap();
    assert!(whole(&*blobs, &at).await == bytes);
}

#[tokio::test]
async fn a_blob_below_a_blob_is_refused() {
    let engine = folder().await;
    let blobs = engine.blobs;
    blobs.put(&key("a/b"), pattern(11, 10)).await.unwrap();
    for bad in ["a", "a/b/c", "a/b/c/d"] {
        let error = blobs.put(&key(bad), pattern(11, 10)).await.unwrap_err();
        assert!(
            matches!(error, BlobError::InvalidKey(_)),
            "{bad}: {error:?}"
        );
    }
    assert_eq!(listed(&*blobs, None).await, ["a/b"]);
}

#[tokio::test]
async fn a_private_file_becomes_readable_as_other_blobs_are() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = open_folder(&dir.path().join("blobs")).await;
    blobs.put(&key("put"), pattern(17, 10)).await.unwrap();
    // 0600, as all files of this kind.
    let private = tempfile::NamedTempFile::new_in(dir.path()).unwrap();
    let path = private.into_temp_path().keep().unwrap();
    blobs.put_file(&key("moved"), &path).await.unwrap();
    let mode = |at: &str| {
        let stat = std::fs::metadata(blobs.local_path(&key(at)).unwrap()).unwrap();
        stat.permissions().mode()
    };
    assert_eq!(mode("moved"), mode("put"));
}

#[tokio::test]
async fn foreign_files_are_not_blobs() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = open_folder(dir.path()).await;
    std::fs::write(dir.path().join("lost & found"), "x").unwrap();
    std::fs::write(dir.path().join(".hidden"), "x").unwrap();
    std::os::unix::fs::symlink("/etc", dir.path().join("etc")).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(dir.path().join("pipe"))
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(listed(&blobs, None).await, Vec::<String>::new());
    let piped = tokio::time::timeout(Duration::from_secs(5), blobs.get_all(&key("pipe"), 1)).await;
    assert!(
        matches!(piped, Ok(Err(BlobError::NotFound(_)))),
        "{piped:?}"
    );
}

#[tokio::test]
async fn a_path_that_is_no_folder_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "x").unwrap();
    for path in [file.clone(), file.join("below")] {
        let config = BlobsConfig::parse(path.to_str().unwrap(), |_| None).unwrap();
        let error = matinee_engines::blobs::open(&config).await.unwrap_err();
        assert!(!error.is_retryable(), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_emptied_and_filled_at_once_lose_nothing() {
    let engine = folder().await;
    let tasks: Vec<_> = (0..8_u64)
        .map(|task| {
            let blobs = Arc::clone(&engine.blobs);
            tokio::spawn(async move {
                for n in 0..40 {
                    let at = key(&format!("deep/er/still/{task}"));
                    let bytes = pattern(task * 100 + n, 500);
                    blobs.put(&at, bytes.clone()).await.unwrap();
                    assert!(blobs.get_all(&at, 500).await.unwrap() == bytes);
                    blobs.delete(&at).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(listed(&*engine.blobs, None).await, Vec::<String>::new());
}

/// Runs this test again where `DISK` is a file system of its own, of this size.
/// False, said loudly, where that is not possible.
fn on_a_small_disk(test: &str, size: &str) -> bool {
    let dir = tempfile::tempdir().unwrap();
    let script = format!(
        "mount -t tmpfs -o size={size} tmpfs {disk} && exec {exe} --exact {test} --nocapture",
        disk = dir.path().display(),
        exe = std::env::current_exe().unwrap().display(),
    );
    let mut unshare = Command::new("unshare");
    unshare.args(["--user", "--map-root-user", "--mount"]);
    let able = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c"])
        .arg(format!("mount -t tmpfs tmpfs {}", dir.path().display()))
        .status()
        .is_ok_and(|status| status.success());
    if !able {
        eprintln!("SKIPPED: {test} (no unprivileged mounts here)");
        return false;
    }
    let status = unshare
        .args(["sh", "-c", &script])
        .env("DISK", dir.path())
        .status();
    assert!(status.unwrap().success());
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_leaves_nothing_half_written() {
    let Ok(disk) = std::env::var("DISK") else {
        on_a_small_disk(
            "folder::a_full_disk_is_told_and_leaves_nothing_half_written",
            "8m",
        );
        return;
    };
    let root = Path::new(&disk).join("blobs");
    let blobs = open_folder(&root).await;
    let kept = pattern(12, 3 * MIB);
    blobs.put(&key("kept"), kept.clone()).await.unwrap();
    let handle = blobs.begin_upload(&key("upload")).await.unwrap();
    let first = pattern(13, MIB);
    let spec = |number, offset, size: usize| PartSpec {
        number,
        offset,
        size: size as u64,
    };
    let receipt = blobs
        .put_part(
            &key("upload"),
            &handle,
            spec(1, 0, MIB),
            stream_of(&first, 50_000),
        )
        .await
        .unwrap();
    let appending = blobs.begin_upload(&key("append")).await.unwrap();
    let used = files_below(&root);
    let free = blobs.health().await.unwrap().free_bytes.unwrap();
    let big = pattern(14, 9 * MIB);
    // A file of another file system, which has to be copied in.
    let elsewhere = tempfile::NamedTempFile::new_in("/var/tmp").unwrap();
    std::fs::write(elsewhere.path(), &big).unwrap();
    for error in [
        blobs.put(&key("put"), big.clone()).await.err(),
        blobs
            .put_stream(&key("stream"), stream_of(&big, 50_000))
            .await
            .err(),
        blobs.put_file(&key("file"), elsewhere.path()).await.err(),
        blobs
            .put_part(
                &key("upload"),
                &handle,
                spec(2, MIB as u64, 9 * MIB),
                stream_of(&big, 50_000),
            )
            .await
            .err(),
        // The same part again: aside.
        blobs
            .put_part(
                &key("upload"),
                &handle,
                spec(1, 0, 9 * MIB),
                stream_of(&big, 50_000),
            )
            .await
            .err(),
    ] {
        assert!(matches!(error, Some(BlobError::Full)), "{error:?}");
        assert_eq!(files_below(&root), used);
    }
    assert_eq!(blobs.health().await.unwrap().free_bytes.unwrap(), free);
    assert!(elsewhere.path().exists());
    assert!(whole(&blobs, &key("kept")).await == kept);
    blobs.delete(&key("kept")).await.unwrap();
    assert_eq!(
        blobs.list_parts(&key("upload"), &handle).await.unwrap(),
        std::slice::from_ref(&receipt)
    );
    blobs
        .complete_upload(&key("upload"), &handle, &[receipt])
        .await
        .unwrap();
    assert!(whole(&blobs, &key("upload")).await == first);
    // What fits of an append is kept; the rest can come when there is room.
    let error = blobs
        .append(&key("append"), &appending, 0, stream_of(&big, 50_000))
        .await;
    assert!(matches!(error, Err(BlobError::Full)), "{error:?}");
    let end = blobs
        .append_offset(&key("append"), &appending)
        .await
        .unwrap();
    assert!(end > 0 && end < big.len() as u64, "{end}");
    blobs
        .complete_append(&key("append"), &appending, end)
        .await
        .unwrap();
    assert!(whole(&blobs, &key("append")).await == big.slice(..usize::try_from(end).unwrap()));
    assert!(blobs.health().await.is_ok());
    // With a reserve, the last bytes are not for blobs.
    let options = FolderOptions {
        reserve_bytes: 1 << 30,
        ..FolderOptions::default()
    };
    let reserved = Folder::open(&root, options).await.unwrap();
    let refused = reserved.put(&key("small"), pattern(15, 10)).await;
    assert!(matches!(refused, Err(BlobError::Full)), "{refused:?}");
    assert!(matches!(reserved.health().await, Err(BlobError::Full)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_another_file_system_is_copied_in() {
    let Ok(disk) = std::env::var("DISK") else {
        on_a_small_disk("folder::a_file_of_another_file_system_is_copied_in", "64m");
        return;
    };
    let blobs = open_folder(&Path::new(&disk).join("blobs")).await;
    let elsewhere = tempfile::tempdir_in("/var/tmp").unwrap();
    let (path, bytes) = (elsewhere.path().join("made.mp4"), pattern(16, 5 * MIB));
    std::fs::write(&path, &bytes).unwrap();
    blobs.put_file(&key("made"), &path).await.unwrap();
    assert!(!path.exists());
    assert!(whole(&blobs, &key("made")).await == bytes);
    assert_eq!(files_below(&staging(&Path::new(&disk).join("blobs"))), 0);
}
