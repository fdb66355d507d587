//! Proves that what the guide says is what the streams show.
//!
//! The guide is taken from the schedule. The streams are taken from the playlists: their bytes
//! are read again by a reader that knows nothing of slots, hour by hour and at the live edge, and
//! held against the guide and against each other.

use std::sync::Arc;

use serde::Serialize;

use crate::{
    definition::Format,
    error::Result,
    guide::{Listing, listings},
    playout::{Cues, MediaWriter, Reel, Shape, Track},
    schedule::{Kind, Strip, Timeline},
    time::{DAY, HOUR},
};

/// The most findings that are told.
const MOST: usize = 100;

/// Something that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The instant at which it shows.
    pub at: i64,
    /// What it is.
    pub what: String,
}

/// What was looked at, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How many days were asked for.
    pub days: u32,
    /// How many listings of the guide were compared.
    pub listings: u64,
    /// How many segments were read in playlists, in each track.
    pub segments: u64,
    /// How many playlists were written and read.
    pub playlists: u64,
    /// What does not hold; at most a hundred.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.findings.is_empty()
    }

    fn add(&mut self, at: i64, what: impl Into<String>) {
        if self.findings.len() < MOST {
            self.findings.push(Finding {
                at,
                what: what.into(),
            });
        }
    }

    fn hold(&mut self, holds: bool, at: i64, what: &str) {
        if !holds {
            self.add(at, what);
        }
    }
}

/// A segment as a playlist tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its media sequence number.
    pub msn: u64,
    /// Its discontinuity number.
    pub discontinuity: u64,
    /// When it begins.
    pub at: i64,
    /// How long it lasts, in milliseconds.
    pub duration: i64,
    /// Its address.
    pub uri: String,
    /// Whether it is a gap.
    pub gap: bool,
    /// The initialization segment that holds for it.
    pub map: Option<String>,
}

/// Verifies so many days of a channel from an instant on.
///
/// Errors: those of [`Timeline::strips`]; what does not hold is no error but a [`Finding`].
pub fn verify(timeline: &Timeline, from: i64, days: u32) -> Result<Report> {
    let mut report = Report {
        days,
        ..Report::default()
    };
    let from = from.max(timeline.begins());
    let until = from + i64::from(days) * DAY;
    let guide = timeline.strips(from, until + DAY)?;
    // The streams are made by another question, day by day as a server asks.
    let streams = day_by_day(timeline, from, until + DAY)?;
    let reel = Reel::new(streams)?;
    let format = &timeline.revision(from).channel.format;
    let listed = listings(&guide);
    without_gap(&listed, &mut report);
    let mut at = reel.begins().max(from);
    let mut last: Option<Told> = None;
    let mut n = 0;
    while at < until {
        let next = (at + HOUR).min(until);
        let told = hour(&reel, format, at, next, &mut report);
        let known = last.as_ref().map(|last| last.msn);
        for segment in told.iter().filter(|segment| Some(segment.msn) > known) {
            follows(last.as_ref(), segment, &mut report);
            while listed
                .get(n)
                .is_some_and(|listing| listing.end <= segment.at)
            {
                n += 1;
            }
            match listed.get(n) {
                Some(listing) => agrees(listing, segment, &mut report),
                None => report.add(segment.at, "the guide has ended"),
            }
            last = Some(segment.clone());
        }
        at = next;
    }
    report.listings = listed
        .iter()
        .filter(|listing| listing.start < until)
        .count() as u64;
    Ok(report)
}

fn day_by_day(timeline: &Timeline, from: i64, until: i64) -> Result<Vec<Arc<Strip>>> {
    let mut out: Vec<Arc<Strip>> = Vec::new();
    let mut at = from;
    while at < until {
        for strip in timeline.strips(at, (at + DAY).min(until))? {
            if out.last().is_none_or(|last| last.start() < strip.start()) {
                out.push(Arc::new(strip));
            }
        }
        at += DAY;
    }
    Ok(out)
}

