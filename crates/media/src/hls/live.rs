//! Playlists that grow: Low-Latency HLS (RFC 8216bis §4.4.3.8, §4.4.4.9, §4.4.5, Appendix B).

use std::fmt::Write as _;

use bytes::Bytes;

use super::attributes::Tag;
use crate::{presentation::names, ratio::rescale};

/// `EXT-X-SKIP` needs 9 (RFC 8216bis §7).
const VERSION: u32 = 9;

/// Parts are listed for so many target durations from the end (§4.4.4.9 asks for at least three).
const PARTS_LISTED_FOR: u64 = 3;

/// How far from the end, in target durations, a player that has no parts stays.
const HOLD_BACK: u64 = 3;

/// A part of a [`LiveSegment`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LivePart {
    /// How long it lasts, in ticks.
    pub duration: u64,
    /// Whether a player can begin with it.
    pub independent: bool,
}

/// A segment of a [`LivePlaylist`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveSegment {
    /// Which run of the broadcast it belongs to, and so which initialization segment.
    pub run: u32,
    /// When it begins, in microseconds since the Unix epoch, UTC.
    pub begins_at: i64,
    /// Its parts so far.
    pub parts: Vec<LivePart>,
    /// Whether nothing is added to it any more. Only the last may lack this.
    pub whole: bool,
    /// Whether there is nothing in it: this track was silent or dark (`EXT-X-GAP`). How long it
    /// lasts, its parts say.
    pub gap: bool,
}

impl LiveSegment {
    /// How long it lasts, in ticks.
    pub fn duration(&self) -> u64 {
        self.parts.iter().map(|part| part.duration).sum()
    }
}

/// How far another rendition has come (`EXT-X-RENDITION-REPORT`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report<'a> {
    /// Where its playlist is, relative to this one.
    pub uri: &'a str,
    /// The number of its last segment, whole or not.
    pub last_msn: u64,
    /// The number of the last part of that segment.
    pub last_part: u32,
}

/// An advertisement break of a broadcast, as its encoder has told of it (SCTE 35). It is written as
/// `EXT-X-DATERANGE` (RFC 8216bis §4.4.5.1), and as `EXT-X-CUE-OUT` and `EXT-X-CUE-IN` before the
/// segments with which it begins and is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveBreak {
    /// Names it for good.
    pub id: u64,
    /// When it begins, in microseconds since the Unix epoch, UTC.
    pub begins_at: i64,
    /// How long it is meant to last, in milliseconds.
    pub planned_ms: Option<u64>,
    /// When it was over.
    pub ends_at: Option<i64>,
    /// The `splice_info_section` that it began with.
    pub out: Bytes,
    /// The one that it ended with, if there was one.
    pub back: Option<Bytes>,
}

/// A segment that begins so many microseconds before a break does begins with it: frames do not
/// lie where cues say to the microsecond.
const NEAR: i64 = 60_000;

/// How far from the end, in target durations, older segments may be left out of an update
/// (`CAN-SKIP-UNTIL`; six is the least, §4.4.3.8).
const CAN_SKIP_UNTIL: u64 = 6;

/// What is known of a rendition of a broadcast, to be written as a media playlist.
#[derive(Clone, Copy, Debug)]
pub struct LivePlaylist<'a> {
    /// `EXT-X-TARGETDURATION`, the same for the whole broadcast and for all of its renditions.
    pub target_s: u32,
    /// `PART-TARGET` in milliseconds, likewise.
    pub part_ms: u32,
    /// Ticks a second.
    pub timescale: u32,
    /// The number of the first segment.
    pub first_msn: u64,
    /// How many discontinuities lie before the first segment, or at its beginning.
    pub discontinuity_sequence: u64,
    /// The segments that can be had.
    pub segments: &'a [LiveSegment],
    /// The breaks that they are in, and those to come that are known, ascending.
    pub breaks: &'a [LiveBreak],
    /// The other renditions.
    pub reports: &'a [Report<'a>],
    /// Whether the broadcast has ended.
    pub ended: bool,
    /// Appended to every URI.
    pub suffix: &'a str,
}

