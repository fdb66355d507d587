//! The schedule: which segments of which items are on the air, and when.
//!
//! A schedule is a fold. A *unit* is a programme with what belongs to it (an ident before it,
//! advertisement breaks within, filler after), or a stretch of filler. [`State`] says where the
//! channel is between two units: the instant, the sequence numbers, the place in each list. The
//! next unit follows from the state, the definition and the library alone, so whoever begins at
//! the same state comes to the same schedule, however it is asked for. The state is small and is
//! kept with every [`Revision`] of a [`Timeline`], so that no question goes back further than to
//! the last one.
//!
//! - **Days** begin at midnight of the channel's zone, and units belong to the day on which they
//!   begin. Nothing is cut at midnight: a film that runs over it moves the next day's beginning.
//!   So every day is as long as its units, DST or not, and there is neither gap nor overlap.
//! - **Chance** is a keyed permutation (see [`seed`](crate::seed)) whose key is a hash of channel,
//!   block, the date and version at which the list was begun: no generator has a state to lose.
//! - **Edits** append a revision at a boundary that has not aired. What is before it is
//!   never made anew.
//! - **Broadcasts** that take over are revisions, too, which show what is taken of the broadcast
//!   before they go on with the programme (see [`Relay`]).

mod agenda;
mod breaks;
mod fill;
mod machine;
mod pick;
mod plan;
mod preview;
mod relay;
mod state;
mod stored;
mod timeline;

use std::sync::Arc;

pub use fill::{Opening, Spot, filled, openings, openings_within};
use jiff::civil::Date;
pub use plan::{Plan, members};
pub use preview::{Change, Notice, changes, notices};
pub use relay::{MAX_RELAY_MS, RELAY_LEAD_MS, Relay, RelayForm, Stretch};
use serde::{Deserialize, Serialize};
pub use state::{Cursor, State};
pub use stored::{StoredSlot, StoredStrip};
pub use timeline::{Effective, LEAD_MS, MAX_SPAN_MS, Revision, Timeline};

use crate::library::{Item, Snapshot};

/// What a slot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A programme, or a part of one between two breaks.
    Programme,
    /// Something short until a fixed time.
    Filler,
    /// What tells which channel it is, or leads into a break and out of it.
    Ident,
    /// A still picture where there is nothing else.
    Slate,
    /// House material in an advertisement break, for a decision to put others in its place.
    AdBreak,
    /// A broadcast.
    Live,
    /// A break of a broadcast, as it was broadcast.
    LiveBreak,
}

/// A stretch of consecutive segments of one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// When its first segment begins.
    pub start: i64,
    /// The media sequence number of its first segment.
    pub msn: u64,
    /// What airs: the same for all parts of a programme and the breaks within, another for every
    /// airing. It names the airing in addresses, manifests and guides.
    pub airing: u64,
    /// The item, by its number in the strip's library.
    pub item: u32,
    /// The item's segment that comes first.
    pub first: u32,
    /// How many segments there are.
    pub count: u32,
    /// How many milliseconds they last together.
    pub duration: u32,
    /// What it is.
    pub kind: Kind,
    /// The block of the programme it comes from, [`NO_BLOCK`] without one.
    pub block: u16,
}

/// The block of what comes from none.
pub const NO_BLOCK: u16 = u16::MAX;

/// The item of a kept slot whose item is no more.
pub const GONE: u32 = u32::MAX;

impl Slot {
    /// When its last segment ends, and the next slot begins.
    pub fn end(&self) -> i64 {
        self.start + i64::from(self.duration)
    }

    /// The media sequence number of the segment after its last.
    pub fn msn_end(&self) -> u64 {
        self.msn + u64::from(self.count)
    }
}

/// Slots that follow each other without a gap: what one revision has on one day.
#[derive(Clone, Debug)]
pub struct Strip {
    /// The day, in the channel's zone, on which its units begin.
    pub date: Date,
    /// The version of the definition it was made from.
    pub version: u32,
    /// How many slots the channel had before: the discontinuity number of its first segment.
    pub ordinal: u64,
    /// The library in which its slots' items are numbered.
    pub library: Arc<Snapshot>,
    /// The slots, ascending.
    pub slots: Vec<Slot>,
    /// Items that must not be shown any more, ascending: the slate stands for them, segment by
    /// segment, and nothing is told of them.
    pub withheld: Arc<[u32]>,
    /// What advertisement breaks have been filled with: items beyond the library, numbered from
    /// [`ADVERT`] on.
    pub adverts: Vec<Arc<Item>>,
}

/// Items from this number on are a strip's own, not its library's.
pub const ADVERT: u32 = 1 << 31;

impl Strip {
    /// When it begins.
    pub fn start(&self) -> i64 {
        self.slots.first().map_or(0, |slot| slot.start)
    }

    /// When it ends.
    pub fn end(&self) -> i64 {
        self.slots.last().map_or(0, Slot::end)
    }

    /// The item of a slot; the slate for one that must not be shown any more.
    pub fn item(&self, slot: &Slot) -> &Item {
        if self.withholds(slot) {
            return self.library.item(self.library.slate());
        }
        self.chosen(slot)
    }

    /// The item of a slot, even one that must not be shown any more: its segments are those that
    /// the slot has numbers for.
    pub(crate) fn chosen(&self, slot: &Slot) -> &Item {
        let advert = slot.item.checked_sub(ADVERT);
        advert
            .and_then(|n| self.adverts.get(n as usize))
            .map_or_else(|| self.library.item(slot.item), |item| &**item)
    }

    /// Whether the item of a slot must not be shown any more.
    pub fn withholds(&self, slot: &Slot) -> bool {
        !self.withheld.is_empty() && self.withheld.binary_search(&slot.item).is_ok()
    }

    /// The same strip without some of its items: every number and instant stays. `None` when it
    /// has none of them.
    #[must_use]
    pub fn without(&self, gone: impl Fn(&Item) -> bool) -> Option<Self> {
        let mut shown: Vec<u32> = self.slots.iter().map(|slot| slot.item).collect();
        shown.sort_unstable();
        shown.dedup();
        shown.retain(|&n| n < ADVERT && n != self.library.slate() && gone(self.library.item(n)));
        (!shown.is_empty()).then(|| Self {
            withheld: shown.into(),
            ..self.clone()
        })
    }

    /// The same without programmes, and what surrounds them, that are over before an instant or
    /// begin after another. What is kept has the numbers that it had.
    #[must_use]
    pub fn within(mut self, from: i64, to: i64) -> Self {
        let slots = &self.slots;
        if slots.is_empty() {
            return self;
        }
        let begins = |&n: &usize| {
            matches!(slots[n].kind, Kind::Programme | Kind::Live)
                && (n == 0 || slots[n].airing != slots[n - 1].airing)
        };
        let first = (0..=self.at(from)).rev().find(begins).unwrap_or(0);
        let later = slots.partition_point(|slot| slot.start < to).max(first + 1);
        let end = (later..slots.len()).find(begins).unwrap_or(slots.len());
        self.slots.truncate(end);
        self.slots.drain(..first);
        self.slots.shrink_to_fit();
        self.ordinal += first as u64;
        self
    }

    /// The index of the slot that is on at an instant within.
    pub fn at(&self, at: i64) -> usize {
        self.slots
            .partition_point(|slot| slot.start <= at)
            .saturating_sub(1)
    }
}
