//! Full-text search: documents by id, found by what people type.
//!
//! The contract is that of OpenSearch behind an alias: an index has a schema,
//! documents are put and deleted by id, and a rebuild fills a second index
//! beside the first and takes its place in one step. An index holds nothing
//! that could not be made again from the database, so one that is damaged or of
//! another schema is replaced by an empty one, which says that it needs
//! filling.
//!
//! What a person types is never a query language: words are words, and only
//! quotation marks mean something (the words in this order).

mod analysis;
mod embedded;
mod expand;
mod generation;
mod highlight;
mod passing;
mod query;
mod schema;
mod writer;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use embedded::{EmbeddedSearch, EmbeddedSearchOptions};

/// The most documents or ids in one call.
pub const BATCH_MAX: usize = 1000;
/// The most bytes of JSON in one document.
pub const DOCUMENT_MAX: usize = 1 << 20;
/// The most characters that are looked at of what somebody types.
pub const TEXT_MAX: usize = 256;
/// The last hit that can be paged to.
pub const WINDOW_MAX: usize = 10_000;
/// The most hits on a page.
pub const PAGE_MAX: usize = 200;

/// What can go wrong with search.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// There is no such index.
    #[error("there is no search index {0}")]
    Unknown(String),
    /// Something cannot be accepted.
    #[error("{field}: {reason}")]
    Invalid {
        /// What.
        field: String,
        /// What was expected.
        reason: String,
    },
    /// Another process writes to the index.
    #[error("another process writes to the search index {0}")]
    Locked(String),
    /// Another rebuild of the index is under way.
    #[error("the search index {0} is being rebuilt already")]
    Rebuilding(String),
    /// The engine failed.
    #[error("search: {0}")]
    Engine(String),
    /// The system failed.
    #[error("search: {0}")]
    Io(#[from] std::io::Error),
}

/// Shorthand for this module's results.
pub type Result<T, E = SearchError> = std::result::Result<T, E>;

/// What an index holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IndexSchema {
    /// Its fields. What a document has besides is only kept and given back.
    pub fields: Vec<FieldSpec>,
    /// Grows when the way documents are made changes, so that they are made anew.
    pub version: u32,
}

/// A field of an index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldSpec {
    /// Its name in documents: 1 to 64 of a–z, 0–9 and `_`, beginning with a letter.
    pub name: String,
    /// What is in it.
    pub kind: FieldKind,
}

/// What is in a field.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Words to be searched, in the document's language; a string or several.
    Text {
        /// How much a hit in it weighs beside other fields; 1 is ordinary.
        boost: f32,
    },
    /// The same for texts that are too long to be given back with every hit:
    /// searched, but neither returned nor shown in excerpts.
    Words {
        /// How much a hit in it weighs beside other fields; 1 is ordinary.
        boost: f32,
    },
    /// A name taken as it is: to filter, count and sort by; a string, a boolean
    /// or several strings.
    Keyword,
    /// A whole number of 64 bits, or several: to filter and sort by.
    Number,
}

/// A document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Its id, unique in the index.
    pub id: String,
    /// Its language as BCP 47 or ISO 639, which decides how words are reduced
    /// to their stems.
    pub language: Option<String>,
    /// Its fields; all are given back with a hit.
    pub fields: Map<String, Value>,
}

