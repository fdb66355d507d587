//! What can go wrong in the queue, and in a job.

use std::time::Duration;

use sea_orm::DbErr;

/// What can go wrong in the queue itself.
#[derive(Debug, thiserror::Error)]
pub enum JobsError {
    /// The store failed; the message is its own.
    #[error("database: {0}")]
    Db(#[from] DbErr),
    /// Somebody else holds the job by now, or it is finished or gone: the
    /// caller must stop and write nothing more.
    #[error("the lease of {0} is no longer valid")]
    Stale(String),
    /// A new job cannot be accepted.
    #[error("{field}: {reason}")]
    Invalid {
        /// The field of [`crate::NewJob`].
        field: &'static str,
        /// What was expected of it.
        reason: String,
    },
    /// What the database holds is not what this program wrote there.
    #[error("the stored {0} of a job cannot be read")]
    Corrupt(&'static str),
}

/// How a handler ends a job that it could not do.
///
/// Every other error turns into [`JobError::Retry`] through `?`, so this type
/// deliberately is no [`std::error::Error`] itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobError {
    /// It may go better another time: again after a back-off, as long as
    /// attempts are left.
    Retry {
        /// A sentence for the person who waits.
        reason: String,
        /// When to try again; `None` leaves it to the back-off.
        after: Option<Duration>,
    },
    /// It will never go well: no further attempt.
    Final {
        /// A sentence for the person who waits.
        reason: String,
    },
    /// The work stopped because [`crate::JobContext::cancel`] asked for it.
    Canceled,
}

impl JobError {
    /// An error after which to try again.
    pub fn retry(reason: impl std::fmt::Display) -> Self {
        Self::Retry {
            reason: reason.to_string(),
            after: None,
        }
    }

    /// An error after which to try again, not before this has passed.
    pub fn retry_after(reason: impl std::fmt::Display, after: Duration) -> Self {
        Self::Retry {
            reason: reason.to_string(),
            after: Some(after),
        }
    }

    /// An error that no further attempt would mend.
    pub fn fatal(reason: impl std::fmt::Display) -> Self {
        Self::Final {
            reason: reason.to_string(),
        }
    }

    /// The sentence for the person who waits.
    pub fn reason(&self) -> &str {
        match self {
            Self::Retry { reason, .. } | Self::Final { reason } => reason,
            Self::Canceled => "canceled",
        }
    }
}

impl<E: std::error::Error> From<E> for JobError {
    fn from(error: E) -> Self {
        Self::retry(error)
    }
}
