//! The view: a pure function of the video, its renditions and its jobs.

use matinee_catalog::{ProcessingStatus, Rendition, RenditionKind, Video};
use matinee_engines::id::Id;
use matinee_jobs::{Job, JobState};
use serde::Serialize;

use crate::steps::StepKind;

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Waits for a worker, or for another step.
    Queued,
    /// Under way.
    Running,
    /// Finished.
    Done,
    /// Given up; the note says why.
    Failed,
    /// Stopped by a person.
    Canceled,
}

impl From<JobState> for StepState {
    fn from(state: JobState) -> Self {
        match state {
            JobState::Queued => Self::Queued,
            JobState::Running => Self::Running,
            JobState::Done => Self::Done,
            JobState::Failed => Self::Failed,
            JobState::Canceled => Self::Canceled,
        }
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// `job_…`
    pub job_id: Id,
    /// What is done.
    pub kind: StepKind,
    /// Where it stands.
    pub state: StepState,
    /// 0 to 100.
    pub percent: f32,
    /// Seconds of film made in a second.
    pub speed: Option<f32>,
    /// Seconds left.
    pub eta_seconds: Option<u64>,
    /// What is going on, or why it failed.
    pub note: Option<String>,
}

/// How far a video is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Processing {
    /// The video.
    pub video_id: String,
    /// `pending`, `processing`, `completed`, `failed` or `canceled`.
    pub status: String,
    /// Whether it can be watched already.
    pub is_processed: bool,
    /// Of the whole, 0 to 100.
    pub percent: f32,
    /// Seconds of film made in a second by the slowest step under way.
    pub speed: Option<f32>,
    /// Seconds left until the step that takes longest is done.
    pub eta_seconds: Option<u64>,
    /// Why it failed.
    pub error: Option<String>,
    /// The steps, in the order in which they come.
    pub steps: Vec<Step>,
    /// Names of the pictures that players can choose, `source` for the upload's own.
    pub renditions: Vec<String>,
}

impl Processing {
    /// Whether nothing more will happen by itself.
    pub fn is_final(&self) -> bool {
        ProcessingStatus::parse(&self.status).is_some_and(ProcessingStatus::is_final)
    }
}

/// Puts the view together from the video's renditions in use and its jobs.
pub fn view(video: &Video, renditions: &[Rendition], jobs: &[Job]) -> Processing {
    let mut steps: Vec<Step> = jobs.iter().filter_map(step).collect();
    // Jobs come in the order of their making, which is nearly that of their running.
    steps.sort_by_key(|step| StepKind::ALL.iter().position(|kind| *kind == step.kind));
    let status = video.processing_status;
    let running = |step: &&Step| step.state == StepState::Running;
    Processing {
        video_id: video.id.clone(),
        status: status.as_str().to_owned(),
        is_processed: video.is_processed,
        percent: percent(status, &steps),
        speed: steps
            .iter()
            .filter(running)
            .filter_map(|step| step.speed)
            .min_by(f32::total_cmp),
        eta_seconds: steps
            .iter()
            .filter(running)
            .filter_map(|step| step.eta_seconds)
            .max(),
        error: video.processing_error.clone(),
        renditions: renditions
            .iter()
            .rev()
            .filter(|r| r.kind == RenditionKind::Video)
            .map(|r| {
                if r.is_source {
                    "source".to_owned()
                } else {
                    r.name.clone()
                }
            })
            .collect(),
        steps,
    }
}

fn step(job: &Job) -> Option<Step> {
    let kind = StepKind::parse(&job.kind)?;
    let state = StepState::from(job.state);
    let running = state == StepState::Running;
    Some(Step {
        job_id: job.id.clone(),
        kind,
        state,
        percent: if state == StepState::Done {
            100.0
        } else {
            job.progress.percent
        },
        speed: job.progress.speed.filter(|_| running),
        eta_seconds: job.progress.eta_seconds.filter(|_| running),
        note: match state {
            StepState::Failed => job.error.clone(),
            // A queued job with an error waits to be tried again: that is worth knowing.
            StepState::Queued => job.error.clone().or_else(|| job.progress.note.clone()),
            _ => job.progress.note.clone(),
        },
    })
}

/// The weighted mean of the steps; 100 only for what is completed.
fn percent(status: ProcessingStatus, steps: &[Step]) -> f32 {
    if status == ProcessingStatus::Completed {
        return 100.0;
    }
    // Until probing has said what there is to do, there is nearly nothing done.
    let known = steps
        .iter()
        .any(|step| !matches!(step.kind, StepKind::Import | StepKind::Probe));
    let rest = if known { 0.0 } else { 98.0 };
    let whole: f32 = steps.iter().map(|step| step.kind.weight()).sum::<f32>() + rest;
    let done: f32 = steps
        .iter()
        .map(|step| step.kind.weight() * step.percent / 100.0)
        .sum();
    if whole > 0.0 {
        (done / whole * 100.0).clamp(0.0, 99.9)
    } else {
        0.0
    }
}
