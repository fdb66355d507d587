//! Making what has arrived a promise: a blob, a part, appended bytes.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::disk::{self, Root};
use super::journal::Part;
use super::sink::{FileSink, Staged};
use super::upload::Upload;
use crate::blobs::pump::Sink;
use crate::blobs::{BlobError, BlobKey, BlobMeta, PartReceipt, PartSpec, wrong_size};

/// Appended bytes are promised whenever so many more have arrived, or so much
/// time has passed, and at the end: what a crash can cost the sender.
const CHECKPOINT: u64 = 16 << 20;
const CHECKPOINT_EVERY: Duration = Duration::from_secs(5);

/// Syncs a staged file and puts it at its key.
pub(super) fn place(root: &Root, staged: Staged, key: &BlobKey) -> Result<BlobMeta, BlobError> {
    let failed = |error: io::Error| BlobError::io(&error, "keeping a blob");
    staged.file.sync_all().map_err(failed)?;
    root.place(staged.path(), key).map_err(failed)?;
    let meta = staged.file.metadata().map_err(failed)?;
    staged.placed();
    Ok(disk::meta(&meta))
}

/// Copies a file of another file system in, then removes it.
pub(super) fn copy_in(root: &Root, file: &Path, key: &BlobKey) -> Result<BlobMeta, BlobError> {
    let failed = |error: io::Error| BlobError::io(&error, "moving a file in");
    let mut from = File::open(file).map_err(failed)?;
    if root.free_bytes().map_err(failed)? < from.metadata().map_err(failed)?.len() {
        return Err(BlobError::Full);
    }
    let staged = Staged::create(root)?;
    io::copy(&mut from, &mut &*staged.file).map_err(failed)?;
    let meta = place(root, staged, key)?;
    fs::remove_file(file).map_err(failed)?;
    Ok(meta)
}

/// What arrived as a part, if it arrived whole.
pub(super) fn finish(
    part: PartSpec,
    sink: &mut FileSink,
    poured: Result<(), BlobError>,
) -> Result<Part, BlobError> {
    match poured {
        Err(BlobError::TooLarge { .. }) => {
            return Err(wrong_size(&part, "more"));
        }
        poured => poured?,
    }
    if sink.len < part.size {
        return Err(wrong_size(&part, "fewer"));
    }
    Ok(Part {
        number: part.number,
        offset: part.offset,
        size: part.size,
        md5: sink.md5(),
    })
}

pub(super) fn receipt(part: Part) -> PartReceipt {
    PartReceipt {
        number: part.number,
        size: part.size,
        etag: part.md5,
    }
}

/// Appends, and promises what it has appended from time to time.
#[derive(Debug)]
pub(super) struct Appending {
    pub(super) sink: FileSink,
    pub(super) upload: Arc<Upload>,
    pub(super) start: u64,
    pub(super) kept: u64,
    pub(super) kept_at: Instant,
}

impl Appending {
    pub(super) fn keep(&mut self) -> Result<(), BlobError> {
        let end = self.start + self.sink.len;
        if end > self.kept {
            self.upload.keep_end(end)?;
            self.kept = end;
            self.kept_at = Instant::now();
        }
        Ok(())
    }
}

impl Sink for Appending {
    fn write(&mut self, batch: &[Bytes]) -> Result<(), BlobError> {
        self.sink.write(batch)?;
        let more = self.start + self.sink.len - self.kept;
        if more >= CHECKPOINT || self.kept_at.elapsed() >= CHECKPOINT_EVERY {
            self.keep()?;
        }
        Ok(())
    }
}
