//! Blobs: large immutable byte strings under path-like keys, in a folder or in
//! an S3 bucket.
//!
//! # What every engine promises
//!
//! - **Acknowledged means kept.** When a writing call returns `Ok`, the bytes
//!   survive a crash of the process and of the machine.
//! - **Whole or absent.** A key shows either the former blob or the new one,
//!   never a part of either. Whatever a crash leaves half-written is out of
//!   sight, and [`Blobs::collect_stale`] removes it.
//! - **Bounded memory.** Streams pass through in batches; only [`Blobs::get`]
//!   and [`Blobs::get_all`] hold a whole answer, and both are limited.
//! - **Nothing blocks the runtime.** File access that could wait for a disk runs
//!   on the blocking pool.
//!
//! A key is written once as a rule (renditions and originals have identifiers
//! of their own); writing it again replaces the blob for later readers, while
//! readers under way finish with the one they began.
//!
//! # Large uploads
//!
//! [`Blobs::begin_upload`] gives a handle to store in a database. The upload is
//! then fed in one of two ways, and resumed after a restart of either side:
//!
//! - numbered parts in any order and in parallel: [`Blobs::put_part`],
//!   [`Blobs::list_parts`], [`Blobs::complete_upload`];
//! - one byte after the other, as tus does: [`Blobs::append`],
//!   [`Blobs::append_offset`], [`Blobs::complete_append`].

mod apart;
mod config;
mod error;
mod folder;
mod key;
mod locked;
mod pump;
mod s3;
pub mod scratch;
mod turn;

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};
use url::Url;

pub use apart::Apart;
pub use config::{BlobsConfig, S3Config, S3Credentials, open};
pub use error::BlobError;
pub use folder::{Folder, FolderOptions};
pub use key::{BlobKey, UploadHandle};
pub use s3::S3;

/// Bytes in motion, in and out. An error of an incoming stream comes back as
/// [`BlobError::Source`], whole, so that its sender can recognise it.
pub type ByteStream = BoxStream<'static, std::io::Result<Bytes>>;

/// Blobs one by one, in no particular order.
pub type EntryStream = BoxStream<'static, Result<BlobEntry, BlobError>>;

/// The longest range that [`Blobs::get`] returns in one piece: 256 MiB.
pub const MAX_GET: u64 = 256 << 20;

/// The greatest number of parts of one upload, as S3 has it.
pub const MAX_PARTS: u32 = 10_000;

/// The greatest size of one part, as S3 has it: 5 GiB.
pub const MAX_PART_SIZE: u64 = 5 << 30;

/// What is known of a blob without reading it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobMeta {
    /// Bytes.
    pub size: u64,
    /// Changes whenever the blob is written again; without quotes, printable ASCII.
    pub etag: String,
    /// When it was written, in UTC microseconds since the epoch.
    pub modified: i64,
}

/// One blob of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobEntry {
    /// Where it is.
    pub key: BlobKey,
    /// What it is.
    pub meta: BlobMeta,
}

/// Which part is coming.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartSpec {
    /// Counted from 1 to [`MAX_PARTS`]; the blob is the parts in this order.
    pub number: u32,
    /// Where the part begins in the blob, in bytes. Parts must not overlap.
    pub offset: u64,
    /// How many bytes it has, from 1 to [`MAX_PART_SIZE`]. A stream that is
    /// longer or shorter is refused.
    pub size: u64,
}

/// Proof that a part is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartReceipt {
    /// The part's number.
    pub number: u32,
    /// Its bytes.
    pub size: u64,
    /// Its MD5 in lower-case hexadecimal, wherever the engine has a say in it
    /// (an S3 bucket under KMS encryption has other ideas); without quotes.
    pub etag: String,
}

/// An upload that has begun and neither been completed nor aborted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadInfo {
    /// The blob that it is to become.
    pub key: BlobKey,
    /// Its handle.
    pub handle: UploadHandle,
    /// When it was last fed (folder) or begun (S3), in UTC microseconds.
    pub modified: i64,
}

