//! What a key may hold.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::distinct::Distinct;
use super::ranks::Ranks;
use super::{HotError, Result};

/// What a field of a hash costs besides its texts.
const PER_FIELD: usize = 64;

#[derive(Debug)]
pub(super) enum Value {
    Bytes(Bytes),
    Number(i64),
    Hash(Fields),
    Ranks(Ranks),
    Distinct(Distinct),
    /// When a rate's allowance will be full again (the theoretical arrival
    /// time of GCRA), in nanoseconds since the engine began.
    Full(u128),
}

#[derive(Debug, Default)]
pub(super) struct Fields {
    fields: BTreeMap<String, Bytes>,
    bytes: usize,
}

impl Fields {
    pub(super) fn get(&self, name: &str) -> Option<&Bytes> {
        self.fields.get(name)
    }

    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    pub(super) fn set(&mut self, name: &str, value: &[u8]) {
        self.bytes += name.len() + value.len() + PER_FIELD;
        // A copy, so that a small part keeps no large buffer alive.
        let value = Bytes::copy_from_slice(value);
        if let Some(old) = self.fields.insert(name.to_owned(), value) {
            self.bytes -= name.len() + old.len() + PER_FIELD;
        }
    }

    pub(super) fn remove(&mut self, name: &str) -> bool {
        let old = self.fields.remove(name);
        if let Some(old) = &old {
            self.bytes -= name.len() + old.len() + PER_FIELD;
        }
        old.is_some()
    }

    pub(super) fn all(&self) -> Vec<(String, Bytes)> {
        self.fields
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }
}

impl Value {
    /// Bytes of memory besides the key's own.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Number(_) | Self::Full(_) => 0,
            Self::Hash(hash) => hash.bytes,
            Self::Ranks(ranks) => ranks.size(),
            Self::Distinct(set) => set.size(),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Bytes(_) => "a value",
            Self::Number(_) => "a counter",
            Self::Hash(_) => "a hash",
            Self::Ranks(_) => "a leaderboard",
            Self::Distinct(_) => "a set",
            Self::Full(_) => "a rate limit",
        }
    }

    pub(super) fn wrong(&self, key: &str) -> HotError {
        HotError::WrongType {
            key: key.to_owned(),
            holds: self.name(),
        }
    }

    /// A plain value or a counter as bytes.
    pub(super) fn bytes(&self, key: &str) -> Result<Bytes> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.clone()),
            Self::Number(number) => Ok(Bytes::from(number.to_string())),
            other => Err(other.wrong(key)),
        }
    }
}

/// A counter's new value.
pub(super) fn add(key: &str, old: Option<&[u8]>, by: i64) -> Result<i64> {
    let old = match old {
        None => 0,
        Some(text) => std::str::from_utf8(text)
            .ok()
            .and_then(|text| text.parse::<i64>().ok())
            .ok_or_else(|| HotError::NotANumber(key.to_owned()))?,
    };
    old.checked_add(by)
        .ok_or_else(|| HotError::NotANumber(key.to_owned()))
}
