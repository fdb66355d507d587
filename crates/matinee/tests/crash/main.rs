//! The program killed, starved of disk and cut off from its database at random moments: nothing that was
//! acknowledged may be lost, and nothing half-written may be seen.
//!
//! Every moment of a kill comes from a seed, which a failing test prints; `MATINEE_TEST_CRASH_SEED` replays it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod analytics;
mod client;
mod database;
mod disk;
mod live;
mod media;
mod processing;
mod server;
mod uploads;
mod watching;

/// Pseudo-random moments from one printed seed.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(test: &str) -> Self {
        let seed = std::env::var("MATINEE_TEST_CRASH_SEED")
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or_else(rand::random);
        eprintln!("{test}: MATINEE_TEST_CRASH_SEED={seed}");
        Self(seed)
    }

    /// The next number below `limit` (SplitMix64; evenness does not matter here).
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    pub(crate) fn millis(&mut self, from: u64, to: u64) -> std::time::Duration {
        std::time::Duration::from_millis(from + self.below(to - from))
    }
}
