//! Judges the recommendations offline: how many of the titles that people went
//! on to watch are among twenty recommended ones, against recommending what is
//! watched most.
//!
//! People and titles are made up, with structure: titles have a genre and a few
//! tags and lie in a space of taste, people like two or three regions of it,
//! and everybody also watches what is popular. The last fifth of what each
//! person watched is held back.
//!
//! Prints one JSON object. Arguments: titles, people, titles that each watches.
#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation
)]
#![allow(clippy::cast_sign_loss, missing_docs)]

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use matinee_catalog::discovery::recommend::model::{
    Neighbour, Titles, View, neighbours, picks, weight,
};

const DIMENSIONS: usize = 8;
const GENRES: usize = 18;
const TAGS: usize = 120;
const AT: usize = 20;

/// SplitMix64: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

type Place = [f64; DIMENSIONS];

fn place(random: &mut Random, around: Option<&Place>, spread: f64) -> Place {
    let mut all = [0.0; DIMENSIONS];
    for (n, at) in all.iter_mut().enumerate() {
        *at = around.map_or(0.0, |a| a[n]) + spread * random.normal();
    }
    all
}

fn near(a: &Place, b: &Place) -> f64 {
    let distance: f64 = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum();
    (-distance / 2.0).exp()
}

fn main() {
    let argument = |n: usize, usual: usize| {
        std::env::args()
            .nth(n)
            .and_then(|text| text.parse().ok())
            .unwrap_or(usual)
    };
    let (items, people, each) = (argument(1, 5_000), argument(2, 8_000), argument(3, 30));
    let mut random = Random(7);
    let genres: Vec<Place> = (0..GENRES).map(|_| place(&mut random, None, 1.6)).collect();
    let tags: Vec<Place> = (0..TAGS).map(|_| place(&mut random, None, 1.6)).collect();
    let mut titles = Titles::default();
    let mut places = Vec::with_capacity(items);
    for n in 0..items {
        let genre = random.below(GENRES);
        let at = place(&mut random, Some(&genres[genre]), 0.7);
        let mut own: Vec<(f64, usize)> = (0..TAGS).map(|t| (near(&at, &tags[t]), t)).collect();
        own.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut properties = vec![genre as u32];
        properties.extend(own.iter().take(3).map(|(_, t)| (GENRES + t) as u32));
        titles.properties.push(properties);
        // Zipf: a few titles are on everybody's mind.
        titles
            .popularity
            .push((1.0 / ((n + 3) as f64).powf(0.8)) as f32);
        places.push(at);
    }
    let mut train: Vec<View> = Vec::new();
    let mut held: Vec<(Vec<u32>, HashSet<u32>)> = Vec::new();
    for viewer in 0..people {
        let likes: Vec<Place> = (0..2 + random.below(2))
            .map(|_| {
                let genre = random.below(GENRES);
                place(&mut random, Some(&genres[genre]), 0.5)
            })
            .collect();
        let mut seen: Vec<u32> = Vec::new();
        let wanted = each / 2 + random.below(each);
        let mut tries = 0;
        while seen.len() < wanted && tries < wanted * 400 {
            tries += 1;
            // By popularity, then kept by taste; now and then by popularity alone.
            let skewed = random.unit().powf(2.2);
            let item = ((skewed * items as f64) as usize).min(items - 1);
            let liked = likes
                .iter()
                .map(|l| near(l, &places[item]))
                .fold(0.0, f64::max);
            if random.unit() < liked.max(0.004) && !seen.contains(&(item as u32)) {
                seen.push(item as u32);
            }
        }
        let cut = seen.len() - seen.len() / 5;
        let (known, later) = seen.split_at(cut);
        for (n, item) in known.iter().enumerate() {
            train.push(View {
                viewer: viewer as u32,
                item: *item,
                weight: weight(0.4 + 0.6 * random.unit(), (known.len() - n) as f64 * 3.0),
            });
        }
        held.push((known.to_vec(), later.iter().copied().collect()));
    }
    let begun = Instant::now();
    let lists = neighbours(people, &titles, &train);
    let built = begun.elapsed();
    let mut views = vec![0.0_f32; items];
    for view in &train {
        views[view.item as usize] += 1.0;
    }
    let mut popular: Vec<u32> = (0..items as u32).collect();
    popular.sort_by(|a, b| views[*b as usize].total_cmp(&views[*a as usize]));
    let alike = neighbours(0, &titles, &[]);
    let judged: Vec<_> = held
        .iter()
        .filter(|(_, later)| later.len() >= 3)
        .take(3_000)
        .collect();
    let of = |recommend: &dyn Fn(&[u32]) -> Vec<u32>| {
        let (mut recall, mut ndcg) = (0.0, 0.0);
        let mut shown = HashSet::new();
        for (known, later) in &judged {
            let list = recommend(known);
            shown.extend(list.iter().copied());
            let (r, n) = judge(&list, later);
            recall += r;
            ndcg += n;
        }
        let n = judged.len() as f64;
        (recall / n, ndcg / n, shown.len() as f64 / items as f64)
    };
    let from = |lists: &[Vec<Neighbour>], known: &[u32]| {
        let seeds: Vec<_> = known
            .iter()
            .rev()
            .take(30)
            .enumerate()
            .map(|(n, item)| {
                let list = lists[*item as usize].iter();
                let weight = 0.97_f32.powf(n as f32);
                (
                    *item,
                    weight,
                    list.map(|n| (n.item, n.score, n.reason)).collect(),
                )
            })
            .collect();
        let known: HashSet<u32> = known.iter().copied().collect();
        let all = picks(&seeds).into_iter().map(|pick| pick.item);
        all.filter(|item| !known.contains(item))
            .take(AT)
            .collect::<Vec<u32>>()
    };
    let ours = of(&|known| from(&lists, known));
    let cold = of(&|known| from(&alike, known));
    let base = of(&|known| {
        let unseen = popular.iter().filter(|item| !known.contains(item));
        unseen.take(AT).copied().collect()
    });
    let row = |(recall, ndcg, coverage): (f64, f64, f64)| {
        HashMap::from([("recall", recall), ("ndcg", ndcg), ("coverage", coverage)])
    };
    println!(
        "{}",
        serde_json::json!({
            "titles": items,
            "people": people,
            "views": train.len(),
            "judged": judged.len(),
            "build_seconds": built.as_secs_f64(),
            "ours": row(ours),
            "alike_only": row(cold),
            "popularity": row(base),
        })
    );
}

/// Recall and normalised discounted cumulative gain of the first twenty.
fn judge(list: &[u32], later: &HashSet<u32>) -> (f64, f64) {
    let gain = |n: usize| 1.0 / ((n + 2) as f64).log2();
    let hits: Vec<usize> = (0..list.len().min(AT))
        .filter(|n| later.contains(&list[*n]))
        .collect();
    let most = later.len().min(AT);
    let best: f64 = (0..most).map(gain).sum();
    let got: f64 = hits.iter().map(|n| gain(*n)).sum();
    (hits.len() as f64 / most as f64, got / best)
}
