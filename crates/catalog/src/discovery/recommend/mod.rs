//! What to watch next, and why.

mod job;
pub mod model;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use matinee_engines::search::{Filter, SearchQuery, Sort};
use matinee_engines::time::now_micros;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

pub use job::{SIMILAR_JOB, SimilarHandler, TRENDING_JOB, TrendingHandler};
use model::Reason;

use super::cards::Card;
use super::document::TITLES;
use super::store::similar_videos;
use super::{Discovery, DiscoveryResult, Seer, Watched};

/// How many of somebody's latest titles recommendations are drawn from.
const SEEDS: usize = 30;
/// In how many days what somebody watched loses half its say.
const TASTE_HALF_LIFE_DAYS: f64 = 21.0;

/// Fewer neighbours than these are made up for by what is alike: a title that has come since they
/// were worked out has none.
const FEW: usize = 8;
/// Picks that are looked at for each that is shown: some are hidden, and not all may be of one
/// genre.
const PICKS: usize = 2;

pub(super) type Neighbours = Arc<Vec<(String, f32, Reason)>>;

/// Something to watch, and why.
#[derive(Debug, Clone)]
pub struct Recommended {
    /// The title.
    pub card: Arc<Card>,
    /// Why.
    pub why: Why,
}

/// Why something is recommended.
#[derive(Debug, Clone)]
pub enum Why {
    /// They watched this, and people who did watched the other as well.
    Watched(Arc<Card>),
    /// They watched this, and the other is like it.
    Alike(Arc<Card>),
    /// Many people watch it.
    Popular,
}

impl Discovery {
    /// What goes with a title: the best first, never what they may not see.
    pub async fn similar(
        &self,
        seer: &Seer,
        of: &Arc<Card>,
        limit: usize,
    ) -> DiscoveryResult<Vec<Recommended>> {
        let id = &of.video.id;
        let mut lists = self.neighbours_of(std::slice::from_ref(id)).await?;
        let list = lists.remove(id).unwrap_or_default();
        let ids: Vec<String> = list.iter().map(|(id, ..)| id.clone()).collect();
        let cards = self.visible(seer, &ids).await?;
        let mut seen: HashSet<String> = HashSet::from([id.clone()]);
        let mut found: Vec<(f32, Recommended)> = Vec::new();
        for (other, score, reason) in list.iter() {
            if let Some(card) = cards.get(other) {
                seen.insert(other.clone());
                let why = match reason {
                    Reason::Watched => Why::Watched(of.clone()),
                    Reason::Alike => Why::Alike(of.clone()),
                };
                let card = card.clone();
                found.push((*score, Recommended { card, why }));
            }
        }
        if found.len() < limit.min(FEW) {
            for card in self.alike(seer, of, limit * 2).await? {
                if seen.insert(card.video.id.clone()) {
                    let why = Why::Alike(of.clone());
                    found.push((0.001, Recommended { card, why }));
                }
            }
        }
        Ok(model::diverse(found, |r| groups(&r.card), limit))
    }

    /// What to watch next for somebody with this history; what many people
    /// watch, as long as there is none.
    pub async fn recommend(
        &self,
        seer: &Seer,
        history: &[Watched],
        limit: usize,
    ) -> DiscoveryResult<Vec<Recommended>> {
        let mut known: HashSet<String> = history.iter().map(|w| w.video_id.clone()).collect();
        let mut found = self.by_taste(seer, history, limit).await?;
        known.extend(found.iter().map(|r| r.card.video.id.clone()));
        if found.len() < limit {
            for card in self.popular(seer, limit + known.len().min(100)).await? {
                if found.len() >= limit {
                    break;
                }
                if known.insert(card.video.id.clone()) {
                    let why = Why::Popular;
                    found.push(Recommended { card, why });
                }
            }
        }
        Ok(found)
    }

    /// What goes with what they have watched.
    async fn by_taste(
        &self,
        seer: &Seer,
        history: &[Watched],
        limit: usize,
    ) -> DiscoveryResult<Vec<Recommended>> {
        if history.is_empty() {
            return Ok(Vec::new());
        }
        let now = now_micros();
        let seeds: Vec<&Watched> = history.iter().take(SEEDS).collect();
        let ids: Vec<String> = seeds.iter().map(|w| w.video_id.clone()).collect();
        let lists = self.neighbours_of(&ids).await?;
        let seeds: Vec<model::Seed<String>> = seeds
            .into_iter()
            .filter_map(|watched| {
                let days = (now - watched.at) as f64 / 86_400e6;
                let list = lists.get(&watched.video_id)?;
                let weight = taste(watched.share(), days);
                Some((watched.video_id.clone(), weight, list.to_vec()))
            })
            .collect();
        let known: HashSet<&str> = history.iter().map(|w| w.video_id.as_str()).collect();
        let mut picks = model::picks(&seeds);
        picks.retain(|pick| !known.contains(pick.item.as_str()));
        picks.truncate(limit.saturating_mul(PICKS).max(40));
        let mut wanted: Vec<String> = picks.iter().map(|p| p.item.clone()).collect();
        wanted.extend(picks.iter().map(|p| p.because.clone()));
        wanted.sort_unstable();
        wanted.dedup();
        let cards = self.visible(seer, &wanted).await?;
        let found = picks.into_iter().filter_map(|pick| {
            let card = cards.get(&pick.item)?.clone();
            let why = match (cards.get(&pick.because), pick.reason) {
                (Some(because), Reason::Watched) => Why::Watched(because.clone()),
                (Some(because), Reason::Alike) => Why::Alike(because.clone()),
                // What they once watched may be hidden from them by now.
                (None, _) => Why::Popular,
            };
            Some((pick.score, Recommended { card, why }))
        });
        Ok(model::diverse(found.collect(), |r| groups(&r.card), limit))
    }

