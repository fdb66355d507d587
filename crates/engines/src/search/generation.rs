//! One filling of an index: its files, a reader, and a writer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::aggregation::agg_result::{AggregationResult, AggregationResults, BucketResult};
use tantivy::aggregation::{AggContextParams, AggregationCollector, AggregationLimitsGuard, Key};
use tantivy::collector::sort_key::{SortByErasedType, SortByString};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{AllQuery, BooleanQuery, Occur, Query};
use tantivy::schema::Value as _;
use tantivy::{
    DocAddress, DocId, Index, IndexReader, Order, ReloadPolicy, Score, Searcher, SegmentReader,
    TantivyDocument, TantivyError,
};

use super::passing::Passing;
use super::query::{self, Fields, Wanted};
use super::schema::{ID, Mapping};
use super::writer::{Change, Then, Writer, WriterOptions};
use super::{
    Facet, Hit, IndexSchema, PAGE_MAX, Result, SearchError, SearchPage, SearchQuery, WINDOW_MAX,
    highlight, invalid,
};

/// Bytes that counting facets may take.
const FACET_MEMORY: u64 = 64 << 20;

pub(super) struct Generation {
    pub(super) folder: PathBuf,
    pub(super) mapping: Arc<Mapping>,
    index: Index,
    reader: IndexReader,
    writer: Writer,
    passing: Passing,
}

impl std::fmt::Debug for Generation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Generation")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl From<TantivyError> for SearchError {
    fn from(error: TantivyError) -> Self {
        Self::Engine(error.to_string())
    }
}

