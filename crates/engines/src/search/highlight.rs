//! Showing where in a text the words were found.

use std::ops::Range;

use serde_json::Value;

use super::Excerpt;
use super::analysis;
use super::query::{Wanted, Word};

/// About how many bytes an excerpt has.
const EXCERPT: usize = 160;
/// How many excerpts a field gives.
const EXCERPTS: usize = 3;
/// How much of a text is looked at.
const LOOKED_AT: usize = 100_000;

/// Excerpts of a field with the words that were looked for.
pub(super) fn excerpts(value: &Value, wanted: &Wanted) -> Vec<Excerpt> {
    let texts: Vec<&str> = match value {
        Value::String(text) => vec![text],
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        _ => return Vec::new(),
    };
    let found = texts.into_iter().filter_map(|text| excerpt(text, wanted));
    found.take(EXCERPTS).collect()
}

/// The part of a text that holds the most words.
fn excerpt(text: &str, wanted: &Wanted) -> Option<Excerpt> {
    let text = &text[..text.floor_char_boundary(LOOKED_AT)];
    let marks = marks(text, wanted);
    // The window that begins at a mark and holds the most of them.
    let within = |n: usize| {
        marks[n..]
            .iter()
            .take_while(|m| m.end <= marks[n].start + EXCERPT)
            .count()
    };
    let best = (0..marks.len()).max_by_key(|n| (within(*n), usize::MAX - *n))?;
    let (from, to) = if text.len() <= EXCERPT {
        (0, text.len())
    } else {
        let lead = EXCERPT / 4;
        let from = text.floor_char_boundary(marks[best].start.saturating_sub(lead));
        let to = text.floor_char_boundary((from + EXCERPT).max(marks[best].end));
        (word_start(text, from), word_end(text, to))
    };
    let inside = marks.iter().filter(|m| m.start >= from && m.end <= to);
    Some(Excerpt {
        text: text[from..to].to_owned(),
        marks: inside.map(|m| m.start - from..m.end - from).collect(),
    })
}

/// Moves on to the next white space, if it is near, so that no word is cut.
fn word_start(text: &str, at: usize) -> usize {
    if at == 0 {
        return 0;
    }
    let near = &text[at..text.floor_char_boundary(at + 24)];
    near.find(char::is_whitespace)
        .map_or(at, |n| text.ceil_char_boundary(at + n + 1))
}

fn word_end(text: &str, at: usize) -> usize {
    let near = &text[at..text.floor_char_boundary(at + 24)];
    near.find(char::is_whitespace).map_or(at, |n| at + n)
}

/// Where the words are: sorted, without overlaps.
fn marks(text: &str, wanted: &Wanted) -> Vec<Range<usize>> {
    let mut marks: Vec<Range<usize>> = Vec::new();
    for token in analysis::words(text) {
        let original = &text[token.offset_from..token.offset_to];
        let fits = |word: &Word| word.fits(&token.text, original);
        if !wanted.words.iter().any(fits) {
            continue;
        }
        match marks.last_mut() {
            Some(last) if token.offset_from < last.end => last.end = last.end.max(token.offset_to),
            _ => marks.push(token.offset_from..token.offset_to),
        }
    }
    marks
}

impl Word {
    /// Whether this is a word of a text, which there is written like `original`.
    fn fits(&self, text: &str, original: &str) -> bool {
        text == self.text
            || self.stems.iter().any(|(language, stem)| {
                // Most words share not even the first letter.
                stem.chars().next() == text.chars().next()
                    && analysis::stems(original, language)
                        .iter()
                        .any(|t| t.text == *stem)
            })
            || (self.prefix && text.starts_with(&self.text))
            || (self.slips > 0 && within(&self.text, text, usize::from(self.slips)))
    }
}

/// Whether two words differ by at most so many slips: a letter too many, too
/// few, another one, or two in the wrong order (optimal string alignment).
fn within(a: &str, b: &str, slips: usize) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    a.len().abs_diff(b.len()) <= slips && distance(&a, &b) <= slips
}

/// How many slips lie between two words.
pub(super) fn slips(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    distance(&a, &b)
}

fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted_as_people_make_them() {
        for (a, b, slips) in [
            ("matrix", "matirx", 1),
            ("matrix", "matrx", 1),
            ("matrix", "mattrix", 1),
            ("casablanca", "cassablanka", 2),
            ("", "ab", 2),
        ] {
            assert!(within(a, b, slips) && within(b, a, slips), "{a} {b}");
            assert!(!within(a, b, slips - 1), "{a} {b}");
        }
    }
}
