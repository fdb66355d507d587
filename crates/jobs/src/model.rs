//! What a job is, and the rules that need no database.

use std::time::Duration;

use matinee_engines::id::Id;
use serde::{Deserialize, Serialize};

use crate::JobsError;

/// The longest payload of a job in bytes of JSON. What is larger belongs into
/// the blob store.
const PAYLOAD_MAX: usize = 256 * 1024;
const NAME_MAX: usize = 64;
const KEY_MAX: usize = 256;
const NOTE_MAX: usize = 500;
/// The longest reason of a failure; of a longer one the end is kept, which is
/// where programs say what went wrong.
const ERROR_MAX: usize = 8 * 1024;
const BACKOFF_FIRST: Duration = Duration::from_secs(2);
const BACKOFF_MAX: Duration = Duration::from_mins(10);

/// A job to enqueue.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// Which handler does it, such as `transcode`; at most 64 characters.
    pub kind: String,
    /// What the handler needs to know; at most 256 KiB as JSON.
    pub payload: serde_json::Value,
    /// What it is about (the id of a video), to list, cancel, retry and delete by.
    pub subject: Option<String>,
    /// Higher first; equal ones in the order of their making.
    pub priority: i32,
    /// While an unfinished job has this key, enqueueing another one with it
    /// yields that job instead.
    pub dedupe_key: Option<String>,
    /// How many attempts it gets, at least 1.
    pub max_attempts: u32,
    /// Not before this instant (UTC microseconds); `None` is now.
    pub run_after: Option<i64>,
    /// Not before these jobs are done. If one of them fails or is canceled for
    /// good, so is this one.
    pub after: Vec<Id>,
}

impl NewJob {
    /// A job of this kind with five attempts, priority 0, no subject.
    pub fn new(kind: impl Into<String>, payload: serde_json::Value) -> Self {
        Self {
            kind: kind.into(),
            payload,
            subject: None,
            priority: 0,
            dedupe_key: None,
            max_attempts: 5,
            run_after: None,
            after: Vec::new(),
        }
    }

    /// The same about this subject.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// The same with this priority.
    #[must_use]
    pub fn priority(mut self, priority: i32) -> Self {
        self.priority = priority;
        self
    }

    /// The same, unique by this key among the unfinished.
    #[must_use]
    pub fn dedupe_key(mut self, key: impl Into<String>) -> Self {
        self.dedupe_key = Some(key.into());
        self
    }

    /// The same with this many attempts.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// The same, not before this instant (UTC microseconds).
    #[must_use]
    pub fn run_after(mut self, instant: i64) -> Self {
        self.run_after = Some(instant);
        self
    }

    /// The same, not before that job is done.
    #[must_use]
    pub fn after(mut self, job: Id) -> Self {
        self.after.push(job);
        self
    }

    pub(crate) fn check(&self) -> Result<String, JobsError> {
        let invalid = |field, reason: &str| JobsError::Invalid {
            field,
            reason: reason.to_owned(),
        };
        if self.kind.is_empty() || self.kind.len() > NAME_MAX {
            return Err(invalid("kind", "1 to 64 bytes are expected"));
        }
        for (field, text) in [("subject", &self.subject), ("dedupe_key", &self.dedupe_key)] {
            if text
                .as_ref()
                .is_some_and(|t| t.is_empty() || t.len() > KEY_MAX)
            {
                return Err(invalid(field, "1 to 256 bytes are expected"));
            }
        }
        if !(1..=1000).contains(&self.max_attempts) {
            return Err(invalid("max_attempts", "1 to 1000 are expected"));
        }
        if self.after.len() > 100 {
            return Err(invalid("after", "at most 100 jobs are expected"));
        }
        let payload = self.payload.to_string();
        if payload.len() > PAYLOAD_MAX {
            return Err(invalid("payload", "at most 256 KiB are expected"));
        }
        Ok(payload)
    }
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for a worker, for its time, or for other jobs.
    Queued,
    /// Leased by a worker.
    Running,
    /// Finished well.
    Done,
    /// Given up; [`Job::error`] says why.
    Failed,
    /// Canceled by a person.
    Canceled,
}

impl JobState {
    /// The name in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    /// Whether nothing more will happen to it unless somebody retries it.
    pub fn is_finished(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Canceled)
    }

    pub(crate) fn parse(text: &str) -> Result<Self, JobsError> {
        [
            Self::Queued,
            Self::Running,
            Self::Done,
            Self::Failed,
            Self::Canceled,
        ]
        .into_iter()
        .find(|state| state.as_str() == text)
        .ok_or(JobsError::Corrupt("state"))
    }
}

/// How far a job is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct JobProgress {
    /// 0 to 100.
    pub percent: f32,
    /// Seconds of media made in a second.
    pub speed: Option<f32>,
    /// Seconds left, as far as one can tell.
    pub eta_seconds: Option<u64>,
    /// What is going on, in a few words.
    pub note: Option<String>,
}

impl JobProgress {
    /// This far, and no more known.
    pub fn percent(percent: f32) -> Self {
        Self {
            percent,
            ..Self::default()
        }
    }

    /// The same within its bounds: numbers that are none become 0 or unknown.
    pub(crate) fn bounded(mut self) -> Self {
        self.percent = if self.percent.is_finite() {
            self.percent.clamp(0.0, 100.0)
        } else {
            0.0
        };
        self.speed = self.speed.filter(|s| s.is_finite() && *s >= 0.0);
        self.eta_seconds = self.eta_seconds.filter(|s| *s < 10_000_000_000);
        if let Some(note) = &mut self.note {
            note.retain(|c| c != '\0');
            note.truncate(note.floor_char_boundary(NOTE_MAX));
        }
        self
    }
}

