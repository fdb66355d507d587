//! What the rest of the program asks of processing.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::Stream;
use matinee_catalog::{Catalog, ProcessingStatus};
use matinee_engines::blobs::{BlobKey, SharedBlobs};
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use matinee_jobs::{JobHandler, JobState, Jobs};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use tokio_util::sync::CancellationToken;

use crate::config::ProcessingConfig;
use crate::error::{IngestError, Result};
use crate::ffmpeg::{Capabilities, Runner};
use crate::processing::{Processing, watch_all, watch_one};
use crate::removal::{self, RemoveHandler};
use crate::steps::{self, Core, NewTrack};

/// How long a step gets to stop before its video is deleted under it.
const SETTLE: Duration = Duration::from_secs(10);
/// How often [`Ingest::maintain`] looks.
const MAINTAIN_EVERY: Duration = Duration::from_mins(1);
/// How long a retired rendition's bytes stay for players that already have its playlist.
const RETIRED_FOR: Duration = Duration::from_hours(6);
/// Work folders without a video are removed from this age on.
const ORPHANED_AFTER: Duration = Duration::from_hours(1);
const BATCH: u64 = 100;
/// Audio tracks that a video can have, those being made included.
pub const TRACKS_MAX: usize = 32;

/// What processing works with.
pub struct IngestDeps {
    /// The library.
    pub catalog: Catalog,
    /// Where sources are and renditions go.
    pub blobs: SharedBlobs,
    /// The queue of steps.
    pub jobs: Jobs,
    /// What is to be made of a video.
    pub config: ProcessingConfig,
    /// Runs ffmpeg and ffprobe.
    pub runner: Runner,
}

/// Makes videos of uploaded files. Cheap to clone.
#[derive(Clone)]
pub struct Ingest {
    core: Arc<Core>,
}

impl Ingest {
    /// Processing over these.
    pub fn new(deps: IngestDeps) -> Self {
        let IngestDeps {
            catalog,
            blobs,
            jobs,
            config,
            runner,
        } = deps;
        Self {
            core: Arc::new(Core::new(catalog, blobs, jobs, config, runner)),
        }
    }

    /// A handler for each kind of step, for a worker.
    pub fn handlers(&self) -> Vec<Arc<dyn JobHandler>> {
        let mut handlers = steps::handlers(&self.core);
        handlers.push(Arc::new(RemoveHandler(Arc::clone(&self.core))));
        handlers
    }

    /// What runs ffmpeg.
    pub(crate) fn runner(&self) -> &Runner {
        &self.core.runner
    }

    /// What it was configured to.
    pub fn config(&self) -> &ProcessingConfig {
        &self.core.config
    }

    /// What the installed ffmpeg can do. Fails when there is none.
    pub async fn capabilities(&self) -> Result<&Capabilities> {
        self.core.capabilities().await
    }

    /// Begins processing of a video whose source is durable, within the caller's transaction:
    /// either the video and its first job exist, or neither. Calling it again changes nothing.
    pub async fn accept(&self, conn: &impl ConnectionTrait, video_id: &str) -> Result<Id> {
        steps::enqueue_probe(&self.core.jobs, conn, video_id).await
    }

    /// Stops all steps of a video. What can be watched already stays. False when there is nothing
    /// to stop.
    pub async fn cancel(&self, video_id: &str) -> Result<bool> {
        let core = &self.core;
        let tx = core.catalog.db().begin().await?;
        let stopped = core.jobs.cancel_subject(&tx, video_id).await?;
        tx.commit().await?;
        if stopped.is_empty() {
            return Ok(false);
        }
        let video = core.catalog.find(video_id).await?;
        // What was stopped may have been one more track of a finished film.
        if video.is_some_and(|video| !video.processing_status.is_final()) {
            core.catalog
                .set_status(video_id, ProcessingStatus::Canceled, None)
                .await?;
        }
        Ok(true)
    }

