//! Hot state in this process's memory.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicIsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt as _;
use parking_lot::Mutex;
use tokio::sync::broadcast;

use super::distinct::Distinct;
use super::ranks::Ranks;
use super::shard::{Shard, Slot};
use super::value::{Fields, Value, add};
use super::{Hot, HotError, Notice, Rate, Result, Subscription, Taken};

const SHARDS: usize = 16;

/// How much an in-memory engine may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HotLimits {
    /// Bytes of all keys and values together, by our own account. When there
    /// are more, the keys that were not used for longest go.
    pub bytes: usize,
    /// Bytes of one key, field or member.
    pub key: usize,
    /// Bytes of one value, field or message.
    pub value: usize,
    /// Fields of a hash, or members of a leaderboard.
    pub members: usize,
    /// Channels with subscribers.
    pub channels: usize,
    /// Messages by which a subscriber may lag behind.
    pub backlog: usize,
}

impl Default for HotLimits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            key: 512,
            value: 1 << 20,
            members: 200_000,
            channels: 10_000,
            backlog: 256,
        }
    }
}

/// The embedded engine. Clones share it.
#[derive(Clone, Debug)]
pub struct MemoryHot {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    limits: HotLimits,
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
    used: AtomicIsize,
    began: Instant,
    channels: Mutex<HashMap<String, broadcast::Sender<Bytes>>>,
}

impl Default for MemoryHot {
    fn default() -> Self {
        Self::new(HotLimits::default())
    }
}

impl MemoryHot {
    /// An empty engine within these limits.
    pub fn new(limits: HotLimits) -> Self {
        Self {
            inner: Arc::new(Inner {
                limits,
                hasher: RandomState::new(),
                shards: std::array::from_fn(|_| Mutex::default()),
                used: AtomicIsize::new(0),
                began: Instant::now(),
                channels: Mutex::default(),
            }),
        }
    }

    /// Bytes that the keys and values take, by our own account.
    pub fn used_bytes(&self) -> usize {
        usize::try_from(self.inner.used.load(Ordering::Relaxed)).unwrap_or(0)
    }

    fn edit<R>(&self, key: &str, edit: impl FnOnce(&mut Slot) -> Result<R>) -> Result<R> {
        let inner = &*self.inner;
        within("a key", key.len(), inner.limits.key)?;
        let now = Instant::now();
        let at = usize::try_from(inner.hasher.hash_one(key) % SHARDS as u64).unwrap_or(0);
        let (result, grown) = {
            let mut shard = inner.shards[at].lock();
            let (result, grown) = shard.edit(key, now, edit);
            (result, grown - shard.sweep(now))
        };
        let used = inner.used.fetch_add(grown, Ordering::Relaxed) + grown;
        if used > isize::try_from(inner.limits.bytes).unwrap_or(isize::MAX) {
            self.evict(now, key);
        }
        result
    }

    fn evict(&self, now: Instant, keep: &str) {
        let inner = &*self.inner;
        let limit = isize::try_from(inner.limits.bytes).unwrap_or(isize::MAX);
        let mut fruitless = 0;
        while inner.used.load(Ordering::Relaxed) > limit && fruitless < 8 * SHARDS {
            // The larger of two, so that all shards stay about equally large.
            let pair = [(); 2].map(|()| rand::random_range(0..SHARDS));
            let sizes = pair.map(|at| inner.shards[at].lock().len());
            let at = if sizes[0] > sizes[1] {
                pair[0]
            } else {
                pair[1]
            };
            let promises = fruitless >= 4 * SHARDS;
            let shrunk = inner.shards[at].lock().evict(now, keep, promises);
            inner.used.fetch_sub(shrunk, Ordering::Relaxed);
            fruitless = if shrunk == 0 { fruitless + 1 } else { 0 };
        }
    }

    fn value(&self, value: &[u8]) -> Result<()> {
        within("a value", value.len(), self.inner.limits.value)
    }

