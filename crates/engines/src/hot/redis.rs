//! Hot state in Redis 7 or newer, or what speaks as it does: shared by all
//! nodes, under the keys that the features name.

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt as _;
use redis::aio::{ConnectionManager, ConnectionManagerConfig, PubSub};
use redis::{Client, FromRedisValue, Pipeline, RedisError, Script, ScriptInvocation, cmd, pipe};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast};

use super::{Hot, HotError, Notice, Rate, Result, Subscription, Taken};

/// How long a call may take, connecting included.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long it is waited before a subscription's connection is made anew.
const AGAIN: Duration = Duration::from_millis(500);
/// How many members one command carries.
const MEMBERS: usize = 5000;
/// Subscriptions at once: each has a connection.
const SUBSCRIPTIONS: usize = 1000;
/// Messages by which a subscriber may lag behind.
const BACKLOG: usize = 256;

/// The counter as text: numbers of Lua lose what is beyond 2^53.
static INCREMENT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "redis.call('INCRBY', KEYS[1], ARGV[1])
         local now = redis.call('GET', KEYS[1])
         if ARGV[2] ~= '' and redis.call('PTTL', KEYS[1]) == -1 then
           redis.call('PEXPIRE', KEYS[1], ARGV[2])
         end
         return now",
    )
});

static EXPIRE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
         if ARGV[1] == '' then redis.call('PERSIST', KEYS[1])
         else redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
         return 1",
    )
});

static COMPARE_AND_SET: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local old = redis.call('GET', KEYS[1])
         if ARGV[1] == '1' then
           if old ~= ARGV[2] then return 0 end
         elseif old then return 0 end
         if ARGV[3] == '0' or ARGV[5] == '0' then redis.call('DEL', KEYS[1])
         elseif ARGV[5] == '' then redis.call('SET', KEYS[1], ARGV[4])
         else redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[5]) end
         return 1",
    )
});

/// GCRA, as in memory; the instant in microseconds by the server's clock, which
/// all nodes share.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME')
         local now = time[1] * 1000000 + time[2]
         local one, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
         local full = tonumber(redis.call('GET', KEYS[1]) or now)
         if full < now then full = now end
         local next = full + tonumber(ARGV[3]) * one
         local allowed, kept, wait = 0, full, 0
         if next <= now + burst then allowed, kept = 1, next
         else wait = next - now - burst end
         if kept > now then
           local left = math.ceil((kept - now) / 1000)
           redis.call('SET', KEYS[1], string.format('%.0f', kept), 'PX', string.format('%.0f', left))
         end
         local left = math.floor((now + burst - kept) / one + 0.000001)
         if left < 0 then left = 0 end
         return { allowed, left, string.format('%.0f', wait) }",
    )
});

/// The engine. Clones share its connection, which is made when it is first
/// needed and made anew when it breaks.
#[derive(Clone)]
pub struct RedisHot {
    client: Client,
    connection: ConnectionManager,
    prefix: Arc<str>,
    subscriptions: Arc<Semaphore>,
}

impl fmt::Debug for RedisHot {
    /// Without the address, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisHot")
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

impl RedisHot {
    /// On the server at this address (`redis://…`, `rediss://…` by TLS), with
    /// all keys and channels under `prefix`. Needs the runtime; nothing is
    /// connected yet.
    pub fn open(address: &str, prefix: &str) -> Result<Self> {
        let client = Client::open(address).map_err(|error| unavailable(&error))?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(0)
            .set_max_delay(AGAIN);
        let connection = ConnectionManager::new_lazy_with_config(client.clone(), config)
            .map_err(|error| unavailable(&error))?;
        Ok(Self {
            client,
            connection,
            prefix: Arc::from(prefix),
            subscriptions: Arc::new(Semaphore::new(SUBSCRIPTIONS)),
        })
    }

    /// Whether the server answers.
    pub async fn ping(&self) -> Result<()> {
        self.ask("", &cmd("PING")).await
    }

    fn key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    fn keys(&self, keys: &[&str]) -> Vec<String> {
        keys.iter().map(|key| self.key(key)).collect()
    }

    async fn ask<T: FromRedisValue>(&self, key: &str, command: &redis::Cmd) -> Result<T> {
        let asked = command.query_async(&mut self.connection.clone()).await;
        asked.map_err(|error| told(key, &error))
    }

