//! Strips as they are kept: by identifiers, so that they outlive the library they were made from.

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Kind, Slot, Strip};
use crate::{
    error::{ChannelError, Result},
    library::{ItemId, Snapshot},
};

/// A strip to be kept: the as-run record once it has aired, the settled schedule before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredStrip {
    /// See [`Strip::date`].
    pub date: Date,
    /// See [`Strip::version`].
    pub version: u32,
    /// See [`Strip::ordinal`].
    pub ordinal: u64,
    /// When the first slot begins.
    pub start: i64,
    /// The media sequence number of its first segment.
    pub msn: u64,
    /// The slots. Instants and numbers follow from what is before, so that they cannot disagree.
    pub slots: Vec<StoredSlot>,
}

/// A slot of a [`StoredStrip`]; see [`Slot`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "they are those of a slot")]
pub struct StoredSlot {
    /// The airing as sixteen hexadecimal digits.
    pub airing: String,
    pub item: ItemId,
    pub first: u32,
    pub count: u32,
    pub duration: u32,
    pub kind: Kind,
    pub block: u16,
}

impl From<&Strip> for StoredStrip {
    fn from(strip: &Strip) -> Self {
        let slot = |slot: &Slot| StoredSlot {
            airing: format!("{:016x}", slot.airing),
            item: strip.item(slot).id.clone(),
            first: slot.first,
            count: slot.count,
            duration: slot.duration,
            kind: slot.kind,
            block: slot.block,
        };
        Self {
            date: strip.date,
            version: strip.version,
            ordinal: strip.ordinal,
            start: strip.start(),
            msn: strip.slots.first().map_or(0, |slot| slot.msn),
            slots: strip.slots.iter().map(slot).collect(),
        }
    }
}

impl StoredStrip {
    /// The strip with its items in a library. An item that is gone, or that has come to be cut
    /// otherwise, is listed as gaps: the numbers after it stay what they were.
    ///
    /// Errors: [`ChannelError::Damaged`] when an airing has no name or a slot no segment.
    pub fn load(&self, library: &Arc<Snapshot>) -> Result<Strip> {
        let (mut start, mut msn) = (self.start, self.msn);
        let mut slots = Vec::with_capacity(self.slots.len());
        for slot in &self.slots {
            let airing = u64::from_str_radix(&slot.airing, 16)
                .map_err(|_| ChannelError::Damaged("an airing has no name"))?;
            if slot.count == 0 || slot.duration == 0 || slot.first.checked_add(slot.count).is_none()
            {
                return Err(ChannelError::Damaged("a slot has no segment"));
            }
            slots.push(Slot {
                start,
                msn,
                airing,
                item: library.number(slot.item.as_str()).unwrap_or(super::GONE),
                first: slot.first,
                count: slot.count,
                duration: slot.duration,
                kind: slot.kind,
                block: slot.block,
            });
            start += i64::from(slot.duration);
            msn += u64::from(slot.count);
        }
        Ok(Strip {
            date: self.date,
            version: self.version,
            ordinal: self.ordinal,
            library: Arc::clone(library),
            slots,
            withheld: Arc::default(),
            adverts: Vec::new(),
        })
    }
}
