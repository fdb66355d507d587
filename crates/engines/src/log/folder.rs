//! The event log in a folder of this machine: one process, one writer.
//!
//! ```text
//! lock                          held while the log is open
//! topics/NAME/topic.json        how the topic is kept
//! topics/NAME/0000….log         its files, in order
//! groups/GROUP@TOPIC.json       how far a group has come
//! ```

use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use parking_lot::{Mutex, RwLock};
use tokio::sync::{Semaphore, oneshot};

use super::frame::put_event;
use super::groups::{Group, Member};
use super::topic::Topic;
use super::writer::{self, Part, Request};
use super::{
    BATCH_BYTES_MAX, BATCH_MAX, Bounds, Consumer, Event, EventLog, KEY_MAX, LogError, NewEvent,
    PARTITIONS_MAX, PAYLOAD_MAX, Position, ReadLimit, Result, TopicConfig, check_name, invalid,
};
use crate::small_file::{read_json, write_json};
use crate::time::now_micros;

/// How many KiB of events may wait for the writer.
const WAITING_KIB: u32 = 64 << 10;

/// How long whoever had the log before may take to let it go: a writer that
/// ends after its last log is dropped, a process that is still exiting.
const PATIENCE: Duration = Duration::from_secs(2);
const AGAIN: Duration = Duration::from_millis(10);

/// How a log in a folder is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderLogOptions {
    /// How large a file becomes, in bytes; retention deletes whole files.
    pub segment_bytes: u64,
}

impl Default for FolderLogOptions {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
        }
    }
}

/// The embedded engine. Clones share it; its writer ends with the last one,
/// after it has written what was still waiting.
#[derive(Clone, Debug)]
pub struct FolderLog {
    shared: Arc<Shared>,
    requests: mpsc::SyncSender<Request>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) folder: PathBuf,
    options: FolderLogOptions,
    topics: RwLock<HashMap<String, Arc<Topic>>>,
    pub(super) groups: Mutex<HashMap<(String, String), Arc<Group>>>,
    waiting: Arc<Semaphore>,
    turn: AtomicU32,
    /// The lock goes with the file.
    _lock: File,
}

/// The part that each event went to, and its place there.
type Places = Vec<(usize, u32)>;

/// Makes a folder's log this process's own.
fn lock(folder: &Path) -> Result<File> {
    let lock = File::create(folder.join("lock"))?;
    let begun = Instant::now();
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => {
                std::thread::sleep(AGAIN);
            }
            Err(TryLockError::WouldBlock) => {
                return Err(LogError::Locked(folder.display().to_string()));
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
    }
}

/// Runs what touches the disk where it may block.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let result = tokio::task::spawn_blocking(work).await;
    result.unwrap_or(Err(LogError::Closed))
}

impl FolderLog {
    /// Opens the log in this folder, or makes it; what was left unfinished by a
    /// crash is cut off.
    pub async fn open(folder: &Path, options: FolderLogOptions) -> Result<Self> {
        let folder = folder.to_owned();
        blocking(move || Self::open_blocking(folder, options)).await
    }

    fn open_blocking(folder: PathBuf, options: FolderLogOptions) -> Result<Self> {
        fs::create_dir_all(folder.join("topics"))?;
        fs::create_dir_all(folder.join("groups"))?;
        let lock = lock(&folder)?;
        let mut topics = HashMap::new();
        for entry in fs::read_dir(folder.join("topics"))? {
            let path = entry?.path();
            let Some(name) = path.file_name().and_then(|n| n.to_str()).map(str::to_owned) else {
                continue;
            };
            // Without it the topic's making was interrupted.
            if let Some(config) = read_json::<TopicConfig>(&path.join("topic.json"))? {
                let topic = Topic::open(path, &name, &config, options.segment_bytes)?;
                topics.insert(name, Arc::new(topic));
            }
        }
        let shared = Arc::new(Shared {
            folder,
            options,
            topics: RwLock::new(topics),
            groups: Mutex::default(),
            waiting: Arc::new(Semaphore::new(WAITING_KIB as usize)),
            turn: AtomicU32::new(0),
            _lock: lock,
        });
        let (requests, queue) = mpsc::sync_channel(writer::QUEUE);
        let weak = Arc::downgrade(&shared);
        std::thread::Builder::new()
            .name("event-log".into())
            .spawn(move || writer::run(&queue, &weak))?;
        shared.enforce_retention()?;
        Ok(Self { shared, requests })
    }