    /// Goes on with a video that failed or was canceled: what is done stays done. False when
    /// there is nothing to go on with.
    pub async fn retry(&self, video_id: &str) -> Result<bool> {
        let core = &self.core;
        let video = core
            .catalog
            .find(video_id)
            .await?
            .ok_or(IngestError::Gone)?;
        let stopped = matches!(
            video.processing_status,
            ProcessingStatus::Failed | ProcessingStatus::Canceled
        );
        if !stopped || video.is_external() {
            return Ok(false);
        }
        // A step that was asked to stop may still be stopping.
        core.jobs.settle(video_id, SETTLE).await?;
        core.catalog
            .set_status(video_id, ProcessingStatus::Processing, None)
            .await?;
        let tx = core.catalog.db().begin().await?;
        let again = core.jobs.retry_subject(&tx, video_id).await?;
        if again.is_empty() {
            steps::enqueue_probe(&core.jobs, &tx, video_id).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Makes poster, thumbnails and storyboard anew.
    pub async fn regenerate_thumbnails(&self, video_id: &str) -> Result<Id> {
        steps::enqueue_thumbnails(&self.core.jobs, self.core.catalog.db().write(), video_id).await
    }

    /// Where the file of a new audio track is to be put.
    pub fn track_key(&self, video_id: &str) -> Result<BlobKey> {
        Ok(steps::tracks_key(video_id)?.join(Id::new("track").as_str())?)
    }

    /// Makes one more audio track of a file that has been put under
    /// [`Self::track_key`]: measured, at the loudness of all sound here, as long as the film.
    /// Yields the id of the rendition that it is going to be; the file is freed whatever
    /// becomes of it. [`IngestError::Rejected`] if there is no sound in it.
    pub async fn add_track(
        &self,
        video_id: &str,
        file: &BlobKey,
        said: NewTrack,
    ) -> Result<String> {
        let added = self.core.add_track(video_id, file, said).await;
        if added.is_err() {
            self.core.blobs.delete(file).await?;
        }
        added
    }

    /// Deletes a video: it is gone from the library when this returns, and its bytes soon after,
    /// once whatever still processes it has stopped.
    pub async fn delete(&self, video_id: &str) -> Result<()> {
        let tx = self.core.catalog.db().begin().await?;
        self.delete_in(&tx, video_id).await?;
        tx.commit().await?;
        self.deleted(video_id);
        Ok(())
    }

    /// The same within the caller's transaction. Say [`Self::deleted`] once that is committed.
    pub async fn delete_in(&self, conn: &impl ConnectionTrait, video_id: &str) -> Result<()> {
        let core = &self.core;
        core.catalog.delete_in(conn, video_id).await?;
        core.jobs.cancel_subject(conn, video_id).await?;
        core.jobs.enqueue(conn, removal::job(video_id)).await?;
        Ok(())
    }

    /// Has it be known that a video was deleted, and its bytes freed.
    pub fn deleted(&self, video_id: &str) {
        self.core.jobs.wake();
        self.core.catalog.announce(video_id, true);
    }

    /// How far a video is.
    pub async fn processing(&self, video_id: &str) -> Result<Processing> {
        crate::processing::look(&self.core, video_id).await
    }

    /// How far a video is, now and with each change until its end, at most four times a second.
    pub fn watch(&self, video_id: &str) -> impl Stream<Item = Processing> + Send + 'static + use<> {
        watch_one(Arc::clone(&self.core), video_id.to_owned())
    }

    /// How far all videos are, with each change from now on.
    pub fn watch_all(&self) -> impl Stream<Item = Processing> + Send + 'static + use<> {
        watch_all(Arc::clone(&self.core))
    }

    /// Keeps house until canceled: mends what a crash has left between two steps, removes retired
    /// renditions and forgotten files.
    pub async fn maintain(&self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.tidy().await {
                tracing::warn!(%error, "housekeeping failed; it is tried again");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(MAINTAIN_EVERY) => {}
            }
        }
    }

    /// One round of [`Self::maintain`].
    pub async fn tidy(&self) -> Result<()> {
        self.settle_stranded().await?;
        self.free_retired().await?;
        self.remove_orphans().await
    }

    /// Videos that are being processed while none of their steps is left to run.
    async fn settle_stranded(&self) -> Result<()> {
        use matinee_catalog::store::videos;
        let core = &self.core;
        let under_way: Vec<String> = videos::Entity::find()
            .select_only()
            .column(videos::Column::Id)
            .filter(videos::Column::ProcessingStatus.eq(ProcessingStatus::Processing))
            .limit(1000)
            .into_tuple()
            .all(core.catalog.db().read())
            .await?;
        for ids in under_way.chunks(100) {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let jobs = core
                .jobs
                .by_subjects(core.catalog.db().read(), &ids)
                .await?;
            for id in ids {
                let mut own = jobs.iter().filter(|job| job.subject.as_deref() == Some(id));
                if own.clone().any(|job| !job.state.is_finished()) {
                    continue;
                }
                if let Some(failed) = own.find(|job| job.state == JobState::Failed) {
                    let reason = failed.error.clone();
                    core.catalog
                        .set_status(id, ProcessingStatus::Failed, reason)
                        .await?;
                } else if core.complete_if_done(core.catalog.db().write(), id).await? {
                    core.catalog.announce(id, false);
                }
            }
        }
        Ok(())
    }

    async fn free_retired(&self) -> Result<()> {
        let core = &self.core;
        let before = now_micros() - i64::try_from(RETIRED_FOR.as_micros()).unwrap_or(i64::MAX);
        for rendition in core.catalog.retired_before(before, BATCH).await? {
            core.blobs
                .delete(&BlobKey::new(rendition.index_key)?)
                .await?;
            // What is played in place lies in the source, which stays.
            if rendition.size_bytes > 0 {
                core.blobs.delete(&BlobKey::new(rendition.key)?).await?;
            }
            core.catalog.forget_rendition(&rendition.id).await?;
        }
        Ok(())
    }

    /// Work folders of videos that are gone or done.
    async fn remove_orphans(&self) -> Result<()> {
        let root: PathBuf = self.core.config.work_dir.clone();
        let Ok(mut folders) = tokio::fs::read_dir(&root).await else {
            return Ok(());
        };
        while let Ok(Some(entry)) = folders.next_entry().await {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !name.starts_with("video_") {
                continue;
            }
            let age = entry
                .metadata()
                .await
                .and_then(|meta| meta.modified())
                .ok()
                .and_then(|at| at.elapsed().ok());
            if age.is_none_or(|age| age < ORPHANED_AFTER) {
                continue;
            }
            let idle = self
                .core
                .catalog
                .find(&name)
                .await?
                .is_none_or(|video| video.processing_status == ProcessingStatus::Completed);
            if idle {
                steps::remove_folder(&entry.path()).await;
            }
        }
        Ok(())
    }
}
