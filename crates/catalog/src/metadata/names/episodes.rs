//! Where a name tells the season and the episode.

/// Words that begin the name of a season's folder.
const SEASON_WORDS: [&str; 9] = [
    "season",
    "series",
    "staffel",
    "saison",
    "temporada",
    "stagione",
    "seizoen",
    "sezon",
    "s",
];

/// A season and an episode, and the bytes of the name that tell them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub start: usize,
    pub end: usize,
    pub season: Option<i32>,
    pub number: Option<i32>,
    pub last: Option<i32>,
    pub date: Option<String>,
}

/// The number of a season's folder: `Season 01`, `Staffel 2`, `S03`, `Specials`.
pub(super) fn season_folder(name: &str) -> Option<i32> {
    let lowered = name.trim().to_lowercase();
    if matches!(lowered.as_str(), "specials" | "special" | "season 0") {
        return Some(0);
    }
    SEASON_WORDS.iter().find_map(|word| {
        let rest = lowered.strip_prefix(word)?;
        let rest = rest.trim_start_matches([' ', '.', '_', '-']);
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        // "Season 1 - The Port" and "Season 1 (2002)", but not "S1m0ne".
        let behind = &rest[digits.len()..];
        let ends =
            behind.is_empty() || (*word != "s" && !behind.starts_with(char::is_alphanumeric));
        (ends && (1..=4).contains(&digits.len()))
            .then(|| digits.parse().ok())
            .flatten()
    })
}

/// Looks through a name as bytes in lower case; ASCII only matters.
struct Scan<'a> {
    bytes: &'a [u8],
}

impl Scan<'_> {
    /// A number of `least` to `most` digits that begins here, and where it ends.
    /// More digits are no such number.
    fn number(&self, at: usize, least: usize, most: usize) -> Option<(i32, usize)> {
        let rest = self.bytes.get(at..)?;
        let length = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        if !(least..=most).contains(&length) {
            return None;
        }
        let text = std::str::from_utf8(&rest[..length]).ok()?;
        Some((text.parse().ok()?, at + length))
    }

    fn skip(&self, mut at: usize, of: &[u8]) -> usize {
        while self.bytes.get(at).is_some_and(|b| of.contains(b)) {
            at += 1;
        }
        at
    }

    fn is(&self, at: usize, byte: u8) -> bool {
        self.bytes.get(at) == Some(&byte)
    }

    fn begins_word(&self, at: usize) -> bool {
        at == 0 || !self.bytes[at - 1].is_ascii_alphanumeric()
    }

    fn ends_word(&self, at: usize) -> bool {
        self.bytes
            .get(at)
            .is_none_or(|b| !b.is_ascii_alphanumeric())
    }
}

/// Finds what tells the episode. `season` is the number of the folder that the
/// file lies in.
pub(super) fn find(stem: &str, season: Option<i32>) -> Option<Found> {
    let lowered = stem.to_ascii_lowercase();
    let scan = Scan {
        bytes: lowered.as_bytes(),
    };
    let all = 0..lowered.len();
    all.clone()
        .find_map(|at| season_and_episode(&scan, at))
        .or_else(|| all.clone().find_map(|at| crossed(&scan, at)))
        .or_else(|| date(&scan, stem))
        .or_else(|| all.clone().find_map(|at| spelt(&scan, at)))
        .or_else(|| all.clone().find_map(|at| episode_only(&scan, at)))
        .or_else(|| season.and_then(|season| bare(&scan, season)))
        .or_else(|| grouped(&scan))
}

/// `S01E02`, `s1.e2`, `S01E02E03`, `S01E02-E04`, `S01E02-04`.
fn season_and_episode(scan: &Scan<'_>, at: usize) -> Option<Found> {
    if !scan.is(at, b's') || !scan.begins_word(at) {
        return None;
    }
    let (season, next) = scan.number(at + 1, 1, 4)?;
    let next = scan.skip(next, b" ._-");
    if !scan.is(next, b'e') {
        return None;
    }
    let next = if scan.is(next + 1, b'p') {
        next + 2
    } else {
        next + 1
    };
    let (number, end) = scan.number(scan.skip(next, b" ._"), 1, 5)?;
    let (last, end) = further(scan, number, end, b'e');
    Some(Found {
        start: at,
        end,
        season: Some(season),
        number: Some(number),
        last,
        date: None,
    })
}

/// The further episodes of a file: `E03`, `-E03`, `-03`, one after the other.
fn further(scan: &Scan<'_>, first: i32, mut end: usize, mark: u8) -> (Option<i32>, usize) {
    let mut last = None;
    loop {
        let dashed = scan.skip(end, b"-_+ .");
        let marked = scan.is(dashed, mark);
        let number_at = dashed + usize::from(marked);
        let Some((number, next)) = scan.number(number_at, 1, 5) else {
            return (last, end);
        };
        // "S01E02-03" goes on; "S01E02 - 24 Hours" and "S01E02.1080p" do not.
        let close = scan.is(end, b'-') && dashed == end + 1;
        let plausible = number > last.unwrap_or(first)
            && number - first < 50
            && (marked || (close && scan.ends_word(next) && next - number_at <= 3));
        if !plausible {
            return (last, end);
        }
        last = Some(number);
        end = next;
    }
}

