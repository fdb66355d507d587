//! What goes wrong with playback, as clients see it.

use std::time::Duration;

use http::StatusCode;
use matinee_engines::blobs::BlobError;
use matinee_playback::PlaybackError;
use matinee_playback::progress::ProgressError;

use crate::http::problem::{Problem, sentence};

/// When to look again for a video that is being processed.
const SOON: Duration = Duration::from_secs(2);

impl From<PlaybackError> for Problem {
    fn from(error: PlaybackError) -> Self {
        let error = match error {
            PlaybackError::Catalog(error) => return error.into(),
            PlaybackError::Progress(error) => return error.into(),
            other => other,
        };
        match error.root() {
            PlaybackError::NotFound(_) | PlaybackError::Hidden => {
                Self::not_found("There is nothing under this address.")
            }
            PlaybackError::NotReady => Self {
                retry_after: Some(SOON),
                ..Self::not_found(sentence(&error))
            },
            PlaybackError::NothingToPlay | PlaybackError::External => {
                Self::not_found(sentence(&error))
            }
            PlaybackError::NoSuchQuality(there_are) => Self::field(
                "quality",
                format!("must be one of {}", there_are.join(", ")),
            ),
            PlaybackError::TokenMissing => Self::new(StatusCode::UNAUTHORIZED, sentence(&error)),
            PlaybackError::Token(token) => Self::forbidden(sentence(token)),
            // Deleted between the look-up and the read.
            PlaybackError::Blobs(BlobError::NotFound(_)) => {
                Self::not_found("There is nothing under this address.")
            }
            PlaybackError::Catalog(_) => Self::unavailable(&error),
            PlaybackError::Blobs(blobs) if blobs.is_retryable() => Self::unavailable(&error),
            PlaybackError::Blobs(_)
            | PlaybackError::Media(_)
            | PlaybackError::Progress(_)
            | PlaybackError::Shared(_) => Self::internal(&error),
        }
    }
}

impl From<ProgressError> for Problem {
    fn from(error: ProgressError) -> Self {
        match error {
            ProgressError::Invalid(invalid) => Self::field(invalid.field, invalid.reason),
            ProgressError::ViewerKey => Self::bad_request(sentence(&error)),
            ProgressError::Overloaded | ProgressError::Db(_) => Self::unavailable(&error),
        }
    }
}