    async fn ask_all<T: FromRedisValue>(&self, key: &str, pipeline: &Pipeline) -> Result<T> {
        let asked = pipeline.query_async(&mut self.connection.clone()).await;
        asked.map_err(|error| told(key, &error))
    }

    async fn run<T: FromRedisValue>(&self, key: &str, script: &ScriptInvocation<'_>) -> Result<T> {
        let asked = script.invoke_async(&mut self.connection.clone()).await;
        asked.map_err(|error| told(key, &error))
    }

    async fn listen(&self, channel: &str) -> Result<PubSub, RedisError> {
        let connect = async {
            let mut heard = self.client.get_async_pubsub().await?;
            heard.subscribe(channel).await?;
            Ok(heard)
        };
        match tokio::time::timeout(PATIENCE, connect).await {
            Ok(heard) => heard,
            Err(_) => Err(RedisError::from(std::io::Error::from(
                std::io::ErrorKind::TimedOut,
            ))),
        }
    }
}

fn unavailable(error: &RedisError) -> HotError {
    HotError::Unavailable(error.to_string())
}

fn told(key: &str, error: &RedisError) -> HotError {
    let text = error.to_string();
    if error.code() == Some("WRONGTYPE") || text.contains("WRONGTYPE") {
        HotError::WrongType {
            key: key.to_owned(),
            holds: "something else",
        }
    } else if text.contains("not an integer") || text.contains("would overflow") {
        HotError::NotANumber(key.to_owned())
    } else {
        unavailable(error)
    }
}

/// A time to live in milliseconds, none as nothing.
fn millis(ttl: Option<Duration>) -> String {
    ttl.map_or_else(String::new, |ttl| whole(ttl).to_string())
}

/// At least one, unless it is zero.
fn whole(ttl: Duration) -> u64 {
    let least = u64::from(!ttl.is_zero());
    u64::try_from(ttl.as_millis()).map_or(i64::MAX as u64, |ms| ms.max(least))
}

fn finite(key: &str, score: f64) -> Result<f64> {
    if score.is_finite() {
        Ok(score)
    } else {
        Err(HotError::NotANumber(key.to_owned()))
    }
}

/// Adds members, some at a time.
fn add_members(pipeline: &mut Pipeline, key: &str, scores: &[(&str, f64)]) {
    for some in scores.chunks(MEMBERS) {
        let command = pipeline.cmd("ZADD").arg(key);
        for (member, score) in some {
            command.arg(*score).arg(*member);
        }
        command.ignore();
    }
}

#[async_trait]
impl Hot for RedisHot {
    fn is_shared(&self) -> bool {
        true
    }

    async fn get(&self, key: &str) -> Result<Option<Bytes>> {
        let value: Option<Vec<u8>> = self.ask(key, cmd("GET").arg(self.key(key))).await?;
        Ok(value.map(Bytes::from))
    }

    async fn get_many(&self, keys: &[&str]) -> Result<Vec<Option<Bytes>>> {
        // MGET says nothing of a key of another type.
        let mut all = pipe();
        for key in keys {
            all.cmd("GET").arg(self.key(key));
        }
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let values: Vec<Option<Vec<u8>>> = self.ask_all(keys[0], &all).await?;
        Ok(values.into_iter().map(|v| v.map(Bytes::from)).collect())
    }

    async fn set(&self, key: &str, value: Bytes, ttl: Option<Duration>) -> Result<()> {
        if ttl.is_some_and(|ttl| ttl.is_zero()) {
            return self.delete(&[key]).await.map(|_| ());
        }
        let mut command = cmd("SET");
        command.arg(self.key(key)).arg(&value[..]);
        if let Some(ttl) = ttl {
            command.arg("PX").arg(whole(ttl));
        }
        self.ask(key, &command).await
    }

    async fn delete(&self, keys: &[&str]) -> Result<u64> {
        if keys.is_empty() {
            return Ok(0);
        }
        self.ask(keys[0], cmd("DEL").arg(self.keys(keys))).await
    }

    async fn expire(&self, key: &str, ttl: Option<Duration>) -> Result<bool> {
        let script = &*EXPIRE;
        self.run(key, script.key(self.key(key)).arg(millis(ttl)))
            .await
    }

    async fn increment(&self, key: &str, by: i64, ttl: Option<Duration>) -> Result<i64> {
        let script = &*INCREMENT;
        self.run(key, script.key(self.key(key)).arg(by).arg(millis(ttl)))
            .await
    }

