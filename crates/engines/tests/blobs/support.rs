//! Engines to test, and bytes to test them with.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt;
use matinee_engines::blobs::{
    Apart, BlobEntry, BlobKey, Blobs, ByteStream, Folder, FolderOptions, PartSpec, S3, S3Config,
};
use tempfile::TempDir;

pub const MIB: usize = 1 << 20;

/// An engine of its own for one test.
pub struct Engine {
    pub blobs: Arc<dyn Blobs>,
    pub folder: Option<TempDir>,
}

pub fn key(text: &str) -> BlobKey {
    BlobKey::new(text).unwrap()
}

pub async fn open_folder(path: &Path) -> Folder {
    let options = FolderOptions {
        reserve_bytes: 0,
        ..FolderOptions::default()
    };
    Folder::open(path, options).await.unwrap()
}

pub async fn folder() -> Engine {
    let dir = tempfile::tempdir().unwrap();
    Engine {
        blobs: Arc::new(open_folder(&dir.path().join("blobs")).await),
        folder: Some(dir),
    }
}

/// Two folders as one store, of which the second keeps what lies in `films` folders.
pub async fn apart() -> Engine {
    let dir = tempfile::tempdir().unwrap();
    let rest = open_folder(&dir.path().join("rest")).await;
    let second = open_folder(&dir.path().join("apart")).await;
    Engine {
        blobs: Arc::new(Apart::new(Arc::new(rest), Arc::new(second), "films")),
        folder: Some(dir),
    }
}

/// A prefix of its own in the bucket that the environment names; `None`, said
/// loudly, if it names none.
pub async fn s3() -> Option<Engine> {
    let config = s3_config()?;
    Some(Engine {
        blobs: Arc::new(S3::open(&config).await.unwrap()),
        folder: None,
    })
}

pub fn s3_config() -> Option<S3Config> {
    matinee_engines::testing::s3_config().unwrap()
}

/// Bytes that differ at every place and for every seed.
pub fn pattern(seed: u64, len: usize) -> Bytes {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(len);
    bytes.into()
}

pub fn stream_of(bytes: &Bytes, chunk: usize) -> ByteStream {
    let bytes = bytes.clone();
    let count = bytes.len().div_ceil(chunk);
    let chunks =
        (0..count).map(move |n| Ok(bytes.slice(n * chunk..((n + 1) * chunk).min(bytes.len()))));
    futures::stream::iter(chunks).boxed()
}

/// These bytes, then an error.
pub fn broken_stream(bytes: &Bytes, chunk: usize) -> ByteStream {
    let error = futures::stream::once(async { Err(std::io::Error::other("the sender gave up")) });
    stream_of(bytes, chunk).chain(error).boxed()
}

/// These bytes, then nothing for ever.
pub fn stalled_stream(bytes: &Bytes, chunk: usize) -> ByteStream {
    stream_of(bytes, chunk)
        .chain(futures::stream::pending())
        .boxed()
}

pub async fn collect(stream: ByteStream) -> Bytes {
    let chunks: Vec<Bytes> = stream.map(Result::unwrap).collect().await;
    chunks.concat().into()
}

pub async fn listed(blobs: &dyn Blobs, prefix: Option<&str>) -> Vec<String> {
    let prefix = prefix.map(key);
    let mut keys: Vec<String> = blobs
        .list(prefix.as_ref())
        .map(|entry: Result<BlobEntry, _>| entry.unwrap().key.to_string())
        .collect()
        .await;
    keys.sort();
    keys
}

/// Whole blob, whatever its size.
pub async fn whole(blobs: &dyn Blobs, key: &BlobKey) -> Bytes {
    let size = blobs.head(key).await.unwrap().size;
    collect(blobs.stream(key, 0..size).await.unwrap()).await
}

/// The parts of `bytes`, cut at every `size`.
pub fn parts_of(bytes: &Bytes, size: usize) -> Vec<(PartSpec, Bytes)> {
    (0..bytes.len().div_ceil(size))
        .map(|n| {
            let part = bytes.slice(n * size..((n + 1) * size).min(bytes.len()));
            let spec = PartSpec {
                number: u32::try_from(n + 1).unwrap(),
                offset: (n * size) as u64,
                size: part.len() as u64,
            };
            (spec, part)
        })
        .collect()
}

/// No upload goes on, and there was nothing to collect.
pub async fn nothing_left_over(blobs: &dyn Blobs) {
    assert_eq!(blobs.list_uploads().await.unwrap(), []);
    let collected = blobs
        .collect_stale(std::time::Duration::ZERO)
        .await
        .unwrap();
    assert_eq!((collected.uploads, collected.leftovers), (0, 0));
}
