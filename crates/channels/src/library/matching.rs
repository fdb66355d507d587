//! Which items a rule matches.

use super::{Lists, Postings, Snapshot, fold, search};
use crate::definition::{Bounds, Rule};

/// A set of items, a bit each: a hundred thousand fit in the processor's nearest memory.
struct Bits(Vec<u64>);

impl Bits {
    fn none(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)])
    }

    fn set(&mut self, n: u32) {
        if let Some(word) = self.0.get_mut(n as usize / 64) {
            *word |= 1 << (n % 64);
        }
    }

    fn all(&mut self, items: &[u32]) {
        for &n in items {
            self.set(n);
        }
    }

    fn zip(&mut self, other: &Self, with: impl Fn(u64, u64) -> u64) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word = with(*word, *other);
        }
    }

    fn numbers(&self) -> Vec<u32> {
        let mut out =
            Vec::with_capacity(self.0.iter().map(|word| word.count_ones() as usize).sum());
        for (base, &word) in (0u32..).step_by(64).zip(&self.0) {
            let mut word = word;
            while word != 0 {
                out.push(base + word.trailing_zeros());
                word &= word - 1;
            }
        }
        out
    }
}

impl Snapshot {
    /// The items that a rule matches, in the snapshot's order.
    pub fn matches(&self, rule: &Rule) -> Vec<u32> {
        // One list is an answer by itself, and the usual rule is one tag.
        if let Some(list) = self.single(rule) {
            return list.to_vec();
        }
        self.bits(rule).numbers()
    }

    /// How many items a rule matches.
    pub fn count(&self, rule: &Rule) -> usize {
        self.single(rule)
            .map_or_else(|| self.matches(rule).len(), <[u32]>::len)
    }

    /// The items of a show, by season, episode and title.
    pub fn episodes(&self, show: &str) -> Vec<u32> {
        let mut items = self
            .lists
            .shows
            .get(fold(show).as_str())
            .cloned()
            .unwrap_or_default();
        self.sort_by_show(&mut items);
        items
    }

    /// By year, season, episode, title and identifier. What has no number comes first.
    pub(crate) fn sort_chronologically(&self, items: &mut [u32]) {
        items.sort_by(|&a, &b| {
            let key = |n| {
                let item = self.item(n);
                (item.year, item.season, item.episode, &item.title, n)
            };
            key(a).cmp(&key(b))
        });
    }

    /// By show, and within it by season, episode, title; what has no show stands for itself.
    pub(crate) fn sort_by_show(&self, items: &mut [u32]) {
        items.sort_by(|&a, &b| {
            let key = |n| {
                let item = self.item(n);
                (
                    item.show.as_deref().map(fold),
                    item.season,
                    item.episode,
                    item.year,
                    &item.title,
                    n,
                )
            };
            key(a).cmp(&key(b))
        });
    }

    /// All but the slate.
    fn everything(&self) -> Bits {
        let mut bits = Bits::none(self.len());
        for &(_, n) in &self.lists.lengths {
            bits.set(n);
        }
        bits
    }

