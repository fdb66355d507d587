//! Where a playlist of others says that breaks begin and end: `EXT-X-DATERANGE` with SCTE 35
//! (RFC 8216bis §4.4.5.1), and `EXT-X-CUE-OUT` and `EXT-X-CUE-IN`, which no standard describes but
//! most packagers write.

use jiff::Timestamp;

use super::read::{Segment, attribute};
use crate::scte35::{self, Cue};

/// The most date ranges that are believed.
const MAX_RANGES: usize = 1000;
/// What is said of instants that are no further apart is the same, in milliseconds.
const SAME_MS: i64 = 1000;

/// That a break begins or ends while a segment is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// How many milliseconds after the segment's beginning.
    pub offset_ms: u32,
    /// What is said.
    pub cue: Cue,
    /// The section of SCTE 35, if there is one.
    pub section: Option<Vec<u8>>,
}

/// What is read on the way, before the segments that it is of are known.
#[derive(Debug, Default)]
pub(super) struct Signals {
    /// Instants in UTC milliseconds.
    dated: Vec<(i64, Signal)>,
    /// Those of the segment that comes next.
    next: Vec<Signal>,
    /// When the segment that comes next begins, if the playlist has said a date before.
    date: Option<i64>,
    dates: Vec<Option<(i64, i64)>>,
    duration_ms: i64,
}

impl Signals {
    /// Looks at a tag. What cannot be read says nothing.
    pub(super) fn tag(&mut self, tag: &str, value: &str) {
        match tag {
            "#EXTINF" => {
                let seconds = value.split(',').next().and_then(|text| text.parse().ok());
                self.duration_ms = seconds.and_then(millis).unwrap_or(0);
            }
            "#EXT-X-PROGRAM-DATE-TIME" => self.date = instant(value).or(self.date),
            "#EXT-X-CUE-OUT" => {
                let seconds = attribute(value, "DURATION").unwrap_or(value);
                let duration_ms = seconds.trim().parse().ok().and_then(millis);
                self.next.push(bare(true, duration_ms));
            }
            "#EXT-X-CUE-IN" => self.next.push(bare(false, None)),
            "#EXT-X-DATERANGE" if self.dated.len() < MAX_RANGES => {
                self.range(value);
            }
            _ => {}
        }
        self.next.truncate(4);
    }

    fn range(&mut self, list: &str) -> Option<()> {
        let start = instant(attribute(list, "START-DATE")?)?;
        let of = |name| attribute(list, name).and_then(|text| text.parse().ok().and_then(millis));
        let duration = of("DURATION");
        let ends = attribute(list, "END-DATE").and_then(instant);
        let ends = ends.or_else(|| Some(start + duration?));
        let planned = of("PLANNED-DURATION").or(duration);
        let put = |at: i64, name: &str, out: bool| {
            let section = attribute(list, name).and_then(section)?;
            let read = scte35::read(&section);
            let cue = Cue {
                event_id: read.map_or(0, |cue| cue.event_id),
                out,
                duration_ms: planned
                    .and_then(|ms| u64::try_from(ms).ok())
                    .filter(|_| out),
                auto_return: false,
            };
            let signal = Signal {
                offset_ms: 0,
                cue,
                section: Some(section),
            };
            Some((at, signal))
        };
        let found = [
            put(start, "SCTE35-OUT", true),
            ends.and_then(|at| put(at, "SCTE35-IN", false)),
        ];
        self.dated.extend(found.into_iter().flatten());
        // What is a command says itself whether it begins a break.
        let command = attribute(list, "SCTE35-CMD").and_then(section);
        if let Some(section) = command
            && let Some(cue) = scte35::read(&section)
        {
            let signal = Signal {
                offset_ms: 0,
                cue,
                section: Some(section),
            };
            self.dated.push((start, signal));
        }
        Some(())
    }

    /// A segment follows: gives what is said of its beginning.
    pub(super) fn segment(&mut self) -> Vec<Signal> {
        self.dates
            .push(self.date.map(|date| (date, self.duration_ms)));
        self.date = self.date.map(|date| date + self.duration_ms);
        self.duration_ms = 0;
        std::mem::take(&mut self.next)
    }

    /// The playlist is over: what was said by date is given to the segments. What is said so tells
    /// more than a tag before a segment does of the same.
    pub(super) fn settle(self, segments: &mut [Segment]) {
        for (segment, dated) in segments.iter_mut().zip(&self.dates) {
            let said = |bare: &Signal| {
                let mut all = self.dated.iter();
                dated.is_some_and(|(begins, _)| {
                    all.any(|(at, one)| {
                        one.cue.out == bare.cue.out && (at - begins).abs() < SAME_MS
                    })
                })
            };
            segment.signals.retain(|bare| !said(bare));
        }
        for (at, signal) in self.dated {
            let within = |dated: &Option<(i64, i64)>| {
                dated.is_some_and(|(begins, lasts)| (begins..begins + lasts).contains(&at))
            };
            let Some(n) = self.dates.iter().position(within) else {
                continue;
            };
            if let (Some(segment), Some(Some((begins, _)))) =
                (segments.get_mut(n), self.dates.get(n))
                && segment.signals.len() < 8
            {
                let offset_ms = u32::try_from(at - begins).unwrap_or(0);
                segment.signals.push(Signal {
                    offset_ms,
                    ..signal
                });
            }
        }
    }
}

