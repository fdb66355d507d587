//! Appending: S3 has parts of at least 5 MiB and nothing to append with.
//!
//! Appended bytes become parts of `part_size` as they come. What is left over
//! at the end of a call, less than a part, is kept as an object of its own, the
//! tail, named after where it begins. So the parts and the tail at their end
//! are all there is to know, any process can carry on, and a tail that a later
//! part has swallowed is told by its name.

use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::multipart::{MultipartStore, PartId};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use super::write::{Buffer, PartWriter};
use super::{Bucket, error};
use crate::blobs::pump::Batches;
use crate::blobs::{BlobError, BlobKey, ByteStream, UploadHandle};

/// What has been appended.
#[derive(Debug)]
pub(super) struct Appended {
    parts: Vec<PartId>,
    /// Where the parts end and the tail begins.
    base: u64,
    tail: Bytes,
}

impl Appended {
    pub(super) fn end(&self) -> u64 {
        self.base + self.tail.len() as u64
    }
}

impl Bucket {
    fn tail(&self, handle: &UploadHandle, base: u64) -> Path {
        self.tails(handle).join(base.to_string())
    }

    /// The folder of an upload's tails.
    pub(super) fn tails(&self, handle: &UploadHandle) -> Path {
        let name = hex::encode(&Sha256::digest(handle.as_str())[..16]);
        self.all_tails().join(name)
    }

    /// The folder of those folders.
    pub(super) fn all_tails(&self) -> Path {
        self.staging("tails")
    }

    async fn read_tail(
        &self,
        handle: &UploadHandle,
        base: u64,
        key: &BlobKey,
    ) -> Result<Bytes, BlobError> {
        let read = match self.wire.store.get(&self.tail(handle, base)).await {
            Ok(found) => found.bytes().await,
            Err(error) => Err(error),
        };
        read.or_else(|error| match error::of(key, &error) {
            BlobError::NotFound(_) => Ok(Bytes::new()),
            error => Err(error),
        })
    }

    pub(super) async fn appended(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
    ) -> Result<Appended, BlobError> {
        let mut listed = self
            .wire
            .parts(&self.path(key), handle.as_str(), key)
            .await?;
        if let Some((_, part)) = (1..)
            .zip(&listed)
            .find(|(number, part)| part.number != *number)
        {
            return Err(BlobError::part(part.number, "this upload is sent in parts"));
        }
        let mut base: u64 = listed.iter().map(|part| part.size).sum();
        // A short last part is a tail that was about to be completed with: it
        // can still grow, because the tail itself goes only after completion.
        let mut tail = Bytes::new();
        if let Some(last) = listed.last().filter(|last| last.size < self.part_size) {
            let found = self.read_tail(handle, base - last.size, key).await?;
            if found.len() as u64 == last.size {
                base -= last.size;
                tail = found;
                listed.pop();
            }
        }
        if tail.is_empty() {
            tail = self.read_tail(handle, base, key).await?;
        }
        let parts = listed
            .into_iter()
            .map(|part| PartId {
                content_id: part.etag,
            })
            .collect();
        Ok(Appended { parts, base, tail })
    }

    /// Appends, and keeps what arrived even if the stream fails.
    pub(super) async fn append(
        self: &Arc<Self>,
        key: &BlobKey,
        handle: &UploadHandle,
        offset: u64,
        stream: ByteStream,
        cancel: CancellationToken,
    ) -> Result<(u64, Result<(), BlobError>), BlobError> {
        let Appended {
            parts,
            mut base,
            tail,
        } = self.appended(key, handle).await?;
        let end = base + tail.len() as u64;
        if end != offset {
            return Err(BlobError::OffsetMismatch { end });
        }
        let mut swallowed = Vec::new();
        if !tail.is_empty() {
            swallowed.push(self.tail(handle, base));
        }
        let mut buffer = Buffer::default();
        let resumed = tail.len() as u64;
        buffer.push(tail);
        let (first, mut grown) = (base, false);
        let mut writer = PartWriter::new(self, key, handle.as_str(), parts.len(), 1);
        let mut batches = Batches::new(stream, cancel);
        let poured = loop {
            match batches.next().await {
                Ok(Some(batch)) => buffer.extend(batch),
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
            grown = true;
            while let Some(part) = buffer.take(self.part_size) {
                base += part.len;
                writer.send(part).await?;
            }
        };
        // A tail must not be kept before the parts that it follows.
        writer.finish().await?;
        if grown && buffer.len > 0 && (base > first || buffer.len > resumed) {
            self.wire
                .store
                .put(&self.tail(handle, base), buffer.to_payload())
                .await
                .map_err(|error| error::of(key, &error))?;
        }
        if base > first {
            for tail in swallowed {
                // Harmless if it stays: its name says that it is over.
                let _ = self.wire.store.delete(&tail).await;
            }
        }
        Ok((base + buffer.len, poured))
    }

    /// Makes what was appended the blob.
    pub(super) async fn complete_appended(
        self: &Arc<Self>,
        key: &BlobKey,
        handle: &UploadHandle,
        size: u64,
    ) -> Result<(), BlobError> {
        let appended = self.appended(key, handle).await?;
        let end = appended.end();
        if end != size {
            return Err(BlobError::OffsetMismatch { end });
        }
        let upload = handle.as_str().to_owned();
        let path = self.path(key);
        if size == 0 {
            self.keep(key, object_store::PutPayload::new()).await?;
            return self.abort(key, handle).await;
        }
        let Appended {
            mut parts, tail, ..
        } = appended;
        if !tail.is_empty() {
            let mut buffer = Buffer::default();
            buffer.push(tail);
            let mut writer = PartWriter::new(self, key, handle.as_str(), parts.len(), 1);
            writer.send(buffer).await?;
            parts.extend(writer.finish().await?);
        }
        self.wire
            .store
            .complete_multipart(&path, &upload, parts)
            .await
            .map_err(|error| match error::of(key, &error) {
                BlobError::NotFound(_) => BlobError::NoSuchUpload,
                error => error,
            })?;
        self.remove_tails(handle).await;
        Ok(())
    }

    /// Removes an upload's tails; the collector removes what this cannot.
    pub(super) async fn remove_tails(&self, handle: &UploadHandle) {
        let tails = self.wire.store.list(Some(&self.tails(handle)));
        let paths = tails.map_ok(|tail| tail.location);
        let _ = self
            .wire
            .store
            .delete_stream(Box::pin(paths))
            .try_collect::<Vec<_>>()
            .await;
    }
}
