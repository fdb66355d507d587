//! Reading: kept-open files, positioned reads.
//!
//! Serving a segment costs one `fstat` and one `pread`. Bytes that the page
//! cache holds are read where the request runs, with `RWF_NOWAIT`, which never
//! waits for a disk; whatever would wait goes to the blocking pool.
//!
//! Measured on two busy cores, in microseconds of CPU for a read of 16 KiB,
//! 100 KiB, 512 KiB and 2 MiB from the page cache: always on the blocking pool
//! 18–28, 46–54, 99–218 and 300–680; on the spot 2–3, 13, 61–69 and 290–415.

use std::fs::{File, OpenOptions};
use std::io::{self, IoSliceMut};
use std::ops::Range;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rustix::io::ReadWriteFlags;

use super::disk::{self, Root};
use crate::blobs::pump::blocking;
use crate::blobs::{BlobError, BlobKey, BlobMeta, ByteStream, MAX_GET, within};

/// Files kept open. An unlinked one is noticed at its next use.
const OPEN_FILES: u64 = 256;
/// A file unused for this long is closed, which also frees the space of a blob
/// that another process has removed.
const IDLE: Duration = Duration::from_secs(30);
/// Up to this many bytes are copied from the page cache on the spot …
const INLINE_MAX: usize = 8 << 20;
/// … so many at a time (about 60 µs), with others' turns in between.
const PIECE: usize = 512 << 10;
/// Bytes of one chunk of a stream.
const CHUNK: u64 = 512 << 10;

#[derive(Debug)]
pub(super) struct Reader {
    root: Arc<Root>,
    open: moka::sync::Cache<BlobKey, Arc<File>>,
    inline: bool,
}

impl Reader {
    pub(super) fn new(root: Arc<Root>, inline: bool) -> Self {
        let open = moka::sync::Cache::builder()
            .max_capacity(OPEN_FILES)
            .time_to_idle(IDLE)
            .build();
        Self { root, open, inline }
    }

    /// Forgets the files of a blob that is being replaced or removed.
    pub(super) fn forget(&self, key: &BlobKey) {
        self.open.invalidate(key);
    }

    /// Forgets the files of all blobs below `prefix/`.
    pub(super) fn forget_below(&self, prefix: &BlobKey) {
        for (key, _) in &self.open {
            if key.is_below(prefix) {
                self.open.invalidate(key.as_ref());
            }
        }
    }

    /// The file kept open, if it still is the blob, and its meta.
    fn kept(&self, key: &BlobKey) -> Option<(Arc<File>, BlobMeta)> {
        let file = self.open.get(key)?;
        match file.metadata() {
            Ok(stat) if stat.nlink() > 0 => Some((file, disk::meta(&stat))),
            _ => {
                self.open.invalidate(key);
                None
            }
        }
    }

    /// The file, opened unless it is, and its meta.
    async fn file(&self, key: &BlobKey) -> Result<(Arc<File>, BlobMeta), BlobError> {
        if let Some(kept) = self.kept(key) {
            return Ok(kept);
        }
        let (root, wanted) = (Arc::clone(&self.root), key.clone());
        let (file, meta) = blocking(move || {
            open(&root, &wanted).map_err(|error| BlobError::reading(&error, &wanted))
        })
        .await?;
        self.open.insert(key.clone(), Arc::clone(&file));
        Ok((file, meta))
    }

    pub(super) async fn head(&self, key: &BlobKey) -> Result<BlobMeta, BlobError> {
        Ok(self.file(key).await?.1)
    }

    pub(super) async fn get(&self, key: &BlobKey, range: Range<u64>) -> Result<Bytes, BlobError> {
        let (file, meta) = self.file(key).await?;
        let len = within(&range, meta.size)?;
        if len > MAX_GET {
            return Err(BlobError::TooLarge { limit: MAX_GET });
        }
        self.read(file, range.start, len, key).await
    }

    pub(super) async fn get_all(&self, key: &BlobKey, max_len: u64) -> Result<Bytes, BlobError> {
        let (file, meta) = self.file(key).await?;
        let limit = max_len.min(MAX_GET);
        if meta.size > limit {
            return Err(BlobError::TooLarge { limit });
        }
        self.read(file, 0, meta.size, key).await
    }

    async fn read(
        &self,
        file: Arc<File>,
        start: u64,
        len: u64,
        key: &BlobKey,
    ) -> Result<Bytes, BlobError> {
        let len = usize::try_from(len).map_err(|_| BlobError::TooLarge { limit: MAX_GET })?;
        let cached = if self.inline && len <= INLINE_MAX {
            read_cached(&file, start, len).await
        } else {
            Vec::new()
        };
        if cached.len() == len {
            return Ok(cached.into());
        }
        let key = key.clone();
        blocking(move || {
            read_rest(&file, start, cached, len).map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => {
                    BlobError::Corrupt(format!("{key} is shorter than it was"))
                }
                _ => BlobError::reading(&error, &key),
            })
        })
        .await
    }

    pub(super) async fn stream(
        self: &Arc<Self>,
        key: &BlobKey,
        range: Range<u64>,
    ) -> Result<ByteStream, BlobError> {
        let (file, meta) = self.file(key).await?;
        within(&range, meta.size)?;
        let (reader, key) = (Arc::clone(self), key.clone());
        let chunks = futures::stream::try_unfold(range.start, move |at| {
            let (reader, key, file) = (Arc::clone(&reader), key.clone(), Arc::clone(&file));
            async move {
                let len = CHUNK.min(range.end - at);
                if len == 0 {
                    return Ok(None);
                }
                let chunk = reader.read(file, at, len, &key).await?;
                Ok(Some((chunk, at + len)))
            }
        });
        Ok(Box::pin(chunks))
    }
}

/// Opens a blob. Not to be held up by what is no regular file.
pub(super) fn open(root: &Root, key: &BlobKey) -> io::Result<(Arc<File>, BlobMeta)> {
    let flags = rustix::fs::OFlags::NONBLOCK.bits();
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags.cast_signed())
        .open(root.blob(key))?;
    let stat = file.metadata()?;
    if stat.is_file() {
        Ok((Arc::new(file), disk::meta(&stat)))
    } else {
        Err(io::ErrorKind::IsADirectory.into())
    }
}

/// As many of the first bytes as the page cache has, without waiting.
async fn read_cached(file: &File, start: u64, len: usize) -> Vec<u8> {
    let mut buffer = vec![0; len];
    let mut filled = 0;
    while filled < len {
        if filled > 0 {
            tokio::task::yield_now().await;
        }
        let piece = &mut buffer[filled..len.min(filled + PIECE)];
        let wanted = piece.len();
        let at = start + filled as u64;
        let pieces = &mut [IoSliceMut::new(piece)];
        match rustix::io::preadv2(file, pieces, at, ReadWriteFlags::NOWAIT) {
            Ok(read) if read == wanted => filled += read,
            Ok(read) => {
                filled += read;
                break;
            }
            // The disk would have to be waited for, or the file system cannot tell.
            Err(_) => break,
        }
    }
    buffer.truncate(filled);
    buffer
}

/// Reads what is missing of these bytes.
fn read_rest(file: &File, start: u64, mut buffer: Vec<u8>, len: usize) -> io::Result<Bytes> {
    buffer.reserve_exact(len - buffer.len());
    while buffer.len() < len {
        let at = start + buffer.len() as u64;
        match rustix::io::pread(file, rustix::buffer::spare_capacity(&mut buffer), at) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    // The allocator may have given more than was asked for.
    buffer.truncate(len);
    Ok(buffer.into())
}
