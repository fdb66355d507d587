//! Blobs in a bucket of Amazon S3 or of a server that speaks its protocol.

mod append;
mod bucket;
mod error;
mod part;
mod stale;
mod wire;
mod write;

use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3;
use object_store::multipart::{MultipartStore, PartId};
use object_store::path::Path;
use object_store::signer::Signer;
use object_store::{GetOptions, GetResult, ObjectStore, ObjectStoreExt};
use parking_lot::Mutex;
use reqwest::Method;
use url::Url;

use self::bucket::{Bucket, build, meta};
use self::wire::Wire;
use super::pump::{self, detached};
use super::turn::Turn;
use super::{
    BlobEntry, BlobError, BlobKey, BlobMeta, Blobs, BlobsHealth, ByteStream, Collected,
    EntryStream, MAX_GET, MAX_PART_SIZE, MAX_PARTS, PartLimits, PartReceipt, PartSpec, S3Config,
    UploadHandle, UploadInfo, within,
};

/// The least size of every part but the last, as S3 has it.
const MIN_PART_SIZE: u64 = 5 << 20;
/// Parts of a file sent at once.
const FILE_PARTS_AT_ONCE: usize = 4;
/// The longest that a signed address may live, as S3 has it.
const MAX_SIGNED: Duration = Duration::from_hours(7 * 24);

/// The engine on a bucket. Any number of processes may share it.
#[derive(Debug)]
pub struct S3 {
    bucket: Arc<Bucket>,
    /// Signs addresses for viewers, who may reach the server by another name.
    public: AmazonS3,
    turns: Mutex<HashMap<UploadHandle, Weak<Turn>>>,
}

impl S3 {
    /// Opens a bucket, and sees whether it can be written to.
    pub async fn open(config: &S3Config) -> Result<Self, BlobError> {
        crate::install_tls();
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(wire::failed)?;
        super::scratch::prepare(&config.scratch).await?;
        let store = build(config, config.endpoint.as_ref())?;
        let public = build(
            config,
            config.public_endpoint.as_ref().or(config.endpoint.as_ref()),
        )?;
        let engine = Self {
            bucket: Arc::new(Bucket {
                wire: Wire { store, http },
                prefix: config.prefix.clone(),
                part_size: config.part_size.clamp(MIN_PART_SIZE, MAX_PART_SIZE),
                scratch: config.scratch.clone(),
            }),
            public,
            turns: Mutex::default(),
        };
        let bucket = &engine.bucket;
        let probe = bucket.staging(&format!("probe/{}", uuid::Uuid::now_v7()));
        let named = BlobKey::new("probe")?;
        let failed = |error: object_store::Error| match error::of(&named, &error) {
            // Nothing else can be missing when something is written.
            BlobError::NotFound(_) => {
                BlobError::Refused(format!("there is no bucket {}", config.bucket))
            }
            error => error,
        };
        let store = &bucket.wire.store;
        store.put(&probe, "probe".into()).await.map_err(failed)?;
        store.delete(&probe).await.map_err(failed)?;
        Ok(engine)
    }

    /// The handle as S3 knows it. None of theirs has a slash, and one with a
    /// slash would be a path to some servers.
    fn check(handle: &UploadHandle) -> Result<(), BlobError> {
        if handle.as_str().contains('/') {
            return Err(BlobError::NoSuchUpload);
        }
        Ok(())
    }

    fn turn(&self, handle: &UploadHandle) -> Arc<Turn> {
        let mut turns = self.turns.lock();
        if let Some(turn) = turns.get(handle).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::new(Turn::default());
        turns.insert(handle.clone(), Arc::downgrade(&turn));
        turn
    }

    /// Asks for a range that is within the blob.
    async fn ask(&self, key: &BlobKey, range: &Range<u64>) -> Result<Option<GetResult>, BlobError> {
        // What S3 cannot express, or might misread.
        if range.start >= range.end || range.end > i64::MAX.unsigned_abs() {
            within(range, self.head(key).await?.size)?;
            return Ok(None);
        }
        let options = GetOptions {
            range: Some(range.clone().into()),
            ..GetOptions::default()
        };
        match self
            .bucket
            .wire
            .store
            .get_opts(&self.bucket.path(key), options)
            .await
        {
            Ok(found) => {
                within(range, found.meta.size)?;
                Ok(Some(found))
            }
            Err(error) if error::is_range(&error) => {
                within(range, self.head(key).await?.size)?;
                // It has grown since: replaced under our eyes.
                Err(BlobError::Unavailable(format!("{key} is being replaced")))
            }
            Err(error) => Err(error::of(key, &error)),
        }
    }

