//! As much of media playlists as the players here need.

use std::time::Duration;

/// A part of a segment that is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The number of its segment, and its own in it.
    pub at: (u64, u32),
    /// Where it is, as the playlist says.
    pub uri: String,
    /// When its last frame was due, since 1970.
    pub ends_at: Option<Duration>,
}

/// What is listed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The parts, the oldest first.
    pub parts: Vec<Part>,
    /// The whole segments with their numbers, the oldest first.
    pub segments: Vec<(u64, String)>,
    /// The part that comes next.
    pub next: (u64, u32),
}

/// Reads a media playlist.
pub fn read(text: &str) -> Listed {
    let mut listed = Listed::default();
    let (mut msn, mut part) = (0, 0);
    let mut date = None;
    for line in text.lines() {
        if let Some(number) = line.strip_prefix("#EXT-X-MEDIA-SEQUENCE:") {
            msn = number.trim().parse().unwrap_or(0);
        } else if let Some(skipped) = line.strip_prefix("#EXT-X-SKIP:SKIPPED-SEGMENTS=") {
            msn += skipped.parse().unwrap_or(0);
        } else if let Some(text) = line.strip_prefix("#EXT-X-PROGRAM-DATE-TIME:") {
            date = instant(text);
        } else if let Some(attributes) = line.strip_prefix("#EXT-X-PART:") {
            let seconds: f64 = attribute(attributes, "DURATION=").parse().unwrap_or(0.0);
            date = date.map(|date| date + Duration::from_secs_f64(seconds));
            listed.parts.push(Part {
                at: (msn, part),
                uri: attribute(attributes, "URI=").to_owned(),
                ends_at: date,
            });
            part += 1;
        } else if !line.is_empty() && !line.starts_with('#') {
            listed.segments.push((msn, line.to_owned()));
            (msn, part, date) = (msn + 1, 0, None);
        }
    }
    listed.next = (msn, part);
    listed
}

/// An attribute's value, without quotes.
fn attribute<'a>(attributes: &'a str, name: &str) -> &'a str {
    let value = attributes.split_once(name).map_or("", |(_, after)| after);
    match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or(""),
        None => value.split(',').next().unwrap_or(""),
    }
}

/// An instant in UTC, such as `2026-11-22T09:00:00.125Z`, since 1970.
fn instant(text: &str) -> Option<Duration> {
    let (date, time) = text.trim().strip_suffix('Z')?.split_once('T')?;
    let mut date = date.split('-').map(|part| part.parse::<u64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let mut time = time.splitn(3, ':');
    let hours: u64 = time.next()?.parse().ok()?;
    let minutes: u64 = time.next()?.parse().ok()?;
    let seconds: f64 = time.next()?.parse().ok()?;
    // Days since 1970 of a year that begins in March (after Hinnant).
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    let whole = days.checked_sub(719_468)? * 86_400 + hours * 3600 + minutes * 60;
    Some(Duration::from_secs(whole) + Duration::from_secs_f64(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_is_read() {
        let text = "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:100\n#EXT-X-SKIP:SKIPPED-SEGMENTS=10\n\
            #EXT-X-PROGRAM-DATE-TIME:1970-01-02T00:00:00.500Z\n\
            #EXT-X-PART:DURATION=0.5,URI=\"110.0.m4s?token=t\",INDEPENDENT=YES\n\
            #EXTINF:0.5,\n110.m4s\n\
            #EXT-X-PROGRAM-DATE-TIME:2026-11-22T09:00:00Z\n\
            #EXT-X-PART:DURATION=0.250,URI=\"111.0.m4s\"\n\
            #EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"111.1.m4s\"\n";
        let listed = read(text);
        let part = |at, uri: &str, ms| Part {
            at,
            uri: uri.to_owned(),
            ends_at: Some(Duration::from_millis(ms)),
        };
        assert_eq!(
            listed.parts,
            [
                part((110, 0), "110.0.m4s?token=t", 86_401_000),
                part((111, 0), "111.0.m4s", 1_795_338_000_250),
            ]
        );
        assert_eq!(listed.segments, [(110, "110.m4s".to_owned())]);
        assert_eq!(listed.next, (111, 1));
    }
}
