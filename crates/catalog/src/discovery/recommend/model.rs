//! Which titles go together, by who watched them and by what they are. Pure:
//! numbers in, numbers out.
//!
//! Two titles go together when the same people watch both, more than their
//! popularity alone would have it (cosine over viewers, shrunk where few have
//! watched either). What was watched long ago, or given up soon, counts less.
//! Titles that hardly anybody has watched are joined by what they are: shared
//! genres, tags, people and shows, the rarer the more they tell.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::Range;

/// Neighbours that are kept of each title.
pub const NEIGHBOURS: usize = 24;
/// After so many days a view counts half.
pub const HALF_LIFE_DAYS: f64 = 60.0;
/// The most titles of one viewer that count, the latest; whoever has watched
/// everything tells little.
pub const PER_VIEWER: usize = 200;
/// Similarities from few viewers are drawn towards nothing by this.
const SHRINK: f32 = 1.0;
/// A property that more titles share than this joins only the most popular.
const COMMON: usize = 400;
/// How much a shared property weighs against shared viewers, at most.
const CONTENT: f32 = 0.25;
/// From so many viewers' weight on, viewers alone tell.
const ENOUGH: f32 = 12.0;

/// That somebody watched something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// The viewer, from 0.
    pub viewer: u32,
    /// The title, from 0.
    pub item: u32,
    /// How much it counts: see [`weight`].
    pub weight: f32,
}

/// How much a view counts: by how much of the title was seen, and how long ago.
pub fn weight(share: f64, days_ago: f64) -> f32 {
    let seen = 0.1 + 0.9 * share.clamp(0.0, 1.0);
    let decay = 0.5_f64.powf(days_ago.max(0.0) / HALF_LIFE_DAYS);
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
    let weight = (seen * decay) as f32;
    weight
}

/// Why two titles go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The same people watch them.
    Watched,
    /// They are alike.
    Alike,
}

/// A title that goes with another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// The title, from 0.
    pub item: u32,
    /// How well, about 0 to 1.
    pub score: f32,
    /// Why, for the most part.
    pub reason: Reason,
}

/// What is known of the titles.
#[derive(Debug, Clone, Default)]
pub struct Titles {
    /// The properties of each title, numbered from 0.
    pub properties: Vec<Vec<u32>>,
    /// How much each title is liked.
    pub popularity: Vec<f32>,
}

/// Lists within lists, in two pieces of memory.
struct Rows {
    starts: Vec<u32>,
    cells: Vec<(u32, f32)>,
}

impl Rows {
    /// The cells grouped by row; `rows` is how many there are.
    fn new(rows: usize, cells: impl Iterator<Item = (u32, u32, f32)> + Clone) -> Self {
        let mut starts = vec![0_u32; rows + 1];
        for (row, ..) in cells.clone() {
            starts[row as usize + 1] += 1;
        }
        for n in 1..starts.len() {
            starts[n] += starts[n - 1];
        }
        let mut next = starts.clone();
        let total = starts.last().copied().unwrap_or(0) as usize;
        let mut all = vec![(0, 0.0); total];
        for (row, column, value) in cells {
            let at = &mut next[row as usize];
            all[*at as usize] = (column, value);
            *at += 1;
        }
        Self { starts, cells: all }
    }

    fn row(&self, row: usize) -> &[(u32, f32)] {
        &self.cells[self.starts[row] as usize..self.starts[row + 1] as usize]
    }

    fn rows(&self) -> usize {
        self.starts.len() - 1
    }
}

/// Who watched what, and what is like what: everything that neighbours are found by.
pub struct Model {
    by_viewer: Rows,
    by_item: Rows,
    /// How much each viewer tells: somebody who watches a lot tells less with each title.
    tells: Vec<f32>,
    norm: Vec<f32>,
    content: Content,
}

impl Model {
    /// Of these titles and views, which name titles and viewers below the given counts; each
    /// pair once.
    pub fn new(viewers: usize, titles: &Titles, views: &[View]) -> Self {
        let items = titles.properties.len();
        let cells = views.iter().map(|v| (v.viewer, v.item, v.weight));
        let by_viewer = Rows::new(viewers, cells.clone());
        let by_item = Rows::new(items, cells.map(|(viewer, item, w)| (item, viewer, w)));
        let tells: Vec<f32> = (0..viewers)
            .map(|v| 1.0 / (1.0 + (by_viewer.row(v).len() as f32)).ln().max(1.0))
            .collect();
        let norm = (0..items)
            .map(|item| {
                let row = by_item.row(item).iter();
                row.map(|(viewer, w)| w * w * tells[*viewer as usize])
                    .sum::<f32>()
            })
            .collect();
        Self {
            content: Content::new(titles),
            by_viewer,
            by_item,
            tells,
            norm,
        }
    }

