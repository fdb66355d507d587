//! Who follows whom: accounts that want to know when somebody streams.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use matinee_engines::time::now_micros;
use moka::future::Cache;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::Community;
use super::store::follows::{ActiveModel, Column, Entity};
use crate::{CatalogError, Result};

/// The most people that one account follows.
pub const FOLLOWED_MAX: u64 = 2_000;
/// How long a count is good for.
const COUNT_GOOD_FOR: Duration = Duration::from_secs(10);
/// The most counts that are kept.
const COUNTS_MAX: u64 = 10_000;

/// How many follow somebody, as counted a moment ago.
pub(super) type FollowerCounts = Cache<String, i64>;

pub(super) fn counts() -> FollowerCounts {
    Cache::builder()
        .name("followers")
        .max_capacity(COUNTS_MAX)
        .time_to_live(COUNT_GOOD_FOR)
        .build()
}

/// Somebody who is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// `user_…`
    pub account: String,
    /// Since when (UTC microseconds).
    pub since: i64,
}

/// Whether one account follows another.
pub async fn is_following(
    conn: &impl ConnectionTrait,
    follower: &str,
    followed: &str,
) -> Result<bool> {
    let theirs = (follower.to_owned(), followed.to_owned());
    Ok(Entity::find_by_id(theirs).one(conn).await?.is_some())
}

/// At most so many of those who follow an account, in the order of their ids,
/// after this one.
pub async fn followers_after(
    conn: &impl ConnectionTrait,
    followed: &str,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<String>> {
    let mut query = Entity::find()
        .select_only()
        .column(Column::Follower)
        .filter(Column::Followed.eq(followed))
        .order_by_asc(Column::Follower)
        .limit(limit);
    if let Some(after) = after {
        query = query.filter(Column::Follower.gt(after));
    }
    Ok(query.into_tuple().all(conn).await?)
}

impl Community {
    /// Has one account follow another, or not any more, and tells how many
    /// follow it then. Doing so again changes nothing. That there is the other
    /// account is seen to before.
    pub async fn follow(&self, follower: &str, followed: &str, follows: bool) -> Result<i64> {
        if follower == followed {
            return Err(CatalogError::Conflict(
                "nobody follows themselves".to_owned(),
            ));
        }
        let tx = self.db().begin().await?;
        if follows {
            let already = Entity::find()
                .filter(Column::Follower.eq(follower))
                .filter(Column::Followed.ne(followed));
            if already.count(&tx).await? >= FOLLOWED_MAX {
                let reason = format!("you follow {FOLLOWED_MAX} people already");
                return Err(CatalogError::Conflict(reason));
            }
            let row = ActiveModel {
                follower: Set(follower.to_owned()),
                followed: Set(followed.to_owned()),
                created_at: Set(now_micros()),
            };
            let once = OnConflict::columns([Column::Follower, Column::Followed])
                .do_nothing()
                .to_owned();
            Entity::insert(row)
                .on_conflict(once)
                .exec_without_returning(&tx)
                .await?;
        } else {
            Entity::delete_by_id((follower.to_owned(), followed.to_owned()))
                .exec(&tx)
                .await?;
        }
        let count = Entity::find().filter(Column::Followed.eq(followed));
        let count = i64::try_from(count.count(&tx).await?).unwrap_or(i64::MAX);
        tx.commit().await?;
        self.followers.insert(followed.to_owned(), count).await;
        Ok(count)
    }

    /// How many follow these accounts, as counted a moment ago; in one query
    /// for all who are not known.
    pub async fn follower_counts(&self, of: &[&str]) -> Result<HashMap<String, i64>> {
        let mut counts = HashMap::new();
        let mut unknown = HashSet::new();
        for account in of {
            match self.followers.get(*account).await {
                Some(count) => drop(counts.insert((*account).to_owned(), count)),
                None => drop(unknown.insert(*account)),
            }
        }
        if unknown.is_empty() {
            return Ok(counts);
        }
        let rows: Vec<(String, i64)> = Entity::find()
            .select_only()
            .column(Column::Followed)
            .column_as(Column::Follower.count(), "n")
            .filter(Column::Followed.is_in(unknown.iter().copied()))
            .group_by(Column::Followed)
            .into_tuple()
            .all(self.db().read())
            .await?;
        let found: HashMap<String, i64> = rows.into_iter().collect();
        for account in unknown {
            let count = found.get(account).copied().unwrap_or(0);
            self.followers.insert(account.to_owned(), count).await;
            counts.insert(account.to_owned(), count);
        }
        Ok(counts)
    }

    /// Which of these an account follows.
    pub async fn followed_of(&self, follower: &str, of: &[&str]) -> Result<HashSet<String>> {
        if of.is_empty() {
            return Ok(HashSet::new());
        }
        let rows: Vec<String> = Entity::find()
            .select_only()
            .column(Column::Followed)
            .filter(Column::Follower.eq(follower))
            .filter(Column::Followed.is_in(of.iter().copied()))
            .into_tuple()
            .all(self.db().read())
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// Whom an account follows, the latest first, and how many there are.
    pub async fn following(
        &self,
        follower: &str,
        offset: u64,
        limit: u64,
    ) -> Result<(Vec<Followed>, u64)> {
        let query = Entity::find().filter(Column::Follower.eq(follower));
        let total = query.clone().count(self.db().read()).await?;
        let rows = query
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Followed)
            .offset(offset)
            .limit(limit)
            .all(self.db().read())
            .await?;
        let followed = rows.into_iter().map(|row| Followed {
            account: row.followed,
            since: row.created_at,
        });
        Ok((followed.collect(), total))
    }
}
