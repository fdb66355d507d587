//! The home page: what the operator chose, filled for whoever asks.

use std::collections::HashMap;
use std::sync::Arc;

use super::cards::Card;
use super::query::{Narrow, Order};
use super::recommend::Why;
use super::rows::{HomeRow, RowKind};
use super::{Discovery, DiscoveryResult, Known, Seer, Watched};
use matinee_engines::time::now_micros;

/// How much of somebody's history the home page looks at.
const LOOKED_THROUGH: usize = 200;
/// Rows of genres unless the operator says otherwise.
const GENRES: u32 = 4;
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
    /// At most so many titles.
    pub size: usize,
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

impl Discovery {
    /// The home page for somebody of whom this is known.
    pub async fn home(&self, seer: &Seer, known: &Known) -> DiscoveryResult<HomePage> {
        let specs = self.kept_rows().await?;
        let history = &known.history[..known.history.len().min(LOOKED_THROUGH)];
        let mut page = HomePage::default();
        let mut because = 0;
        for spec in specs.iter().filter(|spec| spec.enabled) {
            match spec.kind {
                RowKind::Hero => page.hero = self.hero(seer, spec).await?,
                RowKind::Genres => page.rows.extend(self.genres(seer, spec, history).await?),
                RowKind::BecauseYouWatched => {
                    page.rows
                        .extend(self.because_row(seer, spec, history, because).await?);
                    because += 1;
                }
                // Only their places: what is on the air is no title of the library.
                RowKind::LiveNow | RowKind::ChannelsNow => {
                    page.rows.push(filled(spec, None, Vec::new()));
                }
                _ => {
                    let items = self.items(seer, spec, known, history).await?;
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
        known: &Known,
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
            RowKind::Watchlist => {
                let cards = self.in_order(seer, &known.kept, size).await?;
                return Ok(cards.into_iter().map(Into::into).collect());
            }
            RowKind::Recommended => {
                // Without a history it would repeat what is popular.
                if history.is_empty() {
                    return Ok(Vec::new());
                }
                let found = self.recommend(seer, &known.history, size).await?;
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
        let pictured: Vec<_> = candidates.iter().filter(|c| c.pictures.any()).collect();
        if pictured.is_empty() {
            return Ok(candidates.into_iter().next());
        }
        let day = usize::try_from(now_micros() / 86_400_000_000).unwrap_or(0);
        Ok(pictured
            .get(day % pictured.len().min(5))
            .map(|c| (*c).clone()))
    }
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
        size: spec.size as usize,
        items,
    }
}
