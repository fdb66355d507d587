//! Keeping the index: filled at start, followed at once where this node makes
//! the change, within seconds where another does, and made anew on request.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use matinee_engines::search::{BATCH_MAX, Filter, PAGE_MAX, SearchQuery, Sort};
use matinee_engines::time::now_micros;
use sea_orm::sea_query::{ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::document::{self, TITLES, document};
use super::speech::{self, PASSAGES};
use super::store::{removed_videos, search_rebuilds};
use super::{Discovery, DiscoveryResult, Inner};
use crate::Video;
use crate::store::{collection_items, collections, videos};

/// Changes that come together are indexed together.
const GATHER: Duration = Duration::from_millis(150);
/// How often this node looks at what others have changed.
const LOOK: Duration = Duration::from_secs(3);
/// The most changes that wait; beyond that the database is asked.
const WAITING: usize = 10_000;
/// Videos read at once.
const BATCH: usize = 400;
/// Looking back overlaps by this, in microseconds: clocks of nodes differ, and
/// transactions commit later than they take their instants.
const OVERLAP: i64 = 60_000_000;
/// How long what has left the library is remembered, in microseconds.
const REMEMBERED: i64 = 14 * 24 * 3_600_000_000;
/// A rebuild that another node took is thought lost after this silence.
const SILENT: i64 = 120_000_000;

/// How a rebuild of the index stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RebuildState {
    /// When it was asked for: UTC microseconds.
    pub requested_at: i64,
    /// When a node took it on.
    pub started_at: Option<i64>,
    /// When it ended.
    pub finished_at: Option<i64>,
    /// How many documents are in.
    pub documents: i64,
    /// Why it failed.
    pub error: Option<String>,
}