    /// What goes with one of the titles that they watched last, and which one
    /// that is.
    pub(super) async fn because(
        &self,
        seer: &Seer,
        history: &[Watched],
        nth: usize,
        limit: usize,
    ) -> DiscoveryResult<Option<(Arc<Card>, Vec<Arc<Card>>)>> {
        let known: HashSet<&str> = history.iter().map(|w| w.video_id.as_str()).collect();
        let told: Vec<String> = history
            .iter()
            .filter(|watched| watched.share() >= 0.2)
            .take(10)
            .map(|watched| watched.video_id.clone())
            .collect();
        let cards = self.visible(seer, &told).await?;
        let mut left = nth;
        for id in &told {
            let Some(card) = cards.get(id) else { continue };
            let found = self.similar(seer, card, limit + 10).await?;
            let found: Vec<Arc<Card>> = found
                .into_iter()
                .map(|r| r.card)
                .filter(|card| !known.contains(card.video.id.as_str()))
                .take(limit)
                .collect();
            if found.len() < 3 {
                continue;
            }
            if left == 0 {
                return Ok(Some((card.clone(), found)));
            }
            left -= 1;
        }
        Ok(None)
    }

    /// The neighbours of these titles, as they were worked out last.
    async fn neighbours_of(&self, ids: &[String]) -> DiscoveryResult<HashMap<String, Neighbours>> {
        let cache = &self.inner.neighbours;
        let mut found = HashMap::with_capacity(ids.len());
        let mut missing = Vec::new();
        for id in ids {
            match cache.get(id) {
                Some(list) => {
                    found.insert(id.clone(), list);
                }
                None => missing.push(id.clone()),
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let rows = similar_videos::Entity::find()
            .filter(similar_videos::Column::VideoId.is_in(missing.iter().map(String::as_str)))
            .all(self.inner.catalog.db().read())
            .await?;
        let mut rows: HashMap<String, String> = rows
            .into_iter()
            .map(|row| (row.video_id, row.neighbours))
            .collect();
        for id in missing {
            let list: Vec<(String, f32, String)> = rows
                .remove(&id)
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or_default();
            let list = list.into_iter().map(|(id, score, word)| {
                let reason = match word.as_str() {
                    "w" => Reason::Watched,
                    _ => Reason::Alike,
                };
                (id, score, reason)
            });
            let list: Neighbours = Arc::new(list.collect());
            cache.insert(id.clone(), list.clone());
            found.insert(id, list);
        }
        Ok(found)
    }

    /// What shares the show, the genre or tags: for titles that have come since
    /// neighbours were worked out.
    async fn alike(&self, seer: &Seer, of: &Card, limit: usize) -> DiscoveryResult<Vec<Arc<Card>>> {
        let video = &of.video;
        let mut ways = Vec::new();
        let is = |field: &str, values: Vec<String>| Filter::In(field.to_owned(), values);
        if let Some(genre) = &video.genre {
            ways.push(is("genre", vec![genre.clone()]));
        }
        if !video.tags.0.is_empty() {
            let tags = video.tags.0.iter().map(|tag| tag.to_lowercase());
            ways.push(is("tag", tags.collect()));
        }
        if ways.is_empty() {
            return Ok(Vec::new());
        }
        let mut all = vec![Filter::Any(ways), is("playable", vec!["true".to_owned()])];
        all.extend(seer.filter());
        let wanted = SearchQuery {
            filter: Some(Filter::All(all)),
            sort: vec![Sort {
                field: "popularity".to_owned(),
                descending: true,
            }],
            limit: limit.clamp(1, 60),
            ..SearchQuery::default()
        };
        self.opened().await?;
        let page = self.inner.search.search(TITLES, wanted).await?;
        let ids: Vec<String> = page.hits.into_iter().map(|hit| hit.id).collect();
        let mut cards = self.visible(seer, &ids).await?;
        let mut found: Vec<Arc<Card>> = ids.iter().filter_map(|id| cards.remove(id)).collect();
        // The more they share the sooner they come; otherwise as popular.
        found.sort_by_key(|card| std::cmp::Reverse(shared(video, &card.video)));
        Ok(found)
    }
}

/// How many properties two titles share.
fn shared(a: &crate::Video, b: &crate::Video) -> usize {
    let tags = a.tags.0.iter().filter(|tag| b.tags.0.contains(tag)).count();
    tags + usize::from(a.genre.is_some() && a.genre == b.genre)
        + 2 * usize::from(a.show_title.is_some() && a.show_title == b.show_title)
}

/// How much say a watched title has.
fn taste(share: f64, days: f64) -> f32 {
    let decay = 0.5_f64.powf(days.max(0.0) / TASTE_HALF_LIFE_DAYS);
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
    let weight = ((0.15 + 0.85 * share) * decay) as f32;
    weight
}

/// What not too many of the top should share, and what that costs.
fn groups(card: &Card) -> Vec<(String, f32)> {
    let video = &card.video;
    let mut groups = Vec::new();
    if let Some(show) = &video.show_title {
        groups.push((format!("show:{show}"), 1.5));
    }
    if let Some(genre) = &video.genre {
        groups.push((format!("genre:{genre}"), 0.08));
    }
    groups
}