    fn members<'a>(&self, count: usize, names: impl Iterator<Item = &'a str>) -> Result<()> {
        within("the number of members", count, self.inner.limits.members)?;
        let longest = names.map(str::len).max().unwrap_or(0);
        within("a member", longest, self.inner.limits.key)
    }

    fn hash<R>(&self, key: &str, edit: impl FnOnce(&mut Fields) -> Result<R>) -> Result<R> {
        self.edit(key, |slot| {
            let value = slot
                .value
                .get_or_insert_with(|| Value::Hash(Fields::default()));
            match value {
                Value::Hash(fields) => {
                    let result = edit(fields);
                    // As in Redis, what is empty is not there.
                    if fields.len() == 0 {
                        slot.value = None;
                    }
                    result
                }
                other => Err(other.wrong(key)),
            }
        })
    }

    fn ranks<R>(&self, key: &str, edit: impl FnOnce(&mut Ranks) -> Result<R>) -> Result<R> {
        self.edit(key, |slot| {
            let value = slot
                .value
                .get_or_insert_with(|| Value::Ranks(Ranks::default()));
            match value {
                Value::Ranks(ranks) => {
                    let result = edit(ranks);
                    if ranks.len() == 0 {
                        slot.value = None;
                    }
                    result
                }
                other => Err(other.wrong(key)),
            }
        })
    }
}

fn within(what: &'static str, size: usize, limit: usize) -> Result<()> {
    if size <= limit {
        Ok(())
    } else {
        Err(HotError::TooLarge { what, limit })
    }
}

fn at(ttl: Option<Duration>) -> Option<Instant> {
    ttl.and_then(|ttl| Instant::now().checked_add(ttl))
}

fn finite(key: &str, score: f64) -> Result<f64> {
    if score.is_finite() {
        // One zero only, so that equal scores are equal.
        Ok(score + 0.0)
    } else {
        Err(HotError::NotANumber(key.to_owned()))
    }
}

#[async_trait]
impl Hot for MemoryHot {
    fn is_shared(&self) -> bool {
        false
    }

    async fn get(&self, key: &str) -> Result<Option<Bytes>> {
        self.edit(key, |slot| {
            slot.value.as_ref().map(|v| v.bytes(key)).transpose()
        })
    }

    async fn get_many(&self, keys: &[&str]) -> Result<Vec<Option<Bytes>>> {
        let get = |key: &&str| {
            self.edit(key, |slot| {
                slot.value.as_ref().map(|v| v.bytes(key)).transpose()
            })
        };
        keys.iter().map(get).collect()
    }

    async fn set(&self, key: &str, value: Bytes, ttl: Option<Duration>) -> Result<()> {
        self.value(&value)?;
        self.edit(key, |slot| {
            *slot = Slot {
                value: Some(Value::Bytes(Bytes::copy_from_slice(&value))),
                expires: at(ttl),
                promise: false,
            };
            Ok(())
        })
    }

    async fn delete(&self, keys: &[&str]) -> Result<u64> {
        let mut deleted = 0;
        for key in keys {
            deleted += self.edit(key, |slot| Ok(u64::from(slot.value.take().is_some())))?;
        }
        Ok(deleted)
    }

    async fn expire(&self, key: &str, ttl: Option<Duration>) -> Result<bool> {
        self.edit(key, |slot| {
            slot.expires = at(ttl);
            Ok(slot.value.is_some())
        })
    }

    async fn increment(&self, key: &str, by: i64, ttl: Option<Duration>) -> Result<i64> {
        self.edit(key, |slot| {
            let old = slot.value.as_ref().map(|v| v.bytes(key)).transpose()?;
            let new = add(key, old.as_deref(), by)?;
            slot.value = Some(Value::Number(new));
            slot.expires = slot.expires.or_else(|| at(ttl));
            Ok(new)
        })
    }

    async fn compare_and_set(
        &self,
        key: &str,
        expected: Option<&[u8]>,
        new: Option<Bytes>,
        ttl: Option<Duration>,
    ) -> Result<bool> {
        self.value(new.as_deref().unwrap_or_default())?;
        self.edit(key, |slot| {
            let old = slot.value.as_ref().map(|v| v.bytes(key)).transpose()?;
            if old.as_deref() != expected {
                return Ok(false);
            }
            *slot = Slot {
                value: new.map(|new| Value::Bytes(Bytes::copy_from_slice(&new))),
                expires: at(ttl),
                promise: true,
            };
            Ok(true)
        })
    }

