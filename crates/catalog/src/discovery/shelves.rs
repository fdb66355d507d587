//! Lists of titles that many pages share, kept ready.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use super::cards::Card;
use super::query::{Narrow, Order, Query};
use super::store::trending_videos;
use super::{Discovery, DiscoveryResult, Inner, Seer};
use crate::Audience;
use crate::store::videos;

/// Titles that are kept ready for a row: more than it shows, because some may
/// not be for everybody.
pub(super) const READY: usize = 60;
/// Where it is kept whether any title asks from where somebody comes.
const PLACES: &str = "places";

impl Inner {
    /// Something that rows are made of has changed.
    pub(super) fn forget_rows(&self) {
        self.lists.fetch_add(1, Ordering::AcqRel);
        self.rows.invalidate_all();
        self.version.fetch_add(1, Ordering::AcqRel);
    }

    /// Recommendations have been worked out anew.
    pub(super) fn forget_personal(&self) {
        self.neighbours.invalidate_all();
        self.version.fetch_add(1, Ordering::AcqRel);
    }

    /// This title has changed.
    pub(super) fn forget_card(&self, id: &str) {
        self.changes.fetch_add(1, Ordering::AcqRel);
        self.cards.invalidate(id);
        // It may be the first that asks from where somebody comes.
        self.rows.invalidate(PLACES);
        self.version.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn lists(&self) -> u64 {
        self.lists.load(Ordering::Acquire)
    }

    pub(super) fn changed(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }
}

impl Discovery {
    /// Changes whenever a home page may have changed: what was made of one may
    /// be kept as long as this stays.
    pub fn version(&self) -> u64 {
        self.inner.version.load(Ordering::Acquire)
    }

    /// The same for everybody who sees the same titles now: what was made for
    /// one may be shown to the other, until [`HomePage::good_until`].
    pub async fn key_of(&self, seer: &Seer) -> DiscoveryResult<String> {
        use videos::Column as C;
        let places = if let Some(kept) = self.inner.rows.get(PLACES) {
            !kept.is_empty()
        } else {
            // Not the index: it knows of a rule a moment after it holds.
            let before = (self.inner.lists(), self.inner.changed());
            let ruled: Vec<String> = videos::Entity::find()
                .select_only()
                .column(C::Id)
                .filter(
                    Condition::any()
                        .add(C::AccessRegions.is_not_null())
                        .add(C::AccessNetworks.is_not_null()),
                )
                .limit(1)
                .into_tuple()
                .all(self.inner.catalog.db().read())
                .await?;
            if before.1 == self.inner.changed() {
                self.keep_row(PLACES.to_owned(), &ruled, before.0);
            }
            !ruled.is_empty()
        };
        Ok(seer.key(places))
    }

    pub(super) fn keep_row(&self, key: String, ids: &[String], before: u64) {
        // What was read before a change must not be kept after it.
        if self.inner.lists() == before {
            self.inner.rows.insert(key, Arc::new(ids.to_vec()));
        }
    }

    /// Titles of a sort, kept ready.
    pub(super) async fn shelf(
        &self,
        seer: &Seer,
        narrow: Narrow,
        order: Order,
        size: usize,
    ) -> DiscoveryResult<Vec<Arc<Card>>> {
        let key = format!("{}|{narrow:?}|{order:?}", self.key_of(seer).await?);
        let ids = if let Some(kept) = self.inner.rows.get(&key) {
            kept
        } else {
            let before = self.inner.lists();
            let query = Query {
                narrow: narrow.by("playable", vec!["true".to_owned()]),
                order,
                limit: READY,
                ..Query::default()
            };
            let found = self.search(seer, &query).await?.found;
            let ids: Vec<String> = found.into_iter().map(|f| f.video.id).collect();
            self.keep_row(key, &ids, before);
            Arc::new(ids)
        };
        self.in_order(seer, &ids, size).await
    }

    /// What a query finds, as rows show it.
    pub async fn listed(&self, seer: &Seer, query: &Query) -> DiscoveryResult<Vec<Arc<Card>>> {
        let found = self.search(seer, query).await?.found;
        let ids: Vec<String> = found.into_iter().map(|f| f.video.id).collect();
        self.in_order(seer, &ids, ids.len()).await
    }

    /// How many titles anybody may come upon and watch.
    pub async fn count_listed(&self) -> DiscoveryResult<u64> {
        let count = public().count(self.inner.catalog.db().read()).await?;
        Ok(count)
    }

    /// The ids of such titles and when they changed last, in the order of their
    /// coming: at most `limit` after `offset`.
    pub async fn listed_ids(&self, offset: u64, limit: u64) -> DiscoveryResult<Vec<(String, i64)>> {
        Ok(public()
            .select_only()
            .column(videos::Column::Id)
            .column(videos::Column::UpdatedAt)
            .order_by_asc(videos::Column::Id)
            .offset(offset)
            .limit(limit)
            .into_tuple()
            .all(self.inner.catalog.db().read())
            .await?)
    }

    pub(super) async fn in_order(
        &self,
        seer: &Seer,
        ids: &[String],
        size: usize,
    ) -> DiscoveryResult<Vec<Arc<Card>>> {
        let mut cards = self.visible(seer, ids).await?;
        Ok(ids
            .iter()
            .filter_map(|id| cards.remove(id))
            .take(size)
            .collect())
    }

    /// What many people watch just now.
    pub(super) async fn trending(
        &self,
        seer: &Seer,
        size: usize,
    ) -> DiscoveryResult<Vec<Arc<Card>>> {
        let key = "trending".to_owned();
        let ids = if let Some(kept) = self.inner.rows.get(&key) {
            kept
        } else {
            let before = self.inner.lists();
            let ids: Vec<String> = trending_videos::Entity::find()
                .select_only()
                .column(trending_videos::Column::VideoId)
                .order_by_desc(trending_videos::Column::Score)
                .limit(200)
                .into_tuple()
                .all(self.inner.catalog.db().read())
                .await?;
            self.keep_row(key, &ids, before);
            Arc::new(ids)
        };
        self.in_order(seer, &ids, size).await
    }

    /// What is watched most: just now, then at all.
    pub(super) async fn popular(
        &self,
        seer: &Seer,
        size: usize,
    ) -> DiscoveryResult<Vec<Arc<Card>>> {
        let mut cards = self.trending(seer, size).await?;
        if cards.len() < size {
            let more = self
                .shelf(seer, Narrow::default(), Order::Popular, READY)
                .await?;
            for card in more {
                if cards.len() >= size {
                    break;
                }
                if !cards.iter().any(|c| c.video.id == card.video.id) {
                    cards.push(card);
                }
            }
        }
        Ok(cards)
    }
}

fn public() -> Select<videos::Entity> {
    videos::Entity::find()
        .filter(Audience::anybody().condition())
        .filter(videos::Column::IsProcessed.eq(true))
}
