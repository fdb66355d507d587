//! Broadcasts that are sent on to other servers as they come in, by RTMP, RTMPS or SRT.
//!
//! A target is a row; while its stream is on the air here and it is active, a line sends to it.
//! Each line listens to the broadcast by itself ([`Tap`](crate::broadcast::Tap)): one that does
//! not keep up misses frames until the next keyframe, and nobody else notices. What is lost is
//! reached again, with growing pauses. Nothing is encoded.
//!
//! Addresses are named by people: only those are reached that [`Dialer`] permits. Keys are
//! sealed where they are kept, and neither shown nor logged.

mod address;
mod clock;
mod line;
mod rtmp;
mod srt;
mod state;
mod store;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use matinee_engines::db::Db;
use matinee_engines::id::Id;
use matinee_engines::outbound::Dialer;
use matinee_engines::time::now_micros;
use matinee_identity::Seal;
use parking_lot::Mutex;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_rustls::rustls::ClientConfig;
use tokio_util::sync::CancellationToken;

pub use address::{TARGET_KEY_MAX, TARGET_URL_MAX};
pub use state::{TargetState, TargetStatus};
pub use store::Model as Target;
pub(crate) use store::Tables;

use address::{Address, hint, with_key};
use line::Line;
use state::Progress;
use store::{Column, Entity};

use crate::broadcast::{Broadcast, Broadcasts};
use crate::{LiveError, Result};

/// The most targets of a stream.
pub const TARGETS_MAX: u64 = 10;
/// The longest name, in characters.
pub const TARGET_NAME_MAX: usize = 100;
/// How often it is looked what is on the air.
const LOOK: Duration = Duration::from_secs(1);
/// Every so many looks the rows are read again: another node may have changed them.
const READ_EVERY: u32 = 5;
/// How long targets have to hear the last of it when the server stops.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// What sending is done with.
pub struct RestreamDeps {
    /// Where targets are kept.
    pub db: Db,
    /// What keeps their keys.
    pub seal: Seal,
    /// What finds them.
    pub dialer: Dialer,
    /// What certificates are believed.
    pub tls: Arc<ClientConfig>,
    /// What is sent.
    pub broadcasts: Arc<Broadcasts>,
}

/// What a line reaches its target by.
#[derive(Clone)]
struct Means {
    dialer: Dialer,
    tls: Arc<ClientConfig>,
}

/// A target about to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewTarget {
    /// What people call it.
    pub name: String,
    /// `rtmp://…`, `rtmps://…` or `srt://…`
    pub url: String,
    /// The key there, unless it is in the address.
    pub key: Option<String>,
    /// Whether the stream is sent there.
    pub active: bool,
}

/// A change of a target: an absent field stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetChange {
    /// What people call it.
    pub name: Option<String>,
    /// Another address. The key stays, unless there is one in it.
    pub url: Option<String>,
    /// Another key.
    pub key: Option<String>,
    /// Whether the stream is sent there.
    pub active: Option<bool>,
}

/// All targets of all streams. A clone is the same.
#[derive(Clone)]
pub struct Restream(Arc<Inner>);

struct Inner {
    db: Db,
    seal: Seal,
    means: Means,
    broadcasts: Arc<Broadcasts>,
    progress: Mutex<HashMap<String, Arc<Progress>>>,
    changed: Notify,
}

/// A line under way.
struct UnderWay {
    broadcast: Arc<Broadcast>,
    updated_at: i64,
    stop: CancellationToken,
}

impl Restream {
    /// Sends what is on the air, once it [runs](Self::run).
    pub fn new(deps: RestreamDeps) -> Self {
        Self(Arc::new(Inner {
            db: deps.db,
            seal: deps.seal,
            means: Means {
                dialer: deps.dialer,
                tls: deps.tls,
            },
            broadcasts: deps.broadcasts,
            progress: Mutex::default(),
            changed: Notify::new(),
        }))
    }

    fn db(&self) -> &Db {
        &self.0.db
    }

    /// A stream's targets, the earliest first.
    pub async fn list(&self, stream_id: &str) -> Result<Vec<Target>> {
        Ok(Entity::find()
            .filter(Column::StreamId.eq(stream_id))
            .order_by_asc(Column::Id)
            .limit(TARGETS_MAX)
            .all(self.db().read())
            .await?)
    }

    /// A target of a stream.
    pub async fn get(&self, stream_id: &str, id: &str) -> Result<Target> {
        Entity::find_by_id(id)
            .filter(Column::StreamId.eq(stream_id))
            .one(self.db().read())
            .await?
            .ok_or(LiveError::NotFound("target"))
    }

