//! The home page: what the operator chose, filled for whoever asks.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use matinee_engines::time::now_micros;
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::cards::Card;
use super::query::{Narrow, Order, Query};
use super::recommend::Why;
use super::rows::{HomeRow, RowKind};
use super::store::trending_videos;
use super::{Discovery, DiscoveryResult, Inner, Seer, Watched, seer};
use crate::Audience;
use crate::community::store::watchlist;
use crate::store::videos;

/// Titles that are kept ready for a row: more than it shows, because some may
/// not be for everybody.
const READY: usize = 60;
/// How much of somebody's history the home page looks at.
const LOOKED_THROUGH: usize = 200;
/// Rows of genres unless the operator says otherwise.
const GENRES: u32 = 4;
/// Where it is kept whether any title asks from where somebody comes.
const PLACES: &str = "places";
/// Fewer titles make no row.
const FEWEST: usize = 1;

/// The home page.
#[derive(Debug, Clone, Default)]
pub struct HomePage {
    /// What is at the top.
    pub hero: Option<Arc<Card>>,
    /// Below it; rows without titles are left out.
    pub rows: Vec<FilledRow>,
    /// When one of its titles leaves the library: UTC microseconds.
    pub good_until: Option<i64>,
}

/// A row with its titles.
#[derive(Debug, Clone)]
pub struct FilledRow {
    /// The operator's row; several of genres share one.
    pub id: String,
    /// What it shows.
    pub kind: RowKind,
    /// Its heading.
    pub title: String,
    /// The genre, kind, tag or collection.
    pub value: Option<String>,
    /// What it was drawn from.
    pub because: Option<Arc<Card>>,
    /// Its titles.
    pub items: Vec<HomeItem>,
}

/// A title in a row.
#[derive(Debug, Clone)]
pub struct HomeItem {
    /// The title.
    pub card: Arc<Card>,
    /// Where the viewer is in it.
    pub watched: Option<Watched>,
    /// Its place, from 1.
    pub rank: Option<u32>,
    /// Why it is there.
    pub why: Option<Why>,
}

