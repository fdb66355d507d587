//! Slows down those who guess passwords.

use std::time::{Duration, Instant};

use moka::sync::Cache;
use parking_lot::Mutex;

/// Failures that cost nothing, unless told otherwise.
const FREE: u32 = 5;
const FIRST_WAIT: Duration = Duration::from_secs(2);
/// What the wait grows to, unless told otherwise.
const LONGEST_WAIT: Duration = Duration::from_mins(15);
/// After this long without a failure all is forgotten.
const MEMORY: Duration = Duration::from_hours(1);
/// How many names and addresses are remembered at once.
const CAPACITY: u64 = 100_000;

/// Counts failures per key (an address, a name); after the first few each
/// doubles the wait.
pub(crate) struct Throttle {
    failures: Cache<String, (u32, Instant)>,
    // How many are free, and the longest wait.
    rule: Mutex<(u32, Duration)>,
}

impl Throttle {
    pub(crate) fn new() -> Self {
        Self::of(FREE, LONGEST_WAIT)
    }

    /// With so many free failures, and waits no longer than that.
    pub(crate) fn of(free: u32, longest: Duration) -> Self {
        Self {
            failures: Cache::builder()
                .max_capacity(CAPACITY)
                .time_to_idle(MEMORY)
                .build(),
            rule: Mutex::new((free, longest)),
        }
    }

    /// Goes by another rule from now on; what was counted stays.
    pub(crate) fn set(&self, free: u32, longest: Duration) {
        *self.rule.lock() = (free, longest);
    }

    /// How long this key must still wait.
    pub(crate) fn wait(&self, key: &str) -> Option<Duration> {
        let (failures, last) = self.failures.get(key)?;
        let (free, longest) = *self.rule.lock();
        let doublings = failures.checked_sub(free)?.min(20);
        let wait = (FIRST_WAIT * 2_u32.pow(doublings)).min(longest);
        wait.checked_sub(last.elapsed())
            .filter(|left| !left.is_zero())
    }

    pub(crate) fn failed(&self, key: &str) {
        self.failures.entry_by_ref(key).and_upsert_with(|entry| {
            let failures = entry.map_or(0, |entry| entry.into_value().0);
            (failures.saturating_add(1), Instant::now())
        });
    }

    pub(crate) fn succeeded(&self, key: &str) {
        self.failures.invalidate(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_failures_are_free_and_then_each_doubles_the_wait() {
        let throttle = Throttle::new();
        for _ in 0..FREE - 1 {
            throttle.failed("ada");
            assert_eq!(throttle.wait("ada"), None);
        }
        throttle.failed("ada");
        let first = throttle.wait("ada").unwrap_or_default();
        throttle.failed("ada");
        let second = throttle.wait("ada").unwrap_or_default();
        assert!(first > Duration::ZERO && first <= FIRST_WAIT);
        assert!(second > FIRST_WAIT && second <= FIRST_WAIT * 2);
        assert_eq!(throttle.wait("grace"), None);
        throttle.succeeded("ada");
        assert_eq!(throttle.wait("ada"), None);
    }

    #[test]
    fn another_rule_counts_what_was_counted_before() {
        let throttle = Throttle::new();
        throttle.failed("ada");
        assert_eq!(throttle.wait("ada"), None);
        throttle.set(1, Duration::from_secs(1));
        let wait = throttle.wait("ada").unwrap_or_default();
        assert!(wait > Duration::ZERO && wait <= Duration::from_secs(1));
    }
}
