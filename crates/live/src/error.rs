//! What can go wrong.

use std::time::Duration;

use matinee_catalog::CatalogError;
use matinee_media::MediaError;

/// A result of live broadcasting.
pub type Result<T, E = LiveError> = std::result::Result<T, E>;

/// Why something about a broadcast cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// The stream is not on the air here.
    #[error("this stream is not on the air")]
    NotOnAir,
    /// There is no such part, segment or track, or not any more.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// `_HLS_part` without `_HLS_msn`.
    #[error("_HLS_part needs _HLS_msn")]
    PartWithoutSegment,
    /// What was asked for is so far ahead that nobody can mean it.
    #[error("what is asked for is too far ahead of the broadcast")]
    TooFarAhead,
    /// What was asked for has not come in time.
    #[error("the broadcast has not gone on in time: try again")]
    TooLate,
    /// Another encoder has taken the stream over.
    #[error("another encoder publishes this stream now")]
    TakenOver,
    /// The broadcast has ended meanwhile.
    #[error("the broadcast has ended")]
    Over,
    /// The encoder does what no broadcast can be made of.
    #[error("{0}")]
    Hopeless(&'static str),
    /// The frames cannot be packaged.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// What people say about a stream cannot be accepted, or cannot be judged.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// It cannot be done as things are now.
    #[error("{0}")]
    Conflict(String),
    /// There is no chat to write in.
    #[error("this stream has no chat")]
    NoChat,
    /// Only who has signed in may do that.
    #[error("sign in first")]
    SignIn,
    /// It is for others to do.
    #[error("{0}")]
    NotYours(&'static str),
    /// They are kept from writing.
    #[error("they may not write here")]
    Banned {
        /// Until when, in UTC microseconds; none for ever.
        until: Option<i64>,
    },
    /// They write faster than they may.
    #[error("they write too fast")]
    TooFast {
        /// When they may again.
        retry_after: Duration,
    },
    /// The database failed.
    #[error(transparent)]
    Db(#[from] sea_orm::DbErr),
}

impl LiveError {
    /// A refusal of one field.
    pub(crate) fn field(field: &str, reason: impl Into<String>) -> Self {
        Self::Catalog(CatalogError::field(field, reason))
    }
}
