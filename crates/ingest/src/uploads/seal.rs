//! From an upload to a video.

use std::time::{Duration, Instant};

use matinee_catalog::{NewVideo, Video};
use matinee_engines::blobs::{BlobError, BlobKey, BlobMeta};
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use matinee_engines::trace;

use super::store::{self, Kind, Model, State};
use super::{Result, UploadError, Uploads, micros};

/// How long to wait for somebody else who is making the same bytes whole.
const OTHERS_TIME: Duration = Duration::from_mins(1);
const OTHERS_PAUSE: Duration = Duration::from_millis(250);

/// What makes the bytes whole.
#[derive(Clone, Copy)]
pub(super) enum Whole {
    /// They are already.
    Already,
    /// What was appended, one after the other.
    Appended,
    /// All numbered parts.
    Parts,
}

impl Uploads {
    /// Makes a video of an upload whose bytes are all there. Doing it again
    /// after a crash, or from several requests at once, yields the same video.
    ///
    /// Runs to its end even if the caller is dropped.
    pub(super) async fn seal(&self, row: Model, size: u64, whole: Whole) -> Result<Video> {
        let uploads = self.clone();
        let seal = async move { uploads.seal_now(&row, size, whole).await };
        let sealing = tokio::spawn(trace::along(trace::current(), seal));
        match sealing.await {
            Ok(result) => result,
            // Panicked or shut down: the client may ask again.
            Err(_) => Err(UploadError::Conflict(
                "the upload could not be finished; try again".into(),
            )),
        }
    }

    async fn seal_now(&self, row: &Model, size: u64, whole: Whole) -> Result<Video> {
        let inner = &self.inner;
        let key = row.key()?;
        let until = now_micros() + micros(inner.config.expiry.max(inner.config.keep_finished));
        let open = [State::Active, State::Completing];
        if !store::advance(inner.db.write(), &row.id, &open, State::Completing, until).await? {
            return self.sealed(row).await;
        }
        let begun = Instant::now();
        let kept = loop {
            match self.make_whole(row, &key, size, whole).await {
                Ok(kept) => break kept,
                // Another request, here or on another node, is at it: between
                // the last part and the whole there may be neither.
                Err(BlobError::NotFound(_) | BlobError::NoSuchUpload)
                    if begun.elapsed() < OTHERS_TIME =>
                {
                    tokio::time::sleep(OTHERS_PAUSE).await;
                    if let Ok(video) = self.sealed(row).await {
                        return Ok(video);
                    }
                }
                // The bytes are gone for good.
                Err(BlobError::NotFound(_)) => return Err(UploadError::Gone),
                Err(error) => return Err(error.into()),
            }
        };
        if kept.size != size {
            return Err(UploadError::Conflict(format!(
                "{} bytes were kept instead of {size}",
                kept.size
            )));
        }
        let video = self.arrive(row, kept.size).await?;
        if let Err(error) = inner.blobs.delete_prefix(&row.spool()?).await {
            tracing::warn!(upload = row.id, %error, "scraps of an upload remain");
        }
        Ok(video)
    }

    async fn make_whole(
        &self,
        row: &Model,
        key: &BlobKey,
        size: u64,
        whole: Whole,
    ) -> Result<BlobMeta, BlobError> {
        let blobs = &self.inner.blobs;
        let handle = || row.handle().ok().flatten().ok_or(BlobError::NoSuchUpload);
        match whole {
            Whole::Already => blobs.head(key).await,
            Whole::Appended => blobs.complete_append(key, &handle()?, size).await,
            Whole::Parts => {
                let handle = handle()?;
                match blobs.list_parts(key, &handle).await {
                    Ok(parts) if !parts.is_empty() => {
                        blobs.complete_upload(key, &handle, &parts).await
                    }
                    // Completed before.
                    Ok(_) | Err(BlobError::NoSuchUpload) => blobs.head(key).await,
                    Err(error) => Err(error),
                }
            }
        }
    }

    /// One transaction: the video, its processing, and the end of the upload.
    async fn arrive(&self, row: &Model, size: u64) -> Result<Video> {
        let inner = &self.inner;
        let until = now_micros() + micros(inner.config.keep_finished);
        let tx = inner.db.begin().await?;
        if !store::advance(&tx, &row.id, &[State::Completing], State::Complete, until).await? {
            drop(tx);
            return self.sealed(row).await;
        }
        let metadata = &row.metadata.0;
        let filename = metadata.filename.clone().unwrap_or_default();
        let new = NewVideo {
            id: Some(parse_id(&row.video_id)?),
            details: metadata.details(),
            owner: row.owner.clone(),
            filename,
            file_size: size,
            source_key: Some(row.blob_key.clone()),
            segment_duration_ms: metadata.segment_duration_s.map(|s| i64::from(s) * 1000),
            requested_resolutions: metadata.resolutions.clone(),
            ..NewVideo::default()
        };
        let video = inner.catalog.create_in(&tx, new).await?;
        super::begin_processing(&inner.jobs, &tx, &video.id).await?;
        tx.commit().await?;
        inner.jobs.wake();
        inner.catalog.announce(&video.id, false);
        metrics::counter!("matinee_uploads_total", "way" => way(row.kind)).increment(1);
        metrics::counter!("matinee_upload_bytes_total").increment(size);
        tracing::info!(upload = row.id, video = video.id, size, "upload complete");
        Ok(video)
    }

    /// The video of an upload that has been sealed before.
    pub(super) async fn sealed(&self, row: &Model) -> Result<Video> {
        use sea_orm::EntityTrait as _;
        let now = store::Entity::find_by_id(&row.id)
            .one(self.inner.db.write())
            .await?
            .ok_or(UploadError::NotFound)?;
        if now.state != State::Complete {
            return Err(UploadError::Gone);
        }
        match self.inner.catalog.find(&row.video_id).await? {
            Some(video) => Ok(video),
            // Deleted since.
            None => Err(UploadError::Gone),
        }
    }
}

pub(super) fn parse_id(id: &str) -> Result<Id> {
    Id::parse("video", id).map_err(|_| UploadError::Corrupt("video id"))
}

pub(super) fn way(kind: Kind) -> &'static str {
    match kind {
        Kind::Form => "form",
        Kind::Parts => "parts",
        Kind::Tus => "tus",
        Kind::Url => "url",
    }
}
