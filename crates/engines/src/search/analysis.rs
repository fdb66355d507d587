//! From text to words: lower case, without accents, CJK in pairs, and reduced
//! to stems where the language is known.

use std::collections::HashMap;
use std::sync::LazyLock;

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, Stemmer, TextAnalyzer, Token,
    TokenStream, Tokenizer,
};

/// Longer words are no words.
const WORD_MAX: usize = 80;

/// The languages with stems: ISO 639-1, the 639-2 codes, and the algorithm.
const LANGUAGES: [(&str, [&str; 2], Language); 18] = [
    ("ar", ["ara", "ara"], Language::Arabic),
    ("da", ["dan", "dan"], Language::Danish),
    ("de", ["deu", "ger"], Language::German),
    ("el", ["ell", "gre"], Language::Greek),
    ("en", ["eng", "eng"], Language::English),
    ("es", ["spa", "spa"], Language::Spanish),
    ("fi", ["fin", "fin"], Language::Finnish),
    ("fr", ["fra", "fre"], Language::French),
    ("hu", ["hun", "hun"], Language::Hungarian),
    ("it", ["ita", "ita"], Language::Italian),
    ("nl", ["nld", "dut"], Language::Dutch),
    ("no", ["nor", "nob"], Language::Norwegian),
    ("pt", ["por", "por"], Language::Portuguese),
    ("ro", ["ron", "rum"], Language::Romanian),
    ("ru", ["rus", "rus"], Language::Russian),
    ("sv", ["swe", "swe"], Language::Swedish),
    ("ta", ["tam", "tam"], Language::Tamil),
    ("tr", ["tur", "tur"], Language::Turkish),
];

static WORDS: LazyLock<TextAnalyzer> = LazyLock::new(|| analyzer(None, false));
static QUERY: LazyLock<TextAnalyzer> = LazyLock::new(|| analyzer(None, true));
static STEMS: LazyLock<HashMap<&'static str, TextAnalyzer>> = LazyLock::new(|| {
    LANGUAGES
        .iter()
        .map(|(code, _, language)| (*code, analyzer(Some(*language), true)))
        .collect()
});

fn analyzer(language: Option<Language>, query: bool) -> TextAnalyzer {
    let words = TextAnalyzer::builder(Words { query })
        .filter(RemoveLongFilter::limit(WORD_MAX))
        .filter(LowerCaser);
    match language {
        // Stems are found with the accents; only then do these go.
        Some(language) => words
            .filter(Stemmer::new(language))
            .filter(AsciiFoldingFilter)
            .build(),
        None => words.filter(AsciiFoldingFilter).build(),
    }
}

/// The two-letter code of a language that has stems: `en` for `en-GB`, `eng`.
pub(super) fn language(tag: &str) -> Option<&'static str> {
    let primary = tag.split(['-', '_']).next()?.to_ascii_lowercase();
    // Bokmål and Nynorsk share the stems of Norwegian.
    let primary = match primary.as_str() {
        "nb" | "nn" => "no",
        other => other,
    };
    LANGUAGES
        .iter()
        .find(|(code, long, _)| *code == primary || long.contains(&primary))
        .map(|(code, ..)| *code)
}

fn tokens(mut analyzer: TextAnalyzer, text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    analyzer
        .token_stream(text)
        .process(&mut |token| tokens.push(token.clone()));
    tokens
}

/// The words of a text to be found.
pub(super) fn words(text: &str) -> Vec<Token> {
    tokens(WORDS.clone(), text)
}

/// The words of a text to look for.
pub(super) fn query_words(text: &str) -> Vec<Token> {
    tokens(QUERY.clone(), text)
}

/// The stems of a text in this language (a code from [`language`]), word by
/// word as [`query_words`].
pub(super) fn stems(text: &str, language: &str) -> Vec<Token> {
    STEMS
        .get(language)
        .map(|analyzer| tokens(analyzer.clone(), text))
        .unwrap_or_default()
}

/// Cuts text into words. Scripts written without spaces have no words that one
/// could see: their characters are taken in overlapping pairs, and what is to
/// be found also one by one.
#[derive(Clone)]
struct Words {
    query: bool,
}

struct Stream {
    tokens: std::vec::IntoIter<Token>,
    token: Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        Stream {
            tokens: cut(text, self.query).into_iter(),
            token: Token::default(),
        }
    }
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        match self.tokens.next() {
            Some(token) => {
                self.token = token;
                true
            }
            None => false,
        }
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

fn cut(text: &str, query: bool) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut position = 0;
    let mut push = |from: usize, to: usize, position: usize| {
        tokens.push(Token {
            offset_from: from,
            offset_to: to,
            position,
            text: text[from..to].to_owned(),
            position_length: 1,
        });
    };
    let mut chars = text.char_indices().peekable();
    while let Some((from, first)) = chars.next() {
        let end = |from: usize, c: char| from + c.len_utf8();
        if is_unspaced(first) {
            let mut run = vec![(from, end(from, first))];
            while let Some((at, c)) = chars.next_if(|(_, c)| is_unspaced(*c)) {
                run.push((at, end(at, c)));
            }
            for (n, (from, to)) in run.iter().enumerate() {
                if !query || run.len() == 1 {
                    push(*from, *to, position);
                }
                if let Some((_, to)) = run.get(n + 1) {
                    push(*from, *to, position);
                }
                position += 1;
            }
        } else if first.is_alphanumeric() {
            let mut to = end(from, first);
            // An apostrophe within a word does not end it: "don't", "l'été" is
            // two words in French, but is found as either spelling's pieces.
            while let Some((at, c)) = chars.next_if(|(_, c)| is_in_word(*c)) {
                to = end(at, c);
            }
            push(from, to, position);
            position += 1;
        }
    }
    tokens
}

fn is_in_word(c: char) -> bool {
    // Combining marks are no letters of their own, but belong to one.
    (c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c)) && !is_unspaced(c)
}

/// Han, Kana, Hangul, Thai, Lao, Khmer, Myanmar.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0e01..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff
        | 0x3040..=0x30ff | 0x31f0..=0x31ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff
        | 0xac00..=0xd7af | 0xf900..=0xfaff | 0xff66..=0xff9f | 0x2_0000..=0x3_134f)
        && c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(tokens: Vec<Token>) -> Vec<String> {
        tokens.into_iter().map(|t| t.text).collect()
    }

    #[test]
    fn words_lose_case_and_accents() {
        let found = texts(words("Amélie: Le FABULEUX destin – Größe, №5"));
        assert_eq!(found, ["amelie", "le", "fabuleux", "destin", "grosse", "5"]);
        assert!(words("").is_empty() && words("—!?").is_empty());
    }

    #[test]
    fn scripts_without_spaces_are_taken_in_pairs() {
        assert_eq!(texts(query_words("東京都")), ["東京", "京都"]);
        assert_eq!(texts(query_words("猫")), ["猫"]);
        assert_eq!(texts(words("猫の恩返し 2")).len(), 10);
    }

    #[test]
    fn stems_depend_on_the_language() {
        assert_eq!(texts(stems("running horses", "en")), ["run", "hors"]);
        assert_eq!(texts(stems("Häuser", "de")), texts(stems("Haus", "de")));
        assert!(stems("x", "xx").is_empty());
        for (tag, code) in [
            ("en-US", "en"),
            ("ENG", "en"),
            ("ger", "de"),
            ("nb", "no"),
            ("pt_BR", "pt"),
        ] {
            assert_eq!(language(tag), Some(code), "{tag}");
        }
        assert_eq!(language("ja"), None);
    }
}
