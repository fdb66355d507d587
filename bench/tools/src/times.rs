//! How long things took, by tenths of a millisecond.

use std::time::Duration;

/// The longest that is told apart: a minute.
const BUCKETS: usize = 600_000;

/// A histogram.
pub struct Times {
    counts: Vec<u32>,
    count: u64,
    max: Duration,
}

impl Times {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            counts: vec![0; BUCKETS],
            count: 0,
            max: Duration::ZERO,
        }
    }

    /// Takes in one more.
    pub fn add(&mut self, time: Duration) {
        let tenths = usize::try_from(time.as_micros() / 100).unwrap_or(usize::MAX);
        self.counts[tenths.min(BUCKETS - 1)] += 1;
        self.count += 1;
        self.max = self.max.max(time);
    }

    /// How many there are.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The milliseconds that this share of them, in thousandths, did not exceed.
    fn at(&self, thousandths: u64) -> f64 {
        let rank = self.count * thousandths / 1000;
        let mut seen = 0;
        for (tenths, count) in self.counts.iter().enumerate() {
            seen += u64::from(*count);
            if seen > rank || seen == self.count {
                return (tenths as f64 + 1.0) / 10.0;
            }
        }
        0.0
    }

    /// As members of a JSON object, in milliseconds.
    pub fn json(&self) -> String {
        let [p50, p90, p95, p99] = [500, 900, 950, 990].map(|share| self.at(share));
        let max = self.max.as_secs_f64() * 1000.0;
        format!(r#""p50":{p50:.1},"p90":{p90:.1},"p95":{p95:.1},"p99":{p99:.1},"max":{max:.1}"#)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_told() {
        let mut times = Times::new();
        for ms in 1..=100 {
            times.add(Duration::from_millis(ms));
        }
        assert_eq!(times.count(), 100);
        assert_eq!(
            times.json(),
            r#""p50":51.1,"p90":91.1,"p95":96.1,"p99":100.1,"max":100.0"#
        );
    }
}
