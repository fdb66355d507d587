//! Who somebody is to the community.

use http::StatusCode;
use matinee_catalog::community::Person;
use matinee_catalog::moderation::{Kind, WhoMayWrite};
use matinee_identity::Role;
use matinee_identity::access::Action;

use crate::{AppState, Caller, Problem, ProblemResult};

/// Who asks; none for somebody who cannot be told from others.
pub(super) fn asking(caller: &Caller) -> Option<Person> {
    let key = caller.0.viewer_key()?;
    let user = caller.0.user();
    Some(Person {
        key,
        account: user.map(|user| user.id.to_string()),
        name: user.map_or_else(|| "Guest".to_owned(), |user| user.username.clone()),
        moderator: moderates(caller),
    })
}

/// Whether the caller watches over what others write. Nobody does under a
/// child's profile.
pub(super) fn moderates(caller: &Caller) -> bool {
    caller
        .0
        .user()
        .is_some_and(|user| user.role >= Role::Moderator && !user.is_kid())
}

/// Somebody who has signed in.
pub(super) fn signed_in(caller: &Caller) -> ProblemResult<Person> {
    asking(caller)
        .filter(|person| person.account.is_some())
        .ok_or_else(Problem::sign_in)
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

/// A moderator.
pub(super) fn moderator(caller: &Caller) -> ProblemResult<Person> {
    let person = signed_in(caller)?;
    if person.moderator {
        Ok(person)
    } else {
        Err(Problem::forbidden("Your account may not do this."))
    }
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
    let who = anyone(caller)?;
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
