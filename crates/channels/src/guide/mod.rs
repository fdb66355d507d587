//! The guide: the schedule as people read it. What the streams show and what the guide says are the
//! same slots.

mod m3u;
mod xmltv;

pub use m3u::{Lineup, m3u};
use serde::Serialize;
pub use xmltv::{XMLTV, XmltvChannel, xmltv_close, xmltv_open, xmltv_programmes};

use crate::{
    library::Item,
    schedule::{Kind, Slot, Strip},
};

/// The guide's media type for playlists of channels.
pub const M3U: &str = "audio/x-mpegurl";

/// What airs, from its beginning to its end with the breaks within.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing<'a> {
    /// Its airing; [`airing_id`] writes it.
    pub airing: u64,
    /// When it begins.
    pub start: i64,
    /// When it ends.
    pub end: i64,
    /// What it is: a programme, a broadcast, or, between those, [`Kind::Filler`].
    pub kind: Kind,
    /// The item; of a stretch of filler its first.
    pub item: &'a Item,
}

/// An airing's name in addresses and documents.
pub fn airing_id(airing: u64) -> String {
    format!("{airing:016x}")
}

/// The airing of a name.
pub fn parse_airing(id: &str) -> Option<u64> {
    let plain = id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit());
    plain.then(|| u64::from_str_radix(id, 16).ok()).flatten()
}

/// The guide of strips that follow each other: programmes and broadcasts, and between them
/// stretches of everything else as one listing each. It is without gap or overlap.
pub fn listings<'a, S: AsRef<Strip>>(strips: &'a [S]) -> Vec<Listing<'a>> {
    let mut out: Vec<Listing<'a>> = Vec::new();
    for strip in strips.iter().map(AsRef::as_ref) {
        for slot in &strip.slots {
            add(&mut out, strip, slot);
        }
    }
    out
}

fn add<'a>(out: &mut Vec<Listing<'a>>, strip: &'a Strip, slot: &Slot) {
    let kind = match slot.kind {
        Kind::LiveBreak => Kind::Live,
        kind => kind,
    };
    let own = matches!(kind, Kind::Programme | Kind::Live);
    if let Some(last) = out.last_mut() {
        let goes_on = last.airing == slot.airing && last.kind != Kind::Filler;
        if goes_on || (!own && last.kind == Kind::Filler) {
            last.end = slot.end();
            return;
        }
    }
    out.push(Listing {
        airing: slot.airing,
        start: slot.start,
        end: slot.end(),
        kind: if own { kind } else { Kind::Filler },
        item: strip.item(slot),
    });
}

impl AsRef<Strip> for Strip {
    fn as_ref(&self) -> &Strip {
        self
    }
}

/// What is on at an instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OnNow {
    /// The airing's name.
    pub airing: String,
    /// The item.
    pub item: crate::library::ItemId,
    /// What the slot is: of a programme in a break it says so.
    pub kind: Kind,
    /// When the airing began.
    pub start: i64,
    /// When it ends.
    pub end: i64,
    /// How far into the airing it is, in milliseconds, breaks counted.
    pub elapsed_ms: i64,
    /// How far into the item it is, in milliseconds; in a break into what stands there.
    pub position_ms: i64,
}

/// What is on at an instant, and what comes next.
pub fn now_and_next<S: AsRef<Strip>>(
    strips: &[S],
    at: i64,
) -> Option<(OnNow, Option<Listing<'_>>)> {
    let strip = strips
        .iter()
        .map(AsRef::as_ref)
        .find(|strip| strip.start() <= at && at < strip.end())?;
    let slot = &strip.slots[strip.at(at)];
    let all = listings(strips);
    let n = all
        .partition_point(|listing| listing.start <= at)
        .checked_sub(1)?;
    let now = &all[n];
    let next = all[n + 1..]
        .iter()
        .find(|listing| listing.kind != Kind::Filler);
    let into = i64::from(strip.library.item(slot.item).grid.start(slot.first));
    let on = OnNow {
        airing: airing_id(now.airing),
        item: strip.item(slot).id.clone(),
        kind: slot.kind,
        start: now.start,
        end: now.end,
        elapsed_ms: at - now.start,
        position_ms: at - slot.start + into,
    };
    Some((on, next.cloned()))
}
