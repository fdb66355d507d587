//! Makes units, one after the other.

mod units;

use std::collections::HashMap;

use units::Manner;

use super::{
    Kind, NO_BLOCK, Slot,
    agenda::{Agenda, Window},
    breaks::at_most,
    pick::{Ask, Pick, Place},
    plan::{AdsPlan, Plan},
    state::{Cursor, State},
};
use crate::{
    error::{ChannelError, Result},
    library::ItemId,
    time::{HOUR, MINUTE},
};

/// How late an event may begin; after that it is dropped.
const GRACE: i64 = 6 * HOUR;

/// How long filler runs before the programme is asked again.
const RETRY: i64 = 30 * MINUTE;

/// The longest bumper: what leads into a break must not be one itself.
const MAX_BUMPER: i64 = 30_000;

/// A schedule being made.
pub(super) struct Machine<'p> {
    plan: &'p Plan,
    pub(super) at: i64,
    pub(super) msn: u64,
    pub(super) ordinal: u64,
    event: (i64, u32),
    block: Option<(usize, i64, u32)>,
    turns: Vec<(u32, u32)>,
    places: Vec<Place>,
    recent: HashMap<u32, i64>,
    since_ident: u32,
    since_break: u32,
    agenda: Agenda,
    window: Window,
    /// When the window must be looked up again.
    stale: i64,
    /// What has been made, for the caller to take.
    pub(super) out: Vec<Slot>,
}

impl<'p> Machine<'p> {
    /// Begins where a state is.
    ///
    /// Errors: [`ChannelError::Damaged`] when the state contradicts itself.
    pub(super) fn new(plan: &'p Plan, state: &State) -> Result<Self> {
        let library = &plan.library;
        let mut places = Vec::with_capacity(plan.strands.len());
        for strand in &plan.strands {
            let kept = state.cursors.get(&strand.key);
            let last = kept
                .and_then(|cursor| cursor.last.as_ref())
                .and_then(|id| library.number(id.as_str()));
            let place = match kept {
                Some(cursor) if cursor.pool == strand.fingerprint => {
                    if !cursor.ahead.is_sorted_by(|a, b| a < b) || cursor.ahead.first() == Some(&0)
                    {
                        return Err(ChannelError::Damaged(
                            "the items taken ahead are not in order",
                        ));
                    }
                    Place {
                        key: cursor.key,
                        position: cursor.position,
                        ahead: cursor.ahead.clone(),
                        last,
                    }
                }
                _ => {
                    let mut place = Place::default();
                    if let Some(last) = last {
                        place.after(strand, last);
                    }
                    place
                }
            };
            places.push(place);
        }
        let block = state.block.as_ref().and_then(|(name, start, count)| {
            let n = plan.blocks.iter().position(|block| block.name == *name)?;
            Some((n, *start, *count))
        });
        let turns = plan
            .blocks
            .iter()
            .map(|block| state.turns.get(&block.name).copied().unwrap_or_default())
            .collect();
        let recent = state
            .recent
            .iter()
            .filter_map(|(id, at)| Some((library.number(id.as_str())?, *at)));
        let agenda = plan.agenda(state.at);
        Ok(Self {
            plan,
            at: state.at,
            msn: state.msn,
            ordinal: state.ordinal,
            event: state.event,
            block,
            turns,
            places,
            recent: recent.collect(),
            since_ident: state.since_ident,
            since_break: state.since_break,
            window: agenda.window(plan, state.at),
            agenda,
            stale: state.at,
            out: Vec::new(),
        })
    }

    /// Where it is now, to be begun at again.
    pub(super) fn state(&self) -> State {
        let plan = self.plan;
        let id = |n: u32| plan.library.item(n).id.clone();
        let begun = |place: &Place| place.key.is_some() || place.last.is_some();
        let mut recent: Vec<(ItemId, i64)> = self
            .recent
            .iter()
            .filter(|&(_, &at)| at + plan.memory > self.at)
            .map(|(&n, &at)| (id(n), at))
            .collect();
        recent.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
        let cursors = plan
            .strands
            .iter()
            .zip(&self.places)
            .filter(|(_, place)| begun(place));
        let turns = plan
            .blocks
            .iter()
            .zip(&self.turns)
            .filter(|(_, turn)| **turn != (0, 0));
        State {
            at: self.at,
            msn: self.msn,
            ordinal: self.ordinal,
            event: self.event,
            block: self
                .block
                .map(|(n, start, count)| (plan.blocks[n].name.clone(), start, count)),
            turns: turns
                .map(|(block, turn)| (block.name.clone(), *turn))
                .collect(),
            cursors: cursors
                .map(|(strand, place)| {
                    let cursor = Cursor {
                        key: place.key,
                        pool: strand.fingerprint,
                        position: place.position,
                        ahead: place.ahead.clone(),
                        last: place.last.map(id),
                    };
                    (strand.key.clone(), cursor)
                })
                .collect(),
            recent,
            since_ident: self.since_ident,
            since_break: self.since_break,
        }
    }

