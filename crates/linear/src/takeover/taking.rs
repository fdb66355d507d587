//! What is taken of a broadcast: which segments, in which renditions, at which times.

use bytes::{Bytes, BytesMut};
use matinee_channels::definition::Format;
use matinee_channels::library::{AudioRendition, Grid, Item, Media, VideoRendition};
use matinee_channels::schedule::{RELAY_LEAD_MS, RelayForm, Stretch};
use matinee_media::cmaf::Retimer;

use super::{InBreak, Rendition, Segment};
use crate::Result;

/// How much more than what must be settled is taken of a broadcast: room for what is late.
pub(super) const CUSHION_MS: i64 = 8_000;
/// From then on nobody waits for smaller sizes.
const URGENT_MS: i64 = 3_000;
/// So many segments in fewer sizes are shown before there are more again.
const STEADY: usize = 15;
/// An item is not longer than this: then another one begins.
const LONGEST: usize = 900;

/// What has been taken by this node, of a broadcast that is on here.
#[derive(Debug, Default)]
pub(super) struct Taking {
    /// The number of the last segment that was looked at.
    pub(super) last: Option<u64>,
    now: Option<Current>,
    /// When the break of the broadcast began that the channel has filled.
    filled: Option<u64>,
}

/// The item that goes on.
#[derive(Debug)]
struct Current {
    run: u32,
    names: Vec<String>,
    /// When it begins on the broadcast's clock.
    base: u64,
    /// When its segments end, in milliseconds.
    ends: Vec<u32>,
    /// Which item of the relay.
    n: usize,
    /// Whether it is a break of the broadcast.
    in_break: bool,
}

/// A part to be kept.
pub(super) struct Part {
    /// Below the takeover.
    pub(super) name: String,
    pub(super) bytes: Bytes,
}

/// What a segment comes to.
pub(super) enum Outcome {
    /// It is the next of the relay.
    Taken(Vec<Part>),
    /// It cannot be shown.
    PassedOver,
    /// Some of its sizes are still to come.
    NotYet,
}

impl Taking {
    /// Takes the next segment into a relay that has been taken until an instant.
    pub(super) fn take(
        &mut self,
        segment: &Segment,
        form: &mut RelayForm,
        place: &Place<'_>,
    ) -> Result<Outcome> {
        let Place {
            format, now, end, ..
        } = *place;
        if place.fills
            && let Some(broken) = segment.in_break
            && let Some(outcome) = self.fill(segment, broken, form, place)
        {
            self.last = Some(segment.msn);
            return Ok(outcome);
        }
        let length_ms = (segment.ends - segment.begins) / 1000;
        if (length_ms + 500) / 1000 > u64::from(format.target_duration_s) || length_ms == 0 {
            self.last = Some(segment.msn);
            return Ok(Outcome::PassedOver);
        }
        let urgent = end - now < RELAY_LEAD_MS + URGENT_MS;
        let usable = |one: &&Rendition| shows(one, format);
        let wanted: Vec<&Rendition> = segment.renditions.iter().filter(usable).collect();
        if !urgent && wanted.iter().any(|one| !one.settled) {
            return Ok(Outcome::NotYet);
        }
        let mut there: Vec<&Rendition> = wanted
            .into_iter()
            .filter(|one| one.bytes.is_some())
            .collect();
        self.last = Some(segment.msn);
        if there.iter().all(|one| one.size.is_none()) {
            return Ok(Outcome::PassedOver);
        }
        let goes_on = self.now.as_ref().is_some_and(|current| {
            let has = |name: &String| there.iter().any(|one| one.name == *name);
            let more = there.len() > current.names.len() && current.ends.len() >= STEADY;
            current.run == segment.run
                && current.in_break == segment.in_break.is_some()
                && current.names.iter().all(has)
                && !more
                && current.ends.len() < LONGEST
                && current.n + 1 == form.items.len()
        });
        if !goes_on {
            if !segment.independent {
                return Ok(Outcome::PassedOver);
            }
            self.now = None;
        }
        let mut parts = Vec::new();
        let begins_anew = self.now.is_none();
        let current = self.now.get_or_insert_with(|| Current {
            run: segment.run,
            names: there.iter().map(|one| one.name.clone()).collect(),
            base: segment.begins,
            ends: Vec::new(),
            n: form.items.len(),
            in_break: segment.in_break.is_some(),
        });
        there.retain(|one| current.names.contains(&one.name));
        let number = current.ends.len();
        for one in &there {
            let folder = format!("{}-{}", current.n, one.name);
            if begins_anew {
                parts.push(Part {
                    name: format!("{folder}/init.mp4"),
                    bytes: one.init.clone(),
                });
            }
            let bytes = one.bytes.as_ref().map(|bytes| {
                let sequence = u32::try_from(number * 16 + 1).unwrap_or(1);
                rebased(bytes, one.timescale, current.base, sequence)
            });
            if let Some(bytes) = bytes.transpose()? {
                parts.push(Part {
                    name: format!("{folder}/{number}.m4s"),
                    bytes,
                });
            }
        }
        let ends = segment.ends.saturating_sub(current.base).div_ceil(1000);
        let ends = u32::try_from(ends).unwrap_or(u32::MAX);
        let least = current.ends.last().map_or(1, |last| last + 1);
        current.ends.push(ends.max(least));
        let grid = Grid::of_ends(&current.ends)?;
        if begins_anew {
            let folder = |one: &Rendition| {
                format!(
                    "relay/{}/{}/{}-{}",
                    place.channel, place.takeover, current.n, one.name
                )
            };
            let media = media(&there, grid, length_ms, &folder);
            let id = format!("{}#{}-{}", form.item, place.takeover, current.n);
            form.items.push(Item::new(&id, &form.title, media));
            let n = u32::try_from(current.n).unwrap_or(u32::MAX);
            if current.in_break {
                form.in_breaks.push(n);
            }
            form.stretches.push(Stretch::Item { n, count: 1 });
        } else {
            form.items[current.n].grid = grid;
            match form.stretches.last_mut() {
                Some(Stretch::Item { n, count }) if *n as usize == current.n => *count += 1,
                // The slate has come between: what follows it is another item.
                _ => {
                    self.now = None;
                    return Ok(Outcome::PassedOver);
                }
            }
        }
        Ok(Outcome::Taken(parts))
    }

