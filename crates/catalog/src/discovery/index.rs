//! Keeping the index: filled at start, followed at once where this node makes
//! the change, within seconds where another does, and made anew on request.

mod follow;
mod rebuild;
mod write;

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use matinee_engines::time::now_micros;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::document::{self, TITLES};
use super::speech::{self, PASSAGES};
use super::store::removed_videos;
use super::{Discovery, DiscoveryResult};

pub(crate) use follow::note_removed;
pub use rebuild::RebuildState;

/// Changes that come together are indexed together.
const GATHER: Duration = Duration::from_millis(150);
/// How often this node looks at what others have changed.
const LOOK: Duration = Duration::from_secs(3);
/// The most changes that wait; beyond that the database is asked.
const WAITING: usize = 10_000;
/// How often an index that seems to lack something is counted again before it is made anew.
const COUNTED: usize = 3;
/// Videos read at once.
const BATCH: usize = 400;
/// Looking back overlaps by this, in microseconds: clocks of nodes differ, and
/// transactions commit later than they take their instants.
const OVERLAP: i64 = 60_000_000;
/// How long what has left the library is remembered, in microseconds.
const REMEMBERED: i64 = 14 * 24 * 3_600_000_000;

/// What the indexer knows between two looks.
struct Follower {
    /// Ids that wait, and whether they are gone.
    waiting: BTreeMap<String, bool>,
    since: Option<Instant>,
    /// Everything changed before this is indexed: UTC microseconds.
    seen: i64,
    /// What was indexed within the overlap, so that it is not indexed at each look.
    fresh: HashSet<(String, i64)>,
    /// The last request to rebuild that this node has answered.
    answered: i64,
}

impl Discovery {
    /// Opens the indexes; tells whether they have to be filled.
    async fn open(&self) -> DiscoveryResult<bool> {
        let search = &self.inner.search;
        let titles = search.open(TITLES, document::schema()).await?;
        let passages = search.open(PASSAGES, speech::schema()).await?;
        Ok(titles || passages)
    }

    pub(super) async fn opened(&self) -> DiscoveryResult<()> {
        let open = async || self.open().await.map(|_| ());
        self.inner.ready.get_or_try_init(open).await?;
        Ok(())
    }

    /// Keeps the index until `stop`: fills it if it has to be filled, and
    /// follows the library. Every node that serves runs one.
    pub async fn run(&self, stop: CancellationToken) {
        // Before anything is read, so that nothing that happens then is missed.
        let mut changes = self.inner.catalog.changes();
        let mut follower = loop {
            match self.begin(&stop).await {
                Ok(follower) => break follower,
                Err(error) => {
                    tracing::error!(%error, "the search index could not be brought up to date; trying again");
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        };
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut deaf = false;
        loop {
            let due = follower.since.map(|since| since + GATHER);
            tokio::select! {
                () = stop.cancelled() => break,
                change = changes.recv(), if !deaf => match change {
                    Ok(change) => follower.note(change.video_id, change.deleted),
                    // The next look finds in the database what was missed here.
                    Err(RecvError::Lagged(_)) => looks.reset_immediately(),
                    Err(RecvError::Closed) => deaf = true,
                },
                () = tokio::time::sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                    self.flush(&mut follower).await;
                }
                _ = looks.tick() => self.look(&mut follower, &stop).await,
            }
        }
        self.flush(&mut follower).await;
    }

    /// Fills or completes the index.
    async fn begin(&self, stop: &CancellationToken) -> DiscoveryResult<Follower> {
        let inner = &self.inner;
        let begun = now_micros();
        let empty = self.open().await?;
        let _ = inner.ready.set(());
        let request = inner.request().await?;
        let built = inner.built().await;
        let answered = request.as_ref().map_or(0, |r| r.requested_at);
        let mut follower = Follower {
            waiting: BTreeMap::new(),
            since: None,
            seen: begun,
            fresh: HashSet::new(),
            answered,
        };
        let asked = built.is_none_or(|built| built < answered);
        if let Some(built) = built.filter(|_| !empty && !asked) {
            // What came or changed since is taken in, so the index lacks nothing; it then holds
            // too much only if it is greater than the library, as when what left it is no longer
            // remembered.
            follower.seen = inner.latest().await?.unwrap_or(0).max(built);
            // What is added or removed while it is counted is no reason to begin anew.
            for _ in 0..COUNTED {
                inner.catch_up(&mut follower).await?;
                if inner.complete().await? {
                    return Ok(follower);
                }
            }
        }
        self.rebuild(stop).await?;
        follower.seen = begun;
        Ok(follower)
    }

    async fn flush(&self, follower: &mut Follower) {
        follower.since = None;
        let waiting = std::mem::take(&mut follower.waiting);
        let ids: Vec<String> = waiting.into_keys().collect();
        for ids in ids.chunks(BATCH) {
            if let Err(error) = self.inner.index(ids).await {
                tracing::warn!(%error, "changes could not be indexed; trying again");
                for id in ids {
                    follower.note(id.clone(), false);
                }
                tokio::time::sleep(Duration::from_millis(500)).await;
                return;
            }
        }
    }

    async fn look(&self, follower: &mut Follower, stop: &CancellationToken) {
        if let Err(error) = self.inner.catch_up(follower).await {
            tracing::warn!(%error, "the search index is behind; trying again");
        }
        match self.inner.request().await {
            Ok(Some(request)) if request.requested_at > follower.answered => {
                follower.answered = request.requested_at;
                if let Err(error) = self.rebuild(stop).await {
                    tracing::error!(%error, "the search index could not be made anew");
                }
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the search index is behind; trying again"),
        }
    }

    /// Forgets what left the library long ago.
    pub async fn collect_removed(&self) -> DiscoveryResult<u64> {
        let done = removed_videos::Entity::delete_many()
            .filter(removed_videos::Column::RemovedAt.lt(now_micros() - REMEMBERED))
            .exec(self.inner.catalog.db().write())
            .await?;
        Ok(done.rows_affected)
    }
}

impl Follower {
    fn note(&mut self, id: String, deleted: bool) {
        if self.waiting.len() >= WAITING {
            // It is in the database, where the next look finds it.
            return;
        }
        self.since.get_or_insert_with(Instant::now);
        self.waiting.insert(id, deleted);
    }
}