    /// How many titles there are.
    pub fn titles(&self) -> usize {
        self.by_item.rows()
    }

    /// For each of these titles those that go with it, the best first.
    pub fn neighbours(&self, of: Range<usize>) -> Vec<Vec<Neighbour>> {
        let mut scores = Sparse::new(self.titles());
        let mut alike = Sparse::new(self.titles());
        of.map(|item| {
            scores.clear();
            let mut support = 0.0;
            for (viewer, weight) in self.by_item.row(item) {
                support += weight;
                let weight = weight * self.tells[*viewer as usize];
                for (other, theirs) in self.by_viewer.row(*viewer as usize) {
                    scores.add(*other, weight * theirs);
                }
            }
            let norm = &self.norm;
            scores.scale(|other, dot| dot / ((norm[item] * norm[other]).sqrt() + SHRINK));
            alike.clear();
            let share = CONTENT * (1.0 - (support / ENOUGH).min(1.0)) + 0.02;
            self.content.add(item, share, &mut alike);
            best(item, &scores, &alike)
        })
        .collect()
    }
}

/// For each title those that go with it: see [`Model`].
pub fn neighbours(viewers: usize, titles: &Titles, views: &[View]) -> Vec<Vec<Neighbour>> {
    let model = Model::new(viewers, titles, views);
    model.neighbours(0..model.titles())
}

fn best(item: usize, watched: &Sparse, alike: &Sparse) -> Vec<Neighbour> {
    let both = watched.touched.iter().chain(&alike.touched).copied();
    let mut all: Vec<Neighbour> = both
        .filter(|other| *other as usize != item)
        .map(|other| {
            let (w, a) = (watched.get(other), alike.get(other));
            Neighbour {
                item: other,
                score: w + a,
                reason: if w >= a {
                    Reason::Watched
                } else {
                    Reason::Alike
                },
            }
        })
        .collect();
    let order = |a: &Neighbour, b: &Neighbour| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.item.cmp(&b.item))
    };
    // What is in both lists is there twice, with the same score.
    let keep = NEIGHBOURS * 2;
    if all.len() > keep {
        all.select_nth_unstable_by(keep, order);
        all.truncate(keep);
    }
    all.sort_unstable_by(order);
    all.dedup_by_key(|n| n.item);
    all.truncate(NEIGHBOURS);
    // It had room for all that shares anything.
    all.shrink_to_fit();
    all
}

/// How alike titles are by their properties.
struct Content {
    by_item: Rows,
    by_property: Rows,
    norm: Vec<f32>,
}

impl Content {
    fn new(titles: &Titles) -> Self {
        let items = titles.properties.len();
        let count = titles.properties.iter().flatten().max();
        let count = count.map_or(0, |most| *most as usize + 1);
        let mut frequency = vec![0_u32; count];
        for property in titles.properties.iter().flatten() {
            frequency[*property as usize] += 1;
        }
        let rarity = |property: u32| {
            let n = frequency[property as usize].max(1) as f32;
            (1.0 + items as f32 / n).ln()
        };
        let cells = titles
            .properties
            .iter()
            .enumerate()
            .flat_map(|(item, all)| {
                let item = u32::try_from(item).unwrap_or(u32::MAX);
                all.iter().map(move |property| (item, *property))
            });
        let cells: Vec<(u32, u32, f32)> = cells.map(|(i, p)| (i, p, rarity(p))).collect();
        let by_item = Rows::new(items, cells.iter().copied());
        let mut by_property: HashMap<u32, Vec<(u32, f32)>> = HashMap::new();
        for (item, property, weight) in &cells {
            by_property
                .entry(*property)
                .or_default()
                .push((*item, *weight));
        }
        let popularity = |item: u32| titles.popularity.get(item as usize).copied().unwrap_or(0.0);
        let mut kept = Vec::new();
        for (property, mut all) in by_property {
            if all.len() > COMMON {
                all.sort_unstable_by(|a, b| popularity(b.0).total_cmp(&popularity(a.0)));
                all.truncate(COMMON);
            }
            kept.extend(all.into_iter().map(|(item, w)| (property, item, w)));
        }
        let norm = (0..items)
            .map(|item| {
                let row = by_item.row(item).iter();
                row.map(|(_, w)| w * w).sum::<f32>().sqrt().max(0.001)
            })
            .collect();
        Self {
            by_property: Rows::new(count, kept.iter().copied()),
            by_item,
            norm,
        }
    }

