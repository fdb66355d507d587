//! Making the index anew, beside the one that is searched.

use std::time::{Duration, Instant};

use matinee_engines::search::{BATCH_MAX, Document};
use matinee_engines::time::now_micros;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio_util::sync::CancellationToken;

use super::super::document::{TITLES, document};
use super::super::speech::{self, PASSAGES};
use super::super::store::search_rebuilds;
use super::super::{Discovery, DiscoveryResult, Inner};
use crate::Video;
use crate::store::videos;

/// A rebuild that another node took is thought lost after this silence, in
/// microseconds.
const SILENT: i64 = 120_000_000;
/// How often it is told how far a rebuild is.
const TOLD: Duration = Duration::from_secs(2);

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

impl RebuildState {
    /// Whether a node is at it.
    pub fn is_running(&self) -> bool {
        self.finished_at.is_none()
            && self
                .started_at
                .is_some_and(|at| at > now_micros() - 30 * SILENT)
    }
}

impl Discovery {
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
    /// Yields how many documents it holds; none if it was given up because of
    /// `stop`.
    pub async fn rebuild(&self, stop: &CancellationToken) -> DiscoveryResult<Option<u64>> {
        self.opened().await?;
        let (started, begun) = (now_micros(), Instant::now());
        self.inner.report(Some(started), None, 0, None).await?;
        let outcome = self.inner.refill(stop, started).await;
        match &outcome {
            Ok(Some(documents)) => {
                let count = i64::try_from(*documents).unwrap_or(i64::MAX);
                let ended = now_micros();
                self.inner.remember_built(started).await?;
                self.inner.forget_rows();
                self.inner
                    .report(Some(started), Some(ended), count, None)
                    .await?;
                let seconds = begun.elapsed().as_secs_f64();
                let rate = (*documents as f64 / seconds.max(0.001)).round();
                tracing::info!(
                    documents,
                    seconds,
                    rate,
                    "the search index has been made anew"
                );
            }
            // Whoever starts next takes the request on again.
            Ok(None) => self.inner.report(None, None, 0, None).await?,
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
}

impl Inner {
    pub(super) async fn request(&self) -> DiscoveryResult<Option<search_rebuilds::Model>> {
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
    pub(super) async fn built(&self) -> Option<i64> {
        let text = tokio::fs::read_to_string(self.folder.join("built")).await;
        text.ok()?.trim().parse().ok()
    }

    async fn remember_built(&self, at: i64) -> DiscoveryResult<()> {
        tokio::fs::create_dir_all(&self.folder).await?;
        Ok(tokio::fs::write(self.folder.join("built"), at.to_string()).await?)
    }

    /// Fills new indexes from the database and puts them in place.
    async fn refill(&self, stop: &CancellationToken, started: i64) -> DiscoveryResult<Option<u64>> {
        let mut titles = self.search.rebuild(TITLES).await?;
        let mut passages = self.search.rebuild(PASSAGES).await?;
        let mut told = Instant::now();
        let mut count: u64 = 0;
        let mut batch = self.batch(None).await?;
        while let Some((last, documents, spoken)) = batch {
            if stop.is_cancelled() {
                return Ok(None);
            }
            count += documents.len() as u64;
            let put = async {
                titles.put(documents).await?;
                let mut spoken = spoken.into_iter();
                loop {
                    let some: Vec<_> = spoken.by_ref().take(BATCH_MAX).collect();
                    if some.is_empty() {
                        return DiscoveryResult::Ok(());
                    }
                    passages.put(some).await?;
                }
            };
            // The database reads the next while the engine takes these in.
            let (put, next) = tokio::join!(put, self.batch(Some(&last)));
            put?;
            batch = next?;
            if told.elapsed() >= TOLD {
                told = Instant::now();
                let so_far = i64::try_from(count).unwrap_or(i64::MAX);
                self.report(Some(started), None, so_far, None).await?;
            }
        }
        titles.finish().await?;
        passages.finish().await?;
        Ok(Some(count))
    }

    /// The documents of the titles that follow this id: the last one's id,
    /// theirs, and those of what is said in them.
    async fn batch(
        &self,
        after: Option<&str>,
    ) -> DiscoveryResult<Option<(String, Vec<Document>, Vec<Document>)>> {
        let rows = videos::Entity::find()
            .filter(videos::Column::Id.gt(after.unwrap_or_default()))
            .order_by_asc(videos::Column::Id)
            .limit(BATCH_MAX as u64)
            .all(self.catalog.db().read())
            .await?;
        let Some(last) = rows.last().map(|row| row.id.clone()) else {
            return Ok(None);
        };
        let present: Vec<&Video> = rows.iter().collect();
        let mut material = self.material(&present).await?;
        let passages = std::mem::take(&mut material.passages);
        let make = move || {
            let documents = rows
                .iter()
                .map(|video| {
                    document(
                        video,
                        &material.extras.remove(&video.id).unwrap_or_default(),
                    )
                })
                .collect();
            let spoken = passages
                .iter()
                .flat_map(|(track, passages)| speech::documents(track, passages))
                .collect();
            (last, documents, spoken)
        };
        let made = tokio::task::spawn_blocking(make).await;
        Ok(Some(made.map_err(std::io::Error::other)?))
    }
}
