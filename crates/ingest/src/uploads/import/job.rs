//! The job that downloads a video.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures::StreamExt as _;
use matinee_catalog::ProcessingStatus;
use matinee_engines::blobs::BlobError;
use matinee_engines::time::now_micros;
use matinee_jobs::{Job, JobContext, JobError, JobHandler, JobProgress};
use sea_orm::EntityTrait;
use url::Url;

use super::fetch::{Download, FetchError};
use super::{IMPORT_JOB, Payload};
use crate::uploads::body::{Body, Watch, watched};
use crate::uploads::checksum::Verifier;
use crate::uploads::store::{self, Model, State};
use crate::uploads::{Result, UploadError, Uploads, begin_processing, micros, to_i64};

/// A download that broke off goes on at once if it had come this much further.
const WORTH_GOING_ON: u64 = 1 << 20;
const REPORT_EVERY: Duration = Duration::from_millis(500);

/// Downloads what people named by URL.
#[derive(Debug, Clone)]
pub struct ImportHandler {
    uploads: Uploads,
}

impl ImportHandler {
    /// Downloads through these uploads.
    pub fn new(uploads: Uploads) -> Self {
        Self { uploads }
    }
}

#[async_trait]
impl JobHandler for ImportHandler {
    fn kind(&self) -> &'static str {
        IMPORT_JOB
    }

    async fn run(&self, ctx: JobContext) -> Result<(), JobError> {
        let payload: Payload = serde_json::from_value(ctx.job.payload.clone())
            .map_err(|_| JobError::fatal("the job cannot be read"))?;
        let limit = self.uploads.inner.config.import.total;
        let work = self.download(&ctx, &payload);
        let outcome = tokio::select! {
            () = ctx.cancel.cancelled() => return Err(JobError::Canceled),
            outcome = tokio::time::timeout(limit, work) => outcome,
        };
        match outcome {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) if passes(&error) => Err(JobError::retry(error)),
            Ok(Err(error)) => {
                self.give_up(&payload).await;
                Err(JobError::fatal(error))
            }
            Err(_) => Err(JobError::fatal(format!(
                "the download took longer than {} minutes",
                limit.as_secs() / 60
            ))),
        }
    }

    async fn on_final_failure(&self, job: &Job, reason: &str) {
        let Some(video_id) = &job.subject else {
            return;
        };
        let catalog = &self.uploads.inner.catalog;
        let reason = Some(reason.to_owned());
        if let Err(error) = catalog
            .set_status(video_id, ProcessingStatus::Failed, reason)
            .await
        {
            tracing::warn!(video = video_id, %error, "a failure was not noted");
        }
    }

    fn limit(&self) -> Option<usize> {
        // Downloads wait for the network: they must not take all slots.
        Some(2)
    }
}

/// Whether it may go better another time.
fn passes(error: &UploadError) -> bool {
    match error {
        UploadError::Fetch(error) => error.is_passing(),
        UploadError::Idle { .. }
        | UploadError::BrokenOff
        | UploadError::TakenOver
        | UploadError::Gone
        | UploadError::Catalog(_)
        | UploadError::Jobs(_)
        | UploadError::Processing(_)
        | UploadError::Db(_)
        | UploadError::Blobs(_) => true,
        _ => false,
    }
}

impl ImportHandler {
    /// Frees what has been downloaded of a file that will never be a video.
    async fn give_up(&self, payload: &Payload) {
        let db = self.uploads.inner.db.write();
        let row = store::Entity::find_by_id(&payload.upload_id).one(db).await;
        if let Ok(Some(row)) = row
            && let Err(error) = self.uploads.discard(&row).await
        {
            tracing::warn!(upload = row.id, %error, "a download is left to be collected");
        }
    }

    async fn download(&self, ctx: &JobContext, payload: &Payload) -> Result<()> {
        let inner = &self.uploads.inner;
        let Some(video) = inner.catalog.find(&payload.video_id).await? else {
            return Ok(()); // Deleted while the job waited.
        };
        let mut row = self.row(payload).await?;
        if row.state == State::Complete {
            return Ok(());
        }
        if row.state == State::Active {
            if video.processing_status != ProcessingStatus::Processing {
                let status = ProcessingStatus::Processing;
                inner.catalog.set_status(&video.id, status, None).await?;
            }
            self.fetch(ctx, &mut row, &payload.url).await?;
        }
        self.deliver(ctx, row, &video.filename).await
    }

