//! Advertisement breaks of a broadcast, as its encoder tells of them (SCTE 35).
//!
//! Cues are said ahead, several times, and within one another (an advertisement within a break);
//! some are lost. What is kept is one row of breaks that do not overlap.

use std::collections::VecDeque;

use bytes::Bytes;
use matinee_media::hls::LiveBreak;
use matinee_media::scte35::Cue;

use super::ring::Ring;

/// The most breaks that are kept.
const MAX_BREAKS: usize = 64;
/// The most cues within a break that are waited for to end.
const MAX_NESTED: usize = 16;
/// Cues that are no further apart, in microseconds, mean the same.
const SAME: u64 = 1_000_000;
/// A break whose end nobody has told lasts no longer than this, in microseconds.
const LONGEST: u64 = 600_000_000;
/// How far ahead a cue may be, in microseconds, and how late.
const AHEAD: u64 = LONGEST;
const LATE: u64 = 60_000_000;

/// A break, on the broadcast's clock in microseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Break {
    /// The event of SCTE 35.
    event_id: u32,
    /// What the clock on the wall said at the broadcast's 0 when it was told. It may say otherwise
    /// later, but what has been dated stays so.
    wall: i64,
    begins: u64,
    planned: Option<u64>,
    /// When it ends by itself, unless it is ended before.
    due: Option<u64>,
    /// When it was said to end.
    ends: Option<u64>,
    out: Bytes,
    back: Option<Bytes>,
}

impl Break {
    /// When it is over at the latest.
    fn over(&self) -> u64 {
        let planned = self.planned.unwrap_or(LONGEST).min(LONGEST);
        self.ends.unwrap_or(self.begins + planned)
    }

    /// When it ends, or is meant to, if that is known.
    fn known_end(&self) -> Option<u64> {
        self.ends.or(self.planned.map(|long| self.begins + long))
    }

    /// When it was over, as somebody sees it who is at an instant.
    fn ended(&self, now: u64) -> Option<u64> {
        self.ends.or(self.due.filter(|due| *due <= now))
    }
}

/// What follows from a cue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// A break begins that was not known, at this instant of the broadcast's clock.
    pub(super) begins: Option<u64>,
    /// Where segments are wanted to begin.
    pub(super) cuts: Vec<u64>,
}

/// The breaks of a broadcast, ascending.
#[derive(Debug, Default)]
pub(super) struct Breaks {
    all: VecDeque<Break>,
    /// Events within the last break.
    nested: Vec<u32>,
}

impl Breaks {
    /// Takes a cue for an instant, at an instant.
    fn cue(&mut self, now: u64, wall: i64, at: u64, cue: &Cue, section: Bytes) -> Told {
        if at > now + AHEAD || at + LATE < now {
            return Told::default();
        }
        if cue.out {
            self.begin(wall, at, cue, section)
        } else {
            self.end(now, at, cue, section)
        }
    }

    fn begin(&mut self, wall: i64, at: u64, cue: &Cue, section: Bytes) -> Told {
        if let Some(last) = self.all.back_mut() {
            if at.abs_diff(last.begins) < SAME {
                return Told::default();
            }
            if at + SAME <= last.over() {
                if at > last.begins && cue.event_id != last.event_id {
                    self.nested.retain(|id| *id != cue.event_id);
                    self.nested.push(cue.event_id);
                    self.nested.truncate(MAX_NESTED);
                }
                return Told::default();
            }
            // Nobody has told that it was over.
            last.ends = Some(last.over().min(at));
        }
        let planned = cue.duration_ms.map(|ms| ms.saturating_mul(1000));
        let planned = planned.filter(|planned| *planned > 0);
        let due = planned
            .filter(|_| cue.auto_return)
            .map(|long| at + long.min(LONGEST));
        self.nested.clear();
        self.all.push_back(Break {
            event_id: cue.event_id,
            wall,
            begins: at,
            planned,
            due,
            ends: None,
            out: section,
            back: None,
        });
        if self.all.len() > MAX_BREAKS {
            self.all.pop_front();
        }
        Told {
            begins: Some(at),
            cuts: [at].into_iter().chain(due).collect(),
        }
    }

