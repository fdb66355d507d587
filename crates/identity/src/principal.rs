//! Who makes a request.

use std::sync::Arc;

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

/// One thing that a program may be trusted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// See and watch what its account may.
    Read,
    /// Add videos.
    Upload,
    /// Change what its account may change, and speak in its name.
    Manage,
    /// Run the service, if its account does.
    Admin,
}

impl Scope {
    const ALL: [Self; 4] = [Self::Read, Self::Upload, Self::Manage, Self::Admin];

    /// The name in the database and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Upload => "upload",
            Self::Manage => "manage",
            Self::Admin => "admin",
        }
    }

    /// Reads [`Scope::as_str`]'s form.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }

    fn bit(self) -> u8 {
        1 << (self as u8)
    }
}

/// What the bearer of a credential may do of what its account may: everything
/// in a session, less with an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    /// Everything that the account may.
    pub const fn all() -> Self {
        Self(0b1111)
    }

    /// Nothing beyond what anybody may.
    pub const fn none() -> Self {
        Self(0)
    }

    /// These as well.
    #[must_use]
    pub fn with(self, scope: Scope) -> Self {
        Self(self.0 | scope.bit())
    }

    /// Whether this one is among them. Whoever may run the service may do all,
    /// and whoever may change things may see them.
    pub fn contain(self, scope: Scope) -> bool {
        let given = |scope: Scope| self.0 & scope.bit() != 0;
        given(scope) || given(Scope::Admin) || (scope == Scope::Read && given(Scope::Manage))
    }

    /// The scopes by name, in the order of [`Scope`].
    pub fn names(self) -> Vec<&'static str> {
        Scope::ALL
            .into_iter()
            .filter(|scope| self.0 & scope.bit() != 0)
            .map(Scope::as_str)
            .collect()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        scopes.into_iter().fold(Self::none(), Self::with)
    }
}

/// The profile that somebody watches under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileRef {
    /// `profile_…`
    pub id: Id,
    /// Whether it is a child's: it watches, and changes nothing.
    pub kids: bool,
    /// The greatest age level ([`crate::ratings`]) that it may watch; none for
    /// all.
    pub max_rating: Option<u8>,
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
    /// The groups (`group_…`) that they belong to now.
    pub groups: Arc<[String]>,
    /// The profile that they watch under; none until it is known, which stands
    /// for the account's first.
    pub profile: Option<ProfileRef>,
    /// What their credential lets them do of it.
    pub scopes: Scopes,
}

impl User {
    /// Somebody of whom no more is known than the account: in no group, under
    /// no profile in particular, free to do all that the role may.
    pub fn new(id: Id, username: impl Into<String>, role: Role) -> Self {
        Self {
            id,
            username: username.into(),
            role,
            groups: Arc::new([]),
            profile: None,
            scopes: Scopes::all(),
        }
    }

    /// The id of the profile that they watch under.
    pub fn profile_id(&self) -> String {
        match &self.profile {
            Some(profile) => profile.id.to_string(),
            None => first_profile(self.id.as_str()),
        }
    }

    /// Whether they watch under a child's profile.
    pub fn is_kid(&self) -> bool {
        self.profile.as_ref().is_some_and(|profile| profile.kids)
    }
}

/// The id of the profile that every account (`user_…`) has from the beginning:
/// it follows from the account's, so that it need not be looked up.
pub fn first_profile(user: &str) -> String {
    let suffix = user.strip_prefix("user_").unwrap_or(user);
    format!("profile_{suffix}")
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
    /// Nobody in particular.
    pub const NOBODY: Self = Self::Anonymous {
        viewer: String::new(),
    };

    /// Under which key this person's watch progress, lists and tokens are kept:
    /// their profile's id, or what their browser is known by. `None` for
    /// somebody who cannot be told from others.
    pub fn viewer_key(&self) -> Option<String> {
        match self {
            Self::Anonymous { viewer } if viewer.is_empty() => None,
            Self::Anonymous { viewer } => Some(format!("anon:{viewer}")),
            Self::User(user) => Some(user.profile_id()),
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
