//! What is wrong with an upload, as clients see it.

use std::time::Duration;

use http::StatusCode;
use matinee_engines::blobs::BlobError;
use matinee_ingest::uploads::UploadError;

use crate::Problem;
use crate::http::problem::sentence;

impl From<UploadError> for Problem {
    fn from(error: UploadError) -> Self {
        let words = sentence(&error);
        let of = |status| Self::new(status, words.clone());
        match error {
            UploadError::NotFound => of(StatusCode::NOT_FOUND),
            UploadError::Gone => of(StatusCode::GONE),
            UploadError::Invalid(fields) => Self::invalid(fields),
            UploadError::TooLarge { .. } => of(StatusCode::PAYLOAD_TOO_LARGE),
            UploadError::Empty => Self::field("file", "is empty (0 bytes)"),
            UploadError::NotVideo(_) => of(StatusCode::UNSUPPORTED_MEDIA_TYPE),
            UploadError::Checksum(_) | UploadError::BrokenOff => of(StatusCode::BAD_REQUEST),
            UploadError::Offset { .. } | UploadError::Conflict(_) => of(StatusCode::CONFLICT),
            UploadError::TakenOver => of(StatusCode::LOCKED),
            UploadError::Idle { .. } => of(StatusCode::REQUEST_TIMEOUT),
            UploadError::Busy => Self {
                retry_after: Some(Duration::from_secs(5)),
                ..of(StatusCode::SERVICE_UNAVAILABLE)
            },
            UploadError::Fetch(_) => Self::field("url", words),
            UploadError::Blobs(BlobError::Full) => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "The server has no room left for this file.",
            ),
            UploadError::Blobs(BlobError::Unavailable(_)) | UploadError::Db(_) => {
                Self::unavailable(&error)
            }
            UploadError::Catalog(error) => error.into(),
            UploadError::Blobs(_)
            | UploadError::Jobs(_)
            | UploadError::Processing(_)
            | UploadError::Corrupt(_) => Self::internal(&error),
        }
    }
}
