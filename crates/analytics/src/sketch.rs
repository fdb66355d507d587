//! Quantiles that can be merged: a sketch of values within one per cent
//! (DDSketch: Masson, Rim and Lee, PVLDB 12/12, 2019).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// γ for a relative accuracy of 0.5 %: each bucket is one per cent wide.
const GAMMA: f64 = 1.005 / 0.995;
/// Values beyond this are taken for it; with it there are at most 2,300 buckets.
const GREATEST: f64 = 1e10;

/// How values are spread. Memory is bounded by the range of values, not by their number.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sketch {
    /// How many lie in each bucket; bucket i holds values of (γ^(i−1), γ^i].
    #[serde(rename = "b", default)]
    buckets: BTreeMap<i32, u64>,
    /// How many are less than one.
    #[serde(rename = "z", default)]
    zeros: u64,
}

impl Sketch {
    /// Adds a value; negative ones count as zero.
    pub fn add(&mut self, value: f64) {
        if value < 1.0 || value.is_nan() {
            self.zeros += 1;
            return;
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a logarithm of a bounded value"
        )]
        let bucket = (value.min(GREATEST).ln() / GAMMA.ln()).ceil() as i32;
        *self.buckets.entry(bucket).or_default() += 1;
    }

    /// Adds all values of another.
    pub fn merge(&mut self, other: &Self) {
        self.zeros += other.zeros;
        for (bucket, count) in &other.buckets {
            *self.buckets.entry(*bucket).or_default() += count;
        }
    }

    /// How many values there are.
    pub fn count(&self) -> u64 {
        self.zeros + self.buckets.values().sum::<u64>()
    }

    /// The value below which this share (0 to 1) of all lies, within half a per
    /// cent; `None` without values.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let count = self.count();
        if count == 0 {
            return None;
        }
        let rank = share.clamp(0.0, 1.0) * (count - 1) as f64;
        let mut seen = self.zeros;
        if seen as f64 > rank {
            return Some(0.0);
        }
        for (bucket, count) in &self.buckets {
            seen += count;
            if seen as f64 > rank {
                return Some(2.0 * GAMMA.powi(*bucket) / (GAMMA + 1.0));
            }
        }
        None
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_within_one_per_cent_also_of_merged_sketches() {
        let mut values: Vec<f64> = (0..20_000)
            .map(|n| f64::from(n % 997).powi(2) + f64::from(n % 13) + 1.0)
            .collect();
        let (mut left, mut right) = (Sketch::default(), Sketch::default());
        for (n, value) in values.iter().enumerate() {
            if n % 3 == 0 { &mut left } else { &mut right }.add(*value);
        }
        left.merge(&right);
        values.sort_by(f64::total_cmp);
        for share in [0.0, 0.01, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0] {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "small"
            )]
            let exact = values[(share * 19_999.0) as usize];
            let error = (left.quantile(share).unwrap() / exact - 1.0).abs();
            assert!(error < 0.01, "{share}: {error}");
        }
    }

    #[test]
    fn odd_values_are_taken() {
        let mut sketch = Sketch::default();
        assert_eq!(sketch.quantile(0.5), None);
        for value in [-1.0, 0.0, f64::NAN, f64::INFINITY] {
            sketch.add(value);
        }
        assert_eq!((sketch.count(), sketch.quantile(0.5)), (4, Some(0.0)));
        let text = serde_json::to_string(&sketch).unwrap();
        assert_eq!(serde_json::from_str::<Sketch>(&text).unwrap(), sketch);
    }
}
