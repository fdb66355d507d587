//! The steps that make a video of a file: one kind of job each.
//!
//! ```text
//! probe ─┬─> package ──────────┬─> audio        the source can be played, or repackaged
//!        │                     └─> transcode
//!        ├─> transcode (first) ┬─> audio        it cannot: the smallest rung comes first
//!        │                     └─> transcode
//!        ├─> thumbnails
//!        ├─> subtitles
//!        └─> breaks
//! ```
//!
//! Every step may be killed at any instant and run again: it publishes whole results only, its
//! unfinished files lie in a folder of its own, and a second run takes from there what is whole.

mod audio;
mod breaks;
mod context;
mod grid;
mod package;
mod probe;
mod publish;
mod resume;
mod subtitles;
mod thumbnails;
mod track;
mod transcode;

use std::sync::Arc;

use async_trait::async_trait;
use matinee_jobs::{Job, JobContext, JobError, JobHandler};

pub(crate) use context::{Core, remove_folder};
pub(crate) use probe::{enqueue_probe, enqueue_thumbnails};
pub use track::NewTrack;
pub(crate) use track::folder_key as tracks_key;

/// The kinds of steps.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Download it first; [`crate::uploads::import`] does.
    Import,
    /// What is it, and can it be a video?
    Probe,
    /// The first playable form, without encoding pictures.
    Package,
    /// The ladder.
    Transcode,
    /// The sound.
    Audio,
    /// One more audio track, from a file of its own.
    Track,
    /// Text tracks.
    Subtitles,
    /// Poster, thumbnails and storyboard.
    Thumbnails,
    /// Where advertisements would disturb least.
    Breaks,
}

impl StepKind {
    /// All kinds, in the order in which people read them.
    pub const ALL: [Self; 9] = [
        Self::Import,
        Self::Probe,
        Self::Package,
        Self::Transcode,
        Self::Audio,
        Self::Track,
        Self::Subtitles,
        Self::Thumbnails,
        Self::Breaks,
    ];

    /// The kind of its jobs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Probe => "probe",
            Self::Package => "package",
            Self::Transcode => "transcode",
            Self::Audio => "audio",
            Self::Track => "track",
            Self::Subtitles => "subtitles",
            Self::Thumbnails => "thumbnails",
            Self::Breaks => "breaks",
        }
    }

    /// The kind whose jobs bear this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether a video without it is no video. The others only fail with a note.
    fn is_essential(self) -> bool {
        !matches!(
            self,
            Self::Track | Self::Subtitles | Self::Thumbnails | Self::Breaks
        )
    }

    /// Whether somebody waits for it: it never queues behind encoding.
    fn is_urgent(self) -> bool {
        matches!(self, Self::Probe | Self::Package)
    }

    /// Jobs of a higher priority are taken first.
    fn priority(self) -> i32 {
        match self {
            Self::Import => 50,
            Self::Probe => 100,
            Self::Package => 90,
            Self::Thumbnails => 60,
            Self::Subtitles => 45,
            Self::Audio | Self::Track => 40,
            Self::Transcode => 10,
            Self::Breaks => 5,
        }
    }

    /// The share of the whole that it stands for in an overall per cent.
    pub(crate) fn weight(self) -> f32 {
        match self {
            Self::Probe | Self::Subtitles => 2.0,
            Self::Import => 20.0,
            Self::Package => 4.0,
            Self::Transcode => 70.0,
            Self::Audio | Self::Track => 12.0,
            Self::Thumbnails | Self::Breaks => 10.0,
        }
    }
}

/// The handler of one kind.
struct Step {
    kind: StepKind,
    core: Arc<Core>,
}

/// A handler for each kind but the download, which has one of its own.
pub(crate) fn handlers(core: &Arc<Core>) -> Vec<Arc<dyn JobHandler>> {
    StepKind::ALL
        .into_iter()
        .filter(|kind| *kind != StepKind::Import)
        .map(|kind| {
            Arc::new(Step {
                kind,
                core: Arc::clone(core),
            }) as Arc<dyn JobHandler>
        })
        .collect()
}

#[async_trait]
impl JobHandler for Step {
    fn kind(&self) -> &'static str {
        self.kind.as_str()
    }

    async fn run(&self, ctx: JobContext) -> Result<(), JobError> {
        let core = &self.core;
        let outcome = match self.kind {
            StepKind::Import => Ok(()),
            StepKind::Probe => probe::run(core, &ctx).await,
            StepKind::Package => package::run(core, &ctx).await,
            StepKind::Transcode => transcode::run(core, &ctx).await,
            StepKind::Audio => audio::run(core, &ctx).await,
            StepKind::Track => track::run(core, &ctx).await,
            StepKind::Subtitles => subtitles::run(core, &ctx).await,
            StepKind::Thumbnails => thumbnails::run(core, &ctx).await,
            StepKind::Breaks => breaks::run(core, &ctx).await,
        };
        core.conclude(self.kind, &ctx, outcome).await
    }

    async fn on_final_failure(&self, job: &Job, reason: &str) {
        self.core.give_up(self.kind, job, reason).await;
    }

    fn urgent(&self) -> bool {
        self.kind.is_urgent()
    }
}
