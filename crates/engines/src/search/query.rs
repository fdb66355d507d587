//! From what a person types to what the engine evaluates.

use std::collections::BTreeSet;
use std::ops::{Bound, Range};

use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Occur,
    PhraseQuery, Query, RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::tokenizer::Token;
use tantivy::{Searcher, Term};

use super::expand::{self, Near};
use super::passing::Passing;
use super::schema::{Mapping, TextField, stem_term};
use super::{Filter, Result, SearchQuery, TEXT_MAX, analysis, invalid};

/// More words than anybody types.
const WORDS_MAX: usize = 16;
const FILTER_DEPTH: usize = 8;
const FILTER_VALUES: usize = 1000;
/// So many values are looked up one by one: of more, all documents are gathered before any is
/// looked at.
const FEW_VALUES: usize = 32;
/// A condition that names more values is one person's, and not worth remembering.
const COMMON_VALUES: usize = 12;
const QUOTES: [char; 6] = ['"', '“', '”', '„', '«', '»'];

/// What was typed, understood.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    pub(super) words: Vec<Word>,
    phrases: Vec<Vec<String>>,
    /// What was typed, for showing it with other words.
    typed: String,
}

/// The fields that are searched.
pub(super) struct Fields<'a> {
    pub(super) all: Vec<&'a TextField>,
    /// Those in which misspelt words are looked for.
    pub(super) fuzzy: Vec<&'a TextField>,
}

/// One word that is looked for.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) text: String,
    /// Its stems in the languages that come into question, with their codes.
    pub(super) stems: Vec<(&'static str, String)>,
    /// It may be unfinished.
    pub(super) prefix: bool,
    /// So many slips are forgiven.
    pub(super) slips: u8,
    /// What is left of a word that has been run into its neighbour: the `l` of
    /// `l'Amélie`, the `s` of `ocean's`. Welcome, but not asked for.
    loose: bool,
    /// Where it stands in what was typed.
    place: Range<usize>,
    /// What else may stand in its place, by field.
    near: Vec<(Field, Vec<Near>)>,
}