    /// The note of the download; a new one if it was given up meanwhile.
    async fn row(&self, payload: &Payload) -> Result<Model> {
        let db = self.uploads.inner.db.write();
        let known = store::Entity::find_by_id(&payload.upload_id)
            .one(db)
            .await?;
        let known_person = match known {
            Some(row) if row.state != State::Gone => return Ok(row),
            Some(row) => {
                store::Entity::delete_by_id(&row.id).exec(db).await?;
                Some((row.person, row.owner, row.metadata))
            }
            None => None,
        };
        let mut row = self.uploads.import_row(payload).await?;
        if let Some((person, owner, metadata)) = known_person {
            row.person = person;
            row.owner = owner;
            row.metadata = metadata;
        }
        store::insert(db, &row).await?;
        Ok(row)
    }

    /// Downloads until every byte is kept.
    async fn fetch(&self, ctx: &JobContext, row: &mut Model, url: &str) -> Result<()> {
        let inner = &self.uploads.inner;
        let url = inner.fetcher.check(url)?;
        loop {
            let handle = row.some_handle()?;
            let from = match inner.blobs.append_offset(&row.key()?, &handle).await {
                Ok(from) => from,
                Err(BlobError::NoSuchUpload) => {
                    self.start_over(row).await?;
                    0
                }
                Err(error) => return Err(error.into()),
            };
            if from > 0 && row.size() == Some(from) {
                return Ok(());
            }
            let end = match self.fetch_on(ctx, row, &url, from).await {
                Ok(end) => end,
                Err(error) => {
                    let handle = row.some_handle()?;
                    let now = inner.blobs.append_offset(&row.key()?, &handle).await?;
                    // A long way with many breaks is still a way.
                    if passes(&error) && now >= from.saturating_add(WORTH_GOING_ON) {
                        tracing::info!(upload = row.id, offset = now, %error, "going on with a download");
                        tokio::time::sleep(Duration::from_secs(1)).await;
                        continue;
                    }
                    return Err(error);
                }
            };
            match row.size() {
                Some(size) if size == end => return Ok(()),
                Some(_) => return Err(UploadError::BrokenOff),
                None if end == 0 => return Err(UploadError::Empty),
                None => {
                    row.size = Some(to_i64(end));
                    self.save(row).await?;
                    return Ok(());
                }
            }
        }
    }

    async fn fetch_on(
        &self,
        ctx: &JobContext,
        row: &mut Model,
        url: &Url,
        from: u64,
    ) -> Result<u64> {
        let inner = &self.uploads.inner;
        let config = &inner.config;
        let opening = inner.fetcher.open(url, from, row.validator.as_deref());
        let download = tokio::time::timeout(config.import.stall, opening)
            .await
            .map_err(|_| FetchError::Passing("the server took too long to answer".into()))??;
        if let Some(size) = download.size {
            self.uploads.check_size("url", size)?;
        }
        if download.offset != from {
            // The file has changed, or the server can only begin anew.
            self.start_over(row).await?;
        }
        row.size = download.size.map(to_i64);
        row.validator.clone_from(&download.validator);
        if row.metadata.0.filename.is_none() || download.filename.is_some() {
            row.metadata.0.filename.clone_from(&download.filename);
        }
        row.expires_at = now_micros() + micros(config.expiry);
        self.save(row).await?;
        let (offset, size) = (download.offset, download.size);
        let most = size.unwrap_or(config.max_file_size);
        let watch = Watch {
            idle: config.import.stall,
            limit: most.saturating_sub(offset),
            sniff: offset == 0,
            whole: true,
            verifier: Verifier::default(),
        };
        let arrived = Arc::new(AtomicU64::new(offset));
        let body = watched(counted(download, arrived.clone()), watch);
        let (key, handle) = (row.key()?, row.some_handle()?);
        let appending = inner.blobs.append(&key, &handle, offset, body);
        let appending = self.uploads.alive(row, appending);
        tokio::pin!(appending);
        let begun = Instant::now();
        loop {
            tokio::select! {
                end = &mut appending => return Ok(end?),
                () = tokio::time::sleep(REPORT_EVERY) => {
                    let now = arrived.load(Ordering::Relaxed);
                    ctx.progress(progress(now, now - offset, size, begun.elapsed())).await;
                }
            }
        }
    }

