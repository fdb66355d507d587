//! Conditions whose documents are remembered.
//!
//! Nearly every search has the same condition: what somebody like them may see. Most documents
//! hold it, so that finding them anew takes longer than finding the words. Which documents of a
//! segment hold a condition never changes (that some were deleted since is known elsewhere), so
//! it is found out once, and is a bit for each document from then on.

use std::fmt;
use std::sync::Arc;

use moka::sync::Cache;
use tantivy::index::SegmentId;
use tantivy::query::{
    BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight,
};
use tantivy::{BitSet, DocId, DocSet, Score, SegmentReader, TantivyError};

/// Bytes of bits that are kept: conditions of a hundred kinds of people over a million documents.
const BYTES: u64 = 16 << 20;

/// The documents that conditions let through, by segment and condition. A clone shares them.
#[derive(Debug, Clone)]
pub(super) struct Passing(Cache<(SegmentId, Arc<str>), Arc<BitSet>>);

impl Passing {
    pub(super) fn new() -> Self {
        let weigh = |(_, name): &(SegmentId, Arc<str>), bits: &Arc<BitSet>| {
            let bytes = bits.max_value() as usize / 8 + name.len() + 128;
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().weigher(weigh).max_capacity(BYTES).build())
    }

    /// A query for the same documents, all weighing the same, which remembers them under the
    /// condition's name.
    pub(super) fn remembered(&self, name: &str, query: Box<dyn Query>) -> Box<dyn Query> {
        Box::new(Remembered {
            passing: self.clone(),
            name: name.into(),
            query,
        })
    }

    fn of(
        &self,
        name: &Arc<str>,
        weight: &dyn Weight,
        reader: &SegmentReader,
    ) -> tantivy::Result<Arc<BitSet>> {
        let key = (reader.segment_id(), name.clone());
        if let Some(bits) = self.0.get(&key) {
            return Ok(bits);
        }
        let mut bits = BitSet::with_max_value(reader.max_doc());
        weight.for_each_no_score(reader, &mut |docs| {
            for doc in docs {
                bits.insert(*doc);
            }
        })?;
        let bits = Arc::new(bits);
        self.0.insert(key, bits.clone());
        Ok(bits)
    }
}

struct Remembered {
    passing: Passing,
    name: Arc<str>,
    query: Box<dyn Query>,
}

impl Clone for Remembered {
    fn clone(&self) -> Self {
        Self {
            passing: self.passing.clone(),
            name: self.name.clone(),
            query: self.query.box_clone(),
        }
    }
}

impl fmt::Debug for Remembered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Remembered({:?})", self.query)
    }
}

impl Query for Remembered {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(RememberedWeight {
            passing: self.passing.clone(),
            name: self.name.clone(),
            weight: self.query.weight(scoring)?,
        }))
    }
}

struct RememberedWeight {
    passing: Passing,
    name: Arc<str>,
    weight: Box<dyn Weight>,
}

impl Weight for RememberedWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let bits = self.passing.of(&self.name, &*self.weight, reader)?;
        let documents = BitSetDocSet::from((*bits).clone());
        Ok(Box::new(ConstScorer::new(documents, boost)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            let reason = format!("Document #({doc}) does not match");
            return Err(TantivyError::InvalidArgument(reason));
        }
        Ok(Explanation::new("Remembered", 1.0))
    }
}
