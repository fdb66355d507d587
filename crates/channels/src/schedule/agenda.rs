//! What the wall clock says: which block is on, when it ends, which events are due.

use jiff::civil::Date;

use super::plan::Plan;
use crate::definition::Start;

/// How many days ahead switches are looked for.
const DAYS_AHEAD: usize = 3;

/// The occurrences of blocks and events around one day.
#[derive(Debug)]
pub(super) struct Agenda {
    /// When the day ends, and this agenda with it.
    pub(super) ends: i64,
    horizon: i64,
    occurrences: Vec<Occurrence>,
    events: Vec<Due>,
    /// When items for grown-ups may be shown.
    nights: Vec<(i64, i64)>,
}

#[derive(Debug)]
struct Occurrence {
    block: usize,
    start: i64,
    end: i64,
}

/// An event at its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Due {
    pub(super) at: i64,
    pub(super) event: u32,
}

/// What holds at an instant, until [`switch`](Window::switch).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// The block that is on, and when it began.
    pub(super) block: Option<(usize, i64)>,
    /// When another block, or an event, has its time.
    pub(super) switch: i64,
    /// When the next block or event begins that begins on time.
    pub(super) hard: i64,
    /// When the next event begins that begins on time.
    pub(super) event: i64,
}

impl Agenda {
    pub(super) fn new(plan: &Plan, date: Date) -> Self {
        let zone = &plan.zone;
        let mut dates = Vec::with_capacity(DAYS_AHEAD + 1);
        let mut day = date.yesterday().unwrap_or(date);
        for _ in 0..=DAYS_AHEAD {
            dates.push(day);
            day = day.tomorrow().unwrap_or(day);
        }
        let start = zone.day_start(date);
        let horizon = zone.day_start(day);
        let mut agenda = Self {
            ends: zone.instant(date, 1440),
            horizon,
            occurrences: Vec::new(),
            events: Vec::new(),
            nights: Vec::new(),
        };
        for (n, block) in plan.blocks.iter().enumerate() {
            let Some((from, to)) = block.times else {
                let always = Occurrence {
                    block: n,
                    start: i64::MIN,
                    end: i64::MAX,
                };
                agenda.occurrences.push(always);
                continue;
            };
            for &date in dates.iter().filter(|&&date| block.when().on(date)) {
                let (from, to) = (zone.instant(date, from), zone.instant(date, to));
                // What lies within a gap of the clocks lasts no time at all.
                if from < to && to > start {
                    agenda.occurrences.push(Occurrence {
                        block: n,
                        start: from,
                        end: to,
                    });
                }
            }
        }
        for (n, event) in (0u32..).zip(&plan.events) {
            for &date in dates.iter().filter(|&&date| event.when().on(date)) {
                agenda.events.push(Due {
                    at: zone.instant(date, event.minutes),
                    event: n,
                });
            }
        }
        agenda.events.sort_unstable();
        if let Some((from, to, _)) = plan.watershed {
            let night = |&date: &Date| (zone.instant(date, from), zone.instant(date, to));
            agenda.nights = dates.iter().map(night).collect();
        }
        agenda
    }

    /// The first event that is not later than an instant, comes after the one named, and is not
    /// too long ago.
    pub(super) fn due(&self, at: i64, done: (i64, u32), grace: i64) -> Option<Due> {
        let after = |due: &&Due| (due.at, due.event) > done && due.at + grace > at;
        self.events
            .iter()
            .take_while(|due| due.at <= at)
            .find(after)
            .copied()
    }

    /// Until when items for grown-ups may be shown, if they may at an instant.
    pub(super) fn night(&self, at: i64) -> Option<i64> {
        self.nights
            .iter()
            .filter(|(from, to)| (*from..*to).contains(&at))
            .map(|(_, to)| *to)
            .max()
    }

    /// What holds at an instant of the day. It is the same for every instant until it ends, so
    /// that it does not matter where a schedule is begun.
    pub(super) fn window(&self, plan: &Plan, at: i64) -> Window {
        let (block, switch) = self.step(at);
        let mut window = Window {
            block,
            switch,
            hard: i64::MAX,
            event: i64::MAX,
        };
        let on_time = |due: &&Due| plan.events[due.event as usize].start == Start::OnTime;
        if let Some(due) = self.after(at).find(on_time) {
            window.event = due.at;
            window.hard = due.at;
        }
        // The next block that begins on time, unless the event comes first.
        let mut next = switch;
        while next < window.hard.min(self.horizon) {
            let (block, further) = self.step(next);
            if let Some((block, start)) = block
                && start == next
                && plan.blocks[block].start == Start::OnTime
            {
                window.hard = next;
            }
            next = further;
        }
        window
    }

    /// The events after an instant.
    fn after(&self, at: i64) -> impl Iterator<Item = &Due> {
        self.events.iter().filter(move |due| due.at > at)
    }

    /// The block that is on, when it began, and when anything has its time next.
    fn step(&self, at: i64) -> (Option<(usize, i64)>, i64) {
        let mut switch = self.after(at).next().map_or(i64::MAX, |due| due.at);
        // Occurrences are in the order in which blocks count.
        for on in &self.occurrences {
            if on.start > at {
                switch = switch.min(on.start);
            } else if at < on.end {
                return (Some((on.block, on.start)), switch.min(on.end));
            }
        }
        (None, switch)
    }
}
