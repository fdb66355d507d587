//! From documents to what the engine stores.

use std::collections::HashMap;

use serde_json::Value;
use tantivy::TantivyDocument;
use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, STORED, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{PreTokenizedString, Token};

use super::{
    DOCUMENT_MAX, Document, FieldKind, IndexSchema, Result, analysis, check_name, invalid,
};

/// The engine's own fields; those of documents do not begin with `_`.
pub(super) const ID: &str = "_id";
const SOURCE: &str = "_source";
const LANGUAGE: &str = "_language";

/// A schema with the engine's fields.
#[derive(Debug, Clone)]
pub(super) struct Mapping {
    pub(super) id: Field,
    /// The document as JSON.
    pub(super) source: Field,
    /// The languages of documents that have stems.
    pub(super) language: Field,
    pub(super) texts: Vec<TextField>,
    pub(super) keywords: HashMap<String, Field>,
    pub(super) numbers: HashMap<String, Field>,
}

/// A text: its words, and their stems.
#[derive(Debug, Clone)]
pub(super) struct TextField {
    pub(super) name: String,
    pub(super) boost: f32,
    /// Whether hits bring it.
    pub(super) returned: bool,
    pub(super) words: Field,
    pub(super) stems: Field,
}

impl Mapping {
    pub(super) fn new(schema: &IndexSchema) -> Result<(Self, Schema)> {
        let mut builder = Schema::builder();
        let raw = |option| {
            TextFieldIndexing::default()
                .set_tokenizer("raw")
                .set_index_option(option)
                .set_fieldnorms(false)
        };
        let keyword = TextOptions::default()
            .set_indexing_options(raw(IndexRecordOption::Basic))
            .set_fast("raw");
        let text = |option| {
            // Words come to the engine already cut; this names no analyzer that is used.
            let indexing = TextFieldIndexing::default()
                .set_tokenizer("raw")
                .set_index_option(option);
            TextOptions::default().set_indexing_options(indexing)
        };
        let mut mapping = Self {
            id: builder.add_text_field(ID, keyword.clone().set_stored()),
            source: builder.add_text_field(SOURCE, STORED),
            language: builder.add_text_field(
                LANGUAGE,
                TextOptions::default().set_indexing_options(raw(IndexRecordOption::Basic)),
            ),
            texts: Vec::new(),
            keywords: HashMap::new(),
            numbers: HashMap::new(),
        };
        for (n, spec) in schema.fields.iter().enumerate() {
            check_name("fields", &spec.name)?;
            if schema.fields[..n]
                .iter()
                .any(|other| other.name == spec.name)
            {
                return Err(invalid(&spec.name, "a field is expected once"));
            }
            match spec.kind {
                FieldKind::Text { boost } | FieldKind::Words { boost } => {
                    mapping.texts.push(TextField {
                        name: spec.name.clone(),
                        boost: boost.clamp(0.001, 1000.0),
                        returned: matches!(spec.kind, FieldKind::Text { .. }),
                        words: builder.add_text_field(
                            &spec.name,
                            text(IndexRecordOption::WithFreqsAndPositions),
                        ),
                        stems: builder.add_text_field(
                            &format!("_stems_{}", spec.name),
                            text(IndexRecordOption::WithFreqs),
                        ),
                    });
                }
                FieldKind::Keyword => {
                    let field = builder.add_text_field(&spec.name, keyword.clone());
                    mapping.keywords.insert(spec.name.clone(), field);
                }
                FieldKind::Number => {
                    let options = NumericOptions::default().set_fast().set_indexed();
                    let field = builder.add_i64_field(&spec.name, options);
                    mapping.numbers.insert(spec.name.clone(), field);
                }
            }
        }
        Ok((mapping, builder.build()))
    }

    pub(super) fn text(&self, name: &str) -> Result<&TextField> {
        let field = self.texts.iter().find(|field| field.name == name);
        field.ok_or_else(|| invalid(name, "a text field is expected"))
    }

    pub(super) fn keyword(&self, name: &str) -> Result<Field> {
        let field = self.keywords.get(name).copied();
        field.ok_or_else(|| invalid(name, "a keyword field is expected"))
    }

    pub(super) fn number(&self, name: &str) -> Result<Field> {
        let field = self.numbers.get(name).copied();
        field.ok_or_else(|| invalid(name, "a number field is expected"))
    }

    /// What the engine stores of a document.
    pub(super) fn document(&self, mut document: Document) -> Result<TantivyDocument> {
        if document.id.is_empty() || document.id.len() > 512 {
            return Err(invalid("id", "1 to 512 bytes are expected"));
        }
        let mut stored = TantivyDocument::default();
        stored.add_text(self.id, &document.id);
        let language = document.language.as_deref().and_then(analysis::language);
        if let Some(language) = language {
            stored.add_text(self.language, language);
        }
        for (name, value) in &document.fields {
            if let Some(field) = self.texts.iter().find(|field| field.name == *name) {
                for text in strings(name, value)? {
                    stored.add_pre_tokenized_text(field.words, tokenized(analysis::words(&text)));
                    if let Some(language) = language {
                        let mut stems = analysis::stems(&text, language);
                        for stem in &mut stems {
                            stem.text = stem_term(language, &stem.text);
                        }
                        stored.add_pre_tokenized_text(field.stems, tokenized(stems));
                    }
                }
            } else if let Some(field) = self.keywords.get(name) {
                for text in strings(name, value)? {
                    // The engine's terms are at most 65,530 bytes long.
                    if text.len() > 1000 {
                        return Err(invalid(name, "at most 1,000 bytes are expected"));
                    }
                    stored.add_text(*field, text);
                }
            } else if let Some(field) = self.numbers.get(name) {
                for number in numbers(name, value)? {
                    stored.add_i64(*field, number);
                }
            }
        }
        for field in self.texts.iter().filter(|field| !field.returned) {
            document.fields.remove(&field.name);
        }
        let source = Value::Object(document.fields).to_string();
        if source.len() > DOCUMENT_MAX {
            return Err(invalid("fields", "at most 1 MiB is expected"));
        }
        stored.add_text(self.source, source);
        Ok(stored)
    }
}

/// A stem as it is stored: apart from equal ones of other languages.
pub(super) fn stem_term(language: &str, stem: &str) -> String {
    format!("{language}:{stem}")
}

fn tokenized(tokens: Vec<Token>) -> PreTokenizedString {
    PreTokenizedString {
        text: String::new(),
        tokens,
    }
}

fn strings(name: &str, value: &Value) -> Result<Vec<String>> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::String(text) => Ok(vec![text.clone()]),
        Value::Bool(value) => Ok(vec![value.to_string()]),
        Value::Array(values) => {
            let all = values
                .iter()
                .map(|v| strings(name, v))
                .collect::<Result<Vec<_>>>()?;
            Ok(all.concat())
        }
        _ => Err(invalid(name, "a string or several are expected")),
    }
}

fn numbers(name: &str, value: &Value) -> Result<Vec<i64>> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Number(number) => match number.as_i64() {
            Some(number) => Ok(vec![number]),
            None => Err(invalid(name, "a whole number of 64 bits is expected")),
        },
        Value::Array(values) => {
            let all = values
                .iter()
                .map(|v| numbers(name, v))
                .collect::<Result<Vec<_>>>()?;
            Ok(all.concat())
        }
        _ => Err(invalid(name, "a whole number or several are expected")),
    }
}