    async fn compare_and_set(
        &self,
        key: &str,
        expected: Option<&[u8]>,
        new: Option<Bytes>,
        ttl: Option<Duration>,
    ) -> Result<bool> {
        let script = &*COMPARE_AND_SET;
        let mut call = script.key(self.key(key));
        call.arg(u8::from(expected.is_some()))
            .arg(expected.unwrap_or_default())
            .arg(u8::from(new.is_some()))
            .arg(new.as_deref().unwrap_or_default())
            .arg(millis(ttl));
        self.run(key, &call).await
    }

    async fn hash_set(&self, key: &str, fields: &[(&str, Bytes)]) -> Result<()> {
        if fields.is_empty() {
            return Ok(());
        }
        let mut command = cmd("HSET");
        command.arg(self.key(key));
        for (name, value) in fields {
            command.arg(*name).arg(&value[..]);
        }
        self.ask(key, &command).await
    }

    async fn hash_increment(&self, key: &str, field: &str, by: i64) -> Result<i64> {
        let mut command = cmd("HINCRBY");
        self.ask(key, command.arg(self.key(key)).arg(field).arg(by))
            .await
    }

    async fn hash_get(&self, key: &str, field: &str) -> Result<Option<Bytes>> {
        let mut command = cmd("HGET");
        let value: Option<Vec<u8>> = self.ask(key, command.arg(self.key(key)).arg(field)).await?;
        Ok(value.map(Bytes::from))
    }

    async fn hash_all(&self, key: &str) -> Result<Vec<(String, Bytes)>> {
        let mut all: Vec<(String, Vec<u8>)> =
            self.ask(key, cmd("HGETALL").arg(self.key(key))).await?;
        all.sort_by(|a, b| a.0.cmp(&b.0));
        let whole = |(name, value)| (name, Bytes::from(value));
        Ok(all.into_iter().map(whole).collect())
    }

    async fn hash_delete(&self, key: &str, fields: &[&str]) -> Result<u64> {
        if fields.is_empty() {
            return Ok(0);
        }
        self.ask(key, cmd("HDEL").arg(self.key(key)).arg(fields))
            .await
    }

    async fn rank_set(&self, key: &str, scores: &[(&str, f64)]) -> Result<()> {
        for (_, score) in scores {
            finite(key, *score)?;
        }
        if scores.is_empty() {
            return Ok(());
        }
        let mut all = pipe();
        add_members(all.atomic(), &self.key(key), scores);
        self.ask_all(key, &all).await
    }

    async fn rank_increment(&self, key: &str, member: &str, by: f64) -> Result<f64> {
        let mut command = cmd("ZINCRBY");
        command.arg(self.key(key)).arg(finite(key, by)?).arg(member);
        self.ask(key, &command).await
    }

    async fn rank_score(&self, key: &str, member: &str) -> Result<Option<f64>> {
        self.ask(key, cmd("ZSCORE").arg(self.key(key)).arg(member))
            .await
    }

    async fn rank_top(&self, key: &str, offset: u64, limit: u64) -> Result<Vec<(String, f64)>> {
        let place = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let Some(last) = offset.saturating_add(limit).checked_sub(1) else {
            return Ok(Vec::new());
        };
        if limit == 0 {
            return Ok(Vec::new());
        }
        let mut command = cmd("ZREVRANGE");
        command
            .arg(self.key(key))
            .arg(place(offset))
            .arg(place(last))
            .arg("WITHSCORES");
        self.ask(key, &command).await
    }

    async fn rank_remove(&self, key: &str, members: &[&str]) -> Result<u64> {
        if members.is_empty() {
            return Ok(0);
        }
        self.ask(key, cmd("ZREM").arg(self.key(key)).arg(members))
            .await
    }

    async fn rank_between(&self, key: &str, low: f64, high: f64) -> Result<u64> {
        let mut command = cmd("ZCOUNT");
        command
            .arg(self.key(key))
            .arg(finite(key, low)?)
            .arg(finite(key, high)?);
        self.ask(key, &command).await
    }

    async fn rank_remove_between(&self, key: &str, low: f64, high: f64) -> Result<u64> {
        let mut command = cmd("ZREMRANGEBYSCORE");
        command
            .arg(self.key(key))
            .arg(finite(key, low)?)
            .arg(finite(key, high)?);
        self.ask(key, &command).await
    }

    async fn rank_count(&self, key: &str) -> Result<u64> {
        self.ask(key, cmd("ZCARD").arg(self.key(key))).await
    }

