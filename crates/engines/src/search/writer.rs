//! The writer of an index: a thread that runs only while there is something to
//! write, because it takes memory.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tantivy::{Index, IndexReader, IndexWriter, TantivyDocument, TantivyError, Term};
use tokio::sync::oneshot;

use super::{Result, SearchError};

/// How many calls wait for the writer at most.
const QUEUED: usize = 64;
/// How many of them one commit serves.
const TOGETHER: usize = 64;
/// How long another process may hold the index until we give up.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

/// A change.
#[derive(Debug)]
pub(super) enum Change {
    /// A document in place of the one with the same id.
    Put(String, TantivyDocument),
    /// A document whose id is not there yet: there is nothing to look for that
    /// it replaces.
    Add(TantivyDocument),
    Delete(String),
}

/// What follows changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// They become durable, and are found.
    Commit,
    /// Nothing yet.
    GoOn,
    /// They become durable and are found, the files are tidied, and what the
    /// engine took to fill the index is given back.
    Settle,
}

struct Batch {
    changes: Vec<Change>,
    then: Then,
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
    /// The same for the first writer, which fills the index.
    pub(super) filling: usize,
    pub(super) idle: Duration,
}

/// Writes to one filling of an index.
pub(super) struct Writer {
    name: String,
    index: Index,
    reader: IndexReader,
    id: tantivy::schema::Field,
    options: WriterOptions,
    /// What the engine's next writer may take.
    memory: Arc<AtomicUsize>,
    queue: Arc<Queue>,
    /// The thread that runs, or ran last.
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn new(
        name: &str,
        index: Index,
        reader: IndexReader,
        id: tantivy::schema::Field,
        options: WriterOptions,
    ) -> Self {
        Self {
            name: name.to_owned(),
            index,
            reader,
            id,
            options,
            memory: Arc::new(AtomicUsize::new(options.filling)),
            queue: Arc::default(),
            thread: Mutex::default(),
        }
    }

    /// Makes changes.
    pub(super) async fn make(&self, changes: Vec<Change>, then: Then) -> Result<()> {
        let (done, wait) = oneshot::channel();
        let mut batch = Batch {
            changes,
            then,
            done,
        };
        while let Some(back) = self.send(batch)? {
            batch = back;
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let gone = || SearchError::Engine("the writer has stopped".into());
        wait.await.map_err(|_| gone())?
    }

    /// Ends the writer, and returns when it no longer touches the files; blocks.
    pub(super) fn close(&self) {
        *self.queue.lock() = None;
        let thread = self.thread.lock().take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!(index = self.name, "the writer of a search index panicked");
        }
    }

    /// Hands a batch to the writer, which is started if there is none; gives it
    /// back if too many wait.
    fn send(&self, batch: Batch) -> Result<Option<Batch>> {
        let mut queue = self.queue.lock();
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
            id: self.id,
            memory: self.memory.clone(),
            options: self.options,
            // Weak, so that closing the index ends the writer.
            queue: Arc::downgrade(&self.queue),
        };
        let thread = std::thread::Builder::new()
            .name("search-writer".into())
            .spawn(move || work.run(&batches))?;
        *self.thread.lock() = Some(thread);
        Ok(sender)
    }
}

/// What a writer thread works on.
struct Work {
    name: String,
    index: Index,
    reader: IndexReader,
    id: tantivy::schema::Field,
    memory: Arc<AtomicUsize>,
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
            let (mut commit, mut settle) = (false, false);
            for batch in batches {
                changes.extend(batch.changes);
                commit |= batch.then != Then::GoOn;
                settle |= batch.then == Then::Settle;
                waiting.push(batch.done);
            }
            let mut result = self.write(&mut writer, changes, commit);
            if result.is_err() {
                // What it holds in memory is of no use any more.
                writer = None;
            }
            if settle && let Some(writer) = writer.take() {
                // From now on there are only changes to follow.
                self.memory.store(self.options.memory, Ordering::Relaxed);
                let tidied = writer.wait_merging_threads().map_err(SearchError::from);
                result = result.and(tidied).and_then(|()| self.look_again());
            }
            for done in waiting {
                let sent = done.send(match &result {
                    Ok(()) => Ok(()),
                    Err(SearchError::Locked(name)) => Err(SearchError::Locked(name.clone())),
                    Err(error) => Err(SearchError::Engine(error.to_string())),
                });
                // Who waits says so; who gave up no longer cares, as when the
                // index itself has been given up.
                if let (Err(_), Err(error)) = (sent, &result) {
                    tracing::debug!(index = self.name, %error, "documents could not be indexed");
                }
            }
        }
        if let Some(writer) = writer
            && let Err(error) = writer.wait_merging_threads()
        {
            tracing::debug!(index = self.name, %error, "a search index could not be tidied");
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

    fn write(
        &self,
        writer: &mut Option<IndexWriter>,
        changes: Vec<Change>,
        commit: bool,
    ) -> Result<()> {
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
                Change::Add(document) => {
                    writer.add_document(document)?;
                }
                Change::Delete(id) => {
                    writer.delete_term(Term::from_field_text(self.id, &id));
                }
            }
        }
        if commit {
            writer.commit()?;
            self.look_again()?;
        }
        Ok(())
    }

    fn look_again(&self) -> Result<()> {
        self.reader.reload().map_err(SearchError::from)
    }

    /// Opens the engine's writer, waiting a moment for one that is just going.
    fn open(&self) -> Result<IndexWriter> {
        let begun = Instant::now();
        let memory = self.memory.load(Ordering::Relaxed);
        loop {
            match self.index.writer_with_num_threads(1, memory) {
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
