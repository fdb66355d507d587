//! What an operator should see before it airs.

use serde::Serialize;

use super::{Kind, Strip, plan::Plan};
use crate::{
    definition::Channel,
    error::Problem,
    library::ItemId,
    time::{HOUR, MINUTE},
};

/// From which length on slate is told as a gap.
const GAP: i64 = MINUTE;
/// What comes again within so long is told as a repeat even where nothing forbids it.
const SOON: i64 = 3 * HOUR;
/// The most notices of one day.
const MOST: usize = 500;

/// Something about a schedule that its operator may want to mend. None of it keeps the channel
/// from the air.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// Nothing but slate.
    Gap {
        /// From when.
        from: i64,
        /// Until when.
        to: i64,
    },
    /// An item comes again sooner than it should.
    Repeat {
        /// Which.
        item: ItemId,
        /// When it began before.
        before: i64,
        /// When it begins again.
        at: i64,
    },
    /// All items of a block together are shorter than the time within which none may come again.
    TooLittle {
        /// The block.
        block: String,
        /// How long they are together, in milliseconds.
        material_ms: i64,
        /// How long they would have to be.
        wanted_ms: i64,
    },
    /// Items of a block are never shown, for it lies outside of the hours for grown-ups.
    Watershed {
        /// The block.
        block: String,
        /// How many items.
        items: usize,
    },
    /// Something in the definition: a rule that matches nothing, an item that is not ready.
    Definition(Problem),
}

/// What there is to tell of some strips of a channel; they should follow each other.
pub fn notices(channel: &Channel, plan: &Plan, strips: &[Strip]) -> Vec<Notice> {
    let mut out: Vec<Notice> = channel
        .review(&plan.library)
        .into_iter()
        .map(Notice::Definition)
        .collect();
    materials(plan, &mut out);
    let mut aired: std::collections::HashMap<&ItemId, (i64, u64)> =
        std::collections::HashMap::new();
    let mut gap: Option<(i64, i64)> = None;
    for (strip, slot) in strips
        .iter()
        .flat_map(|strip| strip.slots.iter().map(move |slot| (strip, slot)))
    {
        if slot.kind == Kind::Slate {
            let from = gap.map_or(slot.start, |(from, _)| from);
            gap = Some((from, slot.end()));
            continue;
        }
        tell_gap(&mut gap, &mut out);
        if slot.kind != Kind::Programme {
            continue;
        }
        let id = &strip.item(slot).id;
        let own = plan
            .blocks
            .get(usize::from(slot.block))
            .map_or(0, |block| block.no_repeat);
        let before = aired.insert(id, (slot.start, slot.airing));
        if let Some((before, airing)) = before
            && airing != slot.airing
            && slot.start - before < own.max(SOON)
        {
            out.push(Notice::Repeat {
                item: id.clone(),
                before,
                at: slot.start,
            });
        }
    }
    tell_gap(&mut gap, &mut out);
    out.truncate(MOST);
    out
}

fn tell_gap(gap: &mut Option<(i64, i64)>, out: &mut Vec<Notice>) {
    if let Some((from, to)) = gap.take()
        && to - from >= GAP
    {
        out.push(Notice::Gap { from, to });
    }
}

fn materials(plan: &Plan, out: &mut Vec<Notice>) {
    for block in &plan.blocks {
        let pool = || {
            block
                .turns
                .iter()
                .flat_map(|&(strand, _)| &plan.strands[strand].pool)
        };
        let material: i64 = pool()
            .map(|&n| i64::from(plan.library.item(n).duration()))
            .sum();
        if block.no_repeat > 0 && !block.turns.is_empty() && material < block.no_repeat {
            out.push(Notice::TooLittle {
                block: block.name.clone(),
                material_ms: material,
                wanted_ms: block.no_repeat,
            });
        }
        let Some((from, to, age)) = plan.watershed else {
            continue;
        };
        // In minutes after midnight, of the day before and the next one, too.
        let meets = block.times.is_none_or(|(start, end)| {
            [0, 1440, 2880]
                .iter()
                .any(|day| start + 1440 < to + day && from + day < end + 1440)
        });
        let items = pool()
            .filter(|&&n| plan.library.age(n).is_some_and(|min| min >= age))
            .count();
        if !meets && items > 0 {
            out.push(Notice::Watershed {
                block: block.name.clone(),
                items,
            });
        }
    }
}

/// A programme that is in only one of two schedules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Whether it is in the new one; otherwise it is in the old one.
    pub added: bool,
    /// When it begins.
    pub start: i64,
    /// How long it lasts, in milliseconds, without breaks.
    pub duration_ms: i64,
    /// The item.
    pub item: ItemId,
    /// What it is called.
    pub title: String,
}

/// What differs between two schedules of the same time, in the order of time.
pub fn changes(old: &[Strip], new: &[Strip]) -> Vec<Change> {
    let (old, new) = (programmes(old, false), programmes(new, true));
    let key = |change: &Change| (change.start, change.item.clone());
    let in_old: std::collections::BTreeSet<_> = old.iter().map(key).collect();
    let in_new: std::collections::BTreeSet<_> = new.iter().map(key).collect();
    let gone = old.iter().filter(|change| !in_new.contains(&key(change)));
    let come = new.iter().filter(|change| !in_old.contains(&key(change)));
    let mut out: Vec<Change> = gone.chain(come).cloned().collect();
    out.sort_by_key(|change| (change.start, change.added));
    out
}

fn programmes(strips: &[Strip], added: bool) -> Vec<Change> {
    let mut out: Vec<(u64, Change)> = Vec::new();
    for (strip, slot) in strips
        .iter()
        .flat_map(|strip| strip.slots.iter().map(move |slot| (strip, slot)))
    {
        if !matches!(slot.kind, Kind::Programme | Kind::Live) {
            continue;
        }
        match out.last_mut() {
            Some((airing, change)) if *airing == slot.airing => {
                change.duration_ms += i64::from(slot.duration);
            }
            _ => out.push((
                slot.airing,
                Change {
                    added,
                    start: slot.start,
                    duration_ms: i64::from(slot.duration),
                    item: strip.item(slot).id.clone(),
                    title: strip.item(slot).title.to_string(),
                },
            )),
        }
    }
    out.into_iter().map(|(_, change)| change).collect()
}
