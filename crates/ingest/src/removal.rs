//! Taking a video out of the library, and every byte of it out of the store.
//!
//! The rows go at once, in one transaction with a job for the bytes: a crash
//! in between leaves no blob behind. The job first lets whatever still
//! processes the video come to an end, so that nothing is written after it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use matinee_engines::blobs::BlobKey;
use matinee_jobs::{JobContext, JobError, JobHandler, NewJob};

use crate::steps::{self, Core};

/// The kind of the jobs that remove bytes.
pub(crate) const REMOVE_JOB: &str = "remove";
/// How long a step that has been asked to stop may take to do so.
const SETTLE: Duration = Duration::from_secs(30);

/// The job that removes a video's bytes.
pub(crate) fn job(video_id: &str) -> NewJob {
    let payload = serde_json::json!({ "video_id": video_id });
    NewJob::new(REMOVE_JOB, payload)
        .dedupe_key(format!("remove:{video_id}"))
        .priority(10)
        .max_attempts(1000)
}

/// Removes the bytes of videos that are gone from the library.
pub(crate) struct RemoveHandler(pub(crate) Arc<Core>);

#[async_trait]
impl JobHandler for RemoveHandler {
    fn kind(&self) -> &'static str {
        REMOVE_JOB
    }

    fn urgent(&self) -> bool {
        true
    }

    async fn run(&self, ctx: JobContext) -> Result<(), JobError> {
        let Some(video_id) = ctx.job.payload["video_id"].as_str() else {
            return Err(JobError::fatal("the job names no video"));
        };
        let core = &self.0;
        if !core.jobs.settle(video_id, SETTLE).await? {
            let reason = "a step is still coming to its end";
            return Err(JobError::retry_after(reason, Duration::from_secs(5)));
        }
        let prefix = BlobKey::new(format!("videos/{video_id}"))?;
        core.blobs.delete_prefix(&prefix).await?;
        steps::remove_folder(&core.video_folder(video_id)).await;
        core.jobs
            .delete_subject(core.jobs.db().write(), video_id)
            .await?;
        Ok(())
    }
}
