//! Where incoming bytes go: files that are written at a position.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use md5::{Digest, Md5};
use parking_lot::Mutex;

use super::disk::Root;
use crate::blobs::pump::Sink;
use crate::blobs::{BlobError, locked};

/// Leave to write into an upload's file; withdrawn when somebody else takes
/// over the part, or when the upload ends, so that a late write cannot touch
/// bytes that have been promised since.
#[derive(Debug)]
pub(super) struct Leave(Mutex<bool>);

impl Leave {
    pub(super) fn given() -> Arc<Self> {
        Arc::new(Self(Mutex::new(true)))
    }

    /// Waits for the write under way, if any; there is none afterwards.
    pub(super) fn withdraw(&self) {
        *self.0.lock() = false;
    }

    pub(super) fn holds(&self) -> bool {
        *self.0.lock()
    }
}

/// Bytes going into a file from a position on.
#[derive(Debug)]
pub(super) struct FileSink {
    root: Arc<Root>,
    file: Arc<File>,
    start: u64,
    /// Bytes written.
    pub(super) len: u64,
    /// More bytes than these are an error of the sender's.
    limit: Option<u64>,
    digest: Option<Md5>,
    leave: Option<Arc<Leave>>,
}

impl FileSink {
    pub(super) fn new(root: Arc<Root>, file: Arc<File>, start: u64) -> Self {
        Self {
            root,
            file,
            start,
            len: 0,
            limit: None,
            digest: None,
            leave: None,
        }
    }

    /// For a part: its exact size, and a digest as it goes by.
    pub(super) fn of_size(mut self, size: u64) -> Self {
        self.limit = Some(size);
        self.digest = Some(Md5::new());
        self
    }

    pub(super) fn with_leave(mut self, leave: Arc<Leave>) -> Self {
        self.leave = Some(leave);
        self
    }

    /// The MD5 of what was written, in hexadecimal.
    pub(super) fn md5(&mut self) -> String {
        hex::encode(self.digest.take().unwrap_or_default().finalize())
    }
}

impl Sink for FileSink {
    fn write(&mut self, batch: &[Bytes]) -> Result<(), BlobError> {
        let incoming: u64 = batch.iter().map(|chunk| chunk.len() as u64).sum();
        if let Some(limit) = self.limit
            && self.len + incoming > limit
        {
            return Err(BlobError::TooLarge { limit });
        }
        let failed = |error: io::Error| BlobError::io(&error, "writing");
        if self.root.free_bytes().map_err(failed)? < incoming {
            return Err(BlobError::Full);
        }
        let leave = self.leave.as_ref().map(|leave| leave.0.lock());
        if leave.as_ref().is_some_and(|given| !**given) {
            return Err(BlobError::Superseded);
        }
        for chunk in batch {
            self.file
                .write_all_at(chunk, self.start + self.len)
                .map_err(failed)?;
            self.len += chunk.len() as u64;
            if let Some(digest) = &mut self.digest {
                digest.update(chunk);
            }
        }
        Ok(())
    }
}

/// A file being written, out of sight until it is placed. It is locked while
/// its writer lives, which tells the collector a leftover from work.
#[derive(Debug)]
pub(super) struct Staged {
    pub(super) file: Arc<File>,
    path: PathBuf,
    placed: bool,
}

impl Staged {
    pub(super) fn create(root: &Root) -> Result<Self, BlobError> {
        let (file, path) = locked::create(&root.tmp())
            .map_err(|error| BlobError::io(&error, "creating a file"))?;
        Ok(Self {
            file: Arc::new(file),
            path,
            placed: false,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// To be called once the file is no longer at its path.
    pub(super) fn placed(mut self) {
        self.placed = true;
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.placed {
            let _ = fs::remove_file(&self.path);
        }
    }
}
