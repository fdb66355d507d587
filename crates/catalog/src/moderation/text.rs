//! Plain text of what people type.
//!
//! Nothing here escapes or removes markup: `<b>` is three characters that stay
//! three characters, because texts are served as JSON and shown as text. What
//! goes is what has no look of its own and does harm: control characters,
//! characters that turn the direction of everything after them (they make one
//! file name look like another, and outlast the text they stand in), invisible
//! ones that hide a word from a rule, and towers of combining marks.

use unicode_normalization::char::is_combining_mark;

use crate::FieldError;

/// Combining marks on one character; Vietnamese, Arabic and Hebrew need three.
const MARKS_MAX: usize = 4;
/// Empty lines in a row.
const EMPTY_MAX: usize = 2;

/// Text of several lines: line ends are `\n`, no space at the ends, no more
/// than two empty lines in a row.
pub fn clean(text: &str) -> String {
    let text = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    let mut breaks = 0;
    for c in text.chars() {
        if c == '\n' {
            while out.ends_with([' ', '\t']) {
                out.pop();
            }
            breaks += 1;
            if breaks <= EMPTY_MAX + 1 {
                out.push(c);
            }
            continue;
        }
        if is_unwanted(c) {
            continue;
        }
        if is_combining_mark(c) {
            marks += 1;
            if marks > MARKS_MAX {
                continue;
            }
        } else {
            marks = 0;
        }
        if !c.is_whitespace() {
            breaks = 0;
        }
        out.push(c);
    }
    out.trim().to_owned()
}

/// Text of one line: as [`clean`], and every run of white space is one space.
pub fn line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Names the field if the text is longer than `max` characters.
pub fn at_most(errors: &mut Vec<FieldError>, field: &str, text: &str, max: usize) {
    if text.chars().count() > max {
        let reason = format!("must not be longer than {max} characters");
        errors.push(FieldError::new(field, reason));
    }
}

/// The beginning of a text, for lists.
pub fn excerpt(text: &str, max: usize) -> String {
    let mut out: String = text.chars().take(max).collect();
    if text.chars().nth(max).is_some() {
        out.push('…');
    }
    out
}

/// Characters that are left out. Joiners stay: Persian and emoji need them.
pub(crate) fn is_unwanted(c: char) -> bool {
    match c {
        '\t' | '\n' => false,
        // C0, DEL, C1.
        c if c.is_control() => true,
        // Soft hyphen, Arabic letter mark, Hangul fillers, Mongolian separator.
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{3164}' | '\u{ffa0}' => {
            true
        }
        // Zero width space, direction marks, embeddings and overrides.
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' => true,
        // Word joiner, invisible operators, isolates, deprecated controls.
        '\u{2060}'..='\u{206f}' => true,
        // Byte order mark, interlinear annotations, object replacement.
        '\u{feff}' | '\u{fff9}'..='\u{fffc}' => true,
        // Noncharacters and private use.
        '\u{fdd0}'..='\u{fdef}' | '\u{e000}'..='\u{f8ff}' => true,
        c => (c as u32 & 0xfffe) == 0xfffe || c as u32 >= 0xf_0000,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("  hello  ", "hello")]
    #[case("a\r\nb\rc", "a\nb\nc")]
    #[case("a\n\n\n\n\n\nb", "a\n\n\nb")]
    #[case("a \n b", "a\n b")]
    #[case("nul\0 bell\u{7} esc\u{1b}[31m", "nul bell esc[31m")]
    #[case("\u{202e}txt.exe", "txt.exe")]
    #[case("sp\u{200b}am\u{feff}", "spam")]
    #[case("<script>alert(1)</script> & co", "<script>alert(1)</script> & co")]
    #[case::zalgo(
        "z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}x",
        "z\u{300}\u{301}\u{302}\u{303}x"
    )]
    #[case::family("👨\u{200d}👩\u{200d}👧", "👨\u{200d}👩\u{200d}👧")]
    #[case::persian("می\u{200c}خواهم", "می\u{200c}خواهم")]
    #[case::hebrew("שָׁלוֹם", "שָׁלוֹם")]
    #[case("\u{2066}x\u{2069}\u{2028}y", "x\ny")]
    #[case("\u{0}\u{200b}", "")]
    fn cleaned(#[case] typed: &str, #[case] kept: &str) {
        assert_eq!(clean(typed), kept);
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(text in "(\\PC|[\0\u{1b}\u{202e}\u{200b}\r\n \t]){0,60}") {
            let once = clean(&text);
            prop_assert!(!once.chars().any(is_unwanted));
            prop_assert_eq!(clean(&once), once.clone());
            prop_assert!(!line(&once).contains('\n'));
        }
    }
}
