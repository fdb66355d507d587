//! The one decision: may somebody do that?
//!
//! Pages, lists, search results, feeds, playlists and segments all ask
//! [`decide`]. Lists ask it of a thousand rows at once, in SQL; a test proves
//! that the two agree.

mod asker;
pub mod place;
mod rules;
#[cfg(test)]
mod tests;
pub mod unlock;

pub use asker::{Asker, Unlocked};
pub use rules::{GroupIds, Networks, Regions, Rules, Visibility, password_tag};

use crate::ratings::UNRATED;
use crate::{Role, Scope, User};

/// What the decision needs to know of the thing in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource<'a> {
    /// The service as a whole.
    Instance,
    /// A video, a playlist, a stream, a channel.
    Item(Item<'a>),
}

/// A thing that has an owner and rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item<'a> {
    /// Such as `video_…`.
    pub id: &'a str,
    /// The account (`user_…`) that it belongs to or, from older clients, the
    /// free-form name that it was uploaded under.
    pub owner: Option<&'a str>,
    /// Whom it is open to.
    pub rules: Rules<'a>,
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

impl Action {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::See,
        Self::Watch,
        Self::Comment,
        Self::Upload,
        Self::Edit,
        Self::Moderate,
        Self::Operate,
    ];

    /// What a credential must be trusted with for it.
    fn scope(self) -> Scope {
        match self {
            Self::See | Self::Watch => Scope::Read,
            Self::Upload => Scope::Upload,
            Self::Comment | Self::Edit | Self::Moderate => Scope::Manage,
            Self::Operate => Scope::Admin,
        }
    }
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Go ahead.
    Allow,
    /// It might be allowed to somebody who signs in (401).
    SignIn,
    /// It is open to whoever gives its password (401).
    Unlock,
    /// Not for this person (403).
    Forbid,
    /// Not from where they are (403).
    Elsewhere,
    /// This person must not learn that it exists (404).
    Hide,
}

/// Somebody as far as their credential and their profile let them be it.
struct Standing<'a> {
    user: Option<&'a User>,
    role: Role,
}

impl<'a> Standing<'a> {
    fn of(asker: &'a Asker, action: Action) -> Self {
        let user = asker
            .user()
            .filter(|user| user.scopes.contain(action.scope()));
        let role = match user {
            // Under a child's profile nobody runs anything.
            Some(user) if !user.is_kid() => user.role,
            _ => Role::Viewer,
        };
        Self { user, role }
    }

    fn owns(&self, item: &Item<'_>) -> bool {
        let mine = |user: &User| item.owner == Some(user.id.as_str());
        self.role >= Role::Creator && self.user.is_some_and(mine)
    }

    fn runs(&self) -> bool {
        self.role >= Role::Administrator
    }
}

/// Decides. Everything that shows, plays or changes something asks here.
pub fn decide(asker: &Asker, resource: &Resource<'_>, action: Action) -> Decision {
    let standing = Standing::of(asker, action);
    match resource {
        Resource::Instance => of_instance(asker, &standing, action),
        Resource::Item(item) => of_item(asker, &standing, item, action),
    }
}

fn of_instance(asker: &Asker, standing: &Standing<'_>, action: Action) -> Decision {
    let least = match action {
        Action::See | Action::Watch => return Decision::Allow,
        Action::Comment => Role::Viewer,
        Action::Upload => Role::Creator,
        Action::Moderate => Role::Moderator,
        Action::Edit | Action::Operate => Role::Administrator,
    };
    match standing.user {
        Some(user) if standing.role >= least && !user.is_kid() => Decision::Allow,
        _ => refused(asker),
    }
}

fn of_item(asker: &Asker, standing: &Standing<'_>, item: &Item<'_>, action: Action) -> Decision {
    match action {
        Action::See => visible(asker, standing, item, true),
        Action::Watch => visible(asker, standing, item, false),
        Action::Comment => {
            let watching = Standing::of(asker, Action::Watch);
            match visible(asker, &watching, item, false) {
                Decision::Allow => match standing.user {
                    Some(user) if !user.is_kid() => Decision::Allow,
                    _ => refused(asker),
                },
                other => other,
            }
        }
        Action::Upload | Action::Edit | Action::Moderate | Action::Operate => {
            let allowed = standing.runs()
                || match action {
                    Action::Edit => standing.owns(item),
                    Action::Moderate => standing.role >= Role::Moderator,
                    _ => false,
                };
            if allowed {
                return Decision::Allow;
            }
            // What they must not know of, they must not be refused either.
            let watching = Standing::of(asker, Action::Watch);
            match visible(asker, &watching, item, false) {
                Decision::Hide => Decision::Hide,
                _ => refused(asker),
            }
        }
    }
}

/// Whether somebody may come upon a thing (`listed`) or open it at its address.
fn visible(asker: &Asker, standing: &Standing<'_>, item: &Item<'_>, listed: bool) -> Decision {
    let rules = &item.rules;
    // A profile's ceiling holds for the account's own things too.
    let ceiling = asker
        .user()
        .and_then(|user| user.profile.as_ref()?.max_rating);
    if ceiling.is_some_and(|most| rules.rating_level.unwrap_or(UNRATED) > most) {
        return Decision::Hide;
    }
    if standing.runs() || standing.owns(item) {
        return Decision::Allow;
    }
    if !rules.is_on(asker.now) {
        return Decision::Hide;
    }
    // They watch over what people say of it, so they can open it.
    let moderates = standing.role >= Role::Moderator;
    let open = match rules.visibility {
        Visibility::Private => return Decision::Hide,
        Visibility::Unlisted | Visibility::Password if listed => return Decision::Hide,
        Visibility::Public | Visibility::Unlisted => Decision::Allow,
        Visibility::Password if moderates || rules.is_unlocked(item.id, asker) => Decision::Allow,
        Visibility::Password => Decision::Unlock,
        Visibility::Members if standing.user.is_some() => Decision::Allow,
        Visibility::Groups if moderates || belongs(standing, rules.groups) => Decision::Allow,
        Visibility::Members | Visibility::Groups => refused(asker),
    };
    match open {
        Decision::Allow if moderates || rules.is_near(asker) => Decision::Allow,
        _ if listed => Decision::Hide,
        Decision::Allow => Decision::Elsewhere,
        closed => closed,
    }
}

fn belongs(standing: &Standing<'_>, groups: &[String]) -> bool {
    standing
        .user
        .is_some_and(|user| user.groups.iter().any(|group| groups.contains(group)))
}

fn refused(asker: &Asker) -> Decision {
    if asker.user().is_some() {
        Decision::Forbid
    } else {
        Decision::SignIn
    }
}