/// `1x02`, `1x02-1x03`, `1x02x03`.
fn crossed(scan: &Scan<'_>, at: usize) -> Option<Found> {
    if !scan.begins_word(at) {
        return None;
    }
    let (season, next) = scan.number(at, 1, 2)?;
    if !scan.is(next, b'x') {
        return None;
    }
    // 720x576 has three digits in front; 16x9 has one behind.
    let (number, mut end) = scan.number(next + 1, 2, 3)?;
    if !(scan.ends_word(end) || scan.is(end, b'x')) {
        return None;
    }
    let mut last = None;
    loop {
        let dashed = scan.skip(end, b"-_ ");
        let repeated = scan
            .number(dashed, 1, 2)
            .filter(|(n, next)| *n == season && scan.is(*next, b'x'));
        let from = match repeated {
            Some((_, next)) => next + 1,
            None if scan.is(end, b'x') => end + 1,
            None => break,
        };
        match scan.number(from, 2, 3) {
            Some((number_then, next)) if number_then > last.unwrap_or(number) => {
                last = Some(number_then);
                end = next;
            }
            _ => break,
        }
    }
    Some(Found {
        start: at,
        end,
        season: Some(season),
        number: Some(number),
        last,
        date: None,
    })
}

/// `2024-03-01`, `2024.03.01`, and `01.03.2024`, with something in front.
fn date(scan: &Scan<'_>, stem: &str) -> Option<Found> {
    (1..stem.len()).find_map(|at| {
        if !scan.begins_word(at) || scan.bytes[at - 1].is_ascii_digit() {
            return None;
        }
        let part = |at, digits| {
            let (number, next) = scan.number(at, digits, digits)?;
            Some((number, next))
        };
        let join = |at: usize| matches!(scan.bytes.get(at), Some(b'.' | b'-' | b'_' | b' '));
        let found = (|| {
            let (year, next) = part(at, 4)?;
            let (month, after) = part(next + 1, 2)?;
            let (day, end) = part(after + 1, 2)?;
            (join(next) && join(after)).then_some((year, month, day, end))
        })()
        .or_else(|| {
            let (day, next) = part(at, 2)?;
            let (month, after) = part(next + 1, 2)?;
            let (year, end) = part(after + 1, 4)?;
            (join(next) && join(after)).then_some((year, month, day, end))
        });
        let (year, month, day, end) = found?;
        let shown = jiff::civil::Date::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        )
        .ok()?;
        let sound = (1930..=2100).contains(&year) && scan.ends_word(end);
        sound.then(|| Found {
            start: at,
            end,
            season: Some(year),
            number: None,
            last: None,
            date: Some(shown.to_string()),
        })
    })
}

/// `Season 1 Episode 2`, in any of the languages of season folders.
fn spelt(scan: &Scan<'_>, at: usize) -> Option<Found> {
    if !scan.begins_word(at) {
        return None;
    }
    let rest = scan.bytes.get(at..)?;
    let word = SEASON_WORDS
        .iter()
        .find(|word| word.len() > 1 && rest.starts_with(word.as_bytes()))?;
    let (season, next) = scan.number(scan.skip(at + word.len(), b" ._-"), 1, 4)?;
    let episode = episode_only(scan, scan.skip(next, b" ._-,"))?;
    Some(Found {
        start: at,
        season: Some(season),
        ..episode
    })
}

/// `Episode 2`, `Ep. 2`, `E02`, `Folge 3`, `Lesson 4`.
fn episode_only(scan: &Scan<'_>, at: usize) -> Option<Found> {
    const WORDS: [(&str, usize); 9] = [
        ("episode", 1),
        ("episodio", 1),
        ("folge", 1),
        ("aflevering", 1),
        ("lesson", 1),
        ("lecture", 1),
        ("lektion", 1),
        ("ep", 1),
        ("e", 2),
    ];
    if !scan.begins_word(at) {
        return None;
    }
    let rest = scan.bytes.get(at..)?;
    WORDS.iter().find_map(|(word, least)| {
        if !rest.starts_with(word.as_bytes()) {
            return None;
        }
        let from = at + word.len();
        // "e02" is written in one word.
        let from = if *word == "e" {
            from
        } else {
            scan.skip(from, b" ._-#")
        };
        let (number, end) = scan.number(from, *least, 4)?;
        let (last, end) = further(scan, number, end, b'e');
        scan.ends_word(end).then_some(Found {
            start: at,
            end,
            season: None,
            number: Some(number),
            last,
            date: None,
        })
    })
}

/// In a season's folder, a number in front is the episode's: `02 - Title`; and
/// `102` that of season 1.
fn bare(scan: &Scan<'_>, season: i32) -> Option<Found> {
    let (number, end) = scan.number(0, 1, 4)?;
    if !scan.ends_word(end) {
        return None;
    }
    let number = match number {
        n if n >= 100 && n / 100 == season => n % 100,
        n => n,
    };
    Some(Found {
        start: 0,
        end,
        season: Some(season),
        number: Some(number),
        last: None,
        date: None,
    })
}

/// `[Group] Show - 12 [1080p]`, as anime is named.
fn grouped(scan: &Scan<'_>) -> Option<Found> {
    if !scan.is(0, b'[') {
        return None;
    }
    (1..scan.bytes.len()).find_map(|at| {
        if !scan.bytes[at..].starts_with(b" - ") {
            return None;
        }
        let (number, end) = scan.number(at + 3, 1, 4)?;
        // "12v2" is the second edition of the same.
        let end = match scan.number(end + 1, 1, 1) {
            Some((_, next)) if scan.is(end, b'v') => next,
            _ => end,
        };
        scan.ends_word(end).then_some(Found {
            start: at,
            end,
            season: None,
            number: Some(number),
            last: None,
            date: None,
        })
    })
}
