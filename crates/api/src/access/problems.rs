//! What goes wrong with profiles, groups and limits, as clients see it.

use http::StatusCode;
use matinee_engines::hot::HotError;
use matinee_identity::standing::StandingError;

use crate::http::problem::{Problem, sentence};

/// The kind of problem that a PIN solves.
pub const PIN_REQUIRED: &str = "/problems/pin-required";
/// The kind of problem that stopping elsewhere solves.
pub const TOO_MANY_PLAYBACKS: &str = "/problems/too-many-playbacks";
/// The kind of problem that making room solves.
pub const QUOTA_EXCEEDED: &str = "/problems/quota-exceeded";
/// The kind of problem that waiting solves.
pub const RATE_LIMITED: &str = "/problems/rate-limited";

impl From<StandingError> for Problem {
    fn from(error: StandingError) -> Self {
        match error {
            StandingError::NotFound(_) => Self::not_found("There is nothing under this address."),
            StandingError::Conflict(_) => Self::conflict(sentence(&error)),
            StandingError::Pin { .. } => Self::forbidden(sentence(&error)).of_kind(PIN_REQUIRED),
            StandingError::Identity(error) => error.into(),
        }
    }
}

/// Hot state that cannot be had does not keep people out.
pub(super) fn unheeded(error: &HotError) {
    tracing::warn!(%error, "a limit could not be checked");
}

/// 429.
pub(super) fn too_many(detail: impl Into<String>, wait: std::time::Duration) -> Problem {
    Problem {
        retry_after: Some(wait),
        ..Problem::new(StatusCode::TOO_MANY_REQUESTS, detail)
    }
}
