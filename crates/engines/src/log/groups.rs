//! Consumer groups of the embedded log: who reads what, and how far they are.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;
use tokio::time::Instant;

use super::folder::{Shared, blocking};
use super::topic::Topic;
use super::{Consumer, Event, LogError, Position, ReadLimit, Result};
use crate::small_file::{read_json, write_json};

/// How far one group has come in one topic, and who its members are.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// The next offset by partition, as it is on the disk.
    committed: Mutex<BTreeMap<u16, u64>>,
    members: Mutex<Members>,
}

#[derive(Debug, Default)]
struct Members {
    list: Vec<u64>,
    /// Grows whenever somebody comes or goes.
    generation: u64,
    last: u64,
}

impl Members {
    /// The partitions of a member: every n-th.
    fn share(&self, member: u64, partitions: u16) -> Vec<u16> {
        let Some(place) = self.list.iter().position(|m| *m == member) else {
            return Vec::new();
        };
        let count = self.list.len();
        (0..partitions)
            .filter(|p| usize::from(*p) % count == place)
            .collect()
    }
}

impl Shared {
    fn group_path(&self, group: &str, topic: &str) -> std::path::PathBuf {
        self.folder
            .join("groups")
            .join(format!("{group}@{topic}.json"))
    }

    /// The group's state, read from the disk the first time.
    pub(super) fn group(&self, group: &str, topic: &str) -> Result<Arc<Group>> {
        super::check_name("group", group)?;
        let mut groups = self.groups.lock();
        let key = (group.to_owned(), topic.to_owned());
        if let Some(known) = groups.get(&key) {
            return Ok(Arc::clone(known));
        }
        let committed = read_json(&self.group_path(group, topic))?.unwrap_or_default();
        let state = Arc::new(Group {
            committed: Mutex::new(committed),
            members: Mutex::default(),
        });
        groups.insert(key, Arc::clone(&state));
        Ok(state)
    }

    pub(super) fn committed(
        &self,
        group: &str,
        topic: &str,
        partition: u16,
    ) -> Result<Option<u64>> {
        Ok(self
            .group(group, topic)?
            .committed
            .lock()
            .get(&partition)
            .copied())
    }

    pub(super) fn reset(&self, group: &str, topic: &Topic, positions: &[Position]) -> Result<()> {
        let state = self.group(group, &topic.name)?;
        if !state.members.lock().list.is_empty() {
            return Err(super::invalid("group", "it has members at work"));
        }
        for position in positions {
            topic.bounds(position.partition)?;
        }
        self.save(
            group,
            &topic.name,
            &state,
            positions.iter().map(|p| (p.partition, p.offset)),
        )
    }

    fn save(
        &self,
        group: &str,
        topic: &str,
        state: &Group,
        positions: impl Iterator<Item = (u16, u64)>,
    ) -> Result<()> {
        // Held while writing, so that commits reach the disk in their order.
        let mut committed = state.committed.lock();
        let mut new = committed.clone();
        new.extend(positions);
        if new != *committed {
            write_json(&self.group_path(group, topic), &new)?;
            *committed = new;
        }
        Ok(())
    }
}

/// One member.
pub(super) struct Member {
    shared: Arc<Shared>,
    topic: Arc<Topic>,
    name: String,
    group: Arc<Group>,
    id: u64,
    /// The generation that `positions` belongs to.
    generation: u64,
    /// The next offset of each partition of ours, and whether it is uncommitted.
    positions: HashMap<u16, (u64, bool)>,
    /// Which partition is read first next time, so that all get their turn.
    turn: usize,
}

impl Member {
    pub(super) fn join(shared: Arc<Shared>, topic: Arc<Topic>, name: &str) -> Result<Self> {
        let group = shared.group(name, &topic.name)?;
        let id = {
            let mut members = group.members.lock();
            members.last += 1;
            members.generation += 1;
            let id = members.last;
            members.list.push(id);
            id
        };
        Ok(Self {
            shared,
            topic,
            name: name.to_owned(),
            group,
            id,
            generation: 0,
            positions: HashMap::new(),
            turn: 0,
        })
    }