/// What [`Blobs::collect_stale`] removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Collected {
    /// Uploads that nobody fed for too long.
    pub uploads: u64,
    /// Files or objects that a crash had left behind.
    pub leftovers: u64,
}

/// What an upload's parts must keep to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartLimits {
    /// The least size of every part but the last, in bytes.
    pub min_size: u64,
    /// The greatest size of a part, in bytes.
    pub max_size: u64,
    /// The greatest number of parts.
    pub max_parts: u32,
}

/// How an engine is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobsHealth {
    /// Bytes that can still be written, where that is known.
    pub free_bytes: Option<u64>,
}

/// A store of blobs. See the [module](self) for what all of them promise.
#[async_trait]
pub trait Blobs: fmt::Debug + Send + Sync + 'static {
    /// The engine's name, for logs and health reports: `folder` or `s3`.
    fn engine(&self) -> &'static str;

    /// What parts of an upload must keep to.
    fn part_limits(&self) -> PartLimits;

    /// Keeps these bytes under the key.
    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<BlobMeta, BlobError>;

    /// Keeps a stream of unknown length. Nothing of it is kept if it fails.
    /// Dropping the call ends it likewise.
    async fn put_stream(&self, key: &BlobKey, stream: ByteStream) -> Result<BlobMeta, BlobError>;

    /// Moves a finished file of this machine into the store; the file is gone
    /// afterwards. A rename, where store and file share a file system.
    async fn put_file(&self, key: &BlobKey, file: &Path) -> Result<BlobMeta, BlobError>;

    /// Exactly these bytes of the blob, at most [`MAX_GET`] of them.
    ///
    /// A range that reaches past the end is [`BlobError::RangeNotSatisfiable`];
    /// it is not clipped, for a reader who knows an index must not be handed less.
    async fn get(&self, key: &BlobKey, range: Range<u64>) -> Result<Bytes, BlobError>;

    /// The whole blob, if it has at most `max_len` bytes; else [`BlobError::TooLarge`].
    async fn get_all(&self, key: &BlobKey, max_len: u64) -> Result<Bytes, BlobError>;

    /// These bytes of the blob in chunks of bounded size. The range is checked
    /// as for [`get`](Self::get), before the first chunk.
    async fn stream(&self, key: &BlobKey, range: Range<u64>) -> Result<ByteStream, BlobError>;

    /// What is known of the blob, or [`BlobError::NotFound`].
    async fn head(&self, key: &BlobKey) -> Result<BlobMeta, BlobError>;

    /// Removes the blob; fine if there is none.
    async fn delete(&self, key: &BlobKey) -> Result<(), BlobError>;

    /// Removes every blob below `prefix/`; fine if there is none.
    async fn delete_prefix(&self, prefix: &BlobKey) -> Result<(), BlobError>;

    /// Every blob below `prefix/`, or all of them.
    fn list(&self, prefix: Option<&BlobKey>) -> EntryStream;

    /// Begins an upload. The handle stays good across restarts until the upload
    /// is completed, aborted or collected.
    async fn begin_upload(&self, key: &BlobKey) -> Result<UploadHandle, BlobError>;

    /// Keeps one part: any order, in parallel, and again (a part that is sent
    /// again replaces the former one if and when it has arrived whole).
    async fn put_part(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        part: PartSpec,
        stream: ByteStream,
    ) -> Result<PartReceipt, BlobError>;

    /// The parts that are kept, by number.
    async fn list_parts(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
    ) -> Result<Vec<PartReceipt>, BlobError>;

    /// Makes the parts the blob. The receipts are numbered 1, 2, 3 … without a
    /// gap and must be those of the parts that are kept.
    ///
    /// Completing again after a crash, with the same receipts, is fine.
    async fn complete_upload(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        parts: &[PartReceipt],
    ) -> Result<BlobMeta, BlobError>;

    /// Appends the stream at this offset, which must be the present end
    /// ([`BlobError::OffsetMismatch`] tells the true one). Returns the new end.
    ///
    /// If the stream fails or the call is dropped, what had arrived until then
    /// is kept; ask [`append_offset`](Self::append_offset). A second call while
    /// one is under way takes over: the former ends with [`BlobError::Superseded`].
    async fn append(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        offset: u64,
        stream: ByteStream,
    ) -> Result<u64, BlobError>;

    /// How many bytes are kept for good. Ends an append that is under way, so
    /// that the answer still holds when the client acts on it.
    async fn append_offset(&self, key: &BlobKey, handle: &UploadHandle) -> Result<u64, BlobError>;

    /// Makes the appended bytes the blob; `size` is what the end must be.
    ///
    /// Completing again after a crash is fine.
    async fn complete_append(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        size: u64,
    ) -> Result<BlobMeta, BlobError>;

    /// Throws the upload away; fine if there is none.
    async fn abort_upload(&self, key: &BlobKey, handle: &UploadHandle) -> Result<(), BlobError>;

    /// The uploads under way.
    async fn list_uploads(&self) -> Result<Vec<UploadInfo>, BlobError>;

    /// Removes uploads that nobody fed for this long, and whatever crashes left.
    async fn collect_stale(&self, older_than: Duration) -> Result<Collected, BlobError>;

    /// Where the blob is as a file of this machine, if the engine has such.
    /// Says nothing about whether there is a blob. The file is for reading.
    fn local_path(&self, key: &BlobKey) -> Option<PathBuf>;

    /// An address from which anybody can read the blob for this long, if the
    /// engine has such.
    async fn presign_get(&self, key: &BlobKey, ttl: Duration) -> Result<Option<Url>, BlobError>;

    /// Whether the engine can be reached, and has room.
    async fn health(&self) -> Result<BlobsHealth, BlobError>;
}

