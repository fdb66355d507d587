//! The rules that a Low-Latency HLS playlist has to keep (RFC 8216bis; Apple's authoring
//! specification), checked line by line: of one playlist, and of one that follows another.

use std::collections::BTreeMap;

/// A segment as a playlist has it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Segment {
    pub seconds: Option<f64>,
    pub uri: Option<String>,
    pub parts: Vec<Part>,
    pub map: String,
    pub discontinuity: bool,
    pub gap: bool,
    /// Milliseconds since the Unix epoch.
    pub date: i64,
}

/// A part as a playlist has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub seconds: f64,
    pub uri: String,
    pub independent: bool,
}

/// A playlist that keeps the rules.
#[derive(Debug, Clone)]
pub struct Playlist {
    pub target: f64,
    pub part_target: f64,
    pub media_sequence: u64,
    pub discontinuity_sequence: u64,
    pub skipped: u64,
    pub segments: BTreeMap<u64, Segment>,
    pub hint: Option<String>,
    pub reports: Vec<BTreeMap<String, String>>,
    pub ended: bool,
}

impl Playlist {
    /// Reads a playlist, and insists on the rules.
    pub fn read(text: &str) -> Self {
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("#EXTM3U"), "{text}");
        let mut playlist = Self {
            target: 0.0,
            part_target: 0.0,
            media_sequence: 0,
            discontinuity_sequence: 0,
            skipped: 0,
            segments: BTreeMap::new(),
            hint: None,
            reports: Vec::new(),
            ended: false,
        };
        let (mut control, mut map, mut open) = (None, String::new(), Segment::default());
        let mut number = 0;
        let mut begun = false;
        for line in lines {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            match name {
                "#EXT-X-VERSION" => assert!(value.parse::<u32>().unwrap() >= 9),
                "#EXT-X-TARGETDURATION" => playlist.target = value.parse().unwrap(),
                "#EXT-X-SERVER-CONTROL" => control = Some(attributes(value)),
                "#EXT-X-PART-INF" => {
                    playlist.part_target = seconds(&attributes(value), "PART-TARGET");
                }
                "#EXT-X-MEDIA-SEQUENCE" => {
                    assert!(!begun, "the sequence comes before segments and skips");
                    playlist.media_sequence = value.parse().unwrap();
                    number = playlist.media_sequence;
                }
                "#EXT-X-DISCONTINUITY-SEQUENCE" => {
                    assert!(!begun, "the sequence comes before segments and skips");
                    playlist.discontinuity_sequence = value.parse().unwrap();
                }
                "#EXT-X-SKIP" => {
                    begun = true;
                    playlist.skipped = attributes(value)["SKIPPED-SEGMENTS"].parse().unwrap();
                    assert!(playlist.skipped > 0);
                    number += playlist.skipped;
                }
                "#EXT-X-MAP" => {
                    begun = true;
                    map.clone_from(&attributes(value)["URI"]);
                }
                "#EXT-X-DISCONTINUITY" => {
                    assert!(open.parts.is_empty(), "in the middle of a segment");
                    open.discontinuity = true;
                    // It has to be said again.
                    map.clear();
                }
                "#EXT-X-PROGRAM-DATE-TIME" => open.date = millis(value),
                "#EXT-X-GAP" => open.gap = true,
                "#EXT-X-PART" => {
                    assert!(!map.is_empty(), "no map before {line}");
                    let part = attributes(value);
                    open.parts.push(Part {
                        seconds: seconds(&part, "DURATION"),
                        uri: part["URI"].clone(),
                        independent: part.get("INDEPENDENT").is_some_and(|v| v == "YES"),
                    });
                }
                "#EXTINF" => {
                    open.seconds = Some(value.trim_end_matches(',').parse().unwrap());
                }
                "#EXT-X-PRELOAD-HINT" => {
                    let hint = attributes(value);
                    assert_eq!(hint["TYPE"], "PART");
                    assert!(playlist.hint.is_none(), "two hints");
                    playlist.hint = Some(hint["URI"].clone());
                }
                "#EXT-X-RENDITION-REPORT" => playlist.reports.push(attributes(value)),
                "#EXT-X-ENDLIST" => playlist.ended = true,
                _ if line.starts_with('#') => panic!("an unknown tag: {line}"),
                uri => {
                    assert!(!map.is_empty(), "no map before {uri}");
                    open.uri = Some(uri.to_owned());
                    open.map.clone_from(&map);
                    assert!(playlist.hint.is_none(), "a segment after the hint");
                    playlist.segments.insert(number, std::mem::take(&mut open));
                    number += 1;
                    begun = true;
                }
            }
        }
        if !open.parts.is_empty() {
            open.map = map;
            playlist.segments.insert(number, open);
        }
        playlist.check(&control.expect("EXT-X-SERVER-CONTROL"), text);
        playlist
    }

    fn check(&self, control: &BTreeMap<String, String>, text: &str) {
        assert_eq!(control["CAN-BLOCK-RELOAD"], "YES");
        assert!(seconds(control, "PART-HOLD-BACK") >= 3.0 * self.part_target);
        assert!(seconds(control, "HOLD-BACK") >= 3.0 * self.target);
        assert!(seconds(control, "CAN-SKIP-UNTIL") >= 6.0 * self.target);
        assert_eq!(self.hint.is_none(), self.ended, "{text}");
        for (number, segment) in &self.segments {
            assert!(segment.date > 0, "no date of {number}");
            let parts: f64 = segment.parts.iter().map(|part| part.seconds).sum();
            if let Some(seconds) = segment.seconds {
                assert!(seconds.round() <= self.target, "{number} lasts {seconds}");
                if !segment.parts.is_empty() {
                    assert!(
                        (parts - seconds).abs() < 0.001,
                        "{number}: {parts} of {seconds}"
                    );
                }
            } else {
                let last = self.segments.keys().next_back();
                assert_eq!(last, Some(number), "only the last may lack its end");
            }
        }
        if let Some(hint) = &self.hint {
            let (msn, part) = self.next();
            let name = hint.split('?').next().unwrap();
            assert_eq!(name, format!("{msn}.{part}.m4s"), "{text}");
        }
    }

    /// Insists that parts are as long as is promised, and no longer (all but the last of a segment
    /// at least 85 % of it), and that each segment is dated when the one before ends. No encoder
    /// keeps that whose frames come by fits and starts.
    pub fn is_steady(&self) {
        let mut due: Option<f64> = None;
        for (number, segment) in &self.segments {
            let closing = usize::from(segment.seconds.is_some());
            let count = segment.parts.len().saturating_sub(closing);
            for part in &segment.parts[..count] {
                assert!(part.seconds >= 0.85 * self.part_target, "{part:?}");
            }
            for part in &segment.parts {
                assert!(part.seconds <= self.part_target + 1e-6, "{part:?}");
            }
            if let Some(due) = due.filter(|_| !segment.discontinuity) {
                let off = (segment.date as f64 - due).abs();
                assert!(
                    off < 2.0,
                    "{number} is dated {} instead of {due}",
                    segment.date
                );
            }
            due = segment
                .seconds
                .map(|lasts| segment.date as f64 + lasts * 1000.0);
        }
    }

    /// The segment and the part that come next.
    pub fn next(&self) -> (u64, usize) {
        match self.segments.last_key_value() {
            Some((number, open)) if open.seconds.is_none() => (*number, open.parts.len()),
            Some((number, _)) => (number + 1, 0),
            None => (self.media_sequence + self.skipped, 0),
        }
    }

    /// What the player knows after an update: the playlist that it had, and the update to it.
    pub fn updated(&self, update: &Self) -> Self {
        let mut whole = update.clone();
        whole.skipped = 0;
        for number in update.media_sequence..update.media_sequence + update.skipped {
            let known = self.segments.get(&number);
            let known = known.unwrap_or_else(|| panic!("{number} is skipped, but was not told"));
            whole.segments.insert(number, known.clone());
        }
        whole
    }

    /// Insists that this one, which may leave out nothing, can follow the other.
    pub fn follows(&self, before: &Self) {
        assert!(self.media_sequence >= before.media_sequence);
        assert!(self.discontinuity_sequence >= before.discontinuity_sequence);
        assert!((self.target, self.part_target) == (before.target, before.part_target));
        assert!(
            self.next() >= before.next(),
            "{:?} < {:?}",
            self.next(),
            before.next()
        );
        for (number, segment) in &self.segments {
            let Some(old) = before.segments.get(number) else {
                continue;
            };
            if old.seconds.is_some() {
                assert_eq!(old.seconds, segment.seconds, "{number}");
                assert_eq!(old.uri, segment.uri, "{number}");
            }
            assert_eq!(
                (&old.map, old.date),
                (&segment.map, segment.date),
                "{number}"
            );
            for (one, other) in old.parts.iter().zip(&segment.parts) {
                assert_eq!(one, other, "{number}");
            }
            let first = self.media_sequence == *number;
            assert!(
                first || old.discontinuity == segment.discontinuity,
                "{number}"
            );
        }
    }
}

/// An attribute list; the quotes around values are gone.
pub fn attributes(list: &str) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut rest = list;
    while let Some((name, after)) = rest.split_once('=') {
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap(),
            None => after.split_at(after.find(',').unwrap_or(after.len())),
        };
        assert!(
            all.insert(name.to_owned(), value.to_owned()).is_none(),
            "{name} twice in {list}"
        );
        rest = after.strip_prefix(',').unwrap_or(after);
    }
    all
}

fn seconds(attributes: &BTreeMap<String, String>, name: &str) -> f64 {
    attributes[name].parse().unwrap()
}

/// Milliseconds since the Unix epoch, of dates in our own form.
fn millis(date: &str) -> i64 {
    let number = |range: std::ops::Range<usize>| date[range].parse::<i64>().unwrap();
    assert!(date.ends_with('Z') && date.len() == 24, "{date}");
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    // Days since a day long gone, in years that begin in March.
    let (y, m) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719_468;
    let seconds = ((days * 24 + number(11..13)) * 60 + number(14..16)) * 60 + number(17..19);
    seconds * 1000 + number(20..23)
}
