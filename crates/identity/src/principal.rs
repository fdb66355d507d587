//! Who makes a request.

use matinee_engines::id::Id;

/// What somebody may do in general, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Watches.
    Viewer,
    /// Uploads, and manages what is their own.
    Creator,
    /// Watches over what others write.
    Moderator,
    /// Runs the service.
    Administrator,
}

impl Role {
    /// The name in the database and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Creator => "creator",
            Self::Moderator => "moderator",
            Self::Administrator => "administrator",
        }
    }

    /// Reads [`Role::as_str`]'s form.
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Viewer,
            Self::Creator,
            Self::Moderator,
            Self::Administrator,
        ]
        .into_iter()
        .find(|role| role.as_str() == text)
    }
}

/// Somebody who has an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// `user_…`
    pub id: Id,
    /// The name they sign in with.
    pub username: String,
    /// What they may do in general.
    pub role: Role,
}

/// Who makes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// Somebody who has not signed in. `viewer` is the random identifier that
    /// their browser keeps in a cookie, so that they can resume what they
    /// watched; empty if it keeps none.
    Anonymous {
        /// The browser's identifier, or empty.
        viewer: String,
    },
    /// Somebody who has signed in.
    User(User),
}

impl Principal {
    /// Under which key this person's watch progress and tokens are kept;
    /// `None` for somebody who cannot be told from others.
    pub fn viewer_key(&self) -> Option<String> {
        match self {
            Self::Anonymous { viewer } if viewer.is_empty() => None,
            Self::Anonymous { viewer } => Some(format!("anon:{viewer}")),
            Self::User(user) => Some(user.id.to_string()),
        }
    }

    /// The account, if signed in.
    pub fn user(&self) -> Option<&User> {
        match self {
            Self::Anonymous { .. } => None,
            Self::User(user) => Some(user),
        }
    }

    /// The role; anonymous people are viewers.
    pub fn role(&self) -> Role {
        self.user().map_or(Role::Viewer, |user| user.role)
    }
}
