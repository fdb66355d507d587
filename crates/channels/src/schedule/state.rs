//! Where a channel is between two units.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::library::ItemId;

/// Everything that the next unit follows from, apart from definition and library. It names items
/// by identifier, so that it holds with every later library.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// When the next slot begins.
    pub at: i64,
    /// Its media sequence number: how many segments there were before.
    pub msn: u64,
    /// How many slots there were before.
    pub ordinal: u64,
    /// The event that was begun last: its time, and which of those at that time.
    pub event: (i64, u32),
    /// The block that was on last, when it had begun, and how many programmes it had.
    pub block: Option<(String, i64, u32)>,
    /// Which source of a block has its turn, and how many it has had, by the block's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub turns: BTreeMap<String, (u32, u32)>,
    /// The place in each source.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub cursors: BTreeMap<String, Cursor>,
    /// When items last aired, as far back as repeats are looked out for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recent: Vec<(ItemId, i64)>,
    /// How many programmes there were since the last ident.
    pub since_ident: u32,
    /// How many programmes there were since the last break between two of them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub since_break: u32,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "what serde hands over is a reference"
)]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// A place in a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// What the shuffle is keyed with: a hash of channel, source, date and version at which the
    /// source was begun; `None` until it is.
    pub key: Option<u64>,
    /// What the source held then. When it holds something else it is begun anew.
    pub pool: u64,
    /// How many have been taken, or passed over.
    pub position: u64,
    /// Which of those to come have been taken ahead of their turn, counted from the position.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ahead: Vec<u8>,
    /// What was taken last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<ItemId>,
}
