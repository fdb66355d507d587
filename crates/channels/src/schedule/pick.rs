//! Which item of a source comes next.

use std::collections::HashMap;

use super::plan::{Plan, Strand};
use crate::{
    definition::Order,
    seed::{Seed, permute},
};

/// How far ahead something that fits is looked for.
const LOOK: u64 = 64;

/// A place in a strand, while a schedule is being made.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) key: Option<u64>,
    pub(super) position: u64,
    /// Offsets from the position, ascending, of what was taken ahead of its turn.
    pub(super) ahead: Vec<u8>,
    pub(super) last: Option<u32>,
}

/// What came of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pick {
    /// This item.
    Item(u32),
    /// There are some, but none that may be begun now.
    Wait,
    /// There is none that may be shown at this time of day.
    Never,
}

/// What may be picked.
pub(super) struct Ask<'a> {
    pub(super) at: i64,
    /// When it must have ended.
    pub(super) until: i64,
    /// How long an item is with everything in it, at most.
    pub(super) length: &'a dyn Fn(u32) -> i64,
    /// Whether it may be shown from now on for so long.
    pub(super) allowed: &'a dyn Fn(u32, i64) -> bool,
    /// When each item aired last.
    pub(super) recent: &'a HashMap<u32, i64>,
    /// What aired in the last so many milliseconds comes only if there is nothing else.
    pub(super) no_repeat: i64,
    /// Whether an order may be broken to find something that fits.
    pub(super) skip: bool,
}

impl Place {
    /// Keys the shuffle, if it is not yet: by the day on which the strand is first asked, not by
    /// the one on which its schedule happens to be begun.
    pub(super) fn begin(&mut self, plan: &Plan, strand: &Strand, at: i64) {
        if self.key.is_none() {
            let date = plan.zone.date(at);
            let day = i64::from(date.year()) * 400 + i64::from(date.day_of_year());
            let seed = plan.seed.text(&strand.key).with(day.cast_unsigned());
            self.key = Some(seed.with(u64::from(plan.version)).get());
        }
    }

    /// Goes on after an item, in a strand that is in an order.
    pub(super) fn after(&mut self, strand: &Strand, last: u32) {
        self.last = Some(last);
        let Some(at) = strand.pool.iter().position(|&n| n == last) else {
            return;
        };
        let at = at as u64;
        match strand.order {
            Order::Shuffle => {}
            Order::InOrder | Order::Chronological => self.position = at + 1,
            Order::RoundRobin => {
                let groups = strand.groups.len() as u64;
                let group = strand
                    .groups
                    .partition_point(|&start| u64::from(start) <= at)
                    - 1;
                let within = at - u64::from(strand.groups[group]);
                self.position = within * groups + group as u64 + 1;
            }
        }
    }

    fn item(&self, strand: &Strand, position: u64) -> u32 {
        let count = strand.len().max(1);
        let within = |n: u64, count: u32| u32::try_from(n % u64::from(count)).unwrap_or(0);
        let index = match strand.order {
            Order::Shuffle => {
                let cycle = Seed::new(self.key.unwrap_or(0)).with(position / u64::from(count));
                permute(cycle.get(), count, within(position, count))
            }
            Order::InOrder | Order::Chronological => within(position, count),
            Order::RoundRobin => {
                let groups = u32::try_from(strand.groups.len()).unwrap_or(1).max(1);
                let group = within(position, groups) as usize;
                let start = strand.groups.get(group).copied().unwrap_or(0);
                let end = strand.groups.get(group + 1).copied().unwrap_or(count);
                start + within(position / u64::from(groups), (end - start).max(1))
            }
        };
        strand.pool.get(index as usize).copied().unwrap_or(0)
    }