fn without_gap(listed: &[Listing<'_>], report: &mut Report) {
    for pair in listed.windows(2) {
        report.hold(
            pair[0].end == pair[1].start,
            pair[0].end,
            "the guide has a gap or an overlap",
        );
    }
}

/// Reads all tracks of an hour, and the live playlist at its end.
fn hour(reel: &Reel, format: &Format, at: i64, until: i64, report: &mut Report) -> Vec<Told> {
    let writer = MediaWriter {
        format,
        root: "",
        suffix: "",
        shift_ms: 0,
        cues: Cues::None,
    };
    let now = reel.ends() - 1;
    let mut tracks = vec![Track::Video(0), Track::Audio(0)];
    tracks.extend((1..format.rungs.len()).map(Track::Video));
    tracks.extend((1..format.audio_tracks.len()).map(Track::Audio));
    tracks.extend((0..format.subtitle_tracks.len()).map(Track::Subtitles));
    let mut out = String::new();
    let mut read = |shape, now, track, report: &mut Report| -> Vec<Told> {
        out.clear();
        match reel.view(now, shape, format) {
            Ok(view) => writer.write(&mut out, &view, track),
            Err(error) => report.add(at, error.to_string()),
        }
        report.playlists += 1;
        let told = read(&out, format);
        if told.is_none() {
            report.add(at, "a playlist cannot be read");
        }
        told.unwrap_or_default()
    };
    let first = read(Shape::CatchUp { from: at, until }, now, tracks[0], report);
    for &track in &tracks[1..] {
        let other = read(Shape::CatchUp { from: at, until }, now, track, report);
        let same = first.len() == other.len()
            && first.iter().zip(&other).all(|(a, b)| {
                (a.msn, a.discontinuity, a.at, a.duration)
                    == (b.msn, b.discontinuity, b.at, b.duration)
            });
        report.hold(same, at, "tracks do not agree in numbers and instants");
    }
    let live = read(Shape::Live { window_ms: 0 }, until, tracks[0], report);
    let within = live.iter().filter(|segment| segment.at >= at);
    let same = within.clone().all(|segment| first.contains(segment));
    report.hold(
        same,
        until,
        "the live playlist lists something else than catch-up",
    );
    report.hold(
        live.iter()
            .all(|segment| segment.at + segment.duration <= until),
        until,
        "a segment is listed before it has passed",
    );
    report.segments += first.len() as u64;
    first
}

fn follows(last: Option<&Told>, segment: &Told, report: &mut Report) {
    let Some(last) = last else { return };
    report.hold(
        segment.msn == last.msn + 1,
        segment.at,
        "media sequence numbers do not follow each other",
    );
    report.hold(
        segment.at == last.at + last.duration,
        segment.at,
        "an instant is not where the segment before ends",
    );
    let step = segment.discontinuity.wrapping_sub(last.discontinuity);
    report.hold(
        step <= 1,
        segment.at,
        "discontinuity numbers do not follow each other",
    );
    report.hold(
        step == 1 || segment.map == last.map,
        segment.at,
        "another initialization segment without a discontinuity",
    );
}

/// Whether a segment is what the guide says for its time.
fn agrees(listing: &Listing<'_>, segment: &Told, report: &mut Report) {
    let within = listing.start <= segment.at && segment.at + segment.duration <= listing.end;
    report.hold(
        within,
        segment.at,
        "a segment reaches over the ends of its listing",
    );
    report.hold(!segment.gap, segment.at, "the media of a segment is gone");
    if listing.kind == Kind::Filler {
        return;
    }
    // A programme begins with its own first segment.
    if segment.at == listing.start {
        let path = segment.uri.rsplit_once('/').map_or("", |(path, _)| path);
        let own = listing
            .item
            .video
            .iter()
            .any(|video| path.ends_with(&*video.path));
        report.hold(own, segment.at, "the guide and the stream disagree");
    }
}

/// Reads a media playlist: just what is written here, and strictly. `None` when it is no playlist
/// of this format.
pub fn read(playlist: &str, format: &Format) -> Option<Vec<Told>> {
    let mut lines = playlist.lines();
    if lines.next()? != "#EXTM3U" {
        return None;
    }
    let (mut msn, mut discontinuity) = (0u64, 0u64);
    let (mut at, mut duration, mut gap) = (None, None, false);
    let mut map = None;
    let mut out: Vec<Told> = Vec::new();
    for line in lines {
        if let Some(value) = line.strip_prefix("#EXT-X-TARGETDURATION:") {
            if value.parse() != Ok(format.target_duration_s) {
                return None;
            }
        } else if let Some(value) = line.strip_prefix("#EXT-X-MEDIA-SEQUENCE:") {
            msn = value.parse().ok()?;
        } else if let Some(value) = line.strip_prefix("#EXT-X-DISCONTINUITY-SEQUENCE:") {
            discontinuity = value.parse().ok()?;
        } else if line == "#EXT-X-DISCONTINUITY" {
            discontinuity += 1;
            // What held before it holds no more.
            map = None;
        } else if let Some(value) = line.strip_prefix("#EXT-X-MAP:URI=\"") {
            map = Some(value.strip_suffix('"')?.to_owned());
        } else if let Some(value) = line.strip_prefix("#EXT-X-PROGRAM-DATE-TIME:") {
            at = Some(value.parse::<jiff::Timestamp>().ok()?.as_millisecond());
        } else if let Some(value) = line.strip_prefix("#EXTINF:") {
            let (whole, part) = value.strip_suffix(',')?.split_once('.')?;
            let ms = whole.parse::<i64>().ok()? * 1000 + part.parse::<i64>().ok()?;
            if (ms + 500) / 1000 > i64::from(format.target_duration_s) {
                return None;
            }
            duration = Some(ms);
        } else if line == "#EXT-X-GAP" {
            gap = true;
        } else if !line.starts_with('#') {
            out.push(Told {
                msn,
                discontinuity,
                at: at.take()?,
                duration: duration.take()?,
                uri: line.to_owned(),
                gap: std::mem::take(&mut gap),
                map: map.clone(),
            });
            msn += 1;
        }
    }
    Some(out)
}