    async fn rank_replace(
        &self,
        key: &str,
        scores: &[(&str, f64)],
        ttl: Option<Duration>,
    ) -> Result<()> {
        for (_, score) in scores {
            finite(key, *score)?;
        }
        if scores.is_empty() || ttl.is_some_and(|ttl| ttl.is_zero()) {
            return self.delete(&[key]).await.map(|_| ());
        }
        let (place, next) = (self.key(key), self.key(&format!("{key}:next")));
        let mut all = pipe();
        all.atomic().cmd("DEL").arg(&next).ignore();
        add_members(&mut all, &next, scores);
        if let Some(ttl) = ttl {
            all.cmd("PEXPIRE").arg(&next).arg(whole(ttl)).ignore();
        }
        all.cmd("RENAME").arg(&next).arg(&place).ignore();
        self.ask_all(key, &all).await
    }

    async fn distinct_add(&self, key: &str, members: &[&[u8]]) -> Result<bool> {
        let mut all = pipe();
        for some in members.chunks(MEMBERS) {
            all.cmd("PFADD").arg(self.key(key)).arg(some);
        }
        if members.is_empty() {
            return Ok(false);
        }
        let changed: Vec<bool> = self.ask_all(key, &all).await?;
        Ok(changed.contains(&true))
    }

    async fn distinct_count(&self, keys: &[&str]) -> Result<u64> {
        if keys.is_empty() {
            return Ok(0);
        }
        self.ask(keys[0], cmd("PFCOUNT").arg(self.keys(keys))).await
    }

    async fn take(&self, key: &str, rate: Rate, cost: u32) -> Result<Taken> {
        let one = rate.per.as_micros() as f64 / f64::from(rate.count.max(1));
        let one = one.max(1.0);
        let script = &*TAKE;
        let mut call = script.key(self.key(key));
        call.arg(one)
            .arg(one * f64::from(rate.burst.max(1)))
            .arg(cost);
        let (allowed, remaining, wait): (bool, u64, u64) = self.run(key, &call).await?;
        Ok(Taken {
            allowed,
            remaining: u32::try_from(remaining).unwrap_or(u32::MAX),
            retry_after: Duration::from_micros(wait),
        })
    }

    async fn publish(&self, channel: &str, message: Bytes) -> Result<()> {
        let mut command = cmd("PUBLISH");
        command.arg(self.key(channel)).arg(&message[..]);
        self.ask(channel, &command).await
    }

    async fn subscribe(&self, channel: &str) -> Result<Subscription> {
        let place = self.subscriptions.clone().try_acquire_owned();
        let place = place.map_err(|_| HotError::TooLarge {
            what: "the number of subscriptions",
            limit: SUBSCRIPTIONS,
        })?;
        let channel = self.key(channel);
        let heard = self.listen(&channel).await;
        let heard = heard.map_err(|error| unavailable(&error))?;
        let (sender, receiver) = broadcast::channel(BACKLOG);
        tokio::spawn(follow(self.clone(), channel, heard, sender, place));
        let notices = futures::stream::unfold(receiver, |mut receiver| async move {
            match receiver.recv().await {
                Ok(notice) => Some((notice, receiver)),
                Err(broadcast::error::RecvError::Lagged(_)) => Some((Notice::Missed, receiver)),
                Err(broadcast::error::RecvError::Closed) => None,
            }
        });
        Ok(notices.boxed())
    }
}

/// Passes messages on as long as somebody listens, over as many connections as
/// that takes.
async fn follow(
    hot: RedisHot,
    channel: String,
    mut heard: PubSub,
    sender: broadcast::Sender<Notice>,
    _place: OwnedSemaphorePermit,
) {
    loop {
        {
            let mut messages = heard.on_message();
            loop {
                tokio::select! {
                    () = sender.closed() => return,
                    message = messages.next() => match message {
                        Some(message) => {
                            let message = Bytes::copy_from_slice(message.get_payload_bytes());
                            if sender.send(Notice::Message(message)).is_err() {
                                return;
                            }
                        }
                        None => break,
                    },
                }
            }
        }
        heard = loop {
            tokio::select! {
                () = sender.closed() => return,
                () = tokio::time::sleep(AGAIN) => {}
            }
            match hot.listen(&channel).await {
                Ok(heard) => break heard,
                Err(error) => tracing::debug!(%error, "a subscription is broken"),
            }
        };
        // Whatever was told in between.
        if sender.send(Notice::Missed).is_err() {
            return;
        }
    }
}
