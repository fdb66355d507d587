//! How sending to a target goes.

use std::collections::VecDeque;
use std::time::Duration;

use matinee_engines::time::now_micros;
use parking_lot::Mutex;
use tokio::time::Instant;

/// Over how long the bits are counted.
const SPAN: Duration = Duration::from_secs(5);

/// Where a target is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TargetState {
    /// Nothing is to be sent.
    #[default]
    Idle,
    /// It is being reached.
    Connecting,
    /// It gets the broadcast.
    Sending,
    /// It could not be reached, or was lost: it is tried again.
    Waiting,
    /// It cannot be sent there, and is not tried again.
    Failed,
}

impl TargetState {
    /// The word that is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Connecting => "connecting",
            Self::Sending => "sending",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
        }
    }
}

/// How it goes with a target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetStatus {
    /// Where it is.
    pub state: TargetState,
    /// Why it was lost or not reached, in words.
    pub error: Option<String>,
    /// Attempts one after another that have failed.
    pub attempts: u32,
    /// What it gets, over the last seconds.
    pub bitrate_bps: u64,
    /// Since when it is in this state, in UTC microseconds.
    pub since: Option<i64>,
}

/// The same, as it is kept while something is sent.
#[derive(Debug, Default)]
pub(super) struct Progress(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    status: TargetStatus,
    bytes: VecDeque<(Instant, u64)>,
    sending_since: Option<Instant>,
}

impl Progress {
    /// As it is now.
    pub(super) fn status(&self) -> TargetStatus {
        let kept = self.0.lock();
        let recent = kept.bytes.iter().filter(|(at, _)| at.elapsed() < SPAN);
        let sum: u64 = recent.map(|(_, bytes)| bytes).sum();
        let since = kept.sending_since.map(|at| at.elapsed());
        let span = since.unwrap_or(SPAN).clamp(Duration::from_secs(1), SPAN);
        let millis = u64::try_from(span.as_millis()).unwrap_or(1).max(1);
        TargetStatus {
            bitrate_bps: sum.saturating_mul(8000) / millis,
            ..kept.status.clone()
        }
    }

    /// It is in another state.
    pub(super) fn set(&self, state: TargetState, error: Option<String>) {
        let mut kept = self.0.lock();
        kept.bytes.clear();
        kept.sending_since = (state == TargetState::Sending).then(Instant::now);
        kept.status.state = state;
        kept.status.error = error;
        kept.status.since = Some(now_micros());
    }

    /// So many attempts have failed one after another.
    pub(super) fn failed(&self, attempts: u32) {
        self.0.lock().status.attempts = attempts;
    }

    /// So many bytes went out.
    pub(super) fn sent(&self, count: usize) {
        let mut kept = self.0.lock();
        let now = Instant::now();
        match kept.bytes.back_mut() {
            // A tenth of a second is fine enough.
            Some((at, bytes)) if now - *at < Duration::from_millis(100) => {
                *bytes += count as u64;
            }
            _ => kept.bytes.push_back((now, count as u64)),
        }
        while kept.bytes.front().is_some_and(|(at, _)| now - *at > SPAN) {
            kept.bytes.pop_front();
        }
    }
}