impl Wanted {
    pub(super) fn new(query: &SearchQuery, languages: &BTreeSet<&'static str>) -> Self {
        let text: String = query.text.chars().take(TEXT_MAX).collect();
        let mut wanted = Self::default();
        // Every second part lies between quotation marks.
        let mut at = 0;
        for (n, part) in text.split(QUOTES).enumerate() {
            let begin = at;
            at += part.len();
            at += text[at..].chars().next().map_or(0, char::len_utf8);
            let tokens = analysis::query_words(part);
            let quoted = n % 2 == 1 && tokens.len() > 1;
            if quoted {
                wanted
                    .phrases
                    .push(tokens.iter().map(|t| t.text.clone()).collect());
            }
            let stems: Vec<(&'static str, Vec<Token>)> = languages
                .iter()
                .map(|l| (*l, analysis::stems(part, l)))
                .collect();
            for (n, token) in tokens.into_iter().enumerate() {
                let length = token.text.chars().count();
                wanted.words.push(Word {
                    stems: stems
                        .iter()
                        .filter_map(|(language, tokens)| {
                            Some((*language, tokens.get(n)?.text.clone()))
                        })
                        .collect(),
                    prefix: false,
                    loose: length == 1 && is_run_together(part, token.offset_from, token.offset_to),
                    slips: match length {
                        _ if !query.fuzzy || quoted => 0,
                        0..4 => 0,
                        4..8 => 1,
                        _ => 2,
                    },
                    place: begin + token.offset_from..begin + token.offset_to,
                    near: Vec::new(),
                    text: token.text,
                });
            }
        }
        wanted.words.truncate(WORDS_MAX);
        let finished = text.ends_with(|c: char| !c.is_alphanumeric());
        if let Some(last) = wanted.words.last_mut() {
            last.prefix = query.prefix && !finished;
        }
        wanted.typed = text;
        wanted
    }

    /// Finds out what unfinished and misspelt words may stand for. A word that
    /// is in the index is taken to be meant as it is, and one that a single slip
    /// makes one of those to be that, unless `all`. Tells whether there are words
    /// that would be looked for differently with `all`.
    pub(super) fn expand(
        &mut self,
        searcher: &Searcher,
        fields: &Fields<'_>,
        all: bool,
    ) -> Result<bool> {
        let mut more = false;
        for word in &mut self.words {
            word.near.clear();
            if word.prefix {
                for field in &fields.all {
                    let begun = expand::begun(searcher, field.words, &word.text)?;
                    word.near.push((field.words, begun));
                }
            }
            if word.slips == 0 {
                continue;
            }
            let known = word.is_known(searcher, &fields.all)?;
            if known && !all {
                more = true;
                continue;
            }
            // One slip is what most people make, and much sooner looked for than two.
            let least = if all { word.slips } else { 1 };
            let found = word.misspelt(searcher, &fields.fuzzy, least)?;
            if word.slips > least {
                if found {
                    more = true;
                } else {
                    word.misspelt(searcher, &fields.fuzzy, word.slips)?;
                }
            }
        }
        Ok(more)
    }

    /// What was typed, with the likeliest words in the place of misspelt ones.
    pub(super) fn corrected(&self) -> Option<String> {
        let mut text = self.typed.clone();
        let mut changed = false;
        for word in self.words.iter().rev() {
            let likeliest = word
                .near
                .iter()
                .flat_map(|(_, near)| near)
                .filter(|near| near.slips > 0)
                .min_by_key(|near| (near.slips, std::cmp::Reverse(near.documents)));
            if let Some(likeliest) = likeliest {
                text.replace_range(word.place.clone(), &likeliest.text);
                changed = true;
            }
        }
        changed.then_some(text)
    }

    /// The engine's query for these words in these fields.
    pub(super) fn query(&self, fields: &[&TextField]) -> Box<dyn Query> {
        if self.words.is_empty() {
            return Box::new(AllQuery);
        }
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let alone = self.words.iter().all(|word| word.loose);
        for word in &self.words {
            let ways = fields.iter().flat_map(|field| word.ways(field)).collect();
            let occur = if word.loose && !alone {
                Occur::Should
            } else {
                Occur::Must
            };
            clauses.push((occur, best(ways)));
        }
        for phrase in &self.phrases {
            let ways = fields.iter().map(|f| self::phrase(f, phrase, 0)).collect();
            clauses.push((Occur::Must, best(ways)));
        }
        // Words that stand together in the text fit better.
        let words: Vec<String> = self.words.iter().map(|w| w.text.clone()).collect();
        if (2..=6).contains(&words.len()) {
            let ways = fields.iter().map(|f| self::phrase(f, &words, 2)).collect();
            clauses.push((Occur::Should, best(ways)));
        }
        Box::new(BooleanQuery::new(clauses))
    }
}

/// Whether an apostrophe binds the word that stands here to another one.
fn is_run_together(text: &str, from: usize, to: usize) -> bool {
    let binds = |c: Option<char>| matches!(c, Some('\'' | '’' | 'ʼ'));
    let (mut before, mut after) = (text[..from].chars().rev(), text[to..].chars());
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    binds(before.next()) && letter(before.next()) || binds(after.next()) && letter(after.next())
}

impl Word {
    /// Whether it, or something that begins so if it is unfinished, is in one
    /// of these fields.
    fn is_known(&self, searcher: &Searcher, fields: &[&TextField]) -> Result<bool> {
        if self.near.iter().any(|(_, near)| !near.is_empty()) {
            return Ok(true);
        }
        for field in fields {
            let term = Term::from_field_text(field.words, &self.text);
            if searcher.doc_freq(&term)? > 0 {
                return Ok(true);
            }
            for (language, stem) in &self.stems {
                let stem = Term::from_field_text(field.stems, &stem_term(language, stem));
                if searcher.doc_freq(&stem)? > 0 {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Finds the words that at most so many slips make of it; whether there are any.
    fn misspelt(&mut self, searcher: &Searcher, fields: &[&TextField], slips: u8) -> Result<bool> {
        let mut found = false;
        for field in fields {
            let near = expand::near(searcher, field.words, &self.text, slips)?;
            found |= !near.is_empty();
            self.near.push((field.words, near));
        }
        Ok(found)
    }

    /// The ways in which a field may hold it, the surest weighing most.
    fn ways(&self, field: &TextField) -> Vec<Box<dyn Query>> {
        let mut ways: Vec<Box<dyn Query>> = Vec::new();
        let term = Term::from_field_text(field.words, &self.text);
        let mut add = |query: Box<dyn Query>, weight: f32| {
            ways.push(Box::new(BoostQuery::new(query, weight * field.boost)));
        };
        let freqs = IndexRecordOption::WithFreqs;
        add(Box::new(TermQuery::new(term, freqs)), 1.0);
        for (language, stem) in &self.stems {
            let stem = Term::from_field_text(field.stems, &stem_term(language, stem));
            add(Box::new(TermQuery::new(stem, freqs)), 0.7);
        }
        let near = self.near.iter().filter(|(at, _)| *at == field.words);
        for near in near.flat_map(|(_, near)| near) {
            let weight = match near.slips {
                0 => 0.6,
                1 => 0.35,
                _ => 0.2,
            };
            let term = Term::from_field_text(field.words, &near.text);
            add(Box::new(TermQuery::new(term, freqs)), weight);
        }
        ways
    }
}

fn best(ways: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    Box::new(DisjunctionMaxQuery::with_tie_breaker(ways, 0.1))
}

fn phrase(field: &TextField, words: &[String], slop: u32) -> Box<dyn Query> {
    let terms = words
        .iter()
        .enumerate()
        .map(|(n, word)| (n, Term::from_field_text(field.words, word)))
        .collect();
    let query = PhraseQuery::new_with_offset_and_slop(terms, slop);
    Box::new(BoostQuery::new(Box::new(query), field.boost))
}

/// A condition as a query that does not weigh in relevance.
pub(super) fn filter(
    searcher: &Searcher,
    mapping: &Mapping,
    passing: &Passing,
    filter: &Filter,
) -> Result<Box<dyn Query>> {
    let conditions = Conditions { mapping, passing };
    let filter = known(searcher, mapping, &plain(filter))?;
    Ok(Box::new(ConstScoreQuery::new(
        conditions.remembered(&filter, FILTER_DEPTH)?,
        0.0,
    )))
}

/// The same condition without values that no document has. An address is in dozens of networks,
/// of which hardly any title names one: what is left is then everybody's condition.
fn known(searcher: &Searcher, mapping: &Mapping, filter: &Filter) -> Result<Filter> {
    let several = |filters: &[Filter]| {
        let each = filters.iter().map(|one| known(searcher, mapping, one));
        each.collect::<Result<Vec<_>>>()
    };
    Ok(match filter {
        Filter::All(filters) => Filter::All(several(filters)?),
        Filter::Any(filters) => Filter::Any(several(filters)?),
        Filter::Not(filter) => Filter::Not(Box::new(known(searcher, mapping, filter)?)),
        Filter::In(name, values) if (COMMON_VALUES..=FILTER_VALUES).contains(&values.len()) => {
            let field = mapping.keyword(name)?;
            let mut left = Vec::new();
            for value in values {
                if searcher.doc_freq(&Term::from_field_text(field, value))? > 0 {
                    left.push(value.clone());
                }
            }
            Filter::In(name.clone(), left)
        }
        other => other.clone(),
    })
}

/// The same condition without what is all or any of one.
fn plain(filter: &Filter) -> Filter {
    match filter {
        Filter::All(filters) => {
            let mut all = Vec::with_capacity(filters.len());
            for filter in filters {
                match plain(filter) {
                    Filter::All(more) => all.extend(more),
                    one => all.push(one),
                }
            }
            match <[Filter; 1]>::try_from(all) {
                Ok([one]) => one,
                Err(all) => Filter::All(all),
            }
        }
        Filter::Any(filters) => match &filters[..] {
            [one] => plain(one),
            _ => Filter::Any(filters.iter().map(plain).collect()),
        },
        Filter::Not(filter) => Filter::Not(Box::new(plain(filter))),
        other => other.clone(),
    }
}

/// Whether many ask for the same: it does not depend on the hour, and names few values.
fn is_common(filter: &Filter) -> bool {
    fn values(filter: &Filter) -> Option<usize> {
        match filter {
            Filter::All(filters) | Filter::Any(filters) => {
                let mut sum = 0_usize;
                for filter in filters {
                    sum = sum.saturating_add(values(filter)?);
                }
                Some(sum)
            }
            Filter::Not(filter) => values(filter),
            Filter::In(_, values) => Some(values.len()),
            Filter::Between(..) | Filter::Ids(_) => None,
        }
    }
    values(filter).is_some_and(|count| count <= COMMON_VALUES)
}

struct Conditions<'a> {
    mapping: &'a Mapping,
    passing: &'a Passing,
}

impl Conditions<'_> {
    /// A condition of whose parts those are remembered that many ask for.
    fn remembered(&self, filter: &Filter, depth: usize) -> Result<Box<dyn Query>> {
        if is_common(filter) {
            let query = self.query(filter, depth)?;
            return Ok(self.passing.remembered(&format!("{filter:?}"), query));
        }
        let Filter::All(filters) = filter else {
            return self.query(filter, depth);
        };
        let (common, other): (Vec<_>, Vec<_>) = filters.iter().cloned().partition(is_common);
        let mut all = Vec::with_capacity(other.len() + 1);
        // All at once: one bit for each document says it. Together they may name more values than
        // are worth remembering; then each is remembered for itself.
        let together = plain(&Filter::All(common.clone()));
        let common = if !common.is_empty() && is_common(&together) {
            vec![together]
        } else {
            common
        };
        for filter in &common {
            let query = self.query(filter, depth)?;
            let query = self.passing.remembered(&format!("{filter:?}"), query);
            all.push((Occur::Must, query));
        }
        for filter in &other {
            all.push((Occur::Must, self.query(filter, depth)?));
        }
        Ok(Box::new(BooleanQuery::new(all)))
    }

    fn several(&self, filters: &[Filter], occur: Occur, depth: usize) -> Result<Box<dyn Query>> {
        if filters.len() > FILTER_VALUES {
            return Err(invalid("filter", "at most 1,000 conditions are expected"));
        }
        let queries = filters.iter().map(|f| Ok((occur, self.query(f, depth)?)));
        let queries = queries.collect::<Result<Vec<_>>>()?;
        Ok(Box::new(BooleanQuery::new(queries)))
    }

    fn query(&self, filter: &Filter, depth: usize) -> Result<Box<dyn Query>> {
        let depth = depth
            .checked_sub(1)
            .ok_or_else(|| invalid("filter", "it is nested too deeply"))?;
        match filter {
            Filter::All(filters) if filters.is_empty() => Ok(Box::new(AllQuery)),
            Filter::All(filters) => self.several(filters, Occur::Must, depth),
            Filter::Any(filters) if filters.is_empty() => Ok(Box::new(EmptyQuery)),
            Filter::Any(filters) => self.several(filters, Occur::Should, depth),
            Filter::Not(filter) => {
                let not = self.query(filter, depth)?;
                let all: Box<dyn Query> = Box::new(AllQuery);
                Ok(Box::new(BooleanQuery::new(vec![
                    (Occur::Must, all),
                    (Occur::MustNot, not),
                ])))
            }
            Filter::In(field, values) => one_of(self.mapping.keyword(field)?, values),
            Filter::Ids(ids) => one_of(self.mapping.id, ids),
            Filter::Between(field, from, to) => {
                let field = self.mapping.number(field)?;
                let bound = |value: &Option<i64>| {
                    value.map_or(Bound::Unbounded, |v| {
                        Bound::Included(Term::from_field_i64(field, v))
                    })
                };
                if from.is_none() && to.is_none() {
                    return Ok(Box::new(AllQuery));
                }
                Ok(Box::new(RangeQuery::new(bound(from), bound(to))))
            }
        }
    }
}

fn one_of(field: Field, values: &[String]) -> Result<Box<dyn Query>> {
    if values.len() > FILTER_VALUES {
        return Err(invalid("filter", "at most 1,000 values are expected"));
    }
    let term = |value: &String| Term::from_field_text(field, value);
    if values.len() > FEW_VALUES {
        return Ok(Box::new(TermSetQuery::new(values.iter().map(term))));
    }
    let has = |value| -> (Occur, Box<dyn Query>) {
        let query = TermQuery::new(term(value), IndexRecordOption::Basic);
        (Occur::Should, Box::new(query))
    };
    Ok(Box::new(BooleanQuery::new(
        values.iter().map(has).collect(),
    )))
}

/// The languages in which words are to be reduced: the one that is known, or
/// all that documents are in.
pub(super) fn languages(
    searcher: &Searcher,
    mapping: &Mapping,
    known: Option<&str>,
) -> tantivy::Result<BTreeSet<&'static str>> {
    if let Some(known) = known.and_then(analysis::language) {
        return Ok(BTreeSet::from([known]));
    }
    let mut all = BTreeSet::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(mapping.language)?;
        let mut terms = index.terms().stream()?;
        while terms.advance() {
            let code = std::str::from_utf8(terms.key()).ok();
            all.extend(code.and_then(analysis::language));
        }
    }
    Ok(all)
}
