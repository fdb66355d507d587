//! Strips in a row, and the part of them that a playlist lists.

use std::sync::Arc;

use crate::{
    definition::Format,
    error::{ChannelError, Result},
    library::{Grid, Item},
    schedule::{Kind, Slot, Strip},
};

/// The most segments of one playlist: a day of four-second ones.
pub const MAX_LISTED: u64 = 21_600;

/// Strips that follow each other without a gap.
#[derive(Clone, Debug, Default)]
pub struct Reel {
    strips: Vec<Arc<Strip>>,
}

/// What is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A window that moves on, this many milliseconds long, but three target durations at least.
    Live {
        /// How far back it reaches from its end.
        window_ms: i64,
    },
    /// Everything from an instant on (`EVENT`), and when the other has passed, no more
    /// (`ENDLIST`): watching from the start while it goes on.
    StartOver {
        /// From the segment that is on then.
        from: i64,
        /// Until the segment that is on just before.
        until: i64,
    },
    /// All of a stretch that has passed (`VOD`): watching later.
    CatchUp {
        /// From the segment that is on then.
        from: i64,
        /// Until the segment that is on just before.
        until: i64,
    },
}

/// A segment's place in a reel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    strip: usize,
    slot: usize,
    /// Counted from the slot's first.
    segment: u32,
}

/// What a playlist lists: a run of segments.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    reel: &'a Reel,
    first: Place,
    last: Place,
    /// What it is.
    pub shape: Shape,
    /// The media sequence number of the first segment.
    pub msn: u64,
    /// How many discontinuities there were before the first one listed.
    pub discontinuities: u64,
    /// When the last segment ends.
    pub end: i64,
    /// Whether nothing more will come.
    pub complete: bool,
    /// When the next segment will be listed: until then every answer is the same. `None` when
    /// complete.
    pub next_change: Option<i64>,
}

/// A slot with its item's grid, if the item still is what it was.
#[derive(Clone, Copy)]
pub(super) struct Laid<'a> {
    pub(super) slot: &'a Slot,
    pub(super) ordinal: u64,
    /// `None` when its segments are no more.
    pub(super) item: Option<&'a Item>,
    /// Whether the slate stands for the item, which must not be shown any more.
    pub(super) withheld: bool,
    base: u32,
}

impl<'a> Laid<'a> {
    pub(super) fn new(strip: &'a Strip, n: usize) -> Self {
        let slot = &strip.slots[n];
        let same = |grid: &Grid| {
            slot.first + slot.count <= grid.count()
                && grid.start(slot.first + slot.count) - grid.start(slot.first) == slot.duration
        };
        let there = slot.item != crate::schedule::GONE;
        let item = there
            .then(|| strip.chosen(slot))
            .filter(|item| same(&item.grid));
        Self {
            slot,
            ordinal: strip.ordinal + n as u64,
            item,
            withheld: strip.withholds(slot),
            base: item.map_or(0, |item| item.grid.start(slot.first)),
        }
    }

    /// Milliseconds from the slot's beginning to that of a segment of it.
    pub(super) fn offset(&self, segment: u32) -> u32 {
        if let Some(item) = self.item {
            return item.grid.start(self.slot.first + segment) - self.base;
        }
        let ms =
            u64::from(self.slot.duration) * u64::from(segment) / u64::from(self.slot.count.max(1));
        u32::try_from(ms).unwrap_or(self.slot.duration)
    }

    /// Milliseconds from the item's beginning to that of the slot.
    pub(super) fn item_offset(&self) -> u32 {
        self.base
    }

    pub(super) fn at(&self, at: i64) -> u32 {
        let into = u32::try_from(at - self.slot.start).unwrap_or(0);
        let last = self.slot.count.saturating_sub(1);
        if let Some(item) = self.item {
            return (item.grid.at(self.base + into) - self.slot.first).min(last);
        }
        let n = u64::from(into) * u64::from(self.slot.count) / u64::from(self.slot.duration.max(1));
        let n = u32::try_from(n).unwrap_or(last);
        let n = if self.offset(n + 1) <= into { n + 1 } else { n };
        n.min(last)
    }
}

impl Reel {
    /// Puts strips in a row.
    ///
    /// Errors: [`ChannelError::Damaged`] when they do not follow each other in time and numbers.
    pub fn new(strips: Vec<Arc<Strip>>) -> Result<Self> {
        let mut strips = strips;
        strips.retain(|strip| !strip.slots.is_empty());
        let follows = |a: &Strip, b: &Strip| {
            let msn = a.slots.last().map(Slot::msn_end) == b.slots.first().map(|slot| slot.msn);
            msn && a.end() == b.start() && a.ordinal + a.slots.len() as u64 == b.ordinal
        };
        if strips.is_empty() || !strips.windows(2).all(|pair| follows(&pair[0], &pair[1])) {
            return Err(ChannelError::Damaged("strips do not follow each other"));
        }
        Ok(Self { strips })
    }

