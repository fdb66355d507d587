//! Broadcasts that take over, and hand back.
//!
//! A relay is what a revision shows before anything of its own: segments of a broadcast as they
//! have been taken from it, one stretch after the other, and where it has none the slate, until
//! the instant at which it hands back. It only ever grows at its end, or is cut short, beyond
//! what is settled; so whoever knows it shows the same, and if nobody goes on with it, it is over
//! by itself.

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::fill::parts_of;
use super::{Kind, NO_BLOCK, Slot, State, Strip};
use crate::{
    error::{ChannelError, Result},
    library::{Item, ItemId, SLATE, Snapshot},
    seed::Seed,
};

/// How long what comes next of a broadcast is settled before it is shown: time for every node to
/// learn of it.
pub const RELAY_LEAD_MS: i64 = 15_000;

/// The longest relay.
pub const MAX_RELAY_MS: i64 = 24 * 3_600_000;

/// A broadcast on a channel, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelayForm {
    /// Its name; another for every takeover.
    pub id: String,
    /// Stands for the broadcast where none of it can be seen: its title, without media.
    pub item: ItemId,
    /// What it is called.
    pub title: Box<str>,
    /// A few sentences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Box<str>>,
    /// Its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Box<str>>,
    /// Its rating.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Box<str>>,
    /// What has been taken of it, each stretch coded in one way throughout.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// Those of the items that the broadcast itself is broken with, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub in_breaks: Vec<u32>,
    /// What is shown, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stretches: Vec<Stretch>,
    /// When it hands back: the slate stands until then. What goes on beyond is shown all the same.
    pub until: i64,
}

/// What a relay shows at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stretch {
    /// So many segments of one of its items from the first on.
    Item {
        /// Which.
        n: u32,
        /// How many.
        count: u32,
    },
    /// So many segments of the slate.
    Slate {
        /// How many: each is a second.
        count: u32,
    },
    /// An advertisement break, which a decision fills instead of what was broadcast meanwhile.
    Break {
        /// How long it is.
        seconds: u32,
    },
}

impl Stretch {
    /// The longest break, in seconds: the slate beneath it is not longer.
    pub const LONGEST_BREAK: u32 = 600;
}

/// A relay with its own library.
#[derive(Clone, Debug)]
pub struct Relay {
    form: RelayForm,
    library: Arc<Snapshot>,
}

impl Relay {
    /// Puts one together.
    ///
    /// Errors: [`ChannelError::Damaged`] when a stretch has more than its item.
    pub fn new(form: RelayForm) -> Result<Self> {
        let mut titled: Vec<Item> = form.items.clone();
        for item in &mut titled {
            dress(item, &form);
        }
        let bare = Snapshot::new(0, Vec::new());
        let mut standing = bare.item(bare.slate()).clone();
        standing.id = form.item.clone();
        dress(&mut standing, &form);
        titled.push(standing);
        for stretch in &form.stretches {
            let sound = match *stretch {
                Stretch::Slate { count } => count > 0,
                Stretch::Break { seconds } => (2..=Stretch::LONGEST_BREAK).contains(&seconds),
                Stretch::Item { n, count } => form
                    .items
                    .get(n as usize)
                    .is_some_and(|item| count > 0 && count <= item.grid.count()),
            };
            if !sound {
                return Err(ChannelError::Damaged("a relay shows what it has not"));
            }
        }
        let library = Arc::new(Snapshot::new(0, titled));
        Ok(Self { form, library })
    }

    /// As it is kept.
    pub fn form(&self) -> &RelayForm {
        &self.form
    }

    /// What it shows from a state on, and where the channel is afterwards. `None` when it shows
    /// nothing at all.
    pub(super) fn strip(&self, from: &State, date: Date, version: u32) -> (Option<Strip>, State) {
        let mut made = Made {
            state: from.clone(),
            airing: Seed::new(0).text(&self.form.id).get(),
            library: &self.library,
            slots: Vec::new(),
        };
        for stretch in &self.form.stretches {
            match *stretch {
                Stretch::Item { n, count } => {
                    if let Some(item) = self.form.items.get(n as usize) {
                        let broken = self.form.in_breaks.contains(&n);
                        let kind = if broken { Kind::LiveBreak } else { Kind::Live };
                        made.put(&item.id, 0, count, kind);
                    }
                }
                Stretch::Slate { count } => made.stand(&self.form.item, count),
                Stretch::Break { seconds } => {
                    for (first, count) in parts_of(seconds) {
                        made.put(&SLATE.into(), first, count, Kind::AdBreak);
                    }
                }
            }
        }
        let until = self.form.until.min(from.at.saturating_add(MAX_RELAY_MS));
        let left = until.saturating_sub(made.state.at);
        if left > 0 {
            let seconds = u32::try_from(left.unsigned_abs().div_ceil(1000)).unwrap_or(0);
            made.stand(&self.form.item, seconds);
        }
        let Made { state, slots, .. } = made;
        let strip = (!slots.is_empty()).then(|| Strip {
            date,
            version,
            ordinal: from.ordinal,
            library: Arc::clone(&self.library),
            slots,
            withheld: Arc::default(),
            adverts: Vec::new(),
        });
        (strip, state)
    }

    /// When what has been taken ends, if it begins at an instant.
    pub fn taken_until(&self, begins: i64) -> i64 {
        let lasts = |stretch: &Stretch| match *stretch {
            Stretch::Slate { count } => i64::from(count) * 1000,
            Stretch::Break { seconds } => i64::from(seconds) * 1000,
            Stretch::Item { n, count } => self
                .form
                .items
                .get(n as usize)
                .map_or(0, |item| item.grid.start(count).into()),
        };
        begins + self.form.stretches.iter().map(lasts).sum::<i64>()
    }
}

/// What people read of a broadcast is the same of all that has been taken of it.
fn dress(item: &mut Item, form: &RelayForm) {
    item.title.clone_from(&form.title);
    item.description.clone_from(&form.description);
    item.image.clone_from(&form.image);
    item.rating.clone_from(&form.rating);
    item.kind = "live".into();
}

struct Made<'r> {
    state: State,
    airing: u64,
    library: &'r Snapshot,
    slots: Vec<Slot>,
}

impl Made<'_> {
    fn put(&mut self, id: &ItemId, first: u32, count: u32, kind: Kind) {
        let Some(item) = self.library.number(id.as_str()) else {
            return;
        };
        let grid = &self.library.item(item).grid;
        let duration = grid.start(first + count).saturating_sub(grid.start(first));
        let state = &mut self.state;
        self.slots.push(Slot {
            start: state.at,
            msn: state.msn,
            airing: self.airing,
            item,
            first,
            count,
            duration,
            kind,
            block: NO_BLOCK,
        });
        state.at += i64::from(duration);
        state.msn += u64::from(count);
        state.ordinal += 1;
    }

    /// The slate, as often as it takes.
    fn stand(&mut self, id: &ItemId, seconds: u32) {
        let most = self
            .library
            .number(SLATE)
            .map_or(1, |slate| self.library.item(slate).grid.count().max(1));
        let mut left = seconds;
        while left > 0 {
            let count = left.min(most);
            self.put(id, 0, count, Kind::Live);
            left -= count;
        }
    }
}

#[cfg(test)]
#[path = "relay_tests.rs"]
mod tests;
