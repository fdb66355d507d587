//! Who sees what, and who may change it.

use matinee_catalog::{Catalog, Collection, Person, Result, Show, Sight};
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

/// A show, a person or a collection, as far as seeing and owning it goes.
pub(super) trait Owned: Sized + Send {
    fn owner(&self) -> Option<&str>;
    async fn find(catalog: &Catalog, id: &str) -> Result<Self>;
    async fn is_seen(catalog: &Catalog, sight: &Sight, id: &str) -> Result<bool>;
}

macro_rules! owned {
    ($row:ident, $find:ident, $sees:ident) => {
        impl Owned for $row {
            fn owner(&self) -> Option<&str> {
                self.owner.as_deref()
            }

            async fn find(catalog: &Catalog, id: &str) -> Result<Self> {
                catalog.$find(id).await
            }

            async fn is_seen(catalog: &Catalog, sight: &Sight, id: &str) -> Result<bool> {
                catalog.$sees(sight, id).await
            }
        }
    };
}

owned!(Show, show, sees_show);
owned!(Person, person, sees_person);
owned!(Collection, collection, sees_collection);

/// One that the caller sees.
pub(super) async fn seen<T: Owned>(
    state: &AppState,
    caller: &Caller,
    id: &str,
) -> ProblemResult<T> {
    let found = T::find(&state.catalog, id).await?;
    if T::is_seen(&state.catalog, &sight(caller), id).await? {
        Ok(found)
    } else {
        Err(gone())
    }
}

/// One that the caller may change.
pub(super) async fn own<T: Owned>(state: &AppState, caller: &Caller, id: &str) -> ProblemResult<T> {
    let found = T::find(&state.catalog, id).await?;
    let seen = T::is_seen(&state.catalog, &sight(caller), id).await?;
    editable(caller, found.owner(), seen)?;
    Ok(found)
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
