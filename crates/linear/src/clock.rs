//! The time on the air.

use std::sync::atomic::{AtomicI64, Ordering};

use matinee_engines::time::now_micros;

/// The machine's clock, which never goes back here: a clock that is set back would take segments
/// out of playlists that players have seen already.
#[derive(Debug, Default)]
pub struct Clock(AtomicI64);

impl Clock {
    /// UTC milliseconds.
    pub fn now(&self) -> i64 {
        let now = now_micros() / 1000;
        self.0.fetch_max(now, Ordering::Relaxed).max(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_does_not_go_back() {
        let clock = Clock::default();
        let later = clock.now() + 60_000;
        clock.0.store(later, Ordering::Relaxed);
        assert_eq!(clock.now(), later);
    }
}
