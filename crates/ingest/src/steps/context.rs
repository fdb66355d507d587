//! What all steps share: the video at hand, its source on this machine, and how a step ends.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures::StreamExt as _;
use matinee_catalog::store::videos;
use matinee_catalog::{Catalog, ProcessingStatus, Video};
use matinee_engines::blobs::scratch::{LocalFile, local_copy};
use matinee_engines::blobs::{BlobEntry, BlobKey, SharedBlobs};
use matinee_engines::time::now_micros;
use matinee_jobs::{Job, JobContext, JobError, JobProgress, JobState, Jobs, Stop};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use tokio::sync::{Mutex, OnceCell, watch};

use super::publish::retire_source;
use super::{StepKind, track, tracks_key};
use crate::config::ProcessingConfig;
use crate::error::{IngestError, Result};
use crate::ffmpeg::{Capabilities, Progress, Run, Runner};
use crate::ladder::{self, Ladder, Wishes};
use crate::probe::SourceInfo;
use crate::recipes::video::Encoding;

/// How soon to look again whether the disk has room.
const FULL_DISK_PAUSE: Duration = Duration::from_mins(1);

/// The file of an audio track without a job is forgotten from this age on, in microseconds.
const BROUGHT_FOR: i64 = 3600 * 1_000_000;

/// The local path of a source, shared by the steps that read it at the same time.
type Local = Arc<Mutex<Weak<LocalFile>>>;

/// What all steps share.
pub(crate) struct Core {
    pub(crate) catalog: Catalog,
    pub(crate) blobs: SharedBlobs,
    pub(crate) jobs: Jobs,
    pub(crate) config: ProcessingConfig,
    pub(crate) runner: Runner,
    capabilities: OnceCell<Capabilities>,
    locals: std::sync::Mutex<HashMap<String, Local>>,
}

/// What a step works on.
pub(crate) struct Work {
    /// The video as it stood when the step began.
    pub(crate) video: Video,
    /// The source's bytes.
    pub(crate) source: Arc<LocalFile>,
    /// What probing found.
    pub(crate) info: SourceInfo,
    /// The step's own folder.
    pub(crate) folder: PathBuf,
}

impl Core {
    pub(crate) fn new(
        catalog: Catalog,
        blobs: SharedBlobs,
        jobs: Jobs,
        config: ProcessingConfig,
        runner: Runner,
    ) -> Self {
        Self {
            catalog,
            blobs,
            jobs,
            config,
            runner,
            capabilities: OnceCell::new(),
            locals: std::sync::Mutex::default(),
        }
    }

    /// What the installed ffmpeg can do; asked once.
    pub(crate) async fn capabilities(&self) -> Result<&Capabilities> {
        self.capabilities
            .get_or_try_init(|| Capabilities::detect(&self.runner))
            .await
    }

    /// The folder of everything unfinished of a video.
    pub(crate) fn video_folder(&self, video_id: &str) -> PathBuf {
        self.config.work_dir.join(video_id)
    }

    /// The video that a job is about.
    pub(crate) async fn video_of(&self, job: &Job) -> Result<Video> {
        let id = job.subject.as_deref().ok_or(IngestError::Gone)?;
        self.catalog.find(id).await?.ok_or(IngestError::Gone)
    }

    /// Where the video's source lies, as a path of this machine.
    pub(crate) async fn source_of(&self, video: &Video) -> Result<Arc<LocalFile>> {
        let key = video
            .source_key
            .clone()
            .ok_or_else(|| IngestError::Internal("the video has no source".into()))?;
        let slot = {
            let mut locals = self
                .locals
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            locals.retain(|_, slot| {
                Arc::strong_count(slot) > 1
                    || slot
                        .try_lock()
                        .map_or(true, |local| local.strong_count() > 0)
            });
            Arc::clone(locals.entry(key.clone()).or_default())
        };
        let mut slot = slot.lock().await;
        if let Some(local) = slot.upgrade() {
            return Ok(local);
        }
        let folder = self.config.work_dir.join("scratch");
        let local = Arc::new(local_copy(&*self.blobs, &BlobKey::new(key)?, &folder).await?);
        *slot = Arc::downgrade(&local);
        Ok(local)
    }

