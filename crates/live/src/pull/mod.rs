//! Streams that are made of what other servers broadcast: pulled by HLS, RTMP, RTSP or SRT,
//! and put in
//! as if an encoder had sent it.
//!
//! A source is a row; while it is active, one node has a claim to it that it renews, and pulls.
//! What is lost is reached again, with growing pauses. Nothing is encoded.
//!
//! Addresses are named by people: only those are reached that [`Dialer`] and [`Outbound`] permit.
//! They are sealed where they are kept, since some open what is not for everybody.

mod address;
mod gauge;
mod hls;
mod intake;
mod order;
mod rtmp;
mod rtsp;
mod srt;
mod state;
mod store;

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use matinee_engines::db::Db;
use matinee_engines::id::Id;
use matinee_engines::outbound::{Dialer, Outbound};
use matinee_engines::time::now_micros;
use matinee_identity::Seal;
use parking_lot::Mutex;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel,
    QueryFilter, QuerySelect,
};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

pub use address::SOURCE_URL_MAX;
pub use state::{SourceState, SourceStatus};
pub use store::Model as Source;
pub(crate) use store::Tables;

use address::{Address, Way};
use intake::Intake;
use state::Progress;
use store::{Column, Entity};

use crate::again::{Stop, WELL, discreet, pause};
use crate::broadcast::Broadcasts;
use crate::desk::Refused;
use crate::streams::Streams;
use crate::{LiveError, Result};

/// How often it is looked what is to be pulled.
const LOOK: Duration = Duration::from_secs(5);
/// How long a claim is good for.
const CLAIM: Duration = Duration::from_secs(20);
/// The most sources that are pulled here.
const AT_ONCE: u64 = 200;
/// How long sources have to be let go when the server stops.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// What pulling is done with.
pub struct PullDeps {
    /// Where sources are kept.
    pub db: Db,
    /// What keeps their addresses.
    pub seal: Seal,
    /// What finds them.
    pub dialer: Dialer,
    /// What fetches playlists and segments.
    pub outbound: Outbound,
    /// Where it is put.
    pub broadcasts: Arc<Broadcasts>,
    /// Whose keys open that.
    pub streams: Streams,
}

/// What a source is reached by.
#[derive(Clone)]
struct Means {
    dialer: Dialer,
    outbound: Outbound,
}

/// All sources of all streams. A clone is the same.
#[derive(Clone)]
pub struct Pull(Arc<Inner>);

struct Inner {
    db: Db,
    seal: Seal,
    means: Means,
    broadcasts: Arc<Broadcasts>,
    streams: Streams,
    progress: Mutex<HashMap<String, Arc<Progress>>>,
    changed: Notify,
    /// This node, in claims.
    node: String,
}

struct UnderWay {
    updated_at: i64,
    stop: CancellationToken,
}

impl Pull {
    /// Pulls what is to be pulled, once it [runs](Self::run).
    pub fn new(deps: PullDeps) -> Self {
        Self(Arc::new(Inner {
            db: deps.db,
            seal: deps.seal,
            means: Means {
                dialer: deps.dialer,
                outbound: deps.outbound,
            },
            broadcasts: deps.broadcasts,
            streams: deps.streams,
            progress: Mutex::default(),
            changed: Notify::new(),
            node: Id::new("node").to_string(),
        }))
    }

    fn db(&self) -> &Db {
        &self.0.db
    }

    /// The source of a stream.
    pub async fn get(&self, stream_id: &str) -> Result<Source> {
        let found = Entity::find_by_id(stream_id).one(self.db().read()).await?;
        found.ok_or(LiveError::NotFound("source"))
    }

    /// How it goes with the source of a stream at this moment, on this node.
    pub fn status(&self, source: &Source) -> SourceStatus {
        let progress = self.0.progress.lock().get(&source.stream_id).cloned();
        let status = progress.map(|progress| progress.status());
        status.unwrap_or_default()
    }

    fn read(&self, url: &str) -> Result<Address> {
        Address::read(url, &self.0.means.dialer, &self.0.means.outbound)
    }

    /// Gives a stream this source, in the place of the one before. It is pulled when it is
    /// started; one that is being pulled is pulled from there.
    ///
    /// Errors: [`LiveError::Catalog`] naming the field.
    pub async fn set(&self, stream_id: &str, url: &str) -> Result<Source> {
        let address = self.read(url)?;
        let sealed = self.0.seal.seal(stream_id, address.url.as_str().as_bytes());
        let now = now_micros();
        let tx = self.db().begin().await?;
        let before = Entity::find_by_id(stream_id).one(&tx).await?;
        let source = if let Some(before) = before {
            let updated_at = now.max(before.updated_at + 1);
            let mut row = before.into_active_model();
            row.url = Set(sealed);
            row.shown = Set(address.shown());
            row.updated_at = Set(updated_at);
            row.update(&tx).await?
        } else {
            let row = store::ActiveModel {
                stream_id: Set(stream_id.to_owned()),
                url: Set(sealed),
                shown: Set(address.shown()),
                active: Set(false),
                claimed_by: Set(None),
                claimed_until: Set(0),
                updated_at: Set(now),
            };
            row.insert(&tx).await?
        };
        tx.commit().await?;
        self.0.changed.notify_one();
        Ok(source)
    }

