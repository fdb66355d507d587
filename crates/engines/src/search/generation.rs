//! One filling of an index: its files, a reader, and a writer that runs only
//! while there is something to write.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak, mpsc};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use serde_json::Value;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::aggregation::agg_result::{AggregationResult, AggregationResults, BucketResult};
use tantivy::aggregation::{AggContextParams, AggregationCollector, AggregationLimitsGuard, Key};
use tantivy::collector::sort_key::{SortByErasedType, SortByString};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{AllQuery, BooleanQuery, Occur, Query};
use tantivy::schema::Value as _;
use tantivy::{
    DocAddress, DocId, Index, IndexReader, IndexWriter, Order, ReloadPolicy, Score, Searcher,
    SegmentReader, TantivyDocument, TantivyError, Term,
};
use tokio::sync::oneshot;

use super::query::{self, Fields, Wanted};
use super::schema::{ID, Mapping};
use super::{
    Facet, Hit, IndexSchema, PAGE_MAX, Result, SearchError, SearchPage, SearchQuery, WINDOW_MAX,
    highlight, invalid,
};

/// How many calls wait for the writer at most.
const QUEUED: usize = 64;
/// How many of them one commit serves.
const TOGETHER: usize = 64;
/// How long another process may hold the index until we give up.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);
/// Bytes that counting facets may take.
const FACET_MEMORY: u64 = 64 << 20;

/// A change.
#[derive(Debug)]
pub(super) enum Change {
    Put(String, TantivyDocument),
    Delete(String),
}

struct Batch {
    changes: Vec<Change>,
    done: oneshot::Sender<Result<()>>,
}

/// The way to the running writer; `None` while there is none. A writer that
/// goes empties it under its lock, so that no batch is left behind.
type Queue = Mutex<Option<mpsc::SyncSender<Batch>>>;

/// How much a writer may take, and when it goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct WriterOptions {
    /// Bytes of documents before they are written to a file.
    pub(super) memory: usize,
    pub(super) idle: Duration,
}

pub(super) struct Generation {
    pub(super) name: String,
    pub(super) folder: PathBuf,
    pub(super) mapping: Arc<Mapping>,
    index: Index,
    reader: IndexReader,
    options: WriterOptions,
    writer: Arc<Queue>,
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
        Ok(Self {
            name: name.to_owned(),
            folder: folder.to_owned(),
            mapping: Arc::new(mapping),
            index,
            reader,
            options,
            writer: Arc::default(),
        })
    }

    /// Makes changes; when it returns they are durable and found.
    pub(super) async fn apply(&self, changes: Vec<Change>) -> Result<()> {
        let (done, wait) = oneshot::channel();
        let mut batch = Batch { changes, done };
        while let Some(back) = self.send(batch)? {
            batch = back;
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let gone = || SearchError::Engine("the writer has stopped".into());
        wait.await.map_err(|_| gone())?
    }

    /// Hands a batch to the writer, which is started if there is none; gives it
    /// back if too many wait.
    fn send(&self, batch: Batch) -> Result<Option<Batch>> {
        let mut queue = self.writer.lock();
        let writer = match &*queue {
            Some(writer) => writer.clone(),
            None => queue.insert(self.start()?).clone(),
        };
        match writer.try_send(batch) {
            Ok(()) => Ok(None),
            Err(mpsc::TrySendError::Full(back)) => Ok(Some(back)),
            // It died of a fault in the program; the next one is a new one.
            Err(mpsc::TrySendError::Disconnected(back)) => {
                *queue = None;
                Ok(Some(back))
            }
        }
    }

    fn start(&self) -> Result<mpsc::SyncSender<Batch>> {
        let (sender, batches) = mpsc::sync_channel(QUEUED);
        let work = Work {
            name: self.name.clone(),
            index: self.index.clone(),
            reader: self.reader.clone(),
            id: self.mapping.id,
            options: self.options,
            // Weak, so that closing the index ends the writer.
            queue: Arc::downgrade(&self.writer),
        };
        std::thread::Builder::new()
            .name("search-writer".into())
            .spawn(move || work.run(&batches))?;
        Ok(sender)
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
            let filter = query::filter(&self.mapping, filter)?;
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

/// What a writer thread works on.
struct Work {
    name: String,
    index: Index,
    reader: IndexReader,
    id: tantivy::schema::Field,
    options: WriterOptions,
    queue: Weak<Queue>,
}

impl Work {
    /// Runs until nothing has come for a while, or the index is closed.
    fn run(self, queue: &mpsc::Receiver<Batch>) {
        let mut writer: Option<IndexWriter> = None;
        while let Some(first) = self.next(queue) {
            let mut batches = vec![first];
            while batches.len() < TOGETHER
                && let Ok(more) = queue.try_recv()
            {
                batches.push(more);
            }
            let mut waiting = Vec::with_capacity(batches.len());
            let mut changes = Vec::new();
            for batch in batches {
                changes.extend(batch.changes);
                waiting.push(batch.done);
            }
            let result = self.write(&mut writer, changes);
            if let Err(error) = &result {
                tracing::error!(index = self.name, %error, "documents could not be indexed");
                // What it holds in memory is of no use any more.
                writer = None;
            }
            for done in waiting {
                let _ = done.send(match &result {
                    Ok(()) => Ok(()),
                    Err(SearchError::Locked(name)) => Err(SearchError::Locked(name.clone())),
                    Err(error) => Err(SearchError::Engine(error.to_string())),
                });
            }
        }
        if let Some(writer) = writer
            && let Err(error) = writer.wait_merging_threads()
        {
            tracing::warn!(index = self.name, %error, "a search index could not be tidied");
        }
    }

    fn next(&self, queue: &mpsc::Receiver<Batch>) -> Option<Batch> {
        match queue.recv_timeout(self.options.idle) {
            Ok(batch) => Some(batch),
            Err(mpsc::RecvTimeoutError::Disconnected) => None,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                let senders = self.queue.upgrade()?;
                let mut senders = senders.lock();
                let last = queue.try_recv().ok();
                if last.is_none() {
                    *senders = None;
                }
                last
            }
        }
    }

    fn write(&self, writer: &mut Option<IndexWriter>, changes: Vec<Change>) -> Result<()> {
        let writer = match writer {
            Some(writer) => writer,
            None => writer.insert(self.open()?),
        };
        for change in changes {
            match change {
                Change::Put(id, document) => {
                    writer.delete_term(Term::from_field_text(self.id, &id));
                    writer.add_document(document)?;
                }
                Change::Delete(id) => {
                    writer.delete_term(Term::from_field_text(self.id, &id));
                }
            }
        }
        writer.commit()?;
        self.reader.reload().map_err(SearchError::from)
    }

    /// Opens the engine's writer, waiting a moment for one that is just going.
    fn open(&self) -> Result<IndexWriter> {
        let begun = Instant::now();
        loop {
            match self.index.writer_with_num_threads(1, self.options.memory) {
                Ok(writer) => return Ok(writer),
                Err(TantivyError::LockFailure(..)) if begun.elapsed() < LOCK_PATIENCE => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                Err(TantivyError::LockFailure(..)) => {
                    return Err(SearchError::Locked(self.name.clone()));
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}
