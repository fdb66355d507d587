//! What belongs to an account besides its name: the profiles that people watch
//! under, and the groups that it is in.
//!
//! Every request of somebody who is signed in needs both, so they are kept in
//! memory for half a minute, and dropped at once by whoever changes them here.

mod groups;
pub(crate) mod migrations;
mod pins;
mod profiles;
mod store;

use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit as _};
use matinee_engines::db::Db;
use matinee_engines::time::now_micros;
use moka::future::Cache;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use sha2::Sha256;

pub use groups::{Group, GroupChange, Member};
pub use profiles::{NewProfile, PROFILES_MAX, Profile, ProfileChange};

use crate::throttle::Throttle;
use crate::{IdentityError, InstanceSecret, User};
use store::{groups as group_rows, members, profiles as rows};

/// How long what another node has changed may still be honoured.
const KEPT: Duration = Duration::from_secs(30);
/// How many accounts are kept in memory.
const ACCOUNTS: u64 = 10_000;

/// Why a profile or a group cannot be had or changed.
#[derive(Debug, thiserror::Error)]
pub enum StandingError {
    /// There is none of this id, or not for this account.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Not in this state.
    #[error("{0}")]
    Conflict(&'static str),
    /// A PIN is needed, or this is not it.
    #[error("{}", if *.given { "this is not the PIN" } else { "a PIN is needed" })]
    Pin {
        /// Whether one was given.
        given: bool,
    },
    /// A field is wrong, too much was guessed, or the store failed.
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

impl From<DbErr> for StandingError {
    fn from(error: DbErr) -> Self {
        Self::Identity(error.into())
    }
}

/// Shorthand for this module's results.
pub type Result<T, E = StandingError> = std::result::Result<T, E>;

/// Profiles and groups of accounts. A clone shares the same memory.
#[derive(Clone)]
pub struct Standings(Arc<Inner>);

struct Inner {
    db: Db,
    known: Cache<String, Arc<Standing>>,
    mac: Hmac<Sha256>,
    throttle: Throttle,
}

impl std::fmt::Debug for Standings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Standings(…)")
    }
}

/// What belongs to one account.
#[derive(Debug, Default)]
struct Standing {
    /// Without the first profile while nobody has touched it.
    profiles: Vec<rows::Model>,
    /// Groups, and until when it is in them.
    groups: Vec<(String, Option<i64>)>,
}

impl Standings {
    /// Those of the instance that has this database and this secret.
    pub fn new(db: Db, secret: &InstanceSecret) -> Self {
        let key = secret.derive("profile");
        Self(Arc::new(Inner {
            db,
            known: Cache::builder()
                .max_capacity(ACCOUNTS)
                .time_to_live(KEPT)
                .build(),
            mac: Hmac::<Sha256>::new_from_slice(&key)
                .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length")),
            throttle: Throttle::new(),
        }))
    }

    async fn of(&self, user: &str) -> Result<Arc<Standing>> {
        if let Some(known) = self.0.known.get(user).await {
            return Ok(known);
        }
        let db = self.0.db.read();
        let profiles = rows::Entity::find()
            .filter(rows::Column::UserId.eq(user))
            .order_by_asc(rows::Column::CreatedAt)
            .order_by_asc(rows::Column::Id)
            .all(db)
            .await?;
        let groups = members::Entity::find()
            .filter(members::Column::UserId.eq(user))
            .all(db)
            .await?;
        let standing = Arc::new(Standing {
            profiles,
            groups: groups
                .into_iter()
                .map(|member| (member.group_id, member.expires_at))
                .collect(),
        });
        self.0.known.insert(user.to_owned(), standing.clone()).await;
        Ok(standing)
    }

    /// This account with its groups, and under the profile that its request
    /// chooses: `chosen` is what [`Standings::select`] gave out, or a profile's
    /// id. A program that signs its requests itself is not asked for PINs
    /// unless it chooses a profile.
    pub async fn complete(&self, user: User, chosen: Option<&str>, program: bool) -> Result<User> {
        let standing = self.of(user.id.as_str()).await?;
        let now = now_micros();
        let groups = standing
            .groups
            .iter()
            .filter(|(_, until)| until.is_none_or(|until| now < until))
            .map(|(group, _)| group.clone())
            .collect();
        let profile = self.effective(&user, &standing, chosen, program);
        Ok(User {
            groups,
            profile: Some(profile),
            ..user
        })
    }

    /// Asks the database again, whoever comes next.
    pub fn forget_known(&self) {
        self.0.known.invalidate_all();
    }

    /// Forgets what is known of an account, after it has changed.
    async fn forget(&self, user: &str) {
        self.0.known.invalidate(user).await;
    }
}
