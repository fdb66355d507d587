//! Search expressions: what people type into a box, as a part of a rule.
//!
//! Each word must begin a word of what is said of an item: its title, show, description, people,
//! genres or tags. Words in quotation marks must stand there one after another as they are; what
//! follows a minus must not be there. Capitals and accents do not matter.

use std::collections::BTreeMap;

use super::{Item, Snapshot};

/// The longest expression, in bytes.
pub const MAX_SEARCH: usize = 300;

/// The words of a library, and the items that each is said of, ascending.
pub(super) type Words = BTreeMap<Box<str>, Vec<u32>>;

/// A part of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    words: Vec<String>,
    phrase: bool,
    /// Whether it must not be there.
    pub(super) without: bool,
}

/// The parts of an expression; those without letters and digits are none.
pub(super) fn terms(text: &str) -> Vec<Term> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let without = rest.starts_with('-');
        let bare = if without { &rest[1..] } else { rest };
        let (part, phrase, after) = if let Some(quoted) = bare.strip_prefix('"') {
            let (part, after) = quoted.split_once('"').unwrap_or((quoted, ""));
            (part, true, after)
        } else {
            let end = bare.find(char::is_whitespace).unwrap_or(bare.len());
            (&bare[..end], false, &bare[end..])
        };
        let words: Vec<String> = words(part).collect();
        if !words.is_empty() {
            out.push(Term {
                words,
                phrase,
                without,
            });
        }
        rest = after.trim_start();
    }
    out
}

/// Whether an expression asks for anything.
pub fn asks(text: &str) -> bool {
    !terms(text).is_empty()
}

/// The words of a text, as they are compared.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| {
            word.chars()
                .flat_map(char::to_lowercase)
                .map(plain)
                .collect()
        })
}

/// A letter without its accent, of those that Latin alphabets have most.
fn plain(c: char) -> char {
    match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ť' | 'ț' | 'ţ' => 't',
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}

/// What is said of an item.
fn texts(item: &Item) -> impl Iterator<Item = &str> {
    let single = [
        Some(&*item.title),
        item.show.as_deref(),
        item.description.as_deref(),
    ];
    let lists = [&item.people, &item.genres, &item.tags];
    let listed = lists.into_iter().flatten().map(|text| &**text);
    single.into_iter().flatten().chain(listed)
}

/// Which items each word is said of.
pub(super) fn index(items: &[Item], slate: u32) -> Words {
    let mut out = Words::new();
    for (n, item) in (0u32..).zip(items).filter(|(n, _)| *n != slate) {
        for word in texts(item).flat_map(words) {
            let list = out.entry(word.into()).or_default();
            if list.last() != Some(&n) {
                list.push(n);
            }
        }
    }
    out
}

impl Snapshot {
    /// Calls `found` with every item that a part of an expression is said of, perhaps again and
    /// again; whether it must not be is not looked at.
    pub(super) fn search(&self, term: &Term, mut found: impl FnMut(u32)) {
        let index = self.words.get_or_init(|| index(&self.items, self.slate));
        if !term.phrase {
            // A word with a hyphen in it is several: all of them, each to its end but the last.
            let said = |n: u32| term.words.len() == 1 || self.says(n, term);
            for n in Self::beginning(index, term.words.last().map_or("", String::as_str)) {
                if said(n) {
                    found(n);
                }
            }
            return;
        }
        let first = term.words.first().and_then(|word| index.get(word.as_str()));
        for &n in first.into_iter().flatten() {
            if self.says(n, term) {
                found(n);
            }
        }
    }

    fn beginning<'w>(index: &'w Words, word: &'w str) -> impl Iterator<Item = u32> + 'w {
        index
            .range::<str, _>((std::ops::Bound::Included(word), std::ops::Bound::Unbounded))
            .take_while(move |(known, _)| known.starts_with(word))
            .flat_map(|(_, list)| list.iter().copied())
    }

    /// Whether the words stand one after another in one of an item's texts.
    fn says(&self, n: u32, term: &Term) -> bool {
        let Some((last, before)) = term.words.split_last() else {
            return false;
        };
        texts(self.item(n)).any(|text| {
            let said: Vec<String> = words(text).collect();
            said.windows(term.words.len()).any(|some| {
                let ends = some.last().is_some_and(|word| {
                    if term.phrase {
                        word == last
                    } else {
                        word.starts_with(last)
                    }
                });
                ends && some[..some.len() - 1] == *before
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{definition::Rule, testing};

    fn library() -> Snapshot {
        let titled = |id: &str, title: &str, about: &str, people: &[&str]| {
            let mut item = testing::item(id, 60_000, 2000);
            item.title = title.into();
            item.description = Some(about.into());
            item.people = people.iter().map(|name| (*name).into()).collect();
            item.genres = vec!["Crime".into()];
            item
        };
        let items = vec![
            titled(
                "a",
                "The Lighthouse Keeper",
                "A storm, and a secret.",
                &["Maren Voß"],
            ),
            titled(
                "b",
                "Café Noir",
                "The keeper of a café knows too much.",
                &["Ida Hallström"],
            ),
            titled("c", "Light Years", "Far away.", &["Maren Voß"]),
        ];
        Snapshot::new(0, items)
    }

    #[rstest]
    #[case("light", &["a", "c"])]
    #[case("LIGHT keep", &["a"])]
    #[case("keeper", &["a", "b"])]
    #[case("\"lighthouse keeper\"", &["a"])]
    #[case("\"light keeper\"", &[])]
    #[case("keeper -lighthouse", &["b"])]
    #[case("-keeper", &["c"])]
    #[case("cafe hallstrom", &["b"])]
    #[case("crime maren -\"light years\"", &["a"])]
    #[case("café-noir", &["b"])]
    #[case("-- \"\" !", &["a", "b", "c"])]
    fn words_are_found_where_they_are_said(#[case] search: &str, #[case] wanted: &[&str]) {
        let library = library();
        let rule = Rule {
            search: Some(search.into()),
            ..Rule::default()
        };
        let found: Vec<&str> = library
            .matches(&rule)
            .into_iter()
            .map(|n| library.item(n).id.as_str())
            .collect();
        assert_eq!(found, wanted, "{search}");
        let both = Rule {
            genres: vec!["crime".into()],
            ..rule
        };
        assert_eq!(library.count(&both), wanted.len());
    }
}