    async fn hash_set(&self, key: &str, fields: &[(&str, Bytes)]) -> Result<()> {
        self.members(0, fields.iter().map(|(name, _)| *name))?;
        for (_, value) in fields {
            self.value(value)?;
        }
        self.hash(key, |hash| {
            let added = fields.iter().filter(|(name, _)| hash.get(name).is_none());
            self.members(hash.len() + added.count(), std::iter::empty())?;
            for (name, value) in fields {
                hash.set(name, value);
            }
            Ok(())
        })
    }

    async fn hash_increment(&self, key: &str, field: &str, by: i64) -> Result<i64> {
        self.members(0, std::iter::once(field))?;
        self.hash(key, |hash| {
            let old = hash.get(field);
            self.members(hash.len() + usize::from(old.is_none()), std::iter::empty())?;
            let new = add(key, old.map(AsRef::as_ref), by)?;
            hash.set(field, new.to_string().as_bytes());
            Ok(new)
        })
    }

    async fn hash_get(&self, key: &str, field: &str) -> Result<Option<Bytes>> {
        self.hash(key, |hash| Ok(hash.get(field).cloned()))
    }

    async fn hash_all(&self, key: &str) -> Result<Vec<(String, Bytes)>> {
        self.hash(key, |hash| Ok(hash.all()))
    }

    async fn hash_delete(&self, key: &str, fields: &[&str]) -> Result<u64> {
        self.hash(key, |hash| {
            Ok(fields.iter().map(|name| u64::from(hash.remove(name))).sum())
        })
    }

    async fn rank_set(&self, key: &str, scores: &[(&str, f64)]) -> Result<()> {
        self.members(0, scores.iter().map(|(member, _)| *member))?;
        for (_, score) in scores {
            finite(key, *score)?;
        }
        self.ranks(key, |ranks| {
            let added = scores
                .iter()
                .filter(|(member, _)| ranks.score(member).is_none());
            self.members(ranks.len() + added.count(), std::iter::empty())?;
            for (member, score) in scores {
                ranks.set(member, finite(key, *score)?);
            }
            Ok(())
        })
    }

    async fn rank_increment(&self, key: &str, member: &str, by: f64) -> Result<f64> {
        self.members(0, std::iter::once(member))?;
        self.ranks(key, |ranks| {
            let old = ranks.score(member);
            self.members(ranks.len() + usize::from(old.is_none()), std::iter::empty())?;
            let new = finite(key, old.unwrap_or(0.0) + by)?;
            ranks.set(member, new);
            Ok(new)
        })
    }

    async fn rank_score(&self, key: &str, member: &str) -> Result<Option<f64>> {
        self.ranks(key, |ranks| Ok(ranks.score(member)))
    }

    async fn rank_top(&self, key: &str, offset: u64, limit: u64) -> Result<Vec<(String, f64)>> {
        self.ranks(key, |ranks| Ok(ranks.top(offset, limit)))
    }

    async fn rank_remove(&self, key: &str, members: &[&str]) -> Result<u64> {
        self.ranks(key, |ranks| {
            Ok(members.iter().map(|m| u64::from(ranks.remove(m))).sum())
        })
    }

    async fn rank_between(&self, key: &str, low: f64, high: f64) -> Result<u64> {
        let (low, high) = (finite(key, low)?, finite(key, high)?);
        self.ranks(key, |ranks| Ok(ranks.between(low, high).count() as u64))
    }

    async fn rank_remove_between(&self, key: &str, low: f64, high: f64) -> Result<u64> {
        let (low, high) = (finite(key, low)?, finite(key, high)?);
        self.ranks(key, |ranks| {
            let gone: Vec<Arc<str>> = ranks.between(low, high).cloned().collect();
            Ok(gone.iter().map(|m| u64::from(ranks.remove(m))).sum())
        })
    }

    async fn rank_count(&self, key: &str) -> Result<u64> {
        self.ranks(key, |ranks| Ok(ranks.len() as u64))
    }

