//! Streams in batches, and writing tasks that outlive an impatient caller.

use std::fs::File;
use std::future::Future;
use std::io;
use std::os::unix::fs::FileExt;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use tokio::time::Sleep;
use tokio_util::sync::CancellationToken;

use super::{BlobError, ByteStream};

/// A batch is handed on once it has this many bytes: large enough that a
/// write is worth a hop to the blocking pool, small enough to hold two of.
pub(super) const BATCH: usize = 1 << 20;

/// Shorter chunks are copied together: a sender of single bytes must not cost
/// a reference for each.
const SMALL: usize = 8 << 10;

/// A batch is handed on after this time however little it has: what trickles
/// in is to be kept, too.
const PATIENCE: Duration = Duration::from_secs(1);

/// A stream cut into batches of [`BATCH`] bytes or, when a single chunk is
/// longer, of that chunk.
pub(super) struct Batches {
    stream: ByteStream,
    cancel: CancellationToken,
    ended: bool,
    failed: Option<BlobError>,
    small: BytesMut,
}

impl Batches {
    pub(super) fn new(stream: ByteStream, cancel: CancellationToken) -> Self {
        Self {
            stream,
            cancel,
            ended: false,
            failed: None,
            small: BytesMut::new(),
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
        let mut late = pin!(None);
        while !self.ended && len < BATCH {
            let chunk = tokio::select! {
                biased;
                () = self.cancel.cancelled() => Some(Err(io::ErrorKind::ConnectionAborted.into())),
                chunk = self.stream.next() => chunk,
                () = passed(late.as_mut()), if len > 0 => break,
            };
            match chunk {
                Some(Ok(chunk)) => {
                    if len == 0 {
                        late.set(Some(tokio::time::sleep(PATIENCE)));
                    }
                    len += chunk.len();
                    if chunk.len() < SMALL {
                        self.small.extend_from_slice(&chunk);
                    } else {
                        batch.extend(self.gathered());
                        batch.push(chunk);
                    }
                }
                Some(Err(error)) => {
                    self.failed = Some(BlobError::Source(error));
                    break;
                }
                None => self.ended = true,
            }
        }
        batch.extend(self.gathered());
        if batch.is_empty() {
            self.ended |= self.failed.is_some();
            return self.failed.take().map_or(Ok(None), Err);
        }
        Ok(Some(batch))
    }

    fn gathered(&mut self) -> Option<Bytes> {
        (!self.small.is_empty()).then(|| self.small.split().freeze())
    }
}

async fn passed(late: Pin<&mut Option<Sleep>>) {
    match late.as_pin_mut() {
        Some(sleep) => sleep.await,
        None => std::future::pending().await,
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
    mut sink: S,
) -> Result<(S, Result<(), BlobError>), BlobError> {
    let mut batches = Batches::new(stream, cancel);
    let mut batch = batches.next().await;
    loop {
        let chunks = match batch {
            Ok(Some(chunks)) => chunks,
            Ok(None) => return Ok((sink, Ok(()))),
            Err(error) => return Ok((sink, Err(error))),
        };
        let mut writing = pin!(blocking(move || {
            let written = sink.write(&chunks);
            Ok((sink, written))
        }));
        let mut reading = pin!(batches.next());
        let written;
        tokio::select! {
            outcome = &mut writing => {
                (sink, written) = outcome?;
                // A full disk is told at once, not when the sender stirs again.
                if written.is_ok() {
                    batch = reading.await;
                } else {
                    batch = Ok(None);
                }
            }
            next = &mut reading => {
                batch = next;
                (sink, written) = writing.await?;
            }
        }
        if written.is_err() {
            return Ok((sink, written));
        }
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
                io::Result::Ok(Bytes::from(buffer))
            });
            let chunk = read.await.map_err(io::Error::other)??;
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    async fn batches(stream: ByteStream) -> Vec<Result<Vec<usize>, String>> {
        let mut batches = Batches::new(stream, CancellationToken::new());
        let mut all = Vec::new();
        loop {
            match batches.next().await {
                Ok(Some(batch)) => all.push(Ok(batch.iter().map(Bytes::len).collect())),
                Ok(None) => return all,
                Err(error) => all.push(Err(error.to_string())),
            }
        }
    }

    fn chunks(sizes: Vec<usize>) -> ByteStream {
        let chunks = sizes.into_iter().map(|size| Ok(Bytes::from(vec![7; size])));
        futures::stream::iter(chunks).boxed()
    }

    #[tokio::test]
    async fn small_chunks_are_put_together_and_large_ones_left_alone() {
        let sizes = [vec![1; 100], vec![100_000, 5, 0, 6, BATCH], vec![3]].concat();
        assert_eq!(
            batches(chunks(sizes)).await,
            [Ok(vec![100, 100_000, 11, BATCH]), Ok(vec![3])]
        );
        assert_eq!(
            batches(chunks(vec![1; BATCH + 1])).await,
            [Ok(vec![BATCH]), Ok(vec![1])]
        );
        assert_eq!(batches(chunks(vec![0, 0])).await, []);
    }

    #[tokio::test]
    async fn what_came_before_an_error_comes_first() {
        let error = futures::stream::iter([
            Err(io::Error::other("gone")),
            Ok(Bytes::from_static(b"late")),
        ]);
        let stream = chunks(vec![10]).chain(error).boxed();
        let error = "the incoming stream failed: gone".to_owned();
        assert_eq!(batches(stream).await, [Ok(vec![10]), Err(error)]);
    }

    #[tokio::test]
    async fn a_trickle_is_handed_on() {
        let trickle = futures::stream::unfold(0, |n| async move {
            tokio::time::sleep(Duration::from_millis(300)).await;
            (n < 5).then(|| (Ok(Bytes::from_static(b"x")), n + 1))
        });
        let all = batches(trickle.boxed()).await;
        assert!(all.len() > 1, "{all:?}");
        assert_eq!(
            all.iter()
                .map(|batch| batch.as_ref().unwrap()[0])
                .sum::<usize>(),
            5
        );
    }

    struct Full;

    impl Sink for Full {
        fn write(&mut self, _: &[Bytes]) -> Result<(), BlobError> {
            Err(BlobError::Full)
        }
    }

    #[tokio::test]
    async fn a_full_disk_is_told_while_the_sender_dawdles() {
        let stream = chunks(vec![BATCH])
            .chain(futures::stream::pending())
            .boxed();
        let (_, poured) = pour(stream, CancellationToken::new(), Full).await.unwrap();
        assert!(matches!(poured, Err(BlobError::Full)));
    }
}
