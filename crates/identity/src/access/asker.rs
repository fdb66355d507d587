//! Who asks, when, and from where.

use std::net::IpAddr;
use std::sync::Arc;

use matinee_engines::time::now_micros;

use super::place::Country;
use crate::{Principal, Role, User};

/// Everything about a request that a decision may depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// Who.
    pub principal: Principal,
    /// When: UTC microseconds.
    pub now: i64,
    /// From which address, seen through trusted proxies; none if unknown.
    pub addr: Option<IpAddr>,
    /// From which country; none if unknown.
    pub country: Option<Country>,
    /// What they have given the password of.
    pub unlocked: Arc<[Unlocked]>,
}

/// That somebody has given the password of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlocked {
    /// What: such as `video_…`.
    pub id: String,
    /// Which password: another one locks again.
    pub tag: [u8; 8],
}

impl Asker {
    /// This person, now, from nowhere in particular.
    pub fn new(principal: Principal) -> Self {
        Self {
            principal,
            now: now_micros(),
            addr: None,
            country: None,
            unlocked: Arc::new([]),
        }
    }

    /// Nobody in particular, now: what they may, anybody may.
    pub fn nobody() -> Self {
        Self::new(Principal::NOBODY)
    }

    /// The account, if signed in.
    pub fn user(&self) -> Option<&User> {
        self.principal.user()
    }

    /// The role; anonymous people are viewers.
    pub fn role(&self) -> Role {
        self.principal.role()
    }

    /// See [`Principal::viewer_key`].
    pub fn viewer_key(&self) -> Option<String> {
        self.principal.viewer_key()
    }
}

impl From<Principal> for Asker {
    fn from(principal: Principal) -> Self {
        Self::new(principal)
    }
}
