//! A leaderboard in memory.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::Arc;

/// What a member costs besides its name: two nodes with their pointers.
const PER_MEMBER: usize = 112;

/// Members ordered by their scores.
#[derive(Debug, Default)]
pub(super) struct Ranks {
    scores: HashMap<Arc<str>, f64>,
    order: BTreeSet<Place>,
    bytes: usize,
}

#[derive(Debug, Clone)]
struct Place {
    score: f64,
    member: Arc<str>,
}

impl Ord for Place {
    /// The top first: the highest score, then the greatest member.
    fn cmp(&self, other: &Self) -> Ordering {
        let scores = other.score.total_cmp(&self.score);
        scores.then_with(|| other.member.cmp(&self.member))
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Place {}

impl Ranks {
    pub(super) fn len(&self) -> usize {
        self.scores.len()
    }

    pub(super) fn size(&self) -> usize {
        self.bytes
    }

    pub(super) fn score(&self, member: &str) -> Option<f64> {
        self.scores.get(member).copied()
    }

    pub(super) fn set(&mut self, member: &str, score: f64) {
        let known = self.scores.get_key_value(member);
        let (member, old) = match known {
            Some((member, score)) => (Arc::clone(member), Some(*score)),
            None => (Arc::from(member), None),
        };
        if let Some(old) = old {
            self.order.remove(&Place {
                score: old,
                member: Arc::clone(&member),
            });
        } else {
            self.bytes += member.len() + PER_MEMBER;
        }
        self.scores.insert(Arc::clone(&member), score);
        self.order.insert(Place { score, member });
    }

    pub(super) fn remove(&mut self, member: &str) -> bool {
        let Some((member, score)) = self.scores.remove_entry(member) else {
            return false;
        };
        self.bytes -= member.len() + PER_MEMBER;
        self.order.remove(&Place { score, member });
        true
    }

    /// Members with a score from `low` to `high`, both included, the top first.
    pub(super) fn between(&self, low: f64, high: f64) -> impl Iterator<Item = &Arc<str>> {
        // The empty name is the last of each score.
        let end = |score: f64| Place {
            score,
            member: Arc::from(""),
        };
        let range = (low <= high).then(|| {
            let ends = (
                Bound::Excluded(end(high.next_up())),
                Bound::Included(end(low)),
            );
            self.order.range(ends)
        });
        range.into_iter().flatten().map(|place| &place.member)
    }

    pub(super) fn top(&self, offset: u64, limit: u64) -> Vec<(String, f64)> {
        let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        self.order
            .iter()
            .skip(count(offset))
            .take(count(limit))
            .map(|place| (place.member.to_string(), place.score))
            .collect()
    }
}
