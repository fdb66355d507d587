//! Who may play what.

use std::time::{SystemTime, UNIX_EPOCH};

use matinee_catalog::Video;
use matinee_identity::access::{Action, Asker, Decision, Resource, decide};
use matinee_identity::{StreamTokens, TokenError};

use crate::{PlaybackError, Result};

/// On what grounds somebody is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// The video is public.
    Public,
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
    if may_watch(&Asker::nobody(), video) == Decision::Allow {
        return Ok(Admission::Public);
    }
    let token = token.ok_or(PlaybackError::TokenMissing)?;
    tokens.verify(token, &video.id, now_seconds())?;
    Ok(Admission::Token)
}

/// Whether this token opens the video now.
pub(crate) fn is_good(tokens: &StreamTokens, video: &str, token: &str) -> Result<(), TokenError> {
    tokens.verify(token, video, now_seconds()).map(|_| ())
}

/// Whether this person may watch this video.
pub fn may_watch(who: &Asker, video: &Video) -> Decision {
    let resource = Resource::Video {
        is_public: video.is_public,
        owner: video.owner.as_deref(),
    };
    decide(who, &resource, Action::Watch)
}

pub(crate) fn now_seconds() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
