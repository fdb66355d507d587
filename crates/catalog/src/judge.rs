//! Judges the texts and numbers of an edit, field by field.

use std::collections::{BTreeMap, HashSet};
use std::ops::RangeInclusive;

use crate::{CatalogError, FieldError, Result, limits};

/// Collects refusals.
pub(crate) struct Judge(Vec<FieldError>);

impl Judge {
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    /// The value, or every refusal.
    pub(crate) fn verdict<T>(self, value: T) -> Result<T> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(CatalogError::Invalid(self.0))
        }
    }

    pub(crate) fn refuse(&mut self, field: &str, reason: impl Into<String>) {
        self.0.push(FieldError::new(field, reason));
    }

    /// A text that must not be empty once trimmed.
    pub(crate) fn name(&mut self, field: &str, text: &mut String, max: usize) {
        *text = text.trim().to_owned();
        if text.is_empty() {
            self.refuse(field, "must not be empty");
        }
        self.text(field, text, max);
    }

    pub(crate) fn text(&mut self, field: &str, text: &str, max: usize) {
        if text.chars().count() > max {
            self.refuse(field, format!("must not be longer than {max} characters"));
        }
        // A database may refuse NUL, and a page would show nothing for the others.
        if text
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        {
            self.refuse(field, "must not contain control characters");
        }
    }

    /// Trims a word, and drops it if nothing is left.
    pub(crate) fn word(&mut self, field: &str, word: &mut Option<String>, max: usize) {
        *word = word
            .take()
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty());
        if let Some(text) = word {
            self.text(field, text, max);
        }
    }

    /// A word, in lower case, that must be one of these.
    pub(crate) fn choice(&mut self, field: &str, word: &mut Option<String>, of: &[&str]) {
        self.word(field, word, limits::WORD_MAX);
        *word = word.take().map(|text| text.to_lowercase());
        if let Some(text) = word
            && !of.contains(&text.as_str())
        {
            self.refuse(field, format!("must be one of {}", of.join(", ")));
        }
    }

    pub(crate) fn number(&mut self, field: &str, number: Option<i32>, range: &RangeInclusive<i32>) {
        if number.is_some_and(|n| !range.contains(&n)) {
            let (low, high) = (range.start(), range.end());
            self.refuse(field, format!("must be from {low} to {high}"));
        }
    }

    /// Trims words, drops empty ones and repeats (in any case).
    pub(crate) fn words(&mut self, field: &str, words: &mut Vec<String>, max: usize) {
        let mut seen = HashSet::new();
        *words = std::mem::take(words)
            .into_iter()
            .map(|word| word.trim().to_owned())
            .filter(|word| !word.is_empty() && seen.insert(word.to_lowercase()))
            .collect();
        if words.len() > max {
            self.refuse(field, format!("must not be more than {max}"));
        }
        for word in words.iter() {
            self.text(field, word, limits::WORD_MAX);
        }
    }

    /// A day on which something was released, as `2008-04-10`.
    pub(crate) fn date(&mut self, field: &str, date: &mut Option<String>) {
        self.day_within(field, date, &limits::YEARS);
    }

    /// Any day, as `1564-04-23`.
    pub(crate) fn day(&mut self, field: &str, date: &mut Option<String>) {
        self.day_within(field, date, &(0..=limits::YEARS.into_inner().1));
    }

    fn day_within(&mut self, field: &str, date: &mut Option<String>, years: &RangeInclusive<i32>) {
        self.word(field, date, limits::WORD_MAX);
        if let Some(text) = date {
            let day = text.parse::<jiff::civil::Date>();
            let sound =
                text.len() == 10 && day.is_ok_and(|day| years.contains(&i32::from(day.year())));
            if !sound {
                self.refuse(field, "must be a day such as 2008-04-10");
            }
        }
    }

    /// Language tags (BCP 47), such as `en` or `pt-BR`.
    pub(crate) fn languages(&mut self, field: &str, tags: &mut Vec<String>) {
        self.words(field, tags, limits::LANGUAGES_MAX);
        if !tags.iter().all(|tag| is_language_tag(tag)) {
            self.refuse(field, "must be language tags such as en or pt-BR");
        }
    }

    /// Names in other databases: `tmdb` → `10378`.
    pub(crate) fn external_ids(&mut self, field: &str, ids: &BTreeMap<String, String>) {
        let sound = |text: &str, max: usize| {
            !text.is_empty()
                && text.len() <= max
                && text
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/'))
        };
        if ids.len() > limits::EXTERNAL_IDS_MAX
            || !ids
                .iter()
                .all(|(name, id)| sound(name, 32) && sound(id, 64))
        {
            self.refuse(
                field,
                format!(
                    "must be at most {} names with ids of letters, digits, -, _, . and /",
                    limits::EXTERNAL_IDS_MAX
                ),
            );
        }
    }
}

