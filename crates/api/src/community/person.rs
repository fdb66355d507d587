//! Who somebody is to the community.

use http::StatusCode;
use matinee_catalog::community::Person;
use matinee_catalog::moderation::{Kind, WhoMayWrite};
use matinee_identity::Scope;
use matinee_identity::access::{Action, Decision, Resource, decide};

use crate::{AppState, Caller, Problem, ProblemResult};

/// Who asks; none for somebody who cannot be told from others.
pub(crate) fn asking(caller: &Caller) -> Option<Person> {
    let key = caller.0.viewer_key()?;
    let user = caller.0.user();
    Some(Person {
        key,
        account: user.map(|user| user.id.to_string()),
        name: user.map_or_else(|| "Guest".to_owned(), |user| user.username.clone()),
        moderator: moderates(caller),
    })
}

/// Whether the caller watches over what others write.
pub(crate) fn moderates(caller: &Caller) -> bool {
    decide(&caller.0, &Resource::Instance, Action::Moderate) == Decision::Allow
}

/// Somebody who has signed in, with a credential that lets them speak for
/// themselves, and not under a child's profile.
pub(super) fn signed_in(caller: &Caller) -> ProblemResult<Person> {
    caller.require(Action::Comment)?;
    asking(caller).ok_or_else(Problem::sign_in)
}

/// Anybody who can be told from others: by an account, or by a browser's cookie.
pub(super) fn anyone(caller: &Caller) -> ProblemResult<Person> {
    asking(caller).ok_or_else(|| {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "Sign in, or accept the cookie by which you are known again.",
        )
    })
}

/// The same, about to change something of their own. A key that may only read
/// changes nothing.
pub(crate) fn acting(caller: &Caller) -> ProblemResult<Person> {
    let allowed = caller
        .0
        .user()
        .is_none_or(|user| user.scopes.contain(Scope::Manage));
    if !allowed {
        return Err(Problem::forbidden("This key may not change anything."));
    }
    anyone(caller)
}

/// A moderator.
pub(super) fn moderator(caller: &Caller) -> ProblemResult<Person> {
    caller.require(Action::Moderate)?;
    asking(caller).ok_or_else(Problem::sign_in)
}

/// Refuses unless the caller may do this with this video.
pub(super) async fn permitted(
    state: &AppState,
    caller: &Caller,
    video: &str,
    action: Action,
) -> ProblemResult<matinee_catalog::Video> {
    let video = state.catalog.get(video).await?;
    caller.require_for(&video, action)?;
    Ok(video)
}

/// Somebody who may write comments (or reviews) under this video.
pub(super) async fn may_write(
    state: &AppState,
    caller: &Caller,
    video: &matinee_catalog::Video,
    kind: Kind,
) -> ProblemResult<Person> {
    let who = acting(caller)?;
    if who.account.is_some() {
        caller.require_for(video, Action::Comment)?;
    }
    let rules = state.community.moderation();
    match rules.may_write(kind, Some(&who)).await? {
        WhoMayWrite::Yes => Ok(who),
        WhoMayWrite::SignIn => Err(Problem::sign_in()),
        WhoMayWrite::Nobody => Err(Problem::forbidden("This is closed here.")),
    }
}
