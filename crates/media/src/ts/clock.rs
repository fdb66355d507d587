//! The clock of a transport stream: 90 kHz in 33 bits.

/// Makes timestamps that wrap after 26 hours into times that do not.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Unwrap33 {
    last: Option<i64>,
}

const BITS: u32 = 33;
const RANGE: i64 = 1 << BITS;

impl Unwrap33 {
    /// The time of a timestamp, in ticks: the one that is nearest to the last.
    pub(super) fn ticks(&mut self, stamp: u64) -> i64 {
        let stamp = i64::try_from(stamp).unwrap_or(0).rem_euclid(RANGE);
        let ticks = match self.last {
            None => stamp,
            Some(last) => {
                let ahead = (stamp - last).rem_euclid(RANGE);
                let signed = if ahead >= RANGE / 2 {
                    ahead - RANGE
                } else {
                    ahead
                };
                last.saturating_add(signed)
            }
        };
        self.last = Some(ticks);
        ticks
    }

    /// The same of a timestamp that others need not be near to.
    pub(super) fn ticks_aside(self, stamp: u64) -> i64 {
        let mut aside = self;
        aside.ticks(stamp)
    }

    /// The last time; none before the first.
    pub(super) fn last(self) -> Option<i64> {
        self.last
    }
}

/// Ticks of the clock in microseconds.
pub(super) const fn micros(ticks: i64) -> i64 {
    // Exact to the microsecond, and to the tick on the way back.
    let whole = ticks.div_euclid(9) * 100;
    whole + (ticks.rem_euclid(9) * 100 + 4) / 9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_on_where_it_wraps() {
        let mut clock = Unwrap33::default();
        let end = RANGE.cast_unsigned();
        assert_eq!(clock.ticks(end - 10), RANGE - 10);
        assert_eq!(clock.ticks(5), RANGE + 5);
        // Sound that comes a little later for a little earlier.
        assert_eq!(clock.ticks(end - 3), RANGE - 3);
        assert_eq!(clock.ticks(7), RANGE + 7);
    }

    #[test]
    fn ticks_are_microseconds() {
        assert_eq!(micros(90_000), 1_000_000);
        assert_eq!(micros(3003), 33_367);
        assert_eq!(micros(-90), -1000);
        for ticks in -1000..1000 {
            let back = crate::rescale_signed(micros(ticks), 1_000_000, 90_000);
            assert!((back - ticks).abs() <= 1, "{ticks}");
        }
    }
}
