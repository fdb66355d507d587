//! What an ad decision puts in the place of a break's slate.
//!
//! A break that is decided is so many seconds of slate, a segment a second, in a number of slots
//! that follows from its length alone. Advertisements are cut a second at a time as well, so
//! whatever is put there has as many segments, lasts as long, and is parted by as many
//! discontinuities: no number after the break depends on what was decided. So a break that nobody
//! asked for needs no decision, and one that was decided late moves nothing.

use std::sync::Arc;

use super::{ADVERT, Kind, Slot, Strip};
use crate::library::Item;

/// One more part for each so many seconds: pods of a quarter of a minute each fit twice.
const PART_SECONDS: u32 = 30;

/// How many parts a decided break of so many seconds has.
pub(super) fn part_count(seconds: u32) -> u32 {
    (seconds / PART_SECONDS + 2).min(seconds.max(1))
}

/// The parts of a decided break: where each begins, in seconds, and how many it has.
pub(super) fn parts_of(seconds: u32) -> impl Iterator<Item = (u32, u32)> {
    let parts = part_count(seconds);
    let at = move |n: u32| {
        let at = u64::from(seconds) * u64::from(n) / u64::from(parts.max(1));
        u32::try_from(at).unwrap_or(seconds)
    };
    (0..parts)
        .map(move |n| (at(n), at(n + 1) - at(n)))
        .filter(|(_, count)| *count > 0)
}

/// A break that advertisements may be put into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The media sequence number of its first segment, which names it for good.
    pub msn: u64,
    /// When it begins.
    pub start: i64,
    /// How many seconds it lasts, and so how many segments it has.
    pub seconds: u32,
    /// How many parts it has: the most advertisements, one fewer if they do not fill it.
    pub parts: u32,
    /// What airs around it.
    pub airing: u64,
    /// Its first slot, in the strip.
    first: usize,
}

/// An advertisement in a break.
#[derive(Clone, Debug)]
pub struct Spot {
    /// Its media, cut a second at a time; slate stands for it when there is none.
    pub item: Option<Arc<Item>>,
    /// How many seconds it lasts.
    pub seconds: u32,
}

impl Spot {
    /// Whether an item is cut as an advertisement of so many seconds must be.
    pub fn fits(item: &Item, seconds: u32) -> bool {
        let grid = &item.grid;
        grid.count() == seconds && (0..=seconds).all(|n| grid.start(n) == n * 1000)
    }
}

/// The breaks of a strip that advertisements may be put into, ascending.
pub fn openings(strip: &Strip) -> Vec<Opening> {
    openings_within(strip, i64::MIN, i64::MAX)
}

/// Those of them that something of is between two instants.
pub fn openings_within(strip: &Strip, from: i64, to: i64) -> Vec<Opening> {
    let mut out: Vec<Opening> = Vec::new();
    if strip.slots.is_empty() || strip.end() <= from || strip.start() >= to {
        return out;
    }
    let slate = strip.library.slate();
    let mut n = strip.at(from);
    // A break that has begun is looked at from its beginning.
    while n > 0 && strip.slots[n].kind == Kind::AdBreak && strip.slots[n - 1].kind == Kind::AdBreak
    {
        n -= 1;
    }
    while n < strip.slots.len() {
        let slot = &strip.slots[n];
        if slot.start >= to {
            break;
        }
        let room = |other: &Slot| {
            other.kind == Kind::AdBreak && other.airing == slot.airing && other.item == slate
        };
        if !room(slot) {
            n += 1;
            continue;
        }
        let run = strip.slots[n..].iter().take_while(|slot| room(slot));
        let (mut parts, mut seconds, mut duration) = (0u32, 0u32, 0u32);
        for slot in run {
            parts += 1;
            seconds += slot.count;
            duration += slot.duration;
        }
        // One that is not decided has one slot of slate, or another item.
        let alone = n == 0 || {
            let before = &strip.slots[n - 1];
            before.kind != Kind::AdBreak || before.airing != slot.airing
        };
        if alone && parts > 1 && parts == part_count(seconds) && duration == seconds * 1000 {
            out.push(Opening {
                msn: slot.msn,
                start: slot.start,
                seconds,
                parts,
                airing: slot.airing,
                first: n,
            });
        }
        n += parts as usize;
    }
    out
}