    async fn rank_replace(
        &self,
        key: &str,
        scores: &[(&str, f64)],
        ttl: Option<Duration>,
    ) -> Result<()> {
        self.members(scores.len(), scores.iter().map(|(member, _)| *member))?;
        let mut ranks = Ranks::default();
        for (member, score) in scores {
            ranks.set(member, finite(key, *score)?);
        }
        self.edit(key, |slot| {
            *slot = Slot {
                value: (ranks.len() > 0).then_some(Value::Ranks(ranks)),
                expires: at(ttl),
                promise: false,
            };
            Ok(())
        })
    }

    async fn distinct_add(&self, key: &str, members: &[&[u8]]) -> Result<bool> {
        self.edit(key, |slot| {
            match slot
                .value
                .get_or_insert_with(|| Value::Distinct(Distinct::default()))
            {
                Value::Distinct(set) => {
                    // All of them, not only up to the first that is new.
                    let new = members.iter().filter(|m| set.add(m)).count();
                    Ok(new > 0)
                }
                other => Err(other.wrong(key)),
            }
        })
    }

    async fn distinct_count(&self, keys: &[&str]) -> Result<u64> {
        let mut all = Distinct::default();
        for key in keys {
            self.edit(key, |slot| match &slot.value {
                None => Ok(()),
                Some(Value::Distinct(set)) => {
                    all.merge(set);
                    Ok(())
                }
                Some(other) => Err(other.wrong(key)),
            })?;
        }
        Ok(all.count())
    }

    async fn take(&self, key: &str, rate: Rate, cost: u32) -> Result<Taken> {
        // GCRA: what is kept is the instant at which the allowance is full again.
        let one = (rate.per.as_nanos() / u128::from(rate.count.max(1))).max(1);
        let burst = u128::from(rate.burst.max(1)) * one;
        let now = self.inner.began.elapsed().as_nanos();
        self.edit(key, |slot| {
            let full = match &slot.value {
                None => now,
                Some(Value::Full(at)) => (*at).max(now),
                Some(other) => return Err(other.wrong(key)),
            };
            let next = full + u128::from(cost) * one;
            let (allowed, kept) = if next <= now + burst {
                (true, next)
            } else {
                (false, full)
            };
            if kept > now {
                slot.value = Some(Value::Full(kept));
                slot.promise = true;
                slot.expires = at(Some(nanos(kept - now)));
            }
            let left = (now + burst).saturating_sub(kept) / one;
            Ok(Taken {
                allowed,
                remaining: u32::try_from(left).unwrap_or(u32::MAX),
                retry_after: if allowed {
                    Duration::ZERO
                } else {
                    nanos(next - now - burst)
                },
            })
        })
    }

    async fn publish(&self, channel: &str, message: Bytes) -> Result<()> {
        self.value(&message)?;
        let mut channels = self.inner.channels.lock();
        let Some(sender) = channels.get(channel) else {
            return Ok(());
        };
        if sender.send(message).is_err() {
            channels.remove(channel);
        }
        Ok(())
    }

    async fn subscribe(&self, channel: &str) -> Result<Subscription> {
        let limits = &self.inner.limits;
        within("a channel", channel.len(), limits.key)?;
        let receiver = {
            let mut channels = self.inner.channels.lock();
            if !channels.contains_key(channel) && channels.len() >= limits.channels {
                channels.retain(|_, sender| sender.receiver_count() > 0);
                within(
                    "the number of channels",
                    channels.len() + 1,
                    limits.channels,
                )?;
            }
            let sender = channels
                .entry(channel.to_owned())
                .or_insert_with(|| broadcast::channel(limits.backlog.max(1)).0);
            sender.subscribe()
        };
        let notices = futures::stream::unfold(receiver, |mut receiver| async move {
            match receiver.recv().await {
                Ok(message) => Some((Notice::Message(message), receiver)),
                Err(broadcast::error::RecvError::Lagged(_)) => Some((Notice::Missed, receiver)),
                Err(broadcast::error::RecvError::Closed) => None,
            }
        });
        Ok(notices.boxed())
    }
}

fn nanos(nanos: u128) -> Duration {
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}
