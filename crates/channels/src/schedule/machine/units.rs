//! What a unit is made of: programmes, breaks, idents, filler.

use std::sync::Arc;

use super::{MAX_BUMPER, Machine};
use crate::{
    schedule::{
        Kind, NO_BLOCK, Slot,
        breaks::{at_most, breaks},
        fill::parts_of,
        pick::Pick,
        plan::AdsPlan,
    },
    seed::Seed,
    time::{MINUTE, next_multiple},
};

/// A programme that ends so shortly after a multiple is not padded to the next one.
const SLACK: i64 = MINUTE;

/// The most fillers in a row; slate stands for the rest.
const MAX_FILLERS: usize = 500;

/// How a unit is made.
pub(super) struct Manner {
    pub(super) block: u16,
    pub(super) ads: Option<AdsPlan>,
    pub(super) airing: u64,
}

impl Machine<'_> {
    pub(super) fn run_event(&mut self, n: u32) -> bool {
        let event = &self.plan.events[n as usize];
        if let Some((item, minutes)) = event.live {
            let grid = &self.plan.library.item(item).grid;
            let wanted = minutes.saturating_mul(60_000);
            let count = grid.at(wanted.saturating_sub(1)) + 1;
            let airing = self.airing(item);
            self.emit(Kind::Live, item, 0, count, airing, NO_BLOCK);
            return true;
        }
        let Some(strand) = event.strand else {
            return false;
        };
        // Whoever fixed the time wants this item, whatever follows.
        let Pick::Item(item) = self.pick(strand, self.plan.ads, i64::MAX, 0, true) else {
            return false;
        };
        let airing = self.airing(item);
        self.programme(
            item,
            &Manner {
                block: NO_BLOCK,
                ads: self.plan.ads,
                airing,
            },
        );
        true
    }

    pub(super) fn ident(&mut self, item: u32, ads: Option<&AdsPlan>, until: i64, block: u16) {
        let Some((strand, every)) = self.plan.idents else {
            return;
        };
        self.since_ident += 1;
        // An ident would push what is only just within the hours for grown-ups out of them.
        let watched = self
            .plan
            .watershed
            .is_some_and(|(_, _, age)| self.plan.library.age(item).is_some_and(|min| min >= age));
        if self.since_ident < every || watched {
            return;
        }
        let what = self.plan.library.item(item);
        let programme = at_most(what, ads, self.break_most(ads));
        let until = until.saturating_sub(programme);
        if let Pick::Item(ident) = self.pick(strand, None, until, 0, true) {
            self.whole(Kind::Ident, ident, None, block);
            self.since_ident = 0;
        }
    }

    pub(super) fn programme(&mut self, item: u32, manner: &Manner) {
        let what = self.plan.library.item(item);
        self.recent.insert(item, self.at);
        let count = what.grid.count();
        let mut first = 0;
        if let Some(ads) = &manner.ads {
            for segment in breaks(what, ads) {
                self.emit(
                    Kind::Programme,
                    item,
                    first,
                    segment - first,
                    manner.airing,
                    manner.block,
                );
                self.ad_break(ads, manner);
                first = segment;
            }
        }
        self.emit(
            Kind::Programme,
            item,
            first,
            count - first,
            manner.airing,
            manner.block,
        );
    }

    /// The break after a programme, if it is time for one.
    pub(super) fn break_between(&mut self, manner: &Manner) {
        let Some(ads) = manner.ads.filter(|ads| ads.after > 0) else {
            return;
        };
        self.since_break += 1;
        if self.since_break >= ads.after {
            self.since_break = 0;
            self.ad_break(&ads, manner);
        }
    }

    /// Room for what an ad decision puts there: a segment for each second, and a slot for each
    /// part that it may have.
    fn room(&mut self, length: i64, manner: &Manner) {
        let slate = self.plan.library.slate();
        let seconds = u32::try_from(length.saturating_add(999) / 1000).unwrap_or(0);
        for (first, count) in parts_of(seconds) {
            let (airing, block) = (manner.airing, manner.block);
            self.emit(Kind::AdBreak, slate, first, count, airing, block);
        }
    }

    fn ad_break(&mut self, ads: &AdsPlan, manner: &Manner) {
        self.bumper(manner);
        if ads.decided {
            self.room(ads.length, manner);
            self.bumper(manner);
            return;
        }
        self.fill(
            ads.strand,
            self.at + ads.length,
            Kind::AdBreak,
            manner.block,
            Some(manner.airing),
        );
        self.bumper(manner);
    }

    fn bumper(&mut self, manner: &Manner) {
        let Some(strand) = self.plan.bumpers else {
            return;
        };
        if let Pick::Item(item) = self.pick(strand, None, self.at + MAX_BUMPER, 0, true) {
            self.whole(Kind::Ident, item, Some(manner.airing), manner.block);
        }
    }

    /// Filler until the next multiple of so many minutes on the wall.
    pub(super) fn pad(&mut self, minutes: i64, until: i64, filler: Option<usize>, block: u16) {
        let offset = self.plan.zone.offset(self.at);
        let step = minutes * MINUTE;
        let next = next_multiple(self.at, offset, minutes);
        let late = self.at - (next - step);
        if next > self.at && (late > SLACK || step <= SLACK) {
            self.fill(filler, next.min(until), Kind::Filler, block, None);
        }
    }

    /// Short items until an instant, and slate for what is left: to its segment, never early.
    pub(super) fn fill(
        &mut self,
        strand: Option<usize>,
        until: i64,
        kind: Kind,
        block: u16,
        airing: Option<u64>,
    ) {
        if let Some(strand) = strand {
            for _ in 0..MAX_FILLERS {
                if self.at >= until {
                    break;
                }
                let Pick::Item(item) = self.pick(strand, None, until, 0, true) else {
                    break;
                };
                self.whole(kind, item, airing, block);
            }
        }
        let slate = self.plan.slate;
        let kind = if kind == Kind::AdBreak {
            kind
        } else {
            Kind::Slate
        };
        let library = Arc::clone(&self.plan.library);
        let grid = &library.item(slate).grid;
        while self.at < until {
            let left = u32::try_from(until - self.at).unwrap_or(u32::MAX);
            let airing = airing.unwrap_or_else(|| self.airing(slate));
            self.emit(kind, slate, 0, grid.at(left - 1) + 1, airing, block);
        }
    }

    fn whole(&mut self, kind: Kind, item: u32, airing: Option<u64>, block: u16) {
        let count = self.plan.library.item(item).grid.count();
        let airing = airing.unwrap_or_else(|| self.airing(item));
        self.emit(kind, item, 0, count, airing, block);
    }

    /// The name of what airs now: no two airings of a channel share one.
    pub(super) fn airing(&self, item: u32) -> u64 {
        let id = self.plan.library.item(item).id.as_str();
        Seed::new(self.at.cast_unsigned())
            .with(self.plan.seed.get())
            .text(id)
            .get()
    }

    pub(super) fn emit(
        &mut self,
        kind: Kind,
        item: u32,
        first: u32,
        count: u32,
        airing: u64,
        block: u16,
    ) {
        if count == 0 {
            return;
        }
        let grid = &self.plan.library.item(item).grid;
        let duration = grid.start(first + count) - grid.start(first);
        self.out.push(Slot {
            start: self.at,
            msn: self.msn,
            airing,
            item,
            first,
            count,
            duration,
            kind,
            block,
        });
        self.at += i64::from(duration);
        self.msn += u64::from(count);
        self.ordinal += 1;
    }
}
