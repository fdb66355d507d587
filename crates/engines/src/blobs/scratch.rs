//! Blobs as files of this machine, for programs such as ffmpeg that want a path.

use std::fs::File;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::pump::blocking;
use super::{BlobError, BlobKey, Blobs, locked};

const MIB: u64 = 1 << 20;
/// Leftovers of killed processes are removed from this age on.
const LEFTOVER_AGE: Duration = Duration::from_mins(1);

/// A blob's bytes at a path of this machine, for reading. A copy is removed
/// when this is dropped; a path into the folder engine stays, of course.
#[derive(Debug)]
pub struct LocalFile {
    path: PathBuf,
    copy: Option<Copied>,
}

#[derive(Debug)]
struct Copied {
    /// Locked while in use, which keeps the collector away.
    _file: File,
    _room: Option<OwnedSemaphorePermit>,
}

impl LocalFile {
    /// Where the bytes are.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file is a copy, which goes with this value.
    pub fn is_copy(&self) -> bool {
        self.copy.is_some()
    }
}

impl Deref for LocalFile {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.path
    }
}

impl AsRef<Path> for LocalFile {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

impl Drop for LocalFile {
    fn drop(&mut self) {
        if self.copy.is_some() {
            // What cannot be removed now is removed when the folder is opened again.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// A folder for copies, which together stay below a bound: whoever would pass
/// it waits until others are dropped.
#[derive(Debug, Clone)]
pub struct Scratch {
    folder: PathBuf,
    max_bytes: u64,
    /// One permit per MiB.
    room: Arc<Semaphore>,
}

impl Scratch {
    /// Opens the folder, creating it if need be, and removes what dead
    /// processes left in it. `max_bytes` is rounded down to whole MiB.
    pub async fn open(folder: &Path, max_bytes: u64) -> Result<Self, BlobError> {
        let permits = usize::try_from(max_bytes / MIB)
            .unwrap_or(Semaphore::MAX_PERMITS)
            .min(Semaphore::MAX_PERMITS);
        prepare(folder).await?;
        Ok(Self {
            folder: folder.to_owned(),
            max_bytes,
            room: Arc::new(Semaphore::new(permits)),
        })
    }

    /// The blob at a path. [`BlobError::TooLarge`] if it alone passes the bound.
    pub async fn local_copy(
        &self,
        blobs: &dyn Blobs,
        key: &BlobKey,
    ) -> Result<LocalFile, BlobError> {
        let size = blobs.head(key).await?.size;
        if let Some(path) = blobs.local_path(key) {
            return Ok(LocalFile { path, copy: None });
        }
        let too_large = BlobError::TooLarge {
            limit: self.max_bytes,
        };
        let Ok(permits) = u32::try_from(size.div_ceil(MIB)) else {
            return Err(too_large);
        };
        if size > self.max_bytes / MIB * MIB {
            return Err(too_large);
        }
        let room = Arc::clone(&self.room)
            .acquire_many_owned(permits)
            .await
            .map_err(|error| BlobError::Unavailable(error.to_string()))?;
        download(blobs, key, size, &self.folder, Some(room)).await
    }
}

/// The blob at a path: the engine's own, or a copy in this folder, without a
/// bound other than the disk's. See [`Scratch`] for a bounded folder.
pub async fn local_copy(
    blobs: &dyn Blobs,
    key: &BlobKey,
    folder: &Path,
) -> Result<LocalFile, BlobError> {
    let size = blobs.head(key).await?.size;
    if let Some(path) = blobs.local_path(key) {
        return Ok(LocalFile { path, copy: None });
    }
    prepare(folder).await?;
    download(blobs, key, size, folder, None).await
}

/// Makes the folder, and removes what dead processes left in it.
pub(super) async fn prepare(folder: &Path) -> Result<(), BlobError> {
    let folder = folder.to_owned();
    blocking(move || {
        std::fs::create_dir_all(&folder)
            .and_then(|()| locked::collect(&folder, LEFTOVER_AGE))
            .map(|_| ())
            .map_err(|error| BlobError::io(&error, "the scratch folder"))
    })
    .await
}

async fn download(
    blobs: &dyn Blobs,
    key: &BlobKey,
    size: u64,
    folder: &Path,
    room: Option<OwnedSemaphorePermit>,
) -> Result<LocalFile, BlobError> {
    let failed = |error: std::io::Error| BlobError::io(&error, "a scratch copy");
    let folder = folder.to_owned();
    let (file, path, mut writer) = blocking(move || {
        let (file, path) = locked::create(&folder).map_err(failed)?;
        let writer = file.try_clone().map_err(failed)?;
        Ok((file, path, writer_of(writer)))
    })
    .await?;
    // From here on, dropping removes the file, whatever happens.
    let local = LocalFile {
        path,
        copy: Some(Copied {
            _file: file,
            _room: room,
        }),
    };
    let mut stream = blobs.stream(key, 0..size).await?;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| BlobError::Unavailable(format!("{key}: {error}")))?;
        writer.write_all(&chunk).await.map_err(failed)?;
    }
    writer.flush().await.map_err(failed)?;
    let written = writer.get_ref().metadata().await.map_err(failed)?.len();
    if written == size {
        Ok(local)
    } else {
        Err(BlobError::Unavailable(format!(
            "{key}: {written} of {size} bytes arrived"
        )))
    }
}

fn writer_of(file: File) -> tokio::io::BufWriter<tokio::fs::File> {
    tokio::io::BufWriter::with_capacity(1 << 20, tokio::fs::File::from_std(file))
}