    fn end(&mut self, now: u64, at: u64, cue: &Cue, section: Bytes) -> Told {
        let open = self.all.back_mut().filter(|last| {
            // What has been told as over stays so.
            last.ended(now).is_none() && at > last.begins
        });
        let Some(last) = open else {
            return Told::default();
        };
        if let Some(n) = self.nested.iter().position(|id| *id == cue.event_id) {
            self.nested.swap_remove(n);
            return Told::default();
        }
        last.ends = Some(at);
        last.back = Some(section);
        Told {
            begins: None,
            cuts: vec![at],
        }
    }

    /// Lets go of those that were over before an instant.
    pub(super) fn forget(&mut self, before: u64) {
        while self.all.len() > 1 && self.all.front().is_some_and(|one| one.over() < before) {
            self.all.pop_front();
        }
    }

    /// The break that an instant is in: when it begins and ends, if that is known.
    pub(super) fn at(&self, instant: u64) -> Option<(u64, Option<u64>)> {
        let mut all = self.all.iter().rev();
        let found = all.find(|one| one.begins <= instant && instant < one.over())?;
        Some((found.begins, found.known_end()))
    }
}

impl Ring {
    /// Takes a cue for an instant of the broadcast's clock. Gives what follows, and when a break
    /// begins that was not known, in UTC microseconds.
    pub(super) fn cue(&mut self, at: u64, cue: &Cue, section: Bytes) -> (Told, Option<i64>) {
        let wall = self.runs.back().map_or(0, |run| run.wall);
        let told = self.breaks.cue(self.end_micros, wall, at, cue, section);
        let begins = told.begins.map(|at| wall.saturating_add_unsigned(at));
        (told, begins)
    }

    /// The break that is on or comes next, in UTC microseconds.
    pub(super) fn next_break(&self) -> Option<(i64, Option<i64>)> {
        let mut all = self.breaks.all.iter();
        let found = all.find(|one| one.over() > self.end_micros)?;
        let at = |micros: u64| found.wall.saturating_add_unsigned(micros);
        Some((at(found.begins), found.known_end().map(at)))
    }

