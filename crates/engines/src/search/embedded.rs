//! The embedded engine: tantivy in a folder.
//!
//! ```text
//! NAME/current.json     which filling is searched, and its schema
//! NAME/0000000001/      its files
//! NAME/0000000002/      one in the making; deleted at the next opening if it
//!                       was not finished
//! ```

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, RwLock as AsyncRwLock, Semaphore};

use super::generation::Generation;
use super::writer::{Change, WriterOptions};
use super::{
    BATCH_MAX, Document, IndexSchema, Rebuild, Result, Search, SearchError, SearchPage,
    SearchQuery, check_name, invalid,
};
use crate::small_file::{read_json, write_json};

/// How the embedded engine works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmbeddedSearchOptions {
    /// Bytes that the writer of an index may take while it writes; 15 MiB at
    /// least.
    pub writer_memory: usize,
    /// The same while it fills an index from the beginning, which goes the
    /// faster the more it may take.
    pub filling_memory: usize,
    /// How long after its last document a writer goes, with its memory.
    pub writer_idle: Duration,
    /// How many searches run side by side; others wait.
    pub searches: usize,
}

impl Default for EmbeddedSearchOptions {
    fn default() -> Self {
        Self {
            writer_memory: 20 << 20,
            filling_memory: 96 << 20,
            writer_idle: Duration::from_secs(20),
            searches: 8,
        }
    }
}

/// The embedded engine. Clones share it.
#[derive(Clone, Debug)]
pub struct EmbeddedSearch {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    options: EmbeddedSearchOptions,
    indexes: RwLock<HashMap<String, Arc<Slot>>>,
    /// Held while an index is opened.
    opening: Mutex<()>,
    searches: Semaphore,
}

/// An index: what is searched now, and perhaps its successor.
#[derive(Debug)]
struct Slot {
    name: String,
    folder: PathBuf,
    schema: IndexSchema,
    live: RwLock<Arc<Generation>>,
    /// The number of the next filling; never used twice, because the writer of
    /// one that was given up may not be gone yet.
    next: AtomicU64,
    /// Who changes documents reads it; who replaces the index writes it.
    gate: AsyncRwLock<Option<Arc<Successor>>>,
}

/// An index in the making.
#[derive(Debug)]
struct Successor {
    number: u64,
    generation: Arc<Generation>,
    /// Ids that were put or deleted since it was begun: the rebuild knows them
    /// only as they were before. Held while documents go in.
    touched: Mutex<HashSet<String>>,
}

/// Which filling is searched.
#[derive(Debug, Serialize, Deserialize)]
struct Current {
    number: u64,
    schema: IndexSchema,
}

impl EmbeddedSearch {
    /// An engine whose indexes lie in this folder.
    pub fn new(folder: &Path, options: EmbeddedSearchOptions) -> Self {
        Self {
            shared: Arc::new(Shared {
                folder: folder.to_owned(),
                options,
                indexes: RwLock::default(),
                opening: Mutex::default(),
                searches: Semaphore::new(options.searches.max(1)),
            }),
        }
    }

    fn slot(&self, index: &str) -> Result<Arc<Slot>> {
        let slot = self.shared.indexes.read().get(index).cloned();
        slot.ok_or_else(|| SearchError::Unknown(index.to_owned()))
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(SearchError::Engine(error.to_string())),
    }
}

fn number_name(number: u64) -> String {
    format!("{number:010}")
}

impl Shared {
    /// For an index that is there already.
    fn writer(&self) -> WriterOptions {
        let memory = self.options.writer_memory.max(15_000_000);
        WriterOptions {
            memory,
            filling: memory,
            idle: self.options.writer_idle,
        }
    }

    /// For one that is to be filled.
    fn filler(&self) -> WriterOptions {
        let usual = self.writer();
        WriterOptions {
            filling: self.options.filling_memory.max(usual.memory),
            ..usual
        }
    }

