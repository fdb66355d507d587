//! One clock for all that a target gets, whatever happens to the encoder's.

/// How long the first frame of another run comes after the last one of the run before, in
/// microseconds.
const STEP: i64 = 40_000;

/// Tells the time of frames since the target was reached.
#[derive(Debug, Default)]
pub(super) struct Clock {
    /// What is added to the run's own clock.
    shift: Option<i64>,
    last: i64,
}

impl Clock {
    /// Frames of another run follow.
    pub(super) fn renew(&mut self) {
        self.shift = None;
    }

    /// When the last frame was decoded, in microseconds.
    pub(super) const fn now(&self) -> i64 {
        self.last
    }

    /// When a frame is decoded, in microseconds: never before the first one.
    pub(super) fn time(&mut self, time_us: i64) -> i64 {
        let from = if self.last == 0 { 0 } else { self.last + STEP };
        let shift = *self
            .shift
            .get_or_insert_with(|| from.saturating_sub(time_us));
        let time = time_us.saturating_add(shift).max(0);
        self.last = self.last.max(time);
        time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_on_from_run_to_run() {
        let mut clock = Clock::default();
        assert_eq!(clock.time(5_000_000), 0);
        assert_eq!(clock.time(4_990_000), 0);
        assert_eq!(clock.time(5_040_000), 40_000);
        clock.renew();
        // An encoder that has come back begins at 0.
        assert_eq!(clock.time(0), 80_000);
        assert_eq!(clock.time(40_000), 120_000);
    }
}