impl Generation {
    /// Opens the files in this folder, or makes them.
    pub(super) fn open(
        name: &str,
        folder: &Path,
        schema: &IndexSchema,
        options: WriterOptions,
    ) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let (mapping, schema) = Mapping::new(schema)?;
        let directory = tantivy::directory::MmapDirectory::open(folder)
            .map_err(|error| SearchError::Engine(error.to_string()))?;
        let index = Index::open_or_create(directory, schema)?;
        // Reloaded by us after each commit: a watching thread per index would
        // cost memory and come later.
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        let mapping = Arc::new(mapping);
        let writer = Writer::new(name, index.clone(), reader.clone(), mapping.id, options);
        Ok(Self {
            folder: folder.to_owned(),
            mapping,
            index,
            reader,
            writer,
            passing: Passing::new(),
        })
    }

    /// Makes changes; when it returns they are durable and found.
    pub(super) async fn apply(&self, changes: Vec<Change>) -> Result<()> {
        self.writer.make(changes, Then::Commit).await
    }

    /// Takes in documents whose ids are not there yet. They are neither durable
    /// nor found before [`Generation::settle`].
    pub(super) async fn fill(&self, changes: Vec<Change>) -> Result<()> {
        self.writer.make(changes, Then::GoOn).await
    }

    /// Makes all that was filled in durable and found. From then on there are
    /// only changes.
    pub(super) async fn settle(&self) -> Result<()> {
        self.writer.make(Vec::new(), Then::Settle).await
    }

    /// Ends the writer, and returns when it no longer touches the files; blocks.
    pub(super) fn close(&self) {
        self.writer.close();
    }

    /// Searches; blocks.
    pub(super) fn search(&self, wanted: &SearchQuery) -> Result<SearchPage> {
        let searcher = self.reader.searcher();
        self.check(wanted)?;
        let languages = query::languages(&searcher, &self.mapping, wanted.language.as_deref())?;
        let mut words = Wanted::new(wanted, &languages);
        let named = |names: &[String]| -> Result<Vec<_>> {
            if names.is_empty() {
                return Ok(self.mapping.texts.iter().collect());
            }
            names.iter().map(|f| self.mapping.text(f)).collect()
        };
        let mut fields = Fields {
            all: named(&wanted.fields)?,
            fuzzy: named(&wanted.fuzzy_fields)?,
        };
        let searched: Vec<_> = fields.all.iter().map(|f| f.words).collect();
        fields.fuzzy.retain(|f| searched.contains(&f.words));
        let more = words.expand(&searcher, &fields, false)?;
        let mut page = self.page(&searcher, wanted, &words, &fields)?;
        if page.total == 0 && more {
            // Each word is known, but not together: one of them may be a slip
            // that happens to be a word.
            words.expand(&searcher, &fields, true)?;
            page = self.page(&searcher, wanted, &words, &fields)?;
        }
        page.corrected = words.corrected();
        Ok(page)
    }

    /// The page for these words, in one pass over what was found.
    fn page(
        &self,
        searcher: &Searcher,
        wanted: &SearchQuery,
        words: &Wanted,
        fields: &Fields<'_>,
    ) -> Result<SearchPage> {
        let mut query: Box<dyn Query> = if fields.all.is_empty() {
            Box::new(AllQuery)
        } else {
            words.query(&fields.all)
        };
        if let Some(filter) = &wanted.filter {
            let filter = query::filter(searcher, &self.mapping, &self.passing, filter)?;
            query = Box::new(BooleanQuery::new(vec![
                (Occur::Must, query),
                (Occur::Must, filter),
            ]));
        }
        let found = self.found(searcher, &query, wanted)?;
        let mut page = SearchPage {
            total: found.total as u64,
            facets: found
                .facets
                .map(|c| facet_counts(&wanted.facets, c))
                .unwrap_or_default(),
            ..SearchPage::default()
        };
        for (score, address) in found.top {
            page.hits
                .push(self.hit(searcher, address, score, wanted, words)?);
        }
        Ok(page)
    }

    fn check(&self, wanted: &SearchQuery) -> Result<()> {
        if wanted.limit > PAGE_MAX {
            return Err(invalid("limit", "at most 200 are expected"));
        }
        if wanted.offset + wanted.limit > WINDOW_MAX {
            return Err(invalid(
                "offset",
                "at most the first 10,000 hits can be paged through",
            ));
        }
        if wanted.sort.len() > 2 {
            return Err(invalid("sort", "at most two keys are expected"));
        }
        if wanted.facets.len() > 16 || wanted.facets.iter().any(|f| f.limit == 0 || f.limit > 200) {
            return Err(invalid(
                "facets",
                "at most 16 with 1 to 200 values each are expected",
            ));
        }
        for sort in &wanted.sort {
            if self.mapping.keyword(&sort.field).is_err() {
                self.mapping.number(&sort.field)?;
            }
        }
        for name in &wanted.highlight {
            self.mapping.text(name)?;
        }
        Ok(())
    }

    /// The page's documents in order, with their scores, and the counts.
    fn found(&self, searcher: &Searcher, query: &dyn Query, wanted: &SearchQuery) -> Result<Found> {
        let facets = (!wanted.facets.is_empty())
            .then(|| self.facets(&wanted.facets))
            .transpose()?;
        if wanted.limit == 0 {
            let (total, facets) = searcher.search(query, &(Count, facets))?;
            return Ok(Found {
                total,
                facets,
                top: Vec::new(),
            });
        }
        let top = TopDocs::with_limit(wanted.limit).and_offset(wanted.offset);
        let order = |descending| if descending { Order::Desc } else { Order::Asc };
        if let [first, rest @ ..] = &wanted.sort[..] {
            let second = rest.first().unwrap_or(first);
            let by = |sort: &super::Sort| {
                (
                    SortByErasedType::for_field(&sort.field),
                    order(sort.descending),
                )
            };
            // Equal ones by id, so that pages neither repeat nor miss any.
            let id = (SortByString::for_field(ID), Order::Asc);
            let top = top.order_by((by(first), by(second), id));
            let (total, facets, top) = searcher.search(query, &(Count, facets, top))?;
            let top = top.into_iter().map(|(_, address)| (0.0, address));
            return Ok(Found {
                total,
                facets,
                top: top.collect(),
            });
        }
        let (total, facets, top) = match &wanted.popularity {
            None => searcher.search(query, &(Count, facets, top.order_by_score()))?,
            Some(field) => {
                self.mapping.number(field)?;
                let field = field.clone();
                let popular = top.tweak_score(move |segment: &SegmentReader| {
                    let column = segment.fast_fields().i64(&field).ok();
                    move |doc: DocId, score: Score| {
                        let value = column
                            .as_ref()
                            .and_then(|column| column.first(doc))
                            .unwrap_or(0);
                        #[expect(clippy::cast_possible_truncation, reason = "a logarithm is small")]
                        let weight = (value.max(0) as f64).ln_1p() as Score;
                        // A thousand times as popular weighs about as much as half again the fit.
                        score * (1.0 + weight / 14.0)
                    }
                });
                searcher.search(query, &(Count, facets, popular))?
            }
        };
        Ok(Found { total, facets, top })
    }

    fn facets(&self, facets: &[Facet]) -> Result<AggregationCollector> {
        let mut request = serde_json::Map::new();
        for facet in facets {
            self.mapping.keyword(&facet.field)?;
            // Each segment's share is cut off late, so that sums are right.
            let terms = serde_json::json!({"terms": {"field": facet.field, "size": facet.limit, "segment_size": 10_000}});
            request.insert(facet.field.clone(), terms);
        }
        let request: Aggregations = serde_json::from_value(Value::Object(request))
            .map_err(|error| SearchError::Engine(error.to_string()))?;
        let limits = AggregationLimitsGuard::new(Some(FACET_MEMORY), None);
        let context = AggContextParams::new(limits, self.index.tokenizers().clone());
        Ok(AggregationCollector::from_aggs(request, context))
    }

    fn hit(
        &self,
        searcher: &Searcher,
        address: DocAddress,
        score: Score,
        wanted: &SearchQuery,
        words: &Wanted,
    ) -> Result<Hit> {
        let stored: TantivyDocument = searcher.doc(address)?;
        let text = |field| {
            stored
                .get_first(field)
                .and_then(|v| v.as_str())
                .unwrap_or_default()
                .to_owned()
        };
        let fields: serde_json::Map<String, Value> =
            serde_json::from_str(&text(self.mapping.source))
                .map_err(|_| SearchError::Engine("a stored document cannot be read".into()))?;
        let mut highlights = BTreeMap::new();
        for name in &wanted.highlight {
            let value = fields.get(name).unwrap_or(&Value::Null);
            let found = highlight::excerpts(value, words);
            if !found.is_empty() {
                highlights.insert(name.clone(), found);
            }
        }
        Ok(Hit {
            id: text(self.mapping.id),
            score,
            fields,
            highlights,
        })
    }
}

/// What one pass over the index yields.
struct Found {
    total: usize,
    facets: Option<AggregationResults>,
    top: Vec<(Score, DocAddress)>,
}

fn facet_counts(
    facets: &[Facet],
    counted: AggregationResults,
) -> BTreeMap<String, Vec<(String, u64)>> {
    let mut counted = counted.0;
    let mut all = BTreeMap::new();
    for facet in facets {
        let mut values = Vec::new();
        if let Some(AggregationResult::BucketResult(BucketResult::Terms { buckets, .. })) =
            counted.remove(&facet.field)
        {
            for bucket in buckets {
                if let Key::Str(value) = bucket.key {
                    values.push((value, bucket.doc_count));
                }
            }
        }
        all.insert(facet.field.clone(), values);
    }
    all
}
