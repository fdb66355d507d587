//! What can go wrong with channels, as clients see it.

use matinee_catalog::FieldError;
use matinee_channels::ChannelError;
use matinee_engines::blobs::BlobError;
use matinee_linear::LinearError;

use crate::Problem;
use crate::http::problem::sentence;

impl From<LinearError> for Problem {
    fn from(error: LinearError) -> Self {
        match error {
            LinearError::Catalog(error) => error.into(),
            LinearError::Channel(error) => error.into(),
            LinearError::Shared(error) => of_shared(error.root()),
            LinearError::NotFound(_) => Self::not_found("There is nothing under this address."),
            LinearError::Taken(field) => Self {
                errors: vec![FieldError::new(field, "is another channel's already")],
                ..Self::conflict(sentence(&error))
            },
            LinearError::Takeover { field, reason } => Self::field(field, reason),
            LinearError::Busy => Self::conflict(sentence(&error)),
            LinearError::Cursor => Self::field("cursor", "must be one that this list gave out"),
            LinearError::Db(error) => Self::unavailable(&error),
            LinearError::Blobs(BlobError::NotFound(_)) => {
                Self::not_found("There is nothing under this address.")
            }
            LinearError::Blobs(ref blobs) if blobs.is_retryable() => Self::unavailable(&error),
            LinearError::Blobs(_)
            | LinearError::Media(_)
            | LinearError::Damaged(_)
            | LinearError::Slate(_) => Self::internal(&error),
        }
    }
}

/// The same of one that several waited for.
fn of_shared(error: &LinearError) -> Problem {
    match error {
        LinearError::NotFound(_) | LinearError::Blobs(BlobError::NotFound(_)) => {
            Problem::not_found("There is nothing under this address.")
        }
        LinearError::Channel(ChannelError::Invalid(problems)) => {
            ChannelError::Invalid(problems.clone()).into()
        }
        LinearError::Channel(ChannelError::BeforeBeginning(at)) => {
            ChannelError::BeforeBeginning(*at).into()
        }
        LinearError::Db(_) => Problem::unavailable(error),
        LinearError::Blobs(blobs) if blobs.is_retryable() => Problem::unavailable(error),
        other => Problem::internal(other),
    }
}

impl From<ChannelError> for Problem {
    fn from(error: ChannelError) -> Self {
        match error {
            ChannelError::Invalid(problems) => {
                let fields = problems
                    .into_iter()
                    .map(|p| FieldError::new(p.field, p.reason));
                Self::invalid(fields.collect())
            }
            ChannelError::BeforeBeginning(_) => {
                Self::not_found("The channel was not on the air then, or is not yet.")
            }
            ChannelError::TooMuch { what, limit } => Self::field(
                "until",
                format!("asks for too much: {what} is at most {limit}"),
            ),
            ChannelError::NoSuch { .. } => Self::not_found("There is nothing under this address."),
            ChannelError::BadGrid | ChannelError::Damaged(_) => Self::internal(&error),
        }
    }
}