impl From<search_rebuilds::Model> for RebuildState {
    fn from(row: search_rebuilds::Model) -> Self {
        Self {
            requested_at: row.requested_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
            documents: row.documents,
            error: row.error,
        }
    }
}

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
            match self.begin().await {
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
                _ = looks.tick() => self.look(&mut follower).await,
            }
        }
        self.flush(&mut follower).await;
    }

    /// Fills or completes the index.
    async fn begin(&self) -> DiscoveryResult<Follower> {
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
        if !empty && !asked {
            let latest = inner.latest().await?.unwrap_or(0);
            if latest > begun - REMEMBERED + OVERLAP {
                follower.seen = latest;
                inner.catch_up(&mut follower).await?;
                if inner.complete().await? {
                    return Ok(follower);
                }
            }
        }
        self.rebuild(&stopless()).await?;
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

    async fn look(&self, follower: &mut Follower) {
        if let Err(error) = self.inner.catch_up(follower).await {
            tracing::warn!(%error, "the search index is behind; trying again");
        }
        match self.inner.request().await {
            Ok(Some(request)) if request.requested_at > follower.answered => {
                follower.answered = request.requested_at;
                if let Err(error) = self.rebuild(&stopless()).await {
                    tracing::error!(%error, "the search index could not be made anew");
                }
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the search index is behind; trying again"),
        }
    }

    /// Asks every node that serves to make its index anew.
    pub async fn request_rebuild(&self) -> DiscoveryResult<RebuildState> {
        use search_rebuilds::Column as C;
        let now = now_micros();
        let row = search_rebuilds::ActiveModel {
            index_name: Set(TITLES.to_owned()),
            requested_at: Set(now),
            started_at: Set(None),
            finished_at: Set(None),
            documents: Set(0),
            error: Set(None),
        };
        let replace = OnConflict::column(C::IndexName)
            .update_columns([
                C::RequestedAt,
                C::StartedAt,
                C::FinishedAt,
                C::Documents,
                C::Error,
            ])
            .to_owned();
        search_rebuilds::Entity::insert(row)
            .on_conflict(replace)
            .exec_without_returning(self.inner.catalog.db().write())
            .await?;
        Ok(RebuildState {
            requested_at: now,
            started_at: None,
            finished_at: None,
            documents: 0,
            error: None,
        })
    }

    /// How the last rebuild that was asked for stands.
    pub async fn rebuild_state(&self) -> DiscoveryResult<Option<RebuildState>> {
        Ok(self.inner.request().await?.map(Into::into))
    }

    /// Makes the index anew here and now, beside the one that is searched.
    /// Yields how many documents it holds.
    pub async fn rebuild(&self, stop: &CancellationToken) -> DiscoveryResult<u64> {
        self.opened().await?;
        let started = now_micros();
        self.inner.report(Some(started), None, 0, None).await?;
        let outcome = self.inner.refill(stop, started).await;
        match &outcome {
            Ok(documents) => {
                let documents = i64::try_from(*documents).unwrap_or(i64::MAX);
                let ended = now_micros();
                self.inner.remember_built(started).await?;
                self.inner.forget_rows();
                self.inner
                    .report(Some(started), Some(ended), documents, None)
                    .await?;
                tracing::info!(documents, "the search index has been made anew");
            }
            Err(error) => {
                let reason = error.to_string();
                let ended = Some(now_micros());
                self.inner
                    .report(Some(started), ended, 0, Some(reason))
                    .await?;
            }
        }
        outcome
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

/// A rebuild at start or on request goes on until it is done; the process's end
/// ends it.
fn stopless() -> CancellationToken {
    CancellationToken::new()
}

impl RebuildState {
    /// Whether a node is at it.
    pub fn is_running(&self) -> bool {
        self.finished_at.is_none()
            && self
                .started_at
                .is_some_and(|at| at > now_micros() - 30 * SILENT)
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

impl Inner {
    async fn request(&self) -> DiscoveryResult<Option<search_rebuilds::Model>> {
        Ok(search_rebuilds::Entity::find_by_id(TITLES)
            .one(self.catalog.db().read())
            .await?)
    }

    /// Tells how far the rebuild is, if one was asked for.
    async fn report(
        &self,
        started: Option<i64>,
        finished: Option<i64>,
        documents: i64,
        error: Option<String>,
    ) -> DiscoveryResult<()> {
        let row = search_rebuilds::ActiveModel {
            started_at: Set(started),
            finished_at: Set(finished),
            documents: Set(documents),
            error: Set(error),
            ..Default::default()
        };
        search_rebuilds::Entity::update_many()
            .set(row)
            .filter(search_rebuilds::Column::IndexName.eq(TITLES))
            .exec(self.catalog.db().write())
            .await?;
        Ok(())
    }

    /// When this node's index was begun, if it was ever filled whole.
    async fn built(&self) -> Option<i64> {
        let text = tokio::fs::read_to_string(self.folder.join("built")).await;
        text.ok()?.trim().parse().ok()
    }

    async fn remember_built(&self, at: i64) -> DiscoveryResult<()> {
        tokio::fs::create_dir_all(&self.folder).await?;
        Ok(tokio::fs::write(self.folder.join("built"), at.to_string()).await?)
    }

    /// The latest change that is indexed.
    async fn latest(&self) -> DiscoveryResult<Option<i64>> {
        let query = SearchQuery {
            sort: vec![Sort {
                field: "updated".into(),
                descending: true,
            }],
            limit: 1,
            ..SearchQuery::default()
        };
        let page = self.search.search(TITLES, query).await?;
        let hit = page.hits.first();
        Ok(hit.and_then(|hit| hit.fields.get("updated")?.as_i64()))
    }

    /// Whether the index holds as many titles as the database.
    async fn complete(&self) -> DiscoveryResult<bool> {
        let query = SearchQuery::default();
        let indexed = self.search.search(TITLES, query).await?.total;
        let there = videos::Entity::find()
            .count(self.catalog.db().read())
            .await?;
        Ok(indexed == there)
    }

    /// Indexes what has changed since the last look, on whichever node.
    async fn catch_up(&self, follower: &mut Follower) -> DiscoveryResult<()> {
        use videos::Column as C;
        let from = follower.seen - OVERLAP;
        let now = now_micros();
        let mut fresh = HashSet::new();
        let mut after = (from, String::new());
        loop {
            let rows: Vec<(String, i64)> = videos::Entity::find()
                .select_only()
                .column(C::Id)
                .column(C::UpdatedAt)
                .filter(C::UpdatedAt.gte(after.0))
                .filter(C::UpdatedAt.gt(after.0).or(C::Id.gt(after.1.clone())))
                .order_by_asc(C::UpdatedAt)
                .order_by_asc(C::Id)
                .limit(BATCH as u64)
                .into_tuple()
                .all(self.catalog.db().read())
                .await?;
            let Some((id, at)) = rows.last() else { break };
            after = (*at, id.clone());
            let ids: Vec<String> = rows
                .iter()
                .filter(|row| !follower.fresh.contains(*row))
                .map(|(id, _)| id.clone())
                .collect();
            self.index(&ids).await?;
            let whole = rows.len() < BATCH;
            fresh.extend(rows.into_iter().filter(|(_, at)| *at >= now - 2 * OVERLAP));
            if whole {
                break;
            }
        }
        let regrouped = self.regrouped(from).await?;
        let ids: Vec<String> = regrouped
            .iter()
            .filter(|row| !follower.fresh.contains(*row))
            .map(|(id, _)| id.clone())
            .collect();
        for ids in ids.chunks(BATCH) {
            self.index(ids).await?;
        }
        fresh.extend(regrouped);
        let gone: Vec<(String, i64)> = removed_videos::Entity::find()
            .select_only()
            .column(removed_videos::Column::Id)
            .column(removed_videos::Column::RemovedAt)
            .filter(removed_videos::Column::RemovedAt.gte(from))
            .into_tuple()
            .all(self.catalog.db().read())
            .await?;
        let ids: Vec<String> = gone
            .iter()
            .filter(|row| !follower.fresh.contains(*row))
            .map(|(id, _)| id.clone())
            .collect();
        for ids in ids.chunks(BATCH) {
            self.index(ids).await?;
        }
        fresh.extend(gone);
        follower.fresh = fresh;
        follower.seen = now;
        Ok(())
    }

    /// The titles that are, or were, in collections that have changed since,
    /// and when these did.
    async fn regrouped(&self, since: i64) -> DiscoveryResult<Vec<(String, i64)>> {
        let db = self.catalog.db().read();
        let changed: Vec<(String, i64)> = collections::Entity::find()
            .select_only()
            .column(collections::Column::Id)
            .column(collections::Column::UpdatedAt)
            .filter(collections::Column::UpdatedAt.gte(since))
            .order_by_asc(collections::Column::UpdatedAt)
            .limit(BATCH as u64)
            .into_tuple()
            .all(db)
            .await?;
        let mut found = Vec::new();
        for (collection, at) in changed {
            let items = collection_items::Entity::find()
                .filter(collection_items::Column::CollectionId.eq(&collection))
                .all(db)
                .await?;
            let shows = items.iter().filter_map(|item| item.show_id.clone());
            let episodes: Vec<String> = videos::Entity::find()
                .select_only()
                .column(videos::Column::Id)
                .filter(videos::Column::ShowId.is_in(shows))
                .into_tuple()
                .all(db)
                .await?;
            let mut ids: HashSet<String> = items.into_iter().filter_map(|i| i.video_id).collect();
            ids.extend(episodes);
            let was = SearchQuery {
                filter: Some(Filter::In("collection_id".into(), vec![collection])),
                limit: PAGE_MAX,
                ..SearchQuery::default()
            };
            let was = self.search.search(TITLES, was).await?.hits;
            ids.extend(was.into_iter().map(|hit| hit.id));
            found.extend(ids.into_iter().map(|id| (id, at)));
        }
        Ok(found)
    }

    /// Brings these titles in the index to what the database says.
    async fn index(&self, ids: &[String]) -> DiscoveryResult<()> {
        if ids.is_empty() {
            return Ok(());
        }
        for id in ids {
            self.forget_card(id);
        }
        let videos = self.catalog.find_many(ids).await?;
        let gone: Vec<&str> = ids
            .iter()
            .filter(|id| !videos.contains_key(*id))
            .map(String::as_str)
            .collect();
        if !gone.is_empty() {
            self.search.delete(TITLES, &gone).await?;
            self.forget_rows();
            let gone: Vec<String> = gone.into_iter().map(str::to_owned).collect();
            self.forget_passages(&gone).await?;
        }
        let present: Vec<&Video> = videos.values().collect();
        if present.is_empty() {
            return Ok(());
        }
        let material = self.material(&present).await?;
        let before = self.tracks_indexed(ids).await?;
        let documents = present
            .iter()
            .map(|video| document(video, material.extras.get(&video.id).unwrap_or(&EMPTY)));
        let documents = documents.collect();
        let respoken: Vec<String> = present
            .iter()
            .filter(|video| {
                let now = material.extras.get(&video.id).map(|e| &e.subtitles[..]);
                before.get(&video.id).map_or(&[][..], Vec::as_slice) != now.unwrap_or(&[])
            })
            .map(|video| video.id.clone())
            .collect();
        self.search.put(TITLES, documents).await?;
        self.forget_rows();
        if respoken.is_empty() {
            return Ok(());
        }
        self.forget_passages(&respoken).await?;
        let passages: Vec<_> = material
            .passages
            .iter()
            .filter(|(track, _)| respoken.contains(&track.video_id))
            .flat_map(|(track, passages)| speech::documents(track, passages))
            .collect();
        for passages in passages.chunks(BATCH_MAX) {
            self.search.put(PASSAGES, passages.to_vec()).await?;
        }
        Ok(())
    }

    /// Which text tracks the index has of these titles.
    async fn tracks_indexed(
        &self,
        ids: &[String],
    ) -> DiscoveryResult<BTreeMap<String, Vec<String>>> {
        let mut found = BTreeMap::new();
        for ids in ids.chunks(PAGE_MAX) {
            let query = SearchQuery {
                filter: Some(Filter::Ids(ids.to_vec())),
                limit: PAGE_MAX,
                ..SearchQuery::default()
            };
            for hit in self.search.search(TITLES, query).await?.hits {
                let tracks = hit.fields.get("subtitles").cloned().unwrap_or_default();
                found.insert(hit.id, serde_json::from_value(tracks).unwrap_or_default());
            }
        }
        Ok(found)
    }

    async fn forget_passages(&self, videos: &[String]) -> DiscoveryResult<()> {
        loop {
            let query = SearchQuery {
                filter: Some(Filter::In("video".into(), videos.to_vec())),
                limit: PAGE_MAX,
                ..SearchQuery::default()
            };
            let page = self.search.search(PASSAGES, query).await?;
            if page.hits.is_empty() {
                return Ok(());
            }
            let ids: Vec<&str> = page.hits.iter().map(|hit| hit.id.as_str()).collect();
            self.search.delete(PASSAGES, &ids).await?;
        }
    }

    /// Fills new indexes from the database and puts them in place.
    async fn refill(&self, stop: &CancellationToken, started: i64) -> DiscoveryResult<u64> {
        use videos::Column as C;
        let mut titles = self.search.rebuild(TITLES).await?;
        let mut passages = self.search.rebuild(PASSAGES).await?;
        let mut after = String::new();
        let mut count: u64 = 0;
        while !stop.is_cancelled() {
            let rows = videos::Entity::find()
                .filter(C::Id.gt(after.clone()))
                .order_by_asc(C::Id)
                .limit(BATCH as u64)
                .all(self.catalog.db().read())
                .await?;
            let Some(last) = rows.last() else { break };
            after.clone_from(&last.id);
            count += rows.len() as u64;
            let present: Vec<&Video> = rows.iter().collect();
            let material = self.material(&present).await?;
            let documents = present
                .iter()
                .map(|video| document(video, material.extras.get(&video.id).unwrap_or(&EMPTY)));
            titles.put(documents.collect()).await?;
            let spoken: Vec<_> = material
                .passages
                .iter()
                .flat_map(|(track, passages)| speech::documents(track, passages))
                .collect();
            for spoken in spoken.chunks(BATCH_MAX) {
                passages.put(spoken.to_vec()).await?;
            }
            let so_far = i64::try_from(count).unwrap_or(i64::MAX);
            self.report(Some(started), None, so_far, None).await?;
        }
        titles.finish().await?;
        passages.finish().await?;
        Ok(count)
    }
}

static EMPTY: std::sync::LazyLock<super::Extra> = std::sync::LazyLock::new(super::Extra::default);

/// Writes down that a video has left the library.
pub(crate) async fn note_removed(
    conn: &impl sea_orm::ConnectionTrait,
    id: &str,
) -> Result<(), sea_orm::DbErr> {
    use removed_videos::Column as C;
    let row = removed_videos::ActiveModel {
        id: Set(id.to_owned()),
        removed_at: Set(now_micros()),
    };
    removed_videos::Entity::insert(row)
        .on_conflict(
            OnConflict::column(C::Id)
                .update_column(C::RemovedAt)
                .to_owned(),
        )
        .exec_without_returning(conn)
        .await?;
    Ok(())
}