    /// Makes units until the next one would not begin before an instant.
    pub(super) fn run(&mut self, until: i64) {
        while self.at < until {
            let before = self.at;
            self.unit();
            if self.at <= before {
                // Nothing lets this happen; if something did, the channel must not stand still.
                let slate = self.plan.slate;
                self.emit(Kind::Slate, slate, 0, 1, self.airing(slate), NO_BLOCK);
            }
        }
    }

    fn unit(&mut self) {
        if self.at >= self.stale {
            if self.at >= self.agenda.ends {
                self.agenda = self.plan.agenda(self.at);
            }
            self.window = self.agenda.window(self.plan, self.at);
            self.stale = self.window.switch.min(self.agenda.ends);
        }
        if let Some(due) = self.agenda.due(self.at, self.event, GRACE) {
            self.event = (due.at, due.event);
            if self.run_event(due.event) {
                return;
            }
        }
        let window = self.window;
        let retry = window.switch.min(window.hard).min(self.at + RETRY);
        let Some((n, start)) = window.block else {
            self.fill(self.plan.filler, retry, Kind::Filler, NO_BLOCK, None);
            return;
        };
        if self
            .block
            .is_none_or(|(block, since, _)| (block, since) != (n, start))
        {
            self.block = Some((n, start, 0));
        }
        let block = &self.plan.blocks[n];
        let number = u16::try_from(n).unwrap_or(NO_BLOCK);
        match self.choose(n, &window) {
            Pick::Item(item) => {
                if let Some((_, _, count)) = &mut self.block {
                    *count += 1;
                }
                let airing = self.airing(item);
                self.ident(item, block.ads.as_ref(), window.hard, number);
                let manner = Manner {
                    block: number,
                    ads: block.ads,
                    airing,
                };
                self.programme(item, &manner);
                self.break_between(&manner);
                if let Some(minutes) = block.pad_minutes {
                    self.pad(minutes, window.hard, block.filler, number);
                }
            }
            Pick::Wait => self.fill(
                block.filler,
                window.hard.min(window.switch),
                Kind::Filler,
                number,
                None,
            ),
            Pick::Never => self.fill(block.filler, retry, Kind::Filler, number, None),
        }
    }

    /// The next programme of a block.
    fn choose(&mut self, n: usize, window: &Window) -> Pick {
        let block = &self.plan.blocks[n];
        if block.turns.is_empty() {
            return Pick::Never;
        }
        let first = self.block.is_none_or(|(_, _, count)| count == 0);
        for _ in 0..block.turns.len() {
            let (turn, had) = self.turns[n];
            let turn = turn as usize % block.turns.len();
            let (strand, count) = block.turns[turn];
            let mut pick = self.pick(strand, block.ads, window.hard, block.no_repeat, false);
            if pick == Pick::Wait && first {
                // What does not even fit into an empty block runs over its end, and only events
                // are kept clear; what is longer than the time until those is passed over.
                pick = self.pick(strand, block.ads, window.event, block.no_repeat, true);
            }
            match pick {
                Pick::Item(_) => {
                    self.turns[n] = if had + 1 >= count {
                        (self.next_turn(n, turn), 0)
                    } else {
                        (u32::try_from(turn).unwrap_or(0), had + 1)
                    };
                    return pick;
                }
                Pick::Wait => return Pick::Wait,
                Pick::Never => self.turns[n] = (self.next_turn(n, turn), 0),
            }
        }
        Pick::Never
    }

    fn next_turn(&self, n: usize, turn: usize) -> u32 {
        u32::try_from((turn + 1) % self.plan.blocks[n].turns.len()).unwrap_or(0)
    }

    /// How long a break is at most.
    fn break_most(&self, ads: Option<&AdsPlan>) -> i64 {
        let slate = i64::from(self.plan.library.item(self.plan.slate).grid.step());
        ads.map_or(0, |ads| ads.length + slate + 2 * MAX_BUMPER)
    }

    fn pick(
        &mut self,
        strand: usize,
        ads: Option<AdsPlan>,
        until: i64,
        no_repeat: i64,
        skip: bool,
    ) -> Pick {
        let plan = self.plan;
        let (agenda, at) = (&self.agenda, self.at);
        let break_most = self.break_most(ads.as_ref());
        let ask = Ask {
            at,
            until,
            length: &|n| at_most(plan.library.item(n), ads.as_ref(), break_most),
            allowed: &|n, length| match plan.watershed {
                Some((_, _, age)) if plan.library.age(n).is_some_and(|min| min >= age) => {
                    agenda.night(at).is_some_and(|until| at + length <= until)
                }
                _ => true,
            },
            recent: &self.recent,
            no_repeat,
            skip,
        };
        self.places[strand].begin(plan, &plan.strands[strand], at);
        self.places[strand].pick(&plan.strands[strand], &ask)
    }
}
