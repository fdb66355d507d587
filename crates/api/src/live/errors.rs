//! What can go wrong with streams, as clients see it.

use std::time::Duration;

use http::StatusCode;
use matinee_live::LiveError;
use matinee_live::room::NoRoom;

use crate::Problem;
use crate::http::problem::sentence;
use crate::videos::view::rfc3339;

/// When to look again for a broadcast that has not begun.
const SOON: Duration = Duration::from_secs(2);
/// The kind of problem that only waiting for somebody to leave solves.
pub const STREAM_FULL: &str = "/problems/stream-full";
/// The kind of problem that somebody has who may not write in a chat.
pub const CHAT_BANNED: &str = "/problems/chat-banned";
/// The kind of problem that only writing less often solves.
pub const CHAT_TOO_FAST: &str = "/problems/chat-too-fast";

impl From<LiveError> for Problem {
    fn from(error: LiveError) -> Self {
        match error {
            LiveError::Catalog(error) => error.into(),
            // The same words as for what is hidden.
            LiveError::NotFound(
                "stream" | "message" | "ban" | "question" | "poll" | "guest" | "marker",
            ) => Self::not_found("There is nothing under this address."),
            LiveError::NotFound(_) => Self::not_found(sentence(&error)),
            LiveError::NotOnAir => Self {
                retry_after: Some(SOON),
                ..Self::not_found(sentence(&error))
            },
            LiveError::PartWithoutSegment | LiveError::TooFarAhead => {
                Self::bad_request(sentence(&error))
            }
            LiveError::TooLate => Self {
                retry_after: Some(Duration::from_secs(1)),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, sentence(&error))
            },
            LiveError::TakenOver | LiveError::Over | LiveError::Hopeless(_) => {
                Self::conflict(sentence(&error))
            }
            LiveError::SignIn => Self::sign_in(),
            LiveError::NoChat => Self::forbidden("This stream has no chat."),
            LiveError::NotYours(reason) => Self::forbidden(reason),
            LiveError::Banned { until } => Self::forbidden(match until {
                Some(until) => format!("You may not write here until {}.", rfc3339(until)),
                None => "You may not write here.".to_owned(),
            })
            .of_kind(CHAT_BANNED),
            LiveError::TooFast { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "You write faster than this chat allows: wait a moment.",
                )
            }
            .of_kind(CHAT_TOO_FAST),
            LiveError::Conflict(_) => Self::conflict(sentence(&error)),
            LiveError::Db(error) => Self::unavailable(&error),
            LiveError::Media(error) => Self::internal(&error),
        }
    }
}

impl From<NoRoom> for Problem {
    fn from(full: NoRoom) -> Self {
        Self {
            retry_after: Some(Duration::from_secs(15)),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, sentence(&full))
        }
        .of_kind(STREAM_FULL)
    }
}