fn bare(out: bool, duration_ms: Option<i64>) -> Signal {
    Signal {
        offset_ms: 0,
        cue: Cue {
            event_id: 0,
            out,
            duration_ms: duration_ms.and_then(|ms| u64::try_from(ms).ok()),
            auto_return: false,
        },
        section: None,
    }
}

/// Seconds in milliseconds, if they are any that a break or a segment may last.
#[expect(
    clippy::cast_possible_truncation,
    reason = "it has just been looked at"
)]
fn millis(seconds: f64) -> Option<i64> {
    (0.0..=86_400.0)
        .contains(&seconds)
        .then(|| (seconds * 1000.0).round() as i64)
}

fn instant(text: &str) -> Option<i64> {
    let at: Timestamp = text.trim().parse().ok()?;
    Some(at.as_millisecond())
}

/// A hexadecimal sequence (§4.2).
fn section(text: &str) -> Option<Vec<u8>> {
    let digits = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))?;
    hex::decode(digits).ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::super::read::{Playlist, playlist};
    use super::*;

    fn segments(text: &str) -> Vec<Segment> {
        match playlist(text).unwrap() {
            Playlist::Media(media) => media.segments,
            Playlist::Multivariant(_) => panic!("it is one of segments"),
        }
    }

    fn told(text: &str) -> Vec<(usize, u32, bool, Option<u64>, bool)> {
        let segments = segments(text);
        let all = segments.iter().enumerate();
        all.flat_map(|(n, segment)| {
            let signals = segment.signals.iter();
            signals.map(move |one| {
                let Signal {
                    offset_ms,
                    cue,
                    section,
                } = one;
                (n, *offset_ms, cue.out, cue.duration_ms, section.is_some())
            })
        })
        .collect()
    }

    #[test]
    fn cues_stand_before_segments() {
        let text = "#EXTM3U\n#EXTINF:4,\n1.ts\n#EXT-X-CUE-OUT:30.5\n#EXTINF:4,\n2.ts\n\
            #EXT-X-CUE-OUT-CONT:4/30\n#EXTINF:4,\n3.ts\n#EXT-X-CUE-IN\n#EXTINF:4,\n4.ts\n\
            #EXT-X-CUE-OUT:DURATION=12\n#EXTINF:4,\n5.ts\n#EXT-X-CUE-OUT\n#EXTINF:4,\n6.ts\n\
            #EXT-X-CUE-OUT:-5\n#EXTINF:4,\n7.ts\n";
        assert_eq!(
            told(text),
            [
                (1, 0, true, Some(30_500), false),
                (3, 0, false, None, false),
                (4, 0, true, Some(12_000), false),
                (5, 0, true, None, false),
                (6, 0, true, None, false),
            ]
        );
    }

    #[test]
    fn date_ranges_are_of_the_segment_that_is_on() {
        let cue = |out| Cue {
            event_id: 7,
            out,
            duration_ms: None,
            auto_return: false,
        };
        let (out, back) = (
            hex::encode_upper(scte35::splice_insert(&cue(true))),
            hex::encode(scte35::splice_insert(&cue(false))),
        );
        let text = format!(
            "#EXTM3U\n#EXT-X-DATERANGE:ID=\"a\",START-DATE=\"2026-11-23T12:00:05.500Z\",\
             PLANNED-DURATION=6.0,DURATION=5.500,SCTE35-OUT=0x{out},SCTE35-IN=0x{back}\n\
             #EXT-X-DATERANGE:ID=\"b\",START-DATE=\"2026-11-23T13:00:00+01:00\",SCTE35-CMD=0x{out}\n\
             #EXT-X-DATERANGE:ID=\"c\",START-DATE=\"yesterday\",SCTE35-OUT=0x{out}\n\
             #EXT-X-DATERANGE:ID=\"d\",START-DATE=\"2026-11-23T12:00:00Z\",SCTE35-OUT=0xZZ\n\
             #EXT-X-DATERANGE:ID=\"e\",START-DATE=\"2026-11-23T12:00:00Z\",X-MARK=\"x\"\n\
             #EXT-X-PROGRAM-DATE-TIME:2026-11-23T12:00:00.000Z\n\
             #EXTINF:4.0,\n1.m4s\n#EXTINF:4.0,\n2.m4s\n#EXTINF:4.0,\n3.m4s\n"
        );
        assert_eq!(
            told(&text),
            [
                (0, 0, true, None, true),
                (1, 1500, true, Some(6000), true),
                (2, 3000, false, None, true),
            ]
        );
        assert_eq!(segments(&text)[1].signals[0].cue.event_id, 7);
        // A tag that says the same, a little later, says no more; what it says besides counts.
        let tagged = text.replace(
            "#EXTINF:4.0,\n2.m4s",
            "#EXT-X-CUE-OUT:6\n#EXTINF:4.0,\n2.m4s",
        );
        let tagged = tagged.replace("12:00:05.500Z", "12:00:03.999Z");
        assert_eq!(
            told(&tagged),
            [
                (0, 3999, true, Some(6000), true),
                (0, 0, true, None, true),
                (2, 1499, false, None, true),
            ]
        );
        let other = text.replace("#EXTINF:4.0,\n3.m4s", "#EXT-X-CUE-IN\n#EXTINF:4.0,\n3.m4s");
        assert!(told(&other).contains(&(2, 0, false, None, false)));
    }
}