impl From<Arc<Card>> for HomeItem {
    fn from(card: Arc<Card>) -> Self {
        Self {
            card,
            watched: None,
            rank: None,
            why: None,
        }
    }
}

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
        self.version.fetch_add(1, Ordering::AcqRel);
    }

    fn lists(&self) -> u64 {
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

    /// Whether nothing is known of what this viewer watched or means to watch.
    pub async fn is_unknown(&self, viewer: &str) -> DiscoveryResult<bool> {
        if !self.inner.history.recent(viewer, 1).await?.is_empty() {
            return Ok(false);
        }
        let kept = watchlist::Entity::find()
            .filter(watchlist::Column::Viewer.eq(viewer))
            .one(self.inner.catalog.db().read())
            .await?;
        Ok(kept.is_none())
    }

    /// The home page for somebody.
    pub async fn home(&self, seer: &Seer) -> DiscoveryResult<HomePage> {
        let specs = self.kept_rows().await?;
        let history = match &seer.viewer {
            Some(viewer) => self.inner.history.recent(viewer, LOOKED_THROUGH).await?,
            None => Vec::new(),
        };
        let mut page = HomePage::default();
        let mut because = 0;
        for spec in specs.iter().filter(|spec| spec.enabled) {
            match spec.kind {
                RowKind::Hero => page.hero = self.hero(seer, spec).await?,
                RowKind::Genres => page.rows.extend(self.genres(seer, spec, &history).await?),
                RowKind::BecauseYouWatched => {
                    page.rows
                        .extend(self.because_row(seer, spec, &history, because).await?);
                    because += 1;
                }
                _ => {
                    let items = self.items(seer, spec, &history).await?;
                    if items.len() >= FEWEST {
                        page.rows.push(filled(spec, None, items));
                    }
                }
            }
        }
        let all = page.rows.iter().flat_map(|row| &row.items);
        let shown = all.map(|item| &item.card).chain(&page.hero);
        let leave = shown.filter_map(|card| card.video.expires_at);
        page.good_until = leave.filter(|at| *at > seer.now()).min();
        Ok(page)
    }

    /// The operator's rows, from memory.
    async fn kept_rows(&self) -> DiscoveryResult<Arc<Vec<HomeRow>>> {
        if let Some(rows) = self.inner.specs.get(&()) {
            return Ok(rows);
        }
        let rows = Arc::new(self.home_rows().await?);
        self.inner.specs.insert((), rows.clone());
        Ok(rows)
    }

    async fn items(
        &self,
        seer: &Seer,
        spec: &HomeRow,
        history: &[Watched],
    ) -> DiscoveryResult<Vec<HomeItem>> {
        let size = spec.size as usize;
        let by = |field, order| {
            let value = spec.settings.value.clone();
            (
                Narrow::default().by(field, value.into_iter().collect()),
                order,
            )
        };
        let (narrow, order) = match spec.kind {
            RowKind::ContinueWatching => return self.begun(seer, history, size).await,
            RowKind::Watchlist => return self.kept_for_later(seer, size).await,
            RowKind::Recommended => {
                // Without a history it would repeat what is popular.
                if history.is_empty() {
                    return Ok(Vec::new());
                }
                let found = self.recommend(seer, size).await?;
                return Ok(found
                    .into_iter()
                    .map(|r| HomeItem {
                        why: Some(r.why),
                        ..r.card.into()
                    })
                    .collect());
            }
            RowKind::Trending => {
                let cards = self.trending(seer, size).await?;
                return Ok(cards.into_iter().map(Into::into).collect());
            }
            RowKind::Top10 => {
                let cards = self.popular(seer, size.min(10)).await?;
                return Ok(cards
                    .into_iter()
                    .zip(1..)
                    .map(|(card, rank)| HomeItem {
                        rank: Some(rank),
                        ..card.into()
                    })
                    .collect());
            }
            // There is nothing of the kind yet.
            RowKind::LiveNow | RowKind::ChannelsNow => return Ok(Vec::new()),
            RowKind::Genre => by("genre", Order::Popular),
            RowKind::ContentType => by("type", Order::Newest),
            RowKind::Tag => by("tag", Order::Popular),
            RowKind::Collection => by("collection", Order::Title),
            _ => (Narrow::default(), Order::Newest),
        };
        let cards = self.shelf(seer, narrow, order, size).await?;
        Ok(cards.into_iter().map(Into::into).collect())
    }

    /// What they have begun and not finished.
    async fn begun(
        &self,
        seer: &Seer,
        history: &[Watched],
        size: usize,
    ) -> DiscoveryResult<Vec<HomeItem>> {
        let begun: Vec<&Watched> = history.iter().filter(|w| !w.is_finished()).collect();
        let ids: Vec<String> = begun.iter().map(|w| w.video_id.clone()).collect();
        let mut cards = self.visible(seer, &ids).await?;
        let items = begun.into_iter().filter_map(|watched| {
            let card = cards.remove(&watched.video_id)?;
            Some(HomeItem {
                watched: Some(watched.clone()),
                ..card.into()
            })
        });
        Ok(items.take(size).collect())
    }

    /// What they mean to watch, the latest first.
    async fn kept_for_later(&self, seer: &Seer, size: usize) -> DiscoveryResult<Vec<HomeItem>> {
        let Some(viewer) = &seer.viewer else {
            return Ok(Vec::new());
        };
        let ids: Vec<String> = watchlist::Entity::find()
            .select_only()
            .column(watchlist::Column::VideoId)
            .filter(watchlist::Column::Viewer.eq(viewer))
            .order_by_desc(watchlist::Column::AddedAt)
            .limit(READY as u64)
            .into_tuple()
            .all(self.inner.catalog.db().read())
            .await?;
        let cards = self.in_order(seer, &ids, size).await?;
        Ok(cards.into_iter().map(Into::into).collect())
    }

    async fn because_row(
        &self,
        seer: &Seer,
        spec: &HomeRow,
        history: &[Watched],
        nth: usize,
    ) -> DiscoveryResult<Option<FilledRow>> {
        if history.is_empty() {
            return Ok(None);
        }
        let found = self.because(seer, history, nth, spec.size as usize).await?;
        Ok(found.map(|(seed, cards)| {
            let items = cards.into_iter().map(Into::into).collect();
            let mut row = filled(spec, None, items);
            if spec.title.is_none() {
                row.title = format!("Because you watched {}", seed.video.title);
            }
            row.because = Some(seed);
            row
        }))
    }

    /// Rows of the genres that they like best, else of those with the most titles.
    async fn genres(
        &self,
        seer: &Seer,
        spec: &HomeRow,
        history: &[Watched],
    ) -> DiscoveryResult<Vec<FilledRow>> {
        let count = spec.settings.count.unwrap_or(GENRES) as usize;
        let mut genres = self.frequent_genres(seer).await?;
        if !history.is_empty() {
            let ids: Vec<String> = history
                .iter()
                .take(40)
                .map(|w| w.video_id.clone())
                .collect();
            let mut liked: HashMap<String, f64> = HashMap::new();
            let cards = self.visible(seer, &ids).await?;
            for watched in history.iter().take(40) {
                let genre = cards
                    .get(&watched.video_id)
                    .and_then(|c| c.video.genre.clone());
                if let Some(genre) = genre {
                    *liked.entry(genre).or_default() += 0.2 + watched.share();
                }
            }
            let likes = |genre: &String| liked.get(genre).copied().unwrap_or(0.0);
            // Stable: among equals those with the most titles come first.
            genres.sort_by(|a, b| likes(b).total_cmp(&likes(a)));
        }
        let mut rows = Vec::new();
        for genre in genres.into_iter().take(count) {
            let narrow = Narrow::default().by("genre", vec![genre.clone()]);
            let size = spec.size as usize;
            let cards = self.shelf(seer, narrow, Order::Popular, size).await?;
            if cards.len() >= FEWEST {
                let items = cards.into_iter().map(Into::into).collect();
                let mut row = filled(spec, Some(genre.clone()), items);
                row.title = genre;
                rows.push(row);
            }
        }
        Ok(rows)
    }

    async fn frequent_genres(&self, seer: &Seer) -> DiscoveryResult<Vec<String>> {
        let key = format!("{}|genres", self.key_of(seer).await?);
        if let Some(kept) = self.inner.rows.get(&key) {
            return Ok(kept.to_vec());
        }
        let before = self.inner.lists();
        let values = self.values(seer, "genre").await?;
        let genres: Vec<String> = values
            .into_iter()
            .map(|(genre, _)| genre)
            .take(24)
            .collect();
        self.keep_row(key, &genres, before);
        Ok(genres)
    }

    /// The same for everybody who sees the same titles now: what was made for
    /// one may be shown to the other, until [`HomePage::good_until`].
    pub async fn key_of(&self, seer: &Seer) -> DiscoveryResult<String> {
        let places = if let Some(kept) = self.inner.rows.get(PLACES) {
            !kept.is_empty()
        } else {
            let before = self.inner.lists();
            let mut ruled = Vec::new();
            for field in ["region", "network"] {
                let all = self.all_values(field).await?;
                ruled.extend(all.into_iter().filter(|v| seer::asks_from_where(field, v)));
            }
            ruled.truncate(1);
            self.keep_row(PLACES.to_owned(), &ruled, before);
            !ruled.is_empty()
        };
        Ok(seer.key(places))
    }

    fn keep_row(&self, key: String, ids: &[String], before: u64) {
        // What was read before a change must not be kept after it.
        if self.inner.lists() == before {
            self.inner.rows.insert(key, Arc::new(ids.to_vec()));
        }
    }

    /// Titles of a sort, kept ready.
    async fn shelf(
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

    async fn in_order(
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
    async fn trending(&self, seer: &Seer, size: usize) -> DiscoveryResult<Vec<Arc<Card>>> {
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

    /// The operator's choice; else the day's pick among what is new and watched,
    /// and has a picture.
    async fn hero(&self, seer: &Seer, spec: &HomeRow) -> DiscoveryResult<Option<Arc<Card>>> {
        if let Some(id) = &spec.settings.video_id
            && let Some(card) = self
                .visible(seer, std::slice::from_ref(id))
                .await?
                .remove(id)
        {
            return Ok(Some(card));
        }
        let mut candidates = self.trending(seer, 5).await?;
        candidates.extend(
            self.shelf(seer, Narrow::default(), Order::Newest, 10)
                .await?,
        );
        let pictured: Vec<_> = candidates.iter().filter(|c| c.poster.is_some()).collect();
        if pictured.is_empty() {
            return Ok(candidates.into_iter().next());
        }
        let day = usize::try_from(now_micros() / 86_400_000_000).unwrap_or(0);
        Ok(pictured
            .get(day % pictured.len().min(5))
            .map(|c| (*c).clone()))
    }
}

fn public() -> Select<videos::Entity> {
    videos::Entity::find()
        .filter(Audience::anybody().condition())
        .filter(videos::Column::IsProcessed.eq(true))
}

fn filled(spec: &HomeRow, value: Option<String>, items: Vec<HomeItem>) -> FilledRow {
    let value = value.or_else(|| spec.settings.value.clone());
    let usual = match spec.kind {
        RowKind::Hero => "Featured",
        RowKind::ContinueWatching => "Continue watching",
        RowKind::Watchlist => "Your watchlist",
        RowKind::New => "New",
        RowKind::Trending => "Trending now",
        RowKind::Top10 => "Top 10",
        RowKind::BecauseYouWatched => "Because you watched",
        RowKind::Recommended => "Recommended for you",
        RowKind::LiveNow => "Live now",
        RowKind::ChannelsNow => "On now",
        RowKind::Genre
        | RowKind::Genres
        | RowKind::ContentType
        | RowKind::Tag
        | RowKind::Collection => value.as_deref().unwrap_or_default(),
    };
    FilledRow {
        id: spec.id.clone(),
        kind: spec.kind,
        title: spec.title.clone().unwrap_or_else(|| usual.to_owned()),
        value: value.clone(),
        because: None,
        items,
    }
}
