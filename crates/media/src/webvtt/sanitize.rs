//! WebVTT as it may be shown: whatever a file holds, only what the specification knows is left.
//!
//! Browsers draw cue text with a parser of its own that makes no HTML; players on televisions are
//! less careful. So here what is not WebVTT (W3C WebVTT §4.2.2, §3.4) is escaped or left out, and
//! a player that takes the text for HTML still finds nothing but `b`, `i`, `u` and the like.

use std::fmt::Write as _;

use super::{Cue, Timestamp, WebVtt};

/// The most cues that are kept.
pub const CUES_MAX: usize = 100_000;
/// The most bytes of a cue's text; a screen holds some hundred letters.
const TEXT_MAX: usize = 16 << 10;
/// The most elements within each other.
const DEPTH_MAX: usize = 16;
/// The most bytes of a style sheet or region.
const BLOCK_MAX: usize = 16 << 10;

impl WebVtt {
    /// The same with nothing in it that is not WebVTT.
    #[must_use]
    pub fn sanitized(self) -> Self {
        let blocks = self
            .blocks
            .into_iter()
            .filter_map(|block| sane_block(&block))
            .take(64)
            .collect();
        let cues = self
            .cues
            .iter()
            .filter_map(sane_cue)
            .take(CUES_MAX)
            .collect();
        Self { blocks, cues }
    }
}

/// A style sheet that fetches nothing and hides nothing in escapes, or a region's settings.
fn sane_block(block: &str) -> Option<String> {
    let lower = block.to_ascii_lowercase();
    let unwanted = [
        "\\",
        "@",
        "url",
        "image",
        "expression",
        "<",
        "-->",
        "/*",
        "javascript",
    ];
    if block.len() > BLOCK_MAX || unwanted.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let (first, rest) = block.split_once('\n')?;
    match first.trim_end() {
        "STYLE" => rest.contains("::cue").then(|| clean(block)),
        "REGION" => {
            let known = [
                "id",
                "width",
                "lines",
                "regionanchor",
                "viewportanchor",
                "scroll",
            ];
            let settings: Vec<&str> = rest
                .split_whitespace()
                .filter(|setting| {
                    setting
                        .split_once(':')
                        .is_some_and(|(name, value)| known.contains(&name) && plain(value))
                })
                .collect();
            Some(format!("REGION\n{}", settings.join("\n")))
        }
        _ => None,
    }
}

fn plain(value: &str) -> bool {
    value.len() <= 64
        && value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b',' | b'%' | b'-' | b'_'))
}

fn sane_cue(cue: &Cue) -> Option<Cue> {
    let text = cue_text(&cue.text);
    if text.is_empty() || cue.end_ms <= cue.start_ms {
        return None;
    }
    let id: String = cue
        .id
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    Some(Cue {
        id: if id.contains("-->") {
            String::new()
        } else {
            id
        },
        settings: settings(&cue.settings),
        text,
        start_ms: cue.start_ms,
        end_ms: cue.end_ms,
    })
}

/// The settings that WebVTT knows (§3.4), each once.
fn settings(text: &str) -> String {
    let mut kept: Vec<(&str, &str)> = Vec::new();
    for setting in text.split_whitespace() {
        let Some((name, value)) = setting.split_once(':') else {
            continue;
        };
        let known = match name {
            "vertical" => matches!(value, "rl" | "lr"),
            "align" => matches!(
                value,
                "start" | "center" | "end" | "left" | "right" | "middle"
            ),
            "line" | "position" | "size" | "region" => !value.is_empty() && plain(value),
            _ => false,
        };
        if known && !kept.iter().any(|(have, _)| *have == name) {
            // An early draft's word for it.
            let value = if (name, value) == ("align", "middle") {
                "center"
            } else {
                value
            };
            kept.push((name, value));
        }
    }
    let words: Vec<String> = kept
        .iter()
        .map(|(name, value)| format!("{name}:{value}"))
        .collect();
    words.join(" ")
}

/// Without control characters, and without those that turn the direction of what follows.
fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| {
            *c == '\n'
                || !(c.is_control()
                    || matches!(*c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
        })
        .collect()
}

