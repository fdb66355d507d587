//! Who somebody is to a stream.

use std::net::IpAddr;
use std::sync::Arc;

use http::{HeaderMap, header};
use matinee_engines::time::now_micros;
use matinee_identity::access::{Action, Decision, decide};
use matinee_live::chat::{Badge, Speaker};
use matinee_live::room::presence::Tag;
use matinee_live::streams::Stream;

use crate::community::person::{asking, moderates};
use crate::http::caller::{SESSION_COOKIE, cookie, permit, viewer_cookie};
use crate::{AppState, Caller, Problem, ProblemResult};

/// The stream, if the caller may do this with it. As it was a moment ago.
pub(crate) async fn known(
    state: &AppState,
    caller: &Caller,
    id: &str,
    action: Action,
) -> ProblemResult<Arc<Stream>> {
    let stream = state.live.streams.glance(id).await?;
    let stream =
        stream.ok_or_else(|| Problem::not_found("There is nothing under this address."))?;
    permit(decide(&caller.0, &stream.resource(), action))?;
    Ok(stream)
}

/// The same, as it is now: for those who are about to change it.
pub(super) async fn own(state: &AppState, caller: &Caller, id: &str) -> ProblemResult<Stream> {
    let stream = state.live.streams.get(id).await?;
    permit(decide(&caller.0, &stream.resource(), Action::Edit))?;
    Ok(stream)
}

/// What the caller is to the stream; none for somebody who cannot be told from
/// others.
pub(super) fn speaker(caller: &Caller, stream: &Stream) -> Option<Speaker> {
    let person = asking(caller)?;
    let user = caller.0.user();
    let edits = decide(&caller.0, &stream.resource(), Action::Edit) == Decision::Allow;
    let owns = user.is_some_and(|user| stream.owner.as_deref() == Some(user.id.as_str()));
    let badge = if edits && owns {
        Badge::Streamer
    } else if edits {
        Badge::Administrator
    } else if moderates(caller) {
        Badge::Moderator
    } else if user.is_some() {
        Badge::Member
    } else {
        Badge::Guest
    };
    Some(Speaker { person, badge })
}

/// Somebody who looks after the stream's chat.
pub(super) fn moderator(caller: &Caller, stream: &Stream) -> ProblemResult<Speaker> {
    speaker(caller, stream)
        .filter(|who| who.badge.moderates())
        .ok_or_else(|| match caller.0.user() {
            Some(_) => Problem::forbidden("This is for those who look after the chat."),
            None => Problem::sign_in(),
        })
}

/// As whom somebody counts among the viewers of a stream who asks for its media
/// with these headers: the bearer of their token, or else their browser, or
/// else whatever is at their address.
pub(crate) fn fetching(
    state: &AppState,
    stream_id: &str,
    headers: &HeaderMap,
    token: Option<&str>,
    addr: Option<IpAddr>,
) -> Tag {
    let tokens = &state.tokens;
    let bearer = token.and_then(|token| tokens.verify(token, stream_id, now_seconds()).ok());
    if let Some(claims) = bearer {
        return claims.viewer_tag;
    }
    // A session first: whoever has one may be given the other cookie on the way.
    if let Some(session) = cookie(headers, SESSION_COOKIE) {
        return tokens.viewer_tag(&format!("session:{session}"));
    }
    if let Some(viewer) = viewer_cookie(headers) {
        return tokens.viewer_tag(&format!("anon:{viewer}"));
    }
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    tokens.viewer_tag(&format!("at:{addr:?}:{agent}"))
}

/// As whom the caller counts, if they are known by more than their headers.
pub(super) fn caller_tag(state: &AppState, caller: &Caller) -> Option<Tag> {
    let viewer = bearer_name(caller)?;
    Some(state.tokens.viewer_tag(&viewer))
}

/// Under which name the caller's tokens are issued.
pub(crate) fn bearer_name(caller: &Caller) -> Option<String> {
    match caller.0.user() {
        Some(user) => Some(user.id.to_string()),
        None => caller.0.viewer_key(),
    }
}

/// Now, in seconds since the Unix epoch.
pub(crate) fn now_seconds() -> u64 {
    u64::try_from(now_micros() / 1_000_000).unwrap_or(0)
}

/// How many may watch, as far as it concerns this person: those who look after
/// a stream always may.
pub(crate) fn most(stream: &Stream, who: Option<&Speaker>) -> Option<u32> {
    let exempt = who.is_some_and(|who| who.badge.moderates());
    stream
        .max_viewers
        .filter(|_| !exempt)
        .and_then(|most| u32::try_from(most).ok())
}
