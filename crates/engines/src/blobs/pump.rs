//! Streams in batches, and writing tasks that outlive an impatient caller.

use std::future::Future;

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