impl LivePlaylist<'_> {
    /// How many segments a player that knows the last version needs not be told again.
    fn skippable(&self) -> usize {
        let boundary = CAN_SKIP_UNTIL * u64::from(self.target_s) * u64::from(self.timescale);
        let mut after = 0;
        for (n, segment) in self.segments.iter().enumerate().rev() {
            if after >= boundary {
                // This one ends before the boundary, and so do all before it.
                return n + 1;
            }
            after += segment.duration();
        }
        0
    }

    /// The number of the last segment and of its last part; `None` before the first part.
    pub fn last(&self) -> Option<(u64, u32)> {
        let (n, segment) = self
            .segments
            .iter()
            .enumerate()
            .rfind(|(_, segment)| !segment.parts.is_empty())?;
        let part = u32::try_from(segment.parts.len() - 1).ok()?;
        Some((self.first_msn + n as u64, part))
    }

    /// The part that will come next.
    fn next(&self) -> (u64, u32) {
        match self.segments.last() {
            Some(open) if !open.whole => (
                self.first_msn + self.segments.len() as u64 - 1,
                u32::try_from(open.parts.len()).unwrap_or(u32::MAX),
            ),
            _ => (self.first_msn + self.segments.len() as u64, 0),
        }
    }

    /// Writes the playlist; as a delta update (§6.2.5.1) if `skip` and if there is something to
    /// leave out.
    pub fn write(&self, skip: bool) -> String {
        let skipped = if skip && !self.ended {
            self.skippable()
        } else {
            0
        };
        let mut out = String::with_capacity(512 + self.segments.len() * 160);
        self.write_head(&mut out, skipped);
        self.write_breaks(&mut out);
        let parts_from = self.parts_from();
        let mut run = None;
        for (n, segment) in self.segments.iter().enumerate() {
            let changed = run.is_some_and(|run| run != segment.run);
            let first = run.is_none();
            run = Some(segment.run);
            if n < skipped {
                continue;
            }
            if changed {
                out.push_str("#EXT-X-DISCONTINUITY\n");
            }
            if first || changed || n == skipped {
                Tag::new("EXT-X-MAP")
                    .quoted(
                        "URI",
                        &format!("{}{}", names::run_init(segment.run), self.suffix),
                    )
                    .end(&mut out);
            }
            self.write_cues(&mut out, n);
            self.write_segment(&mut out, n, segment, n >= parts_from);
        }
        self.write_foot(&mut out);
        out
    }

    fn write_head(&self, out: &mut String, skipped: usize) {
        let target = u64::from(self.target_s);
        let _ = write!(
            out,
            "#EXTM3U\n#EXT-X-VERSION:{VERSION}\n#EXT-X-TARGETDURATION:{target}\n"
        );
        Tag::new("EXT-X-SERVER-CONTROL")
            .plain("CAN-BLOCK-RELOAD", "YES")
            .plain("PART-HOLD-BACK", seconds(u64::from(self.part_ms) * 3))
            .plain("HOLD-BACK", seconds(target * HOLD_BACK * 1000))
            .plain("CAN-SKIP-UNTIL", seconds(target * CAN_SKIP_UNTIL * 1000))
            .end(out);
        Tag::new("EXT-X-PART-INF")
            .plain("PART-TARGET", seconds(u64::from(self.part_ms)))
            .end(out);
        let _ = write!(
            out,
            "#EXT-X-MEDIA-SEQUENCE:{}\n#EXT-X-DISCONTINUITY-SEQUENCE:{}\n",
            self.first_msn, self.discontinuity_sequence
        );
        if skipped > 0 {
            Tag::new("EXT-X-SKIP")
                .plain("SKIPPED-SEGMENTS", skipped)
                .end(out);
        }
    }

    /// All of them each time: an update leaves out none (`EXT-X-SKIP` would have to say which).
    fn write_breaks(&self, out: &mut String) {
        for one in self.breaks {
            let LiveBreak {
                id,
                begins_at,
                planned_ms,
                ends_at,
                out: begun,
                back,
            } = one;
            let mut tag = Tag::new("EXT-X-DATERANGE")
                .quoted("ID", &format!("break-{id}"))
                .quoted("START-DATE", &rfc3339(*begins_at));
            if let Some(ms) = planned_ms {
                tag = tag.plain("PLANNED-DURATION", seconds(*ms));
            }
            if let Some(ends) = ends_at {
                let lasted = u64::try_from(ends - begins_at).unwrap_or(0) / 1000;
                tag = tag.plain("DURATION", seconds(lasted));
            }
            let hexadecimal = |bytes: &Bytes| format!("0x{}", hex::encode_upper(bytes));
            tag = tag.plain("SCTE35-OUT", hexadecimal(begun));
            if let Some(back) = back {
                tag = tag.plain("SCTE35-IN", hexadecimal(back));
            }
            tag.end(out);
        }
    }

    /// Where breaks begin and are over, for those who look for it between segments.
    fn write_cues(&self, out: &mut String, n: usize) {
        let begins = self.segments[n].begins_at;
        let before = n.checked_sub(1).map(|n| self.segments[n].begins_at);
        let here = |at: i64| {
            let after = before.map_or(at + NEAR >= begins, |before| before + NEAR < at);
            after && at <= begins + NEAR
        };
        for one in self.breaks {
            if one.ends_at.is_some_and(here) {
                out.push_str("#EXT-X-CUE-IN\n");
            }
            if here(one.begins_at) {
                match one.planned_ms {
                    Some(ms) => {
                        let _ = writeln!(out, "#EXT-X-CUE-OUT:{}", seconds(ms));
                    }
                    None => out.push_str("#EXT-X-CUE-OUT\n"),
                }
            }
        }
    }

    /// The first segment whose parts are listed.
    fn parts_from(&self) -> usize {
        if self.ended {
            return self.segments.len();
        }
        let span = PARTS_LISTED_FOR * u64::from(self.target_s) * u64::from(self.timescale);
        let mut after = 0;
        for (n, segment) in self.segments.iter().enumerate().rev() {
            after += segment.duration();
            if after >= span {
                return n;
            }
        }
        0
    }

    fn write_segment(&self, out: &mut String, n: usize, segment: &LiveSegment, parts: bool) {
        let msn = self.first_msn + n as u64;
        if segment.parts.is_empty() && !segment.whole {
            return;
        }
        let _ = writeln!(
            out,
            "#EXT-X-PROGRAM-DATE-TIME:{}",
            rfc3339(segment.begins_at)
        );
        let micros = |ticks| rescale(ticks, self.timescale, 1_000_000);
        let mut end = 0;
        if parts && !segment.gap {
            for (number, part) in (0u32..).zip(&segment.parts) {
                let start = end;
                end += part.duration;
                let duration = micros(end) - micros(start);
                let uri = format!("{}{}", names::part(msn, number), self.suffix);
                let tag = Tag::new("EXT-X-PART")
                    .plain("DURATION", six_digits(duration))
                    .quoted("URI", &uri);
                if part.independent {
                    tag.plain("INDEPENDENT", "YES")
                } else {
                    tag
                }
                .end(out);
            }
        }
        if segment.whole {
            if segment.gap {
                out.push_str("#EXT-X-GAP\n");
            }
            let _ = writeln!(
                out,
                "#EXTINF:{},\n{msn}.m4s{}",
                six_digits(micros(segment.duration())),
                self.suffix
            );
        }
    }

    fn write_foot(&self, out: &mut String) {
        if self.ended {
            out.push_str("#EXT-X-ENDLIST\n");
            return;
        }
        let (msn, part) = self.next();
        Tag::new("EXT-X-PRELOAD-HINT")
            .plain("TYPE", "PART")
            .quoted("URI", &format!("{}{}", names::part(msn, part), self.suffix))
            .end(out);
        for report in self.reports {
            Tag::new("EXT-X-RENDITION-REPORT")
                .quoted("URI", &format!("{}{}", report.uri, self.suffix))
                .plain("LAST-MSN", report.last_msn)
                .plain("LAST-PART", report.last_part)
                .end(out);
        }
    }
}

/// Milliseconds as seconds.
fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}

/// Microseconds as seconds.
fn six_digits(micros: u64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

/// An instant as RFC 3339 has it, to the millisecond.
pub(crate) fn rfc3339(micros: i64) -> String {
    let ms = micros.div_euclid(1000);
    let (days, ms) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000));
    let (year, month, day) = civil(days);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
        ms / 3_600_000,
        ms / 60_000 % 60,
        ms / 1000 % 60,
        ms % 1000
    )
}

/// The date of a day counted from 1970-01-01: years are counted from March, so that the leap day
/// is their last, and in eras of 400 years, which all have as many days.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests;
