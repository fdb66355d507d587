//! What can go wrong on the way from a file to a video, in words an uploader can act on.

use std::path::PathBuf;

/// Why a file is refused. Each renders as one sentence for the uploader.
///
/// A rejection is final: the same bytes will be refused again, so it is never retried.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The file has no bytes at all.
    #[error("the file is empty (0 bytes)")]
    Empty,
    /// ffprobe recognised nothing, or only something that is no media container.
    #[error("this is not a video file: {detail}")]
    NotMedia {
        /// What was found instead, in ffprobe's or our words.
        detail: String,
    },
    /// A real container, but not one that this instance takes.
    #[error("{container} files are not accepted here; accepted are: {accepted}")]
    UnsupportedContainer {
        /// ffprobe's name of the container.
        container: String,
        /// Comma-separated list of what is accepted (`SUPPORTED_FORMATS`).
        accepted: String,
    },
    /// Sound without a picture (cover art does not count as one).
    #[error("the file has sound but no video stream")]
    AudioOnly,
    /// A file of sound without any.
    #[error("the file has no audio stream")]
    NoAudio,
    /// A container with neither a picture nor sound.
    #[error("the file has no video stream")]
    NoVideo,
    /// The container opens, but its pictures cannot be had.
    #[error("the file is damaged or cut off beyond use: {detail}")]
    Damaged {
        /// The tail of what ffprobe said.
        detail: String,
    },
    /// A good part of the announced film is not there.
    #[error(
        "the file is cut off: of {announced_s} s only {present_s} s are there; upload it again"
    )]
    CutOff {
        /// What the file announces, in seconds.
        announced_s: u64,
        /// What is there, in seconds.
        present_s: u64,
    },
    /// It would have to be encoded, and that is switched off.
    #[error("the file cannot be played as it is, and encoding is switched off: {reasons}")]
    NeedsEncoding {
        /// Why it cannot be played as it is.
        reasons: String,
    },
    /// The picture's dimensions are zero or beyond what the encoders take.
    #[error("a picture of {width}x{height} cannot be processed")]
    Dimensions {
        /// Coded width in pixels.
        width: u32,
        /// Coded height in pixels.
        height: u32,
    },
    /// No decoder for the video codec.
    #[error("the video codec {codec} cannot be decoded here")]
    Codec {
        /// ffprobe's name of the codec, or its four-character code.
        codec: String,
    },
}

/// Everything that the crate's operations may fail with.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The file will never become a video; the reason is for the uploader.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// ffmpeg or ffprobe ended badly; `tail` holds its own last words.
    #[error("{program} failed ({status}): {tail}")]
    Ffmpeg {
        /// `ffmpeg` or `ffprobe`.
        program: String,
        /// How it ended: exit code, signal or limit.
        status: String,
        /// Its last lines on stderr, bounded.
        tail: String,
    },
    /// The child exceeded its time limit, or made no progress for too long.
    #[error("{program} was stopped: {reason}")]
    TimedOut {
        /// `ffmpeg` or `ffprobe`.
        program: String,
        /// Which limit, in words.
        reason: String,
    },
    /// The work was canceled on request.
    #[error("canceled")]
    Canceled,
    /// A program could not be started at all.
    #[error("cannot start {program}: {source}")]
    Start {
        /// The program as configured.
        program: String,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// The disk has no room left for the work.
    #[error("the disk is full ({path})")]
    DiskFull {
        /// What was being written.
        path: PathBuf,
    },
    /// A file operation failed.
    #[error("{action} {path}: {source}")]
    Io {
        /// The verb, such as `reading`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// A video has no room for another audio track.
    #[error("a video has at most {} audio tracks", crate::service::TRACKS_MAX)]
    TooManyTracks,
    /// The video was deleted meanwhile.
    #[error("the video is gone")]
    Gone,
    /// The library failed.
    #[error("library: {0}")]
    Catalog(matinee_catalog::CatalogError),
    /// The blob store failed.
    #[error("storage: {0}")]
    Blobs(#[from] matinee_engines::blobs::BlobError),
    /// The job queue failed.
    #[error("jobs: {0}")]
    Jobs(#[from] matinee_jobs::JobsError),
    /// The database failed.
    #[error("database: {0}")]
    Db(#[from] sea_orm::DbErr),
    /// What ffmpeg made cannot be read back.
    #[error("what ffmpeg made cannot be read: {0}")]
    Media(#[from] matinee_media::MediaError),
    /// Something that our own machinery promised did not hold.
    #[error("{0}")]
    Internal(String),
}

impl IngestError {
    /// Wraps an I/O error, recognising a full disk.
    pub fn io(action: &'static str, path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        let path = path.into();
        if source.kind() == std::io::ErrorKind::StorageFull
            || source.kind() == std::io::ErrorKind::QuotaExceeded
        {
            return Self::DiskFull { path };
        }
        Self::Io {
            action,
            path,
            source,
        }
    }
}

impl From<matinee_catalog::CatalogError> for IngestError {
    fn from(error: matinee_catalog::CatalogError) -> Self {
        match error {
            matinee_catalog::CatalogError::NotFound { what: "video", .. } => Self::Gone,
            other => Self::Catalog(other),
        }
    }
}

/// The crate's result.
pub type Result<T, E = IngestError> = std::result::Result<T, E>;
