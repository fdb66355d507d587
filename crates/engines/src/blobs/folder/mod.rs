//! Blobs in a folder: each a file at its key, so that ffmpeg and nginx can
//! read them where they are.

mod disk;
mod journal;
mod keep;
mod read;
mod registry;
mod sink;
mod upload;
mod walk;

use std::fs::{self, File};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use tokio_util::sync::CancellationToken;
use url::Url;

use self::disk::Root;
use self::keep::{Appending, copy_in, finish, place, receipt};
use self::read::Reader;
use self::registry::Registry;
use self::sink::{FileSink, Staged};
use self::upload::{Upload, Way};
use super::pump::{Sink, blocking, detached, pour};
use super::{
    BlobError, BlobKey, BlobMeta, Blobs, BlobsHealth, ByteStream, Collected, EntryStream,
    MAX_PART_SIZE, MAX_PARTS, PartLimits, PartReceipt, PartSpec, UploadHandle, UploadInfo, locked,
};

/// A leftover is not removed before this age, unless asked to.
const LEFTOVER_AGE: Duration = Duration::from_mins(1);

/// How a folder is used.
#[derive(Debug, Clone, Copy)]
pub struct FolderOptions {
    /// Free bytes of the file system that writing leaves alone
    /// ([`BlobError::Full`] comes that much earlier), because the database
    /// often lives beside the blobs. 64 MiB by default.
    pub reserve_bytes: u64,
    /// Whether bytes in the page cache are read where the request runs instead
    /// of on the blocking pool. True by default.
    pub inline_reads: bool,
}

impl Default for FolderOptions {
    fn default() -> Self {
        Self {
            reserve_bytes: 64 << 20,
            inline_reads: true,
        }
    }
}

/// The engine on a folder. Several processes may share a folder, as long as
/// only one at a time works on a given upload.
#[derive(Debug)]
pub struct Folder {
    root: Arc<Root>,
    reader: Arc<Reader>,
    uploads: Arc<Registry>,
}

impl Folder {
    /// Opens a folder, creating it if need be.
    pub async fn open(path: &Path, options: FolderOptions) -> Result<Self, BlobError> {
        let path = path.to_owned();
        let root = blocking(move || Root::open(&path, options.reserve_bytes)).await?;
        let root = Arc::new(root);
        Ok(Self {
            reader: Arc::new(Reader::new(Arc::clone(&root), options.inline_reads)),
            uploads: Arc::new(Registry::new(Arc::clone(&root))),
            root,
        })
    }

    async fn upload(&self, key: &BlobKey, handle: &UploadHandle) -> Result<Arc<Upload>, BlobError> {
        let (uploads, key, handle) = (Arc::clone(&self.uploads), key.clone(), handle.clone());
        blocking(move || uploads.get(&key, &handle)).await
    }

    /// Publishes an upload, or finds that it has been published before.
    async fn publish(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        size: u64,
        complete: impl FnOnce(&Upload, &Root) -> Result<(), BlobError> + Send + 'static,
    ) -> Result<BlobMeta, BlobError> {
        let upload = match self.upload(key, handle).await {
            Err(BlobError::NoSuchUpload) => return self.published(key, size).await,
            found => found?,
        };
        let root = Arc::clone(&self.root);
        match blocking(move || complete(&upload, &root)).await {
            Err(BlobError::NoSuchUpload) => return self.published(key, size).await,
            done => done?,
        }
        self.uploads.forget(handle);
        self.reader.forget(key);
        self.head(key).await
    }

