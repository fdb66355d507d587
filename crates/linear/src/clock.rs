//! The time on the air.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use matinee_engines::time::now_micros;

/// The machine's clock, which never goes back here: a clock that is set back would take segments
/// out of playlists that players have seen already.
#[derive(Debug)]
pub struct Clock {
    last: AtomicI64,
    began: i64,
    speed: u32,
}

impl Default for Clock {
    fn default() -> Self {
        Self::of_speed(1)
    }
}

impl Clock {
    /// A clock that goes so many times as fast from now on: for tests, which have no hour to
    /// watch an hour of a channel.
    pub fn of_speed(speed: u32) -> Self {
        Self {
            last: AtomicI64::new(0),
            began: now_micros() / 1000,
            speed: speed.max(1),
        }
    }

    /// UTC milliseconds.
    pub fn now(&self) -> i64 {
        let real = now_micros() / 1000;
        let now = self.began + (real - self.began) * i64::from(self.speed);
        self.last.fetch_max(now, Ordering::Relaxed).max(now)
    }

    /// How long such a length of time really is.
    pub fn really(&self, length: Duration) -> Duration {
        length / self.speed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_does_not_go_back() {
        let clock = Clock::default();
        let later = clock.now() + 60_000;
        clock.last.store(later, Ordering::Relaxed);
        assert_eq!(clock.now(), later);
    }

    #[test]
    fn it_goes_as_fast_as_it_is_told() {
        let clock = Clock {
            began: now_micros() / 1000 - 1_000,
            ..Clock::of_speed(30)
        };
        assert!(clock.now() >= clock.began + 30_000);
        assert_eq!(clock.really(Duration::from_secs(30)).as_secs(), 1);
    }
}