    /// How it goes with a target at this moment, on this node.
    pub fn status(&self, id: &str) -> TargetStatus {
        let progress = self.0.progress.lock().get(id).cloned();
        progress
            .map(|progress| progress.status())
            .unwrap_or_default()
    }

    /// Reads an address and a key, and judges both.
    fn checked(&self, url: &str, key: Option<&str>) -> Result<(Address, Option<String>)> {
        let (address, key) = Address::read(url, key)?;
        let permitted = self.0.means.dialer.check(&address.host());
        permitted.map_err(|error| LiveError::field("url", error.to_string()))?;
        Ok((address, key))
    }

    /// Adds a target to a stream.
    ///
    /// Errors: [`LiveError::Catalog`] naming the field, [`LiveError::Conflict`] when there are
    /// too many.
    pub async fn create(&self, stream_id: &str, new: NewTarget) -> Result<Target> {
        let name = checked_name(&new.name)?;
        let (address, key) = self.checked(&new.url, new.key.as_deref())?;
        let id = Id::new("target").to_string();
        let now = now_micros();
        let tx = self.db().begin().await?;
        let all = Entity::find().filter(Column::StreamId.eq(stream_id));
        if all.count(&tx).await? >= TARGETS_MAX {
            let reason = format!("a stream has at most {TARGETS_MAX} targets: delete one");
            return Err(LiveError::Conflict(reason));
        }
        let row = store::ActiveModel {
            key: Set(key.as_deref().map(|key| self.seal(&id, key))),
            key_hint: Set(key.as_deref().map(hint)),
            id: Set(id),
            stream_id: Set(stream_id.to_owned()),
            name: Set(name),
            url: Set(address.text().to_owned()),
            active: Set(new.active),
            created_at: Set(now),
            updated_at: Set(now),
        };
        let target = row.insert(&tx).await?;
        tx.commit().await?;
        self.0.changed.notify_one();
        Ok(target)
    }

    fn seal(&self, id: &str, key: &str) -> Vec<u8> {
        self.0.seal.seal(id, key.as_bytes())
    }

    fn key(&self, target: &Target) -> Option<String> {
        let sealed = target.key.as_ref()?;
        String::from_utf8(self.0.seal.open(&target.id, sealed)?).ok()
    }

    /// Changes a target. If its stream is on the air, it is reached anew.
    pub async fn change(&self, stream_id: &str, id: &str, change: TargetChange) -> Result<Target> {
        let tx = self.db().begin().await?;
        let before = Entity::find_by_id(id)
            .filter(Column::StreamId.eq(stream_id))
            .one(&tx)
            .await?
            .ok_or(LiveError::NotFound("target"))?;
        let mut row = before.clone().into_active_model();
        if let Some(name) = change.name {
            row.name = Set(checked_name(&name)?);
        }
        if let Some(active) = change.active {
            row.active = Set(active);
        }
        if change.url.is_some() || change.key.is_some() {
            let url = change.url.as_deref().unwrap_or(&before.url);
            let known = self.key(&before);
            let given = change.key.as_deref();
            let read = match given {
                Some(key) if change.url.is_none() => {
                    self.checked(url, Some(&with_key(known.as_deref(), key)))
                }
                Some(key) => self.checked(url, Some(key)),
                // One in the address counts more than the one that is known.
                None => match self.checked(url, None) {
                    Ok((address, None)) => Ok((address, known)),
                    Ok((_, Some(found))) if address::stream_id(&found).is_none() => {
                        self.checked(url, known.as_deref())
                    }
                    Ok(found) => Ok(found),
                    Err(_) => self.checked(url, known.as_deref()),
                },
            };
            let (address, key) = read?;
            row.url = Set(address.text().to_owned());
            row.key_hint = Set(key.as_deref().map(hint));
            row.key = Set(key.as_deref().map(|key| self.seal(id, key)));
        }
        row.updated_at = Set(now_micros().max(before.updated_at + 1));
        let target = row.update(&tx).await?;
        tx.commit().await?;
        self.0.changed.notify_one();
        Ok(target)
    }

    /// Removes a target. Nothing more is sent to it.
    pub async fn delete(&self, stream_id: &str, id: &str) -> Result<()> {
        let deleted = Entity::delete_many()
            .filter(Column::Id.eq(id))
            .filter(Column::StreamId.eq(stream_id))
            .exec(self.db().write())
            .await?;
        if deleted.rows_affected == 0 {
            return Err(LiveError::NotFound("target"));
        }
        self.0.changed.notify_one();
        Ok(())
    }

