//! How pulling goes.

use matinee_engines::time::now_micros;
use parking_lot::Mutex;

/// Where a source is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SourceState {
    /// It is not to be pulled.
    #[default]
    Idle,
    /// It is being reached.
    Connecting,
    /// The stream is made of it.
    Pulling,
    /// It could not be reached, or was lost: it is tried again.
    Waiting,
    /// It cannot be pulled, and is not tried again before somebody starts it.
    Failed,
}

impl SourceState {
    /// The word that is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Connecting => "connecting",
            Self::Pulling => "pulling",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
        }
    }
}

/// How it goes with a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceStatus {
    /// Where it is.
    pub state: SourceState,
    /// Why it was lost or not reached, in words.
    pub error: Option<String>,
    /// Attempts one after another that have failed.
    pub attempts: u32,
    /// When it is tried again, in UTC microseconds.
    pub next_attempt_at: Option<i64>,
}

/// The same, as it is kept while it is pulled.
#[derive(Debug, Default)]
pub(super) struct Progress(Mutex<SourceStatus>);

impl Progress {
    pub(super) fn status(&self) -> SourceStatus {
        self.0.lock().clone()
    }

    pub(super) fn set(&self, state: SourceState, error: Option<String>) {
        let mut status = self.0.lock();
        status.state = state;
        status.error = error;
        status.next_attempt_at = None;
    }

    pub(super) fn wait(&self, error: String, attempts: u32, pause: std::time::Duration) {
        let pause = i64::try_from(pause.as_micros()).unwrap_or(0);
        *self.0.lock() = SourceStatus {
            state: SourceState::Waiting,
            error: Some(error),
            attempts,
            next_attempt_at: Some(now_micros() + pause),
        };
    }

    pub(super) fn fail(&self, error: String, attempts: u32) {
        *self.0.lock() = SourceStatus {
            state: SourceState::Failed,
            error: Some(error),
            attempts,
            next_attempt_at: None,
        };
    }
}