/// A job as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// `job_…`
    pub id: Id,
    /// Which handler does it.
    pub kind: String,
    /// What the handler needs to know.
    pub payload: serde_json::Value,
    /// What it is about.
    pub subject: Option<String>,
    /// Higher first.
    pub priority: i32,
    /// Unique among the unfinished.
    pub dedupe_key: Option<String>,
    /// Where it stands.
    pub state: JobState,
    /// How many attempts have begun; 0 before the first. Greater than
    /// [`Self::max_attempts`] when the workers of all attempts died: then
    /// there is nothing left to do but to give up.
    pub attempt: u32,
    /// How many attempts it gets.
    pub max_attempts: u32,
    /// Not before this instant (UTC microseconds).
    pub run_after: i64,
    /// How far it is.
    pub progress: JobProgress,
    /// Why the last attempt failed.
    pub error: Option<String>,
    /// Somebody wants it to stop.
    pub cancel_requested: bool,
    /// Which worker has it.
    pub lease_owner: Option<String>,
    /// The token of its latest lease; 0 before the first.
    pub lease_token: i64,
    /// Until when its lease holds (UTC microseconds).
    pub lease_expires_at: Option<i64>,
    /// When it was enqueued (UTC microseconds).
    pub created_at: i64,
    /// When its first attempt began (UTC microseconds).
    pub started_at: Option<i64>,
    /// When it was done, given up or canceled (UTC microseconds).
    pub finished_at: Option<i64>,
    /// When its row changed last (UTC microseconds).
    pub updated_at: i64,
    /// Grows with every change of the row.
    pub version: i64,
}

impl Job {
    /// The right to change this job, as of when it was read.
    pub fn lease(&self) -> Lease {
        Lease {
            job_id: self.id.clone(),
            token: self.lease_token,
        }
    }

    /// Whether every attempt has been used up and lost.
    pub fn is_exhausted(&self) -> bool {
        self.attempt > self.max_attempts
    }
}

/// The right to change a running job: whoever holds the latest token.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lease {
    /// `job_…`
    pub job_id: Id,
    /// Grows with every lease of this job.
    pub token: i64,
}

/// Which jobs to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// About this subject.
    pub subject: Option<String>,
    /// Of this kind.
    pub kind: Option<String>,
    /// In this state.
    pub state: Option<JobState>,
    /// Made before this one (the last of the page before).
    pub before: Option<Id>,
    /// At most so many: 1 to 1000; 0 stands for 100.
    pub limit: u64,
}

/// How many jobs of a kind stand in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindCount {
    /// The kind.
    pub kind: String,
    /// The state.
    pub state: JobState,
    /// How many.
    pub count: u64,
    /// The instant from which the oldest could have run (UTC microseconds).
    pub oldest_run_after: i64,
}

/// How long to wait after this attempt (from 1) failed: 2 s, doubled with each
/// attempt up to 10 minutes, of which a random half to whole, so that what
/// failed together does not come back together. `random` is in 0..1.
pub(crate) fn backoff(attempt: u32, random: f64) -> Duration {
    let doubled = BACKOFF_FIRST.saturating_mul(
        1_u32
            .checked_shl(attempt.saturating_sub(1).min(31))
            .unwrap_or(u32::MAX),
    );
    doubled
        .min(BACKOFF_MAX)
        .mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0)
}

/// A reason that fits into the row.
pub(crate) fn shortened(reason: &str) -> String {
    // PostgreSQL's text holds no NUL.
    let reason = reason.replace('\0', "");
    if reason.len() <= ERROR_MAX {
        return reason;
    }
    let from = reason.ceil_char_boundary(reason.len() - ERROR_MAX);
    format!("…{}", &reason[from..])
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn back_off_doubles_up_to_ten_minutes() {
        let seconds: Vec<u64> = (1..=12).map(|a| backoff(a, 1.0).as_secs()).collect();
        assert_eq!(seconds, [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]);
        assert_eq!(backoff(u32::MAX, 1.0), BACKOFF_MAX);
        assert_eq!(backoff(3, 0.0).as_secs(), 4);
    }

    #[test]
    fn new_jobs_are_judged() {
        assert!(NewJob::new("probe", json!({})).check().is_ok());
        let bad = [
            ("kind", NewJob::new("", json!({}))),
            ("kind", NewJob::new("k".repeat(65), json!({}))),
            ("subject", NewJob::new("k", json!({})).subject("")),
            (
                "dedupe_key",
                NewJob::new("k", json!({})).dedupe_key("k".repeat(257)),
            ),
            ("max_attempts", NewJob::new("k", json!({})).max_attempts(0)),
            ("payload", NewJob::new("k", json!("x".repeat(300_000)))),
        ];
        for (want, job) in bad {
            let JobsError::Invalid { field, .. } = job.check().unwrap_err() else {
                panic!("{want}")
            };
            assert_eq!(field, want);
        }
    }

    #[test]
    fn progress_and_reasons_stay_within_bounds() {
        let odd = JobProgress {
            percent: f32::NAN,
            speed: Some(f32::INFINITY),
            eta_seconds: Some(u64::MAX),
            note: Some("ä\0".repeat(400)),
        }
        .bounded();
        assert_eq!((odd.percent, odd.speed, odd.eta_seconds), (0.0, None, None));
        assert!(odd.note.unwrap().len() <= NOTE_MAX);
        let long = format!("begin {} end", "ü".repeat(9000));
        let kept = shortened(&long);
        assert!(kept.ends_with(" end") && kept.len() <= ERROR_MAX + 3);
    }
}
