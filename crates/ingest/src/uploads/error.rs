//! Why an upload is refused or fails.

use matinee_catalog::{CatalogError, FieldError};
use matinee_engines::blobs::BlobError;
use matinee_jobs::JobsError;
use sea_orm::DbErr;

use super::body::BodyFault;
use super::checksum::ChecksumError;
use super::import::fetch::FetchError;

/// A result of uploading.
pub type Result<T, E = UploadError> = std::result::Result<T, E>;

/// Why an upload is refused or fails, in words for the uploader.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// There is no such upload, or it is somebody else's.
    #[error("there is no such upload")]
    NotFound,
    /// There was such an upload, and its time is over.
    #[error("the upload has expired or was given up")]
    Gone,
    /// Fields that cannot be accepted; all of them, not only the first.
    #[error("{}", summary(.0))]
    Invalid(Vec<FieldError>),
    /// More bytes than are accepted, announced or sent.
    #[error("the file is larger than the {limit} bytes that are accepted")]
    TooLarge {
        /// The greatest number of bytes.
        limit: u64,
    },
    /// A file without any bytes.
    #[error("the file is empty (0 bytes)")]
    Empty,
    /// The first bytes prove that it is no video.
    #[error("this file is {0}, not a video")]
    NotVideo(&'static str),
    /// A checksum header that cannot be used, or one that the bytes do not have.
    #[error(transparent)]
    Checksum(#[from] ChecksumError),
    /// The bytes do not continue where the upload ends.
    #[error("the upload ends at byte {expected}, not at {got}")]
    Offset {
        /// Where it ends.
        expected: u64,
        /// Where the client went on.
        got: u64,
    },
    /// Another request has taken over this upload.
    #[error("another request has taken over this upload")]
    TakenOver,
    /// The upload is not in a state in which this can be done.
    #[error("{0}")]
    Conflict(String),
    /// The client broke off; what it sent until then may be kept.
    #[error("the connection broke off before all bytes had arrived")]
    BrokenOff,
    /// The client sent nothing for too long.
    #[error("no bytes arrived for {seconds} seconds")]
    Idle {
        /// The patience in seconds.
        seconds: u64,
    },
    /// Too many uploads at once.
    #[error("too many uploads are running at once; try again in a moment")]
    Busy,
    /// What a URL leads to cannot be had.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The store of the bytes failed.
    #[error("the bytes cannot be kept: {0}")]
    Blobs(BlobError),
    /// The catalog failed.
    #[error(transparent)]
    Catalog(CatalogError),
    /// The queue failed.
    #[error(transparent)]
    Jobs(#[from] JobsError),
    /// Processing could not be enqueued.
    #[error(transparent)]
    Processing(Box<crate::IngestError>),
    /// The database failed.
    #[error("database: {0}")]
    Db(#[from] DbErr),
    /// What the database holds is not what this program wrote there.
    #[error("the stored {0} of an upload cannot be read")]
    Corrupt(&'static str),
}

impl UploadError {
    /// One wrong field.
    pub fn field(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, reason)])
    }
}

impl From<CatalogError> for UploadError {
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::Invalid(fields) => Self::Invalid(fields),
            error => Self::Catalog(error),
        }
    }
}

impl From<Vec<FieldError>> for UploadError {
    fn from(fields: Vec<FieldError>) -> Self {
        Self::Invalid(fields)
    }
}

impl From<BodyFault> for UploadError {
    fn from(fault: BodyFault) -> Self {
        match fault {
            BodyFault::Idle { seconds } => Self::Idle { seconds },
            BodyFault::BrokenOff => Self::BrokenOff,
            BodyFault::TooLong { limit } => Self::TooLarge { limit },
            BodyFault::NotVideo(what) => Self::NotVideo(what),
            BodyFault::Checksum(error) => Self::Checksum(error),
        }
    }
}

impl From<BlobError> for UploadError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Source(source) => match BodyFault::of(&source) {
                Some(fault) => fault.clone().into(),
                None => Self::Blobs(BlobError::Source(source)),
            },
            BlobError::NoSuchUpload => Self::Gone,
            BlobError::Superseded => Self::TakenOver,
            BlobError::InvalidPart { number, reason } => {
                Self::field("part_number", format!("part {number}: {reason}"))
            }
            error => Self::Blobs(error),
        }
    }
}

fn summary(errors: &[FieldError]) -> String {
    let words: Vec<String> = errors
        .iter()
        .map(|e| format!("{} {}", e.field, e.reason))
        .collect();
    words.join("; ")
}
