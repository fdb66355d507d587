//! What can go wrong.

use matinee_engines::hot::HotError;
use matinee_engines::log::LogError;
use sea_orm::DbErr;

/// What can go wrong with analytics.
#[derive(Debug, thiserror::Error)]
pub enum AnalyticsError {
    /// An event of a batch cannot be accepted.
    #[error("{} of the events cannot be accepted", .0.len())]
    Invalid(Vec<Fault>),
    /// A stretch of time that cannot be reported on.
    #[error("{field} {reason}")]
    Stretch {
        /// Which end, or the interval.
        field: &'static str,
        /// What was expected.
        reason: &'static str,
    },
    /// There is no service level of this name.
    #[error("there is no such service level")]
    NoLevel,
    /// Nobody has opened the event log: this process takes no events in.
    #[error("the event log is not open")]
    Closed,
    /// The event log failed; nothing that was refused with this is kept for sure.
    #[error(transparent)]
    Log(#[from] LogError),
    /// Hot state failed.
    #[error(transparent)]
    Hot(#[from] HotError),
    /// The database failed.
    #[error("database: {0}")]
    Db(#[from] DbErr),
    /// What is stored cannot be read.
    #[error("stored analytics cannot be read: {0}")]
    Corrupt(String),
    /// A folder of the event log cannot be used.
    #[error("event log: {0}")]
    Io(#[from] std::io::Error),
}

/// Why a field of an event cannot be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Such as `events[3].type`.
    pub field: String,
    /// What was expected, to follow the field.
    pub reason: String,
}

/// Shorthand for this crate's results.
pub type Result<T, E = AnalyticsError> = std::result::Result<T, E>;