    /// The same without some items; see [`Strip::without`]. `None` when it has none of them.
    pub fn without(&self, gone: impl Fn(&Item) -> bool) -> Option<Self> {
        let mut any = false;
        let strips = self.strips.iter().map(|strip| match strip.without(&gone) {
            None => Arc::clone(strip),
            Some(other) => {
                any = true;
                Arc::new(other)
            }
        });
        let strips = strips.collect();
        any.then_some(Self { strips })
    }

    /// The strips.
    pub fn strips(&self) -> &[Arc<Strip>] {
        &self.strips
    }

    /// When it begins.
    pub fn begins(&self) -> i64 {
        self.strips.first().map_or(0, |strip| strip.start())
    }

    /// When it ends.
    pub fn ends(&self) -> i64 {
        self.strips.last().map_or(0, |strip| strip.end())
    }

    /// What is on at an instant, with its strip.
    pub fn on(&self, at: i64) -> Option<(&Strip, &Slot)> {
        if at < self.begins() || at >= self.ends() {
            return None;
        }
        let place = self.place(at);
        let strip = &self.strips[place.strip];
        Some((strip, &strip.slots[place.slot]))
    }

    /// The segment that is on at an instant within.
    fn place(&self, at: i64) -> Place {
        let strip = self
            .strips
            .partition_point(|strip| strip.start() <= at)
            .saturating_sub(1);
        let slot = self.strips[strip].at(at);
        Place {
            strip,
            slot,
            segment: self.laid(strip, slot).at(at),
        }
    }

    fn laid(&self, strip: usize, slot: usize) -> Laid<'_> {
        Laid::new(&self.strips[strip], slot)
    }

    fn before(&self, place: Place) -> Option<Place> {
        let Place {
            strip,
            slot,
            segment,
        } = place;
        if segment > 0 {
            return Some(Place {
                segment: segment - 1,
                ..place
            });
        }
        let (strip, slot) = if let Some(slot) = slot.checked_sub(1) {
            (strip, slot)
        } else {
            let strip = strip.checked_sub(1)?;
            (strip, self.strips[strip].slots.len() - 1)
        };
        let segment = self.strips[strip].slots[slot].count - 1;
        Some(Place {
            strip,
            slot,
            segment,
        })
    }

    /// When the segment at a place begins and ends.
    fn span(&self, place: Place) -> (i64, i64) {
        let laid = self.laid(place.strip, place.slot);
        let at = |segment| laid.slot.start + i64::from(laid.offset(segment));
        (at(place.segment), at(place.segment + 1))
    }

    fn msn(&self, place: Place) -> u64 {
        self.strips[place.strip].slots[place.slot].msn + u64::from(place.segment)
    }

    /// What a playlist lists at an instant. A segment is listed once its end has passed.
    ///
    /// Errors: [`ChannelError::BeforeBeginning`] as long as no segment of it has passed,
    /// [`ChannelError::TooMuch`] for more than [`MAX_LISTED`] segments, and
    /// [`ChannelError::Damaged`] when the reel does not hold all that would be listed.
    pub fn view(&self, now: i64, shape: Shape, format: &Format) -> Result<View<'_>> {
        let short = ChannelError::Damaged("the strips at hand do not reach as far as the playlist");
        let (mut from, until) = match shape {
            Shape::Live { .. } => (i64::MIN, i64::MAX),
            Shape::StartOver { from, until } | Shape::CatchUp { from, until } => (from, until),
        };
        let begins = self.begins();
        // Instants at which the next segment of the reel is not known yet cannot be answered.
        if now.min(until) >= self.ends() && until > self.ends() {
            return Err(short);
        }
        // The last segment: the one on just before the end, if it has passed; else the one before
        // what is on now.
        let complete = until <= now && {
            let (_, end) = self.span(self.place(until.max(begins + 1) - 1));
            end <= now
        };
        let last = if complete {
            Some(self.place(until.max(begins + 1) - 1))
        } else if now < begins {
            None
        } else {
            self.before(self.place(now))
        };
        let (Some(last), false) = (last, from > now) else {
            return Err(ChannelError::BeforeBeginning(begins.max(from)));
        };
        let (last_start, end) = self.span(last);
        let target = format.target_ms();
        if let Shape::Live { window_ms } = shape {
            from = end - window_ms.max(5 * target);
        }
        let at_beginning = self.strips.first().is_some_and(|strip| strip.ordinal == 0);
        if from < begins && !at_beginning {
            return Err(short);
        }
        if from > last_start && from >= end {
            return Err(ChannelError::BeforeBeginning(from));
        }
        let first = self.place(from.max(begins));
        let count = self.msn(last) + 1 - self.msn(first);
        if count > MAX_LISTED {
            return Err(ChannelError::TooMuch {
                what: "the number of segments",
                limit: MAX_LISTED,
            });
        }
        let ordinal = self.strips[first.strip].ordinal + first.slot as u64;
        let next_change = (!complete).then(|| self.span(self.place(end)).1);
        Ok(View {
            reel: self,
            first,
            last,
            shape,
            msn: self.msn(first),
            // The tag of the first segment is written, so it has not been removed.
            discontinuities: if first.segment == 0 {
                ordinal.saturating_sub(1)
            } else {
                ordinal
            },
            end,
            complete,
            next_change,
        })
    }
}