/// Cue text in which every element is one that WebVTT has, closed where it must be, and everything
/// else is text.
fn cue_text(text: &str) -> String {
    let text = clean(text);
    let mut out = String::with_capacity(text.len());
    let mut open: Vec<&'static str> = Vec::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['<', '>', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if out.len() > TEXT_MAX {
            rest = "";
            break;
        }
        if let Some(inner) = rest.strip_prefix('<')
            && let Some((tag, after)) = inner.split_once('>')
            && !tag.contains('<')
            && element(tag, &mut open, &mut out)
        {
            rest = after;
            continue;
        }
        if let Some((character, after)) = reference(rest) {
            push_text(&mut out, character);
            rest = after;
            continue;
        }
        match rest.as_bytes().first() {
            Some(b'<') => out.push_str("&lt;"),
            Some(b'>') => out.push_str("&gt;"),
            _ => out.push_str("&amp;"),
        }
        rest = &rest[1..];
    }
    let room = TEXT_MAX.saturating_sub(out.len());
    out.push_str(&rest[..rest.floor_char_boundary(room.min(rest.len()))]);
    while let Some(name) = open.pop() {
        let _ = write!(out, "</{name}>");
    }
    // An empty line would end the cue.
    let lines: Vec<&str> = out.lines().filter(|line| !line.trim().is_empty()).collect();
    lines.join("\n").trim().to_owned()
}

/// Writes an element that WebVTT has; whether it was one.
fn element(tag: &str, open: &mut Vec<&'static str>, out: &mut String) -> bool {
    if let Some(name) = tag.strip_prefix('/') {
        let Some(name) = known(name.trim()) else {
            return false;
        };
        let Some(at) = open.iter().rposition(|have| *have == name) else {
            // It closes nothing, and is no text either.
            return true;
        };
        for name in open.drain(at..).rev() {
            let _ = write!(out, "</{name}>");
        }
        return true;
    }
    if tag.starts_with(|c: char| c.is_ascii_digit()) {
        return match Timestamp::parse(tag) {
            Some(stamp) => write!(out, "<{stamp}>").is_ok(),
            None => false,
        };
    }
    let (head, annotation) = match tag.split_once([' ', '\t', '\n']) {
        Some((head, annotation)) => (head, annotation.trim()),
        None => (tag, ""),
    };
    let mut parts = head.split('.');
    let Some(name) = parts.next().and_then(known) else {
        return false;
    };
    if open.len() >= DEPTH_MAX {
        return true;
    }
    let _ = write!(out, "<{name}");
    for class in parts
        .filter(|class| !class.is_empty() && plain(class))
        .take(8)
    {
        let _ = write!(out, ".{class}");
    }
    // Only a voice and a language say more.
    if matches!(name, "v" | "lang") {
        let words = annotation_text(annotation);
        if !words.is_empty() {
            let _ = write!(out, " {words}");
        }
    }
    out.push('>');
    open.push(name);
    true
}

/// Who speaks, or which language: nothing in it that could be an attribute elsewhere.
fn annotation_text(annotation: &str) -> String {
    let mut plain = String::new();
    let mut rest = annotation;
    while let Some(c) = rest.chars().next() {
        let (c, after) = reference(rest).unwrap_or((c, &rest[c.len_utf8()..]));
        rest = after;
        let c = if matches!(c, '"' | '\'' | '=' | '<' | '>' | '\n') {
            ' '
        } else {
            c
        };
        plain.push(c);
    }
    let words: Vec<&str> = plain.split_whitespace().collect();
    let short: String = words.join(" ").chars().take(100).collect();
    short.trim_end().replace('&', "&amp;")
}

fn known(name: &str) -> Option<&'static str> {
    ["b", "i", "u", "c", "v", "lang", "ruby", "rt"]
        .into_iter()
        .find(|have| *have == name)
}

/// The character that a reference at the beginning of the text stands for, and what follows it.
fn reference(text: &str) -> Option<(char, &str)> {
    let inner = text.strip_prefix('&')?;
    let end = inner.bytes().take(10).position(|b| b == b';')?;
    let after = &inner[end + 1..];
    let character = match &inner[..end] {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "lrm" => '\u{200e}',
        "rlm" => '\u{200f}',
        number => {
            let digits = number.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control())?
        }
    };
    Some((character, after))
}

fn push_text(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        c => out.push(c),
    }
}