    /// Opens an index from its folder; tells whether it is empty because it
    /// had to be made anew.
    fn open(&self, name: &str, schema: IndexSchema) -> Result<(Slot, bool)> {
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder)?;
        let current = folder.join("current.json");
        let known = read_json::<Current>(&current).unwrap_or_else(|error| {
            tracing::warn!(index = name, %error, "the search index is made anew");
            None
        });
        let last = known.as_ref().map_or(0, |known| known.number);
        let mut opened = None;
        if let Some(known) = known.filter(|known| known.schema == schema) {
            let path = folder.join(number_name(known.number));
            match Generation::open(name, &path, &schema, self.writer()) {
                Ok(generation) => opened = Some((known.number, generation)),
                Err(error) => {
                    tracing::warn!(index = name, %error, "the search index is damaged and made anew");
                }
            }
        }
        let empty = opened.is_none();
        let (number, generation) = if let Some(opened) = opened {
            opened
        } else {
            let number = last + 1;
            let path = folder.join(number_name(number));
            // It may be left of a rebuild that was not finished.
            remove(&path)?;
            let generation = Generation::open(name, &path, &schema, self.writer())?;
            write_json(
                &current,
                &Current {
                    number,
                    schema: schema.clone(),
                },
            )?;
            (number, generation)
        };
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let stale = path
                .file_name()
                .is_none_or(|n| n.to_string_lossy() != number_name(number));
            if stale && path.is_dir() {
                remove(&path)?;
            }
        }
        let slot = Slot {
            name: name.to_owned(),
            folder,
            schema,
            live: RwLock::new(Arc::new(generation)),
            next: AtomicU64::new(number + 1),
            gate: AsyncRwLock::new(None),
        };
        Ok((slot, empty))
    }
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Deletes a filling, once its writer no longer writes.
fn give_up(generation: &Generation) -> Result<()> {
    generation.close();
    remove(&generation.folder)
}

impl Slot {
    fn live(&self) -> Arc<Generation> {
        Arc::clone(&self.live.read())
    }

    /// Makes changes here and, if there is one, in the successor. `changes` is
    /// called for each.
    async fn change(&self, ids: Vec<String>, changes: impl Fn() -> Vec<Change>) -> Result<()> {
        let gate = self.gate.read().await;
        if let Some(successor) = &*gate {
            let mut touched = successor.touched.lock().await;
            touched.extend(ids);
            successor.generation.apply(changes()).await?;
        }
        self.live().apply(changes()).await
    }
}

#[async_trait]
impl Search for EmbeddedSearch {
    async fn open(&self, index: &str, schema: IndexSchema) -> Result<bool> {
        check_name("index", index)?;
        let _opening = self.shared.opening.lock().await;
        if let Ok(slot) = self.slot(index) {
            if slot.schema == schema {
                return Ok(false);
            }
            // Searches that run keep what they have.
            self.shared.indexes.write().remove(index);
        }
        let (shared, name) = (Arc::clone(&self.shared), index.to_owned());
        let (slot, empty) = blocking(move || shared.open(&name, schema)).await?;
        self.shared
            .indexes
            .write()
            .insert(index.to_owned(), Arc::new(slot));
        Ok(empty)
    }

    async fn put(&self, index: &str, documents: Vec<Document>) -> Result<()> {
        let slot = self.slot(index)?;
        if documents.is_empty() {
            return Ok(());
        }
        let ids = documents.iter().map(|d| d.id.clone()).collect();
        let prepared = prepare(&slot, documents).await?;
        slot.change(ids, || {
            prepared
                .iter()
                .map(|(id, d)| Change::Put(id.clone(), d.clone()))
                .collect()
        })
        .await
    }

    async fn delete(&self, index: &str, ids: &[&str]) -> Result<()> {
        let slot = self.slot(index)?;
        if ids.is_empty() {
            return Ok(());
        }
        if ids.len() > BATCH_MAX {
            return Err(invalid("ids", "at most 1,000 at once are expected"));
        }
        let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        slot.change(ids.clone(), || {
            ids.iter().cloned().map(Change::Delete).collect()
        })
        .await
    }

