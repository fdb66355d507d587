//! The event log: what happened, in order, durable before it is acknowledged,
//! and readable again by whoever needs to know.
//!
//! The contract is Kafka's: topics made of partitions; events with the same key
//! lie in the same partition, in the order of their appending, numbered by
//! offsets without gaps; consumer groups share a topic's partitions among their
//! members and commit how far they have come. Delivery is at least once: a
//! consumer that dies is continued from its last commit, so consumers recognise
//! events that they have seen by an id of their own.

mod folder;
mod frame;
mod groups;
mod segment;
mod topic;
mod writer;

use std::fmt;
use std::io;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

pub use folder::{FolderLog, FolderLogOptions};

/// The longest payload of an event in bytes.
pub const PAYLOAD_MAX: usize = 1 << 20;
/// The longest key of an event in bytes.
pub const KEY_MAX: usize = 512;
/// The most events in one append.
pub const BATCH_MAX: usize = 10_000;
/// The most bytes in one append.
pub const BATCH_BYTES_MAX: usize = 8 << 20;
/// The most partitions of a topic.
pub const PARTITIONS_MAX: u16 = 256;

/// What can go wrong with the event log.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// There is no such topic or partition.
    #[error("the event log has no {0}")]
    Unknown(String),
    /// Something cannot be accepted.
    #[error("{field}: {reason}")]
    Invalid {
        /// What.
        field: &'static str,
        /// What was expected.
        reason: String,
    },
    /// The events at this offset are too old to be kept any more.
    #[error("events before {first} are no longer kept")]
    Gone {
        /// The first offset that is kept.
        first: u64,
    },
    /// What is stored is not what was written.
    #[error("the event log is damaged: {0}")]
    Corrupt(String),
    /// Another process uses this log.
    #[error("another process uses the event log in {0}")]
    Locked(String),
    /// The system failed; nothing that was refused with this is kept for sure.
    #[error("event log: {0}")]
    Io(#[from] io::Error),
    /// The log is shutting down.
    #[error("the event log is closed")]
    Closed,
}

/// Shorthand for this module's results.
pub type Result<T, E = LogError> = std::result::Result<T, E>;

/// How a topic is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicConfig {
    /// Into how many partitions, 1 to 256; fixed when the topic is made.
    pub partitions: u16,
    /// Events older than this may be deleted.
    pub max_age: Option<Duration>,
    /// When the topic is larger than this (bytes), its oldest events may be deleted.
    pub max_bytes: Option<u64>,
}

/// An event to append.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewEvent {
    /// Events with equal keys stay in order; those without are spread.
    pub key: Option<Bytes>,
    /// What happened.
    pub payload: Bytes,
    /// When (UTC microseconds); `None` is now.
    pub at: Option<i64>,
}

/// An event as it was appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its partition.
    pub partition: u16,
    /// Its number there, from 0, without gaps.
    pub offset: u64,
    /// Its key.
    pub key: Option<Bytes>,
    /// What happened.
    pub payload: Bytes,
    /// When (UTC microseconds).
    pub at: i64,
}

/// Where an event lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The partition.
    pub partition: u16,
    /// The offset in it.
    pub offset: u64,
}

/// Which offsets a partition has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The first that is kept.
    pub first: u64,
    /// One past the last.
    pub next: u64,
}

/// How much to read at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadLimit {
    /// At most so many events.
    pub events: usize,
    /// At most so many bytes, but always at least one event.
    pub bytes: usize,
    /// How long to wait for an event if there is none.
    pub wait: Duration,
}

impl Default for ReadLimit {
    fn default() -> Self {
        Self {
            events: 1000,
            bytes: 4 << 20,
            wait: Duration::ZERO,
        }
    }
}

/// A durable log of events.
#[async_trait]
pub trait EventLog: Send + Sync + fmt::Debug {
    /// Makes a topic, or changes how long an existing one keeps its events.
    /// Its name is 1 to 100 of a–z, 0–9, `_`, `-` and `.`, beginning with a letter.
    async fn create_topic(&self, topic: &str, config: TopicConfig) -> Result<()>;

    /// How a topic is kept.
    async fn topic(&self, topic: &str) -> Result<TopicConfig>;

    /// Appends events and yields where they lie, in their order. When it
    /// returns they are durable; if it fails, some may be.
    async fn append(&self, topic: &str, events: Vec<NewEvent>) -> Result<Vec<Position>>;

    /// Reads a partition from an offset on; nothing means that there is nothing
    /// yet. An offset that is no longer kept is [`LogError::Gone`].
    async fn read(
        &self,
        topic: &str,
        partition: u16,
        offset: u64,
        limit: ReadLimit,
    ) -> Result<Vec<Event>>;

    /// Which offsets a partition has.
    async fn bounds(&self, topic: &str, partition: u16) -> Result<Bounds>;

    /// The first offset from which on events of this instant (UTC microseconds)
    /// or later may lie: where to begin replaying. It may lie a little earlier.
    async fn offset_at(&self, topic: &str, partition: u16, at: i64) -> Result<u64>;

    /// Joins a consumer group, which shares the topic's partitions among its
    /// members. A new group begins with the oldest event.
    async fn join(&self, group: &str, topic: &str) -> Result<Box<dyn Consumer>>;

    /// How far a group has come in a partition: the next offset to read.
    async fn committed(&self, group: &str, topic: &str, partition: u16) -> Result<Option<u64>>;

    /// Sets how far a group has come: for replay, while it has no members.
    async fn reset(&self, group: &str, topic: &str, positions: &[Position]) -> Result<()>;

    /// Deletes what is too old or too much now. The engine does it by itself
    /// from time to time.
    async fn enforce_retention(&self) -> Result<()>;
}

/// A member of a consumer group. Dropping it leaves the group.
#[async_trait]
pub trait Consumer: Send {
    /// The next events of this member's partitions, in order within each. When
    /// members come or go, what was read but not committed may come again, here
    /// or at another member.
    async fn poll(&mut self, limit: ReadLimit) -> Result<Vec<Event>>;

    /// Commits all events that were polled, durably. Partitions that have since
    /// gone to another member are left to it.
    async fn commit(&mut self) -> Result<()>;
}

fn invalid(field: &'static str, reason: &str) -> LogError {
    LogError::Invalid {
        field,
        reason: reason.to_owned(),
    }
}

/// Names become names of files.
fn check_name(field: &'static str, name: &str) -> Result<()> {
    let sound = name.len() <= 100
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-.".contains(&b));
    if sound {
        Ok(())
    } else {
        Err(invalid(
            field,
            "1 to 100 of a-z, 0-9, _, - and . are expected, beginning with a letter",
        ))
    }
}
