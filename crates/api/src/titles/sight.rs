//! Who sees what, and who may change it.

use matinee_catalog::{Collection, Person, Show, Sight};

use matinee_identity::access::Action;

use crate::{AppState, Caller, Problem, ProblemResult};

/// What the caller sees in lists.
pub(super) fn sight(caller: &Caller) -> Sight {
    Sight::of(&caller.0)
}

/// The account that is to own what the caller makes; refuses those who may add
/// nothing.
pub(super) fn maker(caller: &Caller) -> ProblemResult<Option<String>> {
    caller.require(Action::Upload)?;
    Ok(caller.0.user().map(|user| user.id.to_string()))
}

/// Whether the caller may change what this account owns.
fn owns(caller: &Caller, owner: Option<&str>) -> bool {
    caller.is_operator()
        || caller
            .0
            .user()
            .is_some_and(|user| owner == Some(user.id.as_str()))
            && caller.require(Action::Upload).is_ok()
}

fn gone() -> Problem {
    Problem::not_found("There is nothing under this address.")
}

/// Refuses unless the caller may change this. What they do not even see is not
/// there.
fn editable(caller: &Caller, owner: Option<&str>, seen: bool) -> ProblemResult<()> {
    if owns(caller, owner) {
        return Ok(());
    }
    if caller.0.user().is_none() {
        return Err(Problem::sign_in());
    }
    if seen {
        Err(Problem::forbidden("Your account may not do this."))
    } else {
        Err(gone())
    }
}

/// A show that the caller sees.
pub(super) async fn show(state: &AppState, caller: &Caller, id: &str) -> ProblemResult<Show> {
    let show = state.catalog.show(id).await?;
    if state.catalog.sees_show(&sight(caller), id).await? {
        Ok(show)
    } else {
        Err(gone())
    }
}

/// A show that the caller may change.
pub(super) async fn own_show(state: &AppState, caller: &Caller, id: &str) -> ProblemResult<Show> {
    let show = state.catalog.show(id).await?;
    let seen = state.catalog.sees_show(&sight(caller), id).await?;
    editable(caller, show.owner.as_deref(), seen)?;
    Ok(show)
}

/// A person whom the caller sees.
pub(super) async fn person(state: &AppState, caller: &Caller, id: &str) -> ProblemResult<Person> {
    let person = state.catalog.person(id).await?;
    if state.catalog.sees_person(&sight(caller), id).await? {
        Ok(person)
    } else {
        Err(gone())
    }
}

/// A person about whom the caller may change what is said.
pub(super) async fn own_person(
    state: &AppState,
    caller: &Caller,
    id: &str,
) -> ProblemResult<Person> {
    let person = state.catalog.person(id).await?;
    let seen = state.catalog.sees_person(&sight(caller), id).await?;
    editable(caller, person.owner.as_deref(), seen)?;
    Ok(person)
}

/// A collection that the caller sees.
pub(super) async fn collection(
    state: &AppState,
    caller: &Caller,
    id: &str,
) -> ProblemResult<Collection> {
    let collection = state.catalog.collection(id).await?;
    if state.catalog.sees_collection(&sight(caller), id).await? {
        Ok(collection)
    } else {
        Err(gone())
    }
}

/// A collection that the caller may change.
pub(super) async fn own_collection(
    state: &AppState,
    caller: &Caller,
    id: &str,
) -> ProblemResult<Collection> {
    let collection = state.catalog.collection(id).await?;
    let seen = state.catalog.sees_collection(&sight(caller), id).await?;
    editable(caller, collection.owner.as_deref(), seen)?;
    Ok(collection)
}

/// Refuses those who may not use these titles for something of their own: what
/// one does not see, one cannot put anywhere.
pub(super) async fn usable(
    state: &AppState,
    caller: &Caller,
    field: &str,
    ids: &[String],
) -> ProblemResult<()> {
    if caller.is_operator() {
        return Ok(());
    }
    let unknown = |n: usize| {
        Problem::field(
            format!("{field}[{n}]"),
            "must be the id of a video or a show",
        )
    };
    let videos = state.catalog.find_many(ids).await?;
    for (n, id) in ids.iter().enumerate() {
        let seen = match videos.get(id) {
            Some(video) => caller.may(video, Action::See),
            None => state.catalog.sees_show(&sight(caller), id).await?,
        };
        if !seen {
            return Err(unknown(n));
        }
    }
    Ok(())
}