/// A strip with advertisements in its breaks. Every number, instant and length stays what it was.
pub fn filled(strip: &Strip, fills: &[(Opening, Vec<Spot>)]) -> Strip {
    let mut out = strip.clone();
    for (opening, spots) in fills {
        let range = opening.first..opening.first + opening.parts as usize;
        let Some(room) = strip.slots.get(range.clone()) else {
            continue;
        };
        let Some(first) = room.first().filter(|slot| slot.msn == opening.msn) else {
            continue;
        };
        let pieces = lay(opening, spots);
        let (mut start, mut msn) = (first.start, first.msn);
        for (slot, piece) in out.slots[range].iter_mut().zip(pieces) {
            slot.start = start;
            slot.msn = msn;
            slot.count = piece.count;
            slot.duration = piece.count * 1000;
            slot.first = piece.first;
            let item = piece.spot.and_then(|n| spots[n].item.clone());
            slot.item = match item {
                None => strip.library.slate(),
                Some(item) => {
                    let known = out
                        .adverts
                        .iter()
                        .position(|other| Arc::ptr_eq(other, &item));
                    let n = known.unwrap_or_else(|| {
                        out.adverts.push(item);
                        out.adverts.len() - 1
                    });
                    ADVERT + u32::try_from(n).unwrap_or(0)
                }
            };
            start += i64::from(slot.duration);
            msn += u64::from(slot.count);
        }
    }
    out
}

/// A part of a break: an advertisement (`None` is slate), or a piece of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    spot: Option<usize>,
    first: u32,
    count: u32,
}