    /// Gets everything ready for a step: the video, its source, what is known of it, and the
    /// step's folder.
    pub(crate) async fn work(&self, ctx: &JobContext, folder: &str) -> Result<Work> {
        let video = self.video_of(&ctx.job).await?;
        let source = self.source_of(&video).await?;
        let known = ctx.job.payload.get("source").cloned();
        let info = match known.map(serde_json::from_value::<SourceInfo>) {
            Some(Ok(info)) => info,
            // A job made by another version of this program, or by a person: look again.
            _ => {
                crate::probe::probe(
                    &self.runner,
                    source.path(),
                    &self.config.supported_formats,
                    &ctx.cancel,
                )
                .await?
            }
        };
        let info = if video.is_advert() {
            whole_seconds(info)
        } else {
            info
        };
        let folder = self.video_folder(&video.id).join(folder);
        make_folder(&folder).await?;
        Ok(Work {
            video,
            source,
            info,
            folder,
        })
    }

    /// The ladder that this video gets.
    pub(crate) fn ladder(&self, video: &Video, info: &SourceInfo) -> Ladder {
        let seconds = video.segment_duration_ms.map(|ms| ms as f64 / 1000.0);
        // Breaks are cut a second at a time, and so is what goes into them.
        let seconds = if video.is_advert() {
            Some(1.0)
        } else {
            seconds
        };
        let wishes = Wishes::new(&self.config, &video.requested_resolutions.0, seconds);
        let mut ladder = ladder::plan(&info.video, info.video_bitrate_bps(), &wishes);
        if video.is_advert() {
            ladder.round_rate();
        }
        ladder
    }

    /// How rungs are encoded here.
    pub(crate) async fn encoding(&self) -> Result<Encoding> {
        let found = self.capabilities().await?;
        let wanted = self.config.hardware;
        let hardware = if found.has_encoder(wanted.h264_encoder()) {
            wanted
        } else {
            tracing::warn!(
                encoder = wanted.h264_encoder(),
                "this ffmpeg lacks the configured encoder; using libx264"
            );
            crate::config::Hardware::None
        };
        Ok(Encoding {
            preset: self.config.preset.clone(),
            hardware,
            zscale: found.has_filter("zscale"),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
        })
    }

    /// Runs ffmpeg, passing its progress on: `share` turns a per cent of this run into one of
    /// the job.
    pub(crate) async fn run(
        &self,
        ctx: &JobContext,
        run: &Run,
        note: &str,
        share: impl Fn(f32) -> f32 + Send,
    ) -> Result<(Progress, String)> {
        let (sender, mut reports) = watch::channel(None);
        let film = run.film;
        let work = async move {
            let outcome = self
                .runner
                .run_heard(run, &ctx.cancel, |report| {
                    sender.send_replace(Some(report));
                })
                .await;
            drop(sender);
            outcome
        };
        let pass_on = async {
            while reports.changed().await.is_ok() {
                let report: Option<Progress> = *reports.borrow_and_update();
                let Some(report) = report else { continue };
                ctx.progress(JobProgress {
                    percent: share(report.percent(film)),
                    speed: report.speed,
                    eta_seconds: report.eta_seconds(film),
                    note: Some(note.to_owned()),
                })
                .await;
            }
        };
        let (outcome, ()) = tokio::join!(work, pass_on);
        outcome
    }