    /// Throws away what has been downloaded of an earlier state of the file.
    async fn start_over(&self, row: &mut Model) -> Result<()> {
        let blobs = &self.uploads.inner.blobs;
        let key = row.key()?;
        blobs.abort_upload(&key, &row.some_handle()?).await?;
        row.handle = Some(blobs.begin_upload(&key).await?.to_string());
        row.validator = None;
        row.size = None;
        self.save(row).await
    }

    async fn save(&self, row: &mut Model) -> Result<()> {
        row.updated_at = now_micros();
        store::save(self.uploads.inner.db.write(), row).await?;
        Ok(())
    }

    /// Makes the bytes whole, and hands the video on to processing together
    /// with the end of this job.
    async fn deliver(&self, ctx: &JobContext, mut row: Model, given: &str) -> Result<()> {
        let inner = &self.uploads.inner;
        let size = row.size().ok_or(UploadError::Corrupt("size"))?;
        row.state = State::Completing;
        self.save(&mut row).await?;
        let (key, handle) = (row.key()?, row.some_handle()?);
        inner.blobs.complete_append(&key, &handle, size).await?;
        let filename = row.metadata.0.filename.as_deref().unwrap_or(given);
        inner
            .catalog
            .set_source(&row.video_id, &row.blob_key, filename, size)
            .await?;
        let until = now_micros() + micros(inner.config.keep_finished);
        let tx = inner.db.begin().await?;
        ctx.complete(&tx).await?;
        let open = [State::Active, State::Completing];
        store::advance(&tx, &row.id, &open, State::Complete, until).await?;
        begin_processing(&inner.jobs, &tx, &row.video_id).await?;
        tx.commit().await?;
        inner.jobs.wake();
        metrics::counter!("matinee_uploads_total", "way" => "url").increment(1);
        metrics::counter!("matinee_upload_bytes_total").increment(size);
        Ok(())
    }
}

fn counted(download: Download, arrived: Arc<AtomicU64>) -> Body {
    download
        .body
        .map(move |chunk| {
            let chunk = chunk?;
            arrived.fetch_add(chunk.len() as u64, Ordering::Relaxed);
            Ok(chunk)
        })
        .boxed()
}

/// How far a download is: `now` bytes of `size`, of which `fresh` took `elapsed`.
fn progress(now: u64, fresh: u64, size: Option<u64>, elapsed: Duration) -> JobProgress {
    const MIB: f64 = 1024.0 * 1024.0;
    let rate = fresh as f64 / elapsed.as_secs_f64().max(0.001);
    let left = size.map(|size| size.saturating_sub(now) as f64);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "per cent and seconds for people; casts saturate"
    )]
    JobProgress {
        percent: size.map_or(0.0, |size| (now as f64 * 100.0 / size.max(1) as f64) as f32),
        speed: None,
        eta_seconds: left.filter(|_| rate > 1.0).map(|left| (left / rate) as u64),
        note: Some(match size {
            Some(size) => format!(
                "{:.1} of {:.1} MiB downloaded",
                now as f64 / MIB,
                size as f64 / MIB
            ),
            None => format!("{:.1} MiB downloaded", now as f64 / MIB),
        }),
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "halves are exact")]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_in_bytes() {
        let half = progress(50 << 20, 25 << 20, Some(100 << 20), Duration::from_secs(5));
        assert_eq!(half.percent, 50.0);
        assert_eq!(half.eta_seconds, Some(10));
        assert_eq!(half.note.as_deref(), Some("50.0 of 100.0 MiB downloaded"));
        let unknown = progress(1 << 20, 1 << 20, None, Duration::ZERO);
        assert_eq!((unknown.percent, unknown.eta_seconds), (0.0, None));
    }
}
