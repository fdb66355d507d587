//! The one decision: may somebody do that?

mod asker;
pub mod place;

pub use asker::{Asker, Unlocked};

use crate::{Principal, Role};

/// What the decision needs to know of the thing in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource<'a> {
    /// The service as a whole.
    Instance,
    /// One video.
    Video {
        /// Whether everybody may watch it.
        is_public: bool,
        /// The account (`user_…`) or, from older clients, the free-form name
        /// that it was uploaded under.
        owner: Option<&'a str>,
    },
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Come upon it: in lists, search results, feeds.
    See,
    /// Open it at its address: see its metadata, play it.
    Watch,
    /// Say something about it.
    Comment,
    /// Add a video.
    Upload,
    /// Change, retry, cancel or delete it.
    Edit,
    /// Watch over what others write.
    Moderate,
    /// See jobs, storage and configuration.
    Operate,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Go ahead.
    Allow,
    /// It might be allowed to somebody who signs in (401).
    SignIn,
    /// Not for this person (403).
    Forbid,
    /// This person must not learn that it exists (404).
    Hide,
}

/// Decides. Everything that shows, plays or changes something asks here.
pub fn decide(asker: &Asker, resource: &Resource<'_>, action: Action) -> Decision {
    let principal = &asker.principal;
    let role = principal.role();
    if role >= Role::Administrator {
        return Decision::Allow;
    }
    let refused = if principal.user().is_some() {
        Decision::Forbid
    } else {
        Decision::SignIn
    };
    match (resource, action) {
        (Resource::Instance, Action::See | Action::Watch) => Decision::Allow,
        (Resource::Instance, Action::Moderate) if role >= Role::Moderator => Decision::Allow,
        (Resource::Instance, Action::Upload) if role >= Role::Creator => Decision::Allow,
        (
            Resource::Video {
                is_public: true, ..
            },
            Action::See | Action::Watch,
        ) => Decision::Allow,
        (
            Resource::Video {
                is_public: true, ..
            },
            Action::Comment,
        ) if principal.user().is_some() => Decision::Allow,
        (Resource::Video { owner, .. }, _) if owns(principal, *owner) => Decision::Allow,
        (
            Resource::Video {
                is_public: false, ..
            },
            _,
        ) => match principal.user() {
            Some(_) => Decision::Hide,
            None => Decision::SignIn,
        },
        _ => refused,
    }
}

fn owns(principal: &Principal, owner: Option<&str>) -> bool {
    principal
        .user()
        .is_some_and(|user| user.role >= Role::Creator && owner == Some(user.id.as_str()))
}

#[cfg(test)]
mod tests {
    use matinee_engines::id::Id;
    use rstest::rstest;

    use super::*;
    use crate::User;

    fn person(role: Option<Role>) -> Principal {
        role.map_or(
            Principal::Anonymous {
                viewer: String::new(),
            },
            |role| Principal::User(User::new(Id::new("user"), "ada", role)),
        )
    }

    const PUBLIC: Resource<'static> = Resource::Video {
        is_public: true,
        owner: None,
    };
    const PRIVATE: Resource<'static> = Resource::Video {
        is_public: false,
        owner: None,
    };

    #[rstest]
    #[case(None, PUBLIC, Action::Watch, Decision::Allow)]
    #[case(None, PRIVATE, Action::Watch, Decision::SignIn)]
    #[case(None, PUBLIC, Action::Edit, Decision::SignIn)]
    #[case(None, PRIVATE, Action::Edit, Decision::SignIn)]
    #[case(None, Resource::Instance, Action::Watch, Decision::Allow)]
    #[case(None, Resource::Instance, Action::Upload, Decision::SignIn)]
    #[case(None, Resource::Instance, Action::Operate, Decision::SignIn)]
    #[case(Some(Role::Viewer), PUBLIC, Action::Watch, Decision::Allow)]
    #[case(Some(Role::Viewer), PRIVATE, Action::Watch, Decision::Hide)]
    #[case(Some(Role::Viewer), PUBLIC, Action::Edit, Decision::Forbid)]
    #[case(
        Some(Role::Viewer),
        Resource::Instance,
        Action::Upload,
        Decision::Forbid
    )]
    #[case(
        Some(Role::Creator),
        Resource::Instance,
        Action::Upload,
        Decision::Allow
    )]
    #[case(Some(Role::Creator), PUBLIC, Action::Edit, Decision::Forbid)]
    #[case(Some(Role::Creator), PRIVATE, Action::Watch, Decision::Hide)]
    #[case(
        Some(Role::Creator),
        Resource::Instance,
        Action::Operate,
        Decision::Forbid
    )]
    #[case(
        Some(Role::Moderator),
        Resource::Instance,
        Action::Operate,
        Decision::Forbid
    )]
    #[case(Some(Role::Administrator), PRIVATE, Action::Watch, Decision::Allow)]
    #[case(Some(Role::Administrator), PRIVATE, Action::Edit, Decision::Allow)]
    #[case(
        Some(Role::Administrator),
        Resource::Instance,
        Action::Operate,
        Decision::Allow
    )]
    fn the_table(
        #[case] role: Option<Role>,
        #[case] resource: Resource<'_>,
        #[case] action: Action,
        #[case] decision: Decision,
    ) {
        assert_eq!(decide(&person(role).into(), &resource, action), decision);
    }

    #[rstest]
    #[case(Role::Creator, Decision::Allow)]
    #[case(Role::Viewer, Decision::Hide)]
    fn an_owner_edits_what_is_their_own(#[case] role: Role, #[case] decision: Decision) {
        let owner = Asker::new(person(Some(role)));
        let id = owner.user().map(|user| user.id.to_string());
        let video = Resource::Video {
            is_public: false,
            owner: id.as_deref(),
        };
        assert_eq!(decide(&owner, &video, Action::Edit), decision);
        assert_eq!(decide(&owner, &video, Action::Watch), decision);
    }
}