    /// Ends a step: on success together with the video's new state in one transaction.
    pub(crate) async fn conclude(
        &self,
        kind: StepKind,
        ctx: &JobContext,
        outcome: Result<()>,
    ) -> Result<(), JobError> {
        let outcome = match outcome {
            Ok(()) => self.finish(ctx).await,
            Err(error) => Err(error),
        };
        let Err(error) = outcome else {
            self.clean(&ctx.job, kind).await;
            return Ok(());
        };
        match ctx.stop() {
            // Whoever goes on finds what was finished so far.
            Some(Stop::Draining | Stop::Lost | Stop::Stalled) => return Err(JobError::Canceled),
            Some(Stop::Canceled) => {
                self.clean(&ctx.job, kind).await;
                return Err(JobError::Canceled);
            }
            None => {}
        }
        let error = match error {
            IngestError::Gone => {
                self.clean(&ctx.job, kind).await;
                return Err(JobError::Canceled);
            }
            other => to_job_error(other),
        };
        let last =
            matches!(error, JobError::Final { .. }) || ctx.job.attempt >= ctx.job.max_attempts;
        tracing::warn!(
            video = ctx.job.subject.as_deref().unwrap_or_default(),
            step = kind.as_str(),
            attempt = ctx.job.attempt,
            last,
            reason = error.reason(),
            "a processing step failed"
        );
        if last && !kind.is_essential() {
            // A video without them is still a video: the reason stays beside the step.
            ctx.progress(JobProgress {
                percent: 100.0,
                note: Some(error.reason().to_owned()),
                ..JobProgress::default()
            })
            .await;
            self.clean(&ctx.job, kind).await;
            return self.finish(ctx).await.map_err(to_job_error);
        }
        Err(error)
    }

    /// Whether every step but this one has ended.
    async fn is_last(&self, ctx: &JobContext, id: &str) -> Result<bool> {
        let jobs = self.jobs.by_subject(self.catalog.db().read(), id).await?;
        let mut others = jobs.iter().filter(|job| job.id != ctx.job.id);
        Ok(others.all(|job| job.state.is_finished()))
    }

    /// Removes blobs that killed attempts have written and never published.
    async fn sweep(&self, id: &str) -> Result<()> {
        let video = self.catalog.find(id).await?.ok_or(IngestError::Gone)?;
        let parts = self.catalog.parts(id).await?;
        let mut known: HashSet<String> = video.source_key.into_iter().collect();
        known.extend(parts.images.into_iter().map(|image| image.key));
        known.extend(parts.subtitles.into_iter().map(|text| text.key));
        let (pictures, tracks) = (format!("videos/{id}/images/artwork_"), tracks_key(id)?);
        let tracks = format!("{tracks}/");
        for rendition in self.catalog.all_renditions(id).await? {
            known.insert(rendition.key);
            known.insert(rendition.index_key);
        }
        let mut blobs = self
            .blobs
            .list(Some(&BlobKey::new(format!("videos/{id}"))?));
        while let Some(blob) = blobs.next().await {
            let BlobEntry { key, meta } = blob?;
            // What people bring comes when it likes, its bytes before its row.
            let fresh = meta.modified > now_micros() - BROUGHT_FOR;
            let brought =
                key.as_str().starts_with(&pictures) || (key.as_str().starts_with(&tracks) && fresh);
            if !brought && !known.contains(key.as_str()) {
                tracing::info!(blob = %key, "removed what a killed attempt has left");
                self.blobs.delete(&key).await?;
            }
        }
        Ok(())
    }

    /// Marks a job done and, when it was the last, the video completed.
    async fn finish(&self, ctx: &JobContext) -> Result<()> {
        let id = ctx.job.subject.clone().ok_or(IngestError::Gone)?;
        // Before the end is announced, so that a completed video has what it needs and no more.
        let swept = self.is_last(ctx, &id).await?;
        if swept {
            self.sweep(&id).await?;
        }
        let tx = self.catalog.db().begin().await?;
        // Locks the row: of two steps that end at once, the second sees the first one's end.
        let locked = videos::Entity::update_many()
            .col_expr(videos::Column::UpdatedAt, Expr::value(now_micros()))
            .filter(videos::Column::Id.eq(&id))
            .exec(&tx)
            .await?;
        if locked.rows_affected == 0 {
            return Err(IngestError::Gone);
        }
        ctx.complete(&tx).await?;
        let completed = self.complete_if_done(&tx, &id).await?;
        tx.commit().await?;
        if completed {
            // Two steps that ended at once have each seen the other running.
            if !swept && let Err(error) = self.sweep(&id).await {
                tracing::warn!(video = id, %error, "what killed attempts left may be left still");
            }
            self.catalog.announce(&id, false);
            tracing::info!(video = id, "processing completed");
        }
        Ok(())
    }

