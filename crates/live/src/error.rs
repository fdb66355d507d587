//! What can go wrong.

use matinee_media::MediaError;

/// A result of live broadcasting.
pub type Result<T, E = LiveError> = std::result::Result<T, E>;

/// Why something about a broadcast cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// The stream is not on the air here.
    #[error("this stream is not on the air")]
    NotOnAir,
    /// The frames cannot be packaged.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] sea_orm::DbErr),
}
