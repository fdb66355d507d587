//! What makes a thing open to some and closed to others.
//!
//! Videos, playlists, streams and channels all carry the same rules, so that
//! one decision does for all of them.

use std::fmt;
use std::str::FromStr;

use sea_orm::prelude::StringLen;
use sea_orm::{DeriveActiveEnum, DeriveValueType, EnumIter};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::place::{Country, Network};
use super::{Asker, Unlocked};

/// Whom a thing is open to, before any other rule.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Default,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody, and it is listed.
    #[sea_orm(string_value = "public")]
    #[default]
    Public,
    /// Everybody who has its address; it is listed nowhere.
    #[sea_orm(string_value = "unlisted")]
    Unlisted,
    /// Everybody who has an account.
    #[sea_orm(string_value = "members")]
    Members,
    /// Those who belong to one of its groups: a plan, a class, a team.
    #[sea_orm(string_value = "groups")]
    Groups,
    /// Everybody who has its address and its password; it is listed nowhere.
    #[sea_orm(string_value = "password")]
    Password,
    /// Its owner, and those who run the service.
    #[sea_orm(string_value = "private")]
    Private,
}

impl Visibility {
    /// All of them, from the widest to the narrowest.
    pub const ALL: [Self; 6] = [
        Self::Public,
        Self::Unlisted,
        Self::Members,
        Self::Groups,
        Self::Password,
        Self::Private,
    ];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unlisted => "unlisted",
            Self::Members => "members",
            Self::Groups => "groups",
            Self::Password => "password",
            Self::Private => "private",
        }
    }

    /// The visibility of this name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.as_str() == word)
    }

    /// What it becomes when a client that knows only public and private says
    /// one of them. Saying again what holds already changes nothing.
    #[must_use]
    pub fn made_public(self, public: bool) -> Self {
        match (public, self) {
            (true, _) => Self::Public,
            (false, Self::Public) => Self::Private,
            (false, other) => other,
        }
    }
}

/// Countries in which a thing may be watched, or may not.
///
/// Somebody of whose country nothing is known is let in by neither: a licence
/// that cannot be kept must not be broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, DeriveValueType)]
#[serde(rename_all = "snake_case")]
#[sea_orm(value_type = "String")]
pub enum Regions {
    /// Only in these.
    Allow(Vec<Country>),
    /// Everywhere but in these.
    Deny(Vec<Country>),
}

impl Regions {
    /// Whether somebody in this country is let in.
    pub fn admit(&self, country: Option<Country>) -> bool {
        country.is_some_and(|country| match self {
            Self::Allow(these) => these.contains(&country),
            Self::Deny(these) => !these.contains(&country),
        })
    }
}

/// Networks from which a thing may be watched.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, DeriveValueType)]
#[sea_orm(value_type = "String")]
#[serde(transparent)]
pub struct Networks {
    /// Any of them will do.
    pub any: Vec<Network>,
}

/// Groups (`group_…`) that open a thing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, DeriveValueType)]
#[sea_orm(value_type = "String")]
#[serde(transparent)]
pub struct GroupIds {
    /// Any of them will do.
    pub any: Vec<String>,
}

/// In a database these are JSON in a column of text: it looks the same, and is
/// searched the same, everywhere.
macro_rules! stored_as_json {
    ($($name:ty),+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
            }
        }

        impl FromStr for $name {
            type Err = serde_json::Error;

            fn from_str(text: &str) -> Result<Self, serde_json::Error> {
                serde_json::from_str(text)
            }
        }
    )+};
}
stored_as_json!(Regions, Networks, GroupIds);

/// What makes a thing open to some and closed to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules<'a> {
    /// Whom it is open to, before any other rule.
    pub visibility: Visibility,
    /// The groups that open it, if that is its visibility.
    pub groups: &'a [String],
    /// The PHC string of its password, if that is its visibility.
    pub password_hash: Option<&'a str>,
    /// Until then it is as good as absent (UTC microseconds).
    pub publish_at: Option<i64>,
    /// From then on it is as good as absent (UTC microseconds).
    pub expires_at: Option<i64>,
    /// Where it may be watched; everywhere if none.
    pub regions: Option<&'a Regions>,
    /// From which networks; from all if empty.
    pub networks: &'a [Network],
    /// The age from which it is fit to be watched ([`crate::ratings`]); none if
    /// nobody has rated it.
    pub rating_level: Option<u8>,
}

impl Rules<'_> {
    /// The rules of what is public and nothing else.
    pub const PUBLIC: Self = Self {
        visibility: Visibility::Public,
        groups: &[],
        password_hash: None,
        publish_at: None,
        expires_at: None,
        regions: None,
        networks: &[],
        rating_level: None,
    };

    /// Whether it has been published and has not expired.
    pub fn is_on(&self, now: i64) -> bool {
        self.publish_at.is_none_or(|at| at <= now) && self.expires_at.is_none_or(|at| now < at)
    }

    /// Whether it may be watched from where this person asks.
    pub(super) fn is_near(&self, asker: &Asker) -> bool {
        let country = self.regions.is_none_or(|r| r.admit(asker.country));
        let network = self.networks.is_empty()
            || asker
                .addr
                .is_some_and(|addr| self.networks.iter().any(|network| network.holds(addr)));
        country && network
    }

    /// Whether this person has given its password, the one that it has now.
    pub(super) fn is_unlocked(&self, id: &str, asker: &Asker) -> bool {
        let Some(hash) = self.password_hash else {
            return false;
        };
        let mut given = asker.unlocked.iter().filter(|u| u.id == id).peekable();
        given.peek().is_some() && {
            let tag = password_tag(hash);
            given.any(|Unlocked { tag: theirs, .. }| *theirs == tag)
        }
    }
}

/// Tells one password from the next without telling either.
pub fn password_tag(hash: &str) -> [u8; 8] {
    let digest = Sha256::digest(hash);
    let mut tag = [0; 8];
    tag.copy_from_slice(&digest[..8]);
    tag
}