    /// Sets the status by its jobs, if none is unfinished. Tells whether the video is completed.
    ///
    /// The source's own picture goes out of new playlists with it, where the ladder has taken its
    /// place.
    pub(crate) async fn complete_if_done(
        &self,
        conn: &impl ConnectionTrait,
        id: &str,
    ) -> Result<bool> {
        let jobs = self.jobs.by_subject(conn, id).await?;
        if jobs.is_empty() || jobs.iter().any(|job| job.state != JobState::Done) {
            return Ok(false);
        }
        let row = videos::ActiveModel {
            processing_status: Set(ProcessingStatus::Completed),
            processing_error: Set(None),
            ..Default::default()
        };
        let changed = videos::Entity::update_many()
            .set(row)
            .col_expr(
                videos::Column::Version,
                Expr::col(videos::Column::Version).add(1),
            )
            .filter(videos::Column::Id.eq(id))
            .filter(videos::Column::ProcessingStatus.eq(ProcessingStatus::Processing))
            .exec(conn)
            .await?;
        if changed.rows_affected == 0 {
            return Ok(false);
        }
        retire_source(conn, id).await?;
        remove_folder(&self.video_folder(id)).await;
        Ok(true)
    }

    /// Brings a video into a sensible state whose step has failed for good.
    pub(crate) async fn give_up(&self, kind: StepKind, job: &Job, reason: &str) {
        let Some(id) = job.subject.as_deref() else {
            return;
        };
        if kind.is_essential() {
            let failed = async {
                let video = self.catalog.find(id).await?.ok_or(IngestError::Gone)?;
                // The first reason is the one that explains the others.
                if video.processing_status.is_final() {
                    return Ok(());
                }
                self.catalog
                    .set_status(id, ProcessingStatus::Failed, Some(reason.to_owned()))
                    .await?;
                Ok::<_, IngestError>(())
            };
            match failed.await {
                Ok(()) | Err(IngestError::Gone) => {}
                Err(error) => tracing::error!(video = id, %error, "a failure was not recorded"),
            }
        }
        self.clean(job, kind).await;
    }

    /// Removes what a step leaves behind that has come to its end.
    async fn clean(&self, job: &Job, kind: StepKind) {
        let folder = if kind == StepKind::Track {
            track::discard(self, job).await;
            track::folder_name(job)
        } else {
            kind.as_str().to_owned()
        };
        if let Some(id) = job.subject.as_deref() {
            remove_folder(&self.video_folder(id).join(folder)).await;
        }
    }
}

/// What an error means for the job: whether, and when, to try again.
fn to_job_error(error: IngestError) -> JobError {
    match error {
        IngestError::Rejected(_) => JobError::fatal(error),
        IngestError::Canceled | IngestError::Gone => JobError::Canceled,
        IngestError::Start {
            ref program,
            ref source,
        } => JobError::fatal(format!(
            "{program} cannot be started ({source}); is ffmpeg installed?"
        )),
        IngestError::DiskFull { .. } => JobError::retry_after(
            "the server's disk is full; make room, then it goes on by itself",
            FULL_DISK_PAUSE,
        ),
        other => JobError::retry(other),
    }
}

/// Makes a folder and those above it.
pub(crate) async fn make_folder(folder: &Path) -> Result<()> {
    tokio::fs::create_dir_all(folder)
        .await
        .map_err(|source| IngestError::io("creating", folder, source))
}

/// Removes a folder with everything in it, if it is there.
pub(crate) async fn remove_folder(folder: &Path) {
    match tokio::fs::remove_dir_all(folder).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!(folder = %folder.display(), %error, "a work folder was not removed");
        }
        _ => {}
    }
}

/// Runs what blocks on a thread made for it.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| IngestError::Internal(format!("a thread failed: {error}")))?
}

/// What an advertisement is made to: whole seconds, so that it goes into any break.
pub(super) fn whole_seconds(mut info: SourceInfo) -> SourceInfo {
    let film = i64::try_from(info.film().as_millis()).unwrap_or(i64::MAX);
    let ms = u64::from(matinee_catalog::advert::seconds(film)) * 1000;
    info.duration_ms = Some(ms);
    info.video.end_ms = Some(ms);
    info
}