    /// Adds, to each title that shares something with this one, its share.
    fn add(&self, item: usize, share: f32, scores: &mut Sparse) {
        for (property, weight) in self.by_item.row(item) {
            if *property as usize >= self.by_property.rows() {
                continue;
            }
            for (other, theirs) in self.by_property.row(*property as usize) {
                let norm = self.norm[item] * self.norm[*other as usize];
                scores.add(*other, share * weight * theirs / norm);
            }
        }
    }
}

/// Scores of a few among many, used again for each title.
struct Sparse {
    scores: Vec<f32>,
    touched: Vec<u32>,
}

impl Sparse {
    fn new(items: usize) -> Self {
        Self {
            scores: vec![0.0; items],
            touched: Vec::new(),
        }
    }

    fn add(&mut self, item: u32, score: f32) {
        let at = &mut self.scores[item as usize];
        if *at == 0.0 {
            self.touched.push(item);
        }
        *at += score;
    }

    fn get(&self, item: u32) -> f32 {
        self.scores[item as usize]
    }

    fn scale(&mut self, by: impl Fn(usize, f32) -> f32) {
        for item in &self.touched {
            let at = *item as usize;
            self.scores[at] = by(at, self.scores[at]);
        }
    }

    fn clear(&mut self) {
        for item in self.touched.drain(..) {
            self.scores[item as usize] = 0.0;
        }
    }
}

/// Something to recommend, and what it was drawn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Pick<K> {
    /// The title.
    pub item: K,
    /// How much it is recommended.
    pub score: f32,
    /// The watched title that speaks for it the most.
    pub because: K,
    /// Why the two go together.
    pub reason: Reason,
}

/// What was watched, how much it weighs, and its neighbours with how near they are and why.
pub type Seed<K> = (K, f32, Vec<(K, f32, Reason)>);

/// What goes with what was watched: each seed with its weight and its
/// neighbours. Seeds themselves are not recommended.
pub fn picks<K: Clone + Eq + std::hash::Hash + Ord>(seeds: &[Seed<K>]) -> Vec<Pick<K>> {
    let mut all: HashMap<&K, (f32, f32, &K, Reason)> = HashMap::new();
    for (seed, weight, neighbours) in seeds {
        for (item, score, reason) in neighbours {
            let score = score * weight;
            let pick = all.entry(item).or_insert((0.0, 0.0, seed, *reason));
            pick.0 += score;
            if score > pick.1 {
                (pick.1, pick.2, pick.3) = (score, seed, *reason);
            }
        }
    }
    for (seed, ..) in seeds {
        all.remove(seed);
    }
    let mut picks: Vec<Pick<K>> = all
        .into_iter()
        .map(|(item, (score, _, because, reason))| Pick {
            item: item.clone(),
            score,
            because: because.clone(),
            reason,
        })
        .collect();
    picks.sort_unstable_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.item.cmp(&b.item))
    });
    picks
}

/// A title with its score and what it costs others of its groups.
type Grouped<T> = (f32, Vec<(String, f32)>, T);

/// Reorders so that not all of the top is of a kind: each title loses by how
/// many before it share a group with it (its show, its genre).
pub fn diverse<T>(
    mut all: Vec<(f32, T)>,
    groups: impl Fn(&T) -> Vec<(String, f32)>,
    take: usize,
) -> Vec<T> {
    let mut seen: HashMap<String, f32> = HashMap::new();
    let mut chosen = Vec::new();
    // Beyond this the order no longer matters to anybody.
    all.truncate(take.saturating_mul(6).max(50));
    let mut all: Vec<Grouped<T>> = all
        .into_iter()
        .map(|(score, item)| (score, groups(&item), item))
        .collect();
    while chosen.len() < take && !all.is_empty() {
        let value = |(score, groups, _): &Grouped<T>| {
            let lost: f32 = groups
                .iter()
                .map(|(group, cost)| seen.get(group).copied().unwrap_or(0.0) * cost)
                .sum();
            score / (1.0 + lost)
        };
        let best = (0..all.len()).reduce(|a, b| {
            if value(&all[b]) > value(&all[a]) {
                b
            } else {
                a
            }
        });
        let Some(best) = best else { break };
        let (_, groups, item) = all.remove(best);
        for (group, _) in groups {
            *seen.entry(group).or_default() += 1.0;
        }
        chosen.push(item);
    }
    chosen
}