    async fn published(&self, key: &BlobKey, size: u64) -> Result<BlobMeta, BlobError> {
        match self.head(key).await {
            Ok(meta) if meta.size == size => Ok(meta),
            Ok(_) | Err(BlobError::NotFound(_)) => Err(BlobError::NoSuchUpload),
            Err(error) => Err(error),
        }
    }

    /// Completes an upload whose receipts tell what the server keeps.
    async fn complete(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        receipts: &[PartReceipt],
    ) -> Result<(), BlobError> {
        let path = self.bucket.path(key);
        let listed = self.bucket.wire.parts(&path, handle.as_str(), key).await?;
        let listed: HashMap<u32, _> = listed.into_iter().map(|part| (part.number, part)).collect();
        let mut parts = Vec::with_capacity(receipts.len());
        for receipt in receipts {
            let number = receipt.number;
            let part = listed
                .get(&number)
                .ok_or_else(|| BlobError::part(number, "has not been received"))?;
            let etag = part.etag.trim_matches('"');
            if part.size != receipt.size || !etag.eq_ignore_ascii_case(&receipt.etag) {
                return Err(BlobError::part(
                    number,
                    "has been replaced since its receipt",
                ));
            }
            if part.size < MIN_PART_SIZE && (number as usize) < receipts.len() {
                return Err(BlobError::part(
                    number,
                    "has fewer than the 5 MiB that S3 asks for",
                ));
            }
            parts.push(PartId {
                content_id: part.etag.clone(),
            });
        }
        let upload = handle.as_str().to_owned();
        let completed = self
            .bucket
            .wire
            .store
            .complete_multipart(&path, &upload, parts)
            .await;
        match completed.map_err(|error| error::of(key, &error)) {
            Ok(_) => Ok(()),
            Err(BlobError::NotFound(_)) => Err(BlobError::NoSuchUpload),
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl Blobs for S3 {
    fn engine(&self) -> &'static str {
        "s3"
    }

    fn part_limits(&self) -> PartLimits {
        PartLimits {
            min_size: MIN_PART_SIZE,
            max_size: MAX_PART_SIZE,
            max_parts: MAX_PARTS,
        }
    }

    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<BlobMeta, BlobError> {
        let size = bytes.len() as u64;
        if size > self.bucket.part_size {
            // `slice` shares the bytes: a large blob goes in parts without a copy.
            let step = usize::try_from(self.bucket.part_size).unwrap_or(usize::MAX);
            let count = bytes.len().div_ceil(step);
            let chunks = (0..count)
                .map(move |n| Ok(bytes.slice(n * step..((n + 1) * step).min(bytes.len()))));
            return self
                .put_stream(key, futures::stream::iter(chunks).boxed())
                .await;
        }
        self.bucket.keep(key, bytes.into()).await?;
        self.bucket.kept(key, Some(size)).await
    }

    async fn put_stream(&self, key: &BlobKey, stream: ByteStream) -> Result<BlobMeta, BlobError> {
        let (bucket, key) = (Arc::clone(&self.bucket), key.clone());
        detached(move |cancel| async move {
            let part_size = bucket.part_size;
            Arc::clone(&bucket)
                .keep_stream(&key, stream, part_size, 1, cancel)
                .await?;
            bucket.kept(&key, None).await
        })
        .await
    }

    async fn put_file(&self, key: &BlobKey, file: &std::path::Path) -> Result<BlobMeta, BlobError> {
        let failed = |error: std::io::Error| BlobError::io(&error, "moving a file in");
        let stat = tokio::fs::symlink_metadata(file).await.map_err(failed)?;
        if !stat.is_file() {
            return Err(BlobError::Refused(format!(
                "{} is no regular file",
                file.display()
            )));
        }
        let opened = tokio::fs::File::open(file).await.map_err(failed)?;
        let size = stat.len();
        let stream = pump::read_file(Arc::new(opened.into_std().await), size);
        let (bucket, key) = (Arc::clone(&self.bucket), key.clone());
        let meta = detached(move |cancel| async move {
            let part_size = bucket.part_size.max(size.div_ceil(u64::from(MAX_PARTS)));
            Arc::clone(&bucket)
                .keep_stream(&key, stream, part_size, FILE_PARTS_AT_ONCE, cancel)
                .await?;
            bucket.kept(&key, Some(size)).await
        })
        .await?;
        tokio::fs::remove_file(file).await.map_err(failed)?;
        Ok(meta)
    }

    async fn get(&self, key: &BlobKey, range: Range<u64>) -> Result<Bytes, BlobError> {
        if range.start <= range.end && range.end - range.start > MAX_GET {
            within(&range, self.head(key).await?.size)?;
            return Err(BlobError::TooLarge { limit: MAX_GET });
        }
        match self.ask(key, &range).await? {
            None => Ok(Bytes::new()),
            Some(found) => whole(found, range.end - range.start, key).await,
        }
    }

    async fn get_all(&self, key: &BlobKey, max_len: u64) -> Result<Bytes, BlobError> {
        let limit = max_len.min(MAX_GET);
        let path = self.bucket.path(key);
        let found = self.bucket.wire.store.get(&path).await;
        let found = found.map_err(|error| error::of(key, &error))?;
        if found.meta.size > limit {
            return Err(BlobError::TooLarge { limit });
        }
        let size = found.meta.size;
        whole(found, size, key).await
    }

    async fn stream(&self, key: &BlobKey, range: Range<u64>) -> Result<ByteStream, BlobError> {
        let Some(found) = self.ask(key, &range).await? else {
            return Ok(futures::stream::empty().boxed());
        };
        Ok(found.into_stream().map_err(std::io::Error::from).boxed())
    }

    async fn head(&self, key: &BlobKey) -> Result<BlobMeta, BlobError> {
        self.bucket.head(key).await
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        let deleted = self.bucket.wire.store.delete(&self.bucket.path(key)).await;
        match deleted.map_err(|error| error::of(key, &error)) {
            Ok(()) | Err(BlobError::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn delete_prefix(&self, prefix: &BlobKey) -> Result<(), BlobError> {
        let store = &self.bucket.wire.store;
        let found = store.list(Some(&self.bucket.path(prefix)));
        store
            .delete_stream(found.map_ok(|found| found.location).boxed())
            .try_for_each(|_| std::future::ready(Ok(())))
            .await
            .map_err(|error| error::of(prefix, &error))
    }

    fn list(&self, prefix: Option<&BlobKey>) -> EntryStream {
        let bucket = Arc::clone(&self.bucket);
        let below = prefix.or(bucket.prefix.as_ref()).cloned();
        let path = match (prefix, &bucket.prefix) {
            (Some(prefix), _) => Some(bucket.path(prefix)),
            (None, Some(prefix)) => Some(Path::from(prefix.as_str())),
            (None, None) => None,
        };
        let found = bucket.wire.store.list(path.as_ref());
        found
            .map_err(move |error| match &below {
                Some(below) => error::of(below, &error),
                None => BlobError::Unavailable(error.to_string()),
            })
            .try_filter_map(move |found| {
                let entry = bucket.key(found.location.as_ref()).map(|key| BlobEntry {
                    key,
                    meta: meta(&found),
                });
                std::future::ready(Ok(entry))
            })
            .boxed()
    }

    async fn begin_upload(&self, key: &BlobKey) -> Result<UploadHandle, BlobError> {
        let path = self.bucket.path(key);
        let upload = self.bucket.wire.store.create_multipart(&path).await;
        UploadHandle::new(upload.map_err(|error| error::of(key, &error))?)
    }

    async fn put_part(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        part: PartSpec,
        stream: ByteStream,
    ) -> Result<PartReceipt, BlobError> {
        super::check_part(&part, self.part_limits())?;
        Self::check(handle)?;
        let (bucket, key, handle) = (Arc::clone(&self.bucket), key.clone(), handle.clone());
        detached(move |cancel| async move {
            if part.size <= bucket.part_size {
                bucket
                    .keep_small_part(&key, &handle, part, stream, cancel)
                    .await
            } else {
                bucket
                    .keep_large_part(&key, &handle, part, stream, cancel)
                    .await
            }
        })
        .await
    }

    async fn list_parts(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
    ) -> Result<Vec<PartReceipt>, BlobError> {
        Self::check(handle)?;
        let path = self.bucket.path(key);
        let listed = self.bucket.wire.parts(&path, handle.as_str(), key).await?;
        Ok(listed
            .into_iter()
            .map(|part| PartReceipt {
                number: part.number,
                size: part.size,
                etag: part.etag.trim_matches('"').to_owned(),
            })
            .collect())
    }

    async fn complete_upload(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        parts: &[PartReceipt],
    ) -> Result<BlobMeta, BlobError> {
        let parts = super::check_receipts(parts)?;
        Self::check(handle)?;
        let size = parts.iter().map(|part| part.size).sum();
        match self.complete(key, handle, &parts).await {
            Ok(()) => self.bucket.kept(key, Some(size)).await,
            Err(BlobError::NoSuchUpload) => self.published(key, size).await,
            Err(error) => Err(error),
        }
    }

    async fn append(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        offset: u64,
        stream: ByteStream,
    ) -> Result<u64, BlobError> {
        Self::check(handle)?;
        let (bucket, turn) = (Arc::clone(&self.bucket), self.turn(handle));
        let (key, handle) = (key.clone(), handle.clone());
        detached(move |cancel| async move {
            let held = turn.take(cancel.clone()).await?;
            let (end, poured) = bucket.append(&key, &handle, offset, stream, cancel).await?;
            held.outcome(poured).map(|()| end)
        })
        .await
    }

    async fn append_offset(&self, key: &BlobKey, handle: &UploadHandle) -> Result<u64, BlobError> {
        Self::check(handle)?;
        let turn = self.turn(handle);
        let _held = turn
            .take(tokio_util::sync::CancellationToken::new())
            .await?;
        Ok(self.bucket.appended(key, handle).await?.end())
    }

    async fn complete_append(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
        size: u64,
    ) -> Result<BlobMeta, BlobError> {
        Self::check(handle)?;
        let turn = self.turn(handle);
        let _held = turn
            .take(tokio_util::sync::CancellationToken::new())
            .await?;
        match self.bucket.complete_appended(key, handle, size).await {
            Ok(()) => self.bucket.kept(key, Some(size)).await,
            Err(BlobError::NoSuchUpload) => self.published(key, size).await,
            Err(error) => Err(error),
        }
    }

    async fn abort_upload(&self, key: &BlobKey, handle: &UploadHandle) -> Result<(), BlobError> {
        if Self::check(handle).is_err() {
            return Ok(());
        }
        self.bucket.abort(key, handle).await
    }

    async fn list_uploads(&self) -> Result<Vec<UploadInfo>, BlobError> {
        let bucket = &self.bucket;
        let named = BlobKey::new("uploads")?;
        let uploads = bucket.wire.uploads(&bucket.name(""), &named).await?;
        Ok(uploads
            .into_iter()
            .filter_map(|upload| {
                Some(UploadInfo {
                    key: bucket.key(&upload.key)?,
                    modified: upload.modified(),
                    handle: UploadHandle::new(upload.upload_id).ok()?,
                })
            })
            .collect())
    }

    async fn collect_stale(&self, older_than: Duration) -> Result<Collected, BlobError> {
        self.collect(older_than).await
    }

    fn local_path(&self, _: &BlobKey) -> Option<PathBuf> {
        None
    }

    async fn presign_get(&self, key: &BlobKey, ttl: Duration) -> Result<Option<Url>, BlobError> {
        let ttl = ttl.clamp(Duration::from_secs(1), MAX_SIGNED);
        self.public
            .signed_url(Method::GET, &self.bucket.path(key), ttl)
            .await
            .map(Some)
            .map_err(|error| error::of(key, &error))
    }

    async fn health(&self) -> Result<BlobsHealth, BlobError> {
        self.bucket.wire.reach(&BlobKey::new("health")?).await?;
        Ok(BlobsHealth { free_bytes: None })
    }
}

/// The bytes of an answer, which must be as many as announced.
async fn whole(found: GetResult, len: u64, key: &BlobKey) -> Result<Bytes, BlobError> {
    let bytes = found
        .bytes()
        .await
        .map_err(|error| error::of(key, &error))?;
    if bytes.len() as u64 == len {
        Ok(bytes)
    } else {
        Err(BlobError::Unavailable(format!(
            "{key}: an answer broke off"
        )))
    }
}