/// What is wanted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchQuery {
    /// What the person typed; nothing finds everything.
    pub text: String,
    /// The last word may be unfinished.
    pub prefix: bool,
    /// Words may be misspelt: one slip from four characters on, two from eight.
    /// What stands in the index as it was typed is taken to be meant, unless
    /// nothing at all is found with it.
    pub fuzzy: bool,
    /// The text fields in which misspelt words are looked for; none stands for
    /// all of them. Names are misspelt, long texts only give them away.
    pub fuzzy_fields: Vec<String>,
    /// The language it was typed in, if that is known.
    pub language: Option<String>,
    /// In these text fields; none stands for all.
    pub fields: Vec<String>,
    /// Only what this lets through.
    pub filter: Option<Filter>,
    /// In this order, at most two keys; none is by relevance. What has no value
    /// comes last.
    pub sort: Vec<Sort>,
    /// A number field of which more is better; weighs in relevance by its
    /// logarithm.
    pub popularity: Option<String>,
    /// Keyword fields to count the values of.
    pub facets: Vec<Facet>,
    /// Text fields to show where the words were found.
    pub highlight: Vec<String>,
    /// So many hits are passed over.
    pub offset: usize,
    /// At most so many hits, up to [`PAGE_MAX`]; 0 only counts.
    pub limit: usize,
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All of them hold.
    All(Vec<Filter>),
    /// At least one of them holds.
    Any(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// A keyword field has one of these values.
    In(String, Vec<String>),
    /// A number field lies between these, both included.
    Between(String, Option<i64>, Option<i64>),
    /// The document has one of these ids.
    Ids(Vec<String>),
}

/// A key to sort by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// A keyword or number field.
    pub field: String,
    /// The greatest first.
    pub descending: bool,
}

/// Values to count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// A keyword field.
    pub field: String,
    /// At most so many values, the most frequent first; up to 200.
    pub limit: usize,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchPage {
    /// How many documents there are in all.
    pub total: u64,
    /// This page of them.
    pub hits: Vec<Hit>,
    /// The values of each facet with their counts, over all that was found.
    pub facets: BTreeMap<String, Vec<(String, u64)>>,
    /// What was typed, with the likeliest words in the place of those that
    /// are in no document; `None` if there are none, or none are alike.
    pub corrected: Option<String>,
}

/// A document that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its id.
    pub id: String,
    /// How well it fits; only comparable within one search, 0 when sorted.
    pub score: f32,
    /// Its fields as they were put.
    pub fields: Map<String, Value>,
    /// Excerpts by field.
    pub highlights: BTreeMap<String, Vec<Excerpt>>,
}

/// A part of a text with the places of the words in it. Plain text: whoever
/// shows it as HTML escapes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The part.
    pub text: String,
    /// Bytes of it that are words which were looked for.
    pub marks: Vec<Range<usize>>,
}

/// A search engine.
#[async_trait]
pub trait Search: Send + Sync + fmt::Debug {
    /// Opens an index or makes it; tells whether it needs filling, because it
    /// is new, of another schema than it was, or was damaged. Names are those
    /// of fields.
    async fn open(&self, index: &str, schema: IndexSchema) -> Result<bool>;

    /// Puts documents, in place of those with the same ids. When it returns
    /// they are durable, and every search that begins now finds them.
    async fn put(&self, index: &str, documents: Vec<Document>) -> Result<()>;

    /// Deletes documents; when it returns, no search finds them.
    async fn delete(&self, index: &str, ids: &[&str]) -> Result<()>;

    /// Searches.
    async fn search(&self, index: &str, query: SearchQuery) -> Result<SearchPage>;

    /// Begins to rebuild an index: it is searched as it was until the new one
    /// is finished. What is put and deleted meanwhile is in both, and is never
    /// overwritten by an older state from the rebuild.
    async fn rebuild(&self, index: &str) -> Result<Box<dyn Rebuild>>;
}

/// An index in the making. Dropping it gives it up.
#[async_trait]
pub trait Rebuild: Send {
    /// Adds documents, each id once. They are durable and found when the
    /// rebuild is finished.
    async fn put(&mut self, documents: Vec<Document>) -> Result<()>;

    /// Takes the place of the index in one step.
    async fn finish(self: Box<Self>) -> Result<()>;
}

fn invalid(field: impl Into<String>, reason: impl Into<String>) -> SearchError {
    SearchError::Invalid {
        field: field.into(),
        reason: reason.into(),
    }
}

/// Names become names of folders.
fn check_name(field: &str, name: &str) -> Result<()> {
    let sound = name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if sound {
        Ok(())
    } else {
        Err(invalid(
            field,
            "1 to 64 of a-z, 0-9 and _ are expected, beginning with a letter",
        ))
    }
}
