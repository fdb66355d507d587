//! What passes through does not pile up: a process of its own keeps and reads
//! far more than it may come to hold.

use std::process::Command;
use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt;
use matinee_engines::blobs::{Blobs, ByteStream, PartSpec, S3, scratch};

use crate::support::{MIB, key, open_folder, s3_config};

/// Bytes of each blob.
const LEN: usize = 112 * MIB;
/// What the process may come to hold beyond what it began with.
const BOUND_KIB: u64 = 72 << 10;
const CHILD: &str = "MATINEE_MEMORY_CHILD";

/// Fresh memory for every chunk, as from a network.
fn fresh(len: usize) -> ByteStream {
    const CHUNK: usize = 100_000;
    let chunks = (0..len.div_ceil(CHUNK)).map(move |n| {
        let len = CHUNK.min(len - n * CHUNK);
        Ok(Bytes::from(vec![u8::try_from(n % 251).unwrap(); len]))
    });
    futures::stream::iter(chunks).boxed()
}

fn most_held_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

async fn pass_through(blobs: &dyn Blobs) {
    let at = key("large");
    blobs.put(&at, Bytes::from_static(b"first")).await.unwrap();
    let before = most_held_kib();
    let held = |what: &str| {
        let more = most_held_kib() - before;
        eprintln!("{}: {what}: {more} KiB more", blobs.engine());
        assert!(more < BOUND_KIB, "{what}: {more} KiB");
    };
    blobs.put_stream(&at, fresh(LEN)).await.unwrap();
    held("put_stream");
    let mut read = 0;
    let mut stream = blobs.stream(&at, 0..LEN as u64).await.unwrap();
    while let Some(chunk) = stream.next().await {
        read += chunk.unwrap().len();
    }
    assert_eq!(read, LEN);
    held("stream");
    let handle = blobs.begin_upload(&at).await.unwrap();
    let spec = PartSpec {
        number: 1,
        offset: 0,
        size: LEN as u64,
    };
    for _ in 0..2 {
        blobs
            .put_part(&at, &handle, spec, fresh(LEN))
            .await
            .unwrap();
    }
    held("put_part");
    let handle = blobs.begin_upload(&at).await.unwrap();
    blobs.append(&at, &handle, 0, fresh(LEN)).await.unwrap();
    blobs
        .complete_append(&at, &handle, LEN as u64)
        .await
        .unwrap();
    held("append");
    let dir = tempfile::tempdir_in("/var/tmp").unwrap();
    let local = scratch::local_copy(blobs, &at, dir.path()).await.unwrap();
    held("local_copy");
    let made = dir.path().join("made");
    std::fs::copy(local.path(), &made).unwrap();
    blobs.put_file(&at, &made).await.unwrap();
    held("put_file");
    // A sender of single bytes.
    let bytes = (0..3 * MIB).map(|_| Ok(Bytes::from_static(b"x")));
    blobs
        .put_stream(&at, futures::stream::iter(bytes).boxed())
        .await
        .unwrap();
    held("single bytes");
    blobs.delete(&at).await.unwrap();
    blobs
        .collect_stale(std::time::Duration::ZERO)
        .await
        .unwrap();
}

fn in_a_child(test: &str) {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, "1")
        // Memory that is free is given back, and does not count as held.
        .env("MALLOC_ARENA_MAX", "2")
        .env("MALLOC_TRIM_THRESHOLD_", "1048576")
        .env("MALLOC_MMAP_THRESHOLD_", "524288")
        .status()
        .unwrap();
    assert!(status.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_holds_little() {
    if std::env::var(CHILD).is_err() {
        return in_a_child("memory::a_folder_holds_little");
    }
    let dir = tempfile::tempdir_in("/var/tmp").unwrap();
    pass_through(&open_folder(dir.path()).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_s_client_holds_little() {
    let Some(config) = s3_config() else { return };
    if std::env::var(CHILD).is_err() {
        return in_a_child("memory::a_bucket_s_client_holds_little");
    }
    let blobs: Arc<dyn Blobs> = Arc::new(S3::open(&config).await.unwrap());
    pass_through(&*blobs).await;
}