impl<'a> View<'a> {
    /// How many segments are listed.
    pub fn count(&self) -> u64 {
        self.reel.msn(self.last) + 1 - self.msn
    }

    /// When the first segment begins.
    pub fn start(&self) -> i64 {
        self.reel.span(self.first).0
    }

    /// The version of the schedule at its end.
    pub fn version(&self) -> u32 {
        self.reel.strips[self.last.strip].version
    }

    /// An entity tag, quoted: version, first and next media sequence number. With the address it
    /// says everything that the bytes depend on.
    pub fn etag(&self, out: &mut String) {
        out.push('"');
        for (sign, value) in [
            ("", self.version().into()),
            ("-", self.msn),
            ("-", self.msn + self.count()),
        ] {
            out.push_str(sign);
            super::text::number(out, value);
        }
        // What is withheld is told otherwise from one moment to the next.
        let withheld: usize = (self.first.strip..=self.last.strip)
            .map(|strip| self.reel.strips[strip].withheld.len())
            .sum();
        if withheld > 0 {
            out.push_str("-w");
            super::text::number(out, withheld as u64);
        }
        out.push_str(if self.complete { "-end\"" } else { "\"" });
    }

    /// The slots with what is listed of each: from one segment until before another.
    pub(super) fn slots(&self) -> impl Iterator<Item = (Laid<'a>, u32, u32)> + use<'a> {
        let Self {
            reel, first, last, ..
        } = *self;
        (first.strip..=last.strip).flat_map(move |strip| {
            let from = if strip == first.strip { first.slot } else { 0 };
            let to = if strip == last.strip {
                last.slot
            } else {
                reel.strips[strip].slots.len() - 1
            };
            (from..=to).map(move |slot| {
                let laid = reel.laid(strip, slot);
                let opens = (strip, slot) == (first.strip, first.slot);
                let closes = (strip, slot) == (last.strip, last.slot);
                let begin = if opens { first.segment } else { 0 };
                let end = if closes {
                    last.segment + 1
                } else {
                    laid.slot.count
                };
                (laid, begin, end)
            })
        })
    }

    /// The advertisement break that a slot opens, if it opens one.
    pub(super) fn opens_break(&self, slot: &Slot) -> Option<Break> {
        let before = self.reel.on(slot.start - 1);
        if !is_break(slot) || before.is_some_and(|(_, before)| is_same_break(before, slot)) {
            return None;
        }
        let mut end = slot.end();
        while let Some((_, next)) = self
            .reel
            .on(end)
            .filter(|(_, next)| is_same_break(slot, next))
        {
            end = next.end();
        }
        Some(Break {
            msn: slot.msn,
            start: slot.start,
            // A broadcast's own break may still grow.
            end: (slot.kind == Kind::AdBreak).then_some(end),
        })
    }

    /// The advertisement break that has ended where a slot begins.
    pub(super) fn closes_break(&self, slot: &Slot) -> Option<Break> {
        let (_, last) = self.reel.on(slot.start - 1)?;
        if !is_break(last) || is_same_break(last, slot) {
            return None;
        }
        let mut first = last;
        while let Some((_, before)) = self
            .reel
            .on(first.start - 1)
            .filter(|(_, before)| is_same_break(before, first))
        {
            first = before;
        }
        Some(Break {
            msn: first.msn,
            start: first.start,
            end: (last.kind == Kind::AdBreak).then_some(slot.start),
        })
    }
}

/// An advertisement break as a playlist tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Break {
    /// The number of its first segment, which names it for good.
    pub(super) msn: u64,
    /// When it begins.
    pub(super) start: i64,
    /// When it ends; `None` where that is not known when it begins, and so is never told.
    pub(super) end: Option<i64>,
}

fn is_break(slot: &Slot) -> bool {
    matches!(slot.kind, Kind::AdBreak | Kind::LiveBreak)
}

fn is_same_break(one: &Slot, other: &Slot) -> bool {
    is_break(one) && one.kind == other.kind && one.airing == other.airing
}