/// Whether a text has the form of a language tag (RFC 5646): a primary subtag
/// of two to eight letters, then subtags of up to eight letters and digits.
fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let primary = parts.next().unwrap_or_default();
    text.len() <= 35
        && (2..=8).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

/// What titles are sorted by, the same on either database: lower case, an
/// article in front moved out of the way, marks on letters dropped where they
/// are common, numbers padded so that 2 comes before 10.
pub(crate) fn sort_key(title: &str, sort_title: Option<&str>) -> String {
    let text = sort_title.unwrap_or(title).trim().to_lowercase();
    let text = if sort_title.is_some() {
        text.as_str()
    } else {
        ["the ", "a ", "an "]
            .iter()
            .find_map(|article| text.strip_prefix(article))
            .map(str::trim_start)
            .filter(|rest| !rest.is_empty())
            .unwrap_or(&text)
    };
    let mut key = String::with_capacity(text.len() + 8);
    let mut digits = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            let number = digits.trim_start_matches('0');
            key.extend(std::iter::repeat_n(
                '0',
                8_usize.saturating_sub(number.len()),
            ));
            key.push_str(number);
            digits.clear();
        }
        match c {
            '\0' => {}
            // Quotes and brackets in front say nothing.
            '"' | '\'' | '(' | '[' | '¿' | '¡' | '«' | '“' | '„' | '‘' if key.is_empty() =>
                {}
            c => key.push_str(&plain(c)),
        }
    }
    key.chars().take(limits::TITLE_MAX).collect()
}

/// A letter without its mark, for the Latin letters that titles begin with.
fn plain(c: char) -> String {
    let plain = match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'č' | 'ĉ' | 'ċ' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' | 'ģ' | 'ĝ' | 'ġ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ł' | 'ļ' | 'ľ' | 'ĺ' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => "o",
        'ŕ' | 'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        other => return other.to_string(),
    };
    plain.to_owned()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("The Matrix", None, "matrix")]
    #[case("A Bug's Life", None, "bug's life")]
    #[case("The", None, "the")]
    #[case("Émile", None, "emile")]
    #[case("Ocean's 8", None, "ocean's 00000008")]
    #[case("“Crocodile” Dundee", None, "crocodile” dundee")]
    #[case("Part 10", None, "part 00000010")]
    #[case("Part 002", None, "part 00000002")]
    #[case("The Third Man", Some("Third Man, The"), "third man, the")]
    #[case("東京物語", None, "東京物語")]
    fn titles_are_sorted_as_people_look_for_them(
        #[case] title: &str,
        #[case] given: Option<&str>,
        #[case] key: &str,
    ) {
        assert_eq!(sort_key(title, given), key);
    }

    #[test]
    fn language_tags_are_told_from_other_words() {
        for good in ["en", "pt-BR", "zh-Hant-TW", "gsw", "es-419"] {
            assert!(is_language_tag(good), "{good}");
        }
        for bad in ["", "e", "English!", "en_US", "-en", "en-", "123"] {
            assert!(!is_language_tag(bad), "{bad}");
        }
    }
}