    /// Sends what is on the air to where it is to be sent, until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut lines: HashMap<String, UnderWay> = HashMap::new();
        let mut tasks = JoinSet::new();
        let (mut seen, mut looks) = (Vec::new(), 0_u32);
        loop {
            let told = tokio::select! {
                () = stop.cancelled() => break,
                () = self.0.changed.notified() => true,
                Some(_) = tasks.join_next() => continue,
                _ = ticks.tick() => false,
            };
            let on_air = self.0.broadcasts.on_air();
            let on = on_air.iter();
            let mut now: Vec<(String, i64)> = on
                .map(|on| (on.stream_id().to_owned(), on.began_at()))
                .collect();
            now.sort_unstable();
            looks = looks.wrapping_add(1);
            let read = told || now != seen || (!now.is_empty() && looks.is_multiple_of(READ_EVERY));
            if !read {
                continue;
            }
            match self.wanted(&now).await {
                Ok(wanted) => {
                    seen = now;
                    self.settle(&on_air, wanted, &mut lines, &mut tasks);
                }
                Err(error) => tracing::warn!(%error, "targets of streams cannot be read"),
            }
        }
        for line in lines.values() {
            line.stop.cancel();
        }
        let done = async { while tasks.join_next().await.is_some() {} };
        if timeout(LAST_WORDS, done).await.is_err() {
            tracing::warn!("a target did not hear the last of a broadcast in time");
        }
    }

    /// The active targets of these streams.
    async fn wanted(&self, streams: &[(String, i64)]) -> Result<Vec<Target>> {
        let mut all = Vec::new();
        for ids in streams.chunks(200) {
            let found = Entity::find()
                .filter(Column::StreamId.is_in(ids.iter().map(|(id, _)| id.as_str())))
                .filter(Column::Active.eq(true))
                .all(self.db().read());
            all.extend(found.await?);
        }
        Ok(all)
    }

    /// Begins what is to be sent, and ends what is not.
    fn settle(
        &self,
        on_air: &[Arc<Broadcast>],
        wanted: Vec<Target>,
        lines: &mut HashMap<String, UnderWay>,
        tasks: &mut JoinSet<()>,
    ) {
        let broadcast = |target: &Target| {
            let mut all = on_air.iter();
            all.find(|broadcast| broadcast.stream_id() == target.stream_id)
        };
        lines.retain(|id, line| {
            let kept = wanted.iter().any(|target| {
                target.id == *id
                    && target.updated_at == line.updated_at
                    && broadcast(target).is_some_and(|now| Arc::ptr_eq(now, &line.broadcast))
            });
            if !kept {
                line.stop.cancel();
            }
            kept
        });
        for target in wanted {
            let Some(broadcast) = broadcast(&target).filter(|_| !lines.contains_key(&target.id))
            else {
                continue;
            };
            let stop = CancellationToken::new();
            let under_way = UnderWay {
                broadcast: broadcast.clone(),
                updated_at: target.updated_at,
                stop: stop.clone(),
            };
            let progress = Arc::new(Progress::default());
            let known = self.key(&target);
            let (address, key) = match self.checked(&target.url, known.as_deref()) {
                Ok(read) if target.key.is_some() == known.is_some() => read,
                read => {
                    let why = match read {
                        Ok(_) => "its key cannot be read any more: give it again".to_owned(),
                        Err(error) => error.to_string(),
                    };
                    progress.set(TargetState::Failed, Some(why));
                    self.0.progress.lock().insert(target.id.clone(), progress);
                    lines.insert(target.id, under_way);
                    continue;
                }
            };
            self.0
                .progress
                .lock()
                .insert(target.id.clone(), progress.clone());
            let line = Line {
                target: target.id.clone(),
                address,
                key,
                broadcast: broadcast.clone(),
                means: self.0.means.clone(),
                progress: progress.clone(),
                stop,
            };
            lines.insert(target.id.clone(), under_way);
            let restream = self.clone();
            tasks.spawn(async move {
                line.run().await;
                restream.forget(&target.id, &progress);
            });
        }
        // Those that could not even be tried have no task that would.
        self.0.progress.lock().retain(|id, progress| {
            lines.contains_key(id) || progress.status().state != TargetState::Failed
        });
    }

    /// Nothing is sent to a target any more, unless it is reached anew already.
    fn forget(&self, id: &str, progress: &Arc<Progress>) {
        let mut all = self.0.progress.lock();
        if all.get(id).is_some_and(|now| Arc::ptr_eq(now, progress)) {
            all.remove(id);
        }
    }
}

/// Forgets a stream's targets: whoever gave their keys is gone.
pub(crate) async fn forget(db: &Db, stream_id: &str) -> Result<()> {
    Entity::delete_many()
        .filter(Column::StreamId.eq(stream_id))
        .exec(db.write())
        .await?;
    Ok(())
}

fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > TARGET_NAME_MAX {
        let reason = format!("must have 1 to {TARGET_NAME_MAX} characters");
        return Err(LiveError::field("name", reason));
    }
    Ok(name.to_owned())
}
