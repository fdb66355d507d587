//! Connections to others that are lost, and made again.

use std::time::Duration;

use matinee_engines::outbound::OutboundError;

/// The pauses between attempts.
const PAUSES: [Duration; 6] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(30),
    Duration::from_mins(1),
];
/// A connection that has lasted so long was a good one: the pauses begin anew.
pub(crate) const WELL: Duration = Duration::from_secs(30);

/// The pause after so many attempts, one after another, that have failed.
pub(crate) fn pause(attempts: u32) -> Duration {
    let nth = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    PAUSES[nth.min(PAUSES.len() - 1)]
}

/// Words of the other side as they may be shown: one line, not too long, and without this secret.
pub(crate) fn discreet(words: &str, secret: Option<&str>) -> String {
    let words: String = words
        .chars()
        .filter(|c| !c.is_control())
        .take(300)
        .collect();
    match secret.filter(|secret| !secret.is_empty()) {
        Some(secret) => words.replace(secret, "…"),
        None => words,
    }
}

/// Why a connection has ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stop {
    /// It may go better another time.
    #[error("{0}")]
    Again(String),
    /// It will not.
    #[error("{0}")]
    Never(String),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Again(format!("the connection was lost: {error}"))
    }
}

impl From<matinee_media::MediaError> for Stop {
    fn from(error: matinee_media::MediaError) -> Self {
        Self::Never(error.to_string())
    }
}

impl From<rtmp_runtime::RtmpError> for Stop {
    fn from(error: rtmp_runtime::RtmpError) -> Self {
        Self::Again(format!("it does not speak RTMP as expected: {error}"))
    }
}

impl From<srt_runtime::Error> for Stop {
    fn from(error: srt_runtime::Error) -> Self {
        Self::Again(match error {
            srt_runtime::Error::Rejected { .. } => format!(
                "it refused: {error} (the stream identifier may be wrong, or a passphrase be wanted)"
            ),
            error => error.to_string(),
        })
    }
}

impl From<crate::srt::NoCall> for Stop {
    fn from(error: crate::srt::NoCall) -> Self {
        match error {
            crate::srt::NoCall::Srt(error) => error.into(),
            error => Self::Again(error.to_string()),
        }
    }
}

impl From<OutboundError> for Stop {
    fn from(error: OutboundError) -> Self {
        match error {
            OutboundError::Passing(why) => Self::Again(why),
            error => Self::Never(error.to_string()),
        }
    }
}
