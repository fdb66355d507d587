//! What words of the index an unfinished or misspelt word may stand for.
//!
//! The engine's own fuzzy queries collect every document of every word that is
//! alike, and weigh all of them the same. Looking the words up first leaves a
//! handful of ordinary ones, which are found and weighed as fast as if they had
//! been typed.

use std::collections::HashMap;

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

use super::Result;
use super::highlight::slips;

/// Of the words that begin alike, so many of the most frequent.
const BEGUN: usize = 32;
/// Of the words that are spelt alike, so many of the nearest.
const NEAR: usize = 12;
/// So many words that begin alike are looked at.
const LOOKED_AT: usize = 20_000;

/// A word of the index that may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Near {
    pub(super) text: String,
    /// How many slips lie between it and what was typed; 0 for a longer word
    /// that begins so.
    pub(super) slips: u8,
    /// How many documents have it, deleted ones included.
    pub(super) documents: u64,
}

/// The most frequent words that begin so, without the word itself.
pub(super) fn begun(searcher: &Searcher, field: Field, word: &str) -> Result<Vec<Near>> {
    let mut found: HashMap<String, u64> = HashMap::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let terms = index.terms().range().ge(word.as_bytes());
        let mut terms = terms.into_stream()?;
        let mut left = LOOKED_AT;
        while left > 0 && terms.advance() && terms.key().starts_with(word.as_bytes()) {
            left -= 1;
            if terms.key().len() == word.len() {
                continue;
            }
            if let Ok(text) = std::str::from_utf8(terms.key()) {
                *found.entry(text.to_owned()).or_default() += u64::from(terms.value().doc_freq);
            }
        }
    }
    let near = found.into_iter().map(|(text, documents)| Near {
        text,
        slips: 0,
        documents,
    });
    Ok(best(near.collect(), BEGUN))
}

/// The nearest words that differ by at most so many slips.
pub(super) fn near(
    searcher: &Searcher,
    field: Field,
    word: &str,
    at_most: u8,
) -> Result<Vec<Near>> {
    let query = FuzzyTermQuery::new(Term::from_field_text(field, word), at_most, true);
    let alike = query.automaton()?;
    let mut found: HashMap<String, u64> = HashMap::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut terms = index.terms().search(&alike).into_stream()?;
        while terms.advance() {
            if terms.key() == word.as_bytes() {
                continue;
            }
            if let Ok(text) = std::str::from_utf8(terms.key()) {
                *found.entry(text.to_owned()).or_default() += u64::from(terms.value().doc_freq);
            }
        }
    }
    let near = found.into_iter().map(|(text, documents)| Near {
        slips: u8::try_from(slips(word, &text)).unwrap_or(u8::MAX).max(1),
        text,
        documents,
    });
    Ok(best(near.collect(), NEAR))
}

fn best(mut all: Vec<Near>, limit: usize) -> Vec<Near> {
    all.sort_unstable_by(|a, b| {
        (a.slips, b.documents, &a.text).cmp(&(b.slips, a.documents, &b.text))
    });
    all.truncate(limit);
    all
}