    async fn search(&self, index: &str, query: SearchQuery) -> Result<SearchPage> {
        let slot = self.slot(index)?;
        let _turn = self.shared.searches.acquire().await;
        let live = slot.live();
        blocking(move || live.search(&query)).await
    }

    async fn rebuild(&self, index: &str) -> Result<Box<dyn Rebuild>> {
        let slot = self.slot(index)?;
        let mut gate = slot.gate.write().await;
        if gate.is_some() {
            return Err(SearchError::Rebuilding(index.to_owned()));
        }
        let number = slot.next.fetch_add(1, Ordering::Relaxed);
        let path = slot.folder.join(number_name(number));
        let (name, schema, options) =
            (slot.name.clone(), slot.schema.clone(), self.shared.filler());
        let generation = blocking(move || {
            remove(&path)?;
            Generation::open(&name, &path, &schema, options)
        })
        .await?;
        let generation = Arc::new(generation);
        let successor = Arc::new(Successor {
            number,
            generation,
            touched: Mutex::default(),
        });
        *gate = Some(Arc::clone(&successor));
        drop(gate);
        Ok(Box::new(EmbeddedRebuild {
            slot,
            successor,
            finished: false,
        }))
    }
}

type Prepared = Vec<(String, tantivy::TantivyDocument)>;

/// Turns documents into what the engine stores, off the async threads.
async fn prepare(slot: &Slot, documents: Vec<Document>) -> Result<Prepared> {
    if documents.len() > BATCH_MAX {
        return Err(invalid("documents", "at most 1,000 at once are expected"));
    }
    let mapping = Arc::clone(&slot.live().mapping);
    let prepare = move || {
        let prepared = documents
            .into_iter()
            .map(|d| Ok((d.id.clone(), mapping.document(d)?)));
        prepared.collect::<Result<Prepared>>()
    };
    blocking(prepare).await
}

struct EmbeddedRebuild {
    slot: Arc<Slot>,
    successor: Arc<Successor>,
    finished: bool,
}

#[async_trait]
impl Rebuild for EmbeddedRebuild {
    async fn put(&mut self, documents: Vec<Document>) -> Result<()> {
        let prepared = prepare(&self.slot, documents).await?;
        // Held until they are in, so that nothing newer is overwritten.
        let touched = self.successor.touched.lock().await;
        let changes: Vec<Change> = prepared
            .into_iter()
            .filter(|(id, _)| !touched.contains(id))
            .map(|(_, document)| Change::Add(document))
            .collect();
        if changes.is_empty() {
            return Ok(());
        }
        self.successor.generation.fill(changes).await
    }

    async fn finish(mut self: Box<Self>) -> Result<()> {
        // Most of the work, during which documents may still change.
        self.successor.generation.settle().await?;
        let mut gate = self.slot.gate.write().await;
        let (path, number, schema) = (
            self.slot.folder.join("current.json"),
            self.successor.number,
            self.slot.schema.clone(),
        );
        blocking(move || Ok(write_json(&path, &Current { number, schema })?)).await?;
        let live = Arc::clone(&self.successor.generation);
        let old = std::mem::replace(&mut *self.slot.live.write(), live);
        *gate = None;
        drop(gate);
        self.finished = true;
        // Searches that still read it keep its files until they are done.
        blocking(move || give_up(&old)).await
    }
}

impl Drop for EmbeddedRebuild {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        let (slot, successor) = (Arc::clone(&self.slot), Arc::clone(&self.successor));
        // Without a runtime the process ends, and the next opening tidies up.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                *slot.gate.write().await = None;
                if let Err(error) = blocking(move || give_up(&successor.generation)).await {
                    tracing::warn!(%error, "an unfinished search index could not be deleted");
                }
            });
        }
    }
}