    fn single<'a>(&'a self, rule: &Rule) -> Option<&'a [u32]> {
        let mut lists = rule.lists();
        let (name, values) = lists.next()?;
        let plain = rule.year.is_none()
            && rule.minutes.is_none()
            && rule.search.is_none()
            && rule.is_leaf();
        if !plain || lists.next().is_some() || values.len() != 1 || name == "items" {
            return None;
        }
        let postings = self.postings(name)?;
        Some(
            postings
                .get(fold(&values[0]).as_str())
                .map_or(&[], Vec::as_slice),
        )
    }

    fn postings(&self, name: &str) -> Option<&Postings> {
        let lists: &Lists = &self.lists;
        Some(match name {
            "tags" => &lists.tags,
            "genres" => &lists.genres,
            "types" => &lists.kinds,
            "ratings" => &lists.ratings,
            "shows" => &lists.shows,
            "people" => &lists.people,
            "sets" => &lists.sets,
            _ => return None,
        })
    }

    /// Everything that is asked for must hold, so the set only shrinks.
    fn bits(&self, rule: &Rule) -> Bits {
        let mut out: Option<Bits> = None;
        let mut narrow = |bits: Bits| match &mut out {
            Some(out) => out.zip(&bits, |a, b| a & b),
            None => out = Some(bits),
        };
        for (name, values) in rule.lists() {
            let mut bits = Bits::none(self.len());
            if name == "items" {
                for id in values {
                    if let Some(n) = self.number(id).filter(|&n| n != self.slate) {
                        bits.set(n);
                    }
                }
            } else if let Some(postings) = self.postings(name) {
                for value in values {
                    if let Some(list) = postings.get(fold(value).as_str()) {
                        bits.all(list);
                    }
                }
            }
            narrow(bits);
        }
        if let Some(Bounds { from, to }) = rule.year {
            let mut bits = Bits::none(self.len());
            let from = from.map_or(0, |year| u16::try_from(year).unwrap_or(u16::MAX));
            let to = to.map_or(u16::MAX, |year| u16::try_from(year).unwrap_or(u16::MAX));
            if from <= to {
                for list in self.lists.years.range(from..=to).map(|(_, list)| list) {
                    bits.all(list);
                }
            }
            narrow(bits);
        }
        if let Some(Bounds { from, to }) = rule.minutes {
            let mut bits = Bits::none(self.len());
            let lengths = &self.lists.lengths;
            let ms = |minutes: u32| minutes.saturating_mul(60_000);
            let start = lengths.partition_point(|&(length, _)| length < from.map_or(0, ms));
            let end = lengths.partition_point(|&(length, _)| length <= to.map_or(u32::MAX, ms));
            for &(_, n) in lengths.get(start..end).unwrap_or_default() {
                bits.set(n);
            }
            narrow(bits);
        }
        for term in rule.search.iter().flat_map(|text| search::terms(text)) {
            let mut bits = Bits::none(self.len());
            self.search(&term, |n| bits.set(n));
            if term.without {
                let mut others = self.everything();
                others.zip(&bits, |all, found| all & !found);
                bits = others;
            }
            narrow(bits);
        }
        for part in &rule.all {
            narrow(self.bits(part));
        }
        if !rule.any.is_empty() {
            let mut bits = Bits::none(self.len());
            for part in &rule.any {
                bits.zip(&self.bits(part), |a, b| a | b);
            }
            narrow(bits);
        }
        let mut out = out.unwrap_or_else(|| self.everything());
        if let Some(not) = &rule.not {
            out.zip(&self.bits(not), |a, b| a & !b);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing;

    /// What a rule means, item by item.
    fn says(snapshot: &Snapshot, n: u32, rule: &Rule) -> bool {
        let item = snapshot.item(n);
        let has = |have: &[Box<str>], want: &[String]| {
            have.iter().any(|h| want.iter().any(|w| fold(h) == fold(w)))
        };
        let one = |have: Option<&str>, want: &[String]| {
            want.iter()
                .any(|w| have.is_some_and(|have| fold(have) == fold(w)))
        };
        let within = |value: Option<u32>, bounds: Option<Bounds>| {
            bounds.is_none_or(|b| {
                value.is_some_and(|v| b.from.is_none_or(|f| f <= v) && b.to.is_none_or(|t| v <= t))
            })
        };
        let minutes = rule.minutes.is_none_or(|b| {
            b.from.is_none_or(|f| f * 60_000 <= item.duration())
                && b.to.is_none_or(|t| item.duration() <= t * 60_000)
        });
        (rule.tags.is_empty() || has(&item.tags, &rule.tags))
            && (rule.genres.is_empty() || has(&item.genres, &rule.genres))
            && (rule.people.is_empty() || has(&item.people, &rule.people))
            && (rule.types.is_empty() || one(Some(&item.kind), &rule.types))
            && (rule.shows.is_empty() || one(item.show.as_deref(), &rule.shows))
            && within(item.year.map(u32::from), rule.year)
            && minutes
            && rule.all.iter().all(|part| says(snapshot, n, part))
            && (rule.any.is_empty() || rule.any.iter().any(|part| says(snapshot, n, part)))
            && rule
                .not
                .as_deref()
                .is_none_or(|not| !says(snapshot, n, not))
    }

    proptest! {
        #[test]
        fn the_indices_say_what_the_rule_says(seed: u64, count in 0u32..150, rule in testing::rule()) {
            let snapshot = testing::library(seed, count);
            let wanted: Vec<u32> = (0..u32::try_from(snapshot.len()).unwrap())
                .filter(|&n| n != snapshot.slate() && says(&snapshot, n, &rule))
                .collect();
            prop_assert_eq!(snapshot.count(&rule), wanted.len());
            prop_assert_eq!(snapshot.matches(&rule), wanted);
        }
    }
}
