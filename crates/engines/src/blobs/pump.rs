//! Streams in batches, and writing tasks that outlive an impatient caller.

use std::fs::File;
use std::future::Future;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt;
use tokio_util::sync::CancellationToken;

use super::{BlobError, ByteStream};

/// A batch is handed on once it has this many bytes: large enough that a
/// write is worth a hop to the blocking pool, small enough to hold two of.
pub(super) const BATCH: usize = 1 << 20;

/// A stream cut into batches of [`BATCH`] bytes or, when a single chunk is
/// longer, of that chunk.
pub(super) struct Batches {
    stream: ByteStream,
    cancel: CancellationToken,
    ended: bool,
    failed: Option<BlobError>,
}

impl Batches {
    pub(super) fn new(stream: ByteStream, cancel: CancellationToken) -> Self {
        Self {
            stream,
            cancel,
            ended: false,
            failed: None,
        }
    }

    /// The next batch; `None` at the end. What had arrived before an error
    /// comes first, the error next.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Bytes>>, BlobError> {
        if let Some(error) = self.failed.take() {
            self.ended = true;
            return Err(error);
        }
        let mut batch = Vec::new();
        let mut len = 0;
        while !self.ended && len < BATCH {
            let chunk = tokio::select! {
                biased;
                () = self.cancel.cancelled() => Some(Err(std::io::ErrorKind::ConnectionAborted.into())),
                chunk = self.stream.next() => chunk,
            };
            match chunk {
                Some(Ok(chunk)) if chunk.is_empty() => {}
                Some(Ok(chunk)) => {
                    len += chunk.len();
                    batch.push(chunk);
                }
                Some(Err(error)) => {
                    let error = BlobError::Source(error);
                    if batch.is_empty() {
                        self.ended = true;
                        return Err(error);
                    }
                    self.failed = Some(error);
                    break;
                }
                None => self.ended = true,
            }
        }
        Ok((!batch.is_empty()).then_some(batch))
    }
}

/// Takes batches, on the blocking pool.
pub(super) trait Sink: Send + 'static {
    fn write(&mut self, batch: &[Bytes]) -> Result<(), BlobError>;
}

/// Writes a stream into a sink, reading the next batch while one is written.
/// The sink comes back whatever happened, so that it can be wound up.
pub(super) async fn pour<S: Sink>(
    stream: ByteStream,
    cancel: CancellationToken,
    sink: S,
) -> Result<(S, Result<(), BlobError>), BlobError> {
    let mut batches = Batches::new(stream, cancel);
    let mut sink = sink;
    let mut batch = batches.next().await;
    loop {
        let chunks = match batch {
            Ok(Some(chunks)) => chunks,
            Ok(None) => return Ok((sink, Ok(()))),
            Err(error) => return Ok((sink, Err(error))),
        };
        let writing = blocking(move || {
            let written = sink.write(&chunks);
            Ok((sink, written))
        });
        let (next, written) = tokio::join!(batches.next(), writing);
        let (returned, written) = written?;
        sink = returned;
        if let Err(error) = written {
            return Ok((sink, Err(error)));
        }
        batch = next;
    }
}

/// The first `len` bytes of a file, read at their place: any number of readers
/// can share the file.
pub(super) fn read_file(file: Arc<File>, len: u64) -> ByteStream {
    let chunks = futures::stream::try_unfold(0, move |at| {
        let file = Arc::clone(&file);
        async move {
            let step = usize::try_from(len - at).unwrap_or(BATCH).min(BATCH);
            if step == 0 {
                return Ok(None);
            }
            let read = tokio::task::spawn_blocking(move || {
                let mut buffer = vec![0; step];
                file.read_exact_at(&mut buffer, at)?;
                std::io::Result::Ok(Bytes::from(buffer))
            });
            let chunk = read.await.map_err(std::io::Error::other)??;
            Ok(Some((chunk, at + step as u64)))
        }
    });
    chunks.boxed()
}

/// Runs a writing task to its orderly end even if the caller is dropped; the
/// token then tells the task to wind up.
pub(super) async fn detached<T, F>(
    task: impl FnOnce(CancellationToken) -> F,
) -> Result<T, BlobError>
where
    T: Send + 'static,
    F: Future<Output = Result<T, BlobError>> + Send + 'static,
{
    let cancel = CancellationToken::new();
    let task = tokio::spawn(task(cancel.clone()));
    let _guard = cancel.drop_guard();
    task.await.map_err(|error| joined(&error))?
}

/// Runs file access on the blocking pool.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BlobError> + Send + 'static,
) -> Result<T, BlobError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| joined(&error))?
}

fn joined(error: &tokio::task::JoinError) -> BlobError {
    BlobError::Unavailable(format!("a storage task ended early: {error}"))
}