    /// Encodes events by partition; yields also where each went: its part and
    /// its place there.
    fn parts(&self, topic: &Topic, events: &[NewEvent]) -> Result<(Vec<Part>, Places)> {
        if events.len() > BATCH_MAX {
            return Err(invalid("events", "at most 10,000 at once are expected"));
        }
        let partitions = topic.config.read().partitions;
        let spread = self.shared.turn.fetch_add(1, Ordering::Relaxed) % u32::from(partitions);
        let now = now_micros();
        let mut by_partition: HashMap<u16, usize> = HashMap::new();
        let mut parts: Vec<Part> = Vec::new();
        let mut places = Vec::with_capacity(events.len());
        let mut bytes = 0;
        // Of one partition all go into the same part.
        let room: usize = match partitions {
            1 => events.iter().map(|event| event.payload.len() + 32).sum(),
            _ => 0,
        };
        for event in events {
            if event.payload.len() > PAYLOAD_MAX {
                return Err(invalid("payload", "at most 1 MiB is expected"));
            }
            if event.key.as_ref().is_some_and(|key| key.len() > KEY_MAX) {
                return Err(invalid("key", "at most 512 bytes are expected"));
            }
            bytes += event.payload.len() + event.key.as_ref().map_or(0, Bytes::len) + 32;
            if bytes > BATCH_BYTES_MAX {
                return Err(invalid("events", "at most 8 MiB at once are expected"));
            }
            let partition = match &event.key {
                // Never changes: it decides where a key has always been.
                Some(key) => super::frame::crc32c(key) % u32::from(partitions),
                None => spread,
            };
            let partition = u16::try_from(partition).unwrap_or(0);
            let at = *by_partition.entry(partition).or_insert_with(|| {
                parts.push(Part {
                    partition,
                    count: 0,
                    latest: i64::MIN,
                    bytes: Vec::with_capacity(room.min(BATCH_BYTES_MAX)),
                });
                parts.len() - 1
            });
            let part = &mut parts[at];
            let instant = event.at.unwrap_or(now);
            put_event(
                &mut part.bytes,
                instant,
                event.key.as_deref(),
                &event.payload,
            );
            places.push((at, part.count));
            part.count += 1;
            part.latest = part.latest.max(instant);
        }
        Ok((parts, places))
    }

    fn topic_named(&self, name: &str) -> Result<Arc<Topic>> {
        let topics = self.shared.topics.read();
        let topic = topics.get(name).cloned();
        topic.ok_or_else(|| LogError::Unknown(format!("topic {name}")))
    }
}

impl Shared {
    fn create_topic(&self, name: &str, config: TopicConfig) -> Result<()> {
        check_name("topic", name)?;
        if config.partitions == 0 || config.partitions > PARTITIONS_MAX {
            return Err(invalid("partitions", "1 to 256 are expected"));
        }
        let mut topics = self.topics.write();
        let folder = self.folder.join("topics").join(name);
        if let Some(topic) = topics.get(name) {
            if topic.config.read().partitions != config.partitions {
                return Err(invalid("partitions", "their number cannot be changed"));
            }
            write_json(&folder.join("topic.json"), &config)?;
            *topic.config.write() = config;
            return Ok(());
        }
        let topic = Topic::open(folder.clone(), name, &config, self.options.segment_bytes)?;
        // Last, because it is what makes the topic one.
        write_json(&folder.join("topic.json"), &config)?;
        File::open(self.folder.join("topics"))?.sync_all()?;
        topics.insert(name.to_owned(), Arc::new(topic));
        Ok(())
    }

    pub(super) fn enforce_retention(&self) -> Result<()> {
        let topics: Vec<Arc<Topic>> = self.topics.read().values().cloned().collect();
        topics
            .iter()
            .try_for_each(|topic| topic.enforce_retention(now_micros()))
    }
}