    /// The breaks that are listed.
    pub(super) fn listed_breaks(&self) -> Vec<LiveBreak> {
        let all = self.breaks.all.iter();
        all.map(|one| {
            let at = |micros: u64| one.wall.saturating_add_unsigned(micros);
            LiveBreak {
                id: u64::try_from(at(one.begins) / 1000).unwrap_or(0),
                begins_at: at(one.begins),
                planned_ms: one.planned.map(|long| long / 1000),
                ends_at: one.ended(self.end_micros).map(at),
                out: one.out.clone(),
                back: one.back.clone(),
            }
        })
        .collect()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: u64 = 1_000_000;

    fn cue(event_id: u32, out: bool, seconds: Option<u64>, auto_return: bool) -> Cue {
        Cue {
            event_id,
            out,
            duration_ms: seconds.map(|seconds| seconds * 1000),
            auto_return,
        }
    }

    fn spans(breaks: &Breaks, now: u64) -> Vec<(u64, Option<u64>)> {
        let all = breaks.all.iter();
        all.map(|one| (one.begins / SECOND, one.ended(now).map(|at| at / SECOND)))
            .collect()
    }

    #[test]
    fn a_break_is_told_ahead_again_and_again() {
        let mut breaks = Breaks::default();
        let mut say = |now: u64, at: u64, cue: &Cue| {
            let told = breaks.cue(now * SECOND, 0, at * SECOND, cue, Bytes::new());
            (told, spans(&breaks, now * SECOND))
        };
        let out = cue(7, true, Some(30), false);
        let (told, all) = say(1, 5, &out);
        assert_eq!(
            (told.begins, told.cuts),
            (Some(5 * SECOND), vec![5 * SECOND])
        );
        assert_eq!(all, [(5, None)]);
        assert_eq!(say(3, 5, &out).0, Told::default());
        // An advertisement within it, and its end.
        assert_eq!(
            say(14, 15, &cue(8, true, Some(10), false)).0,
            Told::default()
        );
        assert_eq!(say(24, 25, &cue(8, false, None, false)).0, Told::default());
        let (told, all) = say(30, 34, &cue(7, false, None, false));
        assert_eq!((told.begins, told.cuts), (None, vec![34 * SECOND]));
        assert_eq!(all, [(5, Some(34))]);
        assert_eq!(say(31, 34, &cue(7, false, None, false)).0, Told::default());
    }

    #[test]
    fn one_ends_by_itself_or_sooner() {
        let mut breaks = Breaks::default();
        let out = cue(1, true, Some(30), true);
        let told = breaks.cue(0, 0, 10 * SECOND, &out, Bytes::new());
        assert_eq!(told.cuts, [10 * SECOND, 40 * SECOND]);
        assert_eq!(spans(&breaks, 39 * SECOND), [(10, None)]);
        assert_eq!(spans(&breaks, 40 * SECOND), [(10, Some(40))]);
        // Once it was told as over, nobody can make it longer or shorter.
        breaks.cue(
            41 * SECOND,
            0,
            42 * SECOND,
            &cue(1, false, None, false),
            Bytes::new(),
        );
        assert_eq!(spans(&breaks, 50 * SECOND), [(10, Some(40))]);
        breaks.cue(
            50 * SECOND,
            0,
            60 * SECOND,
            &cue(2, true, Some(30), true),
            Bytes::new(),
        );
        breaks.cue(
            70 * SECOND,
            0,
            75 * SECOND,
            &cue(2, false, None, false),
            Bytes::new(),
        );
        assert_eq!(
            spans(&breaks, 70 * SECOND),
            [(10, Some(40)), (60, Some(75))]
        );
        assert_eq!(
            breaks.at(61 * SECOND),
            Some((60 * SECOND, Some(75 * SECOND)))
        );
        assert_eq!(breaks.at(50 * SECOND), None);
        breaks.forget(60 * SECOND);
        assert_eq!(spans(&breaks, 80 * SECOND), [(60, Some(75))]);
    }

    #[test]
    fn an_end_that_was_lost_does_not_swallow_the_next_break() {
        let mut breaks = Breaks::default();
        breaks.cue(
            0,
            0,
            10 * SECOND,
            &cue(1, true, Some(30), false),
            Bytes::new(),
        );
        breaks.cue(
            90 * SECOND,
            0,
            95 * SECOND,
            &cue(2, true, None, false),
            Bytes::new(),
        );
        assert_eq!(spans(&breaks, 96 * SECOND), [(10, Some(40)), (95, None)]);
        // What lies far off is a mistake.
        let far = cue(3, true, None, false);
        assert_eq!(
            breaks.cue(SECOND, 0, 2000 * SECOND, &far, Bytes::new()),
            Told::default()
        );
        assert_eq!(
            breaks.cue(2000 * SECOND, 0, SECOND, &far, Bytes::new()),
            Told::default()
        );
    }

    proptest! {
        #[test]
        fn breaks_do_not_overlap_whatever_is_said(
            cues in prop::collection::vec((0u64..100, 0u64..400, 0u32..4, any::<bool>(), prop::option::of(0u64..50), any::<bool>()), 0..200)
        ) {
            let mut breaks = Breaks::default();
            let mut now = 0;
            for (on, at, id, out, planned, auto) in cues {
                now += on * SECOND / 10;
                breaks.cue(now, 0, at * SECOND, &cue(id, out, planned, auto), Bytes::new());
                for pair in breaks.all.iter().collect::<Vec<_>>().windows(2) {
                    prop_assert!(pair[0].begins < pair[1].begins);
                    prop_assert!(pair[0].ended(now).unwrap() <= pair[1].begins + SAME);
                }
                prop_assert!(breaks.all.len() <= MAX_BREAKS && breaks.nested.len() <= MAX_NESTED);
            }
        }
    }
}