    async fn published(&self, key: &BlobKey, size: u64) -> Result<BlobMeta, BlobError> {
        match self.head(key).await {
            Ok(meta) if meta.size == size => Ok(meta),
            Ok(_) | Err(BlobError::NotFound(_)) => Err(BlobError::NoSuchUpload),
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl Blobs for Folder {
    fn engine(&self) -> &'static str {
        "folder"
    }

    fn part_limits(&self) -> PartLimits {
        PartLimits {
            min_size: 1,
            max_size: MAX_PART_SIZE,
            max_parts: MAX_PARTS,
        }
    }

    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<BlobMeta, BlobError> {
        let (root, reader, key) = (
            Arc::clone(&self.root),
            Arc::clone(&self.reader),
            key.clone(),
        );
        blocking(move || {
            let staged = Staged::create(&root)?;
            FileSink::new(Arc::clone(&root), Arc::clone(&staged.file), 0).write(&[bytes])?;
            let meta = place(&root, staged, &key)?;
            reader.forget(&key);
            Ok(meta)
        })
        .await
    }

    async fn put_stream(&self, key: &BlobKey, stream: ByteStream) -> Result<BlobMeta, BlobError> {
        let (root, reader, key) = (
            Arc::clone(&self.root),
            Arc::clone(&self.reader),
            key.clone(),
        );
        detached(move |cancel| async move {
            let at = Arc::clone(&root);
            let staged = blocking(move || Staged::create(&at)).await?;
            let sink = FileSink::new(Arc::clone(&root), Arc::clone(&staged.file), 0);
            let (sink, poured) = pour(stream, cancel, sink).await?;
            blocking(move || {
                drop(sink);
                poured?;
                let meta = place(&root, staged, &key)?;
                reader.forget(&key);
                Ok(meta)
            })
            .await
        })
        .await
    }

    async fn put_file(&self, key: &BlobKey, file: &Path) -> Result<BlobMeta, BlobError> {
        let (root, reader, key) = (
            Arc::clone(&self.root),
            Arc::clone(&self.reader),
            key.clone(),
        );
        let file = file.to_owned();
        blocking(move || {
            let failed = |error: io::Error| BlobError::io(&error, "moving a file in");
            // A link would be moved as a link, and its target would not be ours.
            if !fs::symlink_metadata(&file).map_err(failed)?.is_file() {
                return Err(BlobError::Refused(format!(
                    "{} is no regular file",
                    file.display()
                )));
            }
            let opened = File::open(&file).map_err(failed)?;
            root.open_up(&opened).map_err(failed)?;
            opened.sync_all().map_err(failed)?;
            let meta = match root.place(&file, &key) {
                Ok(()) => disk::meta(&opened.metadata().map_err(failed)?),
                Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                    copy_in(&root, &file, &key)?
                }
                Err(error) => return Err(failed(error)),
            };
            reader.forget(&key);
            Ok(meta)
        })
        .await
    }

    async fn get(&self, key: &BlobKey, range: Range<u64>) -> Result<Bytes, BlobError> {
        self.reader.get(key, range).await
    }

    async fn get_all(&self, key: &BlobKey, max_len: u64) -> Result<Bytes, BlobError> {
        self.reader.get_all(key, max_len).await
    }

    async fn stream(&self, key: &BlobKey, range: Range<u64>) -> Result<ByteStream, BlobError> {
        self.reader.stream(key, range).await
    }

    async fn head(&self, key: &BlobKey) -> Result<BlobMeta, BlobError> {
        self.reader.head(key).await
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        let (root, reader, key) = (
            Arc::clone(&self.root),
            Arc::clone(&self.reader),
            key.clone(),
        );
        blocking(move || {
            root.remove(&key)
                .map_err(|error| BlobError::io(&error, "removing a blob"))?;
            reader.forget(&key);
            Ok(())
        })
        .await
    }

    async fn delete_prefix(&self, prefix: &BlobKey) -> Result<(), BlobError> {
        let (root, reader) = (Arc::clone(&self.root), Arc::clone(&self.reader));
        let prefix = prefix.clone();
        blocking(move || {
            let removed = root.remove_below(&prefix);
            reader.forget_below(&prefix);
            removed.map_err(|error| BlobError::io(&error, "removing blobs"))
        })
        .await
    }

    fn list(&self, prefix: Option<&BlobKey>) -> EntryStream {
        walk::list(Arc::clone(&self.root), prefix)
    }

    async fn begin_upload(&self, key: &BlobKey) -> Result<UploadHandle, BlobError> {
        let (uploads, key) = (Arc::clone(&self.uploads), key.clone());
        blocking(move || uploads.begin(&key)).await
    }

    async fn put_part(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        part: PartSpec,
        stream: ByteStream,
    ) -> Result<PartReceipt, BlobError> {
        super::check_part(&part, self.part_limits())?;
        let upload = self.upload(key, handle).await?;
        let root = Arc::clone(&self.root);
        detached(move |cancel| async move {
            let claiming = Arc::clone(&upload);
            match blocking(move || claiming.claim(&part)).await? {
                Way::Direct(leave) => {
                    let sink = FileSink::new(root, Arc::clone(&upload.data), part.offset)
                        .of_size(part.size)
                        .with_leave(Arc::clone(&leave));
                    let (mut sink, poured) = pour(stream, cancel, sink).await?;
                    blocking(move || {
                        let kept = finish(part, &mut sink, poured).and_then(|part| {
                            upload.keep_direct(part.clone(), &leave)?;
                            Ok(part)
                        });
                        if kept.is_err() {
                            upload.release(part.number, &leave);
                        }
                        kept.map(receipt)
                    })
                    .await
                }
                Way::Aside => {
                    let at = Arc::clone(&root);
                    let staged = blocking(move || Staged::create(&at)).await?;
                    let sink = FileSink::new(root, Arc::clone(&staged.file), 0).of_size(part.size);
                    let (mut sink, poured) = pour(stream, cancel, sink).await?;
                    blocking(move || {
                        let part = finish(part, &mut sink, poured)?;
                        upload.keep_aside(part.clone(), staged)?;
                        Ok(receipt(part))
                    })
                    .await
                }
            }
        })
        .await
    }

    async fn list_parts(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
    ) -> Result<Vec<PartReceipt>, BlobError> {
        let upload = self.upload(key, handle).await?;
        blocking(move || upload.receipts()).await
    }

    async fn complete_upload(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        parts: &[PartReceipt],
    ) -> Result<BlobMeta, BlobError> {
        let parts = super::check_receipts(parts)?;
        let size = parts.iter().map(|part| part.size).sum();
        self.publish(key, handle, size, move |upload, root| {
            upload.complete(root, &parts)
        })
        .await
    }

    async fn append(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        offset: u64,
        stream: ByteStream,
    ) -> Result<u64, BlobError> {
        let upload = self.upload(key, handle).await?;
        let root = Arc::clone(&self.root);
        detached(move |cancel| async move {
            let held = upload.turn.take(cancel.clone()).await?;
            let at = Arc::clone(&upload);
            let leave = blocking(move || at.begin_append(offset)).await?;
            let sink = Appending {
                sink: FileSink::new(root, Arc::clone(&upload.data), offset)
                    .with_leave(Arc::clone(&leave)),
                upload,
                start: offset,
                kept: offset,
                kept_at: Instant::now(),
            };
            let (mut sink, poured) = pour(stream, cancel, sink).await?;
            let (end, kept) = blocking(move || {
                let kept = sink.keep();
                leave.withdraw();
                Ok((sink.start + sink.sink.len, kept))
            })
            .await?;
            kept?;
            held.outcome(poured).map(|()| end)
        })
        .await
    }

    async fn append_offset(&self, key: &BlobKey, handle: &UploadHandle) -> Result<u64, BlobError> {
        let upload = self.upload(key, handle).await?;
        let _held = upload.turn.take(CancellationToken::new()).await?;
        let at = Arc::clone(&upload);
        blocking(move || at.end()).await
    }

    async fn complete_append(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        size: u64,
    ) -> Result<BlobMeta, BlobError> {
        let upload = match self.upload(key, handle).await {
            Err(BlobError::NoSuchUpload) => return self.published(key, size).await,
            found => found?,
        };
        let _held = upload.turn.take(CancellationToken::new()).await?;
        self.publish(key, handle, size, move |upload, root| {
            upload.complete_append(root, size)
        })
        .await
    }

    async fn abort_upload(&self, key: &BlobKey, handle: &UploadHandle) -> Result<(), BlobError> {
        match self.upload(key, handle).await {
            Ok(_) => {}
            Err(BlobError::NoSuchUpload) => return Ok(()),
            Err(error) => return Err(error),
        }
        let (uploads, handle) = (Arc::clone(&self.uploads), handle.clone());
        blocking(move || uploads.remove(&handle)).await
    }

    async fn list_uploads(&self) -> Result<Vec<UploadInfo>, BlobError> {
        let uploads = Arc::clone(&self.uploads);
        blocking(move || {
            uploads
                .list()
                .map_err(|error| BlobError::io(&error, "listing uploads"))
        })
        .await
    }

    async fn collect_stale(&self, older_than: Duration) -> Result<Collected, BlobError> {
        let (uploads, root) = (Arc::clone(&self.uploads), Arc::clone(&self.root));
        blocking(move || {
            let failed = |error: io::Error| BlobError::io(&error, "collecting leftovers");
            let (stale, remains) = uploads.collect(older_than)?;
            let files =
                locked::collect(&root.tmp(), older_than.min(LEFTOVER_AGE)).map_err(failed)?;
            let trash = root.empty_trash().map_err(failed)?;
            Ok(Collected {
                uploads: stale,
                leftovers: remains + files + trash,
            })
        })
        .await
    }

    fn local_path(&self, key: &BlobKey) -> Option<PathBuf> {
        Some(self.root.blob(key))
    }

    async fn presign_get(&self, _: &BlobKey, _: Duration) -> Result<Option<Url>, BlobError> {
        Ok(None)
    }

    async fn health(&self) -> Result<BlobsHealth, BlobError> {
        let root = Arc::clone(&self.root);
        blocking(move || {
            // Creating, and dropping, a file is what tells a read-only disk.
            Staged::create(&root)?;
            let free = root
                .free_bytes()
                .map_err(|error| BlobError::io(&error, "the folder of blobs"))?;
            if free == 0 {
                return Err(BlobError::Full);
            }
            Ok(BlobsHealth {
                free_bytes: Some(free),
            })
        })
        .await
    }
}