    /// Takes up the partitions of ours where the group has committed, if
    /// members have come or gone.
    fn settle(&mut self) -> Result<Vec<u16>> {
        let partitions = self.topic.config.read().partitions;
        let (share, generation) = {
            let members = self.group.members.lock();
            (members.share(self.id, partitions), members.generation)
        };
        if generation != self.generation {
            self.positions.clear();
            for partition in &share {
                let committed = self.group.committed.lock().get(partition).copied();
                let first = self.topic.bounds(*partition)?.first;
                let position = committed.unwrap_or(first).max(first);
                self.positions.insert(*partition, (position, false));
            }
            self.generation = generation;
        }
        Ok(share)
    }

    async fn read(&mut self, limit: ReadLimit) -> Result<Vec<Event>> {
        let mut share = self.settle()?;
        if share.is_empty() {
            return Ok(Vec::new());
        }
        self.turn = (self.turn + 1) % share.len();
        share.rotate_left(self.turn);
        let wanted: Vec<(u16, u64)> = share
            .iter()
            .filter_map(|p| self.positions.get(p).map(|(offset, _)| (*p, *offset)))
            .collect();
        let topic = Arc::clone(&self.topic);
        let read = blocking(move || {
            let mut all: Vec<Event> = Vec::new();
            let mut bytes = 0;
            for (partition, mut offset) in wanted {
                if all.len() >= limit.events || bytes >= limit.bytes {
                    break;
                }
                let limit = ReadLimit {
                    events: limit.events - all.len(),
                    bytes: limit.bytes - bytes,
                    ..limit
                };
                let events = loop {
                    match topic.read(partition, offset, limit) {
                        // Deleted while we were behind: go on with what there is.
                        Err(LogError::Gone { first }) => offset = first,
                        result => break result?,
                    }
                };
                bytes += events.iter().map(|e| e.payload.len()).sum::<usize>();
                all.extend(events);
            }
            Ok(all)
        });
        let events = read.await?;
        for event in &events {
            self.positions
                .insert(event.partition, (event.offset + 1, true));
        }
        Ok(events)
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let mut members = self.group.members.lock();
        members.list.retain(|m| *m != self.id);
        members.generation += 1;
    }
}

#[async_trait]
impl Consumer for Member {
    async fn poll(&mut self, limit: ReadLimit) -> Result<Vec<Event>> {
        let mut appended = self.topic.appended.subscribe();
        let deadline = Instant::now() + limit.wait;
        loop {
            appended.mark_unchanged();
            let events = self.read(limit).await?;
            if !events.is_empty() || limit.wait.is_zero() {
                return Ok(events);
            }
            match tokio::time::timeout_at(deadline, appended.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return Ok(Vec::new()),
            }
        }
    }

    async fn commit(&mut self) -> Result<()> {
        let new: Vec<(u16, u64)> = self
            .positions
            .iter()
            .filter(|(_, (_, changed))| *changed)
            .map(|(partition, (offset, _))| (*partition, *offset))
            .collect();
        let (shared, group, topic, name) = (
            Arc::clone(&self.shared),
            Arc::clone(&self.group),
            Arc::clone(&self.topic),
            self.name.clone(),
        );
        let (id, generation) = (self.id, self.generation);
        let saved = new.clone();
        blocking(move || {
            // Held until it is written, so that nobody takes over in between.
            let members = group.members.lock();
            let partitions = topic.config.read().partitions;
            // After a change of members only what is still ours, and others
            // have not begun, may be committed: nothing of an old generation.
            if members.generation != generation {
                return Ok(());
            }
            let share = members.share(id, partitions);
            let ours = saved.into_iter().filter(|(p, _)| share.contains(p));
            shared.save(&name, &topic.name, &group, ours)
        })
        .await?;
        for (partition, offset) in new {
            if let Some(position) = self.positions.get_mut(&partition)
                && position.0 == offset
            {
                position.1 = false;
            }
        }
        Ok(())
    }
}
