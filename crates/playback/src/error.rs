//! What can go wrong.

use std::sync::Arc;

use matinee_catalog::CatalogError;
use matinee_engines::blobs::BlobError;
use matinee_identity::TokenError;
use matinee_media::MediaError;

use crate::progress::ProgressError;

/// A result of playback.
pub type Result<T, E = PlaybackError> = std::result::Result<T, E>;

/// Why something cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum PlaybackError {
    /// There is no such video, or nothing of that name in it.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// This person must not learn that there is such a video.
    #[error("there is no such video")]
    Hidden,
    /// The video is there, but nothing of it can be played yet.
    #[error("this video is still being processed: try again in a moment")]
    NotReady,
    /// Processing has ended without anything to play.
    #[error("this video could not be processed, so there is nothing to play")]
    NothingToPlay,
    /// The video lies elsewhere: there are no bytes of it here.
    #[error("this video lies elsewhere: play it from its own address")]
    External,
    /// There is no rendition of that name; these there are.
    #[error("there is no such quality: choose from {}", .0.join(", "))]
    NoSuchQuality(Vec<String>),
    /// The video is not public, and the address holds no token.
    #[error("this video is not public: its addresses need a token")]
    TokenMissing,
    /// The video is not public, and the token does not open it.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The catalog failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The blob store failed.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// What the blob store holds is damaged.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// Watch progress failed.
    #[error(transparent)]
    Progress(#[from] ProgressError),
    /// The work was done for several at once, and failed for all of them.
    #[error(transparent)]
    Shared(#[from] Arc<PlaybackError>),
}

impl PlaybackError {
    /// The error itself, even if it was shared.
    pub fn root(&self) -> &Self {
        match self {
            Self::Shared(error) => error.root(),
            error => error,
        }
    }
}