#[async_trait]
impl EventLog for FolderLog {
    async fn create_topic(&self, topic: &str, config: TopicConfig) -> Result<()> {
        let (shared, topic) = (Arc::clone(&self.shared), topic.to_owned());
        blocking(move || shared.create_topic(&topic, config)).await
    }

    async fn topic(&self, topic: &str) -> Result<TopicConfig> {
        Ok(self.topic_named(topic)?.config.read().clone())
    }

    async fn append(&self, topic: &str, events: Vec<NewEvent>) -> Result<Vec<Position>> {
        let topic = self.topic_named(topic)?;
        let (parts, places) = self.parts(&topic, &events)?;
        if parts.is_empty() {
            return Ok(Vec::new());
        }
        let partitions: Vec<u16> = parts.iter().map(|part| part.partition).collect();
        let bytes: usize = parts.iter().map(|part| part.bytes.len()).sum();
        let share = u32::try_from(bytes / 1024 + 1)
            .unwrap_or(WAITING_KIB)
            .min(WAITING_KIB);
        let permit = Arc::clone(&self.shared.waiting)
            .acquire_many_owned(share)
            .await;
        let (done, wait) = oneshot::channel();
        let mut request = Request {
            topic,
            parts,
            done,
            _shared: Arc::clone(&self.shared),
            _permit: permit.map_err(|_| LogError::Closed)?,
        };
        loop {
            match self.requests.try_send(request) {
                Ok(()) => break,
                Err(mpsc::TrySendError::Full(back)) => {
                    request = back;
                    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                }
                Err(mpsc::TrySendError::Disconnected(_)) => return Err(LogError::Closed),
            }
        }
        let firsts = wait.await.map_err(|_| LogError::Closed)??;
        Ok(places
            .into_iter()
            .map(|(part, place)| Position {
                partition: partitions[part],
                offset: firsts[part] + u64::from(place),
            })
            .collect())
    }

    async fn read(
        &self,
        topic: &str,
        partition: u16,
        offset: u64,
        limit: ReadLimit,
    ) -> Result<Vec<Event>> {
        let topic = self.topic_named(topic)?;
        let mut appended = topic.appended.subscribe();
        let deadline = tokio::time::Instant::now() + limit.wait;
        loop {
            appended.mark_unchanged();
            let events = {
                let topic = Arc::clone(&topic);
                blocking(move || topic.read(partition, offset, limit)).await?
            };
            if !events.is_empty() || limit.wait.is_zero() {
                return Ok(events);
            }
            match tokio::time::timeout_at(deadline, appended.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return Ok(Vec::new()),
            }
        }
    }

    async fn bounds(&self, topic: &str, partition: u16) -> Result<Bounds> {
        self.topic_named(topic)?.bounds(partition)
    }

    async fn offset_at(&self, topic: &str, partition: u16, at: i64) -> Result<u64> {
        self.topic_named(topic)?.offset_at(partition, at)
    }

    async fn join(&self, group: &str, topic: &str) -> Result<Box<dyn Consumer>> {
        let (topic, shared, group) = (
            self.topic_named(topic)?,
            Arc::clone(&self.shared),
            group.to_owned(),
        );
        let member = blocking(move || Member::join(shared, topic, &group)).await?;
        Ok(Box::new(member))
    }

    async fn committed(&self, group: &str, topic: &str, partition: u16) -> Result<Option<u64>> {
        let (topic, shared, group) = (
            self.topic_named(topic)?,
            Arc::clone(&self.shared),
            group.to_owned(),
        );
        blocking(move || shared.committed(&group, &topic.name, partition)).await
    }

    async fn reset(&self, group: &str, topic: &str, positions: &[Position]) -> Result<()> {
        let (topic, shared, group) = (
            self.topic_named(topic)?,
            Arc::clone(&self.shared),
            group.to_owned(),
        );
        let positions = positions.to_vec();
        blocking(move || shared.reset(&group, &topic, &positions)).await
    }

    async fn enforce_retention(&self) -> Result<()> {
        let shared = Arc::clone(&self.shared);
        blocking(move || shared.enforce_retention()).await
    }
}
