//! The words of a file's name: what belongs to the title, and what is junk.

use std::collections::BTreeMap;

/// Years that are taken for a film's.
const YEARS: std::ops::RangeInclusive<i32> = 1880..=2039;

/// Words that only releases have. A title ends before the first of them.
const JUNK: [&str; 84] = [
    "360p",
    "480i",
    "480p",
    "576i",
    "576p",
    "720i",
    "720p",
    "1080i",
    "1080p",
    "1440p",
    "2160p",
    "4320p",
    "4k",
    "8k",
    "uhd",
    "bluray",
    "blu-ray",
    "bdrip",
    "brrip",
    "bdremux",
    "bd25",
    "bd50",
    "webrip",
    "web-rip",
    "webdl",
    "web-dl",
    "hdtv",
    "pdtv",
    "dsr",
    "dvdrip",
    "dvd-rip",
    "dvdscr",
    "dvd5",
    "dvd9",
    "hdrip",
    "hddvd",
    "hdcam",
    "camrip",
    "telesync",
    "vhsrip",
    "tvrip",
    "remux",
    "x264",
    "x265",
    "h264",
    "h265",
    "h-264",
    "h-265",
    "hevc",
    "avc",
    "xvid",
    "divx",
    "av1",
    "vp9",
    "10bit",
    "8bit",
    "12bit",
    "hi10p",
    "aac",
    "aac2",
    "ac3",
    "eac3",
    "e-ac-3",
    "dts",
    "dts-hd",
    "dtshd",
    "ddp5",
    "dd5",
    "ddp2",
    "dd2",
    "ddp",
    "truehd",
    "atmos",
    "opus",
    "flac",
    "hdr",
    "hdr10",
    "hdr10plus",
    "dovi",
    "sdr",
    "imax",
    "nf",
    "amzn",
    "dsnp",
];

/// Words that are junk only beside what certainly is.
const WEAK: [&str; 30] = [
    "web", "dvd", "bd", "cam", "ts", "hd", "sd", "proper", "repack", "rerip", "internal",
    "limited", "multi", "dual", "audio", "dubbed", "subbed", "subs", "complete", "hybrid",
    "retail", "ntsc", "pal", "readnfo", "real", "dl", "ml", "mp3", "5", "1",
];

/// Editions, as they stand behind a year or in braces.
const EDITIONS: [(&str, &str); 12] = [
    ("director's cut", "Director's Cut"),
    ("directors cut", "Director's Cut"),
    ("extended edition", "Extended Edition"),
    ("extended cut", "Extended Cut"),
    ("theatrical cut", "Theatrical Cut"),
    ("theatrical", "Theatrical Cut"),
    ("final cut", "Final Cut"),
    ("special edition", "Special Edition"),
    ("ultimate edition", "Ultimate Edition"),
    ("unrated", "Unrated"),
    ("remastered", "Remastered"),
    ("extended", "Extended"),
];

/// A name that has been cleaned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cleaned {
    pub title: String,
    pub year: Option<i32>,
    pub edition: Option<String>,
}

/// What kind of extra a folder holds.
pub(super) fn extra_folder(name: &str) -> Option<&'static str> {
    Some(match name.trim().to_lowercase().as_str() {
        "trailers" | "trailer" => "trailer",
        "behind the scenes" | "behindthescenes" | "making of" => "behind_the_scenes",
        "deleted scenes" | "deleted" => "deleted_scene",
        "featurettes" | "featurette" => "featurette",
        "interviews" | "interview" => "interview",
        "scenes" => "scene",
        "shorts" => "short",
        "clips" => "clip",
        "extras" | "extra" | "bonus" | "other" | "others" => "other",
        _ => return None,
    })
}