/// A shared store.
pub type SharedBlobs = Arc<dyn Blobs>;

/// Refuses a part that no engine could take.
fn check_part(part: &PartSpec, limits: PartLimits) -> Result<(), BlobError> {
    let fault = if !(1..=limits.max_parts).contains(&part.number) {
        format!("is not numbered from 1 to {}", limits.max_parts)
    } else if !(1..=limits.max_size).contains(&part.size) {
        format!("does not have 1 to {} bytes", limits.max_size)
    } else if part.offset.saturating_add(part.size) > i64::MAX.unsigned_abs() {
        "is beyond every file's end".to_owned()
    } else {
        return Ok(());
    };
    Err(BlobError::part(part.number, fault))
}

fn wrong_size(part: &PartSpec, comparison: &str) -> BlobError {
    BlobError::part(
        part.number,
        format!("has {comparison} bytes than the {} announced", part.size),
    )
}

/// Receipts as a client may hand them back, brought to our own form; refused
/// unless they are numbered 1, 2, 3 ….
fn check_receipts(receipts: &[PartReceipt]) -> Result<Vec<PartReceipt>, BlobError> {
    if receipts.is_empty() {
        return Err(BlobError::part(1, "is missing"));
    }
    (1..)
        .zip(receipts)
        .map(|(number, receipt)| {
            if receipt.number != number {
                return Err(BlobError::part(
                    number,
                    "is missing, or listed out of order",
                ));
            }
            let mut receipt = receipt.clone();
            receipt.etag = receipt.etag.trim_matches('"').to_owned();
            Ok(receipt)
        })
        .collect()
}

/// The range's length, if a blob of this size holds it.
fn within(range: &Range<u64>, size: u64) -> Result<u64, BlobError> {
    if range.start <= range.end && range.end <= size {
        Ok(range.end - range.start)
    } else {
        Err(BlobError::RangeNotSatisfiable {
            start: range.start,
            end: range.end,
            size,
        })
    }
}
