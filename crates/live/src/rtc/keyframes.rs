//! When a keyframe is to be asked for (PLI, RFC 4585 §6.3.1): browsers send them when they are
//! asked, and hardly ever otherwise.

use std::time::{Duration, Instant};

/// How often is asked while nothing can be shown.
const URGENT: Duration = Duration::from_millis(500);
/// How often is asked otherwise.
const CALM: Duration = Duration::from_secs(1);

/// When a keyframe is to be asked for.
#[derive(Debug)]
pub(super) struct Keyframes {
    /// How long a segment is: each begins with one.
    every: Duration,
    last: Option<Instant>,
    asked: Option<Instant>,
    /// Nothing can be shown without one.
    lost: bool,
    /// Somebody who has just come would like one.
    wanted: bool,
}

impl Keyframes {
    /// One for each segment of this length.
    pub(super) const fn new(every: Duration) -> Self {
        Self {
            every,
            last: None,
            asked: None,
            lost: true,
            wanted: false,
        }
    }

    /// Something is missing: what follows rests on it.
    pub(super) fn lose(&mut self) {
        self.lost = true;
    }

    /// Somebody would like one soon.
    pub(super) fn want(&mut self) {
        self.wanted = true;
    }

    /// A picture came. Gives whether it can be shown.
    pub(super) fn picture(&mut self, sync: bool, now: Instant) -> bool {
        if sync {
            self.last = Some(now);
            self.lost = false;
            self.wanted = false;
        }
        !self.lost
    }

    /// When one is to be asked for, if none comes before; none for at once.
    pub(super) fn due(&self) -> Option<Instant> {
        let pause = if self.lost { URGENT } else { CALM };
        let not_before = self.asked.map(|asked| asked + pause);
        let regular = self.last.map(|last| last + self.every);
        let urgent = self.lost || self.wanted;
        not_before.max(regular.filter(|_| !urgent))
    }

    /// Whether one is to be asked for now; if so it counts as asked for.
    pub(super) fn ask(&mut self, now: Instant) -> bool {
        let due = self.due().is_none_or(|due| now >= due);
        if due {
            self.asked = Some(now);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked_at(keyframes: &mut Keyframes, from: Instant, ms: std::ops::Range<u64>) -> Vec<u64> {
        let at = |ms| from + Duration::from_millis(ms);
        ms.filter(|ms| keyframes.ask(at(*ms))).collect()
    }

    #[test]
    fn they_are_asked_for_until_one_comes_and_then_for_each_segment() {
        let mut keyframes = Keyframes::new(Duration::from_secs(2));
        let start = Instant::now();
        assert!(!keyframes.picture(false, start));
        assert_eq!(asked_at(&mut keyframes, start, 0..1200), [0, 500, 1000]);
        let at = |ms| start + Duration::from_millis(ms);
        assert!(keyframes.picture(true, at(1200)));
        assert_eq!(asked_at(&mut keyframes, start, 1200..4500), [3200, 4200]);
        // Whoever sends them by themselves is not asked.
        assert!(keyframes.picture(true, at(4500)));
        assert_eq!(asked_at(&mut keyframes, start, 4500..6400), [0; 0]);
        assert!(keyframes.picture(true, at(6400)));
        assert_eq!(asked_at(&mut keyframes, start, 6400..8300), [0; 0]);
    }

    #[test]
    fn a_loss_is_urgent_and_a_wish_is_not() {
        let mut keyframes = Keyframes::new(Duration::from_secs(2));
        let start = Instant::now();
        assert!(keyframes.ask(start));
        assert!(keyframes.picture(true, start));
        keyframes.want();
        assert!(keyframes.picture(false, start));
        assert_eq!(asked_at(&mut keyframes, start, 0..2500), [1000, 2000]);
        keyframes.lose();
        let at = |ms| start + Duration::from_millis(ms);
        assert!(!keyframes.picture(false, at(2500)));
        assert_eq!(asked_at(&mut keyframes, start, 2400..2900), [2500]);
        assert!(keyframes.picture(true, at(2900)));
        assert_eq!(asked_at(&mut keyframes, start, 2900..4800), [0; 0]);
    }
}
