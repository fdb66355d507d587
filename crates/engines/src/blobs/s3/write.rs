//! Writing: streams cut into parts.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use object_store::multipart::{MultipartStore, PartId};
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Bucket, error};
use crate::blobs::pump::Batches;
use crate::blobs::{BlobError, BlobKey, ByteStream, MAX_PARTS};

/// Sends parts of one upload in order, a bounded number at a time.
pub(super) struct PartWriter {
    bucket: Arc<Bucket>,
    key: BlobKey,
    path: Path,
    upload: String,
    /// Index of the next part, from 0.
    next: usize,
    at_once: usize,
    sending: VecDeque<JoinHandle<Result<PartId, BlobError>>>,
    sent: Vec<PartId>,
}

impl PartWriter {
    pub(super) fn new(
        bucket: &Arc<Bucket>,
        key: &BlobKey,
        upload: &str,
        next: usize,
        at_once: usize,
    ) -> Self {
        Self {
            bucket: Arc::clone(bucket),
            key: key.clone(),
            path: bucket.path(key),
            upload: upload.to_owned(),
            next,
            at_once,
            sending: VecDeque::new(),
            sent: Vec::new(),
        }
    }

    /// Begins to send a part, once there is room for it.
    pub(super) async fn send(&mut self, part: Buffer) -> Result<(), BlobError> {
        if self.next >= MAX_PARTS as usize {
            let limit = self.bucket.part_size * u64::from(MAX_PARTS);
            return Err(BlobError::TooLarge { limit });
        }
        while self.sending.len() >= self.at_once {
            self.receive().await?;
        }
        let (bucket, key) = (Arc::clone(&self.bucket), self.key.clone());
        let (path, upload, index) = (self.path.clone(), self.upload.clone(), self.next);
        self.next += 1;
        self.sending.push_back(tokio::spawn(async move {
            bucket
                .wire
                .store
                .put_part(&path, &upload, index, part.into_payload())
                .await
                .map_err(|error| error::of(&key, &error))
        }));
        Ok(())
    }

    async fn receive(&mut self) -> Result<(), BlobError> {
        if let Some(sending) = self.sending.pop_front() {
            let sent = sending
                .await
                .map_err(|error| BlobError::Unavailable(error.to_string()))??;
            self.sent.push(sent);
        }
        Ok(())
    }

    /// Waits until all are kept.
    pub(super) async fn finish(&mut self) -> Result<Vec<PartId>, BlobError> {
        while !self.sending.is_empty() {
            self.receive().await?;
        }
        Ok(std::mem::take(&mut self.sent))
    }
}

impl Drop for PartWriter {
    fn drop(&mut self) {
        for sending in &self.sending {
            sending.abort();
        }
    }
}

/// Bytes gathered until they make a part.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    chunks: VecDeque<Bytes>,
    pub(super) len: u64,
}

impl Buffer {
    pub(super) fn push(&mut self, chunk: Bytes) {
        self.len += chunk.len() as u64;
        self.chunks.push_back(chunk);
    }

    pub(super) fn extend(&mut self, batch: Vec<Bytes>) {
        for chunk in batch {
            self.push(chunk);
        }
    }

    /// Takes exactly the first `len` bytes, if there are so many.
    pub(super) fn take(&mut self, len: u64) -> Option<Self> {
        if self.len < len {
            return None;
        }
        let mut taken = Self::default();
        while taken.len < len {
            let mut chunk = self.chunks.pop_front()?;
            let wanted = usize::try_from(len - taken.len).unwrap_or(usize::MAX);
            if chunk.len() > wanted {
                self.chunks.push_front(chunk.split_off(wanted));
            }
            self.len -= chunk.len() as u64;
            taken.push(chunk);
        }
        Some(taken)
    }

    pub(super) fn to_payload(&self) -> PutPayload {
        self.chunks.iter().cloned().collect()
    }

    fn into_payload(self) -> PutPayload {
        self.chunks.into_iter().collect()
    }
}

impl Bucket {
    /// Keeps a stream: one object if it is short, else an upload in parts.
    pub(super) async fn keep_stream(
        self: Arc<Self>,
        key: &BlobKey,
        stream: ByteStream,
        part_size: u64,
        at_once: usize,
        cancel: CancellationToken,
    ) -> Result<(), BlobError> {
        let mut batches = Batches::new(stream, cancel);
        let mut buffer = Buffer::default();
        while buffer.len <= part_size {
            let Some(batch) = batches.next().await? else {
                return self.keep(key, buffer.into_payload()).await;
            };
            buffer.extend(batch);
        }
        let path = self.path(key);
        let upload = self
            .wire
            .store
            .create_multipart(&path)
            .await
            .map_err(|error| error::of(key, &error))?;
        let mut writer = PartWriter::new(&self, key, &upload, 0, at_once);
        let sent = Self::send_all(&mut writer, batches, buffer, part_size).await;
        let kept = match sent {
            Ok(parts) => self
                .wire
                .store
                .complete_multipart(&path, &upload, parts)
                .await
                .map(|_| ())
                .map_err(|error| error::of(key, &error)),
            Err(error) => Err(error),
        };
        drop(writer);
        if kept.is_err() {
            // The reason matters more than a failure to clean up; the collector comes by later.
            let _ = self.wire.store.abort_multipart(&path, &upload).await;
        }
        kept
    }

    async fn send_all(
        writer: &mut PartWriter,
        mut batches: Batches,
        mut buffer: Buffer,
        part_size: u64,
    ) -> Result<Vec<PartId>, BlobError> {
        loop {
            while let Some(part) = buffer.take(part_size) {
                writer.send(part).await?;
            }
            match batches.next().await? {
                Some(batch) => buffer.extend(batch),
                None => break,
            }
        }
        if buffer.len > 0 {
            writer.send(buffer).await?;
        }
        writer.finish().await
    }

    /// Keeps an object of one request.
    pub(super) async fn keep(&self, key: &BlobKey, bytes: PutPayload) -> Result<(), BlobError> {
        self.wire
            .store
            .put(&self.path(key), bytes)
            .await
            .map(|_| ())
            .map_err(|error| error::of(key, &error))
    }
}