/// A stem without the suffix that tells an extra, and what kind it tells.
pub(super) fn extra_suffix(stem: &str) -> (&str, Option<&'static str>) {
    const SUFFIXES: [(&str, &str); 13] = [
        ("trailer", "trailer"),
        ("teaser", "teaser"),
        ("behindthescenes", "behind_the_scenes"),
        ("deletedscene", "deleted_scene"),
        ("deleted", "deleted_scene"),
        ("featurette", "featurette"),
        ("interview", "interview"),
        ("scene", "scene"),
        ("short", "short"),
        ("clip", "clip"),
        ("extra", "other"),
        ("other", "other"),
        ("sample", "other"),
    ];
    let lowered = stem.to_ascii_lowercase();
    if lowered == "trailer" {
        return (stem, Some("trailer"));
    }
    for (suffix, kind) in SUFFIXES {
        let Some(head) = lowered.strip_suffix(suffix) else {
            continue;
        };
        // A full stop or an underscore is a blank in many names: only a trailer
        // is told by them.
        let told = head.ends_with('-') && !head.ends_with(" -")
            || (kind == "trailer" && head.ends_with(['.', '_']));
        let rest = stem.get(..head.len().saturating_sub(1)).unwrap_or_default();
        if told && !rest.trim().is_empty() {
            return (rest.trim_end(), Some(kind));
        }
    }
    (stem, None)
}

/// Names in other databases: `{tmdb-603}`, `[imdbid-tt0133093]`, `(tvdb=123)`.
pub(super) fn ids_of(text: &str) -> BTreeMap<String, String> {
    let mut ids = BTreeMap::new();
    for (open, close) in [('{', '}'), ('[', ']'), ('(', ')')] {
        for part in text.split(open).skip(1) {
            let Some((inside, _)) = part.split_once(close) else {
                continue;
            };
            let Some((name, id)) = inside.split_once(['-', '=', ':']) else {
                continue;
            };
            let name = name.trim().to_ascii_lowercase();
            let name = name.strip_suffix("id").unwrap_or(&name);
            let id = id.trim();
            let sound =
                (1..=20).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric());
            if matches!(name, "tmdb" | "imdb" | "tvdb" | "anidb") && sound {
                ids.insert(name.to_owned(), id.to_owned());
            }
        }
    }
    ids
}

/// A four-digit year, if the text is one.
pub(super) fn year_of(text: &str) -> Option<i32> {
    let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    let year = digits.then(|| text.parse().ok()).flatten()?;
    YEARS.contains(&year).then_some(year)
}

/// Takes brackets out: yields the text without them, what was in them, and the
/// year that stood alone in round or square ones, with its place.
fn unbracketed(text: &str) -> (String, Vec<String>, Option<(i32, usize)>) {
    let mut out = String::with_capacity(text.len());
    let mut inside = Vec::new();
    let mut year = None;
    let mut rest = text;
    while let Some(at) = rest.find(['(', '[', '{']) {
        let close = match rest.as_bytes()[at] {
            b'(' => ')',
            b'[' => ']',
            _ => '}',
        };
        out.push_str(&rest[..at]);
        let body = &rest[at + 1..];
        let Some(end) = body.find(close) else {
            rest = body;
            continue;
        };
        let held = body[..end].trim();
        // `(2008)`, and a show's `(2008-2013)`.
        let first = held.split(['-', '–']).next().unwrap_or_default().trim();
        if let Some(found) = year_of(held).or_else(|| year_of(first)) {
            // The title ends at the last year in brackets.
            year = Some((found, out.len()));
        } else if close == ')' && !is_junk_group(held) {
            // Round brackets may be part of a title: "(500) Days of Summer".
            out.push('(');
            out.push_str(held);
            out.push(')');
        } else {
            inside.push(held.to_owned());
            out.push(' ');
        }
        rest = &body[end + 1..];
    }
    out.push_str(rest);
    (out, inside, year)
}

fn is_junk_group(held: &str) -> bool {
    held.split([' ', '.', '_', ','])
        .any(|word| is_junk(word) || word.eq_ignore_ascii_case("tmdb") || word.contains('='))
        || !ids_of(&format!("({held})")).is_empty()
}

fn is_junk(word: &str) -> bool {
    let lowered = word.to_ascii_lowercase();
    let head = lowered.split('-').next().unwrap_or_default();
    // "x264-GROUP" counts as well.
    JUNK.contains(&lowered.as_str()) || (head.len() > 2 && JUNK.contains(&head))
}

fn is_weak(word: &str) -> bool {
    WEAK.contains(&word.to_ascii_lowercase().as_str())
}

