//! Words as they are meant, whatever they are written like.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::confusables::{latin, leet};
use super::text::is_unwanted;

/// Chunks longer than this are no words.
const CHUNK_MAX: usize = 120;

/// The text without accents, widths, look-alikes, case and invisible
/// characters. Separators stay.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let plain = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && !is_hidden(*c))
        .flat_map(char::to_lowercase)
        // Lowering may have brought marks back (İ).
        .filter(|c| !is_combining_mark(*c));
    for c in plain {
        match latin(c) {
            Some(letters) => out.push_str(letters),
            None => out.push(c),
        }
    }
    out
}

/// Within a word nothing invisible counts, not even what other scripts need.
fn is_hidden(c: char) -> bool {
    is_unwanted(c) || matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// The words of a folded text: runs of letters and digits.
pub(super) fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// What somebody may have meant by a folded text, as lists of words: as it is
/// written; with digits and signs read as letters; with what parts the letters
/// of a chunk left out (`s.p-a_m`); and with letters that stand alone put
/// together (`s p a m`).
pub(super) fn readings(folded: &str) -> Vec<Vec<String>> {
    let plain: Vec<String> = words(folded).map(str::to_owned).collect();
    let mut all = vec![plain];
    for choice in 0..2 {
        let read: Vec<String> = folded
            .split_whitespace()
            .flat_map(|chunk| unleet(chunk, choice))
            .collect();
        if !all.contains(&read) {
            all.push(read);
        }
    }
    let joined: Vec<String> = folded.split_whitespace().filter_map(joined).collect();
    if !joined.is_empty() {
        all.push(joined);
    }
    all
}

/// The words of a chunk with its digits and signs read as letters. A chunk
/// without any letter is a number, and stays one. Signs at the end are those of
/// a sentence.
fn unleet(chunk: &str, choice: usize) -> Vec<String> {
    let trimmed = chunk
        .trim_end_matches(['!', '?', '.', ',', ';', ':', ')', ']', '}', '"', '\''])
        .trim_start_matches(['(', '[', '{', '"', '\'', '<', '#', '!', '+']);
    let disguised = trimmed.chars().any(char::is_alphabetic)
        && trimmed.len() <= CHUNK_MAX
        && trimmed.chars().any(|c| leet(c).is_some());
    if !disguised {
        return words(chunk).map(str::to_owned).collect();
    }
    let read: String = trimmed
        .chars()
        .map(|c| match leet(c) {
            Some(letters) => letters
                .get(choice)
                .or_else(|| letters.first())
                .copied()
                .unwrap_or(c),
            None => c,
        })
        .collect();
    words(&read).map(str::to_owned).collect()
}

/// A chunk without what parts its letters, if something does.
fn joined(chunk: &str) -> Option<String> {
    if chunk.len() > CHUNK_MAX {
        return None;
    }
    let inner = chunk.trim_matches(|c: char| !c.is_alphanumeric());
    let parted = inner.chars().any(|c| !c.is_alphanumeric());
    // An address is made of words that are parted for good.
    let address = inner.contains("://") || inner.contains('@');
    (parted && !address).then(|| {
        inner
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<String>()
    })
}

/// Runs of at least three letters that stand alone, put together: the borders
/// of their words are lost.
pub(super) fn spelled(folded: &str) -> Vec<String> {
    let mut runs = Vec::new();
    let mut run = String::new();
    let mut length = 0;
    for word in words(folded).chain(["  "]) {
        let mut chars = word.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            let letter = if c.is_alphabetic() {
                c
            } else {
                leet(c).and_then(|l| l.first().copied()).unwrap_or(c)
            };
            run.push(letter);
            length += 1;
            continue;
        }
        if length >= 3 {
            runs.push(std::mem::take(&mut run));
        }
        run.clear();
        length = 0;
    }
    runs
}

/// The word with each run of a letter taken once, if some run is three long or
/// longer.
pub(super) fn unstretched(word: &str) -> Option<String> {
    let chars: Vec<char> = word.chars().collect();
    let stretched = chars.windows(3).any(|w| w[0] == w[1] && w[1] == w[2]);
    stretched.then(|| once(word))
}

/// The word with each run of a letter taken once.
pub(super) fn once(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        if !out.ends_with(c) {
            out.push(c);
        }
    }
    out
}

/// Whether words of this script are written without spaces.
pub(super) fn is_spaceless(c: char) -> bool {
    matches!(c as u32,
        0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x3040..=0x30ff
        | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff)
}