    /// Where it is: the last segment, and the last break that was filled.
    pub(super) fn place(&self) -> (Option<u64>, Option<u64>) {
        (self.last, self.filled)
    }

    /// Goes back to where it was. What is taken again is taken into another item.
    pub(super) fn go_back(&mut self, to: (Option<u64>, Option<u64>)) {
        (self.last, self.filled) = to;
        self.interrupt();
    }

    /// Puts a break of the channel's own where the broadcast has one, whose length must be known.
    /// `None` when the broadcast's own is shown.
    fn fill(
        &mut self,
        segment: &Segment,
        broken: InBreak,
        form: &mut RelayForm,
        place: &Place<'_>,
    ) -> Option<Outcome> {
        if self.filled.is_none() && matches!(form.stretches.last(), Some(Stretch::Break { .. })) {
            // Another node, or this one before it was begun anew, has filled it.
            self.filled = Some(broken.begins);
        }
        if self.filled == Some(broken.begins) {
            return Some(Outcome::PassedOver);
        }
        if matches!(form.stretches.last(), Some(Stretch::Break { .. })) {
            // Two of the channel's own, one after the other, would be one that has grown, and the
            // first has been told of with its length.
            return None;
        }
        let shown_already = self.now.as_ref().is_some_and(|current| current.in_break);
        let left_ms = broken
            .ends?
            .saturating_sub(segment.begins.max(broken.begins))
            / 1000;
        // What is a whole number of seconds here is a little more or less there: that is made up
        // for by how far ahead of the air the broadcast is taken.
        let far_ahead = place.end - place.now > RELAY_LEAD_MS + CUSHION_MS;
        let seconds = if far_ahead {
            left_ms / 1000
        } else {
            left_ms.div_ceil(1000)
        };
        let seconds = u32::try_from(seconds).ok()?;
        if shown_already || !(2..=Stretch::LONGEST_BREAK).contains(&seconds) {
            return None;
        }
        form.stretches.push(Stretch::Break { seconds });
        self.filled = Some(broken.begins);
        self.now = None;
        Some(Outcome::Taken(Vec::new()))
    }

