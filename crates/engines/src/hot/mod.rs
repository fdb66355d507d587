//! Hot state: counters, leaderboards, limits, leases and news that many
//! requests touch in a moment and that may be lost.
//!
//! The contract is Redis's: keys with a type and an optional time to live, each
//! call atomic, everything gone after a restart and, when memory runs short,
//! whatever was not used for longest. Whoever keeps something here must be able
//! to make it again from the database.
//!
//! | call | Redis |
//! |---|---|
//! | [`get`](Hot::get), [`set`](Hot::set), [`delete`](Hot::delete), [`expire`](Hot::expire) | GET, SET PX, DEL, PEXPIRE / PERSIST |
//! | [`increment`](Hot::increment) | INCRBY + PEXPIRE NX |
//! | [`compare_and_set`](Hot::compare_and_set) | a script; SET NX |
//! | [`hash_set`](Hot::hash_set) … | HSET, HINCRBY, HGET, HGETALL, HDEL |
//! | [`rank_set`](Hot::rank_set) … | ZADD, ZINCRBY, ZSCORE, ZREVRANGE, ZCOUNT, ZREM, ZREMRANGEBYSCORE, RENAME |
//! | [`distinct_add`](Hot::distinct_add), [`distinct_count`](Hot::distinct_count) | PFADD, PFCOUNT |
//! | [`take`](Hot::take) | a script (GCRA) |
//! | [`publish`](Hot::publish), [`subscribe`](Hot::subscribe) | PUBLISH, SUBSCRIBE |

pub mod distinct;
pub mod lease;
mod memory;
mod ranks;
mod redis;
mod shard;
mod value;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;

pub use memory::{HotLimits, MemoryHot};
pub use redis::RedisHot;

/// What can go wrong with hot state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HotError {
    /// The key holds something else than the call is for.
    #[error("hot state: {key} holds {holds}")]
    WrongType {
        /// The key.
        key: String,
        /// What it holds.
        holds: &'static str,
    },
    /// A counter is no whole number, or would leave the range of 64 bits.
    #[error("hot state: {0} is no number that can be counted on")]
    NotANumber(String),
    /// Something is larger than the engine takes.
    #[error("hot state: {what} may not be larger than {limit}")]
    TooLarge {
        /// What.
        what: &'static str,
        /// Bytes, or how many.
        limit: usize,
    },
    /// The engine cannot be reached.
    #[error("hot state cannot be reached: {0}")]
    Unavailable(String),
}

/// Shorthand for this module's results.
pub type Result<T, E = HotError> = std::result::Result<T, E>;

/// How often something may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So many, at least 1 …
    pub count: u32,
    /// … in this time, spread evenly …
    pub per: Duration,
    /// … of which so many may come at once, at least 1.
    pub burst: u32,
}

/// What a rate limit says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Whether it may be done. If not, nothing was taken.
    pub allowed: bool,
    /// How many more may be done at once.
    pub remaining: u32,
    /// How long to wait until it may be done; zero if it may.
    pub retry_after: Duration,
}

/// What a subscriber is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A message.
    Message(Bytes),
    /// Some messages were lost because the subscriber was too slow, or the
    /// connection broke: look at the state itself.
    Missed,
}

/// The messages of a channel from the moment of subscribing on.
pub type Subscription = BoxStream<'static, Notice>;

/// State that is fast, shared, and may be lost. All calls are atomic.
///
/// A time to live of `None` is for ever; one of zero deletes at once.
#[async_trait]
pub trait Hot: Send + Sync + fmt::Debug {
    /// Whether every node sees the same: what is kept here for long is kept
    /// only where all who change it write to it.
    fn is_shared(&self) -> bool;

    /// The value of a key; a counter as decimal digits.
    async fn get(&self, key: &str) -> Result<Option<Bytes>>;

    /// The values of several keys, in their order.
    async fn get_many(&self, keys: &[&str]) -> Result<Vec<Option<Bytes>>>;

