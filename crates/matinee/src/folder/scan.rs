//! The job that looks through a folder for the studio.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use matinee_api::AppState;
use matinee_ingest::folders::{Fate, Folders, SCAN_JOB, ScanLine, ScanState, ScanTally};
use matinee_ingest::uploads::Uploader;
use matinee_jobs::{Job, JobContext, JobError, JobHandler, JobProgress, Stop};
use serde::Deserialize;

use super::{Outcome, Taking, Witness, called, search};

/// How often it is written down how far a scan is.
const TOLD: Duration = Duration::from_secs(1);

/// Looks through folders.
pub struct ScanHandler(pub AppState);

#[derive(Deserialize)]
struct Payload {
    folder_id: String,
}

impl ScanHandler {
    async fn scan(&self, ctx: &JobContext) -> anyhow::Result<()> {
        let Payload { folder_id: id } = serde_json::from_value(ctx.job.payload.clone())?;
        let folders = &self.0.folders;
        let folder = folders.get(&id)?;
        let Some(scan) = folders.scan(&id).await?.filter(|scan| scan.state.is_open()) else {
            // It was stopped before it began.
            return Ok(());
        };
        let root = folder.path.clone();
        let roots = vec![root.clone()];
        let formats = self.0.config.supported_formats.clone();
        let look = move || search(std::slice::from_ref(&root), &formats);
        let files = tokio::task::spawn_blocking(look).await??;
        let mut notes = Notes {
            folders,
            id: &id,
            root: &folder.path,
            ctx,
            // A job that was cut off looks at everything once more: what it took in is there.
            tally: ScanTally {
                found: Some(files.len() as u64),
                ..ScanTally::default()
            },
            written: Instant::now(),
        };
        folders.keep(&id, &notes.tally).await?;
        let taking = Taking {
            state: &self.0,
            roots: &roots,
            who: Uploader {
                person: scan.owner.clone().unwrap_or_default(),
                owner: scan.owner,
                everything: true,
            },
            is_public: scan.is_public,
            dry_run: scan.dry_run,
        };
        taking.run(files, &mut notes, &ctx.cancel).await?;
        folders.keep(&id, &notes.tally).await?;
        if ctx.stop().is_none() {
            folders.end(&id, ScanState::Done, None).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl JobHandler for ScanHandler {
    fn kind(&self) -> &'static str {
        SCAN_JOB
    }

    // It waits for the disk; what it brings in is processed by other jobs.
    fn limit(&self) -> Option<usize> {
        Some(1)
    }

    async fn run(&self, ctx: JobContext) -> Result<(), JobError> {
        let done = self.scan(&ctx).await;
        match ctx.stop() {
            None => done.map_err(|error| JobError::retry(format!("{error:#}"))),
            Some(Stop::Canceled | Stop::Draining | Stop::Lost | Stop::Stalled) => {
                Err(JobError::Canceled)
            }
        }
    }

    async fn on_final_failure(&self, job: &Job, reason: &str) {
        let Ok(Payload { folder_id }) = serde_json::from_value(job.payload.clone()) else {
            return;
        };
        let reason = Some(reason.to_owned());
        if let Err(error) = self
            .0
            .folders
            .end(&folder_id, ScanState::Failed, reason)
            .await
        {
            tracing::warn!(%error, "the end of a scan was not written down");
        }
    }
}

/// Writes down how a scan goes.
struct Notes<'a> {
    folders: &'a Folders,
    id: &'a str,
    root: &'a Path,
    ctx: &'a JobContext,
    tally: ScanTally,
    written: Instant,
}

#[async_trait]
impl Witness for Notes<'_> {
    fn begins(&mut self, _: &str, _: usize, _: usize, _: u64) -> Box<dyn Fn(u64) + Send> {
        Box::new(|_| {})
    }

    async fn told(&mut self, path: &Path, outcome: Outcome, left_out: &[String]) {
        let above: PathBuf = self.root.parent().unwrap_or(self.root).to_owned();
        let shown = |text: &str| text.replace(&format!("{}/", above.display()), "");
        let (fate, video_id, note) = match outcome {
            Outcome::There { video_id, .. } => (Fate::There, Some(video_id), None),
            Outcome::Would(metadata) => (Fate::Would, None, Some(called(&metadata))),
            Outcome::Imported(video_id) => (Fate::Imported, Some(video_id), None),
            Outcome::Failed(reason) => (Fate::Failed, None, Some(shown(&reason))),
        };
        let file = path.strip_prefix(self.root).unwrap_or(path);
        let left_out = left_out.iter().map(|text| shown(text));
        self.tally.add(ScanLine {
            file: file.to_string_lossy().into_owned(),
            fate,
            video_id,
            notes: note.into_iter().chain(left_out).collect(),
        });
        let done = self.tally.imported + self.tally.there + self.tally.failed;
        let found = self.tally.found.unwrap_or(0).max(1);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "a percentage need not be exact"
        )]
        let percent = (100.0 * done as f64 / found as f64) as f32;
        self.ctx.progress(JobProgress::percent(percent)).await;
        if self.written.elapsed() >= TOLD {
            self.written = Instant::now();
            if let Err(error) = self.folders.keep(self.id, &self.tally).await {
                tracing::warn!(%error, "how a scan goes was not written down");
            }
        }
    }
}
