//! Who may play what.

use std::time::{SystemTime, UNIX_EPOCH};

use matinee_catalog::Video;
use matinee_identity::access::{Action, Asker, Decision, decide};
use matinee_identity::{StreamTokens, TokenError};

use crate::{PlaybackError, Result};

/// On what grounds somebody is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// The video is open to everybody.
    Public,
    /// The same, but not for ever: nobody else is to keep it.
    Fleeting,
    /// They hold a token for it.
    Token,
}

/// A permission to play one video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What the addresses bear as `?token=`.
    pub token: String,
    /// Until when it is good, in seconds since the Unix epoch.
    pub expires_at: u64,
    /// How many seconds that is from now.
    pub expires_in: u64,
}

/// Lets the bearer of this token, or of none, fetch media of the video.
///
/// Whoever has no token is nobody in particular: sessions do not count here,
/// so that what is fetched can be told from its address alone. Costs a hash at
/// most, and no query.
pub(crate) fn admit(
    tokens: &StreamTokens,
    video: &Video,
    token: Option<&str>,
) -> Result<Admission> {
    let decision = may_watch(&Asker::nobody(), video);
    if decision == Decision::Allow {
        return Ok(match video.expires_at {
            None => Admission::Public,
            Some(_) => Admission::Fleeting,
        });
    }
    let refused = |error| match decision {
        Decision::Hide => PlaybackError::Hidden,
        _ => error,
    };
    let token = token.ok_or_else(|| refused(PlaybackError::TokenMissing))?;
    match tokens.verify(token, &video.id, now_seconds()) {
        Ok(_) => Ok(Admission::Token),
        // Whoever held a good one knew of the video.
        Err(error @ (TokenError::Expired | TokenError::Revoked)) => Err(error.into()),
        Err(error) => Err(refused(error.into())),
    }
}

/// Whether this token opens the video now.
pub(crate) fn is_good(tokens: &StreamTokens, video: &str, token: &str) -> Result<(), TokenError> {
    tokens.verify(token, video, now_seconds()).map(|_| ())
}

/// Whether this person may watch this video.
pub fn may_watch(who: &Asker, video: &Video) -> Decision {
    decide(who, &video.resource(), Action::Watch)
}

pub(crate) fn now_seconds() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