    /// What comes next is not what would have come: another item begins.
    pub(super) fn interrupt(&mut self) {
        self.now = None;
    }
}

/// Where it is taken to.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    pub(super) format: &'p Format,
    pub(super) channel: &'p str,
    pub(super) takeover: &'p str,
    pub(super) now: i64,
    /// Until when the relay has been taken.
    pub(super) end: i64,
    /// Whether the channel fills breaks by decisions of its own.
    pub(super) fills: bool,
}

/// Whether a rendition can be on a channel of this form.
fn shows(one: &Rendition, format: &Format) -> bool {
    match (one.size, one.sound) {
        (Some(_), _) => one.codec == format.video,
        (_, Some((rate, channels))) => {
            one.codec == format.audio && rate == format.sample_rate && channels == format.channels
        }
        _ => false,
    }
}

fn media(
    there: &[&Rendition],
    grid: Grid,
    length_ms: u64,
    folder: &impl Fn(&Rendition) -> String,
) -> Media {
    let mut media = Media {
        grid,
        video: Vec::new(),
        audio: Vec::new(),
    };
    for one in there {
        let path = folder(one).into();
        if let Some((width, height)) = one.size {
            let bits = one.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64 * 8);
            media.video.push(VideoRendition {
                path,
                codec: one.codec,
                // What comes may be a little more than the first of it.
                bandwidth: bits * 1250 / length_ms.max(1),
                width,
                height,
            });
        } else if let Some((sample_rate, channels)) = one.sound {
            media.audio.push(AudioRendition {
                path,
                codec: one.codec,
                language: None,
                sample_rate,
                channels,
            });
        }
    }
    media
}

/// A segment on the clock of its item, which begins at `base` microseconds of the broadcast's.
fn rebased(bytes: &Bytes, timescale: u32, base: u64, sequence: u32) -> Result<Bytes> {
    let ticks = u128::from(base) * u128::from(timescale) / 1_000_000;
    let mut retimer = Retimer {
        shift: i64::try_from(ticks).map_or(i64::MIN, |ticks| -ticks),
        next_sequence: sequence,
    };
    let mut all = BytesMut::from(&bytes[..]);
    let mut at = 0;
    while let Some(head) = all.get(at..at + 8) {
        let size = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let is_moof = &head[4..8] == b"moof";
        let end = at.saturating_add(size).min(all.len());
        if size < 8 {
            break;
        }
        if is_moof {
            retimer.retime(&mut all[at..end])?;
        }
        at = end;
    }
    Ok(all.freeze())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000;

    fn segment(msn: u64, broken: Option<(u64, u64)>) -> Segment {
        Segment {
            msn,
            run: 0,
            begins: msn * 2 * SECOND,
            ends: (msn + 1) * 2 * SECOND,
            independent: true,
            in_break: broken.map(|(begins, ends)| InBreak {
                begins: begins * SECOND,
                ends: Some(ends * SECOND),
            }),
            renditions: Vec::new(),
        }
    }

    /// What has been said of a break that was filled must stay as it was, whatever follows it.
    #[test]
    fn of_two_breaks_one_after_the_other_the_first_is_filled() {
        let form = serde_json::json!({ "id": "takeover", "item": "stream", "title": "News",
            "until": 1_000_000 });
        let mut form: RelayForm = serde_json::from_value(form).unwrap();
        let format = Format::default();
        let place = Place {
            format: &format,
            channel: "channel",
            takeover: "takeover",
            now: 0,
            end: 60_000,
            fills: true,
        };
        let mut taking = Taking::default();
        let mut fed = |segment: &Segment| {
            let outcome = taking.take(segment, &mut form, &place).unwrap();
            (matches!(outcome, Outcome::Taken(_)), form.stretches.clone())
        };
        let first = vec![Stretch::Break { seconds: 10 }];
        assert_eq!(fed(&segment(5, Some((10, 20)))), (true, first.clone()));
        for msn in 6..10 {
            let inside = segment(msn, Some((10, 20)));
            assert_eq!(fed(&inside), (false, first.clone()), "{msn}");
        }
        // The next one begins where it ends: nothing of the channel's own is put there.
        for msn in 10..15 {
            let next = segment(msn, Some((20, 30)));
            assert_eq!(fed(&next), (false, first.clone()), "{msn}");
        }
    }
}
