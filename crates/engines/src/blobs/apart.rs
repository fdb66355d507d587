//! Two stores as one: what lies in folders of a certain name is kept apart.
//!
//! For operators who want, say, pictures on another disk than films.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt as _;
use url::Url;

use super::{
    BlobError, BlobKey, BlobMeta, Blobs, BlobsHealth, ByteStream, Collected, EntryStream,
    PartLimits, PartReceipt, PartSpec, SharedBlobs, UploadHandle, UploadInfo,
};

/// A store that keeps keys with a certain folder in them (`images` in
/// `videos/v1/images/poster.jpg`) in a second store.
#[derive(Debug)]
pub struct Apart {
    rest: SharedBlobs,
    other: SharedBlobs,
    folder: &'static str,
}

impl Apart {
    /// `other` keeps every key that has `folder` as one of its folders, `rest`
    /// all others.
    pub fn new(rest: SharedBlobs, other: SharedBlobs, folder: &'static str) -> Self {
        Self {
            rest,
            other,
            folder,
        }
    }

    fn of(&self, key: &BlobKey) -> &SharedBlobs {
        let folders = key.as_str().rsplit_once('/').map_or("", |(path, _)| path);
        if folders.split('/').any(|folder| folder == self.folder) {
            &self.other
        } else {
            &self.rest
        }
    }
}

#[async_trait]
impl Blobs for Apart {
    fn engine(&self) -> &'static str {
        self.rest.engine()
    }

    fn part_limits(&self) -> PartLimits {
        self.rest.part_limits()
    }

    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<BlobMeta, BlobError> {
        self.of(key).put(key, bytes).await
    }

    async fn put_stream(&self, key: &BlobKey, stream: ByteStream) -> Result<BlobMeta, BlobError> {
        self.of(key).put_stream(key, stream).await
    }

    async fn put_file(&self, key: &BlobKey, file: &Path) -> Result<BlobMeta, BlobError> {
        self.of(key).put_file(key, file).await
    }

    async fn get(&self, key: &BlobKey, range: Range<u64>) -> Result<Bytes, BlobError> {
        self.of(key).get(key, range).await
    }

    async fn get_all(&self, key: &BlobKey, max_len: u64) -> Result<Bytes, BlobError> {
        self.of(key).get_all(key, max_len).await
    }

    async fn stream(&self, key: &BlobKey, range: Range<u64>) -> Result<ByteStream, BlobError> {
        self.of(key).stream(key, range).await
    }

    async fn head(&self, key: &BlobKey) -> Result<BlobMeta, BlobError> {
        self.of(key).head(key).await
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        self.of(key).delete(key).await
    }

    async fn delete_prefix(&self, prefix: &BlobKey) -> Result<(), BlobError> {
        self.other.delete_prefix(prefix).await?;
        self.rest.delete_prefix(prefix).await
    }

    fn list(&self, prefix: Option<&BlobKey>) -> EntryStream {
        self.rest
            .list(prefix)
            .chain(self.other.list(prefix))
            .boxed()
    }

    async fn begin_upload(&self, key: &BlobKey) -> Result<UploadHandle, BlobError> {
        self.of(key).begin_upload(key).await
    }

    async fn put_part(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        part: PartSpec,
        stream: ByteStream,
    ) -> Result<PartReceipt, BlobError> {
        self.of(key).put_part(key, handle, part, stream).await
    }

    async fn list_parts(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
    ) -> Result<Vec<PartReceipt>, BlobError> {
        self.of(key).list_parts(key, handle).await
    }

    async fn complete_upload(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        parts: &[PartReceipt],
    ) -> Result<BlobMeta, BlobError> {
        self.of(key).complete_upload(key, handle, parts).await
    }

    async fn append(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        offset: u64,
        stream: ByteStream,
    ) -> Result<u64, BlobError> {
        self.of(key).append(key, handle, offset, stream).await
    }

    async fn append_offset(&self, key: &BlobKey, handle: &UploadHandle) -> Result<u64, BlobError> {
        self.of(key).append_offset(key, handle).await
    }

    async fn complete_append(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        size: u64,
    ) -> Result<BlobMeta, BlobError> {
        self.of(key).complete_append(key, handle, size).await
    }

    async fn abort_upload(&self, key: &BlobKey, handle: &UploadHandle) -> Result<(), BlobError> {
        self.of(key).abort_upload(key, handle).await
    }

    async fn list_uploads(&self) -> Result<Vec<UploadInfo>, BlobError> {
        let mut uploads = self.rest.list_uploads().await?;
        uploads.extend(self.other.list_uploads().await?);
        Ok(uploads)
    }

    async fn collect_stale(&self, older_than: Duration) -> Result<Collected, BlobError> {
        let rest = self.rest.collect_stale(older_than).await?;
        let other = self.other.collect_stale(older_than).await?;
        Ok(Collected {
            uploads: rest.uploads + other.uploads,
            leftovers: rest.leftovers + other.leftovers,
        })
    }

    fn local_path(&self, key: &BlobKey) -> Option<PathBuf> {
        self.of(key).local_path(key)
    }

    async fn presign_get(&self, key: &BlobKey, ttl: Duration) -> Result<Option<Url>, BlobError> {
        self.of(key).presign_get(key, ttl).await
    }

    async fn health(&self) -> Result<BlobsHealth, BlobError> {
        let rest = self.rest.health().await?;
        let other = self.other.health().await?;
        // The store has room as long as both have.
        let free_bytes = [rest.free_bytes, other.free_bytes]
            .into_iter()
            .flatten()
            .min();
        Ok(BlobsHealth { free_bytes })
    }
}