    /// Picks what comes next and moves on.
    pub(super) fn pick(&mut self, strand: &Strand, ask: &Ask<'_>) -> Pick {
        let shuffled = strand.order == Order::Shuffle;
        // What fits nowhere must not fill the view for ever: it is passed over this time.
        if self.ahead.len() as u64 >= LOOK / 2 {
            self.step();
        }
        let look = if shuffled {
            LOOK
        } else {
            LOOK.min(strand.len().into())
        };
        let mut fallback: Option<(i64, u64, u32)> = None;
        let mut waits = false;
        for offset in 0..look {
            let byte = u8::try_from(offset).unwrap_or(u8::MAX);
            if self.ahead.binary_search(&byte).is_ok() {
                continue;
            }
            let item = self.item(strand, self.position + offset);
            let length = (ask.length)(item);
            if !(ask.allowed)(item, length) {
                continue;
            }
            if ask.at.saturating_add(length) > ask.until {
                waits = true;
                if shuffled || ask.skip {
                    continue;
                }
                return Pick::Wait;
            }
            if !shuffled {
                self.position += offset + 1;
                self.last = Some(item);
                return Pick::Item(item);
            }
            let aired = ask.recent.get(&item).copied().unwrap_or(i64::MIN);
            let aired = if self.last == Some(item) {
                aired.max(ask.at)
            } else {
                aired
            };
            if aired == i64::MIN
                || (aired.saturating_add(ask.no_repeat) <= ask.at && self.last != Some(item))
            {
                return self.take(item, offset);
            }
            if fallback.is_none_or(|(best, ..)| aired < best) {
                fallback = Some((aired, offset, item));
            }
            // A short list is seen whole long before the view ends.
            if offset >= u64::from(strand.len()) * 2 {
                break;
            }
        }
        match fallback {
            Some((_, offset, item)) => self.take(item, offset),
            None if waits => Pick::Wait,
            None => Pick::Never,
        }
    }

    fn take(&mut self, item: u32, offset: u64) -> Pick {
        self.last = Some(item);
        if offset == 0 {
            self.step();
        } else if let Ok(offset) = u8::try_from(offset)
            && let Err(at) = self.ahead.binary_search(&offset)
        {
            self.ahead.insert(at, offset);
        }
        Pick::Item(item)
    }

    /// Moves on by one, and over what was taken ahead.
    fn step(&mut self) {
        loop {
            self.position += 1;
            let next = self.ahead.first() == Some(&1);
            self.ahead.retain(|&offset| offset != 1);
            for offset in &mut self.ahead {
                *offset -= 1;
            }
            if !next {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strand(count: u32, order: Order, groups: &[u32]) -> Strand {
        Strand {
            key: "s".into(),
            pool: (0..count).collect(),
            order,
            fingerprint: 0,
            groups: groups.to_vec(),
        }
    }

    fn ask<'a>(recent: &'a HashMap<u32, i64>, length: &'a dyn Fn(u32) -> i64) -> Ask<'a> {
        Ask {
            at: 0,
            until: 100,
            length,
            allowed: &|_, _| true,
            recent,
            no_repeat: 0,
            skip: false,
        }
    }

    #[test]
    fn a_shuffle_is_fair_whatever_was_taken_ahead() {
        let strand = strand(50, Order::Shuffle, &[]);
        let recent = HashMap::new();
        let mut place = Place {
            key: Some(5),
            ..Place::default()
        };
        // Now and then only the short ones fit, so that they are taken ahead of their turn.
        let mut aired = vec![0; 50];
        for n in 0..500 {
            let short = |item: u32| {
                if n % 3 == 0 && item.is_multiple_of(2) {
                    1000
                } else {
                    10
                }
            };
            match place.pick(&strand, &ask(&recent, &short)) {
                Pick::Item(item) => aired[item as usize] += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(aired.iter().sum::<u32>(), 500);
        let (least, most) = (aired.iter().min().unwrap(), aired.iter().max().unwrap());
        assert!(most - least <= 3, "{aired:?}");
    }

    #[test]
    fn what_never_fits_does_not_stop_the_rest() {
        let strand = strand(9, Order::Shuffle, &[]);
        let recent = HashMap::new();
        let mut place = Place::default();
        let lengths = |item: u32| if item == 4 { 1000 } else { 10 };
        let mut aired = [0; 9];
        for _ in 0..800 {
            let Pick::Item(item) = place.pick(&strand, &ask(&recent, &lengths)) else {
                panic!()
            };
            aired[item as usize] += 1;
        }
        assert_eq!(aired[4], 0);
        assert!(
            aired
                .iter()
                .enumerate()
                .all(|(n, &count)| n == 4 || (90..110).contains(&count)),
            "{aired:?}"
        );
    }

    #[test]
    fn shows_take_turns_and_an_order_goes_on_after_its_last() {
        let strand = strand(5, Order::RoundRobin, &[0, 3]);
        let mut place = Place::default();
        let recent = HashMap::new();
        let short = |_| 1;
        let next = |place: &mut Place| match place.pick(&strand, &ask(&recent, &short)) {
            Pick::Item(item) => item,
            other => panic!("{other:?}"),
        };
        let order: Vec<u32> = (0..8).map(|_| next(&mut place)).collect();
        assert_eq!(order, [0, 3, 1, 4, 2, 3, 0, 4]);
        let mut other = Place::default();
        other.after(&strand, 4);
        assert_eq!(next(&mut other), 2);
    }
}
