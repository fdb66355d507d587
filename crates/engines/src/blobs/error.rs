//! What can go wrong with blobs.

use std::io;

use super::BlobKey;

/// Why a call to a blob engine failed.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no such blob.
    #[error("there is no blob {0}")]
    NotFound(BlobKey),
    /// The upload has been completed, aborted or collected, or is another key's.
    #[error("there is no such upload")]
    NoSuchUpload,
    /// The range is reversed or reaches past the end.
    #[error("the range {start}..{end} is not within the blob's {size} bytes")]
    RangeNotSatisfiable {
        /// First byte asked for.
        start: u64,
        /// One past the last byte asked for.
        end: u64,
        /// The blob's bytes.
        size: u64,
    },
    /// More bytes than the caller or the engine allows.
    #[error("more than the allowed {limit} bytes")]
    TooLarge {
        /// The greatest number of bytes allowed.
        limit: u64,
    },
    /// The text is no key, or collides with another: a blob cannot lie below a blob.
    #[error("{0}")]
    InvalidKey(String),
    /// A part does not fit its upload.
    #[error("part {number}: {reason}")]
    InvalidPart {
        /// The part's number.
        number: u32,
        /// What is wrong with it.
        reason: String,
    },
    /// An append did not begin where the upload ends.
    #[error("the upload ends at byte {end}")]
    OffsetMismatch {
        /// Where the upload ends, in bytes.
        end: u64,
    },
    /// Another call took over the same upload.
    #[error("another request has taken over")]
    Superseded,
    /// The disk or the quota is full. Nothing half-written remains.
    #[error("the storage is full")]
    Full,
    /// The engine cannot be reached or is overloaded: the same call may succeed later.
    #[error("the storage is unavailable: {0}")]
    Unavailable(String),
    /// The engine refuses: permissions, credentials, or no such bucket.
    #[error("the storage refuses: {0}")]
    Refused(String),
    /// The engine answered with other bytes than it was given.
    #[error("damaged in storage: {0}")]
    Corrupt(String),
    /// The stream that was to be kept failed: the sender's error, not the store's.
    #[error("the incoming stream failed: {0}")]
    Source(#[source] io::Error),
    /// A setting is malformed.
    #[error("{name}: {reason}")]
    Config {
        /// The setting.
        name: String,
        /// What was expected.
        reason: String,
    },
}

impl BlobError {
    /// Whether the same call may succeed a little later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    pub(super) fn part(number: u32, reason: impl Into<String>) -> Self {
        Self::InvalidPart {
            number,
            reason: reason.into(),
        }
    }

    pub(super) fn config(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Config {
            name: name.into(),
            reason: reason.into(),
        }
    }

    /// What an error of the file system means, whatever it was about.
    pub(super) fn io(error: &io::Error, what: &str) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::Full,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::Refused(format!("{what}: {error}"))
            }
            io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => Self::InvalidKey(
                "a blob cannot have the name of a folder of blobs, nor lie below a blob".to_owned(),
            ),
            _ => Self::Unavailable(format!("{what}: {error}")),
        }
    }

    /// What an error of the file system means when a blob was to be read.
    pub(super) fn reading(error: &io::Error, key: &BlobKey) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::IsADirectory => Self::NotFound(key.clone()),
            _ => Self::io(error, "reading a blob"),
        }
    }
}

impl From<BlobError> for io::Error {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Source(error) => error,
            error => Self::other(error),
        }
    }
}