    /// Pulls the source of a stream from now on, or no more. Starting one that has failed tries
    /// it again.
    pub async fn set_active(&self, stream_id: &str, active: bool) -> Result<Source> {
        let tx = self.db().begin().await?;
        let before = Entity::find_by_id(stream_id)
            .one(&tx)
            .await?
            .ok_or(LiveError::NotFound("source"))?;
        let updated_at = now_micros().max(before.updated_at + 1);
        let unchanged = before.active == active;
        let failed = self.status(&before).state == SourceState::Failed;
        let mut row = before.clone().into_active_model();
        row.active = Set(active);
        if !unchanged || failed {
            row.updated_at = Set(updated_at);
        }
        let source = row.update(&tx).await?;
        tx.commit().await?;
        self.0.changed.notify_one();
        Ok(source)
    }

    /// Takes the source of a stream away. It is pulled no more.
    pub async fn delete(&self, stream_id: &str) -> Result<()> {
        let deleted = Entity::delete_by_id(stream_id)
            .exec(self.db().write())
            .await?;
        if deleted.rows_affected == 0 {
            return Err(LiveError::NotFound("source"));
        }
        self.0.changed.notify_one();
        Ok(())
    }

    /// Pulls what is to be pulled, until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut lines: HashMap<String, UnderWay> = HashMap::new();
        let mut tasks = JoinSet::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.0.changed.notified() => {}
                Some(_) = tasks.join_next() => continue,
                _ = ticks.tick() => {}
            }
            match self.wanted().await {
                Ok(wanted) => self.settle(wanted, &mut lines, &mut tasks),
                Err(error) => tracing::warn!(%error, "sources of streams cannot be read"),
            }
        }
        for line in lines.values() {
            line.stop.cancel();
        }
        let done = async { while tasks.join_next().await.is_some() {} };
        if timeout(LAST_WORDS, done).await.is_err() {
            tracing::warn!("a source was not let go in time");
        }
        // Another node may go on at once.
        let released = Entity::update_many()
            .col_expr(Column::ClaimedUntil, Expr::value(0_i64))
            .filter(Column::ClaimedBy.eq(self.0.node.as_str()))
            .exec(self.db().write());
        if let Err(error) = released.await {
            tracing::warn!(%error, "claims to sources were not given back");
        }
    }

    /// The sources that are this node's to pull: their claims are renewed, or taken.
    async fn wanted(&self) -> Result<Vec<Source>> {
        let mine = || Column::ClaimedBy.eq(self.0.node.as_str());
        let now = now_micros();
        let free = Condition::any()
            .add(mine())
            .add(Column::ClaimedUntil.lt(now));
        let active = Entity::find()
            .filter(Column::Active.eq(true))
            .filter(free.clone())
            .limit(AT_ONCE)
            .all(self.db().read())
            .await?;
        if active.is_empty() {
            return Ok(active);
        }
        let until = now + i64::try_from(CLAIM.as_micros()).unwrap_or(0);
        let ids: Vec<&str> = active.iter().map(|row| row.stream_id.as_str()).collect();
        // Where two want the same, the row is one's when the other comes to it.
        Entity::update_many()
            .col_expr(Column::ClaimedBy, Expr::value(self.0.node.as_str()))
            .col_expr(Column::ClaimedUntil, Expr::value(until))
            .filter(Column::StreamId.is_in(ids.iter().copied()))
            .filter(Column::Active.eq(true))
            .filter(free)
            .exec(self.db().write())
            .await?;
        Ok(Entity::find()
            .filter(Column::StreamId.is_in(ids))
            .filter(Column::Active.eq(true))
            .filter(mine())
            .all(self.db().read())
            .await?)
    }

    /// Begins what is to be pulled, and ends what is not.
    fn settle(
        &self,
        wanted: Vec<Source>,
        lines: &mut HashMap<String, UnderWay>,
        tasks: &mut JoinSet<()>,
    ) {
        lines.retain(|id, line| {
            let kept = wanted
                .iter()
                .any(|source| source.stream_id == *id && source.updated_at == line.updated_at);
            if !kept {
                line.stop.cancel();
            }
            kept
        });
        for source in wanted {
            if lines.contains_key(&source.stream_id) {
                continue;
            }
            let stop = CancellationToken::new();
            let under_way = UnderWay {
                updated_at: source.updated_at,
                stop: stop.clone(),
            };
            lines.insert(source.stream_id.clone(), under_way);
            let progress = Arc::new(Progress::default());
            self.0
                .progress
                .lock()
                .insert(source.stream_id.clone(), progress.clone());
            let pull = self.clone();
            tasks.spawn(async move {
                pull.follow(&source, &progress, &stop).await;
                pull.forget(&source.stream_id, &progress);
            });
        }
    }

    /// Nothing is pulled for a stream any more, unless it is begun anew already.
    fn forget(&self, stream_id: &str, progress: &Arc<Progress>) {
        let mut all = self.0.progress.lock();
        if all
            .get(stream_id)
            .is_some_and(|now| Arc::ptr_eq(now, progress))
        {
            all.remove(stream_id);
        }
    }

    /// Pulls a source until it is not wanted any more.
    async fn follow(&self, source: &Source, progress: &Arc<Progress>, stop: &CancellationToken) {
        let opened = self.0.seal.open(&source.stream_id, &source.url);
        let opened = opened.and_then(|url| String::from_utf8(url).ok());
        let address = match opened.map(|url| self.read(&url)) {
            Some(Ok(address)) => address,
            Some(Err(error)) => return Self::give_up(progress, stop, error.to_string(), 1).await,
            None => {
                let why = "its address cannot be read any more: give it again".to_owned();
                return Self::give_up(progress, stop, why, 1).await;
            }
        };
        let mut attempts = 0;
        while !stop.is_cancelled() {
            progress.set(SourceState::Connecting, None);
            let began = Instant::now();
            let ended = match self.pull(source, &address, progress, stop).await {
                Ok(()) if stop.is_cancelled() => return,
                Ok(()) => Stop::Again("the source has ended".to_owned()),
                Err(ended) => ended,
            };
            if stop.is_cancelled() {
                return;
            }
            let why = discreet(&ended.to_string(), address.url.query());
            let why = discreet(&why, address.url.password());
            tracing::info!(stream = source.stream_id, why, "a source was lost");
            attempts = if began.elapsed() >= WELL {
                1
            } else {
                attempts + 1
            };
            if let Stop::Never(_) = ended {
                return Self::give_up(progress, stop, why, attempts).await;
            }
            let pause = pause(attempts);
            progress.wait(why, attempts, pause);
            let _ = timeout(pause, stop.cancelled()).await;
        }
    }

    /// Until somebody starts it anew.
    async fn give_up(progress: &Progress, stop: &CancellationToken, why: String, attempts: u32) {
        progress.fail(why, attempts);
        stop.cancelled().await;
    }

    /// Pulls a source once.
    async fn pull(
        &self,
        source: &Source,
        address: &Address,
        progress: &Arc<Progress>,
        stop: &CancellationToken,
    ) -> Result<(), Stop> {
        let stream = self.0.streams.get(&source.stream_id).await?;
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let broadcasts = &self.0.broadcasts;
        let admitted = broadcasts.admit(&stream.stream_key, here).await;
        let admitted = admitted.map_err(|refused| match refused {
            Refused::Busy => Stop::Again(refused.to_string()),
            refused => Stop::Never(refused.to_string()),
        })?;
        let protocol = address.way.name();
        let broadcasts = self.0.broadcasts.clone();
        let mut intake = Intake::new(broadcasts, admitted, protocol, progress.clone());
        let means = &self.0.means;
        let outcome = {
            let pulling = async {
                match address.way {
                    Way::Hls => hls::pull(address, means, &mut intake).await,
                    Way::Rtmp => rtmp::pull(address, means, &mut intake).await,
                    Way::Rtsp => rtsp::pull(address, means, &mut intake).await,
                    Way::Srt => srt::pull(address, means, &mut intake).await,
                }
            };
            tokio::select! {
                outcome = pulling => Some(outcome),
                () = stop.cancelled() => None,
            }
        };
        match outcome {
            // It is not wanted any more, or it has ended by itself.
            None => intake.end().await,
            Some(Ok(())) => {
                intake.end().await;
                return Ok(());
            }
            Some(Err(stop)) => {
                intake.vanish().await;
                return Err(stop);
            }
        }
        Ok(())
    }
}

/// Forgets a stream's source: whoever gave its address is gone.
pub(crate) async fn forget(db: &Db, stream_id: &str) -> Result<()> {
    Entity::delete_by_id(stream_id).exec(db.write()).await?;
    Ok(())
}