    /// Sets a key to this value, whatever it held.
    async fn set(&self, key: &str, value: Bytes, ttl: Option<Duration>) -> Result<()>;

    /// Deletes keys of any type; yields how many there were.
    async fn delete(&self, keys: &[&str]) -> Result<u64>;

    /// Gives a key of any type another time to live; tells whether it is there.
    async fn expire(&self, key: &str, ttl: Option<Duration>) -> Result<bool>;

    /// Adds to a counter, which begins at 0, and yields its new value. The time
    /// to live is given only to a counter that has none, so that counting on
    /// does not prolong it.
    async fn increment(&self, key: &str, by: i64, ttl: Option<Duration>) -> Result<i64>;

    /// Sets a key to `new` (`None` deletes it) if it holds `expected` (`None`:
    /// is absent); tells whether it did.
    async fn compare_and_set(
        &self,
        key: &str,
        expected: Option<&[u8]>,
        new: Option<Bytes>,
        ttl: Option<Duration>,
    ) -> Result<bool>;

    /// Sets fields of a hash.
    async fn hash_set(&self, key: &str, fields: &[(&str, Bytes)]) -> Result<()>;

    /// Adds to a counter in a hash and yields its new value.
    async fn hash_increment(&self, key: &str, field: &str, by: i64) -> Result<i64>;

    /// A field of a hash.
    async fn hash_get(&self, key: &str, field: &str) -> Result<Option<Bytes>>;

    /// All fields of a hash, ordered by name.
    async fn hash_all(&self, key: &str) -> Result<Vec<(String, Bytes)>>;

    /// Deletes fields of a hash; yields how many there were.
    async fn hash_delete(&self, key: &str, fields: &[&str]) -> Result<u64>;

    /// Gives members of a leaderboard their scores.
    async fn rank_set(&self, key: &str, scores: &[(&str, f64)]) -> Result<()>;

    /// Adds to the score of a member, which begins at 0; yields the new one.
    async fn rank_increment(&self, key: &str, member: &str, by: f64) -> Result<f64>;

    /// The score of a member.
    async fn rank_score(&self, key: &str, member: &str) -> Result<Option<f64>>;

    /// A leaderboard from its place `offset` (0 is the top) on, the highest
    /// score first, among equal scores the greatest member first.
    async fn rank_top(&self, key: &str, offset: u64, limit: u64) -> Result<Vec<(String, f64)>>;

    /// Removes members; yields how many there were.
    async fn rank_remove(&self, key: &str, members: &[&str]) -> Result<u64>;

    /// How many members have a score from `low` to `high`, both included.
    async fn rank_between(&self, key: &str, low: f64, high: f64) -> Result<u64>;

    /// Removes members with a score from `low` to `high`, both included; yields
    /// how many there were.
    async fn rank_remove_between(&self, key: &str, low: f64, high: f64) -> Result<u64>;

    /// How many members there are.
    async fn rank_count(&self, key: &str) -> Result<u64>;

    /// Replaces a whole leaderboard in one step: nobody sees half of it.
    async fn rank_replace(
        &self,
        key: &str,
        scores: &[(&str, f64)],
        ttl: Option<Duration>,
    ) -> Result<()>;

    /// Adds members to an approximate set; tells whether its count may have
    /// changed.
    async fn distinct_add(&self, key: &str, members: &[&[u8]]) -> Result<bool>;

    /// About how many different members these sets have together; the standard
    /// error is 0.81 %.
    async fn distinct_count(&self, keys: &[&str]) -> Result<u64>;

    /// Takes `cost` from an allowance that fills up again at this rate.
    async fn take(&self, key: &str, rate: Rate, cost: u32) -> Result<Taken>;

    /// Sends a message to those who are subscribed now.
    async fn publish(&self, channel: &str, message: Bytes) -> Result<()>;

    /// Subscribes to a channel.
    async fn subscribe(&self, channel: &str) -> Result<Subscription>;
}