/// Full stops and underscores are blanks where there are no others.
fn spaced(text: &str) -> String {
    let blanks = text.trim().matches(' ').count();
    let stops = text.matches(['.', '_']).count();
    if blanks > 0 && blanks >= stops {
        return text.replace('_', " ");
    }
    // "h.264" and "5.1" are words.
    let text = text.replace("H.26", "H-26").replace("h.26", "h-26");
    text.replace(['.', '_'], " ")
}

/// The title and year of a film or a show.
pub(super) fn clean(text: &str) -> Cleaned {
    let (plain, inside, bracketed) = unbracketed(text);
    let edition = inside
        .iter()
        .find_map(|held| {
            held.strip_prefix("edition-")
                .map(str::trim)
                .map(str::to_owned)
        })
        .or_else(|| inside.iter().find_map(|held| edition_in(held)));
    if let Some((year, at)) = bracketed {
        let title = tidy(&spaced(&plain[..at]));
        if !title.is_empty() {
            let edition = edition.or_else(|| edition_in(&spaced(&plain[at..])));
            return Cleaned {
                title: without_junk(&title),
                year: Some(year),
                edition,
            };
        }
        // Nothing stands in front of it: the title comes behind.
        return Cleaned {
            title: without_junk(&tidy(&spaced(&plain[at..]))),
            year: Some(year),
            edition,
        };
    }
    let text = spaced(&plain);
    let words: Vec<&str> = text.split_whitespace().collect();
    let junk = words.iter().skip(1).position(|word| is_junk(word));
    let end = junk.map_or(words.len(), |n| n + 1);
    // The last year before the junk, but never the first word: "1917".
    let year_at = (1..end).rev().find(|n| year_of(words[*n]).is_some());
    // Without junk behind it, a year that is not the last word belongs to the
    // title: "Wonder Woman 1984 Behind".
    let year_at = year_at.filter(|n| junk.is_some() || n + 1 == words.len());
    let mut kept = year_at.unwrap_or(end);
    if junk.is_some() || year_at.is_some() {
        while kept > 1 && is_weak(words[kept - 1]) {
            kept -= 1;
        }
    }
    let behind = words.get(kept..end).unwrap_or_default().join(" ");
    let mut title = words[..kept].join(" ");
    let mut edition = edition.or_else(|| edition_in(&behind));
    if junk.is_some() && edition.is_none() {
        // "Alien Directors Cut 1080p" has no year to tell where the title ends.
        let lowered = title.to_ascii_lowercase();
        if let Some((words, name)) = EDITIONS.iter().find(|(words, _)| lowered.ends_with(words))
            && lowered.len() > words.len() + 1
        {
            title.truncate(lowered.len() - words.len());
            edition = Some((*name).to_owned());
        }
    }
    Cleaned {
        title: tidy(&title),
        year: year_at.and_then(|n| year_of(words[n])),
        edition,
    }
}

/// The same for an episode's title, in which a year means nothing.
pub(super) fn clean_without_year(text: &str) -> String {
    let (plain, _, _) = unbracketed(text);
    without_junk(&spaced(&plain))
}

/// Whether nothing but what releases are called stands here.
pub(super) fn begins_with_junk(text: &str) -> bool {
    spaced(text).split_whitespace().next().is_some_and(is_junk)
}

fn without_junk(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let junk = words.iter().skip(1).position(|word| is_junk(word));
    let mut end = junk.map_or(words.len(), |n| n + 1);
    while junk.is_some() && end > 1 && is_weak(words[end - 1]) {
        end -= 1;
    }
    tidy(&words[..end].join(" "))
}

fn edition_in(text: &str) -> Option<String> {
    let lowered = text.to_ascii_lowercase();
    EDITIONS
        .iter()
        .find(|(words, _)| lowered.contains(words))
        .map(|(_, name)| (*name).to_owned())
}

/// One blank between words, and none of the marks that joined them at the ends.
fn tidy(text: &str) -> String {
    let joined = text
        .split_whitespace()
        .filter(|word| !word.chars().all(char::is_control))
        .collect::<Vec<_>>()
        .join(" ");
    let kept: String = joined.chars().filter(|c| !c.is_control()).collect();
    kept.trim_matches(|c: char| matches!(c, ' ' | '-' | '_' | '–' | ',' | '~' | '+'))
        .trim_start_matches(['.', ']', ')'])
        .trim()
        .to_owned()
}
