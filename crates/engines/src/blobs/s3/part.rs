//! A client's part: taken in whole before the server sees any of it.
//!
//! A part that is sent on while it comes in would be cut short with its
//! connection, and there are servers that keep what they got, over the part
//! that was there. Taken in first, it can be checked, sent again, and sent with
//! its digest, without which no server takes it for whole.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use md5::{Digest, Md5};
use object_store::multipart::MultipartStore;
use object_store::signer::{SignedUrlOptions, Signer};
use parking_lot::Mutex;
use reqwest::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use reqwest::{Body, Method};
use tokio_util::sync::CancellationToken;

use super::wire::{self, SIGNED_FOR};
use super::write::Buffer;
use super::{Bucket, error};
use crate::blobs::pump::{self, Batches, Sink, blocking};
use crate::blobs::{
    BlobError, BlobKey, ByteStream, PartReceipt, PartSpec, UploadHandle, locked, wrong_size,
};

/// A part during whose sending nothing moves for this long is given up.
const STALLED: Duration = Duration::from_mins(1);
const ATTEMPTS: u32 = 4;
const CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");

impl Bucket {
    /// Keeps a part that fits into memory.
    pub(super) async fn keep_small_part(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        part: PartSpec,
        stream: ByteStream,
        cancel: CancellationToken,
    ) -> Result<PartReceipt, BlobError> {
        let mut batches = Batches::new(stream, cancel);
        let mut buffer = Buffer::default();
        while let Some(batch) = batches.next().await? {
            buffer.extend(batch);
            if buffer.len > part.size {
                return Err(wrong_size(&part, "more"));
            }
        }
        if buffer.len < part.size {
            return Err(wrong_size(&part, "fewer"));
        }
        let index = part.number as usize - 1;
        let upload = handle.as_str().to_owned();
        let kept = self
            .wire
            .store
            .put_part(&self.path(key), &upload, index, buffer.to_payload())
            .await
            .map_err(|error| no_upload(error::of(key, &error)))?;
        Ok(receipt(part, &kept.content_id))
    }

    /// Keeps a part by way of a file.
    pub(super) async fn keep_large_part(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        part: PartSpec,
        stream: ByteStream,
        cancel: CancellationToken,
    ) -> Result<PartReceipt, BlobError> {
        let folder = self.scratch.clone();
        let spill = blocking(move || Spill::create(&folder, part)).await?;
        let (spill, poured) = pump::pour(stream, cancel, spill).await?;
        poured?;
        if spill.len < part.size {
            return Err(wrong_size(&part, "fewer"));
        }
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.send_spilled(key, handle, part, &spill).await {
                Err(error) if error.is_retryable() && attempt < ATTEMPTS => {
                    tokio::time::sleep(Duration::from_millis(200 << (2 * attempt))).await;
                }
                sent => return sent,
            }
        }
    }

    async fn send_spilled(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        part: PartSpec,
        spill: &Spill,
    ) -> Result<PartReceipt, BlobError> {
        let digest = spill.digest.clone().finalize();
        let md5 = HeaderValue::from_str(&BASE64_STANDARD.encode(digest))
            .map_err(|error| BlobError::Unavailable(error.to_string()))?;
        let number = part.number.to_string();
        let options = SignedUrlOptions::new()
            .with_query([
                ("partNumber", number.as_str()),
                ("uploadId", handle.as_str()),
            ])
            .with_signed_header(CONTENT_MD5, md5.clone());
        let url = self
            .wire
            .store
            .signed_url_opts(Method::PUT, &self.path(key), SIGNED_FOR, &options)
            .await
            .map_err(|error| error::of(key, &error))?;
        let moved = Arc::new(Mutex::new(0_u64));
        let counting = Arc::clone(&moved);
        let body = pump::read_file(Arc::clone(&spill.file), part.size);
        let body = futures::StreamExt::inspect(body, move |chunk| {
            *counting.lock() += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
        });
        let sending = self
            .wire
            .http
            .put(url)
            .header(CONTENT_LENGTH, part.size)
            .header(CONTENT_MD5, md5)
            .body(Body::wrap_stream(body))
            .send();
        let answer = tokio::select! {
            answer = sending => answer.map_err(wire::failed)?,
            () = stalled(&moved) => {
                return Err(BlobError::Unavailable("a part did not move on".to_owned()));
            }
        };
        let status = answer.status();
        let header = |name: &str| {
            let value = answer.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        if !status.is_success() {
            let body = answer.text().await.map_err(wire::failed)?;
            return Err(no_upload(error::by_status(status.as_u16(), &body, key)));
        }
        let etag = header("etag")
            .ok_or_else(|| BlobError::Unavailable("a part without an ETag".to_owned()))?;
        // Under these two, the tag is no digest of the bytes.
        let opaque = header("x-amz-server-side-encryption")
            .is_some_and(|with| with.contains("kms"))
            || header("x-amz-server-side-encryption-customer-algorithm").is_some();
        let receipt = receipt(part, &etag);
        if !opaque && receipt.etag != hex::encode(digest) {
            return Err(BlobError::Corrupt(format!("part {number} of {key}")));
        }
        Ok(receipt)
    }
}

fn no_upload(error: BlobError) -> BlobError {
    match error {
        BlobError::NotFound(_) => BlobError::NoSuchUpload,
        error => error,
    }
}

/// Resolves once a count has not moved for [`STALLED`].
async fn stalled(count: &Mutex<u64>) {
    let mut former = None;
    loop {
        let now = Some(*count.lock());
        if now == former {
            return;
        }
        former = now;
        tokio::time::sleep(STALLED).await;
    }
}

fn receipt(part: PartSpec, etag: &str) -> PartReceipt {
    PartReceipt {
        number: part.number,
        size: part.size,
        etag: etag.trim_matches('"').to_owned(),
    }
}

/// A part in a file of this machine that has no name: it is gone with its
/// process, whatever happens to that.
#[derive(Debug)]
struct Spill {
    part: PartSpec,
    file: Arc<File>,
    len: u64,
    digest: Md5,
}

impl Spill {
    fn create(folder: &std::path::Path, part: PartSpec) -> Result<Self, BlobError> {
        // Whoever tidies up may have taken the folder away.
        let created = std::fs::create_dir_all(folder).and_then(|()| locked::create(folder));
        let (file, path) = created.map_err(|error| BlobError::io(&error, "a part on its way"))?;
        let _ = std::fs::remove_file(path);
        Ok(Self {
            part,
            file: Arc::new(file),
            len: 0,
            digest: Md5::new(),
        })
    }
}

impl Sink for Spill {
    fn write(&mut self, batch: &[Bytes]) -> Result<(), BlobError> {
        for chunk in batch {
            let at = self.len;
            self.len += chunk.len() as u64;
            if self.len > self.part.size {
                return Err(wrong_size(&self.part, "more"));
            }
            self.file
                .write_all_at(chunk, at)
                .map_err(|error| BlobError::io(&error, "a part on its way"))?;
            self.digest.update(chunk);
        }
        Ok(())
    }
}
