//! One more audio track for a film, from a file of its own.

use matinee_catalog::store::videos;
use matinee_engines::blobs::scratch::{LocalFile, local_copy};
use matinee_engines::blobs::{BlobError, BlobKey};
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use matinee_jobs::{Job, JobContext, JobState, NewJob};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::publish::Finished;
use super::{Core, StepKind, audio};
use crate::error::{IngestError, Rejection, Result};
use crate::probe::{self, AudioStream};
use crate::recipes::audio::{AudioTrack, Mix};
use crate::service::TRACKS_MAX;

/// What is said about a new audio track.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTrack {
    /// BCP 47; as the file says unless given.
    pub language: Option<String>,
    /// What a person sees in a menu; as the file says unless given.
    pub label: Option<String>,
    /// One of [`matinee_catalog::AUDIO_ROLES`].
    pub role: Option<String>,
    /// Whether players choose it unless told otherwise.
    pub is_default: bool,
}

/// What its job knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Plan {
    /// `rendition_…`: what it is going to be.
    rendition: String,
    /// The blob with the file.
    key: String,
    said: NewTrack,
}

/// Where files wait to become tracks.
pub(crate) fn folder_key(video_id: &str) -> Result<BlobKey> {
    Ok(BlobKey::new(format!("videos/{video_id}/tracks"))?)
}

fn plan_of(job: &Job) -> Option<Plan> {
    serde_json::from_value(job.payload.get("track")?.clone()).ok()
}

/// The name of the step's own folder: two tracks of a film may be made at once.
pub(super) fn folder_name(job: &Job) -> String {
    let own = plan_of(job).map(|plan| plan.rendition).unwrap_or_default();
    format!("{}-{own}", StepKind::Track.as_str())
}

/// Removes the file that a track was to be made of.
pub(super) async fn discard(core: &Core, job: &Job) {
    let key = plan_of(job).and_then(|plan| BlobKey::new(plan.key).ok());
    if let Some(key) = key
        && let Err(error) = core.blobs.delete(&key).await
    {
        tracing::warn!(blob = %key, %error, "a track's file is left to be collected");
    }
}

impl Core {
    async fn track_file(&self, key: &BlobKey) -> Result<LocalFile> {
        let folder = self.config.work_dir.join("scratch");
        Ok(local_copy(&*self.blobs, key, &folder).await?)
    }

    /// The stream of a file that a track is made of: the one that it prefers.
    async fn sound_in(&self, file: &LocalFile, cancel: &CancellationToken) -> Result<AudioStream> {
        let streams = probe::probe_sound(&self.runner, file.path(), cancel).await?;
        let preferred = streams.iter().position(|stream| stream.default);
        streams
            .into_iter()
            .nth(preferred.unwrap_or(0))
            .ok_or_else(|| Rejection::NoAudio.into())
    }

    /// Judges a file that lies in the store already, and puts it in the queue.
    /// Yields the id of the rendition that it is going to be.
    pub(crate) async fn add_track(
        &self,
        video_id: &str,
        key: &BlobKey,
        said: NewTrack,
    ) -> Result<String> {
        let file = self.track_file(key).await?;
        self.sound_in(&file, &CancellationToken::new()).await?;
        drop(file);
        let plan = Plan {
            rendition: Id::new("rendition").to_string(),
            key: key.as_str().to_owned(),
            said,
        };
        let payload = serde_json::json!({ "track": plan });
        let job = NewJob::new(StepKind::Track.as_str(), payload)
            .subject(video_id)
            .dedupe_key(format!("track:{}", plan.rendition))
            .priority(StepKind::Track.priority());
        let there = self.catalog.parts(video_id).await?.renditions;
        let there = there.iter().filter(|r| r.channels.is_some()).count();
        let tx = self.catalog.db().begin().await?;
        // Locks the row: a video that is being deleted gets no further steps.
        let locked = videos::Entity::update_many()
            .col_expr(videos::Column::UpdatedAt, Expr::value(now_micros()))
            .filter(videos::Column::Id.eq(video_id))
            .exec(&tx)
            .await?;
        if locked.rows_affected == 0 {
            return Err(IngestError::Gone);
        }
        let waiting = self.jobs.by_subject(&tx, video_id).await?;
        let waiting = waiting
            .iter()
            .filter(|job| job.kind == StepKind::Track.as_str())
            .filter(|job| matches!(job.state, JobState::Queued | JobState::Running))
            .count();
        if waiting + there >= TRACKS_MAX {
            return Err(IngestError::TooManyTracks);
        }
        self.jobs.enqueue(&tx, job).await?;
        tx.commit().await?;
        self.jobs.wake();
        Ok(plan.rendition)
    }
}

pub(super) async fn run(core: &Core, ctx: &JobContext) -> Result<()> {
    let Some(plan) = plan_of(&ctx.job) else {
        return Err(IngestError::Internal("the job names no track".into()));
    };
    let work = core.work(ctx, &folder_name(&ctx.job)).await?;
    let made = core.catalog.all_renditions(&work.video.id).await?;
    if made.iter().any(|rendition| rendition.id == plan.rendition) {
        // An attempt that died had come to its end.
        return Ok(());
    }
    let file = match core.track_file(&BlobKey::new(plan.key.clone())?).await {
        Err(IngestError::Blobs(BlobError::NotFound(_))) => {
            return Err(IngestError::Internal("the track's file is gone".into()));
        }
        other => other?,
    };
    let stream = core.sound_in(&file, &ctx.cancel).await?;
    let tracks = tracks(&plan, &stream);
    let mut finished = audio::made(core, ctx, &work, file.path(), &tracks).await?;
    for (at, one) in finished.iter_mut().enumerate() {
        if at == 0 {
            one.id.clone_from(&plan.rendition);
        }
        one.role.clone_from(&plan.said.role);
    }
    publish(core, &work.video.id, finished, plan.said.is_default).await
}

/// What a file gets: stereo, and 5.1 beside it where there is more.
fn tracks(plan: &Plan, stream: &AudioStream) -> Vec<AudioTrack> {
    let mixes: &[Mix] = if stream.channels >= 6 {
        &[Mix::Stereo, Mix::Surround]
    } else {
        &[Mix::Stereo]
    };
    let language = plan.said.language.clone().or(stream.language.clone());
    let label = plan.said.label.clone().or(stream.title.clone());
    mixes
        .iter()
        .map(|&mix| AudioTrack {
            stream: stream.index,
            mix,
            // Of its own, so that it takes no other one's place.
            name: format!("audio-{}-{}ch", plan.rendition, mix.channels()),
            language: language.clone(),
            label: label.clone(),
            is_default: false,
        })
        .collect()
}

async fn publish(
    core: &Core,
    video_id: &str,
    finished: Vec<Finished>,
    is_default: bool,
) -> Result<()> {
    let first = finished.first().map(|one| one.id.clone());
    core.publish(video_id, finished).await?;
    if let Some(id) = first.filter(|_| is_default) {
        let change = matinee_catalog::RenditionChange {
            is_default: Some(true),
            ..matinee_catalog::RenditionChange::default()
        };
        core.catalog.change_rendition(video_id, &id, change).await?;
    }
    Ok(())
}