/// The parts of a break with these advertisements: exactly as many, and as long, as it has. What
/// does not fit is left out; what is left is slate.
fn lay(opening: &Opening, spots: &[Spot]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut left = opening.seconds;
    for (n, spot) in spots.iter().enumerate() {
        // The last part is the slate's, unless nothing is left for it.
        let room = u32::try_from(pieces.len()).unwrap_or(u32::MAX) + 1;
        let fits = room < opening.parts || (room == opening.parts && spot.seconds == left);
        if spot.seconds > 0 && spot.seconds <= left && fits {
            pieces.push(Piece {
                spot: Some(n),
                first: 0,
                count: spot.seconds,
            });
            left -= spot.seconds;
        }
    }
    if left > 0 {
        pieces.push(Piece {
            spot: None,
            first: 0,
            count: left,
        });
    }
    // Too few parts: slate is parted before an advertisement is, and the longest first.
    while pieces.len() < opening.parts as usize {
        let longest = (0..pieces.len())
            .filter(|&n| pieces[n].count > 1)
            .max_by_key(|&n| {
                (
                    pieces[n].spot.is_none(),
                    pieces[n].count,
                    std::cmp::Reverse(n),
                )
            });
        let Some(n) = longest else { break };
        let piece = pieces[n];
        let half = piece.count / 2;
        pieces[n].count = half;
        pieces.insert(
            n + 1,
            Piece {
                first: piece.first + half,
                count: piece.count - half,
                ..piece
            },
        );
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{definition::Channel, playout::Reel, schedule::Timeline, testing};

    fn advert(id: &str, seconds: u32) -> Arc<Item> {
        let mut item = testing::item(id, seconds * 1000, 1000);
        item.kind = "advert".into();
        Arc::new(item)
    }

    fn channel(seconds: u32) -> Arc<Channel> {
        let text = format!(
            r#"{{"number": 1, "name": "A", "rules": {{}},
                "ads": {{"every_minutes": 10, "seconds": {seconds}, "after_programmes": 1, "decided": true}}}}"#
        );
        Arc::new(serde_json::from_str(&text).unwrap())
    }

    proptest! {
        #![proptest_config(crate::testing::cases(60))]

        /// Numbers, instants and discontinuities after a break are those that they were, whatever
        /// is put into it.
        #[test]
        fn what_follows_a_break_does_not_depend_on_it(
            seconds in 5u32..200,
            pods in prop::collection::vec(prop::collection::vec(1u32..70, 0..9), 1..5),
        ) {
            let library = testing::library(9, 12);
            let timeline = Timeline::begin("c", channel(seconds), library, 0).unwrap();
            let strips = timeline.strips(0, 8 * 3_600_000).unwrap();
            let mut breaks = 0;
            let mut made = Vec::new();
            for strip in &strips {
                let all = openings(strip);
                for opening in &all {
                    prop_assert_eq!(opening.seconds, seconds);
                    prop_assert_eq!(opening.parts, part_count(seconds));
                }
                breaks += all.len();
                let fills: Vec<_> = all
                    .into_iter()
                    .zip(pods.iter().cycle())
                    .map(|(opening, pod)| {
                        let spots = pod.iter().enumerate().map(|(n, &seconds)| Spot {
                            item: (n % 4 != 3).then(|| advert(&format!("ad{n}"), seconds)),
                            seconds,
                        });
                        (opening, spots.collect())
                    })
                    .collect();
                let with = filled(strip, &fills);
                prop_assert_eq!(with.slots.len(), strip.slots.len());
                prop_assert_eq!((with.start(), with.end()), (strip.start(), strip.end()));
                for (a, b) in with.slots.iter().zip(&strip.slots) {
                    prop_assert_eq!((a.kind, a.airing), (b.kind, b.airing));
                    if a.kind != Kind::AdBreak {
                        prop_assert_eq!(a, b);
                    }
                    prop_assert!(a.count > 0);
                    prop_assert!(a.first + a.count <= with.item(a).grid.count());
                }
                for pair in with.slots.windows(2) {
                    prop_assert_eq!(pair[0].end(), pair[1].start);
                    prop_assert_eq!(pair[0].msn_end(), pair[1].msn);
                }
                made.push(Arc::new(with));
            }
            prop_assert!(breaks > 0);
            prop_assert!(Reel::new(made).is_ok());
        }
    }

    #[test]
    fn what_is_put_into_a_break_is_what_playlists_list() {
        let library = testing::library(9, 12);
        let channel = channel(20);
        let timeline = Timeline::begin("c", channel.clone(), library, 0).unwrap();
        let strips = timeline.strips(0, 3_600_000).unwrap();
        let strip = strips.iter().find(|strip| !openings(strip).is_empty());
        let strip = strip.unwrap();
        let opening = openings(strip)[0];
        let item = advert("tea", 12);
        let path = item.video[0].path.clone();
        let spot = Spot {
            item: Some(item),
            seconds: 12,
        };
        let reel = Reel::new(vec![Arc::new(filled(strip, &[(opening, vec![spot])]))]).unwrap();
        let shape = crate::playout::Shape::CatchUp {
            from: opening.start,
            until: opening.start + 20_000,
        };
        let view = reel
            .view(opening.start + 60_000, shape, &channel.format)
            .unwrap();
        let mut out = String::new();
        let writer = crate::playout::MediaWriter {
            format: &channel.format,
            root: "/media",
            suffix: "",
            shift_ms: 0,
            cues: crate::playout::Cues::None,
        };
        let track = crate::playout::track(&channel.format, "video", "720p").unwrap();
        writer.write(&mut out, &view, track);
        // Addresses are the lines that are no tags.
        let segments = out.lines().filter(|line| !line.starts_with('#'));
        let ours = segments.filter(|line| line.contains(&*path)).count();
        assert_eq!(ours, 12, "{out}");
    }

    #[test]
    fn advertisements_are_whole_where_there_is_slate_to_part() {
        let opening = Opening {
            msn: 0,
            start: 0,
            seconds: 60,
            parts: part_count(60),
            airing: 1,
            first: 0,
        };
        let spot = |seconds| Spot {
            item: None,
            seconds,
        };
        let pieces = lay(&opening, &[spot(15), spot(30)]);
        let told: Vec<_> = pieces.iter().map(|p| (p.spot, p.count)).collect();
        assert_eq!(told, [(Some(0), 15), (Some(1), 30), (None, 7), (None, 8)]);
        let quarters = [spot(15), spot(15), spot(15), spot(15)];
        assert_eq!(lay(&opening, &quarters).len(), 4);
        // A fifth part would be one too many.
        let short = [spot(10), spot(10), spot(10), spot(10), spot(20)];
        let told: Vec<_> = lay(&opening, &short).iter().map(|p| p.spot).collect();
        assert_eq!(told, [Some(0), Some(1), Some(2), None]);
    }
}
